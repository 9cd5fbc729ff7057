//! What is believed of a unit's leaf before the year is over.

use parindex::{EvidenceRow, Stage, Stated};

/// What is believed of one leaf of one unit. Numbers are in the unit that the
/// leaf's rule declares: 88.4 for 88.4 percent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Belief {
    /// It is known.
    Fixed(Stated),
    /// Between two ends and most likely at the mode, with straight sides.
    Triangular {
        /// The least value possible.
        low: f64,
        /// The most likely value.
        mode: f64,
        /// The greatest value possible.
        high: f64,
    },
    /// A ratio of which a part is known: of `so_far` cases `good` were, and
    /// `coming` more are to come. How many of these will be good is a beta–binomial
    /// number with the parameters `good` + ½ and `so_far` − `good` + ½ (Jeffreys'
    /// prior): what was seen says how often, and how surely.
    BetaBinomial {
        /// Cases that were good, such as dossiers on time.
        good: u32,
        /// All cases so far.
        so_far: u32,
        /// Cases to come.
        coming: u32,
    },
    /// Normal, as an estimate of a survey; what lies outside the rule's range is its end.
    Normal {
        /// The estimate.
        mean: f64,
        /// Its standard error.
        se: f64,
    },
    /// A flag that is met with this probability.
    Bernoulli {
        /// The probability, 0 to 1.
        chance: f64,
    },
    /// One of a few statements, each with its probability; these add up to 1.
    Choice(Vec<(Stated, f64)>),
}

/// A row of the table of beliefs.
#[derive(Clone, Debug, PartialEq)]
pub struct BeliefRow {
    /// The unit's id.
    pub unit: String,
    /// The code of the leaf.
    pub code: String,
    /// When it was stated: of several rows for a leaf that of the latest stage counts.
    pub stage: Stage,
    /// What is believed.
    pub belief: Belief,
    /// Its row in the table it came from, counted from 1; 0 if none.
    pub line: usize,
}

impl BeliefRow {
    /// What is believed of a unit under a criterion, at the first stage.
    pub fn new(unit: impl Into<String>, code: impl Into<String>, belief: Belief) -> Self {
        Self { unit: unit.into(), code: code.into(), stage: Stage::default(), belief, line: 0 }
    }
}

impl From<EvidenceRow> for BeliefRow {
    /// Evidence is believed as it stands.
    fn from(row: EvidenceRow) -> Self {
        let EvidenceRow { unit, code, stage, stated, line, .. } = row;
        Self { unit, code, stage, belief: Belief::Fixed(stated), line }
    }
}
