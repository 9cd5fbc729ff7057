//! Weights that meet known population counts.

use std::sync::Arc;

use parindex::Stop;

use crate::adjustment::{Adjustment, Basis, Solver, joint};
use crate::error::{Error, Fault, Problem};
use crate::margin::{Margin, check};
use crate::matrix::Factor;
use crate::number::check_table;
use crate::survey::{Engine, Survey};

/// A column whose population total is known.
#[derive(Clone, Copy, Debug)]
pub struct Auxiliary<'a> {
    /// The name, for messages.
    pub name: &'a str,
    /// The value of each row.
    pub values: &'a [f64],
    /// The total over the population.
    pub total: f64,
}

/// Most rounds of raking, and of bounded calibration.
const ROUNDS: usize = 1000;

impl Survey {
    /// Weights that meet the counts of one margin, class by class. Standard
    /// errors are those of residuals from the class means.
    ///
    /// # Errors
    /// All at once: `wrong-length`, `incomplete-row` with rows without a class,
    /// `margins-disagree` naming classes without count or respondent; `too-large`
    /// for more than 2²⁶ rows × replicates.
    pub fn post_stratify(&self, margin: &Margin) -> Result<Self, Error> {
        check(std::slice::from_ref(margin), self.rows(), 0.0)?;
        let counts = margin.counts();
        let job = |weights: &[f64]| {
            let sums = class_sums(weights, margin.classes(), counts.len());
            let factor = |class: u32| counts[class as usize] / sums[class as usize];
            let empty = sums.iter().position(|sum| *sum <= 0.0);
            if let Some(class) = empty {
                return Err(Problem::NoRespondents {
                    what: format!("of {} with a weight above zero, in the sample or a replicate", margin.class(class)),
                });
            }
            Ok(weights.iter().zip(margin.classes()).map(|(weight, class)| weight * factor(*class)).collect())
        };
        self.calibrated(false, job, |old| {
            let solver = Solver::Means(class_sums(old, margin.classes(), counts.len()));
            (Basis::Classes(margin.classes().to_vec(), counts.len()), solver, old.to_vec())
        })
    }

    /// Weights that meet the counts of several margins, by iterative
    /// proportional fitting until every class is met to `tolerance` of the
    /// population. Standard errors are those of residuals from the margins.
    ///
    /// # Errors
    /// Those of [`Survey::post_stratify`], `margins-disagree` where the totals
    /// of two margins differ, and `raking-did-not-converge` with the class that
    /// is furthest off and its gap.
    pub fn rake(&self, margins: &[Margin], tolerance: f64) -> Result<Self, Error> {
        if !(tolerance > 0.0 && tolerance < 1.0) {
            let allowed = "a tolerance between 0 and 1".to_owned();
            return Err(Problem::OutOfRange { value: tolerance.to_string(), allowed }.into());
        }
        if margins.is_empty() {
            return Err(Problem::WrongDesign { what: "raking needs at least one margin".to_owned() }.into());
        }
        check(margins, self.rows(), tolerance)?;
        let classes: Vec<&[u32]> = margins.iter().map(Margin::classes).collect();
        self.calibrated(
            false,
            |weights| raked(weights, margins, tolerance),
            |_| {
                let (of_row, rows, of_margin) = joint(&classes, self.rows());
                let inner = vec![1.0; of_row.len()];
                (Basis::Classes(of_row, rows.len()), Solver::Sweeps(rows, of_margin), inner)
            },
        )
    }

    /// What is wrong with margins, alone and together, before any raking.
    ///
    /// # Errors
    /// All at once: those of [`Survey::rake`] that need no raking.
    pub fn check_margins(&self, margins: &[Margin]) -> Result<(), Error> {
        check(margins, self.rows(), 0.0)
    }

