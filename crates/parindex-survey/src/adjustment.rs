//! What a calibration takes away from the linearised residuals.
//!
//! Each calibration fits the residuals on its own classes or columns and keeps
//! the rest, as R survey's `svyrecvar` does. Everything is linear, so a fit
//! needs only a few moments of the residuals and a table of sums by unit,
//! made once.

use std::sync::Arc;

use crate::matrix::Factor;
use crate::number::{id, real};

/// A calibration, as the variance sees it.
#[derive(Debug)]
pub(crate) struct Adjustment {
    basis: Basis,
    /// Turns the weighted residual of a row into a moment.
    ratio: Vec<f64>,
    /// The weights after this calibration.
    weights: Vec<f64>,
    /// Sums of the weighted basis by leaf.
    leaf_sums: Vec<f64>,
    solver: Solver,
    /// For each earlier calibration, what its fit takes from the moments.
    cross: Vec<Vec<f64>>,
}

/// The columns residuals are fitted on.
#[derive(Debug)]
pub(crate) enum Basis {
    /// Indicators of classes.
    Classes(Vec<u32>, usize),
    /// Columns, row by row.
    Columns(Vec<f64>, usize),
}

#[derive(Debug)]
pub(crate) enum Solver {
    /// Means by class: the sum of weights in each.
    Means(Vec<f64>),
    /// Unweighted means taken away margin by margin, ten times over: rows in
    /// each joint class, and for each margin the class each belongs to.
    Sweeps(Vec<f64>, Vec<Vec<u32>>),
    /// Regression.
    Regression(Factor),
}

impl Basis {
    pub(crate) fn width(&self) -> usize {
        match self {
            Self::Classes(_, width) | Self::Columns(_, width) => *width,
        }
    }

    /// Adds `weight` times the row to `sums`.
    #[inline]
    fn add(&self, row: usize, weight: f64, sums: &mut [f64]) {
        match self {
            Self::Classes(classes, _) => sums[classes[row] as usize] += weight,
            Self::Columns(columns, width) => {
                let line = &columns[row * width..(row + 1) * width];
                sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += weight * value);
            }
        }
    }
}

impl Adjustment {
    /// A calibration to `weights`, whose residuals weigh `inner` in the fit.
    pub(crate) fn new(
        basis: Basis,
        solver: Solver,
        inner: &[f64],
        weights: &[f64],
        leaf_of_row: &[u32],
        leaves: usize,
        earlier: &[Arc<Self>],
    ) -> Self {
        let width = basis.width();
        // Bounds may leave a row no weight; it has no residual to fit.
        let over = |(inner, weight): (&f64, &f64)| if weight.abs() > 0.0 { inner / weight } else { 0.0 };
        let ratio: Vec<f64> = inner.iter().zip(weights).map(over).collect();
        let mut leaf_sums = vec![0.0; leaves * width];
        let mut cross: Vec<Vec<f64>> = earlier.iter().map(|other| vec![0.0; width * other.width()]).collect();
        for (row, (leaf, weight)) in leaf_of_row.iter().zip(weights).enumerate() {
            let at = *leaf as usize * width;
            basis.add(row, *weight, &mut leaf_sums[at..at + width]);
            for (other, table) in earlier.iter().zip(&mut cross) {
                let mut here = vec![0.0; other.width()];
                other.basis.add(row, ratio[row] * other.weights[row], &mut here);
                for (place, value) in here.iter().enumerate().filter(|(_, value)| value.abs() > 0.0) {
                    basis.add(row, *value, &mut table[place * width..(place + 1) * width]);
                }
            }
        }
        Self { basis, ratio, weights: weights.to_vec(), leaf_sums, solver, cross }
    }

    pub(crate) fn width(&self) -> usize {
        self.basis.width()
    }

