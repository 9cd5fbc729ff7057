//! One leaf at a time: what each unit's statement is worth.

use std::collections::BTreeMap;

use crate::column::{Column, Maximum};
use crate::error::{Error, Fault, Problem};
use crate::evidence::Columns;
use crate::exact::Exact;
use crate::fault::Place;
use crate::framework::file::Earns;
use crate::framework::{Criterion, Framework, Outside, Tree};
use crate::layout::Cells;
use crate::measure::Stated;
use crate::number::shown;
use crate::rounding::{Rounding, RoundingPoint};
use crate::rule::{Outcome, Panel, Rule, Terms};
use crate::score::LineStatus;
use crate::units::Units;

/// The level of each unit, as a number: relative rules compare units of a level.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    pub(crate) of: Vec<usize>,
    count: usize,
}

impl Levels {
    pub(crate) fn new(ids: &[Box<str>], units: Option<&Units>) -> Self {
        let mut names: Vec<Option<&str>> = Vec::new();
        let of = ids.iter().map(|id| {
            let level = units.and_then(|units| units.get(id)).and_then(|row| row.level.as_deref());
            names.iter().position(|name| *name == level).unwrap_or_else(|| {
                names.push(level);
                names.len().saturating_sub(1)
            })
        });
        let of = of.collect();
        Self { of, count: names.len() }
    }

    pub(crate) fn get(&self, unit: usize) -> usize {
        self.of.get(unit).copied().unwrap_or(0)
    }
}

/// What a leaf gives a unit.
struct Earned {
    status: LineStatus,
    points: Exact,
    leaves: bool,
}

/// For each leaf with a relative rule, the values of all units of each level.
pub(crate) fn panels(
    tree: &Tree,
    columns: &Columns,
    cells: &Cells,
    leaves: &[(usize, usize)],
    levels: &Levels,
) -> BTreeMap<usize, Vec<Panel>> {
    let mut panels = BTreeMap::new();
    for (leaf, node) in leaves {
        let Some(rule) = tree.criterion_at(*node).and_then(Criterion::rule).filter(|rule| rule.comparison().is_some())
        else {
            continue;
        };
        let mut values = vec![Vec::new(); levels.count];
        for unit in 0..levels.of.len() {
            let stated = cells.row(*leaf, unit).map(|row| columns.stated(row));
            let value = stated.and_then(|stated| compared(rule, &stated));
            if let (Some(value), Some(values)) = (value, values.get_mut(levels.get(unit))) {
                values.push(value);
            }
        }
        panels.insert(*node, values.into_iter().map(Panel::new).collect());
    }
    panels
}

/// The value that a rule compares between units, in its unit.
fn compared(rule: &Rule, stated: &Stated) -> Option<Exact> {
    let share = rule.read(stated).ok()?.exact()?;
    Some(share.times(&rule.unit().whole().map_or(Exact::ONE, Exact::from)))
}

/// What a leaf's rule makes of a statement.
///
/// # Errors
/// What is wrong with the statement.
pub(crate) fn outcome(
    tree: &Tree,
    node: usize,
    stated: Option<&Stated>,
    panel: Option<&Panel>,
) -> Result<Outcome, Problem> {
    let Some(rule) = tree.criterion_at(node).and_then(Criterion::rule) else { return Ok(Outcome::Missing) };
    let max = tree.branch(node).max.as_ref();
    let given = |points: Exact| {
        let most = max.or_else(|| tree.max_above(node));
        if points.is_negative() || most.is_some_and(|most| points > *most) {
            let allowed = most.map_or_else(|| "0 or more".to_owned(), |most| format!("0 to the maximum {most}"));
            return Err(Problem::OutOfRange { value: points.to_string(), allowed });
        }
        Ok(Outcome::Given(points))
    };
    match stated {
        _ if matches!(rule, Rule::NotScored(_)) => Ok(Outcome::NotApplicable),
        None | Some(Stated::Gap) => Ok(Outcome::Missing),
        Some(Stated::NotApplicable) => Ok(Outcome::NotApplicable),
        Some(Stated::Points(points)) => given(Exact::from(*points)),
        Some(stated) => {
            let measure = rule.read(stated)?;
            match rule.apply(&measure, Terms { max: max.unwrap_or(&Exact::ZERO), panel }) {
                Outcome::Given(points) => given(points),
                outcome => Ok(outcome),
            }
        }
    }
}

