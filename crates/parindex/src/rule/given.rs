//! Points given by others.

use serde::Serialize;

use super::{Curve, Keys, Language, Measure, Outcome, Reading, Shape, Terms, Words};
use crate::exact::Exact;
use crate::measure::Unit;

/// Points that an appraiser or a survey gave, taken as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Given {}

impl Shape for Given {
    fn from_keys(_: &Keys<'_, '_>) -> Option<Self> {
        Some(Self {})
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Points)
    }

    fn curve(&self, _: &Exact) -> Option<Curve> {
        Some(Curve::default().line(Exact::ZERO, Exact::ONE))
    }

    fn apply(&self, measure: &Measure, _: Terms<'_>) -> Outcome {
        Outcome::Given(measure.exact().unwrap_or(Exact::ZERO))
    }

    fn words(&self, _: &Measure, _: Terms<'_>, _: Language) -> Words {
        Words::default()
    }

    fn describe(&self, language: Language) -> String {
        language.choose("điểm do bên khác chấm", "points given by others").to_owned()
    }
}
