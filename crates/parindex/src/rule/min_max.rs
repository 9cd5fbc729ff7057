//! Linear between the worst and the best unit.

use serde::Serialize;

use super::panel::{Best, Comparing, Comparison};
use super::words::plain;
use super::{Keys, Language, Measure, Outcome, Reading, Shape, Terms, Words};
use crate::exact::Exact;

/// Nothing for the worst value of all units, the maximum for the best; where
/// all are equal, all are best.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MinMax {
    #[serde(flatten)]
    comparing: Comparing,
}

impl MinMax {
    /// Worst and best value of all units.
    fn ends<'a>(&self, terms: Terms<'a>) -> Option<(&'a Exact, &'a Exact)> {
        let panel = terms.panel?;
        let (low, high) = (panel.lowest()?, panel.highest()?);
        Some(if self.comparing.best == Best::High { (low, high) } else { (high, low) })
    }
}

impl Shape for MinMax {
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
        Some(Comparison::MinMax(self.comparing.best))
    }

    fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
        let share = self.comparing.value(measure).zip(self.ends(terms)).and_then(|(value, (worst, best))| {
            if value == *best { Some(Exact::ONE) } else { value.minus(worst).over(&best.minus(worst)) }
        });
        share.map_or(Outcome::ZeroDenominator, |share| Outcome::Scored(terms.max.times(&share)))
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        if self.ends(terms).is_some_and(|(worst, best)| worst == best) {
            return Words::branch(language.choose("mọi đơn vị bằng nhau", "all units are equal"));
        }
        self.ends(terms).map_or_else(Words::default, |(worst, best)| {
            let (worst, best) = (plain(worst, language), plain(best, language));
            let value = self.comparing.value(measure).map_or_else(String::new, |value| plain(&value, language));
            Words::formula(format!("{} × ({value} − {worst}) / ({best} − {worst})", plain(terms.max, language)))
        })
    }

    fn describe(&self, language: Language) -> String {
        let words =
            language.choose("tuyến tính giữa đơn vị kém nhất và tốt nhất", "linear between worst and best unit");
        format!("{words} ({})", self.comparing.words(language))
    }
}
