//! What can be wrong with dossiers, calendars and projections, and where.

use jiff::civil::Date;
use parindex::{Coded, Faults, Place, Placed};
use thiserror::Error as ThisError;

use crate::outcome::Reason;

/// One thing wrong with a calendar, with data or with a question.
///
/// [`Problem::code`] is a stable slug callers may match on.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
#[allow(missing_docs, reason = "every field is named in its variant's message")]
pub enum Problem {
    /// A day that the calendar says nothing about.
    #[error(
        "the calendar covers {first} to {last}, and {date} lies outside: add the year's days, or allow plain weekends"
    )]
    CalendarEnds { date: Date, first: Date, last: Date },
    /// No date can be given so far away.
    #[error("{what} lies beyond the year 9999")]
    BeyondDates { what: String },
    /// Working hours that overlap, run backwards, or are not there.
    #[error("`{text}` are no working hours: {what}")]
    BadHours { text: String, what: String },
    /// A text is not a date.
    #[error("`{text}` is not a date: write `2026-12-20` or `20/12/2026`")]
    BadDate { text: String },
    /// A text is not one of a few allowed words.
    #[error("{what} `{text}` is not known: allowed are {allowed}")]
    BadValue { what: String, text: String, allowed: String },
    /// Something is named twice.
    #[error("`{name}` is named twice")]
    NamedTwice { name: String },
    /// The text is not TOML, or a value has another type.
    #[error("not as it should be: {message}")]
    BadToml { message: String },
    /// A key the file must have is missing.
    #[error("`{key}` is missing")]
    MissingKey { key: String },
    /// A key the file must not have.
    #[error("`{key}` is not known here: allowed are {allowed}")]
    UnknownKey { key: String, allowed: String },
    /// Counts of a row that contradict each other.
    #[error("{what}")]
    CountsDisagree { what: String },
    /// A number that cannot be.
    #[error("`{value}` is out of range: allowed is {allowed}")]
    OutOfRange { value: String, allowed: String },
    /// More than a limit allows.
    #[error("{what} is too large: at most {limit}")]
    TooLarge { what: String, limit: String },
    /// The table lacks a column that is needed.
    #[error("the table has no column `{column}`; it has {found}")]
    MissingColumn { column: String, found: String },
    /// A column of a type that its part of a dossier cannot have.
    #[error("the column `{column}` holds {found}: {expected} are read")]
    WrongColumn { column: String, found: String, expected: String },
    /// A row that contradicts itself or cannot be read.
    #[error("{text}")]
    BadRow { reason: Reason, text: String },
    /// A file, a stream or saved bytes that cannot be read.
    #[error("cannot read {what}: {message}")]
    UnreadableFile { what: String, message: String },
    /// A tally judged its pending dossiers after the last of them was received.
    #[error(
        "pending dossiers are judged on {judged}, the last day of the period, and the latest were received in {latest}: \
        tally with `as_of`, the day the register was read"
    )]
    AsOfNeeded { judged: Date, latest: String },
    /// What is wrong with one of several files.
    #[error("{file}: {problem}")]
    InFile { file: String, problem: Box<Problem> },
    /// Tallies that answer different questions.
    #[error("these tallies count different things: {what}")]
    TalliesDiffer { what: String },
}

