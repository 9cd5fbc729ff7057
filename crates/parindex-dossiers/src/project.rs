//! Where the year will end: the on-time ratio at its last day, unit by unit, as
//! a distribution.

use std::collections::BTreeMap;

use jiff::civil::Date;
use parindex::{Exact, Number};

use crate::error::{Error, Fault, Problem};

mod from_tally;
mod maturity;
mod panel;
mod rates;
mod simulate;
mod target;
mod volume;

use maturity::Maturity;
use panel::Panel;
use rates::Rates;
use target::Target;
use volume::Volume;

/// What became, so far, of the dossiers one unit received in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthCounts {
    /// The unit.
    pub unit: String,
    /// Any day of the month.
    pub month: Date,
    /// Dossiers received; the sum of the four classes.
    pub received: u64,
    /// Finished on time.
    pub on_time: u64,
    /// Finished late.
    pub late: u64,
    /// Not finished, and not due yet.
    pub pending_in_time: u64,
    /// Not finished, and overdue.
    pub pending_late: u64,
}

/// Where one unit's year will end.
///
/// The ratio is (finished on time + still within time) / received, at the end of
/// the year, over all dossiers received in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Projection {
    /// The unit.
    pub unit: String,
    /// The ratio to date, exact, from 0 to 1; `None` before anything is received.
    pub so_far: Option<Exact>,
    /// Mean of the ratio at the end of the year, 0 to 1; `None` where nothing
    /// is received and nothing expected, as are the next three.
    pub expected: Option<f64>,
    /// Lower end of its 90 % interval: the 5 % quantile.
    pub low: Option<f64>,
    /// Upper end of its 90 % interval: the 95 % quantile.
    pub high: Option<f64>,
    /// Chance to end at or above the threshold: 0 or 1 only where the counts
    /// leave no other end.
    pub p_reach: Option<f64>,
    /// Dossiers still expected to be received, at their mean, in whole ones.
    pub to_come: u64,
    /// Share of what is still open (pending in time, and to come) that must end
    /// on time to just reach the threshold; `None` if even all of it is not
    /// enough, or none of it is needed.
    pub rate_needed: Option<Exact>,
    /// How many of what is still open may turn late with the threshold still
    /// reached; `None` once it is out of reach.
    pub late_affordable: Option<u64>,
}

/// Projects the on-time ratio of the units of a panel to the end of a year.
///
/// The method is empirical Bayes, fitted to the panel itself: the late rate of
/// each month is beta–binomial around its unit's rate; rates and dispersions
/// of units are shrunk towards the panel's (logit-normal and log-normal, by EM:
/// Dempster, Laird and Rubin 1977; for the moments' version see Kleinman, JASA
/// 68, 1973). Each coming month draws an effect of its own. Volumes are
/// gamma–Poisson around the unit's level and the panel's season, which is learned
/// from whole years where the rows hold one, and flat else. Dossiers within time
/// today may turn late: how much likelier than new ones is read off the panel's
/// young months against its settled ones.
///
/// Rates and levels rest on the last twelve months; earlier rows only teach the
/// season. A month without a row, after a unit's first, counts as nothing
/// received. The same seed gives the same numbers on any number of threads and
/// in any order of rows.
///
/// ```
/// use jiff::civil::date;
/// use parindex_dossiers::{MonthCounts, Projector};
///
/// let months = (1..=6).map(|month| MonthCounts {
///     unit: "H44.100".into(),
///     month: date(2026, month, 1),
///     received: 200,
///     on_time: 185,
///     late: 15,
///     pending_in_time: 0,
///     pending_late: 0,
/// });
/// let year = Projector::new("0.90".parse()?, date(2026, 12, 31))?.project(months)?;
/// assert_eq!(year[0].so_far.clone().unwrap().to_string(), "0.925");
/// assert!(year[0].p_reach.unwrap() > 0.5);
/// // Of about 2,400 dossiers 240 may be late; 90 are.
/// assert_eq!((year[0].to_come, year[0].late_affordable), (1_200, Some(150)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projector {
    target: Target,
    from: Date,
    until: Date,
    as_of: Option<Date>,
    draws: u32,
    seed: u64,
}

impl Projector {
    /// Most dossiers of a unit in a month.
    pub const MAX_COUNT: u64 = 1_000_000_000;
    /// Fewest draws that a chance can rest on.
    const MIN_DRAWS: u32 = 100;
    /// Most draws.
    pub const MAX_DRAWS: u32 = 1_000_000;
    /// Most months a row may lie before the last.
    pub const MAX_MONTHS: i32 = 240;

    /// A projection of the year that ends on `until` and began on the first of
    /// January before, against a threshold from 0 to 1.
    ///
    /// # Errors
    /// `out-of-range` for any other threshold.
    pub fn new(threshold: Number, until: Date) -> Result<Self, Error> {
        let target = Target::new(threshold)?;
        Ok(Self { target, from: until.first_of_year(), until, as_of: None, draws: 4_000, seed: 0 })
    }

