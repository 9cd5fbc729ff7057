//! How long dossiers took.

use parindex::{Exact, Number};

use crate::error::Problem;
use crate::number;

/// Processing times of the dossiers of a group that ended and count, without
/// the time they waited for the citizen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Processing {
    /// Whole days, ascending, and how many dossiers took them.
    days: Vec<(u32, u64)>,
    count: u64,
    minutes: u128,
}

impl Processing {
    pub(super) fn new(days: impl Iterator<Item = (u32, u64, u128)>) -> Self {
        let mut all = Self::default();
        for (day, count, minutes) in days {
            all.days.push((day, count));
            all.count = all.count.saturating_add(count);
            all.minutes = all.minutes.saturating_add(minutes);
        }
        all
    }

    /// Dossiers whose time is known.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their whole minutes together.
    #[must_use]
    pub fn minutes(&self) -> u128 {
        self.minutes
    }

    /// Minutes on average, exact; none of no dossiers.
    #[must_use]
    pub fn mean_minutes(&self) -> Option<Exact> {
        Exact::fraction(i128::try_from(self.minutes).ok()?, self.count.into())
    }

    /// Whole days (rounded down) and how many dossiers took them, ascending.
    pub fn days(&self) -> impl Iterator<Item = (u32, u64)> {
        self.days.iter().copied()
    }

    /// The least number of whole days in which a `share` of the dossiers was
    /// done: the lower quantile, of an observed dossier. None of no dossiers.
    ///
    /// # Errors
    /// `out-of-range` for a share outside 0 to 1.
    pub fn quantile(&self, share: Number) -> Result<Option<u32>, Problem> {
        let wanted = number::share(share)?.times(&Exact::whole(self.count.into()));
        let mut done = 0_u64;
        let found = self.days.iter().find(|(_, count)| {
            done = done.saturating_add(*count);
            Exact::whole(done.into()) >= wanted
        });
        Ok(found.map(|(day, _)| *day))
    }
}
