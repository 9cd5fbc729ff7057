//! The counts of a group.

use parindex::Exact;

use crate::cells::Cell;
use crate::outcome::{Class, Outcome, Reason};

/// How many dossiers of a group had which outcome.
///
/// A dossier of the period counts in one of four classes, or not at all for
/// one reason: `received() + uncounted()` is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; Outcome::COUNT]);

impl Counts {
    pub(super) fn of(cells: &[Cell]) -> Self {
        let mut counts = Self::default();
        for cell in cells {
            counts.add(*cell);
        }
        counts
    }

    pub(super) fn add(&mut self, (cell, count): Cell) {
        let outcome = usize::try_from(cell).unwrap_or(0) % Outcome::COUNT;
        if let Some(sum) = self.0.get_mut(outcome) {
            *sum = sum.saturating_add(count);
        }
    }

    /// Dossiers with this outcome; none are ever outside the period, see
    /// [`Tally::outside_period`](crate::Tally::outside_period).
    #[must_use]
    pub fn get(&self, outcome: Outcome) -> u64 {
        self.0.get(usize::from(outcome.number())).copied().unwrap_or(0)
    }

    fn class(&self, class: Class) -> u64 {
        self.get(Outcome::Counted(class))
    }

    /// Ended on time.
    #[must_use]
    pub fn on_time(&self) -> u64 {
        self.class(Class::OnTime)
    }

    /// Ended late.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.class(Class::Late)
    }

    /// Not ended, and still within time.
    #[must_use]
    pub fn pending_in_time(&self) -> u64 {
        self.class(Class::PendingInTime)
    }

    /// Not ended, and late.
    #[must_use]
    pub fn pending_late(&self) -> u64 {
        self.class(Class::PendingLate)
    }

    /// All that count: the denominator.
    #[must_use]
    pub fn received(&self) -> u64 {
        Class::ALL.into_iter().fold(0, |sum, class| sum.saturating_add(self.class(class)))
    }

    /// On time, and pending in time: the numerator.
    #[must_use]
    pub fn in_time(&self) -> u64 {
        self.on_time().saturating_add(self.pending_in_time())
    }

    /// The share on time, exact; none if nothing counts.
    #[must_use]
    pub fn ratio(&self) -> Option<Exact> {
        Exact::fraction(self.in_time().into(), self.received().into())
    }

    /// Why dossiers of the period do not count, and how many.
    pub fn reasons(&self) -> impl Iterator<Item = (Reason, u64)> {
        let all = Reason::ALL.into_iter().map(|reason| (reason, self.get(Outcome::Uncounted(reason))));
        all.filter(|(_, count)| *count > 0)
    }

    /// Dossiers of the period that do not count.
    #[must_use]
    pub fn uncounted(&self) -> u64 {
        self.reasons().fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    /// Of those, the rows that contradict themselves or cannot be read.
    #[must_use]
    pub fn bad_rows(&self) -> u64 {
        let bad = self.reasons().filter(|(reason, _)| reason.is_bad_row());
        bad.fold(0, |sum, (_, count)| sum.saturating_add(count))
    }
}
