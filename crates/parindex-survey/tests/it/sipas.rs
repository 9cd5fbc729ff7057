//! SIPAS on the invented survey: official figures beside estimates.

use std::fmt::Write as _;

use parindex::{Basis, Number, RoundingMode, Status};
use parindex_survey::sipas::{
    Answers, Formula, Item, National, Questionnaire, Sipas, SipasNote, SipasOptions, SipasRank,
};
use parindex_survey::{Conversion, Design, Groups, Margin, Note, RankOptions, Survey};

use crate::fixtures::{ITEMS, Table, design, json};

fn questionnaire(index: Formula) -> Questionnaire {
    let mut text = String::from(
        r#"
id = "synthetic"
title = { vi = "Khảo sát mẫu", en = "Invented survey" }
status = "draft"
scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
rules = { factor = "pooled", index = "pooled", basis = "assumed" }
[[parts]]
code = "P"
name = { vi = "Chính sách" }
weight = "0.6"
basis = "assumed"
[[parts]]
code = "S"
name = { vi = "Dịch vụ" }
weight = "0.4"
basis = "assumed"
"#,
    );
    for factor in ["A", "B", "C", "D", "E"] {
        let part = if factor < "C" { "P" } else { "S" };
        write!(text, "[[factors]]\ncode = \"{factor}\"\nname = {{ vi = \"{factor}\" }}\npart = \"{part}\"\nbasis = \"assumed\"\nitems = [\n").unwrap();
        for item in ITEMS.iter().filter(|item| item.starts_with(factor)) {
            writeln!(text, "  {{ code = \"{item}\", name = {{ vi = \"{item}\" }}, basis = \"assumed\" }},").unwrap();
        }
        text += "]\n";
    }
    text.parse::<Questionnaire>().unwrap().with_rules(Formula::Pooled, index).unwrap()
}

fn answers(table: &Table) -> Answers {
    ITEMS.iter().fold(Answers::new(), |answers, item| {
        answers.item(*item, table.text(item).map(|text| text.parse().ok()).collect())
    })
}

fn sipas(index: Formula) -> (Table, Sipas) {
    let table = Table::read("sipas.csv");
    let sipas =
        Sipas::new(&questionnaire(index), &design(&table, "synth"), &table.groups("province"), &answers(&table));
    let sipas = sipas.unwrap();
    (table, sipas)
}

#[test]
fn official_figures_stand_beside_estimates() {
    let (table, sipas) = sipas(Formula::Pooled);
    let rows = sipas.index();
    let (numerator, denominator) = table.pooled("all");
    let by = design(&table, "synth").by(&table.groups("province")).unwrap().ratio(&numerator, &denominator).unwrap();
    for (row, estimate) in rows.iter().zip(&by) {
        assert!((row.estimate.estimate.unwrap() / 100.0 / estimate.estimate.unwrap() - 1.0).abs() < 1e-12);
        assert!((row.estimate.se.unwrap() / 100.0 / estimate.se.unwrap() - 1.0).abs() < 1e-9);
        let official = &row.official;
        assert_eq!(official.valid + official.outside + official.blank, 17 * row_count(&table, &row.unit));
        let exact = official.index.as_ref().unwrap();
        let float: f64 = exact.to_decimals(12, RoundingMode::HalfUp).parse().unwrap();
        #[allow(clippy::cast_precision_loss, reason = "small counts")]
        let counted = official.satisfied as f64 * 100.0 / official.valid as f64;
        assert!((float - counted).abs() < 1e-9);
    }
    assert_eq!(rows.iter().map(|row| row.estimate.df).collect::<Vec<_>>(), [2.0, 2.0, 3.0, 2.0]);
    assert_eq!(sipas.items().len(), 17 * 4);
    assert_eq!(sipas.factors().len(), 5 * 4);
    assert_eq!(sipas.parts().len(), 2 * 4);
    let evidence = sipas.evidence("8.1");
    assert_eq!((evidence.len(), evidence[0].unit.as_str(), evidence[0].code.as_str()), (4, "P01", "8.1"));
}

fn row_count(table: &Table, unit: &str) -> u64 {
    table.text("province").filter(|province| *province == unit).count() as u64
}

