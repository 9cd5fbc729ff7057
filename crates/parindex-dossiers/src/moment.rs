//! Moments of a dossier's life: local civil time, with or without a time of day.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time, date};
use serde::{Deserialize, Serialize};

use crate::error::Problem;

/// Microseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000;
/// Microseconds in a minute.
pub(crate) const MINUTE: i64 = 60 * SECOND;
/// Microseconds in a day.
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;
/// Vietnam is seven hours ahead of UTC.
pub(crate) const VIETNAM: i64 = 7 * 60 * MINUTE;

/// The day that days are counted from.
pub(crate) const EPOCH: Date = date(1970, 1, 1);

/// Days from 1970-01-01 to `date`.
pub(crate) fn day_number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

/// The day that lies `days` after 1970-01-01, as near as years −9999 to 9999 allow.
pub(crate) fn date_of(days: i64) -> Date {
    EPOCH.saturating_add(jiff::SignedDuration::from_hours(days.clamp(-5_000_000, 5_000_000) * 24))
}

/// A moment in Vietnam's civil time, to the microsecond, or a day without a time.
///
/// A day without a time is not midnight: as a due date it lasts to the end of
/// the day, and compared with a moment it is compared by date.
///
/// ```
/// use parindex_dossiers::Moment;
///
/// let due: Moment = "04/03/2026 17:00".parse()?;
/// assert_eq!(due, "2026-03-04T10:00:00Z".parse()?);        // UTC is seven hours behind
/// assert_eq!(due.to_string(), "2026-03-04 17:00:00");
/// assert!("2026-03-04".parse::<Moment>()?.is_day());
/// assert_eq!("31/02/2026".parse::<Moment>().unwrap_err().code(), "bad-date");
/// # Ok::<(), parindex_dossiers::Problem>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    /// Microseconds since 1970-01-01 00:00, civil time.
    micros: i64,
    is_day: bool,
}

impl Moment {
    /// Whether only the day is known.
    #[must_use]
    pub fn is_day(self) -> bool {
        self.is_day
    }

    /// The day.
    #[must_use]
    pub fn date(self) -> Date {
        date_of(self.micros.div_euclid(DAY))
    }

    /// The day and the time; the start of the day if only the day is known.
    #[must_use]
    pub fn datetime(self) -> DateTime {
        let within = self.micros.rem_euclid(DAY);
        self.date().to_datetime(Time::midnight()).saturating_add(jiff::SignedDuration::from_micros(within))
    }

    /// Microseconds since 1970-01-01 00:00 of its first instant.
    pub(crate) fn earliest(self) -> i64 {
        self.micros
    }

    /// Microseconds since 1970-01-01 00:00 of its last instant.
    pub(crate) fn latest(self) -> i64 {
        if self.is_day { self.micros + (DAY - 1) } else { self.micros }
    }

    /// The moment `micros` after 1970-01-01 00:00.
    pub(crate) fn from_micros(micros: i64) -> Self {
        Self { micros, is_day: false }
    }
}

impl From<Date> for Moment {
    fn from(date: Date) -> Self {
        Self { micros: day_number(date) * DAY, is_day: true }
    }
}

/// To the microsecond; what is finer is cut off.
impl From<DateTime> for Moment {
    fn from(moment: DateTime) -> Self {
        let within = moment.time().duration_since(Time::midnight()).as_nanos().div_euclid(1000);
        let within = i64::try_from(within).unwrap_or(0);
        Self { micros: day_number(moment.date()) * DAY + within, is_day: false }
    }
}

impl FromStr for Moment {
    type Err = Problem;

    /// Reads `2026-03-04`, `04/03/2026` or `20260304`, and after it, if there
    /// is one, a time: `T17:00`, ` 17:00:59.5`, or `170059` right behind the
    /// digits of the day. A zone (`Z`, `+07:00`) is converted to Vietnam's.
    ///
    /// # Errors
    /// `bad-date` for anything else, and for days that no calendar has.
    fn from_str(text: &str) -> Result<Self, Problem> {
        read(text.trim()).ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            Problem::BadDate { text }
        })
    }
}

fn read(text: &str) -> Option<Moment> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text);
    }
    let (day, time) = match text.find(['T', ' ']) {
        Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?.trim_start())),
        None => (text, None),
    };
    let day = if day.contains('/') {
        let mut parts = day.split('/');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then(|| civil(year, month, day))??
    } else {
        let mut parts = day.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then(|| civil(year, month, day))??
    };
    let Some(time) = time else { return Some(day.into()) };
    let zone = time.find(['Z', '+', '-']);
    let (clock, zone) = time.split_at(zone.unwrap_or(time.len()));
    let micros = day_number(day) * DAY + time_of_day(clock.trim_end())?;
    Some(Moment::from_micros(if zone.is_empty() { micros } else { micros - offset(zone)? + VIETNAM }))
}

