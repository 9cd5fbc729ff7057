//! Excel workbooks: the first sheet, its first row with text as the header.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek, SeekFrom};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use parindex::{Error, Problem};
use zip::ZipArchive;
use zip::result::ZipResult;

use crate::cell::Cell;
use crate::columns::{Column, Columns};
use crate::file::Allowance;

type Rows = BTreeMap<u32, BTreeMap<u32, Cell<'static>>>;

/// Most columns of a sheet.
const MAX_COLUMNS: usize = 4096;
/// Most cells of a table for each one that is filled, beside the first million.
const MAX_EMPTINESS: usize = 64;

/// Reads the first sheet of a workbook; numbers count by their shortest form.
///
/// # Errors
/// `unreadable-file` if it is no workbook, `too-large` if it unpacks to too much,
/// or has more than 4096 columns or hardly a cell filled.
pub(crate) fn read(name: &str, mut file: impl Read + Seek) -> Result<Columns, Error> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(name, why);
    let packed = file.seek(SeekFrom::End(0)).map_err(|error| broken(&error))?;
    Allowance::of(name, packed).take(unpacked(BufReader::new(&mut file)).map_err(|error| broken(&error))?)?;
    let mut book = Xlsx::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    let sheet = book.sheet_names().into_iter().next().ok_or_else(|| broken(&"it has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| broken(&error))?;
    let mut rows = Rows::new();
    // A text that many cells share is a text of each.
    let mut texts = Allowance::of(name, packed);
    while let Some(found) = cells.next_cell().map_err(|error| broken(&error))? {
        let (row, column) = found.get_position();
        if let DataRef::SharedString(text) = found.get_value() {
            texts.take(text.len() as u64)?;
        }
        let cell = cell(found.get_value());
        if !matches!(cell, Cell::Gap) {
            rows.entry(row).or_default().insert(column, cell);
        }
    }
    Ok(table(name, rows)?)
}

/// What all parts declare to unpack to; reading one further than it declares is an error.
fn unpacked(file: impl Read + Seek) -> ZipResult<u64> {
    let mut archive = ZipArchive::new(file)?;
    let mut total: u64 = 0;
    for position in 0..archive.len() {
        total = total.saturating_add(archive.by_index_raw(position)?.size());
    }
    Ok(total)
}

fn table(name: &str, mut rows: Rows) -> Result<Columns, Problem> {
    let filled = rows.values().map(BTreeMap::len).fold(0, usize::saturating_add);
    let Some((_, header)) = rows.pop_first() else { return Ok(Columns::from_columns(Vec::new())) };
    let too_large = |limit: String| Problem::TooLarge { what: name.to_owned(), limit };
    if header.len() > MAX_COLUMNS {
        return Err(too_large(format!("{MAX_COLUMNS} columns")));
    }
    if header.len().saturating_mul(rows.len()) > filled.saturating_mul(MAX_EMPTINESS).saturating_add(1 << 20) {
        return Err(too_large(format!("{MAX_EMPTINESS} cells for each one that is filled")));
    }
    let lines = rows.keys().map(|row| usize::try_from(*row).unwrap_or(usize::MAX).saturating_add(1)).collect();
    let column = |(position, name): (u32, Cell<'static>)| {
        let name = name.text().ok().flatten().unwrap_or_default().into_owned();
        let cells = rows.values_mut().map(|row| row.remove(&position).unwrap_or(Cell::Gap)).collect();
        (name, Column::Cells(cells))
    };
    let columns = header.into_iter().map(column).collect();
    Ok(Columns::from_columns(columns).at_lines(lines))
}

fn cell(value: &DataRef<'_>) -> Cell<'static> {
    match value {
        DataRef::Empty => Cell::Gap,
        DataRef::Int(whole) => parindex::Number::try_from(i128::from(*whole)).into(),
        DataRef::Float(float) => Cell::from(*float),
        DataRef::DateTimeIso(text) if text.contains('T') => Cell::Moment(text.clone().into()),
        DataRef::String(text) | DataRef::DurationIso(text) | DataRef::DateTimeIso(text) => {
            Cell::Text(text.clone().into())
        }
        DataRef::SharedString(text) => Cell::Text((*text).to_owned().into()),
        DataRef::Bool(flag) => Cell::Flag(*flag),
        DataRef::DateTime(moment) => date(moment),
        DataRef::Error(error) => Cell::Bad(Box::new(Problem::BadNumber { text: error.to_string() })),
    }
}

/// The first day that Excel does not count any more, 1 January 10000.
const END_OF_DAYS: f64 = 2_958_466.0;

fn date(moment: &ExcelDateTime) -> Cell<'static> {
    if !(0.0..END_OF_DAYS).contains(&moment.as_f64()) {
        return Cell::Bad(Box::new(Problem::BadDate { text: moment.as_f64().to_string() }));
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        return Cell::Text(date.into());
    }
    Cell::Moment(format!("{date}T{hour:02}:{minute:02}:{second:02}").into())
}