#[test]
fn formulas_differ_and_weighted_parts_lie_between() {
    let (_, pooled) = sipas(Formula::Pooled);
    let (_, mean) = sipas(Formula::MeanOfItems);
    let (_, weighted) = sipas(Formula::WeightedParts);
    for unit in 0..4 {
        let parts: Vec<f64> = weighted
            .parts()
            .iter()
            .filter(|row| row.unit == weighted.units()[unit])
            .map(|row| row.estimate.estimate.unwrap())
            .collect();
        let index = weighted.index()[unit].clone();
        let expected = 0.6 * parts[0] + 0.4 * parts[1];
        assert!((index.estimate.estimate.unwrap() - expected).abs() < 1e-9);
        assert!((index.estimate.df - [2.0, 2.0, 3.0, 2.0][unit]).abs() < 1e-12);
        let close =
            (mean.index()[unit].estimate.estimate.unwrap() - pooled.index()[unit].estimate.estimate.unwrap()).abs();
        assert!(close > 0.0 && close < 3.0, "{close}");
        assert_ne!(mean.index()[unit].official.index, pooled.index()[unit].official.index);
        assert!(mean.index()[unit].estimate.se.unwrap() > 0.0);
    }
}

#[test]
fn the_nation_is_the_mean_of_units_or_one_whole() {
    let (_, sipas) = sipas(Formula::Pooled);
    // R survey: svycontrast of svyratio by province, with the finite population.
    let cases = json("expected.json");
    let case = |id: &str| cases["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone();
    let known = case("synth_fpc.overall.mean_of_provinces");
    let table = Table::read("sipas.csv");
    let (survey, provinces) = (design(&table, "synth_fpc"), table.groups("province"));
    let finite = Sipas::new(&questionnaire(Formula::Pooled), &survey, &provinces, &answers(&table)).unwrap();
    let mean = finite.national(&National::MeanOfUnits).unwrap();
    for (got, name) in [(mean.estimate.estimate, "estimate"), (mean.estimate.se, "se")] {
        assert!((got.unwrap() / (100.0 * known[name].as_f64().unwrap()) - 1.0).abs() < 1e-9, "{name}: {got:?}");
    }
    assert!((mean.estimate.df - 9.0).abs() < 1e-9);
    let whole = sipas.national(&National::Pooled).unwrap();
    assert!((whole.estimate.estimate.unwrap() / 66.196_985_715_207 - 1.0).abs() < 1e-9);
    assert_eq!(whole.official.index.unwrap().to_decimals(4, RoundingMode::HalfUp), "65.6062");
    let weights = |given: &[(&str, f64)]| {
        let all = ["P01", "P02", "P03", "P04"].map(|unit| (unit, 1.0));
        let given = all.iter().chain(given).map(|(unit, weight)| ((*unit).to_owned(), *weight));
        National::Weighted(given.collect())
    };
    let weighted = sipas.national(&weights(&[])).unwrap();
    assert!((weighted.estimate.estimate.unwrap() - mean.estimate.estimate.unwrap()).abs() < 1e-12);
    let told = sipas.national(&weights(&[("P02", 0.0), ("P09", 1.0), ("P04", f64::NAN)])).unwrap_err();
    insta::assert_snapshot!(told.faults().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @r"
    unit P09: the survey has no unit `P09` [unknown-unit]
    unit P02: bad weight: it is 0 and must be above zero and finite [bad-weight]
    unit P04: bad weight: it is missing [bad-weight]
    ");
}

#[test]
fn ranks_overlap_where_margins_do() {
    let (table, sipas) = sipas(Formula::Pooled);
    let sets = sipas.ranks(&RankOptions::default()).unwrap();
    let set = |rank: &SipasRank| rank.set.unwrap();
    assert_eq!(sets.iter().map(|rank| set(rank).rank).collect::<Vec<_>>(), [4, 2, 3, 1]);
    assert!(sets.iter().all(|rank| set(rank).low < set(rank).high && rank.note.is_none()), "{sets:?}");
    let villages = Sipas::with_options(
        &questionnaire(Formula::Pooled),
        &design(&table, "synth"),
        &table.groups("gender"),
        &answers(&table),
        SipasOptions::default(),
    );
    // Men and women share districts: their covariance counts.
    assert_eq!(villages.unwrap().ranks(&RankOptions::default()).unwrap().len(), 2);
}

#[test]
fn small_units_are_suppressed() {
    let table = Table::read("sipas.csv");
    let sipas = |unit: &str| {
        Sipas::new(&questionnaire(Formula::Pooled), &design(&table, "synth"), &table.groups(unit), &answers(&table))
            .unwrap()
    };
    let villages = sipas("village").index();
    assert!(villages.iter().all(|row| row.note == Some(SipasNote::FewRespondents)));
    assert!(villages.iter().all(|row| row.estimate.estimate.is_none() && row.official.index.is_some()));
    let districts = sipas("district").index();
    let one = Some(SipasNote::Estimate(Note::OnePsu));
    assert!(districts.iter().all(|row| row.note == one && row.estimate.se.is_none()));
    // No district has a standard error, and so none a rank; each keeps its estimate and says why.
    let ranks = sipas("district").ranks(&RankOptions::default()).unwrap();
    assert_eq!(ranks.len(), 13);
    assert!(ranks.iter().all(|rank| rank.estimate.is_some() && rank.set.is_none()));
    assert!(ranks.iter().all(|rank| rank.note == one));
}

#[test]
fn answers_off_the_scale_are_listed() {
    let table = Table::read("sipas.csv");
    let broken = answers(&table).item("A1", vec![Some(7); table.rows()]).item("A2", vec![None; 3]);
    let survey = design(&table, "synth");
    let error = Sipas::new(&questionnaire(Formula::Pooled), &survey, &table.groups("province"), &broken).unwrap_err();
    assert_eq!(error.faults().count(), table.rows() + 1);
    insta::assert_snapshot!(error.faults().next().unwrap(), @"line 1: `7` is out of range: allowed is 1, 2, 3, 4, 5, 9 or blank for item `A1` [out-of-range]");
    let none = Sipas::new(&questionnaire(Formula::Pooled), &survey, &table.groups("province"), &Answers::new());
    assert_eq!(none.unwrap_err().faults().filter(|fault| fault.problem.code() == "missing-column").count(), 17);
}

#[test]
fn an_outline_is_filled_before_use() {
    let outline = Questionnaire::bundled("sipas/2023").unwrap();
    let survey = Survey::new(Design::new(2)).unwrap();
    let refused = Sipas::new(&outline, &survey, &Groups::whole(2), &Answers::new()).unwrap_err();
    assert_eq!(refused.faults().filter(|fault| fault.problem.code() == "outline").count(), 13);
    let item = |code: &str| Item::new(code, outline.title().clone(), parindex::Basis::Assumed);
    let mut filled = outline.clone();
    let missing: Vec<String> = outline.missing().map(str::to_owned).collect();
    for factor in &missing {
        filled = filled.with_items(factor, [item(&format!("{factor}-1")), item(&format!("{factor}-2"))]).unwrap();
    }
    assert_eq!((filled.missing().count(), filled.items().count()), (0, 29));
    assert_eq!((outline.status(), filled.status()), (Status::Outline, Status::Draft));
    let ruled = filled.clone().with_rules(Formula::MeanOfItems, Formula::Pooled).unwrap();
    assert_eq!(ruled.rules_basis(), Basis::Assumed);
    assert!(filled.to_toml().parse::<Questionnaire>().unwrap() == filled && filled != outline);
    let all = |items: &[(&str, &str)]| {
        let each = items.iter().map(|(factor, code)| ((*factor).to_owned(), vec![item(code)]));
        outline
            .clone()
            .with_all_items(each)
            .map_err(|error| error.faults().map(|fault| fault.problem.code()).collect::<Vec<_>>())
    };
    assert_eq!(
        all(&[("Z", "Z1"), ("P1", "X"), ("P2", "X"), ("P3", " ")]).unwrap_err(),
        ["bad-value", "named-twice", "bad-value"]
    );
    // Items may move from one factor to another in one go.
    let swapped = all(&[("P1", "X"), ("P2", "Y")]).unwrap();
    let swapped = swapped.with_all_items([("P1".to_owned(), vec![item("Y")]), ("P2".to_owned(), vec![item("X")])]);
    assert_eq!(swapped.unwrap().items().take(2).map(|item| item.code.clone()).collect::<Vec<_>>(), ["Y", "X"]);
    assert!(filled.clone().with_rules(Formula::Pooled, Formula::WeightedParts).is_ok());
    assert_eq!(filled.clone().with_rules(Formula::GeneralItem, Formula::Pooled).unwrap_err().code(), "bad-value");
    assert_eq!(outline.clone().with_items("Z", [item("Z1")]).unwrap_err().code(), "bad-value");
    assert_eq!(outline.clone().with_items("B", [item("A1")]).unwrap_err().code(), "named-twice");
    assert_eq!(
        filled.parts().map(|part| part.weight.unwrap()).collect::<Vec<_>>(),
        ["0.63", "0.37"].map(|text| text.parse::<Number>().unwrap())
    );
}

#[test]
fn a_broken_questionnaire_names_line_and_column() {
    let error = "id = \"x\"\ntitle = 3".parse::<Questionnaire>().unwrap_err();
    assert_eq!(error.code(), "bad-toml");
    assert_eq!(error.faults().next().unwrap().place.line, Some(2));
    let empty = r#"
        id = ""
        title = { vi = "x" }
        status = "draft"
        scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
        rules = { factor = "pooled", index = "pooled", basis = "assumed" }
        factors = []
    "#;
    let told: Vec<&str> =
        empty.parse::<Questionnaire>().unwrap_err().faults().map(|fault| fault.problem.code()).collect();
    assert_eq!(told, ["bad-value", "bad-value"]);
    assert_eq!("a".repeat(2 << 20).parse::<Questionnaire>().unwrap_err().code(), "too-large");
}

/// Each of these faults listed all 2,000 parts.
#[test]
fn a_fault_lists_the_first_parts_only() {
    let parts =
        (0..2_000).map(|part| format!("[[parts]]\ncode = \"p{part}\"\nname = {{ vi = \"x\" }}\nbasis = \"assumed\"\n"));
    let factors = (0..2_000).map(|factor| {
        format!("[[factors]]\ncode = \"F{factor}\"\npart = \"?\"\nname = {{ vi = \"x\" }}\nbasis = \"assumed\"\nitems = []\n")
    });
    let head = r#"
        id = "x"
        title = { vi = "x" }
        status = "draft"
        scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
        rules = { factor = "pooled", index = "pooled", basis = "assumed" }
    "#;
    let text: String = std::iter::once(format!("{head}\n")).chain(parts).chain(factors).collect();
    let error = text.parse::<Questionnaire>().unwrap_err();
    let told: Vec<String> = error
        .faults()
        .filter(|fault| fault.problem.code() == "bad-value")
        .map(|fault| fault.problem.to_string())
        .collect();
    assert!(told.len() >= 2_000, "{error}");
    assert!(told.iter().all(|told| told.len() < 1_000));
}

#[test]
fn a_questionnaire_is_written_as_it_was_read() {
    for id in ["sipas/2017", "sipas/2023"] {
        let read = Questionnaire::bundled(id).unwrap();
        let again: Questionnaire = read.to_toml().parse().unwrap();
        assert_eq!(again.to_toml(), read.to_toml(), "{id}");
        assert!(again.items().eq(read.items()) && again.parts().eq(read.parts()), "{id}");
        assert_eq!(again.missing().collect::<Vec<_>>(), read.missing().collect::<Vec<_>>(), "{id}");
        assert_eq!((again.title(), again.status(), again.scale()), (read.title(), read.status(), read.scale()));
    }
}

/// The national figures of 2024, each printed to two decimals, bound the weight
/// of the policy half: every corner of what they may have been is tried.
#[test]
fn published_figures_refute_the_plain_mean_of_the_halves() {
    let ends = |printed: i64| [printed - 5, printed + 5];
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for policy in ends(83_840) {
        for services in ends(84_090) {
            for overall in ends(83_940) {
                #[allow(clippy::cast_precision_loss, reason = "thousandths of a point, far below 2^53")]
                let weight = (services - overall) as f64 / (services - policy) as f64;
                (least, most) = (least.min(weight), most.max(weight));
            }
        }
    }
    assert!((least - 0.56).abs() < 1e-12 && (most - 0.64).abs() < 1e-12, "{least} to {most}");
    // The outline's weights, which fit, and halves, which do not.
    let parts: Vec<Number> =
        Questionnaire::bundled("sipas/2023").unwrap().parts().filter_map(|part| part.weight).collect();
    let policy: f64 = parts[0].to_string().parse().unwrap();
    assert!((least..=most).contains(&policy) && !(least..=most).contains(&0.5));
}

/// Two items, where one's shortfall always is the other's gain: the index of
/// everybody is 50, and no sample tells how sure that is.
#[test]
fn a_standard_error_is_none_or_above_rounding_under_every_rule() {
    let text = r#"
id = "mirror"
title = { vi = "Hai câu hỏi ngược nhau" }
status = "draft"
scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
rules = { factor = "pooled", index = "pooled", basis = "assumed" }
parts = [
  { code = "P", name = { vi = "P" }, weight = "0.5", basis = "assumed" },
  { code = "S", name = { vi = "S" }, weight = "0.5", basis = "assumed" },
]
factors = [
  { code = "A", name = { vi = "A" }, part = "P", basis = "assumed", items = [{ code = "A1", name = { vi = "A1" }, basis = "assumed" }] },
  { code = "B", name = { vi = "B" }, part = "S", basis = "assumed", items = [{ code = "B1", name = { vi = "B1" }, basis = "assumed" }] },
]
"#;
    let first = |row: usize| row * row % 7 < 3;
    let answers = Answers::new()
        .item("A1", (0..240).map(|row| Some(if first(row) { 5 } else { 1 })).collect())
        .item("B1", (0..240).map(|row| Some(if first(row) { 1 } else { 5 })).collect());
    let district = Groups::from_labels((0..240).map(|row| Some((row / 20).to_string())));
    let province = Groups::from_labels((0..240).map(|row| Some(if row < 120 { "01" } else { "24" })));
    let gender = Groups::from_labels((0..240).map(|row| Some(if row % 3 == 0 { "F" } else { "M" })));
    let weights: Vec<f64> = (0..240).map(|row| 1.0 + f64::from(row % 5)).collect();
    let plain = Survey::new(Design::new(240).strata(&province).cluster(&district).weights(&weights)).unwrap();
    let margin = || Margin::new("gender", gender.clone(), [("F", 300.0), ("M", 500.0)]);
    let jackknife = plain.replicate(Conversion::Jkn).unwrap();
    let surveys = [
        plain.post_stratify(&margin()).unwrap(),
        jackknife.post_stratify(&margin()).unwrap(),
        plain.replicate(Conversion::Bootstrap { replicates: 50, seed: 1 }).unwrap(),
        plain,
        jackknife,
    ];
    for survey in &surveys {
        for rule in [Formula::Pooled, Formula::MeanOfItems, Formula::WeightedParts] {
            let questionnaire = text.parse::<Questionnaire>().unwrap().with_rules(Formula::Pooled, rule).unwrap();
            let sipas = Sipas::new(&questionnaire, survey, &province, &answers).unwrap();
            for row in sipas.index() {
                assert!((row.estimate.estimate.unwrap() - 50.0).abs() < 1e-9, "{row:?}");
                assert_eq!(row.estimate.se, None, "{rule:?} {row:?}");
                assert_eq!(row.note, Some(SipasNote::Estimate(Note::NoVariation)), "{rule:?}");
            }
            // The items vary, and say so.
            assert!(sipas.items().iter().all(|row| row.estimate.se.unwrap() > 0.1));
            assert_eq!(sipas.national(&National::Pooled).unwrap().estimate.se, None);
        }
    }
}

#[test]
fn a_unit_without_an_error_has_no_rank_and_leaves_the_others_theirs() {
    // Two strata of three districts. X has the first of each, and so no degrees of freedom of its own; Z has one
    // district, T few people, and Y and W the rest.
    let row = |row: usize| (row / 40, row % 40);
    let stratum = Groups::from_labels((0..320).map(|at| Some(if row(at).0 < 4 { "a" } else { "b" })));
    let district = Groups::from_labels((0..320).map(|at| Some(row(at).0.to_string())));
    let unit = |at: usize| match row(at) {
        (0 | 4, _) => "X",
        (1, 0..5) => "T",
        (5, _) => "Z",
        (_, person) if person % 2 == 0 => "W",
        _ => "Y",
    };
    let answer = |at: usize| if (at * at + row(at).0) % 5 < 1 + at % 2 * 3 { 5 } else { 1 };
    let rows: Vec<usize> = (0..320).collect();
    let ranks = |keep: &dyn Fn(&str) -> bool| {
        let survey = Survey::new(Design::new(320).strata(&stratum).cluster(&district)).unwrap();
        let answers = rows.iter().map(|at| keep(unit(*at)).then(|| answer(*at))).collect();
        let units = Groups::from_labels(rows.iter().map(|at| Some(unit(*at))));
        let text = r#"
            id = "one"
            title = { vi = "Một câu hỏi" }
            status = "draft"
            scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
            rules = { factor = "pooled", index = "pooled", basis = "assumed" }
            [[factors]]
            code = "A"
            name = { vi = "A" }
            basis = "assumed"
            items = [{ code = "A1", name = { vi = "A1" }, basis = "assumed" }]
        "#;
        let sipas = Sipas::new(&text.parse().unwrap(), &survey, &units, &Answers::new().item("A1", answers)).unwrap();
        sipas.ranks(&RankOptions::default()).unwrap()
    };
    let all = ranks(&|_| true);
    assert_eq!(all.iter().map(|rank| rank.unit.as_str()).collect::<Vec<_>>(), ["T", "W", "X", "Y", "Z"]);
    let notes: Vec<Option<SipasNote>> = all.iter().map(|rank| rank.note).collect();
    let no_degrees = Some(SipasNote::Estimate(Note::NoDegrees));
    assert_eq!(
        notes,
        [Some(SipasNote::FewRespondents), None, no_degrees, None, Some(SipasNote::Estimate(Note::OnePsu))]
    );
    assert!(all.iter().all(|rank| rank.set.is_some() == rank.note.is_none()));
    assert!(all.iter().all(|rank| rank.estimate.is_some() == (rank.unit != "T")));
    // The others have the ranks they would have alone.
    let alone = ranks(&|unit| unit == "W" || unit == "Y");
    assert_eq!((all[1].set, all[3].set), (alone[1].set, alone[3].set));
    assert_eq!(all[1].set.unwrap().rank + all[3].set.unwrap().rank, 3);
}

#[test]
fn units_of_a_plain_table_are_independent_and_thousands_are_ranked() {
    // Units of one stratum without clusters: residuals of each sum to zero, so that none covary. A covariance of
    // 9,000 units would be refused.
    let rows = 36_000;
    let unit = Groups::from_labels((0..rows).map(|row| Some((row / 4).to_string())));
    let answers = (0..rows).map(|row| Some(if row * row % 7 < 3 { 5 } else { 1 })).collect();
    let questionnaire = questionnaire(Formula::Pooled);
    let blank = || vec![None; rows];
    let answers = ITEMS.iter().skip(1).fold(Answers::new().item("A1", answers), |all, item| all.item(*item, blank()));
    let survey = Survey::new(Design::new(rows)).unwrap();
    let options = SipasOptions { least_respondents: 2, ..SipasOptions::default() };
    let sipas = Sipas::with_options(&questionnaire, &survey, &unit, &answers, options).unwrap();
    let draws = RankOptions { draws: 20, ..RankOptions::default() };
    let ranks = sipas.ranks(&draws).unwrap();
    assert_eq!(ranks.len(), 9000);
    assert!(ranks.iter().all(|rank| rank.set.is_some()));
    // Calibrated together they do covary, and are too many.
    let gender = Groups::from_labels((0..rows).map(|row| Some(if row % 3 == 0 { "F" } else { "M" })));
    let margin = Margin::new("gender", gender, [("F", 1e5), ("M", 1e5)]);
    let sipas =
        Sipas::with_options(&questionnaire, &survey.post_stratify(&margin).unwrap(), &unit, &answers, options).unwrap();
    assert_eq!(sipas.ranks(&draws).map_err(|error| error.code()).err(), Some("too-large"));
}
