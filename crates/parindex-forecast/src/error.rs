//! What can be wrong with a history or a question about the future, and in which row.

use parindex::{Coded, Faults, Place, Placed};
use thiserror::Error as ThisError;

/// One thing wrong with a history, a model or a question.
///
/// [`Problem::code`] is a stable slug callers may match on.
#[derive(Clone, Debug, PartialEq, ThisError)]
#[non_exhaustive]
#[allow(missing_docs, reason = "every field is named in its variant's message")]
pub enum Problem {
    /// A row that lacks what makes it a row.
    #[error("{what}")]
    IncompleteRow { what: String },
    /// A row with another number of parts than the history names.
    #[error("the row has {found} parts, and the history names {expected}")]
    WrongLength { found: usize, expected: usize },
    /// A number that cannot be.
    #[error("{what} `{value}` is out of range: allowed is {allowed}")]
    OutOfRange { what: String, value: String, allowed: String },
    /// Two rows for one unit and year.
    #[error("unit `{unit}` has a row for {year} already")]
    DuplicateRow { unit: String, year: i16 },
    /// Two national rows for a year.
    #[error("the national figures name {year} twice")]
    DuplicateYear { year: i16 },
    /// A unit listed twice for the same day.
    #[error("unit `{unit}` is listed twice for the same time")]
    DuplicateUnit { unit: String },
    /// A unit that does not stand in the year it is named for.
    #[error("unit `{unit}` is not known in {when}")]
    UnknownUnit { unit: String, when: String },
    /// A better rank with a lower score.
    #[error(
        "rank {rank} with score {score} contradicts rank {other_rank} with score {other_score} in {year}: a better rank has no lower score"
    )]
    RanksDisagree { rank: u32, score: f64, other_rank: u32, other_score: f64, year: i16 },
    /// A weight that is missing, or not above zero.
    #[error("bad weight: {what}")]
    BadWeight { what: String },
    /// A leaf or a statement that the framework does not take.
    #[error(transparent)]
    Evidence(parindex::Problem),
    /// A belief that a rule cannot read.
    #[error("a {belief} belief does not fit: {what}")]
    WrongBelief { belief: &'static str, what: String },
    /// A forecast that cannot be joined to a simulation.
    #[error("cannot be joined: {what}")]
    CannotJoin { what: String },
    /// Too few years or units to forecast from.
    #[error("not enough history: {what}")]
    NotEnoughHistory { what: String },
    /// Conditioning that too few draws satisfy.
    #[error("what is given fits too few draws: worth {effective:.0} of {draws}, at least {needed} are needed")]
    TooFewDraws { effective: f64, draws: usize, needed: usize },
    /// No model has this name.
    #[error("no model is called `{name}`: allowed are {allowed}")]
    UnknownModel { name: String, allowed: String },
    /// The caller asked to stop.
    #[error("stopped on request after {done} of {total} steps")]
    Stopped { done: usize, total: usize },
    /// Two actions with one id.
    #[error("action `{action}` is listed twice, first in row {first}")]
    DuplicateAction { action: String, first: usize },
    /// Another action that is named and not listed.
    #[error("no action is called `{named}`")]
    UnknownAction { named: String },
    /// Actions that wait for one another.
    #[error("the actions need one another in a circle: {circle}")]
    NeedsCircle { circle: String },
    /// An action that can never be chosen.
    #[error("action `{action}` can never be chosen: {why}")]
    Contradiction { action: String, why: String },
    /// Gains that do not add up.
    #[error("gains do not add up: {what}")]
    NotAdditive { what: String },
    /// A chance of the first places, asked without a forecast of the others.
    #[error("the chance of a place among the first needs a forecast of the other units")]
    NoForecast,
    /// A forecast whose scores cannot be held against a card.
    #[error("the forecast does not fit the card: {what}")]
    ForecastDoesNotFit { what: String },
    /// More than a limit allows.
    #[error("{what} is too large: at most {limit}")]
    TooLarge { what: String, limit: String },
}

impl Problem {
    /// The stable slug of the problem, such as `not-enough-history`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::IncompleteRow { .. } => "incomplete-row",
            Self::WrongLength { .. } => "wrong-length",
            Self::OutOfRange { .. } => "out-of-range",
            Self::DuplicateRow { .. } => "duplicate-evidence",
            Self::DuplicateYear { .. } => "duplicate-year",
            Self::DuplicateUnit { .. } => "duplicate-unit",
            Self::UnknownUnit { .. } => "unknown-unit",
            Self::RanksDisagree { .. } => "ranks-disagree",
            Self::BadWeight { .. } => "bad-weight",
            Self::Evidence(problem) => problem.code(),
            Self::WrongBelief { .. } => "wrong-measure",
            Self::CannotJoin { .. } => "cannot-join",
            Self::NotEnoughHistory { .. } => "not-enough-history",
            Self::TooFewDraws { .. } => "too-few-draws",
            Self::UnknownModel { .. } => "unknown-model",
            Self::Stopped { .. } => "stopped",
            Self::DuplicateAction { .. } => "duplicate-action",
            Self::UnknownAction { .. } => "unknown-action",
            Self::NeedsCircle { .. } => "needs-circle",
            Self::Contradiction { .. } => "contradiction",
            Self::NotAdditive { .. } => "not-additive",
            Self::NoForecast => "no-forecast",
            Self::ForecastDoesNotFit { .. } => "forecast-does-not-fit",
            Self::TooLarge { .. } => "too-large",
        }
    }

    /// This problem, in the row at `index` counted from 0.
    pub(crate) fn in_row(self, index: usize, unit: &str) -> Fault {
        let place = Place::row(index.saturating_add(1));
        Fault { problem: self, place: if unit.is_empty() { place } else { place.unit(unit) } }
    }

    pub(crate) fn out_of_range(what: &str, value: impl std::fmt::Display, allowed: &str) -> Self {
        Self::OutOfRange { what: what.to_owned(), value: format!("{value}"), allowed: allowed.to_owned() }
    }
}

/// A problem and its place; rows are counted from 1.
pub type Fault = Placed<Problem>;

/// Everything that is wrong with what was given, each fault with its place.
///
/// There is always at least one fault.
pub type Error = Faults<Problem>;

impl Coded for Problem {
    fn code(&self) -> &'static str {
        self.code()
    }

    fn too_large(what: String, limit: String) -> Self {
        Self::TooLarge { what, limit }
    }
}
