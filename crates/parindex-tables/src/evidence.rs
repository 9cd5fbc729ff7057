//! The long table of evidence, row by row; other tables that begin with its first
//! seven columns read these as it does.

use std::borrow::Cow;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use parindex::{Evidence, EvidenceBuilder, Note, Number, Place, Problem, Stage, Stated};

use crate::cell::Cell;
use crate::columns::{Columns, Row, RowFaults, Selection};

/// The columns read, in the order of the constants below.
const NAMES: [&str; 12] = [
    "unit",
    "code",
    "value",
    "numerator",
    "denominator",
    "points",
    "stage",
    "explanation",
    "documents",
    "note",
    "source",
    "agency",
];
const UNIT: usize = 0;
const CODE: usize = 1;
const VALUE: usize = 2;
const NUMERATOR: usize = 3;
const DENOMINATOR: usize = 4;
const POINTS: usize = 5;
const STAGE: usize = 6;
const EXPLANATION: usize = 7;
const DOCUMENTS: usize = 8;
const NOTE: usize = 9;
const SOURCE: usize = 10;
const AGENCY: usize = 11;

/// Below this many rows one thread is quicker.
const ROWS_WORTH_A_THREAD: usize = 50_000;

/// Reads evidence: `unit`, `code`, and one of `value`, `numerator` with
/// `denominator`, or `points`; optionally `stage` and what stands beside.
/// Rows with faults are left out of it.
///
/// # Errors
/// `missing-column`, and `unreadable-file` for a column of an unfit type.
pub fn read(columns: &Columns, mark: char) -> Result<(Evidence, RowFaults), Problem> {
    let selection = columns.select(NAMES)?;
    check(columns, &selection)?;
    let threads =
        if columns.rows() < ROWS_WORTH_A_THREAD { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    let share = columns.rows().div_ceil(threads).max(1);
    let shares: Vec<_> = (0..columns.rows()).step_by(share).map(|first| first..first.saturating_add(share)).collect();
    let read: Vec<Result<(EvidenceBuilder, RowFaults), Problem>> = thread::scope(|scope| {
        let selection = &selection;
        let read = |rows| scope.spawn(move || read_rows(columns, selection, rows, mark));
        let threads: Vec<_> = shares.into_iter().map(read).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let mut evidence = Evidence::builder();
    let mut faults = RowFaults::default();
    for (position, part) in read.into_iter().enumerate() {
        let (builder, more) = part?;
        faults.append(more);
        if position == 0 { evidence = builder } else { evidence.append(builder) }
    }
    Ok((evidence.build(), faults))
}

/// Reads some of the rows.
fn read_rows(
    columns: &Columns,
    selection: &Selection<12>,
    rows: Range<usize>,
    mark: char,
) -> Result<(EvidenceBuilder, RowFaults), Problem> {
    let has_notes = (EXPLANATION..=AGENCY).any(|column| selection.has(column));
    let mut builder = Evidence::builder();
    // The first share takes the rows of all others in the end.
    builder.reserve(if rows.start == 0 { columns.rows() } else { rows.len() });
    let mut faults = RowFaults::default();
    columns.visit_rows(selection, rows, |row| {
        if !has_notes && let Some(plain) = Plain::of(row, selection) {
            builder.push(row.line, &plain.unit, &plain.code, Stage::default(), plain.stated);
            return;
        }
        let Some((unit, code)) = ids(row, &mut faults) else { return };
        let place = || Place::row(row.line).unit(&*unit).of(&code);
        let stated = faults.keep(stated(row, mark), place);
        let stage = faults.keep(stage(row), place);
        let note = if has_notes { faults.keep(note(row), place) } else { Some(Note::default()) };
        if let (Some(stated), Some(stage), Some(note)) = (stated, stage, note) {
            let number = builder.push(row.line, &unit, &code, stage, stated);
            builder.note(number, note);
        }
    })?;
    Ok((builder, faults))
}

/// A row without anything unusual: both ids in place, and one sound statement
/// in numbers. All others take the way that finds what is wrong.
struct Plain<'a> {
    unit: Cow<'a, str>,
    code: Cow<'a, str>,
    stated: Stated,
}

impl<'a> Plain<'a> {
    fn of<const N: usize>(row: &Row<'_, 'a, N>, selection: &Selection<N>) -> Option<Self> {
        let (Cell::Text(unit), Cell::Text(code)) = (row.cell(UNIT), row.cell(CODE)) else { return None };
        let starts = |text: &str| text.bytes().next().is_some_and(|byte| byte > b' ');
        if selection.has(STAGE) || selection.has(VALUE) || !starts(&unit) || !starts(&code) {
            return None;
        }
        let stated = match (selection.has(NUMERATOR), selection.has(POINTS)) {
            (true, false) => match (row.cell(NUMERATOR), row.cell(DENOMINATOR)) {
                (Cell::Number(numerator), Cell::Number(denominator)) => Stated::Counts(numerator, denominator),
                _ => return None,
            },
            (false, true) => match row.cell(POINTS) {
                Cell::Number(points) => Stated::Points(points),
                _ => return None,
            },
            _ => return None,
        };
        Some(Self { unit, code, stated })
    }
}

fn check<const N: usize>(columns: &Columns, selection: &Selection<N>) -> Result<(), Problem> {
    let missing = |column: usize| Err(columns.missing(NAMES.get(column).copied().unwrap_or_default()));
    for column in [UNIT, CODE] {
        if !selection.has(column) {
            return missing(column);
        }
    }
    match (selection.has(NUMERATOR), selection.has(DENOMINATOR)) {
        (true, false) => missing(DENOMINATOR),
        (false, true) => missing(NUMERATOR),
        (false, false) if !selection.has(VALUE) && !selection.has(POINTS) => missing(VALUE),
        _ => Ok(()),
    }
}

/// The unit and the code of a row, the first two columns selected.
pub fn ids<'a, const N: usize>(row: &Row<'_, 'a, N>, faults: &mut RowFaults) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    let here = || Place::row(row.line);
    let unit = faults.keep(row.cell(UNIT).unit().and_then(|unit| unit.ok_or_else(|| nameless("unit"))), here);
    let code = faults.keep(row.cell(CODE).code().and_then(|code| code.ok_or_else(|| nameless("code"))), here);
    unit.zip(code)
}

fn nameless(what: &str) -> Problem {
    Problem::IncompleteRow { what: format!("the row has no {what}") }
}

/// What a row states: nothing is a gap, two things are a fault. The third to the
/// sixth column selected are `value`, `numerator`, `denominator` and `points`.
///
/// # Errors
/// `incomplete-row`, and what the cells find.
pub fn stated<const N: usize>(row: &Row<'_, '_, N>, mark: char) -> Result<Stated, Problem> {
    let value = row.cell(VALUE).stated(mark)?;
    let numerator = row.cell(NUMERATOR).number(mark)?;
    let denominator = row.cell(DENOMINATOR).number(mark)?;
    let points = row.cell(POINTS).number(mark)?;
    let counts = counts(numerator, denominator)?;
    let given = [(value != Stated::Gap).then_some(value), counts, points.map(Stated::Points)];
    let mut given = given.into_iter().flatten();
    match (given.next(), given.next()) {
        (None, _) => Ok(Stated::Gap),
        (Some(stated), None) => Ok(stated),
        (Some(_), Some(_)) => {
            let what = "the row has two of `value`, `numerator` with `denominator`, and `points`: one is allowed";
            Err(Problem::IncompleteRow { what: what.to_owned() })
        }
    }
}

fn counts(numerator: Option<Number>, denominator: Option<Number>) -> Result<Option<Stated>, Problem> {
    match (numerator, denominator) {
        (None, None) => Ok(None),
        (Some(numerator), Some(denominator)) => Ok(Some(Stated::Counts(numerator, denominator))),
        (Some(_), None) => Err(nameless("`denominator` beside its `numerator`")),
        (None, Some(_)) => Err(nameless("`numerator` beside its `denominator`")),
    }
}

/// The stage of a row, the seventh column selected.
///
/// # Errors
/// `bad-value` for a word that names none.
pub fn stage<const N: usize>(row: &Row<'_, '_, N>) -> Result<Stage, Problem> {
    row.cell(STAGE).text()?.map_or(Ok(Stage::default()), |stage| stage.parse())
}

fn note<const N: usize>(row: &Row<'_, '_, N>) -> Result<Note, Problem> {
    let text = |column| row.cell(column).text().map(|text| text.map(Cow::into_owned));
    Ok(Note {
        explanation: text(EXPLANATION)?,
        documents: text(DOCUMENTS)?,
        note: text(NOTE)?,
        source: text(SOURCE)?,
        agency: text(AGENCY)?,
    })
}
