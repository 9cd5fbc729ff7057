//! Ends of the year, drawn.

use parindex::{Exact, Stop};
use rand_core::Rng;
use rand_distr::{Beta, Binomial, Distribution, Gamma, Poisson};

use super::Projection;
use super::maturity::Maturity;
use super::panel::{Cohort, Panel, Unit};
use super::rates::{Rate, Rates, odds_to_share};
use super::target::{Standing, Target};
use super::volume::{Level, Volume};
use crate::number::{count, real};
use crate::parallel::in_threads;
use crate::random;

/// Turns of Gibbs sampling; pending dossiers are few beside the rest, so it forgets its start at once.
const SWEEPS: u32 = 4;
/// The quantiles of the interval.
const INTERVAL: (f64, f64) = (0.05, 0.95);

pub(super) fn run(
    panel: &Panel,
    maturity: &Maturity,
    volume: &Volume,
    rates: &Rates,
    target: &Target,
    (draws, seed): (u32, u64),
) -> Vec<Projection> {
    let units: Vec<(&Unit, &Vec<Rate>)> = panel.units.iter().zip(&rates.0).collect();
    let project = |(unit, rates): &(&Unit, &Vec<Rate>)| {
        let year = Year::new(panel, unit, maturity, volume);
        year.projection(unit, rates, *target, (draws, seed))
    };
    in_threads(units.len(), |range| units.get(range).unwrap_or_default().iter().map(project).collect())
}

/// Dossiers of one month that are pending in time.
struct Pending {
    count: u64,
    late: f64,
    on_time: f64,
    /// How the log odds of late among them differ from those of all.
    shift: f64,
    /// The share of their late ones that shows by the end of the year.
    will_show: f64,
}

impl Pending {
    /// How many of them are late, given what is known of their month and the
    /// beta of its rate: by Gibbs sampling (Tanner and Wong 1987), the late ones
    /// by the rate and the rate by the late ones in turn.
    fn draw(&self, a: f64, b: f64, random: &mut impl Rng) -> u64 {
        let (mut share, mut late) = (a / (a + b), 0);
        for _ in 0..SWEEPS {
            late = binomial(self.count, odds_to_share((share / (1.0 - share)).ln() + self.shift), random);
            let on_time = self.count - late;
            share = beta(a + self.late + real(late), b + self.on_time + real(on_time), random);
        }
        late
    }
}

/// A month to come.
struct Coming {
    /// Its season, for the part of it that is to come.
    weight: f64,
    /// The share of its late dossiers that shows by the end of the year.
    will_show: f64,
}

/// What one unit's year is made of.
struct Year {
    standing: Standing,
    pending: Vec<Pending>,
    coming: Vec<Coming>,
    level: Level,
    /// Variance of a month's volume over its squared mean.
    variance: f64,
}

impl Year {
    fn new(panel: &Panel, unit: &Unit, maturity: &Maturity, volume: &Volume) -> Self {
        let (mut standing, left) = (unit.standing(), panel.months_left());
        if left <= 0.0 {
            // What is within time on the last day counts as on time.
            standing = Standing { on_time: standing.on_time + standing.pending, pending: 0, ..standing };
        }
        let is_open = |cohort: &&Cohort| left > 0.0 && cohort.is_in_year && cohort.pending > 0;
        let open = unit.cohorts.iter().filter(is_open);
        let pending = open.map(|cohort| Pending {
            count: cohort.pending,
            late: real(cohort.late),
            on_time: real(cohort.on_time),
            shift: maturity.pending_shift(cohort.age),
            will_show: maturity.will_show(cohort.age, left),
        });
        let coming = panel
            .to_come()
            .into_iter()
            .map(|(month, share, age)| Coming { weight: volume.season(month) * share, will_show: maturity.late(age) });
        Self {
            standing,
            pending: pending.collect(),
            coming: coming.collect(),
            level: volume.level(panel, unit),
            variance: volume.variance,
        }
    }

