//! Dossiers of public services: the working days of Vietnam they are promised
//! in, and where a year of them will end.
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

mod calendar;
mod error;
mod number;
mod parallel;
mod project;
mod random;

pub use calendar::{Calendar, Day, DayKind, WorkingHours};
pub use error::{Error, Fault, Problem};
pub use project::{MonthCounts, Projection, Projector};
