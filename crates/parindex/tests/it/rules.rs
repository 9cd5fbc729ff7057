//! Every shape of rule, worked by hand.

use parindex::{Best, Comparison, Evidence, EvidenceRow, Exact, Framework, Language, Number, Stage, Stated, Worth};

use crate::fixtures::number;

/// A framework of one leaf with this maximum and rule.
pub(crate) fn one_leaf(max: &str, rule: &str) -> Framework {
    framework(&format!("[criteria.\"1\"]\nname = \"leaf\"\nmax_points = \"{max}\"\nrule = {rule}\n"))
}

/// A framework with these criteria, two places half-up at each leaf.
pub(crate) fn framework(criteria: &str) -> Framework {
    let head = "id = \"test\"\ntitle = \"test\"\nunit = \"province\"\nstatus = \"draft\"\nbasis = \"assumed\"\n\
                [rounding]\nplaces = 2\nmode = \"half-up\"\nat = \"leaf\"\n";
    format!("{head}{criteria}").parse().unwrap_or_else(|error| panic!("{error}"))
}

/// Points of a value, or the slug of the fault.
fn points(framework: &Framework, stated: Stated) -> String {
    let evidence = Evidence::from_rows([EvidenceRow::new("u", "1", stated)]).unwrap();
    match framework.score(&evidence) {
        Ok(assessment) => assessment.card("u").unwrap().points().to_string(),
        Err(error) => error.code().to_owned(),
    }
}

fn check(max: &str, rule: &str, cases: &[(&str, &str)]) {
    let framework = one_leaf(max, rule);
    for (value, expected) in cases {
        let stated = match value.split_once('/') {
            Some((numerator, denominator)) if !denominator.contains('/') => {
                Stated::Counts(number(numerator), number(denominator))
            }
            _ => Stated::text(value),
        };
        assert_eq!(points(&framework, stated.clone()), *expected, "{rule}: {value}");
        check_curve(&framework, &stated, expected);
    }
    for language in [Language::Vietnamese, Language::English] {
        assert!(!framework.criterion("1").unwrap().rule().unwrap().describe(language).is_empty());
    }
}

/// The rule's straight pieces say the same as the rule.
fn check_curve(framework: &Framework, stated: &Stated, expected: &str) {
    let criterion = framework.criterion("1").unwrap();
    let (rule, max) = (criterion.rule().unwrap(), criterion.max_points().unwrap());
    let Some(curve) = rule.curve(max) else { return };
    let share = match stated {
        Stated::Counts(numerator, denominator) => Exact::from(*numerator).over(&Exact::from(*denominator)),
        Stated::Text(text) => {
            let whole = rule.unit().whole().map_or(Exact::ONE, Exact::from);
            text.trim_end_matches([' ', '%']).parse().ok().and_then(|value: Number| Exact::from(value).over(&whole))
        }
        _ => None,
    };
    if let (Some(share), Ok(expected)) = (share, expected.parse::<Number>()) {
        assert_eq!(curve.at(&share).rounded(framework.rounding().unwrap()), Exact::from(expected), "{stated:?}");
    }
}

