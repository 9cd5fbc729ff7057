//! Rows that contradict themselves or cannot be read: how they are told.

use std::collections::BTreeSet;
use std::sync::Arc;

use parindex::Place;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, Problem};
use crate::outcome::Reason;

/// A row that someone should mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BadRow {
    /// The file it stands in; for a stream its name, empty unless given.
    pub file: Arc<str>,
    /// Its row there, counted from 1.
    pub row: u64,
    /// What is wrong, as a slug.
    pub reason: Reason,
    /// What is wrong, with the values of the row.
    pub text: String,
}

impl BadRow {
    /// The row as a fault.
    pub(crate) fn fault(&self) -> Fault {
        let text = if self.file.is_empty() { self.text.clone() } else { format!("{}: {}", self.file, self.text) };
        let place = Place::row(usize::try_from(self.row).unwrap_or(usize::MAX));
        Problem::BadRow { reason: self.reason, text }.at(place)
    }
}

/// The first bad rows by file and row: the same ones in whatever order they
/// are met, so that lists merge like counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BadRows(BTreeSet<BadRow>);

impl BadRows {
    /// Most rows that are kept; counts are complete.
    pub(crate) const MOST: usize = 1000;

    /// Whether a row would be kept.
    pub(crate) fn wants(&self, file: &Arc<str>, row: u64) -> bool {
        self.0.len() < Self::MOST || self.0.last().is_some_and(|last| (file, row) < (&last.file, last.row))
    }

    pub(crate) fn add(&mut self, row: BadRow) {
        self.0.insert(row);
        if self.0.len() > Self::MOST {
            self.0.pop_last();
        }
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &BadRow> {
        self.0.iter()
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for row in other.0 {
            self.add(row);
        }
    }
}