    /// The first day of the year, such as 15 December of the year before.
    #[must_use]
    pub fn from(self, from: Date) -> Self {
        Self { from, ..self }
    }

    /// The day on which the counts were taken; else the end of the latest month.
    #[must_use]
    pub fn as_of(self, as_of: Date) -> Self {
        Self { as_of: Some(as_of), ..self }
    }

    /// How many ends of the year are drawn for each unit, 4,000 unless said: 100
    /// to [`Self::MAX_DRAWS`]. A chance is known to ±0.8 points by 4,000.
    #[must_use]
    pub fn draws(self, draws: u32) -> Self {
        Self { draws, ..self }
    }

    /// The seed of the draws.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The projections, in the order of unit ids.
    ///
    /// # Errors
    /// Every row at fault, counted from 1: `counts-disagree` if the classes do not
    /// add up, `named-twice` for a second row of a unit and month, `too-large`
    /// beyond [`Self::MAX_COUNT`], `out-of-range` for a month after the counts
    /// were taken or the year ended, and for a year that runs backwards; the same
    /// two for more draws than [`Self::MAX_DRAWS`] and for fewer than 100.
    pub fn project(&self, months: impl IntoIterator<Item = MonthCounts>) -> Result<Vec<Projection>, Error> {
        let panel = self.panel(months)?;
        let maturity = Maturity::of(&panel);
        let volume = Volume::fit(&panel);
        let rates = Rates::fit(&panel, &maturity);
        Ok(simulate::run(&panel, &maturity, &volume, &rates, &self.target, (self.draws, self.seed)))
    }

    fn panel(&self, months: impl IntoIterator<Item = MonthCounts>) -> Result<Panel, Error> {
        let mut units: BTreeMap<String, BTreeMap<i32, MonthCounts>> = BTreeMap::new();
        let mut faults: Vec<Fault> = Vec::new();
        let end = self.as_of.map_or(self.until, |as_of| as_of.min(self.until)).last_of_month();
        for (row, counts) in months.into_iter().enumerate() {
            faults.extend(check(&counts, end).map(|problem| problem.in_row(row)));
            let unit = units.entry(counts.unit.clone()).or_default();
            let name = format!("{} in {}", counts.unit, counts.month.strftime("%Y-%m"));
            if unit.insert(panel::index(counts.month), counts).is_some() {
                faults.push(Problem::NamedTwice { name }.in_row(row));
            }
        }
        if self.from > self.until {
            let allowed = format!("a day not after {}", self.until);
            faults.push(Problem::OutOfRange { value: self.from.to_string(), allowed }.into());
        }
        let last = units.values().flat_map(BTreeMap::values).map(|counts| counts.month).max().unwrap_or(self.from);
        if i32::from(self.until.year()) - i32::from(last.year()) > 2 * Self::MAX_MONTHS / 12 {
            let allowed = format!("a day within {} years of {}", 2 * Self::MAX_MONTHS / 12, last.strftime("%Y-%m"));
            faults.push(Problem::OutOfRange { value: self.until.to_string(), allowed }.into());
        }
        if self.draws < Self::MIN_DRAWS {
            let allowed = format!("{} draws or more", Self::MIN_DRAWS);
            faults.push(Problem::OutOfRange { value: self.draws.to_string(), allowed }.into());
        } else if self.draws > Self::MAX_DRAWS {
            faults.push(
                Problem::TooLarge { what: "the number of draws".to_owned(), limit: Self::MAX_DRAWS.to_string() }.into(),
            );
        }
        Error::check(faults)?;
        Ok(Panel::new(units, (self.from, self.until), self.as_of))
    }
}

/// What is wrong with a row; `end` is the last day of the latest month there can be.
fn check(counts: &MonthCounts, end: Date) -> Option<Problem> {
    let MonthCounts { month, received, on_time, late, pending_in_time, pending_late, .. } = *counts;
    if month > end || panel::index(month) < panel::index(end) - Projector::MAX_MONTHS {
        let allowed = format!("the {} months to {}", Projector::MAX_MONTHS, end.strftime("%Y-%m"));
        return Some(Problem::OutOfRange { value: month.strftime("%Y-%m").to_string(), allowed });
    }
    let classes = [on_time, late, pending_in_time, pending_late];
    if received > Projector::MAX_COUNT || classes.iter().any(|count| *count > Projector::MAX_COUNT) {
        let what = "the number of dossiers of a unit in a month".to_owned();
        return Some(Problem::TooLarge { what, limit: Projector::MAX_COUNT.to_string() });
    }
    let sum: u64 = classes.iter().sum();
    (sum != received).then(|| Problem::CountsDisagree {
        what: format!("on time, late and pending dossiers add up to {sum}, and {received} were received"),
    })
}
