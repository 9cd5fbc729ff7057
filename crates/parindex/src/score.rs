//! Scoring: evidence and framework become a sheet of points, column by column.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::aggregate::Aggregate;
use crate::assessment::Assessment;
use crate::column::{Column, Maximum};
use crate::error::{Error, Fault, Place, Problem};
use crate::evidence::{Evidence, Row, Stage};
use crate::exact::Exact;
use crate::framework::file::Earns;
use crate::framework::{Criterion, Framework, Outside, Tree};
use crate::measure::Stated;
use crate::parallel;
use crate::rounding::RoundingPoint;
use crate::rule::{Outcome, Panel, Rule, Terms};
use crate::standing::word;
use crate::units::Units;

/// What happened at a leaf: a score, given points, or one of the three kinds of absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LineStatus {
    /// The rule gave points.
    Scored,
    /// An appraiser or a survey gave points.
    Given,
    /// There is no evidence.
    Missing,
    /// The criterion does not apply to the unit.
    NotApplicable,
    /// The ratio has nothing below the line.
    ZeroDenominator,
}

impl LineStatus {
    /// Every status, with the word that names it.
    pub const NAMES: [(&str, Self); 5] = [
        ("scored", Self::Scored),
        ("given", Self::Given),
        ("missing", Self::Missing),
        ("not-applicable", Self::NotApplicable),
        ("zero-denominator", Self::ZeroDenominator),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        word(&Self::NAMES, self)
    }
}

/// Points of every node for every unit, and how each came about.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) framework: Framework,
    pub(crate) evidence: Evidence,
    pub(crate) units: Option<Units>,
    pub(crate) stage: Stage,
    /// Ids of the units scored, sorted.
    pub(crate) ids: Vec<Box<str>>,
    /// For each node, the row of evidence of each unit; empty for interior nodes.
    cells: Vec<Vec<Cell>>,
    pub(crate) columns: Vec<Column>,
    pub(crate) maxima: Vec<Maximum>,
    /// For each node, what happened; empty for interior nodes.
    pub(crate) statuses: Vec<Vec<LineStatus>>,
    levels: Levels,
    panels: BTreeMap<usize, Vec<Panel>>,
}

/// Row number plus one; zero without evidence.
type Cell = u32;

/// The level of each unit, as a number: relative rules compare units of a level.
#[derive(Debug, Default)]
struct Levels {
    of: Vec<usize>,
    count: usize,
}

/// What a leaf gives a unit.
struct Earned {
    status: LineStatus,
    points: Exact,
    leaves: bool,
}

impl Framework {
    /// Scores all units that evidence speaks of, at the last stage.
    ///
    /// # Errors
    /// Every fault of the evidence, each with its row: codes the framework does
    /// not have, values its rules cannot read, two rows for one leaf at one
    /// stage. `max-points-unknown` for every row of an outline that must be
    /// filled first.
    pub fn score(&self, evidence: &Evidence) -> Result<Assessment, Error> {
        self.score_with(evidence, None, Stage::Final)
    }

