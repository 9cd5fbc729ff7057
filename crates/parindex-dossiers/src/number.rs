//! Counts, reals and shares, converted in one place.

use parindex::{Exact, Number};

use crate::error::Problem;

/// A number as a share from 0 to 1.
///
/// # Errors
/// `out-of-range` for any other.
pub(crate) fn share(number: Number) -> Result<Exact, Problem> {
    let share = Exact::from(number);
    if share.is_negative() || share > Exact::ONE {
        let allowed = "0 to 1, such as 0.90".to_owned();
        return Err(Problem::OutOfRange { value: number.to_string(), allowed });
    }
    Ok(share)
}

/// A count as a real number; exact below 2⁵³, which no register reaches.
#[allow(clippy::cast_precision_loss, reason = "counts of dossiers stay far below 2^53")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// A real number as a count, cut off below 0 and rounded to the nearest.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, as it should")]
pub(crate) fn count(value: f64) -> u64 {
    value.round() as u64
}
