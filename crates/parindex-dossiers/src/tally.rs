//! Tallies: whole counts by key and outcome, which merge in any order.

use std::collections::BTreeMap;
use std::sync::Arc;

use parindex::{EvidenceRow, Exact, Number, Stated, Stop};

use crate::bad_rows::{BadRow, BadRows};
use crate::cells::{Cell, Layout, bits, merged};
use crate::error::{Error, Problem};
use crate::number;
use crate::options::Part;
use crate::outcome::{Outcome, Reason};
use crate::question::Question;
use crate::steps::Steps;

mod bytes;
mod counts;
mod processing;

pub use counts::Counts;
pub use processing::Processing;

/// Processing times: how many dossiers of a group took so many whole days, and
/// their minutes together.
pub(crate) type Times = BTreeMap<(u64, u32), (u64, u128)>;

/// How many dossiers were on time, by the columns kept apart.
///
/// Nothing but whole numbers: tallies of parts, merged in any order, are the
/// tally of the whole, to the last byte. Only the list of bad rows depends on
/// where parts begin, for each part of a stream counts its rows from 1: counts,
/// tables and evidence never do, and parts that are files give the list of the whole.
///
/// ```
/// use parindex_dossiers::{Calendar, Options, Question, Tallier, Tally};
///
/// let options = Options::new(Question::new("2026-H1".parse()?).by(["unit"]));
/// let calendar = Calendar::vietnam()?;
/// let tally = Tallier::new(options, &calendar)?.finish()?;
/// assert_eq!(Tally::from_bytes(&tally.to_bytes())?, tally);
/// assert_eq!(Tally::from_bytes(b"hello").unwrap_err().code(), "unreadable-file");
/// # Ok::<(), parindex_dossiers::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tally {
    question: Question,
    steps: Steps,
    /// The texts of each column that is kept apart, sorted.
    names: Vec<Vec<Arc<str>>>,
    layout: Layout,
    /// Sorted counts.
    cells: Vec<Cell>,
    times: Times,
    outside: u64,
    bad_rows: BadRows,
}

impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        self.question == other.question
            && self.names == other.names
            && self.cells == other.cells
            && self.times == other.times
            && self.outside == other.outside
            && self.bad_rows == other.bad_rows
    }
}

/// A group of dossiers and its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The value of each column kept apart, in their order; none where it is missing.
    pub keys: Vec<Option<Arc<str>>>,
    /// The step of the period, such as `2026-04`; none if steps are not kept
    /// apart or the dossiers cannot be placed.
    pub step: Option<String>,
    /// How many dossiers.
    pub counts: Counts,
    /// How long they took, if that was asked.
    pub processing: Option<Processing>,
}

/// A unit and its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnitCounts {
    /// The unit; none where it is missing.
    pub unit: Option<Arc<str>>,
    /// How many dossiers.
    pub counts: Counts,
}

impl Tally {
    pub(crate) fn new(
        question: Question,
        names: Vec<Vec<Arc<str>>>,
        cells: Vec<Cell>,
        times: Times,
        outside: u64,
        bad_rows: BadRows,
    ) -> Result<Self, Problem> {
        let steps = Steps::new(&question);
        let layout = layout(&names, &steps)?;
        Ok(Self { question, steps, names, layout, cells, times, outside, bad_rows })
    }

    /// What was asked.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// Dossiers that do not belong to the period.
    #[must_use]
    pub fn outside_period(&self) -> u64 {
        self.outside
    }

    /// The first bad rows, by file and row; at most a thousand. Their number
    /// is [`Counts::bad_rows`] of [`Tally::total`].
    #[must_use]
    pub fn bad_rows(&self) -> impl ExactSizeIterator<Item = &BadRow> {
        self.bad_rows.iter()
    }

