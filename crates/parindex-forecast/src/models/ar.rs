//! The shrunken AR(1): the last score, drawn towards the mean.

use crate::error::Error;
use crate::history::Seen;
use crate::model::{Model, ModelKind, Predicted};
use crate::models::kernel::Kernel;
use crate::normal::Tails;
use crate::past::Past;
use crate::prediction::{Component, Prediction};
use crate::reason::Reason;
use crate::watch::Watch;

/// Last standardised score times a persistence below 1, plus a shock that keeps
/// the spread of all units at 1.
///
/// The persistence of a year is the correlation of its scores with those of the
/// year before. It is shrunk towards 0.75, and as it differs between years, the
/// year to come may have another one than the mean of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoRegression;

/// Where persistence is shrunk to, as if one more year had shown it; and how
/// much it differs between years before anything is seen.
const USUAL: f64 = 0.75;
const USUAL_SPREAD: f64 = 0.15;
/// What a year counts beside the one after it.
const FORGETTING: f64 = 0.8;

impl AutoRegression {
    /// Mean and spread of the persistence to come.
    fn persistence(past: &Past<'_>) -> (f64, f64) {
        let (mut all, mut sum, mut squares) = (1.0, USUAL, USUAL_SPREAD.powi(2));
        for at in 1..past.known() {
            let value = |sights: &[crate::past::Sight], at: usize| {
                sights.iter().find_map(|sight| match sight.seen {
                    Seen::Near { value, .. } if sight.at == at => Some(value),
                    _ => None,
                })
            };
            let pairs = past
                .total
                .iter()
                .filter_map(|series| Some((value(&series.sights, at - 1)?, value(&series.sights, at)?)));
            let (mut count, mut product, mut size) = (0.0, 0.0, 0.0);
            for (before, after) in pairs {
                count += 1.0;
                product += before * after;
                size += before * before;
            }
            if count < 3.0 || size <= 0.0 {
                continue;
            }
            // A year with few pairs counts less.
            let weight = FORGETTING.powf(past.gap(at, past.known()) - 1.0) * count / (count + 10.0);
            let own = f64::clamp(product / size, 0.0, 0.99).powf(1.0 / past.gap(at - 1, at));
            all += weight;
            sum += weight * own;
            squares += weight * (own - USUAL).powi(2);
        }
        let mean = sum / all;
        let spread = (squares / all - (mean - USUAL).powi(2)).max(0.05_f64.powi(2)).sqrt();
        (mean, spread)
    }
}

impl Model for AutoRegression {
    fn predict(&self, past: &Past<'_>, _watch: Watch<'_>) -> Result<Predicted, Error> {
        let (mean, spread) = Self::persistence(past);
        // Three points with the mean and the variance of a normal (Gauss–Hermite).
        let points = [(-3.0_f64.sqrt(), 1.0 / 6.0), (0.0, 2.0 / 3.0), (3.0_f64.sqrt(), 1.0 / 6.0)];
        let component = |(way, weight): (f64, f64)| {
            let persistence = (mean + way * spread).clamp(0.0, 0.99);
            let kernel = Kernel { level: 0.0, persistence, noise: 0.0, kept: 1.0 };
            let table = kernel.table(past);
            let (means, factor) = table.predict(past, &past.total);
            Component { weight, tails: Tails::Normal, mean: means, factor, regional: None }
        };
        let prediction = Prediction::new(past.ahead, points.map(component).into());
        let reason = Reason::AutoRegression { mean, spread };
        Ok(Predicted { prediction, reason, weights: vec![(ModelKind::AutoRegression, 1.0)] })
    }
}
