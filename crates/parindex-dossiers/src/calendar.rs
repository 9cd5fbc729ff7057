//! The working-day calendar: which days count, how many lie between two, and
//! when a term ends.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::Span;
use jiff::civil::{Date, DateTime, Weekday};
use parindex::{Basis, Text};

use crate::error::{Error, Problem};
use crate::moment::{EPOCH, day_number};

mod hours;
mod read;

pub use hours::WorkingHours;

/// Why a day is not what its weekday says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// A public holiday (*ngày lễ, tết*).
    Holiday,
    /// A day off for a holiday that fell on a weekend (*nghỉ bù*).
    Compensatory,
    /// A working day taken off and worked on another day (*hoán đổi*).
    SwappedOff,
    /// A weekend day that is worked (*làm bù*).
    Working,
}

impl DayKind {
    /// Every kind, with the word files use.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("holiday", Self::Holiday),
        ("compensatory", Self::Compensatory),
        ("swapped-off", Self::SwappedOff),
        ("working", Self::Working),
    ];

    /// Whether people work on such a day.
    #[must_use]
    pub fn is_working(self) -> bool {
        self == Self::Working
    }
}

/// A day of the calendar that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Day {
    /// Why it is not what its weekday says.
    pub kind: DayKind,
    /// What it is called.
    pub name: Option<Text>,
    /// On what that rests.
    pub basis: Basis,
    /// Where it was read.
    pub source: Option<String>,
}

/// Which days are worked: Monday to Friday, but for named days.
///
/// A term counts from the day after: the day received does not count, the next
/// working day is day 1 (Civil Code 2015, article 147: the first day of a term
/// is not counted). A calendar answers for the days it covers and refuses all
/// others with `calendar-ends`, unless told to take
/// [plain weekends](Calendar::weekends_beyond) there. Dates and times are local.
///
/// ```
/// use jiff::civil::date;
/// use parindex_dossiers::Calendar;
///
/// let calendar = Calendar::vietnam()?;
/// assert!(!calendar.is_working(date(2024, 4, 29))?); // swapped
/// assert!(calendar.is_working(date(2024, 5, 4))?); // for this Saturday
/// assert_eq!(calendar.is_working(date(2031, 1, 6)).unwrap_err().code(), "calendar-ends");
/// # Ok::<(), parindex_dossiers::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    days: BTreeMap<Date, Day>,
    /// First and last day covered; none if every day is.
    covered: Option<(Date, Date)>,
    hours: WorkingHours,
    /// The named days that differ from plain weekends, in order.
    exceptions: Vec<Exception>,
}

/// A day whose standing is not what its weekday says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Exception {
    /// Days since 1970-01-01.
    day: i64,
    is_working: bool,
    /// Working days up to and including this one, less the weekdays.
    shift: i64,
}

const VIETNAM: &str = include_str!("../calendars/vietnam.toml");

impl Calendar {
    /// The calendar of Vietnam's state offices, 2020 to 2026: public holidays,
    /// Tết, days off in lieu, and swapped days with the Saturdays worked for them.
    ///
    /// Every day names its source and on what that rests.
    ///
    /// # Errors
    /// None: the text comes with the crate and is read by its tests.
    pub fn vietnam() -> Result<Self, Error> {
        VIETNAM.parse()
    }

    /// Plain weekends: every Monday to Friday is worked, in any year.
    #[must_use]
    pub fn without_holidays() -> Self {
        Self { days: BTreeMap::new(), covered: None, hours: WorkingHours::default(), exceptions: Vec::new() }
    }

