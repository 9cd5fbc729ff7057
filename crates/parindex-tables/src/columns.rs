//! A table as columns to be read row by row, wherever it comes from.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use parindex::{Error, Evidence, Fault, Place, Problem, composed};

use crate::arrow::{self, Reader};
use crate::cell::Cell;

/// A table: named columns in parts of whole rows.
#[derive(Debug)]
pub struct Columns {
    names: Vec<String>,
    parts: Vec<Part>,
    /// The line of each row in its file; rows are counted from 1 where there is none.
    lines: Option<Vec<usize>>,
}

#[derive(Debug)]
struct Part {
    columns: Vec<Column>,
    rows: usize,
}

/// The cells of a column.
#[derive(Debug)]
pub enum Column {
    /// As Arrow holds them.
    Array(ArrayRef),
    /// One by one, of mixed kinds.
    Cells(Vec<Cell<'static>>),
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Array(array) => array.len(),
            Self::Cells(cells) => cells.len(),
        }
    }

    /// How the cells of so many rows are read; beyond the column's end are gaps.
    fn reader(&self, name: &str, rows: usize) -> Result<Reader<'_>, Problem> {
        match self {
            Self::Array(array) if array.len() < rows => {
                let (length, reader) = (array.len(), arrow::reader(name, array.as_ref())?);
                Ok(Box::new(move |row| if row < length { reader(row) } else { Cell::Gap }))
            }
            Self::Array(array) => arrow::reader(name, array.as_ref()),
            Self::Cells(cells) => Ok(Box::new(|row| cells.get(row).map_or(Cell::Gap, Cell::borrowed))),
        }
    }
}

/// A row, with the columns that were selected.
pub struct Row<'r, 'a, const N: usize> {
    /// Its line in the file or its place in the table, counted from 1.
    pub line: usize,
    number: usize,
    readers: &'r [Option<Reader<'a>>; N],
}

impl<'a, const N: usize> Row<'_, 'a, N> {
    /// The cell in the selected column; a gap where the table has no such column.
    #[must_use]
    pub fn cell(&self, selected: usize) -> Cell<'a> {
        match self.readers.get(selected) {
            Some(Some(reader)) => reader(self.number),
            _ => Cell::Gap,
        }
    }
}

/// Which column of a table stands for each of the names asked for.
#[derive(Clone, Copy, Debug)]
pub struct Selection<const N: usize>([Option<usize>; N]);

impl<const N: usize> Selection<N> {
    /// Whether the table has this column.
    #[must_use]
    pub fn has(&self, selected: usize) -> bool {
        self.0.get(selected).is_some_and(Option::is_some)
    }
}

impl Columns {
    /// A table of these batches, all of them with these columns.
    #[must_use]
    pub fn from_batches(names: Vec<String>, batches: &[RecordBatch]) -> Self {
        let parts = batches.iter().map(|batch| Part {
            rows: batch.num_rows(),
            columns: batch.columns().iter().map(|array| Column::Array(array.clone())).collect(),
        });
        Self { names, parts: parts.collect(), lines: None }
    }

    /// A table of these columns; a shorter one ends in gaps.
    #[must_use]
    pub fn from_columns(columns: Vec<(String, Column)>) -> Self {
        let (names, columns): (Vec<String>, Vec<Column>) = columns.into_iter().unzip();
        let rows = columns.iter().map(Column::len).max().unwrap_or(0);
        Self { names, parts: vec![Part { columns, rows }], lines: None }
    }

    /// The same table, its rows standing at these lines of a file.
    #[must_use]
    pub fn at_lines(mut self, lines: Vec<usize>) -> Self {
        self.lines = Some(lines);
        self
    }

