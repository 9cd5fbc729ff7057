//! Counts and reals, converted in one place.

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
