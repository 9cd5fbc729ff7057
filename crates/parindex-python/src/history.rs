//! `parindex.History`: the past that a forecast rests on.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, date};
use parindex::{Problem, read_date};
use parindex_forecast::{HistoryRow, HistoryUnit, National, Succession, Weighting};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::argument::{named, table};
use crate::calendar::day;
use crate::detach::detach;
use crate::error::{Failure, Gathered};
use crate::estimates::Names;
use crate::history_tables::{self as tables, Read};
use crate::source::{Source, mark};
use crate::table::Builder;
use crate::whole::Whole;

/// What is known of the past: years × units, with gaps.
///
/// A unit is an id *and* a time: since 1 July 2025 some province codes stand for
/// other provinces. A year's row belongs to the unit that holds the id on the
/// year's last day.
///
/// Parameters
/// ----------
/// frame : table
///     unit (text), year, score and/or rank (1 is best, whole); optional se (the
///     standard error of the score) and parts (sub-indices, a column each). What is
///     not known is a gap: an empty cell, None, NaN or a missing row. A rank without a
///     score is information. Scores may be floats: they are estimated from, not added up.
/// units : table, optional
///     unit, name, valid_from, valid_to, region (units of a region may move together),
///     successor (the id a unit was merged into). Units without rows are forecast too,
///     widely; without this table the units are those of the rows.
/// national : table, optional
///     year, mean, max, min: of all units together.
/// breaks : list of int, optional
///     The first years of new editions, where level and spread change.
/// parts : list of str, optional
///     Which columns are parts, ``[]`` for none. Not given, parts are all other columns
///     that hold numbers only (``name``, ``region``, ``level``, ``parent``, ``source``, ``basis``,
///     ``note`` and ``status`` never are); see :attr:`parts` for what was taken. Parts are
///     used if there are at least two units for each.
/// decimal : {".", ","}
///     The decimal mark of texts.
///
/// Raises
/// ------
/// ParIndexError
///     All faults of all tables at once, each with its row: ``missing-column``,
///     ``incomplete-row``, ``bad-number``, ``wrong-measure`` for an id that is a number,
///     ``duplicate-evidence`` for a second row of a unit and year, ``unknown-unit`` for
///     an id that stands for nothing in its year, ``duplicate-unit``, ``duplicate-year``,
///     ``bad-date``, ``out-of-range``, ``ranks-disagree`` where a better rank has a lower
///     score, ``bad-value`` for a column that is nearly called like one of the
///     table (``scores``, ``Rank``), ``too-large``.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> history = pi.History([
/// ...     {"unit": "01", "year": 2023, "score": "91.43", "rank": 3},
/// ...     {"unit": "22", "year": 2023, "score": "92.18", "rank": 1},
/// ...     {"unit": "01", "year": 2024, "rank": 4},
/// ... ])
/// >>> history
/// <parindex.History of 2 units, 2023 to 2024, 3 rows>
/// >>> history.table()["rank"]
/// [3, 1, 4]
#[pyclass(module = "parindex", frozen)]
pub(crate) struct History(pub(crate) Arc<parindex_forecast::History>, Arc<Recipe>);

/// What a history was made of, so that pickle can make it again and tables show it.
struct Recipe {
    rows: Vec<HistoryRow>,
    units: Vec<HistoryUnit>,
    national: Vec<National>,
    breaks: Vec<i16>,
    parts: Vec<String>,
    mergers: Vec<(Vec<Succession>, Weighting)>,
}

impl Recipe {
    fn history(&self) -> Result<parindex_forecast::History, parindex_forecast::Error> {
        let builder = parindex_forecast::History::builder().rows(self.rows.iter().cloned());
        let builder = builder.units(self.units.iter().cloned()).national(self.national.iter().copied());
        let history = builder.breaks(self.breaks.iter().copied()).parts(self.parts.iter().cloned()).build()?;
        self.mergers.iter().try_fold(history, |history, (successions, weighting)| history.remap(successions, weighting))
    }
}

/// The first day of the 34 provinces.
const PROVINCES: Date = date(2025, 7, 1);

/// Rows, units, national figures and mergers as Python holds them.
type PlainRow = (String, i16, Option<f64>, Option<u32>, Option<f64>, Vec<Option<f64>>);
type PlainUnit = (String, String, Option<String>, Option<String>, Option<String>, Option<String>);
type PlainNational = (i16, Option<f64>, Option<f64>, Option<f64>);
type PlainMerger = (Vec<(String, String, String, String)>, Option<Vec<(String, f64)>>);
type Plain = (Vec<PlainRow>, Vec<PlainUnit>, Vec<PlainNational>, Vec<i16>, Vec<String>, Vec<PlainMerger>);

