//! Sobol' indices against closed forms, and their laws.

use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::ops::ControlFlow;

use parindex::{Framework, Stated};
use parindex_forecast::{
    Belief, BeliefRow, Given, Index, Indices, On, Sensitivity, Simulation, SimulationOptions, Sobol, SobolOptions,
    Uncertain, sobol, unwatched,
};
use proptest::prelude::*;

fn options(samples: usize) -> SobolOptions {
    SobolOptions { samples, seed: 7, ..SobolOptions::default() }
}

/// The estimate, and its standard error as its 95 % interval tells it.
fn estimate(index: Option<Index>) -> (f64, f64) {
    let index = index.unwrap();
    let (low, high) = index.interval.unwrap();
    (index.value, (high - low) / 2.0 / 1.959_964)
}

/// Within four standard errors, which are themselves small.
fn assert_near(index: Option<Index>, truth: f64, what: &str) {
    let (value, se) = estimate(index);
    assert!((value - truth).abs() < 4.0 * se + 1e-12, "{what}: {value} ± {se} for {truth}");
    assert!(se < 0.02, "{what}: ± {se}");
}

fn ishigami(at: &[f64]) -> f64 {
    let [x, y, z] = [0, 1, 2].map(|input| PI * (2.0 * at[input] - 1.0));
    x.sin() + 7.0 * y.sin().powi(2) + 0.1 * z.powi(4) * x.sin()
}

/// Ishigami and Homma (1990): variances by integration.
#[test]
fn ishigami_has_the_indices_of_its_integrals() {
    let (a, b) = (7.0_f64, 0.1_f64);
    let own = [0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2), a * a / 8.0, 0.0];
    let joint = b * b * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
    let all = own.iter().sum::<f64>() + joint;
    let found = sobol(&[1, 1, 1], ishigami, &options(20_000), &unwatched).unwrap();
    assert_eq!((found.evaluations, found.failures), (20_000 * 8, 0));
    for (input, total) in [(0, own[0] + joint), (1, own[1]), (2, joint)] {
        assert_near(found.groups[input].first, own[input] / all, &format!("first {input}"));
        assert_near(found.groups[input].total, total / all, &format!("total {input}"));
    }
    // The first and the third input together explain what the second does not.
    let grouped = sobol(&[1, 2], |at| ishigami(&[at[1], at[0], at[2]]), &options(20_000), &unwatched).unwrap();
    assert_near(grouped.groups[1].first, (own[0] + joint) / all, "a group's own");
    assert_near(grouped.groups[1].total, (own[0] + joint) / all, "a group's total");
}

/// Sobol's G: a product of factors of mean 1 and variance 1/(3 (1 + a)²).
#[test]
fn sobols_g_function_has_the_indices_of_its_product() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let of = |a: f64| 1.0 / (3.0 * (1.0 + a).powi(2));
    let all = a.iter().map(|a| 1.0 + of(*a)).product::<f64>() - 1.0;
    let function =
        |at: &[f64]| -> f64 { at.iter().zip(a).map(|(at, a)| ((4.0 * at - 2.0).abs() + a) / (1.0 + a)).product() };
    let found = sobol(&[1; 8], function, &options(20_000), &unwatched).unwrap();
    for (input, own) in a.iter().enumerate() {
        let rest: f64 = a.iter().enumerate().filter(|(other, _)| *other != input).map(|(_, a)| 1.0 + of(*a)).product();
        assert_near(found.groups[input].first, of(*own) / all, &format!("first {input}"));
        assert_near(found.groups[input].total, of(*own) * rest / all, &format!("total {input}"));
    }
}

/// Intervals hold the truth as often as they say: 95 % of 200, give or take four
/// standard deviations of a binomial.
#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let held = |seed: u64| {
        let options = SobolOptions { samples: 500, seed, ..SobolOptions::default() };
        let found = sobol(&[1, 1], |at| at[0] * at[1], &options, &unwatched).unwrap();
        // Factors of mean 1/2 and variance 1/12: own 1/48 of 7/144 in all.
        let within = |index: Option<Index>, truth: f64| {
            let (low, high) = index.unwrap().interval.unwrap();
            u32::from(low <= truth && truth <= high)
        };
        (within(found.groups[0].first, 3.0 / 7.0), within(found.groups[0].total, 4.0 / 7.0))
    };
    let (first, total) = (0..200).map(held).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!((178..=200).contains(&first) && (178..=200).contains(&total), "{first} and {total} of 200");
}

