//! What did best on this history, with a strong doubt about anything but the stack.

use crate::error::Error;
use crate::model::{Model, ModelKind, Predicted};
use crate::models::Stack;
use crate::number::real;
use crate::past::Past;
use crate::reason::Reason;
use crate::watch::{Watch, goes_on};

/// The stack, unless a single model did better in past forecasts by more than chance.
///
/// A single model is taken if over at least [`Auto::YEARS`] past years its mean
/// score is a twentieth lower than the stack's, and lower by two standard errors
/// over the years. Every year is forecast from what was known before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Auto;

impl Auto {
    /// Fewer past forecasts than this choose nothing.
    pub const YEARS: usize = 5;
    const MARGIN: f64 = 0.05;
    /// Past forecasts looked at: the last ones.
    const RECENT: usize = 6;
}

const SINGLE: [ModelKind; 4] =
    [ModelKind::RandomWalk, ModelKind::AutoRegression, ModelKind::StateSpace, ModelKind::Parts];

impl Model for Auto {
    fn predict(&self, past: &Past<'_>, watch: Watch<'_>) -> Result<Predicted, Error> {
        let first = 2.max(past.known().saturating_sub(Self::RECENT));
        let weighing = Stack::steps(past);
        let total = weighing + past.known().saturating_sub(first);
        let mut stack = Stack.predict(past, &|done, _| watch(done, total))?;
        let mut kinds: Vec<ModelKind> = SINGLE.into();
        if past.history.parts().is_empty() {
            kinds.retain(|kind| *kind != ModelKind::Parts);
        }
        let mut scores: Vec<Vec<f64>> = Vec::new();
        for at in first..past.known() {
            let done = weighing + at - first;
            goes_on(watch, done, total)?;
            let within = |_: usize, _: usize| watch(done, total);
            let score = |kind: &ModelKind| past.score_of(at, kind.name(), &*kind.model(), &within);
            let year = kinds.iter().chain([&ModelKind::Stack]).map(score);
            scores.extend(year.collect::<Result<Option<Vec<f64>>, Error>>()?);
        }
        let better = if scores.len() < Self::YEARS { None } else { clearly_better(&scores, &kinds) };
        let Some((kind, gain)) = better else {
            let (years, reason) = (scores.len(), Box::new(stack.reason));
            stack.reason = if years < Self::YEARS {
                Reason::TooFewToChoose { years, stack: reason }
            } else {
                Reason::NoneBetter { years, stack: reason }
            };
            return Ok(stack);
        };
        let mut chosen = kind.model().predict(past, watch)?;
        chosen.reason = Reason::Better { model: kind, gain, years: scores.len(), reason: Box::new(chosen.reason) };
        Ok(chosen)
    }
}

/// The best single model and its gain on the stack, whose scores come last.
fn clearly_better(scores: &[Vec<f64>], kinds: &[ModelKind]) -> Option<(ModelKind, f64)> {
    let count = real(scores.len());
    let stack = |year: &Vec<f64>| year.last().copied().unwrap_or_default();
    let level = scores.iter().map(stack).sum::<f64>() / count;
    let gains = kinds.iter().enumerate().filter_map(|(place, kind)| {
        let gains: Vec<f64> = scores.iter().map(|year| (stack(year) - year[place]) / level).collect();
        let mean = gains.iter().sum::<f64>() / count;
        let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean > Auto::MARGIN && mean > 2.0 * (variance / count).sqrt()).then_some((*kind, mean))
    });
    gains.max_by(|one, two| one.1.total_cmp(&two.1))
}
