//! Domains of a survey, indexed once, and the pass over the rows.

use std::sync::Arc;

use parindex::Stop;

use crate::error::{Error, Problem};
use crate::estimate::{Deff, Degrees, Estimate, Note, Options, Parts, Score};
use crate::groups::Groups;
use crate::interval::{Method, Shape};
use crate::number::{NONE, negligible, real};
use crate::survey::{Core, Engine, Survey};

/// A survey split into domains by a column of labels.
///
/// Every question is one pass over the rows and answers with one estimate a
/// group, in the order of the sorted labels.
#[derive(Clone, Debug)]
pub struct By {
    core: Arc<Core>,
    options: Options,
    labels: Vec<String>,
    /// How many rows each group has, answered or not.
    rows: Vec<usize>,
    /// The cell (group and leaf) of each row.
    cell_of_row: Vec<u32>,
    /// The leaf of each cell; cells of a group stand together, by leaf.
    leaf: Vec<u32>,
    /// Where the cells of each group start, and where the last end.
    start: Vec<u32>,
}

/// What is asked of the rows.
#[derive(Clone, Copy)]
enum Quantity<'v> {
    Mean(&'v [f64]),
    Total(&'v [f64]),
    Ratio(&'v [f64], &'v [f64]),
}

impl Quantity<'_> {
    /// Numerator and denominator of a row; not a number where an answer lacks.
    #[inline]
    fn of_row(self, row: usize) -> (f64, f64) {
        match self {
            Self::Mean(values) | Self::Total(values) => (values[row], 1.0),
            Self::Ratio(numerator, denominator) => (numerator[row], denominator[row]),
        }
    }

    fn is_total(self) -> bool {
        matches!(self, Self::Total(_))
    }
}

/// Sums over a cell.
#[derive(Clone, Copy, Default)]
struct Sums {
    n: usize,
    numerator: f64,
    denominator: f64,
    /// Sum of the sizes of the numerator, to tell zero from rounding.
    size: f64,
    weight: f64,
    residual: f64,
    /// Weighted squares of the residual.
    squares: f64,
}

/// A group between the two passes.
#[derive(Clone, Copy, Default)]
struct Middle {
    sums: Sums,
    value: f64,
    /// What residuals are divided by.
    over: f64,
}

