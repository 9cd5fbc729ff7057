//! Periods: the windows provinces report for, calendar months and years, any two dates.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use parindex::{Basis, read_date};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem};

/// A window of days, its first and its last among them.
///
/// ```
/// use parindex_dossiers::Period;
///
/// let half: Period = "2026-H1".parse()?;
/// assert_eq!(half.to_string(), "2025-12-15/2026-06-14");
/// assert_eq!("2026-04".parse::<Period>()?.to_string(), "2026-04-01/2026-04-30");
/// assert_eq!("2026-Q2".parse::<Period>().unwrap_err().code(), "bad-value");
/// # Ok::<(), parindex_dossiers::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    from: Date,
    to: Date,
}

/// The windows that a circular names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reporting {
    source: String,
    basis: Basis,
    windows: Vec<Window>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    name: String,
    from: Edge,
    to: Edge,
}

/// A day of the year named, of the one before (−1) or after (1).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edge {
    year: i16,
    month: i8,
    day: i8,
}

impl Edge {
    fn of(&self, year: i16) -> Option<Date> {
        Date::new(year.checked_add(self.year)?, self.month, self.day).ok()
    }
}

fn reporting() -> Result<Reporting, Problem> {
    toml::from_str(include_str!("../periods/reporting.toml"))
        .map_err(|error| Problem::BadToml { message: error.to_string() })
}

impl Period {
    /// From one day to another, both included.
    ///
    /// # Errors
    /// `out-of-range` if the last day lies before the first.
    pub fn between(from: Date, to: Date) -> Result<Self, Problem> {
        if to < from {
            return Err(Problem::OutOfRange { value: to.to_string(), allowed: format!("{from} or later") });
        }
        Ok(Self { from, to })
    }

    /// The first day.
    #[must_use]
    pub fn from(self) -> Date {
        self.from
    }

    /// The last day.
    #[must_use]
    pub fn to(self) -> Date {
        self.to
    }

    /// The names of the reporting windows, such as `Q1`, the document that
    /// states them and on what that rests.
    ///
    /// # Errors
    /// `bad-toml` if the bundled file is damaged.
    pub fn reporting_windows() -> Result<(Vec<String>, String, Basis), Error> {
        let Reporting { source, basis, windows } = reporting()?;
        Ok((windows.into_iter().map(|window| window.name).collect(), source, basis))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.from, self.to)
    }
}

impl FromStr for Period {
    type Err = Problem;

    /// Reads a reporting window (`2026-Q1`, `2026-H1`, `2026-Q3`, `2026-Y`), a
    /// month (`2026-04`), a year (`2026`) or two days (`2026-01-01/2026-06-30`).
    ///
    /// # Errors
    /// `bad-value` for anything else, `bad-date` for a day no calendar has,
    /// `out-of-range` if the last day lies before the first.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if let Some((from, to)) = text.split_once('/') {
            let day =
                |text: &str| read_date(text).map_err(|_| Problem::BadDate { text: text.chars().take(40).collect() });
            return Self::between(day(from)?, day(to)?);
        }
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        let windows = reporting()?.windows;
        let unknown = || {
            let names: Vec<String> = windows.iter().map(|window| format!("`2026-{}`", window.name)).collect();
            let allowed = format!("{}, `2026-04`, `2026`, `2026-01-01/2026-06-30`", names.join(", "));
            Problem::BadValue { what: "period".to_owned(), text: text.chars().take(40).collect(), allowed }
        };
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        let year = digits(year, 4).then(|| year.parse::<i16>().ok()).flatten().ok_or_else(unknown)?;
        let ends = match part {
            None => (Date::new(year, 1, 1).ok(), Date::new(year, 12, 31).ok()),
            Some(month) if digits(month, 2) => {
                let first = month.parse().ok().and_then(|month| Date::new(year, month, 1).ok());
                (first, first.map(Date::last_of_month))
            }
            Some(name) => {
                let window = windows.iter().find(|window| window.name == name).ok_or_else(unknown)?;
                (window.from.of(year), window.to.of(year))
            }
        };
        let (Some(from), Some(to)) = ends else { return Err(unknown()) };
        Self::between(from, to)
    }
}

