//! All faults at once, each with its place, and what is not enough.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use parindex_forecast::{
    Backtest, BacktestOptions, Error, Forecast, ForecastOptions, Given, History, HistoryRow, HistoryUnit, ModelKind,
    National, unwatched,
};

use crate::invented::{Truth, history, ranked, rows, scored};

fn codes(error: &Error) -> Vec<(&'static str, Option<usize>)> {
    error.faults().map(|fault| (fault.problem.code(), fault.place.line)).collect()
}

#[test]
fn every_row_that_is_wrong_is_told() {
    let units = (1..=3).map(|unit| HistoryUnit { unit: format!("0{unit}"), ..HistoryUnit::default() });
    let error = History::builder()
        .units(units)
        .national([National { year: 2020, max: Some(90.0), ..National::default() }])
        .parts(["one", "two"])
        .rows([
            scored("01", 2020, 80.0),
            scored("01", 2020, 81.0),
            scored("09", 2020, 81.0),
            scored("", 2020, 81.0),
            scored("02", 2020, f64::NAN),
            scored("03", 2020, 91.0),
            ranked("02", 2021, 4),
            ranked("03", 2021, 0),
            HistoryRow { se: Some(-1.0), ..scored("01", 2022, 80.0) },
            HistoryRow { parts: vec![Some(1.0)], ..scored("02", 2022, 80.0) },
        ])
        .build()
        .unwrap_err();
    assert_eq!(
        codes(&error),
        [
            ("duplicate-evidence", Some(2)),
            ("unknown-unit", Some(3)),
            ("incomplete-row", Some(4)),
            ("out-of-range", Some(5)),
            ("out-of-range", Some(6)),
            ("out-of-range", Some(7)),
            ("out-of-range", Some(8)),
            ("out-of-range", Some(9)),
            ("wrong-length", Some(10)),
        ]
    );
}

#[test]
fn a_better_rank_has_no_lower_score() {
    let row = |unit: &str, rank, score| HistoryRow { rank: Some(rank), ..scored(unit, 2020, score) };
    let error = History::builder().rows([row("01", 1, 80.0), row("02", 2, 81.0)]).build().unwrap_err();
    insta::assert_snapshot!(error, @"line 2, unit 02: rank 2 with score 81 contradicts rank 1 with score 80 in 2020: a better rank has no lower score [ranks-disagree]");
    // Printed scores may be equal where ranks are not.
    assert!(History::builder().rows([row("01", 1, 80.0), row("02", 2, 80.0)]).build().is_ok());
}

#[test]
fn one_year_or_one_unit_is_not_enough() {
    let two = History::builder().rows([scored("01", 2020, 80.0), scored("02", 2020, 81.0)]).build().unwrap();
    let code = |history: &History, year| {
        Forecast::new(history, year, &ForecastOptions::default()).map(|_| ()).unwrap_err().code()
    };
    assert_eq!(code(&two, 2021), "not-enough-history");
    let alone = History::builder().rows([scored("01", 2019, 80.0), scored("01", 2020, 81.0)]).build().unwrap();
    assert_eq!(code(&alone, 2021), "not-enough-history");
    // Years in which all score alike tell nothing of who is ahead, and that is what is said.
    let alike = (2018..2021).flat_map(|year| [scored("01", year, 80.0), scored("02", year, 80.0)]);
    let alike = History::builder().rows(alike).build().unwrap();
    let told = Forecast::new(&alike, 2021, &ForecastOptions::default()).unwrap_err().to_string();
    assert!(told.contains("of 3 years known before 2021, 0 tell units apart"), "{told}");
    // A later year is no past.
    let later = history(rows(Truth { level: 0.5, persistence: 0.5, noise: 0.2 }, 5, 3, 1));
    assert_eq!(code(&later, 2002), "not-enough-history");
    assert!(Forecast::new(&later, 2003, &ForecastOptions::default()).is_ok());
}

#[test]
fn two_years_suffice_for_every_model_but_parts() {
    let history = history(rows(Truth { level: 0.5, persistence: 0.5, noise: 0.2 }, 5, 2, 1));
    for model in ModelKind::ALL {
        let options = ForecastOptions { model, draws: 500, ..ForecastOptions::default() };
        let forecast = Forecast::new(&history, 2003, &options);
        match model {
            ModelKind::Parts => assert_eq!(forecast.unwrap_err().code(), "not-enough-history"),
            _ => assert!(forecast.is_ok(), "{model}"),
        }
    }
}

#[test]
fn questions_that_make_no_sense_are_told() {
    let history = history(rows(Truth { level: 0.5, persistence: 0.5, noise: 0.2 }, 5, 4, 1));
    let forecast =
        Forecast::new(&history, 2005, &ForecastOptions { draws: 1000, ..ForecastOptions::default() }).unwrap();
    assert_eq!(forecast.beats("U000", "nobody").unwrap_err().code(), "unknown-unit");
    assert_eq!(forecast.needed("U000", 5, 0.8).unwrap_err().code(), "out-of-range");
    assert_eq!(forecast.needed("U000", 2, 1.0).unwrap_err().code(), "out-of-range");
    assert_eq!(forecast.in_year(2006).unwrap_err().code(), "out-of-range");
    let given = |unit: &str, given| forecast.given(&BTreeMap::from([(unit.to_owned(), given)])).unwrap_err();
    assert_eq!(given("nobody", Given::Score(80.0)).code(), "unknown-unit");
    assert_eq!(given("U001", Given::Between(3.0, 2.0)).code(), "out-of-range");
    assert_eq!(given("U001", Given::Rank(0, 2)).code(), "out-of-range");
    // The history lies between 0 and 100: 925 was meant to be 92.5.
    assert_eq!(given("U001", Given::Score(925.0)).code(), "out-of-range");
    assert_eq!(given("U001", Given::Between(-3.0, -0.1)).code(), "out-of-range");
    assert_eq!(given("U001", Given::SelfScore { score: 925.0, cut: 2.0, sd: 1.0 }).code(), "out-of-range");
    assert_eq!(given("U001", Given::SelfScore { score: 90.0, cut: 2.0, sd: 0.0 }).code(), "out-of-range");
    // A score that no draw comes near says that the forecast or the score is wrong.
    assert_eq!(given("U001", Given::SelfScore { score: 90.0, cut: 2.0, sd: 1e-9 }).code(), "too-few-draws");
    assert_eq!("arima".parse::<ModelKind>().unwrap_err().code(), "unknown-model");
}

#[test]
fn work_stops_on_request() {
    let history = history(rows(Truth { level: 0.5, persistence: 0.5, noise: 0.2 }, 5, 4, 1));
    let forecast = Forecast::new(&history, 2005, &ForecastOptions::default()).unwrap();
    let stop = |done: usize, _: usize| if done > 5000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    assert_eq!(forecast.table_watched(&[2], &stop).unwrap_err().code(), "stopped");
    let options = BacktestOptions { years: vec![2003, 2004], ..BacktestOptions::default() };
    assert_eq!(Backtest::run(&history, &options, &|_, _| ControlFlow::Break(())).unwrap_err().code(), "stopped");
    assert!(Backtest::run(&history, &options, &unwatched).is_ok());
    let options = ForecastOptions::default();
    assert_eq!(
        Forecast::over(&history, &[2005], &options, &|_, _| ControlFlow::Break(())).unwrap_err().code(),
        "stopped"
    );
}
