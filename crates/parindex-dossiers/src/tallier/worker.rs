//! One thread's work: columns become facts, facts are judged and counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_cast::display::array_value_to_string;
use arrow_schema::{DataType, SchemaRef};
use parindex::Stop;

use super::Shared;
use crate::bad_rows::{BadRow, BadRows};
use crate::cells::Cells;
use crate::columns::{BAD, Edge, Labels, Names, Selection, counts, moments};
use crate::dossier::Limit;
use crate::error::Error;
use crate::options::Part;
use crate::outcome::{Outcome, Reason};
use crate::rule::{Facts, NONE};
use crate::status::Status;
use crate::tally::Times;

/// One thread's counts, and the room its batches are unpacked in.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) cells: Cells,
    pub(super) times: Times,
    /// Dossiers that do not belong to the period.
    pub(super) outside: u64,
    pub(super) bad_rows: BadRows,
    labels: Vec<Labels>,
    statuses: Statuses,
    selection: Option<(SchemaRef, Selection)>,
    batch: Batch,
}

/// A reader of states and what each of its texts means.
#[derive(Debug)]
struct Statuses {
    names: Arc<Names>,
    labels: Labels,
    known: Vec<Option<Status>>,
}

/// A batch as plain numbers, column by column; a column that is not there is empty.
#[derive(Debug, Default)]
struct Batch {
    received: Vec<i64>,
    due: Vec<i64>,
    end: Vec<i64>,
    is_stop: Vec<bool>,
    requested: Rounds,
    answered: Rounds,
    requests: Vec<i64>,
    limit_days: Vec<i64>,
    limit_hours: Vec<i64>,
    status: Vec<u32>,
    other: Vec<i64>,
    by: Vec<Vec<u32>>,
    steps: Vec<u32>,
    outcomes: Vec<u8>,
    /// Minutes of the rows that have them.
    minutes: Vec<(usize, u64)>,
    round: Vec<(i64, i64)>,
}

/// Moments of supplements: one a row, or several, as a list or as a text with
/// `;` between them.
#[derive(Debug, Default)]
struct Rounds {
    values: Vec<i64>,
    /// Where each row's list begins and ends; empty if there is one a row.
    spans: Vec<(usize, usize)>,
}

impl Rounds {
    fn clear(&mut self) {
        self.values.clear();
        self.spans.clear();
    }

    fn row(&self, row: usize) -> &[i64] {
        let (from, to) =
            if self.spans.is_empty() { (row, row + 1) } else { self.spans.get(row).copied().unwrap_or((0, 0)) };
        self.values.get(from..to).unwrap_or(&[])
    }

    fn read(&mut self, name: &str, array: &ArrayRef) -> Result<(), Error> {
        self.clear();
        let (values, spans) = match array.data_type() {
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                (list.values(), (0..list.len()).map(|row| span(list.offsets(), row, list.is_null(row))).collect())
            }
            DataType::LargeList(_) => {
                let list = array.as_list::<i64>();
                (list.values(), (0..list.len()).map(|row| span(list.offsets(), row, list.is_null(row))).collect())
            }
            kind => {
                let texts = if holds_text(kind) { cast(array, &DataType::Utf8).ok() } else { None };
                let Some((parts, spans)) = texts.and_then(|texts| parted(texts.as_string())) else {
                    return Ok(moments(name, array, Edge::First, &mut self.values)?);
                };
                self.spans = spans;
                return Ok(moments(name, &parts, Edge::First, &mut self.values)?);
            }
        };
        self.spans = spans;
        Ok(moments(name, values, Edge::First, &mut self.values)?)
    }
}

fn holds_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => holds_text(values),
        _ => false,
    }
}

