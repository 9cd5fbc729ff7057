//! A register of dossiers, wherever it lies.

use std::path::PathBuf;

use arrow_array::{RecordBatchIterator, RecordBatchReader};
use parindex::Problem;
use parindex_dossiers::{Tallier, Tally};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};
use pyo3_arrow::PyRecordBatchReader;

use crate::argument::table;
use crate::error::{Failure, tried};
use crate::several::Several;
use crate::source::Source;

/// A register of dossiers that Python has handed over.
pub(crate) enum Register {
    /// Parquet files.
    Files(Vec<PathBuf>),
    /// Batches as they come.
    Stream(Box<dyn RecordBatchReader + Send>),
    /// A table of another kind.
    Table(Source),
}

impl Register {
    /// What Python means by a register: files, a stream of Arrow, or any other table.
    ///
    /// # Errors
    /// `unreadable-file`, and as [`Source::of`].
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> Result<Self, Failure> {
        let is_list = object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>();
        let py = object.py();
        if is_list
            && let Ok(Several(paths)) = tried(py, object.extract::<Several<PathBuf>>())?
            && !paths.is_empty()
        {
            let is_other = |path: &&PathBuf| {
                path.extension()
                    .is_some_and(|ending| ["csv", "xlsx"].iter().any(|other| ending.eq_ignore_ascii_case(other)))
            };
            if let Some(path) = paths.iter().find(is_other) {
                let why = "several files, a list and a pattern must be `.parquet`: give a file of another kind alone";
                return Err(Problem::unreadable(path.display().to_string(), why).into());
            }
            return Ok(Self::Files(paths));
        }
        let is_path = object.is_instance_of::<PyString>() || object.hasattr(intern!(py, "__fspath__"))?;
        let has_stream = object.hasattr(intern!(py, "__arrow_c_stream__"))?;
        if !is_path
            && has_stream
            && let Ok(reader) = tried(py, object.extract::<PyRecordBatchReader>())?
        {
            return Ok(Self::Stream(reader.into_reader()?));
        }
        Ok(Self::Table(table("register", object)?))
    }

    /// Tallies the register on so many threads.
    ///
    /// # Errors
    /// What the tallier and the readers refuse.
    pub(crate) fn read(self, mut tallier: Tallier<'_>, threads: usize) -> Result<Tally, Failure> {
        if let Self::Table(Source::File(path)) = &self {
            tallier = tallier.source(&path.display().to_string());
        }
        match self {
            Self::Files(paths) => tallier.read_parquet(paths, threads)?,
            Self::Stream(reader) => tallier.read_batches(reader, threads)?,
            Self::Table(source) => {
                let columns = source.read()?;
                // An empty list of dicts has no columns either.
                let batches = if columns.names().next().is_none() { Vec::new() } else { columns.batches()? };
                if let Some(schema) = batches.first().map(arrow_array::RecordBatch::schema) {
                    let batches = batches.into_iter().map(Ok);
                    tallier.read_batches(RecordBatchIterator::new(batches, schema), threads)?;
                }
            }
        }
        Ok(tallier.finish()?)
    }
}
