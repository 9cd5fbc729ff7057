//! Critical values from a covariance, over a table of all pairs.

use crate::matrix::Factor;
use crate::rank_sets::draws::{in_threads, normal};
use crate::rank_sets::{RankOptions, needed, upper_quantile};

pub(crate) struct Dependent<'a> {
    estimates: &'a [f64],
    factor: Factor,
    /// The standard error of each difference.
    se: Vec<f64>,
}

impl<'a> Dependent<'a> {
    pub(crate) fn new(estimates: &'a [f64], covariance: &[f64]) -> Self {
        let units = estimates.len();
        let of = |first: usize, second: usize| covariance[first * units + second];
        let difference = |first: usize, second: usize| {
            let sum = of(first, first) + of(second, second);
            let variance = sum - 2.0 * of(first, second);
            if variance > 1e-14 * sum { variance.sqrt() } else { 0.0 }
        };
        let se = (0..units).flat_map(|first| (0..units).map(move |second| difference(first, second))).collect();
        Self { estimates, factor: Factor::new(covariance, units), se }
    }

    /// Whether the matrix can be a covariance: no combination has a variance below zero.
    pub(crate) fn is_sound(&self) -> bool {
        self.factor.defect() <= 1e-5
    }

    pub(crate) fn is_larger(&self, first: usize, second: usize, bound: f64) -> bool {
        let difference = self.estimates[first] - self.estimates[second];
        let se = self.se[first * self.estimates.len() + second];
        // A difference known exactly is larger whatever the bound.
        first != second && difference > 0.0 && (se <= 0.0 || difference > bound * se)
    }

    /// One critical value for all units, or one for each.
    pub(crate) fn bounds(&self, options: &RankOptions) -> Vec<f64> {
        let units = self.estimates.len();
        let sets = if options.simultaneous { 1 } else { units };
        let mut bounds = vec![f64::INFINITY; sets.min(units)];
        let mut active: Vec<bool> = vec![true; bounds.len()];
        let mut rejected = vec![0; bounds.len()];
        while active.iter().any(|active| *active) {
            let maxima = in_threads(options.draws, |range| {
                let (mut independent, mut values) = (vec![0.0; units], vec![0.0; units]);
                let draw = |number| {
                    normal(options.seed, number, &mut independent);
                    self.factor.spread(&independent, &mut values);
                    self.maxima(&values, &bounds, &active)
                };
                range.map(draw).collect()
            });
            for set in 0..bounds.len() {
                if !active[set] {
                    continue;
                }
                let mut values: Vec<f64> = maxima.iter().map(|maxima| maxima[set]).collect();
                values.sort_unstable_by(f64::total_cmp);
                let from = values.len() - needed(options.draws, options.coverage);
                let bound = upper_quantile(&mut values[from..], options.draws, options.coverage).min(bounds[set]);
                bounds[set] = bound;
                let count = self.count(set, bounds.len() == 1, bound);
                active[set] = count != rejected[set];
                rejected[set] = count;
            }
        }
        bounds
    }

    fn count(&self, set: usize, all: bool, bound: f64) -> usize {
        let units = 0..self.estimates.len();
        let apart = |first: usize, second: usize| usize::from(self.is_larger(first, second, bound));
        if all {
            return units.clone().map(|first| units.clone().map(|second| apart(first, second)).sum::<usize>()).sum();
        }
        units.map(|other| apart(set, other) + apart(other, set)).sum()
    }

    /// The largest standardised difference in play, over all pairs or over those
    /// of each unit.
    fn maxima(&self, values: &[f64], bounds: &[f64], active: &[bool]) -> Vec<f64> {
        let units = values.len();
        let mut maxima = vec![0.0; bounds.len()];
        for first in 0..units {
            for second in 0..units {
                let se = self.se[first * units + second];
                if first == second || se <= 0.0 {
                    continue;
                }
                let value = (values[first] - values[second]) / se;
                let sets = if bounds.len() == 1 { [0, 0] } else { [first, second] };
                for set in sets {
                    if active[set] && value > maxima[set] && !self.is_larger(first, second, bounds[set]) {
                        maxima[set] = value;
                    }
                }
            }
        }
        maxima
    }
}
