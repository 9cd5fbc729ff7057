//! What a release must keep: tests over the workspace's manifests, its
//! dependencies' licences and its public names.

#![forbid(unsafe_code)]

/// The Rust examples of the root README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
