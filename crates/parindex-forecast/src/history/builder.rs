//! From rows to a history, with every fault told.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Fault, Problem};
use crate::history::{Cell, History, HistoryRow, HistoryUnit, National, Unit, standard};
use crate::number::{MAX_ROWS, MAX_SCORE, MAX_UNITS};

/// What a history is made of. Nothing is checked before [`HistoryBuilder::build`].
#[derive(Clone, Debug, Default)]
pub struct HistoryBuilder {
    rows: Vec<HistoryRow>,
    units: Vec<HistoryUnit>,
    national: Vec<National>,
    breaks: BTreeSet<i16>,
    parts: Vec<String>,
}

impl HistoryBuilder {
    /// Adds rows, one for each unit and year. A row with neither score nor rank
    /// nor parts is a gap.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = HistoryRow>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Adds units. A unit without rows is forecast all the same, widely. Without
    /// any, the units are those of the rows.
    #[must_use]
    pub fn units(mut self, units: impl IntoIterator<Item = HistoryUnit>) -> Self {
        self.units.extend(units);
        self
    }

    /// Adds what is known of all units together.
    #[must_use]
    pub fn national(mut self, national: impl IntoIterator<Item = National>) -> Self {
        self.national.extend(national);
        self
    }

    /// Adds the first years of new editions: level and spread change there.
    #[must_use]
    pub fn breaks(mut self, years: impl IntoIterator<Item = i16>) -> Self {
        self.breaks.extend(years);
        self
    }

