//! The one door for floats: the number that a float stands for, and back.

use parindex::{Number, Problem};

/// Most significant digits a float may need: up to here every decimal has a
/// double of its own, so the shortest form is what was written.
const FLOAT_DIGITS: usize = 15;

/// A number from a frame's column of floats, by its shortest decimal form.
///
/// # Errors
/// `not-exact` beyond 15 significant digits, `bad-number` for NaN and infinities.
pub(crate) fn shortest(value: f64) -> Result<Number, Problem> {
    if let Some(number) = of_few_places(value) {
        return Ok(number);
    }
    by_shortest(value.is_finite(), &format!("{value:e}"), || value.to_string())
}

/// The decimal of at most four places that a float stands for, if there is one:
/// below 10^15 at most one decimal of 15 digits rounds to any float.
#[allow(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "equality is the question, and 10^15 fits"
)]
fn of_few_places(value: f64) -> Option<Number> {
    const SCALES: [f64; 5] = [1.0, 10.0, 100.0, 1e3, 1e4];
    for (places, scale) in (0..).zip(SCALES) {
        let scaled = value * scale;
        if scaled.is_nan() || scaled.abs() >= 1e15 {
            return None;
        }
        let digits = (scaled + 0.5_f64.copysign(scaled)) as i64;
        if digits as f64 / scale == value {
            return Number::new(digits, places).ok();
        }
    }
    None
}

/// The same for a column of single floats.
///
/// # Errors
/// The same as [`shortest`].
pub(crate) fn shortest_single(value: f32) -> Result<Number, Problem> {
    by_shortest(value.is_finite(), &format!("{value:e}"), || value.to_string())
}

fn by_shortest(finite: bool, scientific: &str, plain: impl Fn() -> String) -> Result<Number, Problem> {
    if !finite {
        return Err(Problem::BadNumber { text: plain() });
    }
    let not_exact = || Problem::NotExact { text: scientific.to_owned() };
    let (digits, exponent) = scientific.split_once('e').ok_or_else(not_exact)?;
    let exponent: i32 = exponent.parse().map_err(|_| not_exact())?;
    let significant = digits.bytes().filter(u8::is_ascii_digit).count();
    if significant > FLOAT_DIGITS || exponent < -15 {
        return Err(not_exact());
    }
    if exponent > 18 {
        let allowed = "less than 10^18 in size".to_owned();
        return Err(Problem::OutOfRange { value: scientific.to_owned(), allowed });
    }
    let mantissa: String = digits.chars().filter(|digit| *digit != '.').collect();
    let mantissa: i128 = mantissa.parse().map_err(|_| not_exact())?;
    let places =
        i32::try_from(significant).map_or(0, |significant| significant.saturating_sub(1)).saturating_sub(exponent);
    scaled(mantissa, places)
}

/// `mantissa` with the decimal point `places` digits from its end.
///
/// # Errors
/// What [`Number`] refuses.
pub(crate) fn scaled(mantissa: i128, places: i32) -> Result<Number, Problem> {
    match (i64::try_from(mantissa), u32::try_from(places)) {
        (Ok(digits), Ok(places)) => {
            let (digits, places) = without_trailing_zeros(digits, places);
            Number::new(digits, places)
        }
        _ => written_out(mantissa, places).parse(),
    }
}

fn without_trailing_zeros(mut digits: i64, mut places: u32) -> (i64, u32) {
    while places > 0 && digits.checked_rem(10) == Some(0) {
        digits = digits.wrapping_div(10);
        places = places.wrapping_sub(1);
    }
    (digits, places)
}

fn written_out(mantissa: i128, places: i32) -> String {
    let width = places.unsigned_abs() as usize;
    if places <= 0 {
        return format!("{mantissa}{}", "0".repeat(width));
    }
    let digits = format!("{:0>1$}", mantissa.unsigned_abs(), width.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(width));
    format!("{}{whole}.{fraction}", if mantissa < 0 { "-" } else { "" })
}

/// The float nearest to a number.
#[allow(clippy::cast_precision_loss, reason = "below 2^53 nothing is lost, and one division rounds once")]
pub(crate) fn real(number: Number) -> f64 {
    const TENS: [f64; 16] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let decimal = number.as_decimal();
    let (digits, scale) = (decimal.mantissa(), TENS.get(decimal.scale() as usize));
    match scale {
        Some(scale) if digits.unsigned_abs() < 1 << 53 => digits as f64 / scale,
        _ => decimal.to_string().parse().unwrap_or(f64::NAN),
    }
}
