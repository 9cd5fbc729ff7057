//! What can be wrong with a framework, with evidence or with a question.

use thiserror::Error as ThisError;

use crate::Code;
use crate::fault::{Coded, Faults, Place, Placed};

/// One thing wrong with a framework, a piece of evidence or a question.
///
/// [`Problem::code`] is a stable slug callers may match on.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
#[allow(missing_docs, reason = "every field is named in its variant's message")]
pub enum Problem {
    /// No bundled framework has this id.
    #[error("no framework is called `{id}`; bundled are {known}")]
    UnknownFramework { id: String, known: String },
    /// The framework has no criterion with this code.
    #[error("the framework has no criterion `{code}`")]
    UnknownCriterion { code: String },
    /// The unit is not among those scored or listed.
    #[error("no unit is called `{unit}`")]
    UnknownUnit { unit: String },
    /// A text is not a criterion code.
    #[error(
        "`{text}` is not a code: numbers with an optional letter, joined by dots, at most 16 deep (`7.1.2`, `4.5a`)"
    )]
    BadCode { text: String },
    /// Two rows speak for one unit, one criterion and one stage.
    #[error("a second row for this criterion at stage `{stage}`; the first is row {first}")]
    DuplicateEvidence { stage: String, first: usize },
    /// The units table names a unit twice for the same time.
    #[error("unit `{unit}` is listed twice for the same time")]
    DuplicateUnit { unit: String },
    /// A unit's id means different units at different times.
    #[error("`{unit}` is the id of different units at different times: say on which day")]
    AmbiguousUnit { unit: String },
    /// A table lacks a column it must have.
    #[error("the table has no column `{column}`; it has {found}")]
    MissingColumn { column: String, found: String },
    /// A row lacks a part, or says the same thing in two ways.
    #[error("{what}")]
    IncompleteRow { what: String },
    /// A text is not a number.
    #[error("`{text}` is not a number: plain digits with an optional decimal point")]
    BadNumber { text: String },
    /// A count with a fraction.
    #[error("`{text}` is not whole: a count must be")]
    NotWhole { text: String },
    /// A number cannot be held to the last digit.
    #[error(
        "`{text}` is not exact: give it as text or as a decimal of at most 28 digits, 15 after the point; floats count only from a table and with at most 15 significant digits"
    )]
    NotExact { text: String },
    /// A number lies outside what is allowed.
    #[error("`{value}` is out of range: allowed is {allowed}")]
    OutOfRange { value: String, allowed: String },
    /// A count below zero.
    #[error("the count `{value}` is negative")]
    NegativeCount { value: String },
    /// A ratio above one where the rule does not allow it.
    #[error("numerator `{numerator}` exceeds denominator `{denominator}`")]
    NumeratorExceedsDenominator { numerator: String, denominator: String },
    /// A ratio without a denominator, where the framework refuses one.
    #[error("the denominator is zero, and the framework says this must not be")]
    ZeroDenominator,
    /// Evidence is missing or does not apply, where the framework refuses that.
    #[error("{what}, and the framework says this must not be")]
    Refused { what: String },
    /// A value is of another kind than the rule reads.
    #[error("`{text}` does not fit: the rule reads {expected}")]
    WrongMeasure { text: String, expected: String },
    /// A label the rule does not know.
    #[error("`{text}` is not a label of the rule: allowed are {allowed}")]
    UnknownLabel { text: String, allowed: String },
    /// A text is not a date.
    #[error("`{text}` is not a date: write `2026-12-20` or `20/12/2026`")]
    BadDate { text: String },
    /// A text is not one of a few allowed words.
    #[error("{what} `{text}` is not known: allowed are {allowed}")]
    BadValue { what: String, text: String, allowed: String },
    /// Maxima do not add up to the one declared above them.
    #[error("{}", maxima_message(.parent.as_ref(), .declared, .sum, .suspect.as_deref()))]
    MaximaDoNotAddUp { parent: Option<Code>, declared: String, sum: String, suspect: Option<Box<Suspect>> },
    /// A row without a maximum cannot be scored.
    #[error("the maximum of `{code}` is not known: fill it in before scoring")]
    MaxPointsUnknown { code: Code },
    /// Arithmetic that leaves finite decimals needs a named rounding.
    #[error("{what} leaves finite decimals: the framework must name a `[rounding]`")]
    RoundingRequired { what: String },
    /// A value that no step of the rule covers.
    #[error("no step covers {what}")]
    RuleHasGap { what: String },
    /// A value that two steps of the rule cover.
    #[error("{what} belongs to two steps")]
    RuleOverlaps { what: String },
    /// Evidence for, or a rule on, a criterion that has others below it.
    #[error("`{code}` has criteria below it: {what}")]
    NotALeaf { code: Code, what: String },
    /// A weight that is missing, not positive, or out of place.
    #[error("bad weight: {what}")]
    BadWeight { what: String },
    /// The text is not TOML.
    #[error("not TOML: {message}")]
    BadToml { message: String },
    /// A key a framework file must have is missing.
    #[error("`{key}` is missing")]
    MissingKey { key: String },
    /// A key no framework file has.
    #[error("`{key}` is not known here: allowed are {allowed}")]
    UnknownKey { key: String, allowed: String },
    /// A file or a stream that cannot be read.
    #[error("cannot read {what}: {message}")]
    UnreadableFile { what: String, message: String },
    /// More than a limit allows.
    #[error("{what} is too large: at most {limit}")]
    TooLarge { what: String, limit: String },
}

