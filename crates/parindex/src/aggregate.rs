//! How the points of a node follow from those below it.

use serde::{Deserialize, Serialize};

use crate::exact::Exact;

/// How an interior node combines the rows below it, chosen node by node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Aggregate {
    /// Points add up.
    #[default]
    Sum,
    /// Points times their weights add up.
    WeightedSum,
    /// The weighted sum over the sum of weights.
    WeightedMean,
    /// The sum over the number of rows.
    Mean,
    /// The k-th root of the product of k rows, held to 40 decimals: an
    /// irrational number has no exact form.
    GeometricMean,
    /// The least of the rows.
    Minimum,
}

/// Decimals to which a geometric mean is held.
const ROOT_PLACES: u32 = 40;

impl Aggregate {
    /// Every way, with the word that names it.
    pub const NAMES: [(&str, Self); 6] = [
        ("sum", Self::Sum),
        ("weighted-sum", Self::WeightedSum),
        ("weighted-mean", Self::WeightedMean),
        ("mean", Self::Mean),
        ("geometric-mean", Self::GeometricMean),
        ("minimum", Self::Minimum),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        crate::standing::word(&Self::NAMES, self)
    }

    /// Whether the rows below need weights.
    pub(crate) fn is_weighted(self) -> bool {
        matches!(self, Self::WeightedSum | Self::WeightedMean)
    }

    /// Whether the result may need infinitely many decimals.
    pub(crate) fn leaves_finite_decimals(self) -> bool {
        matches!(self, Self::WeightedMean | Self::Mean | Self::GeometricMean)
    }

    /// The combined value of `(value, weight)` pairs; `None` of nothing.
    pub(crate) fn combine<'a>(self, parts: impl Iterator<Item = (&'a Exact, &'a Exact)> + Clone) -> Option<Exact> {
        let sum = |values: &mut dyn Iterator<Item = Exact>| values.fold(Exact::ZERO, |sum, value| sum.plus(&value));
        let rows = u32::try_from(parts.clone().count()).unwrap_or(u32::MAX);
        if rows == 0 {
            return None;
        }
        let plain = &mut parts.clone().map(|(value, _)| value.clone());
        let weighted = &mut parts.clone().map(|(value, weight)| value.times(weight));
        match self {
            Self::Sum => Some(sum(plain)),
            Self::WeightedSum => Some(sum(weighted)),
            Self::WeightedMean => sum(weighted).over(&sum(&mut parts.map(|(_, weight)| weight.clone()))),
            Self::Mean => sum(plain).over(&Exact::whole(rows.into())),
            Self::GeometricMean => {
                let product = plain.fold(Exact::ONE, |product, value| product.times(&value));
                Some(product.max(Exact::ZERO).root(rows, ROOT_PLACES))
            }
            Self::Minimum => plain.min(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_combining_by_hand() {
        let values = [Exact::whole(2), Exact::whole(8), Exact::whole(4)];
        let weights = [Exact::decimal(5, 1), Exact::ONE, Exact::decimal(5, 1)];
        let by = |way: Aggregate| way.combine(values.iter().zip(&weights)).unwrap().to_string();
        assert_eq!(by(Aggregate::Sum), "14");
        assert_eq!(by(Aggregate::WeightedSum), "11");
        assert_eq!(by(Aggregate::WeightedMean), "5.5");
        assert_eq!(by(Aggregate::Mean), "14/3");
        assert_eq!(by(Aggregate::GeometricMean), "4");
        assert_eq!(by(Aggregate::Minimum), "2");
        assert_eq!(Aggregate::Sum.combine(std::iter::empty()), None);
    }
}