/// The parts of texts between `;`, and where those of each row stand; nothing
/// if no text has several.
fn parted(texts: &StringArray) -> Option<(ArrayRef, Vec<(usize, usize)>)> {
    if !texts.iter().flatten().any(|text| text.contains(';')) {
        return None;
    }
    let (mut parts, mut spans) = (Vec::new(), Vec::with_capacity(texts.len()));
    for text in texts {
        let from = parts.len();
        parts.extend(text.into_iter().flat_map(|text| text.split(';')));
        spans.push((from, parts.len()));
    }
    Some((Arc::new(StringArray::from(parts)), spans))
}

/// Where a row's list begins and ends.
fn span<O: Copy + TryInto<usize>>(offsets: &[O], row: usize, is_null: bool) -> (usize, usize) {
    let at = |place: usize| offsets.get(place).and_then(|offset| (*offset).try_into().ok()).unwrap_or(0);
    if is_null { (0, 0) } else { (at(row), at(row + 1)) }
}

impl Worker {
    pub(super) fn new(shared: &Shared<'_>) -> Self {
        let names = Arc::<Names>::default();
        Self {
            cells: Cells::new(shared.names.len() + 1),
            times: BTreeMap::new(),
            outside: 0,
            bad_rows: BadRows::default(),
            labels: shared.names.iter().map(|names| Labels::new(names.clone())).collect(),
            statuses: Statuses { labels: Labels::new(names.clone()), names, known: vec![None] },
            selection: None,
            batch: Batch::default(),
        }
    }

    /// Counts a batch whose first row stands at `first`, counted from 0.
    pub(super) fn push(
        &mut self,
        shared: &Shared<'_>,
        batch: &RecordBatch,
        file: &Arc<str>,
        first: u64,
    ) -> Result<(), Error> {
        Stop::point();
        let schema = batch.schema();
        let selection = match self.selection.take().filter(|(known, _)| Arc::ptr_eq(known, &schema)) {
            Some((_, selection)) => selection,
            None => Selection::new(&schema, &shared.options)?,
        };
        self.read(shared, batch, &selection)?;
        self.judge(shared, batch.num_rows(), |row, outcome, kept| {
            let row_number = first.saturating_add(u64::try_from(row).unwrap_or(u64::MAX)).saturating_add(1);
            if kept.wants(file, row_number) {
                let text = describe(outcome, batch, &selection, row);
                kept.add(BadRow { file: file.clone(), row: row_number, reason: outcome, text });
            }
        });
        self.count(shared.day_minutes)?;
        self.selection = Some((schema, selection));
        Ok(())
    }

    /// Unpacks the columns of a batch.
    fn read(&mut self, shared: &Shared<'_>, table: &RecordBatch, selection: &Selection) -> Result<(), Error> {
        let batch = &mut self.batch;
        let column = |part: Part| {
            selection.position(part).and_then(|position| Some((part.name(), table.columns().get(position)?)))
        };
        let moment = |part: Part, edge: Edge, out: &mut Vec<i64>| {
            out.clear();
            column(part).map_or(Ok(()), |(name, array)| moments(name, array, edge, out))
        };
        moment(Part::Received, Edge::First, &mut batch.received)?;
        moment(Part::Due, Edge::Last, &mut batch.due)?;
        batch.end.clear();
        batch.is_stop.clear();
        for part in [Part::Finished, Part::Processed, Part::Returned, Part::Stopped, Part::Withdrawn] {
            let is_stop = matches!(part, Part::Stopped | Part::Withdrawn);
            moment(part, Edge::First, &mut batch.other)?;
            if batch.other.is_empty() {
                continue;
            }
            if batch.end.is_empty() {
                std::mem::swap(&mut batch.end, &mut batch.other);
                batch.is_stop.extend(batch.end.iter().map(|end| is_stop && *end != NONE));
                continue;
            }
            for ((end, stop), other) in batch.end.iter_mut().zip(&mut batch.is_stop).zip(&batch.other) {
                if *other == BAD || (*end == NONE && *other != NONE) {
                    (*end, *stop) = (*other, is_stop);
                }
            }
        }
        for (part, rounds) in
            [(Part::SupplementRequested, &mut batch.requested), (Part::SupplementAnswered, &mut batch.answered)]
        {
            match column(part).filter(|(_, array)| array.null_count() < array.len()) {
                Some((name, array)) => rounds.read(name, array)?,
                None => rounds.clear(),
            }
        }
        let numbers = [
            (Part::SupplementRequests, &mut batch.requests),
            (Part::LimitDays, &mut batch.limit_days),
            (Part::LimitHours, &mut batch.limit_hours),
        ];
        for (part, out) in numbers {
            match column(part) {
                Some((name, array)) => counts(name, array, out)?,
                None => out.clear(),
            }
        }
        batch.status.clear();
        if let Some((name, array)) = column(Part::Status) {
            self.statuses.labels.read(name, array, &mut batch.status)?;
            let new = self.statuses.names.after(self.statuses.known.len() - 1);
            self.statuses.known.extend(new.iter().map(|word| shared.options.status(word)));
        }
        batch.by.resize_with(selection.by.len(), Vec::new);
        for ((labels, out), (position, name)) in
            self.labels.iter_mut().zip(&mut batch.by).zip(selection.by.iter().zip(&shared.options.question.by))
        {
            if let Some(array) = table.columns().get(*position) {
                labels.read(name, array, out)?;
            }
        }
        Ok(())
    }

