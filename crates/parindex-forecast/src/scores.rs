//! How a forecast's ranks and scores compare with what came.

use crate::history::History;
use crate::number::{at_least, real, share};
use crate::random::Stream;

/// What came in a year: ranks, and scores where they are known.
pub(crate) struct Outcome {
    /// The units that ranks are taken among, as places in the forecast.
    pub(crate) among: Vec<usize>,
    /// For each of them its rank, if known, and its score.
    pub(crate) came: Vec<(Option<u32>, Option<f64>)>,
}

impl Outcome {
    /// What came in `year` to these units: where nearly all have a score, ranks
    /// among those that have one; else the published ranks among all.
    pub(crate) fn new(history: &History, year: i16, units: &[usize]) -> Option<Self> {
        let complete = history.standing(year)?.complete;
        let known = |unit: &usize| history.known(*unit, year);
        if !complete {
            let came: Vec<_> =
                units.iter().map(|unit| known(unit).map_or((None, None), |cell| (cell.rank, cell.score))).collect();
            let any = came.iter().any(|(rank, _)| rank.is_some());
            return any.then(|| Self { among: (0..units.len()).collect(), came });
        }
        let scored: Vec<(usize, f64)> =
            units.iter().enumerate().filter_map(|(place, unit)| Some((place, known(unit)?.score?))).collect();
        let mut order: Vec<(f64, u32)> =
            scored.iter().enumerate().map(|(place, (_, score))| (*score, crate::number::id(place))).collect();
        let mut ranks = Vec::new();
        crate::draws::rank(&mut order, &mut ranks);
        let came = ranks.iter().zip(&scored).map(|(rank, (_, score))| (Some(*rank), Some(*score))).collect();
        Some(Self { among: scored.into_iter().map(|(place, _)| place).collect(), came })
    }
}

/// The continuous ranked probability score of draws, which it sorts, against
/// what came: the mean distance to it, less half the mean distance between draws.
///
/// Source: Gneiting and Raftery (2007), *Strictly Proper Scoring Rules,
/// Prediction, and Estimation*, JASA 102. Lower is better, in units of the draws.
pub(crate) fn crps(draws: &mut [f64], came: f64) -> f64 {
    draws.sort_unstable_by(f64::total_cmp);
    let count = real(draws.len());
    let (mut away, mut apart) = (0.0, 0.0);
    for (place, draw) in draws.iter().enumerate() {
        away += (draw - came).abs();
        apart += (2.0 * real(place) + 1.0 - count) * draw;
    }
    away / count - apart / (count * count)
}

/// How often a unit had each rank.
pub(crate) struct RankCounts<'a>(pub(crate) &'a [u32]);

/// The share of the log score's probabilities that is spread evenly over all
/// ranks, so that no rank has probability 0.
pub(crate) const LOG_FLOOR: f64 = 0.01;

impl RankCounts<'_> {
    fn all(&self) -> u64 {
        self.0.iter().map(|count| u64::from(*count)).sum()
    }

    /// The probability of `rank` or better.
    pub(crate) fn within(&self, rank: usize) -> f64 {
        share(self.0.iter().take(rank).map(|count| u64::from(*count)).sum(), self.all())
    }

    /// The smallest rank that at least `part` of the draws reach.
    pub(crate) fn quantile(&self, part: f64) -> usize {
        let needed = at_least(part, self.all()).max(1);
        let mut seen = 0;
        for (place, count) in self.0.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= needed {
                return place + 1;
            }
        }
        self.0.len()
    }

    /// Sum over ranks of squared differences of distribution functions.
    pub(crate) fn crps(&self, came: usize) -> f64 {
        let all = self.all();
        let mut seen = 0;
        let mut score = 0.0;
        for (place, count) in self.0.iter().enumerate() {
            seen += u64::from(*count);
            let truth = if place + 1 >= came { 1.0 } else { 0.0 };
            score += (share(seen, all) - truth).powi(2);
        }
        score
    }

    /// Minus the logarithm of the probability of what came, [`LOG_FLOOR`] spread evenly.
    pub(crate) fn log_score(&self, came: usize) -> f64 {
        let own = self.0.get(came.wrapping_sub(1)).copied().unwrap_or_default();
        let probability = (1.0 - LOG_FLOOR) * share(u64::from(own), self.all()) + LOG_FLOOR / real(self.0.len());
        -probability.ln()
    }

    /// A number that is uniform if the forecast is right: Czado, Gneiting and Held
    /// (2009), *Predictive Model Assessment for Count Data*, Biometrics 65.
    pub(crate) fn transformed(&self, came: usize, random: Stream, place: usize) -> f64 {
        let (before, to) = (self.within(came.saturating_sub(1)), self.within(came));
        before + random.uniform(place) * (to - before)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn crps_of_draws_is_worked_by_hand() {
        // Draws 0 and 2, came 1: mean distance 1, less half of the mean distance 1 between draws.
        assert!((crps(&mut [2.0, 0.0], 1.0) - 0.5).abs() < 1e-12);
        // A sure forecast scores its miss.
        assert!((crps(&mut [3.0], 5.0) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn quantiles_are_the_smallest_ranks_that_reach_their_share() {
        let counts = [1, 0, 2, 1];
        let counts = RankCounts(&counts);
        assert_eq!([0.05, 0.25, 0.26, 0.75, 0.76].map(|part| counts.quantile(part)), [1, 1, 3, 3, 4]);
        assert!((counts.within(2) - 0.25).abs() < 1e-12);
    }

    proptest! {
        /// For whole numbers the score by draws and the one by counts are the same.
        #[test]
        fn both_ways_to_the_score_of_a_rank_agree(ranks in prop::collection::vec(1_usize..9, 1..40), came in 1_usize..9) {
            let mut counts = [0_u32; 8];
            for rank in &ranks {
                counts[rank - 1] += 1;
            }
            let mut draws: Vec<f64> = ranks.iter().map(|rank| real(*rank)).collect();
            prop_assert!((RankCounts(&counts).crps(came) - crps(&mut draws, real(came))).abs() < 1e-9);
        }
    }
}