#[test]
fn what_does_nothing_has_no_share_and_what_never_varies_no_index() {
    let found = sobol(&[1, 1], |at| at[0].exp(), &options(1000), &unwatched).unwrap();
    let idle = found.groups[1];
    assert_eq!((idle.first.unwrap().value, idle.total.unwrap().value), (0.0, 0.0));
    assert_eq!(idle.total.unwrap().interval, None, "what never moved has no known error");
    assert!((found.groups[0].first.unwrap().value - 1.0).abs() < 1e-12, "the only input is everything");

    let constant = sobol(&[1], |_| 3.0, &options(1000), &unwatched).unwrap();
    assert_eq!((constant.groups[0].first, constant.groups[0].total), (None, None));
}

#[test]
fn failures_are_counted_and_their_samples_left_out() {
    // A tenth of the square fails; inside the rest the function is a sum.
    let function = |at: &[f64]| if at[0] < 0.1 { f64::NAN } else { at[0] + at[1] };
    let found = sobol(&[1, 1], function, &options(10_000), &unwatched).unwrap();
    let share = f64::from(u32::try_from(found.failures).unwrap()) / 60_000.0;
    assert!((share - 0.1).abs() < 0.01, "{share} of the evaluations fail");
    let Indices { samples, failures, first, .. } = found.groups[0];
    assert_eq!(samples + failures, 10_000);
    // Both points must lie in the rest, with 0.9² of all; exchanged they do too.
    assert!((f64::from(u32::try_from(failures).unwrap()) / 10_000.0 - 0.19).abs() < 0.02);
    // Even over the rest: variances 0.9²/12 and 1/12.
    assert_near(first, 0.81 / 1.81, "first over the rest");
    let all = sobol(&[1], |_| f64::INFINITY, &options(100), &unwatched).unwrap();
    assert_eq!((all.failures, all.groups[0].first), (400, None));
}

#[test]
fn wrong_options_are_told_together_and_work_stops_on_request() {
    let wrong = SobolOptions { samples: 1, confidence: f64::NAN, ..SobolOptions::default() };
    let error = sobol(&[1], |at| at[0], &wrong, &unwatched).unwrap_err();
    assert_eq!(error.faults().count(), 2);
    assert_eq!(sobol(&[1, 0], |at| at[0], &options(10), &unwatched).unwrap_err().code(), "out-of-range");
    let stop = |_: usize, _: usize| ControlFlow::Break(());
    assert_eq!(sobol(&[1], |at| at[0], &options(10), &stop).unwrap_err().code(), "stopped");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// In a sum every input acts for itself: own and total index are the same number.
    #[test]
    fn in_a_sum_first_and_total_are_equal(weights in prop::collection::vec(0.1_f64..3.0, 1..6), seed in 0_u64..100) {
        let sum = |at: &[f64]| at.iter().zip(&weights).map(|(at, weight)| weight * at).sum::<f64>();
        let options = SobolOptions { samples: 500, seed, ..SobolOptions::default() };
        let found = sobol(&vec![1; weights.len()], sum, &options, &unwatched).unwrap();
        let all: f64 = weights.iter().map(|weight| weight * weight).sum();
        for (Indices { first, total, .. }, weight) in found.groups.iter().zip(&weights) {
            prop_assert!((first.unwrap().value - total.unwrap().value).abs() < 1e-9);
            prop_assert!((first.unwrap().value - weight * weight / all).abs() < 0.15);
        }
    }

    /// Same seed, same digits, whatever the threads; and a function times two is as sensitive.
    #[test]
    fn threads_and_scale_do_not_matter(seed in 0_u64..100, threads in 1_usize..5) {
        let of = |threads: usize, scale: f64| {
            let options = SobolOptions { samples: 300, seed, threads: Some(threads), ..SobolOptions::default() };
            sobol(&[1, 1, 1], |at| scale * ishigami(at), &options, &unwatched).unwrap()
        };
        let one: Sobol = of(1, 1.0);
        prop_assert_eq!(&one, &of(threads, 1.0));
        prop_assert_eq!(&one, &of(threads, 2.0));
    }
}

/// Two ratios worth 60 and 40 points.
const PLAIN: &str = r#"
id = "plain"
title = "Plain"
unit = "commune"
status = "draft"
basis = "official"
rounding = { mode = "half-up", places = 6, at = "leaf" }

[criteria."1"]
name = "Có kế hoạch"
max_points = "60"
rule = { kind = "proportional" }

[criteria."2"]
name = "Đúng hạn"
max_points = "40"
rule = { kind = "proportional" }
"#;

fn triangle(unit: &str, code: &str, low: f64, high: f64) -> BeliefRow {
    let mode = f64::midpoint(low, high);
    BeliefRow::new(unit, code, Belief::Triangular { low, mode, high })
}

fn of<'a>(found: &'a Sensitivity, unit: &str, on: On) -> Vec<(&'a Uncertain, Indices)> {
    found.rows().iter().filter(|row| row.unit == unit && row.on == on).map(|row| (&row.input, row.indices)).collect()
}

