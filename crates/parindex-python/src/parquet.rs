//! Parquet files, batch by batch.

use std::fs::File;
use std::path::Path;

use arrow_array::RecordBatch;
use parindex::{Error, Problem};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::columns::Columns;
use crate::error::unreadable;
use crate::source::MAX_UNPACKED;

/// Reads a Parquet file.
///
/// # Errors
/// `unreadable-file` if it is none, `too-large` if it unpacks to too much.
pub(crate) fn read(path: &Path, file: File) -> Result<Columns, Error> {
    let broken = |why: &dyn std::fmt::Display| unreadable(path.display().to_string(), why);
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let groups = builder.metadata().row_groups().iter();
    let size = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    if size.fold(0, u64::saturating_add) > MAX_UNPACKED {
        let what = format!("{}, unpacked,", path.display());
        return Err(Problem::TooLarge { what, limit: format!("{} GiB", MAX_UNPACKED >> 30) }.into());
    }
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let reader = builder.build().map_err(|error| broken(&error))?;
    let batches: Result<Vec<RecordBatch>, _> = reader.collect();
    Ok(Columns::from_batches(names, &batches.map_err(|error| broken(&error))?))
}
