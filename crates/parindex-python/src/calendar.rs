//! `parindex.Calendar`: the days that are worked.

use std::path::PathBuf;

use jiff::civil::Date;
use parindex::{Language, read_date};
use parindex_dossiers::DayKind;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::argument::named;
use crate::error::Failure;
use crate::estimates::one_of;
use crate::table::Builder;
use crate::whole::Whole;

/// Most bytes of a calendar file.
const MAX_FILE: u64 = 1 << 20;

/// Which days are worked: Monday to Friday, but for named days.
///
/// A term counts from the day after: the day received does not count, the next
/// working day is day 1 (Civil Code 2015, article 147). Days outside the years
/// covered are refused, unless plain weekends are asked for there.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> calendar = pi.Calendar.vietnam()
/// >>> calendar.add_working_days("2024-02-07", 3)      # over Tết
/// datetime.date(2024, 2, 19)
/// >>> calendar.is_working("2024-05-04")               # a Saturday worked for 29 April
/// True
/// >>> calendar.covered
/// (datetime.date(2020, 1, 1), datetime.date(2026, 12, 31))
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Calendar {
    pub(crate) core: parindex_dossiers::Calendar,
    recipe: Recipe,
}

/// How a calendar was made, so that pickle can make it again.
#[derive(Clone)]
struct Recipe {
    base: Base,
    days: Vec<(String, String)>,
    weekends_beyond: bool,
}

#[derive(Clone)]
enum Base {
    Vietnam,
    Weekends,
    Toml(String),
}

impl Calendar {
    fn of(base: Base) -> Result<Self, Failure> {
        let core = match &base {
            Base::Vietnam => parindex_dossiers::Calendar::vietnam()?,
            Base::Weekends => parindex_dossiers::Calendar::without_holidays(),
            Base::Toml(text) => text.parse()?,
        };
        Ok(Self { core, recipe: Recipe { base, days: Vec::new(), weekends_beyond: false } })
    }
}

/// A date or a moment from Python as text: what is one already, or says itself so.
///
/// # Errors
/// `TypeError` for anything else.
pub(crate) fn dated(value: &Bound<'_, PyAny>) -> Result<String, Failure> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.extract()?);
    }
    if value.hasattr(intern!(value.py(), "isoformat"))? {
        return Ok(value.call_method0(intern!(value.py(), "isoformat"))?.extract()?);
    }
    let message = format!("a day is a date or a text such as '2026-06-30', not {}", value.get_type().name()?);
    Err(PyTypeError::new_err(message).into())
}

/// A day from Python: a date, or a text.
///
/// # Errors
/// `bad-date`, `TypeError` for what is neither.
pub(crate) fn day(value: &Bound<'_, PyAny>) -> Result<Date, Failure> {
    let text = dated(value)?;
    Ok(read_date(text.split('T').next().unwrap_or_default())?)
}

