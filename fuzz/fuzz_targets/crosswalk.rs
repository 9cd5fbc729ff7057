//! A crosswalk and a table of units as CSV, apart by a zero byte: two assessments
//! are compared across the one, with the names of the other.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parindex::{Evidence, EvidenceRow, Framework, Language, Stage, compare};
use parindex_fuzz::tell_panics_apart;
use parindex_tables::{Columns, Format, pairs, units};

fuzz_target!(init: tell_panics_apart(), |data: &[u8]| {
    let (crosswalk, units) = data.split_at(data.iter().position(|byte| *byte == 0).unwrap_or(data.len()));
    let units = units.strip_prefix(&[0]).unwrap_or(units);
    let table = |name, bytes: &[u8]| Columns::from_bytes(name, Format::Csv, bytes.to_vec());
    let crosswalk = table("crosswalk", crosswalk).and_then(|columns| pairs::crosswalk(&columns));
    let units = table("units", units).and_then(|columns| units::read(&columns));
    for error in crosswalk.as_ref().err().into_iter().chain(units.as_ref().err()) {
        assert!(error.faults().all(|fault| !fault.to_string().is_empty()), "a fault without words");
    }
    let load = |id| Framework::bundled(id).expect("it is bundled");
    let (old, new) = (load("par-index/province-2017"), load("par-index/province-2022"));
    let evidence = |code| Evidence::from_rows([EvidenceRow::value("22", code, "4")]).expect("a row of evidence");
    let before = old.score(&evidence("1"));
    let after = new.score_with(&evidence("1"), units.as_ref().ok(), Stage::default());
    if let (Ok(before), Ok(after)) = (before, after)
        && let Ok(changes) = compare(&before, &after, crosswalk.as_ref().ok(), Language::Vietnamese)
    {
        assert!(changes.iter().all(|change| !change.reason.is_empty()));
    }
});
