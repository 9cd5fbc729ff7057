//! Ranks to come, as distributions, and the answers read off them.

mod bars;
mod given;
mod ladder;
mod table;

use std::sync::{Arc, OnceLock};

pub use bars::Bar;
pub use given::Given;
pub use table::ForecastRow;

use parindex::Language;

use crate::draws::{Drawn, Modelled, ScaleAhead, Source};
use crate::error::{Error, Problem};
use crate::history::{History, Unit};
use crate::model::ModelKind;
use crate::number::{MAX_DRAWS, MAX_YEARS, share};
use crate::past::Past;
use crate::reason::{Reason, Unlisted};
use crate::watch::{Watch, cores, in_chunks};

/// How a forecast is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForecastOptions {
    /// How many draws answers rest on; 100,000.
    pub draws: usize,
    /// The seed: same seed, same draws, on any number of threads.
    pub seed: u64,
    /// The model.
    pub model: ModelKind,
    /// How many threads; as many as there are cores if not said.
    pub threads: Option<usize>,
}

impl Default for ForecastOptions {
    fn default() -> Self {
        Self { draws: 100_000, seed: 0, model: ModelKind::Auto, threads: None }
    }
}

/// Joint draws of all units' scores and ranks in one year to come, or several.
///
/// Ranks are "1224": one more than the number of better scores. Draws are not
/// kept but made again for each answer, each from its number alone. An index is a
/// share of 100: where no score of the history lies outside 0 to 100, scores drawn
/// beyond count as 0 or 100; ranks are those of the draws as they are.
///
/// ```
/// use parindex_forecast::{Forecast, ForecastOptions, History, HistoryRow};
///
/// let scores = [(2022, [88.0, 90.0, 85.0]), (2023, [89.0, 92.0, 86.0]), (2024, [90.0, 91.0, 87.0])];
/// let rows = scores.into_iter().flat_map(|(year, scores)| {
///     ["01", "22", "31"].into_iter().zip(scores).map(move |(unit, score)| HistoryRow {
///         unit: unit.into(),
///         year,
///         score: Some(score),
///         ..HistoryRow::default()
///     })
/// });
/// let history = History::builder().rows(rows).build()?;
/// let forecast = Forecast::new(&history, 2025, &ForecastOptions { draws: 2_000, ..ForecastOptions::default() })?;
/// assert!(forecast.beats("22", "31")? > 0.5);
/// // The score with which unit 31 is among the first two, in four of five draws of the others.
/// assert!(forecast.needed("31", 2, 0.8)? > 87.0);
/// assert_eq!(forecast.beats("22", "99").unwrap_err().code(), "unknown-unit");
/// # Ok::<(), parindex_forecast::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Forecast {
    source: Arc<Source>,
    units: Arc<[String]>,
    names: Arc<[String]>,
    years: Arc<[i16]>,
    /// The place of the year that answers are about.
    year: usize,
    draws: usize,
    threads: usize,
    reason: Arc<Reason>,
    unlisted: Option<Unlisted>,
    weights: Arc<[(ModelKind, f64)]>,
    in_points: bool,
    /// The least and the largest score there can be, where the history tells.
    ends: Option<(f64, f64)>,
    /// What is held, and the draws that fit it, some of them often.
    given: Option<Arc<given::Condition>>,
    /// How many draws failed, once they were counted.
    failures: Arc<OnceLock<usize>>,
}

/// One draw of one year.
pub(crate) struct Shot<'a> {
    pub(crate) scores: &'a [f64],
    pub(crate) ranks: &'a [u32],
}

/// An index is a share of 100: where no score of the past lies outside 0 to 100,
/// none to come does.
fn ends(history: &History) -> Option<(f64, f64)> {
    const ENDS: (f64, f64) = (0.0, 100.0);
    let mut scores = history.scores().peekable();
    let within = scores.peek().is_some() && scores.all(|score| (ENDS.0..=ENDS.1).contains(&score));
    within.then_some(ENDS)
}

