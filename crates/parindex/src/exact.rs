//! Exact rational numbers: small ones on two machine integers, any size beyond.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::number::Number;
use crate::rounding::{Rounding, RoundingMode};

/// An exact rational number: no sum, product or quotient ever loses a digit.
///
/// ```
/// use parindex::{Exact, Rounding};
///
/// let third = Exact::fraction(1, 3).unwrap();
/// assert_eq!(third.plus(&third).plus(&third), Exact::ONE);
/// assert_eq!(Exact::fraction(153, 8).unwrap().rounded(Rounding::PRINTED).to_string(), "19.13");
/// ```
#[derive(Clone)]
pub struct Exact(Repr);

#[derive(Clone)]
enum Repr {
    /// The denominator is positive; the fraction need not be reduced.
    Small(i128, i128),
    Big(Box<BigRational>),
}
use Repr::{Big, Small};

/// Powers of ten that fit.
const POWERS_OF_TEN: [i128; 39] = {
    let mut powers = [1_i128; 39];
    let mut place = 1;
    while place < 39 {
        powers[place] = powers[place.saturating_sub(1)].saturating_mul(10);
        place = place.saturating_add(1);
    }
    powers
};

/// 10 to the `places`, for places up to 38.
#[inline]
pub(crate) fn power_of_ten(places: u32) -> Option<i128> {
    POWERS_OF_TEN.get(places as usize).copied()
}

/// The product, quick where both factors are of machine size.
#[inline]
fn product(left: i128, right: i128) -> Option<i128> {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => Some(i128::from(left).wrapping_mul(i128::from(right))),
        _ => left.checked_mul(right),
    }
}