    /// Reads a calendar from TOML; the same as [`str::parse`].
    ///
    /// `extends = "vietnam"` starts from the calendar that comes with the crate;
    /// `from` and `until` are the days covered, then days are listed:
    ///
    /// ```
    /// use jiff::civil::date;
    /// use parindex_dossiers::Calendar;
    ///
    /// let calendar = Calendar::from_toml(r#"
    ///     extends = "vietnam"
    ///     until = "2027-12-31"
    ///     hours = "07:30-11:30, 13:30-17:30"
    ///     [[days]]
    ///     kind = "holiday"
    ///     name = { vi = "Tết Dương lịch", en = "New Year's Day" }
    ///     basis = "inferred"
    ///     source = "Bộ luật Lao động 2019, Điều 112"
    ///     dates = ["2027-01-01"]
    /// "#)?;
    /// assert!(!calendar.is_working(date(2027, 1, 1))?);
    /// # Ok::<(), parindex_dossiers::Error>(())
    /// ```
    ///
    /// # Errors
    /// Every fault with line and column: `bad-toml`, `missing-key`,
    /// `unknown-key`, `bad-date`, `bad-value`, `bad-hours`, `named-twice`,
    /// `calendar-ends` for a day outside what is covered.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        read::read(text)
    }

    /// A calendar of these parts; the days lie inside what is covered.
    fn new(days: BTreeMap<Date, Day>, covered: Option<(Date, Date)>, hours: WorkingHours) -> Self {
        let mut shift = 0;
        let mut exceptions = Vec::new();
        for (date, named) in &days {
            let (day, is_working) = (day_number(*date), named.kind.is_working());
            if is_working != is_weekday(*date) {
                shift += if is_working { 1 } else { -1 };
                exceptions.push(Exception { day, is_working, shift });
            }
        }
        Self { days, covered, hours, exceptions }
    }

    /// The same calendar with one more day, in place of what it said of it.
    ///
    /// # Errors
    /// `calendar-ends` if it lies outside what is covered.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use parindex_dossiers::{Calendar, DayKind};
    ///
    /// // An office that works one Saturday.
    /// let calendar = Calendar::without_holidays().with_day(date(2026, 3, 14), DayKind::Working)?;
    /// assert!(calendar.is_working(date(2026, 3, 14))?);
    /// # Ok::<(), parindex_dossiers::Problem>(())
    /// ```
    pub fn with_day(self, date: Date, kind: DayKind) -> Result<Self, Problem> {
        self.check(date)?;
        let mut days = self.days;
        days.insert(date, Day { kind, name: None, basis: Basis::Assumed, source: None });
        Ok(Self::new(days, self.covered, self.hours))
    }

    /// The same calendar with other hours of work.
    #[must_use]
    pub fn with_hours(self, hours: WorkingHours) -> Self {
        Self { hours, ..self }
    }

    /// The same calendar, which takes plain weekends where nothing is known
    /// instead of refusing.
    #[must_use]
    pub fn weekends_beyond(self) -> Self {
        Self { covered: None, ..self }
    }

    /// The first and the last day covered; `None` if every day is.
    #[must_use]
    pub fn covered(&self) -> Option<(Date, Date)> {
        self.covered
    }

    /// The named days in order.
    pub fn days(&self) -> impl Iterator<Item = (Date, &Day)> {
        self.days.iter().map(|(date, day)| (*date, day))
    }

    /// The hours of work.
    #[must_use]
    pub fn hours(&self) -> &WorkingHours {
        &self.hours
    }

    /// Whether `date` is worked.
    ///
    /// # Errors
    /// `calendar-ends` outside what is covered.
    pub fn is_working(&self, date: Date) -> Result<bool, Problem> {
        self.check(date)?;
        let day = day_number(date);
        let found = self.exceptions.binary_search_by_key(&day, |exception| exception.day);
        Ok(found.ok().and_then(|at| self.exceptions.get(at)).map_or_else(|| is_weekday(date), |e| e.is_working))
    }

    /// Working days after `from`, up to and including `to`; below zero if `to`
    /// is the earlier one.
    ///
    /// So a dossier received and answered on one day took 0 days, and
    /// `working_days_between(a, b) + working_days_between(b, c)` is
    /// `working_days_between(a, c)`.
    ///
    /// # Errors
    /// `calendar-ends` outside what is covered.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use parindex_dossiers::Calendar;
    ///
    /// // Friday to Monday.
    /// let days = Calendar::without_holidays().working_days_between(date(2026, 3, 13), date(2026, 3, 16))?;
    /// assert_eq!(days, 1);
    /// # Ok::<(), parindex_dossiers::Problem>(())
    /// ```
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<i64, Problem> {
        self.check(from)?;
        self.check(to)?;
        Ok(self.count_through(day_number(to)) - self.count_through(day_number(from)))
    }

    /// The day a term of `days` working days ends: the first day with that many
    /// working days after `from`, itself included. A term of 0 days ends on
    /// `from`, worked or not.
    ///
    /// # Errors
    /// `calendar-ends` if `from` or the end lies outside what is covered,
    /// `beyond-dates` past the year 9999.
    pub fn add_working_days(&self, from: Date, days: u32) -> Result<Date, Problem> {
        self.check(from)?;
        if days == 0 {
            return Ok(from);
        }
        let end = self.date_of(self.count_through(day_number(from)) + i64::from(days))?;
        self.check(end)?;
        Ok(end)
    }

    /// Whole working minutes from one moment to another; below zero if `to` is
    /// the earlier one. Seconds of both are dropped.
    ///
    /// # Errors
    /// `calendar-ends` outside what is covered.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use parindex_dossiers::Calendar;
    ///
    /// // Friday 16:30 to Monday 08:30, over the weekend.
    /// let (friday, monday) = (date(2026, 3, 13).at(16, 30, 0, 0), date(2026, 3, 16).at(8, 30, 0, 0));
    /// assert_eq!(Calendar::without_holidays().working_minutes_between(friday, monday)?, 60);
    /// # Ok::<(), parindex_dossiers::Problem>(())
    /// ```
    pub fn working_minutes_between(&self, from: DateTime, to: DateTime) -> Result<i64, Problem> {
        Ok(self.minutes_through(to)? - self.minutes_through(from)?)
    }

    /// The first moment with `hours` working hours after `from`; seconds of
    /// `from` are dropped. A term of 0 hours ends at `from`.
    ///
    /// A term that fills a day ends at its close, not at the next opening.
    ///
    /// # Errors
    /// `calendar-ends` if `from` or the end lies outside what is covered,
    /// `beyond-dates` past the year 9999.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use parindex_dossiers::Calendar;
    ///
    /// // Eight hours from Friday 16:00 end on Monday at 16:00.
    /// let end = Calendar::without_holidays().add_working_hours(date(2026, 3, 13).at(16, 0, 0, 0), 8)?;
    /// assert_eq!(end, date(2026, 3, 16).at(16, 0, 0, 0));
    /// # Ok::<(), parindex_dossiers::Problem>(())
    /// ```
    pub fn add_working_hours(&self, from: DateTime, hours: u32) -> Result<DateTime, Problem> {
        let start = self.minutes_through(from)?;
        if hours == 0 {
            return Ok(from);
        }
        let goal = start + i64::from(hours) * 60;
        let a_day = self.hours.minutes_a_day();
        let full = (goal - 1).div_euclid(a_day);
        let date = self.date_of(full + 1)?;
        self.check(date)?;
        Ok(date.to_datetime(self.hours.time_after(goal - full * a_day)))
    }

    fn check(&self, date: Date) -> Result<(), Problem> {
        match self.covered {
            Some((first, last)) if date < first || date > last => Err(Problem::CalendarEnds { date, first, last }),
            _ => Ok(()),
        }
    }

    /// Working minutes from the beginning of counting to `moment`.
    fn minutes_through(&self, moment: DateTime) -> Result<i64, Problem> {
        let date = moment.date();
        let today = self.is_working(date)?;
        let before = self.count_through(day_number(date) - 1) * self.hours.minutes_a_day();
        Ok(if today { before + self.hours.minutes_until(moment.time()) } else { before })
    }

    /// Working days from the beginning of counting up to and including `day`.
    fn count_through(&self, day: i64) -> i64 {
        let passed = self.exceptions.partition_point(|exception| exception.day <= day);
        weekdays_through(day) + self.shift_after(passed)
    }

    /// What the first `passed` exceptions add to the count of weekdays.
    fn shift_after(&self, passed: usize) -> i64 {
        passed.checked_sub(1).and_then(|last| self.exceptions.get(last)).map_or(0, |exception| exception.shift)
    }

    /// The working day that is number `count` from the beginning of counting.
    fn date_of(&self, count: i64) -> Result<Date, Problem> {
        let passed = self.exceptions.partition_point(|e| weekdays_through(e.day) + e.shift < count);
        let weekday = nth_weekday(count - self.shift_after(passed));
        let day = self.exceptions.get(passed).map_or(weekday, |next| weekday.min(next.day));
        let beyond = |_| Problem::BeyondDates { what: "the end of the term".to_owned() };
        EPOCH.checked_add(Span::new().try_days(day).map_err(beyond)?).map_err(beyond)
    }
}

