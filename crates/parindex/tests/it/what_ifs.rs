//! Cards as they would be with other evidence.

use parindex::{Evidence, EvidenceRow, Framework, Scorecard, Stage, Stated};

use crate::rules::framework;

fn card(framework: &Framework, rows: impl IntoIterator<Item = EvidenceRow>) -> Scorecard {
    framework.score(&Evidence::from_rows(rows).unwrap()).unwrap().card("u").unwrap()
}

/// A leaf that compares units and one that does not, of at most 4 and 6 points.
fn comparing() -> Framework {
    framework(
        "[criteria.\"1\"]\nname = \"a\"\nmax_points = \"4\"\nrule = { kind = \"share-of-best\", unit = \"amount\" }\n\
         [criteria.\"2\"]\nname = \"b\"\nmax_points = \"6\"\nrule = { kind = \"proportional\" }\n",
    )
}

#[test]
fn others_stay_where_rules_compare_units() {
    let rows =
        [EvidenceRow::value("u", "1", "5"), EvidenceRow::value("v", "1", "10"), EvidenceRow::counts("u", "2", 1, 2)];
    let before = card(&comparing(), rows);
    // 5 of the best 10 and half of 6.
    assert_eq!(before.points().to_string(), "5");
    // A change elsewhere leaves the comparison alone.
    let other = before.with([("2", Stated::Counts(1_u8.into(), 1_u8.into()))]).unwrap();
    assert_eq!(other.points().to_string(), "8");
    // Above the others' best the unit is the best one.
    assert_eq!(before.with([("1", Stated::text("8"))]).unwrap().line("1").unwrap().points().to_string(), "3.2");
    assert_eq!(before.with([("1", Stated::text("20"))]).unwrap().line("1").unwrap().points().to_string(), "4");
}

#[test]
fn every_stage_of_the_leaf_is_replaced() {
    let framework = comparing();
    let rows = [
        EvidenceRow::counts("u", "2", 1, 2),
        EvidenceRow::counts("u", "2", 1, 3).at(Stage::Final),
        EvidenceRow::value("u", "1", "5"),
    ];
    let after = card(&framework, rows).with([("2", Stated::Points("4.5".parse().unwrap()))]).unwrap();
    assert_eq!(after.line("2").unwrap().points().to_string(), "4.5");
}

#[test]
fn what_cannot_be_is_told() {
    let card = card(&comparing(), [EvidenceRow::counts("u", "2", 1, 2)]);
    let twice = [("2", Stated::text("50 %")), ("2", Stated::text("60 %"))];
    assert_eq!(card.with(twice).unwrap_err().code(), "duplicate-evidence");
    assert_eq!(card.with([("2", Stated::text("150 %"))]).unwrap_err().code(), "out-of-range");
    let error = card.with([("3", Stated::Gap), ("x.", Stated::Gap)]).unwrap_err();
    let codes: Vec<_> = error.faults().map(|fault| fault.problem.code()).collect();
    assert_eq!(codes, ["unknown-criterion", "bad-code"]);
}
