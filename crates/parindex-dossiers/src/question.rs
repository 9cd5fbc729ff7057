//! What is asked of dossiers: which of them, by what, and how the rule is read.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::moment::Moment;
use crate::period::{Every, Period};

/// What a tally counts. Tallies of one question merge, others do not.
///
/// ```
/// use parindex_dossiers::{Every, Question};
///
/// let question = Question::new("2026-H1".parse()?).by(["unit"]).every(Every::Month);
/// assert_eq!(question.by, ["unit"]);
/// # Ok::<(), parindex_dossiers::Problem>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The window dossiers must belong to.
    pub period: Period,
    /// The day or moment up to which a running period is known; what happens
    /// later is not seen. The end of the period if it is not given.
    #[serde(default)]
    pub as_of: Option<Moment>,
    /// The columns that are kept apart.
    #[serde(default)]
    pub by: Vec<String>,
    /// Steps of the period that are kept apart.
    #[serde(default)]
    pub every: Option<Every>,
    /// Which dossiers belong to the period.
    #[serde(default)]
    pub population: Population,
    /// How the rule is read where its text is open.
    #[serde(default)]
    pub reading: Reading,
    /// Which processing times are gathered; none unless asked, for they take
    /// a count for each group and day.
    #[serde(default)]
    pub times: Option<Times>,
}

impl Question {
    /// All dossiers received in the period, together, by the default reading.
    #[must_use]
    pub fn new(period: Period) -> Self {
        Self {
            period,
            as_of: None,
            by: Vec::new(),
            every: None,
            population: Population::default(),
            reading: Reading::default(),
            times: None,
        }
    }

    /// The same, with these columns kept apart.
    #[must_use]
    pub fn by<S: Into<String>>(self, columns: impl IntoIterator<Item = S>) -> Self {
        Self { by: columns.into_iter().map(Into::into).collect(), ..self }
    }

    /// The same, with steps of the period kept apart.
    #[must_use]
    pub fn every(self, every: Every) -> Self {
        Self { every: Some(every), ..self }
    }

    /// The same, as things stood on a day or at a moment.
    #[must_use]
    pub fn as_of(self, moment: Moment) -> Self {
        Self { as_of: Some(moment), ..self }
    }

    /// The same, for other dossiers.
    #[must_use]
    pub fn population(self, population: Population) -> Self {
        Self { population, ..self }
    }

    /// The same, by another reading of the rule.
    #[must_use]
    pub fn reading(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// The same, with processing times.
    #[must_use]
    pub fn times(self, times: Times) -> Self {
        Self { times: Some(times), ..self }
    }
}

/// Which dossiers belong to a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Population {
    /// Those received in it.
    #[default]
    Received,
    /// Those that ended in it, whenever they were received. What waits for a
    /// supplement has not ended, so it is left out, though the rule takes the
    /// request for its end.
    Resolved,
    /// Those that were open at any time in it: received by its end and not
    /// ended before its start.
    Handled,
}

impl Population {
    /// Every population, with the word that names it.
    pub const NAMES: [(&str, Self); 3] =
        [("received", Self::Received), ("resolved", Self::Resolved), ("handled", Self::Handled)];
}

impl FromStr for Population {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::NAMES.iter().find(|(name, _)| *name == text.trim()).map(|(_, population)| *population).ok_or_else(|| {
            Problem::BadValue {
                what: "population".to_owned(),
                text: text.chars().take(40).collect(),
                allowed: "`received`, `resolved`, `handled`".to_owned(),
            }
        })
    }
}

/// How the on-time rule is read where the description of Decision 766 is open.
/// The defaults are this crate's choice, none of them is official.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// How the end is compared with the due date.
    pub compare: Compare,
    /// What more than one request for a supplement does.
    pub repeated: Repeated,
    /// Whether refusals before reception count.
    pub before_reception: BeforeReception,
    /// What a procedure's limit in days counts.
    pub limit_days: LimitDays,
}

/// How the end is compared with the due date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compare {
    /// As recorded: to the moment; by date if one of the two has no time.
    #[default]
    AsRecorded,
    /// Always by date.
    ByDate,
}

/// What more than one request for a supplement does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeated {
    /// It makes a dossier late while it still waits for the citizen.
    #[default]
    OnlyWaiting,
    /// It makes a dossier late for good, answered or not.
    Always,
}

/// Whether dossiers refused, stopped or withdrawn before reception count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BeforeReception {
    /// They do not: "only dossiers that had been received".
    #[default]
    NotCounted,
    /// They do, like any other; they belong to the period of their end.
    Counted,
}

/// What a procedure's limit in days counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitDays {
    /// Working days, as the law counts.
    #[default]
    Working,
    /// Calendar days.
    Calendar,
}

/// Which time of processing is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// From reception to end by the clock, 24 hours a day.
    Elapsed,
    /// In working hours; a day is as long as a day of work.
    Working,
}