    /// Scores with a units table, each leaf at its latest stage up to `stage`.
    ///
    /// # Errors
    /// As [`Framework::score`], and `unknown-unit` for evidence about a unit
    /// that the units table does not list.
    pub fn score_with(&self, evidence: &Evidence, units: Option<&Units>, stage: Stage) -> Result<Assessment, Error> {
        Error::check(self.check())?;
        let mut faults = Vec::new();
        let (ids, unit_of) = known_units(evidence, units, &mut faults);
        let levels = Levels::new(&ids, units);
        let cells = self.lay_out(evidence, stage, ids.len(), &unit_of, &mut faults);
        let tree = self.tree();
        let panels = panels(tree, evidence, &cells, &levels);
        let nodes: Vec<usize> = (0..=tree.criteria.len()).collect();
        let leaves = parallel::map(&nodes, |node| {
            let cells = cells.get(*node)?;
            let panels = panels.get(node).map(Vec::as_slice);
            Some(score_leaf(tree, *node, cells, evidence, &levels, panels))
        });
        let mut sheet = Sheet {
            framework: self.clone(),
            evidence: evidence.clone(),
            units: units.cloned(),
            stage,
            ids,
            cells,
            columns: Vec::new(),
            maxima: Vec::new(),
            statuses: Vec::new(),
            levels,
            panels,
        };
        for leaf in leaves {
            let leaf = leaf.unwrap_or_default();
            faults.extend(leaf.faults);
            sheet.columns.push(leaf.points.unwrap_or_else(|| Column::Exact(Vec::new())));
            sheet.maxima.push(leaf.maximum.unwrap_or(Maximum::Open));
            sheet.statuses.push(leaf.statuses);
        }
        faults.sort_by_key(|fault| fault.place.line);
        Error::check(faults)?;
        sheet.add_up();
        Ok(Assessment::new(Arc::new(sheet)))
    }

    /// The row that counts for each leaf and unit; checks all others too.
    fn lay_out(
        &self,
        evidence: &Evidence,
        stage: Stage,
        units: usize,
        unit_of: &[Option<usize>],
        faults: &mut Vec<Fault>,
    ) -> Vec<Vec<Cell>> {
        let tree = self.tree();
        let nodes: Vec<Result<usize, Problem>> = evidence.codes.iter().map(|code| self.leaf(code)).collect();
        let mut cells: Vec<Vec<Cell>> = vec![Vec::new(); tree.criteria.len().saturating_add(1)];
        for (node, cells) in cells.iter_mut().enumerate().skip(1) {
            if tree.branch(node).children.is_empty() {
                cells.resize(units, 0);
            }
        }
        let mut seen: Vec<Vec<u8>> = cells.iter().map(|cells| vec![0; cells.len()]).collect();
        for (number, row) in evidence.rows.iter().enumerate() {
            let place = || evidence.place(row);
            let node = match nodes.get(row.code as usize) {
                Some(Ok(node)) => *node,
                Some(Err(problem)) => {
                    faults.push(problem.clone().at(place()));
                    continue;
                }
                None => continue,
            };
            let Some(unit) = unit_of.get(row.unit as usize).copied().flatten() else { continue };
            let Some((cell, seen)) =
                cells.get_mut(node).and_then(|c| c.get_mut(unit)).zip(seen.get_mut(node).and_then(|s| s.get_mut(unit)))
            else {
                continue;
            };
            if *seen & row.stage_bit() != 0 {
                let first = evidence.first_like(row, number);
                faults.push(Problem::DuplicateEvidence { stage: row.stage.name().to_owned(), first }.at(place()));
                continue;
            }
            *seen |= row.stage_bit();
            let counting = evidence.row(*cell).map(|row| row.stage);
            let counts = row.stage <= stage && row.stated != Stated::Gap && counting.is_none_or(|at| at < row.stage);
            let passed_over = if counts { evidence.row(*cell) } else { Some(row) };
            if let Some(row) = passed_over
                && let Err(problem) = outcome(tree, node, Some(&row.stated), None)
            {
                faults.push(problem.at(evidence.place(row)));
            }
            if counts {
                *cell = u32::try_from(number.saturating_add(1)).unwrap_or(0);
            }
        }
        cells
    }

    /// The leaf a code of the evidence names.
    fn leaf(&self, text: &str) -> Result<usize, Problem> {
        let code = text.parse()?;
        let tree = self.tree();
        let node = tree.node(&code).ok_or_else(|| Problem::UnknownCriterion { code: text.to_owned() })?;
        if tree.branch(node).children.is_empty() {
            Ok(node)
        } else {
            let what = "evidence belongs to a leaf".to_owned();
            Err(Problem::NotALeaf { code, what })
        }
    }
}

