//! A CSV file with evidence.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parindex_fuzz::{evidence, tell_panics_apart};
use parindex_tables::Format;

fuzz_target!(init: tell_panics_apart(), |data: &[u8]| evidence(Format::Csv, data));