/// What the frame, the units and the national figures say, or all their faults.
fn read(
    frame: Source,
    units: Option<Source>,
    national: Option<Source>,
    breaks: Vec<i16>,
    parts: Option<&[String]>,
    mark: char,
) -> Result<(parindex_forecast::History, Recipe), Failure> {
    let builder = parindex_forecast::History::builder;
    let (mut of_frame, mut of_units, mut of_national) = <(Gathered, Gathered, Gathered)>::default();
    let (rows, parts) = tables::frame(&frame.read()?, mark, parts, &mut of_frame)?;
    let empty = Read { rows: Vec::new(), lines: Vec::new() };
    let units = match units {
        Some(source) => tables::units(&source.read()?, &mut of_units)?,
        None => empty,
    };
    let empty = Read { rows: Vec::new(), lines: Vec::new() };
    let national = match national {
        Some(source) => tables::national(&source.read()?, mark, &mut of_national)?,
        None => empty,
    };
    // Each table by itself, so that the rows of faults are rows of one table.
    of_units.keep_all(builder().units(units.rows.iter().cloned()).build(), &units.lines);
    of_national.keep_all(builder().national(national.rows.iter().copied()).build(), &national.lines);
    let is_sound = of_units.found() == 0;
    let recipe = Recipe {
        rows: rows.rows,
        units: if is_sound { units.rows } else { Vec::new() },
        national: if of_national.found() == 0 { national.rows } else { Vec::new() },
        breaks,
        parts,
        mergers: Vec::new(),
    };
    let history = of_frame.keep_all(recipe.history(), &rows.lines);
    let mut faults = of_frame.sorted();
    faults.and(of_units.sorted());
    faults.and(of_national.sorted());
    faults.check()?;
    match history {
        Some(history) => Ok((history, recipe)),
        None => unreachable!("a history that was not made has faults"),
    }
}

#[pymethods]
impl History {
    #[new]
    #[pyo3(signature = (frame, units=None, national=None, breaks=None, *, parts=None, decimal="."))]
    fn new(
        py: Python<'_>,
        frame: &Bound<'_, PyAny>,
        units: Option<&Bound<'_, PyAny>>,
        national: Option<&Bound<'_, PyAny>>,
        breaks: Option<&Bound<'_, PyAny>>,
        parts: Option<Names>,
        decimal: &str,
    ) -> Result<Self, Failure> {
        let mark = mark(decimal)?;
        let frame = table("frame", frame)?;
        let units = units.map(|units| table("units", units)).transpose()?;
        let national = national.map(|national| table("national", national)).transpose()?;
        let breaks = breaks.map(|breaks| named("breaks", breaks, tables::years)).transpose()?.unwrap_or_default();
        let parts = parts.map(Names::list);
        let (history, recipe) = detach(py, move || read(frame, units, national, breaks, parts.as_deref(), mark))??;
        Ok(Self(Arc::new(history), Arc::new(recipe)))
    }