/// What a statement is worth to a unit at a leaf.
///
/// # Errors
/// What is wrong with the statement, or an absence that the framework refuses.
fn earned(tree: &Tree, node: usize, stated: Option<&Stated>, panel: Option<&Panel>) -> Result<Earned, Problem> {
    let max = tree.branch(node).max.as_ref();
    let criterion = tree.criterion_at(node);
    let penalty = criterion.is_some_and(|criterion| criterion.outside() == Some(Outside::Penalty));
    let signed = |points: Exact| if penalty { points.negated() } else { points };
    let outcome = outcome(tree, node, stated, panel)?;
    let absence = criterion.map(|criterion| criterion.absence).unwrap_or_default();
    let (status, earns) = match outcome {
        Outcome::Scored(points) => {
            return Ok(Earned { status: LineStatus::Scored, points: signed(points), leaves: false });
        }
        Outcome::Given(points) => {
            return Ok(Earned { status: LineStatus::Given, points: signed(points), leaves: false });
        }
        Outcome::Missing => (LineStatus::Missing, absence.missing.unwrap_or(Earns::Zero)),
        Outcome::NotApplicable => (LineStatus::NotApplicable, absence.not_applicable.unwrap_or(Earns::Shrink)),
        Outcome::ZeroDenominator => (LineStatus::ZeroDenominator, absence.zero_denominator.unwrap_or(Earns::Zero)),
    };
    let full = earns == Earns::Full;
    let points = signed(max.filter(|_| full).cloned().unwrap_or(Exact::ZERO));
    match (earns, status) {
        (Earns::Refuse, LineStatus::ZeroDenominator) => Err(Problem::ZeroDenominator),
        (Earns::Refuse, LineStatus::Missing) => Err(Problem::Refused { what: "evidence is missing".to_owned() }),
        (Earns::Refuse, _) => Err(Problem::Refused { what: "the criterion does not apply".to_owned() }),
        _ => Ok(Earned { status, points, leaves: earns == Earns::Shrink }),
    }
}

/// What a statement is worth at a leaf, before anything is added up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Worth {
    /// Points, rounded where the framework rounds leaves, below zero for a penalty.
    Points(Exact),
    /// Nothing, and the row leaves the maximum.
    Left,
    /// A value, in the rule's unit, that earns points only beside those of other units.
    Compared(Exact),
}

impl Framework {
    /// What a statement is worth at a leaf by itself; [`Stated::Gap`] stands for no
    /// evidence.
    ///
    /// ```
    /// use parindex::{Exact, Framework, Stated, Worth};
    ///
    /// let framework = Framework::bundled("dvc-766/province")?;
    /// let counts = Stated::Counts(7_371_u32.into(), 8_253_u32.into());
    /// assert_eq!(framework.worth("2.1", &counts)?, Worth::Points(Exact::decimal(1786, 2)));
    /// # Ok::<(), parindex::Error>(())
    /// ```
    ///
    /// # Errors
    /// `bad-code`, `unknown-criterion`, `not-a-leaf`, and what is wrong with the
    /// statement: `out-of-range`, `wrong-measure`, `refused` and their like.
    pub fn worth(&self, code: &str, stated: &Stated) -> Result<Worth, Error> {
        let at = |problem: Problem| problem.at(Place::criterion(shown(code)));
        let node = self.leaf(code).map_err(at)?;
        let tree = self.tree();
        let compares = |rule: &&Rule| rule.comparison().is_some();
        let rule = tree.criterion_at(node).and_then(Criterion::rule).filter(compares);
        if let Some(value) = rule.and_then(|rule| compared(rule, stated)) {
            return Ok(Worth::Compared(value));
        }
        let earned = earned(tree, node, Some(stated), None).map_err(at)?;
        if earned.leaves {
            return Ok(Worth::Left);
        }
        let rounding = tree.head.rounding.filter(|rounding| rounding.at == RoundingPoint::Leaf);
        Ok(Worth::Points(rounding.map_or(earned.points.clone(), |rounding| earned.points.rounded(rounding))))
    }
}

