//! How far a published ranking hangs on the weights it was made with.

use parindex::{Aggregate, Assessment, Code, Criterion, Framework, Place, Scorecard};

use crate::draws::rank;
use crate::error::{Error, Fault, Problem};
use crate::normal::LogNormal;
use crate::number::{MAX_DRAWS, real, share};
use crate::random::Stream;
use crate::scores::RankCounts;
use crate::simulation::compiled::snapped;
use crate::simulation::curve::float;
use crate::watch::{Watch, cores, in_chunks};

/// How weights are moved.
#[derive(Clone, Debug, PartialEq)]
pub struct RobustnessOptions {
    /// The standard deviation of a weight, as a share of it; 0.1.
    pub noise: f64,
    /// How many draws answers rest on; 10,000.
    pub draws: usize,
    /// The seed: same seed, same draws, on any number of threads.
    pub seed: u64,
    /// The node whose rows' weights are moved and whose ranking is looked at; the
    /// whole and its fields if not said.
    pub code: Option<Code>,
    /// How many threads; as many as there are cores if not said.
    pub threads: Option<usize>,
}

impl Default for RobustnessOptions {
    fn default() -> Self {
        Self { noise: 0.1, draws: 10_000, seed: 0, code: None, threads: None }
    }
}

/// A ranking under weights that might as well have been a little different.
///
/// ```
/// use parindex::{Evidence, EvidenceRow, Framework};
/// use parindex_forecast::{RobustnessOptions, robustness, unwatched};
///
/// let mut rows = Vec::new();
/// let panel = [("22", ["58", "6", "19", "8.5"]), ("31", ["57", "6", "20", "8.4"]), ("04", ["50", "4", "15", "7"])];
/// for (unit, points) in panel {
///     for (code, points) in (1..).zip(points) {
///         rows.push(EvidenceRow::points(unit, format!("{code}"), points.parse()?));
///     }
/// }
/// let assessment = Framework::bundled("par-index/province-2022")?.score(&Evidence::from_rows(rows)?)?;
/// let moved = robustness(&assessment, &RobustnessOptions { noise: 0.2, ..RobustnessOptions::default() }, &unwatched)?;
/// // 22 and 31 lie close and change places in some draws; 04 is last in all of them.
/// assert_eq!(moved.swaps().len(), 1);
/// assert!(moved.first_stays() < 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Robustness {
    units: Vec<String>,
    published: Vec<u32>,
    /// Unit after unit, how often it had each rank.
    ranks: Vec<u32>,
    /// For each unit and each one published behind it, how often that one was ahead.
    swaps: Vec<u32>,
    /// How many pairs are published in an order.
    ordered: usize,
    first_stays: u32,
    draws: usize,
    failures: usize,
}

/// What becomes of one unit's rank.
#[derive(Clone, Debug, PartialEq)]
pub struct RobustnessRow {
    /// The unit's id.
    pub unit: String,
    /// Its published rank.
    pub rank: usize,
    /// The ranks that 5 %, 50 % and 95 % of the draws reach or better.
    pub rank_quantiles: [usize; 3],
    /// The share of draws in which it has its published rank.
    pub kept: f64,
    /// How many places it moves, on average, up or down.
    pub mean_shift: f64,
    /// The shares of draws in which it is among the first, one for each number
    /// asked; a tie at the last place counts as in.
    pub within_top: Vec<f64>,
}

/// Two units that change their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Swap {
    /// The unit published ahead.
    pub unit: String,
    /// The unit published behind.
    pub other: String,
    /// The share of draws in which the other is ahead.
    pub share: f64,
}

/// Above as many units pairs are too many.
const MOST_UNITS: usize = 1000;

/// A row whose weight is moved, or one outside the hundred.
struct Part<'a> {
    code: &'a Code,
    weight: f64,
    is_inside: bool,
}

/// What a unit has under each part, its weight counted: points and maxima; and what
/// rows outside the hundred add to the index, as a share of the maximum.
struct Shares {
    points: Vec<f64>,
    maxima: Vec<f64>,
    outside: f64,
}

#[derive(Clone, Default)]
struct Account {
    ranks: Vec<u32>,
    swaps: Vec<u32>,
    first_stays: u32,
    failures: usize,
}

