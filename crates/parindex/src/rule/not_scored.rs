//! A row that is not scored for units of this level.

use serde::Serialize;

use super::{Keys, Language, Measure, Outcome, Problem, Reading, Shape, Stated, Terms, Words};
use crate::measure::Unit;
use crate::number::Number;

/// Every unit gets what the row says *not applicable* earns, with or without evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotScored {}

impl Shape for NotScored {
    fn from_keys(_: &Keys<'_, '_>) -> Option<Self> {
        Some(Self {})
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Label)
    }

    fn read(&self, _: &Stated) -> Result<Measure, Problem> {
        Ok(Measure::Quantity(Number::ZERO, Unit::Amount))
    }

    fn apply(&self, _: &Measure, _: Terms<'_>) -> Outcome {
        Outcome::NotApplicable
    }

    fn words(&self, _: &Measure, _: Terms<'_>, _: Language) -> Words {
        Words::default()
    }

    fn describe(&self, language: Language) -> String {
        language.choose("không tính điểm ở cấp này", "not scored at this level").to_owned()
    }
}
