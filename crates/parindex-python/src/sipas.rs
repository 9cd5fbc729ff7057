//! `parindex.sipas`: the satisfaction index, official and estimated.

use std::path::PathBuf;
use std::sync::Arc;

use parindex::Language;
use parindex_survey::sipas::{self as core, Answers, National, SipasNote, SipasOptions, SipasRank, SipasRow};
use parindex_survey::{Design, Method, RankOptions, RankSet};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::argument::{self, real};
use crate::detach::detach;
use crate::error::{Failure, wrong_design};
use crate::estimates::{one_of, options};
use crate::frame::Frame;
use crate::labels::counted;
use crate::pickling::refused;
use crate::questionnaire::Questionnaire;
use crate::source::mark;
use crate::survey::Survey;
use crate::table::Builder;
use crate::whole::Whole;

/// SIPAS of every unit: the official figure beside the estimate one can defend.
///
/// Made by :func:`parindex.sipas`. Every table has both: *official* is exact
/// (shown half-up to ten decimals), unweighted and traceable to its counts
/// (satisfied, valid, outside the scale, blank); *estimate* is design-based, with its standard error and interval.
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Sipas {
    core: Arc<core::Sipas>,
    questionnaire: core::Questionnaire,
}

/// The satisfaction index of every unit.
///
/// Parameters
/// ----------
/// survey : Survey or table
///     A plain table is taken as unweighted, its rows as the units drawn.
/// questionnaire : str, os.PathLike or Questionnaire, optional
///     The id of a bundled questionnaire, a TOML file, or one filled in;
///     ``sipas/2017`` unless given.
/// unit : str
///     The column of units, whose ids are text: a number has lost the zero of ``01``.
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
///     How many respondents an estimate, and how many sampled units a standard error,
///     must have: below these it is suppressed.
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
///     ``incomplete-row`` with rows without a unit, ``wrong-measure`` with rows
///     whose unit is a number; ``unknown-questionnaire``.
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
#[pyo3(
    signature = (
        survey, questionnaire=None, unit="province", *, degrees="own", deff="replace", method="wald", coverage=0.95,
        least_respondents=Whole::Held(30), least_psus=Whole::Held(2), decimal="."
    ),
    text_signature = "(survey, questionnaire=None, unit='province', *, degrees='own', deff='replace', method='wald', coverage=0.95, least_respondents=30, least_psus=2, decimal='.')"
)]
#[allow(clippy::too_many_arguments, reason = "the options are named")]
pub(crate) fn sipas(
    py: Python<'_>,
    survey: &Bound<'_, PyAny>,
    questionnaire: Option<&Bound<'_, PyAny>>,
    unit: &str,
    degrees: &str,
    deff: &str,
    method: &str,
    #[pyo3(from_py_with = real)] coverage: f64,
    least_respondents: Whole,
    least_psus: Whole,
    decimal: &str,
) -> Result<Sipas, Failure> {
    let questionnaire = match questionnaire {
        None => core::Questionnaire::bundled("sipas/2017")?,
        Some(given) => asked(given)?,
    };
    let method = one_of("method", method, &Method::NAMES)?;
    let options = SipasOptions {
        method,
        options: options(coverage, degrees, Some(deff))?,
        least_respondents: least_respondents.of("least_respondents")?,
        least_psus: least_psus.of("least_psus")?,
    };
    let given = match survey.cast::<Survey>() {
        Ok(survey) => Ok((survey.get().core.clone(), survey.get().frame.clone())),
        Err(_) => Err((argument::table("survey", survey)?, mark(decimal)?)),
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
        let units = reading.units(&unit);
        let answers = answers(&questionnaire, |code| reading.has(code).then(|| reading.answers(code)));
        let answers = answers.of_table(frame.names());
        let core = reading.keep(core::Sipas::with_options(&questionnaire, &survey, &units, &answers, options));
        Ok(Sipas { core: Arc::new(reading.done(core)?), questionnaire })
    };
    detach(py, work)?
}

