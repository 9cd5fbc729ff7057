//! The function `backtest`: past years forecast from what was known before them.

use std::collections::BTreeSet;
use std::sync::Arc;

use parindex::{Language, Place, Problem};
use parindex_forecast::{Backtest, BacktestOptions, BacktestRow, ModelKind};
use pyo3::prelude::*;

use crate::argument::named;
use crate::error::{Failure, Gathered};
use crate::estimates::Names;
use crate::history::History;
use crate::history_tables::years;
use crate::progress::{Progress, watched};
use crate::table::Builder;
use crate::whole::Whole;

/// Rows of a backtest, and the gain of each model on the random walk;
/// :func:`parindex.backtest` documents it.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the package's own function names them")]
pub(crate) fn backtest<'py>(
    py: Python<'py>,
    history: &History,
    years: &Bound<'py, PyAny>,
    models: Names,
    draws: Whole,
    seed: Whole,
    top: Whole,
    lang: &str,
    progress: Progress,
) -> Result<(Bound<'py, PyAny>, Bound<'py, PyAny>), Failure> {
    let mut faults = Gathered::default();
    let mut kinds: Vec<ModelKind> = Vec::new();
    for name in models.list() {
        if let Some(kind) = faults.keep(name.parse(), Place::default)
            && !kinds.contains(&kind)
        {
            kinds.push(kind);
        }
    }
    let lang: Option<Language> = faults.keep(lang.parse(), Place::default);
    if kinds.is_empty() && faults.found() == 0 {
        let allowed = "at least one model, such as `auto`".to_owned();
        let problem = Problem::BadValue { what: "models".to_owned(), text: "[]".to_owned(), allowed };
        faults.keep(Err::<(), _>(problem), Place::default);
    }
    let draws = faults.keep(draws.of("draws"), Place::default);
    let seed = faults.keep(seed.of("seed"), Place::default);
    let top = faults.keep(crate::tops::first(top), Place::default);
    faults.check()?;
    let usual = BacktestOptions::default();
    let options = BacktestOptions {
        years: named("years", years, self::years)?.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
        models: kinds.clone(),
        draws: draws.unwrap_or(usual.draws),
        seed: seed.unwrap_or(usual.seed),
        top: top.unwrap_or(usual.top),
    };
    let (history, top) = (Arc::clone(&history.0), options.top);
    let backtest = watched(py, progress, move |watch| Backtest::run(&history, &options, watch))??;
    Ok((rows(py, &backtest, &kinds, top, lang.unwrap_or_default())?, gains(py, &backtest, &kinds)?))
}

fn rows<'py>(
    py: Python<'py>,
    backtest: &Backtest,
    kinds: &[ModelKind],
    top: usize,
    lang: Language,
) -> Result<Bound<'py, PyAny>, Failure> {
    let place = |row: &BacktestRow| kinds.iter().position(|kind| *kind == row.model);
    let mut rows: Vec<&BacktestRow> = backtest.rows().iter().filter(|row| place(row).is_some()).collect();
    rows.sort_by_key(|row| (row.year, place(row)));
    let pits: Vec<[u32; 10]> = rows.iter().map(|row| row.pit).collect();
    Builder::default()
        .whole("year", rows.iter().map(|row| usize::try_from(row.year).ok()))
        .text("model", rows.iter().map(|row| Some(row.model.name())))
        .real("rank_mae", rows.iter().map(|row| Some(row.rank_mae)))
        .real("crps", rows.iter().map(|row| Some(row.crps)))
        .real("log_score", rows.iter().map(|row| Some(row.log_score)))
        .real(&format!("brier_top{top}"), rows.iter().map(|row| Some(row.brier)))
        .real("coverage90", rows.iter().map(|row| Some(row.coverage90)))
        .real("crps_score", rows.iter().map(|row| row.crps_score))
        .whole("units", rows.iter().map(|row| Some(row.units)))
        .wholes("pit", pits.iter().map(<[u32; 10]>::as_slice))
        .text("reason", rows.iter().map(|row| Some(row.reason.sentence(lang))))
        .finish(py)
}

fn gains<'py>(py: Python<'py>, backtest: &Backtest, kinds: &[ModelKind]) -> Result<Bound<'py, PyAny>, Failure> {
    let others = || kinds.iter().filter(|kind| **kind != ModelKind::RandomWalk);
    let gains: Vec<_> = others().map(|kind| backtest.gain(*kind)).collect();
    Builder::default()
        .text("model", others().map(|kind| Some(kind.name())))
        .real("gain", gains.iter().map(|gain| gain.map(|gain| gain.mean)))
        .real("se", gains.iter().map(|gain| gain.map(|gain| gain.se)))
        .whole("years", gains.iter().map(|gain| gain.map(|gain| gain.years)))
        .finish(py)
}
