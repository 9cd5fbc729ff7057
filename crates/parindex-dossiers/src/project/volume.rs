//! How many dossiers are still to come.

use std::collections::BTreeMap;

use super::panel::{Panel, Unit};
use crate::number::real;

/// Months of a unit with a relative variance of [`WEAK_VARIANCE`] that are added to the panel's.
const WEAK_MONTHS: f64 = 12.0;
/// The relative variance of months, by a weak guess: ±20 %.
const WEAK_VARIANCE: f64 = 0.04;
/// Months that expect fewer dossiers say little of their own variance.
const TELLING: f64 = 10.0;

/// Season and spread of what is received, of the panel as a whole.
#[derive(Debug)]
pub(super) struct Volume {
    /// By calendar month, 1 on average.
    season: [f64; 12],
    /// Variance of a month's volume over its squared mean, beyond chance.
    pub(super) variance: f64,
}

/// What a unit receives in a month of an ordinary season.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub(super) mean: f64,
    /// Its variance over its squared mean.
    pub(super) variance: f64,
}

impl Volume {
    pub(super) fn fit(panel: &Panel) -> Self {
        let mut volume = Self { season: season(panel), variance: WEAK_VARIANCE };
        let (mut sum, mut months) = (WEAK_MONTHS * WEAK_VARIANCE, WEAK_MONTHS);
        for unit in &panel.units {
            let (level, seen) = (volume.level(panel, unit), real(unit.recent().len() as u64));
            for cohort in unit.recent() {
                let mean = level.mean * volume.exposure(panel, cohort.month);
                if mean >= TELLING && seen > 1.0 {
                    // By moments: the square of the residual less what chance gives.
                    let residual = real(cohort.received()) - mean;
                    sum += (residual * residual * seen / (seen - 1.0) - mean) / (mean * mean);
                    months += 1.0;
                }
            }
        }
        volume.variance = (sum / months).max(1e-4);
        volume
    }

    /// What the unit receives, by its last months.
    pub(super) fn level(&self, panel: &Panel, unit: &Unit) -> Level {
        let received: f64 = unit.recent().iter().map(|cohort| real(cohort.received())).sum();
        let exposure: f64 = unit.recent().iter().map(|cohort| self.exposure(panel, cohort.month)).sum();
        let mean = if exposure > 0.0 { received / exposure } else { 0.0 };
        Level { mean, variance: self.variance / exposure.max(0.1) + 1.0 / received.max(1.0) }
    }

    /// The season of a month.
    pub(super) fn season(&self, month: i32) -> f64 {
        calendar(month).and_then(|month| self.season.get(month)).copied().unwrap_or(1.0)
    }

    fn exposure(&self, panel: &Panel, month: i32) -> f64 {
        self.season(month) * panel.seen(month)
    }
}

fn calendar(month: i32) -> Option<usize> {
    usize::try_from(month.rem_euclid(12)).ok()
}

/// The mean of the seasons of whole years, the last of which ends with the last
/// whole month; flat if there is none.
fn season(panel: &Panel) -> [f64; 12] {
    let mut totals: BTreeMap<i32, f64> = BTreeMap::new();
    for cohort in panel.cohorts() {
        *totals.entry(cohort.month).or_default() += real(cohort.received());
    }
    let (mut sums, mut years) = ([0.0; 12], 0.0);
    let mut end = panel.last_whole();
    loop {
        let year: Vec<(i32, f64)> = totals.range(end - 11..=end).map(|(month, total)| (*month, *total)).collect();
        let mean = year.iter().map(|(_, total)| total).sum::<f64>() / 12.0;
        if year.len() < 12 || mean <= 0.0 {
            break;
        }
        for (month, total) in year {
            if let Some(sum) = calendar(month).and_then(|month| sums.get_mut(month)) {
                *sum += total / mean;
            }
        }
        years += 1.0;
        end -= 12;
    }
    if years > 0.0 { sums.map(|sum| sum / years) } else { [1.0; 12] }
}
