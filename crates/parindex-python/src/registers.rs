//! Registers of dossiers: invented ones, and ids that stand in one twice.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, TimestampMicrosecondArray};
use jiff::civil::Date;
use parindex::{Problem, Stop};
use parindex_dossiers::{Dossier, Duplicates, Generator, Moment, Supplement};
use parindex_tables::open_parquet;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use pyo3::prelude::*;

use crate::argument::{named, real};
use crate::calendar::day;
use crate::detach::detach;
use crate::error::Failure;
use crate::history_tables;
use crate::register::Register;
use crate::table::Builder;
use crate::whole::Whole;

/// Invents a register of dossiers; :func:`parindex.dossiers.generate` documents it.
#[pyfunction]
#[pyo3(signature = (rows, units, year, as_of, on_time, bad_rows, seed, first))]
#[allow(clippy::too_many_arguments, reason = "the Python function names them")]
pub(crate) fn generate<'py>(
    py: Python<'py>,
    rows: Whole,
    units: Whole,
    year: Whole,
    as_of: Option<&Bound<'py, PyAny>>,
    #[pyo3(from_py_with = real)] on_time: f64,
    #[pyo3(from_py_with = real)] bad_rows: f64,
    seed: Whole,
    first: Whole,
) -> Result<Bound<'py, PyAny>, Failure> {
    let (rows, first): (u64, u64) = (rows.of("rows")?, first.of("first")?);
    let (units, seed) = (units.of("units")?, seed.of("seed")?);
    let year = history_tables::year(year)?;
    let mut generator = Generator::new(seed)
        .rows(first.saturating_add(rows))
        .units(units)
        .year(year)
        .on_time(on_time)
        .bad_rows(bad_rows);
    if let Some(as_of) = as_of {
        let as_of: Date = named("as_of", as_of, day)?;
        generator = generator.as_of(as_of);
    }
    let work = move || Ok::<_, Failure>(register(&generator.dossiers(first..first.saturating_add(rows))?));
    detach(py, work)??.finish(py)
}

/// The columns of a register, called as the tally reads them.
fn register(dossiers: &[Dossier]) -> Builder {
    let text =
        |of: fn(&Dossier) -> Option<&str>| -> ArrayRef { Arc::new(dossiers.iter().map(of).collect::<StringArray>()) };
    let moments = |of: fn(&Dossier) -> Option<Moment>| -> ArrayRef {
        let micros = dossiers.iter().map(|dossier| of(dossier).map(micros));
        Arc::new(micros.collect::<TimestampMicrosecondArray>())
    };
    let rounds = |of: fn(&Supplement) -> Option<Moment>| -> ArrayRef {
        let cell = |dossier: &Dossier| {
            let cells: Vec<String> = dossier
                .supplements
                .iter()
                .map(|round| of(round).map_or_else(String::new, |at| at.to_string()))
                .collect();
            (!cells.is_empty()).then(|| cells.join(";"))
        };
        Arc::new(dossiers.iter().map(cell).collect::<StringArray>())
    };
    let status = dossiers.iter().map(|dossier| {
        let names = &parindex_dossiers::Status::NAMES;
        dossier.status.and_then(|own| names.iter().find(|(_, status)| *status == own)).map(|(name, _)| *name)
    });
    let limits = dossiers.iter().map(|dossier| match dossier.limit {
        Some(parindex_dossiers::Limit::Days(days)) => usize::try_from(days).ok(),
        _ => None,
    });
    Builder::default()
        .array("id", text(|dossier| dossier.id.as_deref()))
        .array("unit", text(|dossier| dossier.unit.as_deref()))
        .array("level", text(|dossier| dossier.level.as_deref()))
        .array("procedure", text(|dossier| dossier.procedure.as_deref()))
        .array("field", text(|dossier| dossier.field.as_deref()))
        .array("channel", text(|dossier| dossier.channel.as_deref()))
        .text("status", status)
        .array("received", moments(|dossier| dossier.received))
        .array("due", moments(|dossier| dossier.due))
        .array("finished", moments(|dossier| dossier.ends.finished))
        .array("processed", moments(|dossier| dossier.ends.processed))
        .array("returned", moments(|dossier| dossier.ends.returned))
        .array("stopped", moments(|dossier| dossier.ends.stopped))
        .array("withdrawn", moments(|dossier| dossier.ends.withdrawn))
        .array("supplement_requested", rounds(|round| round.requested))
        .array("supplement_answered", rounds(|round| round.answered))
        .whole("limit_days", limits)
}

/// Microseconds since 1970 in local time.
fn micros(moment: Moment) -> i64 {
    let epoch = Date::constant(1970, 1, 1).to_datetime(jiff::civil::Time::midnight());
    i64::try_from(moment.datetime().duration_since(epoch).as_micros()).unwrap_or(0)
}

/// Ids that occur more than once: how many, rows beyond the first, and the rows
/// of each; :func:`parindex.dossiers.duplicates` documents it.
#[pyfunction]
pub(crate) fn duplicates<'py>(
    py: Python<'py>,
    register: &Bound<'py, PyAny>,
    column: String,
) -> Result<(u64, u64, Bound<'py, PyAny>), Failure> {
    let register = Register::of(register)?;
    let work = move || -> Result<parindex_dossiers::DuplicateRows, Failure> {
        let mut duplicates = Duplicates::new(&column);
        match register {
            Register::Files(paths) => {
                for path in paths {
                    each_batch(&path, &mut duplicates)?;
                }
            }
            Register::Stream(reader) => {
                for batch in reader {
                    duplicates.push(&batch.map_err(|error| Problem::unreadable("the stream", error))?)?;
                }
            }
            Register::Table(source) => {
                let columns = source.read()?;
                let batches = if columns.names().next().is_none() { Vec::new() } else { columns.batches()? };
                for batch in batches {
                    duplicates.push(&batch)?;
                }
            }
        }
        Ok(duplicates.finish()?)
    };
    let found = detach(py, work)??;
    let whole = |value: u64| usize::try_from(value).ok();
    let table = Builder::default()
        .whole("first", found.rows.iter().map(|rows| rows.first().copied().and_then(whole)))
        .whole("times", found.rows.iter().map(|rows| Some(rows.len())))
        .text(
            "rows",
            found.rows.iter().map(|rows| Some(rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))),
        )
        .finish(py)?;
    Ok((found.ids, found.surplus, table))
}

/// Pushes the batches of the column of ids of a Parquet file.
fn each_batch(path: &Path, duplicates: &mut Duplicates) -> Result<(), Failure> {
    let name = path.display().to_string();
    let (file, metadata) = open_parquet(path, ArrowReaderOptions::new())?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let position = duplicates.position(builder.schema()).map_err(|problem| problem.in_file(&name))?;
    let mut reader = caught(&name, || {
        let mask = ProjectionMask::roots(builder.parquet_schema(), [position]);
        builder.with_projection(mask).build()
    })?;
    while let Some(batch) = caught(&name, || Ok(reader.next().transpose()?))? {
        duplicates.push(&batch)?;
    }
    Ok(())
}

/// What the reader of Parquet gives; a file that makes it panic is broken.
fn caught<T>(name: &str, read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, Problem> {
    let read = Stop::unless_it_panics(read).ok_or_else(|| Problem::unreadable(name, "it is broken"))?;
    read.map_err(|error| Problem::unreadable(name, error))
}
