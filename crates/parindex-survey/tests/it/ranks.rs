//! Rank confidence sets beside those of csranks 1.2.3.

use parindex_survey::{RankOptions, RankSet, rank_sets, rank_sets_with_covariance};
use proptest::prelude::*;

use crate::fixtures::json;

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn diagonal(se: &[f64]) -> Vec<f64> {
    let side = se.len();
    let mut matrix = vec![0.0; side * side];
    for (place, se) in se.iter().enumerate() {
        matrix[place * (side + 1)] = se * se;
    }
    matrix
}

#[test]
fn sets_are_those_of_csranks() {
    for (name, case) in json("rank-sets.json").as_object().unwrap() {
        let (x, se) = (numbers(&case["x"]), numbers(&case["se"]));
        for (kind, simultaneous) in [("marginal", false), ("simultaneous", true)] {
            let expected = &case[kind];
            let options = RankOptions { simultaneous, seed: 1, ..RankOptions::default() };
            let one = rank_sets(&x, &se, &options).unwrap();
            let two = rank_sets_with_covariance(&x, &diagonal(&se), &options).unwrap();
            for (method, sets) in [("se", one), ("covariance", two)] {
                for (unit, set) in sets.iter().enumerate() {
                    let stable = expected["stable"][unit].as_bool().unwrap();
                    let allowed = if stable { 0.0 } else { 1.0 };
                    for (side, got) in [("L", set.low), ("U", set.high)] {
                        let known = expected[side][unit].as_f64().unwrap();
                        let off = (f64::from(u32::try_from(got).unwrap()) - known).abs();
                        assert!(off <= allowed, "{name} {kind} {method} unit {unit} {side}: {got} for {known}");
                    }
                }
            }
        }
    }
}

/// Units with spread-out estimates, without chance.
fn many(units: u32) -> (Vec<f64>, Vec<f64>) {
    let estimate = |unit: u32| 80.0 + 6.0 * (f64::from(unit) * 0.618_034).sin();
    let se = |unit: u32| 0.4 + 0.6 * (f64::from(unit) * 0.754_877).fract();
    ((0..units).map(estimate).collect(), (0..units).map(se).collect())
}

#[test]
fn many_units_keep_their_rank_within_its_set() {
    let (x, se) = many(705);
    for simultaneous in [true, false] {
        let options = RankOptions { simultaneous, draws: 1000, ..RankOptions::default() };
        let sets = rank_sets(&x, &se, &options).unwrap();
        assert!(sets.iter().all(|set| set.low <= set.rank && set.rank <= set.high));
        assert!(sets.iter().any(|set| set.low > 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_search_finds_what_all_pairs_hold(
        units in prop::collection::vec((0.0..20.0_f64, 0.05..3.0_f64), 2..90),
        simultaneous: bool,
        seed: u64,
    ) {
        let (x, se): (Vec<f64>, Vec<f64>) = units.into_iter().unzip();
        let options = RankOptions { simultaneous, draws: 60, seed, coverage: 0.9 };
        let quick = rank_sets(&x, &se, &options).unwrap();
        let plain = rank_sets_with_covariance(&x, &diagonal(&se), &options).unwrap();
        prop_assert_eq!(&quick, &plain);
        // Doubling everything changes no rank.
        let double = |values: &[f64]| values.iter().map(|value| 2.0 * value).collect::<Vec<_>>();
        let same = rank_sets(&double(&x), &double(&se), &options).unwrap();
        let ranks = |sets: &[RankSet]| sets.iter().map(|set| (set.rank, set.low, set.high)).collect::<Vec<_>>();
        prop_assert_eq!(ranks(&quick), ranks(&same));
        for set in &quick {
            prop_assert!(1 <= set.low && set.low <= set.rank && set.rank <= set.high && set.high <= x.len());
        }
    }

    #[test]
    fn long_lists_are_searched_as_short_ones(seed: u64, simultaneous: bool) {
        let (x, se) = many(260);
        let options = RankOptions { simultaneous, draws: 25, seed, coverage: 0.8 };
        let plain = rank_sets_with_covariance(&x, &diagonal(&se), &options).unwrap();
        prop_assert_eq!(rank_sets(&x, &se, &options).unwrap(), plain);
    }
}

#[test]
fn hostile_input_is_refused() {
    let options = RankOptions::default();
    let code = |x: &[f64], se: &[f64]| rank_sets(x, se, &options).unwrap_err().code();
    assert_eq!(code(&[1.0, f64::NAN], &[1.0, 1.0]), "not-estimable");
    assert_eq!(code(&[1.0, 2.0], &[1.0, 0.0]), "out-of-range");
    assert_eq!(code(&[1.0, 2.0], &[1.0]), "wrong-length");
    assert!(rank_sets(&[], &[], &options).unwrap().is_empty());
    let lopsided = [1.0, 0.5, 0.2, 1.0];
    assert_eq!(rank_sets_with_covariance(&[1.0, 2.0], &lopsided, &options).unwrap_err().code(), "out-of-range");
}