/// Whom ranks are among, where the history lists no units; nothing where the worst rank
/// published says that these are all.
fn unlisted(history: &History, units: usize, years: &[i16]) -> Option<Unlisted> {
    let first = *years.first().filter(|_| !history.lists_units())?;
    let worst = history.worst_rank_before(first).filter(|rank| *rank as usize >= units);
    let all = worst.is_some_and(|rank| rank as usize == units);
    (!all).then_some(Unlisted { units, worst_rank: worst })
}

/// Above as many units a full matrix of ranks is refused.
const MATRIX_UNITS: usize = 1000;

impl Forecast {
    /// Forecasts the units that stand in `year`, from the years before it.
    ///
    /// ```
    /// use parindex_forecast::{Forecast, ForecastOptions, History, HistoryRow};
    ///
    /// let row = |unit: &str, year, score| HistoryRow {
    ///     unit: unit.into(),
    ///     year,
    ///     score: Some(score),
    ///     ..HistoryRow::default()
    /// };
    /// let history = History::builder()
    ///     .rows([row("01", 2023, 91.0), row("22", 2023, 92.0), row("31", 2023, 85.0)])
    ///     .rows([row("01", 2024, 91.5), row("22", 2024, 92.4), row("31", 2024, 86.1)])
    ///     .build()?;
    /// let forecast = Forecast::new(&history, 2025, &ForecastOptions::default())?;
    /// let table = forecast.table(&[1, 2])?;
    /// assert_eq!(table[1].unit, "22");
    /// assert!(table[1].within_top[0] > table[2].within_top[0]);
    ///
    /// let one_year = Forecast::new(&history, 2024, &ForecastOptions::default());
    /// assert_eq!(one_year.unwrap_err().code(), "not-enough-history");
    /// # Ok::<(), parindex_forecast::Error>(())
    /// ```
    ///
    /// # Errors
    /// `not-enough-history` with fewer than two units, or two years known before;
    /// `out-of-range` for no draws.
    pub fn new(history: &History, year: i16, options: &ForecastOptions) -> Result<Self, Error> {
        Self::over(history, &[year], options, &crate::unwatched)
    }

    /// Forecasts several years at once, jointly; answers are about the first one
    /// until [`Forecast::in_year`] picks another. `watch` hears of past years that
    /// are forecast to choose and weigh models.
    ///
    /// # Errors
    /// As [`Forecast::new`]; `out-of-range` for years that do not increase,
    /// `too-large` for more than fifty,
    /// `unknown-unit` where a unit does not stand in all of them, `stopped`.
    pub fn over(history: &History, years: &[i16], options: &ForecastOptions, watch: Watch<'_>) -> Result<Self, Error> {
        if options.draws == 0 || options.draws > MAX_DRAWS {
            return Err(Problem::out_of_range("the number of draws", options.draws, "1 to 100,000,000").into());
        }
        if years.len() > MAX_YEARS {
            let limit = format!("{MAX_YEARS} years");
            return Err(Problem::TooLarge { what: "the list of years".to_owned(), limit }.into());
        }
        let past = Past::new(history, years)?;
        let predicted = options.model.model().predict(&past, watch)?;
        let scale = ScaleAhead::new(&past);
        let in_points = scale.is_some();
        let scale = scale.unwrap_or_else(|| ScaleAhead::standardised(past.ahead));
        let units = || past.units.iter().map(|unit| history.unit(*unit));
        let source = Modelled::new(predicted.prediction, scale, units().map(Unit::key), options.seed);
        Ok(Self {
            source: Arc::new(source.into()),
            units: units().map(|unit| unit.id.clone()).collect(),
            names: units().map(|unit| unit.name.clone()).collect(),
            years: years.into(),
            year: 0,
            draws: options.draws,
            threads: options.threads.unwrap_or_else(cores).max(1),
            reason: Arc::new(predicted.reason),
            unlisted: unlisted(history, past.units.len(), years),
            weights: predicted.weights.into(),
            in_points,
            ends: ends(history),
            given: None,
            failures: Arc::default(),
        })
    }