#[test]
fn a_score_is_shared_out_by_the_variances_of_its_leaves() {
    let framework: Framework = PLAIN.parse().unwrap();
    // Symmetric triangles of width w have variance w²/24: (0.6 · 10)² to (0.4 · 20)².
    let rows = [
        triangle("a", "1", 80.0, 90.0),
        triangle("a", "2", 60.0, 80.0),
        BeliefRow::new("b", "1", Belief::Fixed(Stated::text("80"))),
        BeliefRow::new("b", "2", Belief::Fixed(Stated::text("75"))),
    ];
    let simulation = Simulation::new(&framework, &rows).unwrap();
    let found = simulation.sensitivity(&options(20_000), None, &unwatched).unwrap();
    let score = of(&found, "a", On::Score);
    assert_eq!(score.iter().map(|(input, _)| input.name()).collect::<Vec<_>>(), ["1", "2"]);
    for (place, truth) in [(0, 36.0 / 100.0), (1, 64.0 / 100.0)] {
        assert_near(score[place].1.first, truth, "first");
        assert_near(score[place].1.total, truth, "total");
    }
    assert!(of(&found, "b", On::Score).is_empty(), "nothing of b's score is open");
    // b's rank is all a's doing.
    let rank = of(&found, "b", On::Rank);
    assert_eq!(rank.len(), 1);
    assert_eq!(*rank[0].0, Uncertain::Others);
    assert!((rank[0].1.first.unwrap().value - 1.0).abs() < 1e-12);
    assert!((rank[0].1.total.unwrap().value - 1.0).abs() < 1e-12);
}

/// One leaf each, alike: a leads with probability ½. Known its own value u, a leads
/// with probability u if both are even; the variance of that is 1/12 of ¼ in all.
#[test]
fn a_rank_is_shared_out_between_own_leaves_and_the_others() {
    let framework: Framework = PLAIN.parse().unwrap();
    let rows = [triangle("a", "1", 20.0, 40.0), triangle("b", "1", 20.0, 40.0)];
    let found = Simulation::new(&framework, &rows).unwrap().sensitivity(&options(20_000), None, &unwatched).unwrap();
    for unit in ["a", "b"] {
        let rank = of(&found, unit, On::Rank);
        assert_eq!(rank.iter().map(|(input, _)| input.name()).collect::<Vec<_>>(), ["1", "others"]);
        for (_, indices) in rank {
            assert_near(indices.first, 1.0 / 3.0, "own");
            assert_near(indices.total, 2.0 / 3.0, "with the other");
        }
    }
}

/// Two known units that lead on one row each: only weights can swap them.
#[test]
fn weights_are_an_uncertainty_of_their_own() {
    let framework: Framework = PLAIN.parse().unwrap();
    let fixed = |unit: &str, code: &str, value: &str| BeliefRow::new(unit, code, Belief::Fixed(Stated::text(value)));
    let rows = [fixed("a", "1", "90"), fixed("a", "2", "50"), fixed("b", "1", "70"), fixed("b", "2", "80")];
    let simulation = Simulation::new(&framework, &rows).unwrap().weights_noise(0.2).unwrap();
    let found = simulation.sensitivity(&options(2000), None, &unwatched).unwrap();
    for (on, unit) in [(On::Score, "a"), (On::Rank, "a"), (On::Score, "b"), (On::Rank, "b")] {
        let rows = of(&found, unit, on);
        assert_eq!(rows.len(), 1);
        assert_eq!(*rows[0].0, Uncertain::Weights);
        assert!((rows[0].1.total.unwrap().value - 1.0).abs() < 1e-12, "{unit} {on:?}");
    }
}

#[test]
fn units_are_picked_by_name_and_the_rows_of_beliefs_may_come_in_any_order() {
    let framework: Framework = PLAIN.parse().unwrap();
    let mut rows: Vec<BeliefRow> = ["c", "a", "b"]
        .iter()
        .flat_map(|unit| [triangle(unit, "1", 50.0, 70.0), triangle(unit, "2", 40.0, 90.0)])
        .collect();
    let all = |rows: &[BeliefRow]| {
        let simulation = Simulation::new(&framework, rows).unwrap().weights_noise(0.1).unwrap();
        simulation.sensitivity(&options(200), None, &unwatched).unwrap()
    };
    let found = all(&rows);
    rows.reverse();
    assert_eq!(found, all(&rows));
    let simulation = Simulation::new(&framework, &rows).unwrap().weights_noise(0.1).unwrap();
    let one = simulation.sensitivity(&options(200), Some(&["b".to_owned()]), &unwatched).unwrap();
    let expected: Vec<_> = found.rows().iter().filter(|row| row.unit == "b").cloned().collect();
    assert_eq!(one.rows(), expected);
    let wrong = ["x".to_owned(), "b".to_owned(), "y".to_owned()];
    let error = simulation.sensitivity(&options(200), Some(&wrong), &unwatched).unwrap_err();
    assert_eq!((error.code(), error.faults().count()), ("unknown-unit", 2));
}

