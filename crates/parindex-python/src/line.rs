//! `parindex.Line`: one row of a card.

use pyo3::prelude::*;

use crate::decimal;
use crate::error::Failure;
use crate::scorecard::Scorecard;

/// One row of a card: a leaf with its evidence, or a node with the sum of those below.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> line = pi.score(framework, [{"unit": "H44", "code": "2.1", "value": "90"}])["H44"].line("2.1")
/// >>> line.status, line.value, line.points, line.lost
/// ('scored', '90', Decimal('18'), Decimal('2'))
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Line {
    pub(crate) assessment: parindex::Assessment,
    pub(crate) card: parindex::Scorecard,
    pub(crate) row: parindex::Line,
}

#[pymethods]
impl Line {
    /// The criterion's code.
    #[getter]
    fn code(&self) -> String {
        self.row.code().to_string()
    }

    /// What the criterion is called.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn name(&self, lang: &str) -> Result<&str, Failure> {
        Ok(self.row.name(lang.parse()?))
    }

    /// Whether it has evidence of its own.
    #[getter]
    fn is_leaf(&self) -> bool {
        self.row.is_leaf()
    }

    /// Points earned as decimal.Decimal, exact, after the framework's rounding.
    #[getter]
    fn points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::exact(py, &self.row.points())
    }

    /// The maximum as decimal.Decimal; None while open or where the row has left.
    #[getter]
    fn max_points<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row.max_points().map(|max| decimal::exact(py, max)).transpose()
    }

    /// Points short of the maximum as decimal.Decimal; None where it is open.
    #[getter]
    fn lost<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row.lost().map(|lost| decimal::exact(py, &lost)).transpose()
    }

    /// What happened: ``scored``, ``given``, ``missing``, ``not-applicable`` or
    /// ``zero-denominator``.
    #[getter]
    fn status(&self) -> &'static str {
        self.row.status().name()
    }

    /// The value as it was stated, if it was not counts.
    #[getter]
    fn value(&self) -> Option<String> {
        self.row.value()
    }

    /// The numerator as decimal.Decimal, if counts were stated.
    #[getter]
    fn numerator<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row.counts().map(|(numerator, _)| decimal::to_python(py, &numerator.to_string())).transpose()
    }

    /// The denominator as decimal.Decimal, if counts were stated.
    #[getter]
    fn denominator<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row.counts().map(|(_, denominator)| decimal::to_python(py, &denominator.to_string())).transpose()
    }

    /// Who answers for it, by the evidence or else by the framework, or None.
    #[getter]
    fn agency(&self) -> Option<String> {
        self.row.agency()
    }

    /// In a few words, what the points come from.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn reason(&self, lang: &str) -> Result<String, Failure> {
        Ok(self.row.reason(lang.parse()?))
    }

    /// How the points came about, in a sentence a reviewer can check by hand.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn explain(&self, lang: &str) -> Result<String, Failure> {
        Ok(self.row.explain(lang.parse()?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let card = Scorecard { assessment: self.assessment.clone(), card: self.card.clone() };
        Ok((Bound::new(py, card)?.getattr("line")?, (self.code(),)))
    }

    fn __repr__(&self) -> String {
        let points = self.row.points().to_plain(2);
        format!("<parindex.Line {} of '{}': {points}>", self.row.code(), self.card.unit())
    }
}
