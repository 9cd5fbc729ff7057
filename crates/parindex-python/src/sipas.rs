//! `parindex.sipas`: the satisfaction index, official and estimated.

use std::path::PathBuf;
use std::sync::Arc;

use parindex::Language;
use parindex_survey::sipas::{self as core, Answers, National, SipasNote, SipasOptions, SipasRow};
use parindex_survey::{Design, Method, RankOptions, RankSet};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::detach::detach;
use crate::error::Failure;
use crate::estimates::{one_of, options};
use crate::frame::Frame;
use crate::questionnaire::Questionnaire;
use crate::rank_sets;
use crate::source::{Source, mark};
use crate::survey::Survey;
use crate::table::Builder;

/// SIPAS of every unit: the official figure beside the estimate one can defend.
///
/// Made by :func:`parindex.sipas`. Every table has both: *official* is exact,
/// unweighted and traceable to its counts (satisfied, valid, outside the scale,
/// blank); *estimate* is design-based, with its standard error and interval.
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Sipas {
    core: Arc<core::Sipas>,
    questionnaire: core::Questionnaire,
}

/// How the nation's figure is made of those of units.
#[derive(FromPyObject)]
enum Whole {
    Word(String),
    Weights(std::collections::HashMap<String, f64>),
}

/// The satisfaction index of every unit.
///
/// Parameters
/// ----------
/// survey : Survey or table
///     A plain table is taken as unweighted, its rows as the units drawn.
/// questionnaire : str or Questionnaire
///     The id of a bundled questionnaire, a TOML file, or one filled in.
/// unit : str
///     The column of units.
/// degrees : {"own", "design"}
///     Degrees of freedom of the unit's own sampled units (a province of three
///     districts has 2), or of the whole design.
/// deff : {"replace", "wor"}
///     What the design effect compares with.
/// method : {"wald", "logit", "beta", "wilson", "asin"}
///     The shape of intervals, as for :meth:`Survey.proportion`. "wald" is
///     symmetric, as of any ratio: on few sampled units it may leave 0 to 100,
///     which says how little they tell; the others stay within.
/// coverage : float
///     The coverage of intervals.
/// least_respondents, least_psus : int
///     Below these an estimate, or its standard error, is suppressed.
/// decimal : {".", ","}
///     The decimal mark of numbers written as text in a plain table.
///
/// Returns
/// -------
/// Sipas
///
/// Raises
/// ------
/// ParIndexError
///     All at once: ``outline`` for factors without items, ``missing-column``,
///     ``out-of-range`` and ``bad-number`` with rows of answers off the scale,
///     ``incomplete-row`` with rows without a unit; ``unknown-questionnaire``.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> questionnaire = pi.Questionnaire.load("sipas/2017")
/// >>> rows = [
/// ...     {"province": "25", **{item: 1 + (row * row + at) % 5 for at, item in enumerate(questionnaire.items)}}
/// ...     for row in range(60)
/// ... ]
/// >>> index = pi.sipas(rows).index()
/// >>> index["official"], index["satisfied"], index["valid"]
/// ([Decimal('38.1818181818')], [504], [1320])
#[pyfunction]
#[pyo3(signature = (
    survey, questionnaire=None, unit="province", *, degrees="own", deff="replace", method="wald", coverage=0.95,
    least_respondents=30, least_psus=2, decimal="."
))]
#[allow(clippy::too_many_arguments, reason = "the options are named")]
pub(crate) fn sipas(
    py: Python<'_>,
    survey: &Bound<'_, PyAny>,
    questionnaire: Option<&Bound<'_, PyAny>>,
    unit: &str,
    degrees: &str,
    deff: &str,
    method: &str,
    coverage: f64,
    least_respondents: usize,
    least_psus: usize,
    decimal: &str,
) -> Result<Sipas, Failure> {
    let questionnaire = match questionnaire {
        None => core::Questionnaire::bundled("sipas/2017")?,
        Some(given) => asked(given)?,
    };
    let method = one_of("method", method, &Method::NAMES)?;
    let options =
        SipasOptions { method, options: options(coverage, degrees, Some(deff))?, least_respondents, least_psus };
    let given = match survey.cast::<Survey>() {
        Ok(survey) => Ok((survey.get().core.clone(), survey.get().frame.clone())),
        Err(_) => Err((Source::of(survey)?, mark(decimal)?)),
    };
    let unit = unit.to_owned();
    let work = move || -> Result<Sipas, Failure> {
        let (survey, frame) = match given {
            Ok(known) => known,
            Err((source, mark)) => {
                let frame = Frame::new(source.read()?, mark);
                (parindex_survey::Survey::new(Design::new(frame.rows()))?, frame)
            }
        };
        let mut reading = frame.read();
        let units = reading.labels(&unit);
        let answers = answers(&questionnaire, |code| reading.has(code).then(|| reading.answers(code)));
        let core = reading.finish(|| core::Sipas::with_options(&questionnaire, &survey, &units, &answers, options))?;
        Ok(Sipas { core: Arc::new(core), questionnaire })
    };
    detach(py, work)?
}

