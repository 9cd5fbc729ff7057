//! Simulated units beside those that a model forecasts.

use std::collections::BTreeMap;

use parindex_forecast::{Belief, BeliefRow, Forecast, ForecastOptions, Given, Simulation, SimulationOptions};

use super::frameworks::{fixed, one_leaf};
use crate::invented::{history, ranked, scored};

const OPTIONS: SimulationOptions = SimulationOptions { draws: 20_000, seed: 4, threads: Some(2) };

fn others() -> Forecast {
    let rows = (2020..2026).flat_map(|year| {
        let scores = [("a", 80.0), ("b", 60.0), ("c", 40.0)];
        scores.map(|(unit, level)| scored(unit, year, level + f64::from(year % 3)))
    });
    let options = ForecastOptions { draws: 1000, ..ForecastOptions::default() };
    Forecast::new(&history(rows.collect()), 2026, &options).unwrap()
}

#[test]
fn units_with_beliefs_are_simulated_and_others_forecast() {
    let framework = one_leaf("2", "{ kind = \"proportional\" }");
    let rows =
        [fixed("b", "1", "90"), BeliefRow::new("d", "1", Belief::Triangular { low: 5.0, mode: 10.0, high: 12.0 })];
    let joined = Simulation::new(&framework, &rows).unwrap().joined(&others(), &OPTIONS).unwrap();
    assert_eq!(joined.units(), ["a", "b", "c", "d"]);
    assert_eq!((joined.year(), joined.draws(), joined.in_points()), (2026, 20_000, true));
    let table = joined.table(&[1]).unwrap();
    assert!((table[1].mean - 90.0).abs() < 1e-9 && table[1].sd.abs() < 1e-12, "b is known: {:?}", table[1]);
    let alone = others().table(&[1]).unwrap();
    for (unit, row) in [(0, &alone[0]), (2, &alone[2])] {
        let far = 5.0 * row.sd / 1000_f64.sqrt();
        assert!((table[unit].mean - row.mean).abs() < far, "{:?} for {row:?}", table[unit]);
    }
    assert_eq!(table[3].rank_quantiles, [4; 3]);

    // What is given holds a model's score, and chooses among draws of the simulated.
    let known = BTreeMap::from([("a".to_owned(), Given::Score(82.0)), ("d".to_owned(), Given::Between(10.0, 12.0))]);
    let table = joined.given(&known).unwrap().table(&[1]).unwrap();
    assert!((table[0].mean - 82.0).abs() < 1e-9, "{:?}", table[0]);
    assert!(table[3].mean > 10.0 && table[3].quantiles[0] > 9.9, "{:?}", table[3]);
}

#[test]
fn scores_that_are_no_points_cannot_be_joined() {
    let framework = one_leaf("2", "{ kind = \"proportional\" }");
    let simulation = Simulation::new(&framework, &[fixed("a", "1", "90")]).unwrap();
    let rows =
        (2020..2026).flat_map(|year| [("a", 1), ("b", 2), ("c", 3)].map(|(unit, rank)| ranked(unit, year, rank)));
    let ranks_only = Forecast::new(&history(rows.collect()), 2026, &ForecastOptions::default()).unwrap();
    assert_eq!(simulation.joined(&ranks_only, &OPTIONS).unwrap_err().code(), "cannot-join");
    let simulated = simulation.forecast(&OPTIONS).unwrap();
    assert_eq!(simulation.joined(&simulated, &OPTIONS).unwrap_err().code(), "cannot-join");
}
