//! Evidence: what is stated about which unit under which criterion, and at which stage.

mod columns;

use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem};
use crate::measure::Stated;
use crate::number::{Number, shown};
use crate::standing::word;
pub(crate) use columns::{Columns, Packed};

/// The stage of an assessment at which a piece of evidence was stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The unit's own score (tự chấm điểm).
    #[default]
    #[serde(rename = "self")]
    SelfAssessed,
    /// The first appraisal (thẩm định).
    #[serde(rename = "appraised-1")]
    FirstAppraisal,
    /// The unit's answer to it (giải trình).
    Explained,
    /// The second appraisal.
    #[serde(rename = "appraised-2")]
    SecondAppraisal,
    /// The published result.
    Final,
}

impl Stage {
    /// Every stage from first to last, with the word that names it.
    pub const NAMES: [(&str, Self); 5] = [
        ("self", Self::SelfAssessed),
        ("appraised-1", Self::FirstAppraisal),
        ("explained", Self::Explained),
        ("appraised-2", Self::SecondAppraisal),
        ("final", Self::Final),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        word(&Self::NAMES, self)
    }

    /// One bit for each stage.
    pub(crate) fn bit(self) -> u8 {
        1_u8.wrapping_shl(self as u32)
    }
}

impl FromStr for Stage {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == text.trim());
        found.map(|(_, stage)| *stage).ok_or_else(|| {
            let allowed: Vec<String> = Self::NAMES.iter().map(|(name, _)| format!("`{name}`")).collect();
            Problem::BadValue { what: "stage".to_owned(), text: shown(text), allowed: allowed.join(", ") }
        })
    }
}

/// What an office writes beside a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Why the value is what it is (giải trình).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// Verification documents (tài liệu kiểm chứng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the value was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
}

impl Note {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One row of the evidence table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// The unit's id, as text.
    pub unit: String,
    /// The criterion's code.
    pub code: String,
    /// When it was stated.
    pub stage: Stage,
    /// What is stated.
    pub stated: Stated,
    /// What stands beside it.
    #[serde(default, skip_serializing_if = "Note::is_empty")]
    pub note: Note,
    /// Its row in the table it came from, counted from 1; 0 if none.
    #[serde(default)]
    pub line: usize,
}

impl EvidenceRow {
    /// Any statement about a unit under a criterion, at the first stage.
    pub fn new(unit: impl Into<String>, code: impl Into<String>, stated: Stated) -> Self {
        let (unit, code) = (unit.into(), code.into());
        Self { unit, code, stage: Stage::default(), stated, note: Note::default(), line: 0 }
    }

    /// A numerator and a denominator.
    pub fn counts(unit: impl Into<String>, code: impl Into<String>, numerator: u32, denominator: u32) -> Self {
        Self::new(unit, code, Stated::Counts(numerator.into(), denominator.into()))
    }

    /// A value as text, read in the unit the rule declares.
    pub fn value(unit: impl Into<String>, code: impl Into<String>, value: &str) -> Self {
        Self::new(unit, code, Stated::text(value))
    }

    /// Points given by an appraiser or a survey.
    pub fn points(unit: impl Into<String>, code: impl Into<String>, points: Number) -> Self {
        Self::new(unit, code, Stated::Points(points))
    }

    /// The same row, stated at `stage`.
    #[must_use]
    pub fn at(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }
}

/// All evidence of an assessment: rows about units and criteria.
///
/// ```
/// use parindex::{Evidence, EvidenceRow};
///
/// let evidence = Evidence::from_rows([EvidenceRow::counts("H44", "2.1", 528_684, 597_918)])?;
/// assert_eq!(evidence.len(), 1);
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Evidence(Arc<Columns>);

/// Gathers evidence row by row without keeping a copy of each text.
#[derive(Debug, Default)]
pub struct EvidenceBuilder(Columns);

impl EvidenceBuilder {
    /// Adds a row; `line` is its place in the table, counted from 1. Returns
    /// the row's number for [`EvidenceBuilder::note`].
    pub fn push(&mut self, line: usize, unit: &str, code: &str, stage: Stage, stated: Stated) -> usize {
        self.0.push(line, unit, code, stage, stated)
    }

