//! The table of units: names, levels and parents.

use std::borrow::Cow;

use jiff::civil::Date;
use parindex::{Error, Place, Problem, UnitRow, Units, read_date};

use crate::columns::{Columns, Row, RowFaults};

const NAMES: [&str; 6] = ["unit", "name", "level", "parent", "valid_from", "valid_to"];
const UNIT: usize = 0;
const NAME: usize = 1;
const LEVEL: usize = 2;
const PARENT: usize = 3;
const VALID_FROM: usize = 4;
const VALID_TO: usize = 5;

/// Reads units: `unit`, `name`, and optionally `level`, `parent`, `valid_from`
/// and `valid_to`.
///
/// # Errors
/// `missing-column`, and every fault of a row.
pub fn read(columns: &Columns) -> Result<Units, Error> {
    let selection = columns.select(NAMES)?;
    for (column, name) in [(UNIT, "unit"), (NAME, "name")] {
        if !selection.has(column) {
            return Err(columns.missing(name).into());
        }
    }
    let mut rows: Vec<UnitRow> = Vec::new();
    let mut lines: Vec<usize> = Vec::new();
    let mut faults = RowFaults::default();
    columns.visit(&selection, |row| {
        if let Some(unit) = faults.keep(unit(row), || Place::row(row.line)) {
            rows.push(unit);
            lines.push(row.line);
        }
    })?;
    let units = Units::from_rows(rows);
    if let Err(error) = &units {
        faults.extend(error.faults().cloned().map(|mut fault| {
            let row = fault.place.line.and_then(|row| row.checked_sub(1));
            fault.place.line = row.and_then(|row| lines.get(row).copied());
            fault
        }));
    }
    faults.check()?;
    units
}

fn unit<const N: usize>(row: &Row<'_, '_, N>) -> Result<UnitRow, Problem> {
    let text = |column| row.cell(column).text().map(|text| text.map(Cow::into_owned));
    let id = |column| row.cell(column).unit().map(|id| id.map(Cow::into_owned));
    let date = |column| -> Result<Option<Date>, Problem> { text(column)?.map(|text| read_date(&text)).transpose() };
    Ok(UnitRow {
        unit: id(UNIT)?.unwrap_or_default(),
        name: text(NAME)?.unwrap_or_default(),
        level: text(LEVEL)?,
        parent: id(PARENT)?,
        valid_from: date(VALID_FROM)?,
        valid_to: date(VALID_TO)?,
    })
}
