//! Parquet files, batch by batch.

mod pages;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_schema::DataType;
use parindex::{Error, Problem, Stop};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

use crate::columns::Columns;
use crate::file::{Allowance, open};

/// Reads a Parquet file.
///
/// # Errors
/// `unreadable-file` if it is none, `too-large` if it unpacks to too much.
pub(crate) fn read(name: &str, file: impl ChunkReader + 'static) -> Result<Columns, Error> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(name, why);
    let mut allowance = Allowance::of(name, file.len());
    pages::check_footer(&file).map_err(|error| broken(&error))?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|error| broken(&error))?;
    let mut claimed = Allowance::of(name, file.len());
    pages::walk(name, &file, metadata.metadata(), |page| claimed.take(page.unpacked))?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut batches: Vec<RecordBatch> = Vec::new();
    let mut seen = BTreeSet::new();
    for batch in builder.build().map_err(|error| broken(&error))? {
        let batch = batch.map_err(|error| broken(&error))?;
        // A page may hold one text for all its rows; gaps take a byte a row.
        let columns = batch.columns().iter().map(|array| fresh(array, &mut seen));
        allowance.take(columns.fold(batch.num_rows(), usize::saturating_add) as u64)?;
        batches.push(batch);
    }
    Ok(Columns::from_batches(names, &batches))
}

/// A Parquet file of any size and what its footer says, for readers that go through it
/// piece by piece. What the reader of Parquet would believe was walked before.
///
/// # Errors
/// `unreadable-file` for what is no regular file or no Parquet file, or claims what it
/// does not hold; `too-large` for a page that unpacks to more than 64 MiB and 256 times
/// its size.
pub fn open_parquet(path: &Path, options: ArrowReaderOptions) -> Result<(File, ArrowReaderMetadata), Problem> {
    let name = path.display().to_string();
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(&*name, why);
    let file = open(path, u64::MAX)?;
    let opened = Stop::unless_it_panics(|| {
        pages::check_footer(&file).map_err(|error| broken(&error))?;
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|error| broken(&error))?;
        pages::walk(&name, &file, metadata.metadata(), |page| Allowance::of(&name, page.packed).take(page.unpacked))?;
        Ok(metadata)
    });
    let metadata = opened.unwrap_or_else(|| Err(broken(&"it is broken")))?;
    Ok((file, metadata))
}

/// The bytes that an array takes; what batches share, such as a dictionary, counts once.
fn fresh(array: &ArrayRef, seen: &mut BTreeSet<*const u8>) -> usize {
    match array.data_type() {
        DataType::Dictionary(..) | DataType::Utf8View | DataType::BinaryView => {
            let data = array.to_data();
            let buffers =
                data.buffers().iter().chain(data.child_data().iter().flat_map(|values| values.buffers().iter()));
            let fresh = buffers.filter(|buffer| seen.insert(buffer.as_ptr())).map(Buffer::capacity);
            fresh.fold(0, usize::saturating_add)
        }
        _ => array.get_array_memory_size(),
    }
}
