//! Tables of two columns that must both be filled: who answers for which code,
//! which code became which.

use parindex::{Code, Crosswalk, Error, Place, Problem};

use crate::cell::Cell;
use crate::columns::{Columns, RowFaults};

/// Reads the two columns, row by row.
///
/// # Errors
/// `missing-column`, `incomplete-row` for a gap, and what the readers find.
pub fn read<A, B>(
    columns: &Columns,
    names: [&str; 2],
    first: impl Fn(Cell<'_>) -> Result<Option<A>, Problem>,
    second: impl Fn(Cell<'_>) -> Result<Option<B>, Problem>,
) -> Result<Vec<(A, B)>, Error> {
    let selection = columns.select(names)?;
    for (position, name) in names.into_iter().enumerate() {
        if !selection.has(position) {
            return Err(columns.missing(name).into());
        }
    }
    let mut pairs = Vec::new();
    let mut faults = RowFaults::default();
    columns.visit(&selection, |row| {
        let pair = || {
            let (first, second) = (first(row.cell(0))?, second(row.cell(1))?);
            let what = || format!("the row needs both `{}` and `{}`", names[0], names[1]);
            first.zip(second).ok_or_else(|| Problem::IncompleteRow { what: what() })
        };
        pairs.extend(faults.keep(pair(), || Place::row(row.line)));
    })?;
    faults.check()?;
    Ok(pairs)
}

/// A code in a cell.
///
/// # Errors
/// `bad-code` for a number or what is no code.
pub fn code(cell: Cell<'_>) -> Result<Option<Code>, Problem> {
    cell.code()?.map(|code| code.parse()).transpose()
}

/// Reads a crosswalk across editions: `old_code` and `new_code`.
///
/// # Errors
/// `missing-column`, `incomplete-row`, `bad-code`.
pub fn crosswalk(columns: &Columns) -> Result<Crosswalk, Error> {
    Ok(read(columns, ["old_code", "new_code"], code, code)?.into_iter().collect())
}