/// The row that, typed as `instead`, would make the maxima add up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields say it")]
pub struct Suspect {
    pub code: Code,
    pub typed: String,
    pub instead: String,
}

fn maxima_message(parent: Option<&Code>, declared: &str, sum: &str, suspect: Option<&Suspect>) -> String {
    let whole = parent.map_or_else(|| "the framework".to_owned(), |code| format!("`{code}`"));
    let base = format!("maxima below {whole} add up to {sum}, not to the declared {declared}");
    match suspect {
        Some(Suspect { code, typed, instead }) => {
            format!("{base}; `{code}` says {typed}, and {instead} would make it add up")
        }
        None => base,
    }
}

impl Problem {
    /// `what` cannot be read, and why: slug `unreadable-file`.
    pub fn unreadable(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::UnreadableFile { what: what.into(), message: why.to_string() }
    }

    /// The stable slug of the problem, such as `bad-code`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFramework { .. } => "unknown-framework",
            Self::UnknownCriterion { .. } => "unknown-criterion",
            Self::UnknownUnit { .. } => "unknown-unit",
            Self::BadCode { .. } => "bad-code",
            Self::DuplicateEvidence { .. } => "duplicate-evidence",
            Self::DuplicateUnit { .. } => "duplicate-unit",
            Self::AmbiguousUnit { .. } => "ambiguous-unit",
            Self::MissingColumn { .. } => "missing-column",
            Self::IncompleteRow { .. } => "incomplete-row",
            Self::BadNumber { .. } | Self::NotWhole { .. } => "bad-number",
            Self::NotExact { .. } => "not-exact",
            Self::OutOfRange { .. } => "out-of-range",
            Self::NegativeCount { .. } => "negative-count",
            Self::NumeratorExceedsDenominator { .. } => "numerator-exceeds-denominator",
            Self::ZeroDenominator => "zero-denominator",
            Self::Refused { .. } => "refused",
            Self::WrongMeasure { .. } => "wrong-measure",
            Self::UnknownLabel { .. } => "unknown-label",
            Self::BadDate { .. } => "bad-date",
            Self::BadValue { .. } => "bad-value",
            Self::MaximaDoNotAddUp { .. } => "maxima-do-not-add-up",
            Self::MaxPointsUnknown { .. } => "max-points-unknown",
            Self::RoundingRequired { .. } => "rounding-required",
            Self::RuleHasGap { .. } => "rule-has-gap",
            Self::RuleOverlaps { .. } => "rule-overlaps",
            Self::NotALeaf { .. } => "not-a-leaf",
            Self::BadWeight { .. } => "bad-weight",
            Self::BadToml { .. } => "bad-toml",
            Self::MissingKey { .. } => "missing-key",
            Self::UnknownKey { .. } => "unknown-key",
            Self::UnreadableFile { .. } => "unreadable-file",
            Self::TooLarge { .. } => "too-large",
        }
    }

    /// This problem, not yet placed anywhere.
    #[must_use]
    pub fn at(self, place: Place) -> Fault {
        Fault { problem: self, place }
    }
}

