//! Surveys whose file carries replicate weights instead of the design.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::design::bad_weight;
use crate::error::{Error, Fault, Problem};
use crate::number::{MAX_ROWS, id, real};
use crate::replication::{Replication, Rule};
use crate::survey::{Engine, Survey};

/// How replicate weights were made, which tells their scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Jackknife of an unstratified design: scale (R − 1) / R.
    Jk1,
    /// Jackknife of a stratified design: scale 1; the scale of each replicate
    /// must be given.
    Jkn,
    /// Balanced half samples, with Fay's coefficient ρ (0 is plain BRR): scale
    /// 1 / (R (1 − ρ)²).
    Brr {
        /// Fay's ρ, from 0 to below 1.
        fay: f64,
    },
    /// Bootstrap: scale 1 / (R − 1).
    Bootstrap,
    /// Anything else: the scale must be given.
    Other,
}

/// Replicate weights given by the user.
///
/// Each column holds whole weights, as files usually do, or factors of the
/// weights ([`Replicates::combined`]). The variance is
/// `scale · Σ rscales · (replicate − centre)²`; the centre is the mean of the
/// replicates, or the full estimate with [`Replicates::mse`].
#[derive(Clone, Debug)]
pub struct Replicates<'a> {
    weights: &'a [f64],
    columns: Vec<&'a [f64]>,
    kind: Kind,
    scale: Option<f64>,
    rscales: Option<Vec<f64>>,
    mse: bool,
    combined: bool,
}

impl<'a> Replicates<'a> {
    /// Replicate weights of a kind, one column a replicate.
    #[must_use]
    pub fn new(weights: &'a [f64], columns: Vec<&'a [f64]>, kind: Kind) -> Self {
        Self { weights, columns, kind, scale: None, rscales: None, mse: false, combined: true }
    }

    /// The scale of the sum of squares, in place of the kind's.
    #[must_use]
    pub fn scale(mut self, scale: f64) -> Self {
        self.scale = Some(scale);
        self
    }

    /// The scale of each replicate; all one unless given.
    #[must_use]
    pub fn rscales(mut self, rscales: Vec<f64>) -> Self {
        self.rscales = Some(rscales);
        self
    }

    /// Whether deviations are from the full estimate.
    #[must_use]
    pub fn mse(mut self, mse: bool) -> Self {
        self.mse = mse;
        self
    }

    /// Whether the columns hold whole weights, as they do unless this says
    /// `false`; then they hold what the weights are multiplied by.
    #[must_use]
    pub fn combined(mut self, combined: bool) -> Self {
        self.combined = combined;
        self
    }

    fn rule(&self) -> Result<Rule, Problem> {
        let count = self.columns.len();
        let refuse = |what: &str| Problem::WrongDesign { what: what.to_owned() };
        if count < 2 {
            return Err(refuse("replicate weights need at least two columns"));
        }
        let replicates = real(count);
        let scale = match self.kind {
            Kind::Jk1 => (replicates - 1.0) / replicates,
            Kind::Jkn => {
                if self.rscales.is_none() {
                    return Err(refuse("JKn weights need the scale of each replicate, (n - 1) / n of its stratum"));
                }
                1.0
            }
            Kind::Brr { fay } if (0.0..1.0).contains(&fay) => 1.0 / (replicates * (1.0 - fay).powi(2)),
            Kind::Brr { fay } => {
                return Err(Problem::OutOfRange { value: fay.to_string(), allowed: "0 to below 1".to_owned() });
            }
            Kind::Bootstrap => 1.0 / (replicates - 1.0),
            Kind::Other => match self.scale {
                Some(scale) => scale,
                None => return Err(refuse("replicate weights of another kind need their scale")),
            },
        };
        let rscales = self.rscales.clone().unwrap_or_else(|| vec![1.0; count]);
        if rscales.len() != count {
            let column = "the scales of the replicates".to_owned();
            return Err(Problem::WrongLength { column, found: rscales.len(), expected: count });
        }
        let scale = self.scale.unwrap_or(scale);
        for value in rscales.iter().chain([&scale]) {
            if !value.is_finite() || *value < 0.0 {
                let allowed = "a scale from 0 on".to_owned();
                return Err(Problem::OutOfRange { value: value.to_string(), allowed });
            }
        }
        Ok(Rule { scale, rscales, mse: self.mse })
    }

