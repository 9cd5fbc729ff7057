//! How many first places a caller asks for.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::{Failure, Gathered};

/// How many first places are asked for.
pub(crate) enum Tops {
    /// One number.
    One(i128),
    /// Several.
    Several(Vec<i128>),
}

impl<'py> FromPyObject<'_, 'py> for Tops {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(top) = value.extract() {
            return Ok(Self::One(top));
        }
        let several = value.extract().map(Self::Several);
        several.map_err(|_| PyTypeError::new_err("`top` is a whole number, or a list of whole numbers"))
    }
}

impl Tops {
    /// Each number once, in the order given.
    pub(crate) fn list(self) -> Result<Vec<usize>, Failure> {
        let all = match self {
            Self::One(top) => vec![top],
            Self::Several(tops) => tops,
        };
        let mut faults = Gathered::default();
        let mut tops: Vec<usize> = Vec::new();
        for top in all {
            if let Some(top) = faults.keep(first(top), Default::default)
                && !tops.contains(&top)
            {
                tops.push(top);
            }
        }
        faults.check()?;
        Ok(tops)
    }
}

/// A number of first places.
pub(crate) fn first(top: i128) -> Result<usize, parindex::Problem> {
    let allowed = || "a rank from 1 on".to_owned();
    let sound = usize::try_from(top).ok().filter(|top| *top > 0);
    sound.ok_or_else(|| parindex::Problem::OutOfRange { value: top.to_string(), allowed: allowed() })
}
