//! Answers as given, and what they mean on the scale.

use std::collections::BTreeMap;

use super::questionnaire::{Questionnaire, Scale};
use crate::error::{Fault, Problem};

/// Answers by item: the code each respondent gave, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    columns: BTreeMap<String, Vec<Option<i64>>>,
    table: Option<Vec<String>>,
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

    /// The columns of the table that answers come from, as a message that misses
    /// one shows them; the items themselves unless given.
    #[must_use]
    pub fn of_table(mut self, columns: Vec<String>) -> Self {
        self.table = Some(columns);
        self
    }

    /// The table has no column `code`.
    pub(crate) fn missing(&self, code: &str) -> Problem {
        let items = || self.columns.keys().map(|code| format!("`{code}`")).collect();
        let mut found: Vec<String> = self.table.clone().unwrap_or_else(items);
        if found.len() > 40 {
            found.truncate(40);
            found.push("…".to_owned());
        }
        let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        Problem::MissingColumn { column: code.to_owned(), found }
    }
}

/// One item on the scale: 1 satisfied, 0 not, missing outside the base.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) satisfied: Vec<f64>,
    /// Rows whose code leaves the base.
    pub(crate) outside: Vec<bool>,
}

/// Every item a questionnaire asks for that there is, read on its scale.
pub(crate) fn read(
    questionnaire: &Questionnaire,
    answers: &Answers,
    rows: usize,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Column> {
    faults.extend(questionnaire.missing().map(|part| Problem::Outline { part: part.to_owned() }.into()));
    let items = questionnaire.items().map(|item| item.code.as_str());
    let general = questionnaire.factors().iter().filter_map(|factor| factor.general.as_deref());
    // General items may be left out unless a rule needs them.
    let needed: Vec<&str> = items.chain(general.filter(|code| answers.columns.contains_key(*code))).collect();
    let needed = needed.into_iter().chain(questionnaire.general().filter(|code| answers.columns.contains_key(*code)));
    let mut columns = BTreeMap::new();
    for code in needed {
        match answers.columns.get(code) {
            None => faults.push(answers.missing(code).into()),
            Some(given) if given.len() != rows => {
                let (column, found) = (code.to_owned(), given.len());
                faults.push(Problem::WrongLength { column, found, expected: rows }.into());
            }
            Some(given) => {
                columns.insert(code.to_owned(), on_scale(questionnaire.scale(), code, given, faults));
            }
        }
    }
    columns
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
