//! A framework file: read, checked, written again, scored with a value for every leaf.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parindex::{Evidence, EvidenceRow, Framework, Language, Number};

fuzz_target!(|text: &str| {
    let framework: Framework = match text.parse() {
        Ok(framework) => framework,
        Err(error) => {
            assert!(error.faults().all(|fault| !fault.to_string().is_empty()), "a fault without words");
            return;
        }
    };
    let _ = framework.check();
    let written = framework.to_toml();
    let again: Framework = written.parse().unwrap_or_else(|error| panic!("{error}\nof what was written:\n{written}"));
    assert!(again == framework, "another framework was read from what was written:\n{written}");
    let leaves = || framework.criteria().filter(|criterion| criterion.is_leaf()).map(|leaf| leaf.code().to_string());
    let half = Number::new(5, 1).expect("one half is a number");
    let statements: [fn(&str, Number) -> EvidenceRow; 5] = [
        |code, _| EvidenceRow::counts("H44", code, 528_684, 597_918),
        |code, _| EvidenceRow::value("H44", code, "88.42"),
        |code, _| EvidenceRow::value("H44", code, "2026-03-31"),
        |code, _| EvidenceRow::value("H44", code, "có"),
        |code, half| EvidenceRow::points("H44", code, half),
    ];
    for statement in statements {
        let evidence = Evidence::from_rows(leaves().map(|code| statement(&code, half)));
        let Ok(assessment) = evidence.and_then(|evidence| framework.score(&evidence)) else { continue };
        assert_eq!(assessment.ranking().len(), 1);
        for line in assessment.cards().flat_map(|card| card.lines().collect::<Vec<_>>()) {
            assert!(!line.explain(Language::Vietnamese).is_empty());
        }
    }
});
