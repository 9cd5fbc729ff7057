//! Covariances of estimates of one survey.

use std::sync::Arc;

use crate::adjustment::Adjustment;
use crate::contrast::contrast;
use crate::error::{Error, Problem};
use crate::estimate::{Estimate, Parts, Score};
use crate::number::{check_table, id};
use crate::replication::Replication;
use crate::survey::Engine;
use crate::tree::{Part, Tree};

/// The covariance of estimates of one survey, row by row: `n × n` numbers in
/// the square of the estimates' unit.
///
/// # Errors
/// `not-estimable` naming estimates without a standard error, `mixed-surveys`
/// for estimates of different surveys, `too-large` for more than 8,192.
pub fn covariance(estimates: &[&Estimate]) -> Result<Vec<f64>, Error> {
    let count = estimates.len();
    check_table("the covariance", count, count)?;
    let scores = scores(estimates)?;
    let Some(first) = scores.first() else { return Ok(Vec::new()) };
    let mut matrix = match &first.core.engine {
        Engine::Linear { tree, adjustments } if tree.is_quadratic() => linear(tree, adjustments, &scores),
        Engine::Linear { .. } => pairwise(estimates)?,
        Engine::Replicate(replication) => replicated(replication, estimates, &scores),
    };
    for (row, estimate) in estimates.iter().enumerate() {
        matrix[row * count + row] = estimate.variance().unwrap_or(f64::NAN);
    }
    Ok(matrix)
}

/// Whether estimates of one survey are independent for certain: linearised, not
/// calibrated, and no two have a part in one sampled unit or a stratum.
pub(crate) fn are_independent(estimates: &[&Estimate]) -> bool {
    let Ok(scores) = scores(estimates) else { return false };
    match scores.first().map(|score| &score.core.engine) {
        None => true,
        Some(Engine::Linear { tree, adjustments }) => {
            adjustments.is_empty() && tree.is_quadratic() && tree.are_apart(parts(&scores))
        }
        Some(Engine::Replicate(_)) => false,
    }
}

fn scores<'e>(estimates: &[&'e Estimate]) -> Result<Vec<&'e Score>, Error> {
    let lacking = estimates.iter().filter(|estimate| estimate.se.is_none() || estimate.score.is_none());
    let name = |group: &str| if group.is_empty() { "an estimate".to_owned() } else { format!("`{group}`") };
    Error::check(lacking.map(|estimate| Problem::NotEstimable { what: name(&estimate.group) }.into()))?;
    let scores: Vec<&Score> = estimates.iter().filter_map(|estimate| estimate.score.as_ref()).collect();
    if scores.windows(2).any(|pair| !Arc::ptr_eq(&pair[0].core, &pair[1].core)) {
        return Err(Problem::MixedSurveys.into());
    }
    Ok(scores)
}

fn parts(scores: &[&Score]) -> Vec<Part> {
    let of_score = |(total, score): (usize, &&Score)| {
        let leaves = score.parts.leaves().to_vec();
        leaves.into_iter().map(move |(unit, value)| Part { unit, total: id(total), value })
    };
    scores.iter().enumerate().flat_map(of_score).collect()
}

/// From sums by sampled unit. What a calibration takes away is a combination of
/// its columns, so that these stand beside the estimates as further totals.
fn linear(tree: &Tree, adjustments: &[Arc<Adjustment>], scores: &[&Score]) -> Vec<f64> {
    let count = scores.len();
    let mut all = parts(scores);
    let mut width = count;
    for adjustment in adjustments {
        all.extend(adjustment.columns().map(|(unit, column, value)| Part { unit, total: id(width + column), value }));
        width += adjustment.width();
    }
    let wide = tree.covariances(all, width);
    let taken: Vec<Vec<f64>> = scores
        .iter()
        .map(|score| match &score.parts {
            Parts::Linear { fits, .. } => fits.concat(),
            Parts::Replicates { .. } => Vec::new(),
        })
        .collect();
    // The row of an estimate less its fit, first on one side and then on the other.
    let left: Vec<Vec<f64>> = (0..count)
        .map(|row| {
            let mut line = wide[row * width..(row + 1) * width].to_vec();
            for (column, fit) in taken[row].iter().enumerate() {
                let from = &wide[(count + column) * width..][..width];
                line.iter_mut().zip(from).for_each(|(value, from)| *value -= fit * from);
            }
            line
        })
        .collect();
    let both = |line: &[f64], column: usize| {
        line[column] - taken[column].iter().zip(&line[count..]).map(|(fit, value)| fit * value).sum::<f64>()
    };
    // Rounding differs from side to side, and a covariance does not.
    let middle = |row: usize, column: usize| f64::midpoint(both(&left[row], column), both(&left[column], row));
    (0..count)
        .flat_map(|row| (0..count).map(move |column| (row, column)))
        .map(|(row, column)| middle(row, column))
        .collect()
}

/// From the estimates in each replicate.
fn replicated(replication: &Replication, estimates: &[&Estimate], scores: &[&Score]) -> Vec<f64> {
    let values = |place: usize| match &scores[place].parts {
        Parts::Replicates { values, .. } => values.as_slice(),
        Parts::Linear { .. } => &[],
    };
    let estimate = |place: usize| estimates[place].estimate.unwrap_or(f64::NAN);
    symmetric(scores.len(), |one, two| {
        let both = |sign: f64| {
            let sum: Vec<f64> = values(one).iter().zip(values(two)).map(|(one, two)| one + sign * two).collect();
            replication.variance(&sum, estimate(one) + sign * estimate(two))
        };
        // Of replicates that have both.
        Ok((both(1.0) - both(-1.0)) / 4.0)
    })
    .unwrap_or_default()
}

/// From the variance of each sum and difference of two.
fn pairwise(estimates: &[&Estimate]) -> Result<Vec<f64>, Error> {
    symmetric(estimates.len(), |one, two| {
        let both = |sign: f64| -> Result<f64, Error> {
            Ok(contrast(&[(1.0, estimates[one]), (sign, estimates[two])])?.variance().unwrap_or(0.0))
        };
        Ok((both(1.0)? - both(-1.0)?) / 4.0)
    })
}

/// A symmetric matrix from its lower half; the diagonal is left out.
fn symmetric(count: usize, of: impl Fn(usize, usize) -> Result<f64, Error>) -> Result<Vec<f64>, Error> {
    let mut matrix = vec![0.0; count * count];
    for row in 0..count {
        for column in 0..row {
            let value = of(row, column)?;
            matrix[row * count + column] = value;
            matrix[column * count + row] = value;
        }
    }
    Ok(matrix)
}
