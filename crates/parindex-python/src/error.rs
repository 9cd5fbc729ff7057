//! The one place where faults of the core become `parindex.ParIndexError`.

use parindex::{Error, Fault, Problem};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyType};
use pyo3_arrow::error::PyArrowError;

/// Why a call did not succeed: the data, or Python itself.
pub(crate) enum Failure {
    /// The data has faults.
    Data(Error),
    /// Python raised something.
    Python(PyErr),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Data(problem.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Data(error)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<PyArrowError> for Failure {
    fn from(error: PyArrowError) -> Self {
        Self::Python(error.into())
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Python(error) => error,
            Failure::Data(error) => Python::attach(|py| raised(py, &error).unwrap_or_else(|error| error)),
        }
    }
}

fn raised(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "parindex.error", "ParIndexError")?;
    Ok(PyErr::from_type(class.clone(), (error.to_string(), listed(py, error.faults())?.unbind())))
}

/// Faults as a list of dicts: code, message, unit, criterion, line, column.
pub(crate) fn listed<'py, 'f>(
    py: Python<'py>,
    faults: impl IntoIterator<Item = &'f Fault>,
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for fault in faults {
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "code"), fault.problem.code())?;
        dict.set_item(intern!(py, "message"), fault.problem.to_string())?;
        dict.set_item(intern!(py, "unit"), fault.place.unit.as_deref())?;
        dict.set_item(intern!(py, "criterion"), fault.place.criterion.as_deref())?;
        dict.set_item(intern!(py, "line"), fault.place.line)?;
        dict.set_item(intern!(py, "column"), fault.place.column)?;
        list.append(dict)?;
    }
    Ok(list)
}

/// `what` cannot be read, and why.
pub(crate) fn unreadable(what: impl Into<String>, why: impl std::fmt::Display) -> Problem {
    Problem::UnreadableFile { what: what.into(), message: why.to_string() }
}
