//! All or nothing.

use serde::Serialize;

use super::{Keys, Language, Measure, Number, Outcome, Problem, Reading, Shape, Stated, Terms, Words, ladder};
use crate::exact::Exact;
use crate::measure::{Unit, read_flag};

/// Yes earns the maximum, no earns nothing (or `no` points).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct YesNo {
    /// Points for a no; nothing where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    no: Option<Number>,
}

impl Shape for YesNo {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        Some(Self { no: keys.number("no") })
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Flag)
    }

    fn read(&self, stated: &Stated) -> Result<Measure, Problem> {
        read_flag(stated).map(Measure::Flag)
    }

    fn check(&self, max: Option<Number>) -> Vec<Problem> {
        self.no.and_then(|points| ladder::check_points(points, max)).into_iter().collect()
    }

    fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
        match measure {
            Measure::Flag(true) => Outcome::Scored(terms.max.clone()),
            _ => Outcome::Scored(self.no.map_or(Exact::ZERO, Exact::from)),
        }
    }

    fn words(&self, _: &Measure, _: Terms<'_>, _: Language) -> Words {
        Words::default()
    }

    fn describe(&self, language: Language) -> String {
        language.choose("có: điểm tối đa; không: không điểm", "yes: the maximum; no: nothing").to_owned()
    }
}
