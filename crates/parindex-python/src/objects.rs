//! Tables made of Python objects: lists of dicts, and frames with columns of mixed kinds.

use std::collections::HashMap;

use parindex::{Number, Problem};
use parindex_tables::{Cell, Column, Columns};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

use crate::decimal;
use crate::detach::Patience;
use crate::error::Failure;

/// What a column of Python objects makes of a float.
#[derive(Clone, Copy, PartialEq)]
enum Floats {
    /// Refused: it may have lost digits. NaN is no number.
    Refused,
    /// Refused, but NaN is the frame's mark for a gap.
    RefusedOrGap,
    /// Counts by its shortest form: the frame made it of what was read. NaN is a gap.
    ByShortest,
}

/// A list of dicts: a row each, a missing key is a gap.
///
/// # Errors
/// `TypeError` from Python if a row is no dict.
pub(crate) fn from_dicts(rows: &Bound<'_, PyAny>) -> Result<Columns, Failure> {
    let mut names: Vec<String> = Vec::new();
    let mut columns: HashMap<String, Vec<Cell<'static>>> = HashMap::new();
    let mut total: usize = 0;
    let mut patience = Patience::new();
    for (count, row) in rows.try_iter()?.enumerate() {
        patience.tick(rows.py())?;
        total = count.saturating_add(1);
        let row = row?.cast_into::<PyDict>().map_err(PyErr::from)?;
        // What a cell says of itself may change the row that is read.
        for (name, value) in row.iter().collect::<Vec<_>>() {
            let Ok(name) = name.extract::<String>() else { continue };
            let column = columns.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                Vec::new()
            });
            column.resize(count, Cell::Gap);
            column.push(cell(&value, Floats::Refused));
        }
    }
    let column = |name: String| {
        let mut cells = columns.remove(&name).unwrap_or_default();
        cells.resize(total, Cell::Gap);
        (name, Column::Cells(cells))
    };
    let columns = names.into_iter().map(column).collect();
    Ok(Columns::from_columns(columns))
}

/// Whether the object is a frame whose columns can be read one by one.
///
/// # Errors
/// What the object raises.
pub(crate) fn is_frame(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = object.py();
    Ok(object.hasattr(intern!(py, "iloc"))? && object.hasattr(intern!(py, "columns"))?)
}

/// A pandas frame, cell by cell: where Arrow refuses a column of mixed kinds,
/// or is not installed.
///
/// # Errors
/// What pandas raises.
pub(crate) fn from_frame(frame: &Bound<'_, PyAny>) -> Result<Columns, Failure> {
    let py = frame.py();
    let names: Vec<Bound<'_, PyAny>> = frame.getattr(intern!(py, "columns"))?.try_iter()?.collect::<PyResult<_>>()?;
    let mut columns = Vec::new();
    for (position, name) in names.iter().enumerate() {
        let Ok(name) = name.extract::<String>() else { continue };
        let everything = pyo3::types::PySlice::full(py);
        let series = frame.getattr(intern!(py, "iloc"))?.get_item((everything, position))?;
        let kind = series.getattr(intern!(py, "dtype"))?.getattr_opt(intern!(py, "kind"))?;
        let is_float = kind.is_some_and(|kind| kind.eq("f").unwrap_or(false));
        let floats = if is_float { Floats::ByShortest } else { Floats::RefusedOrGap };
        let list = series.call_method0(intern!(py, "tolist"))?.cast_into::<PyList>().map_err(PyErr::from)?;
        let mut patience = Patience::new();
        let read = |value: Bound<'_, PyAny>| {
            patience.tick(py)?;
            Ok(cell(&value, floats))
        };
        let cells = list.iter().map(read).collect::<PyResult<_>>()?;
        columns.push((name, Column::Cells(cells)));
    }
    Ok(Columns::from_columns(columns))
}

/// A single object that a user hands over, such as the key of a dict.
pub(crate) fn alone(value: &Bound<'_, PyAny>) -> Cell<'static> {
    cell(value, Floats::ByShortest)
}

fn cell(value: &Bound<'_, PyAny>, floats: Floats) -> Cell<'static> {
    if value.is_none() {
        return Cell::Gap;
    }
    if let Ok(text) = value.cast::<PyString>() {
        return match text.to_str() {
            Ok(text) => Cell::Text(text.to_owned().into()),
            Err(_) => bad(Problem::unreadable("a text", "it is not Unicode")),
        };
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Cell::Flag(flag.is_true());
    }
    // Nothing here may ask Python for a `str`: it hears Ctrl-C while it makes one, which would be lost as a bad value.
    if value.is_exact_instance_of::<PyInt>()
        && let Ok(whole) = value.extract::<i64>()
    {
        return Number::try_from(i128::from(whole)).into();
    }
    if let Ok(float) = value.cast::<PyFloat>() {
        match floats {
            Floats::RefusedOrGap | Floats::ByShortest if float.value().is_nan() => return Cell::Gap,
            Floats::ByShortest => return Cell::from(float.value()),
            Floats::Refused | Floats::RefusedOrGap => {
                return decimal::number(value)
                    .map_or_else(|problem| Cell::Float(float.value(), Box::new(problem)), Cell::Number);
            }
        }
    }
    let class = value.get_type().name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match class.as_str() {
        "NAType" | "NaTType" => Cell::Gap,
        "bool" | "bool_" => Cell::Flag(value.is_truthy().unwrap_or(false)),
        "date" => date(value, |text| Cell::Text(text.into())),
        "datetime" | "Timestamp" => date(value, |text| Cell::Moment(text.into())),
        _ => decimal::number(value).into(),
    }
}

fn date(value: &Bound<'_, PyAny>, cell: impl Fn(String) -> Cell<'static>) -> Cell<'static> {
    let text = value.call_method0(intern!(value.py(), "isoformat")).and_then(|text| text.extract::<String>());
    text.map_or_else(|error| bad(Problem::BadDate { text: error.to_string() }), cell)
}

fn bad(problem: Problem) -> Cell<'static> {
    Cell::Bad(Box::new(problem))
}
