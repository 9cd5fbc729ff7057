//! `parindex.Assessment`: all units scored under one framework.

use std::borrow::Cow;
use std::rc::Rc;

use parindex::{Code, Error, Exact, Language, Number, Problem, Ranked, Stop, Within};
use parindex_tables::{Cell, Columns, pairs};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::argument::table;
use crate::detach::detach;
use crate::error::Failure;
use crate::framework::Framework;
use crate::scorecard::Scorecard;
use crate::table::Builder;

/// Most rows of a table of lines; some 2 GB of memory.
const MAX_LISTED: usize = 5_000_000;

/// All units scored under one framework, as :func:`parindex.score` returns it.
///
/// ``assessment["H44.100"]`` is the card of a unit.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> rows = [{"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918}]
/// >>> assessment = pi.score(framework, rows)
/// >>> assessment["H44"].line("2.1").points
/// Decimal('17.68')
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Assessment(pub(crate) parindex::Assessment);

#[pymethods]
impl Assessment {
    /// The framework it was scored under.
    #[getter]
    fn framework(&self) -> Framework {
        Framework(self.0.framework().clone())
    }

    /// Ids of the units scored, sorted.
    #[getter]
    fn units(&self) -> Vec<&str> {
        self.0.units().collect()
    }

    /// The last stage that counted.
    #[getter]
    fn stage(&self) -> &'static str {
        self.0.stage().name()
    }

    fn __len__(&self) -> usize {
        self.0.units().len()
    }

    fn __contains__(&self, unit: &str) -> bool {
        self.0.card(unit).is_ok()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.units().into_pyobject(py)?.try_iter()?.into_any())
    }

    /// The card of one unit.
    fn __getitem__(&self, unit: &str) -> Result<Scorecard, Failure> {
        Ok(Scorecard { assessment: self.0.clone(), card: self.0.card(unit)? })
    }

    /// Places, best first, "1224" on the exact index.
    ///
    /// Parameters
    /// ----------
    /// code : str, optional
    ///     Rank on one node of the tree instead of the whole.
    /// within : {"level", "parent"}, optional
    ///     Rank each level, or the units under each parent, apart; the table
    ///     then has a last column of that name.
    ///
    /// Returns
    /// -------
    /// Table
    ///     A row for each unit: rank, unit, name, points, max_points, index (in
    ///     percent, two decimals half-up), band, missing_points, assumed_points.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unknown-criterion``, ``bad-code``, ``bad-value`` for `within`.
    #[pyo3(signature = (code=None, within=None))]
    fn ranking<'py>(
        &self,
        py: Python<'py>,
        code: Option<String>,
        within: Option<&str>,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let group = within.map(group).transpose()?;
        let assessment = self.0.clone();
        let rows = detach(py, move || assessment.ranking_of(code.as_deref(), group))??;
        let table = ranking(&rows)?;
        match within {
            Some(name) => table.text(name, rows.iter().map(|row| row.group.as_deref())).finish(py),
            None => table.finish(py),
        }
    }

    /// Every line of every card.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///     The language of reasons.
    ///
    /// Returns
    /// -------
    /// Table
    ///     A row for each unit and criterion, leaves and interior nodes: unit,
    ///     code, is_leaf, points, max_points, status (scored, given, missing,
    ///     not-applicable, zero-denominator), value, numerator, denominator, reason.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``too-large`` beyond five million rows: ask the cards of some units.
    #[pyo3(signature = (lang="vi"))]
    fn lines<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let (units, nodes) = (self.0.units().len(), self.0.framework().criteria().count());
        if units.saturating_mul(nodes) > MAX_LISTED {
            let what = format!("the table of {units} units × {nodes} criteria");
            return Err(
                Problem::TooLarge { what, limit: format!("{MAX_LISTED} rows: ask the cards of some units") }.into()
            );
        }
        let assessment = self.0.clone();
        let table = detach(py, move || lines(assessment.cards(), lang))??;
        table.finish(py)
    }

    /// Points lost by all units together, by the agency that answers for them.
    ///
    /// Parameters
    /// ----------
    /// agencies : table
    ///     Columns code, agency[, remedy, due]: an agency answers for the code
    ///     and all below it. A code it does not name falls to the framework's agency.
    ///
    /// Returns
    /// -------
    /// Table
    ///     A row for each agency, the largest loss first: agency, lost, codes.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``missing-column``, ``unknown-criterion``, ``bad-code``, ``incomplete-row``.
    fn lost_by<'py>(&self, py: Python<'py>, agencies: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Failure> {
        let source = table("agencies", agencies)?;
        let assessment = self.0.clone();
        let work = move || assessment.lost_by(&listed(&source.read()?)?);
        let rows = detach(py, work)??;
        let codes = |codes: &[Code]| codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Builder::default()
            .text("agency", rows.iter().map(|row| row.agency.as_deref()))
            .exact("lost", rows.iter().map(|row| Some(&row.lost)))?
            .text("codes", rows.iter().map(|row| Some(codes(&row.codes))))
            .finish(py)
    }

    /// The assessment from what :meth:`to_json` or pickle wrote: its inputs, scored anew.
    ///
    /// Parameters
    /// ----------
    /// text : str
    ///     Framework, evidence, units and stage as JSON.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unreadable-file`` for a text that is no such JSON, or whose inputs have faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: String) -> Result<Self, Failure> {
        let read = move || serde_json::from_str(&text).map_err(|error| error.to_string());
        let read: Result<parindex::Assessment, String> = detach(py, read)?;
        Ok(Self(read.map_err(|error| Problem::unreadable("the assessment", error))?))
    }

    /// The assessment's inputs as text: framework, evidence, units and stage.
    fn to_json(&self, py: Python<'_>) -> Result<String, Failure> {
        let assessment = self.0.clone();
        let written = detach(py, move || serde_json::to_string(&assessment).map_err(|error| error.to_string()))?;
        Ok(written.map_err(PyValueError::new_err)?)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Result<(Bound<'py, PyAny>, (String,)), Failure> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json(py)?,)))
    }

    fn __repr__(&self) -> String {
        format!("<parindex.Assessment of {} units on '{}'>", self.__len__(), self.0.framework().id())
    }
}

