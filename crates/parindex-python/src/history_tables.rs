//! The tables that a history is made of.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use parindex::{Place, Problem, composed, read_date};
use parindex_forecast::{HistoryRow, HistoryUnit, National, Succession};
use parindex_tables::{Cell, Columns, Row};
use pyo3::prelude::*;

use crate::error::{Failure, Gathered};
use crate::several::taken;
use crate::whole::Whole;

/// Rows of a table, and the line of each.
pub(crate) struct Read<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) lines: Vec<usize>,
}

/// What the main table says, but for its parts.
const FRAME: [&str; 5] = ["unit", "year", "score", "rank", "se"];
/// What may stand beside it and is no part, whatever it holds.
const BESIDE: [&str; 8] = ["name", "region", "level", "parent", "source", "basis", "note", "status"];

/// The main table: unit, year, score, rank, se, and its parts.
///
/// `named` are the columns that are parts; not given, parts are all other
/// columns that hold numbers and nothing else.
///
/// # Errors
/// `missing-column`; `bad-value` for a column that is nearly called like one of
/// the table. Faults of rows are gathered.
pub(crate) fn frame(
    columns: &Columns,
    mark: char,
    named: Option<&[String]>,
    faults: &mut Gathered,
) -> Result<(Read<HistoryRow>, Vec<String>), Failure> {
    let selection = columns.select(FRAME)?;
    let mut lacks = Gathered::default();
    for (place, name) in FRAME.into_iter().enumerate().take(2) {
        if !selection.has(place) {
            lacks.keep(Err::<(), _>(columns.missing(name)), Place::default);
        }
    }
    let parts = match named {
        Some(named) => named_parts(columns, named, &mut lacks),
        None => found_parts(columns, mark, &mut lacks)?,
    };
    if !(selection.has(2) || selection.has(3)) && parts.is_empty() {
        lacks.keep(Err::<(), _>(columns.missing("score")), Place::default);
    }
    lacks.check()?;
    let mut values: Vec<std::vec::IntoIter<Option<f64>>> = Vec::new();
    let mut bad_lines = std::collections::BTreeSet::new();
    for name in &parts {
        let selection = columns.select([name.as_str()])?;
        let mut column = Vec::with_capacity(columns.rows());
        columns.visit(&selection, |row| {
            let value = faults.keep(points(row.cell(0), mark), || Place::row(row.line).of(name));
            if value.is_none() {
                bad_lines.insert(row.line);
            }
            column.push(value.flatten());
        })?;
        values.push(column.into_iter());
    }
    let mut read = Read { rows: Vec::new(), lines: Vec::new() };
    columns.visit(&selection, |row| {
        let parts = values.iter_mut().map(|column| column.next().flatten()).collect();
        let before = faults.found();
        let mut cells = Cells { row, faults };
        let (unit, year) = (cells.unit(0), cells.year(1));
        let (score, rank, se) = (
            cells.kept(2, "score", |cell| points(cell, mark)),
            cells.kept(3, "rank", |cell| rank(cell, mark)),
            cells.kept(4, "se", |cell| points(cell, mark)),
        );
        if let Some(year) = year
            && faults.found() == before
            && !bad_lines.contains(&row.line)
        {
            read.rows.push(HistoryRow { unit: unit.unwrap_or_default(), year, score, rank, se, parts });
            read.lines.push(row.line);
        }
    })?;
    Ok((read, parts))
}

fn named_parts(columns: &Columns, named: &[String], faults: &mut Gathered) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for name in named.iter().map(|name| composed(name).into_owned()) {
        let bad = |allowed: &str| bad_column("parts", &name, allowed.to_owned());
        let problem = if parts.contains(&name) {
            bad("each part once")
        } else if FRAME.contains(&name.as_str()) {
            bad("columns that are not unit, year, score, rank or se")
        } else if !columns.names().any(|other| composed(other) == name.as_str()) {
            columns.missing(&name)
        } else {
            parts.push(name);
            continue;
        };
        faults.keep(Err::<(), _>(problem), Place::default);
    }
    parts
}

