//! What the crate promises, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod by_hand;
mod calendar;
mod generator;
mod project;
mod tables;
