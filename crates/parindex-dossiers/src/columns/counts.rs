//! Columns of whole numbers.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::DataType;

use super::{BAD, clear_nulls, wrong};
use crate::error::Problem;
use crate::rule::NONE;

/// The numbers of a column from 0 to 2³² − 1, [`NONE`] where none is recorded
/// and [`BAD`] where it is another number or none.
///
/// # Errors
/// `wrong-column` for types that hold no numbers.
pub(crate) fn counts(name: &str, array: &ArrayRef, out: &mut Vec<i64>) -> Result<(), Problem> {
    out.clear();
    let wrong = || wrong(name, array.data_type(), "whole numbers");
    let whole = |number: i64| if u32::try_from(number).is_ok() { number } else { BAD };
    match array.data_type() {
        DataType::Null => out.resize(array.len(), NONE),
        kind if kind.is_integer() => {
            let numbers = cast(array, &DataType::Int64).map_err(|_| wrong())?;
            // What is too large for the cast becomes null there.
            out.extend(numbers.as_primitive::<Int64Type>().iter().map(|number| number.map_or(BAD, whole)));
        }
        kind if kind.is_floating() => {
            let numbers = cast(array, &DataType::Float64).map_err(|_| wrong())?;
            #[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
            let read = |number: f64| match number {
                _ if number.is_nan() => NONE,
                _ if number.fract() == 0.0 && number.abs() <= f64::from(u32::MAX) => whole(number as i64),
                _ => BAD,
            };
            out.extend(numbers.as_primitive::<Float64Type>().values().iter().map(|number| read(*number)));
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
            let texts = cast(array, &DataType::Utf8).map_err(|_| wrong())?;
            out.extend(texts.as_string::<i32>().iter().map(|cell| match cell.map(str::trim) {
                None | Some("") => NONE,
                Some(text) => text.parse::<u32>().map_or(BAD, i64::from),
            }));
            return Ok(());
        }
        _ => return Err(wrong()),
    }
    clear_nulls(array, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::UInt64Array;

    use super::*;

    #[test]
    fn numbers_too_large_for_any_limit_are_bad() {
        let numbers: ArrayRef = Arc::new(UInt64Array::from(vec![Some(u64::MAX), Some(5), None, Some(1 << 32)]));
        let mut out = Vec::new();
        counts("limit_days", &numbers, &mut out).unwrap();
        assert_eq!(out, [BAD, 5, NONE, BAD]);
    }
}
