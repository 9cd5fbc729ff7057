//! Late rates of units, shrunk towards the panel.

use std::ops::Range;

use parindex::Stop;
use statrs::function::beta::ln_beta;

use super::maturity::Maturity;
use super::panel::{Panel, Unit};
use crate::number::real;
use crate::parallel::in_threads;

/// Precisions a month's rate can have around its unit's, in logarithms: from
/// that of 3 dossiers to that of about 6,000, each 2.3 times the one before.
const PRECISIONS: usize = 10;
const FIRST: f64 = 1.1;
const STEP: f64 = 0.85;
/// Log odds looked at below and above the mode, in steps of a share of
/// the standard deviation there.
const BELOW: i32 = 11;
const ABOVE: i32 = 7;
const SHARE: f64 = 0.7;
/// Rounds of EM between two layings of the grids.
const ROUNDS: usize = 25;

/// How units are spread: log odds of a late dossier, and the logarithm of the
/// precision of months, both normal.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    mean: f64,
    sd: f64,
    precision_mean: f64,
    precision_sd: f64,
}

/// One unit more than there are, which nobody has seen: it keeps the spread of
/// a small panel from closing up. One dossier in ten is late, give or take what
/// a factor of e makes of the odds; months vary as hundreds of dossiers do.
const UNSEEN: Spread = Spread { mean: -2.2, sd: 1.0, precision_mean: 4.6, precision_sd: 0.6 };

/// A place of a unit's grid and its weight in the posterior.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Log odds of a late dossier.
    pub(super) log_odds: f64,
    /// Width of the place in log odds.
    pub(super) width: f64,
    /// Precision of a month's rate around the unit's: the beta's two parameters together.
    pub(super) precision: f64,
    /// Weights of the places up to and including this one.
    pub(super) cumulated: f64,
}

/// The posterior of each unit, in the order of the panel.
#[derive(Debug)]
pub(super) struct Rates(pub(super) Vec<Vec<Rate>>);

/// A unit's months as far as rates go. Months of nothing say nothing.
struct Seen(Vec<Known>);

/// What is known of a month.
struct Known {
    late: f64,
    on_time: f64,
    /// By how much its age shifts the log odds of late.
    shift: f64,
    weight: f64,
}

/// A place of a grid: where, how wide, which precision, and its log likelihood.
struct Place {
    log_odds: f64,
    width: f64,
    precision: usize,
    likelihood: f64,
}

impl Rates {
    /// Fits the spread by EM, then the posterior of each unit under what the
    /// others show.
    pub(super) fn fit(panel: &Panel, maturity: &Maturity) -> Self {
        let seen: Vec<Seen> = panel.units.iter().map(|unit| Seen::of(unit, maturity)).collect();
        // Grids are laid where the posterior lies, and that moves as the spread is learned.
        let mut spread = Spread { sd: 2.0, precision_sd: 1.5, ..UNSEEN };
        let mut moments = Vec::new();
        for _ in 0..2 {
            let grids = in_threads(seen.len(), |range| each(&seen, range, |seen| seen.grid(&spread)));
            for _ in 0..ROUNDS {
                moments = grids.iter().map(|grid| Moments::of(grid, &spread)).collect();
                spread = Spread::of(&moments.iter().fold(Moments::unseen(), |sum, unit| sum.with(unit, 1.0)));
            }
        }
        let sum = moments.iter().fold(Moments::unseen(), |sum, unit| sum.with(unit, 1.0));
        let fitted: Vec<(&Seen, &Moments)> = seen.iter().zip(&moments).collect();
        Self(in_threads(fitted.len(), |range| {
            each(&fitted, range, |(seen, moments)| {
                let others = Spread::of(&sum.with(moments, -1.0));
                posterior(&seen.grid(&others), &others)
            })
        }))
    }
}

fn each<T, R>(all: &[T], range: Range<usize>, job: impl Fn(&T) -> R) -> Vec<R> {
    let one = |item| {
        Stop::point();
        job(item)
    };
    all.get(range).unwrap_or_default().iter().map(one).collect()
}

