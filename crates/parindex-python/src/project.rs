//! The function `project`: where a year's on-time ratio will end.

use jiff::civil::Date;
use parindex::{Number, Place, Problem, read_date};
use parindex_dossiers::{Error, MonthCounts, Projection, Projector};
use parindex_tables::{Columns, Row, RowFaults};
use pyo3::prelude::*;

use crate::argument::{named, table};
use crate::calendar::day;
use crate::detach::detach;
use crate::error::Failure;
use crate::table::Builder;
use crate::tally::{Tally, share};
use crate::whole::Whole;

const NAMES: [&str; 7] = ["unit", "month", "received", "on_time", "late", "pending_in_time", "pending_late"];

/// The on-time ratio of each unit at the end of a year, as chances.
///
/// Parameters
/// ----------
/// months : Tally or table
///     A tally of dossiers received in its period that keeps `unit` apart with
///     ``every="month"``, or a table of
///     unit, month (``2026-04``, or any day of it), received, on_time, late,
///     pending_in_time, pending_late. Earlier years may stand before: they teach
///     the season of volumes.
/// threshold : str or Decimal
///     A share from 0 to 1, reached at or above, compared exactly; 0.90 unless given.
/// until : datetime.date or str
///     The last day of the year; 31 December of the latest month's unless given.
/// since : datetime.date or str, optional
///     Its first day; 1 January of that year unless given.
/// as_of : datetime.date or str, optional
///     The day on which dossiers were counted. Unless given the end of the latest
///     month; of a tally its own, or the last day of its period.
/// draws, seed : int
///     How many ends of the year are drawn, 100 to 1,000,000; same seed, same numbers.
///
/// Returns
/// -------
/// Table
///     unit, so_far (exact), expected, low, high (mean and 90 % interval of the
///     ratio at the end of the year), p_reach (chance to end at or above the
///     threshold), rate_needed (the share of what is still open that must end on
///     time; None if even all of it is not enough, or none is needed),
///     late_affordable (how many of it may turn late; None out of reach), to_come
///     (dossiers still expected).
///
/// Raises
/// ------
/// ParIndexError
///     Every row at fault: ``counts-disagree`` if the classes do not add up,
///     ``named-twice``, ``bad-date``, ``bad-number``, ``out-of-range``, ``too-large``;
///     ``as-of-needed`` for a tally without `as_of` whose period ends after the month
///     of its last dossier, ``bad-value`` for another population than "received".
///
/// Notes
/// -----
/// Empirical Bayes on the panel itself: the late rate of each month is
/// beta–binomial around its unit's, units are shrunk towards each other, every
/// coming month draws an effect of its own, and dossiers that are pending may
/// still turn late, more often than new ones. On invented registers a chance of
/// 30 % came true in 30 % of cases.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> months = [
/// ...     {"unit": "H44.100", "month": f"2026-0{month}", "received": 200, "on_time": 185, "late": 15,
/// ...      "pending_in_time": 0, "pending_late": 0}
/// ...     for month in range(1, 7)
/// ... ]
/// >>> year = pi.project(months, threshold="0.90", until="2026-12-31")
/// >>> year["so_far"], year["late_affordable"], year["p_reach"][0] > 0.5
/// ([Decimal('0.925')], [150], True)
#[pyfunction]
#[pyo3(
    signature = (
        months, threshold=None, until=None, *, since=None, as_of=None, draws=Whole::Held(4_000), seed=Whole::Held(0)
    ),
    text_signature = "(months, threshold=None, until=None, *, since=None, as_of=None, draws=4000, seed=0)"
)]
#[allow(clippy::too_many_arguments, reason = "the options are named")]
pub(crate) fn project<'py>(
    py: Python<'py>,
    months: &Bound<'py, PyAny>,
    threshold: Option<&Bound<'py, PyAny>>,
    until: Option<&Bound<'py, PyAny>>,
    since: Option<&Bound<'py, PyAny>>,
    as_of: Option<&Bound<'py, PyAny>>,
    draws: Whole,
    seed: Whole,
) -> Result<Bound<'py, PyAny>, Failure> {
    let threshold: Number = share(threshold)?;
    let of = |name, value: Option<&Bound<'py, PyAny>>| value.map(|value| named(name, value, day)).transpose();
    let (until, since) = (of("until", until)?, of("since", since)?);
    let as_of = of("as_of", as_of)?;
    let (draws, seed) = (draws.of("draws")?, seed.of("seed")?);
    let given = match months.cast::<Tally>() {
        Ok(tally) => Ok(tally.get().0.clone()),
        Err(_) => Err(table("months", months)?),
    };
    let work = move || -> Result<Vec<Projection>, Failure> {
        let known = match given {
            Ok(tally) => Ok(tally),
            Err(source) => Err(source.read()?),
        };
        let (months, lines) = match &known {
            Ok(tally) => (MonthCounts::of_tally(tally)?, Vec::new()),
            Err(source) => read(source)?,
        };
        let last = months.iter().map(|counts| counts.month).max();
        let end = |month: Date| Date::new(month.year(), 12, 31).unwrap_or(month);
        let Some(until) = until.or_else(|| last.map(end)) else { return Ok(Vec::new()) };
        let mut projector = Projector::new(threshold, until)?.draws(draws).seed(seed);
        if let Some(since) = since {
            projector = projector.from(since);
        }
        if let Some(as_of) = as_of {
            projector = projector.as_of(as_of);
        }
        match &known {
            Ok(tally) => Ok(projector.project_tally(tally)?),
            Err(_) => projector.project(months).map_err(|error| at_lines(error, &lines)),
        }
    };
    let rows = detach(py, work)??;
    Builder::default()
        .text("unit", rows.iter().map(|row| Some(&row.unit).filter(|unit| !unit.is_empty())))
        .exact("so_far", rows.iter().map(|row| row.so_far.as_ref()))?
        .real("expected", rows.iter().map(|row| row.expected))
        .real("low", rows.iter().map(|row| row.low))
        .real("high", rows.iter().map(|row| row.high))
        .real("p_reach", rows.iter().map(|row| row.p_reach))
        .exact("rate_needed", rows.iter().map(|row| row.rate_needed.as_ref()))?
        .whole(
            "late_affordable",
            rows.iter().map(|row| row.late_affordable.and_then(|late| usize::try_from(late).ok())),
        )
        .whole("to_come", rows.iter().map(|row| usize::try_from(row.to_come).ok()))
        .finish(py)
}

