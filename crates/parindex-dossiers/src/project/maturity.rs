//! How much of a month's outcome is known at each age.

use std::collections::BTreeMap;

use super::panel::{Cohort, Panel, RECENT};
use crate::number::{count, real};

/// A month is settled once at most this share of it is pending, or no more than
/// of any other month, if that is little.
const SETTLED: f64 = 0.003;
const LITTLE: f64 = 0.05;
/// No age is so young that less than this share shows.
const LEAST: f64 = 0.001;

/// The shares of on-time and of late dossiers that have shown themselves, by
/// the months that have passed since they were received.
///
/// A dossier finishes on time before it is due, and is known to be late only
/// after; so late ones show later, and those still pending hold more of them.
/// Both shares are read off the panel: what a young month lacks of the late
/// rate of the settled months is still hidden among its pending dossiers. Without
/// a settled month there is nothing to compare with, and both are taken as equal.
#[derive(Debug)]
pub(super) struct Maturity {
    on_time: Vec<f64>,
    late: Vec<f64>,
    /// What all units received, by age; nothing where the month is settled.
    young: Vec<Option<f64>>,
}

impl Maturity {
    pub(super) fn of(panel: &Panel) -> Self {
        // On time, late, pending of all units, by age.
        let mut ages: BTreeMap<usize, [f64; 3]> = BTreeMap::new();
        for cohort in panel.cohorts().filter(|cohort| cohort.age < RECENT as usize) {
            let sums = ages.entry(cohort.age).or_default();
            for (sum, count) in sums.iter_mut().zip([cohort.on_time, cohort.late, cohort.pending]) {
                *sum += real(count);
            }
        }
        let received = |sums: &[f64; 3]| sums.iter().sum::<f64>();
        let shares = ages.values().filter(|sums| received(sums) > 0.0).map(|sums| sums[2] / received(sums));
        let limit = shares.fold(LITTLE, f64::min).max(SETTLED);
        let is_settled = |sums: &[f64; 3]| sums[2] <= limit * received(sums);
        let settled = ages.values().filter(|sums| is_settled(sums));
        let (on_time, late) = settled.fold((0.0, 0.0), |(on_time, late), sums| (on_time + sums[0], late + sums[1]));
        let rate = if on_time + late > 0.0 { Some(late / (on_time + late)) } else { None };
        let mut maturity = Self { on_time: Vec::new(), late: Vec::new(), young: Vec::new() };
        for sums in ages.values() {
            let (shown_on_time, shown_late) = match received(sums) {
                0.0 => (0.0, 0.0),
                _ if is_settled(sums) => (1.0, 1.0),
                received => shown(*sums, received, rate),
            };
            maturity.push(shown_on_time, shown_late);
            maturity.young.push((rate.is_some() && !is_settled(sums)).then(|| received(sums)));
        }
        maturity
    }

    /// The next age; what has shown does not vanish again.
    fn push(&mut self, on_time: f64, late: f64) {
        for (shares, share) in [(&mut self.on_time, on_time), (&mut self.late, late)] {
            let before = shares.last().copied().unwrap_or(LEAST);
            shares.push(share.clamp(before, 1.0));
        }
    }

    /// The share of on-time dossiers known to be so at an age.
    fn on_time(&self, age: usize) -> f64 {
        self.on_time.get(age).copied().unwrap_or(1.0)
    }

    /// The share of late dossiers known to be so at an age.
    pub(super) fn late(&self, age: usize) -> f64 {
        self.late.get(age).copied().unwrap_or(1.0)
    }

    /// What a unit's month says of its rate, 0 to 1. How much of a young month has
    /// shown is learned from the settled months; so far as the unit itself is the
    /// panel, the month only repeats what those said.
    pub(super) fn weight(&self, cohort: &Cohort) -> f64 {
        let all = self.young.get(cohort.age).copied().flatten();
        all.map_or(1.0, |all| 1.0 - real(cohort.received()) / all)
    }

    /// By how much the log odds of late are lower among the known than among all.
    pub(super) fn known_shift(&self, age: usize) -> f64 {
        (self.late(age) / self.on_time(age)).ln()
    }

    /// By how much the log odds of late are higher among the pending than among all.
    pub(super) fn pending_shift(&self, age: usize) -> f64 {
        let hidden = |shown: f64| (1.0 - shown).max(LEAST);
        (hidden(self.late(age)) / hidden(self.on_time(age))).ln()
    }

    /// The share of the late ones hidden at an age that will show in so many months.
    pub(super) fn will_show(&self, age: usize, months: f64) -> f64 {
        let hidden = 1.0 - self.late(age);
        if hidden <= LEAST {
            return 1.0;
        }
        let whole = usize::try_from(count(months.floor())).unwrap_or(0);
        let (from, to) = (self.late(age + whole), self.late(age + whole + 1));
        (from + (to - from) * months.fract() - self.late(age)) / hidden
    }
}

/// The shares shown of a young month, if its late rate will be `rate`.
fn shown([on_time, late, _]: [f64; 3], received: f64, rate: Option<f64>) -> (f64, f64) {
    let both = (on_time + late) / received;
    let Some(rate) = rate.filter(|rate| *rate > 0.0 && *rate < 1.0) else { return (both, both) };
    let of_late = late / (rate * received);
    // A month that is worse than the others says nothing of what is hidden.
    if of_late >= both { (both, both) } else { ((on_time / ((1.0 - rate) * received)).min(1.0), of_late) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_young_month_lacks_is_hidden_among_its_pending() {
        // One in ten is late once settled; of 1,000 young ones 850 are on time, 50 late, 100 pending.
        let mut maturity = Maturity { on_time: Vec::new(), late: Vec::new(), young: Vec::new() };
        let (on_time, late) = shown([850.0, 50.0, 100.0], 1_000.0, Some(0.1));
        maturity.push(on_time, late);
        maturity.push(1.0, 1.0);
        // 50 of 100 late ones show, 850 of 900 on time; so 50 of the 100 pending are late: even odds, nine times 1:9.
        assert!((maturity.late(0) - 0.5).abs() < 1e-12);
        assert!((maturity.pending_shift(0) - 9.0_f64.ln()).abs() < 1e-9);
        // Among the known 50 of 900 are late: 1:17.
        assert!((maturity.known_shift(0) - (9.0_f64 / 17.0).ln()).abs() < 1e-12);
        assert!((maturity.will_show(0, 1.0) - 1.0).abs() < 1e-12);
        assert!((maturity.will_show(0, 0.5) - 0.5).abs() < 1e-12);
        assert!(maturity.will_show(0, 0.0).abs() < 1e-12);
        // Worse than the settled months already: the pending are taken as like the rest.
        assert_eq!(shown([800.0, 100.0, 100.0], 1_000.0, Some(0.1)), (0.9, 0.9));
        assert_eq!(shown([850.0, 50.0, 100.0], 1_000.0, None), (0.9, 0.9));
    }
}
