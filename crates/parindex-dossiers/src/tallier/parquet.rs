//! Parquet files: their row groups are shared out among threads.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Schema, TimeUnit};
use parindex::Stop;
use parindex_tables::open_parquet;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Type as PhysicalType;
use parquet::errors::ParquetError;

use super::{Shared, Tallier};
use crate::columns::{BAD, Edge, Selection, moments};
use crate::error::{Error, Fault, Problem};
use crate::options::Part;
use crate::rule::NONE;

/// Rows unpacked at once.
const BATCH: usize = 1 << 14;

/// A row group that is to be read.
struct Task {
    file: usize,
    group: usize,
    /// Its first row in the file, counted from 0.
    first: u64,
}

/// An opened file.
struct Source {
    path: PathBuf,
    label: Arc<str>,
    metadata: ArrowReaderMetadata,
    projection: ProjectionMask,
}

fn broken(path: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::UnreadableFile { what: format!("`{path}`"), message: error.to_string() }
}

/// What the reader of Parquet gives; a file that makes it panic is broken.
fn caught<T>(path: &str, read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, Problem> {
    let read = Stop::unless_it_panics(read).ok_or_else(|| broken(path, &"it is broken"))?;
    read.map_err(|error| broken(path, &error))
}

/// The faults of a file, told with its name.
fn in_file(file: &str, error: Error) -> impl Iterator<Item = Fault> {
    error.into_faults().map(move |fault| fault.problem.in_file(file).at(fault.place))
}

fn named(file: &str, error: Error) -> Error {
    let left_out = error.left_out();
    match Error::check_with(in_file(file, error), left_out) {
        Err(named) => named,
        Ok(()) => unreachable!("an error has at least one fault"),
    }
}

impl Tallier<'_> {
    /// Reads Parquet files on some threads, and of them only the columns that
    /// are needed. Row groups whose receptions all lie outside the period are
    /// counted as such without being read.
    ///
    /// # Errors
    /// All files that cannot be read (`unreadable-file`) or lack columns
    /// (`missing-column`, `wrong-column`); `too-large` as [`Tallier::push`].
    pub fn read_parquet<P: AsRef<Path>>(
        &mut self,
        paths: impl IntoIterator<Item = P>,
        threads: usize,
    ) -> Result<(), Error> {
        let (mut sources, mut tasks, mut faults) = (Vec::new(), Vec::new(), Vec::<Fault>::new());
        let mut outside = 0;
        for path in paths {
            Stop::point();
            match open(&self.shared, path.as_ref()) {
                Ok((source, within)) => {
                    let mut first = 0;
                    for (group, is_within) in within.into_iter().enumerate() {
                        let rows = u64::try_from(source.metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
                        if is_within {
                            tasks.push(Task { file: sources.len(), group, first });
                        } else {
                            outside += rows;
                        }
                        first += rows;
                    }
                    sources.push(source);
                }
                Err(error) => faults.extend(in_file(&path.as_ref().display().to_string(), error)),
            }
        }
        Error::check(faults)?;
        let next = AtomicUsize::new(0);
        self.on_threads(threads.min(tasks.len()), |shared, worker| {
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Some(Source { path, label, metadata, projection }) = sources.get(task.file) else { continue };
                // A handle of its own: clones would share one place in the file.
                let file = File::open(path).map_err(|error| broken(label, &error))?;
                let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                    .with_projection(projection.clone())
                    .with_row_groups(vec![task.group])
                    .with_batch_size(BATCH);
                let mut reader = caught(label, || builder.build())?;
                let mut first = task.first;
                while let Some(batch) = caught(label, || Ok(reader.next().transpose()?))? {
                    worker.push(shared, &batch, label, first).map_err(|error| named(label, error))?;
                    first += u64::try_from(batch.num_rows()).unwrap_or(0);
                }
            }
            Ok(())
        })?;
        if let Some(worker) = self.workers.first_mut() {
            worker.outside += outside;
        }
        Ok(())
    }
}

/// Opens a file, and says of each of its row groups whether it may hold
/// dossiers of the period.
fn open(shared: &Shared<'_>, path: &Path) -> Result<(Source, Vec<bool>), Error> {
    let label = path.display().to_string();
    // Types as Parquet itself states them, so that all writers' files are alike.
    let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let (_, metadata) = open_parquet(path, options()).map_err(|problem| match problem {
        parindex::Problem::UnreadableFile { message, .. } => broken(&label, &message),
        parindex::Problem::TooLarge { what, limit } => Problem::TooLarge { what, limit },
        other => broken(&label, &other),
    })?;
    let with_schema = |metadata: &ArrowReaderMetadata, schema| {
        let options = options().with_schema(Arc::new(schema));
        caught(&label, || ArrowReaderMetadata::try_new(metadata.metadata().clone(), options))
    };
    let metadata = with_schema(&metadata, with_instants(&metadata))?;
    let selection = Selection::new(metadata.schema(), &shared.options)?;
    let within = caught(&label, || within(shared, &metadata, &selection))?;
    let metadata = with_schema(&metadata, selection.with_dictionaries(metadata.schema()))?;
    let projection = ProjectionMask::roots(metadata.parquet_schema(), selection.positions());
    Ok((Source { path: path.to_owned(), label: label.into(), metadata, projection }, within))
}

/// The schema with INT96 columns as instants, as Spark and Hive write them: moments of UTC,
/// in microseconds, which unlike nanoseconds reach the year 9999.
fn with_instants(metadata: &ArrowReaderMetadata) -> Schema {
    let stored = metadata.parquet_schema();
    let instants: BTreeSet<usize> = (0..stored.num_columns())
        .filter(|leaf| stored.column(*leaf).physical_type() == PhysicalType::INT96)
        .filter(|leaf| stored.column(*leaf).path().parts().len() == 1)
        .map(|leaf| stored.get_column_root_idx(leaf))
        .collect();
    let fields = metadata.schema().fields().iter().enumerate().map(|(position, field)| {
        let instant = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let field = field.as_ref().clone();
        if instants.contains(&position) { field.with_data_type(instant()) } else { field }
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata.schema().metadata().clone())
}

/// Which row groups may hold dossiers of the period, by the statistics of
/// their receptions.
fn within(
    shared: &Shared<'_>,
    metadata: &ArrowReaderMetadata,
    selection: &Selection,
) -> Result<Vec<bool>, ParquetError> {
    let groups = metadata.metadata().row_groups();
    let all = vec![true; groups.len()];
    let Some(field) = selection.position(Part::Received).and_then(|position| metadata.schema().fields().get(position))
    else {
        return Ok(all);
    };
    if !field.data_type().is_temporal() {
        return Ok(all);
    }
    let statistics = StatisticsConverter::try_new(field.name(), metadata.schema(), metadata.parquet_schema())?;
    let bounds = |array: ArrayRef| {
        let mut out = Vec::new();
        moments(field.name(), &array, Edge::First, &mut out).map(|()| out).unwrap_or_default()
    };
    let (first, last) = (bounds(statistics.row_group_mins(groups)?), bounds(statistics.row_group_maxes(groups)?));
    let missing = statistics.row_group_null_counts(groups)?;
    let known =
        |bounds: &[i64], group: usize| bounds.get(group).copied().filter(|bound| *bound != NONE && *bound != BAD);
    let may_hold = (0..all.len()).map(|group| match (known(&first, group), known(&last, group)) {
        (Some(first), Some(last)) if missing.is_valid(group) && missing.value(group) == 0 => {
            shared.rule.may_hold(first, last)
        }
        _ => true,
    });
    Ok(may_hold.collect())
}