/// Ids to score, sorted, and where each name of the evidence stands among them.
fn known_units(
    evidence: &Evidence,
    units: Option<&Units>,
    faults: &mut Vec<Fault>,
) -> (Vec<Box<str>>, Vec<Option<usize>>) {
    let known = |name: &str| !name.is_empty() && units.is_none_or(|units| units.get(name).is_some());
    let mut ids: Vec<Box<str>> = evidence.units.iter().filter(|name| known(name)).map(Into::into).collect();
    ids.sort_unstable();
    let unit_of: Vec<Option<usize>> =
        evidence.units.iter().map(|name| ids.binary_search_by(|id| (**id).cmp(name)).ok()).collect();
    if ids.len() < unit_of.len() {
        for row in &evidence.rows {
            let name = evidence.units.get(row.unit);
            if !known(name) {
                let problem = if name.is_empty() {
                    Problem::IncompleteRow { what: "the row names no unit".to_owned() }
                } else {
                    Problem::UnknownUnit { unit: crate::number::shown(name) }
                };
                faults.push(problem.at(evidence.place(row)));
            }
        }
    }
    (ids, unit_of)
}

impl Evidence {
    fn row(&self, cell: Cell) -> Option<&Row> {
        cell.checked_sub(1).and_then(|number| self.rows.get(number as usize))
    }

    /// Where a row stands.
    fn place(&self, row: &Row) -> Place {
        Place::row(row.line as usize).unit(self.units.get(row.unit)).of(crate::number::shown(self.codes.get(row.code)))
    }

    /// The line of the first row for the same unit, code and stage.
    fn first_like(&self, row: &Row, number: usize) -> usize {
        let earlier = self.rows.iter().take(number);
        let mut like = earlier.filter(|other| (other.unit, other.code, other.stage) == (row.unit, row.code, row.stage));
        like.next().map_or(0, |first| first.line as usize)
    }
}

