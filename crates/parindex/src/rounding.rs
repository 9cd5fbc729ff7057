//! Rounding is always named: how, to how many places, and where.

use serde::{Deserialize, Serialize};

/// Which way a number between two grid points goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RoundingMode {
    /// To the nearest; a tie away from zero (làm tròn nửa lên): 19.125 → 19.13.
    HalfUp,
    /// To the nearest; a tie to the even digit.
    HalfEven,
    /// To the nearest; a tie towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero: digits are cut.
    Down,
}

/// Where the rounding happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RoundingPoint {
    /// Each leaf is rounded, then the leaves are added.
    Leaf,
    /// Only the printed total is rounded; everything below stays exact.
    End,
}

/// The rounding a framework names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Digits kept after the decimal point, at most [`Rounding::MAX_PLACES`].
    pub places: u32,
    /// Which way a number between goes.
    pub mode: RoundingMode,
    /// Where it happens.
    pub at: RoundingPoint,
}

impl Rounding {
    /// Most places a framework may round to.
    pub const MAX_PLACES: u32 = 10;
    /// Two decimals, half-up: how an index is printed.
    pub const PRINTED: Self = Self { places: 2, mode: RoundingMode::HalfUp, at: RoundingPoint::End };
}

impl RoundingMode {
    /// Every mode, with the word that names it in a framework file.
    pub const NAMES: [(&str, Self); 5] = [
        ("half-up", Self::HalfUp),
        ("half-even", Self::HalfEven),
        ("half-down", Self::HalfDown),
        ("up", Self::Up),
        ("down", Self::Down),
    ];

    /// Whether a quotient cut to `odd` or even, with the rest on the given side
    /// of one half, moves away from zero. `rest` is `None` for an exact quotient.
    pub(crate) fn moves_away(self, rest: Option<std::cmp::Ordering>, odd: bool) -> bool {
        use std::cmp::Ordering::{Equal, Greater};
        match (self, rest) {
            (_, None) | (Self::Down, _) => false,
            (Self::Up, Some(_)) => true,
            (Self::HalfUp, Some(half)) => half != std::cmp::Ordering::Less,
            (Self::HalfDown, Some(half)) => half == Greater,
            (Self::HalfEven, Some(half)) => half == Greater || (half == Equal && odd),
        }
    }
}
