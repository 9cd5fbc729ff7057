//! Arguments that are read in our own code: what is wrong with one says which it is, as PyO3 says of its own.

use parindex::Problem;
use pyo3::exceptions::PyOverflowError;
use pyo3::intern;
use pyo3::prelude::*;

use crate::error::Failure;
use crate::source::Source;

/// A float.
///
/// # Errors
/// `TypeError` for what is none, `out-of-range` for an integer that is too large for one.
pub(crate) fn real(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    value.extract().map_err(|error: PyErr| {
        if !error.is_instance_of::<PyOverflowError>(value.py()) {
            return error;
        }
        let (value, allowed) = ("a number of hundreds of digits".to_owned(), "what a float can hold".to_owned());
        Failure::from(Problem::OutOfRange { value, allowed }).into()
    })
}

/// A float, or None.
///
/// # Errors
/// As [`real`].
pub(crate) fn optional_real(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    if value.is_none() { Ok(None) } else { real(value).map(Some) }
}

/// The table that the argument `name` is, as [`Source::of`] takes it.
///
/// # Errors
/// As [`Source::of`]; what Python raises says which argument it was.
pub(crate) fn table(name: &str, value: &Bound<'_, PyAny>) -> Result<Source, Failure> {
    named(name, value, Source::of)
}

/// What is read from the argument `name`.
///
/// # Errors
/// Those of `read`; what Python raises says which argument it was.
pub(crate) fn named<'py, T>(
    name: &str,
    value: &Bound<'py, PyAny>,
    read: impl FnOnce(&Bound<'py, PyAny>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let py = value.py();
    read(value).map_err(|failure| match failure {
        Failure::Python(error) => {
            let note = format!("while processing '{name}'");
            match error.value(py).call_method1(intern!(py, "add_note"), (note,)) {
                Ok(_) => Failure::Python(error),
                Err(error) => Failure::Python(error),
            }
        }
        data @ Failure::Data(_) => data,
    })
}
