//! Mean points of survey answers.

use serde::Serialize;

use super::steps::LabelStep;
use super::{Keys, Language, Measure, Number, Outcome, Problem, Reading, Shape, Stated, Terms, Words};
use crate::exact::Exact;
use crate::measure::{Unit, written};

/// Every answer earns the points of its label; the criterion earns their mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Answers {
    /// The labels and what an answer with each earns.
    scores: Vec<LabelStep>,
}

impl Answers {
    /// Points of all answers, and how many answers there are.
    fn totals(&self, measure: &Measure) -> (Exact, Exact) {
        let answers: &[(String, Number)] = if let Measure::Answers(answers) = measure { answers } else { &[] };
        answers.iter().fold((Exact::ZERO, Exact::ZERO), |(points, count), (label, times)| {
            let each = LabelStep::find(&self.scores, label).map_or(Exact::ZERO, |step| Exact::from(step.points));
            (points.plus(&each.times(&Exact::from(*times))), count.plus(&Exact::from(*times)))
        })
    }
}

impl Shape for Answers {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        Some(Self { scores: LabelStep::read_all(keys, "scores") })
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Label)
    }

    /// `Tốt: 30; Khá: 50`, or the label of a single answer.
    fn read(&self, stated: &Stated) -> Result<Measure, Problem> {
        let text = match stated {
            Stated::Text(text) => text.to_string(),
            other => written(other),
        };
        let mut answers: Vec<(String, Number)> = Vec::new();
        for answer in text.split(';').filter(|answer| !answer.trim().is_empty()) {
            let (label, times) = match answer.rsplit_once(':') {
                Some((label, times)) => (label, times.parse::<Number>()?),
                None => (answer, Number::from(1_u8)),
            };
            let label = &LabelStep::find(&self.scores, label)?.label;
            if times.is_negative() {
                return Err(Problem::NegativeCount { value: times.to_string() });
            }
            if !times.is_whole() {
                return Err(Problem::NotWhole { text: times.to_string() });
            }
            if answers.iter().any(|(other, _)| other == label) {
                return Err(Problem::IncompleteRow { what: format!("the answer `{label}` is counted twice") });
            }
            answers.push((label.clone(), times));
        }
        Ok(Measure::Answers(answers))
    }

    fn check(&self, max: Option<Number>) -> Vec<Problem> {
        LabelStep::check(&self.scores, max)
    }

    fn leaves_finite_decimals(&self) -> bool {
        true
    }

    fn apply(&self, measure: &Measure, _: Terms<'_>) -> Outcome {
        let (points, count) = self.totals(measure);
        points.over(&count).map_or(Outcome::ZeroDenominator, Outcome::Scored)
    }

    fn words(&self, measure: &Measure, _: Terms<'_>, language: Language) -> Words {
        let (points, count) = self.totals(measure);
        let write = |value: &Exact| super::words::plain(value, language);
        Words::formula(format!("{} / {}", write(&points), write(&count)))
    }

    fn describe(&self, language: Language) -> String {
        let scores: Vec<String> = self
            .scores
            .iter()
            .map(|step| format!("{}: {}", step.label, language.number(&step.points.to_string())))
            .collect();
        format!(
            "{}: {}",
            language.choose("điểm trung bình các câu trả lời", "mean points of the answers"),
            scores.join("; ")
        )
    }
}
