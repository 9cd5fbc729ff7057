//! All units' values of one criterion, for rules that compare units.

use serde::Serialize;

use super::scaled::numeric_unit;
use super::{Curve, Keys};
use crate::exact::Exact;
use crate::language::Language;
use crate::measure::{Measure, Reading, Unit};

/// Whether a high or a low value is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Best {
    /// More is better.
    #[default]
    High,
    /// Less is better.
    Low,
}

/// How a rule that compares units turns a unit's value among all into points.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// The maximum × (value − worst) / (best − worst); the maximum where all are equal.
    MinMax(Best),
    /// The maximum × value / best, or best / value where less is better.
    ShareOfBest(Best),
    /// The maximum × units that are worse / all other units; the maximum without others.
    Percentile(Best),
    /// Points by place ("1224").
    Place(Best, Curve),
}

/// What rules that compare units have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Comparing {
    /// What a value is.
    pub(crate) unit: Unit,
    /// Whether a high or a low value is good.
    #[cfg_attr(test, schemars(default))]
    pub(crate) best: Best,
}

impl Comparing {
    pub(crate) fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        let unit = numeric_unit(keys);
        let best = keys.word("best", &[("high", Best::High), ("low", Best::Low)]).unwrap_or_default();
        Some(Self { unit: unit?, best })
    }

    /// Ratios of unlike things may exceed one and need not be whole here.
    pub(crate) fn reading(self) -> Reading {
        Reading { unit: self.unit, may_exceed: true, amounts: true }
    }

    /// The measure as the panel holds it.
    pub(crate) fn value(self, measure: &Measure) -> Option<Exact> {
        let whole = self.unit.whole().map_or(Exact::ONE, Exact::from);
        measure.exact().map(|share| share.times(&whole))
    }

    pub(crate) fn words(self, language: Language) -> &'static str {
        match self.best {
            Best::High => language.choose("cao là tốt", "high is good"),
            Best::Low => language.choose("thấp là tốt", "low is good"),
        }
    }
}

/// The values of all units that have one, from low to high.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panel {
    sorted: Vec<Exact>,
}

impl Panel {
    pub(crate) fn new(mut values: Vec<Exact>) -> Self {
        values.sort();
        Self { sorted: values }
    }

    pub(crate) fn lowest(&self) -> Option<&Exact> {
        self.sorted.first()
    }

    pub(crate) fn highest(&self) -> Option<&Exact> {
        self.sorted.last()
    }

    pub(crate) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// How many units have a worse value, and how many a better one.
    pub(crate) fn worse_and_better(&self, value: &Exact, best: Best) -> (usize, usize) {
        let below = self.sorted.partition_point(|other| other < value);
        let above = self.len().saturating_sub(self.sorted.partition_point(|other| other <= value));
        match best {
            Best::High => (below, above),
            Best::Low => (above, below),
        }
    }
}

/// A number of units as an exact number.
pub(crate) fn count(units: usize) -> Exact {
    Exact::whole(i128::try_from(units).unwrap_or(i128::MAX))
}
