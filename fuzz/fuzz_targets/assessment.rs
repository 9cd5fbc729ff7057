//! A saved assessment, as a pickle holds it: scored anew, and saved to the same text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parindex::{Assessment, Language};

fuzz_target!(|text: &str| {
    let Ok(assessment) = serde_json::from_str::<Assessment>(text) else { return };
    let saved = serde_json::to_string(&assessment).expect("an assessment can be saved");
    let again: Assessment =
        serde_json::from_str(&saved).unwrap_or_else(|error| panic!("{error}\nof what was saved:\n{saved}"));
    assert_eq!(serde_json::to_string(&again).ok(), Some(saved));
    assert_eq!(again.ranking(), assessment.ranking());
    for line in assessment.cards().flat_map(|card| card.lines().collect::<Vec<_>>()) {
        let _ = (line.points(), line.reason(Language::Vietnamese), line.reason(Language::English));
    }
});
