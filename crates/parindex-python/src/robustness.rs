//! `parindex.Robustness`: a ranking under other weights.

use parindex::Code;
use parindex_forecast::RobustnessOptions;
use pyo3::prelude::*;

use crate::argument::real;
use crate::assessment::Assessment;
use crate::error::{Failure, Gathered};
use crate::pickling::refused;
use crate::progress::{Progress, watched};
use crate::table::Builder;
use crate::tops::Tops;
use crate::whole::Whole;

/// A published ranking under weights that might as well have been a little different.
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Robustness(parindex_forecast::Robustness);

/// Moves the weights of a ranking and looks what becomes of it.
///
/// In each draw points and maximum of every row of the hundred right below a node are
/// multiplied by a factor, the same for all units, and the index is points over maximum
/// again: a field weighs more or less, and whoever has the maximum everywhere keeps it.
/// Factors are log-normal with mean 1. Rows outside the hundred keep their points.
/// Without noise every draw is the published ranking.
///
/// Parameters
/// ----------
/// assessment : Assessment
/// noise : float
///     The standard deviation of a weight, as a share of it, 0 to 10.
/// code : str, optional
///     The node whose rows' weights are moved and whose ranking is looked at; the whole
///     and its fields by default.
/// draws : int
///     How many draws answers rest on, up to 100,000,000.
/// seed : int
///     Same seed, same draws.
/// progress : bool or callable
///     As in :func:`parindex.forecast`.
///
/// Returns
/// -------
/// Robustness
///
/// Raises
/// ------
/// ParIndexError
///     ``out-of-range`` for `noise` and `draws`; ``bad-code``, ``unknown-criterion``;
///     ``bad-weight`` for a leaf, and for a node that is a minimum or a geometric mean,
///     whose rows have no weights; ``max-points-unknown`` for each row below it whose
///     maximum is open; ``too-large`` above 1,000 units.
///
/// Notes
/// -----
/// Saisana, Saltelli and Tarantola (2005), *Uncertainty and sensitivity analysis
/// techniques as tools for the quality assessment of composite indicators*, Journal of
/// the Royal Statistical Society A 168.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("par-index/province-2022")
/// >>> points = {"22": ("58", "6", "19", "8.5"), "31": ("57", "6", "20", "8.4"), "04": ("50", "4", "15", "7")}
/// >>> rows = [
/// ...     {"unit": unit, "code": str(code), "points": value}
/// ...     for unit, values in points.items() for code, value in enumerate(values, start=1)
/// ... ]
/// >>> robust = pi.robustness(pi.score(framework, rows), noise=0.2)
/// >>> robust.table(top=[1])["rank"]
/// [3, 1, 2]
/// >>> [(row["unit"], row["other"]) for row in robust.swaps().to_dicts()]
/// [('22', '31')]
/// >>> robust.first_stays < 1, robust.failures
/// (True, 0)
#[pyfunction]
#[pyo3(
    signature = (assessment, *, noise=0.1, code=None, draws=Whole::Held(10_000), seed=Whole::Held(7), progress=Progress::Line),
    text_signature = "(assessment, *, noise=0.1, code=None, draws=10000, seed=7, progress=True)"
)]
pub(crate) fn robustness(
    py: Python<'_>,
    assessment: &Assessment,
    #[pyo3(from_py_with = real)] noise: f64,
    code: Option<&str>,
    draws: Whole,
    seed: Whole,
    progress: Progress,
) -> Result<Robustness, Failure> {
    let mut faults = Gathered::default();
    let code = faults.keep(code.map(str::parse::<Code>).transpose(), Default::default);
    let draws = faults.keep(draws.of("draws"), Default::default);
    let seed = faults.keep(seed.of("seed"), Default::default);
    faults.check()?;
    let usual = RobustnessOptions::default();
    let options = RobustnessOptions {
        noise,
        draws: draws.unwrap_or(usual.draws),
        seed: seed.unwrap_or(usual.seed),
        code: code.flatten(),
        threads: None,
    };
    let assessment = assessment.0.clone();
    let work = move |watch: parindex_forecast::Watch<'_>| parindex_forecast::robustness(&assessment, &options, watch);
    Ok(Robustness(watched(py, progress, work)??))
}