/// A questionnaire, the id of a bundled one, or a file.
fn asked(given: &Bound<'_, PyAny>) -> Result<core::Questionnaire, Failure> {
    if let Ok(questionnaire) = given.cast::<Questionnaire>() {
        return Ok(questionnaire.get().0.clone());
    }
    let path: PathBuf = given.extract()?;
    let is_file = !given.is_instance_of::<PyString>() || path.extension().is_some_and(|end| end == "toml");
    if is_file {
        return Ok(Questionnaire::from_file(path)?.0);
    }
    Ok(core::Questionnaire::bundled(&given.extract::<String>()?)?)
}

/// The answers to every item that the table has a column for.
fn answers(questionnaire: &core::Questionnaire, mut column: impl FnMut(&str) -> Option<Vec<Option<i64>>>) -> Answers {
    let items = questionnaire.items().map(|item| item.code.as_str());
    let general = questionnaire.factors().iter().filter_map(|factor| factor.general.as_deref());
    items.chain(general).chain(questionnaire.general()).fold(Answers::new(), |answers, code| match column(code) {
        Some(given) => answers.item(code, given),
        None => answers,
    })
}

impl Sipas {
    fn rows<T: Send + 'static>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&core::Sipas) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let core = Arc::clone(&self.core);
        Ok(detach(py, move || work(&core))?)
    }
}

#[pymethods]
impl Sipas {
    /// The questionnaire that was asked.
    #[getter]
    fn questionnaire(&self) -> Questionnaire {
        Questionnaire(self.questionnaire.clone())
    }

    /// Ids of the units, sorted.
    #[getter]
    fn units(&self) -> Vec<String> {
        self.core.units().to_vec()
    }

