//! Evidence: what is stated about which unit under which criterion, and at which stage.

use std::collections::BTreeMap;
use std::str::FromStr;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem};
use crate::language::composed;
use crate::measure::Stated;
use crate::number::{Number, shown};
use crate::standing::word;

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

    fn bit(self) -> u8 {
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    pub(crate) units: Names,
    pub(crate) codes: Names,
    pub(crate) rows: Vec<Row>,
    pub(crate) notes: BTreeMap<usize, Note>,
}

/// A row with its unit and code as numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) unit: u32,
    pub(crate) code: u32,
    pub(crate) line: u32,
    pub(crate) stage: Stage,
    pub(crate) stated: Stated,
}

/// Texts numbered in the order they first appear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    list: Vec<Box<str>>,
    index: FxHashMap<Box<str>, u32>,
    last: u32,
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Names {}

impl Names {
    /// The number of a text, in composed form.
    fn number(&mut self, text: &str) -> u32 {
        if self.list.get(self.last as usize).is_some_and(|last| **last == *text) {
            return self.last;
        }
        let number = match self.index.get(text) {
            Some(number) => *number,
            None => self.add(text),
        };
        self.last = number;
        number
    }

    fn add(&mut self, text: &str) -> u32 {
        let composed = composed(text);
        if let Some(number) = self.index.get(&*composed).copied() {
            self.index.insert(text.into(), number);
            return number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(composed.as_ref().into());
        self.index.insert(composed.as_ref().into(), number);
        if *composed != *text {
            self.index.insert(text.into(), number);
        }
        number
    }

    pub(crate) fn get(&self, number: u32) -> &str {
        self.list.get(number as usize).map_or("", |text| text)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.list.iter().map(|text| &**text)
    }
}

/// Gathers evidence row by row without keeping a copy of each text.
#[derive(Debug, Default)]
pub struct EvidenceBuilder(Evidence);

impl EvidenceBuilder {
    /// Adds a row; `line` is its place in the table, counted from 1. Returns
    /// the row's number for [`EvidenceBuilder::note`].
    pub fn push(&mut self, line: usize, unit: &str, code: &str, stage: Stage, stated: Stated) -> usize {
        let row = Row {
            unit: self.0.units.number(unit),
            code: self.0.codes.number(code),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            stage,
            stated,
        };
        self.0.rows.push(row);
        self.0.rows.len().saturating_sub(1)
    }

    /// Puts a note beside a row.
    pub fn note(&mut self, row: usize, note: Note) {
        if !note.is_empty() {
            self.0.notes.insert(row, note);
        }
    }

    /// Makes room for `rows` more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.0.rows.reserve(rows);
    }

    /// All rows added.
    #[must_use]
    pub fn build(self) -> Evidence {
        self.0
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

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, as they came.
    pub fn rows(&self) -> impl Iterator<Item = EvidenceRow> {
        self.rows.iter().enumerate().map(|(number, row)| EvidenceRow {
            unit: self.units.get(row.unit).to_owned(),
            code: self.codes.get(row.code).to_owned(),
            stage: row.stage,
            stated: row.stated.clone(),
            note: self.notes.get(&number).cloned().unwrap_or_default(),
            line: row.line as usize,
        })
    }
}

impl Row {
    pub(crate) fn stage_bit(&self) -> u8 {
        self.stage.bit()
    }
}

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
