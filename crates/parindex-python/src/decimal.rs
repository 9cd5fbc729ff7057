//! The one door for numbers from Python.

use parindex::{Exact, Number, Problem};
use pyo3::exceptions::PyOverflowError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyString, PyType};

/// The class `decimal.Decimal`.
fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "decimal", "Decimal")
}

/// A number as `decimal.Decimal`.
pub(crate) fn to_python<'py>(py: Python<'py>, plain: &str) -> PyResult<Bound<'py, PyAny>> {
    class(py)?.call1((plain,))
}

/// An exact number as `decimal.Decimal`, half-up at the tables' ten places.
pub(crate) fn exact<'py>(py: Python<'py>, number: &Exact) -> PyResult<Bound<'py, PyAny>> {
    to_python(py, &number.to_plain(crate::table::PLACES))
}

/// A number from Python: `Decimal`, `int` or `str`, nothing that has passed
/// through binary floating point.
///
/// # Errors
/// `not-exact` for a float, `bad-number` for NaN, `bool` and anything else
/// that is no number.
pub(crate) fn number(value: &Bound<'_, PyAny>) -> Result<Number, Problem> {
    let py = value.py();
    if value.is_instance_of::<PyBool>() {
        return Err(bad(value));
    }
    if let Ok(text) = value.cast::<PyString>() {
        return text.to_str().map_err(|_| bad(value))?.parse();
    }
    if let Ok(float) = value.cast::<PyFloat>() {
        return Err(if float.value().is_finite() { not_exact(value) } else { bad(value) });
    }
    if class(py).is_ok_and(|class| value.is_instance(class).unwrap_or(false)) {
        return decimal(value);
    }
    let is_whole = value.hasattr(intern!(py, "__index__")).unwrap_or(false);
    if is_whole && !value.get_type().name().is_ok_and(|name| name.to_string_lossy().starts_with("bool")) {
        return match value.extract::<i128>() {
            Ok(whole) => Number::try_from(whole),
            Err(error) if error.is_instance_of::<PyOverflowError>(py) => Err(Problem::OutOfRange {
                value: "an integer of more than 38 digits".to_owned(),
                allowed: "less than 10^18 in size".to_owned(),
            }),
            Err(_) => Err(bad(value)),
        };
    }
    let is_float = value.hasattr(intern!(py, "is_integer")).unwrap_or(false);
    Err(if is_float { not_exact(value) } else { bad(value) })
}

fn decimal(value: &Bound<'_, PyAny>) -> Result<Number, Problem> {
    let py = value.py();
    let ask = |name| value.call_method0(name).map_err(|_| bad(value));
    if !ask(intern!(py, "is_finite"))?.is_truthy().unwrap_or(false) {
        return Err(bad(value));
    }
    let magnitude: i64 = ask(intern!(py, "adjusted"))?.extract().map_err(|_| bad(value))?;
    if !(-60..=60).contains(&magnitude) {
        return Err(if magnitude < 0 {
            not_exact(value)
        } else {
            Problem::OutOfRange { value: shown(value), allowed: "less than 10^18 in size".to_owned() }
        });
    }
    let plain = value.call_method1(intern!(py, "__format__"), ("f",)).map_err(|_| bad(value))?;
    plain.extract::<String>().map_err(|_| bad(value))?.parse()
}

fn bad(value: &Bound<'_, PyAny>) -> Problem {
    Problem::BadNumber { text: shown(value) }
}

fn not_exact(value: &Bound<'_, PyAny>) -> Problem {
    Problem::NotExact { text: shown(value) }
}

/// A short text for an object that may be hostile.
fn shown(value: &Bound<'_, PyAny>) -> String {
    shortened(value.str().map_or_else(|_| "an object without text".to_owned(), |text| text.to_string()))
}

/// The first characters of a text, with `…` for the others.
pub(crate) fn shortened(text: String) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