/// `20260304` or `20260304170059`.
fn compact(text: &str) -> Option<Moment> {
    let day = civil(text.get(..4)?, text.get(4..6)?, text.get(6..8)?)?;
    if text.len() == 8 {
        return Some(day.into());
    }
    if text.len() != 14 {
        return None;
    }
    let (hour, minute, second) = (digits(&text[8..10], 2)?, digits(&text[10..12], 2)?, digits(&text[12..], 2)?);
    Some(Moment::from_micros(day_number(day) * DAY + clock(hour, minute, second)?))
}

/// A number of one to `most` digits.
fn digits(text: &str, most: usize) -> Option<i64> {
    if text.is_empty() || text.len() > most {
        return None;
    }
    text.bytes().try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 {
        return None;
    }
    let year = i16::try_from(digits(year, 4)?).ok()?;
    let (month, day) = (i8::try_from(digits(month, 2)?).ok()?, i8::try_from(digits(day, 2)?).ok()?);
    Date::new(year, month, day).ok()
}

fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 60 + minute) * MINUTE + second * SECOND)
}

/// `17:00`, `17:00:59` or `17:00:59.123456`; digits beyond the sixth are cut off.
fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(second) => match second.split_once('.') {
            None => (digits(second, 2)?, 0),
            Some((second, fraction)) => {
                digits(fraction, 9)?;
                let six = fraction.get(..6).unwrap_or(fraction);
                let scale = 10_i64.pow(6 - u32::try_from(six.len()).ok()?);
                (digits(second, 2)?, digits(six, 6)? * scale)
            }
        },
    };
    parts.next().is_none().then(|| clock(hour, minute, second))?.map(|clock| clock + fraction)
}

/// Microseconds ahead of UTC of `Z`, `+07`, `+0700` or `+07:00`.
fn offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = (if text.starts_with('-') { -1 } else { 1 }, text.get(1..)?);
    let (hour, minute) = match rest.len() {
        2 => (rest, "00"),
        4 => (rest.get(..2)?, rest.get(2..)?),
        5 => rest.split_once(':')?,
        _ => return None,
    };
    Some(sign * clock(digits(hour, 2)?, digits(minute, 2)?, 0)?)
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_day {
            return self.date().fmt(f);
        }
        let moment = self.datetime();
        write!(f, "{} {}", moment.date(), moment.time())
    }
}

impl TryFrom<String> for Moment {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_moment_is_read_from_every_form() {
        let expected = Moment::from(date(2024, 2, 29).at(7, 5, 9, 0));
        for text in
            ["2024-02-29T07:05:09", "2024-02-29 07:05:09", "29/02/2024 07:05:09", "29/2/2024 7:05:09", "20240229070509"]
        {
            assert_eq!(at(text), expected, "{text}");
        }
        for text in
            ["2024-02-29T00:05:09Z", "2024-02-28T20:05:09-04:00", "2024-02-29T07:05:09+0700", "2024-02-29T02:05:09+02"]
        {
            assert_eq!(at(text), expected, "{text}");
        }
    }

    #[test]
    fn fractions_are_kept_to_the_microsecond() {
        assert_eq!(at("2026-01-01 00:00:00.5").earliest() - at("2026-01-01 00:00:00").earliest(), 500_000);
        assert_eq!(at("2026-01-01 00:00:00.0000019").earliest() - at("2026-01-01 00:00").earliest(), 1);
    }

    #[test]
    fn a_day_lasts_to_its_last_microsecond() {
        let day = at("31/12/2025");
        assert_eq!(day.latest() + 1, at("2026-01-01 00:00").earliest());
        assert_eq!(day, at("20251231"));
    }

    #[test]
    fn what_no_clock_or_calendar_shows_is_refused() {
        let bad = [
            "",
            "29/02/2026",
            "2026-13-01",
            "2026-00-10",
            "2026-01-01 24:00",
            "2026-01-01 10:60",
            "2026-01-01 10",
            "1/1/26",
            "2026-01-01T10:00:00+25:00",
            "2026-01-01 10:00:00.",
            "2026/01/01",
            "01-02-2026",
            "ngày mai",
            "2026-01-01 10:00 PM",
            "202601011",
            "2026-01-01-",
            "1/1/2026/1",
            "２０２６-01-01",
            "2026-01-01T10:00:00Zz",
        ];
        for text in bad {
            assert_eq!(text.parse::<Moment>().unwrap_err().code(), "bad-date", "{text}");
        }
    }

    proptest! {
        #[test]
        fn display_reads_back(micros in -60_000_000_000_000_000_i64..200_000_000_000_000_000, is_day: bool) {
            let moment = if is_day { date_of(micros.div_euclid(DAY)).into() } else { Moment::from_micros(micros) };
            prop_assert_eq!(moment.to_string().parse::<Moment>().unwrap(), moment);
            prop_assert_eq!(moment.datetime().date(), moment.date());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = text.parse::<Moment>();
        }
    }
}
