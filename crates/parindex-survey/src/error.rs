//! What can be wrong with a survey, and in which row.

use parindex::{Coded, Faults, Place, Placed};
use thiserror::Error as ThisError;

/// One thing wrong with a design, with data or with a question.
///
/// [`Problem::code`] is a stable slug callers may match on.
#[derive(Clone, Debug, PartialEq, ThisError)]
#[non_exhaustive]
#[allow(missing_docs, reason = "every field is named in its variant's message")]
pub enum Problem {
    /// A column has another length than it should.
    #[error("`{column}` has {found} rows, and {expected} are needed")]
    WrongLength { column: String, found: usize, expected: usize },
    /// A weight that is missing, or not above zero.
    #[error("bad weight: {what}")]
    BadWeight { what: String },
    /// A row without a stratum, a cluster, a class of a margin or a value to calibrate on.
    #[error("{what} is missing in this row")]
    MissingLabel { what: String },
    /// A number that cannot be.
    #[error("`{value}` is out of range: allowed is {allowed}")]
    OutOfRange { value: String, allowed: String },
    /// A finite population smaller than its sample.
    #[error("the population of {what} is {population}, smaller than the sample of {sample}")]
    PopulationBelowSample { what: String, population: f64, sample: usize },
    /// Two rows of one stratum or cluster state different population sizes.
    #[error("{what} has population size {first} in an earlier row and {second} here")]
    PopulationVaries { what: String, first: f64, second: f64 },
    /// More population sizes than stages.
    #[error("{given} population sizes for {stages} stages: give at most one for each stage")]
    StagesDisagree { given: usize, stages: usize },
    /// A cluster that lies in two strata, where ids should not repeat.
    #[error("cluster `{cluster}` lies in stratum `{first}` and here in `{second}`")]
    ClusterInTwoStrata { cluster: String, first: String, second: String },
    /// A stratum with one sampled unit tells nothing of its own variance.
    #[error(
        "{stratum} has a single unit at stage {stage}: name a rule (remove, certainty, adjust or average) or merge it"
    )]
    SinglePsu { stratum: String, stage: usize },
    /// Nobody answered.
    #[error("no respondent {what}")]
    NoRespondents { what: String },
    /// Population counts that contradict each other or the sample.
    #[error("margins disagree: {what}")]
    MarginsDisagree { what: String },
    /// Raking, or bounded calibration, did not reach its margins.
    #[error("raking did not converge in {rounds} rounds: margin {margin} is still off by {gap}")]
    RakingDidNotConverge { margin: String, gap: f64, rounds: usize },
    /// The operation does not fit the design.
    #[error("{what}")]
    WrongDesign { what: String },
    /// Estimates of surveys that are not independent and not the same.
    #[error("these estimates come from two reworkings of one survey: take them from the same one")]
    MixedSurveys,
    /// A unit that the survey does not have.
    #[error("the survey has no unit `{unit}`")]
    UnknownUnit { unit: String },
    /// A question that has no estimate to work on.
    #[error("{what} is not estimable")]
    NotEstimable { what: String },
    /// A text is not one of a few allowed words.
    #[error("{what} `{text}` is not known: allowed are {allowed}")]
    BadValue { what: String, text: String, allowed: String },
    /// No bundled questionnaire has this id.
    #[error("no questionnaire is called `{id}`; bundled are {known}")]
    UnknownQuestionnaire { id: String, known: String },
    /// A questionnaire that is an outline cannot be evaluated.
    #[error("the questionnaire is an outline: `{part}` has no items yet")]
    Outline { part: String },
    /// A questionnaire names something twice.
    #[error("`{name}` is named twice")]
    NamedTwice { name: String },
    /// The table lacks an item of the questionnaire.
    #[error("the table has no column `{column}`; it has {found}")]
    MissingColumn { column: String, found: String },
    /// The text is not TOML, or not a questionnaire.
    #[error("not a questionnaire: {message}")]
    BadToml { message: String },
    /// More than a limit allows.
    #[error("{what} is too large: at most {limit}")]
    TooLarge { what: String, limit: String },
}

impl Problem {
    /// The stable slug of the problem, such as `single-psu`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongLength { .. } => "wrong-length",
            Self::BadWeight { .. } => "bad-weight",
            Self::MissingLabel { .. } => "incomplete-row",
            Self::OutOfRange { .. } => "out-of-range",
            Self::PopulationBelowSample { .. } => "population-below-sample",
            Self::PopulationVaries { .. } => "population-varies",
            Self::StagesDisagree { .. } => "stages-disagree",
            Self::ClusterInTwoStrata { .. } => "psu-in-two-strata",
            Self::SinglePsu { .. } => "single-psu",
            Self::NoRespondents { .. } => "no-respondents",
            Self::MarginsDisagree { .. } => "margins-disagree",
            Self::RakingDidNotConverge { .. } => "raking-did-not-converge",
            Self::WrongDesign { .. } => "wrong-design",
            Self::MixedSurveys => "mixed-surveys",
            Self::UnknownUnit { .. } => "unknown-unit",
            Self::NotEstimable { .. } => "not-estimable",
            Self::BadValue { .. } => "bad-value",
            Self::UnknownQuestionnaire { .. } => "unknown-questionnaire",
            Self::Outline { .. } => "outline",
            Self::NamedTwice { .. } => "named-twice",
            Self::MissingColumn { .. } => "missing-column",
            Self::BadToml { .. } => "bad-toml",
            Self::TooLarge { .. } => "too-large",
        }
    }

    /// This problem, in the row at `index` counted from 0.
    pub(crate) fn in_row(self, index: usize) -> Fault {
        Fault { problem: self, place: Place::row(index + 1) }
    }

    /// This problem, of a unit of the survey.
    pub(crate) fn of_unit(self, unit: &str) -> Fault {
        Fault { problem: self, place: Place::default().unit(unit) }
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