impl Problem {
    /// The stable slug of the problem, such as `calendar-ends`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CalendarEnds { .. } => "calendar-ends",
            Self::BeyondDates { .. } => "beyond-dates",
            Self::BadHours { .. } => "bad-hours",
            Self::BadDate { .. } => "bad-date",
            Self::BadValue { .. } => "bad-value",
            Self::NamedTwice { .. } => "named-twice",
            Self::BadToml { .. } => "bad-toml",
            Self::MissingKey { .. } => "missing-key",
            Self::UnknownKey { .. } => "unknown-key",
            Self::CountsDisagree { .. } => "counts-disagree",
            Self::OutOfRange { .. } => "out-of-range",
            Self::TooLarge { .. } => "too-large",
            Self::MissingColumn { .. } => "missing-column",
            Self::WrongColumn { .. } => "wrong-column",
            Self::BadRow { reason, .. } => reason.name(),
            Self::UnreadableFile { .. } => "unreadable-file",
            Self::AsOfNeeded { .. } => "as-of-needed",
            Self::InFile { problem, .. } => problem.code(),
            Self::TalliesDiffer { .. } => "tallies-differ",
        }
    }

    /// This problem, in a file that its message does not name yet.
    #[must_use]
    pub fn in_file(self, file: &str) -> Self {
        match self {
            Self::UnreadableFile { .. } | Self::InFile { .. } => self,
            problem => Self::InFile { file: file.to_owned(), problem: Box::new(problem) },
        }
    }

    /// This problem, in the row at `index` counted from 0.
    pub(crate) fn in_row(self, index: usize) -> Fault {
        self.at(Place::row(index + 1))
    }

    /// This problem, at a place.
    pub(crate) fn at(self, place: Place) -> Fault {
        Fault { problem: self, place }
    }
}

/// A problem and its place; rows are counted from 1.
pub type Fault = Placed<Problem>;

/// Everything that is wrong with what was given, each fault with its place.
///
/// There is always at least one fault.
pub type Error = Faults<Problem>;

impl Coded for Problem {
    fn code(&self) -> &'static str {
        self.code()
    }

    fn too_large(what: String, limit: String) -> Self {
        Self::TooLarge { what, limit }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn slugs_and_messages_are_stable() {
        let s = str::to_owned;
        let day = date(2026, 1, 1);
        let problems = [
            Problem::CalendarEnds { date: date(2031, 1, 6), first: day, last: day },
            Problem::BeyondDates { what: s("the term") },
            Problem::BadHours { text: s("9-8"), what: s("they end before they begin") },
            Problem::BadDate { text: s("31/02/2026") },
            Problem::BadValue { what: s("every"), text: s("week"), allowed: s("`month`") },
            Problem::NamedTwice { name: s("unit") },
            Problem::BadToml { message: s("expected `=`") },
            Problem::MissingKey { key: s("days") },
            Problem::UnknownKey { key: s("dayz"), allowed: s("`days`") },
            Problem::OutOfRange { value: s("-1"), allowed: s("0 or more") },
            Problem::TooLarge { what: s("the list"), limit: s("1000") },
            Problem::MissingColumn { column: s("due"), found: s("`unit`") },
            Problem::WrongColumn { column: s("due"), found: s("Boolean"), expected: s("dates") },
            Problem::BadRow { reason: Reason::DueBeforeReceived, text: s("due `1`, received `2`") },
            Problem::UnreadableFile { what: s("`x`"), message: s("no file") },
            Problem::AsOfNeeded { judged: date(2026, 12, 31), latest: s("2026-07") },
            Problem::TalliesDiffer { what: s("the period") },
        ];
        let told: Vec<String> = problems.iter().map(|problem| format!("{}: {problem}", problem.code())).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        calendar-ends: the calendar covers 2026-01-01 to 2026-01-01, and 2031-01-06 lies outside: add the year's days, or allow plain weekends
        beyond-dates: the term lies beyond the year 9999
        bad-hours: `9-8` are no working hours: they end before they begin
        bad-date: `31/02/2026` is not a date: write `2026-12-20` or `20/12/2026`
        bad-value: every `week` is not known: allowed are `month`
        named-twice: `unit` is named twice
        bad-toml: not as it should be: expected `=`
        missing-key: `days` is missing
        unknown-key: `dayz` is not known here: allowed are `days`
        out-of-range: `-1` is out of range: allowed is 0 or more
        too-large: the list is too large: at most 1000
        missing-column: the table has no column `due`; it has `unit`
        wrong-column: the column `due` holds Boolean: dates are read
        due-before-received: due `1`, received `2`
        unreadable-file: cannot read `x`: no file
        as-of-needed: pending dossiers are judged on 2026-12-31, the last day of the period, and the latest were received in 2026-07: tally with `as_of`, the day the register was read
        tallies-differ: these tallies count different things: the period
        ");
    }
}
