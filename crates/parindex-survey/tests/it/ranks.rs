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

/// Estimates and standard errors as they come, and as they seldom do: ties, all
/// standard errors equal, or six orders of magnitude apart.
fn units(most: usize) -> impl Strategy<Value = Vec<(f64, f64)>> {
    let estimate = prop_oneof![0.0..20.0_f64, (0..12_u32).prop_map(f64::from)].boxed();
    let wild = (-3.0..3.0_f64).prop_map(|power| 10.0_f64.powf(power));
    let se = prop_oneof![(0.05..3.0_f64).boxed(), Just(1.0).boxed(), wild.boxed()];
    let alike = prop_oneof![(0.05..3.0_f64).boxed(), Just(1.0).boxed()];
    prop_oneof![
        prop::collection::vec((estimate.clone(), se), 1..most),
        (prop::collection::vec(estimate, 1..most), alike)
            .prop_map(|(estimates, se)| estimates.into_iter().map(|estimate| (estimate, se)).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_search_finds_what_all_pairs_hold(
        units in units(70),
        simultaneous: bool,
        draws in prop_oneof![1..90_usize, 400..500_usize],
        coverage in prop_oneof![Just(0.95), 0.02..0.999_f64],
        seed: u64,
    ) {
        let (x, se): (Vec<f64>, Vec<f64>) = units.into_iter().unzip();
        let options = RankOptions { simultaneous, draws, seed, coverage };
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
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn long_lists_are_searched_as_short_ones(seed: u64, simultaneous: bool) {
        let (x, se) = many(260);
        let options = RankOptions { simultaneous, draws: 25, seed, coverage: 0.8 };
        let plain = rank_sets_with_covariance(&x, &diagonal(&se), &options).unwrap();
        prop_assert_eq!(rank_sets(&x, &se, &options).unwrap(), plain);
    }
}

#[test]
fn one_unit_is_first_and_two_may_be_told_apart() {
    for simultaneous in [true, false] {
        let options = RankOptions { simultaneous, ..RankOptions::default() };
        let ranks = |x: &[f64], se: &[f64]| {
            let sets = rank_sets(x, se, &options).unwrap();
            sets.iter().map(|set| (set.rank, set.low, set.high)).collect::<Vec<_>>()
        };
        assert_eq!(ranks(&[5.0], &[1.0]), [(1, 1, 1)]);
        // Two units make one pair, whose two-sided critical value is 1.96; their
        // difference is 2.05 and 1.8 standard errors. Draws know 1.96 to ±0.03.
        assert_eq!(ranks(&[0.0, 2.05], &[0.8, 0.6]), [(2, 2, 2), (1, 1, 1)]);
        assert_eq!(ranks(&[0.0, 1.8], &[0.8, 0.6]), [(2, 1, 2), (1, 1, 2)]);
        assert_eq!(ranks(&[3.0, 3.0], &[0.1, 0.2]), [(1, 1, 2), (1, 1, 2)]);
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
    // The first and second move together, so do the second and third, and the first and third apart.
    let torn = [1.0, 0.99, -0.99, 0.99, 1.0, 0.99, -0.99, 0.99, 1.0];
    assert_eq!(rank_sets_with_covariance(&[1.0, 2.0, 3.0], &torn, &options).unwrap_err().code(), "out-of-range");
    // Two that move as one are told apart for certain.
    let one = rank_sets_with_covariance(&[1.0, 2.0], &[1.0; 4], &options).unwrap();
    assert_eq!(one.iter().map(|set| (set.low, set.high)).collect::<Vec<_>>(), [(2, 2), (1, 1)]);
    let lopsided = [1.0, 0.5, 0.2, 1.0];
    assert_eq!(rank_sets_with_covariance(&[1.0, 2.0], &lopsided, &options).unwrap_err().code(), "out-of-range");
}
