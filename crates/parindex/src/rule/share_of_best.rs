//! Share of the best unit's value.

use serde::Serialize;

use super::panel::{Best, Comparing, Comparison};
use super::words::plain;
use super::{Keys, Language, Measure, Outcome, Reading, Shape, Terms, Words};
use crate::exact::Exact;

/// Value over the best value, or the best value over it where low is good; the
/// best value itself earns the maximum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShareOfBest {
    #[serde(flatten)]
    comparing: Comparing,
}

impl ShareOfBest {
    /// What is divided by what.
    fn parts(&self, measure: &Measure, terms: Terms<'_>) -> Option<(Exact, Exact)> {
        let value = self.comparing.value(measure)?;
        let panel = terms.panel?;
        Some(match self.comparing.best {
            Best::High => (value, panel.highest()?.clone()),
            Best::Low => (panel.lowest()?.clone(), value),
        })
    }
}

impl Shape for ShareOfBest {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        Some(Self { comparing: Comparing::from_keys(keys)? })
    }

    fn reading(&self) -> Reading {
        self.comparing.reading()
    }

    fn leaves_finite_decimals(&self) -> bool {
        true
    }

    fn comparison(&self) -> Option<Comparison> {
        Some(Comparison::ShareOfBest(self.comparing.best))
    }

    fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
        let share = self.parts(measure, terms).and_then(|(top, bottom)| {
            if top == bottom {
                return Some(Exact::ONE);
            }
            if bottom.is_negative() { None } else { top.over(&bottom) }
        });
        share.map_or(Outcome::ZeroDenominator, |share| {
            Outcome::Scored(terms.max.times(&share.clamp(Exact::ZERO, Exact::ONE)))
        })
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        self.parts(measure, terms).map_or_else(Words::default, |(top, bottom)| {
            if top == bottom {
                return Words::branch(language.choose("đơn vị tốt nhất", "the best unit"));
            }
            let write = |value: &Exact| plain(value, language);
            Words::formula(format!("{} × {} / {}", write(terms.max), write(&top), write(&bottom)))
        })
    }

    fn describe(&self, language: Language) -> String {
        let words = language.choose("tỷ lệ so với đơn vị tốt nhất", "share of the best unit's value");
        format!("{words} ({})", self.comparing.words(language))
    }
}
