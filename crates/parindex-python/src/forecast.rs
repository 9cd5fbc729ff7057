//! `parindex.Forecast`: ranks to come, as distributions.

use parindex::{Language, composed};
use parindex_forecast::{Error, ForecastOptions, ModelKind, Unlisted};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::argument::{named, real};
use crate::array::matrix;
use crate::bar::Bar;
use crate::detach::detach;
use crate::error::{Failure, Gathered};
use crate::given;
use crate::history::History;
use crate::history_tables::years;
use crate::pickling::refused;
use crate::progress::{Progress, watched};
use crate::table::Builder;
use crate::tops::{Tops, first};
use crate::whole::Whole;

/// Joint draws of all units' scores and ranks in a year to come, or several.
///
/// Simulated ranks are "1224": one more than the number of better scores. Draws are
/// made anew for each answer, each from the seed and its number, so that answers are
/// the same on any machine.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> rows = [
/// ...     {"unit": unit, "year": year, "score": score}
/// ...     for year, scores in [(2022, (88, 90, 85)), (2023, (89, 92, 86)), (2024, (90, 91, 87))]
/// ...     for unit, score in zip(("01", "22", "31"), scores)
/// ... ]
/// >>> forecast = pi.forecast(pi.History(rows), year=2025)
/// >>> forecast.units, forecast.year
/// (['01', '22', '31'], 2025)
/// >>> forecast.table(top=1).columns
/// ['unit', 'mean', 'sd', 'q05', 'q50', 'q95', 'rank_q05', 'rank_q50', 'rank_q95', 'p_top1']
/// >>> forecast.beats("22", "31") > 0.5
/// True
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Forecast(pub(crate) parindex_forecast::Forecast);

/// Forecasts ranks and scores from a history, as joint draws.
///
/// Parameters
/// ----------
/// history : History
///     Only the years before `year` are used.
/// year : int or list of int
///     The year to forecast; of several, which must increase, answers are about the
///     first until :meth:`Forecast.in_year` picks another.
/// draws : int
///     How many draws answers rest on, up to 100,000,000.
/// seed : int
///     Same seed, same draws.
/// model : str
///     "auto" (the stack, unless a single model did clearly better), "stack",
///     "random-walk", "ar1", "state-space" or "parts".
/// progress : bool or callable
///     True shows a line on stderr if the work takes more than a second and stderr is
///     a terminal or a notebook; a function is called with (done, total). Ctrl-C stops.
///
/// Returns
/// -------
/// Forecast
///
/// Raises
/// ------
/// ParIndexError
///     ``not-enough-history`` with fewer than two units, or two years known before;
///     ``unknown-model``; ``out-of-range`` for draws and years; ``unknown-unit`` where a
///     unit does not stand in all years; ``too-large`` for more than fifty years.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> rows = [
/// ...     {"unit": unit, "year": year, "rank": rank}
/// ...     for year in (2023, 2024) for rank, unit in enumerate(("22", "31", "01", "48"), start=1)
/// ... ]
/// >>> forecast = pi.forecast(pi.History(rows), year=2025, model="random-walk")
/// >>> forecast.table(top=2)["rank_q50"]
/// [3, 1, 2, 4]
#[pyfunction]
#[pyo3(
    signature = (history, year, *, draws=Whole::Held(100_000), seed=Whole::Held(7), model="auto", progress=Progress::Line),
    text_signature = "(history, year, *, draws=100000, seed=7, model='auto', progress=True)"
)]
pub(crate) fn forecast(
    py: Python<'_>,
    history: &History,
    year: &Bound<'_, PyAny>,
    draws: Whole,
    seed: Whole,
    model: &str,
    progress: Progress,
) -> Result<Forecast, Failure> {
    let mut faults = Gathered::default();
    let model = faults.keep(model.parse::<ModelKind>(), Default::default);
    let draws = faults.keep(draws.of("draws"), Default::default);
    let seed = faults.keep(seed.of("seed"), Default::default);
    faults.check()?;
    let usual = ForecastOptions::default();
    let options = ForecastOptions {
        draws: draws.unwrap_or(usual.draws),
        seed: seed.unwrap_or(usual.seed),
        model: model.unwrap_or(usual.model),
        threads: None,
    };
    let (history, years) = (std::sync::Arc::clone(&history.0), named("year", year, years)?);
    let work =
        move |watch: parindex_forecast::Watch<'_>| parindex_forecast::Forecast::over(&history, &years, &options, watch);
    Ok(Forecast(watched(py, progress, work)??))
}

#[pymethods]
impl Forecast {
    /// Ids of the units, in the order of all answers.
    #[getter]
    fn units(&self) -> Vec<String> {
        self.0.units().to_vec()
    }

