//! How long do 100,000 draws of 63 units with 90 uncertain leaves each take, with
//! noise of weights and the whole matrix of ranks, and how much memory?
//!
//! A quarter of the leaves each are triangular, normal, beta–binomial and flags;
//! numbers go through proportional, target and step rules, and each leaf is rounded
//! to two places. The peer is `compare/simulate_numpy.py`, given the same beliefs.
//!
//! Run: `cargo run --release -p parindex-benches --bin simulate`, with NumPy in the Python
//! named by `PYTHON` (default `python3`).

mod measured;
mod peers;

use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::time::Instant;

use parindex::Framework;
use parindex_forecast::{Belief, BeliefRow, Simulation, SimulationOptions};

const UNITS: u32 = 63;
const LEAVES: u32 = 90;
const FIELDS: u32 = 8;
const NOISE: f64 = 0.1;
const ROUNDS: usize = 2;
const TIMES: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let framework: Framework = framework()?.parse()?;
    let rows: Vec<BeliefRow> = (0..UNITS).flat_map(|unit| (0..LEAVES).map(move |leaf| row(unit, leaf))).collect();
    measured::reset();
    let simulation = Simulation::new(&framework, &rows)?.weights_noise(NOISE)?;
    let options = SimulationOptions::default();
    let draws = if measured::is_quick() { 10_000 } else { 100_000 };
    let options = SimulationOptions { draws, threads: Some(2), ..options };
    let mut best = f64::INFINITY;
    let mut first: Vec<f64> = Vec::new();
    let (mut memory, mut numpy) = (None, None);
    for _ in 0..measured::rounds(ROUNDS) {
        for _ in 0..TIMES {
            let start = Instant::now();
            let matrix = simulation.forecast(&options)?.rank_probabilities()?;
            best = best.min(start.elapsed().as_secs_f64());
            first = matrix.iter().map(|row| row[0]).collect();
        }
        memory = memory.or_else(measured::megabytes);
        numpy = peers::ask("numpy", "simulate_numpy.py", &[OsStr::new(&draws.to_string())], numpy)?;
    }
    measured::say("simulate", best, memory, "");
    if let Some(numpy) = numpy {
        let chances: Vec<f64> = numpy.answer.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        assert_eq!(first.len(), chances.len());
        let apart = first.iter().zip(&chances).map(|(own, peer)| (own - peer).abs()).fold(0.0, f64::max);
        numpy.say("simulate", &format!("chances to be first differ by at most {apart:.4}"));
    }
    Ok(())
}

/// The maximum of a leaf in half points.
fn halves(leaf: u32) -> u32 {
    1 + leaf % 4
}

fn framework() -> Result<String, Box<dyn Error>> {
    let mut text = "id = \"bench\"\ntitle = \"bench\"\nunit = \"province\"\nstatus = \"draft\"\nbasis = \"assumed\"\n\
                    rounding = { places = 2, mode = \"half-up\", at = \"leaf\" }\n"
        .to_owned();
    for field in 0..FIELDS {
        write!(text, "[criteria.\"{}\"]\nname = \"field\"\n", field + 1)?;
    }
    for leaf in 0..LEAVES {
        let max = format!("{}.{}", halves(leaf) / 2, halves(leaf) % 2 * 5);
        let rule = match (leaf % 4, leaf / 4 % 3) {
            (3, _) => "{ kind = \"yes-no\" }".to_owned(),
            (_, 0) => "{ kind = \"proportional\" }".to_owned(),
            (_, 1) => "{ kind = \"target\", target = \"80\" }".to_owned(),
            _ => format!(
                "{{ kind = \"steps\", unit = \"percent\", steps = [{{ above = \"90\", points = \"{max}\" }}, \
                 {{ from = \"70\", to = \"90\", points = \"0.25\" }}, {{ below = \"70\", points = \"0\" }}] }}"
            ),
        };
        let code = format!("{}.{}", leaf % FIELDS + 1, leaf / FIELDS + 1);
        write!(text, "[criteria.\"{code}\"]\nname = \"leaf\"\nmax_points = \"{max}\"\nrule = {rule}\n")?;
    }
    Ok(text)
}

/// What is believed of a leaf of a unit; the peer has the same formulas.
fn row(unit: u32, leaf: u32) -> BeliefRow {
    let centre = 60 + (unit * 37 + leaf * 61) % 35;
    let middle = f64::from(centre);
    let belief = match leaf % 4 {
        0 => Belief::Triangular { low: middle - 12.0, mode: middle, high: (middle + 8.0).min(100.0) },
        1 => Belief::Normal { mean: middle, se: 3.0 },
        2 => {
            let so_far = 100 + unit * 5;
            Belief::BetaBinomial { good: so_far * centre / 100, so_far, coming: 50 + leaf * 2 }
        }
        _ => Belief::Bernoulli { chance: middle / 100.0 },
    };
    BeliefRow::new(format!("{unit:02}"), format!("{}.{}", leaf % FIELDS + 1, leaf / FIELDS + 1), belief)
}
