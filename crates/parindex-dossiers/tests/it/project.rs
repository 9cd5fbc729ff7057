//! Where a year ends: edges exactly, and chances that mean what they say.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use parindex_dossiers::{Generator, MonthCounts, Projection, Projector};
use proptest::prelude::*;

const JUNE: Date = date(2026, 6, 30);
const DECEMBER: Date = date(2026, 12, 31);

fn month(unit: &str, month: Date, [on_time, late, pending_in_time, pending_late]: [u64; 4]) -> MonthCounts {
    let received = on_time + late + pending_in_time + pending_late;
    MonthCounts { unit: unit.to_owned(), month, received, on_time, late, pending_in_time, pending_late }
}

fn projector(threshold: &str) -> Projector {
    Projector::new(threshold.parse().unwrap(), DECEMBER).unwrap()
}

/// A generated year as it stood at a day's close, and how it ended.
fn year(seed: u64, units: u32, rows: u64, as_of: Date) -> (Vec<MonthCounts>, BTreeMap<String, (u64, u64)>) {
    let generator = Generator::new(seed).units(units).rows(rows).spread(0.5).precision(80.0);
    let seen = generator.clone().as_of(as_of).months().unwrap();
    let mut ends = BTreeMap::<String, (u64, u64)>::new();
    for month in generator.as_of(DECEMBER).months().unwrap() {
        let end = ends.entry(month.unit).or_default();
        end.0 += month.on_time + month.pending_in_time;
        end.1 += month.received;
    }
    (seen, ends)
}

#[test]
#[ignore]
fn explore() {
    for as_of in [date(2026, 2, 28), date(2026, 4, 30), JUNE, date(2026, 9, 30), date(2026, 11, 30)] {
        let (mut inside, mut total) = (0, 0);
        let mut bins = [(0.0, 0.0, 0.0); 10];
        let (mut bias, mut pit) = (0.0, [0; 5]);
        for seed in 0..6 {
            let (seen, ends) = year(seed, 100, 100_000, as_of);
            for p in projector("0.90").project(seen).unwrap() {
                let (on_time, received) = ends[&p.unit];
                let ratio = on_time as f64 / received as f64;
                let (low, high, chance) = (p.low.unwrap(), p.high.unwrap(), p.p_reach.unwrap());
                total += 1;
                if low <= ratio && ratio <= high { inside += 1; }
                pit[if ratio < low { 0 } else if ratio > high { 4 } else { 2 }] += 1;
                bias += p.expected.unwrap() - ratio;
                let bin = &mut bins[((chance * 10.0) as usize).min(9)];
                bin.0 += 1.0;
                bin.1 += chance;
                if on_time * 10 >= received * 9 { bin.2 += 1.0; }
            }
        }
        println!("{as_of} coverage {:.3} bias {:.5} {:?}", inside as f64 / total as f64, bias / total as f64, pit);
        for (n, p, hit) in bins {
            println!("  n {n} mean p {:.3} reached {:.3} z {:.2}", p / n, hit / n, (hit - p) / (p * (1.0 - p / n)).sqrt());
        }
    }
}
