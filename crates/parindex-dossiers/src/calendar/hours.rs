//! Hours of work within a day.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;

use crate::error::Problem;

/// The hours worked on a working day: spans of whole minutes, in order.
///
/// The default is the eight hours of state offices, 08:00–12:00 and 13:00–17:00.
///
/// ```
/// use parindex_dossiers::WorkingHours;
///
/// let hours: WorkingHours = "07:30-11:30, 13:30-17:00".parse()?;
/// assert_eq!(hours.minutes_a_day(), 450);
/// assert_eq!("13:00-12:00".parse::<WorkingHours>().unwrap_err().code(), "bad-hours");
/// # Ok::<(), parindex_dossiers::Problem>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingHours {
    /// Opening and close in minutes since midnight.
    spans: Vec<(i64, i64)>,
    total: i64,
}

impl WorkingHours {
    /// Hours of these spans; opening is inside, the close is not.
    ///
    /// # Errors
    /// `bad-hours` if there is no span, if one ends before it begins or has
    /// seconds, or if two overlap or are out of order.
    pub fn new(spans: impl IntoIterator<Item = (Time, Time)>) -> Result<Self, Problem> {
        let mut read: Vec<(i64, i64)> = Vec::new();
        for (open, close) in spans {
            let bad = |what: &str| {
                let text = format!("{}-{}", open.strftime("%H:%M:%S"), close.strftime("%H:%M:%S"));
                Problem::BadHours { text, what: what.to_owned() }
            };
            if [open, close].iter().any(|time| time.second() != 0 || time.subsec_nanosecond() != 0) {
                return Err(bad("they are whole minutes"));
            }
            if close <= open {
                return Err(bad("they end before they begin"));
            }
            if read.last().is_some_and(|(_, before)| minute(open) < *before) {
                return Err(bad("they begin before the hours named ahead of them end"));
            }
            read.push((minute(open), minute(close)));
        }
        let total = read.iter().map(|(open, close)| close - open).sum();
        if total == 0 {
            return Err(Problem::BadHours { text: String::new(), what: "there are none".to_owned() });
        }
        Ok(Self { spans: read, total })
    }

    /// Working minutes of a whole day.
    #[must_use]
    pub fn minutes_a_day(&self) -> i64 {
        self.total
    }

    /// Working minutes from midnight to `time`.
    pub(super) fn minutes_until(&self, time: Time) -> i64 {
        let now = minute(time);
        self.spans.iter().map(|(open, close)| now.clamp(*open, *close) - open).sum()
    }

    /// The first time with `minutes` working minutes behind it, from 1 to a day's.
    pub(super) fn time_after(&self, minutes: i64) -> Time {
        let mut left = minutes;
        for (open, close) in &self.spans {
            if left <= close - open {
                return time(open + left);
            }
            left -= close - open;
        }
        time(self.spans.last().map_or(0, |(_, close)| *close))
    }
}

impl Default for WorkingHours {
    fn default() -> Self {
        Self { spans: vec![(8 * 60, 12 * 60), (13 * 60, 17 * 60)], total: 8 * 60 }
    }
}

impl FromStr for WorkingHours {
    type Err = Problem;

    /// Reads `08:00-12:00, 13:00-17:00`.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let bad = || Problem::BadHours {
            text: text.chars().take(60).collect(),
            what: "write them as `08:00-12:00, 13:00-17:00`".to_owned(),
        };
        let read = |part: &str| Time::strptime("%H:%M", part.trim()).map_err(|_| bad());
        let mut spans = Vec::new();
        for span in text.split(',') {
            let (open, close) = span.split_once(['-', '–']).ok_or_else(bad)?;
            spans.push((read(open)?, read(close)?));
        }
        Self::new(spans)
    }
}

impl fmt::Display for WorkingHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (open, close)) in self.spans.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}-{}", time(*open).strftime("%H:%M"), time(*close).strftime("%H:%M"))?;
        }
        Ok(())
    }
}

/// Whole minutes since midnight.
fn minute(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

fn time(minute: i64) -> Time {
    let part = |value: i64| i8::try_from(value).unwrap_or(0);
    Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::MAX)
}
