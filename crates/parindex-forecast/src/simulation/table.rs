//! Finitely many outcomes, found from a word of 32 bits in a few steps.

use crate::number::id;
use crate::random::WORDS;

/// Outcomes in the order of their words: a guide table (Chen and Asau 1974) says
/// where to begin to look, so that most words are told by one comparison.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    /// For each start of a word, the first outcome it can mean.
    guide: Box<[u32]>,
    shift: u32,
    /// For each outcome the last word that means it.
    last: Box<[u32]>,
    outcomes: Box<[T]>,
}

/// Outcomes gathered in order, each with the probability of it or one before it.
pub(crate) struct Gathered<T> {
    last: Vec<u32>,
    outcomes: Vec<T>,
}

/// Parts of the guide to an outcome, and the most there are.
const PARTS: usize = 4;
const MOST_PARTS: usize = 1 << 14;

impl<T: Copy + PartialEq> Gathered<T> {
    pub(crate) fn new() -> Self {
        Self { last: Vec::new(), outcomes: Vec::new() }
    }

    /// Adds an outcome: `upto` is the probability of it and all before it. What is
    /// too rare for any word is left out, and neighbours that are equal become one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is cut to its range")]
    pub(crate) fn add(&mut self, upto: f64, outcome: T) {
        let count = (upto * WORDS - 0.5).ceil().clamp(0.0, WORDS);
        if count < 1.0 {
            return;
        }
        let last = (count - 1.0) as u32;
        if self.outcomes.last() == Some(&outcome) {
            if let Some(before) = self.last.last_mut() {
                *before = last.max(*before);
            }
        } else if self.last.last().is_none_or(|before| *before < last) {
            self.last.push(last);
            self.outcomes.push(outcome);
        }
    }

    /// The only outcome, if there is but one.
    pub(crate) fn only(&self) -> Option<T> {
        if let [outcome] = *self.outcomes.as_slice() { Some(outcome) } else { None }
    }

    /// The table; `None` of nothing.
    pub(crate) fn table(mut self) -> Option<Table<T>> {
        *self.last.last_mut()? = u32::MAX;
        let parts = (PARTS * self.last.len()).next_power_of_two().clamp(16, MOST_PARTS);
        let shift = 32 - parts.trailing_zeros();
        let guide = (0..parts).map(|part| id(self.last.partition_point(|last| *last < id(part) << shift)));
        Some(Table { guide: guide.collect(), shift, last: self.last.into(), outcomes: self.outcomes.into() })
    }
}

impl<T: Copy> Table<T> {
    /// The outcome of a word.
    #[inline]
    pub(crate) fn at(&self, word: u32) -> T {
        let mut place = self.guide[(word >> self.shift) as usize] as usize;
        // The last outcome's word is the last there is.
        while word > self.last[place] {
            place += 1;
        }
        self.outcomes[place]
    }

    /// The same words with other outcomes.
    pub(crate) fn map<U>(self, outcome: impl Fn(T) -> U) -> Table<U> {
        let Self { guide, shift, last, outcomes } = self;
        Table { guide, shift, last, outcomes: outcomes.iter().map(|old| outcome(*old)).collect() }
    }

    pub(crate) fn outcomes(&self) -> &[T] {
        &self.outcomes
    }
}
