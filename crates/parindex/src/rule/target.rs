//! Full at or above a target, in proportion below.

use serde::Serialize;

use super::proportional::Ratio;
use super::{Curve, Keys, Language, Measure, Number, Problem, Reading, Shape, Terms, Words};
use crate::exact::Exact;
use crate::rule::words::plain;

/// The maximum from the target on, ratio × maximum / target below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Target {
    #[serde(flatten)]
    ratio: Ratio,
    /// Where the maximum is reached, in the rule's unit.
    target: Number,
}

/// A target must be above zero.
pub(crate) fn check_target(target: Number) -> Option<Problem> {
    (target <= Number::ZERO).then(|| Problem::OutOfRange { value: target.to_string(), allowed: "above 0".to_owned() })
}

/// `6 × 528.464/597.918 / 90 %`.
pub(crate) fn formula(ratio: Ratio, target: Number, measure: &Measure, max: &Exact, language: Language) -> String {
    let target = ratio.unit.write(target, language);
    format!("{} × {} / {target}", plain(max, language), measure.fraction(language))
}

impl Shape for Target {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        Some(Self { ratio: Ratio::from_keys(keys), target: keys.required_number("target")? })
    }

    fn reading(&self) -> Reading {
        self.ratio.reading()
    }

    fn check(&self, _: Option<Number>) -> Vec<Problem> {
        check_target(self.target).into_iter().collect()
    }

    fn leaves_finite_decimals(&self) -> bool {
        true
    }

    fn curve(&self, max: &Exact) -> Option<Curve> {
        let target = self.ratio.share(self.target);
        let slope = max.over(&target)?;
        Some(Curve::default().line_until(target, false, Exact::ZERO, slope).flat(max.clone()))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        let target = self.ratio.unit.write(self.target, language);
        match measure.exact() {
            Some(share) if share >= self.ratio.share(self.target) => {
                Words::branch(format!("{} {target}", language.choose("đạt mục tiêu", "reaches the target")))
            }
            _ => Words {
                branch: Some(format!("{} {target}", language.choose("dưới mục tiêu", "below the target"))),
                formula: Some(formula(self.ratio, self.target, measure, terms.max, language)),
            },
        }
    }

    fn describe(&self, language: Language) -> String {
        let target = self.ratio.unit.write(self.target, language);
        match language {
            Language::Vietnamese => format!("từ {target}: điểm tối đa; dưới: tỷ lệ × điểm tối đa / {target}"),
            Language::English => format!("from {target}: the maximum; below: ratio × maximum / {target}"),
        }
    }
}