    /// The whole index of every unit, in percent.
    ///
    /// Returns
    /// -------
    /// Table
    ///     A row for each unit: unit, official (exact), n (respondents),
    ///     estimate, se, df, ci_low, ci_high, deff, psus, note (why something is
    ///     suppressed or not estimable), satisfied and valid (answers counted by
    ///     the official figure), outside ("don't know": left the base), blank
    ///     (no answer: left the base).
    fn index<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let rows = self.rows(py, core::Sipas::index)?;
        table(Builder::default().text("unit", rows.iter().map(|row| Some(&row.unit))), &rows)?.finish(py)
    }

    /// The index of every factor in every unit; as :meth:`index` with code and name.
    #[pyo3(signature = (lang="vi"))]
    fn factors<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let rows = self.rows(py, core::Sipas::factors)?;
        let names = self.questionnaire.factors();
        let name = |code: &str| Some(names.iter().find(|factor| factor.code() == code)?.name.get(lang).to_owned());
        coded(py, &rows, name)
    }

    /// The index of every part (half) in every unit, pooled; as :meth:`factors`.
    #[pyo3(signature = (lang="vi"))]
    fn parts<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let rows = self.rows(py, core::Sipas::parts)?;
        let name =
            |code: &str| Some(self.questionnaire.parts().find(|part| part.code == code)?.name.get(lang).to_owned());
        coded(py, &rows, name)
    }

    /// The index of every item in every unit; as :meth:`factors`.
    #[pyo3(signature = (lang="vi"))]
    fn items<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let rows = self.rows(py, core::Sipas::items)?;
        let name =
            |code: &str| Some(self.questionnaire.items().find(|item| item.code == code)?.name.get(lang).to_owned());
        coded(py, &rows, name)
    }

    /// The national index.
    ///
    /// Parameters
    /// ----------
    /// rule : {"mean-of-units", "pooled"} or dict of float
    ///     The plain mean of the units, all answers together, or the weight of
    ///     each unit. How the ministry does it is not known.
    ///
    /// Returns
    /// -------
    /// Table
    ///     One row, as :meth:`index` without the unit; degrees of freedom of the
    ///     whole design.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``not-estimable`` naming units without a standard error;
    ///     ``bad-weight``; ``unknown-unit`` for a weight of nobody.
    #[pyo3(signature = (rule=None))]
    fn national<'py>(&self, py: Python<'py>, rule: Option<Whole>) -> Result<Bound<'py, PyAny>, Failure> {
        let rule = match rule {
            None => National::MeanOfUnits,
            Some(Whole::Word(word)) => {
                let is_pooled = one_of("rule", &word, &[("mean-of-units", false), ("pooled", true)])?;
                if is_pooled { National::Pooled } else { National::MeanOfUnits }
            }
            Some(Whole::Weights(weights)) => {
                let units = self.core.units();
                let strangers = weights.keys().filter(|unit| !units.contains(unit));
                let unknown = |unit: &String| parindex::Problem::UnknownUnit { unit: unit.clone() }.into();
                parindex::Error::check(strangers.map(unknown))?;
                National::Weighted(units.iter().map(|unit| weights.get(unit).copied().unwrap_or(f64::NAN)).collect())
            }
        };
        let row = self.rows(py, move |core| core.national(&rule))??;
        table(Builder::default(), &[row])?.finish(py)
    }

    /// Which ranks each unit may have: rank confidence sets of the index.
    ///
    /// Parameters
    /// ----------
    /// coverage, simultaneous, seed, draws
    ///     As for :func:`parindex.rank_sets`, whose notes say what the sets
    ///     assume. Units that share strata, or whose weights were calibrated
    ///     together, are compared with their covariance.
    ///
    /// Returns
    /// -------
    /// Table
    ///     A row for each unit: unit, estimate, rank, rank_low, rank_high.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``not-estimable`` naming every unit without a standard error.
    #[pyo3(signature = (coverage=0.95, simultaneous=true, seed=0, *, draws=10_000))]
    fn ranks<'py>(
        &self,
        py: Python<'py>,
        coverage: f64,
        simultaneous: bool,
        seed: u64,
        draws: usize,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let options = RankOptions { coverage, simultaneous, draws, seed };
        let sets: Vec<RankSet> = self.rows(py, move |core| core.ranks(&options))??;
        let builder = Builder::default().text("unit", self.core.units().iter().map(Some));
        rank_sets::table(builder, &sets).finish(py)
    }

    /// The official index of each unit as evidence for :func:`parindex.score`.
    ///
    /// Parameters
    /// ----------
    /// code : str
    ///     The criterion it feeds; its rule reads an index in percent.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit, code, value (exact, in percent), and beside it se and df of the
    ///     estimate, which a forecast carries on. Units without a valid answer
    ///     state nothing.
    #[pyo3(signature = (code="8.1"))]
    fn evidence<'py>(&self, py: Python<'py>, code: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let rows = self.rows(py, core::Sipas::index)?;
        let rows: Vec<&SipasRow> = rows.iter().filter(|row| row.official.index.is_some()).collect();
        Builder::default()
            .text("unit", rows.iter().map(|row| Some(&row.unit)))
            .text("code", rows.iter().map(|_| Some(code)))
            .exact("value", rows.iter().map(|row| row.official.index.as_ref()))?
            .real("se", rows.iter().map(|row| row.estimate.se))
            .real("df", rows.iter().map(|row| row.estimate.se.map(|_| row.estimate.df)))
            .finish(py)
    }

    fn __repr__(&self) -> String {
        format!("<parindex.Sipas of {} units on '{}'>", self.core.units().len(), self.questionnaire.id())
    }
}

/// A table of several codes a unit, with what each code is called.
fn coded<'py>(
    py: Python<'py>,
    rows: &[SipasRow],
    name: impl Fn(&str) -> Option<String>,
) -> Result<Bound<'py, PyAny>, Failure> {
    let builder = Builder::default()
        .text("unit", rows.iter().map(|row| Some(&row.unit)))
        .text("code", rows.iter().map(|row| Some(&row.code)))
        .text("name", rows.iter().map(|row| name(&row.code)));
    table(builder, rows)?.finish(py)
}

/// The columns of every SIPAS table, after those there are.
fn table(builder: Builder, rows: &[SipasRow]) -> Result<Builder, Failure> {
    let count = |count: u64| usize::try_from(count).ok();
    let estimates = || rows.iter().map(|row| &row.estimate);
    Ok(builder
        .exact("official", rows.iter().map(|row| row.official.index.as_ref()))?
        .whole("n", estimates().map(|estimate| Some(estimate.n)))
        .real("estimate", estimates().map(|estimate| estimate.estimate))
        .real("se", estimates().map(|estimate| estimate.se))
        .real("df", estimates().map(|estimate| Some(estimate.df)))
        .real("ci_low", estimates().map(|estimate| estimate.interval.map(|(low, _)| low)))
        .real("ci_high", estimates().map(|estimate| estimate.interval.map(|(_, high)| high)))
        .real("deff", estimates().map(|estimate| estimate.deff))
        .whole("psus", estimates().map(|estimate| Some(estimate.psus)))
        .text("note", rows.iter().map(|row| row.note.map(SipasNote::code)))
        .whole("satisfied", rows.iter().map(|row| count(row.official.satisfied)))
        .whole("valid", rows.iter().map(|row| count(row.official.valid)))
        .whole("outside", rows.iter().map(|row| count(row.official.outside)))
        .whole("blank", rows.iter().map(|row| count(row.official.blank))))
}
