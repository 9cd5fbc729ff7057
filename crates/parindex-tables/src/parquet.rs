//! Parquet files, batch by batch.

use arrow_array::RecordBatch;
use parindex::{Error, Problem};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;

use crate::columns::Columns;
use crate::file::MAX_UNPACKED;

/// Reads a Parquet file.
///
/// # Errors
/// `unreadable-file` if it is none, `too-large` if it unpacks to too much.
pub(crate) fn read(name: &str, file: impl ChunkReader + 'static) -> Result<Columns, Error> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(name, why);
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let groups = builder.metadata().row_groups().iter();
    let size = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    if size.fold(0, u64::saturating_add) > MAX_UNPACKED {
        let what = format!("{name}, unpacked,");
        return Err(Problem::TooLarge { what, limit: format!("{} GiB", MAX_UNPACKED >> 30) }.into());
    }
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let reader = builder.build().map_err(|error| broken(&error))?;
    let batches: Result<Vec<RecordBatch>, _> = reader.collect();
    Ok(Columns::from_batches(names, &batches.map_err(|error| broken(&error))?))
}
