//! The function `rank_sets`.

use parindex_survey::{RankOptions, RankSet};
use pyo3::prelude::*;

use crate::detach::detach;
use crate::error::{Failure, wrong_design};
use crate::table::Builder;

/// Which ranks each unit may have, given that estimates are uncertain.
///
/// Parameters
/// ----------
/// estimates : sequence of float
///     One a unit; the largest is rank 1.
/// se : sequence of float, optional
///     Their standard errors, if the estimates are independent.
/// cov : sequence of sequences of float, optional
///     Their covariance, if they are not. One of `se` and `cov` must be given.
/// coverage : float
///     The probability that the sets hold the true ranks.
/// simultaneous : bool
///     Whether the sets hold all true ranks at once, or each its own.
/// seed : int
///     Same seed, same sets.
/// draws : int
///     How many draws the critical values rest on.
///
/// Returns
/// -------
/// Table
///     In the order given: estimate, rank, rank_low, rank_high (best and worst
///     rank that cannot be ruled out).
///
/// Raises
/// ------
/// ParIndexError
///     All at once with their place: ``not-estimable`` for a missing estimate,
///     ``out-of-range`` for a standard error that is not above zero;
///     ``wrong-length``; ``wrong-design`` unless one of `se` and `cov` is given.
///
/// Notes
/// -----
/// Mogstad, Romano, Shaikh and Wilhelm (2024), *Inference for Ranks with
/// Applications to Mobility across Neighbourhoods and Academic Achievement
/// across Countries*: two-sided, with stepdown. Estimates are taken as
/// approximately normal and standard errors as known. With few sampled units
/// behind an estimate (a province of three districts) neither holds, and the
/// sets are too narrow: at least what they do not tell apart cannot be told apart.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> sets = pi.rank_sets([90.61, 90.29, 83.0], se=[1.5, 1.6, 1.4])
/// >>> sets["rank"], sets["rank_low"], sets["rank_high"]
/// ([1, 2, 3], [1, 1, 3], [2, 2, 3])
#[pyfunction]
#[pyo3(signature = (estimates, se=None, cov=None, coverage=0.95, simultaneous=true, seed=0, *, draws=10_000))]
#[allow(clippy::too_many_arguments, reason = "the options have defaults and are given by name")]
pub(crate) fn rank_sets(
    py: Python<'_>,
    estimates: Vec<Option<f64>>,
    se: Option<Vec<Option<f64>>>,
    cov: Option<Vec<Vec<f64>>>,
    coverage: f64,
    simultaneous: bool,
    seed: u64,
    draws: usize,
) -> Result<Bound<'_, PyAny>, Failure> {
    let options = RankOptions { coverage, simultaneous, draws, seed };
    let plain =
        |values: Vec<Option<f64>>| -> Vec<f64> { values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect() };
    let estimates = plain(estimates);
    let sets = match (se.map(plain), cov) {
        (Some(se), None) => detach(py, move || parindex_survey::rank_sets(&estimates, &se, &options))??,
        (None, Some(cov)) => {
            let square = cov.iter().all(|row| row.len() == cov.len());
            if !square {
                return Err(wrong_design("the covariance must have as many columns as rows"));
            }
            let cov = cov.concat();
            detach(py, move || parindex_survey::rank_sets_with_covariance(&estimates, &cov, &options))??
        }
        _ => return Err(wrong_design("give one of `se` and `cov`")),
    };
    table(Builder::default(), &sets).finish(py)
}

/// The columns of rank sets, after those there are.
pub(crate) fn table(builder: Builder, sets: &[RankSet]) -> Builder {
    builder
        .real("estimate", sets.iter().map(|set| Some(set.estimate)))
        .whole("rank", sets.iter().map(|set| Some(set.rank)))
        .whole("rank_low", sets.iter().map(|set| Some(set.low)))
        .whole("rank_high", sets.iter().map(|set| Some(set.high)))
}
