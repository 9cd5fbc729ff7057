//! From a design to replicate weights.

use parindex::Stop;
use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64;

use crate::design::Lonely;
use crate::error::{Error, Fault, Problem};
use crate::hadamard::hadamard;
use crate::number::{check_table, id, real};
use crate::replication::{Replication, Rule};
use crate::survey::{Engine, Survey};
use crate::tree::Tree;

/// The replicates to make from a design.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Conversion {
    /// Leave out one unit at a time; for designs without strata.
    Jk1,
    /// Leave out one unit at a time, in its stratum.
    Jkn,
    /// Balanced half samples of designs with two units in each stratum, with
    /// Fay's coefficient ρ (0 is plain BRR). Larger strata are split into pairs
    /// in the order of the rows.
    Brr {
        /// Fay's ρ, from 0 to below 1.
        fay: f64,
    },
    /// Rao and Wu's rescaled bootstrap: in each stratum n − 1 of n units are
    /// drawn with replacement; a finite population shrinks the spread.
    Bootstrap {
        /// How many replicates.
        replicates: usize,
        /// The seed; same seed, same replicates.
        seed: u64,
    },
}

/// What is made, for a message.
const FACTORS: &str = "the table of units by replicates";

/// Factors unit by unit, and how they become a variance.
struct Made {
    factors: Vec<f64>,
    rule: Rule,
}

impl Survey {
    /// The same survey with variances from replicates of its first stage, as R
    /// survey's `as.svrepdesign` makes them. Convert before calibrating, so
    /// that each replicate is calibrated too.
    ///
    /// # Errors
    /// `wrong-design` if the survey already has replicates, is calibrated, or
    /// does not fit (JK1 with strata, a jackknife with no unit to leave out, BRR
    /// with an odd number of units in a stratum);
    /// `out-of-range` for ρ outside 0 to 1, or fewer than two replicates;
    /// `too-large` for more than 2²⁶ units × replicates, as a jackknife of some
    /// 8,000 single rows has.
    pub fn replicate(&self, conversion: Conversion) -> Result<Self, Error> {
        let refuse = |what: &str| Error::from(Problem::WrongDesign { what: what.to_owned() });
        let Engine::Linear { tree, adjustments } = &self.core.engine else {
            return Err(refuse("the survey has replicate weights already"));
        };
        if !adjustments.is_empty() {
            return Err(refuse("the survey is calibrated: convert it first and calibrate the replicates"));
        }
        let made = match conversion {
            Conversion::Jk1 if tree.is_stratified() => {
                return Err(refuse("JK1 is for designs without strata: use JKn"));
            }
            Conversion::Jk1 | Conversion::Jkn => jackknife(tree)?,
            Conversion::Brr { fay } => half_samples(tree, fay)?,
            Conversion::Bootstrap { replicates, seed } => bootstrap(tree, replicates, seed)?,
        };
        let leaf_of_row = tree.leaf_of_row.iter().map(|leaf| tree.psu_of_leaf[*leaf as usize]).collect();
        let units = (0..tree.psus()).map(id).collect::<Vec<_>>();
        let strata = units.iter().map(|unit| tree.stratum(*unit)).collect();
        let replication = Replication::new(made.rule, leaf_of_row, made.factors, units, strata);
        Ok(self.reworked(self.core.weights.clone(), Engine::Replicate(replication)))
    }
}

/// Units of each stratum, which stand together.
fn strata(tree: &Tree) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for stratum in 0..tree.strata() {
        let end = start + tree.stratum_size(id(stratum)).0;
        ranges.push(start..end);
        start = end;
    }
    ranges
}

fn jackknife(tree: &Tree) -> Result<Made, Error> {
    let (units, count) = (tree.psus(), tree.strata());
    check_table(FACTORS, units, units)?;
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut rscales = Vec::new();
    for (stratum, range) in strata(tree).into_iter().enumerate() {
        let (_, unsampled) = tree.stratum_size(id(stratum));
        if unsampled <= 0.0 {
            // Where everything was drawn there is nothing to leave out.
            continue;
        }
        let mut replicate =
            |left_out: std::ops::Range<usize>, within: std::ops::Range<usize>, size: f64, share: f64| {
                let mut column = vec![1.0; units];
                column[within].fill(size / (size - 1.0));
                column[left_out].fill(0.0);
                columns.push(column);
                rscales.push(share * (size - 1.0) / size);
            };
        if range.len() > 1 {
            for unit in range.clone() {
                replicate(unit..unit + 1, range.clone(), real(range.len()), unsampled);
            }
        } else if tree.lonely() == Lonely::Adjust && count > 1 {
            // As R survey has it, without the stratum's finite population.
            replicate(range, 0..units, real(count), 1.0);
        }
    }
    if columns.is_empty() {
        let what = "the jackknife has no unit to leave out: no stratum has two units and a rest that was not drawn";
        return Err(Problem::WrongDesign { what: what.to_owned() }.into());
    }
    let scale = if tree.lonely() == Lonely::Average { real(units) / real(columns.len()) } else { 1.0 };
    let factors = transposed(&columns, units);
    Ok(Made { factors, rule: Rule { scale, rscales, mse: false } })
}

