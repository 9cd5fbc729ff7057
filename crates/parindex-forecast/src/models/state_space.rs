//! The hierarchical state-space model, averaged over what its parameters may be.

use crate::error::Error;
use crate::model::{Model, ModelKind, Predicted};
use crate::models::kernel::{Kernel, SHAPES, Table};
use crate::models::regions::Regions;
use crate::past::{Panel, Past};
use crate::prediction::{Component, Prediction};
use crate::reason::Reason;
use crate::watch::{Watch, map};

/// Unit level, common year, decaying shocks and observation noise.
///
/// The common year and its spread are taken out by standardising, so the shares
/// of level, shock and noise add up to 1. No parameter is estimated to a point:
/// each combination of a grid counts by how well it foresaw the past years, recent
/// ones more, and a draw takes one of them. The same grid says whether shocks are
/// normal or heavy tailed and what a new edition leaves.
///
/// Where every unit lies in a region of three or more, and nearly all are known in
/// every year, regions have states of their own beside those of their units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateSpace;

/// As many independent units a year is taken to be worth, at most. Persistence
/// differs between years by more than 63 units leave it uncertain: by about as
/// much as 12 would.
const WORTH: f64 = 12.0;
/// What a year counts beside the one after it.
const FORGETTING: f64 = 0.7;

/// The combinations, all as likely before anything is seen. Their mean
/// correlation of a year with the next is about 0.75, as rankings of provinces have.
fn grid(with_breaks: bool) -> Vec<Kernel> {
    let mut kernels = Vec::new();
    let kept: &[f64] = if with_breaks { &[1.0, 0.8, 0.6] } else { &[1.0] };
    for level in [0.0, 0.25, 0.5] {
        for persistence in [0.5, 0.7, 0.85, 0.95, 0.99] {
            for noise in [0.0, 0.15, 0.35] {
                for kept in kept {
                    kernels.push(Kernel { level, persistence, noise, kept: *kept });
                }
            }
        }
    }
    kernels
}

/// The grid, weighed by a panel.
pub(crate) struct Posterior {
    /// Each kernel, with the weights of the shapes its shocks may have.
    tables: Vec<(Table, [f64; 2])>,
    /// The mean over the grid of what was foreseen of each sight, unit after unit.
    pub(crate) foreseen: Vec<Vec<f64>>,
}

impl Posterior {
    pub(crate) fn new(past: &Past<'_>, panel: &Panel) -> Self {
        let known = past.known();
        let with_breaks = past.history.breaks_between(past.timeline[0], past.timeline[past.timeline.len() - 1]) > 0;
        let mut counts = vec![0.0; known];
        for sight in panel.iter().flat_map(|series| &series.sights) {
            counts[sight.at] += 1.0;
        }
        let worth: Vec<f64> = counts
            .iter()
            .enumerate()
            .map(|(at, count)| f64::min(1.0, WORTH / count) * FORGETTING.powf(past.gap(at, known) - 1.0))
            .collect();
        let weighed = map(&grid(with_breaks), |kernel| {
            let table = kernel.table(past);
            let mut fits = [0.0; 2];
            let mut means: Vec<f64> = Vec::new();
            table.foresee(panel, |unit, sight, foreseen| {
                let worth = worth[panel[unit].sights[sight].at];
                fits.iter_mut().zip(foreseen.fit).for_each(|(fit, own)| *fit += worth * own);
                means.push(foreseen.mean);
            });
            (table, fits, means)
        });
        let best = weighed.iter().flat_map(|(_, fits, _)| fits).copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = weighed.iter().flat_map(|(_, fits, _)| fits).map(|fit| (fit - best).exp()).sum();
        let sights = panel.iter().map(|series| series.sights.len()).sum();
        let mut foreseen = vec![0.0; sights];
        let mut tables = Vec::with_capacity(weighed.len());
        for (table, fits, means) in weighed {
            let weights = fits.map(|fit| (fit - best).exp() / total);
            let weight = weights[0] + weights[1];
            foreseen.iter_mut().zip(means).for_each(|(sum, mean)| *sum += weight * mean);
            tables.push((table, weights));
        }
        let mut left = foreseen.into_iter();
        let foreseen = panel.iter().map(|series| left.by_ref().take(series.sights.len()).collect()).collect();
        Self { tables, foreseen }
    }

    pub(crate) fn prediction(&self, past: &Past<'_>, panel: &Panel) -> Prediction {
        /// Combinations lighter than this are not worth going through the panel for.
        const LIGHT: f64 = 5e-4;
        let components = map(&self.tables, |(table, weights)| {
            if weights[0] + weights[1] < LIGHT {
                return Vec::new();
            }
            let (mean, factor) = table.predict(past, panel);
            let component = |(tails, weight)| Component {
                weight,
                tails,
                mean: mean.clone(),
                factor: factor.clone(),
                regional: None,
            };
            SHAPES.into_iter().zip(*weights).map(component).collect()
        });
        Prediction::new(past.ahead, components.into_iter().flatten().collect())
    }

    /// The mean correlation of a year with the next.
    pub(crate) fn persistence(&self) -> f64 {
        self.tables.iter().map(|(table, weights)| (weights[0] + weights[1]) * table.next_year()).sum()
    }
}

impl Model for StateSpace {
    fn predict(&self, past: &Past<'_>, _watch: Watch<'_>) -> Result<Predicted, Error> {
        if let Some(regions) = Regions::new(past) {
            return Ok(regions.predicted(past));
        }
        let posterior = Posterior::new(past, &past.total);
        let reason = Reason::StateSpace { persistence: posterior.persistence(), of_regions: None };
        let prediction = posterior.prediction(past, &past.total);
        Ok(Predicted { prediction, reason, weights: vec![(ModelKind::StateSpace, 1.0)] })
    }
}
