//! The framework file as written: what its keys hold, and how they are printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::code::Code;
use crate::language::Text;
use crate::number::Number;
use crate::rounding::Rounding;
use crate::rule::Rule;
use crate::standing::{Basis, Status};

/// What a leaf earns where it has no points of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Earns {
    /// Nothing, of the full maximum.
    Zero,
    /// The full maximum.
    Full,
    /// Nothing, and the row leaves the maximum too.
    Shrink,
    /// It must not happen: scoring is refused.
    Refuse,
}

impl Earns {
    pub(crate) const NAMES: [(&str, Self); 4] =
        [("zero", Self::Zero), ("full", Self::Full), ("shrink", Self::Shrink), ("refuse", Self::Refuse)];
}

/// What the kinds of absence earn; a row's own word goes before the framework's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(crate) struct Absence {
    /// No evidence: nothing, unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<Earns>,
    /// The criterion does not apply to the unit: it leaves the maximum, unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_applicable: Option<Earns>,
    /// A ratio over nothing: nothing, unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zero_denominator: Option<Earns>,
}

impl Absence {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(crate) fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// This row's words, with the framework's where it has none.
    pub(crate) fn or(self, framework: Self) -> Self {
        Self {
            missing: self.missing.or(framework.missing),
            not_applicable: self.not_applicable.or(framework.not_applicable),
            zero_denominator: self.zero_denominator.or(framework.zero_denominator),
        }
    }
}

/// A band of the index in percent, such as A from 90; its lower edge is inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub struct Band {
    /// The band's name.
    pub(crate) name: String,
    /// Its lower edge in percent, inside the band.
    pub(crate) from: Number,
}

/// A part of a row whose standing can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Attribute {
    /// What the criterion is called.
    Name,
    /// Its maximum.
    MaxPoints,
    /// How evidence becomes points.
    Rule,
    /// The target a plan or decision sets.
    Target,
    /// The document that proves it.
    Evidence,
    /// Who answers for it.
    Agency,
}

impl Attribute {
    /// Every attribute, with the word that names it.
    pub const NAMES: [(&str, Self); 6] = [
        ("name", Self::Name),
        ("max_points", Self::MaxPoints),
        ("rule", Self::Rule),
        ("target", Self::Target),
        ("evidence", Self::Evidence),
        ("agency", Self::Agency),
    ];
}

/// The standing of a row: one word for all of it, or one for each attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum Standing {
    All(Basis),
    Each(BTreeMap<Attribute, Basis>),
}

/// Points outside the hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outside {
    /// Added (điểm thưởng); the row's maximum is the cap.
    Bonus,
    /// Taken off (điểm trừ); the row's maximum is the cap.
    Penalty,
}

/// Everything of a framework but its criteria.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Head {
    /// The framework's id, such as `dvc-766/province`.
    pub(crate) id: String,
    /// What it is called.
    #[cfg_attr(test, schemars(with = "TextOrNames"))]
    pub(crate) title: Text,
    /// The decision it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<String>,
    /// The decision's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) date: Option<Date>,
    /// The level of the units it scores, such as `province`.
    pub(crate) unit: String,
    /// The years it scores.
    #[cfg_attr(test, schemars(default))]
    pub(crate) rounds: Vec<u32>,
    /// How finished it is.
    pub(crate) status: Status,
    /// The standing of what rows do not say themselves.
    pub(crate) basis: Basis,
    /// The source of rows that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<TextOrNames>"))]
    pub(crate) source: Option<Text>,
    /// The total in the table's header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_points: Option<Number>,
    /// How the top rows combine.
    #[serde(skip_serializing_if = "is_sum")]
    #[cfg_attr(test, schemars(default))]
    pub(crate) aggregate: Aggregate,
    /// Where and how points are rounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rounding: Option<Rounding>,
    /// What the kinds of absence earn.
    #[serde(skip_serializing_if = "Absence::is_silent")]
    #[cfg_attr(test, schemars(default))]
    pub(crate) absence: Absence,
    /// Bands of the index.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(default))]
    pub(crate) bands: Vec<Band>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_sum(aggregate: &Aggregate) -> bool {
    *aggregate == Aggregate::Sum
}

/// The row of one criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(crate) struct Row {
    /// What the criterion is called.
    #[cfg_attr(test, schemars(with = "TextOrNames"))]
    pub(crate) name: Text,
    /// Its maximum; a row without one is an outline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_points: Option<Number>,
    /// How the rows below combine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aggregate: Option<Aggregate>,
    /// Its weight among its siblings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) weight: Option<Number>,
    /// How evidence is gathered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<Method>,
    /// How evidence becomes points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<Rule>,
    /// The document that proves it (tài liệu kiểm chứng).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<TextOrNames>"))]
    pub(crate) evidence: Option<Text>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agency: Option<String>,
    /// Its standing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) basis: Option<Standing>,
    /// Where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<TextOrNames>"))]
    pub(crate) source: Option<Text>,
    /// What the kinds of absence earn in this row.
    #[serde(skip_serializing_if = "Absence::is_silent")]
    #[cfg_attr(test, schemars(default))]
    pub(crate) absence: Absence,
    /// Points outside the hundred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outside: Option<Outside>,
}

/// How evidence for a criterion is gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Method {
    /// The unit scores itself and the ministry appraises (tự chấm điểm).
    SelfAssessed,
    /// A sociological survey (điều tra xã hội học).
    Survey,
    /// Official statistics.
    Statistics,
    /// Dossiers on the service portal (hồ sơ).
    Dossiers,
}

impl Method {
    /// Every method, with the word that names it.
    pub const NAMES: [(&str, Self); 4] = [
        ("self-assessed", Self::SelfAssessed),
        ("survey", Self::Survey),
        ("statistics", Self::Statistics),
        ("dossiers", Self::Dossiers),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        crate::standing::word(&Self::NAMES, self)
    }
}

/// Prints a framework: the head, then a table for each criterion.
pub(crate) fn write<'a>(head: &Head, rows: impl Iterator<Item = (&'a Code, &'a Row)>) -> String {
    let mut text = String::new();
    write_keys(&mut text, head);
    for (code, row) in rows {
        let _ = write!(text, "\n[criteria.{}]\n", toml::Value::String(code.to_string()));
        write_keys(&mut text, row);
    }
    text
}

/// Prints the fields of a table, one a line.
fn write_keys(text: &mut String, table: &impl Serialize) {
    let Ok(table) = toml::Table::try_from(table) else { return };
    for (key, value) in table {
        let _ = writeln!(text, "{key} = {value}");
    }
}

/// A text, or its Vietnamese and English forms: for the schema only.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
pub(crate) enum TextOrNames {
    Text(String),
    Names(Text),
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[derive(schemars::JsonSchema)]
    #[schemars(deny_unknown_fields, title = "parindex framework")]
    #[allow(dead_code, reason = "only its schema is used")]
    struct Document {
        #[schemars(flatten)]
        head: Head,
        /// The criteria by code; the tree is read from the codes.
        criteria: BTreeMap<String, Row>,
    }

    /// The JSON Schema of a framework file, as committed beside the bundled frameworks.
    #[test]
    fn the_schema_file_is_current() {
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Document)).unwrap() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/frameworks/framework.schema.json");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &schema).unwrap();
        }
        let current = std::fs::read_to_string(path).unwrap() == schema;
        assert!(current, "run with UPDATE_SCHEMA=1 to write it anew");
    }
}
