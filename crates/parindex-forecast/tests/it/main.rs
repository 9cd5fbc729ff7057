//! What the crate promises, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod calibration;
mod faults;
mod given;
mod invented;
mod laws;
mod par_index;
mod plan;
mod regions;
mod remap;
