//! Dossiers that stand in a table more than once.

use std::collections::hash_map::DefaultHasher;
use std::fs::File;
use std::hash::Hasher;
use std::io::{Read, Seek, Write};

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{DataType, Schema};
use parindex::{Stop, composed};

use crate::columns::shown;
use crate::error::{Error, Problem};
use crate::options;

/// Parts that ids are shared out to; one at a time is sorted in memory.
const PARTS: usize = 64;
/// Ids of a part that are kept in memory before they go to its file.
const KEPT: usize = 1 << 13;
/// Two halves of the hash of an id, and its row.
type Entry = [u64; 3];
/// Bytes of an entry in a file.
const BYTES: usize = 24;

/// Finds ids that occur more than once.
///
/// A check apart from counting, for it must remember every id. Ids are told
/// apart by a hash of 128 bits, so that a false alarm among a thousand million
/// ids has a chance below 10⁻²⁰. An id costs 24 bytes in temporary files once
/// there are half a million; memory stays at 13 MB and a 64th of all entries.
///
/// ```
/// use std::sync::Arc;
///
/// use arrow_array::{RecordBatch, StringArray};
/// use parindex_dossiers::Duplicates;
///
/// let ids = StringArray::from(vec!["1", "2", "1"]);
/// let mut duplicates = Duplicates::new("id");
/// duplicates.push(&RecordBatch::try_from_iter([("id", Arc::new(ids) as _)])?)?;
/// assert_eq!(duplicates.finish()?.rows, [[1, 3]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Duplicates {
    column: String,
    parts: Vec<Part>,
    rows: u64,
}

/// Ids whose hashes begin alike.
#[derive(Debug, Default)]
struct Part {
    kept: Vec<Entry>,
    file: Option<File>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateRows {
    /// Ids that occur more than once.
    pub ids: u64,
    /// Rows beyond the first of their id.
    pub surplus: u64,
    /// For each such id its rows, counted from 1, in order; the first thousand
    /// ids, by their first row.
    pub rows: Vec<Vec<u64>>,
}

impl Duplicates {
    /// Most ids whose rows are told; counts are complete.
    const MOST: usize = 1000;

    /// A check of the column of this name.
    #[must_use]
    pub fn new(column: impl Into<String>) -> Self {
        Self { column: column.into(), parts: (0..PARTS).map(|_| Part::default()).collect(), rows: 0 }
    }

    /// Where the column of ids stands: by its name in composed form, and by the
    /// portal's if it is a part of a dossier.
    ///
    /// # Errors
    /// `missing-column`, `named-twice`.
    pub fn position(&self, schema: &Schema) -> Result<usize, Problem> {
        let part = options::Part::named(&self.column).map(options::Part::names);
        for name in [Some(self.column.as_str()), part.map(|(_, portal)| portal)].into_iter().flatten() {
            let same = |field: &str| composed(field) == composed(name);
            let mut found = (0..).zip(schema.fields()).filter(|(_, field)| same(field.name()));
            match (found.next(), found.next()) {
                (Some((position, _)), None) => return Ok(position),
                (Some(_), Some(_)) => return Err(Problem::NamedTwice { name: name.to_owned() }),
                _ => {}
            }
        }
        Err(Problem::MissingColumn { column: self.column.clone(), found: shown(schema) })
    }

    /// Remembers the ids of a batch, which follows those pushed before. Missing
    /// ids are no duplicates of each other.
    ///
    /// # Errors
    /// `missing-column`, `named-twice`, `wrong-column`, `unreadable-file` if temporary files
    /// cannot be written.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        Stop::point();
        let array = batch.column(self.position(&batch.schema())?);
        let texts = cast(array, &DataType::Utf8).map_err(|_| Problem::WrongColumn {
            column: self.column.clone(),
            found: array.data_type().to_string(),
            expected: "texts or whole numbers".to_owned(),
        })?;
        for text in texts.as_string::<i32>() {
            self.rows += 1;
            let id = composed(text.unwrap_or_default());
            if !id.is_empty() {
                let entry = [hash(0, &id), hash(1, &id), self.rows];
                let part = usize::try_from(entry[0]).unwrap_or(0) % PARTS;
                if let Some(part) = self.parts.get_mut(part) {
                    part.add(entry).map_err(|error| failed(&error))?;
                }
            }
        }
        Ok(())
    }

