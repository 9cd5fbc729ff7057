//! Where each random number of a generator comes from.

use rand_core::Rng;
use rand_distr::{Beta, Distribution, Normal};
use rand_pcg::Pcg64;

use super::Generator;
use crate::number::{count, real};
use crate::random;

/// What a stream of random numbers is for.
#[derive(Clone, Copy)]
pub(super) enum Address {
    Size(u32),
    Unit(u32),
    Month(u32, i8),
    Row(u64),
}

pub(super) fn stream(seed: u64, address: Address) -> Pcg64 {
    let parts = match address {
        Address::Size(unit) => [0, unit.into()],
        Address::Unit(unit) => [1, unit.into()],
        Address::Month(unit, month) => [2, u64::from(unit) << 8 | u64::from(month.unsigned_abs())],
        Address::Row(row) => [3, row],
    };
    random::at(seed, parts)
}

/// A number from 0 to 1, 1 not among them.
pub(super) fn uniform(random: &mut impl Rng) -> f64 {
    real(random.next_u64() >> 11) / real(1 << 53)
}

/// Whether what happens with this chance happens.
pub(super) fn happens(chance: f64, random: &mut impl Rng) -> bool {
    uniform(random) < chance
}

/// A whole number from 0 up to `below`, which is not among them.
pub(super) fn whole(below: u64, random: &mut impl Rng) -> u64 {
    count((uniform(random) * real(below)).floor()).min(below.saturating_sub(1))
}

/// Whole days with this mean, at least 1, each more a like share rarer (geometric).
pub(super) fn days(mean: f64, random: &mut impl Rng) -> u32 {
    let more = ((1.0 - uniform(random)).ln() / (1.0 - 1.0 / mean).ln()).floor();
    1 + u32::try_from(count(more)).unwrap_or(0).min(365)
}

/// The late rate of a unit in a month.
pub(super) fn late_rate(generator: &Generator, unit: u32, month: i8) -> f64 {
    let late = (1.0 - generator.on_time).clamp(1e-9, 1.0 - 1e-9);
    let middle = (late / (1.0 - late)).ln();
    let mut random = stream(generator.seed, Address::Unit(unit));
    let log_odds = Normal::new(middle, generator.spread).map_or(middle, |normal| normal.sample(&mut random));
    let rate = (1.0 / (1.0 + (-log_odds).exp())).clamp(1e-9, 1.0 - 1e-9);
    let mut random = stream(generator.seed, Address::Month(unit, month));
    let beta = Beta::new(rate * generator.precision, (1.0 - rate) * generator.precision);
    beta.map_or(rate, |beta| beta.sample(&mut random))
}
