//! The table of a survey: its columns as numbers, labels or answers.

use std::sync::Arc;

use parindex::{Faults, Place, Placed, Problem, composed};
use parindex_survey::{Error as SurveyError, Groups};

use crate::cell::Cell;
use crate::columns::{self, Columns};
use crate::error::{Failure, Told, told_fault};

/// The rows of a survey, read column by column as they are asked for.
#[derive(Clone)]
pub(crate) struct Frame {
    columns: Arc<Columns>,
    mark: char,
}

/// Columns being read, with all that is wrong in them.
pub(crate) struct Reading<'f> {
    frame: &'f Frame,
    faults: columns::Faults,
    is_whole: bool,
}

impl Frame {
    pub(crate) fn new(columns: Columns, mark: char) -> Self {
        Self { columns: Arc::new(columns), mark }
    }

    pub(crate) fn rows(&self) -> usize {
        self.columns.rows()
    }

    /// Starts to read.
    pub(crate) fn read(&self) -> Reading<'_> {
        Reading { frame: self, faults: columns::Faults::default(), is_whole: true }
    }

    /// Faults of the core, told with the lines of the table.
    fn placed(&self, error: &SurveyError) -> impl Iterator<Item = Placed<Told>> {
        error.faults().map(told_fault).map(|mut fault| {
            fault.place.line = fault.place.line.map(|row| self.columns.line(row.saturating_sub(1)));
            fault
        })
    }
}

impl Reading<'_> {
    /// A column of numbers, NaN where one is missing.
    pub(crate) fn reals(&mut self, name: &str) -> Vec<f64> {
        let doubles = self.frame.columns.select([composed(name).as_ref()]);
        if let Some(values) = doubles.ok().and_then(|selection| self.frame.columns.doubles(&selection)) {
            return values;
        }
        let mark = self.frame.mark;
        self.cells(name, |cell| Ok(cell.real(mark)?.unwrap_or(f64::NAN)), f64::NAN)
    }

    /// A column of labels: strata, clusters, domains.
    pub(crate) fn labels(&mut self, name: &str) -> Groups {
        Groups::from_labels(self.cells(name, |cell| Ok(cell.text()?.map(String::from)), None))
    }

    /// A column of labels in which rows without one are a group, called by nothing.
    pub(crate) fn domains(&mut self, name: &str) -> Groups {
        let label = |cell: Cell<'_>| Ok(Some(cell.text()?.map_or_else(String::new, String::from)));
        Groups::from_labels(self.cells(name, label, None))
    }

    /// The answers to an item, as codes.
    pub(crate) fn answers(&mut self, name: &str) -> Vec<Option<i64>> {
        let mark = self.frame.mark;
        let code = |cell: Cell<'_>| -> Result<Option<i64>, Problem> {
            let Some(value) = cell.real(mark)? else { return Ok(None) };
            let whole = whole(value).ok_or_else(|| Problem::NotWhole { text: value.to_string() })?;
            Ok(Some(whole))
        };
        self.cells(name, code, None)
    }

    /// Whether the table has such a column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.frame.columns.select([composed(name).as_ref()]).is_ok_and(|selection| selection.has(0))
    }

    fn cells<T: Clone>(&mut self, name: &str, read: impl Fn(Cell<'_>) -> Result<T, Problem>, gap: T) -> Vec<T> {
        let columns = &self.frame.columns;
        let name = composed(name);
        let mut values = Vec::with_capacity(columns.rows());
        let faults = &mut self.faults;
        let visited = columns.select([name.as_ref()]).and_then(|selection| {
            if !selection.has(0) {
                return Err(columns.missing(&name));
            }
            columns.visit(&selection, |row| {
                let place = || Place::row(row.line).of(&name);
                values.push(faults.keep(read(row.cell(0)), place).unwrap_or_else(|| gap.clone()));
            })
        });
        if let Err(problem) = visited {
            self.faults.0.push(problem.into());
            self.is_whole = false;
            values = vec![gap; columns.rows()];
        }
        values
    }

    /// What `work` makes of the columns read.
    ///
    /// # Errors
    /// Faults of cells and those that `work` finds, together; of a row with a
    /// cell that could not be read, only that.
    pub(crate) fn finish<T>(self, work: impl FnOnce() -> Result<T, SurveyError>) -> Result<T, Failure> {
        let Self { frame, faults, is_whole } = self;
        let mut all: Vec<Placed<Told>> = faults.0.iter().map(told_fault).collect();
        let done = if is_whole { Some(work()) } else { None };
        match done {
            Some(Ok(done)) if all.is_empty() => return Ok(done),
            Some(Err(error)) => {
                let unread =
                    |line: Option<usize>| line.is_some() && faults.0.iter().any(|fault| fault.place.line == line);
                all.extend(frame.placed(&error).filter(|fault| !unread(fault.place.line)));
            }
            _ => {}
        }
        all.sort_by_key(|fault| fault.place.line);
        match Faults::check(all) {
            Err(told) => Err(Failure::Data(told)),
            Ok(()) => unreachable!("there was at least one fault"),
        }
    }
}

/// The whole number a float is, if it is one.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "checked by going back")]
fn whole(value: f64) -> Option<i64> {
    let whole = value as i64;
    ((whole as f64 - value).abs() <= 0.0 && value.abs() < 9e15).then_some(whole)
}
