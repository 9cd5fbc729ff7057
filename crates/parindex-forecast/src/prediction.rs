//! What a model says of the years to come: a mixture of shocks about means.

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
}
