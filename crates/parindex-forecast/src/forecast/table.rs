//! The table of a forecast: a row for each unit.

use crate::error::Error;
use crate::forecast::ladder::Ladder;
use crate::forecast::{Forecast, added};
use crate::number::{at_least, real};
use crate::watch::Watch;

/// What is forecast of one unit in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastRow {
    /// The unit's id.
    pub unit: String,
    /// What it is called.
    pub name: String,
    /// The mean score.
    pub mean: f64,
    /// The score's standard deviation.
    pub sd: f64,
    /// The scores that 5 %, 50 % and 95 % of the draws do not exceed.
    pub quantiles: [f64; 3],
    /// The ranks that 5 %, 50 % and 95 % of the draws reach or better.
    pub rank_quantiles: [usize; 3],
    /// The probabilities of being among the first, one for each number asked; a
    /// tie at the last place counts as in.
    pub within_top: Vec<f64>,
}

const PARTS: [f64; 3] = [0.05, 0.5, 0.95];

/// Sums of scores, held as whole numbers so that their order does not matter and
/// that what never changes has no spread at all.
#[derive(Clone, Copy, Default)]
struct Sums {
    first: i128,
    second: i128,
}

/// A spread is cut into as many pieces, 2³², before it is added up.
const GRAIN: f64 = 4_294_967_296.0;
/// Steps of a score's ladder, and how many spreads about the mean it reaches.
const FINE: usize = 512;
const REACH: f64 = 8.0;

impl Forecast {
    /// A row for each unit, in the order of [`Forecast::units`]; `top` asks for
    /// probabilities of being among the first so many.
    ///
    /// Score quantiles are read off a ladder of 512 steps over eight standard
    /// deviations on both sides of the mean, straight within a step: they are within
    /// a thirtieth of a standard deviation of those of the draws.
    ///
    /// # Errors
    /// None that is not one of making draws.
    pub fn table(&self, top: &[usize]) -> Result<Vec<ForecastRow>, Error> {
        self.table_watched(top, &crate::unwatched)
    }

    /// [`Forecast::table`], with a watch; it goes through the draws twice.
    ///
    /// # Errors
    /// `stopped`.
    pub fn table_watched(&self, top: &[usize], watch: Watch<'_>) -> Result<Vec<ForecastRow>, Error> {
        let count = self.units.len();
        let ladder = Ladder::new(count);
        let (steps, tops) = (ladder.steps(), top.len());
        let (base, spread) = self.source.base();
        let start = || (vec![0_u32; count * steps], vec![0_u32; count * tops], vec![Sums::default(); count]);
        let halfway = |done: usize, total: usize| watch(done, 2 * total);
        let accounts = self.pass(true, &halfway, start, |(ranks, within, sums), _, shot| {
            for (unit, (rank, score)) in shot.ranks.iter().zip(shot.scores).enumerate() {
                let rank = *rank as usize;
                ranks[unit * steps + ladder.step(rank - 1)] += 1;
                for (place, top) in top.iter().enumerate() {
                    within[unit * tops + place] += u32::from(rank <= *top);
                }
                sums[unit].add((score - base) / spread);
            }
        })?;
        let mut all = start();
        for (ranks, within, sums) in accounts {
            all.0.iter_mut().zip(ranks).for_each(|(all, own)| *all += own);
            all.1.iter_mut().zip(within).for_each(|(all, own)| *all += own);
            all.2.iter_mut().zip(sums).for_each(|(all, own)| all.merge(own));
        }
        let (ranks, within, sums) = all;
        let moments: Vec<(f64, f64)> = sums.iter().map(|sums| sums.moments(self.draws)).collect();
        let places = PARTS.map(|part| at_least(part, self.draws as u64).max(1) - 1);
        let coarse: Vec<[(usize, u64); 3]> =
            ranks.chunks(steps).map(|counts| places.map(|place| Ladder::find(counts, place))).collect();
        let second = |done: usize, total: usize| watch(total + done, 2 * total);
        let (fine, scores) = self.second_pass(&second, &ladder, &coarse, &moments)?;

        let row = |unit: usize| {
            let (mean, sd) = moments[unit];
            let points = |value: f64| self.between_ends(base + spread * value);
            let width = ladder.width();
            let rank = |part: usize| {
                let (step, left) = coarse[unit][part];
                let counts = &fine[(unit * 3 + part) * width..][..width];
                step * width + Ladder::find(counts, left).0 + 1
            };
            let counts = &scores[unit * FINE..(unit + 1) * FINE];
            let quantile = |part: usize| {
                let (step, left) = Ladder::find(counts, places[part]);
                let within = (real(usize::try_from(left).unwrap_or_default()) + 0.5) / f64::from(counts[step].max(1));
                points(mean + sd * REACH * (2.0 * (real(step) + within) / real(FINE) - 1.0))
            };
            ForecastRow {
                unit: self.units[unit].clone(),
                name: self.names[unit].clone(),
                mean: points(mean),
                sd: spread * sd,
                quantiles: [0, 1, 2].map(quantile),
                rank_quantiles: [0, 1, 2].map(rank),
                within_top: (0..tops).map(|place| self.share(within[unit * tops + place])).collect(),
            }
        };
        Ok((0..count).map(row).collect())
    }