/// Room for one draw.
#[derive(Default)]
struct Room {
    factors: Vec<f64>,
    order: Vec<(f64, u32)>,
    ranks: Vec<u32>,
}

/// Moves the weights of the rows below a node and looks what becomes of the ranking.
///
/// In each draw the points and the maximum of every row of the hundred right below
/// the node are multiplied by a factor, the same for all units, and the index is
/// points over maximum again; so a row weighs more or less, and whoever has the
/// maximum everywhere keeps it. Factors are log-normal with mean 1 and the standard
/// deviation asked for, independent of one another. Rows outside the hundred keep
/// their points. What a row is made of below itself is left as it is. Without noise
/// every draw is the published ranking.
///
/// Source: Saisana, Saltelli and Tarantola (2005), *Uncertainty and sensitivity
/// analysis techniques as tools for the quality assessment of composite indicators*,
/// Journal of the Royal Statistical Society A 168.
///
/// ```
/// use parindex::{Evidence, EvidenceRow, Framework};
/// use parindex_forecast::{RobustnessOptions, robustness, unwatched};
///
/// let framework = Framework::bundled("pci/2006")?;
/// let rows = [("a", "1", "8"), ("a", "3", "5"), ("b", "1", "5"), ("b", "3", "6")];
/// let rows = rows.map(|(unit, code, value)| EvidenceRow::value(unit, code, value));
/// let assessment = framework.score(&Evidence::from_rows(rows)?)?;
/// let options = RobustnessOptions { noise: 0.2, ..RobustnessOptions::default() };
/// let found = robustness(&assessment, &options, &unwatched)?;
/// // Entry weighs 0.5 and transparency 1.5: a tie, and any other weights break it.
/// assert_eq!(found.table(&[])[0].rank, found.table(&[])[1].rank);
/// assert!((found.table(&[1])[0].within_top[0] - 0.5).abs() < 0.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// `out-of-range` for the noise (0 to 10) and the number of draws; `bad-code` and
/// `unknown-criterion` for the code; `bad-weight` for a leaf, and for a node that is a
/// minimum or a geometric mean, whose rows have no weights; `max-points-unknown` for
/// each row below it whose maximum is open; `too-large` above 1,000 units; `stopped`.
pub fn robustness(assessment: &Assessment, options: &RobustnessOptions, watch: Watch<'_>) -> Result<Robustness, Error> {
    options.check()?;
    let code = options.code.as_ref().map(Code::to_string);
    let framework = assessment.framework();
    let parts = parts(framework, code.as_deref())?;
    let published = assessment.ranks(code.as_deref()).map_err(evidence)?;
    let ranked: Vec<(Scorecard, u32)> = assessment.cards().zip(published).filter(|(_, rank)| *rank > 0).collect();
    let count = ranked.len();
    if count > MOST_UNITS {
        let what = "the number of units".to_owned();
        return Err(Problem::TooLarge { what, limit: MOST_UNITS.to_string() }.into());
    }
    let published: Vec<u32> = ranked.iter().map(|(_, rank)| *rank).collect();
    let mut shares = Vec::with_capacity(count);
    for (card, _) in &ranked {
        shares.push(Shares::new(card, &parts, code.as_deref()).map_err(evidence)?);
    }
    let inside = parts.iter().filter(|part| part.is_inside);
    let streams: Vec<Stream> =
        inside.map(|part| Stream::new(options.seed, &format!("weight of {}", part.code))).collect();
    let factor = LogNormal::new(options.noise);
    let start = || (Account::new(count), Room::default());
    let threads = options.threads.unwrap_or_else(cores).max(1);
    let accounts = in_chunks(options.draws, threads, watch, start, |(account, room), draws| {
        for draw in draws {
            room.factors.clear();
            room.factors.extend(streams.iter().map(|stream| factor.at(stream.uniform(draw))));
            room.order.clear();
            room.order.extend(shares.iter().map(|unit| unit.index(&room.factors)).zip(0..));
            if room.order.iter().any(|(index, _)| !index.is_finite()) {
                account.failures += 1;
                continue;
            }
            if options.noise > 0.0 {
                rank(&mut room.order, &mut room.ranks);
            } else {
                room.ranks.clone_from(&published);
            }
            account.add(&room.ranks, &published);
        }
    })?;
    let account = accounts.into_iter().fold(Account::new(count), |sum, (account, _)| sum.merged(&account));
    let ahead = |rank: &u32| published.iter().filter(|other| *rank < **other).count();
    Ok(Robustness {
        ordered: published.iter().map(ahead).sum(),
        units: ranked.iter().map(|(card, _)| card.unit().to_owned()).collect(),
        published,
        ranks: account.ranks,
        swaps: account.swaps,
        first_stays: account.first_stays,
        draws: options.draws,
        failures: account.failures,
    })
}

