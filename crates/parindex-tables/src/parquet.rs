//! Parquet files, batch by batch.

use arrow_array::RecordBatch;
use parindex::{Error, Problem};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;

use crate::columns::Columns;
use crate::file::Allowance;

/// Reads a Parquet file.
///
/// # Errors
/// `unreadable-file` if it is none, `too-large` if it unpacks to too much.
pub(crate) fn read(name: &str, file: impl ChunkReader + 'static) -> Result<Columns, Error> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(name, why);
    let mut allowance = Allowance::of(name, file.len());
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let groups = builder.metadata().row_groups().iter();
    let declared = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    if declared.fold(0, u64::saturating_add) > allowance.left() {
        allowance.take(u64::MAX)?;
    }
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut batches: Vec<RecordBatch> = Vec::new();
    for batch in builder.build().map_err(|error| broken(&error))? {
        let batch = batch.map_err(|error| broken(&error))?;
        // What a file declares may be less than what it holds; gaps take a byte a row.
        allowance.take(batch.get_array_memory_size().saturating_add(batch.num_rows()) as u64)?;
        batches.push(batch);
    }
    Ok(Columns::from_batches(names, &batches))
}
