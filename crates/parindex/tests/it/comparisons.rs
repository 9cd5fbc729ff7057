//! Assessments side by side, stages, agencies, bands, round trips.

use parindex::{
    Assessment, Code, Crosswalk, Evidence, EvidenceRow, Framework, Language, Note, Stage, UnitRow, Units, Within,
    appraisal, compare,
};

use crate::fixtures::evidence;
use crate::rules::framework;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// Two given leaves of at most 4 and 6 points under one field.
fn two_leaves() -> Framework {
    framework(
        "[criteria.\"1\"]\nname = \"field\"\n\
         [criteria.\"1.1\"]\nname = \"a\"\nmax_points = \"4\"\nrule = { kind = \"given\" }\nagency = \"Sở Nội vụ\"\n\
         [criteria.\"1.2\"]\nname = \"b\"\nmax_points = \"6\"\nrule = { kind = \"given\" }\n",
    )
}

fn score(framework: &Framework, rows: &[(&str, &str, &str)]) -> Assessment {
    let rows = rows.iter().map(|(unit, code, value)| EvidenceRow::value(*unit, *code, value));
    framework.score(&Evidence::from_rows(rows).unwrap()).unwrap()
}

#[test]
fn changes_are_told_leaf_by_leaf() {
    let framework = two_leaves();
    let before = score(&framework, &[("u", "1.1", "2"), ("u", "1.2", "6"), ("v", "1.1", "1")]);
    let after = score(&framework, &[("u", "1.1", "3.5"), ("u", "1.2", "6")]);
    let told: Vec<String> = compare(&before, &after, None, Language::English)
        .unwrap()
        .into_iter()
        .map(|change| {
            let text = |points: Option<parindex::Exact>| points.map_or("–".to_owned(), |points| points.to_string());
            format!(
                "{} {} {} {} {} {}",
                change.unit,
                change.code,
                text(change.before),
                text(change.after),
                text(change.change),
                change.reason
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "u 1.1 2 3.5 1.5 points given anew",
            "u 1.2 6 6 0 unchanged",
            "v 1.1 1 – – only before",
            "v 1.2 0 – – only before",
        ]
    );
}

#[test]
fn a_crosswalk_joins_editions_and_counts_nothing_twice() {
    let old = two_leaves();
    let new = framework(
        "[criteria.\"5\"]\nname = \"a and b\"\nmax_points = \"10\"\nrule = { kind = \"given\" }\n\
         [criteria.\"6\"]\nname = \"c\"\nmax_points = \"1\"\nrule = { kind = \"given\" }\n",
    );
    let before = score(&old, &[("u", "1.1", "2"), ("u", "1.2", "5")]);
    let after = score(&new, &[("u", "5", "8"), ("u", "6", "1")]);
    let crosswalk: Crosswalk = [(code("1.1"), code("5")), (code("1.2"), code("5"))].into_iter().collect();
    let changes = compare(&before, &after, Some(&crosswalk), Language::English).unwrap();
    let told: Vec<(String, Option<String>)> =
        changes.into_iter().map(|change| (change.code, change.change.map(|change| change.to_string()))).collect();
    assert_eq!(told, [("5".to_owned(), Some("1".to_owned())), ("6".to_owned(), None)]);
    let wrong: Crosswalk = [(code("1.9"), code("5"))].into_iter().collect();
    assert_eq!(compare(&before, &after, Some(&wrong), Language::English).unwrap_err().code(), "unknown-criterion");
}

#[test]
fn what_the_appraisal_took_is_listed_with_the_explanation() {
    let note =
        Note { explanation: Some("gửi bổ sung".into()), documents: Some("QĐ 12".into()), ..Note::default() };
    let rows = [
        EvidenceRow::value("u", "1.1", "4"),
        EvidenceRow::value("u", "1.1", "2.5").at(Stage::FirstAppraisal),
        EvidenceRow { note, ..EvidenceRow::value("u", "1.1", "").at(Stage::Explained) },
        EvidenceRow::value("u", "1.2", "6"),
        EvidenceRow::value("u", "1.2", "6").at(Stage::FirstAppraisal),
        EvidenceRow::value("v", "1.1", "1"),
    ];
    let rows = appraisal(&two_leaves(), &Evidence::from_rows(rows).unwrap(), None).unwrap();
    let told: Vec<(String, String, String)> = rows
        .iter()
        .map(|row| {
            (row.code.to_string(), row.change.clone().unwrap().to_string(), row.explanation.clone().unwrap_or_default())
        })
        .collect();
    assert_eq!(told, [("1.1".into(), "-1.5".into(), "gửi bổ sung".into()), ("1.2".into(), "0".into(), String::new()),]);
    assert_eq!(rows[0].documents.as_deref(), Some("QĐ 12"));
}

#[test]
fn lost_points_go_to_those_who_answer_for_them() {
    let assessment =
        score(&two_leaves(), &[("u", "1.1", "3"), ("u", "1.2", "1"), ("v", "1.1", "4"), ("v", "1.2", "6")]);
    let told = |agencies: &[(Code, String)]| -> Vec<(Option<String>, String)> {
        let lost = assessment.lost_by(agencies).unwrap();
        lost.into_iter().map(|lost| (lost.agency, lost.lost.to_string())).collect()
    };
    assert_eq!(told(&[]), [(None, "5".to_owned()), (Some("Sở Nội vụ".to_owned()), "1".to_owned())]);
    let whole = [(code("1"), "UBND".to_owned()), (code("1.2"), "Sở Tư pháp".to_owned())];
    assert_eq!(
        told(&whole),
        [(Some("Sở Tư pháp".to_owned()), "5".to_owned()), (Some("UBND".to_owned()), "1".to_owned())]
    );
    assert_eq!(assessment.lost_by(&[(code("2"), "x".into())]).unwrap_err().code(), "unknown-criterion");
}

#[test]
fn ranks_are_1224_on_exact_values_and_bands_hold_their_edge() {
    let framework: Framework =
        "id = \"x\"\ntitle = \"x\"\nunit = \"x\"\nstatus = \"draft\"\nbasis = \"assumed\"\nmax_points = \"100\"\n\
        bands = [{ name = \"A\", from = \"90\" }, { name = \"B\", from = \"80\" }]\n\
        [criteria.\"1\"]\nname = \"x\"\nmax_points = \"100\"\nrule = { kind = \"given\" }\n"
            .parse()
            .unwrap();
    let rows = [("a", "90"), ("b", "89.999"), ("c", "90.0"), ("d", "79.9"), ("e", "89.9999")];
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(unit, value)| (*unit, "1", *value)).collect();
    let ranked = score(&framework, &rows).ranking();
    let told: Vec<(usize, &str, String, Option<&str>)> = ranked
        .iter()
        .map(|place| {
            (
                place.rank.get().unwrap(),
                place.unit.as_str(),
                place.index.clone().unwrap().to_decimals(2, parindex::RoundingMode::HalfUp),
                place.band.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "a", "90.00".to_owned(), Some("A")),
            (1, "c", "90.00".to_owned(), Some("A")),
            (3, "e", "90.00".to_owned(), Some("B")),
            (4, "b", "90.00".to_owned(), Some("B")),
            (5, "d", "79.90".to_owned(), None),
        ]
    );
}