    fn check(&self) -> Result<(), Error> {
        let rows = self.weights.len();
        if rows == 0 {
            return Err(Problem::NoRespondents { what: "in the survey".to_owned() }.into());
        }
        if rows >= MAX_ROWS {
            return Err(Problem::TooLarge { what: "the survey".to_owned(), limit: format!("{MAX_ROWS} rows") }.into());
        }
        for (place, column) in self.columns.iter().enumerate() {
            crate::by::same_length(&format!("replicate {}", place + 1), column.len(), rows)?;
        }
        let mut faults: Vec<Fault> = Vec::new();
        for (row, weight) in self.weights.iter().enumerate() {
            faults.extend(bad_weight(*weight).map(|problem| problem.in_row(row)));
            for (place, column) in self.columns.iter().enumerate() {
                // A unit that a replicate leaves out weighs nothing there.
                if !(column[row].is_finite() && column[row] >= 0.0) {
                    let what = format!("replicate {} is {} and must be at least zero", place + 1, column[row]);
                    faults.push(Problem::BadWeight { what }.in_row(row));
                }
            }
        }
        Error::check(faults)
    }
}

impl Survey {
    /// A survey whose variances come from replicate weights.
    ///
    /// # Errors
    /// All faults with their rows: `wrong-length`, `bad-weight` (missing, a full
    /// weight not above zero, a replicate weight below zero), `wrong-design`
    /// where a scale is needed, `out-of-range`, `no-respondents`.
    pub fn from_replicates(replicates: &Replicates<'_>) -> Result<Self, Error> {
        let rule = replicates.rule()?;
        replicates.check()?;
        let rows = replicates.weights.len();
        let count = replicates.columns.len();
        let mut factors = Vec::new();
        let mut leaf_of_row = Vec::with_capacity(rows);
        let mut leaves: FxHashMap<Vec<u64>, u32> = FxHashMap::default();
        let mut units: FxHashMap<Vec<i64>, u32> = FxHashMap::default();
        let mut unit_of_leaf: Vec<u32> = Vec::new();
        for (row, weight) in replicates.weights.iter().enumerate() {
            let over = if replicates.combined { *weight } else { 1.0 };
            let line: Vec<f64> = replicates.columns.iter().map(|column| column[row] / over).collect();
            let bits = line.iter().map(|factor| factor.to_bits()).collect();
            let next = id(unit_of_leaf.len());
            let leaf = *leaves.entry(bits).or_insert(next);
            if leaf == next {
                let fresh = id(units.len());
                unit_of_leaf.push(*units.entry(line.iter().map(|factor| coarse(*factor)).collect()).or_insert(fresh));
                factors.extend(line);
            }
            leaf_of_row.push(leaf);
        }
        debug_assert_eq!(factors.len(), unit_of_leaf.len() * count, "one factor a leaf and replicate");
        let strata = vec![0; units.len()];
        let replication = Replication::new(rule, leaf_of_row, factors, unit_of_leaf, strata);
        Ok(Self::from_parts(Arc::new(()), replicates.weights.to_vec(), Engine::Replicate(replication)))
    }
}

/// A factor to three decimals: rows of one sampled unit move together, but
/// for the rounding of printed weights.
#[allow(clippy::cast_possible_truncation, reason = "beyond the range the factor saturates, which is good enough")]
fn coarse(factor: f64) -> i64 {
    (factor * 1e3).round() as i64
}
