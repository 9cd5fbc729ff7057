//! The score from its parts: each forecast by itself, then added up.

use std::collections::BTreeMap;

use crate::error::{Error, Problem};
use crate::history::Seen;
use crate::model::{Model, ModelKind, Predicted};
use crate::models::state_space::Posterior;
use crate::normal::Tails;
use crate::number::real;
use crate::past::{Panel, Past, Whose};
use crate::prediction::{Component, Prediction, cholesky, triangle};
use crate::reason::Reason;
use crate::watch::Watch;

/// The state-space model on each part, added up.
///
/// Parts persist differently: what rests on measured infrastructure stays, what
/// rests on a few answers is gone next year. The weights of the parts are those of
/// the last year, by least squares on standardised values, so that they need not be
/// known; what all parts miss together is kept as a correlation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts;

/// What the correlation between the errors of two parts is shrunk by.
const SHRUNK: f64 = 0.8;
/// From this share of the scored units on, a part counts as published.
const PUBLISHED: f64 = 0.8;

/// A part that was published in the last year.
struct Part {
    panel: Panel,
    posterior: Posterior,
    /// Its weight in the standardised score.
    weight: f64,
}

impl Model for Parts {
    /// # Errors
    /// `not-enough-history` where no parts are known in the last year, or fewer
    /// than two units a part.
    fn predict(&self, past: &Past<'_>, _watch: Watch<'_>) -> Result<Predicted, Error> {
        let last = past.known() - 1;
        let totals = values(&past.total, last);
        let published = |panel: &Panel| {
            let values = values(panel, last);
            let both = totals.keys().filter(|key| values.contains_key(*key)).count();
            !totals.is_empty() && real(both) >= PUBLISHED * real(totals.len())
        };
        let panels: Vec<Panel> =
            (0..past.history.parts().len()).map(|part| past.part(part)).filter(published).collect();
        let columns: Vec<_> = panels.iter().map(|panel| values(panel, last)).collect();
        let rows: Vec<(Vec<f64>, f64)> = totals
            .iter()
            .filter_map(|(key, total)| {
                let parts: Option<Vec<f64>> = columns.iter().map(|column| column.get(key).copied()).collect();
                Some((parts?, *total))
            })
            .collect();
        if panels.is_empty() || rows.len() < 2 * panels.len() {
            let what = format!("parts of {} units are known in {}", rows.len(), past.timeline[last]);
            return Err(Problem::NotEnoughHistory { what }.into());
        }
        let weights = least_squares(&rows);
        let missed = rows
            .iter()
            .map(|(parts, total)| {
                (total - parts.iter().zip(&weights).map(|(part, weight)| part * weight).sum::<f64>()).powi(2)
            })
            .sum::<f64>()
            / real(rows.len());
        let weighed = |(panel, weight): (Panel, f64)| Part { posterior: Posterior::new(past, &panel), panel, weight };
        let parts: Vec<Part> = panels.into_iter().zip(weights).map(weighed).collect();
        let component = added(past, &parts, missed);
        let reason = Reason::Parts { count: parts.len() };
        let prediction = Prediction::new(past.ahead, vec![component]);
        Ok(Predicted { prediction, reason, weights: vec![(ModelKind::Parts, 1.0)] })
    }
}

/// A unit, and the place of the merged one or none.
type Key = (usize, Option<usize>);

fn key(unit: usize, whose: Whose) -> Key {
    match whose {
        Whose::Own => (unit, None),
        Whose::Member(member) => (unit, Some(member)),
    }
}

/// The values of one year.
fn values(panel: &Panel, at: usize) -> BTreeMap<Key, f64> {
    let mut values = BTreeMap::new();
    for (unit, series) in panel.iter().enumerate() {
        for sight in series.sights.iter().filter(|sight| sight.at == at) {
            if let Seen::Near { value, .. } = sight.seen {
                values.insert(key(unit, sight.whose), value);
            }
        }
    }
    values
}

