//! Designs of every kind against R survey: `fixtures/survey-designs`.

use parindex_survey::{
    Auxiliary, By, Conversion, Deff, Design, Estimate, Groups, Kind, Lonely, Margin, Method, Note, Options, Replicates,
    Survey, contrast,
};
use serde_json::Value;

/// A column of numbers; R's infinite population sizes are written as 1e300.
fn numbers(column: &Value) -> Vec<f64> {
    let number =
        |value: &Value| value.as_f64().map_or(f64::NAN, |value| if value < 1e299 { value } else { f64::INFINITY });
    column.as_array().unwrap().iter().map(number).collect()
}

fn groups(column: &Value) -> Groups {
    let label = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Groups::from_labels(column.as_array().unwrap().iter().map(|value| Some(label(value))))
}

fn flag(value: &Value) -> bool {
    value.as_bool().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A case of the fixture: a design, what was done to it, and R's answers.
struct Case<'a>(&'a Value);

impl Case<'_> {
    fn column(&self, name: &str) -> &Value {
        &self.0["columns"][name]
    }

    fn survey(&self) -> Survey {
        let survey = if self.0["given"].is_null() { self.drawn() } else { self.given() };
        let calibrations = self.0["calibrations"].as_array().cloned().unwrap_or_default();
        calibrations.iter().fold(survey, |survey, calibration| self.calibrated(&survey, calibration))
    }

    fn drawn(&self) -> Survey {
        let design = &self.0["design"];
        let stages = 1..=design["stages"].as_u64().unwrap();
        let known = 1..=design["m"].as_u64().unwrap();
        let clusters: Vec<Groups> = stages.map(|stage| groups(self.column(&format!("c{stage}")))).collect();
        let populations: Vec<Vec<f64>> = known.map(|stage| numbers(self.column(&format!("N{stage}")))).collect();
        let (strata, weights) = (groups(self.column("h")), numbers(self.column("w")));
        let rule = Lonely::NAMES.iter().find(|(name, _)| *name == text(&design["lonely"])).unwrap().1;
        let mut drawn = Design::new(weights.len()).weights(&weights).nest(flag(&design["nest"]));
        drawn = drawn.lonely(rule).lonely_in_domains(flag(&design["adl"]));
        drawn = if flag(&design["strat"]) { drawn.strata(&strata) } else { drawn };
        drawn = clusters.iter().fold(drawn, Design::cluster);
        drawn = populations.iter().fold(drawn, |drawn, sizes| drawn.population(sizes));
        let survey = Survey::new(drawn).unwrap();
        let fay = self.0["replicate"]["rho"].as_f64().unwrap_or(0.0);
        let conversion = match text(&self.0["replicate"]["type"]) {
            "" => return survey,
            "JK1" => Conversion::Jk1,
            "JKn" => Conversion::Jkn,
            _ => Conversion::Brr { fay },
        };
        survey.replicate(conversion).unwrap()
    }

    fn given(&self) -> Survey {
        let (given, weights) = (&self.0["given"], numbers(self.column("w")));
        let columns: Vec<Vec<f64>> = given["rw"].as_array().unwrap().iter().map(numbers).collect();
        let kind = match text(&given["type"]) {
            "JK1" => Kind::Jk1,
            "JKn" => Kind::Jkn,
            "BRR" | "Fay" => Kind::Brr { fay: given["rho"].as_f64().unwrap() },
            "bootstrap" => Kind::Bootstrap,
            _ => Kind::Other,
        };
        let columns = columns.iter().map(Vec::as_slice).collect();
        let mut replicates =
            Replicates::new(&weights, columns, kind).mse(flag(&given["mse"])).combined(flag(&given["comb"]));
        if let Some(scale) = given["scale"].as_f64() {
            replicates = replicates.scale(scale);
        }
        if given["rscales"].is_array() {
            replicates = replicates.rscales(numbers(&given["rscales"]));
        }
        Survey::from_replicates(&replicates).unwrap()
    }

    fn calibrated(&self, survey: &Survey, calibration: &Value) -> Survey {
        let names: Vec<&str> = calibration["cols"].as_array().unwrap().iter().map(text).collect();
        let margin = |place: usize| {
            let counts = calibration["counts"][place].as_object().unwrap().iter();
            let counts = counts.map(|(class, count)| (class.clone(), count.as_f64().unwrap()));
            Margin::new(names[place], groups(self.column(names[place])), counts.collect::<Vec<_>>())
        };
        match text(&calibration["type"]) {
            "ps" => survey.post_stratify(&margin(0)).unwrap(),
            "rake" => survey.rake(&(0..names.len()).map(margin).collect::<Vec<_>>(), 1e-12).unwrap(),
            _ => {
                let columns: Vec<Vec<f64>> = names.iter().map(|name| numbers(self.column(name))).collect();
                let totals = names.iter().zip(&columns).zip(numbers(&calibration["totals"]));
                let totals: Vec<Auxiliary<'_>> =
                    totals.map(|((name, values), total)| Auxiliary { name, values, total }).collect();
                let bounds =
                    calibration["bounds"].as_array().map(|ends| (ends[0].as_f64().unwrap(), ends[1].as_f64().unwrap()));
                survey.calibrate(&totals, bounds).unwrap()
            }
        }
    }

    fn by(&self, survey: &Survey, by: &str, deff: Deff) -> By {
        let survey = survey.with_options(Options { deff: Some(deff), ..Options::default() }).unwrap();
        let domains = match by.split_once('+') {
            None if by.is_empty() => Groups::from_labels(vec![Some(""); survey.rows()]),
            None => groups(self.column(by)),
            Some((first, second)) => groups(self.column(first)).crossed(&groups(self.column(second)), "."),
        };
        survey.by(&domains).unwrap()
    }

    fn answer(&self, survey: &Survey, asked: &Value, deff: Deff) -> Option<Estimate> {
        let by = self.by(survey, text(&asked["by"]), deff);
        let values = numbers(self.column(text(&asked["v"])));
        let estimates = match text(&asked["q"]) {
            "total" => by.total(&values),
            "ratio" => by.ratio(&values, &numbers(self.column("den"))),
            "prop" => by.proportion(
                &values,
                match text(&asked["method"]) {
                    "logit" | "xlogit" => Method::Logit,
                    "asin" => Method::Asin,
                    "beta" => Method::Beta,
                    _ => Method::Wald,
                },
            ),
            _ => by.mean(&values),
        };
        let estimates = estimates.unwrap();
        let find = |group: &str| estimates.iter().find(|estimate| estimate.group == group).unwrap();
        match text(&asked["group"]).split_once('|') {
            None => Some(find(text(&asked["group"])).clone()),
            Some((one, other)) => contrast(&[(1.0, find(one)), (-1.0, find(other))]).ok(),
        }
    }
}

