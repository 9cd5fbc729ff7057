//! How long do rank confidence sets of 705 and of 10,595 units take, marginal and
//! simultaneous, at 10,000 draws, and what is gained over trying all pairs?
//!
//! The peer tries every pair in every draw, as `rank_sets_with_covariance` does;
//! at 705 units and 1,000 draws, because it takes minutes at more. Both use the
//! same draws, and the run stops if their sets differ.
//!
//! Run: `cargo run --release -p parindex-benches --bin rank-sets`

mod measured;

use std::time::{Duration, Instant};

use parindex_survey::{Error, RankOptions, RankSet, rank_sets, rank_sets_with_covariance};

const ROUNDS: usize = 3;

fn main() -> Result<(), Error> {
    // All standard errors alike, as those of communes are; and spread over a
    // factor of thirty, as where samples are of very different sizes.
    for (name, spread) in [("0.4–1.2", 3.0), ("0.1–3.2", 32.0)] {
        for units in [705, 10_595] {
            if units > 705 && measured::is_quick() {
                continue;
            }
            for simultaneous in [false, true] {
                let (estimates, se) = estimates(units, 1.2 * (spread / 3.0_f64).sqrt(), spread);
                let options = RankOptions { simultaneous, ..RankOptions::default() };
                measured::reset();
                let rounds = if units == 705 { ROUNDS } else { 1 };
                let (time, sets) = best(rounds, || rank_sets(&estimates, &se, &options))?;
                let first = sets.iter().filter(|set| set.low == 1).count();
                let answer = format!("{}, standard errors {name}: {first} may be first", kind(simultaneous));
                measured::say(&format!("rank-sets/{units}"), time.as_secs_f64(), measured::megabytes(), &answer);
            }
        }
    }
    for simultaneous in [false, true] {
        let (estimates, se) = estimates(705, 1.2, 3.0);
        let options = RankOptions { simultaneous, draws: 1000, ..RankOptions::default() };
        let (quick, sets) = best(ROUNDS, || rank_sets(&estimates, &se, &options))?;
        let covariance = diagonal(&se);
        let (all_pairs, plain) = best(1, || rank_sets_with_covariance(&estimates, &covariance, &options))?;
        assert_eq!(sets, plain, "the search must find what all pairs hold");
        measured::say("rank-sets/all-pairs", quick.as_secs_f64(), None, kind(simultaneous));
        println!("rank-sets/all-pairs\tall pairs\t{:.6}\t\tthe same sets", all_pairs.as_secs_f64());
    }
    Ok(())
}

fn kind(simultaneous: bool) -> &'static str {
    if simultaneous { "simultaneous" } else { "marginal" }
}

fn best(rounds: usize, ask: impl Fn() -> Result<Vec<RankSet>, Error>) -> Result<(Duration, Vec<RankSet>), Error> {
    let mut best = (Duration::MAX, Vec::new());
    for _ in 0..measured::rounds(rounds) {
        let start = Instant::now();
        let sets = ask()?;
        best = (best.0.min(start.elapsed()), sets);
    }
    Ok(best)
}

/// Estimates about 80, and standard errors up to `largest`, evenly spread on the
/// scale of their logarithms over a factor of `spread`.
fn estimates(units: u32, largest: f64, spread: f64) -> (Vec<f64>, Vec<f64>) {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    };
    (0..units)
        .map(|_| {
            (80.0 + 4.0 * (uniform() + uniform() + uniform() + uniform() - 2.0), largest * spread.powf(-uniform()))
        })
        .unzip()
}

fn diagonal(se: &[f64]) -> Vec<f64> {
    let side = se.len();
    let mut matrix = vec![0.0; side * side];
    for (place, se) in se.iter().enumerate() {
        matrix[place * (side + 1)] = se * se;
    }
    matrix
}
