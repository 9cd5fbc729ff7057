//! Evidence as it is held: columns of numbers, so that a million rows stay small.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::evidence::{Note, Stage};
use crate::fault::Place;
use crate::language::composed;
use crate::measure::Stated;
use crate::number::{Number, shown};

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

impl Columns {
    /// Adds a row and returns its number.
    pub(super) fn push(&mut self, line: usize, unit: &str, code: &str, stage: Stage, stated: Stated) -> usize {
        let key = Key { unit: self.units.number(unit), code: self.codes.number(code) };
        self.keys.push(key);
        self.stages.push(stage);
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        let packed = self.pack(stated);
        self.stated.push(packed);
        self.keys.len().saturating_sub(1)
    }

    pub(super) fn put_note(&mut self, row: usize, note: Note) {
        self.notes.insert(row, note);
    }

    /// Adds all rows of another table after those here.
    pub(super) fn append(&mut self, other: Self) {
        let (rows, others) = (self.len(), self.others.len());
        let units: Vec<u32> = other.units.iter().map(|unit| self.units.number(unit)).collect();
        let codes: Vec<u32> = other.codes.iter().map(|code| self.codes.number(code)).collect();
        let new = |names: &[u32], old: u32| names.get(old as usize).copied().unwrap_or(u32::MAX);
        self.keys.extend(other.keys.iter().map(|key| Key { unit: new(&units, key.unit), code: new(&codes, key.code) }));
        self.stages.extend(other.stages);
        self.lines.extend(other.lines);
        self.stated.extend(other.stated.into_iter().map(|packed| match packed {
            Packed::Other(number) => Packed::Other(number.saturating_add(others)),
            packed => packed,
        }));
        self.others.extend(other.others);
        self.notes.extend(other.notes.into_iter().map(|(row, note)| (row.saturating_add(rows), note)));
    }

    /// Makes room for `rows` more rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.keys.reserve(rows);
        self.stages.reserve(rows);
        self.lines.reserve(rows);
        self.stated.reserve(rows);
    }

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

    pub(super) fn line(&self, row: usize) -> usize {
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