    /// A forecast of one year from draws of points of an index; units are in order.
    pub(crate) fn of_draws(
        source: Source,
        units: impl Iterator<Item = (String, String)>,
        year: i16,
        draws: usize,
        threads: usize,
        reason: Reason,
    ) -> Self {
        let (units, names): (Vec<String>, Vec<String>) = units.unzip();
        Self {
            source: Arc::new(source),
            units: units.into(),
            names: names.into(),
            years: [year].into(),
            year: 0,
            draws,
            threads,
            reason: Arc::new(reason),
            unlisted: None,
            weights: [].into(),
            in_points: true,
            ends: None,
            given: None,
            failures: Arc::default(),
        }
    }

    /// The same, ranked beside the units of another forecast.
    pub(crate) fn beside(mut self, others: &Self) -> Self {
        self.unlisted = others.unlisted.map(|unlisted| Unlisted { units: self.units.len(), ..unlisted });
        self
    }

    /// The model's draws, and the first year they are of.
    ///
    /// # Errors
    /// `cannot-join` where scores are no points or draws are no model's.
    pub(crate) fn modelled(&self) -> Result<(Modelled, i16), Problem> {
        let cannot = |what: &str| Problem::CannotJoin { what: what.to_owned() };
        match &*self.source {
            _ if !self.in_points => Err(cannot("the forecast's history holds ranks only, so its scores are no points")),
            _ if self.year > 0 => Err(cannot("the forecast is asked about a year that is not its first")),
            Source::Modelled(modelled) => Ok((modelled.clone(), self.years[0])),
            _ => Err(cannot("the forecast is a simulation itself: put the beliefs into one table")),
        }
    }

    /// The units, in the order of all answers: by id.
    #[must_use]
    pub fn units(&self) -> &[String] {
        &self.units
    }

    /// What the units are called.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The years forecast.
    #[must_use]
    pub fn years(&self) -> &[i16] {
        &self.years
    }

