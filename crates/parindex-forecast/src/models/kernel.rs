//! The state-space model of a unit, as the covariance of its years.
//!
//! A few years are too few to run a filter over: a unit's standardised scores are
//! one normal vector, whose covariance the states give, and every gap, merged
//! unit and uncertain sight is a row more or less in it.

use crate::history::Seen;
use crate::normal::{self, Tails};
use crate::past::{Panel, Past, Series, Sight, Whose};
use crate::prediction::triangle;

/// The parameters: shares of the variance 1 that all standardised scores have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kernel {
    /// The share of a level that a unit keeps.
    pub(crate) level: f64,
    /// What is left of a shock after a year.
    pub(crate) persistence: f64,
    /// The share that is gone within the year.
    pub(crate) noise: f64,
    /// What a new edition leaves of the covariance with the years before.
    pub(crate) kept: f64,
}

/// A kernel at the years of a past.
pub(crate) struct Table {
    kernel: Kernel,
    years: usize,
    covariance: Vec<f64>,
}

/// What was foreseen of one sight from those before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Foreseen {
    pub(crate) mean: f64,
    /// The logarithm of the density, or of the probability, of what was seen, by
    /// the shape of what could not be foreseen, as in [`SHAPES`].
    pub(crate) fit: [f64; 2],
}

/// The shapes that shocks may have.
pub(crate) const SHAPES: [Tails; 2] = [Tails::Normal, Tails::Heavy];

impl Kernel {
    pub(crate) fn table(self, past: &Past<'_>) -> Table {
        let years = past.timeline.len();
        let mut covariance = vec![0.0; years * years];
        for one in 0..years {
            for two in 0..years {
                let breaks = past.history.breaks_between(past.timeline[one], past.timeline[two]);
                let shock = (1.0 - self.level - self.noise) * self.persistence.powf(past.gap(one, two));
                let kept = self.kept.powf(f64::from(breaks));
                covariance[one * years + two] = if one == two { 1.0 } else { kept * (self.level + shock) };
            }
        }
        Table { kernel: self, years, covariance }
    }
}

/// A normal vector known up to some row: a Cholesky factor that grows.
#[derive(Default)]
struct Known {
    /// Whose and when each row is.
    rows: Vec<(Whose, usize)>,
    factor: Vec<f64>,
    /// The rows' values, made independent.
    whitened: Vec<f64>,
}

impl Table {
    /// The correlation of a year with the next within an edition.
    pub(crate) fn next_year(&self) -> f64 {
        let Kernel { level, persistence, noise, .. } = self.kernel;
        level + (1.0 - level - noise) * persistence
    }

    /// Puts the covariances of a value with all rows, made independent, in
    /// `solved`; returns its mean and variance given the rows.
    fn given(&self, series: &Series, known: &Known, whose: Whose, at: usize, solved: &mut Vec<f64>) -> (f64, f64) {
        solved.clear();
        let (mut mean, mut variance) = (0.0, series.overlap(whose, whose));
        for (row, (other, year)) in known.rows.iter().enumerate() {
            let start = triangle(row);
            let mut left = series.overlap(whose, *other) * self.covariance[at * self.years + year];
            for (before, value) in solved.iter().enumerate() {
                left -= known.factor[start + before] * value;
            }
            let value = left / known.factor[start + row];
            mean += value * known.whitened.get(row).copied().unwrap_or_default();
            variance -= value * value;
            solved.push(value);
        }
        (mean, variance.max(1e-9))
    }