/// Sums over units of what they are taken for: log odds and log precision, and
/// the squares of both.
#[derive(Clone, Copy, Debug)]
struct Moments {
    units: f64,
    first: [f64; 2],
    second: [f64; 2],
}

impl Moments {
    fn unseen() -> Self {
        let Spread { mean, sd, precision_mean, precision_sd } = UNSEEN;
        let second = [mean * mean + sd * sd, precision_mean * precision_mean + precision_sd * precision_sd];
        Self { units: 1.0, first: [mean, precision_mean], second }
    }

    /// Those of one unit's posterior.
    fn of(grid: &[Place], spread: &Spread) -> Self {
        let mut moments = Self { units: 1.0, first: [0.0; 2], second: [0.0; 2] };
        for (place, weight) in grid.iter().zip(weights(grid, spread)) {
            for (at, value) in [place.log_odds, log_precision(place.precision)].into_iter().enumerate() {
                moments.first[at] += weight * value;
                moments.second[at] += weight * value * value;
            }
        }
        moments
    }

    fn with(mut self, other: &Self, times: f64) -> Self {
        self.units += times * other.units;
        for at in 0..2 {
            self.first[at] += times * other.first[at];
            self.second[at] += times * other.second[at];
        }
        self
    }
}

impl Spread {
    /// The spread of units with these moments: EM's second step.
    fn of(moments: &Moments) -> Self {
        let mean = |at: usize| moments.first[at] / moments.units;
        let sd = |at: usize| (moments.second[at] / moments.units - mean(at) * mean(at)).max(1e-4).sqrt();
        Self { mean: mean(0), sd: sd(0), precision_mean: mean(1), precision_sd: sd(1) }
    }

    fn log_density(&self, log_odds: f64, precision: usize) -> f64 {
        let (a, b) =
            ((log_odds - self.mean) / self.sd, (log_precision(precision) - self.precision_mean) / self.precision_sd);
        -0.5 * (a * a + b * b)
    }
}

impl Seen {
    fn of(unit: &Unit, maturity: &Maturity) -> Self {
        let known = unit.recent().iter().filter(|cohort| cohort.late + cohort.on_time > 0);
        let known = known.map(|cohort| Known {
            late: real(cohort.late),
            on_time: real(cohort.on_time),
            shift: maturity.known_shift(cohort.age),
            weight: maturity.weight(cohort),
        });
        Self(known.collect())
    }

    /// The beta–binomial log likelihood, but for a constant.
    fn likelihood(&self, log_odds: f64, precision: f64) -> f64 {
        // Most months are settled, have no shift, and share this part.
        let settled = beta_of(log_odds, precision);
        let base = ln_beta(settled.0, settled.1);
        let mut sum = 0.0;
        for known in &self.0 {
            let is_settled = known.shift.abs() < 1e-12;
            let (a, b) = if is_settled { settled } else { beta_of(log_odds + known.shift, precision) };
            let base = if is_settled { base } else { ln_beta(a, b) };
            sum += known.weight * (ln_beta(a + known.late, b + known.on_time) - base);
        }
        sum
    }

    /// Places around the mode of each precision, as wide as the posterior is there.
    fn grid(&self, spread: &Spread) -> Vec<Place> {
        let mut places = Vec::with_capacity(PRECISIONS * 19);
        for precision in 0..PRECISIONS {
            let value = log_precision(precision).exp();
            let height = |log_odds: f64| self.likelihood(log_odds, value) + spread.log_density(log_odds, precision);
            let mode = peak(height, -14.0, 8.0);
            let step = 0.02;
            let bend = (2.0 * height(mode) - height(mode - step) - height(mode + step)) / (step * step);
            let width = SHARE / bend.max(0.01).sqrt();
            for offset in -BELOW..=ABOVE {
                let log_odds = mode + width * f64::from(offset);
                let likelihood = self.likelihood(log_odds, value);
                places.push(Place { log_odds, width, precision, likelihood });
            }
        }
        places
    }
}

