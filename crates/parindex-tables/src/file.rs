//! Files of tables: opened within limits, read by their format.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use parindex::{Error, Problem, Stop};

use crate::columns::Columns;
use crate::{csv, ipc, parquet, xlsx};

/// Most bytes of a file.
const MAX_FILE: u64 = 1 << 30;
/// Most bytes of what a packed file unpacks to: this many, or as many for each of its bytes.
const UNPACKED: u64 = 64 << 20;
const MAX_RATIO: u64 = 256;
/// Most bytes of what any file unpacks to.
const MAX_UNPACKED: u64 = 8 << 30;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Text in UTF-8, separated by commas, semicolons or tabs, `.csv`: whichever
    /// its first line has first. Every column is text.
    Csv,
    /// A Parquet file, `.parquet`.
    Parquet,
    /// An Excel workbook, `.xlsx`: its first sheet, the first row with text as the header.
    Xlsx,
    /// Arrow's stream format, as a pickle and a database driver write it.
    ArrowStream,
}

impl Format {
    /// The format that a file's name tells.
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_lowercase();
        let known = [("csv", Self::Csv), ("parquet", Self::Parquet), ("xlsx", Self::Xlsx)];
        known.into_iter().find(|(name, _)| *name == extension).map(|(_, format)| format)
    }
}

impl Columns {
    /// Reads a `.csv`, `.parquet` or `.xlsx` file of at most 1 GiB.
    ///
    /// # Errors
    /// `unreadable-file`, `too-large`, and for CSV `incomplete-row` for every line
    /// with more or fewer fields than the first.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let Some(format) = Format::of(path) else {
            return Err(Problem::unreadable(name, "a table is a `.csv`, `.parquet` or `.xlsx` file").into());
        };
        let mut file = open(path, MAX_FILE)?;
        caught(&name, || match format {
            Format::Parquet => parquet::read(&name, file),
            Format::Xlsx => xlsx::read(&name, file),
            Format::Csv | Format::ArrowStream => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).map_err(|error| Problem::unreadable(&*name, error))?;
                of_bytes(&name, format, bytes)
            }
        })
    }

    /// Reads a table from bytes that are called `name` where they are wrong.
    ///
    /// # Errors
    /// As [`Columns::read`].
    ///
    /// ```
    /// use parindex_tables::{Columns, Format};
    ///
    /// let table = Columns::from_bytes("evidence", Format::Csv, "unit;code;value\nH44;2.1;88.42\n".into())?;
    /// assert_eq!(table.names().collect::<Vec<_>>(), ["unit", "code", "value"]);
    /// assert!(Columns::from_bytes("evidence", Format::Xlsx, "unit;code".into()).is_err());
    /// # Ok::<(), parindex::Error>(())
    /// ```
    pub fn from_bytes(name: &str, format: Format, bytes: Vec<u8>) -> Result<Self, Error> {
        caught(name, || of_bytes(name, format, bytes))
    }
}

fn of_bytes(name: &str, format: Format, bytes: Vec<u8>) -> Result<Columns, Error> {
    match format {
        Format::Csv => csv::read(name, &bytes),
        Format::Parquet => parquet::read(name, bytes::Bytes::from(bytes)),
        Format::Xlsx => xlsx::read(name, Cursor::new(bytes)),
        Format::ArrowStream => ipc::read(name, bytes),
    }
}

/// What a packed file may still unpack to.
pub(crate) struct Allowance<'a> {
    name: &'a str,
    most: u64,
    left: u64,
}

impl<'a> Allowance<'a> {
    /// That of a file of so many bytes.
    pub(crate) fn of(name: &'a str, packed: u64) -> Self {
        let most = packed.saturating_mul(MAX_RATIO).clamp(UNPACKED, MAX_UNPACKED);
        Self { name, most, left: most }
    }

    /// Takes so many bytes.
    ///
    /// # Errors
    /// `too-large` if they are not left.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(), Problem> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| Problem::TooLarge {
            what: format!("{}, unpacked,", self.name),
            limit: format!("{} MiB", self.most >> 20),
        })?;
        Ok(())
    }
}

/// What a reader reads; a file that makes a reader panic is broken.
pub(crate) fn caught<T>(name: &str, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    Stop::unless_it_panics(read).unwrap_or_else(|| Err(Problem::unreadable(name, "it is broken").into()))
}

/// Reads a text in UTF-8 of at most `limit` bytes, such as a framework file.
///
/// # Errors
/// `unreadable-file` if there is none or it is not UTF-8, `too-large` above the limit.
pub fn read_text(path: &Path, limit: u64) -> Result<String, Problem> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(path.display().to_string(), why);
    let mut bytes = Vec::new();
    open(path, limit)?.read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    String::from_utf8(bytes).map_err(|_| broken(&"it is not UTF-8"))
}

/// Opens a regular file of at most `limit` bytes.
///
/// # Errors
/// `unreadable-file` if there is none, `too-large` above the limit.
pub(crate) fn open(path: &Path, limit: u64) -> Result<File, Problem> {
    let name = || path.display().to_string();
    let size = match std::fs::metadata(path) {
        Ok(found) if found.is_file() => found.len(),
        Ok(_) => return Err(Problem::unreadable(name(), "it is not a file")),
        Err(error) => return Err(Problem::unreadable(name(), error)),
    };
    if size > limit {
        return Err(Problem::TooLarge { what: name(), limit: format!("{} MiB", limit >> 20) });
    }
    File::open(path).map_err(|error| Problem::unreadable(name(), error))
}
