//! What is known of a year to come, as a dict says it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use parindex::{Place, Problem, composed};
use parindex_forecast::{Forecast, Given, Problem as Question};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyTuple};

use crate::error::{Failure, Gathered};
use crate::labels::{entries, number};
use crate::objects;

/// What a dict says of each unit.
///
/// # Errors
/// All faults at once, those that the forecast would find among them.
pub(crate) fn read(given: &Bound<'_, PyAny>, forecast: &Forecast) -> Result<BTreeMap<String, Given>, Failure> {
    let mut known = BTreeMap::new();
    let mut faults = Gathered::default();
    for (unit, value) in entries("given", given)? {
        let id = || unit.str().map_or_else(|_| String::new(), |text| text.to_string());
        let place = || Place::default().unit(id());
        let name = objects::alone(&unit).unit().and_then(|name| {
            let name = name.map(|name| composed(&name).into_owned());
            name.ok_or_else(|| Problem::IncompleteRow { what: "a key names no unit".to_owned() })
        });
        let (name, value) = (faults.keep(name, place), faults.keep(one(&value), place));
        let Some(name) = name else { continue };
        let problem = match value {
            Some(value) => known.insert(name.clone(), value).map(|_| Question::DuplicateUnit { unit: name }),
            // Of the others the forecast says itself that it does not know them.
            None if forecast.units().binary_search(&name).is_err() => {
                Some(Question::UnknownUnit { unit: name, when: forecast.year().to_string() })
            }
            None => None,
        };
        faults.keep(problem.map_or(Ok(()), Err), place);
    }
    if faults.found() > 0
        && let Err(error) = forecast.given_watched(&known, &|_, _| ControlFlow::Break(()))
        && error.code() != "stopped"
    {
        // Stopped before the first draw: what is wrong is told, nothing is worked out.
        faults.keep_all(Err::<(), _>(error), &[]);
    }
    faults.check()?;
    Ok(known)
}

/// What is given of one unit: a score, two ends, or a dict of `rank` or `self_score`.
fn one(value: &Bound<'_, PyAny>) -> Result<Given, Problem> {
    if let Ok(dict) = value.cast::<PyDict>() {
        return named(dict);
    }
    match pair(value) {
        None => Ok(Given::Score(points(value)?)),
        Some((low, high)) => {
            let end = |value: &Bound<'_, PyAny>, open| if value.is_none() { Ok(open) } else { points(value) };
            Ok(Given::Between(end(&low, f64::NEG_INFINITY)?, end(&high, f64::INFINITY)?))
        }
    }
}

fn named(dict: &Bound<'_, PyDict>) -> Result<Given, Problem> {
    let get = |key: &str| dict.get_item(key).ok().flatten();
    let mut keys: Vec<String> = dict.keys().iter().filter_map(|key| key.extract().ok()).collect();
    keys.sort();
    match keys.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["rank"] if dict.len() == 1 => {
            let rank = get("rank").unwrap_or_else(|| dict.clone().into_any());
            let (best, worst) = pair(&rank).unwrap_or_else(|| (rank.clone(), rank));
            Ok(Given::Rank(place(&best)?, place(&worst)?))
        }
        ["cut", "sd", "self_score"] if dict.len() == 3 => {
            let number = |key| get(key).map_or_else(|| Err(shape(dict)), |value| points(&value));
            Ok(Given::SelfScore { score: number("self_score")?, cut: number("cut")?, sd: number("sd")? })
        }
        _ => Err(shape(dict)),
    }
}

fn shape(value: &Bound<'_, PyAny>) -> Problem {
    Problem::BadValue {
        what: "what is given".to_owned(),
        text: text(value),
        allowed: "a score, a pair (low, high), {\"rank\": 3}, {\"rank\": (1, 5)}, \
                  {\"self_score\": …, \"cut\": …, \"sd\": …}"
            .to_owned(),
    }
}

/// What a value says of itself, in short; it may refuse to.
fn text(value: &Bound<'_, PyAny>) -> String {
    value.str().map_or_else(|_| String::new(), |text| text.to_string_lossy().chars().take(80).collect())
}

fn pair<'py>(value: &Bound<'py, PyAny>) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    if value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>() { value.extract().ok() } else { None }
}

/// A score as a user hands it over.
fn points(value: &Bound<'_, PyAny>) -> Result<f64, Problem> {
    if value.is_instance_of::<PyBool>() {
        return Err(Problem::BadNumber { text: text(value) });
    }
    if value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>() {
        return Err(shape(value));
    }
    number(value)
}

fn place(value: &Bound<'_, PyAny>) -> Result<usize, Problem> {
    let whole = value.extract().ok().filter(|_| !value.is_instance_of::<PyBool>());
    whole.ok_or_else(|| Problem::OutOfRange { value: text(value), allowed: "whole ranks from 1 on".to_owned() })
}