/// What one statement is worth before anything is added up.
#[test]
fn worth_of_a_statement_by_itself() {
    let absence = "[absence]\nmissing = \"full\"\nzero_denominator = \"refuse\"\n";
    let rows = "[criteria.\"1\"]\nname = \"a\"\nmax_points = \"2\"\nrule = { kind = \"proportional\" }\n\
                [criteria.\"2\"]\nname = \"b\"\nmax_points = \"2\"\nrule = { kind = \"min-max\", unit = \"percent\" }\n\
                [criteria.\"3\"]\nname = \"c\"\nmax_points = \"2\"\noutside = \"penalty\"\n\
                rule = { kind = \"per-occurrence\", each = \"0.3\" }\n";
    let framework = framework(&format!("{absence}{rows}"));
    let worth = |code: &str, stated: Stated| framework.worth(code, &stated);
    let counts = |numerator: u8, denominator: u8| Stated::Counts(numerator.into(), denominator.into());
    let points = |digits| Worth::Points(Exact::decimal(digits, 2));
    assert_eq!(worth("1", counts(1, 3)).unwrap(), points(67));
    assert_eq!(worth("1", Stated::Gap).unwrap(), points(200));
    assert_eq!(worth("1", Stated::NotApplicable).unwrap(), Worth::Left);
    assert_eq!(worth("1", counts(0, 0)).unwrap_err().code(), "zero-denominator");
    assert_eq!(worth("2", counts(1, 4)).unwrap(), Worth::Compared(Exact::whole(25)));
    assert_eq!(worth("2", Stated::Points(number("1.5"))).unwrap(), points(150));
    assert_eq!(worth("3", Stated::text("2")).unwrap(), points(-60));
    assert_eq!(worth("1", Stated::text("101")).unwrap_err().code(), "out-of-range");
    assert_eq!(worth("4", Stated::Gap).unwrap_err().code(), "unknown-criterion");
    let rule = |code: &str| framework.criterion(code).unwrap().rule().unwrap().clone();
    assert_eq!(rule("1").range(), (Some(Number::ZERO), Some(Number::HUNDRED)));
    assert_eq!(rule("2").range(), (Some(Number::ZERO), None));
    assert_eq!(rule("2").comparison(), Some(Comparison::MinMax(Best::High)));
}

#[test]
fn yes_no() {
    check(
        "2",
        "{ kind = \"yes-no\" }",
        &[("có", "2"), ("KHÔNG", "0"), ("true", "2"), ("0", "0"), ("yes", "2"), ("maybe", "wrong-measure")],
    );
    check("2", "{ kind = \"yes-no\", no = \"0.5\" }", &[("không", "0.5")]);
}

/// The middle band of Cà Mau's table holds both its ends.
#[test]
fn steps_on_a_ratio() {
    let rule = "{ kind = \"steps\", unit = \"percent\", steps = [{ above = \"90\", points = \"2\" }, \
                { from = \"70\", to = \"90\", points = \"1\" }, { below = \"70\", points = \"0\" }] }";
    check(
        "2",
        rule,
        &[
            ("90.01", "2"),
            ("90", "1"),
            ("70 %", "1"),
            ("69.99", "0"),
            ("7/10", "1"),
            ("9/10", "1"),
            ("901/1000", "2"),
            ("0/0", "0"),
            ("101", "out-of-range"),
        ],
    );
}

#[test]
fn steps_on_counts_and_labels() {
    let rule = "{ kind = \"steps\", unit = \"count\", steps = [{ to = \"0\", points = \"1\" }, \
                { from = \"1\", to = \"3\", points = \"0.5\" }, { from = \"4\", points = \"0\" }] }";
    check(
        "1",
        rule,
        &[
            ("0", "1"),
            ("3", "0.5"),
            ("4", "0"),
            ("3.5", "bad-number"),
            ("-1", "negative-count"),
            ("1/2", "wrong-measure"),
        ],
    );
    let rule = "{ kind = \"steps\", unit = \"label\", steps = [{ label = \"kịp thời\", points = \"1\" }, \
                { label = \"không kịp thời\", points = \"0.5\" }, { label = \"không ban hành\", points = \"0\" }] }";
    // The second text is decomposed Unicode in capitals.
    check(
        "1",
        rule,
        &[("kịp thời", "1"), ("KHÔNG KI\u{323}P THỜI", "0.5"), ("không ban hành", "0"), ("muộn", "unknown-label")],
    );
}

#[test]
fn proportional_and_target() {
    check(
        "20",
        "{ kind = \"proportional\" }",
        &[
            ("528684/597918", "17.68"),
            ("153/160", "19.13"),
            ("88.42", "17.68"),
            ("0.884 %", "0.18"),
            ("3/2", "numerator-exceeds-denominator"),
            ("1.5/2", "bad-number"),
        ],
    );
    check("20", "{ kind = \"proportional\", unit = \"fraction\" }", &[("0.5", "10"), ("1.01", "out-of-range")]);
    check(
        "20",
        "{ kind = \"proportional\", may_exceed = true, amounts = true }",
        &[("3/2", "20"), ("120", "20"), ("1.5/3", "10")],
    );
    check(
        "6",
        "{ kind = \"target\", target = \"90\" }",
        &[("528464/597918", "5.89"), ("9/10", "6"), ("1/1", "6"), ("0/5", "0"), ("45", "3")],
    );
}

