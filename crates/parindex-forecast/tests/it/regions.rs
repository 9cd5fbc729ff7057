//! Units of a region move together, where regions are told.

use parindex_forecast::{Forecast, ForecastOptions, History, HistoryRow, HistoryUnit, ModelKind, unwatched};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use crate::invented::scored;

const REGIONS: usize = 4;
const UNITS: usize = 24;

/// Half of what changes from year to year is shared by the six units of a region.
fn rows() -> Vec<HistoryRow> {
    let mut random = Pcg64::new(3, 7);
    let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
    (2001..2013)
        .flat_map(|year| {
            let shared: Vec<f64> = (0..REGIONS).map(|_| normal()).collect();
            (0..UNITS)
                .map(|unit| scored(&format!("U{unit:03}"), year, 80.0 + shared[unit % REGIONS] + normal()))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn history(with_regions: bool) -> History {
    let units = (0..UNITS).map(|unit| HistoryUnit {
        unit: format!("U{unit:03}"),
        region: with_regions.then(|| format!("region {}", unit % REGIONS)),
        ..HistoryUnit::default()
    });
    History::builder().rows(rows()).units(units).build().unwrap()
}

/// The mean correlation of ranks between units of a region.
fn together(history: &History) -> f64 {
    let options = ForecastOptions { draws: 5000, model: ModelKind::StateSpace, ..ForecastOptions::default() };
    let ranks = Forecast::new(history, 2013, &options).unwrap().ranks(&unwatched).unwrap();
    let column =
        |unit: usize| -> Vec<f64> { ranks.iter().skip(unit).step_by(UNITS).map(|rank| f64::from(*rank)).collect() };
    let moments = |one: &[f64], two: &[f64]| -> f64 {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / 5000.0;
        one.iter().zip(two).map(|(a, b)| (a - mean(one)) * (b - mean(two))).sum::<f64>() / 5000.0
    };
    let mut sum = 0.0;
    for unit in 0..UNITS - REGIONS {
        let (one, two) = (column(unit), column(unit + REGIONS));
        sum += moments(&one, &two) / (moments(&one, &one) * moments(&two, &two)).sqrt();
    }
    sum / f64::from(u32::try_from(UNITS - REGIONS).unwrap())
}

/// The share of the variance of scores that lies between regions, over all years.
fn between() -> f64 {
    let (mut between, mut all) = (0.0, 0.0);
    let rows = rows();
    for year in rows.chunks(UNITS) {
        let scores: Vec<f64> = year.iter().map(|row| row.score.unwrap()).collect();
        let mean = scores.iter().sum::<f64>() / 24.0;
        all += scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>();
        for region in 0..REGIONS {
            let own = scores.iter().skip(region).step_by(REGIONS).sum::<f64>() / 6.0;
            between += 6.0 * (own - mean).powi(2);
        }
    }
    between / all
}

#[test]
fn units_of_a_region_move_together() {
    let (told, untold, share) = (together(&history(true)), together(&history(false)), between());
    // What is shared correlates by its share of the variance, less what is
    // foreseen of it: four regions tell little of their persistence, so that the
    // model takes a good part as foreseen.
    assert!(told > 0.3 * share && told < share, "{told} where {share} of the variance is shared");
    assert!(untold < 0.1 * share, "{untold}");
}