    /// The names of the columns, as they are written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// How many rows there are, the header not among them.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).fold(0, usize::saturating_add)
    }

    /// The line of a row, counted from 0, in its file; its place from 1 where there is none.
    #[must_use]
    pub fn line(&self, row: usize) -> usize {
        match &self.lines {
            Some(lines) => lines.get(row).copied().unwrap_or(0),
            None => row.saturating_add(1),
        }
    }

    /// Finds columns by name: exact, lower case, in composed form.
    ///
    /// # Errors
    /// `bad-value` if two columns have one of these names, `too-large` above
    /// 100 million rows.
    pub fn select<const N: usize>(&self, names: [&str; N]) -> Result<Selection<N>, Problem> {
        if self.rows() > Evidence::MAX_ROWS {
            let limit = format!("{} rows", Evidence::MAX_ROWS);
            return Err(Problem::TooLarge { what: "the table".to_owned(), limit });
        }
        let mut found = [None; N];
        for (name, found) in names.iter().zip(&mut found) {
            let mut positions = (0..).zip(&self.names).filter(|(_, own)| composed(own) == *name);
            *found = positions.next().map(|(position, _)| position);
            if positions.next().is_some() {
                let (what, allowed) = ("a second column".to_owned(), "one column of each name".to_owned());
                return Err(Problem::BadValue { what, text: (*name).to_owned(), allowed });
            }
        }
        Ok(Selection(found))
    }

    /// The selected column, if all of it is of doubles; a gap is NaN.
    #[must_use]
    pub fn doubles(&self, selection: &Selection<1>) -> Option<Vec<f64>> {
        let [Some(position)] = selection.0 else { return None };
        let mut values = Vec::with_capacity(self.rows());
        for part in &self.parts {
            let Some(Column::Array(array)) = part.columns.get(position) else { return None };
            let array = array.as_primitive_opt::<Float64Type>()?;
            values.extend(array.iter().map(|value| value.unwrap_or(f64::NAN)));
        }
        Some(values)
    }

    /// The table as batches of Arrow; cells of mixed kinds become text.
    ///
    /// # Errors
    /// What made a cell bad, with its line.
    pub fn batches(&self) -> Result<Vec<RecordBatch>, Error> {
        let mut faults = RowFaults::default();
        let mut before: usize = 0;
        let mut batches = Vec::new();
        for part in &self.parts {
            let columns = self.names.iter().zip(&part.columns).map(|(name, column)| {
                let array: ArrayRef = match column {
                    Column::Array(array) => Arc::clone(array),
                    Column::Cells(cells) => {
                        let text = |(row, cell): (usize, &Cell<'static>)| {
                            let place = || Place::row(self.line(before.saturating_add(row))).of(name);
                            let text = cell.borrowed().whole_text().map(|text| text.map(Cow::into_owned));
                            faults.keep(text, place).flatten()
                        };
                        Arc::new(cells.iter().enumerate().map(text).collect::<StringArray>())
                    }
                };
                (name.as_str(), array)
            });
            let batch = RecordBatch::try_from_iter(columns.collect::<Vec<_>>());
            batches.push(batch.map_err(|error| Problem::unreadable("the table", error))?);
            before = before.saturating_add(part.rows);
        }
        faults.check()?;
        Ok(batches)
    }

    /// The names of the first columns, as messages show them.
    #[must_use]
    pub fn shown(&self) -> Vec<String> {
        self.names.iter().take(40).map(|name| format!("`{}`", shown(name))).collect()
    }

    /// The table has no column `name`.
    #[must_use]
    pub fn missing(&self, name: &str) -> Problem {
        let names = self.shown();
        let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Problem::MissingColumn { column: name.to_owned(), found }
    }

    /// Visits every row with the selected columns.
    ///
    /// # Errors
    /// The same as [`Columns::visit_rows`].
    pub fn visit<const N: usize>(
        &self,
        selection: &Selection<N>,
        visit: impl FnMut(&Row<'_, '_, N>),
    ) -> Result<(), Problem> {
        self.visit_rows(selection, 0..self.rows(), visit)
    }

    /// Visits some of the rows, counted from 0, with the selected columns.
    ///
    /// # Errors
    /// `unreadable-file` if a selected column holds no text, number, flag or date.
    pub fn visit_rows<const N: usize>(
        &self,
        selection: &Selection<N>,
        rows: Range<usize>,
        mut visit: impl FnMut(&Row<'_, '_, N>),
    ) -> Result<(), Problem> {
        let mut before: usize = 0;
        for part in &self.parts {
            let mut readers: [Option<Reader<'_>>; N] = [const { None }; N];
            for (reader, position) in readers.iter_mut().zip(selection.0) {
                let Some(position) = position else { continue };
                let column = part.columns.get(position).zip(self.names.get(position));
                *reader = column.map(|(column, name)| column.reader(name, part.rows)).transpose()?;
            }
            let first = rows.start.saturating_sub(before).min(part.rows);
            let last = rows.end.saturating_sub(before).min(part.rows);
            for row in first..last {
                let number = before.saturating_add(row);
                visit(&Row { line: self.line(number), number: row, readers: &readers });
            }
            before = before.saturating_add(part.rows);
        }
        Ok(())
    }
}

fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

/// Faults of a table's rows, gathered so that all are told at once: the first
/// 10,000, and how many more there are.
#[derive(Debug, Default)]
pub struct RowFaults {
    kept: Vec<Fault>,
    left_out: usize,
}

impl RowFaults {
    /// The value, or nothing and the fault noted at `place`.
    pub fn keep<T>(&mut self, result: Result<T, Problem>, place: impl FnOnce() -> Place) -> Option<T> {
        result.map_err(|problem| self.push(|| problem.at(place()))).ok()
    }

    fn push(&mut self, fault: impl FnOnce() -> Fault) {
        if self.kept.len() < Error::MAX_FAULTS {
            self.kept.push(fault());
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Whether no row has a fault.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// These faults and then others.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Fault>) {
        others.into_iter().for_each(|fault| self.push(|| fault));
    }

    /// These faults and then those of rows further down.
    pub(crate) fn append(&mut self, others: Self) {
        self.extend(others.kept);
        self.left_out = self.left_out.saturating_add(others.left_out);
    }

    /// Nothing if there are no faults.
    ///
    /// # Errors
    /// All of them, in the order of their lines.
    pub fn check(mut self) -> Result<(), Error> {
        self.kept.sort_by_key(|fault| fault.place.line);
        Error::check_with(self.kept, self.left_out)
    }
}

impl IntoIterator for RowFaults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    /// The faults that are kept, in the order they were found.
    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}
