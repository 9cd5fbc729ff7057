//! Ratio × maximum.

use serde::Serialize;

use super::{Curve, Keys, Language, Measure, Reading, Shape, Terms, Words, is_false};
use crate::exact::Exact;
use crate::measure::Unit;
use crate::number::Number;
use crate::rule::words::plain;

/// How a ratio rule reads its ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Ratio {
    /// `percent` (the default) or `fraction`.
    #[serde(skip_serializing_if = "is_percent")]
    #[cfg_attr(test, schemars(default = "percent"))]
    pub(crate) unit: Unit,
    /// Whether the ratio may exceed one; it earns no more than the maximum.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, schemars(default))]
    pub(crate) may_exceed: bool,
    /// Whether numerator and denominator may have fractions.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, schemars(default))]
    pub(crate) amounts: bool,
}

#[cfg(test)]
fn percent() -> Unit {
    Unit::Percent
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_percent(unit: &Unit) -> bool {
    *unit == Unit::Percent
}

impl Ratio {
    pub(crate) fn from_keys(keys: &Keys<'_, '_>) -> Self {
        let units = [("percent", Unit::Percent), ("fraction", Unit::Fraction)];
        let unit = keys.word("unit", &units).unwrap_or(Unit::Percent);
        Self { unit, may_exceed: keys.flag("may_exceed"), amounts: keys.flag("amounts") }
    }

    /// A number of the rule's unit as a part of one.
    pub(crate) fn share(self, number: Number) -> Exact {
        let whole = Exact::from(self.unit.whole().unwrap_or(Number::HUNDRED));
        Exact::from(number).over(&whole).unwrap_or(Exact::ZERO)
    }

    pub(crate) fn reading(self) -> Reading {
        Reading { unit: self.unit, may_exceed: self.may_exceed, amounts: self.amounts }
    }
}

/// The ratio times the maximum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Proportional {
    #[serde(flatten)]
    ratio: Ratio,
}

impl Shape for Proportional {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        Some(Self { ratio: Ratio::from_keys(keys) })
    }

    fn reading(&self) -> Reading {
        self.ratio.reading()
    }

    fn leaves_finite_decimals(&self) -> bool {
        true
    }

    fn curve(&self, max: &Exact) -> Option<Curve> {
        Some(Curve::default().line_until(Exact::ONE, true, Exact::ZERO, max.clone()).flat(max.clone()))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        if measure.exact().is_some_and(|ratio| ratio > Exact::ONE) {
            return Words::branch(language.choose("vượt 100 %: điểm tối đa", "above 100 %: the maximum"));
        }
        Words::formula(format!("{} × {}", plain(terms.max, language), measure.fraction(language)))
    }

    fn describe(&self, language: Language) -> String {
        language.choose("tỷ lệ × điểm tối đa", "ratio × maximum").to_owned()
    }
}