/// Under a rule that compares units the others move a score too.
#[test]
fn where_units_are_compared_the_others_have_a_share_in_a_score() {
    let text = PLAIN.replace(
        r#"max_points = "40"
rule = { kind = "proportional" }"#,
        r#"max_points = "40"
rule = { kind = "min-max", unit = "percent" }"#,
    );
    let framework: Framework = text.parse().unwrap();
    let rows: Vec<BeliefRow> = ["a", "b", "c"].iter().map(|unit| triangle(unit, "2", 10.0, 20.0)).collect();
    let found = Simulation::new(&framework, &rows).unwrap().sensitivity(&options(4000), None, &unwatched).unwrap();
    let score = of(&found, "a", On::Score);
    assert_eq!(score.iter().map(|(input, _)| input.name()).collect::<Vec<_>>(), ["2", "others"]);
    // Of two groups, what one takes part in and what the other does alone are all there is.
    for (one, other) in [(0, 1), (1, 0)] {
        let ((total, total_se), (own, own_se)) = (estimate(score[one].1.total), estimate(score[other].1.first));
        assert!((total + own - 1.0).abs() < 4.0 * (total_se + own_se), "{total} + {own}");
        assert!(own > 4.0 * own_se, "{own} ± {own_se}");
    }
}

/// What a framework refuses to score is no score of zero: a row leaves the maximum, or
/// is divided by a best value that is none.
#[test]
fn evaluations_without_a_score_are_counted() {
    let leaving = PLAIN.replace("basis", "absence = { zero_denominator = \"shrink\" }\nbasis");
    let framework: Framework = leaving.parse().unwrap();
    let zero = || Stated::Counts(0_u8.into(), 0_u8.into());
    let open = Belief::Choice(vec![(Stated::text("50"), 0.7), (zero(), 0.3)]);
    let rows = [
        BeliefRow::new("a", "1", open),
        BeliefRow::new("a", "2", Belief::Fixed(zero())),
        triangle("b", "1", 40.0, 60.0),
    ];
    let found = Simulation::new(&framework, &rows).unwrap().sensitivity(&options(4000), None, &unwatched).unwrap();
    let row = found.rows().iter().find(|row| row.unit == "a" && row.on == On::Score).unwrap();
    // a has no index in three of ten evaluations, and in 1 − 0.7² of the samples.
    assert_eq!(row.evaluations, 4000 * 6);
    let near = |count: usize, all: usize, share: f64| {
        let found = f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(all).unwrap());
        assert!((found - share).abs() < 0.03, "{found} for {share}");
    };
    near(row.failures, row.evaluations, 0.3);
    near(row.indices.failures, 4000, 0.51);
    let drawn = Simulation::new(&framework, &rows).unwrap().forecast(&SimulationOptions::default()).unwrap();
    near(drawn.failures(&unwatched).unwrap(), drawn.draws(), 0.3);
    assert_eq!(row.indices.first, None, "what is left is always 50");

    // Two losses: none can be divided by the better one, and one gain in four is enough.
    let refusing = PLAIN.replace("basis", "absence = { zero_denominator = \"refuse\" }\nbasis").replacen(
        "kind = \"proportional\"",
        "kind = \"share-of-best\", unit = \"amount\"",
        1,
    );
    let framework: Framework = refusing.parse().unwrap();
    let either = || Belief::Choice(vec![(Stated::text("-10"), 0.5), (Stated::text("-20"), 0.5)]);
    let rows = [BeliefRow::new("a", "1", either()), BeliefRow::new("b", "1", either())];
    let found = Simulation::new(&framework, &rows).unwrap().sensitivity(&options(4000), None, &unwatched).unwrap();
    let row = found.rows().iter().find(|row| row.unit == "a").unwrap();
    // Where both are alike each is the best one; else the worse cannot be scored.
    near(row.failures, row.evaluations, 0.5);
    let drawn = Simulation::new(&framework, &rows).unwrap().forecast(&SimulationOptions::default()).unwrap();
    near(drawn.failures(&unwatched).unwrap(), drawn.draws(), 0.5);
    let kept = BTreeMap::from([("a".to_owned(), Given::Score(60.0))]);
    // Where a has all points of its row, in three of four draws, b lacks them in one of three.
    near(drawn.given(&kept).unwrap().failures(&unwatched).unwrap(), drawn.draws(), 1.0 / 3.0);

    // Where nothing can be refused there is nothing to count.
    let sound: Framework = PLAIN.parse().unwrap();
    let drawn = Simulation::new(&sound, &[triangle("a", "1", 40.0, 60.0)]).unwrap();
    assert_eq!(drawn.forecast(&SimulationOptions::default()).unwrap().failures(&unwatched).unwrap(), 0);
}
