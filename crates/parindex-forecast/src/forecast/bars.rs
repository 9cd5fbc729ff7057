//! What the others leave to be reached.

use crate::error::{Error, Problem};
use crate::forecast::Forecast;
use crate::number::{at_least, id, share};
use crate::watch::Watch;

/// The score that a unit must reach to be among the first, as the other units leave it:
/// one score for each draw. A tie counts as in.
///
/// The score is one that the unit reaches by its own doing: it does not say that the
/// year is a good one for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Ascending.
    scores: Vec<f64>,
}

impl Bar {
    /// The probability that this score is enough; 0 for NaN.
    #[must_use]
    pub fn chance(&self, score: f64) -> f64 {
        share(self.scores.partition_point(|bar| *bar <= score) as u64, self.scores.len() as u64)
    }

    /// The least score that is enough with this probability.
    ///
    /// # Errors
    /// `out-of-range` for a probability not between 0 and 1.
    pub fn needed(&self, probability: f64) -> Result<f64, Error> {
        if !(probability > 0.0 && probability < 1.0) {
            return Err(Problem::out_of_range("the probability", probability, "between 0 and 1").into());
        }
        let draws = at_least(probability, self.scores.len() as u64).max(1);
        let place = usize::try_from(draws - 1).unwrap_or_default().min(self.scores.len() - 1);
        Ok(self.scores[place])
    }
}

impl Forecast {
    /// What the others leave to be reached by the unit for a place among the first `top`.
    ///
    /// # Errors
    /// `unknown-unit`; `out-of-range` for a rank that everyone, or no one, reaches; `stopped`.
    pub fn bar(&self, unit: &str, top: usize, watch: Watch<'_>) -> Result<Bar, Error> {
        let mut scores = self.bars(self.place(unit)?, top, watch)?;
        scores.sort_unstable_by(f64::total_cmp);
        Ok(Bar { scores })
    }

    /// For each draw the score that puts the unit at `place` among the first
    /// `top`: the others' score at that rank, for as good is good enough.
    ///
    /// # Errors
    /// `out-of-range` for a rank that everyone, or no one, reaches; `stopped`.
    fn bars(&self, place: usize, top: usize, watch: Watch<'_>) -> Result<Vec<f64>, Error> {
        let count = self.units.len();
        if top == 0 || top >= count {
            return Err(Problem::out_of_range("the rank", top, &format!("1 to {}", count - 1)).into());
        }
        let bars = self.pass(true, watch, Vec::new, |bars: &mut Vec<f64>, _, shot| {
            let own = shot.ranks[place];
            let ahead = |rank: u32| if rank > own { rank - 1 } else { rank };
            let mut bar = f64::INFINITY;
            for (unit, rank) in shot.ranks.iter().enumerate() {
                if unit != place && ahead(*rank) <= id(top) {
                    bar = bar.min(shot.scores[unit]);
                }
            }
            bars.push(bar);
        })?;
        Ok(bars.into_iter().flatten().collect())
    }
}