/// The other columns that hold numbers and nothing else, at least one.
fn found_parts(columns: &Columns, mark: char, faults: &mut Gathered) -> Result<Vec<String>, Failure> {
    let mut parts = Vec::new();
    let others: Vec<String> = columns.names().map(|name| composed(name).into_owned()).collect();
    for name in others {
        if FRAME.contains(&name.as_str()) || BESIDE.contains(&name.as_str()) {
            continue;
        }
        let selection = columns.select([name.as_str()])?;
        let (mut numbers, mut is_pure) = (0_usize, true);
        let visited = columns.visit(&selection, |row| match points(row.cell(0), mark) {
            Ok(Some(_)) => numbers = numbers.saturating_add(1),
            Ok(None) => {}
            Err(_) => is_pure = false,
        });
        if visited.is_err() || !is_pure || numbers == 0 {
            continue;
        }
        match FRAME.iter().find(|known| is_slip(&name, known)) {
            Some(known) => {
                let allowed = format!("`{known}`; where it is a part, name all `parts`");
                faults.keep(Err::<(), _>(bad_column("the column", &name, allowed)), Place::default);
            }
            None => parts.push(name),
        }
    }
    Ok(parts)
}

fn bad_column(what: &str, name: &str, allowed: String) -> Problem {
    Problem::BadValue { what: what.to_owned(), text: name.chars().take(40).collect(), allowed }
}

/// Whether a name is another but for capitals, or one letter too many, too few,
/// wrong or swapped with its neighbour.
fn is_slip(name: &str, known: &str) -> bool {
    let (mut name, mut known): (Vec<char>, Vec<char>) =
        (name.to_lowercase().chars().collect(), known.chars().collect());
    if name == known {
        return true;
    }
    if known.len() < 4 {
        return false;
    }
    let same = name.iter().zip(&known).take_while(|(one, two)| one == two).count();
    name.drain(..same);
    known.drain(..same);
    while let (Some(one), Some(two)) = (name.last(), known.last())
        && one == two
    {
        name.pop();
        known.pop();
    }
    match (name.as_slice(), known.as_slice()) {
        ([_] | [], [_] | []) => true,
        ([one, two], [three, four]) => one == four && two == three,
        _ => false,
    }
}

/// The table of units: unit, name, region, `valid_from`, `valid_to`, successor.
///
/// # Errors
/// `missing-column`. Faults of rows are gathered.
pub(crate) fn units(columns: &Columns, faults: &mut Gathered) -> Result<Read<HistoryUnit>, Failure> {
    let selection = columns.select(["unit", "name", "region", "valid_from", "valid_to", "successor"])?;
    if !selection.has(0) {
        return Err(columns.missing("unit").into());
    }
    let mut read = Read { rows: Vec::new(), lines: Vec::new() };
    columns.visit(&selection, |row| {
        let before = faults.found();
        let mut cells = Cells { row, faults };
        let unit = HistoryUnit {
            unit: cells.unit(0).unwrap_or_default(),
            name: cells.kept(1, "name", text).unwrap_or_default(),
            region: cells.kept(2, "region", text),
            valid_from: cells.kept(3, "valid_from", date),
            valid_to: cells.kept(4, "valid_to", date),
            successor: cells.kept(5, "successor", id),
        };
        if faults.found() == before {
            read.rows.push(unit);
            read.lines.push(row.line);
        }
    })?;
    Ok(read)
}

/// The table of national figures: year, mean, max, min.
///
/// # Errors
/// `missing-column`. Faults of rows are gathered.
pub(crate) fn national(columns: &Columns, mark: char, faults: &mut Gathered) -> Result<Read<National>, Failure> {
    let names = ["year", "mean", "max", "min"];
    let selection = columns.select(names)?;
    if !selection.has(0) {
        return Err(columns.missing("year").into());
    }
    if names.iter().enumerate().skip(1).all(|(place, _)| !selection.has(place)) {
        return Err(columns.missing("mean").into());
    }
    let mut read = Read { rows: Vec::new(), lines: Vec::new() };
    columns.visit(&selection, |row| {
        let before = faults.found();
        let mut cells = Cells { row, faults };
        let year = cells.year(0);
        let mut figure = |column: usize, name: &str| cells.kept(column, name, |cell| points(cell, mark));
        let (mean, max, min) = (figure(1, "mean"), figure(2, "max"), figure(3, "min"));
        if let Some(year) = year
            && faults.found() == before
        {
            read.rows.push(National { year, mean, max, min });
            read.lines.push(row.line);
        }
    })?;
    Ok(read)
}

