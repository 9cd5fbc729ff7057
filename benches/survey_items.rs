//! How long does it take to estimate 51 items in 63 provinces, with standard
//! errors, from 36,525 answers?
//!
//! Each of the three is given the same columns in memory and starts from them: a
//! design with provinces as strata and districts as sampled units, then the mean
//! of each item by province over those who answered it. Peers are `svyby` of the
//! R package survey, item by item (with several at once it drops everyone who
//! left out one of them), and the Python package svy, the faster of two ways. The
//! run stops if any figure of theirs differs by more than 1e-9 of itself.
//!
//! Run: `cargo run --release -p parindex-benches --bin survey-items`, with the R
//! package survey, and svy in the Python named by `PYTHON` (default `python3`).

mod measured;
mod peers;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use parindex_survey::{Design, Groups, Survey};

const ROWS: usize = 36_525;
const ITEMS: usize = 51;
const PROVINCES: usize = 63;
const DISTRICTS: usize = 3;
const COMMUNES: usize = 2;
const VILLAGES: usize = 3;
const ROUNDS: usize = 2;
const TIMES: usize = 5;

/// Estimate and standard error by item and province.
type Figures = BTreeMap<(usize, String), (f64, f64)>;

/// Who was asked where, and what they said: satisfied (4, 5) is one, not (1, 2,
/// 3) is zero, 9 and blank are not a number.
struct Answers {
    province: Vec<String>,
    district: Vec<String>,
    weight: Vec<f64>,
    items: Vec<Vec<f64>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("parindex-survey-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(&folder);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let answers = answers();
    let table = folder.join("answers.csv");
    std::fs::write(&table, csv(&answers))?;
    let mut best = Duration::MAX;
    let mut ours = Figures::new();
    let mut memory = None;
    // R takes half a minute: it runs once.
    let mut asked = [("r-survey", "survey_items.R", 1, None), ("svy", "survey_items_svy.py", ROUNDS, None)];
    for round in 0..measured::rounds(ROUNDS) {
        for _ in 0..TIMES {
            let start = Instant::now();
            let estimates = estimate(&answers)?;
            best = best.min(start.elapsed());
            ours = estimates
                .into_iter()
                .enumerate()
                .flat_map(|(item, of_item)| of_item.into_iter().map(move |(province, both)| ((item, province), both)))
                .collect();
        }
        memory = memory.or_else(measured::megabytes);
        for (peer, script, rounds, run) in &mut asked {
            if round < *rounds {
                let figures = folder.join(*peer);
                *run = peers::ask(peer, script, &[table.as_os_str(), figures.as_os_str()], run.take())?;
            }
        }
    }
    measured::say("survey-items", best.as_secs_f64(), memory, &format!("{} figures with standard errors", ours.len()));
    for (peer, _, _, run) in asked {
        if let Some(run) = run {
            let off = difference(&ours, &figures(&folder.join(peer))?)?;
            run.say("survey-items", &format!("{}; the same figures to {off:.0e} of themselves", run.answer));
        }
    }
    Ok(())
}

/// For each item its provinces with estimate and standard error.
type Estimates = Vec<Vec<(String, (f64, f64))>>;

fn estimate(answers: &Answers) -> Result<Estimates, parindex_survey::Error> {
    let column = |labels: &[String]| Groups::from_labels(labels.iter().map(|label| Some(label.as_str())));
    let (province, district) = (column(&answers.province), column(&answers.district));
    let design = Design::new(ROWS).strata(&province).cluster(&district).weights(&answers.weight);
    let provinces = Survey::new(design)?.by(&province)?;
    let mut estimates = Vec::with_capacity(ITEMS);
    for item in &answers.items {
        let of_item = provinces.mean(item)?;
        let known = |estimate: parindex_survey::Estimate| Some((estimate.group, (estimate.estimate?, estimate.se?)));
        estimates.push(of_item.into_iter().filter_map(known).collect());
    }
    Ok(estimates)
}

/// Answers that hang together within provinces, districts, communes and villages.
fn answers() -> Answers {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    };
    let villages = PROVINCES * DISTRICTS * COMMUNES * VILLAGES;
    let level = |count: usize, width: f64, uniform: &mut dyn FnMut() -> f64| -> Vec<f64> {
        (0..count).map(|_| width * (uniform() - 0.5)).collect()
    };
    let of_province = level(PROVINCES, 0.12, &mut uniform);
    let of_district = level(PROVINCES * DISTRICTS, 0.10, &mut uniform);
    let of_commune = level(PROVINCES * DISTRICTS * COMMUNES, 0.06, &mut uniform);
    let of_village = level(villages, 0.06, &mut uniform);
    let of_item = level(ITEMS, 0.16, &mut uniform);
    let village_weight: Vec<f64> = (0..villages).map(|_| 400.0 + 2400.0 * uniform()).collect();
    let mut answers = Answers {
        province: Vec::with_capacity(ROWS),
        district: Vec::with_capacity(ROWS),
        weight: Vec::with_capacity(ROWS),
        items: vec![Vec::new(); ITEMS],
    };
    for row in 0..ROWS {
        let village = row * villages / ROWS;
        let commune = village / VILLAGES;
        let district = commune / COMMUNES;
        let province = district / DISTRICTS;
        answers.province.push(format!("{province:02}"));
        answers.district.push(format!("{district:03}"));
        answers.weight.push((village_weight[village] * (0.8 + 0.4 * uniform())).round());
        let place = of_province[province] + of_district[district] + of_commune[commune] + of_village[village];
        for (item, column) in answers.items.iter_mut().enumerate() {
            let satisfied = 0.82 + place + of_item[item];
            column.push(match (uniform(), uniform()) {
                (lack, _) if lack < 0.05 => f64::NAN,
                (_, chance) => f64::from(u8::from(chance < satisfied)),
            });
        }
    }
    answers
}

