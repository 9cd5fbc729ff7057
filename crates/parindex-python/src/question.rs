//! What is asked of a survey, by the names of its columns.

use parindex::Problem;
use parindex_survey::{Estimate, Groups, Method, Options, Survey};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{Failure, wrong_design};
use crate::estimates::{JOINT, one_of};
use crate::frame::{Frame, Reading};

/// What is asked of a survey, and of which groups.
pub(crate) struct Question {
    pub(crate) quantity: Quantity,
    pub(crate) by: Vec<String>,
    pub(crate) options: Options,
}

/// What is estimated, by the names of columns.
#[derive(Clone)]
pub(crate) enum Quantity {
    Mean(String),
    Total(String),
    Ratio(String, String),
    Proportion(String, Method),
}

impl Quantity {
    /// The quantity called `statistic` of one column, or of two for a ratio.
    pub(crate) fn of(statistic: &str, y: String, den: Option<String>) -> Result<Self, Failure> {
        let word = one_of("statistic", statistic, &[("mean", 0), ("total", 1), ("proportion", 2), ("ratio", 3)])?;
        match (word, den) {
            (0, None) => Ok(Self::Mean(y)),
            (1, None) => Ok(Self::Total(y)),
            (2, None) => Ok(Self::Proportion(y, Method::default())),
            (3, Some(den)) => Ok(Self::Ratio(y, den)),
            (3, None) => Err(wrong_design("a ratio needs its denominator `den`")),
            _ => Err(wrong_design("`den` is for a ratio")),
        }
    }
}

impl Question {
    pub(crate) fn ask(&self, survey: &Survey, frame: &Frame) -> Result<Vec<Estimate>, Failure> {
        let mut reading = frame.read();
        let groups = domains(&mut reading, &self.by, frame.rows());
        let first = match &self.quantity {
            Quantity::Mean(y) | Quantity::Total(y) | Quantity::Ratio(y, _) | Quantity::Proportion(y, _) => y,
        };
        let values = reading.reals(first);
        let over = if let Quantity::Ratio(_, den) = &self.quantity { reading.reals(den) } else { Vec::new() };
        reading.finish(|| {
            let survey = survey.with_options(self.options)?;
            if self.by.is_empty() {
                let estimate = match &self.quantity {
                    Quantity::Mean(_) => survey.mean(&values),
                    Quantity::Total(_) => survey.total(&values),
                    Quantity::Ratio(..) => survey.ratio(&values, &over),
                    Quantity::Proportion(_, method) => survey.proportion(&values, *method),
                };
                return estimate.map(|estimate| vec![estimate]);
            }
            let by = survey.by(&groups)?;
            match &self.quantity {
                Quantity::Mean(_) => by.mean(&values),
                Quantity::Total(_) => by.total(&values),
                Quantity::Ratio(..) => by.ratio(&values, &over),
                Quantity::Proportion(_, method) => by.proportion(&values, *method),
            }
        })
    }
}

/// The groups that several columns make together; a gap is a group of its own.
fn domains(reading: &mut Reading<'_>, by: &[String], rows: usize) -> Groups {
    let mut groups = by.iter().map(|name| reading.domains(name));
    let first = groups.next().unwrap_or_else(|| Groups::whole(rows));
    groups.fold(first, |all, next| all.crossed(&next, JOINT))
}

/// Coefficients by the label of a group.
pub(crate) fn labelled(coefficients: &Bound<'_, PyDict>) -> Result<Vec<(String, f64)>, Failure> {
    let label = |key: &Bound<'_, PyAny>| -> PyResult<String> {
        let parts = key.extract::<Vec<String>>().or_else(|_| Ok::<_, PyErr>(vec![key.str()?.to_string()]))?;
        Ok(parts.iter().map(|part| parindex::composed(part).into_owned()).collect::<Vec<_>>().join(JOINT))
    };
    Ok(coefficients.iter().map(|(key, value)| Ok((label(&key)?, value.extract()?))).collect::<PyResult<_>>()?)
}

pub(crate) fn terms<'e>(
    coefficients: &[(String, f64)],
    estimates: &'e [Estimate],
) -> Result<Vec<(f64, &'e Estimate)>, Failure> {
    let mut terms = Vec::new();
    let mut faults = Vec::new();
    for (label, coefficient) in coefficients {
        match estimates.iter().find(|estimate| estimate.group == *label) {
            Some(estimate) => terms.push((*coefficient, estimate)),
            None => faults.push(
                Problem::BadValue {
                    what: "group".to_owned(),
                    text: shown(label),
                    allowed: estimates.iter().take(20).map(|known| shown(&known.group)).collect::<Vec<_>>().join(", "),
                }
                .into(),
            ),
        }
    }
    parindex::Error::check(faults)?;
    Ok(terms)
}

fn shown(label: &str) -> String {
    label.replace(JOINT, " / ")
}
