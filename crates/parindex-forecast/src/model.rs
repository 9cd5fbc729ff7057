//! One trait for every model, and their names.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Problem};
use crate::models::{Auto, AutoRegression, Parts, RandomWalk, Stack, StateSpace};
use crate::past::Past;
use crate::prediction::Prediction;
use crate::reason::Reason;
use crate::watch::Watch;

/// A way to get from the past to the years ahead.
pub trait Model: Sync {
    /// What the model says of the years ahead, and why it says it so. `watch` hears
    /// of past years that are forecast on the way.
    ///
    /// # Errors
    /// `not-enough-history` where the model needs more than the past holds, `stopped`.
    fn predict(&self, past: &Past<'_>, watch: Watch<'_>) -> Result<Predicted, Error>;
}

/// A prediction and how it came about.
#[derive(Clone, Debug)]
pub struct Predicted {
    pub(crate) prediction: Prediction,
    /// Which models count for how much, and why.
    pub reason: Reason,
    /// The models that the prediction is made of, with their weights.
    pub weights: Vec<(ModelKind, f64)>,
}

/// The models there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ModelKind {
    /// Last standardised score plus a normal step with the spread of past steps.
    RandomWalk,
    /// Last standardised score drawn towards the mean.
    AutoRegression,
    /// Unit level, common year, decaying shocks and noise.
    StateSpace,
    /// The state-space model on each part, added up.
    Parts,
    /// A mixture that trusts recent scores, and doubts itself.
    Stack,
    /// What did best on this history.
    Auto,
}

impl ModelKind {
    /// All models.
    pub const ALL: [Self; 6] =
        [Self::RandomWalk, Self::AutoRegression, Self::StateSpace, Self::Parts, Self::Stack, Self::Auto];

    /// The name a user writes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RandomWalk => "random-walk",
            Self::AutoRegression => "ar1",
            Self::StateSpace => "state-space",
            Self::Parts => "parts",
            Self::Stack => "stack",
            Self::Auto => "auto",
        }
    }

    /// The model with its usual settings.
    #[must_use]
    pub fn model(self) -> Box<dyn Model> {
        match self {
            Self::RandomWalk => Box::new(RandomWalk::default()),
            Self::AutoRegression => Box::new(AutoRegression),
            Self::StateSpace => Box::new(StateSpace),
            Self::Parts => Box::new(Parts),
            Self::Stack => Box::new(Stack),
            Self::Auto => Box::new(Auto),
        }
    }
}

impl fmt::Display for ModelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ModelKind {
    type Err = Problem;

    /// # Errors
    /// `unknown-model`, naming those there are.
    fn from_str(name: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| Problem::UnknownModel {
            name: name.to_owned(),
            allowed: Self::ALL.map(Self::name).join(", "),
        })
    }
}