    /// Counts of the ranks in the steps where quantiles lie, and of scores.
    fn second_pass(
        &self,
        watch: Watch<'_>,
        ladder: &Ladder,
        coarse: &[[(usize, u64); 3]],
        moments: &[(f64, f64)],
    ) -> Result<(Vec<u32>, Vec<u32>), Error> {
        let (count, width) = (self.units.len(), ladder.width());
        let (base, spread) = self.source.base();
        let start = || (vec![0_u32; count * 3 * width], vec![0_u32; count * FINE]);
        // Where steps are single ranks the first pass has said it all.
        let accounts = self.pass(width > 1, watch, start, |(fine, scores), _, shot| {
            for (unit, rank) in shot.ranks.iter().enumerate() {
                let value = *rank as usize - 1;
                for (part, (step, _)) in coarse[unit].iter().enumerate() {
                    if ladder.step(value) == *step {
                        fine[(unit * 3 + part) * width + value - step * width] += 1;
                    }
                }
            }
            for (unit, score) in shot.scores.iter().enumerate() {
                let (mean, sd) = moments[unit];
                let away = ((score - base) / spread - mean) / sd.max(f64::MIN_POSITIVE);
                scores[unit * FINE + fine_step(away)] += 1;
            }
        })?;
        let (fine, scores): (Vec<_>, Vec<_>) = accounts.into_iter().unzip();
        Ok((added(fine.into_iter(), count * 3 * width), added(scores.into_iter(), count * FINE)))
    }
}

/// The step of a score so many spreads away from its mean.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is cut to the ladder")]
fn fine_step(away: f64) -> usize {
    (f64::midpoint(away / REACH, 1.0) * real(FINE)).clamp(0.0, real(FINE - 1)) as usize
}

impl Sums {
    #[allow(clippy::cast_possible_truncation, reason = "the value is cut to what sums of all draws can hold")]
    fn add(&mut self, value: f64) {
        /// No score is so many spreads away, 2¹⁸; only nonsense histories come near. The
        /// squares of 100,000,000 such values take 127 bits.
        const MOST: f64 = 262_144.0;
        let pieces = (value.clamp(-MOST, MOST) * GRAIN).round() as i128;
        self.first += pieces;
        self.second += pieces * pieces;
    }

    fn merge(&mut self, other: Self) {
        self.first += other.first;
        self.second += other.second;
    }

    #[allow(clippy::cast_precision_loss, reason = "a mean is not exact")]
    fn moments(&self, draws: usize) -> (f64, f64) {
        let (mean, count) = (self.first as f64 / GRAIN / real(draws), draws as i128);
        // Squares about a whole number next to the mean, less what it is off by.
        let middle = self.first / count;
        let about = self.second - middle * (2 * self.first - count * middle);
        let off = (self.first - count * middle) as f64 / real(draws);
        let variance = (about as f64 / real(draws) - off * off) / (GRAIN * GRAIN);
        (mean, variance.max(0.0).sqrt())
    }
}
