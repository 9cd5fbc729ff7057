//! `parindex.Framework`: an index as a decision defines it.

use std::path::PathBuf;

use parindex::{Code, Error, Exact, Fault, Language, Number, Place};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::argument::named;
use crate::criterion::Criterion;
use crate::decimal;
use crate::error::{Failure, listed};
use crate::table::Builder;

/// Most bytes of a framework file.
const MAX_FILE: u64 = 4 << 20;

/// An index as a decision defines it: its criteria, their maxima and rules, and
/// on what each of these rests.
///
/// A framework is data: it comes from a bundled edition, a TOML file or a text,
/// never from code. `framework["2.1"]` is a criterion.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> framework.max_points
/// Decimal('100')
/// >>> framework["2.1"].name("en")
/// 'Dossiers resolved early or on time'
#[pyclass(module = "parindex", frozen, eq, from_py_object)]
#[derive(Clone, PartialEq)]
pub(crate) struct Framework(pub(crate) parindex::Framework);

impl Framework {
    fn is_bundled(&self) -> bool {
        parindex::Framework::bundled(self.0.id()).is_ok_and(|bundled| bundled == self.0)
    }
}

#[pymethods]
impl Framework {
    /// The framework bundled under an id.
    ///
    /// Parameters
    /// ----------
    /// id : str
    ///     As listed by :func:`parindex.frameworks`, such as ``dvc-766/province``.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unknown-framework`` if there is none.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> pi.Framework.load("pci/2013").id
    /// 'pci/2013'
    #[staticmethod]
    fn load(id: &str) -> Result<Self, Failure> {
        Ok(Self(parindex::Framework::bundled(id)?))
    }

    /// The framework in a TOML file.
    ///
    /// Parameters
    /// ----------
    /// path : str or os.PathLike
    ///     A file in UTF-8, at most 4 MiB.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     All faults of the file at once, each with line and column;
    ///     ``unreadable-file``, ``too-large``.
    #[staticmethod]
    #[allow(clippy::needless_pass_by_value, reason = "Python hands over a path")]
    fn from_file(path: PathBuf) -> Result<Self, Failure> {
        let text = parindex_tables::read_text(&path, MAX_FILE)?;
        Self::from_toml(text.strip_prefix('\u{feff}').unwrap_or(&text))
    }

    /// The framework in a TOML text.
    ///
    /// Parameters
    /// ----------
    /// text : str
    ///     What a framework file holds.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     All faults of the text at once, each with line and column: ``bad-toml``,
    ///     ``missing-key``, ``unknown-key``, ``bad-code``, ``bad-number``, ``bad-value``,
    ///     ``maxima-do-not-add-up``, ``rule-has-gap``, ``rule-overlaps``,
    ///     ``rounding-required``, ``bad-weight``, ``not-a-leaf``, …; ``too-large`` above 4 MiB.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> framework = pi.Framework.load("pci/2013")
    /// >>> pi.Framework.from_toml(framework.to_toml()) == framework
    /// True
    #[staticmethod]
    fn from_toml(text: &str) -> Result<Self, Failure> {
        Ok(Self(text.parse()?))
    }

    /// The framework as TOML; reading it again gives an equal framework.
    fn to_toml(&self) -> String {
        self.0.to_toml()
    }

