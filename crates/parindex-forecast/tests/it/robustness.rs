//! What becomes of a ranking under other weights.

use parindex::{Assessment, Evidence, EvidenceRow, Framework};
use parindex_forecast::{Robustness, RobustnessOptions, robustness, unwatched};
use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};

/// Two fields of given points; the first of two rows.
const FIELDS: &str = r#"
id = "fields"
title = "Fields"
unit = "province"
status = "draft"
basis = "official"

[criteria."1"]
name = "Lĩnh vực một"

[criteria."1.1"]
name = "Một"
max_points = "20"
rule = { kind = "given" }

[criteria."1.2"]
name = "Hai"
max_points = "30"
rule = { kind = "given" }

[criteria."2"]
name = "Lĩnh vực hai"
max_points = "50"
rule = { kind = "given" }
"#;

fn scored(text: &str, units: &[(&str, &[(&str, &str)])]) -> Assessment {
    let framework: Framework = text.parse().unwrap();
    let rows = units.iter().flat_map(|(unit, points)| {
        points.iter().map(|(code, points)| EvidenceRow::points(*unit, *code, points.parse().unwrap()))
    });
    framework.score(&Evidence::from_rows(rows).unwrap()).unwrap()
}

fn found(assessment: &Assessment, noise: f64, draws: usize) -> Robustness {
    let options = RobustnessOptions { noise, draws, seed: 3, ..RobustnessOptions::default() };
    robustness(assessment, &options, &unwatched).unwrap()
}

fn below(value: f64) -> f64 {
    Normal::standard().cdf(value)
}

/// b leads with 76 to 75. The first field gives a 5 points more, the second b 6: they
/// swap where the first weighs more than 6/5 of the second, relative to now. The
/// logarithm of that ratio of two factors is normal with variance 2 ln(1 + noise²).
#[test]
fn two_units_swap_as_often_as_the_ratio_of_two_weights_says() {
    let assessment = scored(
        FIELDS,
        &[("a", &[("1.1", "15"), ("1.2", "30"), ("2", "30")]), ("b", &[("1.1", "20"), ("1.2", "20"), ("2", "36")])],
    );
    for noise in [0.05_f64, 0.2, 0.5] {
        let draws = 40_000;
        let robust = found(&assessment, noise, draws);
        let truth = 1.0 - below(1.2_f64.ln() / (2.0 * (noise * noise).ln_1p()).sqrt());
        let se = (truth * (1.0 - truth) / 40_000.0).sqrt();
        let swaps = robust.swaps();
        assert_eq!((swaps[0].unit.as_str(), swaps[0].other.as_str()), ("b", "a"));
        assert!((swaps[0].share - truth).abs() < 4.0 * se, "{noise}: {} for {truth}", swaps[0].share);
        // Everything else follows from that one chance.
        let table = robust.table(&[1, 2]);
        assert_eq!((table[0].rank, table[1].rank), (2, 1));
        for row in &table {
            assert!((row.mean_shift - swaps[0].share).abs() < 1e-12 && (row.kept - 1.0 + swaps[0].share).abs() < 1e-12);
        }
        assert!((table[0].within_top[0] - swaps[0].share).abs() < 1e-12);
        assert!((table[0].within_top[1] - 1.0).abs() < 1e-12);
        assert!((robust.kendall().unwrap() - swaps[0].share).abs() < 1e-12);
        assert!((robust.mean_shift() - swaps[0].share).abs() < 1e-12);
        assert!((robust.first_stays() - 1.0 + swaps[0].share).abs() < 1e-12);
        assert_eq!((robust.draws(), robust.failures()), (draws, 0));
    }
}

/// On the first field a has 15 of 20 and 30 of 30, b 20 and 20: they swap where the first
/// row weighs twice the second, relative to now.
#[test]
fn the_weights_below_one_node_move_its_own_ranking() {
    let assessment = scored(FIELDS, &[("a", &[("1.1", "15"), ("1.2", "30")]), ("b", &[("1.1", "20"), ("1.2", "20")])]);
    let code = Some("1".parse().unwrap());
    let options = RobustnessOptions { noise: 0.6, draws: 40_000, code, ..RobustnessOptions::default() };
    let robust = robustness(&assessment, &options, &unwatched).unwrap();
    let truth = 1.0 - below(2.0_f64.ln() / (2.0 * (0.36_f64).ln_1p()).sqrt());
    let se = (truth * (1.0 - truth) / 40_000.0).sqrt();
    assert!((robust.swaps()[0].share - truth).abs() < 4.0 * se, "{} for {truth}", robust.swaps()[0].share);
}

