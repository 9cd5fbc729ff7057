//! Arrow's stream format, batch by batch.

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use parindex::{Error, Problem};

use crate::columns::Columns;

/// Reads a stream of Arrow.
///
/// # Errors
/// `unreadable-file` if it is none.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Columns, Error> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(name, why);
    let reader = StreamReader::try_new(bytes, None).map_err(|error| broken(&error))?;
    let names = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    let batches: Result<Vec<RecordBatch>, _> = reader.collect();
    Ok(Columns::from_batches(names, &batches.map_err(|error| broken(&error))?))
}
