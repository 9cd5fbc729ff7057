//! Labels of groups and classes as users type them: keys of a dict.

use std::collections::BTreeSet;

use parindex::{Error, Fault, Problem, composed};
use parindex_survey::Problem as Question;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::error::{Failure, wrong_design};
use crate::objects;
use crate::several::taken;

/// What a row is called in several columns; a gap is called by nothing.
pub(crate) type Labels = Vec<String>;

type Entry<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The entries of a dict, or of what has `items` as one.
///
/// # Errors
/// `wrong-design` if `what` is neither.
pub(crate) fn entries<'py>(what: &str, given: &Bound<'py, PyAny>) -> Result<Vec<Entry<'py>>, Failure> {
    if let Ok(dict) = given.cast::<PyDict>() {
        return Ok(dict.iter().collect());
    }
    let items = given.call_method0("items").and_then(|items| Ok(taken(&items)?));
    let pairs = items.and_then(|items| items.iter().map(PyAnyMethods::extract).collect::<PyResult<Vec<_>>>());
    pairs.map_err(|_| wrong_design(&format!("`{what}` must be a dict")))
}

/// A number for each label, as a column's label is read: `1`, `1.0` and `"1"`
/// are one, and None is that of a gap.
///
/// # Errors
/// All at once: `bad-number`, `named-twice`; `wrong-design` if `what` is no dict.
pub(crate) fn counted(what: &str, given: &Bound<'_, PyAny>) -> Result<Vec<(String, f64)>, Failure> {
    let numbered = numbered(what, given, 1)?;
    Ok(numbered.into_iter().map(|(labels, number)| (labels.concat(), number)).collect())
}

/// The same for keys of several columns, which are tuples.
///
/// # Errors
/// As [`counted`]; `bad-value` for a key of another length.
pub(crate) fn numbered(what: &str, given: &Bound<'_, PyAny>, columns: usize) -> Result<Vec<(Labels, f64)>, Failure> {
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    let mut faults: Vec<Fault> = Vec::new();
    let mut twice: Option<String> = None;
    for (key, value) in entries(what, given)? {
        match (labels(&key, columns), number(&value)) {
            (Ok(labels), Ok(number)) => {
                if !seen.insert(labels.clone()) {
                    twice.get_or_insert_with(|| shown(&labels));
                }
                all.push((labels, number));
            }
            (labels, number) => faults.extend([labels.err(), number.err()].into_iter().flatten().map(Fault::from)),
        }
    }
    Error::check(faults)?;
    match twice {
        Some(name) => Err(Question::NamedTwice { name }.into()),
        None => Ok(all),
    }
}

fn labels(key: &Bound<'_, PyAny>, columns: usize) -> Result<Labels, Problem> {
    let several = key.is_instance_of::<PyTuple>() || key.is_instance_of::<PyList>();
    let parts: Vec<Bound<'_, PyAny>> =
        if several { taken(key).map_err(|error| bad(PyErr::from(error).to_string()))? } else { vec![key.clone()] };
    if parts.len() != columns {
        let (what, text) = ("group".to_owned(), key.str().map_or_else(|_| String::new(), |text| text.to_string()));
        let allowed = if columns == 1 { "one label".to_owned() } else { format!("a tuple of {columns} labels") };
        return Err(Problem::BadValue { what, text, allowed });
    }
    let label = |part: &Bound<'_, PyAny>| -> Result<String, Problem> {
        Ok(objects::alone(part).label()?.map_or_else(String::new, |label| composed(&label).into_owned()))
    };
    parts.iter().map(label).collect()
}

/// A number that a user hands over.
///
/// # Errors
/// `bad-number`.
pub(crate) fn number(value: &Bound<'_, PyAny>) -> Result<f64, Problem> {
    if let Ok(number) = value.extract::<f64>() {
        return Ok(number);
    }
    objects::alone(value).real('.')?.ok_or_else(|| bad("None".to_owned()))
}

fn bad(text: String) -> Problem {
    Problem::BadNumber { text }
}

/// Labels as a message shows them; that of a gap is None.
pub(crate) fn shown(labels: &[String]) -> String {
    labels.iter().map(|label| if label.is_empty() { "None" } else { label }).collect::<Vec<_>>().join(" / ")
}