    /// Every group that has a dossier of the period, sorted by its keys;
    /// missing keys come first.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        let groups = self.cells.chunk_by(|left, right| left.0 >> Outcome::BITS == right.0 >> Outcome::BITS);
        groups.filter_map(|cells| {
            Stop::point();
            let group = cells.first()?.0 >> Outcome::BITS;
            let mut keys = vec![None; self.names.len()];
            let mut step = None;
            for (place, number) in self.layout.unpack(group) {
                match keys.get_mut(place) {
                    Some(key) => *key = self.name(place, number),
                    None => step = self.steps.label(number),
                }
            }
            let processing = self.question.times.map(|_| {
                let days = self.times.range((group, 0)..=(group, u32::MAX));
                Processing::new(days.map(|((_, day), (count, minutes))| (*day, *count, *minutes)))
            });
            Some(Row { keys, step, counts: Counts::of(cells), processing })
        })
    }

    /// How many groups [`Tally::rows`] gives.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.chunk_by(|left, right| left.0 >> Outcome::BITS == right.0 >> Outcome::BITS).count()
    }

    /// Whether no dossier belongs to the period.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// All groups together.
    #[must_use]
    pub fn total(&self) -> Counts {
        Counts::of(&self.cells)
    }

    fn name(&self, place: usize, number: u32) -> Option<Arc<str>> {
        self.names.get(place)?.get(number.checked_sub(1)? as usize).cloned()
    }

    /// The counts by the value of one of the columns kept apart.
    fn by_column(&self, place: usize) -> BTreeMap<u32, Counts> {
        let mut sums = BTreeMap::<u32, Counts>::new();
        for cell in &self.cells {
            let number = self.layout.unpack(cell.0 >> Outcome::BITS).find(|(other, _)| *other == place);
            sums.entry(number.map_or(0, |(_, number)| number)).or_default().add(*cell);
        }
        sums
    }

    /// Where a part stands among the columns kept apart.
    pub(crate) fn place(&self, part: Part) -> Result<usize, Problem> {
        let by = &self.question.by;
        by.iter().position(|name| part.is_called(name)).ok_or_else(|| {
            let names: Vec<String> = by.iter().map(|name| format!("`{name}`")).collect();
            let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            Problem::MissingColumn { column: part.name().to_owned(), found }
        })
    }

    /// Every unit and its counts, sorted.
    ///
    /// # Errors
    /// `missing-column` unless `unit` is kept apart.
    pub fn units(&self) -> Result<Vec<UnitCounts>, Error> {
        let place = self.place(Part::Unit)?;
        let units = self.by_column(place).into_iter();
        Ok(units.map(|(number, counts)| UnitCounts { unit: self.name(place, number), counts }).collect())
    }

    /// The units whose share on time is below `threshold` (0.9 is 90 %),
    /// compared exactly, lowest first. Units without dossiers have no share.
    ///
    /// # Errors
    /// `missing-column` unless `unit` is kept apart, `out-of-range` for a
    /// threshold that is no share.
    pub fn alerts(&self, threshold: Number) -> Result<Vec<UnitCounts>, Error> {
        let threshold = number::share(threshold)?;
        let mut below: Vec<(Exact, UnitCounts)> = self
            .units()?
            .into_iter()
            .filter_map(|unit| Some((unit.counts.ratio()?, unit)))
            .filter(|(ratio, _)| *ratio < threshold)
            .collect();
        below.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(below.into_iter().map(|(_, unit)| unit).collect())
    }

    /// Evidence under one criterion: for each unit the dossiers on time and
    /// pending in time, of all that count. A unit without a name keeps the
    /// empty id, which scoring refuses.
    ///
    /// # Errors
    /// `missing-column` unless `unit` is kept apart, `out-of-range` for counts
    /// that evidence cannot hold.
    pub fn evidence(&self, code: &str) -> Result<Vec<EvidenceRow>, Error> {
        self.units()?.into_iter().map(|unit| Ok(evidence_row(unit.unit.as_deref(), code, &unit.counts)?)).collect()
    }

    /// Evidence under one criterion a level, such as `province` → `3.4.1`;
    /// levels without a criterion give none.
    ///
    /// # Errors
    /// As [`Tally::evidence`]; `level` must be kept apart too.
    pub fn evidence_by_level(&self, codes: &BTreeMap<String, String>) -> Result<Vec<EvidenceRow>, Error> {
        let (unit, level) = (self.place(Part::Unit)?, self.place(Part::Level)?);
        let mut sums = BTreeMap::<(u32, u32), Counts>::new();
        for cell in &self.cells {
            let (mut key, group) = ((0, 0), cell.0 >> Outcome::BITS);
            for (place, number) in self.layout.unpack(group) {
                key = if place == unit { (number, key.1) } else { key };
                key = if place == level { (key.0, number) } else { key };
            }
            sums.entry(key).or_default().add(*cell);
        }
        let rows = sums.into_iter().filter_map(|((unit_number, level_number), counts)| {
            let code = codes.get(self.name(level, level_number)?.as_ref())?;
            Some(evidence_row(self.name(unit, unit_number).as_deref(), code, &counts).map_err(Error::from))
        });
        rows.collect()
    }

    /// This tally and another of the same question, together.
    ///
    /// # Errors
    /// `tallies-differ` for another question, `too-large` if the columns kept
    /// apart have too many values together or the dossiers are 2⁶³ or more.
    pub fn merge(&self, other: &Self) -> Result<Self, Error> {
        if let Some(what) = difference(&self.question, &other.question) {
            return Err(Problem::TalliesDiffer { what: what.to_owned() }.into());
        }
        let pairs = self.names.iter().zip(&other.names);
        let names: Vec<Vec<Arc<str>>> = pairs.map(|(left, right)| union(left, right)).collect();
        let layout = layout(&names, &self.steps)?;
        let (left, right) = (self.turned(&names, &layout), other.turned(&names, &layout));
        let mut times = left.1;
        for (key, (count, minutes)) in right.1 {
            let (all, sum) = times.entry(key).or_insert((0, 0));
            (*all, *sum) = (all.saturating_add(count), sum.saturating_add(minutes));
        }
        let mut bad_rows = self.bad_rows.clone();
        bad_rows.merge(other.bad_rows.clone());
        let outside = self.outside.saturating_add(other.outside);
        let tally = Self::new(self.question.clone(), names, merged(&left.0, &right.0), times, outside, bad_rows)?;
        tally.check_size()?;
        Ok(tally)
    }

    /// Whether all counts, and their sums, are numbers that tables hold.
    fn check_size(&self) -> Result<(), Problem> {
        let total = self.total();
        let all = [total.received(), total.uncounted(), self.outside];
        let sum = all.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count));
        match sum.and_then(|sum| i64::try_from(sum).ok()) {
            Some(_) => Ok(()),
            None => Err(Problem::TooLarge { what: "the number of dossiers".to_owned(), limit: i64::MAX.to_string() }),
        }
    }

    /// The counts by the numbers that texts have in `names`, which hold all of
    /// this tally's.
    fn turned(&self, names: &[Vec<Arc<str>>], to: &Layout) -> (Vec<Cell>, Times) {
        let numbers: Vec<Vec<u32>> = self.names.iter().zip(names).map(|(own, all)| numbers(own, all)).collect();
        let turn = |place: usize, number: u32| match (numbers.get(place), number.checked_sub(1)) {
            (Some(numbers), Some(before)) => numbers.get(before as usize).copied().unwrap_or(0),
            _ => number,
        };
        let outcome = (1 << Outcome::BITS) - 1;
        let group = |group: u64| self.layout.repack(group, to, turn);
        let cells = self
            .cells
            .iter()
            .map(|(cell, count)| ((group(cell >> Outcome::BITS) << Outcome::BITS) | (cell & outcome), *count));
        let times = self.times.iter().map(|((key, day), sums)| ((group(*key), *day), *sums));
        (cells.collect(), times.collect())
    }

    /// Nothing if there is no bad row: what `strict` asks, of a merged tally.
    ///
    /// # Errors
    /// Every bad row that is kept, and `too-large` if there are more.
    pub fn check(&self) -> Result<(), Error> {
        let more = self.total().bad_rows().saturating_sub(u64::try_from(self.bad_rows.iter().len()).unwrap_or(0));
        let more = (more > 0).then(|| {
            let what = format!("the list of bad rows ({more} more)");
            Problem::TooLarge { what, limit: BadRows::MOST.to_string() }.into()
        });
        Error::check(self.bad_rows.iter().map(BadRow::fault).chain(more))
    }
}

