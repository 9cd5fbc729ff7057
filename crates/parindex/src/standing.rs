//! On what a fact rests.

use serde::{Deserialize, Serialize};

/// The standing of a fact, from firm to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Read in a decision, a provincial plan or an official portal.
    Official,
    /// Read in press, on a province's site or in a third party's extract.
    Reported,
    /// Follows by arithmetic from official or reported facts.
    Inferred,
    /// Nobody has read it.
    Assumed,
}

impl Basis {
    /// Every standing, with the word that names it.
    pub const NAMES: [(&str, Self); 4] = [
        ("official", Self::Official),
        ("reported", Self::Reported),
        ("inferred", Self::Inferred),
        ("assumed", Self::Assumed),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        word(&Self::NAMES, self)
    }
}

/// How finished a framework file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Taken from the decision itself.
    Official,
    /// Complete, from reports about the decision.
    Reported,
    /// Partly filled, with assumptions.
    Draft,
    /// Names only: maxima are for the user to fill in.
    Outline,
}

impl Status {
    /// Every status, with the word that names it.
    pub const NAMES: [(&str, Self); 4] = [
        ("official", Self::Official),
        ("reported", Self::Reported),
        ("draft", Self::Draft),
        ("outline", Self::Outline),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        word(&Self::NAMES, self)
    }
}

/// The word that stands for `value` in a list of all words of its kind.
pub(crate) fn word<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, named)| *named == value).map_or("", |(name, _)| name)
}