#[test]
fn departments_and_communes_are_ranked_apart() {
    let units = ["a", "b", "c"].map(|unit| UnitRow {
        unit: unit.into(),
        name: unit.to_uppercase(),
        level: Some(if unit == "b" { "commune" } else { "department" }.into()),
        ..UnitRow::default()
    });
    let units = Units::from_rows(units).unwrap();
    let rows = [("a", "1"), ("b", "2"), ("c", "3")].map(|(unit, value)| EvidenceRow::value(unit, "1.1", value));
    let evidence = Evidence::from_rows(rows).unwrap();
    let assessment = two_leaves().score_with(&evidence, Some(&units), Stage::Final).unwrap();
    let ranked = assessment.ranking_of(Some("1.1"), Some(Within::Level)).unwrap();
    let told: Vec<(Option<&str>, usize, &str)> = ranked
        .iter()
        .map(|place| (place.group.as_deref(), place.rank.get().unwrap(), place.name.as_deref().unwrap()))
        .collect();
    assert_eq!(told, [(Some("commune"), 1, "B"), (Some("department"), 1, "C"), (Some("department"), 2, "A")]);
    assert_eq!(assessment.ranks(Some("1.1")).unwrap(), [3, 2, 1]);
    assert_eq!(ranked[0].missing_points.clone().unwrap().to_string(), "0");
    assert_eq!(assessment.ranking()[0].missing_points.clone().unwrap().to_string(), "6");
    // The maxima of an assumed framework rest on assumptions.
    assert_eq!(assessment.ranking()[0].assumed_points.to_string(), "4");
}