    /// Names the parts that rows carry.
    #[must_use]
    pub fn parts<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.parts.extend(names.into_iter().map(Into::into));
        self
    }

    /// The history.
    ///
    /// # Errors
    /// All faults at once, with rows counted from 1 in their table:
    /// `incomplete-row` for a row without an id,
    /// `duplicate-evidence` for a second row of a unit and year, `unknown-unit`
    /// for an id that stands for nothing in its year, `duplicate-unit`,
    /// `duplicate-year`, `out-of-range` for a number that is not finite or 10¹² and more in size, a
    /// standard error below 0, a rank that no unit can have or a score beyond the
    /// national extremes, `wrong-length` for a row with too many or too few
    /// parts, `ranks-disagree` where a better rank has a lower score, `too-large`.
    pub fn build(self) -> Result<History, Error> {
        if self.rows.len() > MAX_ROWS {
            return Err(Problem::TooLarge { what: "the history".to_owned(), limit: format!("{MAX_ROWS} rows") }.into());
        }
        let mut faults = Vec::new();
        let units = self.standing_units(&mut faults);
        if units.len() > MAX_UNITS {
            let what = "the list of units".to_owned();
            return Err(Problem::TooLarge { what, limit: format!("{MAX_UNITS} units") }.into());
        }
        let national = self.checked_national(&mut faults);
        let mut history = History {
            units,
            are_units_listed: !self.units.is_empty(),
            cells: BTreeMap::new(),
            parts: self.parts.clone(),
            national,
            breaks: self.breaks.clone(),
            standings: BTreeMap::new(),
        };
        let mut row_of = BTreeMap::new();
        for (index, row) in self.rows.iter().enumerate() {
            match self.checked_row(&history, row) {
                Err(problems) => faults.extend(problems.into_iter().map(|problem| problem.in_row(index, &row.unit))),
                Ok(position) => {
                    if row_of.insert((row.year, position), index).is_some() {
                        let problem = Problem::DuplicateRow { unit: row.unit.clone(), year: row.year };
                        faults.push(problem.in_row(index, &row.unit));
                        continue;
                    }
                    let cell = Cell { score: row.score, rank: row.rank, se: row.se, parts: row.parts.clone() };
                    history.cells.entry(row.year).or_default().insert(position, cell);
                }
            }
        }
        faults.extend(disagreements(&history, &row_of));
        Error::check(faults)?;
        history.standings = standard::standings(&history);
        Ok(history)
    }

    fn standing_units(&self, faults: &mut Vec<Fault>) -> Vec<Unit> {
        let unit = |row: &HistoryUnit| Unit {
            id: row.unit.clone(),
            name: if row.name.is_empty() { row.unit.clone() } else { row.name.clone() },
            region: row.region.clone(),
            from: row.valid_from,
            to: row.valid_to,
            successor: row.successor.clone(),
            members: Vec::new(),
        };
        if self.units.is_empty() {
            let ids: BTreeSet<&str> =
                self.rows.iter().map(|row| row.unit.as_str()).filter(|id| !id.is_empty()).collect();
            return ids
                .iter()
                .map(|id| unit(&HistoryUnit { unit: (*id).to_owned(), ..HistoryUnit::default() }))
                .collect();
        }
        let mut by_id: BTreeMap<&str, Vec<Unit>> = BTreeMap::new();
        for (index, row) in self.units.iter().enumerate() {
            if row.unit.is_empty() {
                faults.push(
                    Problem::IncompleteRow { what: "the row of the units table names no unit".to_owned() }
                        .in_row(index, ""),
                );
                continue;
            }
            if let (Some(from), Some(to)) = (row.valid_from, row.valid_to)
                && to < from
            {
                let allowed = format!("{from} or later");
                faults.push(Problem::out_of_range("the last day", to, &allowed).in_row(index, &row.unit));
                continue;
            }
            let known = by_id.entry(&row.unit).or_default();
            if known.iter().any(|other| overlap(other, row)) {
                faults.push(Problem::DuplicateUnit { unit: row.unit.clone() }.in_row(index, &row.unit));
                continue;
            }
            known.push(unit(row));
        }
        let mut units: Vec<Unit> = by_id.into_values().flatten().collect();
        units.sort_by(|one, two| (&one.id, one.from).cmp(&(&two.id, two.from)));
        units
    }

    fn checked_national(&self, faults: &mut Vec<Fault>) -> BTreeMap<i16, National> {
        let mut years = BTreeMap::new();
        for (index, row) in self.national.iter().enumerate() {
            let figures = [("the mean", row.mean), ("the maximum", row.max), ("the minimum", row.min)];
            for (what, figure) in figures {
                if let Some(figure) = figure.filter(|figure| !sound(*figure)) {
                    faults.push(
                        Problem::out_of_range(what, figure, "a number smaller than 10^12 in size").in_row(index, ""),
                    );
                }
            }
            let ordered: Vec<f64> = [row.min, row.mean, row.max].into_iter().flatten().collect();
            if !ordered.is_sorted() {
                let problem =
                    Problem::out_of_range("the mean", row.mean.unwrap_or(f64::NAN), "from the minimum to the maximum");
                faults.push(problem.in_row(index, ""));
            }
            if years.insert(row.year, *row).is_some() {
                faults.push(Problem::DuplicateYear { year: row.year }.in_row(index, ""));
            }
        }
        years
    }

    /// The unit a row speaks of, or all that is wrong with the row.
    fn checked_row(&self, history: &History, row: &HistoryRow) -> Result<usize, Vec<Problem>> {
        let mut problems = Vec::new();
        if row.unit.is_empty() {
            return Err(vec![Problem::IncompleteRow { what: "the row names no unit".to_owned() }]);
        }
        let position = history.position(&row.unit, row.year);
        if row.parts.len() != self.parts.len() && !row.parts.is_empty() {
            problems.push(Problem::WrongLength { found: row.parts.len(), expected: self.parts.len() });
        }
        for part in row.parts.iter().flatten().filter(|part| !sound(**part)) {
            problems.push(Problem::out_of_range("the part", part, "a number smaller than 10^12 in size"));
        }
        if let Some(score) = row.score {
            let national = history.national.get(&row.year).copied().unwrap_or_default();
            let (least, most) = (national.min.unwrap_or(f64::MIN), national.max.unwrap_or(f64::MAX));
            if !sound(score) {
                problems.push(Problem::out_of_range("the score", score, "a number smaller than 10^12 in size"));
            } else if score < least {
                let allowed = format!("the national minimum, {least}, or more");
                problems.push(Problem::out_of_range("the score", score, &allowed));
            } else if score > most {
                let allowed = format!("the national maximum, {most}, or less");
                problems.push(Problem::out_of_range("the score", score, &allowed));
            }
        }
        if let Some(se) = row.se.filter(|se| !(sound(*se) && *se >= 0.0)) {
            problems.push(Problem::out_of_range("the standard error", se, "0 or more"));
        }
        // Without a units table the rows need not name everyone.
        let (last, whose) = if self.units.is_empty() {
            (MAX_UNITS, "the most units there may be")
        } else {
            (history.standing_units(row.year).count(), "the number of units")
        };
        let beyond = |rank: &u32| *rank == 0 || usize::try_from(*rank).is_ok_and(|rank| rank > last);
        if let Some(rank) = row.rank.filter(beyond) {
            problems.push(Problem::out_of_range("the rank", rank, &format!("1 to {last}, {whose}")));
        }
        match position {
            Ok(position) if problems.is_empty() => Ok(position),
            Ok(_) => Err(problems),
            Err(unknown) => {
                problems.push(unknown);
                Err(problems)
            }
        }
    }
}

/// Whether a number can be a score.
fn sound(number: f64) -> bool {
    number.abs() < MAX_SCORE
}

fn overlap(unit: &Unit, row: &HistoryUnit) -> bool {
    let begins_by = |from: Option<jiff::civil::Date>, to: Option<jiff::civil::Date>| {
        from.zip(to).is_none_or(|(from, to)| from <= to)
    };
    begins_by(unit.from, row.valid_to) && begins_by(row.valid_from, unit.to)
}

/// Rows whose better rank has a lower score than another row's.
fn disagreements(history: &History, row_of: &BTreeMap<(i16, usize), usize>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (year, cells) in &history.cells {
        let mut pairs: Vec<(u32, f64, usize)> =
            cells.iter().filter_map(|(unit, cell)| Some((cell.rank?, cell.score?, *unit))).collect();
        pairs.sort_by(|one, two| one.0.cmp(&two.0).then(two.1.total_cmp(&one.1)));
        for pair in pairs.windows(2) {
            let [(other_rank, other_score, _), (rank, score, unit)] = *pair else { continue };
            if rank > other_rank && score > other_score {
                let problem = Problem::RanksDisagree { rank, score, other_rank, other_score, year: *year };
                let row = row_of.get(&(*year, unit)).copied().unwrap_or_default();
                faults.push(problem.in_row(row, &history.unit(unit).id));
            }
        }
    }
    faults
}
