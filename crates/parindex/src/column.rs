//! One value for each unit, on a decimal grid of machine integers where possible.

use crate::exact::{Exact, power_of_ten};
use crate::rounding::RoundingMode;

/// The points of one node for all units.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Steps of 10^-places.
    Grid { places: u32, steps: Vec<i32> },
    /// Rationals of any size.
    Exact(Vec<Exact>),
}

impl Column {
    /// The finest grid tried.
    const MAX_PLACES: u32 = 10;

    /// On a grid if every value lies on one.
    pub(crate) fn from_exact(values: Vec<Exact>) -> Self {
        let mut places = 0;
        for value in &values {
            match value.finite_places(Self::MAX_PLACES) {
                Some(needed) => places = places.max(needed),
                None => return Self::Exact(values),
            }
        }
        let step = |value: &Exact| value.grid(places, RoundingMode::Down).and_then(|step| i32::try_from(step).ok());
        let steps: Option<Vec<i32>> = values.iter().map(step).collect();
        steps.map_or(Self::Exact(values), |steps| Self::Grid { places, steps })
    }

    pub(crate) fn zeros(units: usize) -> Self {
        Self::Grid { places: 0, steps: vec![0; units] }
    }

    pub(crate) fn get(&self, unit: usize) -> Exact {
        match self {
            Self::Grid { places, steps } => Exact::decimal(steps.get(unit).copied().map_or(0, i128::from), *places),
            Self::Exact(values) => values.get(unit).cloned().unwrap_or_default(),
        }
    }

    /// Steps of the grid for each unit, if it is on one.
    pub(crate) fn steps(&self) -> Option<&[i32]> {
        match self {
            Self::Grid { steps, .. } => Some(steps),
            Self::Exact(_) => None,
        }
    }

    /// The sum of columns times their weights, unit by unit.
    pub(crate) fn weighted_sum(units: usize, parts: &[(&Self, Exact)]) -> Self {
        Self::grid_sum(units, parts).unwrap_or_else(|| {
            let sum = |unit| {
                parts.iter().fold(Exact::ZERO, |sum, (column, weight)| sum.plus(&column.get(unit).times(weight)))
            };
            Self::from_exact((0..units).map(sum).collect())
        })
    }

    /// The same on machine integers, if nothing overflows.
    fn grid_sum(units: usize, parts: &[(&Self, Exact)]) -> Option<Self> {
        let mut places = 0;
        let mut grids = Vec::with_capacity(parts.len());
        for (column, weight) in parts {
            let Self::Grid { places: own, steps } = column else { return None };
            let more = weight.finite_places(Self::MAX_PLACES)?;
            let factor = weight.grid(more, RoundingMode::Down)?;
            let own = own.checked_add(more)?;
            places = places.max(own);
            grids.push((own, factor, steps));
        }
        let mut sum = vec![0_i64; units];
        if parts.len() > Self::MAX_PARTS {
            return None;
        }
        for (own, factor, steps) in grids {
            let finer = i64::try_from(power_of_ten(places.checked_sub(own)?)?).ok()?;
            let factor = factor.checked_mul(finer).filter(|factor| factor.unsigned_abs() < Self::MAX_FACTOR)?;
            for (total, step) in sum.iter_mut().zip(steps) {
                *total = total.wrapping_add(i64::from(*step).wrapping_mul(factor));
            }
        }
        let steps: Result<Vec<i32>, _> = sum.into_iter().map(i32::try_from).collect();
        Some(Self::Grid { places, steps: steps.ok()? })
    }

    /// With at most so many parts, each of less than 2^31 steps times a factor
    /// below this, no sum leaves 64 bits.
    const MAX_PARTS: usize = 1 << 10;
    const MAX_FACTOR: u64 = 1 << 20;
}

/// The maximum of a node: open, the same for all, or by unit where rows left it.
#[derive(Clone, Debug)]
pub(crate) enum Maximum {
    Open,
    Same(Exact),
    /// `None` where every row of the node has left.
    Each(Vec<Option<Exact>>),
}

impl Maximum {
    pub(crate) fn get(&self, unit: usize) -> Option<&Exact> {
        match self {
            Self::Open => None,
            Self::Same(max) => Some(max),
            Self::Each(maxima) => maxima.get(unit).and_then(Option::as_ref),
        }
    }

    /// Whether the node has left the framework for a unit.
    pub(crate) fn has_left(&self, unit: usize) -> bool {
        matches!(self, Self::Each(maxima) if maxima.get(unit).is_none_or(Option::is_none))
    }
}