    /// Weights that meet the totals of columns (the GREG estimator): each
    /// weight is multiplied by a linear function of the row's values, kept
    /// within `bounds` if given. A column of ones meets the population size.
    /// Standard errors are those of residuals from the regression.
    ///
    /// # Errors
    /// `wrong-length`, `incomplete-row` for missing values, `out-of-range` for
    /// infinite ones and for bounds that do not hold 1, `margins-disagree` where totals
    /// contradict each other, `raking-did-not-converge` where the bounds are
    /// too tight, naming the column furthest off and its gap; `too-large` as
    /// [`Survey::post_stratify`], and for more than 2²⁶ rows × columns.
    pub fn calibrate(&self, totals: &[Auxiliary<'_>], bounds: Option<(f64, f64)>) -> Result<Self, Error> {
        let width = totals.len();
        check_table("the table of rows by columns", self.rows(), width)?;
        check_table("the table of columns by columns", width, width)?;
        check_columns(totals, bounds, self.rows())?;
        let columns: Vec<f64> =
            (0..self.rows()).flat_map(|row| totals.iter().map(move |column| column.values[row])).collect();
        // R survey counts degrees of freedom anew after every calibration of replicates but a bounded one.
        self.calibrated(
            bounds.is_some(),
            |weights| regressed(weights, &columns, totals, bounds),
            |old| {
                let factor = Factor::new(&moments(old, &columns, width), width);
                (Basis::Columns(columns.clone(), width), Solver::Regression(factor), old.to_vec())
            },
        )
    }

    /// Applies a calibration to the weights and to those of every replicate.
    fn calibrated(
        &self,
        keep_df: bool,
        job: impl Fn(&[f64]) -> Result<Vec<f64>, Problem>,
        residuals: impl FnOnce(&[f64]) -> (Basis, Solver, Vec<f64>),
    ) -> Result<Self, Error> {
        let old = &self.core.weights;
        let weights = job(old)?;
        let engine = match &self.core.engine {
            Engine::Linear { tree, adjustments } => {
                let (basis, solver, inner) = residuals(old);
                let leaves = tree.leaves();
                let new = Adjustment::new(basis, solver, &inner, &weights, &tree.leaf_of_row, leaves, adjustments);
                let mut adjustments = adjustments.clone();
                adjustments.push(Arc::new(new));
                Engine::Linear { tree: Arc::clone(tree), adjustments }
            }
            Engine::Replicate(replication) => {
                let count = replication.replicates();
                check_table("the table of rows by replicates", old.len(), count)?;
                let none = weights.iter().enumerate().filter(|(_, weight)| weight.abs() <= 0.0).map(|(row, _)| {
                    let what = "calibration makes it 0, which replicates cannot follow: raise the lower bound";
                    Problem::BadWeight { what: what.to_owned() }.in_row(row)
                });
                Error::check(none)?;
                let mut factors = vec![0.0; old.len() * count];
                for replicate in 0..count {
                    let factor = |leaf: u32| replication.factors[leaf as usize * count + replicate];
                    let part: Vec<f64> = old
                        .iter()
                        .zip(replication.leaf_of_row())
                        .map(|(weight, leaf)| weight * factor(*leaf))
                        .collect();
                    for (row, (new, full)) in job(&part)?.into_iter().zip(&weights).enumerate() {
                        factors[row * count + replicate] = new / full;
                    }
                }
                Engine::Replicate(replication.calibrated(factors, keep_df))
            }
        };
        Ok(self.reworked(weights, engine))
    }
}

fn class_sums(weights: &[f64], classes: &[u32], count: usize) -> Vec<f64> {
    let mut sums = vec![0.0; count];
    for (weight, class) in weights.iter().zip(classes) {
        sums[*class as usize] += weight;
    }
    sums
}

fn raked(weights: &[f64], margins: &[Margin], tolerance: f64) -> Result<Vec<f64>, Problem> {
    let mut new = weights.to_vec();
    let counts: Vec<Vec<f64>> = margins.iter().map(Margin::counts).collect();
    let population = margins.first().map_or(0.0, Margin::total);
    let mut worst = (0, 0, 0.0_f64);
    for _ in 0..ROUNDS {
        Stop::point();
        for (margin, counts) in margins.iter().zip(&counts) {
            let sums = class_sums(&new, margin.classes(), counts.len());
            if let Some(class) = sums.iter().position(|sum| *sum <= 0.0) {
                return Err(Problem::NoRespondents {
                    what: format!("of {} with a weight above zero, in the sample or a replicate", margin.class(class)),
                });
            }
            for (weight, class) in new.iter_mut().zip(margin.classes()) {
                *weight *= counts[*class as usize] / sums[*class as usize];
            }
        }
        worst = (0, 0, 0.0);
        for (place, (margin, counts)) in margins.iter().zip(&counts).enumerate() {
            let sums = class_sums(&new, margin.classes(), counts.len());
            for (class, (sum, count)) in sums.iter().zip(counts).enumerate() {
                if (sum - count).abs() >= worst.2.abs() {
                    worst = (place, class, sum - count);
                }
            }
        }
        if worst.2.abs() <= tolerance * population {
            return Ok(new);
        }
    }
    let margin = margins[worst.0].class(worst.1);
    Err(Problem::RakingDidNotConverge { margin, gap: worst.2, rounds: ROUNDS })
}

fn check_columns(totals: &[Auxiliary<'_>], bounds: Option<(f64, f64)>, rows: usize) -> Result<(), Error> {
    if totals.is_empty() {
        return Err(Problem::WrongDesign { what: "calibration needs at least one total".to_owned() }.into());
    }
    for column in totals {
        crate::by::same_length(column.name, column.values.len(), rows)?;
    }
    let mut faults: Vec<Fault> = Vec::new();
    let allowed = |what: &str| format!("a finite {what}");
    for column in totals {
        if !column.total.is_finite() {
            let (value, allowed) = (column.total.to_string(), allowed(&format!("total of `{}`", column.name)));
            faults.push(Problem::OutOfRange { value, allowed }.into());
        }
        for (row, value) in column.values.iter().enumerate().filter(|(_, value)| !value.is_finite()) {
            let problem = if value.is_nan() {
                Problem::MissingLabel { what: format!("the value of `{}`", column.name) }
            } else {
                Problem::OutOfRange {
                    value: value.to_string(),
                    allowed: allowed(&format!("value of `{}`", column.name)),
                }
            };
            faults.push(problem.in_row(row));
        }
    }
    if let Some((low, high)) = bounds
        && !(low <= 1.0 && high >= 1.0 && low < high)
    {
        let allowed = "bounds with 1 between them".to_owned();
        faults.push(Problem::OutOfRange { value: format!("{low} to {high}"), allowed }.into());
    }
    Error::check(faults)
}

/// Weighted products of all pairs of columns.
fn moments(weights: &[f64], columns: &[f64], width: usize) -> Vec<f64> {
    let mut sums = vec![0.0; width * width];
    for (weight, line) in weights.iter().zip(columns.chunks_exact(width)) {
        Stop::point();
        for (first, value) in line.iter().enumerate() {
            for (second, other) in line.iter().enumerate() {
                sums[first * width + second] += weight * value * other;
            }
        }
    }
    sums
}

fn regressed(
    weights: &[f64],
    columns: &[f64],
    totals: &[Auxiliary<'_>],
    bounds: Option<(f64, f64)>,
) -> Result<Vec<f64>, Problem> {
    let width = totals.len();
    let (low, high) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let mut slope = vec![0.0; width];
    let mut new = weights.to_vec();
    let mut active = weights.to_vec();
    let mut worst = (0, f64::INFINITY);
    for round in 0..ROUNDS {
        Stop::point();
        let mut sums = vec![0.0; width];
        for (weight, line) in new.iter().zip(columns.chunks_exact(width)) {
            sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += weight * value);
        }
        let mut gaps: Vec<f64> = totals.iter().zip(&sums).map(|(column, sum)| column.total - sum).collect();
        let relative = |place: usize| gaps[place].abs() / (1.0 + totals[place].total.abs());
        worst = (0..width).map(|place| (place, relative(place))).fold((0, 0.0), |a, b| if b.1 > a.1 { b } else { a });
        // One step is exact without bounds; a second one mops up rounding.
        if worst.1 < 1e-11 || (round == 2 && bounds.is_none() && worst.1 < 1e-7) {
            return Ok(new);
        }
        if round == 2 && bounds.is_none() {
            let what = format!("the total of `{}` contradicts the others", totals[worst.0].name);
            return Err(Problem::MarginsDisagree { what });
        }
        Factor::new(&moments(&active, columns, width), width).solve(&mut gaps);
        slope.iter_mut().zip(&gaps).for_each(|(slope, step)| *slope += step);
        for (row, line) in columns.chunks_exact(width).enumerate() {
            let factor = 1.0 + line.iter().zip(&slope).map(|(value, slope)| value * slope).sum::<f64>();
            new[row] = weights[row] * factor.clamp(low, high);
            active[row] = if factor > low && factor < high { weights[row] } else { 0.0 };
        }
    }
    let margin = format!("`{}`", totals[worst.0].name);
    let gap = worst.1 * (1.0 + totals[worst.0].total.abs());
    Err(Problem::RakingDidNotConverge { margin, gap, rounds: ROUNDS })
}
