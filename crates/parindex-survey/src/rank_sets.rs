//! Which ranks a unit may have, given that estimates are uncertain.

mod classes;
mod draws;
mod independent;
mod ladders;
mod marginal;
mod pairs;

use crate::error::{Error, Fault, Problem};
use crate::number::{check_table, real};
use crate::rank_sets::independent::Independent;
use crate::rank_sets::pairs::Dependent;

/// How rank confidence sets are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankOptions {
    /// The probability that the sets hold the true ranks; 0.95.
    pub coverage: f64,
    /// Whether the sets hold all true ranks at once, or each its own.
    pub simultaneous: bool,
    /// How many draws the critical values rest on; 10,000, and at most
    /// [`RankOptions::MAX_DRAWS`].
    pub draws: usize,
    /// The seed: same seed, same sets, on any number of threads.
    pub seed: u64,
}

impl RankOptions {
    /// Most draws: they know a critical value to a thousandth.
    pub const MAX_DRAWS: usize = 1_000_000;
}

impl Default for RankOptions {
    fn default() -> Self {
        Self { coverage: 0.95, simultaneous: true, draws: 10_000, seed: 0 }
    }
}

/// The rank of a unit and the ranks that cannot be ruled out; 1 is largest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankSet {
    /// The estimate ranked.
    pub estimate: f64,
    /// One more than the number of larger estimates.
    pub rank: usize,
    /// The best rank of the confidence set.
    pub low: usize,
    /// The worst rank of the confidence set.
    pub high: usize,
}

/// Rank confidence sets from independent estimates and their standard errors,
/// in the order given.
///
/// Source: Mogstad, Romano, Shaikh and Wilhelm (2024), *Inference for Ranks
/// with Applications to Mobility across Neighbourhoods and Academic Achievement
/// across Countries*, Review of Economic Studies 91, two-sided with stepdown, as
/// the R package csranks computes them. Memory grows with the number of units.
///
/// The sets assume that each estimate is normal about its truth and that its
/// standard error is known. In large samples both hold nearly. With few sampled
/// units behind an estimate neither does: a standard error from three districts
/// has 2 degrees of freedom and is itself uncertain, so that a 95 % interval needs
/// 4.3 standard errors where the normal takes 1.96, and shares near 0 or 100 % are
/// skewed. The true ranks then lie outside the sets more often than `coverage`
/// says. Read such sets as the least that cannot be told apart.
///
/// Equal estimates share a rank, and their sets hold every rank among them. A
/// `simultaneous` answer supports statements about the whole table ("no province
/// outside these six is among the first three"), a marginal one statements about
/// one unit chosen beforehand.
///
/// ```
/// use parindex_survey::{rank_sets, RankOptions};
///
/// let sets = rank_sets(&[90.0, 80.0, 80.5], &[0.5, 0.5, 0.5], &RankOptions::default())?;
/// assert_eq!((sets[0].rank, sets[0].low, sets[0].high), (1, 1, 1));
/// assert_eq!((sets[1].rank, sets[1].low, sets[1].high), (3, 2, 3));
/// # Ok::<(), parindex_survey::Error>(())
/// ```
///
/// # Errors
/// All at once with rows: `not-estimable` for a missing estimate,
/// `out-of-range` for a standard error that is not above zero; `wrong-length`;
/// `out-of-range` for a coverage not between 0 and 1, or no draws; `too-large`
/// for too many draws, alone or with the units.
pub fn rank_sets(estimates: &[f64], se: &[f64], options: &RankOptions) -> Result<Vec<RankSet>, Error> {
    crate::by::same_length("standard errors", se.len(), estimates.len())?;
    let mut faults = checked(estimates, options);
    for (row, se) in se.iter().enumerate().filter(|(_, se)| !(se.is_finite() && **se > 0.0)) {
        let allowed = "a standard error above zero".to_owned();
        faults.push(Problem::OutOfRange { value: se.to_string(), allowed }.in_row(row));
    }
    Error::check(faults)?;
    let model = Independent::new(estimates, se);
    let bounds = if options.simultaneous { model.simultaneous(options) } else { model.marginal(options) };
    Ok(sets(estimates, &bounds, |first, second, bound| model.is_larger(first, second, bound)))
}