    /// Judges every row that was unpacked; rows outside the period leave.
    fn judge(&mut self, shared: &Shared<'_>, rows: usize, mut tell: impl FnMut(usize, Reason, &mut BadRows)) {
        let batch = &mut self.batch;
        batch.outcomes.clear();
        batch.steps.clear();
        batch.minutes.clear();
        let has_rounds = !(batch.requested.values.is_empty() && batch.answered.values.is_empty());
        let mut kept = 0;
        for row in 0..rows {
            let cell = |column: &[i64]| column.get(row).copied().unwrap_or(NONE);
            batch.round.clear();
            if has_rounds {
                let (requested, answered) = (batch.requested.row(row), batch.answered.row(row));
                let at = |moments: &[i64], place: usize| moments.get(place).copied().unwrap_or(NONE);
                let rounds =
                    (0..requested.len().max(answered.len())).map(|place| (at(requested, place), at(answered, place)));
                batch.round.extend(rounds.filter(|round| *round != (NONE, NONE)));
                batch.round.sort_unstable();
            }
            let mut facts = Facts {
                received: cell(&batch.received),
                due: cell(&batch.due),
                end: cell(&batch.end),
                is_stop: batch.is_stop.get(row).copied().unwrap_or(false),
                status: None,
                rounds: &[],
                requests: 0,
                limit: None,
                unreadable: None,
            };
            let bad_round = batch.round.iter().any(|(requested, answered)| *requested == BAD || *answered == BAD);
            if facts.received == BAD || facts.due == BAD || facts.end == BAD || bad_round {
                facts.unreadable = Some(Reason::BadDate);
                for moment in [&mut facts.received, &mut facts.due, &mut facts.end] {
                    *moment = if *moment == BAD { NONE } else { *moment };
                }
                if bad_round {
                    batch.round.clear();
                }
            }
            facts.rounds = &batch.round;
            if let Some(number) = batch.status.get(row).filter(|number| **number > 0) {
                facts.status = self.statuses.known.get(*number as usize).copied().flatten();
                if facts.status.is_none() {
                    facts.unreadable = facts.unreadable.or(Some(Reason::UnknownStatus));
                }
            }
            let (days, hours) = (cell(&batch.limit_days), cell(&batch.limit_hours));
            if days == BAD || hours == BAD {
                facts.unreadable = facts.unreadable.or(Some(Reason::BadLimit));
            }
            let limit = u32::try_from(days).ok().map(Limit::Days);
            facts.limit = limit.or_else(|| u32::try_from(hours).ok().map(Limit::Hours));
            match cell(&batch.requests) {
                NONE => {}
                BAD => facts.unreadable = facts.unreadable.or(Some(Reason::BadCount)),
                requests => facts.requests = u32::try_from(requests).unwrap_or(0),
            }
            let judged = shared.rule.judge_facts(&facts);
            if let Outcome::Uncounted(reason) = judged.outcome {
                if reason == Reason::OutsidePeriod {
                    self.outside += 1;
                    continue;
                }
                if reason.is_bad_row() {
                    tell(row, reason, &mut self.bad_rows);
                }
            }
            batch.outcomes.push(judged.outcome.number());
            batch.steps.push(shared.steps.number(judged.anchor));
            if let Some(minutes) = judged.minutes {
                batch.minutes.push((kept, minutes));
            }
            for column in &mut batch.by {
                if kept < row
                    && let Some(number) = column.get(row).copied()
                    && let Some(slot) = column.get_mut(kept)
                {
                    *slot = number;
                }
            }
            kept += 1;
        }
        batch.by.iter_mut().for_each(|column| column.truncate(kept));
    }

