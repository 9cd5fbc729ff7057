//! The stack: several models, weighed by their recent scores, never fully.

use crate::error::Error;
use crate::model::{Model, ModelKind, Predicted};
use crate::models::{Parts, RandomWalk, StateSpace};
use crate::number::real;
use crate::past::Past;
use crate::prediction::Prediction;
use crate::reason::Reason;
use crate::watch::{Watch, goes_on};

/// A mixture of walk, state space and parts that adapts, and doubts itself.
///
/// Half of the weight is equal, whatever the past says: how much rankings persist
/// changes from one period to the next, and the walk wins where it rises. The other
/// half goes by past scores, recent ones more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stack;

/// The share of weight that scores cannot move.
const EQUAL: f64 = 0.5;
/// What a year's score counts beside that of the year after.
const FORGETTING: f64 = 0.7;
/// A score a tenth better than the mean of all models, for one year, makes a model
/// about 2.7 times as heavy in the half that adapts.
const TRUST: f64 = 10.0;
/// Years before a past forecast, for its score to count.
const YEARS_BEFORE: usize = 2;

/// The members, each with what its scores are remembered under.
const MEMBERS: [(ModelKind, &str, &dyn Model); 3] = [
    (ModelKind::RandomWalk, "doubting walk", &RandomWalk::DOUBTING),
    (ModelKind::StateSpace, "state-space", &StateSpace),
    (ModelKind::Parts, "parts", &Parts),
];

impl Stack {
    /// How many past years are forecast to weigh the members.
    pub(crate) fn steps(past: &Past<'_>) -> usize {
        past.known().saturating_sub(YEARS_BEFORE)
    }
}

impl Model for Stack {
    fn predict(&self, past: &Past<'_>, watch: Watch<'_>) -> Result<Predicted, Error> {
        let (mut members, mut predictions) = (Vec::new(), Vec::new());
        for member in MEMBERS {
            match member.2.predict(past, watch) {
                Ok(predicted) => {
                    members.push(member);
                    predictions.push(predicted.prediction);
                }
                // A history without parts is forecast without them.
                Err(error) if error.code() == "not-enough-history" => {}
                Err(error) => return Err(error),
            }
        }
        let mut merits = vec![0.0; members.len()];
        let mut years = 0;
        let total = Self::steps(past);
        for at in YEARS_BEFORE..past.known() {
            let done = at - YEARS_BEFORE;
            goes_on(watch, done, total)?;
            let within = |_: usize, _: usize| watch(done, total);
            let scores = members.iter().map(|(_, name, model)| past.score_of(at, name, *model, &within));
            // A year that one member cannot forecast compares nothing.
            let Some(scores) = scores.collect::<Result<Option<Vec<f64>>, Error>>()? else { continue };
            let mean = scores.iter().sum::<f64>() / real(scores.len());
            if mean <= 0.0 {
                continue;
            }
            years += 1;
            let counts = FORGETTING.powf(past.gap(at, past.known()) - 1.0);
            for (merit, score) in merits.iter_mut().zip(&scores) {
                *merit -= TRUST * counts * score / mean;
            }
        }
        let best = merits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let heights: Vec<f64> = merits.iter().map(|merit| (merit - best).exp()).collect();
        let total: f64 = heights.iter().sum();
        let weigh = |height: &f64| EQUAL / real(members.len()) + (1.0 - EQUAL) * height / total;
        let weights: Vec<(ModelKind, f64)> =
            members.iter().map(|member| member.0).zip(heights.iter().map(weigh)).collect();
        let parts = weights.iter().map(|(_, weight)| *weight).zip(predictions).collect();
        Ok(Predicted {
            prediction: Prediction::mixture(parts),
            reason: Reason::Stack { weights: weights.clone(), years },
            weights,
        })
    }
}