/// One leaf scored for all units.
pub(crate) struct Leaf {
    pub(crate) points: Column,
    pub(crate) maximum: Maximum,
    pub(crate) statuses: Vec<LineStatus>,
    pub(crate) faults: Vec<Fault>,
}

/// The evidence of one leaf, unit by unit.
pub(crate) struct LeafCells<'a> {
    pub(crate) cells: &'a Cells,
    pub(crate) leaf: usize,
    pub(crate) columns: &'a Columns,
    pub(crate) levels: &'a Levels,
}

/// Points of one leaf, on the grid as long as all fit it.
struct Earnings {
    rounding: Option<Rounding>,
    steps: Vec<i32>,
    exact: Vec<Exact>,
}

impl Earnings {
    fn push(&mut self, points: &Exact) {
        let step = self.rounding.and_then(|rounding| points.grid(rounding.places, rounding.mode));
        let step = step.and_then(|step| i32::try_from(step).ok());
        if let Some(step) = step.filter(|_| self.exact.is_empty()) {
            self.steps.push(step);
            return;
        }
        let places = self.rounding.map_or(0, |rounding| rounding.places);
        self.exact.extend(self.steps.drain(..).map(|step| Exact::decimal(step.into(), places)));
        self.exact.push(self.rounding.map_or_else(|| points.clone(), |rounding| points.rounded(rounding)));
    }

    /// Points already in steps of the grid.
    fn push_steps(&mut self, steps: i32) {
        match self.rounding.filter(|_| !self.exact.is_empty()) {
            None => self.steps.push(steps),
            Some(rounding) => self.exact.push(Exact::decimal(steps.into(), rounding.places)),
        }
    }

    fn column(self) -> Column {
        match self.rounding {
            Some(rounding) if self.exact.is_empty() => Column::Grid { places: rounding.places, steps: self.steps },
            _ => Column::from_exact(self.exact),
        }
    }
}

/// Scores one leaf for all units.
pub(crate) fn score_leaf(tree: &Tree, node: usize, cells: &LeafCells<'_>, panels: Option<&[Panel]>) -> Leaf {
    let LeafCells { cells, leaf, columns, levels } = cells;
    let units = levels.of.len();
    let max = tree.branch(node).max.as_ref();
    let rounding = tree.head.rounding.filter(|rounding| rounding.at == RoundingPoint::Leaf);
    let mut earnings = Earnings { rounding, steps: Vec::with_capacity(units), exact: Vec::new() };
    let mut statuses = Vec::with_capacity(units);
    let mut faults = Vec::new();
    let mut left: Vec<usize> = Vec::new();
    for (unit, known) in cells.known(*leaf).take(units).enumerate() {
        if let Some(known) = known {
            statuses.push(if known.given { LineStatus::Given } else { LineStatus::Scored });
            earnings.push_steps(known.steps);
            continue;
        }
        let row = cells.row(*leaf, unit);
        let stated = row.map(|row| columns.stated(row));
        let panel = panels.and_then(|panels| panels.get(levels.get(unit)));
        match earned(tree, node, stated.as_ref(), panel) {
            Ok(earned) => {
                statuses.push(earned.status);
                left.extend(earned.leaves.then_some(unit));
                earnings.push(&earned.points);
            }
            Err(problem) => {
                let place = row.map_or_else(Place::default, |row| columns.place(row));
                faults.push(problem.at(tree.code(node).map_or(place.clone(), |code| place.of(code))));
            }
        }
    }
    let maximum = match max {
        None => Maximum::Open,
        Some(max) if left.is_empty() => Maximum::Same(max.clone()),
        Some(max) => {
            let mut maxima = vec![Some(max.clone()); units];
            for unit in left {
                set(&mut maxima, unit, None);
            }
            Maximum::Each(maxima)
        }
    };
    Leaf { points: earnings.column(), maximum, statuses, faults }
}

/// Puts a value at a place that exists.
pub(crate) fn set<T>(values: &mut [T], at: usize, value: T) {
    if let Some(place) = values.get_mut(at) {
        *place = value;
    }
}
