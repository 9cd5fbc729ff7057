//! Steps on the days by which a deadline was missed.

use jiff::civil::Date;
use serde::Serialize;

use super::ladder::{self, Domain, Step};
use super::{Curve, Keys, Language, Measure, Number, Outcome, Problem, Reading, Shape, Stated, Terms, Words};
use crate::exact::Exact;
use crate::measure::{Unit, read_date};

/// Days late earn the points of their step; days early are negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Deadline {
    /// The last day in time; without it evidence states the days late.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    due: Option<Date>,
    /// Points by days late, covering every whole number.
    steps: Vec<Step>,
}

impl Deadline {
    fn days_late(&self, measure: &Measure) -> Option<Exact> {
        match measure {
            Measure::Date(date) => {
                let span = self.due?.until(*date).ok()?;
                Some(Exact::whole(i128::from(span.get_days())))
            }
            other => other.exact(),
        }
    }
}

impl Shape for Deadline {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        Some(Self { due: keys.date("due"), steps: ladder::read_steps(keys) })
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Date)
    }

    fn read(&self, stated: &Stated) -> Result<Measure, Problem> {
        match stated {
            Stated::Text(text) if text.contains(['/']) || text.trim_start_matches('-').contains('-') => {
                if self.due.is_none() {
                    let expected = "days late: the rule states no due date".to_owned();
                    return Err(Problem::WrongMeasure { text: text.to_string(), expected });
                }
                read_date(text).map(Measure::Date)
            }
            Stated::Text(text) if text.parse::<Number>().is_err() => {
                Err(Problem::BadDate { text: crate::number::shown(text) })
            }
            _ => self.reading().read(stated),
        }
    }

    fn check(&self, max: Option<Number>) -> Vec<Problem> {
        ladder::check(&self.steps, Domain::of(Unit::Date, true), max)
    }

    fn curve(&self, _: &Exact) -> Option<Curve> {
        ladder::curve(&self.steps, Unit::Date)
    }

    fn apply(&self, measure: &Measure, _: Terms<'_>) -> Outcome {
        let days = self.days_late(measure);
        let step = days.and_then(|days| ladder::find(&self.steps, &days));
        Outcome::Scored(step.map_or(Exact::ZERO, |step| Exact::from(step.points)))
    }

    fn words(&self, measure: &Measure, _: Terms<'_>, language: Language) -> Words {
        let Some(days) = self.days_late(measure) else { return Words::default() };
        let late = !days.is_negative() && !days.is_zero();
        let count = if days.is_negative() { days.negated() } else { days }.to_plain(0);
        Words::branch(match (late, language) {
            (true, Language::Vietnamese) => format!("trễ hạn {count} ngày"),
            (true, Language::English) => format!("{count} days late"),
            (false, Language::Vietnamese) => "đúng hạn".to_owned(),
            (false, Language::English) => "in time".to_owned(),
        })
    }

    fn describe(&self, language: Language) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| format!("{}: {}", step.words(Unit::Count, language), language.number(&step.points.to_string())))
            .collect();
        let due = self.due.map_or_else(String::new, |due| {
            format!("{} {}; ", language.choose("hạn", "due"), Measure::Date(due).words(language))
        });
        format!("{due}{}: {}", language.choose("số ngày trễ", "days late"), steps.join("; "))
    }
}
