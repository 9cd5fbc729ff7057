//! What holds for every history.

use parindex_forecast::{Forecast, ForecastOptions, HistoryRow, ModelKind, unwatched};
use proptest::prelude::*;

use crate::invented::{Truth, history, ranked, rows, scored};

fn options(model: ModelKind, seed: u64) -> ForecastOptions {
    ForecastOptions { draws: 1500, seed, model, threads: None }
}

/// Histories with gaps, ranks without scores and years of every kind.
fn any_rows() -> impl Strategy<Value = Vec<HistoryRow>> {
    let cell = prop_oneof![
        4 => (60.0_f64..95.0).prop_map(|score| (Some(score), None)),
        1 => (-1e11_f64..1e11).prop_map(|score| (Some(score), None)),
        1 => Just((Some(80.0), None)),
        1 => Just((None, None)),
        1 => (1_u32..6).prop_map(|rank| (None, Some(rank))),
    ];
    (2_usize..6, 2_usize..6)
        .prop_flat_map(move |(units, years)| {
            prop::collection::vec(cell.clone(), units * years).prop_map(move |cells| (units, cells))
        })
        .prop_map(|(units, cells)| {
            cells
                .into_iter()
                .enumerate()
                .map(|(place, (score, rank))| HistoryRow {
                    unit: format!("U{}", place % units),
                    year: 2001 + i16::try_from(place / units).unwrap(),
                    score,
                    rank,
                    ..HistoryRow::default()
                })
                .collect()
        })
}

