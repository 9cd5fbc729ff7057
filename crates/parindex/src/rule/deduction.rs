//! Each occurrence costs points.

use serde::Serialize;

use super::per_occurrence::{check_each, times_each};
use super::{Curve, Keys, Language, Measure, Number, Problem, Reading, Shape, Terms, Words};
use crate::exact::Exact;
use crate::measure::Unit;
use crate::rule::words::plain;

/// The maximum less `each` for every occurrence, never below nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Deduction {
    /// Points one occurrence costs.
    each: Number,
}

impl Shape for Deduction {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        Some(Self { each: keys.required_number("each")? })
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Count)
    }

    fn check(&self, _: Option<Number>) -> Vec<Problem> {
        check_each(self.each)
    }

    fn curve(&self, max: &Exact) -> Option<Curve> {
        let each = Exact::from(self.each);
        Some(Curve::default().line_until(max.over(&each)?, true, max.clone(), each.negated()).flat(Exact::ZERO))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        let (max, each) = (plain(terms.max, language), language.number(&self.each.to_string()));
        if times_each(self.each, measure) > *terms.max {
            return Words::branch(language.choose("trừ hết điểm", "all points deducted"));
        }
        Words::formula(format!("{max} − {} × {each}", measure.words(language)))
    }

    fn describe(&self, language: Language) -> String {
        let each = language.number(&self.each.to_string());
        match language {
            Language::Vietnamese => format!("mỗi trường hợp trừ {each} điểm"),
            Language::English => format!("each occurrence costs {each}"),
        }
    }
}