#[test]
fn an_assessment_survives_being_written_and_read() {
    let evidence = evidence("dvc-766-phu-tho-2026/evidence.csv");
    let assessment = Framework::bundled("dvc-766/unit").unwrap().score(&evidence).unwrap();
    let text = serde_json::to_string(&assessment).unwrap();
    let again: Assessment = serde_json::from_str(&text).unwrap();
    assert_eq!(again.ranking(), assessment.ranking());
    assert_eq!(again.evidence(), assessment.evidence());
    assert_eq!(again.framework(), assessment.framework());
    let forged = text.replace("dvc-766/unit\\\"", "dvc-766/unit");
    assert!(serde_json::from_str::<Assessment>(&forged).is_err());
}

#[test]
fn a_total_rounded_at_the_end_is_ranked_unrounded() {
    let framework: Framework = "id = \"x\"\ntitle = \"x\"\nunit = \"x\"\nstatus = \"draft\"\nbasis = \"assumed\"\n\
        rounding = { places = 2, mode = \"half-up\", at = \"end\" }\n\
        [criteria.\"1\"]\nname = \"x\"\nmax_points = \"1\"\nrule = { kind = \"proportional\" }\n\
        [criteria.\"2\"]\nname = \"x\"\nmax_points = \"1\"\nrule = { kind = \"proportional\" }\n"
        .parse()
        .unwrap();
    let rows = [
        EvidenceRow::counts("a", "1", 1, 3),
        EvidenceRow::counts("a", "2", 2, 3),
        EvidenceRow::counts("b", "1", 333, 1000),
        EvidenceRow::counts("b", "2", 667, 1000),
        EvidenceRow::counts("c", "1", 1, 3),
        EvidenceRow::counts("c", "2", 6667, 10000),
    ];
    let assessment = framework.score(&Evidence::from_rows(rows).unwrap()).unwrap();
    let told: Vec<(usize, String, String)> = assessment
        .ranking()
        .into_iter()
        .map(|place| (place.rank.get().unwrap(), place.unit, place.points.to_string()))
        .collect();
    assert_eq!(told, [(1, "c".into(), "1".into()), (2, "a".into(), "1".into()), (2, "b".into(), "1".into())]);
    assert_eq!(assessment.card("a").unwrap().line("1").unwrap().points().to_string(), "1/3");
}

