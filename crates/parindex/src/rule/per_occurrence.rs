//! Each occurrence earns points up to the maximum.

use serde::Serialize;

use super::{Curve, Keys, Language, Measure, Number, Problem, Reading, Shape, Terms, Words};
use crate::exact::Exact;
use crate::measure::Unit;

/// `each` for every occurrence, never above the maximum: for bonus and penalty rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PerOccurrence {
    /// Points one occurrence earns.
    each: Number,
}

pub(crate) fn check_each(each: Number) -> Vec<Problem> {
    let bad = each <= Number::ZERO;
    bad.then(|| Problem::OutOfRange { value: each.to_string(), allowed: "above 0".to_owned() }).into_iter().collect()
}

pub(crate) fn times_each(each: Number, measure: &Measure) -> Exact {
    measure.exact().unwrap_or(Exact::ZERO).times(&Exact::from(each))
}

impl Shape for PerOccurrence {
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
        Some(Curve::default().line_until(max.over(&each)?, true, Exact::ZERO, each).flat(max.clone()))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        if times_each(self.each, measure) > *terms.max {
            return Words::branch(language.choose("đạt mức trần", "reaches the cap"));
        }
        Words::formula(format!("{} × {}", measure.words(language), language.number(&self.each.to_string())))
    }

    fn describe(&self, language: Language) -> String {
        let each = language.number(&self.each.to_string());
        match language {
            Language::Vietnamese => format!("mỗi trường hợp {each} điểm, không quá điểm tối đa"),
            Language::English => format!("each occurrence earns {each}, up to the maximum"),
        }
    }
}