    /// Adds the weighted residual of a row to the moments.
    #[inline]
    pub(crate) fn collect(&self, row: usize, residual: f64, moments: &mut [f64]) {
        self.basis.add(row, self.ratio[row] * residual, moments);
    }

    /// The columns of the weighted basis: leaf, column and sum, where there is one.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (u32, usize, f64)> {
        let lines = self.leaf_sums.chunks_exact(self.width()).enumerate();
        let cells = lines.flat_map(|(leaf, line)| line.iter().enumerate().map(move |(at, sum)| (id(leaf), at, *sum)));
        cells.filter(|(_, _, sum)| sum.abs() > 0.0)
    }

    /// Takes the fit away from residuals summed by leaf.
    pub(crate) fn subtract(&self, fit: &[f64], leaves: &mut [f64]) {
        for (leaf, sums) in leaves.iter_mut().zip(self.leaf_sums.chunks_exact(self.width())) {
            *leaf -= sums.iter().zip(fit).map(|(sum, fit)| sum * fit).sum::<f64>();
        }
    }

    fn solve(&self, moments: &mut [f64]) {
        match &self.solver {
            Solver::Means(over) => moments.iter_mut().zip(over).for_each(|(moment, over)| *moment /= over),
            Solver::Sweeps(rows, margins) => {
                let fit = swept(moments, rows, margins);
                moments.copy_from_slice(&fit);
            }
            Solver::Regression(factor) => factor.solve(moments),
        }
    }
}

/// From moments to coefficients, calibration after calibration, in their place.
pub(crate) fn fit(adjustments: &[Arc<Adjustment>], moments: &mut [Vec<f64>]) {
    for (place, adjustment) in adjustments.iter().enumerate() {
        let (earlier, later) = moments.split_at_mut(place);
        let Some(own) = later.first_mut() else { return };
        let width = adjustment.width();
        for (table, fit) in adjustment.cross.iter().zip(earlier.iter()) {
            for (line, coefficient) in table.chunks_exact(width).zip(fit) {
                own.iter_mut().zip(line).for_each(|(moment, value)| *moment -= coefficient * value);
            }
        }
        adjustment.solve(own);
    }
}

/// What ten sweeps over the margins take from the rows of each joint class.
fn swept(moments: &[f64], rows: &[f64], margins: &[Vec<u32>]) -> Vec<f64> {
    let mut left = moments.to_vec();
    let mut taken = vec![0.0; moments.len()];
    for _ in 0..10 {
        for margin in margins {
            let classes = margin.iter().max().map_or(0, |last| *last as usize + 1);
            let mut sums = vec![(0.0, 0.0); classes];
            for (joint, class) in margin.iter().enumerate() {
                sums[*class as usize].0 += left[joint];
                sums[*class as usize].1 += rows[joint];
            }
            for (joint, class) in margin.iter().enumerate() {
                let (sum, count) = sums[*class as usize];
                let mean = sum / count;
                left[joint] -= rows[joint] * mean;
                taken[joint] += mean;
            }
        }
    }
    taken
}

/// The joint classes of several margins: the class of each row, rows in each,
/// and for each margin the class each joint class belongs to.
pub(crate) fn joint(margins: &[&[u32]], rows: usize) -> (Vec<u32>, Vec<f64>, Vec<Vec<u32>>) {
    let mut seen = std::collections::BTreeMap::new();
    let key = |row: usize| margins.iter().map(|margin| margin[row]).collect::<Vec<u32>>();
    for row in 0..rows {
        *seen.entry(key(row)).or_insert(0) += 1;
    }
    let places: std::collections::BTreeMap<&Vec<u32>, u32> =
        seen.keys().enumerate().map(|(place, key)| (key, id(place))).collect();
    let classes = (0..rows).map(|row| places[&key(row)]).collect();
    let of_margin = (0..margins.len()).map(|margin| seen.keys().map(|key| key[margin]).collect()).collect();
    (classes, seen.values().map(|count| real(*count)).collect(), of_margin)
}
