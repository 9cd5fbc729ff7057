//! From a tally to the rows a projection reads.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::MonthCounts;
use crate::error::{Error, Problem};
use crate::period::Every;
use crate::tally::{Row, Tally};

impl MonthCounts {
    /// The rows of a tally that keeps units and months apart, in the order of
    /// units and months; other columns are added up. What does not count is left
    /// out, and a unit that is missing is called by the empty text.
    ///
    /// Pending dossiers are those of the moment the tally saw: give the
    /// projection the same [`as_of`](super::Projector::as_of).
    ///
    /// # Errors
    /// `missing-column` unless the tally keeps `unit` and months apart.
    pub fn of_tally(tally: &Tally) -> Result<Vec<Self>, Error> {
        let question = tally.question();
        let missing = |column: &str| {
            let found: Vec<String> = question.by.iter().map(|column| format!("`{column}`")).collect();
            Problem::MissingColumn { column: column.to_owned(), found: found.join(", ") }
        };
        let place = question.by.iter().position(|column| column == "unit").ok_or_else(|| missing("unit"))?;
        if question.every != Some(Every::Month) {
            return Err(missing("month").into());
        }
        let mut months = BTreeMap::<(String, Date), Self>::new();
        for Row { keys, step, counts, .. } in tally.rows().filter(|row| row.counts.received() > 0) {
            let Some(month) = step.and_then(|step| format!("{step}-01").parse::<Date>().ok()) else { continue };
            let unit = keys.get(place).and_then(Option::as_deref).unwrap_or_default().to_owned();
            let sum = months.entry((unit.clone(), month)).or_insert(Self {
                unit,
                month,
                received: 0,
                on_time: 0,
                late: 0,
                pending_in_time: 0,
                pending_late: 0,
            });
            sum.received = sum.received.saturating_add(counts.received());
            sum.on_time = sum.on_time.saturating_add(counts.on_time());
            sum.late = sum.late.saturating_add(counts.late());
            sum.pending_in_time = sum.pending_in_time.saturating_add(counts.pending_in_time());
            sum.pending_late = sum.pending_late.saturating_add(counts.pending_late());
        }
        Ok(months.into_values().collect())
    }
}