/// Names that the columns of a merger go by.
const MERGER: [&str; 10] = [
    "old",
    "old_unit",
    "old_code",
    "new",
    "new_unit",
    "new_code",
    "new_name",
    "new_name_vi",
    "effective",
    "effective_date",
];

/// The table of a merger: old, new, and optionally `new_name` and effective.
///
/// # Errors
/// `missing-column`. Faults of rows are gathered.
pub(crate) fn merger(columns: &Columns, effective: Date, faults: &mut Gathered) -> Result<Read<Succession>, Failure> {
    let selection = columns.select(MERGER)?;
    let first = |places: std::ops::Range<usize>| places.clone().find(|place| selection.has(*place));
    let (Some(old), Some(new)) = (first(0..3), first(3..6)) else {
        return Err(columns.missing(if first(0..3).is_none() { "old" } else { "new" }).into());
    };
    // A cell of a column that is not there is a gap.
    let (name, day) = (first(6..8).unwrap_or(6), first(8..10).unwrap_or(8));
    let mut read = Read { rows: Vec::new(), lines: Vec::new() };
    columns.visit(&selection, |row| {
        let before = faults.found();
        let mut cells = Cells { row, faults };
        let (old_unit, new_unit) = (cells.needed(old, "old", id), cells.needed(new, "new", id));
        let (new_name, own) = (cells.kept(name, "new_name", text), cells.kept(day, "effective", date));
        if let (Some(old_unit), Some(new_unit)) = (old_unit, new_unit)
            && faults.found() == before
        {
            let new_name = new_name.unwrap_or_else(|| new_unit.clone());
            read.rows.push(Succession { old_unit, new_unit, new_name, effective: own.unwrap_or(effective) });
            read.lines.push(row.line);
        }
    })?;
    Ok(read)
}

/// The table of weights: unit, weight.
///
/// # Errors
/// `missing-column`. Faults of rows are gathered, `duplicate-unit` among them.
pub(crate) fn weights(columns: &Columns, faults: &mut Gathered) -> Result<BTreeMap<String, f64>, Failure> {
    let selection = columns.select(["unit", "weight"])?;
    for (place, name) in ["unit", "weight"].into_iter().enumerate() {
        if !selection.has(place) {
            return Err(columns.missing(name).into());
        }
    }
    let mut weights = BTreeMap::new();
    columns.visit(&selection, |row| {
        let mut cells = Cells { row, faults };
        let (unit, weight) = (cells.needed(0, "unit", id), cells.needed(1, "weight", |cell| points(cell, '.')));
        if let (Some(unit), Some(weight)) = (unit, weight)
            && weights.insert(unit.clone(), weight).is_some()
        {
            faults.keep(Err::<(), _>(Problem::DuplicateUnit { unit }), || Place::row(row.line));
        }
    })?;
    Ok(weights)
}

/// The cells of a row; what is wrong with each is noted.
struct Cells<'c, 'r, 'a, const N: usize> {
    row: &'c Row<'r, 'a, N>,
    faults: &'c mut Gathered,
}

