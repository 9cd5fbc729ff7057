//! From batches of rows to a tally.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{RecordBatch, RecordBatchReader};
use parindex::Stop;

use crate::bad_rows::BadRows;
use crate::calendar::Calendar;
use crate::cells::{Cell, Cells, Layout, bits, merged};
use crate::columns::{Names, Selection};
use crate::error::{Error, Problem};
use crate::options::Options;
use crate::outcome::Class;
use crate::period::Every;
use crate::question::{Question, Times as Measured};
use crate::rule::Rule;
use crate::steps::Steps;
use crate::tally::{Tally, Times};

mod parquet;
mod worker;

use worker::Worker;

/// Reads tables of dossiers and tallies them; memory does not grow with rows.
///
/// ```
/// use std::sync::Arc;
///
/// use arrow_array::{RecordBatch, StringArray};
/// use parindex_dossiers::{Calendar, Options, Question, Tallier};
///
/// let column = |cells: [&str; 2]| Arc::new(StringArray::from(cells.to_vec())) as _;
/// let batch = RecordBatch::try_from_iter([
///     ("unit", column(["A", "A"])),
///     ("received", column(["02/03/2026 08:00", "02/03/2026 09:00"])),
///     ("due", column(["04/03/2026", "04/03/2026"])),
///     ("finished", column(["04/03/2026 16:00", "05/03/2026 08:00"])),
/// ])?;
/// let options = Options::new(Question::new("2026-H1".parse()?).by(["unit"]));
/// let calendar = Calendar::vietnam()?;
/// let mut tallier = Tallier::new(options, &calendar)?;
/// tallier.push(&batch)?;
/// let row = tallier.finish()?.rows().next().unwrap();
/// assert_eq!((row.counts.on_time(), row.counts.late()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Tallier<'c> {
    shared: Shared<'c>,
    /// Takes what is pushed, and what threads have read.
    workers: Vec<Worker>,
    /// Rows pushed so far.
    rows: u64,
    /// What bad rows that are pushed are said to stand in.
    source: Arc<str>,
}

/// What all threads use.
#[derive(Debug)]
struct Shared<'c> {
    options: Options,
    rule: Rule<'c>,
    steps: Steps,
    /// Minutes of a day, as processing times count them.
    day_minutes: u64,
    /// The texts of each column that is kept apart.
    names: Vec<Arc<Names>>,
}

impl<'c> Tallier<'c> {
    /// Most threads that read at once; more are as many.
    pub const MAX_THREADS: usize = 256;

    /// A tallier that has read nothing.
    ///
    /// # Errors
    /// `out-of-range` if `as_of` lies before the period, `named-twice` if a
    /// column is to be kept apart twice, or is called like one of the result.
    pub fn new(options: Options, calendar: &'c Calendar) -> Result<Self, Error> {
        let by = &options.question.by;
        let taken = taken(&options.question);
        let twice = by.iter().enumerate().filter(|(place, name)| {
            taken.contains(&name.as_str()) || by.iter().take(*place).any(|other| other == *name)
        });
        Error::check(twice.map(|(_, name)| Problem::NamedTwice { name: name.clone() }.into()))?;
        let rule = Rule::new(&options.question, calendar)?;
        let steps = Steps::new(&options.question);
        let names = by.iter().map(|_| Arc::default()).collect();
        let day_minutes = match options.question.times {
            Some(Measured::Working) => u64::try_from(calendar.hours().minutes_a_day()).unwrap_or(1).max(1),
            _ => 24 * 60,
        };
        let shared = Shared { options, rule, steps, day_minutes, names };
        Ok(Self { shared, workers: Vec::new(), rows: 0, source: Arc::from("") })
    }

    /// Names what is pushed, such as `partition 00003`: bad rows say so where
    /// those of a file name the file. Rows of pieces that are tallied apart and
    /// merged need it, because each piece counts its rows from 1.
    #[must_use]
    pub fn source(mut self, name: &str) -> Self {
        self.source = Arc::from(name);
        self
    }

