//! Counts as reals and back, in one place.

/// A count as a real number; exact below 2⁵³, which no panel reaches.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// The float nearest to an exact number of at most 17 decimals.
pub(crate) fn nearest(exact: &parindex::Exact) -> f64 {
    exact.to_plain(17).parse().unwrap_or(f64::NAN)
}

/// A position as a compact id.
#[allow(clippy::cast_possible_truncation, reason = "histories have at most MAX_UNITS units")]
pub(crate) fn id(position: usize) -> u32 {
    position as u32
}

/// How many whole times `part` of `count` is, rounded up.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the product lies between 0 and the count")]
pub(crate) fn at_least(part: f64, count: u64) -> u64 {
    #[allow(clippy::cast_precision_loss, reason = "draws stay far below 2^53")]
    let product = part.clamp(0.0, 1.0) * count as f64;
    // A product a rounding error above a whole number means that number.
    (product - 1e-9 * product.max(1.0)).ceil().max(0.0) as u64
}

/// `count` of `all` as a share.
#[allow(clippy::cast_precision_loss, reason = "draws stay far below 2^53")]
pub(crate) fn share(count: u64, all: u64) -> f64 {
    count as f64 / all as f64
}

/// Scores are smaller in size than this, so that their squares can be added up.
pub(crate) const MAX_SCORE: f64 = 1e12;
/// Most units a history may have.
pub(crate) const MAX_UNITS: usize = 100_000;
/// Most rows a history may have.
pub(crate) const MAX_ROWS: usize = 10_000_000;
/// Most draws a forecast may have.
pub(crate) const MAX_DRAWS: usize = 100_000_000;
/// Most years forecast at once.
pub(crate) const MAX_YEARS: usize = 50;