fn layout(names: &[Vec<Arc<str>>], steps: &Steps) -> Result<Layout, Problem> {
    let widths = names.iter().map(|names| bits(u32::try_from(names.len()).unwrap_or(u32::MAX)));
    Layout::new(widths.chain([steps.width()]).collect())
}

fn evidence_row(unit: Option<&str>, code: &str, counts: &Counts) -> Result<EvidenceRow, Problem> {
    let number = |count: u64| {
        let allowed = "less than 10^18".to_owned();
        Number::try_from(i128::from(count)).map_err(|_| Problem::OutOfRange { value: count.to_string(), allowed })
    };
    let stated = Stated::Counts(number(counts.in_time())?, number(counts.received())?);
    Ok(EvidenceRow::new(unit.unwrap_or_default(), code, stated))
}

/// Two sorted lists of texts as one.
fn union(left: &[Arc<str>], right: &[Arc<str>]) -> Vec<Arc<str>> {
    let mut all: Vec<Arc<str>> = left.iter().chain(right).cloned().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The number each of `own` has in `all`; both are sorted.
fn numbers(own: &[Arc<str>], all: &[Arc<str>]) -> Vec<u32> {
    let mut all = all.iter().zip(1..);
    own.iter().filter_map(|text| all.find(|(other, _)| *other == text).map(|(_, number)| number)).collect()
}

/// What two questions differ in.
fn difference(left: &Question, right: &Question) -> Option<&'static str> {
    let differs = [
        (left.period != right.period, "the period"),
        (left.as_of != right.as_of, "`as_of`"),
        (left.by != right.by, "the columns kept apart"),
        (left.every != right.every, "`every`"),
        (left.population != right.population, "the population"),
        (left.reading != right.reading, "the reading of the rule"),
        (left.times != right.times, "the processing times"),
    ];
    differs.into_iter().find(|(differs, _)| *differs).map(|(_, what)| what)
}

/// Whether a cell's outcome can stand in a tally.
fn is_tallied(outcome: Option<Outcome>) -> bool {
    outcome.is_some_and(|outcome| outcome != Outcome::Uncounted(Reason::OutsidePeriod))
}
