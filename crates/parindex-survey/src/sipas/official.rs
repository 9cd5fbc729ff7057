//! The official figure: unweighted counts, joined exactly.

use parindex::Exact;

/// An official figure and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Official {
    /// The index in percent, exact; none without a valid answer.
    pub index: Option<Exact>,
    /// Satisfied answers of all items.
    pub satisfied: u64,
    /// Valid answers of all items.
    pub valid: u64,
    /// Answers that left the base by their code ("don't know").
    pub outside: u64,
    /// Answers that were not given.
    pub blank: u64,
}

/// Answers to one item in one unit, counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) satisfied: u64,
    pub(crate) valid: u64,
    pub(crate) outside: u64,
    pub(crate) blank: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.satisfied += other.satisfied;
        self.valid += other.valid;
        self.outside += other.outside;
        self.blank += other.blank;
    }

    fn percent(self) -> Option<Exact> {
        Exact::fraction(i128::from(self.satisfied) * 100, i128::from(self.valid))
    }
}

fn sum(items: &[Counts]) -> Counts {
    let mut all = Counts::default();
    for counts in items {
        all.add(*counts);
    }
    all
}

fn figure(items: &[Counts], index: Option<Exact>) -> Official {
    let Counts { satisfied, valid, outside, blank } = sum(items);
    Official { index, satisfied, valid, outside, blank }
}

/// Satisfied over valid answers of all items.
pub(crate) fn pooled(items: &[Counts]) -> Official {
    figure(items, sum(items).percent())
}

/// The mean of the indices of the items that anyone answered.
pub(crate) fn mean_of_items(items: &[Counts]) -> Official {
    let indices: Vec<Exact> = items.iter().filter_map(|counts| counts.percent()).collect();
    let weights = vec![Exact::whole(1); indices.len()];
    figure(items, weighted(&indices, &weights))
}

/// The indices of parts, pooled, by their weights.
pub(crate) fn weighted_parts(parts: &[(Vec<Counts>, Exact)]) -> Official {
    let all: Vec<Counts> = parts.iter().flat_map(|(items, _)| items).copied().collect();
    let indices: Option<Vec<Exact>> = parts.iter().map(|(items, _)| sum(items).percent()).collect();
    let weights: Vec<Exact> = parts.iter().map(|(_, weight)| weight.clone()).collect();
    figure(&all, indices.and_then(|indices| weighted(&indices, &weights)))
}

fn weighted(values: &[Exact], weights: &[Exact]) -> Option<Exact> {
    let mut sum = Exact::default();
    let mut over = Exact::default();
    for (value, weight) in values.iter().zip(weights) {
        sum = sum.plus(&value.times(weight));
        over = over.plus(weight);
    }
    sum.over(&over)
}
