//! Scoring: evidence and framework become a sheet of points, column by column.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::aggregate::Aggregate;
use crate::assessment::Assessment;
use crate::column::{Column, Maximum};
use crate::error::{Error, Fault, Problem};
use crate::evidence::{Columns, Evidence, Stage};
use crate::exact::Exact;
use crate::fault::Place;
use crate::framework::Framework;
use crate::layout::{self, Cells, Layout, Plan, REFUSED};
use crate::leaf::{LeafCells, Levels, outcome, panels, score_leaf, set};
use crate::parallel;
use crate::rule::Panel;
use crate::standing::word;
use crate::stop::Stop;
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
    cells: Cells,
    /// The number among the leaves of each node that is one.
    leaf_of_node: Vec<Option<usize>>,
    pub(crate) columns: Vec<Column>,
    pub(crate) maxima: Vec<Maximum>,
    /// For each node, what happened; empty for interior nodes.
    pub(crate) statuses: Vec<Vec<LineStatus>>,
    levels: Levels,
    panels: BTreeMap<usize, Vec<Panel>>,
}

impl Framework {
    /// Scores all units that evidence speaks of, at the last stage.
    ///
    /// # Errors
    /// Every fault of the evidence, each with its row: codes the framework does
    /// not have, values its rules cannot read, two rows for one leaf at one
    /// stage. `max-points-unknown` for every row of an outline that must be
    /// filled first; `too-large` beyond [`Assessment::MAX_LINES`].
    pub fn score(&self, evidence: &Evidence) -> Result<Assessment, Error> {
        self.score_with(evidence, None, Stage::Final)
    }

    /// Scores with a units table, each leaf at its latest stage up to `stage`.
    ///
    /// # Errors
    /// As [`Framework::score`], and `unknown-unit` for evidence about a unit
    /// that the units table does not list. An id that stands for different
    /// units at different times is read on the last day of the framework's last
    /// round (see [`Units::at`] for another day); without one it is
    /// `ambiguous-unit`.
    pub fn score_with(&self, evidence: &Evidence, units: Option<&Units>, stage: Stage) -> Result<Assessment, Error> {
        Error::check(self.check())?;
        let settled = units.map(|units| units.settled(self));
        let units = settled.as_ref();
        let columns = evidence.columns();
        let mut faults = Vec::new();
        let (ids, unit_of) = known_units(columns, units, &mut faults);
        let tree = self.tree();
        let leaves = tree.leaves();
        if ids.len().saturating_mul(leaves.len()) > Assessment::MAX_LINES {
            let what = format!("the assessment, {} units × {} criteria,", ids.len(), leaves.len());
            let limit = format!("{} lines", Assessment::MAX_LINES);
            return Err(Problem::TooLarge { what, limit }.into());
        }
        let leaf_of = self.leaves_named(columns, &leaves, &mut faults);
        let plan = Plan { columns, leaves: &leaves, leaf_of: &leaf_of, unit_of: &unit_of, units: ids.len(), stage };
        let Layout { cells, passed_over, faults: more } = layout::lay_out(tree, &plan);
        faults.extend(more);
        for row in passed_over {
            let leaf = columns.keys.get(row).and_then(|key| leaf_of.get(key.code as usize));
            let node = leaf.and_then(|leaf| leaves.get(*leaf as usize));
            if let Some(Err(problem)) = node.map(|node| outcome(tree, *node, Some(&columns.stated(row)), None)) {
                faults.push(problem.at(columns.place(row)));
            }
        }
        let levels = Levels::new(&ids, units);
        let numbered: Vec<(usize, usize)> = leaves.iter().copied().enumerate().collect();
        let panels = panels(tree, columns, &cells, &numbered, &levels);
        let scored = parallel::map(&numbered, |(leaf, node)| {
            let cells = LeafCells { cells: &cells, leaf: *leaf, columns, levels: &levels };
            score_leaf(tree, *node, &cells, panels.get(node).map(Vec::as_slice))
        });
        let mut sheet = Sheet {
            framework: self.clone(),
            evidence: evidence.clone(),
            units: settled.clone(),
            stage,
            ids,
            cells,
            leaf_of_node: vec![None; tree.branches.len()],
            columns: vec![Column::Exact(Vec::new()); tree.branches.len()],
            maxima: vec![Maximum::Open; tree.branches.len()],
            statuses: vec![Vec::new(); tree.branches.len()],
            levels,
            panels,
        };
        for ((number, node), leaf) in numbered.into_iter().zip(scored) {
            faults.extend(leaf.faults);
            set(&mut sheet.leaf_of_node, node, Some(number));
            set(&mut sheet.columns, node, leaf.points);
            set(&mut sheet.maxima, node, leaf.maximum);
            set(&mut sheet.statuses, node, leaf.statuses);
        }
        faults.sort_by_key(|fault| fault.place.line);
        Error::check(faults)?;
        sheet.add_up();
        Error::check(sheet.beyond_maximum())?;
        Ok(Assessment::new(Arc::new(sheet)))
    }

    /// The leaf that each code of the evidence names, by its number among the leaves.
    fn leaves_named(&self, columns: &Columns, leaves: &[usize], faults: &mut Vec<Fault>) -> Vec<u32> {
        let named: Vec<Result<usize, Problem>> = columns.codes.iter().map(|code| self.leaf(code)).collect();
        if named.iter().any(Result::is_err) {
            for (row, key) in columns.keys.iter().enumerate() {
                if let Some(Err(problem)) = named.get(key.code as usize) {
                    faults.push(problem.clone().at(columns.place(row)));
                }
            }
        }
        let number = |node: usize| leaves.binary_search(&node).ok().and_then(|number| u32::try_from(number).ok());
        named.into_iter().map(|node| node.ok().and_then(number).unwrap_or(REFUSED)).collect()
    }

