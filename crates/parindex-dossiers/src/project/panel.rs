//! The rows of all units, laid out by month.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::MonthCounts;
use super::target::Standing;
use crate::number::real;

/// Months that rates and levels rest on.
pub(super) const RECENT: i32 = 12;

/// Months since the year 0.
pub(super) fn index(date: Date) -> i32 {
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

/// One unit's month, and how old it is: 0 is the month of the counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cohort {
    pub(super) month: i32,
    pub(super) age: usize,
    /// Whether it belongs to the year that is projected.
    pub(super) is_in_year: bool,
    pub(super) on_time: u64,
    /// Finished late, or overdue.
    pub(super) late: u64,
    pub(super) pending: u64,
}

impl Cohort {
    pub(super) fn received(&self) -> u64 {
        self.on_time + self.late + self.pending
    }
}

#[derive(Debug)]
pub(super) struct Unit {
    pub(super) name: String,
    /// Every month from the first to the present, oldest first, gaps filled with nothing.
    pub(super) cohorts: Vec<Cohort>,
}

impl Unit {
    /// The months that rates and levels rest on.
    pub(super) fn recent(&self) -> &[Cohort] {
        let from = self.cohorts.len().saturating_sub(RECENT as usize);
        self.cohorts.get(from..).unwrap_or_default()
    }

    /// Where the unit stands in the year.
    pub(super) fn standing(&self) -> Standing {
        let mut standing = Standing { on_time: 0, late: 0, pending: 0 };
        for cohort in self.cohorts.iter().filter(|cohort| cohort.is_in_year) {
            standing.on_time += cohort.on_time;
            standing.late += cohort.late;
            standing.pending += cohort.pending;
        }
        standing
    }
}

/// All units, in the order of their ids.
#[derive(Debug)]
pub(super) struct Panel {
    pub(super) units: Vec<Unit>,
    from: Date,
    until: Date,
    as_of: Date,
}

impl Panel {
    pub(super) fn new(
        units: BTreeMap<String, BTreeMap<i32, MonthCounts>>,
        (from, until): (Date, Date),
        as_of: Option<Date>,
    ) -> Self {
        let latest = units.values().flat_map(BTreeMap::values).map(|counts| counts.month).max();
        let as_of = as_of.or(latest.map(Date::last_of_month)).unwrap_or(from).min(until);
        let now = index(as_of);
        let fill = |(name, rows): (String, BTreeMap<i32, MonthCounts>)| {
            let first = rows.keys().next().copied().unwrap_or(now);
            let cohort = |month: i32| {
                let counts = rows.get(&month);
                let count = |read: fn(&MonthCounts) -> u64| counts.map_or(0, read);
                Cohort {
                    month,
                    age: usize::try_from(now - month).unwrap_or(0),
                    is_in_year: month >= index(from),
                    on_time: count(|counts| counts.on_time),
                    late: count(|counts| counts.late + counts.pending_late),
                    pending: count(|counts| counts.pending_in_time),
                }
            };
            Unit { name, cohorts: (first..=now).map(cohort).collect() }
        };
        Self { units: units.into_iter().map(fill).collect(), from, until, as_of }
    }

    /// The share of a month that its counts cover.
    pub(super) fn seen(&self, month: i32) -> f64 {
        let from = if month == index(self.from) { i32::from(self.from.day()) - 1 } else { 0 };
        let to = if month == index(self.as_of) { i32::from(self.as_of.day()) } else { i32::MAX };
        share(month, from, to)
    }

    /// The months still to come with the share of each, and its age when the year ends.
    pub(super) fn to_come(&self) -> Vec<(i32, f64, usize)> {
        let (now, end) = (index(self.as_of), index(self.until));
        let coming = |month: i32| {
            let from = if month == now { i32::from(self.as_of.day()) } else { 0 };
            let to = if month == end { i32::from(self.until.day()) } else { i32::MAX };
            (month, share(month, from, to), usize::try_from(end - month).unwrap_or(0))
        };
        (now..=end).map(coming).filter(|(_, share, _)| *share > 0.0).collect()
    }

    /// Months from the counts to the end of the year; a month is a twelfth of a year.
    pub(super) fn months_left(&self) -> f64 {
        let days = self.until.duration_since(self.as_of).as_hours() / 24;
        real(u64::try_from(days).unwrap_or(0)) * 12.0 / 365.25
    }

    /// The latest month that its counts cover to the last day.
    pub(super) fn last_whole(&self) -> i32 {
        let now = index(self.as_of);
        if self.as_of == self.as_of.last_of_month() { now } else { now - 1 }
    }

    pub(super) fn cohorts(&self) -> impl Iterator<Item = &Cohort> {
        self.units.iter().flat_map(|unit| &unit.cohorts)
    }
}

/// The share of a month's days after day `from`, up to and including day `to`.
fn share(month: i32, from: i32, to: i32) -> f64 {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(0);
    let number = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    let days = Date::new(year, number, 1).map_or(30, |first| i32::from(first.days_in_month()));
    f64::from((to.min(days) - from).max(0)) / f64::from(days)
}
