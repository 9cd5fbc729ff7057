//! Estimates as a table, and how they are asked for.

use parindex::{Error, Problem, composed};
use parindex_survey::{Deff, Degrees, Estimate, Note, Options};
use pyo3::prelude::*;

use crate::labels::Labels;
use crate::several::Several;
use crate::table::Builder;

/// One name or a list of them.
#[derive(Clone, FromPyObject)]
pub(crate) enum Names {
    /// One column.
    One(String),
    /// Several columns.
    Several(Several<String>),
}

impl Names {
    pub(crate) fn list(self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name],
            Self::Several(Several(names)) => names,
        }
    }
}

/// The value that a word stands for among those allowed.
///
/// # Errors
/// `bad-value` naming all words.
pub(crate) fn one_of<T: Copy>(what: &str, word: &str, allowed: &[(&str, T)]) -> Result<T, Problem> {
    let found = allowed.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, value)| *value).ok_or_else(|| Problem::BadValue {
        what: what.to_owned(),
        text: word.chars().take(40).collect(),
        allowed: allowed.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    })
}

/// Coverage, degrees of freedom and design effect by the words users type.
///
/// # Errors
/// `bad-value`.
pub(crate) fn options(coverage: f64, degrees: &str, deff: Option<&str>) -> Result<Options, Problem> {
    let degrees = one_of("degrees", degrees, &[("design", Degrees::Design), ("own", Degrees::Own)])?;
    let known = [("replace", Deff::Replace), ("wor", Deff::Wor)];
    let deff = deff.map(|word| one_of("deff", word, &known)).transpose()?;
    Ok(Options { coverage, degrees, deff })
}

/// Names of the columns that follow those of the groups.
const COLUMNS: [&str; 10] = ["estimate", "se", "df", "ci_low", "ci_high", "deff", "n", "psus", "note", "missing"];

/// What is wrong with the columns that groups are made of.
///
/// # Errors
/// `bad-value` for one named twice, or like a column of the result.
pub(crate) fn check_by(by: &[String]) -> Result<(), Error> {
    let by: Vec<_> = by.iter().map(|name| composed(name)).collect();
    let faults = by.iter().enumerate().filter_map(|(place, name)| {
        let allowed = if COLUMNS.contains(&name.as_ref()) {
            "a column not called as one of the result: rename it"
        } else if by[..place].contains(name) {
            "each column once"
        } else {
            return None;
        };
        Some(Problem::BadValue { what: "by".to_owned(), text: name.to_string(), allowed: allowed.to_owned() }.into())
    });
    Error::check(faults)
}

/// The columns that every table of estimates has; the labels of the group come first.
pub(crate) fn table(by: &[String], labels: &[Labels], estimates: &[Estimate]) -> Builder {
    let mut builder = Builder::default();
    for (place, name) in by.iter().enumerate() {
        let column = labels.iter().map(|labels| labels.get(place));
        // Rows without a label are a group of their own.
        builder = builder.text(&composed(name), column.map(|label| label.filter(|label| !label.is_empty())));
    }
    builder
        .real("estimate", estimates.iter().map(|estimate| estimate.estimate))
        .real("se", estimates.iter().map(|estimate| estimate.se))
        .real("df", estimates.iter().map(|estimate| Some(estimate.df)))
        .real("ci_low", estimates.iter().map(|estimate| estimate.interval.map(|(low, _)| low)))
        .real("ci_high", estimates.iter().map(|estimate| estimate.interval.map(|(_, high)| high)))
        .real("deff", estimates.iter().map(|estimate| estimate.deff))
        .whole("n", estimates.iter().map(|estimate| Some(estimate.n)))
        .whole("psus", estimates.iter().map(|estimate| Some(estimate.psus)))
        .text("note", estimates.iter().map(|estimate| estimate.note.map(Note::code)))
        .whole("missing", estimates.iter().map(|estimate| Some(estimate.missing)))
}
