//! The region effect: units of a region move together.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::history::Seen;
use crate::model::{ModelKind, Predicted};
use crate::models::state_space::Posterior;
use crate::number::real;
use crate::past::{Panel, Past, Series, Sight, Whose};
use crate::prediction::{Component, Prediction, Regional, triangle};
use crate::reason::Reason;

/// Regions have at least so many units: of fewer the mean is mostly the unit itself.
const UNITS: usize = 3;
/// From this share of units on, a region's mean is known.
const KNOWN: f64 = 0.8;

/// A panel split into the means of regions and what units differ from them.
pub(crate) struct Regions {
    /// Each unit's region.
    of_unit: Vec<usize>,
    /// The means, of variance 1, and what a spread of them is in the panel.
    means: Panel,
    spread: f64,
    /// The differences, likewise.
    own: Panel,
    own_spread: f64,
}

impl Regions {
    /// The panel by regions, or nothing where not every unit lies in a region of
    /// some size, units have merged, or a region is known in part only.
    pub(crate) fn new(past: &Past<'_>) -> Option<Self> {
        let names: Vec<&str> =
            past.units.iter().map(|unit| past.history.unit(*unit).region.as_deref()).collect::<Option<_>>()?;
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &names {
            *sizes.entry(name).or_default() += 1;
        }
        if sizes.len() < 2 || sizes.values().any(|size| *size < UNITS) {
            return None;
        }
        let places: BTreeMap<&str, usize> = sizes.keys().enumerate().map(|(place, name)| (*name, place)).collect();
        let of_unit: Vec<usize> = names.iter().map(|name| places[name]).collect();
        let sizes: Vec<usize> = sizes.into_values().collect();

        // The means of regions in the known years.
        let (regions, years) = (sizes.len(), past.known());
        let mut sums = vec![(0.0, 0_usize); regions * years];
        for (series, region) in past.total.iter().zip(&of_unit) {
            for sight in &series.sights {
                let (Seen::Near { value, .. }, Whose::Own) = (sight.seen, sight.whose) else { return None };
                let sum = &mut sums[region * years + sight.at];
                sum.0 += value;
                sum.1 += 1;
            }
        }
        let known = |(place, sum): (usize, &(f64, usize))| real(sum.1) >= KNOWN * real(sizes[place / years]);
        if !sums.iter().enumerate().all(known) {
            return None;
        }
        let means: Vec<f64> = sums.iter().map(|(sum, count)| sum / real(*count)).collect();
        let spread = mean_square(means.iter().copied()).sqrt();
        let apart = |(series, region): (&Series, &usize)| {
            let differ = |sight: &Sight| match sight.seen {
                Seen::Near { value, se } => {
                    Sight { seen: Seen::Near { value: value - means[region * years + sight.at], se }, ..*sight }
                }
                Seen::Within { .. } => *sight,
            };
            Series { weights: Vec::new(), sights: series.sights.iter().map(differ).collect() }
        };
        let own: Panel = past.total.iter().zip(&of_unit).map(apart).collect();
        let values = own.iter().flat_map(|series| &series.sights).filter_map(|sight| match sight.seen {
            Seen::Near { value, .. } => Some(value),
            Seen::Within { .. } => None,
        });
        let own_spread = mean_square(values).sqrt();
        // Regions that are all alike, or units that are, leave nothing to forecast.
        if spread.min(own_spread) < 1e-3 {
            return None;
        }
        let own = own.into_iter().map(|series| scaled(series, own_spread)).collect();
        let near = |at: usize, region: usize| Sight {
            at,
            whose: Whose::Own,
            seen: Seen::Near { value: means[region * years + at], se: 0.0 },
        };
        let series = |region: usize| {
            let sights = (0..years).map(|at| near(at, region)).collect();
            scaled(Series { weights: Vec::new(), sights }, spread)
        };
        let means = (0..regions).map(series).collect();
        Some(Self { of_unit, means, spread, own, own_spread })
    }

    /// The prediction: each unit's own beside what its region shares.
    pub(crate) fn predicted(&self, past: &Past<'_>) -> Predicted {
        let ahead = past.ahead;
        let of_regions = Posterior::new(past, &self.means);
        let of_units = Posterior::new(past, &self.own);
        let (means, factor) = of_regions.prediction(past, &self.means).moments(self.means.len());
        let factor = factor.into_iter().map(|value| self.spread * value).collect();
        let regional = Arc::new(Regional { of_unit: self.of_unit.clone(), factor });
        let mut prediction = of_units.prediction(past, &self.own);
        for Component { mean, factor, regional: shared, .. } in &mut prediction.components {
            for (unit, region) in self.of_unit.iter().enumerate() {
                for year in 0..ahead {
                    let own = &mut mean[unit * ahead + year];
                    *own = self.own_spread * *own + self.spread * means[region * ahead + year];
                }
            }
            for value in factor.iter_mut() {
                *value *= self.own_spread;
            }
            *shared = Some(Arc::clone(&regional));
        }
        debug_assert_eq!(regional.factor.len(), self.means.len() * triangle(ahead), "a factor for each region");
        let reason =
            Reason::StateSpace { persistence: of_units.persistence(), of_regions: Some(of_regions.persistence()) };
        Predicted {
            prediction: Prediction::new(ahead, prediction.components),
            reason,
            weights: vec![(ModelKind::StateSpace, 1.0)],
        }
    }
}

fn mean_square(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value * value, count + 1));
    sum / real(count.max(1))
}

fn scaled(mut series: Series, spread: f64) -> Series {
    for sight in &mut series.sights {
        if let Seen::Near { value, se } = &mut sight.seen {
            *value /= spread;
            *se /= spread;
        }
    }
    series
}