    /// Goes through the sights of a series in the order of time, tells what was
    /// foreseen of each, and leaves what is known at the end.
    ///
    /// A sight that only bounds becomes a value with an error, chosen so that the
    /// moments after it are those of the normal cut to the bounds (assumed density
    /// filtering: Minka 2001, *Expectation Propagation*).
    fn walk(&self, series: &Series, mut foreseen: impl FnMut(usize, Foreseen)) -> Known {
        let mut known = Known::default();
        let mut solved = Vec::new();
        for (place, sight) in series.sights.iter().enumerate() {
            let (mean, variance) = self.given(series, &known, sight.whose, sight.at, &mut solved);
            let (value, noise) = match sight.seen {
                Seen::Near { value, se } => {
                    let sd = (variance + se * se).sqrt();
                    let fit = SHAPES.map(|tails| tails.log_density((value - mean) / sd) - sd.ln());
                    foreseen(place, Foreseen { mean, fit });
                    (value, se * se)
                }
                Seen::Within { low, high } => {
                    let sd = variance.sqrt();
                    let (from, to) = ((low - mean) / sd, (high - mean) / sd);
                    let fit = SHAPES.map(|tails| (tails.below(to) - tails.below(from)).max(1e-12).ln());
                    foreseen(place, Foreseen { mean, fit });
                    let (cut_mean, cut_variance) = normal::cut(mean, variance, low, high);
                    let gain = 1.0 / cut_variance - 1.0 / variance;
                    if gain < 1e-9 {
                        continue;
                    }
                    let noise = 1.0 / gain;
                    (mean + (cut_mean - mean) * (variance + noise) / variance, noise)
                }
            };
            let sd = (variance + noise).sqrt();
            known.rows.push((sight.whose, sight.at));
            known.factor.extend_from_slice(&solved);
            known.factor.push(sd);
            known.whitened.push((value - mean) / sd);
        }
        known
    }

    /// [`Table::walk`] for a series seen in the same years as one before, whose
    /// rows and factor are the same: only the values differ.
    fn walk_again(series: &Series, mut known: Known, mut foreseen: impl FnMut(usize, Foreseen)) -> Known {
        known.whitened.clear();
        for (place, sight) in series.sights.iter().enumerate() {
            let Seen::Near { value, .. } = sight.seen else { continue };
            let row = &known.factor[triangle(place)..triangle(place + 1)];
            let mean = row.iter().zip(&known.whitened).map(|(factor, value)| factor * value).sum();
            let sd = row[place];
            let fit = SHAPES.map(|tails| tails.log_density((value - mean) / sd) - sd.ln());
            foreseen(place, Foreseen { mean, fit });
            known.whitened.push((value - mean) / sd);
        }
        known
    }

    /// Tells what was foreseen of every sight, as (unit, sight).
    pub(crate) fn foresee(&self, panel: &Panel, mut foreseen: impl FnMut(usize, usize, Foreseen)) {
        let mut before: Option<(&Series, Known)> = None;
        for (unit, series) in panel.iter().enumerate() {
            let tell = |place: usize, what: Foreseen| foreseen(unit, place, what);
            let known = match before {
                Some((other, known)) if alike(other, series) => Self::walk_again(series, known, tell),
                _ => self.walk(series, tell),
            };
            before = Some((series, known));
        }
    }

    /// Means and factors of the years ahead, unit after unit.
    pub(crate) fn predict(&self, past: &Past<'_>, panel: &Panel) -> (Vec<f64>, Vec<f64>) {
        let mut means = Vec::with_capacity(panel.len() * past.ahead);
        let mut factors = Vec::with_capacity(panel.len() * triangle(past.ahead));
        let mut before: Option<(&Series, Known)> = None;
        for series in panel {
            let known = match before {
                Some((other, known)) if alike(other, series) => Self::walk_again(series, known, |_, _| {}),
                _ => self.reaching(past, series),
            };
            // Rows of years ahead come last, and have no value to add.
            let seen = known.whitened.len();
            for row in seen..seen + past.ahead {
                let row = &known.factor[triangle(row)..triangle(row + 1)];
                means.push(row.iter().zip(&known.whitened).map(|(factor, value)| factor * value).sum());
                factors.extend_from_slice(&row[seen..]);
            }
            before = Some((series, known));
        }
        (means, factors)
    }

    /// What is known of a series, with rows for the years ahead.
    fn reaching(&self, past: &Past<'_>, series: &Series) -> Known {
        let mut known = self.walk(series, |_, _| {});
        let mut solved = Vec::new();
        for at in past.known()..past.timeline.len() {
            let (_, variance) = self.given(series, &known, Whose::Own, at, &mut solved);
            known.rows.push((Whose::Own, at));
            known.factor.extend_from_slice(&solved);
            known.factor.push(variance.sqrt());
        }
        known
    }
}