    /// The leaf a code names.
    pub(crate) fn leaf(&self, text: &str) -> Result<usize, Problem> {
        let code = text.parse()?;
        let tree = self.tree();
        let node = tree.node(&code).ok_or_else(|| Problem::UnknownCriterion { code: text.to_owned() })?;
        if tree.branch(node).children.is_empty() {
            Ok(node)
        } else {
            Err(Problem::NotALeaf { code, what: "evidence belongs to a leaf".to_owned() })
        }
    }
}

/// Ids to score, sorted, and where each name of the evidence stands among them.
fn known_units(columns: &Columns, units: Option<&Units>, faults: &mut Vec<Fault>) -> (Vec<Box<str>>, Vec<u32>) {
    let is_ambiguous = |name: &str| units.is_some_and(|units| units.is_ambiguous(name));
    let is_listed = |name: &str| units.is_none_or(|units| units.get(name).is_some());
    let known = |name: &str| !name.is_empty() && is_listed(name) && !is_ambiguous(name);
    let listed = columns.units.iter().enumerate().filter(|(_, name)| known(name));
    let mut named: Vec<(&str, usize)> = listed.map(|(number, name)| (name, number)).collect();
    named.sort_unstable();
    let mut unit_of = vec![REFUSED; columns.units.iter().len()];
    for (position, (_, number)) in named.iter().enumerate() {
        if let Some(unit) = unit_of.get_mut(*number) {
            *unit = u32::try_from(position).unwrap_or(REFUSED);
        }
    }
    if named.len() < unit_of.len() {
        for (row, key) in columns.keys.iter().enumerate() {
            let name = columns.units.get(key.unit);
            if !known(name) {
                let problem = if name.is_empty() {
                    Problem::IncompleteRow { what: "the row names no unit".to_owned() }
                } else if is_ambiguous(name) {
                    Problem::AmbiguousUnit { unit: name.to_owned() }
                } else {
                    Problem::UnknownUnit { unit: crate::number::shown(name) }
                };
                faults.push(problem.at(columns.place(row)));
            }
        }
    }
    (named.into_iter().map(|(name, _)| name.into()).collect(), unit_of)
}

impl Sheet {
    /// The row that counts for a leaf and a unit.
    pub(crate) fn row(&self, node: usize, unit: usize) -> Option<usize> {
        let leaf = self.leaf_of_node.get(node).copied().flatten()?;
        self.cells.row(leaf, unit)
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
            Stop::point();
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
        if !maxima.iter().any(|(max, _)| matches!(max, Maximum::Each(_))) {
            return Maximum::Same(max.clone());
        }
        let is_open = maxima.iter().any(|(max, _)| matches!(max, Maximum::Open));
        let each = |unit: usize| {
            if is_open {
                // What rows with a maximum have taken away goes off the declared total.
                return Some(self.departed(node, unit).fold(max.clone(), |max, gone| max.minus(&gone)));
            }
            let known: Vec<(&Exact, &Exact)> =
                maxima.iter().filter_map(|(max, weight)| Some((max.get(unit)?, *weight))).collect();
            branch.aggregate.combine(known.into_iter())
        };
        Maximum::Each((0..self.ids.len()).map(each).collect())
    }
    /// By how much the maxima of the rows below a node have shrunk for a unit.
    fn departed(&self, node: usize, unit: usize) -> impl Iterator<Item = Exact> {
        let tree = self.framework.tree();
        let children = tree.branch(node).children.iter().filter(|child| tree.is_inside(**child));
        children.filter_map(move |child| {
            let full = tree.branch(*child).max.as_ref()?;
            let left = self.maxima.get(*child).and_then(|max| max.get(unit));
            Some(left.map_or_else(|| full.clone(), |left| full.minus(left)))
        })
    }

    /// Units whose rows with open maxima together pass the maximum above them.
    fn beyond_maximum(&self) -> Vec<Fault> {
        let tree = self.framework.tree();
        let is_open = |node: &usize| tree.branch(*node).max.is_none() && tree.is_inside(*node);
        let nodes = (0..tree.branches.len()).filter(|node| tree.branch(*node).children.iter().any(is_open));
        let mut faults = Vec::new();
        for node in nodes {
            for unit in 0..self.ids.len() {
                let points = self.inside_points(node, unit);
                if let Some(max) = self.max(node, unit).filter(|max| points > **max) {
                    let allowed = format!("at most {max} for these rows together");
                    let place = Place::default().unit(self.ids.get(unit).map_or("", |id| id));
                    let place = tree.code(node).map_or(place.clone(), |code| place.of(code));
                    faults.push(Problem::OutOfRange { value: points.to_string(), allowed }.at(place));
                }
            }
        }
        faults
    }

    /// Points of a node without its bonus and penalty rows.
    fn inside_points(&self, node: usize, unit: usize) -> Exact {
        let tree = self.framework.tree();
        let outside = tree.branch(node).children.iter().filter(|child| !tree.is_inside(**child));
        outside.fold(self.points(node, unit), |points, child| points.minus(&self.points(*child, unit)))
    }
}
