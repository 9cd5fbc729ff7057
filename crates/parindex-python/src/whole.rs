//! Whole numbers as arguments: any `int` of Python's comes in, and what does not fit is refused by name.

use std::fmt;

use parindex::Problem;
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;

use crate::decimal::shortened;

/// A whole number of any size, as Python has them.
#[derive(Clone, Debug)]
pub(crate) enum Whole {
    /// One that 128 bits hold.
    Held(i128),
    /// The text of one that they do not hold.
    Beyond(String),
}

impl<'py> FromPyObject<'_, 'py> for Whole {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.extract() {
            Ok(number) => Ok(Self::Held(number)),
            Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => {
                // Python writes no number of more than 4,300 digits.
                let text =
                    value.str().map_or_else(|_| "a number of thousands of digits".to_owned(), |text| text.to_string());
                Ok(Self::Beyond(shortened(text)))
            }
            Err(error) => Err(error),
        }
    }
}

impl Whole {
    /// The number as the argument `what` takes it, a whole number from zero on.
    ///
    /// # Errors
    /// `out-of-range` for any other.
    pub(crate) fn of<T: TryFrom<i128>>(self, what: &str) -> Result<T, Problem> {
        self.within(|| format!("a whole `{what}` from 0 to below 2^{}", size_of::<T>().saturating_mul(8)))
    }

    /// The number, if it is one of those `allowed`.
    ///
    /// # Errors
    /// `out-of-range` for any other.
    pub(crate) fn within<T: TryFrom<i128>>(self, allowed: impl FnOnce() -> String) -> Result<T, Problem> {
        let found = match &self {
            Self::Held(number) => T::try_from(*number).ok(),
            Self::Beyond(_) => None,
        };
        found.ok_or_else(|| Problem::OutOfRange { value: self.to_string(), allowed: allowed() })
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(number) => number.fmt(f),
            Self::Beyond(text) => f.write_str(text),
        }
    }
}
