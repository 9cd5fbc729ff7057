//! Zero below a floor, in proportion up to a target.

use serde::Serialize;

use super::proportional::Ratio;
use super::target::{check_target, formula};
use super::{Curve, Keys, Language, Measure, Number, Problem, Reading, Shape, Terms, Words};
use crate::exact::Exact;

/// Nothing below the floor, ratio × maximum / target from there, the maximum from the target on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FloorAndTarget {
    #[serde(flatten)]
    ratio: Ratio,
    /// Below this nothing is earned; at it, something is.
    floor: Number,
    /// Where the maximum is reached.
    target: Number,
}

impl Shape for FloorAndTarget {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        let ratio = Ratio::from_keys(keys);
        let (floor, target) = (keys.required_number("floor"), keys.required_number("target"));
        Some(Self { ratio, floor: floor?, target: target? })
    }

    fn reading(&self) -> Reading {
        self.ratio.reading()
    }

    fn check(&self, _: Option<Number>) -> Vec<Problem> {
        let floor = (self.floor.is_negative() || self.floor > self.target).then(|| Problem::OutOfRange {
            value: self.floor.to_string(),
            allowed: format!("0 to the target {}", self.target),
        });
        floor.into_iter().chain(check_target(self.target)).collect()
    }

    fn leaves_finite_decimals(&self) -> bool {
        true
    }

    fn curve(&self, max: &Exact) -> Option<Curve> {
        let target = self.ratio.share(self.target);
        let slope = max.over(&target)?;
        let from_zero = Curve::default().flat_until(self.ratio.share(self.floor), false, Exact::ZERO);
        Some(from_zero.line_until(target, false, Exact::ZERO, slope).flat(max.clone()))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        let write = |number| self.ratio.unit.write(number, language);
        let (floor, target) = (self.ratio.share(self.floor), self.ratio.share(self.target));
        match measure.exact() {
            Some(share) if share < floor => {
                let words = language.choose("dưới mức sàn", "below the floor of");
                Words::branch(format!("{words} {}", write(self.floor)))
            }
            Some(share) if share >= target => {
                let words = language.choose("đạt mục tiêu", "reaches the target");
                Words::branch(format!("{words} {}", write(self.target)))
            }
            _ => Words {
                branch: Some(format!("{} {}", language.choose("từ mức sàn", "from the floor of"), write(self.floor))),
                formula: Some(formula(self.ratio, self.target, measure, terms.max, language)),
            },
        }
    }

    fn describe(&self, language: Language) -> String {
        let write = |number| self.ratio.unit.write(number, language);
        let (floor, target) = (write(self.floor), write(self.target));
        match language {
            Language::Vietnamese => {
                format!("dưới {floor}: 0; từ {floor}: tỷ lệ × điểm tối đa / {target}; từ {target}: điểm tối đa")
            }
            Language::English => {
                format!("below {floor}: 0; from {floor}: ratio × maximum / {target}; from {target}: the maximum")
            }
        }
    }
}