    /// Its id, such as ``dvc-766/province``.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// What it is called.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn title(&self, lang: &str) -> Result<&str, Failure> {
        Ok(self.0.title(lang.parse()?))
    }

    /// The decision it comes from, or None.
    #[getter]
    fn decision(&self) -> Option<&str> {
        self.0.decision()
    }

    /// The decision's date as ``2026-12-31``, or None.
    #[getter]
    fn date(&self) -> Option<String> {
        self.0.date().map(|date| date.to_string())
    }

    /// The level of the units it scores.
    #[getter]
    fn unit(&self) -> &str {
        self.0.unit()
    }

    /// The years it scores.
    #[getter]
    fn rounds(&self) -> Vec<u32> {
        self.0.rounds().to_vec()
    }

    /// How finished it is: ``official``, ``reported``, ``draft`` or ``outline``.
    #[getter]
    fn status(&self) -> &'static str {
        self.0.status().name()
    }

    /// The maximum of the whole as decimal.Decimal; None while a row's maximum is open.
    #[getter]
    fn max_points<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.max_points().map(|max| decimal::exact(py, max)).transpose()
    }

    /// Points that rest on assumptions: maxima of those leaves, as decimal.Decimal.
    #[getter]
    fn assumed_points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::exact(py, &self.0.assumed_points())
    }

    /// The codes of all criteria, in human order, each before those below it.
    fn codes(&self) -> Vec<String> {
        self.0.criteria().map(|criterion| criterion.code().to_string()).collect()
    }

    /// The criterion with this code.
    fn __getitem__(&self, code: &str) -> Result<Criterion, Failure> {
        Ok(Criterion::of(&self.0, self.0.criterion(code)?))
    }

    fn __len__(&self) -> usize {
        self.0.criteria().count()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.codes())?.try_iter()?.into_any())
    }

    fn __contains__(&self, code: &str) -> bool {
        self.0.criterion(code).is_ok()
    }

    /// All criteria as a table.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///     The language of names, rules and sources.
    ///
    /// Returns
    /// -------
    /// Table
    ///     A row each: code, name, is_leaf, parent, max_points, weight, method,
    ///     rule (in words), evidence, agency, basis, source.
    #[pyo3(signature = (lang="vi"))]
    fn table<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let rows: Vec<&parindex::Criterion> = self.0.criteria().collect();
        let all = || rows.iter().copied();
        Builder::default()
            .text("code", all().map(|row| Some(row.code().to_string())))
            .text("name", all().map(|row| Some(row.name(lang))))
            .flag("is_leaf", all().map(parindex::Criterion::is_leaf))
            .text("parent", all().map(|row| row.parent().map(ToString::to_string)))
            .exact("max_points", all().map(parindex::Criterion::max_points))?
            .count("weight", all().map(parindex::Criterion::weight))?
            .text("method", all().map(|row| row.method().map(parindex::Method::name)))
            .text("rule", all().map(|row| row.rule().map(|rule| rule.describe(lang))))
            .text("evidence", all().map(|row| row.evidence(lang)))
            .text("agency", all().map(parindex::Criterion::agency))
            .text("basis", all().map(|row| Some(row.basis().name())))
            .text("source", all().map(|row| row.source(lang)))
            .finish(py)
    }

    /// What stands in the way of scoring: rows whose maximum is not known.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     As :attr:`ParIndexError.faults`; empty if the framework can score.
    fn check<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        listed(py, &self.0.check())
    }

    /// The framework with these maxima filled in: how an outline becomes whole.
    ///
    /// Parameters
    /// ----------
    /// maxima : dict of str to (str, int or decimal.Decimal)
    ///     The maximum of each code.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unknown-criterion``, ``not-exact`` for a float, and every fault a
    ///     file with these maxima would have.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> draft = pi.Framework.load("par-index/province-2020-draft")
    /// >>> draft.with_max_points({"7.1.2": "0.5"})["7.1.2"].max_points
    /// Decimal('0.5')
    fn with_max_points(&self, maxima: &Bound<'_, PyDict>) -> Result<Self, Failure> {
        let mut filled: Vec<(Code, Number)> = Vec::new();
        let mut faults: Vec<Fault> = Vec::new();
        // What a number says of itself may change the dict that is read.
        for (code, max) in maxima.iter().collect::<Vec<_>>() {
            let text: String = named("maxima", &code, |code| Ok(code.extract()?))?;
            let parsed = text.parse::<Code>().and_then(|code| Ok((code, decimal::number(&max)?)));
            match parsed {
                Ok(pair) => filled.push(pair),
                Err(problem) => faults.push(problem.at(Place::criterion(text))),
            }
        }
        Error::check(faults)?;
        Ok(Self(self.0.with_max_points(filled)?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_toml")?, (self.0.to_toml(),)))
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.0.id().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        if self.is_bundled() {
            format!("parindex.Framework.load('{}')", self.0.id())
        } else {
            let id = self.0.id();
            format!("<parindex.Framework '{id}' with {} criteria>", self.__len__())
        }
    }
}

/// The bundled frameworks.
///
/// Parameters
/// ----------
/// lang : {"vi", "en"}
///     The language of titles.
///
/// Returns
/// -------
/// Table
///     A row each: id, title, decision, unit (the level scored), rounds (years),
///     max_points, status (official, reported, draft or outline), assumed_points
///     (maxima of the leaves that rest on assumptions).
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> "dvc-766/province" in pi.frameworks()["id"]
/// True
#[pyfunction]
#[pyo3(signature = (lang="vi"))]
pub(crate) fn frameworks<'py>(py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
    let lang: Language = lang.parse()?;
    let bundled = parindex::Framework::bundled_ids().map(parindex::Framework::bundled);
    let rows: Vec<parindex::Framework> = bundled.collect::<Result<_, Error>>()?;
    let assumed: Vec<Exact> = rows.iter().map(parindex::Framework::assumed_points).collect();
    Builder::default()
        .text("id", rows.iter().map(|row| Some(row.id())))
        .text("title", rows.iter().map(|row| Some(row.title(lang))))
        .text("decision", rows.iter().map(parindex::Framework::decision))
        .text("unit", rows.iter().map(|row| Some(row.unit())))
        .wholes("rounds", rows.iter().map(parindex::Framework::rounds))
        .exact("max_points", rows.iter().map(parindex::Framework::max_points))?
        .text("status", rows.iter().map(|row| Some(row.status().name())))
        .exact("assumed_points", assumed.iter().map(Some))?
        .finish(py)
}