    /// The ids that occur more than once.
    ///
    /// # Errors
    /// `unreadable-file` if temporary files cannot be read back.
    pub fn finish(self) -> Result<DuplicateRows, Error> {
        let mut found = DuplicateRows::default();
        for part in self.parts {
            Stop::point();
            let mut entries = part.entries().map_err(|error| failed(&error))?;
            entries.sort_unstable();
            for same in entries.chunk_by(|left, right| left[..2] == right[..2]).filter(|same| same.len() > 1) {
                found.ids += 1;
                found.surplus += u64::try_from(same.len() - 1).unwrap_or(0);
                found.rows.push(same.iter().map(|entry| entry[2]).collect());
            }
            found.rows.sort_unstable();
            found.rows.truncate(Self::MOST);
        }
        Ok(found)
    }
}

fn failed(error: &std::io::Error) -> Problem {
    Problem::UnreadableFile { what: "a temporary file of ids".to_owned(), message: error.to_string() }
}

fn hash(seed: u8, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(seed);
    hasher.write(id.as_bytes());
    hasher.finish()
}

impl Part {
    fn add(&mut self, entry: Entry) -> std::io::Result<()> {
        self.kept.push(entry);
        if self.kept.len() < KEPT {
            return Ok(());
        }
        let bytes: Vec<u8> = self.kept.drain(..).flatten().flat_map(u64::to_le_bytes).collect();
        let mut file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        file.write_all(&bytes)?;
        self.file = Some(file);
        Ok(())
    }

    fn entries(self) -> std::io::Result<Vec<Entry>> {
        let mut entries = self.kept;
        let Some(mut file) = self.file else { return Ok(entries) };
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        let word = |bytes: &[u8], place: usize| {
            let word = bytes.get(place * 8..place * 8 + 8).and_then(|word| word.try_into().ok());
            u64::from_le_bytes(word.unwrap_or_default())
        };
        entries.extend(bytes.chunks_exact(BYTES).map(|entry| [word(entry, 0), word(entry, 1), word(entry, 2)]));
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    #[test]
    fn ids_on_disk_are_found_again() {
        // 600,000 ids, more than memory keeps; every multiple of 100,000 comes twice more.
        let numbers: Vec<i64> = (0..600_000).chain((0..6).flat_map(|id| [id * 100_000; 2])).collect();
        let mut duplicates = Duplicates::new("id");
        for part in numbers.chunks(50_000) {
            let column: ArrayRef = Arc::new(Int64Array::from(part.to_vec()));
            duplicates.push(&RecordBatch::try_from_iter([("id", column)]).unwrap()).unwrap();
        }
        assert!(duplicates.parts.iter().any(|part| part.file.is_some()));
        let found = duplicates.finish().unwrap();
        assert_eq!((found.ids, found.surplus), (6, 12));
        assert_eq!(found.rows[1], [100_001, 600_003, 600_004]);
    }

    #[test]
    fn missing_ids_are_no_duplicates() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![None, None, Some(" "), Some("é"), Some("e\u{301}")]));
        let mut duplicates = Duplicates::new("id");
        let batch = RecordBatch::try_from_iter([("id", column)]).unwrap();
        duplicates.push(&batch).unwrap();
        assert_eq!(duplicates.finish().unwrap().rows, [[4, 5]]);
        assert_eq!(Duplicates::new("ID").push(&batch).unwrap_err().code(), "missing-column");
    }

    #[test]
    fn the_column_of_ids_is_found_as_the_tally_finds_it() {
        let column: ArrayRef = Arc::new(StringArray::from(vec!["1", "1"]));
        for (name, asked) in [("MaHoSo", "id"), ("Ma\u{303}", "M\u{e3}")] {
            let mut duplicates = Duplicates::new(asked);
            duplicates.push(&RecordBatch::try_from_iter([(name, column.clone())]).unwrap()).unwrap();
            assert_eq!(duplicates.finish().unwrap().rows, [[1, 2]]);
        }
        let twice = RecordBatch::try_from_iter([("id", column.clone()), ("id", column)]).unwrap();
        assert_eq!(Duplicates::new("id").push(&twice).unwrap_err().code(), "named-twice");
    }
}
