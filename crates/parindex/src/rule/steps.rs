//! Steps on a ratio, a count, an amount or a label.

use serde::Serialize;

use super::ladder::{self, Domain, Step};
use super::{Curve, Keys, Language, Measure, Number, Outcome, Problem, Reading, Shape, Stated, Terms, Words, is_false};
use crate::exact::Exact;
use crate::language::composed;
use crate::measure::{Unit, written};

/// The value's step, or the label, earns its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Steps {
    /// What a value is; counts may be given wherever it is a share.
    unit: Unit,
    /// Whether a ratio may exceed one.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, schemars(default))]
    may_exceed: bool,
    /// Whether numerator and denominator may have fractions.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, schemars(default))]
    amounts: bool,
    /// The steps, or the labels.
    #[serde(rename = "steps")]
    rungs: Rungs,
}

/// Steps between edges, or labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Rungs {
    Edges(Vec<Step>),
    Labels(Vec<LabelStep>),
}

/// A label and the points it earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(crate) struct LabelStep {
    /// The label, as evidence states it (capitals do not matter).
    pub(crate) label: String,
    /// Points it earns.
    pub(crate) points: Number,
}

impl LabelStep {
    pub(crate) fn read_all(keys: &Keys<'_, '_>, key: &'static str) -> Vec<Self> {
        let read = |keys: &Keys<'_, '_>| {
            let step = keys.required_text("label").zip(keys.required_number("points"));
            keys.finish();
            step.map(|(label, points)| Self { label, points })
        };
        keys.tables(key).iter().filter_map(read).collect()
    }

    /// The step a text names.
    ///
    /// # Errors
    /// `unknown-label` if none does.
    pub(crate) fn find<'s>(steps: &'s [Self], text: &str) -> Result<&'s Self, Problem> {
        let wanted = composed(text).to_lowercase();
        steps.iter().find(|step| step.label.to_lowercase() == wanted).ok_or_else(|| {
            let allowed: Vec<String> = steps.iter().map(|step| format!("`{}`", step.label)).collect();
            Problem::UnknownLabel { text: crate::number::shown(text), allowed: allowed.join(", ") }
        })
    }

    /// Labels given twice, and points beyond the maximum.
    pub(crate) fn check(steps: &[Self], max: Option<Number>) -> Vec<Problem> {
        let mut problems: Vec<Problem> =
            steps.iter().filter_map(|step| ladder::check_points(step.points, max)).collect();
        for (position, step) in steps.iter().enumerate() {
            let earlier = steps.iter().take(position);
            if earlier.into_iter().any(|other| other.label.to_lowercase() == step.label.to_lowercase()) {
                problems.push(Problem::RuleOverlaps { what: format!("the label `{}`", step.label) });
            }
        }
        if steps.is_empty() {
            problems.push(Problem::RuleHasGap { what: "any label".to_owned() });
        }
        problems
    }
}

impl Shape for Steps {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        if !keys.has("unit") {
            keys.missing("unit");
        }
        let units: Vec<(&str, Unit)> = Unit::NAMES
            .into_iter()
            .filter(|(_, unit)| !matches!(unit, Unit::Flag | Unit::Date | Unit::Points))
            .collect();
        let unit = keys.word("unit", &units);
        let may_exceed = keys.flag("may_exceed");
        let amounts = keys.flag("amounts");
        let rungs = if unit == Some(Unit::Label) {
            Rungs::Labels(LabelStep::read_all(keys, "steps"))
        } else {
            Rungs::Edges(ladder::read_steps(keys))
        };
        Some(Self { unit: unit?, may_exceed, amounts, rungs })
    }

    fn reading(&self) -> Reading {
        Reading { unit: self.unit, may_exceed: self.may_exceed, amounts: self.amounts }
    }

    fn read(&self, stated: &Stated) -> Result<Measure, Problem> {
        match &self.rungs {
            Rungs::Edges(_) => self.reading().read(stated),
            Rungs::Labels(labels) => {
                LabelStep::find(labels, &written(stated)).map(|step| Measure::Label(step.label.clone()))
            }
        }
    }

    fn check(&self, max: Option<Number>) -> Vec<Problem> {
        match &self.rungs {
            Rungs::Edges(steps) => ladder::check(steps, Domain::of(self.unit, self.may_exceed), max),
            Rungs::Labels(labels) => LabelStep::check(labels, max),
        }
    }

    fn curve(&self, _: &Exact) -> Option<Curve> {
        let Rungs::Edges(steps) = &self.rungs else { return None };
        ladder::curve(steps, self.unit)
    }

    fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
        let (Rungs::Labels(labels), Measure::Label(label)) = (&self.rungs, measure) else {
            let points = measure.exact().zip(self.curve(terms.max)).map(|(value, curve)| curve.at(&value));
            return points.map_or(Outcome::ZeroDenominator, Outcome::Scored);
        };
        let points = LabelStep::find(labels, label).map_or(Number::ZERO, |step| step.points);
        Outcome::Scored(Exact::from(points))
    }

    fn words(&self, measure: &Measure, _: Terms<'_>, language: Language) -> Words {
        match (&self.rungs, measure.exact()) {
            (Rungs::Edges(steps), Some(share)) => {
                let whole = self.unit.whole().map_or(Exact::ONE, Exact::from);
                let step = ladder::find(steps, &share.times(&whole));
                step.map_or_else(Words::default, |step| {
                    let words = step.words(self.unit, language);
                    Words::branch(format!("{} «{words}»", language.choose("thuộc bậc", "in the step")))
                })
            }
            _ => Words::default(),
        }
    }

    fn describe(&self, language: Language) -> String {
        let points = |points: Number| language.number(&points.to_string());
        let parts: Vec<String> = match &self.rungs {
            Rungs::Edges(steps) => steps
                .iter()
                .map(|step| format!("{}: {}", step.words(self.unit, language), points(step.points)))
                .collect(),
            Rungs::Labels(labels) => {
                labels.iter().map(|step| format!("{}: {}", step.label, points(step.points))).collect()
            }
        };
        parts.join("; ")
    }
}