    /// Counts what was judged.
    fn count(&mut self, day_minutes: u64) -> Result<(), Error> {
        let batch = &self.batch;
        let numbers: Vec<&[u32]> = batch.by.iter().chain([&batch.steps]).map(Vec::as_slice).collect();
        let before = self.cells.layout().clone();
        let groups = self.cells.add(&numbers, &batch.outcomes)?;
        let ended: Vec<(u64, u64)> =
            batch.minutes.iter().filter_map(|(row, minutes)| Some((*groups.get(*row)?, *minutes))).collect();
        if !self.times.is_empty() && *self.cells.layout() != before {
            let to = self.cells.layout();
            let times = std::mem::take(&mut self.times).into_iter();
            self.times =
                times.map(|((group, day), sum)| ((before.repack(group, to, |_, number| number), day), sum)).collect();
        }
        for (group, minutes) in ended {
            let day = u32::try_from(minutes / day_minutes).unwrap_or(u32::MAX);
            let (count, sum) = self.times.entry((group, day)).or_insert((0, 0));
            (*count, *sum) = (*count + 1, *sum + u128::from(minutes));
        }
        Ok(())
    }
}

/// The values that make a row bad.
fn describe(reason: Reason, table: &RecordBatch, selection: &Selection, row: usize) -> String {
    use Part::{
        Due, Finished, LimitDays, LimitHours, Processed, Received, Returned, Status, Stopped, SupplementAnswered,
        SupplementRequested, SupplementRequests, Withdrawn,
    };
    let moments =
        [Received, Due, Finished, Processed, Returned, Stopped, Withdrawn, SupplementRequested, SupplementAnswered];
    let parts: &[Part] = match reason {
        Reason::DueBeforeReceived => &[Due, Received],
        Reason::EndBeforeReceived => &[Finished, Processed, Returned, Stopped, Withdrawn, Received],
        Reason::AnsweredBeforeRequested | Reason::AnsweredWithoutRequest => &[SupplementAnswered, SupplementRequested],
        Reason::AnsweredAfterEnd => &[SupplementAnswered, Finished, Processed, Returned, Stopped, Withdrawn],
        Reason::UnknownStatus | Reason::MissingEnd | Reason::MissingRequest => &[Status],
        Reason::BadLimit => &[LimitDays, LimitHours],
        Reason::BadCount => &[SupplementRequests],
        _ => &moments,
    };
    let shown = parts.iter().filter_map(|part| {
        let array = table.columns().get(selection.position(*part)?)?;
        let value = array_value_to_string(array, row).ok().filter(|value| !value.is_empty())?;
        let value: String = value.chars().take(40).collect();
        Some(format!("{} `{value}`", part.name()))
    });
    shown.collect::<Vec<_>>().join(", ")
}