    /// The year that answers are about.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.years[self.year]
    }

    /// How many draws answers rest on.
    #[must_use]
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// Which model was taken, and why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Whom ranks are among, where the history lists no units: others may exist.
    #[must_use]
    pub fn unlisted(&self) -> Option<Unlisted> {
        self.unlisted
    }

    /// What has to be said beside any rank: that units may be lacking, and draws failed.
    /// Draws are gone through once, if one may fail.
    ///
    /// # Errors
    /// `stopped`.
    pub fn notes(&self, language: Language, watch: Watch<'_>) -> Result<Vec<String>, Error> {
        let unlisted = self.unlisted.map(|unlisted| unlisted.sentence(language));
        let failed = match self.failures(watch)? {
            0 => None,
            failures => Some(language.choose(
                format!("{failures} trong {} lần rút có đơn vị không tính được điểm: tính 0 thay vào", self.draws),
                format!("{failures} of {} draws gave a unit no score: they count with 0 in place of it", self.draws),
            )),
        };
        Ok(unlisted.into_iter().chain(failed).collect())
    }

    /// The models that the forecast is made of, with their weights.
    #[must_use]
    pub fn weights(&self) -> &[(ModelKind, f64)] {
        &self.weights
    }

    /// Whether scores are points of the index. Where the history holds no scores
    /// they are counted in spreads from the mean.
    #[must_use]
    pub fn in_points(&self) -> bool {
        self.in_points
    }

    /// The same draws, asked about another year.
    ///
    /// # Errors
    /// `out-of-range` for a year that was not forecast.
    pub fn in_year(&self, year: i16) -> Result<Self, Error> {
        let Some(place) = self.years.iter().position(|other| *other == year) else {
            return Err(Problem::out_of_range("the year", year, &format!("{:?}", self.years)).into());
        };
        Ok(Self { year: place, ..self.clone() })
    }

    /// For each unit how often each rank came, best rank first: units × ranks,
    /// rows add up to 1.
    ///
    /// # Errors
    /// `too-large` above 1,000 units: [`Forecast::table`] tells quantiles and the
    /// probabilities of a few ranks in memory that grows with the units only.
    pub fn rank_probabilities(&self) -> Result<Vec<Vec<f64>>, Error> {
        self.rank_probabilities_watched(&crate::unwatched)
    }

    /// [`Forecast::rank_probabilities`], with a watch.
    ///
    /// # Errors
    /// As [`Forecast::rank_probabilities`], and `stopped`.
    pub fn rank_probabilities_watched(&self, watch: Watch<'_>) -> Result<Vec<Vec<f64>>, Error> {
        let count = self.units.len();
        self.matrix_fits("the matrix of ranks")?;
        let counts = self.counted(count * count, watch, |counts, shot| {
            for (unit, rank) in shot.ranks.iter().enumerate() {
                counts[unit * count + *rank as usize - 1] += 1;
            }
        })?;
        Ok(counts.chunks(count).map(|row| row.iter().map(|count| self.share(*count)).collect()).collect())
    }

    /// The ranks of every draw: draws × units, 1 is best.
    ///
    /// # Errors
    /// `too-large` beyond five hundred million ranks; `stopped`.
    pub fn ranks(&self, watch: Watch<'_>) -> Result<Vec<u32>, Error> {
        const LIMIT: usize = 500_000_000;
        let count = self.units.len();
        if self.draws.saturating_mul(count) > LIMIT {
            let what = "the table of all ranks".to_owned();
            return Err(Problem::TooLarge { what, limit: format!("{LIMIT} ranks") }.into());
        }
        let pieces =
            self.pass(true, watch, Vec::new, |pieces: &mut Vec<(usize, Vec<u32>)>, draw, shot| {
                match pieces.last_mut() {
                    Some((from, ranks)) if *from + ranks.len() / count == draw => ranks.extend_from_slice(shot.ranks),
                    _ => pieces.push((draw, shot.ranks.to_vec())),
                }
            })?;
        let mut pieces: Vec<_> = pieces.into_iter().flatten().collect();
        pieces.sort_unstable_by_key(|(from, _)| *from);
        Ok(pieces.into_iter().flat_map(|(_, ranks)| ranks).collect())
    }

    /// The probability that the first unit's score is higher than the second's.
    ///
    /// # Errors
    /// `unknown-unit`.
    pub fn beats(&self, unit: &str, other: &str) -> Result<f64, Error> {
        let (unit, other) = (self.place(unit)?, self.place(other)?);
        let counts = self.counted(1, &crate::unwatched, |counts, shot| {
            counts[0] += u32::from(shot.ranks[unit] < shot.ranks[other]);
        })?;
        Ok(self.share(counts[0]))
    }

    /// The score with which the unit is among the first `top` with this
    /// probability, the others as forecast. A tie at `top` counts as in.
    ///
    /// The score is one that the unit reaches by its own doing: it does not say
    /// that the year is a good one for all.
    ///
    /// # Errors
    /// `unknown-unit`; `out-of-range` for a probability not between 0 and 1 or a
    /// rank that everyone, or no one, reaches.
    pub fn needed(&self, unit: &str, top: usize, probability: f64) -> Result<f64, Error> {
        self.bar(unit, top, &crate::unwatched)?.needed(probability)
    }

    /// For each unit the probabilities that it is among the first `top` in at
    /// least one, and in every one of the years forecast.
    ///
    /// # Errors
    /// `stopped`.
    pub fn reaches(&self, top: usize, watch: Watch<'_>) -> Result<Vec<(f64, f64)>, Error> {
        let count = self.units.len();
        let years = self.years.len();
        let start = || (vec![0_u32; 2 * count], vec![0_usize; count], Vec::new());
        let accounts = in_chunks(
            self.draws,
            self.threads,
            watch,
            || (start(), Drawn::default()),
            |(account, drawn), draws| {
                let (counts, often, ranks) = account;
                for draw in draws {
                    self.draw(draw, drawn);
                    often.fill(0);
                    for year in 0..years {
                        self.source.rank(year, drawn, ranks);
                        for (often, rank) in often.iter_mut().zip(ranks.iter()) {
                            *often += usize::from(*rank as usize <= top);
                        }
                    }
                    for (unit, often) in often.iter().enumerate() {
                        counts[2 * unit] += u32::from(*often > 0);
                        counts[2 * unit + 1] += u32::from(*often == years);
                    }
                }
            },
        )?;
        let counts = added(accounts.into_iter().map(|((counts, ..), _)| counts), 2 * count);
        Ok(counts.chunks(2).map(|pair| (self.share(pair[0]), self.share(pair[1]))).collect())
    }

    /// How many draws of a simulation failed: they gave a unit no score, because every
    /// row of it had left the maximum, or the framework refused to divide by zero. Such
    /// a draw counts with 0 in place of the score, or of the points refused.
    ///
    /// # Errors
    /// `stopped`.
    pub fn failures(&self, watch: Watch<'_>) -> Result<usize, Error> {
        if !self.source.may_fail() {
            return Ok(0);
        }
        if let Some(counted) = self.failures.get() {
            return Ok(*counted);
        }
        let room = || (0, Drawn::default());
        let counts = in_chunks(self.draws, self.threads, watch, room, |(failed, drawn), draws| {
            for draw in draws {
                self.draw(draw, drawn);
                *failed += usize::from(drawn.has_failed);
            }
        })?;
        let failures = counts.into_iter().map(|(failed, _)| failed).sum();
        Ok(*self.failures.get_or_init(|| failures))
    }

    fn share(&self, count: u32) -> f64 {
        share(u64::from(count), self.draws as u64)
    }

    pub(crate) fn place(&self, unit: &str) -> Result<usize, Problem> {
        let unknown = || Problem::UnknownUnit { unit: unit.to_owned(), when: self.year().to_string() };
        self.units.binary_search_by(|other| other.as_str().cmp(unit)).map_err(|_| unknown())
    }

    fn matrix_fits(&self, what: &str) -> Result<(), Problem> {
        if self.units.len() > MATRIX_UNITS {
            return Err(Problem::TooLarge { what: what.to_owned(), limit: format!("{MATRIX_UNITS} units") });
        }
        Ok(())
    }

    /// Fills in a draw, as what is given wants it.
    fn draw(&self, draw: usize, drawn: &mut Drawn) {
        match &self.given {
            None => self.source.fill(draw, drawn),
            Some(given) => {
                self.source.fill_held(given.fitting[draw] as usize, &given.held, drawn);
            }
        }
    }

    /// The score, or the end of the scale it lies beyond.
    fn between_ends(&self, score: f64) -> f64 {
        self.ends.map_or(score, |(least, most)| score.clamp(least, most))
    }

    /// Goes through all draws of the year, each thread with an account of its own;
    /// without ranks where they are not asked.
    fn pass<A: Send>(
        &self,
        ranked: bool,
        watch: Watch<'_>,
        start: impl Fn() -> A + Sync,
        step: impl Fn(&mut A, usize, &Shot<'_>) + Sync,
    ) -> Result<Vec<A>, Error> {
        let ahead = self.source.ahead();
        let room = || (start(), Drawn::default(), Vec::new(), Vec::new());
        let accounts = in_chunks(self.draws, self.threads, watch, room, |(account, drawn, ranks, scores), draws| {
            for draw in draws {
                self.draw(draw, drawn);
                if ranked {
                    self.source.rank(self.year, drawn, ranks);
                }
                scores.clear();
                let own = drawn.scores.iter().skip(self.year).step_by(ahead);
                scores.extend(own.map(|score| self.between_ends(*score)));
                step(account, draw, &Shot { scores, ranks });
            }
        })?;
        Ok(accounts.into_iter().map(|(account, ..)| account).collect())
    }

    /// Goes through all draws and counts.
    fn counted(
        &self,
        counters: usize,
        watch: Watch<'_>,
        step: impl Fn(&mut [u32], &Shot<'_>) + Sync,
    ) -> Result<Vec<u32>, Error> {
        let accounts = self.pass(true, watch, || vec![0_u32; counters], |counts, _, shot| step(counts, shot))?;
        Ok(added(accounts.into_iter(), counters))
    }
}

/// The threads' counts together.
fn added(accounts: impl Iterator<Item = Vec<u32>>, counters: usize) -> Vec<u32> {
    accounts.fold(vec![0; counters], |mut sum, counts| {
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        sum
    })
}
