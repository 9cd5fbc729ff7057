//! Lists as arguments: what says how many values it has is not believed.

use parindex::Problem;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::error::Failure;

/// Most values of a list that is an argument.
const MOST: usize = 1_000_000;

/// Values of a list, a tuple, an array or the like, each taken as it comes.
#[derive(Clone, Debug)]
pub(crate) struct Several<T>(pub(crate) Vec<T>);

impl<'py, T: FromPyObjectOwned<'py, Error: Into<PyErr>>> FromPyObject<'_, 'py> for Several<T> {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let is_list = value.hasattr("__getitem__")?;
        if !is_list || value.is_instance_of::<PyString>() || value.is_instance_of::<PyDict>() {
            return Err(PyTypeError::new_err(format!("a list is needed; this is a {}", value.get_type().name()?)));
        }
        let values = taken(&value)?.into_iter().map(|value| value.extract().map_err(Into::into));
        values.collect::<PyResult<_>>().map(Self)
    }
}

/// What an iterable gives.
///
/// # Errors
/// `too-large` beyond [`MOST`]; what it raises.
pub(crate) fn taken<'py>(values: &Bound<'py, PyAny>) -> Result<Vec<Bound<'py, PyAny>>, Failure> {
    let mut taken = Vec::new();
    for value in values.try_iter()? {
        if taken.len() >= MOST {
            return Err(Problem::TooLarge { what: "a list".to_owned(), limit: format!("{MOST} values") }.into());
        }
        taken.push(value?);
    }
    Ok(taken)
}