/// Quotient towards zero and remainder of a division by a positive number.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "denominators are never zero")]
fn division(numerator: i128, denominator: i128) -> (i128, i128) {
    match (i64::try_from(numerator), i64::try_from(denominator)) {
        (Ok(n), Ok(d)) if d > 0 => {
            let quotient = n.wrapping_div(d);
            (i128::from(quotient), i128::from(n.wrapping_rem(d)))
        }
        _ => (numerator.wrapping_div(denominator), numerator.wrapping_rem(denominator)),
    }
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self(Small(0, 1));
    /// One.
    pub const ONE: Self = Self(Small(1, 1));

    /// The whole number `value`.
    #[must_use]
    pub const fn whole(value: i128) -> Self {
        Self(Small(value, 1))
    }

    /// `numerator / denominator`, or `None` if the denominator is zero.
    #[must_use]
    pub fn fraction(numerator: i128, denominator: i128) -> Option<Self> {
        match denominator {
            0 => None,
            1.. => Some(Self(Small(numerator, denominator))),
            _ => match (numerator.checked_neg(), denominator.checked_neg()) {
                (Some(n), Some(d)) => Some(Self(Small(n, d))),
                _ => Some(Self::big(BigRational::new(numerator.into(), denominator.into()))),
            },
        }
    }

    /// `mantissa` with the decimal point `places` digits from its end.
    #[inline]
    #[must_use]
    pub fn decimal(mantissa: i128, places: u32) -> Self {
        power_of_ten(places).map_or_else(
            || Self::big(BigRational::new(mantissa.into(), BigInt::from(10).pow(places))),
            |scale| Self(Small(mantissa, scale)),
        )
    }

    fn big(value: BigRational) -> Self {
        match (value.numer().to_i128(), value.denom().to_i128()) {
            (Some(n), Some(d)) => Self(Small(n, d)),
            _ => Self(Big(Box::new(value))),
        }
    }

    fn to_big(&self) -> BigRational {
        match &self.0 {
            Small(n, d) => BigRational::new((*n).into(), (*d).into()),
            Big(value) => (**value).clone(),
        }
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if let (Small(a, b), Small(c, d)) = (&self.0, &other.0) {
            let sum = if b == d {
                a.checked_add(*c).map(|sum| (sum, *b))
            } else {
                product(*a, *d)
                    .zip(product(*c, *b))
                    .and_then(|(left, right)| left.checked_add(right))
                    .zip(product(*b, *d))
            };
            if let Some((numerator, denominator)) = sum {
                return Self(Small(numerator, denominator));
            }
        }
        #[allow(clippy::arithmetic_side_effects, reason = "integers of any size do not overflow")]
        Self::big(self.to_big() + other.to_big())
    }

    /// The negated number.
    #[must_use]
    pub fn negated(&self) -> Self {
        self.times(&Self::whole(-1))
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    /// The product.
    #[inline]
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        if let (Small(a, b), Small(c, d)) = (&self.0, &other.0)
            && let (Some(numerator), Some(denominator)) = (product(*a, *c), product(*b, *d))
        {
            return Self(Small(numerator, denominator));
        }
        #[allow(clippy::arithmetic_side_effects, reason = "integers of any size do not overflow")]
        Self::big(self.to_big() * other.to_big())
    }

    /// The quotient, or `None` if `other` is zero.
    #[inline]
    #[must_use]
    pub fn over(&self, other: &Self) -> Option<Self> {
        let inverse = match &other.0 {
            Small(0, _) => return None,
            Small(n, d) => Self::fraction(*d, *n)?,
            Big(value) => Self::big(value.recip()),
        };
        Some(self.times(&inverse))
    }

    /// Whether the number is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Small(0, _))
    }

    /// Whether the number is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Small(n, _) => *n < 0,
            Big(value) => value.is_negative(),
        }
    }

    /// The number brought to a grid of 10^-places, as a count of grid steps.
    fn steps(&self, places: u32, mode: RoundingMode) -> Result<i128, BigInt> {
        if let Small(n, d) = &self.0
            && let Some(scaled) = power_of_ten(places).and_then(|scale| product(*n, scale))
        {
            let (quotient, rest) = division(scaled, *d);
            let side = (rest != 0).then(|| {
                let rest = rest.unsigned_abs();
                rest.cmp(&d.unsigned_abs().wrapping_sub(rest))
            });
            let away = mode.moves_away(side, quotient.wrapping_rem(2) != 0);
            let step = if *n < 0 { -1 } else { 1 };
            return Ok(if away { quotient.saturating_add(step) } else { quotient });
        }
        Err(self.steps_big(places, mode))
    }

    #[allow(clippy::arithmetic_side_effects, reason = "integers of any size do not overflow")]
    fn steps_big(&self, places: u32, mode: RoundingMode) -> BigInt {
        let value = self.to_big();
        let scaled = value.numer() * BigInt::from(10).pow(places);
        let quotient = &scaled / value.denom();
        let rest = (&scaled % value.denom()).abs();
        let side = (!rest.is_zero()).then(|| rest.cmp(&(value.denom() - &rest)));
        let step = if value.is_negative() { -BigInt::one() } else { BigInt::one() };
        if mode.moves_away(side, quotient.bit(0)) { quotient + step } else { quotient }
    }

    /// The nearest number with `rounding.places` decimals, in the named direction.
    #[inline]
    #[must_use]
    pub fn rounded(&self, rounding: Rounding) -> Self {
        match self.steps(rounding.places, rounding.mode) {
            Ok(steps) => Self::decimal(steps, rounding.places),
            Err(steps) => Self::big(BigRational::new(steps, BigInt::from(10).pow(rounding.places))),
        }
    }

    /// The number rounded to a grid of 10^-places as a machine integer of grid
    /// steps, if it fits.
    #[inline]
    pub(crate) fn grid(&self, places: u32, mode: RoundingMode) -> Option<i64> {
        self.steps(places, mode).ok().and_then(|steps| i64::try_from(steps).ok())
    }

    /// Numerator and denominator without a common divisor, if both fit.
    pub(crate) fn reduced(&self) -> Option<(i128, i128)> {
        let reduced = self.to_big();
        Some((reduced.numer().to_i128()?, reduced.denom().to_i128()?))
    }

    /// The number as a whole count of 10^-places, rounded as `mode` says; `None`
    /// if that needs more than 127 bits.
    ///
    /// ```
    /// use parindex::{Exact, RoundingMode};
    /// assert_eq!(Exact::fraction(1, 8).unwrap().scaled(2, RoundingMode::HalfUp), Some(13));
    /// ```
    #[must_use]
    pub fn scaled(&self, places: u32, mode: RoundingMode) -> Option<i128> {
        self.steps(places, mode).map_or_else(|steps| steps.to_i128(), Some)
    }

    /// How many decimals the number needs, if it is finite with at most `most`.
    #[must_use]
    pub fn finite_places(&self, most: u32) -> Option<u32> {
        (0..=most).find(|places| {
            let rounding = Rounding { places: *places, mode: RoundingMode::Down, at: crate::RoundingPoint::End };
            self.rounded(rounding) == *self
        })
    }

    /// The number with exactly `places` decimals as plain text, cut or rounded as `mode` says.
    #[must_use]
    pub fn to_decimals(&self, places: u32, mode: RoundingMode) -> String {
        let digits = match self.steps(places, mode) {
            Ok(steps) => steps.to_string(),
            Err(steps) => steps.to_string(),
        };
        let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| ("-", rest));
        let places = places as usize;
        let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(places));
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// The number as plain text without trailing zeros, half-up at `most`
    /// places if it needs more.
    #[must_use]
    pub fn to_plain(&self, most: u32) -> String {
        let text = self.to_decimals(most, RoundingMode::HalfUp);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }

    /// The k-th root of a number not below zero, cut to `places` decimals.
    #[allow(clippy::arithmetic_side_effects, reason = "integers of any size do not overflow")]
    pub(crate) fn root(&self, k: u32, places: u32) -> Self {
        let value = self.to_big();
        let scale = BigInt::from(10).pow(places);
        let scaled = value.numer() * scale.pow(k) / value.denom();
        Self::big(BigRational::new(scaled.nth_root(k), scale))
    }
}

