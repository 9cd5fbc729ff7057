//! How many first places a caller asks for.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::{Failure, Gathered};
use crate::several::Several;
use crate::whole::Whole;

/// How many first places are asked for.
pub(crate) enum Tops {
    /// One number.
    One(Whole),
    /// Several.
    Several(Vec<Whole>),
}

impl<'py> FromPyObject<'_, 'py> for Tops {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(top) = value.extract() {
            return Ok(Self::One(top));
        }
        match value.extract() {
            Ok(Several(tops)) => Ok(Self::Several(tops)),
            Err(error) if error.is_instance_of::<PyTypeError>(value.py()) => {
                Err(PyTypeError::new_err("`top` is a whole number, or a list of whole numbers"))
            }
            Err(error) => Err(error),
        }
    }
}

impl Tops {
    /// Most ranks asked about at once.
    const MOST: usize = 1_000;

    /// The first ten, and the first fifteen.
    pub(crate) fn usual() -> Self {
        Self::Several(vec![Whole::Held(10), Whole::Held(15)])
    }

    /// Each number once, in the order given.
    pub(crate) fn list(self) -> Result<Vec<usize>, Failure> {
        let all = match self {
            Self::One(top) => vec![top],
            Self::Several(tops) => tops,
        };
        if all.len() > Self::MOST {
            let (what, limit) = ("the list `top`".to_owned(), format!("{} ranks", Self::MOST));
            return Err(parindex::Problem::TooLarge { what, limit }.into());
        }
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
pub(crate) fn first(top: Whole) -> Result<usize, parindex::Problem> {
    let allowed = || "a rank from 1 on".to_owned();
    let rank: usize = top.within(allowed)?;
    if rank == 0 {
        return Err(parindex::Problem::OutOfRange { value: rank.to_string(), allowed: allowed() });
    }
    Ok(rank)
}