impl Robustness {
    /// The units, in the order of [`Robustness::table`]: by id, without those of
    /// which every row has left the maximum.
    #[must_use]
    pub fn units(&self) -> &[String] {
        &self.units
    }

    /// How many draws were made.
    #[must_use]
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// How many draws gave a unit no finite index. They are left out of everything else.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.failures
    }

    /// A row for each unit.
    #[must_use]
    pub fn table(&self, top: &[usize]) -> Vec<RobustnessRow> {
        let count = self.units.len();
        let row = |(unit, counts): (usize, &[u32])| {
            let rank = self.published[unit] as usize;
            let ranks = RankCounts(counts);
            let shifts =
                counts.iter().zip(1_usize..).map(|(times, other)| f64::from(*times) * real(other.abs_diff(rank)));
            RobustnessRow {
                unit: self.units[unit].clone(),
                rank,
                rank_quantiles: [0.05, 0.5, 0.95].map(|part| ranks.quantile(part)),
                kept: self.share(counts[rank - 1]),
                mean_shift: shifts.sum::<f64>() / real(self.counted()),
                within_top: top.iter().map(|top| ranks.within(*top)).collect(),
            }
        };
        self.ranks.chunks_exact(count.max(1)).enumerate().map(row).collect()
    }

    /// The pairs of units that change their order in any draw, the most likely first.
    #[must_use]
    pub fn swaps(&self) -> Vec<Swap> {
        let count = self.units.len();
        let changed = self.swaps.iter().enumerate().filter(|(_, times)| **times > 0);
        let mut swaps: Vec<Swap> = changed
            .map(|(place, times)| Swap {
                unit: self.units[place / count].clone(),
                other: self.units[place % count].clone(),
                share: self.share(*times),
            })
            .collect();
        swaps.sort_by(|one, two| two.share.total_cmp(&one.share));
        swaps
    }

    /// How many places a unit moves, on average over units and draws: Spearman's
    /// footrule a unit.
    #[must_use]
    pub fn mean_shift(&self) -> f64 {
        let shifts: f64 = self.table(&[]).iter().map(|row| row.mean_shift).sum();
        shifts / real(self.units.len())
    }

    /// The share of the pairs published in an order that change it, on average over
    /// draws: Kendall's distance, 0 for the same order and 1 for the reverse.
    /// Nothing where no pair has an order.
    #[must_use]
    pub fn kendall(&self) -> Option<f64> {
        let swapped: u64 = self.swaps.iter().map(|times| u64::from(*times)).sum();
        (self.ordered > 0).then(|| share(swapped, self.ordered as u64) / real(self.counted()))
    }

    /// The probability that whoever comes first was published first.
    #[must_use]
    pub fn first_stays(&self) -> f64 {
        self.share(self.first_stays)
    }

    fn counted(&self) -> usize {
        self.draws - self.failures
    }

    fn share(&self, count: u32) -> f64 {
        share(u64::from(count), self.counted() as u64)
    }
}

impl RobustnessOptions {
    fn check(&self) -> Result<(), Error> {
        let mut faults: Vec<Fault> = Vec::new();
        if !(0.0..=10.0).contains(&self.noise) {
            faults.push(Problem::out_of_range("the noise of weights", self.noise, "0 to 10").into());
        }
        if self.draws == 0 || self.draws > MAX_DRAWS {
            faults.push(Problem::out_of_range("the number of draws", self.draws, "1 to 100,000,000").into());
        }
        Error::check(faults)
    }
}