/// Rank confidence sets from estimates and their covariance, given row by row.
/// Memory grows with the covariance; otherwise as [`rank_sets`].
///
/// # Errors
/// As [`rank_sets`]; `out-of-range` also where the matrix is not symmetric, or
/// no covariance (not positive semi-definite). A variance of 0 is that of an
/// estimate known exactly. `too-large` for more than 8,192 units.
pub fn rank_sets_with_covariance(
    estimates: &[f64],
    covariance: &[f64],
    options: &RankOptions,
) -> Result<Vec<RankSet>, Error> {
    let count = estimates.len();
    check_table("the covariance", count, count)?;
    crate::by::same_length("the covariance, row by row,", covariance.len(), count * count)?;
    let mut faults = checked(estimates, options);
    if !options.simultaneous {
        faults.extend(check_table("the draws", options.draws, count).map_err(Fault::from).err());
    }
    for row in 0..count {
        let variance = covariance[row * count + row];
        if !(variance.is_finite() && variance >= 0.0) {
            let allowed = "a variance from zero on".to_owned();
            faults.push(Problem::OutOfRange { value: variance.to_string(), allowed }.in_row(row));
        }
        for column in 0..row {
            let (one, two) = (covariance[row * count + column], covariance[column * count + row]);
            let most = (variance * covariance[column * count + column]).sqrt();
            let sound = (one - two).abs() <= 1e-9 * most && one.abs() <= most * (1.0 + 1e-9);
            if !sound {
                let allowed = format!("the covariance of rows {} and {}, the same both ways", column + 1, row + 1);
                faults.push(Problem::OutOfRange { value: one.to_string(), allowed }.in_row(row));
            }
        }
    }
    Error::check(faults)?;
    let model = Dependent::new(estimates, covariance);
    if !model.is_sound() {
        let allowed = "a positive semi-definite matrix, such as variances and covariances make".to_owned();
        return Err(Problem::OutOfRange { value: "the covariance".to_owned(), allowed }.into());
    }
    let bounds = model.bounds(options);
    Ok(sets(estimates, &bounds, |first, second, bound| model.is_larger(first, second, bound)))
}

fn checked(estimates: &[f64], options: &RankOptions) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !(options.coverage > 0.0 && options.coverage < 1.0) {
        let allowed = "a coverage between 0 and 1".to_owned();
        faults.push(Problem::OutOfRange { value: options.coverage.to_string(), allowed }.into());
    }
    if options.draws == 0 {
        faults.push(Problem::OutOfRange { value: "0".to_owned(), allowed: "at least one draw".to_owned() }.into());
    }
    if options.draws > RankOptions::MAX_DRAWS {
        let limit = RankOptions::MAX_DRAWS.to_string();
        faults.push(Problem::TooLarge { what: "the number of draws".to_owned(), limit }.into());
    } else if !options.simultaneous && options.coverage > 0.0 && options.coverage < 1.0 {
        // What each unit keeps of its draws, for as many units as share a pass.
        let (units, kept) = (estimates.len().min(marginal::BLOCK), needed(options.draws, options.coverage));
        faults.extend(check_table("the draws", kept, units).map_err(Fault::from).err());
    }
    for (row, _) in estimates.iter().enumerate().filter(|(_, estimate)| !estimate.is_finite()) {
        faults.push(Problem::NotEstimable { what: "this unit".to_owned() }.in_row(row));
    }
    faults
}

/// From critical values, one for all or one a unit, to sets of ranks.
fn sets(estimates: &[f64], bounds: &[f64], is_larger: impl Fn(usize, usize, f64) -> bool) -> Vec<RankSet> {
    let mut sorted = estimates.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = estimates.len();
    let set = |(unit, estimate): (usize, &f64)| {
        let bound = bounds[unit.min(bounds.len() - 1)];
        let above = (0..count).filter(|other| is_larger(*other, unit, bound)).count();
        let below = (0..count).filter(|other| is_larger(unit, *other, bound)).count();
        let rank = count - sorted.partition_point(|other| other <= estimate) + 1;
        RankSet { estimate: *estimate, rank, low: above + 1, high: count - below }
    };
    estimates.iter().enumerate().map(set).collect()
}

/// The quantile of order `coverage` (R's type 7) of `count` values of which
/// only the largest are given, in any order.
fn upper_quantile(largest: &mut [f64], count: usize, coverage: f64) -> f64 {
    largest.sort_unstable_by(f64::total_cmp);
    let (place, towards) = crate::number::quantile_place(count, coverage);
    let missing = count - largest.len();
    let at = |place: usize| largest[place.saturating_sub(missing).min(largest.len() - 1)];
    let (low, high) = (at(place), at(place + 1));
    debug_assert!(real(place) <= real(count), "a quantile lies among its values");
    low + towards * (high - low)
}

/// How many of the largest values a quantile needs.
fn needed(count: usize, coverage: f64) -> usize {
    count - crate::number::quantile_place(count, coverage).0
}
