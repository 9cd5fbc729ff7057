//! Late rates of units, shrunk towards the panel.

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
/// Log odds looked at below and above the mode, in half standard deviations.
const BELOW: i32 = 16;
const ABOVE: i32 = 10;
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

/// A unit's months as far as rates go: late and on time, and the shift of their
/// age. Months of nothing say nothing.
struct Seen(Vec<(f64, f64, f64)>);

/// A place of a grid: where, how wide, which precision, and its log likelihood.
struct Place {
    log_odds: f64,
    width: f64,
    precision: usize,
    likelihood: f64,
}

impl Rates {
    /// Fits the spread by EM, then the posterior of each unit under it.
    pub(super) fn fit(panel: &Panel, maturity: &Maturity) -> Self {
        let seen: Vec<Seen> = panel.units.iter().map(|unit| Seen::of(unit, maturity)).collect();
        let lay = |spread: Spread| {
            in_threads(seen.len(), |range| {
                seen.get(range).unwrap_or_default().iter().map(|s| s.grid(&spread)).collect()
            })
        };
        // Grids are laid where the posterior lies, and that moves as the spread is learned.
        let mut spread = Spread { sd: 2.0, precision_sd: 1.5, ..UNSEEN };
        for _ in 0..2 {
            let grids = lay(spread);
            for _ in 0..ROUNDS {
                spread = spread.improved(&grids);
            }
        }
        Self(lay(spread).iter().map(|grid| posterior(grid, &spread)).collect())
    }
}

impl Spread {
    fn log_density(&self, log_odds: f64, precision: usize) -> f64 {
        let (a, b) =
            ((log_odds - self.mean) / self.sd, (log_precision(precision) - self.precision_mean) / self.precision_sd);
        -0.5 * (a * a + b * b)
    }

    /// One step of EM: the moments of what the units are taken for.
    fn improved(self, grids: &[Vec<Place>]) -> Self {
        let (mut count, mut means, mut squares) = (1.0, [UNSEEN.mean, UNSEEN.precision_mean], [0.0; 2]);
        let mut moments = Vec::with_capacity(grids.len());
        for grid in grids {
            let (mut first, mut second) = ([0.0; 2], [0.0; 2]);
            for (place, weight) in grid.iter().zip(weights(grid, &self)) {
                for (at, value) in [place.log_odds, log_precision(place.precision)].into_iter().enumerate() {
                    first[at] += weight * value;
                    second[at] += weight * value * value;
                }
            }
            for at in 0..2 {
                means[at] += first[at];
            }
            moments.push((first, second));
            count += 1.0;
        }
        let means = means.map(|sum| sum / count);
        for (first, second) in moments {
            for at in 0..2 {
                squares[at] += second[at] - 2.0 * means[at] * first[at] + means[at] * means[at];
            }
        }
        let sd = |at: usize, unseen: f64| ((squares[at] + unseen * unseen) / count).sqrt();
        Self {
            mean: means[0],
            sd: sd(0, UNSEEN.sd),
            precision_mean: means[1],
            precision_sd: sd(1, UNSEEN.precision_sd),
        }
    }
}

impl Seen {
    fn of(unit: &Unit, maturity: &Maturity) -> Self {
        let known = unit.recent().iter().filter(|cohort| cohort.late + cohort.on_time > 0);
        Self(known.map(|c| (real(c.late), real(c.on_time), maturity.known_shift(c.age))).collect())
    }

    /// The beta–binomial log likelihood, but for a constant.
    fn likelihood(&self, log_odds: f64, precision: f64) -> f64 {
        let month = |(late, on_time, shift): &(f64, f64, f64)| {
            let rate = odds_to_share(log_odds + shift);
            let (a, b) = (rate * precision, (1.0 - rate) * precision);
            ln_beta(a + late, b + on_time) - ln_beta(a, b)
        };
        self.0.iter().map(month).sum()
    }

    /// Places around the mode of each precision, as wide as the posterior is there.
    fn grid(&self, spread: &Spread) -> Vec<Place> {
        let mut places = Vec::with_capacity(PRECISIONS * 27);
        for precision in 0..PRECISIONS {
            let value = log_precision(precision).exp();
            let height = |log_odds: f64| self.likelihood(log_odds, value) + spread.log_density(log_odds, precision);
            let mode = peak(height, -14.0, 8.0);
            let step = 0.02;
            let bend = (2.0 * height(mode) - height(mode - step) - height(mode + step)) / (step * step);
            let width = 0.5 / bend.max(0.01).sqrt();
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
    for _ in 0..26 {
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

/// The share whose log odds these are, kept off 0 and 1.
pub(super) fn odds_to_share(log_odds: f64) -> f64 {
    (1.0 / (1.0 + (-log_odds).exp())).clamp(1e-9, 1.0 - 1e-9)
}