/// Weights of the columns, by least squares with a trace of shrinkage, so that
/// columns that repeat each other share a weight.
fn least_squares(rows: &[(Vec<f64>, f64)]) -> Vec<f64> {
    let size = rows.first().map_or(0, |row| row.0.len());
    let mut matrix = vec![0.0; size * size];
    let mut right = vec![0.0; size];
    for (parts, total) in rows {
        for one in 0..size {
            right[one] += parts[one] * total;
            for two in 0..size {
                matrix[one * size + two] += parts[one] * parts[two];
            }
        }
    }
    for place in 0..size {
        matrix[place * size + place] += 1e-6 * real(rows.len());
    }
    let factor = cholesky(&matrix, size);
    for row in 0..size {
        for before in 0..row {
            right[row] -= factor[triangle(row) + before] * right[before];
        }
        right[row] /= factor[triangle(row) + row];
    }
    for row in (0..size).rev() {
        for after in row + 1..size {
            right[row] -= factor[triangle(after) + row] * right[after];
        }
        right[row] /= factor[triangle(row) + row];
    }
    right
}

/// The correlation of what two parts' forecasts missed, in the past.
fn correlations(past: &Past<'_>, parts: &[Part]) -> Vec<f64> {
    let missed = |part: &Part| {
        let mut missed: BTreeMap<(usize, Key), f64> = BTreeMap::new();
        for (unit, series) in part.panel.iter().enumerate() {
            for (sight, foreseen) in series.sights.iter().zip(&part.posterior.foreseen[unit]) {
                // The first year of a unit was not foreseen at all.
                if let (Seen::Near { value, .. }, true) = (sight.seen, sight.at > 0) {
                    missed.insert((sight.at, key(unit, sight.whose)), value - foreseen);
                }
            }
        }
        missed
    };
    let missed: Vec<_> = parts.iter().map(missed).collect();
    let size = parts.len();
    let mut matrix = vec![1.0; size * size];
    for one in 0..size {
        for two in 0..one {
            let pairs = missed[one].iter().filter_map(|(key, value)| Some((*value, *missed[two].get(key)?)));
            let (mut both, mut first, mut second, mut count) = (0.0, 0.0, 0.0, 0.0);
            for (a, b) in pairs {
                both += a * b;
                first += a * a;
                second += b * b;
                count += 1.0;
            }
            let size_of_both = f64::sqrt(first * second);
            // As many pairs as units of one year before it is believed half.
            let doubt = count / (count + real(past.units.len()) / 4.0);
            let correlation = if size_of_both > 0.0 { SHRUNK * doubt * both / size_of_both } else { 0.0 };
            matrix[one * size + two] = correlation;
            matrix[two * size + one] = correlation;
        }
    }
    matrix
}

/// The weighted sum of the parts, as normal with the moments of the mixtures.
fn added(past: &Past<'_>, parts: &[Part], missed: f64) -> Component {
    let (ahead, size) = (past.ahead, parts.len());
    let correlation = correlations(past, parts);
    let moments: Vec<(Vec<f64>, Vec<f64>)> =
        parts.iter().map(|part| part.posterior.prediction(past, &part.panel).moments(past.units.len())).collect();
    let mut component =
        Component { weight: 1.0, tails: Tails::Normal, mean: Vec::new(), factor: Vec::new(), regional: None };
    for (unit, series) in past.total.iter().enumerate() {
        let of_year = |year: usize| {
            parts.iter().zip(&moments).map(|(part, (mean, _))| part.weight * mean[unit * ahead + year]).sum()
        };
        component.mean.extend((0..ahead).map(of_year).collect::<Vec<f64>>());
        let factors: Vec<&[f64]> =
            moments.iter().map(|(_, factor)| &factor[unit * triangle(ahead)..(unit + 1) * triangle(ahead)]).collect();
        let mut covariance = vec![0.0; ahead * ahead];
        for (one, first) in factors.iter().enumerate() {
            for (two, second) in factors.iter().enumerate() {
                let scale = parts[one].weight * parts[two].weight * correlation[one * size + two];
                for row in 0..ahead {
                    for column in 0..ahead {
                        let shared: f64 = (0..=row.min(column))
                            .map(|place| first[triangle(row) + place] * second[triangle(column) + place])
                            .sum();
                        covariance[row * ahead + column] += scale * shared;
                    }
                }
            }
        }
        for year in 0..ahead {
            covariance[year * ahead + year] += missed * series.overlap(Whose::Own, Whose::Own);
        }
        component.factor.extend(cholesky(&covariance, ahead));
    }
    component
}