/// Faults of rows, told with the lines these stand at.
fn at_lines(error: Error, lines: &[usize]) -> Failure {
    let placed = error.into_faults().map(|mut fault| {
        let line = fault.place.line.and_then(|row| lines.get(row.checked_sub(1)?).copied());
        fault.place.line = line.or(fault.place.line);
        fault
    });
    Error::check(placed.collect::<Vec<_>>()).err().map_or_else(|| unreachable!("an error has faults"), Failure::from)
}

/// Reads the table of months, and the line of each row.
fn read(columns: &Columns) -> Result<(Vec<MonthCounts>, Vec<usize>), Failure> {
    let selection = columns.select(NAMES)?;
    let missing = NAMES.iter().enumerate().filter(|(place, _)| !selection.has(*place));
    parindex::Error::check(missing.map(|(_, name)| columns.missing(name).into()))?;
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    let mut faults = RowFaults::default();
    columns.visit(&selection, |row| {
        if let Some(counts) = faults.keep(counts(row), || Place::row(row.line)) {
            rows.push(counts);
            lines.push(row.line);
        }
    })?;
    faults.check()?;
    Ok((rows, lines))
}

fn counts<const N: usize>(row: &Row<'_, '_, N>) -> Result<MonthCounts, Problem> {
    let lacks = |name: usize| Problem::IncompleteRow {
        what: format!("`{}` is missing", NAMES.get(name).copied().unwrap_or_default()),
    };
    let count = |column: usize| -> Result<u64, Problem> {
        let number = row.cell(column).number('.')?.ok_or_else(|| lacks(column))?;
        let whole = number.to_string();
        whole.parse().map_err(|_| {
            if number.is_negative() {
                Problem::NegativeCount { value: whole }
            } else {
                Problem::NotWhole { text: whole }
            }
        })
    };
    let month = row.cell(1).text()?.ok_or_else(|| lacks(1))?;
    let month = read_date(&month).or_else(|problem| read_date(&format!("{month}-01")).map_err(|_| problem))?;
    Ok(MonthCounts {
        unit: row.cell(0).unit()?.ok_or_else(|| lacks(0))?.into_owned(),
        month,
        received: count(2)?,
        on_time: count(3)?,
        late: count(4)?,
        pending_in_time: count(5)?,
        pending_late: count(6)?,
    })
}
