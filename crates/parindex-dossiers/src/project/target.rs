//! The threshold, compared by whole numbers.

use parindex::{Exact, Number};

use crate::error::Error;
use crate::number::share;

/// A threshold as a fraction of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    numerator: u128,
    denominator: u128,
}

/// What is settled, and what can still end either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Finished on time.
    pub(super) on_time: u64,
    /// Finished late, or overdue.
    pub(super) late: u64,
    /// Neither finished nor due.
    pub(super) pending: u64,
}

impl Standing {
    pub(super) fn received(self) -> u64 {
        self.on_time + self.late + self.pending
    }
}

impl Target {
    pub(super) fn new(threshold: Number) -> Result<Self, Error> {
        share(threshold)?;
        let value = threshold.as_decimal();
        Ok(Self { numerator: value.mantissa().unsigned_abs(), denominator: 10_u128.pow(value.scale()) })
    }

    /// Whether `on_time` of `received` is at or above the threshold.
    pub(super) fn is_reached(self, on_time: u64, received: u64) -> bool {
        u128::from(on_time) * self.denominator >= u128::from(received) * self.numerator
    }

    /// The fewest that must be on time of `received`.
    fn fewest(self, received: u64) -> u64 {
        let fewest = (u128::from(received) * self.numerator).div_ceil(self.denominator);
        u64::try_from(fewest).unwrap_or(u64::MAX)
    }

    /// How many more must end on time, with `to_come` still to be received;
    /// `None` if all that is open is not enough.
    fn needed(self, standing: Standing, to_come: u64) -> Option<u64> {
        let needed = self.fewest(standing.received() + to_come).saturating_sub(standing.on_time);
        (needed <= standing.pending + to_come).then_some(needed)
    }

    /// How many of what is open may still turn late; `None` if out of reach.
    pub(super) fn late_affordable(self, standing: Standing, to_come: u64) -> Option<u64> {
        self.needed(standing, to_come).map(|needed| standing.pending + to_come - needed)
    }

    /// The share of what is open that must end on time; `None` if out of reach
    /// or not in need of any.
    pub(super) fn rate_needed(self, standing: Standing, to_come: u64) -> Option<Exact> {
        let needed = self.needed(standing, to_come).filter(|needed| *needed > 0)?;
        Exact::fraction(needed.into(), (standing.pending + to_come).into())
    }

    /// The only end there can be, if there is one: whether it is reached.
    ///
    /// As long as dossiers may come, any number of them may, on time or late.
    pub(super) fn settled(self, standing: Standing, may_come: bool) -> Option<bool> {
        let (worst, best) = if may_come {
            (self.numerator == 0, self.numerator < self.denominator || standing.late == 0)
        } else {
            let received = standing.received();
            (
                self.is_reached(standing.on_time, received),
                self.is_reached(standing.on_time + standing.pending, received),
            )
        };
        (worst == best).then_some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Target {
        Target::new(text.parse().unwrap()).unwrap()
    }

    fn standing(on_time: u64, late: u64, pending: u64) -> Standing {
        Standing { on_time, late, pending }
    }

    #[test]
    fn a_threshold_is_met_at_its_very_edge() {
        let exact = target("0.90");
        assert!(exact.is_reached(9, 10) && exact.is_reached(90, 100) && !exact.is_reached(899_999, 1_000_000));
        // 0.7 × 10 is 7.000000000000001 in no arithmetic but binary's.
        assert!(target("0.7").is_reached(7, 10));
        assert!(target("0.000000000000001").is_reached(1, 1_000_000_000_000_000));
        assert!(!target("0.000000000000001").is_reached(1, 1_000_000_000_000_001));
        for bad in ["1.01", "-0.1", "90"] {
            assert_eq!(Target::new(bad.parse().unwrap()).unwrap_err().code(), "out-of-range", "{bad}");
        }
    }

    #[test]
    fn what_is_needed_and_what_can_be_afforded() {
        // 100 received, 85 on time, 5 late, 10 open; 100 to come: 180 of 200 are needed, 95 of 110.
        let half = standing(85, 5, 10);
        assert_eq!(target("0.90").rate_needed(half, 100), Exact::fraction(95, 110));
        assert_eq!(target("0.90").late_affordable(half, 100), Some(15));
        // 20 late of 100: with 80 to come and all of them on time 160 of 180 are 88.9 %.
        assert_eq!(target("0.90").rate_needed(standing(80, 20, 0), 80), None);
        assert_eq!(target("0.90").late_affordable(standing(80, 20, 0), 80), None);
        // With 100 to come all must be on time: 180 of 200.
        assert_eq!(target("0.90").rate_needed(standing(80, 20, 0), 100), Exact::fraction(1, 1));
        assert_eq!(target("0.90").late_affordable(standing(80, 20, 0), 100), Some(0));
        // 95 of 100 are there, 5 open: none is needed.
        assert_eq!(target("0.90").rate_needed(standing(95, 0, 5), 0), None);
        assert_eq!(target("0.90").late_affordable(standing(95, 0, 5), 0), Some(5));
        // A third of a dossier is a dossier: 0.90 of 11 is 9.9, so 10.
        assert_eq!(target("0.90").late_affordable(standing(0, 0, 11), 0), Some(1));
    }

    #[test]
    fn only_counts_settle_a_year() {
        let ninety = target("0.90");
        assert_eq!(ninety.settled(standing(90, 0, 10), false), Some(true));
        assert_eq!(ninety.settled(standing(89, 0, 11), false), None);
        assert_eq!(ninety.settled(standing(80, 11, 9), false), Some(false));
        assert_eq!(ninety.settled(standing(80, 10, 10), false), None);
        assert_eq!(ninety.settled(standing(1_000_000, 0, 0), true), None);
        assert_eq!(target("1").settled(standing(10, 1, 0), true), Some(false));
        assert_eq!(target("1").settled(standing(10, 0, 0), true), None);
        assert_eq!(target("0").settled(standing(0, 10, 0), true), Some(true));
    }
}
