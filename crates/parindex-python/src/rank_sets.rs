//! The function `rank_sets`.

use parindex_survey::RankOptions;
use pyo3::prelude::*;

use crate::argument::real;
use crate::detach::detach;
use crate::error::{Failure, tried, wrong_design};
use crate::labels::number;
use crate::several::taken;
use crate::table::Builder;
use crate::whole::Whole;

/// Which ranks each unit may have, given that estimates are uncertain.
///
/// Parameters
/// ----------
/// estimates : sequence of float
///     One a unit; the largest is rank 1.
/// se : sequence of float, optional
///     Their standard errors, if the estimates are independent.
/// cov : sequence of sequences of float, optional
///     Their covariance, if they are not: rows of numbers, a numpy array or a
///     frame. One of `se` and `cov` must be given.
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
///     ``out-of-range`` for a standard error that is not above zero and a matrix
///     that is no covariance; ``wrong-length`` without a place for each estimate;
///     ``wrong-design`` unless one of `se` and `cov` is given, `cov` as a square;
///     ``too-large`` for more than a million draws, or 8,192 units with a
///     covariance.
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
#[pyo3(
    signature = (
        estimates, se=None, cov=None, coverage=0.95, simultaneous=true, seed=Whole::Held(0), *,
        draws=Whole::Held(10_000)
    ),
    text_signature = "(estimates, se=None, cov=None, coverage=0.95, simultaneous=True, seed=0, *, draws=10000)"
)]
#[allow(clippy::too_many_arguments, reason = "the options have defaults and are given by name")]
pub(crate) fn rank_sets<'py>(
    py: Python<'py>,
    estimates: &Bound<'py, PyAny>,
    se: Option<&Bound<'py, PyAny>>,
    cov: Option<&Bound<'py, PyAny>>,
    #[pyo3(from_py_with = real)] coverage: f64,
    simultaneous: bool,
    seed: Whole,
    draws: Whole,
) -> Result<Bound<'py, PyAny>, Failure> {
    let options = RankOptions { coverage, simultaneous, draws: draws.of("draws")?, seed: seed.of("seed")? };
    let estimates = numbers("estimates", estimates)?;
    let se = se.map(|se| numbers("se", se)).transpose()?;
    let cov = cov.map(matrix).transpose()?;
    let sets = match (se, cov) {
        (Some(se), None) => detach(py, move || parindex_survey::rank_sets(&estimates, &se, &options))??,
        (None, Some(cov)) => {
            if cov.iter().any(|row| row.len() != cov.len()) {
                return Err(wrong_design("`cov` must have as many columns as rows"));
            }
            let cov = cov.concat();
            detach(py, move || parindex_survey::rank_sets_with_covariance(&estimates, &cov, &options))??
        }
        _ => return Err(wrong_design("give one of `se` and `cov`")),
    };
    Builder::default()
        .real("estimate", sets.iter().map(|set| Some(set.estimate)))
        .whole("rank", sets.iter().map(|set| Some(set.rank)))
        .whole("rank_low", sets.iter().map(|set| Some(set.low)))
        .whole("rank_high", sets.iter().map(|set| Some(set.high)))
        .finish(py)
}

/// The numbers of a sequence; None is a missing one.
fn numbers(what: &str, given: &Bound<'_, PyAny>) -> Result<Vec<f64>, Failure> {
    let all = taken(given)
        .map_err(|failure| unless_too_large(failure, &format!("`{what}` must be a sequence of numbers")))?;
    let one = |value: &Bound<'_, PyAny>| if value.is_none() { Ok(f64::NAN) } else { number(value) };
    Ok(all.iter().map(one).collect::<Result<_, _>>()?)
}

/// The rows of a matrix: a sequence of sequences, or what becomes an array.
fn matrix(given: &Bound<'_, PyAny>) -> Result<Vec<Vec<f64>>, Failure> {
    let array = tried(given.py(), given.call_method0("to_numpy"))?.unwrap_or_else(|_| given.clone());
    let rows = taken(&array).map_err(|failure| unless_too_large(failure, "`cov` must be rows of numbers"))?;
    rows.iter().map(|row| numbers("each row of cov", row)).collect()
}

/// The question does not fit where something cannot be gone through; what is too large stays so.
fn unless_too_large(failure: Failure, what: &str) -> Failure {
    if matches!(failure, Failure::Data(_)) { failure } else { wrong_design(what) }
}
