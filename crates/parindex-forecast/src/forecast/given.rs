//! Forecasts given what is known already: a score, an interval, a rank, a self-score.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::draws::{Drawn, Held};
use crate::error::{Error, Fault, Problem};
use crate::forecast::Forecast;
use crate::number::{id, real};
use crate::watch::{Watch, in_chunks};

/// What is known of a unit in the first year forecast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Given {
    /// Its score. Of a simulated unit: what prints alike with two decimals.
    Score(f64),
    /// Its score lies between, ends included.
    Between(f64, f64),
    /// Its rank lies between, ends included; the same twice for one rank.
    Rank(usize, usize),
    /// What it gave itself. Appraisal cuts `cut` points of it on the average, with
    /// a standard deviation of `sd` points.
    SelfScore {
        /// The self-score.
        score: f64,
        /// The usual cut.
        cut: f64,
        /// How much the cut differs.
        sd: f64,
    },
}

/// What is held in every draw, and which draws fit what else is given.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) held: Vec<(usize, Held)>,
    /// The draws taken, in order; a draw that fits well is taken more than once.
    pub(crate) fitting: Vec<u32>,
    /// How many independent draws that is worth.
    effective: f64,
}

/// Fewer draws than this tell no probability.
const NEEDED: usize = 200;

impl Forecast {
    /// The forecast, given what is known of some units in the first year.
    ///
    /// A score or an interval is held in every draw, so it costs draws only by
    /// what it says of the year for all; ranks and self-scores choose among draws, and
    /// so does everything that is given of a simulated unit.
    /// Conditions replace those given before.
    ///
    /// # Errors
    /// All at once: `unknown-unit`, `out-of-range` for numbers that are not finite,
    /// intervals that are empty, or scores below 0 or above 100 where those of the past are not. `too-few-draws` where what is given is worth
    /// fewer than 200 independent draws: ask for more draws, or doubt what is given.
    pub fn given(&self, known: &BTreeMap<String, Given>) -> Result<Self, Error> {
        self.given_watched(known, &crate::unwatched)
    }

    /// [`Forecast::given`], with a watch.
    ///
    /// # Errors
    /// As [`Forecast::given`], and `stopped`.
    pub fn given_watched(&self, known: &BTreeMap<String, Given>, watch: Watch<'_>) -> Result<Self, Error> {
        let known = self.checked(known)?;
        let held: Vec<(usize, Held)> = known
            .iter()
            .filter_map(|(unit, given)| match *given {
                Given::Between(low, high) if low < high => Some((*unit, Held::Between(low, high))),
                Given::Score(score) | Given::Between(score, _) => Some((*unit, Held::At(score))),
                Given::Rank(..) | Given::SelfScore { .. } => None,
            })
            .collect();
        let weights = self.weights_of(&known, &held, watch)?;
        let sum: f64 = weights.iter().sum();
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        let effective = if squares > 0.0 { sum * sum / squares } else { 0.0 };
        // Weights are finite, so there is always an answer.
        if effective < real(NEEDED) {
            return Err(Problem::TooFewDraws { effective, draws: self.draws, needed: NEEDED }.into());
        }
        let condition = Condition { held, fitting: resampled(&weights, sum), effective };
        Ok(Self { given: Some(Arc::new(condition)), failures: Arc::default(), ..self.clone() })
    }

    /// How many independent draws answers are worth: all of them, unless
    /// something is given.
    #[must_use]
    pub fn effective_draws(&self) -> f64 {
        self.given.as_ref().map_or(real(self.draws), |given| given.effective)
    }

