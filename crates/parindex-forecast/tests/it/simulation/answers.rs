//! What is asked of a simulation: laws that hold whatever is believed.

use std::collections::BTreeMap;

use parindex::{Framework, Stated};
use parindex_forecast::{Belief, BeliefRow, Given, Simulation, SimulationOptions, unwatched};
use proptest::prelude::*;

use super::frameworks::{RULES, Reads, fixed, one_leaf, shape, simulate, stated};

/// A belief that a rule reads.
fn belief(reads: Reads, what: u8, number: u32, other: u32) -> Belief {
    let share = f64::from(number % 1001) / 10.0;
    let chance = f64::from(other % 101) / 100.0;
    match (reads, what % 4) {
        (Reads::Ratio, 0) => {
            let so_far = other % 50;
            Belief::BetaBinomial { good: number % (so_far + 1), so_far, coming: number % 20 }
        }
        (Reads::Ratio | Reads::Index, 1) => Belief::Normal { mean: share, se: 4.0 * chance },
        (Reads::Ratio | Reads::Index, _) => Belief::Triangular { low: share * chance, mode: share, high: 100.0 },
        (Reads::Amount, _) => Belief::Triangular { low: -11.0, mode: -3.0, high: 4.0 },
        (Reads::Count, _) => Belief::Normal { mean: chance * 5.0, se: 2.0 },
        (Reads::Points, 0) => Belief::Triangular { low: 0.0, mode: chance, high: 2.0 },
        _ => Belief::Choice(vec![
            (stated(reads, 9, number, other), chance),
            (stated(reads, 1 + what % 2, number, other), 1.0 - chance),
        ]),
    }
}

