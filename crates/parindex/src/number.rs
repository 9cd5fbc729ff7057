//! The one door for numbers: what a person wrote, digit for digit.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Problem;

/// A decimal number exactly as written: at most 28 significant digits, at most
/// 15 of them after the point, and smaller than 10¹⁸ in size.
///
/// Text is the only way in besides whole numbers and [`Decimal`], so no digit
/// is ever lost to binary floating point.
///
/// ```
/// use parindex::Number;
///
/// let maximum: Number = "10.50".parse()?;
/// assert_eq!(maximum.to_string(), "10.50");
/// assert_eq!("1_000".parse::<Number>().unwrap_err().code(), "bad-number");
/// # Ok::<(), parindex::Problem>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Decimal);

impl Number {
    /// Most digits a number may carry after the decimal point.
    pub const MAX_PLACES: u32 = 15;
    /// A number is smaller in size than this.
    pub const LIMIT: i128 = 1_000_000_000_000_000_000;
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// One hundred, the maximum of most indices.
    pub const HUNDRED: Self = Self(Decimal::ONE_HUNDRED);

    /// The number with these digits, the last `places` of them after the point.
    ///
    /// # Errors
    /// `not-exact` beyond [`Number::MAX_PLACES`], `out-of-range` from 10¹⁸ on.
    ///
    /// ```
    /// use parindex::Number;
    /// assert_eq!(Number::new(8842, 2)?.to_string(), "88.42");
    /// assert_eq!(Number::new(1, 16).unwrap_err().code(), "not-exact");
    /// # Ok::<(), parindex::Problem>(())
    /// ```
    pub fn new(digits: i64, places: u32) -> Result<Self, Problem> {
        if places > Self::MAX_PLACES {
            return Err(Problem::NotExact { text: format!("{digits}e-{places}") });
        }
        let number = Self::from_digits(digits, places);
        let limit = Self::LIMIT.unsigned_abs();
        if u128::from(digits.unsigned_abs()) < limit || places > 0 {
            Ok(number)
        } else {
            Err(Problem::OutOfRange { value: number.to_string(), allowed: "less than 10^18 in size".to_owned() })
        }
    }

    /// The number as a [`Decimal`].
    #[must_use]
    pub fn as_decimal(self) -> Decimal {
        self.0
    }

    /// Whether the number is less than zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }

    /// Whether the number has no fraction.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.0.is_integer()
    }

    /// Digits without the point, and how many of them stand after it.
    #[inline]
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }

    /// The number with these digits, the last `places` of them after the point.
    pub(crate) fn from_digits(digits: i64, places: u32) -> Self {
        Self(Decimal::new(digits, places))
    }

    /// Digits after the point once trailing zeros are dropped.
    pub(crate) fn places(self) -> u32 {
        self.0.normalize().scale()
    }

    /// Reads a number whose decimal mark is `mark`.
    ///
    /// # Errors
    /// The same as [`Number::from_str`].
    pub fn from_text(text: &str, mark: char) -> Result<Self, Problem> {
        if mark == '.' {
            return text.parse();
        }
        if text.contains('.') {
            return Err(Problem::BadNumber { text: shown(text) });
        }
        text.replacen(mark, ".", 1).parse()
    }
}

/// At most forty characters of a text that may be hostile.
pub(crate) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

impl FromStr for Number {
    type Err = Problem;

    /// Reads digits with an optional sign and decimal point.
    ///
    /// # Errors
    /// `bad-number` if the text is anything else (no exponent, no thousands
    /// mark, no `NaN`); `not-exact` beyond 28 significant digits or 15 decimal
    /// places; `out-of-range` from 10¹⁸ on.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let trimmed = text.trim();
        let bad = || Problem::BadNumber { text: shown(text) };
        let digits = trimmed.strip_prefix(['-', '+', '−']).unwrap_or(trimmed);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return Err(bad());
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 18 {
            return Err(Problem::OutOfRange { value: shown(text), allowed: "less than 10^18 in size".to_owned() });
        }
        let not_exact = || Problem::NotExact { text: shown(text) };
        if fraction.trim_end_matches('0').len() > Self::MAX_PLACES as usize {
            return Err(not_exact());
        }
        let fraction = fraction.get(..Self::MAX_PLACES as usize).unwrap_or(fraction);
        let plain = if digits.contains('.') {
            format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole })
        } else if whole.is_empty() {
            "0".to_owned()
        } else {
            whole.to_owned()
        };
        let value = Decimal::from_str_exact(&plain).map_err(|_| not_exact())?;
        let negative = trimmed.starts_with(['-', '−']) && !value.is_zero();
        let mut value = value;
        value.set_sign_negative(negative);
        Ok(Self(value))
    }
}

impl TryFrom<Decimal> for Number {
    type Error = Problem;

    fn try_from(value: Decimal) -> Result<Self, Problem> {
        value.to_string().parse()
    }
}

impl TryFrom<i128> for Number {
    type Error = Problem;

    fn try_from(value: i128) -> Result<Self, Problem> {
        if value.unsigned_abs() < Self::LIMIT.unsigned_abs() {
            Ok(Self(Decimal::from_i128_with_scale(value, 0)))
        } else {
            Err(Problem::OutOfRange { value: value.to_string(), allowed: "less than 10^18 in size".to_owned() })
        }
    }
}

macro_rules! from_small {
    ($($int:ty),*) => { $(impl From<$int> for Number {
        #[inline]
        fn from(value: $int) -> Self {
            Self(Decimal::from(value))
        }
    })* };
}
from_small!(u8, u16, u32, i8, i16, i32);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Number {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A number, best as quoted text: \"10.50\"",
            "anyOf": [
                { "type": "string", "pattern": "^[-+]?[0-9]+(\\.[0-9]+)?$" },
                { "type": "number" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> &'static str {
        text.parse::<Number>().map_or_else(|problem| problem.code(), |_| "ok")
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        for good in ["0", "-0", "10.50", "007", "-1.5", "+3", "999999999999999999.5", "0.000000000000001"] {
            assert_eq!(code(good), "ok", "{good}");
        }
        for bad in ["", " ", ".", "1.", ".5", "1_000", "1,000", "1e3", "NaN", "inf", "0x10", "１２", "1.2.3", "--1"] {
            assert_eq!(code(bad), "bad-number", "{bad}");
        }
        assert_eq!(code(&"1".repeat(40)), "out-of-range");
        assert_eq!(code(&format!("0.{}", "1".repeat(40))), "not-exact");
        assert_eq!(code("123456789012345678.123456789012"), "not-exact");
    }

    #[test]
    fn a_comma_is_a_decimal_mark_only_on_request() {
        assert_eq!(Number::from_text("88,42", ',').unwrap().to_string(), "88.42");
        assert_eq!(Number::from_text("1.234,5", ',').unwrap_err().code(), "bad-number");
    }

    proptest! {
        #[test]
        fn text_round_trips(mantissa in -999_999_999_999_999i64..=999_999_999_999_999, scale in 0u32..=15) {
            let text = Decimal::new(mantissa, scale).to_string();
            let number: Number = text.parse().unwrap();
            prop_assert_eq!(number.as_decimal(), Decimal::new(mantissa, scale));
        }
    }
}
