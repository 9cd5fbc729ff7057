//! What the crate promises, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod comparisons;
mod explanations;
mod fixtures;
mod frameworks;
mod golden;
mod hostile;
mod laws;
mod published;
mod rules;
mod what_ifs;
