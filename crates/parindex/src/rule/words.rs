//! The parts of an explanation that a rule knows.

use crate::exact::Exact;
use crate::language::Language;

/// How a rule came to its points, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// Which branch of the rule was taken: `đạt mục tiêu 80 %`.
    pub(crate) branch: Option<String>,
    /// The points as a reviewer would key them in: `20 × 528.684/597.918`.
    pub(crate) formula: Option<String>,
}

impl Words {
    pub(crate) fn branch(text: impl Into<String>) -> Self {
        Self { branch: Some(text.into()), formula: None }
    }

    pub(crate) fn formula(text: impl Into<String>) -> Self {
        Self { branch: None, formula: Some(text.into()) }
    }
}

/// A number of a framework as a language writes it.
pub(crate) fn plain(value: &Exact, language: Language) -> String {
    language.number(&value.to_plain(crate::rounding::Rounding::MAX_PLACES))
}
