//! `parindex.Criterion`: one row of a framework.

use std::collections::BTreeMap;

use parindex::{Attribute, Language};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::decimal;
use crate::error::Failure;
use crate::framework::Framework;

/// A criterion (tiêu chí) of a framework: a field, a criterion or a
/// sub-criterion of the decision's table.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> criterion = pi.Framework.load("dvc-766/province")["2.1"]
/// >>> criterion.name("vi")
/// 'Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn'
/// >>> criterion.max_points, criterion.parent, criterion.basis
/// (Decimal('20'), '2', 'inferred')
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Criterion {
    framework: parindex::Framework,
    row: parindex::Criterion,
}

impl Criterion {
    pub(crate) fn of(framework: &parindex::Framework, row: &parindex::Criterion) -> Self {
        Self { framework: framework.clone(), row: row.clone() }
    }
}

#[pymethods]
impl Criterion {
    /// Its code, such as ``2.1``.
    #[getter]
    fn code(&self) -> String {
        self.row.code().to_string()
    }

    /// What it is called.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn name(&self, lang: &str) -> Result<&str, Failure> {
        Ok(self.row.name(lang.parse()?))
    }

    /// Its maximum as decimal.Decimal, declared or from the rows below; None while open.
    #[getter]
    fn max_points<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row.max_points().map(|max| decimal::exact(py, max)).transpose()
    }

    /// Its weight among its siblings as decimal.Decimal, where these are weighted.
    #[getter]
    fn weight<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row.weight().map(|weight| decimal::to_python(py, &weight.to_string())).transpose()
    }

    /// How evidence becomes points, as in the framework file: a dict with its
    /// kind and numbers as text; None for rows with others below them.
    #[getter]
    fn rule<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(rule) = self.row.rule() else { return Ok(None) };
        let text = serde_json::to_string(rule).map_err(|error| PyValueError::new_err(error.to_string()))?;
        py.import("json")?.call_method1("loads", (text,)).map(Some)
    }

    /// The rule in one phrase; None for rows with others below them.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn describe(&self, lang: &str) -> Result<Option<String>, Failure> {
        let lang: Language = lang.parse()?;
        Ok(self.row.rule().map(|rule| rule.describe(lang)))
    }

    /// The weakest standing of any of its attributes: ``official``,
    /// ``reported``, ``inferred`` or ``assumed``.
    #[getter]
    fn basis(&self) -> &'static str {
        self.row.basis().name()
    }

    /// The standing of each attribute it has.
    #[getter]
    fn bases(&self) -> BTreeMap<&'static str, &'static str> {
        let name = |attribute| Attribute::NAMES.iter().find(|(_, known)| *known == attribute).map(|(name, _)| *name);
        self.row.bases().filter_map(|(attribute, basis)| Some((name(attribute)?, basis.name()))).collect()
    }

    /// Where it was read, in Vietnamese, or None.
    #[getter]
    fn source(&self) -> Option<&str> {
        self.row.source(Language::Vietnamese)
    }

    /// The code of the row above it; None for a top row.
    #[getter]
    fn parent(&self) -> Option<String> {
        self.row.parent().map(ToString::to_string)
    }

    /// The codes of the rows right below it, in human order.
    #[getter]
    fn children(&self) -> Vec<String> {
        self.row.children().iter().map(ToString::to_string).collect()
    }

    /// Whether no row is below it.
    #[getter]
    fn is_leaf(&self) -> bool {
        self.row.is_leaf()
    }

    /// How evidence is gathered: ``self-assessed``, ``survey``, ``statistics``
    /// or ``dossiers``; None where it is not said.
    #[getter]
    fn method(&self) -> Option<&'static str> {
        self.row.method().map(parindex::Method::name)
    }

    /// Who answers for it, or None.
    #[getter]
    fn agency(&self) -> Option<&str> {
        self.row.agency()
    }

    /// The document that proves it (tài liệu kiểm chứng), or None.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn evidence(&self, lang: &str) -> Result<Option<&str>, Failure> {
        Ok(self.row.evidence(lang.parse()?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let framework = Bound::new(py, Framework(self.framework.clone()))?;
        Ok((framework.getattr("__getitem__")?, (self.code(),)))
    }

    fn __repr__(&self) -> String {
        format!(
            "<parindex.Criterion {} of '{}': {}>",
            self.row.code(),
            self.framework.id(),
            self.row.name(Language::Vietnamese)
        )
    }
}
