//! `parindex.Scorecard`: the card of one unit.

use parindex::Language;
use pyo3::prelude::*;

use crate::assessment::{self, Assessment};
use crate::decimal;
use crate::error::Failure;
use crate::line::Line;
use crate::table::Builder;

/// The card (phiếu điểm) of one unit: its points, line by line.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> rows = [{"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918}]
/// >>> card = pi.score(framework, rows)["H44"]
/// >>> card.points, card.max_points, card.index
/// (Decimal('17.68'), Decimal('100'), Decimal('17.68'))
/// >>> card.explain("2.1", lang="en").split(":")[0]
/// '2.1 Dossiers resolved early or on time'
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Scorecard {
    pub(crate) assessment: parindex::Assessment,
    pub(crate) card: parindex::Scorecard,
}

#[pymethods]
impl Scorecard {
    /// The unit's id.
    #[getter]
    fn unit(&self) -> &str {
        self.card.unit()
    }

    /// Its name, where a units table gave one, else None.
    #[getter]
    fn name(&self) -> Option<String> {
        self.card.name()
    }

    /// Points of the whole as decimal.Decimal, exact, after the framework's rounding.
    #[getter]
    fn points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::exact(py, &self.card.points())
    }

    /// The maximum as decimal.Decimal, without rows that have left it; None while open.
    #[getter]
    fn max_points<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.card.max_points().map(|max| decimal::exact(py, max)).transpose()
    }

    /// Points over maximum in percent as decimal.Decimal, two decimals half-up.
    #[getter]
    fn index<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.card.index().map(|index| decimal::exact(py, &index)).transpose()
    }

    /// The band of the index, its lower edge inside; None where there are no bands.
    #[getter]
    fn band(&self) -> Option<String> {
        self.card.band()
    }

    /// Points that are not known yet: maxima of the leaves without evidence, as decimal.Decimal; None where one is open.
    #[getter]
    fn missing_points<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.card.missing_points().map(|points| decimal::exact(py, &points)).transpose()
    }

    /// Points at stake on assumptions: maxima of the scored leaves that rest on assumptions, as decimal.Decimal.
    #[getter]
    fn assumed_points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::exact(py, &self.card.assumed_points())
    }

    /// The line of one criterion.
    ///
    /// Parameters
    /// ----------
    /// code : str
    ///     Of a leaf or a row above leaves.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``bad-code``, ``unknown-criterion``.
    fn line(&self, code: &str) -> Result<Line, Failure> {
        Ok(Line { assessment: self.assessment.clone(), card: self.card.clone(), row: self.card.line(code)? })
    }

    /// All lines in human order, as :meth:`Assessment.lines`.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn lines<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        assessment::lines([self.card.clone()], lang.parse()?)?.finish(py)
    }

    /// How the points of one criterion came about, in a sentence a reviewer can
    /// check by hand.
    ///
    /// Parameters
    /// ----------
    /// code : str
    ///     Of a leaf or a row above leaves.
    /// lang : {"vi", "en"}
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``bad-code``, ``unknown-criterion``.
    #[pyo3(signature = (code, lang="vi"))]
    fn explain(&self, code: &str, lang: &str) -> Result<String, Failure> {
        Ok(self.card.explain(code, lang.parse()?)?)
    }

    /// The leaves on which points were lost, the largest loss first.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///
    /// Returns
    /// -------
    /// Table
    ///     code, name, points, max_points, lost, agency, reason. Leaves whose
    ///     maximum is open and whose evidence is missing come last.
    #[pyo3(signature = (lang="vi"))]
    fn lost<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let rows = self.card.lost(lang);
        Builder::default()
            .text("code", rows.iter().map(|row| Some(row.code.to_string())))
            .text("name", rows.iter().map(|row| Some(&row.name)))
            .exact("points", rows.iter().map(|row| Some(&row.points)))?
            .exact("max_points", rows.iter().map(|row| row.max_points.as_ref()))?
            .exact("lost", rows.iter().map(|row| row.lost.as_ref()))?
            .text("agency", rows.iter().map(|row| row.agency.as_deref()))
            .text("reason", rows.iter().map(|row| Some(&row.reason)))
            .finish(py)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let assessment = Bound::new(py, Assessment(self.assessment.clone()))?;
        Ok((assessment.getattr("__getitem__")?, (self.card.unit().to_owned(),)))
    }

    fn __repr__(&self) -> String {
        let points = self.card.points().to_plain(2);
        let max = self.card.max_points().map_or_else(|| "?".to_owned(), |max| max.to_plain(2));
        format!("<parindex.Scorecard of '{}': {points} of {max}>", self.card.unit())
    }
}