fn transposed(columns: &[Vec<f64>], units: usize) -> Vec<f64> {
    (0..units).flat_map(|unit| columns.iter().map(move |column| column[unit])).collect()
}

fn half_samples(tree: &Tree, fay: f64) -> Result<Made, Error> {
    if !(0.0..1.0).contains(&fay) {
        return Err(Problem::OutOfRange { value: fay.to_string(), allowed: "0 to below 1".to_owned() }.into());
    }
    let pairs = pairs(tree)?;
    // The matrix has an order above the number of pairs, up to twice as large.
    check_table(FACTORS, tree.psus(), 2 * (pairs.len() + 1))?;
    let signs = hadamard(pairs.len() + 1);
    let factor = |plus: bool| if plus { 2.0 - fay } else { fay };
    let mut factors = vec![0.0; tree.psus() * signs.len()];
    for (place, (one, other)) in pairs.into_iter().enumerate() {
        // The first column of the matrix is constant and would not balance.
        for (replicate, line) in signs.iter().enumerate() {
            let plus = line[place + 1];
            factors[one * signs.len() + replicate] = factor(plus);
            factors[other * signs.len() + replicate] = factor(!plus);
        }
    }
    let scale = 1.0 / (real(signs.len()) * (1.0 - fay).powi(2));
    Ok(Made { factors, rule: Rule { scale, rscales: vec![1.0; signs.len()], mse: false } })
}

/// Units two by two, as R survey pairs them: in the order of their first rows,
/// larger strata before those of two.
fn pairs(tree: &Tree) -> Result<Vec<(usize, usize)>, Error> {
    let ranges = strata(tree);
    let odd = |range: &std::ops::Range<usize>| range.is_empty() || !range.len().is_multiple_of(2);
    let faults = ranges.iter().enumerate().filter(|(_, range)| odd(range)).map(|(stratum, range)| {
        let (stratum, found) = (tree.name_of(stratum), range.len());
        let what = format!("BRR needs an even number of units in each stratum: {stratum} has {found}");
        Fault::from(Problem::WrongDesign { what })
    });
    Error::check(faults)?;
    let mut first_row = vec![0; tree.psus()];
    for (row, leaf) in tree.leaf_of_row.iter().enumerate().rev() {
        first_row[tree.psu_of_leaf[*leaf as usize] as usize] = row;
    }
    let (large, small): (Vec<_>, Vec<_>) = ranges.into_iter().partition(|range| range.len() > 2);
    let mut pairs = Vec::new();
    for range in large.into_iter().chain(small) {
        let mut units: Vec<usize> = range.collect();
        units.sort_by_key(|unit| first_row[*unit]);
        pairs.extend(units.chunks_exact(2).map(|pair| (pair[0], pair[1])));
    }
    Ok(pairs)
}

fn bootstrap(tree: &Tree, replicates: usize, seed: u64) -> Result<Made, Error> {
    if replicates < 2 {
        let allowed = "two replicates or more".to_owned();
        return Err(Problem::OutOfRange { value: replicates.to_string(), allowed }.into());
    }
    check_table(FACTORS, tree.psus(), replicates)?;
    let mut random = Pcg64::seed_from_u64(seed);
    let units = tree.psus();
    let ranges = strata(tree);
    let mut columns = Vec::with_capacity(replicates);
    for _ in 0..replicates {
        Stop::point();
        let mut column = vec![1.0; units];
        for (stratum, range) in ranges.iter().enumerate().filter(|(_, range)| range.len() > 1) {
            let mut drawn = vec![0_u32; range.len()];
            for _ in 1..range.len() {
                drawn[below(&mut random, range.len())] += 1;
            }
            let size = real(range.len());
            let shrink = tree.stratum_size(id(stratum)).1.sqrt();
            for (factor, times) in column[range.clone()].iter_mut().zip(drawn) {
                *factor = 1.0 - shrink + shrink * size / (size - 1.0) * f64::from(times);
            }
        }
        columns.push(column);
    }
    let rule = Rule { scale: 1.0 / (real(replicates) - 1.0), rscales: vec![1.0; replicates], mse: false };
    Ok(Made { factors: transposed(&columns, units), rule })
}

/// A whole number below `count`, each as likely as the other.
#[allow(clippy::cast_possible_truncation, reason = "the number is below a position")]
fn below(random: &mut impl Rng, count: usize) -> usize {
    let count = count as u64;
    let most = u64::MAX - u64::MAX % count;
    loop {
        let drawn = random.next_u64();
        if drawn < most {
            return (drawn % count) as usize;
        }
    }
}
