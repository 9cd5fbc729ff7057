//! What pickle is told of objects that are made of others: keep those.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// The refusal to write an object, with what to keep in its place.
pub(crate) fn refused<T>(class: &str, keep: &str) -> PyResult<T> {
    Err(PyTypeError::new_err(format!("a {class} is not pickled: keep {keep}, and make it again")))
}
