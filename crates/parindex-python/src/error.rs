//! The one place where faults of the core become `parindex.ParIndexError`.

use std::fmt;

use parindex::{Coded, Error, Faults, Place, Placed, Problem};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyType};
use pyo3_arrow::error::PyArrowError;

/// Why a call did not succeed: the data, or Python itself.
pub(crate) enum Failure {
    /// The data has faults.
    Data(Faults<Told>),
    /// Python raised something.
    Python(PyErr),
}

/// A problem of any crate, as Python is told it.
pub(crate) struct Told {
    code: &'static str,
    message: String,
}

impl Coded for Told {
    fn code(&self) -> &'static str {
        self.code
    }

    fn too_large(what: String, limit: String) -> Self {
        told(&Problem::TooLarge { what, limit })
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A problem of any crate, as Python is told it.
pub(crate) fn told(problem: &impl Coded) -> Told {
    Told { code: problem.code(), message: problem.to_string() }
}

/// A fault of any crate, as Python is told it.
pub(crate) fn told_fault<P: Coded>(fault: &Placed<P>) -> Placed<Told> {
    Placed { problem: told(&fault.problem), place: fault.place.clone() }
}

impl<P: Coded> From<Faults<P>> for Failure {
    fn from(faults: Faults<P>) -> Self {
        match Faults::check_with(faults.kept().map(told_fault), faults.left_out()) {
            Err(told) => Self::Data(told),
            Ok(()) => unreachable!("an error has at least one fault"),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Error::from(problem).into()
    }
}

impl From<parindex_dossiers::Problem> for Failure {
    fn from(problem: parindex_dossiers::Problem) -> Self {
        parindex_dossiers::Error::from(problem).into()
    }
}

impl From<parindex_forecast::Problem> for Failure {
    fn from(problem: parindex_forecast::Problem) -> Self {
        parindex_forecast::Error::from(problem).into()
    }
}

impl From<parindex_survey::Problem> for Failure {
    fn from(problem: parindex_survey::Problem) -> Self {
        parindex_survey::Error::from(problem).into()
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

/// What came of asking an object: its own failure may be passed over, Ctrl-C and other ends of the program may not.
///
/// # Errors
/// What is raised to end the program.
pub(crate) fn tried<T>(py: Python<'_>, asked: PyResult<T>) -> PyResult<PyResult<T>> {
    match asked {
        Err(end) if !end.is_instance_of::<PyException>(py) => Err(end),
        asked => Ok(asked),
    }
}

fn raised(py: Python<'_>, error: &Faults<Told>) -> PyResult<PyErr> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "parindex.error", "ParIndexError")?;
    Ok(PyErr::from_type(class.clone(), (error.to_string(), listed(py, error.faults())?.unbind())))
}

/// Faults of several tables or entries, gathered so that all are told at once.
#[derive(Default)]
pub(crate) struct Gathered {
    faults: Vec<Placed<Told>>,
    left_out: usize,
}

impl Gathered {
    /// The value, or nothing and the fault noted at `place`.
    pub(crate) fn keep<T, P: Coded>(&mut self, result: Result<T, P>, place: impl FnOnce() -> Place) -> Option<T> {
        result.map_err(|problem| self.faults.push(Placed { problem: told(&problem), place: place() })).ok()
    }

    /// The value, or nothing and all faults noted, those of rows at the lines where these stand.
    pub(crate) fn keep_all<T, P: Coded>(&mut self, result: Result<T, Faults<P>>, lines: &[usize]) -> Option<T> {
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        self.faults.extend(error.kept().map(|fault| {
            let mut fault = told_fault(fault);
            let line = fault.place.line.and_then(|row| lines.get(row.checked_sub(1)?).copied());
            fault.place.line = line.or(fault.place.line);
            fault
        }));
        self.left_out = self.left_out.saturating_add(error.left_out());
        None
    }

    /// How many faults there are so far.
    pub(crate) fn found(&self) -> usize {
        self.faults.len()
    }

    /// The same faults in the order of their lines.
    pub(crate) fn sorted(mut self) -> Self {
        self.faults.sort_by_key(|fault| fault.place.line);
        self
    }

    /// These faults, then the others.
    pub(crate) fn and(&mut self, others: Self) {
        self.faults.extend(others.faults);
        self.left_out = self.left_out.saturating_add(others.left_out);
    }

    /// Nothing if there are no faults.
    ///
    /// # Errors
    /// All of them.
    pub(crate) fn check(self) -> Result<(), Failure> {
        Faults::check_with(self.faults, self.left_out).map_err(Failure::Data)
    }
}

/// Faults as a list of dicts: code, message, unit, criterion, line, column.
pub(crate) fn listed<'py, 'f, P: Coded + 'f>(
    py: Python<'py>,
    faults: impl IntoIterator<Item = &'f Placed<P>>,
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

/// The question does not fit the survey.
pub(crate) fn wrong_design(what: &str) -> Failure {
    parindex_survey::Problem::WrongDesign { what: what.to_owned() }.into()
}
