//! What the others leave to be reached.

use crate::error::{Error, Problem};
use crate::forecast::Forecast;
use crate::number::id;
use crate::watch::Watch;

impl Forecast {
    /// For each draw the score that puts the unit at `place` among the first
    /// `top`: the others' score at that rank, for as good is good enough.
    ///
    /// # Errors
    /// `out-of-range` for a rank that everyone, or no one, reaches; `stopped`.
    pub(crate) fn bars(&self, place: usize, top: usize, watch: Watch<'_>) -> Result<Vec<f64>, Error> {
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
