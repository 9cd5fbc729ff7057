//! How much better than the random walk do the models forecast ranks, year by
//! year from what was known before, and how long do a full backtest and
//! 100,000 draws take?
//!
//! Reads `papi.csv` (columns `year`, `province_code`, `papi_total`, `D1` to `D8`)
//! and `pci.csv` (`year`, `province_code`, `pci_weighted`, sub-indices `pci_…`)
//! from the folder named first; the panels themselves are not part of the
//! repository. The peer is `compare/forecast_statsforecast.py`, on the same folder.
//!
//! Run: `cargo run --release -p parindex-benches --bin forecast -- FOLDER`

mod measured;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use parindex::Language;
use parindex_forecast::{
    Backtest, BacktestOptions, BacktestRow, Forecast, ForecastOptions, History, HistoryRow, ModelKind, unwatched,
};

/// A panel: its file, its score, what its parts begin with, the years to
/// forecast, the years that begin an edition and the first year used.
struct Panel {
    file: &'static str,
    score: &'static str,
    is_part: fn(&str) -> bool,
    years: std::ops::RangeInclusive<i16>,
    breaks: &'static [i16],
    first: i16,
}

const PANELS: [Panel; 2] = [
    Panel {
        file: "papi.csv",
        score: "papi_total",
        is_part: |name| name.len() == 2 && name.starts_with('D'),
        years: 2014..=2020,
        breaks: &[2018],
        first: 2011,
    },
    Panel {
        file: "pci.csv",
        score: "pci_weighted",
        is_part: |name| name.starts_with("pci_") && !name.ends_with("weighted"),
        years: 2009..=2013,
        breaks: &[2009, 2013],
        first: 2006,
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder of papi.csv and pci.csv")?;
    for panel in &PANELS {
        for with_breaks in [false, true] {
            let history = read(Path::new(&folder), panel, with_breaks)?;
            let options = BacktestOptions {
                years: panel.years.clone().collect(),
                models: ModelKind::ALL.into(),
                ..BacktestOptions::default()
            };
            let only_auto = BacktestOptions { models: vec![ModelKind::Auto], ..options.clone() };
            let start = Instant::now();
            Backtest::run(&history, &only_auto, &unwatched)?;
            let auto = start.elapsed().as_secs_f64();
            let start = Instant::now();
            let backtest = Backtest::run(&history, &options, &unwatched)?;
            let all = start.elapsed().as_secs_f64();
            let told = if with_breaks { "editions told" } else { "editions not told" };
            println!("{}, {told}: walk and auto in {auto:.2} s, all models in {all:.2} s", panel.file);
            if !with_breaks {
                let facts = format!("{} all_models={all:.2}", facts(&backtest));
                measured::say(&format!("forecast/{}", panel.file), auto, measured::megabytes(), &facts);
            }
            for kind in ModelKind::ALL {
                print(&backtest, kind);
            }
        }
    }
    draws(&read(Path::new(&folder), &PANELS[0], false)?)
}

/// How long 100,000 joint draws of all units take, with the matrix of ranks.
fn draws(history: &History) -> Result<(), Box<dyn Error>> {
    const ROUNDS: usize = 5;
    for model in [ModelKind::RandomWalk, ModelKind::Auto] {
        let options = ForecastOptions { model, ..ForecastOptions::default() };
        let forecast = Forecast::new(history, 2021, &options)?;
        let mut best = f64::INFINITY;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            forecast.rank_probabilities()?;
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("{model}: 100,000 draws × {} units with the matrix of ranks in {best:.2} s", forecast.units().len());
    }
    Ok(())
}

fn read(folder: &Path, panel: &Panel, with_breaks: bool) -> Result<History, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(folder.join(panel.file))?;
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|other| other == name).ok_or(format!("no column {name}"));
    let (year, unit, score) = (column("year")?, column("province_code")?, column(panel.score)?);
    let parts: Vec<usize> = (0..header.len()).filter(|place| (panel.is_part)(&header[*place])).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let number = |place: usize| record[place].parse::<f64>().ok();
        let row = HistoryRow {
            unit: record[unit].to_owned(),
            year: record[year].parse()?,
            score: number(score),
            parts: parts.iter().map(|place| number(*place)).collect(),
            ..HistoryRow::default()
        };
        let empty = row.score.is_none() && row.parts.iter().all(Option::is_none);
        if row.year >= panel.first && !empty {
            rows.push(row);
        }
    }
    let names = parts.iter().map(|place| &header[*place]);
    let breaks = if with_breaks { panel.breaks } else { &[] };
    Ok(History::builder().rows(rows).parts(names).breaks(breaks.iter().copied()).build()?)
}

