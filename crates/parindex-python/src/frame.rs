//! The table of a survey: its columns as numbers, labels or answers.

use std::collections::HashSet;
use std::sync::Arc;

use parindex::{Coded, Faults, Place, Placed, Problem, composed};
use parindex_survey::{Error as SurveyError, Groups};
use parindex_tables::{Cell, Columns};

use crate::error::{Failure, Told, told, told_fault};

/// The rows of a survey, read column by column as they are asked for.
#[derive(Clone)]
pub(crate) struct Frame {
    columns: Arc<Columns>,
    mark: char,
}

/// Columns being read, with all that is wrong in them.
pub(crate) struct Reading<'f> {
    frame: &'f Frame,
    faults: Vec<Placed<Told>>,
    /// Lines with a cell that could not be read.
    unread: HashSet<usize>,
    /// Faults beyond those that are kept.
    left_out: usize,
    is_whole: bool,
}

impl Frame {
    pub(crate) fn new(columns: Columns, mark: char) -> Self {
        Self { columns: Arc::new(columns), mark }
    }

    pub(crate) fn rows(&self) -> usize {
        self.columns.rows()
    }

    /// The names of the columns, as messages show them.
    pub(crate) fn names(&self) -> Vec<String> {
        self.columns.shown()
    }

    /// Starts to read.
    pub(crate) fn read(&self) -> Reading<'_> {
        Reading { frame: self, faults: Vec::new(), unread: HashSet::new(), left_out: 0, is_whole: true }
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

    /// A column of labels: strata, clusters, classes.
    pub(crate) fn labels(&mut self, name: &str) -> Groups {
        Groups::from_labels(self.cells(name, |cell| Ok(cell.label()?.map(String::from)), None))
    }

    /// A column of labels in which rows without one are a group, called by nothing.
    pub(crate) fn domains(&mut self, name: &str) -> Groups {
        let label = |cell: Cell<'_>| Ok(Some(cell.label()?.map_or_else(String::new, String::from)));
        Groups::from_labels(self.cells(name, label, None))
    }

    /// The column of units, whose ids are text; one group where there is no such column.
    pub(crate) fn units(&mut self, name: &str) -> Groups {
        let is_there = self.has(name);
        let units = Groups::from_labels(self.cells(name, |cell| Ok(cell.unit()?.map(String::from)), None));
        if is_there { units } else { Groups::whole(self.frame.rows()) }
    }

    /// The answers to an item, as codes: whole numbers, no flags.
    pub(crate) fn answers(&mut self, name: &str) -> Vec<Option<i64>> {
        let mark = self.frame.mark;
        let code = |cell: Cell<'_>| -> Result<Option<i64>, Problem> {
            if let Cell::Flag(flag) = cell {
                return Err(Problem::BadNumber { text: flag.to_string() });
            }
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

    fn note(&mut self, problem: &impl Coded) {
        self.faults.push(Placed { problem: told(problem), place: Place::default() });
    }

    /// Whether nothing has been found wrong so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// How many faults there are so far.
    pub(crate) fn found(&self) -> usize {
        self.faults.len()
    }

    fn cells<T: Clone>(&mut self, name: &str, read: impl Fn(Cell<'_>) -> Result<T, Problem>, gap: T) -> Vec<T> {
        let columns = &self.frame.columns;
        let name = composed(name);
        let mut values = Vec::with_capacity(columns.rows());
        let (faults, unread) = (&mut self.faults, &mut self.unread);
        let visited = columns.select([name.as_ref()]).and_then(|selection| {
            if !selection.has(0) {
                return Err(columns.missing(&name));
            }
            columns.visit(&selection, |row| {
                values.push(read(row.cell(0)).unwrap_or_else(|problem| {
                    faults.push(Placed { problem: told(&problem), place: Place::row(row.line).of(&name) });
                    unread.insert(row.line);
                    gap.clone()
                }));
            })
        });
        if let Err(problem) = visited {
            self.note(&problem);
            self.is_whole = false;
            values = vec![gap; columns.rows()];
        }
        values
    }

    /// The result of the core, or nothing and its faults noted with the lines
    /// of the table. Of a row with a cell that could not be read only that is
    /// told, and nothing that may only follow from it.
    pub(crate) fn keep<T>(&mut self, result: Result<T, SurveyError>) -> Option<T> {
        let error = match result {
            Ok(done) => return Some(done),
            Err(error) => error,
        };
        let follows = ["no-respondents", "margins-disagree", "raking-did-not-converge", "not-estimable"];
        // Lines with an unread cell that the core has not come to before it stopped keeping faults.
        let mut ahead = self.unread.clone();
        for fault in error.kept() {
            let mut fault = told_fault(fault);
            fault.place.line = fault.place.line.map(|row| self.frame.columns.line(row.saturating_sub(1)));
            let doubtful = match fault.place.line {
                Some(line) => {
                    ahead.remove(&line);
                    self.unread.contains(&line)
                }
                None => !self.unread.is_empty() && follows.contains(&fault.problem.code()),
            };
            if !doubtful {
                self.faults.push(fault);
            }
        }
        self.left_out = self.left_out.saturating_add(error.left_out().saturating_sub(ahead.len()));
        None
    }

    /// As [`Reading::keep`], of columns that could all be read.
    pub(crate) fn keep_all<T>(&mut self, result: Result<T, SurveyError>) -> Option<T> {
        let unread = std::mem::take(&mut self.unread);
        let kept = self.keep(result);
        self.unread = unread;
        kept
    }

    /// What was made of the columns.
    ///
    /// # Errors
    /// All faults: those without a line first, then in the order of the lines.
    pub(crate) fn done<T>(mut self, made: Option<T>) -> Result<T, Failure> {
        self.faults.sort_by_key(|fault| fault.place.line);
        match (Faults::check_with(self.faults, self.left_out), made) {
            (Ok(()), Some(made)) => Ok(made),
            (Err(told), _) => Err(Failure::Data(told)),
            (Ok(()), None) => unreachable!("there was at least one fault"),
        }
    }

    /// What `work` makes of the columns read.
    ///
    /// # Errors
    /// Faults of cells and those that `work` finds, together; without a column
    /// there is no work.
    pub(crate) fn finish<T>(mut self, work: impl FnOnce() -> Result<T, SurveyError>) -> Result<T, Failure> {
        let made = if self.is_whole { self.keep(work()) } else { None };
        self.done(made)
    }
}

/// The whole number a float is, if it is one.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "checked by going back")]
fn whole(value: f64) -> Option<i64> {
    let whole = value as i64;
    ((whole as f64 - value).abs() <= 0.0 && value.abs() < 9e15).then_some(whole)
}
