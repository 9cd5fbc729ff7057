//! Rows of SIPAS tables.

use std::fmt;

use super::official::Official;
use crate::estimate::{Estimate, Note};

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

/// Why a figure is missing or to be read with care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SipasNote {
    /// Fewer respondents than the limit (30 unless set).
    FewRespondents,
    /// Answers from fewer sampled units than the limit (2 unless set).
    FewPsus,
    /// What the estimate itself says.
    Estimate(Note),
}

impl SipasNote {
    /// The note as a stable slug.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FewRespondents => "suppressed: too few respondents",
            Self::FewPsus => "not-estimable: too few psus",
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
    /// The mean of the units by these weights, in the order of the units.
    Weighted(Vec<f64>),
}
