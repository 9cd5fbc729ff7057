//! Shares of a variance from pairs of points that share some inputs.

use crate::normal;
use crate::number::real;

/// An estimated share of a variance. It lies between 0 and 1; its estimate can fall
/// a little outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// The estimate.
    pub value: f64,
    /// Where the share lies with the confidence asked for. Nothing where no sample
    /// moved: what never happened has no known error.
    pub interval: Option<(f64, f64)>,
}

/// What one input, or one group of inputs, does to an output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indices {
    /// The share of the variance that is the input's own doing; nothing where the
    /// output does not vary.
    pub first: Option<Index>,
    /// The share of the variance that the input takes part in; nothing where the
    /// output does not vary.
    pub total: Option<Index>,
    /// Samples that count.
    pub samples: usize,
    /// Samples left out because one of their four evaluations failed.
    pub failures: usize,
}

/// The output at four points: at two independent ones, and at each of them with one
/// input taken from the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quad {
    pub(crate) one: f64,
    pub(crate) two: f64,
    pub(crate) one_moved: f64,
    pub(crate) two_moved: f64,
}

/// Sums over samples of one input.
///
/// With outputs a and b at two independent points, and a′ and b′ where they have
/// exchanged the input, (b′ − b)(a − a′) has the mean 2 V first, (a − a′)² the mean
/// 2 V total and (a − b)² the mean 2 V. All are differences, so that many inputs of
/// small effect are told apart without the noise of the whole.
/// Source: Azzini, Mara and Rosati (2021), *Comparison of two sets of Monte Carlo
/// estimators of Sobol' indices*, Environmental Modelling & Software 144; the total
/// is Jansen's (1999), of both points.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    samples: usize,
    failures: usize,
    first: Products,
    total: Products,
    spread: f64,
    spread_squared: f64,
}

/// Sums of a number, of its square and of its product with the spread.
#[derive(Clone, Copy, Debug, Default)]
struct Products {
    sum: f64,
    squared: f64,
    by_spread: f64,
}

impl Products {
    fn add(&mut self, value: f64, spread: f64) {
        self.sum += value;
        self.squared += value * value;
        self.by_spread += value * spread;
    }

    fn merge(&mut self, other: Self) {
        self.sum += other.sum;
        self.squared += other.squared;
        self.by_spread += other.by_spread;
    }
}

impl Sums {
    /// Takes in a sample; one that is not finite is counted apart.
    pub(crate) fn add(&mut self, Quad { one, two, one_moved, two_moved }: Quad) {
        if !(one.is_finite() && two.is_finite() && one_moved.is_finite() && two_moved.is_finite()) {
            self.failures += 1;
            return;
        }
        self.samples += 1;
        let spread = (one - two).powi(2) + (two_moved - one_moved).powi(2);
        self.first.add(2.0 * (two_moved - two) * (one - one_moved), spread);
        self.total.add((two - two_moved).powi(2) + (one - one_moved).powi(2), spread);
        self.spread += spread;
        self.spread_squared += spread * spread;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.samples += other.samples;
        self.failures += other.failures;
        self.first.merge(other.first);
        self.total.merge(other.total);
        self.spread += other.spread;
        self.spread_squared += other.spread_squared;
    }

    pub(crate) fn indices(&self, confidence: f64) -> Indices {
        Indices {
            first: self.index(self.first, confidence),
            total: self.index(self.total, confidence),
            samples: self.samples,
            failures: self.failures,
        }
    }

    /// A ratio of means, with the interval of its linearisation.
    fn index(&self, products: Products, confidence: f64) -> Option<Index> {
        let value = products.sum / self.spread;
        // Nothing varies, or numbers were too large for their squares.
        if self.samples < 2 || self.spread <= 0.0 || !value.is_finite() {
            return None;
        }
        let count = real(self.samples);
        let residual = products.squared - 2.0 * value * products.by_spread + value * value * self.spread_squared;
        let se = (residual.max(0.0) * count / (count - 1.0)).sqrt() / self.spread;
        let reach = normal::quantile(f64::midpoint(1.0, confidence)) * se;
        let interval = (products.squared > 0.0 && reach.is_finite()).then_some((value - reach, value + reach));
        Some(Index { value, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// f = x + 2 y at (1, 0) and (0, 1): a = 1, b = 2. Exchanging x gives a′ = 0, b′ = 3.
    #[test]
    fn one_pair_of_samples_by_hand() {
        let mut sums = Sums::default();
        sums.add(Quad { one: 1.0, two: 2.0, one_moved: 0.0, two_moved: 3.0 });
        // f at (0, 0) and (1, 1): a = 0, b = 3; a′ = 1, b′ = 2.
        sums.add(Quad { one: 0.0, two: 3.0, one_moved: 1.0, two_moved: 2.0 });
        let indices = sums.indices(0.95);
        // Spreads 1 + 9 and 9 + 1; own 2 and 2; total 2 and 2.
        assert_eq!(indices.first.map(|index| index.value), Some(0.2));
        assert_eq!(indices.total.map(|index| index.value), Some(0.2));
    }

    #[test]
    fn what_is_not_finite_is_counted_and_what_does_not_vary_has_no_index() {
        let mut sums = Sums::default();
        for one in [1.0, 1.0, f64::NAN, f64::INFINITY] {
            sums.add(Quad { one, two: 1.0, one_moved: 1.0, two_moved: 1.0 });
        }
        let indices = sums.indices(0.95);
        assert_eq!((indices.samples, indices.failures), (2, 2));
        assert_eq!((indices.first, indices.total), (None, None));
    }
}
