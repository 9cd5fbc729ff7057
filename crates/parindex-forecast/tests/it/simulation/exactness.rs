//! Without noise a simulation is the exact assessment, and every leaf agrees with it.

use parindex::{Evidence, EvidenceRow, Exact, Framework, Scorecard, Stage, Stated};
use parindex_forecast::{Belief, BeliefRow, Forecast, Simulation, SimulationOptions, unwatched};
use proptest::prelude::*;

use super::frameworks::{Reads, fixed, leaf, one_leaf, rounded, shape, simulate, stated};

/// Points over the maximum in percent, exact where the total is that of one field or
/// is not rounded at the end.
fn index(card: &Scorecard) -> Option<f64> {
    let mut top = card.lines().filter(|line| line.code().depth() == 1);
    let (first, more) = (top.next().unwrap(), top.next());
    let (points, max) = if more.is_none() {
        (first.points(), first.max_points().cloned())
    } else {
        (card.points(), card.max_points().cloned())
    };
    let index = points.times(&Exact::whole(100)).over(&max?)?;
    Some(index.to_plain(15).parse().unwrap())
}

/// Compares ranks and indices with those of exact scoring.
fn agrees(framework: &Framework, rows: &[EvidenceRow], noise: f64) -> Result<(), TestCaseError> {
    let exact = framework.score(&Evidence::from_rows(rows.to_vec()).unwrap());
    let beliefs: Vec<BeliefRow> = rows.iter().cloned().map(BeliefRow::from).collect();
    let simulated = Simulation::new(framework, &beliefs);
    let (exact, simulated) = match (exact, simulated) {
        (Err(_), Err(_)) => return Ok(()),
        (Err(error), Ok(_)) => return Err(TestCaseError::fail(format!("only exact scoring refuses: {error}"))),
        (Ok(exact), simulated) => (exact, simulated),
    };
    let indices: Vec<Option<f64>> = exact.cards().map(|card| index(&card)).collect();
    let Ok(simulation) = simulated else {
        prop_assert!(indices.iter().any(Option::is_none), "{}", simulated.unwrap_err());
        return Ok(());
    };
    let options = SimulationOptions { draws: 40, seed: 3, threads: Some(1) };
    let forecast: Forecast = simulation.weights_noise(noise).unwrap().forecast(&options).unwrap();
    let table = forecast.table(&[1]).unwrap();
    for (row, index) in table.iter().zip(&indices) {
        // Some rows have left, and every one of those that count beside them too.
        let index = index.unwrap_or(0.0);
        prop_assert!((row.mean - index).abs() < 1e-9, "{}: {} for {index}", row.unit, row.mean);
        prop_assert!(row.sd.abs() < 1e-12, "{} has spread {}", row.unit, row.sd);
    }
    // Machine numbers cannot tell indices that differ by less than the snap.
    let is_clear = |one: f64, two: f64| one.to_bits() == two.to_bits() || (one - two).abs() > 3e-9;
    let known: Vec<f64> = indices.iter().flatten().copied().collect();
    if known.len() == indices.len() && known.iter().all(|one| known.iter().all(|two| is_clear(*one, *two))) {
        let ranks = forecast.ranks(&unwatched).unwrap();
        for draw in ranks.chunks(known.len()) {
            prop_assert_eq!(draw, exact.ranks(None).unwrap());
        }
    }
    Ok(())
}

type Cells = Vec<Vec<(u8, u32, u32)>>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever the rules, aggregates, roundings, absences and rows outside.
    #[test]
    fn fixed_beliefs_give_the_exact_assessment(
        (shape, cells) in shape().prop_flat_map(|shape| {
            let cell = (0u8..12, any::<u32>(), any::<u32>());
            let units = proptest::collection::vec(proptest::collection::vec(cell, shape.leaves().len()), 1..6);
            (Just(shape), units)
        }),
    ) {
        let cells: Cells = cells;
        let mut rows = Vec::new();
        for (unit, cells) in cells.iter().enumerate() {
            for ((code, reads), (what, number, other)) in shape.leaves().into_iter().zip(cells) {
                rows.push(EvidenceRow::new(format!("u{unit}"), code, stated(reads, *what, *number, *other)));
            }
        }
        agrees(&shape.framework(), &rows, 0.0)?;
    }

    /// A number that is all but known earns what it earns exactly, through machine numbers.
    #[test]
    fn machine_rules_agree_with_exact_ones(
        shape in shape(),
        numbers in proptest::collection::vec((any::<u32>(), any::<u32>()), 12),
    ) {
        let framework = shape.framework();
        let mut rows: Vec<(Stated, Belief, String)> = Vec::new();
        for ((code, reads), (number, other)) in shape.leaves().into_iter().zip(numbers) {
            let known = stated(reads, 9, number, other);
            let text = match &known {
                Stated::Text(text) => text.to_string(),
                Stated::Points(points) => points.to_string(),
                _ => continue,
            };
            // Dates and labels are no numbers.
            let (Ok(value), false) = (text.parse::<f64>(), matches!(reads, Reads::Words(_))) else { continue };
            rows.push((known, Belief::Triangular { low: value, mode: value, high: value }, code));
        }
        let exact: Vec<EvidenceRow> =
            rows.iter().map(|(stated, _, code)| EvidenceRow::new("u", code, stated.clone())).collect();
        let numeric = |code: &str| framework.criterion(code).unwrap().rule().unwrap().kind() != "not-scored";
        let machine: Vec<BeliefRow> = rows
            .iter()
            .filter(|(_, _, code)| numeric(code))
            .map(|(_, belief, code)| BeliefRow::new("u", code, belief.clone()))
            .collect();
        prop_assume!(!machine.is_empty());
        let assessment = framework.score(&Evidence::from_rows(exact).unwrap()).unwrap();
        let index = index(&assessment.card("u").unwrap());
        prop_assume!(index.is_some());
        let index = index.unwrap();
        let forecast = simulate(&framework, &machine, 3, 1);
        let mean = forecast.table(&[]).unwrap()[0].mean;
        prop_assert!((mean - index).abs() < 1e-9, "{} for {}", mean, index);
    }
}