/// Under weights one has twice the other's, a sub-index more weighs twice: the ratio
/// at which units swap counts weights.
#[test]
fn weights_of_a_weighted_sum_count() {
    let text = FIELDS
        .replace("basis = \"official\"", "basis = \"official\"\naggregate = \"weighted-sum\"")
        .replace("name = \"Lĩnh vực một\"", "name = \"Lĩnh vực một\"\nweight = \"1.5\"")
        .replace("name = \"Lĩnh vực hai\"", "name = \"Lĩnh vực hai\"\nweight = \"0.5\"");
    // a has 4 more in the first field, worth 6; b 10 more in the second, worth 5: a leads
    // until the first weighs less than 5/6 of the second.
    let assessment = scored(&text, &[("a", &[("1.2", "24"), ("2", "30")]), ("b", &[("1.2", "20"), ("2", "40")])]);
    let robust = found(&assessment, 0.2, 40_000);
    let truth = below((5.0_f64 / 6.0).ln() / (2.0 * (0.04_f64).ln_1p()).sqrt());
    let se = (truth * (1.0 - truth) / 40_000.0).sqrt();
    assert_eq!(robust.table(&[])[0].rank, 1);
    assert!((robust.swaps()[0].share - truth).abs() < 4.0 * se, "{} for {truth}", robust.swaps()[0].share);
}

#[test]
fn who_is_ahead_everywhere_stays_ahead_and_a_bonus_keeps_its_points() {
    let bonus = format!(
        "{FIELDS}\n[criteria.\"3\"]\nname = \"Thưởng\"\nmax_points = \"5\"\noutside = \"bonus\"\nrule = {{ kind = \"given\" }}\n"
    );
    let assessment = scored(
        &bonus,
        &[
            ("a", &[("1.1", "10"), ("1.2", "10"), ("2", "20"), ("3", "0")]),
            ("b", &[("1.1", "10"), ("1.2", "11"), ("2", "21"), ("3", "0")]),
            // The same as a but for the bonus, which no weight takes away.
            ("c", &[("1.1", "10"), ("1.2", "10"), ("2", "20"), ("3", "5")]),
        ],
    );
    let robust = found(&assessment, 1.0, 2000);
    assert!(robust.swaps().iter().all(|swap| swap.other != "a"), "{:?}", robust.swaps());
    assert_eq!(robust.table(&[])[0].rank_quantiles, [3, 3, 3]);
}

#[test]
fn what_has_no_weights_is_refused() {
    let assessment = scored(FIELDS, &[("a", &[("2", "30")])]);
    let refused = |options: RobustnessOptions| robustness(&assessment, &options, &unwatched).unwrap_err();
    let code = |code: &str| RobustnessOptions { code: Some(code.parse().unwrap()), ..RobustnessOptions::default() };
    assert_eq!(refused(code("2")).code(), "bad-weight");
    assert_eq!(refused(code("9")).code(), "unknown-criterion");
    let wrong = RobustnessOptions { noise: f64::NAN, draws: 0, ..RobustnessOptions::default() };
    assert_eq!(refused(wrong).faults().count(), 2);

    let least = FIELDS.replace("basis = \"official\"", "basis = \"official\"\naggregate = \"minimum\"");
    let least = scored(&least, &[("a", &[("2", "30")])]);
    assert_eq!(robustness(&least, &RobustnessOptions::default(), &unwatched).unwrap_err().code(), "bad-weight");

    let open = Framework::bundled("par-index/components").unwrap();
    let rows = open
        .criteria()
        .map(|row| EvidenceRow::points("01", row.code().to_string(), "5".parse().unwrap()))
        .collect::<Vec<_>>();
    let open = open.score(&Evidence::from_rows(rows).unwrap()).unwrap();
    let error = robustness(&open, &RobustnessOptions::default(), &unwatched).unwrap_err();
    assert_eq!((error.code(), error.faults().count()), ("max-points-unknown", 4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Without noise it is the published ranking, ties and all; with noise each unit
    /// has some rank in every draw, threads do not matter, and nor does the order of units.
    #[test]
    fn without_noise_it_is_the_published_ranking(points in prop::collection::vec((0_u8..4, 0_u8..4), 1..8), threads in 1_usize..4) {
        let framework: Framework = FIELDS.parse().unwrap();
        let row = |unit: usize, code: &str, points: u8| EvidenceRow::points(unit.to_string(), code, points.into());
        let rows: Vec<EvidenceRow> = points
            .iter()
            .enumerate()
            .flat_map(|(unit, (one, two))| [row(unit, "1.1", *one), row(unit, "2", *two)])
            .collect();
        let mut turned = rows.clone();
        turned.reverse();
        let assessed = |rows: Vec<EvidenceRow>| framework.score(&Evidence::from_rows(rows).unwrap()).unwrap();
        let assessment = assessed(rows);
        let still = found(&assessment, 0.0, 100);
        for (row, rank) in still.table(&[]).iter().zip(assessment.ranks(None).unwrap()) {
            prop_assert_eq!(row.rank, rank as usize);
            prop_assert_eq!(row.rank_quantiles, [rank as usize; 3]);
            prop_assert!((row.kept - 1.0).abs() < 1e-12 && row.mean_shift.abs() < 1e-12);
        }
        prop_assert!(still.swaps().is_empty());
        prop_assert!((still.first_stays() - 1.0).abs() < 1e-12);

        let moved = found(&assessment, 0.3, 1500);
        for row in moved.table(&[points.len()]) {
            prop_assert!((row.within_top[0] - 1.0).abs() < 1e-12);
        }
        let options = RobustnessOptions { noise: 0.3, draws: 1500, seed: 3, threads: Some(threads), ..RobustnessOptions::default() };
        prop_assert_eq!(&moved, &robustness(&assessed(turned), &options, &unwatched).unwrap());
    }
}