/// The rows right below a node.
fn parts<'a>(framework: &'a Framework, code: Option<&str>) -> Result<Vec<Part<'a>>, Error> {
    let node = code.map(|code| framework.criterion(code)).transpose().map_err(evidence)?;
    let aggregate = node.map_or_else(|| framework.aggregate(), Criterion::aggregate);
    let rows: Vec<&Criterion> = framework.criteria().filter(|row| row.parent() == node.map(Criterion::code)).collect();
    let no_weights = |what: String| Error::from(Problem::BadWeight { what });
    if rows.is_empty() {
        return Err(no_weights(format!("`{}` has no rows below it", code.unwrap_or_default())));
    }
    let weight = |row: &Criterion| row.weight().map_or(1.0, |weight| float(&weight.into()));
    let parts: Vec<Part<'a>> = match aggregate {
        Aggregate::Sum | Aggregate::Mean => rows.iter().map(|row| Part::new(framework, row, 1.0)).collect(),
        Aggregate::WeightedSum | Aggregate::WeightedMean => {
            rows.iter().map(|row| Part::new(framework, row, weight(row))).collect()
        }
        _ => return Err(no_weights(format!("rows combined by `{}` have none", aggregate.name()))),
    };
    let open = rows.iter().zip(&parts).filter(|(row, part)| part.is_inside && row.max_points().is_none());
    Error::check(open.map(|(row, _)| {
        let problem = parindex::Problem::MaxPointsUnknown { code: row.code().clone() };
        Fault { problem: Problem::Evidence(problem), place: Place::criterion(row.code()) }
    }))?;
    Ok(parts)
}

impl<'a> Part<'a> {
    fn new(framework: &'a Framework, row: &'a Criterion, weight: f64) -> Self {
        Self { code: row.code(), weight, is_inside: is_inside(framework, row) }
    }
}

/// Whether a row counts towards the maximum.
fn is_inside(framework: &Framework, row: &Criterion) -> bool {
    if row.is_leaf() {
        return row.outside().is_none();
    }
    framework.criteria().any(|below| below.parent() == Some(row.code()) && is_inside(framework, below))
}

impl Shares {
    fn new(card: &Scorecard, parts: &[Part<'_>], code: Option<&str>) -> Result<Self, parindex::Error> {
        let whole = match code {
            None => card.max_points().cloned(),
            Some(code) => card.line(code)?.max_points().cloned(),
        };
        let mut shares = Self { points: Vec::new(), maxima: Vec::new(), outside: 0.0 };
        for part in parts {
            let line = card.line(&part.code.to_string())?;
            let points = float(&line.points());
            if part.is_inside {
                // A row that has left has neither points nor a maximum.
                shares.points.push(part.weight * points);
                shares.maxima.push(part.weight * line.max_points().map_or(0.0, float));
            } else {
                shares.outside += points / whole.as_ref().map_or(f64::NAN, float);
            }
        }
        Ok(shares)
    }

    /// The index in percent under factors of the weights.
    fn index(&self, factors: &[f64]) -> f64 {
        let sum = |parts: &[f64]| parts.iter().zip(factors).map(|(part, factor)| part * factor).sum::<f64>();
        snapped(100.0 * (sum(&self.points) / sum(&self.maxima) + self.outside))
    }
}

impl Account {
    fn new(units: usize) -> Self {
        Self { ranks: vec![0; units * units], swaps: vec![0; units * units], ..Self::default() }
    }

    fn add(&mut self, ranks: &[u32], published: &[u32]) {
        let count = ranks.len();
        let mut is_kept = true;
        for (unit, (rank, before)) in ranks.iter().zip(published).enumerate() {
            self.ranks[unit * count + *rank as usize - 1] += 1;
            is_kept &= *rank > 1 || *before == 1;
            let swaps = &mut self.swaps[unit * count..][..count];
            for ((swap, other), other_before) in swaps.iter_mut().zip(ranks).zip(published) {
                *swap += u32::from(before < other_before && other < rank);
            }
        }
        self.first_stays += u32::from(is_kept);
    }

    fn merged(mut self, other: &Self) -> Self {
        self.ranks.iter_mut().zip(&other.ranks).for_each(|(sum, count)| *sum += count);
        self.swaps.iter_mut().zip(&other.swaps).for_each(|(sum, count)| *sum += count);
        self.first_stays += other.first_stays;
        self.failures += other.failures;
        self
    }
}

/// An error of the domain as one of this crate.
fn evidence(error: parindex::Error) -> Error {
    error.map(Problem::Evidence)
}
