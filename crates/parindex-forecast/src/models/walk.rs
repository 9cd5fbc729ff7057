//! The random walk: the peer every other model must beat.

use crate::error::Error;
use crate::history::Seen;
use crate::model::{Model, ModelKind, Predicted};
use crate::normal::{self, Tails};
use crate::past::{Panel, Past, Series, Sight, Whose};
use crate::prediction::{Component, Prediction, triangle};
use crate::reason::Reason;
use crate::watch::Watch;

/// Last standardised score plus a step with the spread of past steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomWalk {
    /// What a step counts beside one of a year later, from 0 to 1; 1 by default,
    /// where all past steps count the same.
    pub forgetting: f64,
    /// The shape of steps; normal by default.
    pub tails: Tails,
}

impl Default for RandomWalk {
    fn default() -> Self {
        Self { forgetting: 1.0, tails: Tails::Normal }
    }
}

/// The variance of a step where none has been seen: that of a standardised
/// score whose years correlate by 0.75.
const UNSEEN_STEP: f64 = 0.5;

impl RandomWalk {
    /// The walk that a stack holds: recent steps count more, and large ones surprise less.
    pub(crate) const DOUBTING: Self = Self { forgetting: 0.7, tails: Tails::Heavy };

    /// The mean square of steps over one year, of unmerged units.
    fn step_variance(&self, past: &Past<'_>, panel: &Panel) -> f64 {
        let (mut all, mut squares) = (0.0, 0.0);
        for series in panel {
            for (later, sight) in series.sights.iter().enumerate() {
                let before = series.sights[..later].iter().rev().find(|other| other.whose == sight.whose);
                let Some(before) = before else { continue };
                let (Seen::Near { value: to, .. }, Seen::Near { value: from, .. }) = (sight.seen, before.seen) else {
                    continue;
                };
                let years = past.gap(before.at, sight.at) * series.overlap(sight.whose, sight.whose);
                let age = past.gap(sight.at, past.known()) - 1.0;
                let weight = self.forgetting.powf(age.max(0.0));
                all += weight;
                squares += weight * (to - from).powi(2) / years;
            }
        }
        if all > 0.0 { squares / all } else { UNSEEN_STEP }
    }
}

/// Where a unit, or one merged into it, was last: mean, variance and place in time.
fn last(series: &Series, whose: Whose) -> Option<(f64, f64, usize)> {
    let Sight { at, seen, .. } = *series.sights.iter().rev().find(|sight| sight.whose == whose)?;
    let (mean, variance) = match seen {
        Seen::Near { value, se } => (value, se * se),
        Seen::Within { low, high } => normal::cut(0.0, series.overlap(whose, whose), low, high),
    };
    Some((mean, variance, at))
}

impl Model for RandomWalk {
    fn predict(&self, past: &Past<'_>, _watch: Watch<'_>) -> Result<Predicted, Error> {
        let step = self.step_variance(past, &past.total);
        let (ahead, target) = (past.ahead, past.known());
        let mut component = Component {
            weight: 1.0,
            tails: self.tails,
            mean: Vec::with_capacity(past.units.len() * ahead),
            factor: Vec::with_capacity(past.units.len() * triangle(ahead)),
            regional: None,
        };
        for series in &past.total {
            let overlap = series.overlap(Whose::Own, Whose::Own);
            // Where nothing was ever seen, the value is that of any unit.
            let start = |whose: Whose| {
                last(series, whose).map(|(mean, variance, at)| (mean, variance + step * (past.gap(at, target) - 1.0)))
            };
            let (mean, variance) = start(Whose::Own).unwrap_or_else(|| {
                if series.weights.is_empty() {
                    return (0.0, (1.0 - step).max(0.0));
                }
                series.weights.iter().enumerate().fold((0.0, 0.0), |(mean, variance), (member, weight)| {
                    let (of_member, spread) = start(Whose::Member(member)).unwrap_or((0.0, (1.0 - step).max(0.0)));
                    (mean + weight * of_member, variance + weight * weight * spread)
                })
            });
            // The years share all steps up to the earlier one.
            let mut reached = variance.sqrt();
            for year in 0..ahead {
                component.mean.push(mean);
                let steps = if year == 0 { 1.0 } else { past.gap(target + year - 1, target + year) };
                let own = (overlap * step * steps).sqrt();
                if year == 0 {
                    reached = reached.hypot(own);
                    component.factor.push(reached);
                } else {
                    let before = component.factor.len() - year;
                    component.factor.extend_from_within(before..);
                    component.factor.push(own);
                }
            }
        }
        let reason = Reason::Walk { spread: step.sqrt() };
        let prediction = Prediction::new(ahead, vec![component]);
        Ok(Predicted { prediction, reason, weights: vec![(ModelKind::RandomWalk, 1.0)] })
    }
}
