//! Tables from files and bytes: what is read, and what hostile ones are told.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod hostile;
mod reading;
