//! The bytes of a tally: what is read writes the same bytes, merges, and answers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parindex::Number;
use parindex_dossiers::Tally;

/// What every tally begins with; an input stands for what follows.
const MAGIC: &[u8] = b"parindex.tally\x01";

fuzz_target!(|data: &[u8]| {
    let bytes = [MAGIC, data].concat();
    let tally = match Tally::from_bytes(&bytes) {
        Ok(tally) => tally,
        Err(error) => {
            assert!(error.faults().all(|fault| !fault.to_string().is_empty()), "a fault without words");
            return;
        }
    };
    assert_eq!(tally.to_bytes(), bytes, "one content, one text");
    assert_eq!(tally.rows().count(), tally.len());
    let (_, _) = (tally.total().ratio(), tally.check());
    let (_, _) = (tally.evidence("2.1"), tally.alerts(Number::new(9, 1).expect("0.9 is a number")));
    for row in tally.rows() {
        let _ = (row.counts.received(), row.counts.ratio());
    }
    if let Ok(twice) = tally.merge(&tally) {
        let again = Tally::from_bytes(&twice.to_bytes()).expect("a merged tally reads back");
        assert_eq!(again.to_bytes(), twice.to_bytes());
    }
});