    /// Puts a note beside a row.
    pub fn note(&mut self, row: usize, note: Note) {
        if !note.is_empty() {
            self.0.put_note(row, note);
        }
    }

    /// Adds all rows of another builder after those here.
    pub fn append(&mut self, other: Self) {
        self.0.append(other.0);
    }

    /// Makes room for `rows` more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.0.reserve(rows);
    }

    /// All rows added.
    #[must_use]
    pub fn build(self) -> Evidence {
        Evidence(Arc::new(self.0))
    }
}

impl Evidence {
    /// Most rows one evidence table may have.
    pub const MAX_ROWS: usize = 100_000_000;

    /// An empty table to fill.
    #[must_use]
    pub fn builder() -> EvidenceBuilder {
        EvidenceBuilder::default()
    }

    /// The evidence of these rows.
    ///
    /// # Errors
    /// `too-large` above [`Evidence::MAX_ROWS`]. What rows say is checked by
    /// the framework that scores them.
    pub fn from_rows(rows: impl IntoIterator<Item = EvidenceRow>) -> Result<Self, Error> {
        let mut builder = Self::builder();
        for (position, row) in rows.into_iter().enumerate() {
            if position >= Self::MAX_ROWS {
                let limit = format!("{} rows", Self::MAX_ROWS);
                return Err(Problem::TooLarge { what: "the evidence".to_owned(), limit }.into());
            }
            let line = if row.line == 0 { position.saturating_add(1) } else { row.line };
            let number = builder.push(line, &row.unit, &row.code, row.stage, row.stated);
            builder.note(number, row.note);
        }
        Ok(builder.build())
    }

    pub(crate) fn columns(&self) -> &Columns {
        &self.0
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows, as they came.
    pub fn rows(&self) -> impl Iterator<Item = EvidenceRow> {
        let columns = &*self.0;
        columns.keys.iter().enumerate().map(|(row, key)| EvidenceRow {
            unit: columns.units.get(key.unit).to_owned(),
            code: columns.codes.get(key.code).to_owned(),
            stage: columns.stage(row),
            stated: columns.stated(row),
            note: columns.note(row).cloned().unwrap_or_default(),
            line: columns.line(row),
        })
    }
}

impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        self.rows().eq(other.rows())
    }
}

impl Eq for Evidence {}

impl Serialize for Evidence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Vec::<EvidenceRow>::deserialize(deserializer)?;
        Self::from_rows(rows).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row() -> impl Strategy<Value = EvidenceRow> {
        let stated = prop_oneof![
            Just(Stated::Gap),
            (0u32..9, 1u32..9).prop_map(|(n, d)| Stated::Counts(n.into(), d.into())),
            "[0-9]{1,3}\\.[0-9]{1,2}".prop_map(|text| Stated::Points(text.parse().unwrap())),
            "[a-c]{1,2}".prop_map(|text| Stated::text(&text)),
        ];
        let note = proptest::option::of("[a-c]");
        ("[a-d]", "[1-3]", stated, note).prop_map(|(unit, code, stated, explanation)| EvidenceRow {
            note: Note { explanation, ..Note::default() },
            ..EvidenceRow::new(unit, code, stated)
        })
    }

    proptest! {
        /// Evidence gathered in two parts is the evidence gathered in one.
        #[test]
        fn parts_join_to_the_whole(rows in proptest::collection::vec(row(), 0..12), cut in 0usize..12) {
            let gather = |rows: &[EvidenceRow]| {
                let mut builder = Evidence::builder();
                for row in rows {
                    let number = builder.push(row.line, &row.unit, &row.code, row.stage, row.stated.clone());
                    builder.note(number, row.note.clone());
                }
                builder
            };
            let (first, second) = rows.split_at(cut.min(rows.len()));
            let mut joined = gather(first);
            joined.append(gather(second));
            prop_assert_eq!(joined.build(), gather(&rows).build());
        }
    }
}
