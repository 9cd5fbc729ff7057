//! Units that merged: whose past is whose.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::error::{Error, Problem};
use crate::history::{History, Unit, standard};

/// One unit that became part of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The id before.
    pub old_unit: String,
    /// The id after; it may have been the id of another unit before.
    pub new_unit: String,
    /// What the new unit is called.
    pub new_name: String,
    /// The first day of the new unit.
    pub effective: Date,
}

/// How the pasts of merged units count. No official rule is known, so it has no default.
#[derive(Clone, Debug, PartialEq)]
pub enum Weighting {
    /// Every old unit counts the same.
    Equal,
    /// A weight for each old unit, such as its population or its dossiers.
    By(BTreeMap<String, f64>),
}

/// The first row of a new unit, and the old units in it with their weights.
type Group<'a> = (&'a Succession, Vec<(usize, f64)>);

impl History {
    /// The history with merged units. Years from the merger on are of the new
    /// units, years before of the old ones; a new unit is forecast from the
    /// weighted scores of those it was made of, with the uncertainty of each.
    ///
    /// Units that no succession names stay as they are.
    ///
    /// ```
    /// use parindex_forecast::{History, HistoryRow, Succession, Weighting};
    ///
    /// let row = |unit: &str, score| HistoryRow { unit: unit.into(), year: 2024, score: Some(score), ..HistoryRow::default() };
    /// let history = History::builder().rows([row("10", 86.0), row("15", 84.0)]).build()?;
    /// let into = |old: &str| Succession {
    ///     old_unit: old.into(),
    ///     new_unit: "15".into(),
    ///     new_name: "Lào Cai".into(),
    ///     effective: "2025-07-01".parse().unwrap(),
    /// };
    /// let merged = history.remap(&[into("10"), into("15")], &Weighting::Equal)?;
    /// assert_eq!(merged.units_in(2024), ["10", "15"]);
    /// assert_eq!(merged.units_in(2025), ["15"]);
    /// assert_eq!(merged.name("15", 2025), Some("Lào Cai"));
    /// # Ok::<(), parindex_forecast::Error>(())
    /// ```
    ///
    /// # Errors
    /// All at once, with rows of `successions`: `unknown-unit` for an old unit that
    /// does not stand before the merger, `duplicate-unit` for one that is named
    /// twice, `bad-weight` for an old unit without a weight above zero,
    /// `out-of-range` where a new unit begins on two days; `unknown-unit` for a
    /// row of the history that belongs to no unit after the merger.
    pub fn remap(&self, successions: &[Succession], weighting: &Weighting) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let mut units = self.units.clone();
        let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
        for (index, succession) in successions.iter().enumerate() {
            let Succession { old_unit, new_unit, effective, .. } = succession;
            let fault = |problem: Problem| problem.in_row(index, old_unit);
            let eve = effective.yesterday().unwrap_or(*effective);
            let stands = |unit: &Unit| {
                unit.id == *old_unit && unit.from.is_none_or(|from| from <= eve) && unit.to.is_none_or(|to| eve <= to)
            };
            let Some(position) = self.units.iter().position(stands) else {
                faults.push(fault(Problem::UnknownUnit { unit: old_unit.clone(), when: eve.to_string() }));
                continue;
            };
            let weight = match weighting {
                Weighting::Equal => Some(1.0),
                Weighting::By(weights) => {
                    weights.get(old_unit).copied().filter(|weight| weight.is_finite() && *weight > 0.0)
                }
            };
            let Some(weight) = weight else {
                faults.push(fault(Problem::BadWeight { what: format!("unit `{old_unit}` needs a weight above zero") }));
                continue;
            };
            if groups.values().any(|(_, members)| members.iter().any(|(other, _)| *other == position)) {
                faults.push(fault(Problem::DuplicateUnit { unit: old_unit.clone() }));
                continue;
            }
            let group = groups.entry(new_unit).or_insert_with(|| (succession, Vec::new()));
            if group.0.effective != *effective {
                let allowed = format!("{}, as in an earlier row", group.0.effective);
                faults.push(fault(Problem::out_of_range("the first day", effective, &allowed)));
                continue;
            }
            group.1.push((position, weight));
            units[position].to = Some(units[position].to.map_or(eve, |to| to.min(eve)));
        }
        for (id, (succession, members)) in groups {
            let total: f64 = members.iter().map(|(_, weight)| weight).sum();
            let members: Vec<(usize, f64)> =
                members.into_iter().map(|(position, weight)| (position, weight / total)).collect();
            // A new unit that is listed already keeps its row.
            let listed = units.iter().position(|unit| unit.id == id && unit.from == Some(succession.effective));
            if let Some(listed) = listed {
                units[listed].members = members;
                continue;
            }
            let regions: Vec<_> = members.iter().map(|(position, _)| self.units[*position].region.clone()).collect();
            units.push(Unit {
                id: id.to_owned(),
                name: succession.new_name.clone(),
                // A merger across regions lies in none of them.
                region: regions
                    .first()
                    .cloned()
                    .flatten()
                    .filter(|first| regions.iter().all(|region| region.as_ref() == Some(first))),
                from: Some(succession.effective),
                to: None,
                successor: None,
                members,
            });
        }
        Error::check(faults)?;
        self.with_units(&units)
    }

    /// The successions that the units table states.
    #[must_use]
    pub fn successions(&self) -> Vec<Succession> {
        let succession = |unit: &Unit| {
            let new_unit = unit.successor.clone()?;
            let effective = unit.to?.tomorrow().ok()?;
            let after = self
                .units
                .iter()
                .find(|other| other.id == new_unit && other.from.is_some_and(|from| from >= effective));
            let new_name = after.map_or_else(|| new_unit.clone(), |unit| unit.name.clone());
            Some(Succession { old_unit: unit.id.clone(), new_unit, new_name, effective })
        };
        self.units.iter().filter_map(succession).collect()
    }

    /// The history on other units: rows go to whoever holds their id in their year.
    fn with_units(&self, units: &[Unit]) -> Result<Self, Error> {
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_by(|one, two| (&units[*one].id, units[*one].from).cmp(&(&units[*two].id, units[*two].from)));
        let mut place = vec![0; units.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let mut sorted: Vec<Unit> = order.iter().map(|old| units[*old].clone()).collect();
        for unit in &mut sorted {
            unit.members.iter_mut().for_each(|(member, _)| *member = place[*member]);
        }
        let mut history = Self { units: sorted, cells: BTreeMap::new(), standings: BTreeMap::new(), ..self.clone() };
        let mut faults = Vec::new();
        for (year, cells) in &self.cells {
            for (unit, cell) in cells {
                match history.position(&self.units[*unit].id, *year) {
                    Ok(position) => {
                        history.cells.entry(*year).or_default().insert(position, cell.clone());
                    }
                    Err(problem) => faults.push(problem.into()),
                }
            }
        }
        Error::check(faults)?;
        history.standings = standard::standings(&history);
        Ok(history)
    }
}
