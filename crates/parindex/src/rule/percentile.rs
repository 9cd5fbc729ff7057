//! Share of the other units that are worse.

use serde::Serialize;

use super::panel::{Comparing, Comparison, count};
use super::words::plain;
use super::{Keys, Language, Measure, Outcome, Reading, Shape, Terms, Words};
use crate::exact::Exact;

/// Units with a worse value over all other units, times the maximum; a unit
/// without others earns it all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Percentile {
    #[serde(flatten)]
    comparing: Comparing,
}

impl Percentile {
    /// Units that are worse, and units besides this one.
    fn parts(&self, measure: &Measure, terms: Terms<'_>) -> Option<(Exact, Exact)> {
        let panel = terms.panel?;
        let value = self.comparing.value(measure)?;
        let (worse, _) = panel.worse_and_better(&value, self.comparing.best);
        Some((count(worse), count(panel.len().saturating_sub(1))))
    }
}

impl Shape for Percentile {
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
        Some(Comparison::Percentile(self.comparing.best))
    }

    fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
        let share = self
            .parts(measure, terms)
            .and_then(|(worse, others)| if others.is_zero() { Some(Exact::ONE) } else { worse.over(&others) });
        share.map_or(Outcome::ZeroDenominator, |share| Outcome::Scored(terms.max.times(&share)))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        self.parts(measure, terms).map_or_else(Words::default, |(worse, others)| {
            let write = |value: &Exact| plain(value, language);
            Words {
                branch: Some(match language {
                    Language::Vietnamese => format!("tốt hơn {} trong {} đơn vị khác", write(&worse), write(&others)),
                    Language::English => format!("better than {} of {} other units", write(&worse), write(&others)),
                }),
                formula: (!others.is_zero())
                    .then(|| format!("{} × {}/{}", write(terms.max), write(&worse), write(&others))),
            }
        })
    }

    fn describe(&self, language: Language) -> String {
        let words = language.choose("tỷ lệ đơn vị khác kém hơn", "share of the other units that are worse");
        format!("{words} ({})", self.comparing.words(language))
    }
}
