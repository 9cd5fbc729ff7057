//! Quantiles of whole numbers for many units, in memory that grows with the units only.

/// Counts of values in steps of equal width, one ladder for each unit.
///
/// A first pass counts in wide steps. Where a step is wider than 1, a second pass
/// counts the values of the steps in which the quantiles lie, and quantiles are exact.
pub(crate) struct Ladder {
    width: usize,
    steps: usize,
}

/// Steps of a ladder.
const STEPS: usize = 512;

impl Ladder {
    /// A ladder for the values 0 to `values`, the last not among them.
    pub(crate) fn new(values: usize) -> Self {
        let width = values.div_ceil(STEPS).max(1);
        Self { width, steps: values.div_ceil(width).max(1) }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn steps(&self) -> usize {
        self.steps
    }

    #[inline]
    pub(crate) fn step(&self, value: usize) -> usize {
        value / self.width
    }

    /// The step in which the value number `place` (from 0) lies, and its place
    /// among the values of the step.
    pub(crate) fn find(counts: &[u32], place: u64) -> (usize, u64) {
        let mut left = place;
        for (step, count) in counts.iter().enumerate() {
            let count = u64::from(*count);
            if left < count {
                return (step, left);
            }
            left -= count;
        }
        (counts.len().saturating_sub(1), 0)
    }
}
