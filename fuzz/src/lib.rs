//! What the targets that read tables have in common: bytes become columns, and
//! columns evidence that is scored.

use std::collections::BTreeSet;
use std::panic;
use std::sync::Mutex;

use parindex::{Error, Framework};
use parindex_tables::{Columns, Format, evidence};

/// Where readers of others have panicked so far.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Tells panics of others' readers apart from ours: the crate catches those, so
/// each place is printed once and fuzzing goes on; ours end it.
pub fn tell_panics_apart() {
    let ours = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let place = info.location().filter(|place| !place.file().contains("crates/parindex"));
        let Some(place) = place.filter(|place| !place.file().starts_with("fuzz_targets")) else {
            return ours(info);
        };
        if let Ok(mut told) = TOLD.lock()
            && told.insert(place.to_string())
        {
            eprintln!("CAUGHT {place}: {}", info.payload_as_str().unwrap_or_default());
        }
    }));
}

/// Reads evidence from bytes and scores it; every fault has words, and a line
/// within the table.
pub fn evidence(format: Format, bytes: &[u8]) {
    let columns = match Columns::from_bytes("evidence", format, bytes.to_vec()) {
        Ok(columns) => columns,
        Err(error) => {
            assert!(error.faults().all(|fault| !fault.to_string().is_empty()), "a fault without words");
            return;
        }
    };
    for mark in ['.', ','] {
        let Ok((evidence, faults)) = evidence::read(&columns, mark) else { continue };
        let faults: Vec<_> = faults.into_iter().collect();
        assert!(faults.iter().all(|fault| !fault.to_string().is_empty() && fault.place.line.is_some()));
        assert!(evidence.len() <= columns.rows());
        let is_told = evidence.len() + faults.len() >= columns.rows() || faults.len() == Error::MAX_FAULTS;
        assert!(is_told, "a row is neither read nor refused");
        let framework = Framework::bundled("dvc-766/unit").expect("it is bundled");
        if let Ok(assessment) = framework.score(&evidence) {
            assert_eq!(assessment.ranking().len(), assessment.units().count());
        }
    }
    if let Ok(batches) = columns.batches() {
        assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), columns.rows());
    }
}
