//! Every reference figure of R survey 4.5, within its tolerance.

use std::collections::BTreeMap;

use parindex_survey::{
    Auxiliary, By, Conversion, Deff, Estimate, Groups, Lonely, Method, Note, Options, Survey, contrast,
};

use crate::fixtures::{ITEMS, Table, design, json, lonely, margins};

struct Reference {
    table: Table,
    surveys: BTreeMap<&'static str, Survey>,
}

impl Reference {
    fn new() -> Self {
        let table = Table::read("sipas.csv");
        let mut surveys = BTreeMap::new();
        for name in ["synth", "synth_fpc", "synth_2st", "synth_4st"] {
            surveys.insert(name, design(&table, name));
        }
        let synth = surveys["synth"].clone();
        let [gender, age] = margins(&table);
        surveys.insert("synth_ps", synth.post_stratify(&gender).unwrap());
        surveys.insert("synth_rake", synth.rake(&[gender.clone(), age], 1e-12).unwrap());
        let ones = vec![1.0; table.rows()];
        let male: Vec<f64> = table.text("gender").map(|text| f64::from(u8::from(text == "M"))).collect();
        let totals = [
            Auxiliary { name: "(intercept)", values: &ones, total: 383_299.68 + 368_268.32 },
            Auxiliary { name: "M", values: &male, total: 368_268.32 },
        ];
        surveys.insert("synth_greg", synth.calibrate(&totals, None).unwrap());
        surveys.insert("synth_jkn", synth.replicate(Conversion::Jkn).unwrap());
        surveys.insert("synth_jkn_fpc", surveys["synth_fpc"].replicate(Conversion::Jkn).unwrap());
        Self { table, surveys }
    }

    fn with_deff(&self, survey: &str, deff: Option<Deff>) -> Survey {
        self.surveys[survey].with_options(Options { deff, ..Options::default() }).unwrap()
    }

    fn ratio(&self, by: &By, factor: &str) -> Vec<Estimate> {
        let (numerator, denominator) = self.table.pooled(factor);
        by.ratio(&numerator, &denominator).unwrap()
    }

    fn answer(&self, survey: &str, question: &str) -> Estimate {
        let (question, group) = question.split_once('[').unwrap_or((question, ""));
        let group = group.trim_end_matches(']');
        let parts: Vec<&str> = question.split('.').collect();
        let whole = |deff: Option<Deff>| self.with_deff(survey, deff);
        let by = |column: &str| -> By {
            let groups = match column {
                "province_area" => self.table.groups("province").crossed(&self.table.groups("area"), "."),
                column => self.table.groups(column),
            };
            self.surveys[survey].by(&groups).unwrap()
        };
        let pick = |estimates: Vec<Estimate>| estimates.into_iter().find(|estimate| estimate.group == group).unwrap();
        match parts.as_slice() {
            ["item" | "deff_replace", item] => whole(Some(Deff::Replace)).mean(&self.table.satisfied(item)).unwrap(),
            ["item", item, by_column] => {
                let by = by(by_column.strip_prefix("by_").unwrap());
                pick(by.mean(&self.table.satisfied(item)).unwrap())
            }
            ["factor", factor] => {
                let all = By::clone(&whole(None).by(&Groups::from_labels(vec![Some(""); self.table.rows()])).unwrap());
                self.ratio(&all, factor).remove(0)
            }
            ["ratio", factor] if group.is_empty() => self.answer(survey, &format!("factor.{factor}")),
            ["ratio", factor] => pick(self.ratio(&by("province"), factor)),
            ["overall", "by_province"] => pick(self.ratio(&by("province"), "all")),
            ["overall", which] => {
                let units = self.ratio(&by("province"), "all");
                let coefficients = if *which == "P01_minus_P04" { [1.0, 0.0, 0.0, -1.0] } else { [0.25; 4] };
                contrast(&coefficients.into_iter().zip(&units).collect::<Vec<_>>()).unwrap()
            }
            ["mean", item] => whole(None).mean(&self.table.satisfied(item)).unwrap(),
            ["total", item] => whole(None).total(&self.table.satisfied(item)).unwrap(),
            ["deff_wor", item] => whole(Some(Deff::Wor)).mean(&self.table.satisfied(item)).unwrap(),
            ["ciprop", item, method] => {
                let method = if *method == "mean" { "wald" } else { method };
                let method = Method::NAMES.iter().find(|(name, _)| *name == method).unwrap().1;
                whole(None).proportion(&self.table.satisfied(item), method).unwrap()
            }
            _ => panic!("{survey} {question}"),
        }
    }