#[test]
fn floor_and_target() {
    let rule = "{ kind = \"floor-and-target\", floor = \"50\", target = \"80\" }";
    check("2", rule, &[("49.99", "0"), ("50", "1.25"), ("79.99", "2"), ("60", "1.5"), ("80", "2"), ("100", "2")]);
}

#[test]
fn scaled_either_way() {
    check(
        "4",
        "{ kind = \"scaled\", unit = \"amount\", zero_at = \"2\", full_at = \"10\" }",
        &[("1", "0"), ("2", "0"), ("6", "2"), ("10", "4"), ("11", "4"), ("-3", "0")],
    );
    check(
        "4",
        "{ kind = \"scaled\", unit = \"count\", zero_at = \"8\", full_at = \"0\" }",
        &[("0", "4"), ("2", "3"), ("8", "0"), ("9", "0")],
    );
}

#[test]
fn deadline() {
    let steps = "steps = [{ to = \"0\", points = \"1\" }, { from = \"1\", to = \"10\", points = \"0.5\" }, { from = \"11\", points = \"0\" }]";
    check(
        "1",
        &format!("{{ kind = \"deadline\", due = \"2026-02-28\", {steps} }}"),
        &[
            ("2026-02-28", "1"),
            ("01/03/2026", "0.5"),
            ("2026-03-10", "0.5"),
            ("2026-03-11", "0"),
            ("-5", "1"),
            ("29/02/2026", "bad-date"),
            ("2026-13-01", "bad-date"),
            ("soon", "bad-date"),
        ],
    );
    check(
        "1",
        &format!("{{ kind = \"deadline\", {steps} }}"),
        &[("0", "1"), ("10", "0.5"), ("11", "0"), ("2026-03-10", "wrong-measure")],
    );
}

#[test]
fn checklist() {
    let rule = "{ kind = \"checklist\", parts = [{ key = \"a\", points = \"0.5\" }, { key = \"đ\", points = \"0.25\" }, { key = \"e\", points = \"0.25\" }] }";
    check("1", rule, &[("a; đ", "0.75"), ("a,Đ,e", "1"), ("không", "0"), ("a; a", "0.5"), ("x", "unknown-label")]);
}

#[test]
fn occurrences() {
    check(
        "1",
        "{ kind = \"deduction\", each = \"0.25\" }",
        &[("0", "1"), ("3", "0.25"), ("4", "0"), ("9", "0"), ("-1", "negative-count")],
    );
    check("1", "{ kind = \"per-occurrence\", each = \"0.4\" }", &[("0", "0"), ("2", "0.8"), ("3", "1")]);
}

#[test]
fn given_points_and_index_share() {
    check(
        "10",
        "{ kind = \"given\" }",
        &[("8.23", "8.23"), ("10", "10"), ("10.01", "out-of-range"), ("-1", "out-of-range"), ("8,2", "bad-number")],
    );
    check("10", "{ kind = \"index-share\" }", &[("81.5", "8.15"), ("100.1", "out-of-range")]);
    let framework = one_leaf("10", "{ kind = \"proportional\" }");
    assert_eq!(points(&framework, Stated::Points(number("9.5"))), "9.5");
    assert_eq!(points(&framework, Stated::Points(number("10.5"))), "out-of-range");
}

#[test]
fn survey_answers() {
    let rule = "{ kind = \"answers\", scores = [{ label = \"Tốt\", points = \"1\" }, { label = \"Khá\", points = \"0.5\" }, { label = \"Kém\", points = \"0\" }] }";
    // (30 × 1 + 50 × 0.5) / 100 = 0.55
    check(
        "1",
        rule,
        &[
            ("Tốt: 30; Khá: 50; Kém: 20", "0.55"),
            ("khá", "0.5"),
            ("Tốt: 0", "0"),
            ("Tốt: 1; Tốt: 2", "incomplete-row"),
            ("Tốt: -1", "negative-count"),
            ("Vừa: 3", "unknown-label"),
        ],
    );
}

