//! Finitely many outcomes, found from a word of 32 bits in a few steps.

use crate::number::id;
use crate::random::WORDS;

/// Outcomes in the order of their words: a guide table (Chen and Asau 1974) says
/// where to look, so that nearly all words are told by one comparison.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    guide: Box<[Cell]>,
    /// How many bits of a word come after those that choose a cell.
    shift: u32,
    /// For each outcome the last word that means it.
    last: Box<[u32]>,
    outcomes: Box<[T]>,
}

/// The words of one beginning.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// The last word that means the first outcome; the others mean the next one.
    edge: u32,
    /// The first outcome; with [`MANY`] there are more than two.
    place: u32,
}

/// Marks a cell of more than two outcomes.
const MANY: u32 = 1 << 31;

/// Outcomes gathered in order, each with the probability of it or one before it.
pub(crate) struct Gathered<T> {
    last: Vec<u32>,
    outcomes: Vec<T>,
}

/// Parts of the guide to an outcome, and the most there are.
const PARTS: usize = 4;
const MOST_PARTS: usize = 1 << 13;

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
        let place = |word: u32| self.last.partition_point(|last| *last < word);
        let cell = |part: usize| {
            let first = id(part) << shift;
            let (from, to) = (place(first), place(first | ((1 << shift) - 1)));
            match to - from {
                0 => Cell { edge: u32::MAX, place: id(from) },
                1 => Cell { edge: self.last[from], place: id(from) },
                _ => Cell { edge: u32::MAX, place: id(from) | MANY },
            }
        };
        let guide = (0..parts).map(cell);
        Some(Table { guide: guide.collect(), shift, last: self.last.into(), outcomes: self.outcomes.into() })
    }
}

impl<T: Copy> Table<T> {
    /// The outcome of a word.
    #[inline]
    pub(crate) fn at(&self, word: u32) -> T {
        let Cell { edge, place } = self.guide[(word >> self.shift) as usize];
        if place & MANY == 0 {
            return self.outcomes[(place + u32::from(word > edge)) as usize];
        }
        let mut place = (place & !MANY) as usize;
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