    /// What the history holds.
    ///
    /// Returns
    /// -------
    /// Table
    ///     unit, name, year, score, rank, se, and a column for each part; by year,
    ///     then by unit.
    fn table<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let mut rows: Vec<&HistoryRow> = self.1.rows.iter().collect();
        rows.sort_by(|one, two| (one.year, &one.unit).cmp(&(two.year, &two.unit)));
        let rank = |row: &HistoryRow| row.rank.and_then(|rank| usize::try_from(rank).ok());
        let mut builder = Builder::default()
            .text("unit", rows.iter().map(|row| Some(&row.unit)))
            .text("name", rows.iter().map(|row| self.0.name(&row.unit, row.year)))
            .whole("year", rows.iter().map(|row| usize::try_from(row.year).ok()))
            .real("score", rows.iter().map(|row| row.score))
            .whole("rank", rows.iter().map(|row| rank(row)))
            .real("se", rows.iter().map(|row| row.se));
        for (place, part) in self.0.parts().iter().enumerate() {
            builder = builder.real(part, rows.iter().map(|row| row.parts.get(place).copied().flatten()));
        }
        builder.finish(py)
    }

    /// Ids of all units, sorted; an id that stood for two provinces is named once.
    #[getter]
    fn units(&self) -> Vec<String> {
        let listed = self.1.units.iter().map(|unit| unit.unit.clone());
        let rows = self.1.rows.iter().map(|row| row.unit.clone());
        let merged = self.1.mergers.iter().flat_map(|(all, _)| all.iter().map(|one| one.new_unit.clone()));
        listed.chain(rows).chain(merged).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Ids of the units that stand on the last day of a year, sorted.
    ///
    /// Parameters
    /// ----------
    /// year : int
    ///     The calendar year.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``out-of-range`` for what is no year.
    fn units_in(&self, year: Whole) -> Result<Vec<String>, Failure> {
        let year = tables::year(year)?;
        Ok(self.0.units_in(year).into_iter().map(str::to_owned).collect())
    }

    /// The years with rows or national figures.
    #[getter]
    fn years(&self) -> Vec<i16> {
        self.0.years().collect()
    }

    /// The columns that are parts.
    #[getter]
    fn parts(&self) -> Vec<String> {
        self.0.parts().to_vec()
    }

    /// The first years of new editions.
    #[getter]
    fn breaks(&self) -> Vec<i16> {
        self.0.breaks().collect()
    }

    /// The mergers that the units table states, as :meth:`remap` takes them.
    ///
    /// Returns
    /// -------
    /// Table
    ///     old, new, new_name, effective: of units with a successor and a last day.
    fn successions<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let all = self.0.successions();
        Builder::default()
            .text("old", all.iter().map(|one| Some(&one.old_unit)))
            .text("new", all.iter().map(|one| Some(&one.new_unit)))
            .text("new_name", all.iter().map(|one| Some(&one.new_name)))
            .text("effective", all.iter().map(|one| Some(one.effective.to_string())))
            .finish(py)
    }

    /// The history with merged units.
    ///
    /// Years from the merger on are of the new units, years before of the old ones; a
    /// new unit is forecast from the weighted scores of those it was made of, with the
    /// uncertainty of each. Units that the merger does not name stay as they are.
    ///
    /// Parameters
    /// ----------
    /// merger : table
    ///     old, new (ids), new_name, effective (the first day of the new unit); also
    ///     under the names old_unit, old_code, new_unit, new_code, new_name_vi and
    ///     effective_date. A new unit may carry the id of an old one.
    /// weights : "equal" or table
    ///     unit, weight: of each old unit, such as its population. How old scores count in
    ///     a new province is an assumption that no rule names, so it must be named here.
    /// effective : datetime.date or str, optional
    ///     The first day of new units where `merger` names none; 1 July 2025, that of the
    ///     provinces, unless given.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     All at once, with rows of `merger`: ``unknown-unit`` for an old unit that does not
    ///     stand before the merger, ``duplicate-unit`` for one that is named twice,
    ///     ``bad-weight`` for one without a weight above zero, ``out-of-range`` where a new
    ///     unit begins on two days, ``missing-column``, ``incomplete-row``, ``bad-date``.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> rows = [{"unit": "10", "year": 2024, "score": 86}, {"unit": "15", "year": 2024, "score": 84}]
    /// >>> merger = [{"old": "10", "new": "15", "new_name": "Lào Cai"}, {"old": "15", "new": "15"}]
    /// >>> merged = pi.History(rows).remap(merger, "equal")
    /// >>> merged.units_in(2024), merged.units_in(2025)
    /// (['10', '15'], ['15'])
    #[pyo3(signature = (merger, weights, *, effective=None))]
    fn remap(
        &self,
        py: Python<'_>,
        merger: &Bound<'_, PyAny>,
        weights: &Bound<'_, PyAny>,
        effective: Option<&Bound<'_, PyAny>>,
    ) -> Result<Self, Failure> {
        let effective = effective.map_or_else(|| Ok(PROVINCES), |effective| named("effective", effective, day))?;
        let merger = table("merger", merger)?;
        let weights = match weights.cast::<PyString>().ok().and_then(|word| word.to_str().ok()) {
            Some("equal") => None,
            Some(word) if !word.contains('.') => {
                let (what, text) = ("weights".to_owned(), word.chars().take(40).collect());
                let allowed = "`equal`, or a table of unit and weight".to_owned();
                return Err(Problem::BadValue { what, text, allowed }.into());
            }
            _ => Some(table("weights", weights)?),
        };
        let (core, before) = (Arc::clone(&self.0), Arc::clone(&self.1));
        let work = move || -> Result<(parindex_forecast::History, Recipe), Failure> {
            let (mut of_merger, mut of_weights) = <(Gathered, Gathered)>::default();
            let merger = tables::merger(&merger.read()?, effective, &mut of_merger)?;
            let weighting = match weights {
                Some(source) => Weighting::By(tables::weights(&source.read()?, &mut of_weights)?),
                None => Weighting::Equal,
            };
            // Where weights could not be read, those that lack are no second fault.
            let taken = if of_weights.found() == 0 { weighting } else { Weighting::Equal };
            let history = of_merger.keep_all(core.remap(&merger.rows, &taken), &merger.lines);
            let mut faults = of_merger.sorted();
            faults.and(of_weights.sorted());
            faults.check()?;
            let mut mergers = before.mergers.clone();
            mergers.push((merger.rows, taken));
            let recipe = Recipe {
                rows: before.rows.clone(),
                units: before.units.clone(),
                national: before.national.clone(),
                breaks: before.breaks.clone(),
                parts: before.parts.clone(),
                mergers,
            };
            match history {
                Some(history) => Ok((history, recipe)),
                None => unreachable!("a history that was not made has faults"),
            }
        };
        let (history, recipe) = detach(py, work)??;
        Ok(Self(Arc::new(history), Arc::new(recipe)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __repr__(&self) -> String {
        let years: Vec<i16> = self.0.years().collect();
        let span = match (years.first(), years.last()) {
            (Some(first), Some(last)) if first < last => format!("{first} to {last}"),
            (Some(year), _) => year.to_string(),
            _ => "no years".to_owned(),
        };
        let parts = match self.0.parts() {
            [] => String::new(),
            parts => format!(", parts {}", parts.join(", ")),
        };
        let (units, rows) = (self.units().len(), self.1.rows.len());
        format!("<parindex.History of {units} units, {span}, {rows} rows{parts}>")
    }

    /// The history from what pickle wrote.
    #[staticmethod]
    fn _again(
        rows: Vec<PlainRow>,
        units: Vec<PlainUnit>,
        national: Vec<PlainNational>,
        breaks: Vec<i16>,
        parts: Vec<String>,
        mergers: Vec<PlainMerger>,
    ) -> Result<Self, Failure> {
        let date = |text: Option<String>| text.map(|text| read_date(&text)).transpose();
        let units = units.into_iter().map(|(unit, name, region, from, to, successor)| {
            Ok(HistoryUnit { unit, name, region, valid_from: date(from)?, valid_to: date(to)?, successor })
        });
        let succession = |(old_unit, new_unit, new_name, effective): (String, String, String, String)| {
            Ok(Succession { old_unit, new_unit, new_name, effective: read_date(&effective)? })
        };
        let mergers = mergers.into_iter().map(|(all, weights)| {
            let weighting = weights.map_or(Weighting::Equal, |weights| Weighting::By(weights.into_iter().collect()));
            Ok((all.into_iter().map(succession).collect::<Result<_, Problem>>()?, weighting))
        });
        let recipe = Recipe {
            rows: rows
                .into_iter()
                .map(|(unit, year, score, rank, se, parts)| HistoryRow { unit, year, score, rank, se, parts })
                .collect(),
            units: units.collect::<Result<_, Problem>>()?,
            national: national.into_iter().map(|(year, mean, max, min)| National { year, mean, max, min }).collect(),
            breaks,
            parts,
            mergers: mergers.collect::<Result<_, Problem>>()?,
        };
        Ok(Self(Arc::new(recipe.history()?), Arc::new(recipe)))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Plain)> {
        let date = |date: Option<Date>| date.map(|date| date.to_string());
        let row = |row: &HistoryRow| (row.unit.clone(), row.year, row.score, row.rank, row.se, row.parts.clone());
        let unit = |unit: &HistoryUnit| {
            let HistoryUnit { unit, name, region, valid_from, valid_to, successor } = unit.clone();
            (unit, name, region, date(valid_from), date(valid_to), successor)
        };
        let merger = |(all, weighting): &(Vec<Succession>, Weighting)| {
            let plain = |one: &Succession| {
                (one.old_unit.clone(), one.new_unit.clone(), one.new_name.clone(), one.effective.to_string())
            };
            let weights = match weighting {
                Weighting::Equal => None,
                Weighting::By(weights) => Some(weights.clone().into_iter().collect()),
            };
            (all.iter().map(plain).collect(), weights)
        };
        let recipe = &self.1;
        let plain = (
            recipe.rows.iter().map(row).collect(),
            recipe.units.iter().map(unit).collect(),
            recipe.national.iter().map(|row| (row.year, row.mean, row.max, row.min)).collect(),
            recipe.breaks.clone(),
            recipe.parts.clone(),
            recipe.mergers.iter().map(merger).collect(),
        );
        Ok((py.get_type::<Self>().getattr("_again")?, plain))
    }
}
