//! Arguments as callers may send them: numbers of any size, lists of any length, tables that are none.

use parindex::Problem;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::Failure;
use crate::source::Source;

/// Most items of a list that is no table.
const MAX_ITEMS: usize = 1 << 20;

/// A whole number.
///
/// # Errors
/// `TypeError` for what is none, `out-of-range` beyond 38 digits.
pub(crate) fn integer(value: &Bound<'_, PyAny>) -> PyResult<i128> {
    let py = value.py();
    let whole = py.import(intern!(py, "operator"))?.call_method1(intern!(py, "index"), (value,))?;
    whole.extract().map_err(|error| in_range(py, error, "an integer of more than 38 digits"))
}

/// A whole number, or None.
///
/// # Errors
/// As [`integer`].
pub(crate) fn optional_integer(value: &Bound<'_, PyAny>) -> PyResult<Option<i128>> {
    if value.is_none() { Ok(None) } else { integer(value).map(Some) }
}

/// A float.
///
/// # Errors
/// `TypeError` for what is none, `out-of-range` for an integer that is too large for one.
pub(crate) fn real(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    value.extract().map_err(|error| in_range(value.py(), error, "an integer of more than 308 digits"))
}

/// A float, or None.
///
/// # Errors
/// As [`real`].
pub(crate) fn optional_real(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    if value.is_none() { Ok(None) } else { real(value).map(Some) }
}

/// Python's own words for a number too large become the library's.
fn in_range(py: Python<'_>, error: PyErr, shown: &str) -> PyErr {
    if !error.is_instance_of::<PyOverflowError>(py) {
        return error;
    }
    Failure::from(Problem::OutOfRange { value: shown.to_owned(), allowed: "less than 2^64 in size".to_owned() }).into()
}

/// What a list, a tuple or anything else holds that is gone through; a text is no list.
///
/// A length that is only claimed, such as that of a range, is not believed.
///
/// # Errors
/// `TypeError` for what cannot be gone through, `too-large` for more than a million, what the object raises.
pub(crate) fn items<'py>(value: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err("a list is asked for, not a text"));
    }
    let mut items = Vec::new();
    for item in value.try_iter()? {
        if items.len() == MAX_ITEMS {
            let (what, limit) = ("a list".to_owned(), format!("{MAX_ITEMS} items"));
            return Err(Failure::from(Problem::TooLarge { what, limit }).into());
        }
        items.push(item?);
    }
    Ok(items)
}

/// The items of a list, each of the kind asked for.
pub(crate) struct Several<T>(pub(crate) Vec<T>);

impl<'py, T: for<'a> FromPyObject<'a, 'py, Error: Into<PyErr>>> FromPyObject<'_, 'py> for Several<T> {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        items(&value)?.iter().map(|item| item.extract().map_err(Into::into)).collect::<PyResult<_>>().map(Self)
    }
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
            // As PyO3 does for the arguments that it reads itself.
            let note = format!("while processing '{name}'");
            match error.value(py).call_method1(intern!(py, "add_note"), (note,)) {
                Ok(_) => Failure::Python(error),
                Err(error) => Failure::Python(error),
            }
        }
        data @ Failure::Data(_) => data,
    })
}