#[test]
fn rules_that_compare_units() {
    let score = |rule: &str, values: [&str; 4]| -> Vec<String> {
        let rows = values.iter().zip(["a", "b", "c", "d"]).map(|(value, unit)| EvidenceRow::value(unit, "1", value));
        let assessment = one_leaf("10", rule).score(&Evidence::from_rows(rows).unwrap()).unwrap();
        assessment.cards().map(|card| card.points().to_string()).collect()
    };
    let values = ["2", "4", "8", "4"];
    assert_eq!(score("{ kind = \"min-max\", unit = \"amount\" }", values), ["0", "3.33", "10", "3.33"]);
    assert_eq!(score("{ kind = \"min-max\", unit = \"amount\", best = \"low\" }", values), ["10", "6.67", "0", "6.67"]);
    assert_eq!(score("{ kind = \"share-of-best\", unit = \"amount\" }", values), ["2.5", "5", "10", "5"]);
    assert_eq!(
        score("{ kind = \"share-of-best\", unit = \"amount\", best = \"low\" }", values),
        ["10", "5", "2.5", "5"]
    );
    assert_eq!(score("{ kind = \"percentile\", unit = \"amount\" }", values), ["0", "3.33", "10", "3.33"]);
    let rank = "{ kind = \"rank\", unit = \"amount\", steps = [{ to = \"1\", points = \"10\" }, { from = \"2\", to = \"3\", points = \"6\" }, { from = \"4\", points = \"1\" }] }";
    assert_eq!(score(rank, values), ["1", "6", "10", "6"]);
    assert_eq!(score("{ kind = \"min-max\", unit = \"amount\" }", ["3", "3", "3", "3"]), ["10", "10", "10", "10"]);
    assert_eq!(
        score("{ kind = \"share-of-best\", unit = \"count\", best = \"low\" }", ["0", "5", "0", "2"]),
        ["10", "0", "10", "0"]
    );
}

#[test]
fn bonus_and_penalty_lie_outside_the_hundred() {
    let framework = framework(
        "[criteria.\"1\"]\nname = \"a\"\nmax_points = \"10\"\nrule = { kind = \"given\" }\n\
         [criteria.\"2\"]\nname = \"thưởng\"\nmax_points = \"2\"\noutside = \"bonus\"\nrule = { kind = \"per-occurrence\", each = \"0.5\" }\n\
         [criteria.\"3\"]\nname = \"trừ\"\nmax_points = \"3\"\noutside = \"penalty\"\nrule = { kind = \"per-occurrence\", each = \"1\" }\n",
    );
    assert_eq!(framework.max_points().unwrap().to_string(), "10");
    let rows = [("1", "8"), ("2", "9"), ("3", "2")].map(|(code, value)| EvidenceRow::value("u", code, value));
    let card = framework.score(&Evidence::from_rows(rows).unwrap()).unwrap().card("u").unwrap();
    // 8 + min(9 × 0.5, 2) − 2
    assert_eq!(card.points().to_string(), "8");
    assert_eq!(card.line("3").unwrap().points().to_string(), "-2");
    let lost: Vec<(String, String)> = card
        .lost(Language::English)
        .into_iter()
        .map(|lost| (lost.code.to_string(), lost.lost.unwrap().to_string()))
        .collect();
    assert_eq!(lost, [("1".to_owned(), "2".to_owned()), ("3".to_owned(), "2".to_owned())]);
}

#[test]
fn the_latest_stage_counts_up_to_the_one_asked() {
    let framework = one_leaf("2", "{ kind = \"given\" }");
    let row = |stage, value| EvidenceRow::value("u", "1", value).at(stage);
    let rows = [
        row(Stage::SelfAssessed, "2"),
        row(Stage::FirstAppraisal, "1"),
        row(Stage::Explained, ""),
        row(Stage::SecondAppraisal, "1.5"),
    ];
    let evidence = Evidence::from_rows(rows).unwrap();
    let at = |stage| framework.score_with(&evidence, None, stage).unwrap().card("u").unwrap().points().to_string();
    assert_eq!(at(Stage::SelfAssessed), "2");
    assert_eq!(at(Stage::FirstAppraisal), "1");
    assert_eq!(at(Stage::Explained), "1", "a gap is not a value");
    assert_eq!(at(Stage::Final), "1.5");
}