    fn checked(&self, known: &BTreeMap<String, Given>) -> Result<Vec<(usize, Given)>, Error> {
        let mut faults: Vec<Fault> = Vec::new();
        let mut places = Vec::new();
        let count = self.units.len();
        for (unit, given) in known {
            let mut fault = |problem: Problem| {
                let mut fault = Fault::from(problem);
                fault.place.unit = Some(unit.clone());
                faults.push(fault);
            };
            match *given {
                Given::Score(score) if !score.is_finite() => {
                    fault(Problem::out_of_range("the score", score, "a finite number"));
                }
                // Where scores end, what lies beyond is a slip, such as 925 for 92.5.
                Given::Score(score) | Given::SelfScore { score, .. } if self.is_beyond(score, score) => {
                    fault(Problem::out_of_range("the score", score, &self.allowed()));
                }
                Given::Between(low, high) if low <= high && self.is_beyond(low, high) => {
                    fault(Problem::out_of_range("the interval", format!("{low} to {high}"), &self.allowed()));
                }
                Given::Between(low, high) if !(low <= high && low < f64::INFINITY && high > f64::NEG_INFINITY) => {
                    fault(Problem::out_of_range(
                        "the interval",
                        format!("{low} to {high}"),
                        "two numbers, the smaller first",
                    ));
                }
                Given::Rank(best, worst) if !(1 <= best && best <= worst && worst <= count) => {
                    let allowed = format!("two ranks from 1 to {count}, the better first");
                    fault(Problem::out_of_range("the rank", format!("{best} to {worst}"), &allowed));
                }
                Given::SelfScore { score, cut, sd }
                    if !(score.is_finite() && cut.is_finite() && sd.is_finite() && sd > 0.0) =>
                {
                    let value = format!("{score} less {cut} ± {sd}");
                    fault(Problem::out_of_range(
                        "the self-score",
                        value,
                        "finite numbers and a standard deviation above 0",
                    ));
                }
                _ => {}
            }
            match self.place(unit) {
                Ok(place) => places.push((place, *given)),
                Err(problem) => fault(problem),
            }
        }
        Error::check(faults)?;
        places.sort_by_key(|(place, _)| *place);
        Ok(places)
    }

    /// Whether a stretch lies where no score can be.
    fn is_beyond(&self, low: f64, high: f64) -> bool {
        self.ends.is_some_and(|(least, most)| high < least || low > most)
    }

    fn allowed(&self) -> String {
        self.ends.map_or_else(String::new, |(least, most)| format!("{least} to {most}"))
    }

    /// How well each draw fits, the best one 1.
    fn weights_of(
        &self,
        known: &[(usize, Given)],
        held: &[(usize, Held)],
        watch: Watch<'_>,
    ) -> Result<Vec<f64>, Error> {
        let ahead = self.source.ahead();
        let room = || (Vec::<(usize, f64)>::new(), Drawn::default(), Vec::new());
        let accounts = in_chunks(self.draws, self.threads, watch, room, |(weights, drawn, ranks), draws| {
            for draw in draws {
                let mut weight = self.source.fill_held(draw, held, drawn);
                self.source.rank(0, drawn, ranks);
                for (unit, given) in known {
                    match *given {
                        Given::Rank(best, worst) if !(best..=worst).contains(&(ranks[*unit] as usize)) => {
                            weight = f64::NEG_INFINITY;
                        }
                        Given::SelfScore { score, cut, sd } => {
                            weight -= 0.5 * ((score - cut - drawn.scores[unit * ahead]) / sd).powi(2);
                        }
                        _ => {}
                    }
                }
                weights.push((draw, weight));
            }
        })?;
        let mut weights: Vec<(usize, f64)> = accounts.into_iter().flat_map(|(weights, ..)| weights).collect();
        weights.sort_unstable_by_key(|(draw, _)| *draw);
        let best = weights.iter().map(|(_, weight)| *weight).fold(f64::NEG_INFINITY, f64::max);
        let relative = |(_, weight): &(usize, f64)| if best.is_finite() { (weight - best).exp() } else { 0.0 };
        Ok(weights.iter().map(relative).collect())
    }
}

/// As many draws as there are weights, each about as often as its weight says:
/// systematic resampling (Kitagawa 1996), from the middle of each step.
fn resampled(weights: &[f64], sum: f64) -> Vec<u32> {
    let count = weights.len();
    let mut fitting = Vec::with_capacity(count);
    let mut reached = 0.0;
    for (draw, weight) in weights.iter().enumerate() {
        reached += weight / sum * real(count);
        while fitting.len() < count && real(fitting.len()) + 0.5 < reached {
            fitting.push(id(draw));
        }
    }
    // Rounding may leave the last step open.
    let last = fitting.last().copied().unwrap_or_default();
    fitting.resize(count, last);
    fitting
}