    /// What the units are called, in the same order.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.0.names().to_vec()
    }

    /// The year that answers are about.
    #[getter]
    fn year(&self) -> i16 {
        self.0.year()
    }

    /// All years forecast.
    #[getter]
    fn years(&self) -> Vec<i16> {
        self.0.years().to_vec()
    }

    /// How many draws answers rest on.
    #[getter]
    fn draws(&self) -> usize {
        self.0.draws()
    }

    /// How many independent draws answers are worth: all, unless something is :meth:`given`.
    #[getter]
    fn effective_draws(&self) -> f64 {
        self.0.effective_draws()
    }

    /// How many draws of a simulation failed: they gave a unit no score, because every row of
    /// it had left the maximum, or the framework refused to divide by zero. Such a draw counts
    /// with 0 in place of the score, or of the points refused.
    #[getter]
    fn failures(&self, py: Python<'_>) -> Result<usize, Failure> {
        self.asked(py, |forecast| forecast.failures(&parindex_forecast::unwatched))
    }

    /// The model taken: where "auto" was asked for, the one it chose.
    #[getter]
    fn model(&self) -> Option<&'static str> {
        match self.0.weights() {
            [] => None,
            [(model, _)] => Some(model.name()),
            _ => Some(ModelKind::Stack.name()),
        }
    }

    /// Why that model, in a sentence in Vietnamese; :meth:`explain` says it in English too.
    #[getter]
    fn reason(&self) -> String {
        self.0.reason().sentence(Language::Vietnamese)
    }

    /// Why that model, in a sentence.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn explain(&self, lang: &str) -> Result<String, Failure> {
        Ok(self.0.reason().sentence(lang.parse()?))
    }

    /// What has to be known beside any rank: that units may be lacking, as the history has no
    /// table of them, or that draws of a simulation failed. Tables of the forecast carry the same.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn notes(&self, py: Python<'_>, lang: &str) -> Result<Vec<String>, Failure> {
        let lang = lang.parse()?;
        self.asked(py, move |forecast| forecast.notes(lang, &parindex_forecast::unwatched))
    }

    /// The models that the forecast is made of, each with its weight.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let weights = PyDict::new(py);
        for (model, weight) in self.0.weights() {
            weights.set_item(model.name(), weight)?;
        }
        Ok(weights)
    }

    /// Whether scores are points of the index; from ranks alone they are counted in
    /// spreads from the mean.
    #[getter]
    fn in_points(&self) -> bool {
        self.0.in_points()
    }

    /// The same draws, asked about another of the years.
    ///
    /// Parameters
    /// ----------
    /// year : int
    ///     One of :attr:`years`.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``out-of-range`` for a year that was not forecast.
    fn in_year(&self, year: Whole) -> Result<Self, Failure> {
        Ok(Self(self.0.in_year(year.within(|| "one of the years forecast".to_owned())?)?))
    }

    /// What is forecast of each unit.
    ///
    /// Parameters
    /// ----------
    /// top : int or sequence of int
    ///     For each a probability to be among the first so many; a tie at the last
    ///     place counts as in.
    /// progress : bool or callable
    ///     As in :func:`parindex.forecast`.
    ///
    /// Returns
    /// -------
    /// Table
    ///     With :meth:`notes`: unit, mean, sd, q05, q50, q95 (of the score), rank_q05, rank_q50, rank_q95,
    ///     and p_top10, … for each `top`; in the order of :attr:`units`.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``out-of-range`` for a `top` below 1, ``too-large`` for more than a thousand of them.
    #[pyo3(
        signature = (top=Tops::usual(), *, progress=Progress::Line),
        text_signature = "($self, top=(10, 15), *, progress=True)"
    )]
    fn table<'py>(&self, py: Python<'py>, top: Tops, progress: Progress) -> Result<Bound<'py, PyAny>, Failure> {
        let tops = top.list()?;
        let (forecast, asked) = (self.0.clone(), tops.clone());
        let rows = watched(py, progress, move |watch| forecast.table_watched(&asked, watch))??;
        let mut builder = Builder::default()
            .notes(self.notes(py, "vi")?.into_iter().zip(self.notes(py, "en")?))
            .text("unit", rows.iter().map(|row| Some(&row.unit)))
            .real("mean", rows.iter().map(|row| Some(row.mean)))
            .real("sd", rows.iter().map(|row| Some(row.sd)));
        for (place, name) in ["q05", "q50", "q95"].into_iter().enumerate() {
            builder = builder.real(name, rows.iter().map(|row| row.quantiles.get(place).copied()));
        }
        for (place, name) in ["rank_q05", "rank_q50", "rank_q95"].into_iter().enumerate() {
            builder = builder.whole(name, rows.iter().map(|row| row.rank_quantiles.get(place).copied()));
        }
        for (place, top) in tops.iter().enumerate() {
            let within = rows.iter().map(|row| row.within_top.get(place).copied());
            builder = builder.real(&format!("p_top{top}"), within);
        }
        builder.finish(py)
    }

    /// The ranks of every draw.
    ///
    /// Parameters
    /// ----------
    /// progress : bool or callable
    ///     As in :func:`parindex.forecast`.
    ///
    /// Returns
    /// -------
    /// numpy.ndarray
    ///     int32, draws × units (in the order of :attr:`units`), 1 is best. Where NumPy is
    ///     not installed, a memoryview of the same shape: ``ranks[draw, unit]``,
    ///     ``ranks.tolist()``.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``too-large`` beyond five hundred million ranks.
    #[pyo3(signature = (*, progress=Progress::Line), text_signature = "($self, *, progress=True)")]
    fn ranks<'py>(&self, py: Python<'py>, progress: Progress) -> Result<Bound<'py, PyAny>, Failure> {
        let forecast = self.0.clone();
        let ranks = watched(py, progress, move |watch| forecast.ranks(watch))??;
        let ranks = ranks.into_iter().map(|rank| i32::try_from(rank).unwrap_or(i32::MAX));
        Ok(matrix(py, ranks, self.0.units().len())?)
    }

    /// How often each unit has each rank.
    ///
    /// Parameters
    /// ----------
    /// progress : bool or callable
    ///     As in :func:`parindex.forecast`.
    ///
    /// Returns
    /// -------
    /// numpy.ndarray
    ///     float64, units × ranks, best rank first: ``[i, 0]`` is the probability that
    ///     unit i is first. Rows add up to 1. Where NumPy is not installed, a memoryview
    ///     of the same shape.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``too-large`` above 1,000 units: ask :meth:`table` for a few ranks.
    #[pyo3(signature = (*, progress=Progress::Line), text_signature = "($self, *, progress=True)")]
    fn rank_probabilities<'py>(&self, py: Python<'py>, progress: Progress) -> Result<Bound<'py, PyAny>, Failure> {
        let forecast = self.0.clone();
        let rows = watched(py, progress, move |watch| forecast.rank_probabilities_watched(watch))??;
        Ok(matrix(py, rows.concat().into_iter(), self.0.units().len())?)
    }

    /// The probability that the first unit's score is higher than the second's.
    ///
    /// Parameters
    /// ----------
    /// unit, other : str
    ///     Ids of the two.
    ///
    /// Returns
    /// -------
    /// float
    ///     0 to 1; draws in which both have the same rank count for neither.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unknown-unit``.
    fn beats(&self, py: Python<'_>, unit: &str, other: &str) -> Result<f64, Failure> {
        let (unit, other) = (composed(unit).into_owned(), composed(other).into_owned());
        self.asked(py, move |forecast| forecast.beats(&unit, &other))
    }

    /// The score with which a unit is among the first, the others as forecast.
    ///
    /// It is a score that the unit reaches by its own doing: it does not say that the
    /// year is a good one for all. A tie at `top` counts as in.
    ///
    /// Parameters
    /// ----------
    /// unit : str
    ///     Its id.
    /// top : int
    ///     The last rank that counts, 1 is best.
    /// probability : float
    ///     Between 0 and 1.
    ///
    /// Returns
    /// -------
    /// float
    ///     In points of the index.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unknown-unit``; ``out-of-range`` for a probability not between 0 and 1, or a
    ///     rank that everyone, or no one, reaches.
    #[pyo3(
        signature = (unit, top=Whole::Held(10), probability=0.8),
        text_signature = "($self, unit, top=10, probability=0.8)"
    )]
    fn needed(
        &self,
        py: Python<'_>,
        unit: &str,
        top: Whole,
        #[pyo3(from_py_with = real)] probability: f64,
    ) -> Result<f64, Failure> {
        let (unit, top) = (composed(unit).into_owned(), top.of("top")?);
        self.asked(py, move |forecast| forecast.needed(&unit, top, probability))
    }

    /// The score that a unit must reach for a place among the first, as a distribution:
    /// ask it for many scores at no cost.
    ///
    /// Parameters
    /// ----------
    /// unit : str
    ///     Its id.
    /// top : int
    ///     The last rank that counts, 1 is best; a tie at it counts as in.
    /// progress : bool or callable
    ///     As in :func:`parindex.forecast`.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unknown-unit``; ``out-of-range`` for a rank that everyone, or no one, reaches.
    #[pyo3(
        signature = (unit, top=Whole::Held(10), *, progress=Progress::Line),
        text_signature = "($self, unit, top=10, *, progress=True)"
    )]
    fn bar(&self, py: Python<'_>, unit: &str, top: Whole, progress: Progress) -> Result<Bar, Failure> {
        let (forecast, unit, top) = (self.0.clone(), composed(unit).into_owned(), top.of("top")?);
        Ok(Bar(watched(py, progress, move |watch| forecast.bar(&unit, top, watch))??))
    }

    /// The forecast, given what is known already of some units in the first year.
    ///
    /// Parameters
    /// ----------
    /// known : dict
    ///     For each unit its score (``"92.5"``), two ends of it (``("91", "93")``, None for
    ///     an open one), its rank (``{"rank": 3}``), the best and the worst rank it may have
    ///     (``{"rank": (1, 5)}``), or its self-score with the points that appraisal usually
    ///     cuts, and how much that differs
    ///     (``{"self_score": "95", "cut": "2.1", "sd": "1.2"}``). Numbers are str, int, float or
    ///     Decimal. What was given before is replaced.
    /// progress : bool or callable
    ///     As in :func:`parindex.forecast`.
    ///
    /// Returns
    /// -------
    /// Forecast
    ///     Its :attr:`effective_draws` say how many draws are left.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     All at once, each with its unit: ``unknown-unit``, ``bad-number``, ``bad-value``,
    ///     ``out-of-range`` for numbers that are not finite, empty intervals, and scores
    ///     below 0 or above 100 where those of the past are not;
    ///     ``too-few-draws`` where what is given is worth fewer than 200 independent
    ///     draws: ask for more draws, or doubt what is given.
    #[pyo3(signature = (known, *, progress=Progress::Line), text_signature = "($self, known, *, progress=True)")]
    fn given(&self, py: Python<'_>, known: &Bound<'_, PyAny>, progress: Progress) -> Result<Self, Failure> {
        let (forecast, known) = (self.0.clone(), given::read(known, &self.0)?);
        Ok(Self(watched(py, progress, move |watch| forecast.given_watched(&known, watch))??))
    }

    /// The probabilities to be among the first `top` in the years forecast.
    ///
    /// Parameters
    /// ----------
    /// top : int
    ///     The last rank that counts, 1 is best; a tie at it counts as in.
    /// progress : bool or callable
    ///     As in :func:`parindex.forecast`.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit, any_year, every_year: in at least one of the years, and in all of them,
    ///     0 to 1.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``out-of-range`` for a `top` below 1.
    #[pyo3(signature = (top=Whole::Held(10), *, progress=Progress::Line), text_signature = "($self, top=10, *, progress=True)")]
    fn reaches<'py>(&self, py: Python<'py>, top: Whole, progress: Progress) -> Result<Bound<'py, PyAny>, Failure> {
        let (forecast, top) = (self.0.clone(), first(top)?);
        let rows = watched(py, progress, move |watch| forecast.reaches(top, watch))??;
        Builder::default()
            .notes(self.notes(py, "vi")?.into_iter().zip(self.notes(py, "en")?))
            .text("unit", self.0.units().iter().map(Some))
            .real("any_year", rows.iter().map(|row| Some(row.0)))
            .real("every_year", rows.iter().map(|row| Some(row.1)))
            .finish(py)
    }

    /// Refuses, and says what to keep instead.
    #[allow(clippy::unused_self, reason = "pickle asks the object")]
    fn __reduce__(&self) -> PyResult<()> {
        refused("Forecast", "the history (or the beliefs), the options and the seed")
    }

    fn __repr__(&self, py: Python<'_>) -> Result<String, Failure> {
        let (count, year, draws) = (self.0.units().len(), self.0.year(), self.0.draws());
        let among = match self.0.unlisted() {
            None => String::new(),
            Some(Unlisted { worst_rank: None, .. }) => " (those with rows)".to_owned(),
            Some(Unlisted { worst_rank: Some(rank), .. }) => format!(" (of at least {rank})"),
        };
        let failed = match self.failures(py)? {
            0 => String::new(),
            failures => format!(" ({failures} failed)"),
        };
        let model = self.model().map(|model| format!(", model {model}")).unwrap_or_default();
        let given = if self.0.effective_draws() < as_real(draws) { ", given what is known" } else { "" };
        Ok(format!("<parindex.Forecast of {count} units{among} in {year}, {draws} draws{failed}{model}{given}>"))
    }

    fn _repr_html_(&self, py: Python<'_>) -> Result<String, Failure> {
        let table = self.table(py, Tops::usual(), Progress::Line)?;
        Ok(table.call_method0("_repr_html_")?.extract()?)
    }
}

impl Forecast {
    /// An answer that takes one pass through the draws.
    fn asked<T: Send + 'static>(
        &self,
        py: Python<'_>,
        ask: impl FnOnce(&parindex_forecast::Forecast) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let forecast = self.0.clone();
        Ok(detach(py, move || ask(&forecast))??)
    }
}

#[allow(clippy::cast_precision_loss, reason = "draws stay far below 2^53")]
fn as_real(draws: usize) -> f64 {
    draws as f64
}
