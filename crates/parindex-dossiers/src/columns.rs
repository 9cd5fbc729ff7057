//! Arrow columns as plain numbers: moments, counts and labels.

use arrow_array::Array;
use arrow_schema::DataType;

use crate::error::Problem;
use crate::rule::NONE;

mod counts;
mod labels;
mod moments;
mod selection;

pub(crate) use counts::counts;
pub(crate) use labels::{Labels, Names};
pub(crate) use moments::{Edge, moments};
pub(crate) use selection::{Selection, shown};

/// A cell that cannot be read.
pub(crate) const BAD: i64 = NONE + 1;

fn wrong(name: &str, found: &DataType, expected: &str) -> Problem {
    Problem::WrongColumn { column: name.to_owned(), found: found.to_string(), expected: expected.to_owned() }
}

/// Sets what Arrow says is null to [`NONE`].
fn clear_nulls(array: &dyn Array, values: &mut [i64]) {
    let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else { return };
    for (value, is_valid) in values.iter_mut().zip(nulls) {
        if !is_valid {
            *value = NONE;
        }
    }
}
