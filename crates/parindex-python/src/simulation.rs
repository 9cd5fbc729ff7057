//! The functions `simulate` and `sensitivity`.

use parindex_forecast::{Index, SimulationOptions, SobolOptions};
use pyo3::prelude::*;

use crate::argument::{optional_real, real};
use crate::beliefs::Tables;
use crate::detach::detach;
use crate::error::{Failure, Gathered};
use crate::estimates::Names;
use crate::forecast::Forecast;
use crate::framework::Framework;
use crate::progress::{Progress, watched};
use crate::table::Builder;
use crate::whole::Whole;

/// Simulates what is believed of leaves through the rules of a framework.
///
/// Every draw takes a value for each leaf of each unit, scores it by the real rules –
/// thresholds, caps, zero denominators, rounding – and ranks the units. Leaves and
/// units are independent of one another.
///
/// Parameters
/// ----------
/// framework : Framework
/// beliefs : table
///     A row for each unit and leaf: unit, code, belief and the columns that it takes;
///     numbers are in the unit that the rule declares (88.4 for 88.4 %).
///
///     - ``fixed``, or nothing: it is known; evidence as for :func:`score`.
///     - ``triangular``: low, mode, high.
///     - ``beta-binomial``: of `denominator` cases so far `numerator` were good, and
///       `coming` more are to come.
///     - ``normal``: mean, se, such as an estimate of a survey; what lies outside the
///       rule's range is its end.
///     - ``bernoulli``: a flag that is met with the probability `chance`.
///     - ``choice``: a row for each statement that may come true, as evidence, with its
///       `chance`; those of a leaf add up to 1.
///
///     Optionally stage: of several beliefs about a leaf that of the latest counts. A
///     leaf without a row lacks evidence.
/// units : table, optional
///     As for :func:`score`.
/// draws : int
///     How many draws answers rest on, up to 100,000,000.
/// seed : int
///     Same seed, same draws.
/// weights_noise : float, optional
///     The standard deviation of weights, as a share of them: in each draw points and
///     maximum of every row of the hundred are multiplied by a log-normal factor of mean
///     1, the same for all units, and the maximum of the whole is kept.
/// forecast : Forecast, optional
///     What is forecast of the other units, in points of the index: they are ranked
///     beside those that have beliefs.
/// decimal : {".", ","}
///     The decimal mark of numbers written as text.
///
/// Returns
/// -------
/// Forecast
///     Its scores are indices: points over maximum, in percent. Draws that gave a unit no
///     score are counted by :attr:`Forecast.failures`.
///
/// Raises
/// ------
/// ParIndexError
///     All faults of the table at once, each with its row: those of evidence,
///     ``wrong-measure`` for a belief that the leaf's rule cannot read, ``out-of-range``,
///     ``incomplete-row``, ``bad-value``; ``max-points-unknown`` for an outline;
///     ``cannot-join`` for a forecast that is not a model's, or not in points.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> beliefs = [
/// ...     {"unit": "H44", "code": "2.1", "belief": "beta-binomial",
/// ...      "numerator": 812, "denominator": 900, "coming": 300},
/// ...     {"unit": "H45", "code": "2.1", "value": "90"},
/// ... ]
/// >>> forecast = pi.simulate(framework, beliefs, draws=20_000)
/// >>> 0.5 < forecast.beats("H44", "H45") < 0.8
/// True
#[pyfunction]
#[pyo3(
    signature = (
        framework, beliefs, units=None, *, draws=Whole::Held(100_000), seed=Whole::Held(7), weights_noise=None, forecast=None, decimal="."
    ),
    text_signature = "(framework, beliefs, units=None, *, draws=100000, seed=7, weights_noise=None, forecast=None, decimal='.')"
)]
#[allow(clippy::too_many_arguments, reason = "the options have defaults and are given by name")]
pub(crate) fn simulate(
    py: Python<'_>,
    framework: &Framework,
    beliefs: &Bound<'_, PyAny>,
    units: Option<&Bound<'_, PyAny>>,
    draws: Whole,
    seed: Whole,
    #[pyo3(from_py_with = optional_real)] weights_noise: Option<f64>,
    forecast: Option<&Forecast>,
    decimal: &str,
) -> Result<Forecast, Failure> {
    let mut faults = Gathered::default();
    let draws = faults.keep(draws.of("draws"), Default::default);
    let seed = faults.keep(seed.of("seed"), Default::default);
    faults.check()?;
    let usual = SimulationOptions::default();
    let options =
        SimulationOptions { draws: draws.unwrap_or(usual.draws), seed: seed.unwrap_or(usual.seed), threads: None };
    let tables = Tables::of(beliefs, units, decimal)?;
    let (framework, others) = (framework.0.clone(), forecast.map(|forecast| forecast.0.clone()));
    let work = move || -> Result<parindex_forecast::Forecast, Failure> {
        let simulation = tables.simulation(&framework, weights_noise)?;
        Ok(match &others {
            None => simulation.forecast(&options)?,
            Some(others) => simulation.joined(others, &options)?,
        })
    };
    Ok(Forecast(detach(py, work)??))
}