/// What differs between an estimate and R's, beside estimates of size `size`.
fn differs(asked: &Value, got: &Estimate, wor: Option<f64>, tolerance: f64) -> Vec<String> {
    let (low, high) = got.interval.unzip();
    let size = asked["est"].as_f64().unwrap().abs() + got.se.unwrap_or(0.0);
    let figures = [
        ("est", got.estimate),
        ("se", got.se),
        ("lo", low),
        ("hi", high),
        ("deffr", got.deff),
        ("deffw", wor),
        ("df", Some(got.df)),
    ];
    let off = |(key, got): (&str, Option<f64>)| {
        let expected = asked[key].as_f64()?;
        let got = got.unwrap_or(f64::NAN);
        let end = matches!(key, "est" | "lo" | "hi") && (got - expected).abs() <= tolerance * size;
        let met = end || (got - expected).abs() <= tolerance * expected.abs();
        (!met).then(|| format!("{key} {got} for {expected}"))
    };
    figures.into_iter().filter_map(off).collect()
}

#[test]
fn designs_of_every_kind_are_those_of_r() {
    let text_of =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/survey-designs/cases.json"));
    let cases: Value = serde_json::from_str(&text_of.unwrap()).unwrap();
    let (mut wrong, mut met, mut refused) = (Vec::new(), 0, 0);
    for case in cases.as_array().unwrap().iter().map(Case) {
        let (what, survey) = (text(&case.0["what"]), case.survey());
        let df = case.0["df"].as_f64().unwrap();
        assert!((survey.df() - df).abs() < 1e-9, "{what}: df {} for {df}", survey.df());
        let rakes = case.0["calibrations"].to_string().contains("\"rake\"");
        for asked in case.0["answers"].as_array().unwrap() {
            let got = case.answer(&survey, asked, Deff::Replace);
            let Some(got) = got else {
                // A contrast with a part that is not estimable.
                refused += 1;
                continue;
            };
            if !got.is_estimable() {
                let zero = asked["se"].as_f64().is_none_or(|se| se.abs() < 1e-9);
                assert!(got.note == Some(Note::OnePsu) || zero, "{what}: {asked} {got:?}");
                refused += 1;
                continue;
            }
            let wor = case.answer(&survey, asked, Deff::Wor).and_then(|estimate| estimate.deff);
            let tolerance = if rakes || text(&asked["method"]) == "logit" { 1e-7 } else { 1e-9 };
            let found = differs(asked, &got, wor, tolerance);
            met += usize::from(found.is_empty());
            if !found.is_empty() {
                let place = format!("{} {} by {} {}", asked["q"], asked["method"], asked["by"], asked["group"]);
                wrong.push(format!("{what}: {place}: {}", found.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong, {met} met, {refused} not estimable:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((met, refused), (864, 157));
}
