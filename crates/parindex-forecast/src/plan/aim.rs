//! The chance of a place among the first, draw by draw and success by success.

use parindex::{Exact, Rounding, RoundingMode, RoundingPoint, Scorecard};

use crate::error::{Error, Problem};
use crate::forecast::{Bar, Forecast};
use crate::plan::choice::{Choice, Chosen};
use crate::watch::Watch;

/// What the scores of a forecast are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scores {
    /// Points of the whole.
    Points,
    /// The index: points over maximum in percent.
    Index,
}

/// The places aimed at.
#[derive(Clone, Copy, Debug)]
pub struct Aim<'a> {
    /// The others' scores to come; the unit's own is that of its card, and what
    /// actions add.
    pub forecast: &'a Forecast,
    /// A place up to here is among the first.
    pub top: usize,
    /// What the forecast's scores are; needs to be said only where points and
    /// index differ, because the maximum is not 100.
    pub scores: Option<Scores>,
}

/// Scores are counted in millionths, so that equal sums are one.
const PLACES: u32 = 6;
const UNIT: f64 = 1e6;
/// Above as many different sums they are counted in ten-thousandths.
const MAX_SUMS: usize = 1 << 14;
const COARSE: i64 = 100;

/// What a leaf may add, in millionths of a score, each with its probability.
pub(super) type Steps = Vec<(i64, f64)>;

/// The unit's own score, and what the others leave to be reached.
pub(super) struct Aimed {
    own: i64,
    /// A score for a point of the whole.
    per_point: Exact,
    bar: Bar,
}

impl Aimed {
    /// # Errors
    /// `forecast-does-not-fit`, `unknown-unit`, `out-of-range` for the place, `stopped`.
    pub(super) fn new(card: &Scorecard, aim: &Aim<'_>, watch: Watch<'_>) -> Result<Self, Error> {
        let unfit = |what: &str| Problem::ForecastDoesNotFit { what: what.to_owned() };
        if !aim.forecast.in_points() {
            return Err(unfit("its history has ranks only, so that its scores are not in points").into());
        }
        let hundred = Exact::whole(100);
        let same = card.max_points() == Some(&hundred);
        let per_point = match aim.scores {
            Some(Scores::Points) => Exact::ONE,
            _ if same => Exact::ONE,
            Some(Scores::Index) => {
                let max = card.max_points().ok_or_else(|| unfit("the card has no index while its maximum is open"))?;
                hundred.over(max).ok_or_else(|| unfit("the card has no index where nothing can be earned"))?
            }
            None => {
                let max = card.max_points().map_or_else(|| "open".to_owned(), ToString::to_string);
                let what = format!("its scores may be points or indices, which differ under a maximum that is {max}");
                return Err(unfit(&what).into());
            }
        };
        let bar = aim.forecast.bar(card.unit(), aim.top, watch)?;
        Ok(Self { own: millionths(&card.exact_points().times(&per_point)), per_point, bar })
    }

    /// What a leaf may add to the score with some actions on it.
    pub(super) fn steps(&self, choice: &Choice, leaf: usize, chosen: impl Fn(usize) -> bool) -> Steps {
        let outcomes = choice.outcomes(leaf, chosen).into_iter();
        outcomes
            .map(|(worth, chance)| (millionths(&worth.times(&self.per_point)), crate::number::nearest(&chance)))
            .collect()
    }

    /// The probability of a place among the first with what is chosen.
    pub(super) fn chance(&self, choice: &Choice, chosen: &Chosen) -> f64 {
        let leaves = (0..choice.leaves()).map(|leaf| self.steps(choice, leaf, |at| chosen[at]));
        self.chance_of(&leaves.fold(vec![(0, 1.0)], |sums, steps| added(&sums, &steps)))
    }

    /// The probability of a place among the first if the score rises by these.
    pub(super) fn chance_of(&self, sums: &Steps) -> f64 {
        let reached = |rise: i64| {
            #[allow(
                clippy::cast_precision_loss,
                reason = "scores are below 10^12, so that millionths of most are exact"
            )]
            let score = (self.own + rise) as f64 / UNIT;
            self.bar.chance(score)
        };
        sums.iter().map(|(rise, chance)| chance * reached(*rise)).sum::<f64>().clamp(0.0, 1.0)
    }
}

fn millionths(score: &Exact) -> i64 {
    let rounding = Rounding { places: PLACES, mode: RoundingMode::HalfUp, at: RoundingPoint::End };
    let steps = score.scaled(PLACES, rounding.mode).and_then(|steps| i64::try_from(steps).ok());
    steps.unwrap_or(if score.is_negative() { i64::MIN / 4 } else { i64::MAX / 4 })
}

/// The distribution of a sum: what was added so far, and one leaf more. Both
/// are sorted, and so is the answer.
pub(super) fn added(sums: &Steps, steps: &Steps) -> Steps {
    let left = 1.0 - steps.iter().map(|(_, chance)| chance).sum::<f64>();
    let mut merged: Steps = sums.iter().map(|(sum, chance)| (*sum, chance * left.max(0.0))).collect();
    for (rise, chance) in steps {
        let moved = sums.iter().map(|(sum, before)| (sum + rise, before * chance));
        merged = united(&merged, moved);
    }
    if merged.len() > MAX_SUMS {
        let coarse: Steps = merged.iter().map(|(sum, chance)| (sum.div_euclid(COARSE) * COARSE, *chance)).collect();
        merged = united(&coarse, std::iter::empty());
    }
    merged
}

/// Two sorted lists in one; equal sums are one.
fn united(one: &Steps, other: impl Iterator<Item = (i64, f64)>) -> Steps {
    let mut united: Steps = Vec::with_capacity(2 * one.len());
    let mut put = |(sum, chance): (i64, f64)| match united.last_mut() {
        Some(last) if last.0 == sum => last.1 += chance,
        _ if chance > 0.0 => united.push((sum, chance)),
        _ => {}
    };
    let mut one = one.iter().copied().peekable();
    for step in other {
        while let Some(before) = one.next_if(|before| before.0 <= step.0) {
            put(before);
        }
        put(step);
    }
    one.for_each(put);
    united
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_two_leaves_by_hand() {
        // A coin for 1, and a die of three faces for 0, 1 and 2.
        let (coin, die) = (vec![(1, 0.5)], vec![(2, 0.25), (1, 0.25)]);
        let sums = added(&added(&vec![(0, 1.0)], &coin), &die);
        assert_eq!(sums, [(0, 0.25), (1, 0.375), (2, 0.25), (3, 0.125)]);
    }
}