/// A problem and its place.
pub type Fault = Placed<Problem>;

/// Everything that is wrong with what was given, each fault with its place.
///
/// There is always at least one fault.
pub type Error = Faults<Problem>;

impl Coded for Problem {
    fn code(&self) -> &'static str {
        self.code()
    }

    fn too_large(what: String, limit: String) -> Self {
        Self::TooLarge { what, limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each, so that a changed slug or message is seen.
    fn one_of_each() -> Vec<Problem> {
        let s = str::to_owned;
        let code: Code = "7.1.2".parse().unwrap();
        let suspect = Suspect { code: code.clone(), typed: s("10.05"), instead: s("10.50") };
        vec![
            Problem::UnknownFramework { id: s("x"), known: s("`pci/2006`") },
            Problem::UnknownCriterion { code: s("9") },
            Problem::UnknownUnit { unit: s("H99") },
            Problem::BadCode { text: s("7..1") },
            Problem::DuplicateEvidence { stage: s("self"), first: 3 },
            Problem::DuplicateUnit { unit: s("15") },
            Problem::AmbiguousUnit { unit: s("15") },
            Problem::MissingColumn { column: s("code"), found: s("`unit`") },
            Problem::IncompleteRow { what: s("a numerator without a denominator") },
            Problem::BadNumber { text: s("1_000") },
            Problem::NotWhole { text: s("3.5") },
            Problem::NotExact { text: s("0.30000000000000004") },
            Problem::OutOfRange { value: s("101"), allowed: s("0 to 100") },
            Problem::NegativeCount { value: s("-1") },
            Problem::NumeratorExceedsDenominator { numerator: s("6"), denominator: s("5") },
            Problem::ZeroDenominator,
            Problem::Refused { what: s("evidence is missing") },
            Problem::WrongMeasure { text: s("maybe"), expected: s("a flag") },
            Problem::UnknownLabel { text: s("muộn"), allowed: s("`kịp thời`") },
            Problem::BadDate { text: s("31/02/2026") },
            Problem::BadValue { what: s("stage"), text: s("draft"), allowed: s("`self`, `final`") },
            Problem::MaximaDoNotAddUp {
                parent: None,
                declared: s("100"),
                sum: s("99.55"),
                suspect: Some(Box::new(suspect)),
            },
            Problem::MaxPointsUnknown { code: code.clone() },
            Problem::RoundingRequired { what: s("the rule of `2.1`") },
            Problem::RuleHasGap { what: s("the value 70") },
            Problem::RuleOverlaps { what: s("the value 70") },
            Problem::NotALeaf { code, what: s("evidence belongs to a leaf") },
            Problem::BadWeight { what: s("it must be above zero") },
            Problem::BadToml { message: s("expected `=`") },
            Problem::MissingKey { key: s("id") },
            Problem::UnknownKey { key: s("idd"), allowed: s("`id`") },
            Problem::UnreadableFile { what: s("`x.csv`"), message: s("not UTF-8") },
            Problem::TooLarge { what: s("the file"), limit: s("1 GiB") },
        ]
    }

    #[test]
    fn slugs_and_messages_are_stable() {
        let told: Vec<String> =
            one_of_each().into_iter().map(|problem| format!("{}: {problem}", problem.code())).collect();
        insta::assert_snapshot!("problems", told.join("\n"));
    }
}
