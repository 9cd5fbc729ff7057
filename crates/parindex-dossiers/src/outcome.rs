//! What a dossier counts as: one of four classes, or not at all and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The class of a dossier that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Ended on time (đúng hạn, trước hạn).
    OnTime,
    /// Ended late (quá hạn).
    Late,
    /// Not ended, and its due date has not passed (trong hạn).
    PendingInTime,
    /// Not ended, and its due date has passed.
    PendingLate,
}

impl Class {
    /// Every class, in the order of its number.
    pub const ALL: [Self; 4] = [Self::OnTime, Self::Late, Self::PendingInTime, Self::PendingLate];

    /// The word that names it, and its column.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::PendingInTime => "pending_in_time",
            Self::PendingLate => "pending_late",
        }
    }
}

/// Why a dossier does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Reason {
    /// It does not belong to the period.
    OutsidePeriod,
    /// It has neither a due date nor a limit.
    NoDeadline,
    /// It was refused or withdrawn before it was received.
    BeforeReception,
    /// It was sent in and not received yet.
    NotReceived,
    /// It has no moment of reception.
    MissingReceived,
    /// A moment cannot be read.
    BadDate,
    /// It was due before it was received.
    DueBeforeReceived,
    /// It ended before it was received.
    EndBeforeReceived,
    /// Its status is a word nobody knows.
    UnknownStatus,
    /// Its status says that it ended, and no moment says when.
    MissingEnd,
    /// A supplement was answered before it was asked for.
    AnsweredBeforeRequested,
    /// A supplement was answered, and no moment says when it was asked for.
    AnsweredWithoutRequest,
    /// A supplement was answered after the dossier had ended.
    AnsweredAfterEnd,
    /// It waits for a supplement, and no moment says since when.
    MissingRequest,
    /// Its limit is not a whole number of days or hours.
    BadLimit,
    /// Its number of requests is not a whole number.
    BadCount,
    /// Its days lie outside the calendar: it is the calendar that lacks them.
    CalendarEnds,
}

impl Reason {
    /// Every reason, in the order of its number.
    pub const ALL: [Self; 17] = [
        Self::OutsidePeriod,
        Self::NoDeadline,
        Self::BeforeReception,
        Self::NotReceived,
        Self::MissingReceived,
        Self::BadDate,
        Self::DueBeforeReceived,
        Self::EndBeforeReceived,
        Self::UnknownStatus,
        Self::MissingEnd,
        Self::AnsweredBeforeRequested,
        Self::AnsweredWithoutRequest,
        Self::AnsweredAfterEnd,
        Self::MissingRequest,
        Self::BadLimit,
        Self::BadCount,
        Self::CalendarEnds,
    ];

    /// The slug that names it, such as `no-deadline`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OutsidePeriod => "outside-period",
            Self::NoDeadline => "no-deadline",
            Self::BeforeReception => "before-reception",
            Self::NotReceived => "not-received",
            Self::MissingReceived => "missing-received",
            Self::BadDate => "bad-date",
            Self::DueBeforeReceived => "due-before-received",
            Self::EndBeforeReceived => "end-before-received",
            Self::UnknownStatus => "unknown-status",
            Self::MissingEnd => "missing-end",
            Self::AnsweredBeforeRequested => "answered-before-requested",
            Self::AnsweredWithoutRequest => "answered-without-request",
            Self::AnsweredAfterEnd => "answered-after-end",
            Self::MissingRequest => "missing-request",
            Self::BadLimit => "bad-limit",
            Self::BadCount => "bad-count",
            Self::CalendarEnds => "calendar-ends",
        }
    }

    /// Whether the row contradicts itself or cannot be read, so that someone
    /// should mend it.
    #[must_use]
    pub fn is_bad_row(self) -> bool {
        use Reason::{BeforeReception, CalendarEnds, NoDeadline, NotReceived, OutsidePeriod};
        !matches!(self, OutsidePeriod | NoDeadline | BeforeReception | NotReceived | CalendarEnds)
    }
}

/// What the rule makes of a dossier.
///
/// ```
/// use parindex_dossiers::{Class, Outcome, Reason};
/// assert_eq!(Outcome::Counted(Class::OnTime).to_string(), "on_time");
/// assert_eq!(Outcome::Uncounted(Reason::NoDeadline).to_string(), "no-deadline");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It counts, in this class.
    Counted(Class),
    /// It does not count.
    Uncounted(Reason),
}

impl Outcome {
    /// How many bits a number takes.
    pub(crate) const BITS: u32 = 5;
    /// How many numbers there can be.
    pub(crate) const COUNT: usize = 1 << Self::BITS;

    /// Its number: classes first, then reasons.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Counted(class) => class as u8,
            Self::Uncounted(reason) => reason as u8 + 4,
        }
    }

    /// The outcome with this number.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        let number = usize::from(number);
        let class = Class::ALL.get(number).map(|class| Self::Counted(*class));
        class.or_else(|| Some(Self::Uncounted(*Reason::ALL.get(number.checked_sub(4)?)?)))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counted(class) => class.name(),
            Self::Uncounted(reason) => reason.name(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back_to_their_outcomes() {
        let classes = Class::ALL.into_iter().map(Outcome::Counted);
        let all: Vec<Outcome> = classes.chain(Reason::ALL.into_iter().map(Outcome::Uncounted)).collect();
        assert!(all.len() <= Outcome::COUNT);
        for (number, outcome) in (0..).zip(&all) {
            assert_eq!((outcome.number(), Outcome::from_number(number)), (number, Some(*outcome)));
        }
        assert_eq!(Outcome::from_number(u8::try_from(all.len()).unwrap()), None);
    }
}
