//! Invented panels whose truth is known.

use parindex_forecast::{History, HistoryRow};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// How units differ and change, as shares of a variance of 1.
#[derive(Clone, Copy)]
pub(crate) struct Truth {
    pub(crate) level: f64,
    pub(crate) persistence: f64,
    pub(crate) noise: f64,
}

/// A row with a score.
pub(crate) fn scored(unit: &str, year: i16, score: f64) -> HistoryRow {
    HistoryRow { unit: unit.into(), year, score: Some(score), ..HistoryRow::default() }
}

/// A row with a rank.
pub(crate) fn ranked(unit: &str, year: i16, rank: u32) -> HistoryRow {
    HistoryRow { unit: unit.into(), year, rank: Some(rank), ..HistoryRow::default() }
}

/// Scores of `units` units over `years` years from 2001 on: a level, a shock
/// that decays and noise, on a scale that moves from year to year.
pub(crate) fn rows(truth: Truth, units: usize, years: i16, seed: u64) -> Vec<HistoryRow> {
    let mut random = Pcg64::new(u128::from(seed), 7);
    let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
    let scales: Vec<(f64, f64)> = (0..years).map(|_| (80.0 + normal(), 3.0 * (0.1 * normal()).exp())).collect();
    let mut rows = Vec::new();
    for unit in 0..units {
        let level = truth.level.sqrt() * normal();
        let shocks = (1.0 - truth.level - truth.noise).sqrt();
        let mut shock = normal();
        for (year, (mean, spread)) in (2001..).zip(&scales) {
            let value = level + shocks * shock + truth.noise.sqrt() * normal();
            rows.push(scored(&format!("U{unit:03}"), year, mean + spread * value));
            shock = truth.persistence * shock + (1.0 - truth.persistence.powi(2)).sqrt() * normal();
        }
    }
    rows
}

/// The history of these rows.
pub(crate) fn history(rows: Vec<HistoryRow>) -> History {
    History::builder().rows(rows).build().unwrap()
}