impl FromStr for Calendar {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::from_toml(text)
    }
}

fn is_weekday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Mondays to Fridays up to and including `day`, less those up to Sunday 1969-12-28.
fn weekdays_through(day: i64) -> i64 {
    // 1970-01-01 was a Thursday, the fourth day from that Monday.
    let from_monday = day + 4;
    from_monday.div_euclid(7) * 5 + from_monday.rem_euclid(7).min(5)
}

/// The first day through which there are `count` weekdays.
fn nth_weekday(count: i64) -> i64 {
    let full = (count - 1).div_euclid(5);
    full * 7 + (count - full * 5) - 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weekdays_are_counted_from_a_monday() {
        // Thursday 1970-01-01 is the fourth weekday from Monday 1969-12-29.
        assert_eq!(weekdays_through(day_number(Date::constant(1970, 1, 1))), 4);
        assert_eq!(weekdays_through(day_number(Date::constant(1970, 1, 4))), 5);
        assert_eq!(weekdays_through(day_number(Date::constant(1970, 1, 5))), 6);
        assert_eq!(weekdays_through(day_number(Date::constant(1969, 12, 28))), 0);
    }

    proptest! {
        #[test]
        fn the_nth_weekday_is_the_first_with_that_many(count in -10_000_000i64..10_000_000) {
            let day = nth_weekday(count);
            prop_assert_eq!(weekdays_through(day), count);
            prop_assert_eq!(weekdays_through(day - 1), count - 1);
        }
    }
}
