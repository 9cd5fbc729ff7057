//! Steps on the unit's place among all.

use serde::Serialize;

use super::ladder::{self, Domain, Step};
use super::panel::{Comparing, Comparison, count};
use super::{Keys, Language, Measure, Number, Outcome, Problem, Reading, Shape, Terms, Words};
use crate::exact::Exact;
use crate::measure::Unit;

/// The place of the value among all units ("1224") earns the points of its step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rank {
    #[serde(flatten)]
    comparing: Comparing,
    /// Points by place, covering every place from 1 on.
    steps: Vec<Step>,
}

impl Rank {
    fn place(&self, measure: &Measure, terms: Terms<'_>) -> Option<Exact> {
        let value = self.comparing.value(measure)?;
        let (_, better) = terms.panel?.worse_and_better(&value, self.comparing.best);
        Some(count(better.saturating_add(1)))
    }
}

impl Shape for Rank {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        let comparing = Comparing::from_keys(keys);
        let steps = ladder::read_steps(keys);
        Some(Self { comparing: comparing?, steps })
    }

    fn reading(&self) -> Reading {
        self.comparing.reading()
    }

    fn check(&self, max: Option<Number>) -> Vec<Problem> {
        ladder::check(&self.steps, Domain::ranks(), max)
    }

    fn comparison(&self) -> Option<Comparison> {
        ladder::curve(&self.steps, Unit::Count).map(|curve| Comparison::Place(self.comparing.best, curve))
    }

    fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
        match self.place(measure, terms) {
            None => Outcome::ZeroDenominator,
            Some(place) => {
                let step = ladder::find(&self.steps, &place);
                Outcome::Scored(step.map_or(Exact::ZERO, |step| Exact::from(step.points)))
            }
        }
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        self.place(measure, terms).map_or_else(Words::default, |place| {
            Words::branch(format!("{} {place}", language.choose("xếp thứ", "place")))
        })
    }

    fn describe(&self, language: Language) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| format!("{}: {}", step.words(Unit::Count, language), language.number(&step.points.to_string())))
            .collect();
        format!("{} ({}): {}", language.choose("thứ hạng", "place"), self.comparing.words(language), steps.join("; "))
    }
}