impl TryFrom<String> for Period {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

/// How a period is cut into steps: each dossier belongs to the step of the
/// day it was received (or ended, where resolved dossiers are counted).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Every {
    /// Every way to cut, with the word that names it and the column it makes.
    pub const NAMES: [(&str, Self); 3] = [("month", Self::Month), ("quarter", Self::Quarter), ("year", Self::Year)];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The number of the step `date` belongs to; later steps have larger numbers.
    pub(crate) fn step(self, date: Date) -> u32 {
        // Years run from −9999, so that the sum is never below zero.
        let years = u32::try_from(i32::from(date.year()) + 9999).unwrap_or(0);
        let month = u32::from(date.month().unsigned_abs()) - 1;
        match self {
            Self::Month => years * 12 + month,
            Self::Quarter => years * 4 + month / 3,
            Self::Year => years,
        }
    }

    /// What a step is called: `2026-04`, `2026-04/2026-06` or `2026`.
    #[must_use]
    pub(crate) fn label(self, step: u32) -> String {
        let year = |steps: u32| i64::from(step / steps) - 9999;
        match self {
            Self::Month => format!("{:04}-{:02}", year(12), step % 12 + 1),
            Self::Quarter => {
                let first = step % 4 * 3 + 1;
                format!("{0:04}-{first:02}/{0:04}-{1:02}", year(4), first + 2)
            }
            Self::Year => format!("{:04}", year(1)),
        }
    }
}

impl FromStr for Every {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::NAMES.iter().find(|(name, _)| *name == text.trim()).map(|(_, every)| *every).ok_or_else(|| {
            let text = text.chars().take(40).collect();
            Problem::BadValue { what: "every".to_owned(), text, allowed: "`month`, `quarter`, `year`".to_owned() }
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// 581/BNV-CCHC.
    #[test]
    fn reporting_windows_are_those_of_the_circular() {
        let windows = [
            ("2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
            ("2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
            ("2026-Q3", date(2026, 6, 15), date(2026, 9, 14)),
            ("2026-Y", date(2025, 12, 15), date(2026, 12, 14)),
        ];
        for (name, from, to) in windows {
            assert_eq!(name.parse(), Period::between(from, to), "{name}");
        }
        let (_, source, basis) = Period::reporting_windows().unwrap();
        assert_eq!((source.as_str(), basis), ("581/BNV-CCHC", Basis::Official));
    }

    #[test]
    fn calendar_periods_and_pairs_of_days() {
        assert_eq!("2024-02".parse(), Period::between(date(2024, 2, 1), date(2024, 2, 29)));
        assert_eq!("2026".parse(), Period::between(date(2026, 1, 1), date(2026, 12, 31)));
        assert_eq!("01/01/2026".parse::<Period>().unwrap_err().code(), "bad-date");
        assert_eq!("2026-06-30/2026-01-01".parse::<Period>().unwrap_err().code(), "out-of-range");
        for text in ["", "26", "2026-13", "2026-q1", "2026-1", "2026-Q1 2", "+026", "2026-+1", "0000-Q0"] {
            assert_eq!(text.parse::<Period>().unwrap_err().code(), "bad-value", "{text}");
        }
    }

    #[test]
    fn steps_are_named_by_their_months() {
        let day = date(2026, 5, 31);
        let label = |every: Every| every.label(every.step(day));
        assert_eq!(
            [label(Every::Month), label(Every::Quarter), label(Every::Year)],
            ["2026-05", "2026-04/2026-06", "2026"]
        );
        assert_eq!(Every::Month.step(date(2026, 1, 1)), Every::Month.step(date(2025, 12, 31)) + 1);
    }
}