    /// Reads a batch of rows, which follow those pushed before.
    ///
    /// # Errors
    /// `missing-column`, `wrong-column`, `too-large` if the columns kept apart
    /// have too many values together.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if self.workers.is_empty() {
            self.workers.push(Worker::new(&self.shared));
        }
        let first = self.rows;
        self.rows += u64::try_from(batch.num_rows()).unwrap_or(0);
        match self.workers.first_mut() {
            Some(worker) => worker.push(&self.shared, batch, &self.source, first),
            None => Ok(()),
        }
    }

    /// Reads a stream of batches on some threads; the rows follow those read
    /// from streams before.
    ///
    /// # Errors
    /// As [`Tallier::push`], and `unreadable-file` if the stream breaks.
    pub fn read_batches(&mut self, batches: impl RecordBatchReader + Send, threads: usize) -> Result<(), Error> {
        // A stream without rows must have the columns too.
        Selection::new(&batches.schema(), &self.shared.options)?;
        let source = Mutex::new((batches, self.rows));
        let name = self.source.clone();
        let next = || {
            let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
            let batch = source.0.next()?;
            let first = source.1;
            source.1 += batch.as_ref().map_or(0, |batch| u64::try_from(batch.num_rows()).unwrap_or(0));
            Some((first, batch))
        };
        let broken = |error: &dyn std::fmt::Display| Problem::UnreadableFile {
            what: "the stream".to_owned(),
            message: error.to_string(),
        };
        self.on_threads(threads, |shared, worker| {
            while let Some((first, batch)) = next() {
                worker.push(shared, &batch.map_err(|error| broken(&error))?, &name, first)?;
            }
            Ok(())
        })?;
        self.rows = source.into_inner().unwrap_or_else(PoisonError::into_inner).1;
        Ok(())
    }

    /// Runs `work` on some threads, each with a worker of its own.
    fn on_threads(
        &mut self,
        threads: usize,
        work: impl Fn(&Shared<'c>, &mut Worker) -> Result<(), Error> + Sync,
    ) -> Result<(), Error> {
        let threads = threads.clamp(1, Self::MAX_THREADS);
        while self.workers.len() < threads {
            self.workers.push(Worker::new(&self.shared));
        }
        let (shared, work) = (&self.shared, &work);
        let results: Vec<Result<(), Error>> = std::thread::scope(|scope| {
            let workers = self.workers.iter_mut().take(threads);
            let running: Vec<_> =
                workers.map(|worker| scope.spawn(Stop::handed_on(move || work(shared, worker)))).collect();
            running.into_iter().map(joined).collect()
        });
        results.into_iter().collect()
    }

    /// The tally of all that was read.
    ///
    /// # Errors
    /// With `strict`, every bad row that is kept; `too-large` if the columns
    /// kept apart have too many values together.
    pub fn finish(self) -> Result<Tally, Error> {
        let Shared { options, steps, names, .. } = self.shared;
        let texts: Vec<Vec<Arc<str>>> = names.iter().map(|names| names.after(0)).collect();
        let mut used: Vec<Vec<bool>> = texts.iter().map(|texts| vec![false; texts.len() + 1]).collect();
        for worker in &self.workers {
            worker.cells.mark(&mut used);
        }
        let (names, ranks): (Vec<Vec<Arc<str>>>, Vec<Vec<u32>>) =
            texts.iter().zip(&used).map(|(texts, used)| ranked(texts, used)).unzip();
        let widths = names.iter().map(|names| bits(u32::try_from(names.len()).unwrap_or(u32::MAX)));
        let layout = Layout::new(widths.chain([steps.width()]).collect())?;
        let turn = |place: usize, number: u32| match ranks.get(place) {
            Some(ranks) => ranks.get(number as usize).copied().unwrap_or(0),
            None => number,
        };
        let mut bad_rows = BadRows::default();
        let mut outside = 0;
        let mut times = Times::new();
        let mut cells = Vec::new();
        for mut worker in self.workers {
            outside += worker.outside;
            bad_rows.merge(std::mem::take(&mut worker.bad_rows));
            for ((group, day), (count, minutes)) in std::mem::take(&mut worker.times) {
                let group = worker.cells.layout().repack(group, &layout, turn);
                let (all, sum) = times.entry((group, day)).or_insert((0, 0));
                (*all, *sum) = (*all + count, *sum + minutes);
            }
            cells.push(worker.cells);
        }
        let cells = finish_cells(cells, &layout, turn);
        let tally = Tally::new(options.question, names, cells, times, outside, bad_rows)?;
        if options.strict {
            tally.check()?;
        }
        Ok(tally)
    }
}

/// What the columns are called that stand in a result beside those kept apart.
fn taken(question: &Question) -> Vec<&'static str> {
    let mut taken = vec!["received", "uncounted", "ratio"];
    taken.extend(Class::ALL.map(Class::name));
    taken.extend(question.every.map(Every::name));
    taken.extend(question.times.iter().flat_map(|_| ["finished", "mean_minutes"]));
    taken
}

/// What a thread gives; its panic goes on, so that no count is ever lost.
fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Every worker's counts, sorted on a thread of its own, as one list.
fn finish_cells(cells: Vec<Cells>, layout: &Layout, turn: impl Fn(usize, u32) -> u32 + Sync) -> Vec<Cell> {
    let turn = &turn;
    let sorted: Vec<Vec<Cell>> = std::thread::scope(|scope| {
        let running: Vec<_> = cells.into_iter().map(|cells| scope.spawn(|| cells.finish(layout, turn))).collect();
        running.into_iter().map(joined).collect()
    });
    let first = sorted.into_iter().reduce(|left, right| if left.is_empty() { right } else { merged(&left, &right) });
    first.unwrap_or_default()
}

/// The texts that are used, sorted, and the number each text gets among them.
fn ranked(texts: &[Arc<str>], used: &[bool]) -> (Vec<Arc<str>>, Vec<u32>) {
    let used = texts.iter().zip(used.iter().skip(1)).filter(|(_, used)| **used);
    let mut sorted: Vec<Arc<str>> = used.map(|(text, _)| text.clone()).collect();
    sorted.sort_unstable();
    let places: BTreeMap<&Arc<str>, u32> = sorted.iter().zip(1..).collect();
    let ranks = texts.iter().map(|text| places.get(text).copied().unwrap_or(0));
    (sorted.clone(), std::iter::once(0).chain(ranks).collect())
}