/// Whether two series were seen in the same years, and exactly.
fn alike(one: &Series, two: &Series) -> bool {
    let exact = |sight: &Sight| matches!(sight.seen, Seen::Near { se, .. } if se <= 0.0);
    one.weights == two.weights
        && one.sights.len() == two.sights.len()
        && one
            .sights
            .iter()
            .zip(&two.sights)
            .all(|(one, two)| (one.at, one.whose) == (two.at, two.whose) && exact(one) && exact(two))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{History, HistoryRow};

    const SHOCKS: Kernel = Kernel { level: 0.0, persistence: 0.6, noise: 0.0, kept: 1.0 };

    /// Two units, always one spread above and one below the mean.
    fn history(breaks: &[i16]) -> History {
        let row = |unit: &str, year, score| HistoryRow {
            unit: unit.into(),
            year,
            score: Some(score),
            ..HistoryRow::default()
        };
        let years = [2001, 2002]
            .into_iter()
            .flat_map(|year| [row("A", year, 82.0), row("B", year, 78.0), row("C", year, 80.0)]);
        History::builder().rows(years).breaks(breaks.iter().copied()).build().unwrap()
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        }
    }

    #[test]
    fn shocks_decay_as_those_of_an_ar1_do() {
        let history = history(&[]);
        let past = Past::new(&history, &[2003, 2004]).unwrap();
        let (means, factors) = SHOCKS.table(&past).predict(&past, &past.total);
        let last = 1.5_f64.sqrt();
        close(&means, &[0.6 * last, 0.36 * last, -0.6 * last, -0.36 * last, 0.0, 0.0]);
        // Variances 1 - 0.6² and 1 - 0.36², covariance 0.6 × 0.64.
        close(&factors[..3], &[0.8, 0.48, 0.8]);
    }

    #[test]
    fn series_seen_alike_share_their_factor() {
        let history = history(&[]);
        let past = Past::new(&history, &[2003, 2004]).unwrap();
        let kernel = Kernel { level: 0.2, noise: 0.1, ..SHOCKS };
        let table = kernel.table(&past);
        let (means, factors) = table.predict(&past, &past.total);
        for (unit, series) in past.total.iter().enumerate() {
            let (mean, factor) = table.predict(&past, &vec![series.clone()]);
            close(&means[2 * unit..2 * unit + 2], &mean);
            close(&factors[3 * unit..3 * unit + 3], &factor);
        }
    }

    #[test]
    fn a_level_is_the_mean_of_its_years() {
        // Two years that differ by noise alone, as likely as the level: a third of
        // the weight goes to what all units are like.
        let history = history(&[]);
        let past = Past::new(&history, &[2003]).unwrap();
        let kernel = Kernel { level: 0.5, persistence: 0.5, noise: 0.5, kept: 1.0 };
        let (means, factors) = kernel.table(&past).predict(&past, &past.total);
        close(&means, &[2.0 / 3.0 * 1.5_f64.sqrt(), -2.0 / 3.0 * 1.5_f64.sqrt(), 0.0]);
        close(&factors[..1], &[(0.5 / 3.0 + 0.5_f64).sqrt()]);
    }

    #[test]
    fn a_new_edition_keeps_a_share() {
        let history = history(&[2003]);
        let past = Past::new(&history, &[2003]).unwrap();
        let (means, _) = Kernel { kept: 0.5, ..SHOCKS }.table(&past).predict(&past, &past.total);
        close(&means[..1], &[0.3 * 1.5_f64.sqrt()]);
    }

    #[test]
    fn a_bound_tells_what_a_cut_normal_does() {
        let history = history(&[]);
        let past = Past::new(&history, &[2003]).unwrap();
        let seen = Seen::Within { low: f64::NEG_INFINITY, high: 0.0 };
        let panel = vec![Series { weights: Vec::new(), sights: vec![Sight { at: 1, whose: Whose::Own, seen }] }];
        let (means, factors) = SHOCKS.table(&past).predict(&past, &panel);
        // Half a normal has mean -√(2/π) and variance 1 - 2/π.
        let share = 2.0 / std::f64::consts::PI;
        close(&means, &[-0.6 * share.sqrt()]);
        close(&factors, &[(0.36 * (1.0 - share) + 0.64).sqrt()]);
    }

    #[test]
    fn a_merged_unit_is_as_sure_as_its_members() {
        let history = history(&[]);
        let past = Past::new(&history, &[2003]).unwrap();
        let seen = Seen::Near { value: 1.0, se: 0.0 };
        let sights = vec![Sight { at: 1, whose: Whose::Member(0), seen }];
        let panel = vec![Series { weights: vec![0.5, 0.5], sights }];
        let (means, factors) = SHOCKS.table(&past).predict(&past, &panel);
        // One member is known, the other could be any unit.
        close(&means, &[0.3]);
        close(&factors, &[(0.25 * 0.64 + 0.25_f64).sqrt()]);
    }
}
