//! Counts as reals and positions as ids, converted in one place.

use crate::error::Problem;

/// A count as a real number; exact below 2⁵³, which no table reaches.
#[allow(clippy::cast_precision_loss, reason = "counts of rows and units stay far below 2^53")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// A position as a compact id. Surveys are refused beyond [`MAX_ROWS`] rows.
#[allow(clippy::cast_possible_truncation, reason = "surveys have at most MAX_ROWS rows")]
pub(crate) fn id(position: usize) -> u32 {
    position as u32
}

/// The id in the lower half of a key made of two.
#[allow(clippy::cast_possible_truncation, reason = "the upper half holds another id")]
pub(crate) fn low_half(key: u64) -> u32 {
    key as u32
}

/// Most rows a survey may have.
pub(crate) const MAX_ROWS: usize = 1 << 31;
/// Most numbers a table in memory may have: replicate weights, covariances,
/// draws. Half a gibibyte.
pub(crate) const MAX_NUMBERS: usize = 1 << 26;

/// A table of `rows` × `columns` numbers is refused if it is too large.
pub(crate) fn check_table(what: &str, rows: usize, columns: usize) -> Result<(), Problem> {
    if rows.checked_mul(columns).is_some_and(|numbers| numbers <= MAX_NUMBERS) {
        return Ok(());
    }
    let (what, limit) = (format!("{what}, {rows} × {columns} numbers,"), format!("{MAX_NUMBERS} numbers"));
    Err(Problem::TooLarge { what, limit })
}

/// The id of nothing.
pub(crate) const NONE: u32 = u32::MAX;

/// Whether `value` is zero but for rounding, beside numbers of size `scale`.
pub(crate) fn negligible(value: f64, scale: f64) -> bool {
    value.abs() <= 1e-12 * scale.abs()
}

/// Where the sample quantile of order `part` stands among `count` sorted
/// values, and how far towards the next: R's type 7.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the position lies between 0 and the count")]
pub(crate) fn quantile_place(count: usize, part: f64) -> (usize, f64) {
    let place = real(count.saturating_sub(1)) * part.clamp(0.0, 1.0);
    (place.floor() as usize, place.fract())
}
