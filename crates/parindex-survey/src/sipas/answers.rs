//! Answers as given, and what they mean on the scale.

use std::collections::BTreeMap;

use super::questionnaire::{Questionnaire, Scale};
use crate::error::{Error, Fault, Problem};

/// Answers by item: the code each respondent gave, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    columns: BTreeMap<String, Vec<Option<i64>>>,
}

impl Answers {
    /// No answers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The answers to an item, one a row.
    #[must_use]
    pub fn item(mut self, code: impl Into<String>, answers: Vec<Option<i64>>) -> Self {
        self.columns.insert(code.into(), answers);
        self
    }
}

/// One item on the scale: 1 satisfied, 0 not, missing outside the base.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) satisfied: Vec<f64>,
    /// Rows whose code leaves the base.
    pub(crate) outside: Vec<bool>,
}

/// Every item a questionnaire asks for, read on its scale.
pub(crate) fn read(
    questionnaire: &Questionnaire,
    answers: &Answers,
    rows: usize,
) -> Result<BTreeMap<String, Column>, Error> {
    let mut faults: Vec<Fault> = Vec::new();
    faults.extend(questionnaire.missing().map(|part| Problem::Outline { part: part.to_owned() }.into()));
    let items = questionnaire.items().map(|item| item.code.as_str());
    let general = questionnaire.factors().iter().filter_map(|factor| factor.general.as_deref());
    // General items may be left out unless a rule needs them.
    let needed: Vec<&str> = items.chain(general.filter(|code| answers.columns.contains_key(*code))).collect();
    let needed = needed.into_iter().chain(questionnaire.general().filter(|code| answers.columns.contains_key(*code)));
    let mut columns = BTreeMap::new();
    let mut found: Vec<String> = answers.columns.keys().take(20).map(|code| format!("`{code}`")).collect();
    if answers.columns.len() > found.len() {
        found.push("…".to_owned());
    }
    for code in needed {
        match answers.columns.get(code) {
            None => {
                let problem = Problem::MissingColumn { column: code.to_owned(), found: found.join(", ") };
                faults.push(problem.into());
            }
            Some(given) if given.len() != rows => {
                let (column, found) = (code.to_owned(), given.len());
                faults.push(Problem::WrongLength { column, found, expected: rows }.into());
            }
            Some(given) => {
                columns.insert(code.to_owned(), on_scale(questionnaire.scale(), code, given, &mut faults));
            }
        }
    }
    Error::check(faults)?;
    Ok(columns)
}

fn on_scale(scale: &Scale, item: &str, given: &[Option<i64>], faults: &mut Vec<Fault>) -> Column {
    let mut column = Column { satisfied: Vec::with_capacity(given.len()), outside: vec![false; given.len()] };
    for (row, answer) in given.iter().enumerate() {
        let value = match answer {
            Some(code) if scale.satisfied.contains(code) => 1.0,
            Some(code) if scale.unsatisfied.contains(code) => 0.0,
            None => f64::NAN,
            Some(code) => {
                if scale.outside.contains(code) {
                    column.outside[row] = true;
                } else {
                    let all: Vec<String> = scale
                        .satisfied
                        .union(&scale.unsatisfied)
                        .chain(&scale.outside)
                        .map(ToString::to_string)
                        .collect();
                    let allowed = format!("{} or blank for item `{item}`", all.join(", "));
                    faults.push(Problem::OutOfRange { value: code.to_string(), allowed }.in_row(row));
                }
                f64::NAN
            }
        };
        column.satisfied.push(value);
    }
    column
}