impl Default for Exact {
    /// Zero.
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<Number> for Exact {
    #[inline]
    fn from(value: Number) -> Self {
        let (mantissa, places) = value.parts();
        Self::decimal(mantissa, places)
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Small(a, b), Small(c, d)) = (&self.0, &other.0)
            && let (Some(left), Some(right)) = (product(*a, *d), product(*c, *b))
        {
            return left.cmp(&right);
        }
        self.to_big().cmp(&other.to_big())
    }
}

impl fmt::Display for Exact {
    /// Every digit if the number is a finite decimal of at most 40 places, else a fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.finite_places(40) {
            Some(places) => f.write_str(&self.to_decimals(places, RoundingMode::Down)),
            None => write!(f, "{}", self.to_big()),
        }
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exact({self})")
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "the peer is plain rational arithmetic")]
mod tests {
    use super::*;
    use crate::rounding::RoundingPoint;
    use proptest::prelude::*;

    fn half_up(n: i128, d: i128, places: u32) -> String {
        Exact::fraction(n, d).unwrap().to_decimals(places, RoundingMode::HalfUp)
    }

    #[test]
    fn ties_go_where_the_mode_says() {
        let tie = Exact::fraction(-153, 8).unwrap();
        let at = |mode| tie.rounded(Rounding { places: 2, mode, at: RoundingPoint::Leaf }).to_string();
        assert_eq!(at(RoundingMode::HalfUp), "-19.13");
        assert_eq!(at(RoundingMode::HalfDown), "-19.12");
        assert_eq!(at(RoundingMode::HalfEven), "-19.12");
        assert_eq!(at(RoundingMode::Up), "-19.13");
        assert_eq!(at(RoundingMode::Down), "-19.12");
        assert_eq!(half_up(20 * 528_684, 597_918, 2), "17.68");
        assert_eq!(half_up(-1, 200, 2), "-0.01");
        assert_eq!(half_up(5, 1, 0), "5");
    }

    #[test]
    fn big_sums_stay_exact() {
        let primes =
            [101_i128, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197];
        let sum = primes.iter().fold(Exact::ZERO, |sum, p| sum.plus(&Exact::fraction(1, *p).unwrap()));
        let back = primes.iter().fold(sum, |sum, p| sum.minus(&Exact::fraction(1, *p).unwrap()));
        assert!(back.is_zero());
    }

    #[test]
    fn roots_are_cut_at_the_named_place() {
        assert_eq!(Exact::whole(2).root(2, 10).to_string(), "1.4142135623");
        assert_eq!(Exact::whole(27).root(3, 10), Exact::whole(3));
    }

    fn ratio(exact: &Exact) -> BigRational {
        exact.to_big()
    }

    proptest! {
        #[test]
        fn arithmetic_agrees_with_big_rationals(a in any::<i128>(), b in 1i128.., c in any::<i128>(), d in 1i128..) {
            let (x, y) = (Exact::fraction(a, b).unwrap(), Exact::fraction(c, d).unwrap());
            prop_assert_eq!(ratio(&x.plus(&y)), ratio(&x) + ratio(&y));
            prop_assert_eq!(ratio(&x.times(&y)), ratio(&x) * ratio(&y));
            prop_assert_eq!(x.cmp(&y), ratio(&x).cmp(&ratio(&y)));
            if c != 0 {
                prop_assert_eq!(ratio(&x.over(&y).unwrap()), ratio(&x) / ratio(&y));
            }
        }

        #[test]
        fn small_and_big_rounding_agree(n in any::<i64>(), d in 1i64.., places in 0u32..6) {
            let exact = Exact::fraction(n.into(), d.into()).unwrap();
            for (_, mode) in RoundingMode::NAMES {
                prop_assert_eq!(BigInt::from(exact.steps(places, mode).unwrap()), exact.steps_big(places, mode));
            }
        }
    }
}
