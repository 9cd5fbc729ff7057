//! Replicate weights inside a survey, and the variance they give.

use std::sync::OnceLock;

use crate::matrix::rank;
use crate::number::{id, negligible, real};

/// Replicate factors by leaf: the weight of a row in a replicate is its weight
/// times the factor of its leaf.
#[derive(Debug)]
pub(crate) struct Replication {
    pub(crate) rule: Rule,
    pub(crate) leaf_of_row: Vec<u32>,
    /// Factors leaf by leaf, one a replicate.
    pub(crate) factors: Vec<f64>,
    /// The sampled unit each leaf belongs to, and its stratum.
    pub(crate) unit_of_leaf: Vec<u32>,
    pub(crate) stratum_of_unit: Vec<u32>,
    pub(crate) calibrated: bool,
    df: OnceLock<f64>,
}

/// How estimates of replicates become a variance, in R survey's conventions.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) scale: f64,
    pub(crate) rscales: Vec<f64>,
    /// Whether deviations are from the full estimate rather than from the mean
    /// of the replicates.
    pub(crate) mse: bool,
}

impl Replication {
    pub(crate) fn new(
        rule: Rule,
        leaf_of_row: Vec<u32>,
        factors: Vec<f64>,
        unit_of_leaf: Vec<u32>,
        stratum_of_unit: Vec<u32>,
    ) -> Self {
        Self { rule, leaf_of_row, factors, unit_of_leaf, stratum_of_unit, calibrated: false, df: OnceLock::new() }
    }

    /// The same replicates with factors row by row, after a calibration.
    /// Degrees of freedom are counted anew, unless `keep_df`.
    pub(crate) fn calibrated(&self, factors: Vec<f64>, keep_df: bool) -> Self {
        let unit_of_leaf = self.leaf_of_row.iter().map(|leaf| self.unit(*leaf)).collect();
        let rows = (0..self.leaf_of_row.len()).map(id).collect();
        let mut new = Self::new(self.rule.clone(), rows, factors, unit_of_leaf, self.stratum_of_unit.clone());
        new.calibrated = true;
        if keep_df {
            new.df = OnceLock::from(self.df());
        }
        new
    }

    pub(crate) fn leaf_of_row(&self) -> &[u32] {
        &self.leaf_of_row
    }

    pub(crate) fn unit(&self, leaf: u32) -> u32 {
        self.unit_of_leaf[leaf as usize]
    }

    pub(crate) fn stratum(&self, unit: u32) -> u32 {
        self.stratum_of_unit.get(unit as usize).copied().unwrap_or(0)
    }

    pub(crate) fn replicates(&self) -> usize {
        self.rule.rscales.len()
    }

    pub(crate) fn is_calibrated(&self) -> bool {
        self.calibrated
    }

    /// Whether the replicates say that everything was drawn.
    pub(crate) fn is_census(&self) -> bool {
        negligible(self.rule.scale, 1.0) || self.rule.rscales.iter().all(|scale| negligible(*scale, 1.0))
    }

    /// The rank of the replicate weights less one, as R survey counts.
    pub(crate) fn df(&self) -> f64 {
        *self.df.get_or_init(|| self.rank_less_one(self.factors.chunks_exact(self.replicates().max(1))))
    }

    /// The same for a domain that has rows in these leaves.
    pub(crate) fn df_of(&self, leaves: &[u32]) -> f64 {
        let count = self.replicates();
        self.rank_less_one(leaves.iter().map(|leaf| &self.factors[*leaf as usize * count..][..count]))
    }

    fn rank_less_one<'f>(&self, factors: impl Iterator<Item = &'f [f64]>) -> f64 {
        let mut seen = std::collections::BTreeSet::new();
        let lines: Vec<&[f64]> = factors
            .filter(|line| seen.insert(line.iter().map(|factor| factor.to_bits()).collect::<Vec<u64>>()))
            .collect();
        let columns = (0..self.replicates()).map(|replicate| lines.iter().map(|line| line[replicate]).collect());
        real(rank(columns).saturating_sub(1))
    }

    /// The estimate in each replicate, from sums of weighted numerators and
    /// denominators by leaf.
    pub(crate) fn values(&self, leaves: &[(u32, f64, f64)], total: bool) -> Vec<f64> {
        let count = self.replicates();
        let mut numerators = vec![0.0; count];
        let mut denominators = vec![0.0; count];
        let mut size = 0.0;
        for (leaf, numerator, denominator) in leaves {
            let at = *leaf as usize * count;
            size += denominator.abs();
            let sums = numerators.iter_mut().zip(&mut denominators);
            for ((up, down), factor) in sums.zip(&self.factors[at..at + count]) {
                *up += factor * numerator;
                *down += factor * denominator;
            }
        }
        if total {
            return numerators;
        }
        let quotient = |(up, down): (f64, f64)| if negligible(down, size) { f64::NAN } else { up / down };
        numerators.into_iter().zip(denominators).map(quotient).collect()
    }

    /// The variance of an estimate whose replicates are given.
    pub(crate) fn variance(&self, values: &[f64], estimate: f64) -> f64 {
        let known = || values.iter().zip(&self.rule.rscales).filter(|(value, _)| value.is_finite());
        let centre = if self.rule.mse {
            estimate
        } else {
            let counted = known().filter(|(_, scale)| **scale > 0.0);
            let (sum, count) = counted.fold((0.0, 0), |(sum, count), (value, _)| (sum + value, count + 1));
            if count == 0 && !self.is_census() {
                return f64::NAN;
            }
            if count == 0 { estimate } else { sum / real(count) }
        };
        self.rule.scale * known().map(|(value, scale)| scale * (value - centre).powi(2)).sum::<f64>()
    }
}
