//! Where a table comes from: a stream of Arrow, a file, or Python objects.

use std::path::PathBuf;

use parindex::{Error, Problem};
use parindex_tables::Columns;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};
use pyo3_arrow::PyTable;

use crate::error::{Failure, tried};
use crate::objects;

/// A table that Python has handed over, ready to be read without Python.
pub(crate) enum Source {
    /// Still in a file.
    File(PathBuf),
    /// Already here.
    Ready(Columns),
}

impl Source {
    /// Takes a table from Python: anything with `__arrow_c_stream__`, a path or a list of dicts.
    ///
    /// # Errors
    /// `TypeError` for anything else, `unreadable-file` for a stream that breaks.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> Result<Self, Failure> {
        let py = object.py();
        if object.is_instance_of::<PyString>() || object.hasattr(intern!(py, "__fspath__"))? {
            return Ok(Self::File(object.extract()?));
        }
        if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
            return objects::from_dicts(object).map(Self::Ready);
        }
        if object.hasattr(intern!(py, "__arrow_c_stream__"))? {
            return match tried(py, object.extract::<PyTable>())? {
                Ok(table) => {
                    let (batches, schema) = table.into_inner();
                    let names = schema.fields().iter().map(|field| field.name().clone()).collect();
                    Ok(Self::Ready(Columns::from_batches(names, &batches)))
                }
                Err(_) if objects::is_frame(object)? => objects::from_frame(object).map(Self::Ready),
                Err(error) => Err(Problem::unreadable("the stream of Arrow", error).into()),
            };
        }
        if objects::is_frame(object)? {
            return objects::from_frame(object).map(Self::Ready);
        }
        let class = object.get_type().name()?;
        let message = format!("a table has `__arrow_c_stream__`, or is a path or a list of dicts; this is a {class}");
        Err(PyTypeError::new_err(message).into())
    }

    /// Reads the table.
    ///
    /// # Errors
    /// `unreadable-file`, `too-large`, and what each format adds.
    pub(crate) fn read(self) -> Result<Columns, Error> {
        match self {
            Self::Ready(columns) => Ok(columns),
            Self::File(path) => Columns::read(&path),
        }
    }
}

/// The decimal mark that `decimal` names.
///
/// # Errors
/// `bad-value` for anything but `.` and `,`.
pub(crate) fn mark(decimal: &str) -> Result<char, Problem> {
    match decimal {
        "." => Ok('.'),
        "," => Ok(','),
        other => {
            let text = other.chars().take(40).collect();
            Err(Problem::BadValue { what: "decimal".to_owned(), text, allowed: "`.` or `,`".to_owned() })
        }
    }
}