fn any_model() -> impl Strategy<Value = ModelKind> {
    prop::sample::select(&ModelKind::ALL[..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// No history panics or gives anything but probabilities.
    #[test]
    fn probabilities_are_probabilities(rows in any_rows(), model in any_model(), seed: u64) {
        let history = history(rows);
        let Ok(forecast) = Forecast::new(&history, 2010, &options(model, seed)) else { return Ok(()) };
        let count = forecast.units().len();
        let top: Vec<usize> = (1..=count).collect();
        let table = forecast.table(&top).unwrap();
        let matrix = forecast.rank_probabilities().unwrap();
        for (row, probabilities) in table.iter().zip(&matrix) {
            prop_assert!(row.within_top.is_sorted(), "more places, no less probability");
            prop_assert!((row.within_top[count - 1] - 1.0).abs() < 1e-12);
            prop_assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!((probabilities[0] - row.within_top[0]).abs() < 1e-12);
            prop_assert!(row.rank_quantiles.is_sorted() && row.rank_quantiles[0] >= 1 && row.rank_quantiles[2] <= count);
            prop_assert!(row.quantiles.is_sorted() && row.mean.is_finite() && row.sd.is_finite());
        }
    }

    /// The order of rows does not matter.
    #[test]
    fn the_order_of_rows_does_not_matter(rows in any_rows(), model in any_model(), seed: u64) {
        let mut other = rows.clone();
        other.reverse();
        let Ok(one) = Forecast::new(&history(rows), 2010, &options(model, seed)) else { return Ok(()) };
        let two = Forecast::new(&history(other), 2010, &options(model, seed)).unwrap();
        prop_assert_eq!(one.table(&[1]).unwrap(), two.table(&[1]).unwrap());
    }

    /// Quantiles and probabilities are those of the draws.
    #[test]
    fn the_table_is_that_of_the_draws(rows in any_rows(), seed: u64) {
        let Ok(forecast) = Forecast::new(&history(rows), 2010, &options(ModelKind::StateSpace, seed)) else { return Ok(()) };
        let count = forecast.units().len();
        let ranks = forecast.ranks(&unwatched).unwrap();
        prop_assert_eq!(ranks.len(), 1500 * count);
        for (unit, row) in forecast.table(&[2]).unwrap().iter().enumerate() {
            let mut own: Vec<u32> = ranks.iter().skip(unit).step_by(count).copied().collect();
            own.sort_unstable();
            let at = |part: usize| usize::try_from(own[1500 * part / 100 - 1]).unwrap();
            prop_assert_eq!(row.rank_quantiles, [at(5), at(50), at(95)]);
            let within = own.iter().filter(|rank| **rank <= 2).count();
            prop_assert!((row.within_top[0] - f64::from(u32::try_from(within).unwrap()) / 1500.0).abs() < 1e-12);
        }
    }
}

#[test]
fn renamed_units_keep_their_forecasts() {
    // Units are drawn by name, so renaming changes draws but not what they say.
    let rows = rows(Truth { level: 0.5, persistence: 0.6, noise: 0.1 }, 12, 6, 3);
    let renamed: Vec<HistoryRow> = rows
        .iter()
        .map(|row| HistoryRow { unit: format!("{}", 900 - row.unit[1..].parse::<i32>().unwrap()), ..row.clone() })
        .collect();
    let options = ForecastOptions { draws: 40_000, ..ForecastOptions::default() };
    let one = Forecast::new(&history(rows), 2007, &options).unwrap().table(&[3]).unwrap();
    let two = Forecast::new(&history(renamed), 2007, &options).unwrap().table(&[3]).unwrap();
    for (row, other) in one.iter().zip(two.iter().rev()) {
        let error = 5.0 * (2.0 * 0.25 / 40_000.0_f64).sqrt();
        assert!((row.within_top[0] - other.within_top[0]).abs() < error, "{} and {}", row.unit, other.unit);
        assert!((row.mean - other.mean).abs() < 5.0 * row.sd * (2.0 / 40_000.0_f64).sqrt());
    }
}

#[test]
fn threads_do_not_matter() {
    let history = history(rows(Truth { level: 0.5, persistence: 0.6, noise: 0.1 }, 20, 6, 3));
    let with = |threads| {
        let options = ForecastOptions { draws: 5000, seed: 7, threads: Some(threads), ..ForecastOptions::default() };
        let forecast = Forecast::new(&history, 2007, &options).unwrap();
        (forecast.table(&[5]).unwrap(), forecast.ranks(&unwatched).unwrap(), forecast.needed("U003", 5, 0.8).unwrap())
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(4));
}

#[test]
fn many_units_have_exact_rank_quantiles_too() {
    // More than the ladder has steps, so that quantiles need its second pass.
    let history = history(rows(Truth { level: 0.8, persistence: 0.6, noise: 0.05 }, 1200, 3, 3));
    let options = ForecastOptions { draws: 400, model: ModelKind::RandomWalk, ..ForecastOptions::default() };
    let forecast = Forecast::new(&history, 2004, &options).unwrap();
    assert_eq!(forecast.rank_probabilities().unwrap_err().code(), "too-large");
    let ranks = forecast.ranks(&unwatched).unwrap();
    for (unit, row) in forecast.table(&[10]).unwrap().iter().enumerate() {
        let mut own: Vec<u32> = ranks.iter().skip(unit).step_by(1200).copied().collect();
        own.sort_unstable();
        assert_eq!(row.rank_quantiles, [own[19], own[199], own[379]].map(|rank| usize::try_from(rank).unwrap()));
    }
}

#[test]
fn the_walk_is_worked_by_hand() {
    // Both years have mean 0 and spread 1: 1, 0 and -1 over √(2/3). The second
    // year swaps the first two, so steps are -1, 1 and 0 over √(2/3): mean square 1.
    let scores = |year, scores: [f64; 3]| {
        scores.into_iter().zip(["A", "B", "C"]).map(move |(score, unit)| scored(unit, year, score))
    };
    let rows: Vec<_> = scores(2001, [1.0, 0.0, -1.0]).chain(scores(2002, [0.0, 1.0, -1.0])).collect();
    let options = ForecastOptions { model: ModelKind::RandomWalk, draws: 200_000, ..ForecastOptions::default() };
    let forecast = Forecast::new(&history(rows), 2003, &options).unwrap();
    // B leads A by √1.5 before two steps of variance 1 each: the normal share below √1.5/√2 = 0.866 is 0.8068.
    let beats = forecast.beats("B", "A").unwrap();
    assert!((beats - 0.8068).abs() < 0.004, "{beats}");
    assert!((forecast.beats("A", "B").unwrap() - (1.0 - beats)).abs() < 1e-9);
}

#[test]
fn ranks_alone_forecast_ranks() {
    let rows: Vec<_> =
        (2001..2006).flat_map(|year| (1..=20).map(move |rank| ranked(&format!("U{rank:02}"), year, rank))).collect();
    let forecast = Forecast::new(&history(rows), 2006, &ForecastOptions::default()).unwrap();
    assert!(!forecast.in_points());
    let table = forecast.table(&[5]).unwrap();
    assert!(table.windows(2).all(|pair| pair[0].mean > pair[1].mean), "in five years nothing moved");
    assert!(table[0].within_top[0] > 0.95 && table[19].within_top[0] < 0.01);
}

#[test]
fn several_years_are_drawn_together() {
    let history = history(rows(Truth { level: 0.4, persistence: 0.7, noise: 0.1 }, 20, 8, 5));
    for model in [ModelKind::RandomWalk, ModelKind::StateSpace, ModelKind::Auto] {
        let options = ForecastOptions { draws: 20_000, model, ..ForecastOptions::default() };
        let path = Forecast::over(&history, &[2009, 2010, 2011], &options, &unwatched).unwrap();
        let years: Vec<_> = [2009, 2010, 2011].map(|year| path.in_year(year).unwrap().table(&[5]).unwrap()).into();
        for (unit, (any, all)) in path.reaches(5, &unwatched).unwrap().into_iter().enumerate() {
            let single: Vec<f64> = years.iter().map(|table| table[unit].within_top[0]).collect();
            assert!(all <= single.iter().copied().fold(1.0, f64::min) + 1e-12);
            assert!(any >= single.iter().copied().fold(0.0, f64::max) - 1e-12);
            // Years of a unit go together, so both are likelier than by chance.
            assert!(any <= single.iter().sum::<f64>() + 1e-12);
            assert!(all + 0.02 >= single.iter().product::<f64>(), "{model}");
        }
    }
}

#[test]
fn what_is_far_away_is_wider() {
    let history = history(rows(Truth { level: 0.4, persistence: 0.7, noise: 0.1 }, 20, 8, 5));
    let options = ForecastOptions { draws: 20_000, ..ForecastOptions::default() };
    let path = Forecast::over(&history, &[2009, 2013], &options, &unwatched).unwrap();
    let widths = |year| -> usize {
        let table = path.in_year(year).unwrap().table(&[]).unwrap();
        table.iter().map(|row| row.rank_quantiles[2] - row.rank_quantiles[0]).sum()
    };
    assert!(widths(2013) > widths(2009));
}

#[test]
fn what_is_told_of_progress_never_goes_back() {
    let history = history(rows(Truth { level: 0.5, persistence: 0.6, noise: 0.1 }, 8, 9, 3));
    for model in [ModelKind::Stack, ModelKind::Auto] {
        let heard = std::cell::RefCell::new(Vec::new());
        let watch = |done: usize, total: usize| {
            heard.borrow_mut().push((done, total));
            std::ops::ControlFlow::Continue(())
        };
        Forecast::over(&history, &[2010], &options(model, 1), &watch).unwrap();
        let heard = heard.into_inner();
        assert!(
            heard.is_sorted() && heard.iter().all(|(done, total)| done < total && *total == heard[0].1),
            "{heard:?}"
        );
        assert!(heard.len() > 5);
    }
}

#[test]
fn no_index_passes_a_hundred_and_order_stays() {
    let near_the_top = |shift: f64| {
        let scores = [("01", 99.0), ("22", 98.0), ("31", 90.0), ("48", 80.0)];
        let rows = (2020..2025).flat_map(move |year| {
            scores.map(|(unit, score)| HistoryRow {
                unit: unit.into(),
                year,
                score: Some(score + f64::from(year % 2) + shift),
                ..HistoryRow::default()
            })
        });
        parindex_forecast::History::builder().rows(rows).build().unwrap()
    };
    let of = |shift| Forecast::new(&near_the_top(shift), 2025, &options(ModelKind::RandomWalk, 7)).unwrap();
    // The same index moved up by ten points is no share of a hundred, and has no end.
    let (shares, free) = (of(0.0), of(10.0));
    let (held, open) = (shares.table(&[1]).unwrap(), free.table(&[1]).unwrap());
    assert!(held.iter().all(|row| row.quantiles.iter().all(|score| *score <= 100.0)));
    assert!(open[0].quantiles[2] - 10.0 > 100.0, "the walk alone would pass a hundred");
    assert_eq!(shares.ranks(&unwatched).unwrap(), free.ranks(&unwatched).unwrap());
    assert!((shares.beats("01", "22").unwrap() - free.beats("01", "22").unwrap()).abs() < 1e-12);
    assert!(shares.needed("22", 1, 0.99).unwrap() <= 100.0);
}
