//! A questionnaire file: read, written again, and asked for what it holds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parindex_survey::sipas::{Formula, Questionnaire};

fuzz_target!(|text: &str| {
    let read: Questionnaire = match text.parse() {
        Ok(read) => read,
        Err(error) => {
            assert!(error.faults().all(|fault| !fault.to_string().is_empty()), "a fault without words");
            return;
        }
    };
    let written = read.to_toml();
    let again: Questionnaire =
        written.parse().unwrap_or_else(|error| panic!("{error}\nof what was written:\n{written}"));
    assert!(again == read, "another questionnaire was read from what was written:\n{written}");
    let _ = (read.items().count(), read.missing().count());
    for (_, formula) in Formula::NAMES {
        let _ = read.clone().with_rules(formula, formula);
    }
});