#[pymethods]
impl Robustness {
    /// Ids of the units ranked.
    #[getter]
    fn units(&self) -> Vec<String> {
        self.0.units().to_vec()
    }

    /// How many draws were made.
    #[getter]
    fn draws(&self) -> usize {
        self.0.draws()
    }

    /// How many draws gave a unit no finite index; they are left out of all answers.
    #[getter]
    fn failures(&self) -> usize {
        self.0.failures()
    }

    /// How many places a unit moves, on average over units and draws: Spearman's footrule a unit.
    #[getter]
    fn mean_shift(&self) -> f64 {
        self.0.mean_shift()
    }

    /// The share of the pairs published in an order that change it, on average over draws:
    /// Kendall's distance, 0 for the same order and 1 for the reverse. None if no pair has one.
    #[getter]
    fn kendall(&self) -> Option<f64> {
        self.0.kendall()
    }

    /// The probability that whoever comes first was published first.
    #[getter]
    fn first_stays(&self) -> f64 {
        self.0.first_stays()
    }

    /// What becomes of each unit's rank.
    ///
    /// Parameters
    /// ----------
    /// top : int or sequence of int
    ///     For each a probability to be among the first so many; a tie at the last place
    ///     counts as in.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit, rank (as published), rank_q05, rank_q50, rank_q95, kept (share of draws
    ///     with that rank), mean_shift (places it moves, on average), and p_top10, … for
    ///     each `top`.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``out-of-range`` for a `top` below 1.
    #[pyo3(signature = (top=Tops::usual()), text_signature = "($self, top=(10, 15))")]
    fn table<'py>(&self, py: Python<'py>, top: Tops) -> Result<Bound<'py, PyAny>, Failure> {
        let tops = top.list()?;
        let rows = self.0.table(&tops);
        let mut builder = Builder::default()
            .text("unit", rows.iter().map(|row| Some(&row.unit)))
            .whole("rank", rows.iter().map(|row| Some(row.rank)));
        for (place, name) in ["rank_q05", "rank_q50", "rank_q95"].into_iter().enumerate() {
            builder = builder.whole(name, rows.iter().map(|row| row.rank_quantiles.get(place).copied()));
        }
        builder = builder
            .real("kept", rows.iter().map(|row| Some(row.kept)))
            .real("mean_shift", rows.iter().map(|row| Some(row.mean_shift)));
        for (place, top) in tops.iter().enumerate() {
            let within = rows.iter().map(|row| row.within_top.get(place).copied());
            builder = builder.real(&format!("p_top{top}"), within);
        }
        builder.finish(py)
    }

    /// The pairs of units that change their order in any draw, the most likely first.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit (published ahead), other, share (of draws in which the other is ahead).
    fn swaps<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let rows = self.0.swaps();
        Builder::default()
            .text("unit", rows.iter().map(|row| Some(&row.unit)))
            .text("other", rows.iter().map(|row| Some(&row.other)))
            .real("share", rows.iter().map(|row| Some(row.share)))
            .finish(py)
    }

    /// Refuses, and says what to keep instead.
    #[allow(clippy::unused_self, reason = "pickle asks the object")]
    fn __reduce__(&self) -> PyResult<()> {
        refused("Robustness", "the assessment, the options and the seed")
    }

    fn __repr__(&self) -> String {
        let failed = match self.0.failures() {
            0 => String::new(),
            failures => format!(" ({failures} failed)"),
        };
        format!("<parindex.Robustness of {} units over {} draws{failed}>", self.0.units().len(), self.0.draws())
    }
}