/// Which leaves make a unit's score and rank uncertain: Sobol' indices of beliefs.
///
/// The first-order index of a leaf is the share of the variance of the unit's score,
/// or of its rank, that would be gone on average if the leaf were known: where to look
/// first. Its total index is the share that would be left if all else were known; what
/// it has over the first is what the leaf does together with others.
///
/// Parameters
/// ----------
/// framework : Framework
/// beliefs : table
///     As for :func:`simulate`.
/// units : table, optional
///     As for :func:`simulate`.
/// of : str or list of str, optional
///     The units to look at, all by default; ranks are among all units either way.
/// samples : int
///     Base samples: each unit takes two evaluations for each, and two more for each
///     leaf that is uncertain, for the others and for weights.
/// seed : int
///     Same seed, same indices.
/// weights_noise : float, optional
///     As for :func:`simulate`.
/// confidence : float
///     Of the intervals.
/// decimal : {".", ","}
///     The decimal mark of numbers written as text.
/// progress : bool or callable
///     As in :func:`parindex.forecast`.
///
/// Returns
/// -------
/// Table
///     unit, on ("score" or "rank"), code (of the leaf; "others" for what is believed of
///     the other units, all together, and "weights" for the noise of weights), first,
///     first_low, first_high, total, total_low, total_high, samples, evaluations, failures.
///     Indices are None where the score or rank does not vary; ends are None where no
///     sample moved, since what never happened has no known error. `evaluations` counts
///     those of the unit and `failures` those of them that gave no rank, because every row of
///     a unit had left the maximum or the framework refused to divide by zero; `samples` are
///     what is left for the row.
///
/// Raises
/// ------
/// ParIndexError
///     As :func:`simulate`; ``unknown-unit`` for each of `of` without beliefs;
///     ``out-of-range`` for `samples` and `confidence`; ``too-large``.
///
/// Notes
/// -----
/// With outputs a and b at two independent points, and a′ and b′ where the points have
/// exchanged one input, first = 2 Σ (b′ − b)(a − a′) / Σ [(a − b)² + (b′ − a′)²] and
/// total = Σ [(b − b′)² + (a − a′)²] / Σ [(a − b)² + (b′ − a′)²]: Azzini, Mara and Rosati
/// (2021), *Comparison of two sets of Monte Carlo estimators of Sobol' indices*,
/// Environmental Modelling & Software 144. Intervals are those of a ratio of means.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> beliefs = [
/// ...     {"unit": "H44", "code": "2.1", "belief": "triangular", "low": 89.5, "mode": 90, "high": 90.5},
/// ...     {"unit": "H44", "code": "3.2", "belief": "triangular", "low": 30, "mode": 45, "high": 75},
/// ... ]
/// >>> table = pi.sensitivity(framework, beliefs, samples=1000)
/// >>> [(row["on"], row["code"], round(row["first"], 1)) for row in table.to_dicts()[:2]]
/// [('score', '2.1', 0.0), ('score', '3.2', 1.0)]
#[pyfunction]
#[pyo3(
    signature = (
        framework, beliefs, units=None, *, of=None, samples=Whole::Held(4096), seed=Whole::Held(7), weights_noise=None, confidence=0.95,
        decimal=".", progress=Progress::Line
    ),
    text_signature = "(framework, beliefs, units=None, *, of=None, samples=4096, seed=7, weights_noise=None, confidence=0.95, decimal='.', progress=True)"
)]
#[allow(clippy::too_many_arguments, reason = "the options have defaults and are given by name")]
pub(crate) fn sensitivity<'py>(
    py: Python<'py>,
    framework: &Framework,
    beliefs: &Bound<'py, PyAny>,
    units: Option<&Bound<'py, PyAny>>,
    of: Option<Names>,
    samples: Whole,
    seed: Whole,
    #[pyo3(from_py_with = optional_real)] weights_noise: Option<f64>,
    #[pyo3(from_py_with = real)] confidence: f64,
    decimal: &str,
    progress: Progress,
) -> Result<Bound<'py, PyAny>, Failure> {
    let mut faults = Gathered::default();
    let samples = faults.keep(samples.of("samples"), Default::default);
    let seed = faults.keep(seed.of("seed"), Default::default);
    faults.check()?;
    let usual = SobolOptions::default();
    let options = SobolOptions {
        samples: samples.unwrap_or(usual.samples),
        seed: seed.unwrap_or(usual.seed),
        confidence,
        threads: None,
    };
    let tables = Tables::of(beliefs, units, decimal)?;
    let (framework, of) = (framework.0.clone(), of.map(Names::list));
    let found = watched(py, progress, move |watch| -> Result<parindex_forecast::Sensitivity, Failure> {
        let simulation = tables.simulation(&framework, weights_noise)?;
        Ok(simulation.sensitivity(&options, of.as_deref(), watch)?)
    })??;
    let rows = found.rows();
    let value = |index: Option<Index>| index.map(|index| index.value);
    let low = |index: Option<Index>| index.and_then(|index| index.interval).map(|ends| ends.0);
    let high = |index: Option<Index>| index.and_then(|index| index.interval).map(|ends| ends.1);
    Builder::default()
        .text("unit", rows.iter().map(|row| Some(&row.unit)))
        .text("on", rows.iter().map(|row| Some(row.on.name())))
        .text("code", rows.iter().map(|row| Some(row.input.name())))
        .real("first", rows.iter().map(|row| value(row.indices.first)))
        .real("first_low", rows.iter().map(|row| low(row.indices.first)))
        .real("first_high", rows.iter().map(|row| high(row.indices.first)))
        .real("total", rows.iter().map(|row| value(row.indices.total)))
        .real("total_low", rows.iter().map(|row| low(row.indices.total)))
        .real("total_high", rows.iter().map(|row| high(row.indices.total)))
        .whole("samples", rows.iter().map(|row| Some(row.indices.samples)))
        .whole("evaluations", rows.iter().map(|row| Some(row.evaluations)))
        .whole("failures", rows.iter().map(|row| Some(row.failures)))
        .finish(py)
}
