//! What is known of the past: years × units, with gaps.

mod builder;
mod remap;
mod standard;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

pub use builder::HistoryBuilder;
pub use remap::{Succession, Weighting};
pub(crate) use standard::{Seen, Standing};

use crate::error::Problem;

/// One unit in one year: a score, a rank, or both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistoryRow {
    /// The unit's id, as the units table names it.
    pub unit: String,
    /// The year of the index.
    pub year: i16,
    /// The score, in the index's own points.
    pub score: Option<f64>,
    /// The rank among all units, 1 is best. A rank without a score is information.
    pub rank: Option<u32>,
    /// The standard error of the score, where it comes from a survey.
    pub se: Option<f64>,
    /// The score's parts (sub-indices), one for each name the history gives.
    pub parts: Vec<Option<f64>>,
}

/// One unit: an id, and the time for which it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryUnit {
    /// The unit's id.
    pub unit: String,
    /// What it is called.
    pub name: String,
    /// The region it lies in; units of a region may move together.
    pub region: Option<String>,
    /// The first day the id stands for this unit.
    pub valid_from: Option<Date>,
    /// The last day.
    pub valid_to: Option<Date>,
    /// The id of the unit it was merged into.
    pub successor: Option<String>,
}

/// What is known of all units together in one year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct National {
    /// The year.
    pub year: i16,
    /// The mean score over all units.
    pub mean: Option<f64>,
    /// The largest score.
    pub max: Option<f64>,
    /// The smallest score.
    pub min: Option<f64>,
}

/// The past of an index.
///
/// A unit is an id *and* a time: province codes 15, 24, 44, 52, 80, 82 and 91
/// stand for other provinces since 1 July 2025. A year's row belongs to the unit
/// that holds the id on the year's last day.
///
/// ```
/// use parindex_forecast::{History, HistoryRow};
///
/// let row = |unit: &str, year, score| HistoryRow { unit: unit.into(), year, score, ..HistoryRow::default() };
/// let history = History::builder()
///     .rows([row("01", 2023, Some(91.6)), row("22", 2023, Some(92.2)), row("01", 2024, Some(92.8))])
///     .build()?;
/// assert_eq!(history.years().collect::<Vec<_>>(), [2023, 2024]);
///
/// let twice = History::builder().rows([row("01", 2023, Some(91.6)), row("01", 2023, None)]).build();
/// assert_eq!(twice.unwrap_err().code(), "duplicate-evidence");
/// # Ok::<(), parindex_forecast::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// In the order of ids, then of time, so that no answer depends on the order of rows.
    units: Vec<Unit>,
    /// Whether a table lists the units; else they are those that have rows.
    are_units_listed: bool,
    cells: BTreeMap<i16, BTreeMap<usize, Cell>>,
    parts: Vec<String>,
    national: BTreeMap<i16, National>,
    breaks: BTreeSet<i16>,
    /// Each year's scores and ranks on one scale, and of each part.
    standings: BTreeMap<i16, Standing>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) region: Option<String>,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) successor: Option<String>,
    /// The units merged into this one, and their weights, which add up to 1.
    pub(crate) members: Vec<(usize, f64)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    pub(crate) score: Option<f64>,
    pub(crate) rank: Option<u32>,
    pub(crate) se: Option<f64>,
    pub(crate) parts: Vec<Option<f64>>,
}

impl Unit {
    /// Whether the id stands for this unit on the last day of `year`.
    pub(crate) fn holds(&self, year: i16) -> bool {
        let Ok(day) = Date::new(year, 12, 31) else { return false };
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// What tells this unit from every other of the history.
    pub(crate) fn key(&self) -> String {
        self.from.map_or_else(|| self.id.clone(), |from| format!("{} {from}", self.id))
    }
}

impl History {
    /// Starts a history.
    #[must_use]
    pub fn builder() -> HistoryBuilder {
        HistoryBuilder::default()
    }

    /// The years with rows or national figures, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.standings.keys().copied()
    }

    /// The ids of the units that stand on the last day of `year`, in order.
    #[must_use]
    pub fn units_in(&self, year: i16) -> Vec<&str> {
        self.standing_units(year).map(|(_, unit)| unit.id.as_str()).collect()
    }

    /// What a unit is called that stands on the last day of `year`.
    #[must_use]
    pub fn name(&self, unit: &str, year: i16) -> Option<&str> {
        self.standing_units(year).find(|(_, other)| other.id == unit).map(|(_, unit)| unit.name.as_str())
    }

    /// The names of the score's parts.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// The first years of new editions.
    pub fn breaks(&self) -> impl Iterator<Item = i16> {
        self.breaks.iter().copied()
    }

    /// The score of a unit in a year, if it is known.
    #[must_use]
    pub fn score(&self, unit: &str, year: i16) -> Option<f64> {
        self.cell(unit, year)?.score
    }

    /// The rank of a unit in a year as the history states it.
    #[must_use]
    pub fn rank(&self, unit: &str, year: i16) -> Option<u32> {
        self.cell(unit, year)?.rank
    }

    /// All scores, of every year.
    pub(crate) fn scores(&self) -> impl Iterator<Item = f64> {
        self.cells.values().flat_map(BTreeMap::values).filter_map(|cell| cell.score)
    }

    /// Whether a table lists the units; else they are those that have rows.
    pub(crate) fn lists_units(&self) -> bool {
        self.are_units_listed
    }

    /// The worst rank published before `year`.
    pub(crate) fn worst_rank_before(&self, year: i16) -> Option<u32> {
        self.cells.range(..year).flat_map(|(_, cells)| cells.values()).filter_map(|cell| cell.rank).max()
    }

    fn cell(&self, unit: &str, year: i16) -> Option<&Cell> {
        let (position, _) = self.standing_units(year).find(|(_, other)| other.id == unit)?;
        self.cells.get(&year)?.get(&position)
    }

    pub(crate) fn standing_units(&self, year: i16) -> impl Iterator<Item = (usize, &Unit)> {
        self.units.iter().enumerate().filter(move |(_, unit)| unit.holds(year))
    }

    pub(crate) fn unit(&self, position: usize) -> &Unit {
        &self.units[position]
    }

    pub(crate) fn standing(&self, year: i16) -> Option<&Standing> {
        self.standings.get(&year)
    }

    pub(crate) fn known(&self, position: usize, year: i16) -> Option<&Cell> {
        self.cells.get(&year)?.get(&position)
    }

    /// How many editions began after year `from`, up to and with `to`.
    pub(crate) fn breaks_between(&self, from: i16, to: i16) -> u32 {
        let (from, to) = (from.min(to), from.max(to));
        let count = self.breaks.iter().filter(|year| from < **year && **year <= to).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The position of the unit that holds `id` in `year`.
    fn position(&self, id: &str, year: i16) -> Result<usize, Problem> {
        let found = self.standing_units(year).find(|(_, unit)| unit.id == id);
        found
            .map(|(position, _)| position)
            .ok_or_else(|| Problem::UnknownUnit { unit: id.to_owned(), when: year.to_string() })
    }
}
