//! Tables of `fixtures/`, read as text.

use std::collections::BTreeMap;
use std::path::PathBuf;

use parindex::{Evidence, EvidenceRow, Number, Stated};

/// A table: each row by column name.
pub(crate) fn table(path: &str) -> Vec<BTreeMap<String, String>> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures")).join(path);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(|row| row.unwrap()).collect()
}

pub(crate) fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// A row of evidence from its columns.
pub(crate) fn evidence_row(row: &BTreeMap<String, String>) -> EvidenceRow {
    let stated = match (row["numerator"].as_str(), row["denominator"].as_str()) {
        ("", "") => Stated::text(&row["value"]),
        (numerator, denominator) => Stated::Counts(number(numerator), number(denominator)),
    };
    EvidenceRow::new(row["unit"].as_str(), row["code"].as_str(), stated)
}

pub(crate) fn evidence(path: &str) -> Evidence {
    Evidence::from_rows(table(path).iter().map(evidence_row)).unwrap()
}