fn rows(leaves: &[(String, Reads)], cells: &[Vec<(u8, u32, u32)>]) -> Vec<BeliefRow> {
    let rows = cells.iter().enumerate().flat_map(|(unit, cells)| {
        leaves.iter().zip(cells).map(move |((code, reads), (what, number, other))| {
            BeliefRow::new(format!("u{unit}"), code, belief(*reads, *what, *number, *other))
        })
    });
    rows.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Draws depend on seed, number, unit and leaf only; ranks are counted right.
    #[test]
    fn threads_and_the_order_of_rows_do_not_matter(
        (shape, cells) in shape().prop_flat_map(|shape| {
            let cell = (any::<u8>(), any::<u32>(), any::<u32>());
            let units = proptest::collection::vec(proptest::collection::vec(cell, shape.leaves().len()), 2..5);
            (Just(shape), units)
        }),
        seed in any::<u64>(),
        noise in prop_oneof![Just(0.0), Just(0.3)],
    ) {
        let framework = shape.framework();
        let scored = |leaf: &(String, Reads)| framework.criterion(&leaf.0).unwrap().rule().unwrap().kind() != "not-scored";
        let leaves: Vec<(String, Reads)> = shape.leaves().into_iter().filter(scored).collect();
        prop_assume!(!leaves.is_empty());
        let rows = rows(&leaves, &cells);
        let made = Simulation::new(&framework, &rows);
        prop_assume!(made.is_ok());
        let simulation = made.unwrap().weights_noise(noise).unwrap();
        let options = SimulationOptions { draws: 1500, seed, threads: Some(1) };
        let forecast = simulation.forecast(&options).unwrap();
        let ranks = forecast.ranks(&unwatched).unwrap();
        let count = simulation.units().len();
        let reversed: Vec<BeliefRow> = rows.iter().rev().cloned().collect();
        let again = Simulation::new(&framework, &reversed).unwrap().weights_noise(noise).unwrap();
        let again = again.forecast(&SimulationOptions { threads: Some(3), ..options }).unwrap();
        prop_assert_eq!(again.ranks(&unwatched).unwrap(), ranks.clone());
        prop_assert_eq!(again.table(&[1]).unwrap(), forecast.table(&[1]).unwrap());
        for draw in ranks.chunks(count) {
            prop_assert!(draw.contains(&1), "someone is first");
        }
        for row in forecast.rank_probabilities().unwrap() {
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    /// Who has which id does not matter: units in another order of ids have the same
    /// beliefs and, apart from the numbers drawn, the same chances; units that are
    /// the same in every draw keep their ranks.
    #[test]
    fn units_in_another_order_are_the_same_units(values in proptest::collection::vec(0u32..101, 2..8), turn in 0usize..8) {
        let framework = one_leaf("2", RULES[0].0);
        let count = values.len();
        let row = |unit: usize, value: &u32| fixed(&format!("u{unit}"), "1", &value.to_string());
        let plain: Vec<BeliefRow> = values.iter().enumerate().map(|(unit, value)| row(unit, value)).collect();
        let turned: Vec<BeliefRow> =
            values.iter().enumerate().map(|(unit, value)| row((unit + turn) % count, value)).collect();
        let ranks = |rows: &[BeliefRow]| simulate(&framework, rows, 1, 0).ranks(&unwatched).unwrap();
        let (before, after) = (ranks(&plain), ranks(&turned));
        for unit in 0..count {
            prop_assert_eq!(before[unit], after[(unit + turn) % count]);
        }
    }
}

/// Units beside which others are added, or taken away, keep their draws to the bit.
#[test]
fn a_unit_is_drawn_the_same_whoever_else_is_there() {
    let framework = Framework::bundled("dvc-766/province").unwrap();
    let own = |unit: &str| BeliefRow::new(unit, "2.1", Belief::BetaBinomial { good: 50, so_far: 80, coming: 60 });
    let table = |units: &[&str]| {
        let rows: Vec<BeliefRow> = units.iter().map(|unit| own(unit)).collect();
        simulate(&framework, &rows, 5000, 9).table(&[]).unwrap()
    };
    let (alone, beside) = (table(&["b"]), table(&["a", "b", "c"]));
    assert_eq!((alone[0].mean, alone[0].sd, alone[0].quantiles), (beside[1].mean, beside[1].sd, beside[1].quantiles));
    assert_ne!(beside[0].mean.to_bits(), beside[1].mean.to_bits(), "units with like beliefs are drawn apart");
}

#[test]
fn seeds_differ() {
    let framework = one_leaf("2", RULES[0].0);
    let rows = [BeliefRow::new("u", "1", Belief::Triangular { low: 10.0, mode: 40.0, high: 60.0 })];
    let mean = |seed| simulate(&framework, &rows, 100, seed).table(&[]).unwrap()[0].mean;
    assert_ne!(mean(1).to_bits(), mean(2).to_bits());
}

/// Equal points are equal ranks, whichever rules they came by.
#[test]
fn ties_stay_ties() {
    let framework = super::frameworks::framework(
        "aggregate = \"mean\"\n\
         [criteria.\"1\"]\nname = \"a\"\nmax_points = \"3\"\nrule = { kind = \"given\" }\n\
         [criteria.\"2\"]\nname = \"b\"\nmax_points = \"3\"\nrule = { kind = \"given\" }\n\
         [criteria.\"3\"]\nname = \"c\"\nmax_points = \"3\"\nrule = { kind = \"given\" }\n",
    );
    let given = |unit: &str, points: [&str; 3]| {
        let row = |(code, points): (i32, &str)| {
            BeliefRow::new(unit, code.to_string(), Belief::Fixed(Stated::Points(points.parse().unwrap())))
        };
        (1..).zip(points).map(row).collect::<Vec<_>>()
    };
    let rows = [given("a", ["0.1", "0.2", "0.3"]), given("b", ["0.3", "0.2", "0.1"]), given("c", ["0.6", "0", "0"])];
    let forecast = simulate(&framework, &rows.concat(), 3, 0);
    assert_eq!(forecast.ranks(&unwatched).unwrap(), [1; 9]);
    assert!(forecast.beats("a", "c").unwrap().abs() < 1e-12);
}

/// Two rows of 1 and 3 points, one full and one empty: noise moves the index by
/// what the factors say, and never the maximum.
#[test]
fn noise_of_weights_is_what_it_says() {
    let framework = super::frameworks::framework(
        "[criteria.\"1\"]\nname = \"a\"\nmax_points = \"1\"\nrule = { kind = \"yes-no\" }\n\
         [criteria.\"2\"]\nname = \"b\"\nmax_points = \"3\"\nrule = { kind = \"yes-no\" }\n\
         [criteria.\"3\"]\nname = \"c\"\nmax_points = \"5\"\noutside = \"bonus\"\nrule = { kind = \"given\" }\n",
    );
    let bonus = BeliefRow::new("full", "3", Belief::Fixed(Stated::Points("0.5".parse().unwrap())));
    let rows = [
        fixed("full", "1", "có"),
        fixed("full", "2", "có"),
        bonus,
        fixed("part", "1", "có"),
        fixed("part", "2", "không"),
    ];
    let options = SimulationOptions { draws: 100_000, seed: 1, threads: None };
    let spread = 0.2_f64;
    let forecast =
        Simulation::new(&framework, &rows).unwrap().weights_noise(spread).unwrap().forecast(&options).unwrap();
    let table = forecast.table(&[]).unwrap();
    assert!((table[0].mean - 112.5).abs() < 1e-9 && table[0].sd.abs() < 1e-12, "{:?}", table[0]);
    // f₁ / (f₁ + 3 f₂) = 1 / (1 + 3 exp z), z normal with the variance 2 ln(1 + 0.2²): by its quantiles.
    let sd = (2.0 * (spread * spread).ln_1p()).sqrt();
    let share = |z: f64| 100.0 / (1.0 + 3.0 * (-z * sd).exp());
    for (found, z) in table[1].quantiles.iter().zip([-1.644_853_627, 0.0, 1.644_853_627]) {
        assert!((found - share(z)).abs() < 0.1, "{found} for {}", share(z));
    }
    let wrong = Simulation::new(&framework, &rows).unwrap().weights_noise(-0.1).unwrap_err();
    assert_eq!(wrong.code(), "out-of-range");
}

/// One of two flags worth the same: knowing the rank says which.
#[test]
fn what_is_given_chooses_among_draws() {
    let framework = super::frameworks::framework(
        "[criteria.\"1\"]\nname = \"a\"\nmax_points = \"2\"\nrule = { kind = \"yes-no\" }\n\
         [criteria.\"2\"]\nname = \"b\"\nmax_points = \"2\"\nrule = { kind = \"yes-no\" }\n",
    );
    let flag = |unit: &str, code: &str, chance| BeliefRow::new(unit, code, Belief::Bernoulli { chance });
    let rows = [flag("a", "1", 0.5), fixed("a", "2", "không"), flag("b", "1", 0.3), fixed("b", "2", "có")];
    let forecast = simulate(&framework, &rows, 50_000, 2);
    // a is 0 or 50; b is 50 or 100. With a first or level with b: a = 50 and b = 50.
    let known = |given| BTreeMap::from([("a".to_owned(), given)]);
    let given = forecast.given(&known(Given::Rank(1, 1))).unwrap();
    let table = given.table(&[1]).unwrap();
    for row in &table {
        assert!((row.mean - 50.0).abs() < 1e-9 && (row.within_top[0] - 1.0).abs() < 1e-12, "{row:?}");
    }
    // A score is what prints like it, an interval holds its ends; b does not care.
    for what in [Given::Score(50.0), Given::Between(49.0, 50.0)] {
        let table = forecast.given(&known(what)).unwrap().table(&[]).unwrap();
        assert!((table[0].mean - 50.0).abs() < 1e-9, "{:?}", table[0]);
        assert!((table[1].mean - 65.0).abs() < 1.0, "{:?}", table[1]);
    }
    let impossible = forecast.given(&known(Given::Score(51.0))).unwrap_err();
    assert_eq!(impossible.code(), "too-few-draws");
    // b first with 1, so a needs all it can get: 50 only where b has 50.
    assert!((forecast.needed("a", 1, 0.6).unwrap() - 50.0).abs() < 1e-9);
    assert!((forecast.needed("a", 1, 0.8).unwrap() - 100.0).abs() < 1e-9);
}
