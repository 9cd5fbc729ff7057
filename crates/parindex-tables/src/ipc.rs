//! Arrow's stream format, batch by batch.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use parindex::{Error, Problem};

use crate::columns::Columns;
use crate::file::caught;

/// The batches of a stream of Arrow that is called `name` where it is wrong.
///
/// # Errors
/// `unreadable-file` if it is none, `too-large` if it tells of more rows than it has bits.
pub fn read_stream(name: &str, bytes: Vec<u8>) -> Result<Vec<RecordBatch>, Error> {
    caught(name, || Ok(decode(name, bytes)?.1))
}

/// Reads a stream of Arrow as a table.
///
/// # Errors
/// As [`read_stream`].
pub(crate) fn read(name: &str, bytes: Vec<u8>) -> Result<Columns, Error> {
    let (names, batches) = decode(name, bytes)?;
    Ok(Columns::from_batches(names, &batches))
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<(Vec<String>, Vec<RecordBatch>), Problem> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(name, why);
    // A column of nothing but gaps takes no bytes, however long.
    let most_rows = bytes.len().saturating_mul(8);
    let mut rows: usize = 0;
    // The decoder points into the bytes; a reader would reserve whatever size they claim.
    let mut rest = Buffer::from_vec(bytes);
    let mut decoder = StreamDecoder::new();
    let mut batches = Vec::new();
    while !rest.is_empty() {
        let Some(batch) = decoder.decode(&mut rest).map_err(|error| broken(&error))? else { continue };
        rows = rows.saturating_add(batch.num_rows());
        if rows > most_rows {
            let limit = format!("{most_rows} rows, a bit each");
            return Err(Problem::TooLarge { what: name.to_owned(), limit });
        }
        batches.push(batch);
    }
    decoder.finish().map_err(|error| broken(&error))?;
    let schema = decoder.schema().ok_or_else(|| broken(&"it has no schema"))?;
    let names = schema.fields().iter().map(|field| field.name().clone()).collect();
    Ok((names, batches))
}