fn csv(answers: &Answers) -> String {
    let mut text = String::from("province,district,weight");
    for item in 1..=ITEMS {
        let _ = write!(text, ",q{item}");
    }
    for row in 0..ROWS {
        let _ = write!(text, "\n{},{},{}", answers.province[row], answers.district[row], answers.weight[row]);
        for item in &answers.items {
            text.push(',');
            if item[row].is_finite() {
                let _ = write!(text, "{}", item[row]);
            }
        }
    }
    text + "\n"
}

/// A peer's figures: lines of item, province, estimate and standard error.
fn figures(path: &Path) -> Result<Figures, Box<dyn std::error::Error>> {
    let mut theirs = Figures::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let [item, province, estimate, se] = *line.split(',').collect::<Vec<_>>() else {
            return Err(format!("a peer says `{line}`").into());
        };
        let item: usize = item.trim_start_matches('q').parse()?;
        theirs.insert((item - 1, format!("{province:0>2}")), (estimate.parse()?, se.parse()?));
    }
    Ok(theirs)
}

/// The largest relative difference of any figure; an error if it is not small or
/// figures lack.
fn difference(ours: &Figures, theirs: &Figures) -> Result<f64, Box<dyn std::error::Error>> {
    if ours.len() != ITEMS * PROVINCES || !ours.keys().eq(theirs.keys()) {
        return Err(format!("{} figures here, {} there", ours.len(), theirs.len()).into());
    }
    let off = |one: f64, two: f64| {
        let off = (one - two).abs() / one.abs().max(two.abs());
        if off.is_nan() { f64::INFINITY } else { off }
    };
    let both = ours.values().zip(theirs.values());
    let largest = both.fold(0.0, |most: f64, (one, two)| most.max(off(one.0, two.0)).max(off(one.1, two.1)));
    if largest > 1e-9 {
        return Err(format!("figures differ by {largest:e} of themselves").into());
    }
    Ok(largest)
}