fn group(within: &str) -> Result<Within, Problem> {
    match within {
        "level" => Ok(Within::Level),
        "parent" => Ok(Within::Parent),
        _ => {
            let text = within.chars().take(40).collect();
            Err(Problem::BadValue { what: "within".to_owned(), text, allowed: "`level` or `parent`".to_owned() })
        }
    }
}

fn ranking(rows: &[Ranked]) -> Result<Builder, Problem> {
    Builder::default()
        .whole("rank", rows.iter().map(|row| row.rank.get()))
        .text("unit", rows.iter().map(|row| Some(&row.unit)))
        .text("name", rows.iter().map(|row| row.name.as_deref()))
        .exact("points", rows.iter().map(|row| Some(&row.points)))?
        .exact("max_points", rows.iter().map(|row| row.max_points.as_ref()))?
        .exact("index", rows.iter().map(|row| row.index.as_ref()))?
        .text("band", rows.iter().map(|row| row.band.as_deref()))
        .exact("missing_points", rows.iter().map(|row| row.missing_points.as_ref()))?
        .exact("assumed_points", rows.iter().map(|row| Some(&row.assumed_points)))
}

/// A column of counts beside one another.
type Counts = Vec<Option<Number>>;

pub(crate) fn lines(cards: impl IntoIterator<Item = parindex::Scorecard>, lang: Language) -> Result<Builder, Problem> {
    let lines: Vec<(Rc<str>, parindex::Line)> = cards
        .into_iter()
        .flat_map(|card| {
            Stop::point();
            let unit: Rc<str> = card.unit().into();
            card.lines().map(move |line| (Rc::clone(&unit), line)).collect::<Vec<_>>()
        })
        .collect();
    let all = || lines.iter().map(|(_, line)| line).inspect(|_| Stop::point());
    let points: Vec<Exact> = all().map(parindex::Line::points).collect();
    let counts = all().map(|line| line.counts().unzip());
    let (numerators, denominators): (Counts, Counts) = counts.unzip();
    Builder::default()
        .text("unit", lines.iter().map(|(unit, _)| Some(unit)))
        .text("code", all().map(|line| Some(line.code().to_string())))
        .flag("is_leaf", all().map(parindex::Line::is_leaf))
        .exact("points", points.iter().map(Some))?
        .exact("max_points", all().map(parindex::Line::max_points))?
        .text("status", all().map(|line| Some(line.status().name())))
        .text("value", all().map(parindex::Line::value))
        .count("numerator", numerators)?
        .count("denominator", denominators)
        .map(|table| table.text("reason", all().map(|line| Some(line.reason(lang)))))
}

/// Reads `code` and `agency`.
fn listed(columns: &Columns) -> Result<Vec<(Code, String)>, Error> {
    let code = |cell: Cell<'_>| pairs::code(cell);
    let agency = |cell: Cell<'_>| Ok(cell.text()?.map(Cow::into_owned));
    pairs::read(columns, ["code", "agency"], code, agency)
}
