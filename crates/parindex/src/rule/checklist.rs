//! Parts that add up.

use serde::Serialize;

use super::{Keys, Language, Measure, Number, Outcome, Problem, Reading, Shape, Stated, Terms, Words, ladder};
use crate::exact::Exact;
use crate::language::{Text, composed};
use crate::measure::{Unit, written};

/// Each part that is done earns its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Checklist {
    /// The parts; their points add up to the maximum.
    parts: Vec<Part>,
}

/// One part of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct Part {
    /// The short key evidence names it by.
    key: String,
    /// What must be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<crate::framework::file::TextOrNames>"))]
    name: Option<Text>,
    /// What it earns.
    points: Number,
}

impl Checklist {
    fn sum<'a>(parts: impl Iterator<Item = &'a Part>) -> Exact {
        parts.fold(Exact::ZERO, |sum, part| sum.plus(&Exact::from(part.points)))
    }

    fn done<'a>(&'a self, measure: &'a Measure) -> impl Iterator<Item = &'a Part> {
        let done: &[String] = if let Measure::Parts(keys) = measure { keys } else { &[] };
        self.parts.iter().filter(move |part| done.contains(&part.key))
    }
}

impl Shape for Checklist {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        let read = |keys: &Keys<'_, '_>| {
            let (key, points) = (keys.required_text("key"), keys.required_number("points"));
            let name = keys.names("name");
            keys.finish();
            Some(Part { key: key?, name, points: points? })
        };
        Some(Self { parts: keys.tables("parts").iter().filter_map(read).collect() })
    }

    fn reading(&self) -> Reading {
        Reading::of(Unit::Label)
    }

    /// Keys of the parts done, joined by `;` or `,`; `không`, `none` or `0` for no part.
    fn read(&self, stated: &Stated) -> Result<Measure, Problem> {
        if matches!(stated, Stated::Counts(..) | Stated::Points(_)) {
            let expected = "the keys of the parts done, such as `a; c`".to_owned();
            return Err(Problem::WrongMeasure { text: written(stated), expected });
        }
        let text = match stated {
            Stated::Text(text) => text.to_string(),
            other => written(other),
        };
        if matches!(text.to_lowercase().as_str(), "không" | "none" | "0") {
            return Ok(Measure::Parts(Vec::new()));
        }
        let mut done = Vec::new();
        for key in text.split([';', ',']).map(composed).filter(|key| !key.is_empty()) {
            let part = self.parts.iter().find(|part| part.key.to_lowercase() == key.to_lowercase());
            let Some(part) = part else {
                let allowed: Vec<String> = self.parts.iter().map(|part| format!("`{}`", part.key)).collect();
                return Err(Problem::UnknownLabel { text: crate::number::shown(&key), allowed: allowed.join(", ") });
            };
            if !done.contains(&part.key) {
                done.push(part.key.clone());
            }
        }
        Ok(Measure::Parts(done))
    }

    fn check(&self, max: Option<Number>) -> Vec<Problem> {
        let mut problems: Vec<Problem> =
            self.parts.iter().filter_map(|part| ladder::check_points(part.points, max)).collect();
        for (position, part) in self.parts.iter().enumerate() {
            if self.parts.iter().take(position).any(|other| other.key.to_lowercase() == part.key.to_lowercase()) {
                problems.push(Problem::RuleOverlaps { what: format!("the part `{}`", part.key) });
            }
        }
        let sum = Self::sum(self.parts.iter());
        if let Some(max) = max
            && sum != Exact::from(max)
        {
            let what = format!("the parts add up to {sum}, not to the maximum");
            problems.push(Problem::OutOfRange { value: what, allowed: max.to_string() });
        }
        problems
    }

    fn apply(&self, measure: &Measure, _: Terms<'_>) -> Outcome {
        Outcome::Scored(Self::sum(self.done(measure)))
    }

    fn words(&self, measure: &Measure, _: Terms<'_>, language: Language) -> Words {
        let points: Vec<String> = self.done(measure).map(|part| language.number(&part.points.to_string())).collect();
        if points.len() < 2 { Words::default() } else { Words::formula(points.join(" + ")) }
    }

    fn describe(&self, language: Language) -> String {
        let part = |part: &Part| {
            let name = part.name.as_ref().map_or(String::new(), |name| format!(" {}", name.get(language)));
            format!("{}){name}: {}", part.key, language.number(&part.points.to_string()))
        };
        self.parts.iter().map(part).collect::<Vec<_>>().join("; ")
    }
}
