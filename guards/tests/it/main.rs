//! What a release must keep.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod licences;
mod manifests;
mod names;
mod workspace;
