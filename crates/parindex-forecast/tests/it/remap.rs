//! Merged units: whose past is whose.

use std::collections::BTreeMap;

use parindex_forecast::{Forecast, ForecastOptions, History, HistoryUnit, ModelKind, Succession, Weighting};

use crate::invented::{Truth, rows, scored};

fn into(old: &str, new: &str) -> Succession {
    Succession {
        old_unit: old.into(),
        new_unit: new.into(),
        new_name: format!("new {new}"),
        effective: "2025-07-01".parse().unwrap(),
    }
}

/// Six old units over eight years to 2024. Their codes are U000 to U005.
fn past() -> Vec<parindex_forecast::HistoryRow> {
    let mut rows = rows(Truth { level: 0.6, persistence: 0.7, noise: 0.05 }, 6, 8, 11);
    for row in &mut rows {
        row.year += 16;
    }
    rows
}

/// U000 and U001 become U001, U002 stays alone and takes the code U000, the rest becomes U003.
fn merger() -> [Succession; 6] {
    [
        into("U000", "U001"),
        into("U001", "U001"),
        into("U002", "U000"),
        into("U003", "U003"),
        into("U004", "U003"),
        into("U005", "U003"),
    ]
}

#[test]
fn a_code_may_be_that_of_another_unit() {
    let old = History::builder().rows(past()).build().unwrap();
    let merged = old.remap(&merger(), &Weighting::Equal).unwrap();
    assert_eq!(merged.units_in(2024).len(), 6);
    assert_eq!(merged.units_in(2025), ["U000", "U001", "U003"]);
    assert_eq!(merged.name("U000", 2025), Some("new U000"));

    // The new U000 continues the old U002 and nothing of the old U000.
    let options = ForecastOptions { draws: 40_000, model: ModelKind::RandomWalk, ..ForecastOptions::default() };
    let (before, after) =
        (Forecast::new(&old, 2025, &options).unwrap(), Forecast::new(&merged, 2025, &options).unwrap());
    let (before, after) = (before.table(&[1]).unwrap(), after.table(&[1]).unwrap());
    assert!((after[0].mean - before[2].mean).abs() < 0.1, "{} and {}", after[0].mean, before[2].mean);
    assert!((after[0].sd - before[2].sd).abs() < 0.1);
    // A mean of three independent units has a third of their variance, beside
    // the level that all share; so it is narrower than each of them.
    let mean = (before[3].mean + before[4].mean + before[5].mean) / 3.0;
    assert!((after[2].mean - mean).abs() < 0.1, "{} and {mean}", after[2].mean);
    assert!(after[2].sd < before[3].sd);
}

#[test]
fn weights_are_named_by_the_user() {
    let old = History::builder().rows(past()).build().unwrap();
    let weights: BTreeMap<String, f64> = (0..6).map(|unit| (format!("U00{unit}"), f64::from(unit) + 1.0)).collect();
    let merged = old.remap(&merger(), &Weighting::By(weights.clone())).unwrap();
    let options = ForecastOptions { draws: 40_000, model: ModelKind::RandomWalk, ..ForecastOptions::default() };
    let after = Forecast::new(&merged, 2025, &options).unwrap().table(&[1]).unwrap();
    let before = Forecast::new(&old, 2025, &options).unwrap().table(&[1]).unwrap();
    let mean = (before[0].mean + 2.0 * before[1].mean) / 3.0;
    assert!((after[1].mean - mean).abs() < 0.1, "{} and {mean}", after[1].mean);

    let lacking: BTreeMap<String, f64> = weights.into_iter().skip(2).collect();
    let error = old.remap(&merger(), &Weighting::By(lacking)).unwrap_err();
    let faults: Vec<_> = error.faults().map(|fault| (fault.problem.code(), fault.place.line)).collect();
    assert_eq!(faults, [("bad-weight", Some(1)), ("bad-weight", Some(2))]);
}

#[test]
fn years_after_the_merger_are_of_the_new_units() {
    let mut rows = past();
    rows.extend([scored("U000", 2025, 84.0), scored("U001", 2025, 81.0), scored("U003", 2025, 79.0)]);
    let merged = History::builder().rows(rows).build().unwrap().remap(&merger(), &Weighting::Equal).unwrap();
    assert_eq!(merged.score("U000", 2025), Some(84.0));
    let options = ForecastOptions { draws: 20_000, ..ForecastOptions::default() };
    let table = Forecast::new(&merged, 2026, &options).unwrap().table(&[1]).unwrap();
    assert_eq!(table.iter().map(|row| row.unit.as_str()).collect::<Vec<_>>(), ["U000", "U001", "U003"]);
    assert!(table[0].within_top[0] > table[2].within_top[0]);

    // A code that means nothing after the merger is told.
    let mut rows = past();
    rows.push(scored("U004", 2025, 80.0));
    let error = History::builder().rows(rows).build().unwrap().remap(&merger(), &Weighting::Equal).unwrap_err();
    assert_eq!(error.code(), "unknown-unit");
}

#[test]
fn what_cannot_be_merged_is_told() {
    let old = History::builder().rows(past()).build().unwrap();
    let wrong = [into("U000", "U001"), into("U000", "U002"), into("U009", "U001")];
    let error = old.remap(&wrong, &Weighting::Equal).unwrap_err();
    let faults: Vec<_> = error.faults().map(|fault| (fault.problem.code(), fault.place.line)).collect();
    assert_eq!(faults, [("duplicate-unit", Some(2)), ("unknown-unit", Some(3))]);
}

#[test]
fn the_units_table_may_state_the_merger() {
    let old = |unit: &str, successor: &str| HistoryUnit {
        unit: unit.into(),
        valid_to: Some("2025-06-30".parse().unwrap()),
        successor: Some(successor.into()),
        ..HistoryUnit::default()
    };
    let new = HistoryUnit {
        unit: "U001".into(),
        name: "Both".into(),
        valid_from: Some("2025-07-01".parse().unwrap()),
        ..HistoryUnit::default()
    };
    let history = History::builder()
        .units([old("U000", "U001"), old("U001", "U001"), new])
        .rows([scored("U000", 2024, 80.0), scored("U001", 2024, 82.0)])
        .build()
        .unwrap();
    let stated = history.successions();
    assert_eq!(stated.len(), 2);
    assert_eq!((stated[0].new_name.as_str(), stated[0].effective.to_string().as_str()), ("Both", "2025-07-01"));
    let merged = history.remap(&stated, &Weighting::Equal).unwrap();
    assert_eq!(merged.units_in(2025), ["U001"]);
}

#[test]
fn new_units_that_nothing_was_merged_into_are_not_forecast() {
    let (end, start) = ("2025-06-30".parse().unwrap(), "2025-07-01".parse().unwrap());
    let unit = |unit: &str, valid_from, valid_to| HistoryUnit {
        unit: unit.into(),
        valid_from,
        valid_to,
        ..HistoryUnit::default()
    };
    let old = (0..6).map(|place| unit(&format!("U00{place}"), None, Some(end)));
    let new = ["U000", "U001", "U003"].map(|id| unit(id, Some(start), None));
    let listed = History::builder().rows(past()).units(old).units(new).build().unwrap();
    let refused = Forecast::new(&listed, 2025, &ForecastOptions::default()).unwrap_err();
    assert_eq!(refused.code(), "not-enough-history");
    assert!(refused.to_string().contains("none of the 3 units"), "{refused}");
    let joined = listed.remap(&merger(), &Weighting::Equal).unwrap();
    assert!(Forecast::new(&joined, 2025, &ForecastOptions::default()).is_ok());
}
