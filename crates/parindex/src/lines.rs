//! Where the bytes of a text stand.

use std::cell::Cell;

use crate::fault::Place;

/// The lines of a text, to tell where its faults stand.
///
/// ```
/// use parindex::Lines;
///
/// let lines = Lines::new("điểm = 1\ncỡ = 2");
/// let place = lines.place(17); // the equals sign of the second line
/// assert_eq!((place.line, place.column), (Some(2), Some(4)));
/// ```
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// The byte asked for last, and the characters before it on its line.
    last: Cell<(usize, usize)>,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at.saturating_add(1));
        Self { text, starts: std::iter::once(0).chain(after_breaks).collect(), last: Cell::default() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Line and column of a byte, counted from 1, columns in characters.
    ///
    /// Quick for bytes in the order of the text, even if it has only one line.
    #[must_use]
    pub fn place(&self, byte: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0);
        let (last, counted) = self.last.get();
        let (from, counted) = if (start..=byte).contains(&last) { (last, counted) } else { (start, 0) };
        let before = match self.text.get(from..byte) {
            Some(between) => {
                let before = counted.saturating_add(between.chars().count());
                self.last.set((byte, before));
                before
            }
            None => counted,
        };
        Place { line: Some(line), column: Some(before.saturating_add(1)), ..Place::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_do_not_depend_on_the_order_they_are_asked_in() {
        let text = "điểm = 1\n\ncỡ = «2»\r\n";
        let place = |lines: &Lines<'_>, byte| {
            let place = lines.place(byte);
            (place.line, place.column)
        };
        // Each byte in front of a character, from a fresh start.
        let bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
        let alone: Vec<_> = bytes.iter().map(|byte| place(&Lines::new(text), *byte)).collect();
        assert_eq!(alone[..3], [(Some(1), Some(1)), (Some(1), Some(2)), (Some(1), Some(3))]);
        assert_eq!(alone[9..12], [(Some(2), Some(1)), (Some(3), Some(1)), (Some(3), Some(2))]);
        let lines = Lines::new(text);
        let forwards: Vec<_> = bytes.iter().map(|byte| place(&lines, *byte)).collect();
        let mut backwards: Vec<_> = bytes.iter().rev().map(|byte| place(&lines, *byte)).collect();
        backwards.reverse();
        assert_eq!(forwards, alone);
        assert_eq!(backwards, alone);
    }
}
