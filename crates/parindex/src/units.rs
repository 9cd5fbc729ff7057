//! Units: what a code means, and when.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Fault, Problem};
use crate::fault::Place;
use crate::framework::Framework;
use crate::language::composed;

/// One row of the units table. A code may be listed again for another time:
/// codes were given to other provinces in the merger of 1 July 2025.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// The unit's id, as evidence states it.
    pub unit: String,
    /// What it is called.
    pub name: String,
    /// Its level, such as `department` or `commune`.
    #[serde(default)]
    pub level: Option<String>,
    /// The id of the unit it belongs to.
    #[serde(default)]
    pub parent: Option<String>,
    /// The first day it stands for this unit.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// The last day.
    #[serde(default)]
    pub valid_to: Option<Date>,
}

/// The units table: names, levels and parents, each id once for any time.
///
/// ```
/// use parindex::{UnitRow, Units};
///
/// let row = |name: &str, from: Option<&str>, to: Option<&str>| UnitRow {
///     unit: "15".into(),
///     name: name.into(),
///     valid_from: from.map(|day| day.parse().unwrap()),
///     valid_to: to.map(|day| day.parse().unwrap()),
///     ..UnitRow::default()
/// };
/// let units = Units::from_rows([
///     row("Yên Bái", None, Some("2025-06-30")),
///     row("Lào Cai", Some("2025-07-01"), None),
/// ])?;
/// assert_eq!(units.at("2024-12-31".parse().unwrap()).name("15"), Some("Yên Bái"));
/// assert_eq!(units.name("15"), Some("Lào Cai"));
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<UnitRow>", into = "Vec<UnitRow>")]
pub struct Units {
    rows: BTreeMap<String, Vec<UnitRow>>,
}

impl Units {
    /// The units of these rows.
    ///
    /// # Errors
    /// `incomplete-row` for a row without an id, `duplicate-unit` where an id
    /// is listed twice for the same day, `out-of-range` where a time ends
    /// before it begins.
    pub fn from_rows(rows: impl IntoIterator<Item = UnitRow>) -> Result<Self, Error> {
        let mut faults: Vec<Fault> = Vec::new();
        let mut units: BTreeMap<String, Vec<UnitRow>> = BTreeMap::new();
        for (position, mut row) in rows.into_iter().enumerate() {
            row.unit = composed(&row.unit).into_owned();
            row.name = composed(&row.name).into_owned();
            let place = Place::row(position.saturating_add(1)).unit(row.unit.clone());
            if row.unit.is_empty() {
                faults.push(Problem::IncompleteRow { what: "the row names no unit".to_owned() }.at(place));
                continue;
            }
            if let (Some(from), Some(to)) = (row.valid_from, row.valid_to)
                && to < from
            {
                let allowed = format!("{from} or later");
                faults.push(Problem::OutOfRange { value: to.to_string(), allowed }.at(place));
                continue;
            }
            let known = units.entry(row.unit.clone()).or_default();
            if known.iter().any(|other| other.overlaps(&row)) {
                faults.push(Problem::DuplicateUnit { unit: row.unit.clone() }.at(place));
                continue;
            }
            known.push(row);
            known.sort_by_key(|row| row.valid_from);
        }
        Error::check(faults)?;
        Ok(Self { rows: units })
    }

    /// The units as they stood on `day`: ids that meant nothing then are left out.
    #[must_use]
    pub fn at(&self, day: Date) -> Self {
        let standing = |rows: &Vec<UnitRow>| rows.iter().find(|row| row.holds(day)).cloned();
        let rows = self.rows.iter().filter_map(|(id, rows)| Some((id.clone(), vec![standing(rows)?])));
        Self { rows: rows.collect() }
    }

    /// The units as the framework means them: an id that stands for several
    /// units at different times is read on the last day of the last round.
    pub(crate) fn settled(&self, framework: &Framework) -> Self {
        let year = framework.rounds().iter().max().and_then(|year| i16::try_from(*year).ok());
        let day = year.and_then(|year| Date::new(year, 12, 31).ok());
        let mut settled = self.clone();
        for rows in settled.rows.values_mut() {
            if let Some(row) = day.and_then(|day| rows.iter().find(|row| row.holds(day))).cloned() {
                *rows = vec![row];
            }
        }
        settled
    }

    /// Whether an id still stands for several units.
    pub(crate) fn is_ambiguous(&self, unit: &str) -> bool {
        self.rows.get(unit).is_some_and(|rows| rows.len() > 1)
    }

    /// The row of a unit; the latest where there are several.
    #[must_use]
    pub fn get(&self, unit: &str) -> Option<&UnitRow> {
        self.rows.get(unit).and_then(|rows| rows.last())
    }

    /// The name of a unit; the latest where there are several.
    #[must_use]
    pub fn name(&self, unit: &str) -> Option<&str> {
        self.get(unit).map(|row| row.name.as_str())
    }

    /// All rows, by id and time.
    pub fn rows(&self) -> impl Iterator<Item = &UnitRow> {
        self.rows.values().flatten()
    }
}

impl UnitRow {
    fn holds(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let begins_by = |from: Option<Date>, to: Option<Date>| from.zip(to).is_none_or(|(from, to)| from <= to);
        begins_by(self.valid_from, other.valid_to) && begins_by(other.valid_from, self.valid_to)
    }
}

impl TryFrom<Vec<UnitRow>> for Units {
    type Error = Error;

    fn try_from(rows: Vec<UnitRow>) -> Result<Self, Error> {
        Self::from_rows(rows)
    }
}

impl From<Units> for Vec<UnitRow> {
    fn from(units: Units) -> Self {
        units.rows.into_values().flatten().collect()
    }
}
