//! What is known of a population, by the names of columns.

use parindex_survey::{Auxiliary, Error, Margin, Survey};
use pyo3::prelude::*;

use crate::error::Failure;
use crate::frame::Reading;
use crate::labels::{counted, number};

/// What is known of a column's population.
pub(crate) enum Total {
    /// The sum of its values.
    Sum(f64),
    /// The count of each of its classes.
    Classes(Vec<(String, f64)>),
}

impl Total {
    /// A number, or a dict of numbers.
    ///
    /// # Errors
    /// `bad-number`, `named-twice`.
    pub(crate) fn of(name: &str, given: &Bound<'_, PyAny>) -> Result<Self, Failure> {
        if given.hasattr("items")? {
            return Ok(Self::Classes(counted(name, given)?));
        }
        Ok(Self::Sum(number(given)?))
    }
}

/// A column to calibrate on, read.
pub(crate) enum Known {
    Numbers(String, Vec<f64>, f64),
    Classes(Margin),
}

impl Known {
    pub(crate) fn read(reading: &mut Reading<'_>, rows: usize, name: String, total: Total) -> Self {
        match total {
            Total::Sum(total) if name == "1" && !reading.has("1") => {
                Self::Numbers("the population".to_owned(), vec![1.0; rows], total)
            }
            Total::Sum(total) => {
                let values = reading.reals(&name);
                Self::Numbers(name, values, total)
            }
            Total::Classes(counts) => Self::Classes(Margin::new(name.clone(), reading.labels(&name), counts)),
        }
    }
}

/// Columns of numbers with their totals: classes become indicators.
pub(crate) fn calibrated(core: &Survey, known: Vec<Known>, bounds: Option<(f64, f64)>) -> Result<Survey, Error> {
    let mut columns = Vec::new();
    let mut faults = Vec::new();
    for column in known {
        match column {
            Known::Numbers(name, values, total) => columns.push((name, values, total)),
            Known::Classes(margin) => match margin.indicators() {
                Ok(indicators) => columns.extend(indicators),
                Err(error) => faults.extend(error.into_faults()),
            },
        }
    }
    Error::check(faults)?;
    let totals: Vec<Auxiliary<'_>> =
        columns.iter().map(|(name, values, total)| Auxiliary { name, values, total: *total }).collect();
    core.calibrate(&totals, bounds)
}
