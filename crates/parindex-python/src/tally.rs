//! `parindex.dossiers.Tally`: how many dossiers were on time.

use std::collections::BTreeMap;
use std::sync::Arc;

use parindex::{EvidenceRow, Number, Problem, Stated};
use parindex_dossiers::{
    BeforeReception, Class, Compare, Counts, Every, LimitDays, Moment, Options, Outcome, Part, Period, Population,
    Processing, Question, Reading, Reason, Repeated, Row, Status, Tallier, Times, UnitCounts,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::argument::named;
use crate::calendar::{Calendar, dated, day};
use crate::decimal;
use crate::detach::detach;
use crate::error::Failure;
use crate::estimates::{Names, one_of};
use crate::register::Register;
use crate::several::Several;
use crate::table::Builder;
use crate::whole::Whole;

/// How many dossiers were on time, late and pending, by the columns kept apart.
///
/// Made by :func:`parindex.dossiers.tally`. Nothing but whole numbers: tallies of
/// parts, merged in any order, are the tally of the whole, to the last byte. Only
/// :meth:`bad_rows` depends on where parts begin, for each part of a stream or
/// table counts its rows from 1; counts and evidence never do.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> received = {"unit": "A", "received": "02/03/2026", "due": "04/03/2026"}
/// >>> one = pi.dossiers.tally([received | {"finished": "04/03/2026"}], period="2026-H1")
/// >>> other = pi.dossiers.tally([received | {"finished": "05/03/2026"}], period="2026-H1")
/// >>> whole = one.merge(other)
/// >>> whole.table()["received"], whole.table()["ratio"]
/// ([2], [Decimal('0.5')])
/// >>> pi.dossiers.Tally.from_bytes(whole.to_bytes()) == other + one
/// True
#[pyclass(module = "parindex.dossiers", frozen)]
pub(crate) struct Tally(pub(crate) Arc<parindex_dossiers::Tally>);

/// A period from Python: its name, or its first and last day.
///
/// # Errors
/// `bad-value`, `bad-date`, `out-of-range`, `TypeError` for anything else.
fn period(value: &Bound<'_, PyAny>) -> Result<Period, Failure> {
    if let Ok(name) = value.extract::<String>() {
        return Ok(name.parse()?);
    }
    let is_pair = value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>();
    if is_pair && value.len()? == 2 {
        return Ok(Period::between(day(&value.get_item(0)?)?, day(&value.get_item(1)?)?)?);
    }
    let message = "a period is a text such as '2026-H1' or '2026', or its first and last day";
    Err(PyTypeError::new_err(message).into())
}

/// A day or a moment from Python: text, a date or a datetime.
pub(crate) fn moment(value: &Bound<'_, PyAny>) -> Result<Moment, Failure> {
    Ok(dated(value)?.parse()?)
}

/// Counts a register of dossiers; :func:`parindex.dossiers.tally` documents it.
#[pyfunction]
#[pyo3(signature = (
    register, by, period, every=None, calendar=None, columns=None, population="received", *, as_of=None,
    statuses=None, compare="as-recorded", repeated="only-waiting", before_reception="not-counted",
    limit_days="working", times=None, strict=false, threads=None, source=""
))]
#[allow(clippy::too_many_arguments, reason = "the options are named")]
pub(crate) fn tally(
    py: Python<'_>,
    register: &Bound<'_, PyAny>,
    by: Names,
    period: &Bound<'_, PyAny>,
    every: Option<&str>,
    calendar: Option<&Calendar>,
    columns: Option<BTreeMap<String, String>>,
    population: &str,
    as_of: Option<&Bound<'_, PyAny>>,
    statuses: Option<BTreeMap<String, String>>,
    compare: &str,
    repeated: &str,
    before_reception: &str,
    limit_days: &str,
    times: Option<&str>,
    strict: bool,
    threads: Option<Whole>,
    source: &str,
) -> Result<Tally, Failure> {
    let mut question = Question::new(named("period", period, self::period)?)
        .by(by.list())
        .population(one_of("population", population, &Population::NAMES)?)
        .reading(Reading {
            compare: one_of("compare", compare, &[("as-recorded", Compare::AsRecorded), ("by-date", Compare::ByDate)])?,
            repeated: one_of(
                "repeated",
                repeated,
                &[("only-waiting", Repeated::OnlyWaiting), ("always", Repeated::Always)],
            )?,
            before_reception: one_of(
                "before_reception",
                before_reception,
                &[("not-counted", BeforeReception::NotCounted), ("counted", BeforeReception::Counted)],
            )?,
            limit_days: one_of(
                "limit_days",
                limit_days,
                &[("working", LimitDays::Working), ("calendar", LimitDays::Calendar)],
            )?,
        });
    if let Some(word) = every {
        question = question.every(one_of("every", word, &Every::NAMES)?);
    }
    if let Some(as_of) = as_of {
        question = question.as_of(named("as_of", as_of, moment)?);
    }
    if let Some(word) = times {
        question = question.times(one_of("times", word, &[("elapsed", Times::Elapsed), ("working", Times::Working)])?);
    }
    let mut options = Options::new(question);
    options.strict = strict;
    options.columns = called(columns)?;
    for (word, status) in statuses.unwrap_or_default() {
        options.statuses.insert(parindex::composed(&word).into_owned(), one_of("statuses", &status, &Status::NAMES)?);
    }
    let calendar = match calendar {
        Some(calendar) => calendar.core.clone(),
        None => parindex_dossiers::Calendar::vietnam()?,
    };
    let (register, source) = (Register::of(register)?, source.to_owned());
    let threads = match threads {
        Some(threads) => {
            let allowed = || format!("1 to {} threads", Tallier::MAX_THREADS);
            let count = threads.within(allowed)?;
            if !(1..=Tallier::MAX_THREADS).contains(&count) {
                return Err(Problem::OutOfRange { value: count.to_string(), allowed: allowed() }.into());
            }
            count
        }
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    detach(py, move || {
        let tally = register.read(Tallier::new(options, &calendar)?.source(&source), threads)?;
        Ok(Tally(Arc::new(tally)))
    })?
}

/// The columns, of a table with these, that a tally reads.
///
/// Parameters
/// ----------
/// names : sequence of str
///     The table's columns.
/// by, period, columns
///     As for :func:`parindex.dossiers.tally`.
#[pyfunction]
pub(crate) fn columns_read(
    names: Vec<String>,
    by: Names,
    period: &Bound<'_, PyAny>,
    columns: Option<BTreeMap<String, String>>,
) -> Result<Vec<String>, Failure> {
    let mut options = Options::new(Question::new(named("period", period, self::period)?).by(by.list()));
    options.columns = called(columns)?;
    let positions = options.columns_read(names.iter().map(String::as_str))?;
    let read = names.into_iter().enumerate().filter(|(position, _)| positions.contains(position));
    Ok(read.map(|(_, name)| name).collect())
}

/// What columns are called, by part.
fn called(columns: Option<BTreeMap<String, String>>) -> Result<BTreeMap<Part, String>, Problem> {
    let parts: Vec<(&str, Part)> = Part::NAMES.iter().map(|(part, name, ..)| (*name, *part)).collect();
    let columns = columns.unwrap_or_default().into_iter();
    columns.map(|(part, column)| Ok((one_of("columns", &part, &parts)?, column))).collect()
}

#[pymethods]
impl Tally {
    /// The columns kept apart.
    #[getter]
    fn by(&self) -> Vec<String> {
        self.0.question().by.clone()
    }

    /// The window counted, as its first and last day: ``2025-12-15/2026-06-14``.
    #[getter]
    fn period(&self) -> String {
        self.0.question().period.to_string()
    }

    /// How many rows do not belong to the period.
    #[getter]
    fn outside_period(&self) -> u64 {
        self.0.outside_period()
    }

    /// The counts.
    ///
    /// Returns
    /// -------
    /// Table
    ///     The columns kept apart, [month, quarter or year,] received (all that
    ///     count: the sum of the next four), on_time, late, pending_in_time,
    ///     pending_late, uncounted (not counted, see :meth:`uncounted`), ratio
    ///     ((on_time + pending_in_time) / received, exact; None of nothing).
    fn table<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        self.listed(py, |tally| {
            let rows: Vec<Row> = tally.0.rows().collect();
            let counts: Vec<&Counts> = rows.iter().map(|row| &row.counts).collect();
            counted(tally.keys(&rows), &counts)
        })
    }

    /// Why dossiers of the period are not counted.
    ///
    /// Returns
    /// -------
    /// Table
    ///     reason, dossiers, bad_row (whether the row contradicts itself or cannot
    ///     be read, so that someone should mend it). ``calendar-ends`` is no bad row:
    ///     the calendar lacks the days that a limit counts.
    fn uncounted<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let total = self.0.total();
        let rows: Vec<(Reason, u64)> = total.reasons().collect();
        Builder::default()
            .text("reason", rows.iter().map(|(reason, _)| Some(reason.name())))
            .whole("dossiers", rows.iter().map(|(_, count)| usize::try_from(*count).ok()))
            .flag("bad_row", rows.iter().map(|(reason, _)| reason.is_bad_row()))
            .finish(py)
    }

    /// Rows that contradict themselves or cannot be read: the first thousand.
    ///
    /// Returns
    /// -------
    /// Table
    ///     file (None for a stream or a table; of Spark and Dask frames the
    ///     partition), row (counted from 1 there, without the header), reason,
    ///     text. :meth:`uncounted` counts all of them.
    fn bad_rows<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let rows = || self.0.bad_rows();
        Builder::default()
            .text("file", rows().map(|row| Some(&*row.file).filter(|file| !file.is_empty())))
            .whole("row", rows().map(|row| usize::try_from(row.row).ok()))
            .text("reason", rows().map(|row| Some(row.reason.name())))
            .text("text", rows().map(|row| Some(&row.text)))
            .finish(py)
    }

    /// How long dossiers took that ended and count, without the time they waited
    /// for the citizen; only if ``times`` was asked for.
    ///
    /// Parameters
    /// ----------
    /// quantiles : list of str or Decimal
    ///     Shares of the dossiers, from 0 to 1; 0.5 and 0.9 unless given.
    ///
    /// Returns
    /// -------
    /// Table
    ///     The columns kept apart, [month,] finished, mean_minutes (exact), and
    ///     for each share the whole days in which it was done: ``q0.5``.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``missing-column`` if the tally has no times, ``out-of-range`` for a
    ///     share outside 0 to 1, ``named-twice`` for one that is given twice.
    #[pyo3(signature = (quantiles=None))]
    fn processing<'py>(
        &self,
        py: Python<'py>,
        quantiles: Option<Several<Bound<'py, PyAny>>>,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let shares: Vec<Number> = match quantiles {
            Some(Several(shares)) => shares.iter().map(decimal::number).collect::<Result<_, _>>()?,
            None => vec![Number::new(5, 1)?, Number::new(9, 1)?],
        };
        if self.0.question().times.is_none() {
            let found = "counts only: tally with times=\"elapsed\" or times=\"working\"".to_owned();
            return Err(Problem::MissingColumn { column: "times".to_owned(), found }.into());
        }
        let mut names = self.0.question().by.clone();
        for share in &shares {
            Processing::default().quantile(*share)?;
            let name = format!("q{share}");
            if names.contains(&name) {
                return Err(parindex_dossiers::Problem::NamedTwice { name }.into());
            }
            names.push(name);
        }
        self.listed(py, move |tally| {
            let rows: Vec<Row> = tally.0.rows().collect();
            let times = || rows.iter().map(|row| row.processing.as_ref());
            let means: Vec<_> = times().map(|times| times?.mean_minutes()).collect();
            let mut builder = tally
                .keys(&rows)
                .whole("finished", times().map(|times| usize::try_from(times?.count()).ok()))
                .exact("mean_minutes", means.iter().map(Option::as_ref))?;
            for share in shares {
                let days = times().map(|times| usize::try_from(times?.quantile(share).ok()??).ok());
                builder = builder.whole(&format!("q{share}"), days);
            }
            Ok(builder)
        })
    }

    /// This tally and another of the same question, together.
    ///
    /// Parameters
    /// ----------
    /// other : Tally
    ///     Of other dossiers: what stands in both is counted twice.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``tallies-differ`` for another question.
    fn merge(&self, py: Python<'_>, other: &Self) -> Result<Self, Failure> {
        let (left, right) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Ok(Self(Arc::new(detach(py, move || left.merge(&right))??)))
    }

    fn __add__(&self, py: Python<'_>, other: &Self) -> Result<Self, Failure> {
        self.merge(py, other)
    }

    /// Nothing if there is no bad row: what `strict` asks, of a merged tally.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     Every bad row that is kept, as with `strict`.
    fn check(&self, py: Python<'_>) -> Result<(), Failure> {
        let tally = Arc::clone(&self.0);
        Ok(detach(py, move || tally.check())??)
    }

    /// The tally as bytes, the same for the same content.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyBytes>, Failure> {
        let tally = Arc::clone(&self.0);
        Ok(PyBytes::new(py, &detach(py, move || tally.to_bytes())?))
    }

    /// The tally that :meth:`to_bytes` wrote.
    ///
    /// Parameters
    /// ----------
    /// data : bytes
    ///     All of them.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unreadable-file`` for other bytes.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: PyBackedBytes) -> Result<Self, Failure> {
        Ok(Self(Arc::new(detach(py, move || parindex_dossiers::Tally::from_bytes(&data))??)))
    }

    /// The counts as evidence for :func:`parindex.score`.
    ///
    /// Parameters
    /// ----------
    /// code : str
    ///     The criterion they feed.
    /// levels : dict, optional
    ///     The criterion of each level instead, such as ``{"commune": "3.4.3"}``;
    ///     `level` must be kept apart, levels without a criterion give no row.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit, code, numerator (on time and pending in time), denominator.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``missing-column`` unless `unit` is kept apart.
    #[pyo3(signature = (code="2.1", levels=None))]
    fn evidence<'py>(
        &self,
        py: Python<'py>,
        code: &str,
        levels: Option<BTreeMap<String, String>>,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let code = code.to_owned();
        self.listed(py, move |tally| {
            let rows = match levels {
                None => tally.0.evidence(&code)?,
                Some(levels) => tally.0.evidence_by_level(&levels)?,
            };
            let counts = |row: &EvidenceRow| match row.stated {
                Stated::Counts(numerator, denominator) => (Some(numerator), Some(denominator)),
                _ => (None, None),
            };
            let (numerators, denominators): (Vec<_>, Vec<_>) = rows.iter().map(counts).unzip();
            Ok(Builder::default()
                .text("unit", rows.iter().map(|row| Some(&row.unit).filter(|unit| !unit.is_empty())))
                .text("code", rows.iter().map(|row| Some(&row.code)))
                .count("numerator", numerators)?
                .count("denominator", denominators)?)
        })
    }

    /// Units whose ratio is below a threshold, compared exactly, lowest first.
    ///
    /// Parameters
    /// ----------
    /// threshold : str or Decimal
    ///     A share from 0 to 1; 0.90 unless given.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit, received, on_time, late, pending_in_time, pending_late,
    ///     uncounted, ratio. Units without dossiers have no ratio and no alert.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``missing-column`` unless `unit` is kept apart, ``not-exact`` for a float,
    ///     ``out-of-range`` for a threshold outside 0 to 1.
    #[pyo3(signature = (threshold=None))]
    fn alerts<'py>(
        &self,
        py: Python<'py>,
        threshold: Option<&Bound<'py, PyAny>>,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let threshold = share(threshold)?;
        self.listed(py, move |tally| {
            let rows: Vec<UnitCounts> = tally.0.alerts(threshold)?;
            let counts: Vec<&Counts> = rows.iter().map(|row| &row.counts).collect();
            let units = Builder::default().text("unit", rows.iter().map(|row| row.unit.as_deref()));
            counted(units, &counts)
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Result<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,)), Failure> {
        Ok((py.get_type::<Self>().getattr("from_bytes")?, (self.to_bytes(py)?,)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __repr__(&self) -> String {
        let total = self.0.total();
        format!(
            "<parindex.dossiers.Tally of {} dossiers in {}, {} not counted>",
            total.received(),
            self.0.question().period,
            total.uncounted()
        )
    }
}

impl Tally {
    /// A table of what the tally holds, which may be millions of groups.
    fn listed<'py>(
        &self,
        py: Python<'py>,
        work: impl FnOnce(&Self) -> Result<Builder, Failure> + Send + 'static,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let tally = Self(Arc::clone(&self.0));
        detach(py, move || work(&tally))??.finish(py)
    }

    /// The columns that tell groups apart.
    fn keys(&self, rows: &[Row]) -> Builder {
        let question = self.0.question();
        let mut builder = Builder::default();
        for (place, name) in question.by.iter().enumerate() {
            builder = builder.text(name, rows.iter().map(|row| row.keys.get(place).and_then(Option::as_deref)));
        }
        match question.every {
            Some(every) => builder.text(every.name(), rows.iter().map(|row| row.step.as_deref())),
            None => builder,
        }
    }
}

/// A share from 0 to 1 given by a caller; 90 % unless given.
pub(crate) fn share(threshold: Option<&Bound<'_, PyAny>>) -> Result<Number, Problem> {
    threshold.map_or_else(|| Number::new(9, 1), decimal::number)
}

/// The columns of counts, after those there are.
fn counted(mut builder: Builder, counts: &[&Counts]) -> Result<Builder, Failure> {
    let whole = |count: u64| usize::try_from(count).ok();
    builder = builder.whole("received", counts.iter().map(|counts| whole(counts.received())));
    for class in Class::ALL {
        builder = builder.whole(class.name(), counts.iter().map(|counts| whole(counts.get(Outcome::Counted(class)))));
    }
    let ratios: Vec<_> = counts.iter().map(|counts| counts.ratio()).collect();
    Ok(builder
        .whole("uncounted", counts.iter().map(|counts| whole(counts.uncounted())))
        .exact("ratio", ratios.iter().map(Option::as_ref))?)
}
