//! How long does it take to score 10,595 units on 90 leaves exactly and to rank
//! all 49 nodes, beside NumPy doing the same in binary floating point?
//!
//! Run: `cargo run --release -p parindex-benches --bin score-panel`, with NumPy
//! in the Python named by `PYTHON` (default `python3`).

mod measured;
mod peers;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use parindex::{Evidence, EvidenceRow, Framework, Stage, Stated};

const UNITS: usize = 10_595;
const LEAVES: usize = 90;
const FIELDS: usize = 8;
const CRITERIA: usize = 40;
const NODES: usize = 1 + FIELDS + CRITERIA;
const ROUNDS: usize = 3;
const TIMES: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("parindex-panel-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path) -> Result<(), Box<dyn Error>> {
    let codes = codes();
    let framework: Framework = framework(&codes).parse()?;
    let counts = counts();
    let evidence = evidence(&codes, &counts)?;
    // The whole, the fields, the criteria, as the peer has them.
    let mut nodes: Vec<Option<String>> =
        framework.criteria().filter(|row| !row.is_leaf()).map(|row| Some(row.code().to_string())).collect();
    nodes.push(None);
    nodes.sort_by_key(|node| node.as_ref().map(|code| code.split('.').count()));
    assert_eq!(nodes.len(), NODES);

    let (panel, theirs) = (folder.join("counts"), folder.join("ranks"));
    let bytes: Vec<u8> = counts.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()]).flatten().collect();
    fs::write(&panel, bytes)?;
    let mut best = Duration::MAX;
    let mut ours: Vec<Vec<u32>> = Vec::new();
    let (mut numpy, mut memory) = (None, None);
    for _ in 0..measured::rounds(ROUNDS) {
        for _ in 0..TIMES {
            let start = Instant::now();
            let assessment = framework.score_with(&evidence, None, Stage::Final)?;
            ours = nodes.iter().map(|node| assessment.ranks(node.as_deref())).collect::<Result<_, _>>()?;
            best = best.min(start.elapsed());
        }
        memory = memory.or_else(measured::megabytes);
        numpy = peers::ask("numpy", "score_panel_numpy.py", &[panel.as_os_str(), theirs.as_os_str()], numpy)?;
    }
    measured::say("score-panel", best.as_secs_f64(), memory, "exact");
    if let Some(numpy) = numpy {
        let theirs = fs::read(&theirs)?;
        let theirs = theirs.chunks_exact(4).map(|rank| u32::from_le_bytes([rank[0], rank[1], rank[2], rank[3]]));
        let off: Vec<bool> = ours.iter().flatten().zip(theirs).map(|(own, other)| *own != other).collect();
        let wrong = |ranks: &[bool]| ranks.iter().filter(|is_off| **is_off).count();
        assert_eq!(off.len(), NODES * UNITS);
        numpy.say(
            "score-panel",
            &format!("{} of {UNITS} units and {} of {} ranks are wrong", wrong(&off[..UNITS]), wrong(&off), off.len()),
        );
    }
    Ok(())
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
