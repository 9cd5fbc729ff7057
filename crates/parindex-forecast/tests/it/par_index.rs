//! The PAR INDEX as published pages tell it: 126 of 819 province-years.

use std::path::PathBuf;

use parindex_forecast::{
    Backtest, BacktestOptions, Forecast, ForecastOptions, ForecastRow, History, HistoryRow, HistoryUnit, ModelKind,
    National, Succession, Weighting, unwatched,
};

fn records(path: &str) -> Vec<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn history(with_times: bool) -> History {
    let rows = records("par-index-published/known.csv").into_iter().map(|record| HistoryRow {
        year: record[0].parse().unwrap(),
        unit: record[1].clone(),
        score: record[3].parse().ok(),
        rank: record[4].parse().ok(),
        ..HistoryRow::default()
    });
    let national = records("par-index-published/national.csv").into_iter().map(|record| National {
        year: record[0].parse().unwrap(),
        mean: record[1].parse().ok(),
        max: record[2].parse().ok(),
        min: record[3].parse().ok(),
    });
    let old = records("units-vietnam/provinces.csv").into_iter().filter(|record| record[4].is_empty());
    let units = old.map(|record| HistoryUnit {
        unit: record[0].clone(),
        name: record[1].clone(),
        valid_to: with_times.then(|| record[5].parse().unwrap()),
        ..HistoryUnit::default()
    });
    History::builder().rows(rows).national(national).units(units).breaks([2016, 2020, 2022]).build().unwrap()
}

fn checked(table: &[ForecastRow], count: usize) {
    assert_eq!(table.len(), count);
    let expected: f64 = table.iter().map(|row| row.within_top[0]).sum();
    assert!((expected - 10.0).abs() < 1e-6, "ten units are among the first ten, {expected} expected");
    for row in table {
        assert!(row.mean.is_finite() && row.sd > 0.0 && row.quantiles.is_sorted(), "{}", row.name);
        assert!(row.rank_quantiles.is_sorted() && row.rank_quantiles[2] <= count, "{}", row.name);
        assert!(row.rank_quantiles[0] < row.rank_quantiles[2], "no rank is certain: {}", row.name);
    }
}

fn width(row: &ForecastRow) -> usize {
    row.rank_quantiles[2] - row.rank_quantiles[0]
}

#[test]
fn all_provinces_are_forecast_as_widely_as_they_are_known() {
    let history = history(false);
    let options = ForecastOptions { draws: 20_000, ..ForecastOptions::default() };
    let forecast = Forecast::new(&history, 2025, &options).unwrap();
    let table = forecast.table(&[10]).unwrap();
    checked(&table, 63);
    assert!(forecast.in_points());

    let known = |unit: &str| {
        (2012..=2024).filter(|year| history.score(unit, *year).is_some() || history.rank(unit, *year).is_some()).count()
    };
    let of = |unit: &str| table.iter().find(|row| row.unit == unit).unwrap();
    let mean_width = |fits: &dyn Fn(usize) -> bool| {
        let widths: Vec<usize> = table.iter().filter(|row| fits(known(&row.unit))).map(width).collect();
        assert!(!widths.is_empty());
        f64::from(u32::try_from(widths.iter().sum::<usize>()).unwrap())
            / f64::from(u32::try_from(widths.len()).unwrap())
    };
    let (unseen, well) = (mean_width(&|count| count == 0), mean_width(&|count| count >= 6));
    assert!(well + 10.0 < unseen, "well known {well:.1}, unseen {unseen:.1}");
    assert!(unseen > 40.0, "nothing is known of them: {unseen:.1}");
    // Hải Phòng was first or second in each of the last years, Cao Bằng last in 2024.
    assert!(of("31").within_top[0] > 0.75 && of("04").within_top[0] < 0.1);
    assert!(of("31").rank_quantiles[1] < of("04").rank_quantiles[1]);
    // Leaders publish: a province that nobody names is rather not among the first.
    let unseen_top: Vec<f64> = table.iter().filter(|row| known(&row.unit) == 0).map(|row| row.within_top[0]).collect();
    assert!(unseen_top.iter().all(|probability| *probability < 10.0 / 63.0 && *probability > 0.005));
}

#[test]
fn the_34_new_provinces_are_forecast() {
    let effective = "2025-07-01".parse().unwrap();
    let merger: Vec<Succession> = records("units-vietnam/merger-2025.csv")
        .into_iter()
        .map(|record| Succession {
            old_unit: record[0].clone(),
            new_unit: record[1].clone(),
            new_name: record[3].clone(),
            effective,
        })
        .collect();
    for with_times in [false, true] {
        let joined = history(with_times).remap(&merger, &Weighting::Equal).unwrap();
        assert_eq!((joined.units_in(2024).len(), joined.units_in(2025).len()), (63, 34));
        assert_eq!((joined.name("15", 2024), joined.name("15", 2025)), (Some("Yên Bái"), Some("Lào Cai")));
        let options = ForecastOptions { draws: 20_000, ..ForecastOptions::default() };
        let table = Forecast::new(&joined, 2025, &options).unwrap().table(&[10]).unwrap();
        checked(&table, 34);
    }
    // Old provinces have ended, and nothing says by whom they were followed.
    let ended = Forecast::new(&history(true), 2025, &ForecastOptions::default());
    assert_eq!(ended.unwrap_err().code(), "not-enough-history");
}

#[test]
fn past_years_can_be_held_against_what_was_published() {
    let options = BacktestOptions {
        years: (2017..=2024).collect(),
        models: ModelKind::ALL.into(),
        draws: 500,
        ..BacktestOptions::default()
    };
    let backtest = Backtest::run(&history(false), &options, &unwatched).unwrap();
    for row in backtest.rows() {
        assert!(row.crps.is_finite() && row.log_score.is_finite() && row.units > 0, "{} {}", row.year, row.model);
    }
    assert!(backtest.rows().iter().any(|row| row.model == ModelKind::Auto));
}
