//! Dossiers of public services: how many are on time by Decision 766, the
//! working days of Vietnam they are promised in, and where a year of them will
//! end.
//!
//! Data goes one way: a table → [`Tallier`] ([`Rule`] on each row) → [`Tally`]
//! → evidence, alerts or a [`Projector`]. Tallies are whole numbers and merge
//! in any order to the last byte.
//!
//! ```
//! use jiff::civil::date;
//! use parindex_dossiers::Calendar;
//!
//! // Received on the last day before Tết, due in three working days.
//! let calendar = Calendar::vietnam()?;
//! assert_eq!(calendar.add_working_days(date(2024, 2, 7), 3)?, date(2024, 2, 19));
//! # Ok::<(), parindex_dossiers::Error>(())
//! ```

#![forbid(unsafe_code)]

mod bad_rows;
mod calendar;
mod cells;
mod columns;
mod dossier;
mod duplicates;
mod error;
mod generator;
mod moment;
mod number;
mod options;
mod outcome;
mod parallel;
mod period;
mod project;
mod question;
mod random;
mod rule;
mod status;
mod steps;
mod tallier;
mod tally;

pub use bad_rows::BadRow;
pub use calendar::{Calendar, Day, DayKind, WorkingHours};
pub use dossier::{Dossier, Ends, Limit, Supplement};
pub use duplicates::{DuplicateRows, Duplicates};
pub use error::{Error, Fault, Problem};
pub use generator::Generator;
pub use moment::Moment;
pub use options::{Options, Part};
pub use outcome::{Class, Outcome, Reason};
pub use period::{Every, Period};
pub use project::{MonthCounts, Projection, Projector};
pub use question::{BeforeReception, Compare, LimitDays, Population, Question, Reading, Repeated, Times};
pub use rule::Rule;
pub use status::Status;
pub use tallier::Tallier;
pub use tally::{Counts, Processing, Row, Tally, UnitCounts};

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