fn to_python(py: Python<'_>, date: Date) -> PyResult<Bound<'_, PyAny>> {
    let class = py.import(intern!(py, "datetime"))?.getattr(intern!(py, "date"))?;
    class.call1((date.year(), date.month(), date.day()))
}

#[pymethods]
impl Calendar {
    /// The calendar of Vietnam's state offices, 2020 to 2026: public holidays,
    /// Tết, days off in lieu, swapped days and the Saturdays worked for them.
    ///
    /// Every day names its source and on what that rests: see :meth:`days`.
    #[staticmethod]
    fn vietnam() -> Result<Self, Failure> {
        Self::of(Base::Vietnam)
    }

    /// Plain weekends: every Monday to Friday is worked, in any year.
    #[staticmethod]
    fn without_holidays() -> Result<Self, Failure> {
        Self::of(Base::Weekends)
    }

    /// A calendar from a TOML text.
    ///
    /// Parameters
    /// ----------
    /// text : str
    ///     ``extends = "vietnam"`` starts from the bundled one; ``from``, ``until``,
    ///     ``hours`` and lists of ``[[days]]`` follow.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     Every fault with line and column: ``bad-toml``, ``missing-key``, ``unknown-key``,
    ///     ``bad-value``, ``bad-date``, ``bad-hours``, ``out-of-range``, ``named-twice``,
    ///     ``calendar-ends``; ``too-large`` above 1 MiB.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> calendar = pi.Calendar.from_toml('extends = "vietnam"\nuntil = "2027-12-31"')
    /// >>> calendar.covered[1].year
    /// 2027
    #[staticmethod]
    fn from_toml(text: String) -> Result<Self, Failure> {
        Self::of(Base::Toml(text))
    }

    /// A calendar from a TOML file; as :meth:`from_toml`.
    ///
    /// Parameters
    /// ----------
    /// path : str or os.PathLike
    ///     A file in UTF-8, at most 1 MiB.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     Every fault with line and column; ``unreadable-file``, ``too-large``.
    #[staticmethod]
    #[allow(clippy::needless_pass_by_value, reason = "Python hands over a path")]
    fn from_file(path: PathBuf) -> Result<Self, Failure> {
        let text = parindex_tables::read_text(&path, MAX_FILE)?;
        Self::of(Base::Toml(text))
    }

    /// The same calendar with some days more, in place of what it said of them.
    ///
    /// Parameters
    /// ----------
    /// days : dict
    ///     For each day (a date or text) its kind: "holiday", "compensatory",
    ///     "swapped-off" or "working". They stand as *assumed*.
    ///
    /// Returns
    /// -------
    /// Calendar
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``bad-date``, ``bad-value``, ``calendar-ends`` outside the years covered.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> calendar = pi.Calendar.vietnam().with_days({"2026-03-14": "working"})
    /// >>> calendar.is_working("2026-03-14")
    /// True
    fn with_days(&self, days: &Bound<'_, PyDict>) -> Result<Self, Failure> {
        let (mut core, mut recipe) = (self.core.clone(), self.recipe.clone());
        // What a key says of itself may change the dict that is read.
        for (date, kind) in days.iter().collect::<Vec<_>>() {
            let (date, kind) =
                (named("days", &date, day)?, named("days", &kind, |kind| Ok(kind.extract::<String>()?))?);
            core = core.with_day(date, one_of("kind", &kind, &DayKind::NAMES)?)?;
            recipe.days.push((date.to_string(), kind));
        }
        Ok(Self { core, recipe })
    }

    /// The same calendar, which takes plain weekends in years that it does not
    /// cover instead of refusing them.
    fn weekends_beyond(&self) -> Self {
        let recipe = Recipe { weekends_beyond: true, ..self.recipe.clone() };
        Self { core: self.core.clone().weekends_beyond(), recipe }
    }

    /// The first and the last day covered; None if every day is.
    #[getter]
    fn covered<'py>(&self, py: Python<'py>) -> PyResult<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        self.core.covered().map(|(from, until)| Ok((to_python(py, from)?, to_python(py, until)?))).transpose()
    }

    /// Whether a day is worked.
    ///
    /// Parameters
    /// ----------
    /// date : datetime.date or str
    ///     The day, as text ``2026-12-20`` or ``20/12/2026``.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``calendar-ends`` outside the years covered, ``bad-date``.
    fn is_working(&self, date: &Bound<'_, PyAny>) -> Result<bool, Failure> {
        Ok(self.core.is_working(named("date", date, day)?)?)
    }

    /// Working days after one day, up to and including another; below zero if
    /// the other is the earlier one.
    ///
    /// Parameters
    /// ----------
    /// start, end : datetime.date or str
    ///     The day that does not count, and the last that does.
    ///
    /// Returns
    /// -------
    /// int
    ///     In working days.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``calendar-ends``, ``bad-date``.
    fn working_days_between(&self, start: &Bound<'_, PyAny>, end: &Bound<'_, PyAny>) -> Result<i64, Failure> {
        Ok(self.core.working_days_between(named("start", start, day)?, named("end", end, day)?)?)
    }

    /// The day a term of so many working days ends.
    ///
    /// Parameters
    /// ----------
    /// start : datetime.date or str
    ///     The day received, which does not count.
    /// days : int
    ///     From 0 on.
    ///
    /// Returns
    /// -------
    /// datetime.date
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``calendar-ends``, ``bad-date``; ``out-of-range`` for days below zero or beyond 2³².
    fn add_working_days<'py>(
        &self,
        py: Python<'py>,
        start: &Bound<'py, PyAny>,
        days: Whole,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        Ok(to_python(py, self.core.add_working_days(named("start", start, day)?, days.of("days")?)?)?)
    }

    /// The named days.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///
    /// Returns
    /// -------
    /// Table
    ///     date, kind, name, basis (on what it rests), source.
    #[pyo3(signature = (lang="vi"))]
    fn days<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let kind = |kind: DayKind| DayKind::NAMES.iter().find(|(_, known)| *known == kind).map(|(name, _)| *name);
        let days: Vec<_> = self.core.days().collect();
        Builder::default()
            .text("date", days.iter().map(|(date, _)| Some(date.to_string())))
            .text("kind", days.iter().map(|(_, day)| kind(day.kind)))
            .text("name", days.iter().map(|(_, day)| day.name.as_ref().map(|name| name.get(lang))))
            .text("basis", days.iter().map(|(_, day)| Some(day.basis.name())))
            .text("source", days.iter().map(|(_, day)| day.source.as_deref()))
            .finish(py)
    }

    /// The calendar from what pickle wrote.
    #[staticmethod]
    fn _again(base: &str, text: String, days: Vec<(String, String)>, weekends_beyond: bool) -> Result<Self, Failure> {
        let base = match base {
            "vietnam" => Base::Vietnam,
            "weekends" => Base::Weekends,
            _ => Base::Toml(text),
        };
        let mut calendar = Self::of(base)?;
        // Days may lie where only plain weekends are known.
        if weekends_beyond {
            calendar = calendar.weekends_beyond();
        }
        for (date, kind) in days {
            calendar.core = calendar.core.with_day(read_date(&date)?, one_of("kind", &kind, &DayKind::NAMES)?)?;
            calendar.recipe.days.push((date, kind));
        }
        Ok(calendar)
    }

    #[allow(clippy::type_complexity, reason = "what pickle asks for")]
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (&'static str, String, Vec<(String, String)>, bool))> {
        let Recipe { base, days, weekends_beyond } = self.recipe.clone();
        let (base, text) = match base {
            Base::Vietnam => ("vietnam", String::new()),
            Base::Weekends => ("weekends", String::new()),
            Base::Toml(text) => ("toml", text),
        };
        Ok((py.get_type::<Self>().getattr("_again")?, (base, text, days, weekends_beyond)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.core == other.core
    }

    fn __repr__(&self) -> String {
        let named = self.core.days().count();
        match self.core.covered() {
            Some((from, until)) => format!("<parindex.Calendar of {from} to {until}, {named} days named>"),
            None => format!("<parindex.Calendar of any year, {named} days named>"),
        }
    }
}