    /// Unweighted figures come from a design that draws rows.
    fn unweighted(&self, question: &str) -> f64 {
        let rows = Survey::new(parindex_survey::Design::new(self.table.rows())).unwrap();
        match question.split('.').collect::<Vec<_>>().as_slice() {
            [item] => rows.mean(&self.table.satisfied(item)).unwrap().estimate.unwrap(),
            ["factor", factor] => {
                let (numerator, denominator) = self.table.pooled(factor);
                rows.ratio(&numerator, &denominator).unwrap().estimate.unwrap()
            }
            ["factor_mean_of_items", factor] => {
                let items = ITEMS.iter().filter(|item| item.starts_with(factor));
                let shares: Vec<f64> =
                    items.map(|item| rows.mean(&self.table.satisfied(item)).unwrap().estimate.unwrap()).collect();
                shares.iter().sum::<f64>() / f64::from(u8::try_from(shares.len()).unwrap())
            }
            _ => panic!("{question}"),
        }
    }
}

fn answer_lonely(question: &str) -> Estimate {
    let (rule, kind) = question.split_once('.').unwrap();
    let rule = Lonely::NAMES.iter().find(|(name, _)| *name == rule).unwrap().1;
    let (table, survey) = lonely(rule);
    let values = table.numbers("y");
    if kind == "mean" { survey.mean(&values).unwrap() } else { survey.total(&values).unwrap() }
}

/// What differs, if anything does.
fn differs(id: &str, what: &str, got: Option<f64>, expected: Option<f64>, tolerance: f64) -> Option<String> {
    let expected = expected?;
    let got = got.unwrap_or(f64::NAN);
    let off = if expected.abs() < 1e-12 { (got - expected).abs() } else { (got / expected - 1.0).abs() };
    (off.is_nan() || off > tolerance).then(|| format!("{id} {what}: {got} for {expected}, off by {off:e}"))
}

#[test]
fn every_figure_of_r_survey_is_met() {
    let reference = Reference::new();
    let mut wrong = Vec::new();
    let (mut met, mut refused) = (0, 0);
    for case in json("expected.json")["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let number = |key: &str| case[key].as_f64();
        let (survey, question) = id.split_once('.').unwrap();
        let tolerance = if id.contains("rake") || id.ends_with("logit") { 1e-7 } else { 1e-9 };
        if let Some(question) = id.strip_prefix("synth.naive.") {
            let found = differs(id, "estimate", Some(reference.unweighted(question)), number("estimate"), tolerance);
            met += usize::from(found.is_none());
            wrong.extend(found);
            continue;
        }
        let got = if survey == "lonely" { answer_lonely(question) } else { reference.answer(survey, question) };
        if number("se") == Some(0.0) {
            assert_eq!((got.se, got.note, got.interval), (None, Some(Note::OnePsu), None), "{id}");
            wrong.extend(differs(id, "estimate", got.estimate, number("estimate"), tolerance));
            refused += 1;
            continue;
        }
        let (low, high) = got.interval.unzip();
        let found: Vec<String> = [
            ("estimate", got.estimate),
            ("se", got.se),
            ("df", Some(got.df)),
            ("ci_low", low),
            ("ci_high", high),
            ("deff", got.deff),
        ]
        .into_iter()
        .filter_map(|(key, value)| differs(id, key, value, number(key), tolerance))
        .collect();
        met += usize::from(found.is_empty());
        wrong.extend(found);
    }
    assert!(wrong.is_empty(), "{} wrong, {met} met:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((met, refused), (198, 4));
}

#[test]
fn calibrated_weights_are_those_of_r() {
    let reference = Reference::new();
    let table = Table::read("calibrated.csv");
    for (column, survey) in [("ps", "synth_ps"), ("rake", "synth_rake"), ("greg", "synth_greg")] {
        let tolerance = if column == "rake" { 1e-7 } else { 1e-9 };
        for (got, expected) in reference.surveys[survey].weights().iter().zip(table.numbers(column)) {
            assert!((got / expected - 1.0).abs() < tolerance, "{column}: {got} for {expected}");
        }
    }
}
