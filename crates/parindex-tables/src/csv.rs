//! CSV files: every column as text, so that no digit is touched.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use csv::{ReaderBuilder, StringRecord};
use parindex::{Error, Place, Problem};

use crate::columns::{Column, Columns, RowFaults};

/// Most bytes of one field.
const MAX_FIELD: usize = 1 << 20;
/// Most columns of a table.
const MAX_COLUMNS: usize = 4096;

/// Reads CSV in UTF-8, separated by commas, semicolons or tabs,
/// whichever its first line has first.
///
/// # Errors
/// `unreadable-file` if it is not UTF-8, `too-large` for a field above 1 MiB or
/// more than 4096 columns,
/// `incomplete-row` for every line with more or fewer fields than the first.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Columns, Error> {
    let broken = |why: &dyn std::fmt::Display| Problem::unreadable(name, why);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let line = newlines(bytes.get(..error.valid_up_to()).unwrap_or_default()).saturating_add(1);
            return Err(broken(&"it is not UTF-8").at(Place::row(line)).into());
        }
    };
    let mut builder = ReaderBuilder::new();
    let mut reader = builder.delimiter(separator(text)).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut lines = Lines { text: text.as_bytes(), counted: 0, line: 1 };
    let mut table: Option<Table> = None;
    let mut faults = RowFaults::default();
    while reader.read_record(&mut record).map_err(|error| broken(&error))? {
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        if record.iter().any(|field| field.len() > MAX_FIELD) {
            let problem = Problem::TooLarge { what: "a field".to_owned(), limit: "1 MiB".to_owned() };
            return Err(problem.at(Place::row(line)).into());
        }
        match &mut table {
            None if record.len() > MAX_COLUMNS => {
                let problem =
                    Problem::TooLarge { what: "the table".to_owned(), limit: format!("{MAX_COLUMNS} columns") };
                return Err(problem.at(Place::row(line)).into());
            }
            None => table = Some(Table::new(&record)),
            Some(table) if table.names.len() == record.len() => table.push(&record, line),
            Some(table) => {
                let what = format!("the line has {} fields, the first line has {}", record.len(), table.names.len());
                faults.keep(Err::<(), _>(Problem::IncompleteRow { what }), || Place::row(line));
            }
        }
    }
    faults.check()?;
    Ok(table.unwrap_or_default().finish())
}

/// The first of comma, semicolon and tab that the first line has.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    first.bytes().find(|byte| matches!(byte, b',' | b';' | b'\t')).unwrap_or(b',')
}

#[allow(clippy::naive_bytecount, reason = "reading the file takes longer")]
fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// Counts lines up to where each record starts.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of the record found from `byte` on: blank lines are stepped over.
    fn of(&mut self, byte: u64) -> usize {
        let mut start = usize::try_from(byte).unwrap_or(usize::MAX);
        while matches!(self.text.get(start), Some(b'\r' | b'\n')) {
            start = start.saturating_add(1);
        }
        let passed = self.text.get(self.counted..start).unwrap_or_default();
        self.line = self.line.saturating_add(newlines(passed));
        self.counted = start;
        self.line
    }
}

/// Columns of text as they are read.
#[derive(Default)]
struct Table {
    names: Vec<String>,
    columns: Vec<StringBuilder>,
    lines: Vec<usize>,
}

impl Table {
    fn new(names: &StringRecord) -> Self {
        let names: Vec<String> = names.iter().map(str::to_owned).collect();
        let columns = names.iter().map(|_| StringBuilder::with_capacity(0, 0)).collect();
        Self { names, columns, lines: Vec::new() }
    }

    fn push(&mut self, fields: &StringRecord, line: usize) {
        for (column, field) in self.columns.iter_mut().zip(fields) {
            column.append_value(field);
        }
        self.lines.push(line);
    }

    fn finish(self) -> Columns {
        let columns = self.columns.into_iter().map(|mut column| Column::Array(Arc::new(column.finish())));
        Columns::from_columns(self.names.into_iter().zip(columns).collect()).at_lines(self.lines)
    }
}
