//! Evidence: what is stated about which unit under which criterion, and at which stage.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem};
use crate::fault::Place;
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

/// The rows, column by column, so that a million of them stay small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) units: Names,
    pub(crate) codes: Names,
    pub(crate) keys: Vec<Key>,
    stages: Vec<Stage>,
    lines: Vec<u32>,
    stated: Vec<Packed>,
    /// Statements that do not pack.
    others: Vec<Stated>,
    notes: BTreeMap<usize, Note>,
}

/// Unit and code of a row, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) unit: u32,
    pub(crate) code: u32,
}

/// A statement in three machine words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packed {
    /// Whole counts.
    Counts(i64, i64),
    /// Points: digits, and how many of them stand after the point.
    Points(i64, u32),
    Gap,
    /// Any other statement, by its number.
    Other(usize),
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
        // Tables come in runs or in rounds: the same name again, or the one after it.
        let next = self.last.saturating_add(1);
        let next = if (next as usize) < self.list.len() { next } else { 0 };
        let is_at = |number: u32| self.list.get(number as usize).is_some_and(|name| **name == *text);
        self.last = match [self.last, next].into_iter().find(|number| is_at(*number)) {
            Some(number) => number,
            None => match self.index.get(text) {
                Some(number) => *number,
                None => self.add(text),
            },
        };
        self.last
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
pub struct EvidenceBuilder(Columns);

impl EvidenceBuilder {
    /// Adds a row; `line` is its place in the table, counted from 1. Returns
    /// the row's number for [`EvidenceBuilder::note`].
    pub fn push(&mut self, line: usize, unit: &str, code: &str, stage: Stage, stated: Stated) -> usize {
        let columns = &mut self.0;
        let key = Key { unit: columns.units.number(unit), code: columns.codes.number(code) };
        columns.keys.push(key);
        columns.stages.push(stage);
        columns.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        let packed = columns.pack(stated);
        columns.stated.push(packed);
        columns.keys.len().saturating_sub(1)
    }

    /// Puts a note beside a row.
    pub fn note(&mut self, row: usize, note: Note) {
        if !note.is_empty() {
            self.0.notes.insert(row, note);
        }
    }

    /// Adds all rows of another builder after those here.
    pub fn append(&mut self, other: Self) {
        let columns = &mut self.0;
        let rows = columns.len();
        let others = columns.others.len();
        let units: Vec<u32> = other.0.units.iter().map(|unit| columns.units.number(unit)).collect();
        let codes: Vec<u32> = other.0.codes.iter().map(|code| columns.codes.number(code)).collect();
        let new = |names: &[u32], old: u32| names.get(old as usize).copied().unwrap_or(u32::MAX);
        columns
            .keys
            .extend(other.0.keys.iter().map(|key| Key { unit: new(&units, key.unit), code: new(&codes, key.code) }));
        columns.stages.extend(other.0.stages);
        columns.lines.extend(other.0.lines);
        columns.stated.extend(other.0.stated.into_iter().map(|packed| match packed {
            Packed::Other(number) => Packed::Other(number.saturating_add(others)),
            packed => packed,
        }));
        columns.others.extend(other.0.others);
        columns.notes.extend(other.0.notes.into_iter().map(|(row, note)| (row.saturating_add(rows), note)));
    }

    /// Makes room for `rows` more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.0.keys.reserve(rows);
        self.0.stages.reserve(rows);
        self.0.lines.reserve(rows);
        self.0.stated.reserve(rows);
    }

    /// All rows added.
    #[must_use]
    pub fn build(self) -> Evidence {
        Evidence(Arc::new(self.0))
    }
}

impl Columns {
    fn pack(&mut self, stated: Stated) -> Packed {
        let whole = |number: Number| match number.parts() {
            (digits, 0) => i64::try_from(digits).ok(),
            _ => None,
        };
        match &stated {
            Stated::Gap => return Packed::Gap,
            Stated::Counts(numerator, denominator) => {
                if let (Some(numerator), Some(denominator)) = (whole(*numerator), whole(*denominator)) {
                    return Packed::Counts(numerator, denominator);
                }
            }
            Stated::Points(points) => {
                let (digits, places) = points.parts();
                if let Ok(digits) = i64::try_from(digits) {
                    return Packed::Points(digits, places);
                }
            }
            _ => {}
        }
        self.others.push(stated);
        Packed::Other(self.others.len().saturating_sub(1))
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn packed(&self, row: usize) -> Packed {
        self.stated.get(row).copied().unwrap_or(Packed::Gap)
    }

    /// What a row states.
    pub(crate) fn stated(&self, row: usize) -> Stated {
        match self.packed(row) {
            Packed::Counts(numerator, denominator) => {
                Stated::Counts(Number::from_digits(numerator, 0), Number::from_digits(denominator, 0))
            }
            Packed::Points(digits, places) => Stated::Points(Number::from_digits(digits, places)),
            Packed::Gap => Stated::Gap,
            Packed::Other(number) => self.others.get(number).cloned().unwrap_or(Stated::Gap),
        }
    }

    pub(crate) fn stage(&self, row: usize) -> Stage {
        self.stages.get(row).copied().unwrap_or_default()
    }

    pub(crate) fn note(&self, row: usize) -> Option<&Note> {
        self.notes.get(&row)
    }

    fn line(&self, row: usize) -> usize {
        self.lines.get(row).map_or(0, |line| *line as usize)
    }

    /// Where a row stands.
    pub(crate) fn place(&self, row: usize) -> Place {
        let Some(key) = self.keys.get(row) else { return Place::default() };
        Place::row(self.line(row)).unit(shown(self.units.get(key.unit))).of(shown(self.codes.get(key.code)))
    }

    /// The line of the first row at the same stage whose key is like that of `row`.
    pub(crate) fn first_like(&self, row: usize, like: impl Fn(&Key) -> bool) -> usize {
        let stage = self.stage(row);
        let mut earlier = self.keys.iter().enumerate().take(row);
        let first = earlier.find(|(other, key)| self.stage(*other) == stage && like(key));
        first.map_or(0, |(first, _)| self.line(first))
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