impl<const N: usize> Cells<'_, '_, '_, N> {
    fn kept<T>(
        &mut self,
        column: usize,
        name: &str,
        read: impl FnOnce(Cell<'_>) -> Result<Option<T>, Problem>,
    ) -> Option<T> {
        self.faults.keep(read(self.row.cell(column)), || Place::row(self.row.line).of(name)).flatten()
    }

    fn needed<T>(
        &mut self,
        column: usize,
        name: &str,
        read: impl FnOnce(Cell<'_>) -> Result<Option<T>, Problem>,
    ) -> Option<T> {
        let needed = read(self.row.cell(column))
            .and_then(|value| value.ok_or_else(|| Problem::IncompleteRow { what: format!("the row has no `{name}`") }));
        self.faults.keep(needed, || Place::row(self.row.line).of(name))
    }

    /// The id of a unit; where there is none the core says so.
    fn unit(&mut self, column: usize) -> Option<String> {
        self.kept(column, "unit", id)
    }

    fn year(&mut self, column: usize) -> Option<i16> {
        self.needed(column, "year", |cell| whole(cell, '.')?.map(|year| sound_year(&year)).transpose())
    }
}

/// A cell, NaN and `NA` in it a gap.
fn known(cell: Cell<'_>) -> Cell<'_> {
    match cell {
        Cell::Float(value, _) if value.is_nan() => Cell::Gap,
        Cell::Text(text) if ["na", "nan"].iter().any(|gap| text.trim().eq_ignore_ascii_case(gap)) => Cell::Gap,
        other => other,
    }
}

/// A score, a standard error or a weight: any number, no flag.
fn points(cell: Cell<'_>, mark: char) -> Result<Option<f64>, Problem> {
    match cell {
        Cell::Flag(flag) => Err(Problem::BadNumber { text: flag.to_string() }),
        Cell::Moment(text) => Err(Problem::BadNumber { text: text.into_owned() }),
        other => other.real(mark),
    }
}

/// A whole number as it is written; a float counts if it is whole.
fn whole(cell: Cell<'_>, mark: char) -> Result<Option<String>, Problem> {
    let text = match known(cell) {
        Cell::Float(value, _) if value.is_finite() => value.to_string(),
        other => match other.number(mark)? {
            Some(number) => number.to_string(),
            None => return Ok(None),
        },
    };
    if text.contains('.') { Err(Problem::NotWhole { text }) } else { Ok(Some(text)) }
}

/// A rank: whole, from 1 on.
fn rank(cell: Cell<'_>, mark: char) -> Result<Option<u32>, Problem> {
    let Some(text) = whole(cell, mark)? else { return Ok(None) };
    let rank = text.parse();
    rank.map(Some).map_err(|_| Problem::OutOfRange { value: text, allowed: "ranks from 1 on".to_owned() })
}

fn text(cell: Cell<'_>) -> Result<Option<String>, Problem> {
    Ok(known(cell).text()?.map(Cow::into_owned))
}

fn id(cell: Cell<'_>) -> Result<Option<String>, Problem> {
    let cell = if matches!(cell, Cell::Float(value, _) if value.is_nan()) { Cell::Gap } else { cell };
    Ok(cell.unit()?.map(|id| composed(&id).into_owned()))
}

fn date(cell: Cell<'_>) -> Result<Option<Date>, Problem> {
    text(cell)?.map(|text| read_date(&text)).transpose()
}

/// A year as a caller gives it.
///
/// # Errors
/// `out-of-range` for any but 1 to 9999.
pub(crate) fn year(given: Whole) -> Result<i16, Problem> {
    match given {
        Whole::Held(number) => sound_year(&number.to_string()),
        Whole::Beyond(text) => sound_year(&text),
    }
}

fn sound_year(text: &str) -> Result<i16, Problem> {
    let year = text.parse().ok().filter(|year| (1..=9999).contains(year));
    year.ok_or_else(|| Problem::OutOfRange { value: text.to_owned(), allowed: "a year from 1 to 9999".to_owned() })
}

/// A year, or several, as a caller gives them.
///
/// # Errors
/// `out-of-range` for what is no year, all at once; `too-large` for a million of them or more;
/// `TypeError` for no whole number.
pub(crate) fn years(given: &Bound<'_, PyAny>) -> Result<Vec<i16>, Failure> {
    let all: Vec<Whole> = match given.extract() {
        Ok(one) => vec![one],
        Err(_) => taken(given)?.into_iter().map(|year| year.extract()).collect::<PyResult<_>>()?,
    };
    let mut faults = Gathered::default();
    let years = all.into_iter().filter_map(|given| faults.keep(year(given), Place::default)).collect();
    faults.check()?;
    Ok(years)
}
