//! What a model says of the years to come: a mixture of shocks about means.

use std::sync::Arc;

use crate::normal::Tails;

/// Standardised scores of all units over the years ahead, jointly.
///
/// A draw takes one component; in it, units are independent, and a unit's years
/// are normal (or heavier tailed) with the component's mean and factor. What the
/// model is unsure of for all units at once differs between components.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// How many years ahead.
    pub(crate) ahead: usize,
    /// Components with weights above zero that add up to 1.
    pub(crate) components: Vec<Component>,
}

#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) weight: f64,
    pub(crate) tails: Tails,
    /// Unit after unit, the years of each.
    pub(crate) mean: Vec<f64>,
    /// Unit after unit, the rows of a lower triangle whose product with its
    /// transpose is the covariance of the unit's years.
    pub(crate) factor: Vec<f64>,
    /// What units of a region share, beside their own.
    pub(crate) regional: Option<Arc<Regional>>,
}

/// Shocks that all units of a region share.
#[derive(Debug)]
pub(crate) struct Regional {
    /// Each unit's region.
    pub(crate) of_unit: Vec<usize>,
    /// Region after region, lower triangles as those of units.
    pub(crate) factor: Vec<f64>,
}

/// How many numbers a lower triangle of this size has.
pub(crate) const fn triangle(size: usize) -> usize {
    size * (size + 1) / 2
}

impl Prediction {
    /// The prediction with components of tiny weight left out, and weights that add up to 1.
    pub(crate) fn new(ahead: usize, mut components: Vec<Component>) -> Self {
        /// Too light to be drawn ten times in 100,000.
        const LIGHT: f64 = 1e-4;
        let total: f64 = components.iter().map(|component| component.weight).sum();
        components.retain(|component| component.weight > LIGHT * total);
        let kept: f64 = components.iter().map(|component| component.weight).sum();
        for component in &mut components {
            component.weight /= kept;
        }
        Self { ahead, components }
    }

    /// Several predictions, each with a weight, as one.
    pub(crate) fn mixture(parts: Vec<(f64, Self)>) -> Self {
        let ahead = parts.first().map_or(1, |(_, part)| part.ahead);
        let weighted = |(weight, part): (f64, Self)| {
            part.components
                .into_iter()
                .map(move |component| Component { weight: component.weight * weight, ..component })
        };
        Self::new(ahead, parts.into_iter().flat_map(weighted).collect())
    }

    /// The component at `share` of the way through the weights.
    pub(crate) fn at(&self, share: f64) -> &Component {
        let mut left = share;
        for component in &self.components {
            left -= component.weight;
            if left < 0.0 {
                return component;
            }
        }
        // Weights add up to 1 but for rounding.
        &self.components[self.components.len() - 1]
    }

    /// Means and factors of the mixture, unit after unit.
    pub(crate) fn moments(&self, units: usize) -> (Vec<f64>, Vec<f64>) {
        let ahead = self.ahead;
        let (mut means, mut factors) = (Vec::with_capacity(units * ahead), Vec::with_capacity(units * triangle(ahead)));
        for unit in 0..units {
            let mut mean = vec![0.0; ahead];
            let mut square = vec![0.0; ahead * ahead];
            for component in &self.components {
                let own = &component.mean[unit * ahead..(unit + 1) * ahead];
                let factor = &component.factor[unit * triangle(ahead)..(unit + 1) * triangle(ahead)];
                for row in 0..ahead {
                    mean[row] += component.weight * own[row];
                    for column in 0..ahead {
                        let shared: f64 = (0..=row.min(column))
                            .map(|place| factor[triangle(row) + place] * factor[triangle(column) + place])
                            .sum();
                        square[row * ahead + column] += component.weight * (shared + own[row] * own[column]);
                    }
                }
            }
            for row in 0..ahead {
                for column in 0..ahead {
                    square[row * ahead + column] -= mean[row] * mean[column];
                }
            }
            factors.extend(cholesky(&square, ahead));
            means.extend(mean);
        }
        (means, factors)
    }
}

/// The lower triangle whose product with its transpose is `matrix`, given by rows.
pub(crate) fn cholesky(matrix: &[f64], size: usize) -> Vec<f64> {
    let mut factor = vec![0.0; triangle(size)];
    for row in 0..size {
        for column in 0..=row {
            let (start, other) = (triangle(row), triangle(column));
            let done: f64 = (0..column).map(|before| factor[start + before] * factor[other + before]).sum();
            let left = matrix[row * size + column] - done;
            factor[start + column] = if row == column { left.max(1e-12).sqrt() } else { left / factor[other + column] };
        }
    }
    factor
}
