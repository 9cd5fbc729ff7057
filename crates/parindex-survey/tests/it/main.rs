//! What the crate promises, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod coverage;
mod designs;
mod faults;
mod fixtures;
mod laws;
mod ranks;
mod reference;
mod sipas;
mod traps;