    fn projection(&self, unit: &Unit, rates: &[Rate], target: Target, (draws, seed): (u32, u64)) -> Projection {
        let standing = self.standing;
        let to_come = count(self.coming.iter().map(|month| month.weight).sum::<f64>() * self.level.mean);
        let (mut reached, mut ratios) = (0_u32, Vec::with_capacity(draws as usize));
        let name = random::of_name(&unit.name);
        for draw in 0..draws {
            Stop::point();
            let (late, received) = self.draw(rates, &mut random::at(seed, [name, draw.into()]));
            if received > 0 {
                reached += u32::from(target.is_reached(received - late, received));
                ratios.push(real(received - late) / real(received));
            }
        }
        ratios.sort_unstable_by(f64::total_cmp);
        let ends = real(ratios.len() as u64);
        let may_come = self.level.mean > 0.0 && !self.coming.is_empty();
        let chance = match target.settled(standing, may_come) {
            Some(is_reached) => f64::from(u8::from(is_reached)),
            // A draw more, half of it reached: no number of draws is certainty.
            None => (f64::from(reached) + 0.5) / (ends + 1.0),
        };
        let some = |value: f64| (ends > 0.0).then_some(value);
        Projection {
            unit: unit.name.clone(),
            so_far: Exact::fraction((standing.on_time + standing.pending).into(), standing.received().into()),
            expected: some(mean(&ratios)),
            low: some(quantile(&ratios, INTERVAL.0)),
            high: some(quantile(&ratios, INTERVAL.1)),
            p_reach: some(chance),
            to_come,
            rate_needed: target.rate_needed(standing, to_come),
            late_affordable: target.late_affordable(standing, to_come),
        }
    }

    /// One end of the year: dossiers late, and received.
    fn draw(&self, rates: &[Rate], random: &mut impl Rng) -> (u64, u64) {
        let Some(rate) = pick(rates, uniform(random)) else { return (self.standing.late, self.standing.received()) };
        let log_odds = rate.log_odds + rate.width * (uniform(random) - 0.5);
        let (mut late, mut received) = (self.standing.late, self.standing.received());
        let mean = odds_to_share(log_odds);
        for open in &self.pending {
            let hidden = open.draw(mean * rate.precision, (1.0 - mean) * rate.precision, random);
            late += binomial(hidden, open.will_show, random);
        }
        let level = self.level.mean * gamma(self.level.variance, random);
        for month in &self.coming {
            let arrived = poisson(level * month.weight * gamma(self.variance, random), random);
            let share = beta(mean * rate.precision, (1.0 - mean) * rate.precision, random);
            late += binomial(arrived, share * month.will_show, random);
            received += arrived;
        }
        (late, received)
    }
}

fn pick(rates: &[Rate], at: f64) -> Option<&Rate> {
    rates.get(rates.partition_point(|rate| rate.cumulated < at)).or(rates.last())
}

fn uniform(random: &mut impl Rng) -> f64 {
    real(random.next_u64() >> 11) / real(1 << 53)
}

/// A share with a beta distribution, kept off 0 and 1.
fn beta(a: f64, b: f64, random: &mut impl Rng) -> f64 {
    let drawn = Beta::new(a, b).map_or(a / (a + b), |beta| beta.sample(random));
    if drawn.is_nan() { a / (a + b) } else { drawn.clamp(1e-12, 1.0 - 1e-12) }
}

fn binomial(count: u64, share: f64, random: &mut impl Rng) -> u64 {
    Binomial::new(count, share.clamp(0.0, 1.0)).map_or(0, |binomial| binomial.sample(random))
}

/// A factor of mean 1 and this variance.
fn gamma(variance: f64, random: &mut impl Rng) -> f64 {
    Gamma::new(1.0 / variance, variance).map_or(1.0, |gamma| gamma.sample(random))
}

fn poisson(mean: f64, random: &mut impl Rng) -> u64 {
    Poisson::new(mean).map_or(0, |poisson| count(poisson.sample(random)))
}

/// The mean, exact where all values are the same.
fn mean(values: &[f64]) -> f64 {
    let first = values.first().copied().unwrap_or(0.0);
    first + values.iter().map(|value| value - first).sum::<f64>() / real(values.len().max(1) as u64)
}

/// The sample quantile of sorted values, straight between them (R's type 7).
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = real(sorted.len().saturating_sub(1) as u64) * part;
    let below = usize::try_from(count(place.floor())).unwrap_or(0);
    let value = |at: usize| sorted.get(at).or(sorted.last()).copied().unwrap_or(f64::NAN);
    value(below) + (value(below + 1) - value(below)) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_r() {
        // R: quantile(c(1, 2, 4, 8), c(0.05, 0.5, 0.95)) is 1.15, 3.00, 7.40.
        let values = [1.0, 2.0, 4.0, 8.0];
        for (part, expected) in [(0.05, 1.15), (0.5, 3.0), (0.95, 7.4), (0.0, 1.0), (1.0, 8.0)] {
            assert!((quantile(&values, part) - expected).abs() < 1e-12, "{part}");
        }
    }

    #[test]
    fn a_share_survives_the_smallest_parameters() {
        let mut random = random::at(1, [2, 3]);
        for (a, b) in [(1e-9, 1e-9), (1e-9, 5.0), (5.0, 1e-9), (1e9, 1e9), (1e-300, 1.0)] {
            for _ in 0..200 {
                let share = beta(a, b, &mut random);
                assert!(share > 0.0 && share < 1.0, "{a} {b} {share}");
            }
        }
    }
}