impl By {
    pub(crate) fn new(survey: &Survey, groups: &Groups) -> Result<Self, Error> {
        let core = Arc::clone(&survey.core);
        same_length("groups", groups.rows(), core.rows)?;
        let leaves = core.leaf_of_row();
        let mut keys: Vec<u64> = Vec::with_capacity(leaves.len());
        for (group, leaf) in groups.codes().iter().zip(leaves) {
            if *group != NONE {
                keys.push(u64::from(*group) << 32 | u64::from(*leaf));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        let mut cell_of_row = vec![NONE; leaves.len()];
        let mut last = (u64::MAX, 0);
        for ((group, leaf), cell) in groups.codes().iter().zip(leaves).zip(&mut cell_of_row) {
            if *group == NONE {
                continue;
            }
            let key = u64::from(*group) << 32 | u64::from(*leaf);
            if last.0 != key {
                last = (key, crate::number::id(keys.partition_point(|seen| *seen < key)));
            }
            *cell = last.1;
        }
        let group_of = |key: &u64| (key >> 32) as usize;
        let start = (0..=groups.labels().len())
            .map(|group| crate::number::id(keys.partition_point(|key| group_of(key) < group)))
            .collect();
        let leaf = keys.iter().map(|key| crate::number::low_half(*key)).collect();
        let labels = groups.labels().to_vec();
        let rows = groups.sizes();
        Ok(Self { core, options: survey.options, labels, rows, cell_of_row, leaf, start })
    }

    /// The labels of the groups, in the order of the answers.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The mean in each group; not a number stands for a missing answer.
    ///
    /// # Errors
    /// `wrong-length`; `out-of-range` for infinite values.
    pub fn mean(&self, values: &[f64]) -> Result<Vec<Estimate>, Error> {
        self.check("values", values)?;
        Ok(self.answer(Quantity::Mean(values), None))
    }

    /// The total in each group.
    ///
    /// # Errors
    /// As [`By::mean`].
    pub fn total(&self, values: &[f64]) -> Result<Vec<Estimate>, Error> {
        self.check("values", values)?;
        Ok(self.answer(Quantity::Total(values), None))
    }

    /// The ratio of two totals in each group, over rows where both are present.
    ///
    /// # Errors
    /// As [`By::mean`].
    pub fn ratio(&self, numerator: &[f64], denominator: &[f64]) -> Result<Vec<Estimate>, Error> {
        self.check("numerator", numerator)?;
        self.check("denominator", denominator)?;
        Ok(self.answer(Quantity::Ratio(numerator, denominator), None))
    }

    /// The share of ones in each group.
    ///
    /// # Errors
    /// As [`By::mean`]; `out-of-range` for values other than 0, 1 and missing.
    pub fn proportion(&self, values: &[f64], method: Method) -> Result<Vec<Estimate>, Error> {
        same_length("values", values.len(), self.core.rows)?;
        let outside = |value: f64| !value.is_nan() && value.abs() > 0.0 && (value - 1.0).abs() > 0.0;
        let faults = values.iter().enumerate().filter(|(_, value)| outside(**value)).map(|(row, value)| {
            Problem::OutOfRange { value: value.to_string(), allowed: "0, 1 or missing".to_owned() }.in_row(row)
        });
        Error::check(faults)?;
        Ok(self.answer(Quantity::Mean(values), Some(method)))
    }

    fn check(&self, column: &str, values: &[f64]) -> Result<(), Error> {
        same_length(column, values.len(), self.core.rows)?;
        let faults = values.iter().enumerate().filter(|(_, value)| value.is_infinite()).map(|(row, value)| {
            Problem::OutOfRange { value: value.to_string(), allowed: "finite or missing".to_owned() }.in_row(row)
        });
        Error::check(faults)
    }

    fn cells(&self, group: usize) -> std::ops::Range<usize> {
        self.start[group] as usize..self.start[group + 1] as usize
    }

    fn group_of_cells(&self) -> Vec<u32> {
        let mut groups = vec![0; self.leaf.len()];
        for group in 0..self.labels.len() {
            groups[self.cells(group)].fill(crate::number::id(group));
        }
        groups
    }

    fn answer(&self, quantity: Quantity<'_>, method: Option<Method>) -> Vec<Estimate> {
        let mut cells = vec![Sums::default(); self.leaf.len()];
        Stop::point();
        self.first_pass(quantity, &mut cells);
        let middles: Vec<Middle> = (0..self.labels.len()).map(|group| self.middle(quantity, &cells, group)).collect();
        let fits = self.second_pass(quantity, &mut cells, &middles);
        let groups = 0..self.labels.len();
        groups
            .map(|group| {
                let estimate = self.estimate(quantity, method, &cells, &middles[group], fits.get(group), group);
                Estimate { missing: self.rows[group] - estimate.n, ..estimate }
            })
            .collect()
    }

    fn first_pass(&self, quantity: Quantity<'_>, cells: &mut [Sums]) {
        for (row, (cell, weight)) in self.cell_of_row.iter().zip(&self.core.weights).enumerate() {
            let (numerator, denominator) = quantity.of_row(row);
            let (Some(sums), false) = (cells.get_mut(*cell as usize), numerator.is_nan() || denominator.is_nan())
            else {
                continue;
            };
            sums.n += 1;
            sums.weight += weight;
            sums.numerator += weight * numerator;
            sums.size += weight.abs() * numerator.abs();
            sums.denominator += weight * denominator;
        }
    }

    fn middle(&self, quantity: Quantity<'_>, cells: &[Sums], group: usize) -> Middle {
        let mut sums = Sums::default();
        for cell in &cells[self.cells(group)] {
            sums.n += cell.n;
            sums.weight += cell.weight;
            sums.numerator += cell.numerator;
            sums.size += cell.size;
            sums.denominator += cell.denominator;
        }
        if quantity.is_total() {
            return Middle { sums, value: sums.numerator, over: 1.0 };
        }
        Middle { sums, value: sums.numerator / sums.denominator, over: sums.denominator }
    }

    /// Residuals by cell, and for each group the coefficients that the
    /// calibrations fit to its residuals.
    fn second_pass(&self, quantity: Quantity<'_>, cells: &mut [Sums], middles: &[Middle]) -> Vec<Vec<Vec<f64>>> {
        let adjustments = match &self.core.engine {
            Engine::Linear { adjustments, .. } => adjustments.as_slice(),
            Engine::Replicate(_) => &[],
        };
        let group_of_cell = self.group_of_cells();
        let mut moments: Vec<Vec<Vec<f64>>> =
            vec![adjustments.iter().map(|adjustment| vec![0.0; adjustment.width()]).collect(); middles.len()];
        let centred = !quantity.is_total();
        for (row, (cell, weight)) in self.cell_of_row.iter().zip(&self.core.weights).enumerate() {
            let (numerator, denominator) = quantity.of_row(row);
            let (Some(sums), false) = (cells.get_mut(*cell as usize), numerator.is_nan() || denominator.is_nan())
            else {
                continue;
            };
            let group = group_of_cell[*cell as usize] as usize;
            let middle = &middles[group];
            let residual = if centred { (numerator - middle.value * denominator) / middle.over } else { numerator };
            let weighted = weight * residual;
            sums.residual += weighted;
            sums.squares += weighted * residual;
            for (adjustment, moment) in adjustments.iter().zip(&mut moments[group]) {
                adjustment.collect(row, weighted, moment);
            }
        }
        for moments in &mut moments {
            crate::adjustment::fit(adjustments, moments);
        }
        moments
    }

    fn estimate(
        &self,
        quantity: Quantity<'_>,
        method: Option<Method>,
        cells: &[Sums],
        middle: &Middle,
        fits: Option<&Vec<Vec<f64>>>,
        group: usize,
    ) -> Estimate {
        Stop::point();
        let label = &self.labels[group];
        if middle.sums.n == 0 {
            return Estimate::empty(label, 0, Note::NoRespondents);
        }
        if !middle.value.is_finite() {
            return Estimate::empty(label, middle.sums.n, Note::ZeroDenominator);
        }
        let range = self.cells(group);
        let leaves: Vec<(u32, &Sums)> =
            self.leaf[range.clone()].iter().copied().zip(&cells[range]).filter(|(_, sums)| sums.n > 0).collect();
        let (psus, strata) = self.core.units(leaves.iter().map(|(leaf, _)| *leaf));
        let residuals = leaves.iter().map(|(leaf, sums)| (*leaf, sums.residual)).collect();
        let (spread, dropped) = match &self.core.engine {
            Engine::Linear { .. } => {
                (Parts::Linear { leaves: residuals, fits: fits.cloned().unwrap_or_default() }, false)
            }
            Engine::Replicate(replication) => {
                let pairs: Vec<_> =
                    leaves.iter().map(|(leaf, sums)| (*leaf, sums.numerator, sums.denominator)).collect();
                let values = replication.values(&pairs, quantity.is_total());
                let dropped = values.iter().any(|value| value.is_nan());
                (Parts::Replicates { leaves: residuals, values }, dropped)
            }
        };
        let variance = self.core.variance(&spread, middle.value);
        let size = middle.sums.size / middle.over.abs();
        let score = Score { core: Arc::clone(&self.core), parts: spread, size, total: quantity.is_total() };
        let (doubt, spread) = (self.doubt(&score, variance), &score.parts);
        let shape = method.map(|method| self.shape(method, group, middle.value, spread));
        let df = match self.options.degrees {
            Degrees::Design => self.core.df(),
            Degrees::Own => real(psus.saturating_sub(strata)).min(self.core.df()),
        };
        let known = doubt.is_none();
        let residual: Sums = leaves.iter().fold(Sums::default(), |mut all, (_, sums)| {
            all.squares += sums.squares;
            all.residual += sums.residual;
            all
        });
        let deff = self.options.deff.filter(|_| known).and_then(|deff| {
            let deff = against_simple(deff, quantity, middle, &residual, variance);
            deff.is_finite().then_some(deff)
        });
        let estimate = Estimate {
            group: label.clone(),
            estimate: Some(middle.value),
            se: known.then_some(variance.max(0.0).sqrt()),
            df,
            interval: None,
            deff,
            n: middle.sums.n,
            missing: 0,
            psus,
            note: doubt.or(dropped.then_some(Note::ReplicatesDropped)),
            score: Some(score),
        };
        estimate.with_interval(&self.options, shape)
    }

    /// What the interval of a share needs to know of its domain.
    fn shape(&self, method: Method, group: usize, estimate: f64, spread: &Parts) -> Shape {
        let mut shape = Shape { method, ..Shape::default() };
        match (method, &self.core.engine, spread) {
            (Method::Logit, Engine::Replicate(replication), Parts::Replicates { values, .. }) => {
                let log_odds = |value: f64| (value / (1.0 - value)).ln();
                let mut known = values.iter().filter(|value| !value.is_nan());
                if known.all(|value| *value > 0.0 && *value < 1.0) {
                    let replicates: Vec<f64> = values.iter().map(|value| log_odds(*value)).collect();
                    shape.log_odds_se = Some(replication.variance(&replicates, log_odds(estimate)).max(0.0).sqrt());
                }
            }
            (Method::Beta, engine, _) => {
                let leaves = &self.leaf[self.cells(group)];
                shape.rows = match engine {
                    // R survey keeps the rows outside a domain of a calibrated design, with weights of zero.
                    Engine::Linear { adjustments, .. } if !adjustments.is_empty() => self.core.rows,
                    _ => self.rows[group],
                };
                shape.df = match engine {
                    Engine::Linear { .. } => {
                        let (psus, strata) = self.core.units(leaves.iter().copied());
                        real(psus.saturating_sub(strata))
                    }
                    Engine::Replicate(_) if shape.rows == self.core.rows => self.core.df(),
                    Engine::Replicate(replication) => replication.df_of(leaves),
                };
            }
            _ => {}
        }
        shape
    }

    /// Why the variance cannot be trusted, if it cannot.
    fn doubt(&self, score: &Score, variance: f64) -> Option<Note> {
        if !variance.is_finite() {
            return Some(Note::OnePsu);
        }
        let leaves = || score.parts.leaves().iter().map(|(leaf, _)| *leaf);
        let lonely = match &self.core.engine {
            Engine::Linear { tree, .. } => match tree.varying_among(leaves()) {
                (_, true) => false,
                (0, false) => true,
                (varying, false) => varying == 1 && !score.total,
            },
            Engine::Replicate(_) => self.core.units(leaves()).0 < 2 && !score.total,
        };
        if lonely {
            return Some(Note::OnePsu);
        }
        score.is_still(variance).then_some(Note::NoVariation)
    }
}

impl Score {
    /// Whether the variance is zero because the answers do not vary, which tells
    /// nothing. It may rightly be zero for a total, for what a calibration has
    /// fixed, and where everything was drawn.
    pub(crate) fn is_still(&self, variance: f64) -> bool {
        if self.total {
            return false;
        }
        let is_nothing = |variance: f64| negligible(variance.max(0.0).sqrt(), self.size);
        match &self.core.engine {
            Engine::Linear { tree, .. } => {
                let leaves = self.parts.leaves();
                // Calibration may leave nothing; the answers themselves may not.
                tree.varying_among(leaves.iter().map(|(leaf, _)| *leaf)).0 > 0 && is_nothing(tree.variance(leaves))
            }
            Engine::Replicate(replication) => {
                let flat = self.parts.leaves().iter().all(|(_, residual)| negligible(*residual, self.size));
                let excused = (replication.is_calibrated() && !flat) || replication.is_census();
                is_nothing(variance) && !excused
            }
        }
    }
}

/// The variance over that of a simple random sample of as many answers.
fn against_simple(deff: Deff, quantity: Quantity<'_>, middle: &Middle, residual: &Sums, variance: f64) -> f64 {
    let n = real(middle.sums.n);
    // A total's domain answers zero elsewhere; R takes the rows with an answer.
    let population = middle.sums.weight;
    let scatter = if quantity.is_total() {
        let mean = residual.residual / population;
        residual.squares / population - mean * mean
    } else {
        residual.squares / population
    };
    let simple = scatter * n / (n - 1.0) * population * population / n;
    match deff {
        Deff::Replace => variance / simple,
        Deff::Wor => variance / (simple * (population - n) / population),
    }
}

impl Core {
    /// Units of the first stage that leaves belong to, and strata they lie in.
    pub(crate) fn units(&self, leaves: impl Iterator<Item = u32>) -> (usize, usize) {
        let mut psus: Vec<u32> = leaves.map(|leaf| self.psu_of_leaf(leaf)).collect();
        psus.sort_unstable();
        psus.dedup();
        let mut strata: Vec<u32> = psus.iter().map(|psu| self.stratum(*psu)).collect();
        strata.sort_unstable();
        strata.dedup();
        (psus.len(), strata.len())
    }

    /// The variance of an estimate, or of a combination of them, from what the
    /// units add to it.
    pub(crate) fn variance(&self, parts: &Parts, value: f64) -> f64 {
        match (&self.engine, parts) {
            (Engine::Linear { tree, adjustments }, Parts::Linear { leaves, fits }) => {
                if fits.is_empty() {
                    return tree.variance(leaves);
                }
                let mut dense = vec![0.0; tree.leaves()];
                for (leaf, value) in leaves {
                    dense[*leaf as usize] = *value;
                }
                for (adjustment, fit) in adjustments.iter().zip(fits) {
                    adjustment.subtract(fit, &mut dense);
                }
                let all: Vec<(u32, f64)> =
                    dense.into_iter().enumerate().map(|(leaf, value)| (crate::number::id(leaf), value)).collect();
                tree.variance(&all)
            }
            (Engine::Replicate(replication), Parts::Replicates { values, .. }) => replication.variance(values, value),
            _ => f64::NAN,
        }
    }
}

pub(crate) fn same_length(column: &str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Problem::WrongLength { column: column.to_owned(), found, expected }.into())
}
