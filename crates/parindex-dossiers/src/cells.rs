//! Counting: how many dossiers have one key and one outcome.
//!
//! A key is the numbers of the columns that are kept apart, packed into one
//! integer from left to right, the step of the period last. Below it stands
//! the outcome. So a count is a whole number by an integer, sorted by group.

use parindex::Stop;

use crate::error::Problem;
use crate::outcome::Outcome;

/// Groups are counted in a table while their keys take at most so many bits.
const DENSE_BITS: u32 = 19;
/// Rows that are kept before they are sorted and counted.
const PENDING: usize = 1 << 22;

/// Most cells; some 2 GB of memory.
const MAX_COUNTED: usize = 1 << 26;

/// Cells merged between two points where the work may be stopped.
const CELLS_BETWEEN_STOPS: usize = 1 << 16;

/// A cell: its key and outcome, and how many dossiers it counts.
pub(crate) type Cell = (u64, u64);

/// Bits that hold numbers from 0 to `most`.
pub(crate) fn bits(most: u32) -> u32 {
    u32::BITS - most.leading_zeros()
}

/// How the numbers of a key are packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout(Vec<u32>);

impl Layout {
    /// Packs numbers of at most so many bits each.
    ///
    /// # Errors
    /// `too-large` if they take more than a machine word together.
    pub(crate) fn new(widths: Vec<u32>) -> Result<Self, Problem> {
        let limit = u64::BITS - Outcome::BITS;
        if widths.iter().sum::<u32>() > limit {
            let limit = format!("2^{limit} combinations of their values");
            return Err(Problem::TooLarge { what: "the columns kept apart".to_owned(), limit });
        }
        Ok(Self(widths))
    }

    fn bits(&self) -> u32 {
        self.0.iter().sum()
    }

    /// The number at each place of a key, the last first.
    pub(crate) fn unpack(&self, group: u64) -> impl Iterator<Item = (usize, u32)> {
        let mut rest = group;
        self.0.iter().enumerate().rev().map(move |(place, width)| {
            let number = rest & ((1 << width) - 1);
            rest >>= width;
            (place, u32::try_from(number).unwrap_or(u32::MAX))
        })
    }

    /// The key of the same numbers in another layout, each first turned into another.
    pub(crate) fn repack(&self, group: u64, to: &Self, turn: impl Fn(usize, u32) -> u32) -> u64 {
        let mut shift = 0;
        let mut packed = 0;
        for ((place, number), width) in self.unpack(group).zip(to.0.iter().rev()) {
            packed |= u64::from(turn(place, number)) << shift;
            shift += width;
        }
        packed
    }
}

/// The counts of one thread.
#[derive(Debug)]
pub(crate) struct Cells {
    layout: Layout,
    /// Counts by outcome, then by group; empty once groups are many.
    dense: Vec<u64>,
    /// The outcomes that occurred, a bit each: other parts of the table stay
    /// untouched, and take no memory.
    seen: u32,
    /// A table is kept while keys take at most so many bits.
    most_bits: u32,
    /// Rows that are not counted yet, one each.
    pending: Vec<u64>,
    /// Sorted counts.
    counted: Vec<Cell>,
    groups: Vec<u64>,
}

impl Cells {
    /// No counts, of keys with so many numbers.
    pub(crate) fn new(places: usize) -> Self {
        Self::with_table(places, DENSE_BITS)
    }

