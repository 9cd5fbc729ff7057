//! Maximum × index / 100.

use serde::Serialize;

use super::{Curve, Keys, Language, Measure, Reading, Shape, Terms, Words};
use crate::exact::Exact;
use crate::measure::Unit;
use crate::rule::words::plain;

/// The share of another index: SIPAS × 10 / 100.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IndexShare {}

impl Shape for IndexShare {
    fn from_keys(_: &Keys<'_, '_>) -> Option<Self> {
        Some(Self {})
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Index)
    }

    fn curve(&self, max: &Exact) -> Option<Curve> {
        Some(Curve::default().line(Exact::ZERO, max.times(&Exact::decimal(1, 2))))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        Words::formula(format!("{} × {} / 100", plain(terms.max, language), measure.words(language)))
    }

    fn describe(&self, language: Language) -> String {
        language.choose("điểm tối đa × chỉ số / 100", "maximum × index / 100").to_owned()
    }
}
