//! A column of labels: strata, clusters, domains, classes of a margin.

use std::collections::BTreeSet;

use parindex::composed;
use rustc_hash::FxHashMap;

use crate::number::{NONE, id};

/// Which group each row belongs to: a column of labels with the labels sorted.
///
/// Labels are composed (NFC) and trimmed, so that one name typed on two
/// machines is one group. They are sorted as numbers where all of them are
/// (2 before 10), else as text. A row without a label belongs to no group.
///
/// ```
/// use parindex_survey::Groups;
///
/// let area = Groups::from_labels([Some("urban"), None, Some("rural"), Some("urban ")]);
/// assert_eq!(area.labels(), ["rural", "urban"]);
/// assert_eq!(area.of_row(3), Some(1));
/// assert_eq!(area.of_row(1), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    codes: Vec<u32>,
    labels: Vec<String>,
}

impl Groups {
    /// Groups from one label a row.
    pub fn from_labels<L: AsRef<str>>(labels: impl IntoIterator<Item = Option<L>>) -> Self {
        let mut seen: FxHashMap<String, u32> = FxHashMap::default();
        let mut names: Vec<String> = Vec::new();
        let mut codes = Vec::new();
        for label in labels {
            let code = label.map_or(NONE, |label| {
                let text = composed(label.as_ref());
                if let Some(code) = seen.get(text.as_ref()) {
                    return *code;
                }
                let code = id(names.len());
                names.push(text.clone().into_owned());
                seen.insert(text.into_owned(), code);
                code
            });
            codes.push(code);
        }
        let order = natural_order(&names);
        let mut place = vec![0; names.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = id(new);
        }
        for code in codes.iter_mut().filter(|code| **code != NONE) {
            *code = place[*code as usize];
        }
        Self { codes, labels: order.into_iter().map(|old| std::mem::take(&mut names[old])).collect() }
    }

    /// One group that holds all of `rows` rows.
    #[must_use]
    pub fn whole(rows: usize) -> Self {
        Self { codes: vec![0; rows], labels: vec![String::new()] }
    }

    /// The groups of two columns together; labels are joined by `joint`. Rows
    /// that lack either label belong to no group, and the shorter column
    /// decides how many rows there are. Pairs stand in the order of the first
    /// column and then of the second. Two pairs are two groups, even where their
    /// joined labels read the same.
    #[must_use]
    pub fn crossed(&self, other: &Self, joint: &str) -> Self {
        let pairs = || self.codes.iter().copied().zip(other.codes.iter().copied());
        let joined = |(first, second): (u32, u32)| {
            let (first, second) = (self.labels.get(first as usize)?, other.labels.get(second as usize)?);
            Some(format!("{first}{joint}{second}"))
        };
        let distinct: BTreeSet<(u32, u32)> = pairs().collect();
        let named: Vec<(String, (u32, u32))> =
            distinct.into_iter().filter_map(|pair| Some((joined(pair)?, pair))).collect();
        let place: FxHashMap<(u32, u32), u32> =
            named.iter().enumerate().map(|(place, (_, pair))| (*pair, id(place))).collect();
        let codes = pairs().map(|pair| place.get(&pair).copied().unwrap_or(NONE)).collect();
        Self { codes, labels: named.into_iter().map(|(label, _)| label).collect() }
    }

    /// The labels, sorted.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The position, among the labels, of a row's group.
    #[must_use]
    pub fn of_row(&self, row: usize) -> Option<usize> {
        self.codes.get(row).filter(|code| **code != NONE).map(|code| *code as usize)
    }

    /// How many rows each group has, in the order of the labels.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.labels.len()];
        for code in self.codes.iter().filter(|code| **code != NONE) {
            sizes[*code as usize] += 1;
        }
        sizes
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.codes.len()
    }

    pub(crate) fn codes(&self) -> &[u32] {
        &self.codes
    }

    pub(crate) fn label(&self, code: u32) -> &str {
        self.labels.get(code as usize).map_or("", String::as_str)
    }
}

/// The order of the labels: of numbers where all are, else of text.
fn natural_order(labels: &[String]) -> Vec<usize> {
    let is_plain = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    // Rows without a label may be a group of their own, which stands first.
    let number = |label: &String| if label.is_empty() { Some(f64::NEG_INFINITY) } else { label.parse().ok() };
    let numbers: Option<Vec<f64>> = labels.iter().map(|label| number(label).filter(|_| is_plain(label))).collect();
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let text = |one: usize, two: usize| labels[one].cmp(&labels[two]);
    match numbers {
        Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]).then_with(|| text(*a, *b))),
        None => order.sort_by(|a, b| text(*a, *b)),
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_as_numbers() {
        let sorted = |labels: &[&str]| Groups::from_labels(labels.iter().map(Some)).labels().to_vec();
        assert_eq!(sorted(&["10", "9", "", "-1", "1.5", "01"]), ["", "-1", "01", "1.5", "9", "10"]);
        // One text among them, and all are text.
        assert_eq!(sorted(&["10", "9", "P1"]), ["10", "9", "P1"]);
        assert_eq!(sorted(&["1", "01", "1.0"]), ["01", "1", "1.0"]);
        let (tens, letters) = (["10", "2", "2"].map(Some), ["b", "b", "a"].map(Some));
        let crossed = Groups::from_labels(tens).crossed(&Groups::from_labels(letters), "/");
        assert_eq!(crossed.labels(), ["2/a", "2/b", "10/b"]);
    }

    #[test]
    fn pairs_that_read_the_same_stay_apart() {
        let first = Groups::from_labels(["a.b", "a", "a", "a"].map(Some));
        let second = Groups::from_labels([Some("c"), Some("b.c"), Some("b.c"), None]);
        let crossed = first.crossed(&second, ".");
        assert_eq!(crossed.labels(), ["a.b.c", "a.b.c"]);
        assert_ne!(crossed.of_row(0), crossed.of_row(1));
        assert_eq!((crossed.of_row(1), crossed.of_row(3)), (crossed.of_row(2), None));
    }
}