    fn with_table(places: usize, most_bits: u32) -> Self {
        let layout = Layout(vec![0; places]);
        let dense = vec![0; Outcome::COUNT];
        Self { layout, dense, seen: 0, most_bits, pending: Vec::new(), counted: Vec::new(), groups: Vec::new() }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Counts rows: their numbers place by place, and their outcomes. Gives
    /// the key of each row.
    ///
    /// # Errors
    /// `too-large` if keys no longer fit a machine word, or are too many.
    pub(crate) fn add(&mut self, numbers: &[&[u32]], outcomes: &[u8]) -> Result<&[u64], Problem> {
        if self.counted.len() > MAX_COUNTED {
            let limit = format!("{MAX_COUNTED} combinations of their values and outcomes that occur");
            return Err(Problem::TooLarge { what: "the columns kept apart".to_owned(), limit });
        }
        let most = numbers.iter().map(|column| bits(column.iter().copied().max().unwrap_or(0)));
        if most.clone().zip(&self.layout.0).any(|(most, width)| most > *width) {
            let widths = most.zip(&self.layout.0).map(|(most, width)| most.max(*width)).collect();
            self.widen(Layout::new(widths)?);
        }
        self.groups.clear();
        let mut columns = numbers.iter().zip(&self.layout.0);
        if let Some((column, _)) = columns.next() {
            self.groups.extend(column.iter().map(|number| u64::from(*number)));
        }
        for (column, width) in columns {
            for (group, number) in self.groups.iter_mut().zip(*column) {
                *group = (*group << width) | u64::from(*number);
            }
        }
        let rows = self.groups.iter().zip(outcomes);
        if self.dense.is_empty() {
            self.pending.extend(rows.map(|(group, outcome)| (group << Outcome::BITS) | u64::from(*outcome)));
            if self.pending.len() >= PENDING.max(self.counted.len()) {
                self.count_pending();
            }
        } else {
            let bits = self.layout.bits();
            for (group, outcome) in rows {
                self.seen |= 1 << outcome;
                let place = usize::try_from((u64::from(*outcome) << bits) | group).unwrap_or(usize::MAX);
                if let Some(count) = self.dense.get_mut(place) {
                    *count += 1;
                }
            }
        }
        Ok(&self.groups)
    }

    fn widen(&mut self, to: Layout) {
        let from = std::mem::replace(&mut self.layout, to);
        let to = &self.layout;
        let turn = |cell: u64| repack_cell(cell, &from, to, |_, number| number);
        self.pending.iter_mut().for_each(|cell| *cell = turn(*cell));
        self.counted.iter_mut().for_each(|(cell, _)| *cell = turn(*cell));
        if self.dense.is_empty() {
            return;
        }
        let counts = std::mem::take(&mut self.dense);
        let counts = tabled(&counts, from.bits(), self.seen).map(|(cell, count)| (turn(cell), count));
        if to.bits() > self.most_bits {
            self.counted = counts.collect();
            self.counted.sort_unstable();
            return;
        }
        let mut dense = vec![0; Outcome::COUNT << to.bits()];
        for (cell, count) in counts {
            let place = ((cell & OUTCOME) << to.bits()) | (cell >> Outcome::BITS);
            if let Some(slot) = usize::try_from(place).ok().and_then(|place| dense.get_mut(place)) {
                *slot = count;
            }
        }
        self.dense = dense;
    }

    fn count_pending(&mut self) {
        self.pending.sort_unstable();
        let counted = runs(&self.pending);
        self.counted = if self.counted.is_empty() { counted } else { merged(&self.counted, &counted) };
        self.pending.clear();
    }

    /// Marks the numbers that occur at each place.
    pub(crate) fn mark(&self, used: &mut [Vec<bool>]) {
        let cells = self.pending.iter().chain(self.counted.iter().map(|(cell, _)| cell)).copied();
        let cells = cells.chain(tabled(&self.dense, self.layout.bits(), self.seen).map(|(cell, _)| cell));
        for cell in cells {
            for (place, number) in self.layout.unpack(cell >> Outcome::BITS) {
                if let Some(slot) = used.get_mut(place).and_then(|used| used.get_mut(number as usize)) {
                    *slot = true;
                }
            }
        }
    }

    /// The counts in another layout, sorted, each number turned into another.
    pub(crate) fn finish(mut self, to: &Layout, turn: impl Fn(usize, u32) -> u32) -> Vec<Cell> {
        let from = &self.layout;
        let turned = |cell: u64| repack_cell(cell, from, to, &turn);
        for cell in &mut self.pending {
            *cell = turned(*cell);
        }
        self.pending.sort_unstable();
        let pending = runs(&self.pending);
        self.pending = Vec::new();
        let counted = std::mem::take(&mut self.counted).into_iter();
        let counted = counted.chain(tabled(&self.dense, from.bits(), self.seen));
        let mut counted: Vec<Cell> = counted.map(|(cell, count)| (turned(cell), count)).collect();
        counted.sort_unstable();
        if counted.is_empty() { pending } else { merged(&pending, &counted) }
    }
}

/// The bits of a cell that hold its outcome.
const OUTCOME: u64 = (1 << Outcome::BITS) - 1;

fn repack_cell(cell: u64, from: &Layout, to: &Layout, turn: impl Fn(usize, u32) -> u32) -> u64 {
    (from.repack(cell >> Outcome::BITS, to, turn) << Outcome::BITS) | (cell & OUTCOME)
}

/// The cells of a table by outcome and group that count something; `seen` says
/// which outcomes occurred.
fn tabled(counts: &[u64], bits: u32, seen: u32) -> impl Iterator<Item = Cell> {
    let outcomes = (0_u64..).zip(counts.chunks(1 << bits)).filter(move |(outcome, _)| seen >> outcome & 1 == 1);
    outcomes.flat_map(|(outcome, counts)| {
        let groups = (0_u64..).zip(counts).filter(|(_, count)| **count > 0);
        groups.map(move |(group, count)| ((group << Outcome::BITS) | outcome, *count))
    })
}

/// How often each of the sorted cells stands there.
fn runs(sorted: &[u64]) -> Vec<Cell> {
    let runs = sorted.chunk_by(|left, right| left == right);
    runs.filter_map(|run| Some((*run.first()?, u64::try_from(run.len()).unwrap_or(u64::MAX)))).collect()
}

/// Two sorted lists of counts as one.
pub(crate) fn merged(left: &[Cell], right: &[Cell]) -> Vec<Cell> {
    let mut all = Vec::with_capacity(left.len().max(right.len()));
    let (mut left, mut right) = (left.iter().copied().peekable(), right.iter().copied().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some((a, m)), Some((b, n))) if a == b => {
                let cell = (*a, m.saturating_add(*n));
                left.next();
                right.next();
                cell
            }
            (Some((a, _)), Some((b, _))) if b < a => match right.next() {
                Some(cell) => cell,
                None => break,
            },
            (Some(_), _) => match left.next() {
                Some(cell) => cell,
                None => break,
            },
            (None, _) => match right.next() {
                Some(cell) => cell,
                None => break,
            },
        };
        if all.len().is_multiple_of(CELLS_BETWEEN_STOPS) {
            Stop::point();
        }
        all.push(next);
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Counted in parts of any size and widened on the way, from table to
        /// list, cells count what a map counts.
        #[test]
        fn cells_count_like_a_map(
            rows in prop::collection::vec((0_u32..3, prop_oneof![0_u32..4, 0_u32..70_000], 0_u8..20), 0..300),
            chunk in 1_usize..50,
        ) {
            let mut cells = Cells::with_table(2, 6);
            let mut expected = BTreeMap::new();
            for part in rows.chunks(chunk) {
                let first: Vec<u32> = part.iter().map(|row| row.0).collect();
                let second: Vec<u32> = part.iter().map(|row| row.1).collect();
                let outcomes: Vec<u8> = part.iter().map(|row| row.2).collect();
                cells.add(&[&first, &second], &outcomes).unwrap();
                for row in part {
                    *expected.entry((row.0, row.1, row.2)).or_insert(0_u64) += 1;
                }
            }
            let layout = Layout::new(vec![20, 30]).unwrap();
            let counted = cells.finish(&layout, |_, number| number);
            let expected: Vec<Cell> = expected
                .into_iter()
                .map(|((a, b, outcome), count)| ((u64::from(a) << 35) | (u64::from(b) << 5) | u64::from(outcome), count))
                .collect();
            prop_assert_eq!(counted, expected);
        }
    }

    #[test]
    fn keys_that_do_not_fit_are_refused() {
        assert_eq!(Layout::new(vec![30, 30]).unwrap_err().code(), "too-large");
        assert!(Layout::new(vec![30, 29]).is_ok());
    }
}