/// PCI weighs its sub-indices: what is lost or missing counts by its weight.
#[test]
fn weighted_rows_lose_by_their_weight() {
    let pci = Framework::bundled("pci/2013").unwrap();
    let codes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    let rows: Vec<(&str, &str, &str)> =
        codes.iter().filter(|code| **code != "3").map(|code| ("p", *code, "5")).collect();
    let assessment = score(&pci, &rows);
    let card = assessment.card("p").unwrap();
    // Weights add up to 10; sub-index 3 weighs 2, so 40 of 80 possible points are earned.
    assert_eq!(card.points().to_string(), "40");
    assert_eq!(card.missing_points().unwrap().to_string(), "20");
    assert_eq!(assessment.ranking()[0].missing_points.clone().unwrap().to_string(), "20");
    let lost = card.lost(Language::English);
    assert_eq!((lost[0].code.to_string(), lost[0].lost.clone().unwrap().to_string()), ("3".into(), "20".into()));
    let sum = lost.iter().fold(parindex::Exact::ZERO, |sum, lost| sum.plus(lost.lost.as_ref().unwrap()));
    assert_eq!(sum.to_string(), "60");
    let agencies = [(code("3"), "A".to_owned()), (code("3"), "B".to_owned()), (code("3"), "A".to_owned())];
    let by: Vec<(Option<String>, String)> =
        assessment.lost_by(&agencies).unwrap().into_iter().map(|lost| (lost.agency, lost.lost.to_string())).collect();
    assert_eq!(by, [(None, "40".to_owned()), (Some("A; B".to_owned()), "20".to_owned())]);
}

#[test]
fn a_row_that_left_is_no_part_of_a_mean() {
    let framework = framework(
        "[criteria.\"1\"]\nname = \"field\"\naggregate = \"mean\"\n\
         [criteria.\"1.1\"]\nname = \"a\"\nmax_points = \"10\"\nrule = { kind = \"given\" }\n\
         [criteria.\"1.2\"]\nname = \"b\"\nmax_points = \"10\"\nrule = { kind = \"given\" }\n\
         [criteria.\"1.3\"]\nname = \"c\"\nmax_points = \"10\"\nrule = { kind = \"given\" }\n",
    );
    let card = score(&framework, &[("u", "1.1", "8"), ("u", "1.2", "n/a"), ("u", "1.3", "4")]).card("u").unwrap();
    let explained = card.explain("1", Language::English).unwrap();
    assert!(explained.contains("mean of (8; 4) = 6/10 points, lost 4"), "{explained}");
    let lost: Vec<String> =
        card.lost(Language::English).into_iter().map(|lost| lost.lost.unwrap().to_string()).collect();
    assert_eq!(lost, ["3", "1"]);
}

#[test]
fn a_crosswalk_that_names_a_field_covers_what_is_below() {
    let side = two_leaves();
    let before = score(&side, &[("u", "1.1", "2"), ("u", "1.2", "5")]);
    let after = score(&side, &[("u", "1.1", "3"), ("u", "1.2", "5")]);
    let crosswalk: Crosswalk = [(code("1"), code("1")), (code("1.1"), code("1.1"))].into_iter().collect();
    let changes = compare(&before, &after, Some(&crosswalk), Language::English).unwrap();
    let told: Vec<(String, String)> =
        changes.into_iter().map(|change| (change.code, change.change.unwrap().to_string())).collect();
    assert_eq!(told, [("1".to_owned(), "1".to_owned())]);
}

#[test]
fn a_row_that_left_goes_off_a_declared_total_with_open_rows() {
    let framework: Framework =
        "id = \"x\"\ntitle = \"x\"\nunit = \"x\"\nstatus = \"draft\"\nbasis = \"assumed\"\nmax_points = \"100\"\n\
        [criteria.\"1\"]\nname = \"x\"\nmax_points = \"10\"\nrule = { kind = \"given\" }\n\
        [criteria.\"2\"]\nname = \"x\"\nrule = { kind = \"given\" }\n"
            .parse()
            .unwrap();
    let card = score(&framework, &[("u", "1", "n/a"), ("u", "2", "45")]).card("u").unwrap();
    assert_eq!((card.max_points().unwrap().to_string(), card.index().unwrap().to_string()), ("90".into(), "50".into()));
}