impl Levels {
    fn new(ids: &[Box<str>], units: Option<&Units>) -> Self {
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

    fn get(&self, unit: usize) -> usize {
        self.of.get(unit).copied().unwrap_or(0)
    }
}

/// For each leaf with a relative rule, the values of all units of each level.
fn panels(tree: &Tree, evidence: &Evidence, cells: &[Vec<Cell>], levels: &Levels) -> BTreeMap<usize, Vec<Panel>> {
    let mut panels = BTreeMap::new();
    for (node, cells) in cells.iter().enumerate() {
        let Some(rule) = tree.criterion_at(node).and_then(Criterion::rule).filter(|rule| rule.is_relative()) else {
            continue;
        };
        let mut values = vec![Vec::new(); levels.count];
        for (unit, cell) in cells.iter().enumerate() {
            let stated = evidence.row(*cell).map(|row| &row.stated);
            let value = stated.and_then(|stated| rule.read(stated).ok()).and_then(|measure| {
                measure.exact().map(|share| share.times(&rule.unit().whole().map_or(Exact::ONE, Exact::from)))
            });
            if let (Some(value), Some(values)) = (value, values.get_mut(levels.get(unit))) {
                values.push(value);
            }
        }
        panels.insert(node, values.into_iter().map(Panel::new).collect());
    }
    panels
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

/// What an outcome is worth in the framework.
fn earned(criterion: &Criterion, max: Option<&Exact>, outcome: Outcome) -> Result<Earned, Problem> {
    let absence = &criterion.absence;
    let (status, earns) = match outcome {
        Outcome::Scored(points) => return Ok(Earned { status: LineStatus::Scored, points, leaves: false }),
        Outcome::Given(points) => return Ok(Earned { status: LineStatus::Given, points, leaves: false }),
        Outcome::Missing => (LineStatus::Missing, absence.missing.unwrap_or(Earns::Zero)),
        Outcome::NotApplicable => (LineStatus::NotApplicable, absence.not_applicable.unwrap_or(Earns::Shrink)),
        Outcome::ZeroDenominator => (LineStatus::ZeroDenominator, absence.zero_denominator.unwrap_or(Earns::Zero)),
    };
    let full = earns == Earns::Full;
    let points = max.filter(|_| full).cloned().unwrap_or(Exact::ZERO);
    match (earns, status) {
        (Earns::Refuse, LineStatus::ZeroDenominator) => Err(Problem::ZeroDenominator),
        (Earns::Refuse, LineStatus::Missing) => Err(Problem::Refused { what: "evidence is missing".to_owned() }),
        (Earns::Refuse, _) => Err(Problem::Refused { what: "the criterion does not apply".to_owned() }),
        _ => Ok(Earned { status, points, leaves: earns == Earns::Shrink }),
    }
}

#[derive(Default)]
struct Leaf {
    points: Option<Column>,
    maximum: Option<Maximum>,
    statuses: Vec<LineStatus>,
    faults: Vec<Fault>,
}

/// Scores one leaf for all units.
fn score_leaf(
    tree: &Tree,
    node: usize,
    cells: &[Cell],
    evidence: &Evidence,
    levels: &Levels,
    panels: Option<&[Panel]>,
) -> Leaf {
    let Some(criterion) = tree.criterion_at(node).filter(|criterion| criterion.is_leaf()) else {
        return Leaf::default();
    };
    let max = tree.branch(node).max.as_ref();
    let rounding = tree.head.rounding.filter(|rounding| rounding.at == RoundingPoint::Leaf);
    let mut leaf = Leaf { statuses: Vec::with_capacity(cells.len()), ..Leaf::default() };
    // Points go straight onto the grid; the few that do not fit one are kept aside.
    let mut steps: Vec<i64> = Vec::with_capacity(cells.len());
    let mut exact: Vec<Exact> = Vec::new();
    let mut left: Vec<usize> = Vec::new();
    let penalty = criterion.row.outside == Some(Outside::Penalty);
    for (unit, cell) in cells.iter().enumerate() {
        let row = evidence.row(*cell);
        let panel = panels.and_then(|panels| panels.get(levels.get(unit)));
        let judged =
            outcome(tree, node, row.map(|row| &row.stated), panel).and_then(|outcome| earned(criterion, max, outcome));
        let earned = match judged {
            Ok(earned) => earned,
            Err(problem) => {
                let place = row.map_or_else(Place::default, |row| evidence.place(row)).of(&criterion.code);
                leaf.faults.push(problem.at(place));
                continue;
            }
        };
        leaf.statuses.push(earned.status);
        if earned.leaves {
            left.push(unit);
        }
        let points = if penalty { earned.points.negated() } else { earned.points };
        match rounding.and_then(|rounding| points.grid(rounding.places, rounding.mode)) {
            Some(step) if exact.is_empty() => steps.push(step),
            _ => {
                if let Some(rounding) = rounding {
                    let done = steps.drain(..).map(|step| Exact::decimal(step.into(), rounding.places));
                    exact.extend(done);
                }
                exact.push(rounding.map_or(points.clone(), |rounding| points.rounded(rounding)));
            }
        }
    }
    leaf.points = Some(match rounding {
        Some(rounding) if exact.is_empty() => Column::Grid { places: rounding.places, steps },
        _ => Column::from_exact(exact),
    });
    leaf.maximum = Some(match max {
        None => Maximum::Open,
        Some(max) if left.is_empty() => Maximum::Same(max.clone()),
        Some(max) => {
            let mut maxima = vec![Some(max.clone()); cells.len()];
            for unit in left {
                if let Some(max) = maxima.get_mut(unit) {
                    *max = None;
                }
            }
            Maximum::Each(maxima)
        }
    });
    leaf
}

impl Sheet {
    /// The statement that counts for a leaf and a unit, and its number.
    pub(crate) fn stated(&self, node: usize, unit: usize) -> Option<(usize, &Stated)> {
        let cell = self.cells.get(node).and_then(|cells| cells.get(unit)).copied()?;
        let row = self.evidence.row(cell)?;
        Some((cell.saturating_sub(1) as usize, &row.stated))
    }

    /// All units' values for a relative rule.
    pub(crate) fn panel(&self, node: usize, unit: usize) -> Option<&Panel> {
        self.panels.get(&node).and_then(|panels| panels.get(self.levels.get(unit)))
    }

    /// Points and maxima of interior nodes, from the leaves up.
    fn add_up(&mut self) {
        for node in (0..=self.framework.tree().criteria.len()).rev() {
            let children = &self.framework.tree().branch(node).children;
            if children.is_empty() && node > 0 {
                continue;
            }
            let maximum = self.maximum_of(node);
            let points = self.points_of(node);
            if let (Some(column), Some(kept)) = (self.columns.get_mut(node), self.maxima.get_mut(node)) {
                *column = points;
                *kept = maximum;
            }
        }
    }

    fn column(&self, node: usize) -> Option<&Column> {
        self.columns.get(node)
    }

    fn points_of(&self, node: usize) -> Column {
        let tree = self.framework.tree();
        let branch = tree.branch(node);
        let units = self.ids.len();
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            branch.children.iter().copied().partition(|child| tree.is_inside(*child));
        let columns = |nodes: &[usize], weighted: bool| -> Vec<(&Column, Exact)> {
            let weight = |node: usize| if weighted { tree.branch(node).weight.clone() } else { Exact::ONE };
            nodes.iter().filter_map(|node| Some((self.column(*node)?, weight(*node)))).collect()
        };
        let mut parts = match branch.aggregate {
            Aggregate::Sum => columns(&inside, false),
            Aggregate::WeightedSum => columns(&inside, true),
            _ => {
                let combined = Column::from_exact((0..units).map(|unit| self.combined(node, &inside, unit)).collect());
                let mut parts = columns(&outside, false);
                parts.push((&combined, Exact::ONE));
                return Column::weighted_sum(units, &parts);
            }
        };
        parts.extend(columns(&outside, false));
        if parts.is_empty() { Column::zeros(units) } else { Column::weighted_sum(units, &parts) }
    }

    /// The combined points of one unit, without rows that have left.
    fn combined(&self, node: usize, inside: &[usize], unit: usize) -> Exact {
        let tree = self.framework.tree();
        let parts: Vec<(Exact, &Exact)> = inside
            .iter()
            .filter(|child| self.maxima.get(**child).is_none_or(|max| !max.has_left(unit)))
            .filter_map(|child| Some((self.column(*child)?.get(unit), &tree.branch(*child).weight)))
            .collect();
        let combined = tree.branch(node).aggregate.combine(parts.iter().map(|(value, weight)| (value, *weight)));
        combined.unwrap_or(Exact::ZERO)
    }

    fn maximum_of(&self, node: usize) -> Maximum {
        let tree = self.framework.tree();
        let branch = tree.branch(node);
        let Some(max) = &branch.max else { return Maximum::Open };
        let inside = branch.children.iter().filter(|child| tree.is_inside(**child));
        let maxima: Vec<(&Maximum, &Exact)> =
            inside.filter_map(|child| Some((self.maxima.get(*child)?, &tree.branch(*child).weight))).collect();
        let open = maxima.iter().any(|(max, _)| matches!(max, Maximum::Open));
        if open || !maxima.iter().any(|(max, _)| matches!(max, Maximum::Each(_))) {
            return Maximum::Same(max.clone());
        }
        let each = |unit: usize| {
            let known: Vec<(&Exact, &Exact)> =
                maxima.iter().filter_map(|(max, weight)| Some((max.get(unit)?, *weight))).collect();
            if known.len() == maxima.len() && maxima.iter().all(|(max, _)| matches!(max, Maximum::Same(_))) {
                return Some(max.clone());
            }
            branch.aggregate.combine(known.into_iter())
        };
        Maximum::Each((0..self.ids.len()).map(each).collect())
    }
}