/// A questionnaire, the id of a bundled one, or a file.
fn asked(given: &Bound<'_, PyAny>) -> Result<core::Questionnaire, Failure> {
    if let Ok(questionnaire) = given.cast::<Questionnaire>() {
        return Ok(questionnaire.get().0.clone());
    }
    let is_text = given.is_instance_of::<PyString>();
    let Ok(path) = given.extract::<PathBuf>() else {
        return Err(wrong_design("`questionnaire` must be an id, a path or a Questionnaire"));
    };
    let is_file = !is_text || path.extension().is_some_and(|end| end == "toml") || path.is_file();
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
    ///     A row for each unit: unit, official (exact, shown half-up to ten
    ///     decimals), n (respondents),
    ///     estimate, se, df, ci_low, ci_high, deff, psus, note (why something is
    ///     suppressed or not estimable), satisfied and valid (answers counted by
    ///     the official figure), outside ("don't know": left the base), blank
    ///     (no answer: left the base).
    fn index<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let rows = self.rows(py, core::Sipas::index)?;
        table(Builder::default().text("unit", rows.iter().map(|row| Some(&row.unit))), &rows)?.finish(py)
    }

    /// The index of every factor in every unit, in percent.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///     The language of names.
    ///
    /// Returns
    /// -------
    /// Table
    ///     As :meth:`index`, with code and name after the unit.
    #[pyo3(signature = (lang="vi"))]
    fn factors<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let rows = self.rows(py, core::Sipas::factors)?;
        let names = self.questionnaire.factors();
        let name = |code: &str| Some(names.iter().find(|factor| factor.code() == code)?.name.get(lang).to_owned());
        coded(py, &rows, name)
    }

    /// The index of every part (half) in every unit, pooled, in percent.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///     The language of names.
    ///
    /// Returns
    /// -------
    /// Table
    ///     As :meth:`factors`.
    #[pyo3(signature = (lang="vi"))]
    fn parts<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let rows = self.rows(py, core::Sipas::parts)?;
        let name =
            |code: &str| Some(self.questionnaire.parts().find(|part| part.code == code)?.name.get(lang).to_owned());
        coded(py, &rows, name)
    }

    /// The index of every item in every unit, in percent.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///     The language of names.
    ///
    /// Returns
    /// -------
    /// Table
    ///     As :meth:`factors`.
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
    ///     ``not-estimable`` naming units without a standard error; all at once
    ///     ``bad-weight`` naming the unit and ``unknown-unit`` for a weight of nobody.
    #[pyo3(signature = (rule=None))]
    fn national<'py>(&self, py: Python<'py>, rule: Option<&Bound<'py, PyAny>>) -> Result<Bound<'py, PyAny>, Failure> {
        let rule = match rule {
            None => National::MeanOfUnits,
            Some(rule) => match rule.cast::<PyString>() {
                Ok(word) => {
                    let rules = [("mean-of-units", false), ("pooled", true)];
                    let is_pooled = one_of("rule", &word.to_string_lossy(), &rules)?;
                    if is_pooled { National::Pooled } else { National::MeanOfUnits }
                }
                Err(_) => National::Weighted(counted("rule", rule)?.into_iter().collect()),
            },
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
    ///     A row for each unit, in the order of :attr:`units`: unit, estimate,
    ///     rank, rank_low, rank_high, note. A unit without a standard error, or
    ///     without degrees of freedom, has no rank and says why in its note; the
    ///     ranks of the others are among themselves.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``out-of-range`` and ``too-large`` as :func:`parindex.rank_sets`.
    #[pyo3(
        signature = (coverage=0.95, simultaneous=true, seed=Whole::Held(0), *, draws=Whole::Held(10_000)),
        text_signature = "($self, coverage=0.95, simultaneous=True, seed=0, *, draws=10000)"
    )]
    fn ranks<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = real)] coverage: f64,
        simultaneous: bool,
        seed: Whole,
        draws: Whole,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let options = RankOptions { coverage, simultaneous, draws: draws.of("draws")?, seed: seed.of("seed")? };
        let ranks: Vec<SipasRank> = self.rows(py, move |core| core.ranks(&options))??;
        let of = |part: fn(&RankSet) -> usize| ranks.iter().map(move |rank| rank.set.as_ref().map(part));
        Builder::default()
            .text("unit", ranks.iter().map(|rank| Some(&rank.unit)))
            .real("estimate", ranks.iter().map(|rank| rank.estimate))
            .whole("rank", of(|set| set.rank))
            .whole("rank_low", of(|set| set.low))
            .whole("rank_high", of(|set| set.high))
            .text("note", ranks.iter().map(|rank| rank.note.map(SipasNote::code)))
            .finish(py)
    }

    /// The official index of each unit as evidence for :func:`parindex.score`.
    ///
    /// Parameters
    /// ----------
    /// code : str
    ///     The criterion it feeds, whose rule must read an index in percent: kind
    ///     ``index-share``. PAR INDEX's own SIPAS criterion takes awarded points,
    ///     because how the ministry converts the index is contested: to feed it an
    ///     index, give it such a rule in a framework of your own.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit, code, value (the official index in percent, half-up to ten
    ///     decimals), and beside it se and df, which a forecast carries on. Units
    ///     without a valid answer state nothing.
    ///
    /// Notes
    /// -----
    /// The value is the official figure, which is unweighted; se and df are those
    /// of the weighted estimate, which may differ from it.
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

    /// Refuses, and says what to keep instead.
    #[allow(clippy::unused_self, reason = "pickle asks the object")]
    fn __reduce__(&self) -> PyResult<()> {
        refused("Sipas", "the table of answers, the design and the questionnaire")
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
