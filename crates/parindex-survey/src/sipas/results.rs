//! Rows of SIPAS tables.

use std::collections::BTreeMap;
use std::fmt;

use super::official::Official;
use crate::estimate::{Estimate, Note};
use crate::rank_sets::RankSet;

/// A unit's figure for an item, a factor, a part or the whole index, in percent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SipasRow {
    /// The unit; empty for the nation.
    pub unit: String,
    /// The item, factor or part; empty for the whole index.
    pub code: String,
    /// The official figure and its counts.
    pub official: Official,
    /// The design-based estimate in percent, with `n` respondents; without
    /// estimate and error where it is suppressed.
    pub estimate: Estimate,
    /// Why something is missing.
    pub note: Option<SipasNote>,
}

/// A unit's place among the others.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SipasRank {
    /// The unit.
    pub unit: String,
    /// The estimate, in percent, unless it is suppressed.
    pub estimate: Option<f64>,
    /// Its rank, and those that cannot be ruled out, among the units that have
    /// one; none where the estimate's error is not known.
    pub set: Option<RankSet>,
    /// Why it has no rank, or why to read it with care.
    pub note: Option<SipasNote>,
}

/// Why a figure is missing or to be read with care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SipasNote {
    /// Fewer respondents than the limit (30 unless set).
    FewRespondents,
    /// Answers from fewer sampled units than the limit, if that is above 2: from
    /// one unit nothing is estimable under any limit.
    FewPsus,
    /// Nobody answered one of the parts that the index weighs.
    BlankPart,
    /// What the estimate itself says.
    Estimate(Note),
}

impl SipasNote {
    /// The note as a stable slug.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FewRespondents => "few-respondents",
            Self::FewPsus => "not-estimable-few-psus",
            Self::BlankPart => "part-without-answers",
            Self::Estimate(note) => note.code(),
        }
    }
}

impl fmt::Display for SipasNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How a national figure is made from units.
#[derive(Clone, Debug, PartialEq)]
pub enum National {
    /// All answers together, by their weights.
    Pooled,
    /// The plain mean of the units, as the published national figure is
    /// described.
    MeanOfUnits,
    /// The mean of the units by these weights, one for each unit.
    Weighted(BTreeMap<String, f64>),
}
