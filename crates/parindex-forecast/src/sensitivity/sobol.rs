//! Sobol' indices of any function.

use crate::error::{Error, Problem};
use crate::random::Stream;
use crate::sensitivity::indices::{Indices, Quad, Sums};
use crate::watch::{Watch, cores, in_pieces};

/// How indices are estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SobolOptions {
    /// Base samples; each takes two evaluations, and two more for each input. 4,096.
    pub samples: usize,
    /// The seed: same seed, same answer, on any number of threads.
    pub seed: u64,
    /// The confidence of intervals; 0.95.
    pub confidence: f64,
    /// How many threads; as many as there are cores if not said.
    pub threads: Option<usize>,
}

impl Default for SobolOptions {
    fn default() -> Self {
        Self { samples: 4096, seed: 0, confidence: 0.95, threads: None }
    }
}

/// Pieces that samples are cut into; sums are added up in their order.
const PIECES: usize = 16;
const MOST_SAMPLES: usize = 1 << 30;

impl SobolOptions {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut faults: Vec<Problem> = Vec::new();
        if !(2..=MOST_SAMPLES).contains(&self.samples) {
            faults.push(Problem::out_of_range("the number of samples", self.samples, "2 to 1,073,741,824"));
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            faults.push(Problem::out_of_range("the confidence", self.confidence, "between 0 and 1"));
        }
        Error::check(faults.into_iter().map(Into::into))
    }

    pub(crate) fn threads(&self) -> usize {
        self.threads.unwrap_or_else(cores).max(1)
    }

    /// Adds up `step` over all samples, for each of `tasks` tasks a list of sums of
    /// its own. The order of additions, and so every digit, is the same on any
    /// number of threads.
    pub(crate) fn added<R: Send>(
        &self,
        tasks: usize,
        watch: Watch<'_>,
        room: impl Fn() -> R + Sync,
        step: impl Fn(usize, usize, &mut R, &mut Tally) + Sync,
    ) -> Result<Vec<Tally>, Error> {
        let start = || (room(), Vec::new());
        let accounts =
            in_pieces(tasks * PIECES, 1, self.threads(), watch, start, |(room, done): &mut (R, Vec<_>), pieces| {
                for piece in pieces {
                    let (task, part) = (piece / PIECES, piece % PIECES);
                    let mut tally = Tally::default();
                    for sample in self.samples * part / PIECES..self.samples * (part + 1) / PIECES {
                        step(task, sample, room, &mut tally);
                    }
                    done.push((piece, tally));
                }
            })?;
        let mut pieces: Vec<(usize, Tally)> = accounts.into_iter().flat_map(|(_, done)| done).collect();
        pieces.sort_unstable_by_key(|(piece, _)| *piece);
        let mut tallies: Vec<Tally> = Vec::new();
        tallies.resize_with(tasks, Tally::default);
        for (piece, tally) in pieces {
            tallies[piece / PIECES].merge(tally);
        }
        Ok(tallies)
    }
}

/// Sums of several inputs, and how evaluations went.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    sums: Vec<Sums>,
    pub(crate) evaluations: usize,
    pub(crate) failures: usize,
}

impl Tally {
    pub(crate) fn sums(&mut self, input: usize) -> &mut Sums {
        if self.sums.len() <= input {
            self.sums.resize(input + 1, Sums::default());
        }
        &mut self.sums[input]
    }

    /// Counts an evaluation, failed where it is not finite.
    pub(crate) fn count(&mut self, value: f64) -> f64 {
        self.evaluations += 1;
        self.failures += usize::from(!value.is_finite());
        value
    }

    fn merge(&mut self, other: Self) {
        self.evaluations += other.evaluations;
        self.failures += other.failures;
        for (input, sums) in other.sums.into_iter().enumerate() {
            self.sums(input).merge(sums);
        }
    }

    pub(crate) fn indices(&self, confidence: f64) -> impl Iterator<Item = Indices> {
        self.sums.iter().map(move |sums| sums.indices(confidence))
    }
}

/// First-order and total indices of a function's inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Sobol {
    /// Of each group of inputs, in their order.
    pub groups: Vec<Indices>,
    /// How often the function was evaluated.
    pub evaluations: usize,
    /// How often its value was not finite. A sample with such a value is left out of
    /// the indices it belongs to, which then speak of the rest only; see
    /// [`Indices::failures`].
    pub failures: usize,
}

/// Estimates the indices of a function of independent inputs, each even between 0
/// and 1. `groups` says how many inputs stand together in each group; inputs of a
/// group are known, or not, together. Points are random, so that intervals need
/// nothing but the samples.
///
/// ```
/// use parindex_forecast::{SobolOptions, sobol, unwatched};
///
/// // Variances 1/12 and 4/12: a fifth of the variance is the first input's.
/// let sum = |at: &[f64]| at[0] + 2.0 * at[1];
/// let found = sobol(&[1, 1], sum, &SobolOptions::default(), &unwatched)?;
/// let (low, high) = found.groups[0].first.and_then(|index| index.interval).unwrap();
/// assert!(low < 0.2 && 0.2 < high && high - low < 0.03);
/// assert_eq!(found.failures, 0);
///
/// let nothing = sobol(&[], sum, &SobolOptions::default(), &unwatched);
/// assert_eq!(nothing.unwrap_err().code(), "out-of-range");
/// # Ok::<(), parindex_forecast::Error>(())
/// ```
///
/// # Errors
/// `out-of-range` for fewer than two samples, a confidence that is none, no groups
/// or an empty one; `stopped`.
pub fn sobol(
    groups: &[usize],
    function: impl Fn(&[f64]) -> f64 + Sync,
    options: &SobolOptions,
    watch: Watch<'_>,
) -> Result<Sobol, Error> {
    options.check()?;
    if groups.is_empty() || groups.contains(&0) {
        let sizes = format!("{groups:?}");
        return Err(Problem::out_of_range("the number of inputs in a group", sizes, "1 or more").into());
    }
    let inputs: usize = groups.iter().sum();
    let streams: Vec<Stream> = (0..inputs).map(|input| Stream::new(options.seed, &format!("input {input}"))).collect();
    let tallies = options.added(1, watch, Default::default, |_, sample, points: &mut [Vec<f64>; 3], tally| {
        let [one, two, moved] = points;
        for (draw, point) in [(2 * sample, &mut *one), (2 * sample + 1, &mut *two)] {
            point.clear();
            point.extend(streams.iter().map(|stream| stream.uniform(draw)));
        }
        let (at_one, at_two) = (tally.count(function(one)), tally.count(function(two)));
        let mut from = 0;
        for (group, size) in groups.iter().enumerate() {
            let mut exchanged = |point: &[f64], other: &[f64]| {
                moved.clear();
                moved.extend_from_slice(point);
                moved[from..from + size].copy_from_slice(&other[from..from + size]);
                tally.count(function(moved))
            };
            let (one_moved, two_moved) = (exchanged(one, two), exchanged(two, one));
            tally.sums(group).add(Quad { one: at_one, two: at_two, one_moved, two_moved });
            from += size;
        }
    })?;
    let tally = tallies.into_iter().next().unwrap_or_default();
    let groups = tally.indices(options.confidence).collect();
    Ok(Sobol { groups, evaluations: tally.evaluations, failures: tally.failures })
}