/// Where a function of one hump is highest, by golden sections.
fn peak(height: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let (mut low, mut high) = (low, high);
    let inner = |low: f64, high: f64| (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut left, mut right) = inner(low, high);
    let (mut at_left, mut at_right) = (height(left), height(right));
    for _ in 0..16 {
        if at_left < at_right {
            (low, left, at_left) = (left, right, at_right);
            right = inner(low, high).1;
            at_right = height(right);
        } else {
            (high, right, at_right) = (right, left, at_left);
            left = inner(low, high).0;
            at_left = height(left);
        }
    }
    f64::midpoint(low, high)
}

/// What each place weighs in the posterior, 1 in all.
fn weights(grid: &[Place], spread: &Spread) -> impl Iterator<Item = f64> {
    let log = |place: &Place| place.likelihood + spread.log_density(place.log_odds, place.precision) + place.width.ln();
    let logs: Vec<f64> = grid.iter().map(log).collect();
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - highest).exp()).sum();
    logs.into_iter().map(move |log| (log - highest).exp() / sum)
}

fn posterior(grid: &[Place], spread: &Spread) -> Vec<Rate> {
    let mut cumulated = 0.0;
    let rate = |(place, weight): (&Place, f64)| {
        cumulated += weight;
        let precision = log_precision(place.precision).exp();
        Rate { log_odds: place.log_odds, width: place.width, precision, cumulated }
    };
    grid.iter().zip(weights(grid, spread)).map(rate).collect()
}

fn log_precision(precision: usize) -> f64 {
    FIRST + STEP * real(precision as u64)
}

/// The parameters of the beta of a month's rate.
fn beta_of(log_odds: f64, precision: f64) -> (f64, f64) {
    let rate = odds_to_share(log_odds);
    (rate * precision, (1.0 - rate) * precision)
}

/// The share whose log odds these are, kept off 0 and 1.
pub(super) fn odds_to_share(log_odds: f64) -> f64 {
    (1.0 / (1.0 + (-log_odds).exp())).clamp(1e-9, 1.0 - 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(months: &[(f64, f64)]) -> Seen {
        Seen(
            months
                .iter()
                .map(|(late, on_time)| Known { late: *late, on_time: *on_time, shift: 0.0, weight: 1.0 })
                .collect(),
        )
    }

    #[test]
    fn the_likelihood_is_that_of_the_beta_binomial() {
        // Beta(1, 1) makes 0 to 4 late of 4 equally likely: 1/5 for any one count, 1/30 for any one order of 2 and 2.
        let even = known(&[(2.0, 2.0)]).likelihood(0.0, 2.0);
        assert!((even - (1.0_f64 / 30.0).ln()).abs() < 1e-12);
        // Two months are independent given the unit's rate.
        let both = known(&[(2.0, 2.0), (0.0, 3.0)]).likelihood(-1.0, 7.0);
        let apart = known(&[(2.0, 2.0)]).likelihood(-1.0, 7.0) + known(&[(0.0, 3.0)]).likelihood(-1.0, 7.0);
        assert!((both - apart).abs() < 1e-12);
    }

    #[test]
    fn a_peak_is_found() {
        assert!((peak(|x| -(x - 1.25) * (x - 1.25), -14.0, 8.0) - 1.25).abs() < 0.02);
    }

    #[test]
    fn the_posterior_of_a_large_steady_unit_is_its_rate() {
        // Six months of 10 % late, 5,000 dossiers each: the rate is known to a fraction of a point.
        let seen = known(&[(500.0, 4_500.0); 6]);
        let rates = posterior(&seen.grid(&UNSEEN), &UNSEEN);
        let mut before = 0.0;
        let mut mean = 0.0;
        for rate in &rates {
            mean += (rate.cumulated - before) * odds_to_share(rate.log_odds);
            before = rate.cumulated;
        }
        assert!((before - 1.0).abs() < 1e-9);
        assert!((mean - 0.1).abs() < 0.002, "{mean}");
    }
}
