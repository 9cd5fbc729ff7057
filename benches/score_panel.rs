//! How long does it take to score 10,595 units on 90 leaves exactly and to rank
//! all 49 nodes, beside NumPy doing the same in binary floating point?
//!
//! Run: `cargo run --release -p parindex-benches --bin score-panel`, with NumPy
//! in the Python named by `PYTHON` (default `python3`).

mod peak;

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use parindex::{Evidence, EvidenceRow, Framework, Stage, Stated};

const UNITS: usize = 10_595;
const LEAVES: usize = 90;
const FIELDS: usize = 8;
const CRITERIA: usize = 40;
const ROUNDS: usize = 21;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let codes = codes();
    let framework: Framework = framework(&codes).parse()?;
    let counts = counts();
    let evidence = evidence(&codes, &counts)?;
    let nodes: Vec<Option<String>> = std::iter::once(None)
        .chain(framework.criteria().filter(|c| !c.is_leaf()).map(|c| Some(c.code().to_string())))
        .collect();
    assert_eq!(nodes.len(), 49);

    let mut best = (Duration::MAX, Duration::MAX);
    let mut first = String::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let assessment = framework.score_with(&evidence, None, Stage::Final)?;
        let scored = start.elapsed();
        let places: Vec<Vec<u32>> =
            nodes.iter().map(|node| assessment.ranks(node.as_deref())).collect::<Result<_, _>>()?;
        best = best.min((start.elapsed(), scored));
        first = places
            .iter()
            .map(|places| places.iter().map(|place| u64::from(*place)).sum::<u64>())
            .sum::<u64>()
            .to_string();
    }
    println!("parindex: {:.1} ms ({:.1} ms scoring), sum of ranks {first}", ms(best.0), ms(best.1));

    let numpy = numpy(&counts)?;
    println!("NumPy f64: {numpy:.1} ms");
    println!("ratio parindex / NumPy: {:.2}", ms(best.0) / numpy);
    println!("peak memory: {}", peak::memory());
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Codes of the leaves: 8 fields, 40 criteria of two or three leaves each.
fn codes() -> Vec<(usize, usize, usize)> {
    (0..LEAVES)
        .map(|leaf| {
            let criterion = leaf * CRITERIA / LEAVES;
            (criterion * FIELDS / CRITERIA + 1, criterion + 1, leaf + 1)
        })
        .collect()
}

fn framework(codes: &[(usize, usize, usize)]) -> String {
    let mut text = String::from(
        "id = \"bench\"\ntitle = \"bench\"\nunit = \"commune\"\nstatus = \"draft\"\nbasis = \"assumed\"\n\
         [rounding]\nplaces = 2\nmode = \"half-up\"\nat = \"leaf\"\n",
    );
    let mut last = (0, 0);
    for (field, criterion, leaf) in codes {
        if last.0 != *field {
            let _ = write!(text, "[criteria.\"{field}\"]\nname = \"field\"\n");
        }
        if last.1 != *criterion {
            let _ = write!(text, "[criteria.\"{field}.{criterion}\"]\nname = \"criterion\"\n");
        }
        last = (*field, *criterion);
        let (max, rule) = terms(*leaf - 1);
        let _ = write!(
            text,
            "[criteria.\"{field}.{criterion}.{leaf}\"]\nname = \"leaf\"\nmax_points = \"{max}\"\nrule = {rule}\n"
        );
    }
    text
}

/// Maximum and rule of a leaf: proportional, target and steps by turns.
fn terms(leaf: usize) -> (&'static str, &'static str) {
    let max = ["0.5", "1", "1.5", "2"][leaf % 4];
    let rule = match leaf % 3 {
        0 => "{ kind = \"proportional\" }",
        1 => "{ kind = \"target\", target = \"80\" }",
        _ => {
            "{ kind = \"steps\", unit = \"percent\", steps = [ { above = \"90\", points = \"0.5\" }, { from = \"70\", to = \"90\", points = \"0.25\" }, { below = \"70\", points = \"0\" } ] }"
        }
    };
    (max, rule)
}

/// Numerators and denominators, leaf by leaf within a unit.
fn counts() -> Vec<(u32, u32)> {
    let mut state = 7_u64;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    (0..UNITS * LEAVES)
        .map(|_| {
            let denominator = next(9_999) + 1;
            let numerator = denominator - next(denominator / 2 + 1);
            (u32::try_from(numerator).unwrap_or(0), u32::try_from(denominator).unwrap_or(1))
        })
        .collect()
}

fn evidence(codes: &[(usize, usize, usize)], counts: &[(u32, u32)]) -> Result<Evidence, parindex::Error> {
    let rows = counts.iter().enumerate().map(|(cell, (numerator, denominator))| {
        let (field, criterion, leaf) = codes[cell % LEAVES];
        let stated = Stated::Counts((*numerator).into(), (*denominator).into());
        EvidenceRow::new(format!("u{:05}", cell / LEAVES), format!("{field}.{criterion}.{leaf}"), stated)
    });
    Evidence::from_rows(rows)
}

/// Milliseconds NumPy needs for the same counts.
fn numpy(counts: &[(u32, u32)]) -> Result<f64, Box<dyn std::error::Error>> {
    let path = std::env::temp_dir().join(format!("parindex-panel-{}.bin", std::process::id()));
    let bytes: Vec<u8> = counts.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()]).flatten().collect();
    fs::write(&path, bytes)?;
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/score_panel_numpy.py");
    let output = Command::new(python).arg(script).arg(&path).output()?;
    fs::remove_file(&path)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