/// A judgement of a model, on the average over its years.
fn mean(backtest: &Backtest, model: ModelKind, pick: fn(&BacktestRow) -> f64) -> f64 {
    let judged = backtest.rows().iter().filter(|row| row.model == model).map(pick);
    let (sum, years) = judged.fold((0.0, 0.0), |(sum, years), value| (sum + value, years + 1.0));
    sum / years
}

/// What the peer's judgements are held against.
fn facts(backtest: &Backtest) -> String {
    let of = |model, pick| mean(backtest, model, pick);
    let gain = backtest.gain(ModelKind::Auto);
    format!(
        "gain={:.2} se={:.2} brier={:.4} walk_brier={:.4} holds={:.2} walk_crps={:.4}",
        gain.map_or(f64::NAN, |gain| 100.0 * gain.mean),
        gain.map_or(f64::NAN, |gain| 100.0 * gain.se),
        of(ModelKind::Auto, |row| row.brier),
        of(ModelKind::RandomWalk, |row| row.brier),
        100.0 * of(ModelKind::Auto, |row| row.coverage90),
        of(ModelKind::RandomWalk, |row| row.crps),
    )
}

fn print(backtest: &Backtest, model: ModelKind) {
    let rows: Vec<_> = backtest.rows().iter().filter(|row| row.model == model).collect();
    let mean = |pick| mean(backtest, model, pick);
    let gain = backtest
        .gain(model)
        .map_or_else(String::new, |gain| format!("{:5.1} % ± {:.1}", 100.0 * gain.mean, 100.0 * gain.se));
    println!(
        "  {model:<12} crps {:6.3}  below the walk {gain:>13}  mae {:5.2}  log {:.3}  brier {:.4}  90 % holds {:.1} %",
        mean(|row| row.crps),
        mean(|row| row.rank_mae),
        mean(|row| row.log_score),
        mean(|row| row.brier),
        100.0 * mean(|row| row.coverage90),
    );
    if matches!(model, ModelKind::Auto | ModelKind::Stack) {
        let walk = |year: i16| {
            backtest
                .rows()
                .iter()
                .find(|row| row.model == ModelKind::RandomWalk && row.year == year)
                .map(|row| row.crps)
        };
        let pairs: Vec<(f64, f64)> = rows.iter().filter_map(|row| Some((walk(row.year)?, row.crps))).collect();
        let gain = |left_out: usize| {
            let kept = pairs.iter().enumerate().filter(|(place, _)| *place != left_out);
            let (walk, own) = kept.fold((0.0, 0.0), |sum, (_, pair)| (sum.0 + pair.0, sum.1 + pair.1));
            100.0 * (1.0 - own / walk)
        };
        let gains: Vec<f64> = (0..pairs.len()).map(gain).collect();
        let least = gains.iter().copied().fold(f64::INFINITY, f64::min);
        let most = gains.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        println!("    leaving any one year out, {least:.1} to {most:.1} % below the walk");
        for row in rows {
            println!("    {} crps {:.3}: {}", row.year, row.crps, row.reason.sentence(Language::English));
        }
    }
}
