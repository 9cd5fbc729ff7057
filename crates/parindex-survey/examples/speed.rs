//! How long the large questions take: `cargo run --release -p parindex-survey --example speed`.

use std::time::Instant;

use parindex_survey::{
    Conversion, Deff, Degrees, Design, Error, Groups, Margin, Options, RankOptions, Survey, rank_sets,
};

const ROWS: u32 = 36_525;
const ITEMS: u32 = 51;

/// A fraction that looks like chance and is none.
fn fraction(row: u32, salt: u32) -> f64 {
    (f64::from(row) * 0.618_034 + f64::from(salt) * 0.754_878 + f64::from(row.wrapping_mul(salt) % 97) / 97.0).fract()
}

fn labels(label: impl Fn(u32) -> u32) -> Groups {
    Groups::from_labels((0..ROWS).map(|row| Some(label(row).to_string())))
}

fn ask(name: &str, survey: &Survey, units: &Groups, items: &[Vec<f64>]) -> Result<(), Error> {
    let start = Instant::now();
    let units = survey.by(units)?;
    let indexed = start.elapsed();
    let mut estimable = 0;
    for item in items {
        estimable += units.mean(item)?.iter().filter(|estimate| estimate.is_estimable()).count();
    }
    println!("{name}: {estimable} estimates with SE in {:?}, index {indexed:?}", start.elapsed());
    Ok(())
}

fn main() -> Result<(), Error> {
    // 63 provinces of 3 districts, 6 communes and 18 villages: 189, 378 and 1,134.
    let province = labels(|row| row * 63 / ROWS);
    let district = labels(|row| row * 189 / ROWS);
    let commune = labels(|row| row * 378 / ROWS);
    let village = labels(|row| row * 1134 / ROWS);
    let weights: Vec<f64> = (0..ROWS).map(|row| 500.0 + 2000.0 * fraction(row / 30, 5)).collect();
    let items: Vec<Vec<f64>> = (0..ITEMS)
        .map(|item| {
            let answer = |row| match fraction(row, item + 1) {
                part if part < 0.05 => f64::NAN,
                part => f64::from(u8::from(part > 0.25)),
            };
            (0..ROWS).map(answer).collect()
        })
        .collect();
    let rows = usize::try_from(ROWS).unwrap_or(0);
    let options = Options { degrees: Degrees::Own, deff: Some(Deff::Replace), ..Options::default() };

    let start = Instant::now();
    let one = Survey::new(Design::new(rows).strata(&province).cluster(&district).weights(&weights))?;
    println!("design of one stage: {:?}", start.elapsed());
    let one = one.with_options(options)?;
    ask("one stage", &one, &province, &items)?;

    let sizes: Vec<Vec<f64>> = [10.0, 15.0, 8.0, 300.0].iter().map(|size| vec![*size; rows]).collect();
    let person = labels(|row| row);
    let mut design = Design::new(rows).strata(&province).weights(&weights);
    for (cluster, sizes) in [&district, &commune, &village, &person].into_iter().zip(&sizes) {
        design = design.cluster(cluster).population(sizes);
    }
    let start = Instant::now();
    let four = Survey::new(design)?;
    println!("design of four stages: {:?}", start.elapsed());
    ask("four stages", &four, &province, &items)?;

    let gender = labels(|row| u32::from(fraction(row, 3) > 0.5));
    let age = labels(|row| u32::from(fraction(row, 4) > 0.3) + u32::from(fraction(row, 4) > 0.7));
    let margins = [
        Margin::new("gender", gender, [("0", 30e6), ("1", 31e6)]),
        Margin::new("age", age, [("0", 20e6), ("1", 21e6), ("2", 20e6)]),
    ];
    let start = Instant::now();
    let raked = one.rake(&margins, 1e-10)?;
    println!("raking: {:?}", start.elapsed());
    ask("raked", &raked, &province, &items)?;

    let start = Instant::now();
    let jackknife = one.replicate(Conversion::Jkn)?;
    println!("189 replicates: {:?}", start.elapsed());
    ask("jackknife", &jackknife, &province, &items)?;

    for count in [705_u32, 10_595] {
        let estimates: Vec<f64> = (0..count).map(|unit| 80.0 + 6.0 * (f64::from(unit) * 0.618).sin()).collect();
        let se: Vec<f64> = (0..count).map(|unit| 0.4 + 0.8 * fraction(unit, 9)).collect();
        for simultaneous in [true, false] {
            let start = Instant::now();
            let sets = rank_sets(&estimates, &se, &RankOptions { simultaneous, ..RankOptions::default() })?;
            let first = sets.iter().filter(|set| set.low == 1).count();
            println!(
                "rank sets, {count} units, simultaneous {simultaneous}: {:?} ({first} may be first)",
                start.elapsed()
            );
        }
        if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
            status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("{line}"));
        }
    }
    Ok(())
}