/// 766 as published for Phú Thọ, all units and all leaves.
#[test]
fn the_bundled_frameworks_agree_on_published_data() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
    let mut reader = csv::Reader::from_path(format!("{fixtures}/dvc-766-phu-tho-2026/evidence.csv")).unwrap();
    let rows: Vec<EvidenceRow> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let stated = match (record[2].parse(), record[3].parse()) {
                (Ok(numerator), Ok(denominator)) => Stated::Counts(numerator, denominator),
                _ => Stated::text(&record[4]),
            };
            EvidenceRow::new(&record[0], &record[1], stated)
        })
        .collect();
    assert_eq!(rows.len(), 659);
    for id in ["dvc-766/province", "dvc-766/unit"] {
        agrees(&Framework::bundled(id).unwrap(), &rows, 0.0).unwrap();
    }
    let mut reader = csv::Reader::from_path(format!("{fixtures}/par-index-published/components.csv")).unwrap();
    let framework = Framework::bundled("par-index/components").unwrap();
    let all: Vec<(String, EvidenceRow)> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let points = record[3].parse().unwrap();
            (record[0].to_owned(), EvidenceRow::points(&record[1], &record[2], points))
        })
        .collect();
    for year in ["2018", "2019", "2020"] {
        let rows: Vec<EvidenceRow> = all.iter().filter(|(of, _)| of == year).map(|(_, row)| row.clone()).collect();
        assert!(!rows.is_empty());
        // Open maxima carry no noise of weights.
        agrees(&framework, &rows, 0.5).unwrap();
    }
}

/// Half a step goes where the mode says, for counts as in exact arithmetic.
#[test]
fn ties_of_rounding_and_edges_of_steps_are_exact() {
    // 20 × 153/160 = 19.125.
    for (mode, points) in
        [("half-up", 19.13), ("half-down", 19.12), ("half-even", 19.12), ("up", 19.13), ("down", 19.12)]
    {
        let rounding = format!("{{ places = 2, mode = \"{mode}\", at = \"leaf\" }}");
        let framework = rounded(&leaf("1", "20", "{ kind = \"proportional\" }"), &rounding);
        let tie = Belief::Triangular { low: 95.625, mode: 95.625, high: 95.625 };
        let mean = simulate(&framework, &[BeliefRow::new("u", "1", tie)], 5, 0).table(&[]).unwrap()[0].mean;
        assert!((mean - points * 5.0).abs() < 1e-9, "{mode}: {mean}");
    }
    // Seven of ten is 70 %, inside the middle band.
    let bands = "{ kind = \"steps\", unit = \"percent\", steps = [{ above = \"70\", points = \"2\" }, { to = \"70\", points = \"1\" }] }";
    let framework = one_leaf("2", bands);
    // One case to come: 6 or 7 of 10, both in the lower band.
    let rows = [BeliefRow::new("u", "1", Belief::BetaBinomial { good: 6, so_far: 9, coming: 1 })];
    let row = simulate(&framework, &rows, 500, 0).table(&[]).unwrap().remove(0);
    assert!((row.mean - 50.0).abs() < 1e-9 && row.sd.abs() < 1e-12, "{row:?}");
}

#[test]
fn the_latest_stage_counts() {
    let framework = one_leaf("2", "{ kind = \"yes-no\" }");
    let own = fixed("u", "1", "có");
    let appraised = BeliefRow { stage: Stage::FirstAppraisal, ..fixed("u", "1", "không") };
    for rows in [[own.clone(), appraised.clone()], [appraised, own]] {
        let mean = simulate(&framework, &rows, 5, 0).table(&[]).unwrap()[0].mean;
        assert!(mean.abs() < 1e-9, "{mean}");
    }
}
