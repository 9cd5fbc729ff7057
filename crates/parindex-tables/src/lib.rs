//! Tables from files and bytes: evidence, units and crosswalks from CSV, Excel,
//! Parquet and Arrow, exact to the last digit.
//!
//! A table is read as [`Columns`] whose [`Cell`]s still say what stood there: a
//! number exactly as written, a text, a date, nothing. What it means is read row
//! by row, and all faults are told at once, each with its line.
//!
//! ```
//! use parindex::{Error, Framework};
//! use parindex_tables::{Columns, Format, evidence};
//!
//! let csv = "unit,code,numerator,denominator\nH44.100,2.1,7368,8253\nH44.101,2.1,7368,many\n";
//! let table = Columns::from_bytes("evidence", Format::Csv, csv.into())?; // or Columns::read(path)?
//! let (evidence, faults) = evidence::read(&table, '.')?;
//! let error = faults.check().unwrap_err();
//! assert!(error.to_string().starts_with("line 3, unit H44.101, criterion 2.1: `many` is not a number"));
//!
//! let assessment = Framework::bundled("dvc-766/province")?.score(&evidence)?;
//! assert_eq!(assessment.card("H44.100")?.line("2.1")?.points().to_string(), "17.86");
//! # Ok::<(), Error>(())
//! ```

#![forbid(unsafe_code)]

mod arrow;
mod cell;
mod columns;
mod csv;
pub mod evidence;
mod file;
mod float;
mod ipc;
pub mod pairs;
mod parquet;
pub mod units;
mod xlsx;

pub use cell::Cell;
pub use columns::{Column, Columns, Row, RowFaults, Selection};
pub use file::{Format, read_text};
pub use ipc::read_stream;
pub use parquet::open_parquet;

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
