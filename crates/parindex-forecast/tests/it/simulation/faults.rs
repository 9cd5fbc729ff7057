//! Bad beliefs: one error that lists every fault with its row.

use parindex::{Framework, Stated, UnitRow, Units};
use parindex_forecast::{Belief, BeliefRow, Simulation};

use super::frameworks::{fixed, framework, leaf, one_leaf};

fn faults(framework: &Framework, rows: &[BeliefRow]) -> Vec<String> {
    let error = Simulation::new(framework, rows).unwrap_err();
    error.faults().map(ToString::to_string).collect()
}

#[test]
fn every_row_with_a_fault_is_named() {
    let labels = "{ kind = \"steps\", unit = \"label\", steps = [{ label = \"tốt\", points = \"1\" }, { label = \"kém\", points = \"0\" }] }";
    let framework = framework(
        &[
            "[criteria.\"1\"]\nname = \"field\"\n".to_owned(),
            leaf("1.1", "2", "{ kind = \"proportional\" }"),
            leaf("1.2", "1", labels),
            leaf("1.3", "1", "{ kind = \"yes-no\" }"),
            leaf("1.4", "1", "{ kind = \"given\" }"),
        ]
        .concat(),
    );
    let belief = |code: &str, belief| BeliefRow::new("u", code, belief);
    let unit = |unit: &str, row: BeliefRow| BeliefRow { unit: unit.to_owned(), ..row };
    let rows = [
        belief("1.1", Belief::Triangular { low: 90.0, mode: 80.0, high: 101.0 }),
        belief("9", Belief::Bernoulli { chance: 0.5 }),
        belief("1", Belief::Bernoulli { chance: 0.5 }),
        belief("1..1", Belief::Bernoulli { chance: 0.5 }),
        belief("1.3", Belief::Bernoulli { chance: 1.5 }),
        belief("1.2", Belief::Normal { mean: 1.0, se: 1.0 }),
        fixed("u", "1.1", "20"),
        unit("", fixed("", "1.1", "20")),
        unit("v", belief("1.1", Belief::BetaBinomial { good: 3, so_far: 2, coming: 1 })),
        unit("v", belief("1.2", Belief::Choice(vec![(Stated::text("tốt"), 0.5), (Stated::text("khá"), 0.5)]))),
        unit("v", belief("1.3", Belief::BetaBinomial { good: 1, so_far: 2, coming: 1 })),
        unit("v", belief("1.4", Belief::Normal { mean: 1.01, se: f64::NAN })),
        unit("w", belief("1.1", Belief::Normal { mean: f64::NAN, se: 1.0 })),
        unit("w", belief("1.2", Belief::Choice(vec![(Stated::text("tốt"), 0.5)]))),
        unit("w", belief("1.3", Belief::Bernoulli { chance: f64::NAN })),
        unit("w", fixed("w", "1.4", "2")),
    ];
    insta::assert_snapshot!(faults(&framework, &rows).join("\n"));
}

#[test]
fn units_must_be_listed_where_a_list_is_given() {
    let framework = one_leaf("2", "{ kind = \"proportional\" }");
    let listed = UnitRow { unit: "a".to_owned(), name: "Đơn vị A".to_owned(), ..UnitRow::default() };
    let units = Units::from_rows([listed]).unwrap();
    let rows = [fixed("a", "1", "50"), fixed("b", "1", "50")];
    let error = Simulation::with_units(&framework, &rows, &units).unwrap_err();
    assert_eq!(error.code(), "unknown-unit");
    let simulation = Simulation::with_units(&framework, &rows[..1], &units).unwrap();
    let options = parindex_forecast::SimulationOptions { draws: 2, ..Default::default() };
    assert_eq!(simulation.forecast(&options).unwrap().names(), ["Đơn vị A"]);
    let none = parindex_forecast::SimulationOptions { draws: 0, ..options };
    assert_eq!(simulation.forecast(&none).unwrap_err().code(), "out-of-range");
}

#[test]
fn what_a_framework_refuses_is_refused() {
    let rules = "[absence]\nmissing = \"refuse\"\nzero_denominator = \"refuse\"\n".to_owned()
        + &leaf("1", "2", "{ kind = \"proportional\" }")
        + &leaf("2", "2", "{ kind = \"proportional\" }");
    let framework = framework(&rules);
    let rows = [BeliefRow::new("u", "1", Belief::BetaBinomial { good: 0, so_far: 0, coming: 0 })];
    insta::assert_snapshot!(faults(&framework, &rows).join("\n"), @r"
    line 1, unit u, criterion 1: the denominator is zero, and the framework says this must not be [zero-denominator]
    unit u, criterion 2: evidence is missing, and the framework says this must not be [refused]
    ");
}

#[test]
fn without_maxima_units_or_rows_there_is_no_index() {
    let outline = Framework::bundled("par-index/province-2020-draft").unwrap();
    assert_eq!(Simulation::new(&outline, &[fixed("u", "7.1.2", "1")]).unwrap_err().code(), "max-points-unknown");
    let whole = one_leaf("2", "{ kind = \"proportional\" }");
    assert_eq!(Simulation::new(&whole, &[]).unwrap_err().code(), "incomplete-row");
    // A unit of which nothing counts has no index.
    let rows = [BeliefRow::new("u", "1", Belief::Fixed(Stated::NotApplicable))];
    assert_eq!(faults(&whole, &rows), ["unit u: every row has left the maximum: there is no index [incomplete-row]"]);
}
