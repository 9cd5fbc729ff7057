//! Tallies as bytes: compact, the same for the same content, and read with suspicion.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Tally, Times, is_tallied};
use crate::bad_rows::{BadRow, BadRows};
use crate::cells::Layout;
use crate::error::{Error, Problem};
use crate::outcome::Outcome;
use crate::question::Question;

/// What the bytes begin with; the last byte is the version of the format.
const MAGIC: &[u8] = b"parindex.tally\x01";

/// The parts in their order. Sorted integers are written as differences.
#[derive(Serialize, Deserialize)]
struct Wire {
    question: Question,
    names: Vec<Vec<Arc<str>>>,
    cells: Vec<(u64, u64)>,
    /// Difference of groups, day, dossiers, minutes.
    times: Vec<(u64, u32, u64, u128)>,
    outside: u64,
    bad_rows: Vec<BadRow>,
}

impl Tally {
    /// The tally as bytes, the same for the same content.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut last = 0;
        let cells =
            self.cells.iter().map(|(cell, count)| (cell - std::mem::replace(&mut last, *cell), *count)).collect();
        let mut last = 0;
        let times = self.times.iter();
        let times = times.map(|((group, day), (count, minutes))| {
            (group - std::mem::replace(&mut last, *group), *day, *count, *minutes)
        });
        let wire = Wire {
            question: self.question.clone(),
            names: self.names.clone(),
            cells,
            times: times.collect(),
            outside: self.outside,
            bad_rows: self.bad_rows.iter().cloned().collect(),
        };
        // Writing to a vector cannot fail: every part is of known length.
        postcard::to_extend(&wire, MAGIC.to_vec()).unwrap_or_default()
    }

    /// Reads a tally back.
    ///
    /// # Errors
    /// `unreadable-file` for bytes that [`Tally::to_bytes`] does not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let broken = |what: &str| Problem::UnreadableFile { what: "a tally".to_owned(), message: what.to_owned() };
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            let is_other = bytes.starts_with(MAGIC.get(..MAGIC.len() - 1).unwrap_or(MAGIC));
            return Err(broken(if is_other { "it is of another version" } else { "it does not begin like one" }).into());
        };
        let wire = match postcard::take_from_bytes::<Wire>(rest) {
            Ok((wire, [])) => wire,
            Ok(_) => return Err(broken("something follows it").into()),
            Err(error) => return Err(broken(&error.to_string()).into()),
        };
        let tally = read(wire).ok_or_else(|| broken("its parts contradict each other"))?;
        // What was written otherwise than here is refused: one content, one text.
        if tally.to_bytes() == bytes { Ok(tally) } else { Err(broken("it is not written as it should be").into()) }
    }
}

/// The tally, if every part holds what it should.
fn read(wire: Wire) -> Option<Tally> {
    let Wire { question, names, cells, times, outside, bad_rows } = wire;
    let is_sound = names.len() == question.by.len()
        && names.iter().all(|names| names.is_sorted_by(|left, right| left < right))
        && bad_rows.len() <= BadRows::MOST
        && bad_rows.is_sorted_by(|left, right| left < right)
        && bad_rows.iter().all(|row| row.reason.is_bad_row());
    if !is_sound {
        return None;
    }
    let mut kept = BadRows::default();
    for row in bad_rows {
        kept.add(row);
    }
    let mut tally = Tally::new(question, names, Vec::new(), Times::new(), outside, kept).ok()?;
    let mut used: Vec<Vec<bool>> = tally.names.iter().map(|names| vec![false; names.len()]).collect();
    let mut cell = 0_u64;
    for (position, (step, count)) in cells.into_iter().enumerate() {
        cell = cell.checked_add(step)?;
        let outcome = u8::try_from(cell % (1 << Outcome::BITS)).ok()?;
        if (position > 0 && step == 0) || count == 0 || !is_tallied(Outcome::from_number(outcome)) {
            return None;
        }
        mark(&tally, &tally.layout, cell >> Outcome::BITS, &mut used)?;
        tally.cells.push((cell, count));
    }
    if used.iter().flatten().any(|used| !used) {
        return None;
    }
    let mut group = 0_u64;
    for (step, day, count, minutes) in times {
        group = group.checked_add(step)?;
        mark(&tally, &tally.layout, group, &mut used)?;
        let is_last = tally.times.last_key_value().is_none_or(|(key, _)| *key < (group, day));
        if !is_last || count == 0 || tally.question.times.is_none() {
            return None;
        }
        tally.times.insert((group, day), (count, minutes));
    }
    Some(tally)
}

/// Marks the names of a group; nothing if it has numbers that name nothing.
fn mark(tally: &Tally, layout: &Layout, group: u64, used: &mut [Vec<bool>]) -> Option<()> {
    if layout.repack(group, layout, |_, number| number) != group {
        return None;
    }
    for (place, number) in layout.unpack(group) {
        match (used.get_mut(place), number.checked_sub(1)) {
            (Some(used), Some(name)) => *used.get_mut(name as usize)? = true,
            (None, _) if number > tally.steps.last() => return None,
            _ => {}
        }
    }
    Some(())
}
