//! Choices that no cheaper one equals.

use crate::error::Error;
use crate::number::nearest;
use crate::plan::solver::{Answer, Found, SAME_GAIN, Solver};
use crate::watch::{Watch, goes_on};

/// Most points of a frontier.
const MAX_POINTS: usize = 50;
/// Of the whole time, what the best choice within the budget may take, and what
/// every other question may.
const BEST: f64 = 0.4;
const OTHERS: f64 = 0.05;

/// The choices, the cheapest first, and whether they are all there are.
pub(super) struct Frontier {
    pub(super) points: Vec<Found>,
    pub(super) complete: bool,
}

/// Looks for more choices where the steps are widest.
pub(super) fn frontier(solver: &Solver<'_>, watch: Watch<'_>) -> Result<Frontier, Error> {
    goes_on(watch, 0, MAX_POINTS)?;
    let best = solver.most_gain(solver.budget, BEST);
    let free = solver.most_gain(0, OTHERS);
    let mut points = vec![free];
    // Whether there may be more between a point and the next one.
    let mut open = Vec::new();
    if gains_more(&best, &points[0]) {
        points.push(best);
        open.push(true);
    }
    let mut stuck = false;
    while points.len() < MAX_POINTS && !solver.out_of_time() {
        goes_on(watch, points.len(), MAX_POINTS)?;
        let Some(at) = widest(&points, &open) else { break };
        let (low, high) = (&points[at], &points[at + 1]);
        let middle = solver.most_gain(low.cost + (high.cost - low.cost) / 2, OTHERS);
        if gains_more(&middle, low) && gains_more(high, &middle) {
            points.insert(at + 1, middle);
            open.insert(at, true);
            continue;
        }
        // Nothing in the cheaper half: the next point is the cheapest that gains more.
        open[at] = false;
        let next = match solver.cheapest_above(&low.gain, high.cost, OTHERS) {
            Answer::Found(next) if next.cost < high.cost => solver.most_gain(next.cost, OTHERS),
            Answer::Found(next) => {
                stuck |= !next.proven;
                continue;
            }
            Answer::None => continue,
            Answer::Unknown => {
                stuck = true;
                continue;
            }
        };
        if gains_more(&next, low) && gains_more(high, &next) {
            stuck |= !next.proven;
            points.insert(at + 1, next);
            open.insert(at + 1, true);
        }
    }
    let complete = !stuck && points.iter().all(|point| point.proven) && !open.contains(&true);
    Ok(Frontier { points, complete })
}

fn gains_more(one: &Found, other: &Found) -> bool {
    nearest(&one.gain.minus(&other.gain)) >= SAME_GAIN
}

/// The open step that is widest, in gain and in cost together.
fn widest(points: &[Found], open: &[bool]) -> Option<usize> {
    let (first, last) = (points.first()?, points.last()?);
    let costs = nearest(&crate::plan::choice::unscaled(last.cost - first.cost));
    let gains = nearest(&last.gain.minus(&first.gain));
    let width = |at: usize| {
        let (low, high) = (&points[at], &points[at + 1]);
        let cost = nearest(&crate::plan::choice::unscaled(high.cost - low.cost));
        cost / costs.max(f64::MIN_POSITIVE) + nearest(&high.gain.minus(&low.gain)) / gains.max(f64::MIN_POSITIVE)
    };
    let steps = (0..open.len()).filter(|at| open[*at]);
    steps.max_by(|one, other| width(*one).total_cmp(&width(*other)))
}
