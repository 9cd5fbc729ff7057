//! Rolling origin: every past year forecast from what was known before it.

use crate::error::{Error, Problem};
use crate::history::History;
use crate::judge::judge;
use crate::model::ModelKind;
use crate::number::{MAX_DRAWS, real};
use crate::past::{Memory, Past};
use crate::reason::Reason;
use crate::watch::{Watch, goes_on};

/// What a backtest does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BacktestOptions {
    /// The years to forecast.
    pub years: Vec<i16>,
    /// The models; the random walk is always among them, first.
    pub models: Vec<ModelKind>,
    /// Draws for each forecast; 10,000.
    pub draws: usize,
    /// The seed.
    pub seed: u64,
    /// The rank whose probability the Brier score is of; 10.
    pub top: usize,
}

impl Default for BacktestOptions {
    fn default() -> Self {
        Self { years: Vec::new(), models: vec![ModelKind::Auto], draws: 10_000, seed: 0, top: 10 }
    }
}

/// One model in one year; means over the units whose rank is known.
#[derive(Clone, Debug, PartialEq)]
pub struct BacktestRow {
    /// The year forecast.
    pub year: i16,
    /// The model.
    pub model: ModelKind,
    /// How many units were judged.
    pub units: usize,
    /// How far the median rank was off, in places.
    pub rank_mae: f64,
    /// CRPS of the rank, in places: lower is better.
    pub crps: f64,
    /// CRPS of the score, in points; nothing where no score is known.
    pub crps_score: Option<f64>,
    /// Minus the mean logarithm of the probability of the rank that came, where a
    /// hundredth of all probability is spread evenly over the ranks.
    pub log_score: f64,
    /// Brier score of "among the first `top`".
    pub brier: f64,
    /// The share of ranks within the 5 % and 95 % quantiles, ends included.
    pub coverage90: f64,
    /// Randomised probability integral transforms, counted by tenths: even if calibrated.
    pub pit: [u32; 10],
    /// How the forecast came about.
    pub reason: Reason,
}

/// Years × models.
///
/// ```
/// use parindex_forecast::{Backtest, BacktestOptions, History, HistoryRow, ModelKind, unwatched};
///
/// let rows = (2015..2022).flat_map(|year: i16| {
///     ["01", "22", "31", "48"].into_iter().zip(0_i16..).map(move |(unit, place)| HistoryRow {
///         unit: unit.into(),
///         year,
///         score: Some(f64::from(80 + place + (year * place) % 3)),
///         ..HistoryRow::default()
///     })
/// });
/// let history = History::builder().rows(rows).build()?;
/// let options = BacktestOptions { years: vec![2019, 2020, 2021], draws: 500, ..BacktestOptions::default() };
/// let backtest = Backtest::run(&history, &options, &unwatched)?;
/// assert_eq!(backtest.rows().len(), 3 * 2); // each year by the random walk, then by the model asked for
/// let gain = backtest.gain(ModelKind::Auto).expect("three years to compare");
/// assert_eq!(gain.years, 3);
/// # Ok::<(), parindex_forecast::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Backtest {
    rows: Vec<BacktestRow>,
}

/// How a model compares with the random walk over all years of a backtest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// How much lower its mean CRPS of rank is, as a share of the walk's.
    pub mean: f64,
    /// The standard error of that over years, which count as independent.
    pub se: f64,
    /// How many years.
    pub years: usize,
}

impl Backtest {
    /// Forecasts each year from the years before it and holds it against the year.
    ///
    /// Where nearly all units have a score, ranks are taken among those; else the
    /// published ranks count. A year in which a model has too little history has
    /// no row of it.
    ///
    /// # Errors
    /// `not-enough-history` if no year can be forecast by the random walk, or
    /// nothing is known of it; `out-of-range` for no draws or years; `stopped`.
    pub fn run(history: &History, options: &BacktestOptions, watch: Watch<'_>) -> Result<Self, Error> {
        if options.draws == 0 || options.draws > MAX_DRAWS {
            return Err(Problem::out_of_range("the number of draws", options.draws, "1 to 100,000,000").into());
        }
        let mut models = vec![ModelKind::RandomWalk];
        models.extend(options.models.iter().filter(|kind| **kind != ModelKind::RandomWalk));
        let memory = Memory::default();
        let total = options.years.len() * models.len();
        let mut rows = Vec::new();
        for (place, year) in options.years.iter().enumerate() {
            let past = match Past::remembering(history, &[*year], memory.clone()) {
                Ok(past) => past,
                Err(error) if error.code() == "not-enough-history" => continue,
                Err(error) => return Err(error),
            };
            for (column, kind) in models.iter().enumerate() {
                let done = place * models.len() + column;
                goes_on(watch, done, total)?;
                let within = |_: usize, _: usize| watch(done, total);
                let predicted = match kind.model().predict(&past, &within) {
                    Ok(predicted) => predicted,
                    Err(error) if error.code() == "not-enough-history" => continue,
                    Err(error) => return Err(error),
                };
                let judged = judge(&past, &predicted.prediction, options.draws, options.seed, options.top);
                rows.extend(judged.map(|judged| BacktestRow {
                    year: *year,
                    model: *kind,
                    units: judged.units,
                    rank_mae: judged.rank_mae,
                    crps: judged.crps,
                    crps_score: judged.crps_score,
                    log_score: judged.log_score,
                    brier: judged.brier,
                    coverage90: judged.coverage,
                    pit: judged.pit,
                    reason: predicted.reason,
                }));
            }
        }
        if rows.is_empty() {
            let what = format!("none of the {} years can be forecast and compared", options.years.len());
            return Err(Problem::NotEnoughHistory { what }.into());
        }
        Ok(Self { rows })
    }

    /// All rows, by year, then in the order of models.
    #[must_use]
    pub fn rows(&self) -> &[BacktestRow] {
        &self.rows
    }

    /// How much better than the random walk a model did, over the years both have.
    /// Nothing with fewer than two such years.
    #[must_use]
    pub fn gain(&self, model: ModelKind) -> Option<Gain> {
        let of = |kind: ModelKind, year: i16| self.rows.iter().find(|row| row.model == kind && row.year == year);
        let pairs: Vec<(f64, f64)> = self
            .rows
            .iter()
            .filter(|row| row.model == model)
            .filter_map(|row| Some((of(ModelKind::RandomWalk, row.year)?.crps, row.crps)))
            .collect();
        if pairs.len() < 2 {
            return None;
        }
        let count = real(pairs.len());
        let level = pairs.iter().map(|pair| pair.0).sum::<f64>() / count;
        let gains: Vec<f64> = pairs.iter().map(|(walk, own)| (walk - own) / level).collect();
        let mean = gains.iter().sum::<f64>() / count;
        let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Some(Gain { mean, se: (variance / count).sqrt(), years: pairs.len() })
    }
}
