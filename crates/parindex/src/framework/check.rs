//! What must hold between the rows of a framework.

use std::collections::BTreeMap;

use super::file::{Head, Row};
use super::{Branch, Criterion, Framework, Tree};
use crate::aggregate::Aggregate;
use crate::code::Code;
use crate::error::{Fault, Problem, Suspect};
use crate::exact::Exact;
use crate::fault::Place;
use crate::number::Number;
use crate::rounding::{Rounding, RoundingPoint};
use crate::rule::Rule;

/// Where the keys of each row stand in the text, if there is one.
#[derive(Default)]
pub(crate) struct Places {
    places: BTreeMap<(Option<Code>, &'static str), Place>,
    /// Whether rows are missing because their codes could not be read: sums
    /// and leaves are not judged then.
    pub(crate) has_unread_rows: bool,
}

impl Places {
    /// Keeps the place of a key of a row, or of the head where there is no code.
    pub(crate) fn insert(&mut self, code: Option<Code>, key: &'static str, place: Place) {
        self.places.insert((code, key), place);
    }

    fn of_head(&self, key: &'static str) -> Place {
        self.places.get(&(None, key)).cloned().unwrap_or_default()
    }

    fn of(&self, code: &Code, key: &'static str) -> Place {
        self.places.get(&(Some(code.clone()), key)).cloned().unwrap_or_else(|| Place::criterion(code))
    }
}

/// Builds the tree from the codes and lists what is wrong with it.
pub(crate) fn build(head: Head, rows: BTreeMap<Code, Row>, places: &Places) -> (Framework, Vec<Fault>) {
    let mut tree = Tree::grow(head, rows);
    let mut faults = Vec::new();
    check_rows(&tree, places, &mut faults);
    check_roundings(&tree, places, &mut faults);
    check_bands(&tree, places, &mut faults);
    derive_maxima(&mut tree);
    if !places.has_unread_rows {
        check_maxima(&tree, places, &mut faults);
    }
    (Framework::from_tree(tree), faults)
}

fn check_rows(tree: &Tree, places: &Places, faults: &mut Vec<Fault>) {
    faults.extend(check_max(tree.head.max_points).map(|problem| problem.at(places.of_head("max_points"))));
    for criterion in &tree.criteria {
        let Criterion { code, row, .. } = criterion;
        faults.extend(check_max(row.max_points).map(|problem| problem.at(places.of(code, "max_points"))));
        let not_a_leaf = |what: &str| Problem::NotALeaf { code: code.clone(), what: what.to_owned() };
        match (&row.rule, criterion.is_leaf()) {
            (None, true) if places.has_unread_rows => {}
            (None, true) => {
                faults.push(Problem::MissingKey { key: "rule".to_owned() }.at(places.of(code, "rule")));
            }
            (Some(_), false) => faults.push(not_a_leaf("a rule belongs to a leaf").at(places.of(code, "rule"))),
            (Some(rule), true) => {
                let problems = rule.check(row.max_points);
                faults.extend(problems.into_iter().map(|problem| problem.at(places.of(code, "rule"))));
            }
            (None, false) => {}
        }
        if row.outside.is_some() && !criterion.is_leaf() {
            faults.push(not_a_leaf("`outside` belongs to a leaf").at(places.of(code, "outside")));
        }
        if let (Some(max), Some(rounding)) = (row.max_points, tree.head.rounding)
            && criterion.is_leaf()
            && rounding.at == RoundingPoint::Leaf
            && max.places() > rounding.places
        {
            let allowed = format!("at most {} decimals, as each leaf is rounded", rounding.places);
            faults.push(Problem::OutOfRange { value: max.to_string(), allowed }.at(places.of(code, "max_points")));
        }
        if row.aggregate.is_some() && criterion.is_leaf() {
            let what = "`aggregate` belongs to a row with others below it".to_owned();
            faults.push(Problem::IncompleteRow { what }.at(places.of(code, "aggregate")));
        }
        check_weight(tree, criterion, places, faults);
    }
}

/// A maximum is not negative and fits the tables' places.
fn check_max(max: Option<Number>) -> Option<Problem> {
    let max = max.filter(|max| max.is_negative() || max.places() > Rounding::MAX_PLACES)?;
    let allowed = format!("0 or more, with at most {} decimals", Rounding::MAX_PLACES);
    Some(Problem::OutOfRange { value: max.to_string(), allowed })
}

fn check_weight(tree: &Tree, criterion: &Criterion, places: &Places, faults: &mut Vec<Fault>) {
    let parent = tree.parent_of(criterion);
    let weighted = tree.branch(parent).aggregate.is_weighted() && criterion.row.outside.is_none();
    let what = match criterion.row.weight {
        None if weighted => "a row under a weighted node needs one",
        Some(weight) if weight <= Number::ZERO => "it must be above zero",
        Some(_) if !weighted => "the node above is not weighted",
        _ => return,
    };
    faults.push(Problem::BadWeight { what: what.to_owned() }.at(places.of(&criterion.code, "weight")));
}

fn check_roundings(tree: &Tree, places: &Places, faults: &mut Vec<Fault>) {
    if tree.head.rounding.is_some() {
        return;
    }
    for criterion in &tree.criteria {
        if criterion.row.rule.as_ref().is_some_and(Rule::leaves_finite_decimals) {
            let what = format!("the rule of `{}`", criterion.code);
            faults.push(Problem::RoundingRequired { what }.at(places.of(&criterion.code, "rule")));
        }
        if criterion.row.aggregate.is_some_and(Aggregate::leaves_finite_decimals) {
            let what = format!("the mean at `{}`", criterion.code);
            faults.push(Problem::RoundingRequired { what }.at(places.of(&criterion.code, "aggregate")));
        }
    }
    if tree.head.aggregate.leaves_finite_decimals() {
        let what = "the mean of the top rows".to_owned();
        faults.push(Problem::RoundingRequired { what }.at(places.of_head("aggregate")));
    }
}

fn check_bands(tree: &Tree, places: &Places, faults: &mut Vec<Fault>) {
    let bands = &tree.head.bands;
    for (position, band) in bands.iter().enumerate() {
        if bands.iter().take(position).any(|other| other.name == band.name || other.from == band.from) {
            faults
                .push(Problem::RuleOverlaps { what: format!("the band `{}`", band.name) }.at(places.of_head("bands")));
        }
    }
}

/// Maxima of interior nodes: declared, or combined from the rows below.
fn derive_maxima(tree: &mut Tree) {
    for node in (0..=tree.criteria.len()).rev() {
        let declared = tree.declared(node);
        let max = declared.or_else(|| tree.combined_max(node));
        if let Some(branch) = tree.branches.get_mut(node) {
            branch.max = max;
        }
    }
}

fn check_maxima(tree: &Tree, places: &Places, faults: &mut Vec<Fault>) {
    let wrong = |node: usize| {
        let (declared, sum) = tree.declared(node).zip(tree.combined_max(node))?;
        (declared != sum).then_some((declared, sum))
    };
    let culprits: Vec<usize> =
        (0..=tree.criteria.len()).filter_map(|node| explained_below(tree, node, &wrong)).collect();
    for node in 0..=tree.criteria.len() {
        let Some((declared, sum)) = wrong(node) else { continue };
        // Where one row below is at odds with its own parts by the same amount,
        // the fault is that row's alone.
        if explained_below(tree, node, &wrong).is_some() {
            continue;
        }
        let parent = tree.code(node).cloned();
        let suspect = if culprits.contains(&node) {
            None
        } else {
            let found = suspect(tree, node, &declared.minus(&sum));
            found.filter(|_| tree.branch(node).aggregate == Aggregate::Sum)
        };
        let named = suspect.as_ref().map(|suspect| suspect.code.clone()).or_else(|| parent.clone());
        let place = named.map_or_else(|| places.of_head("max_points"), |code| places.of(&code, "max_points"));
        let problem = Problem::MaximaDoNotAddUp {
            parent,
            declared: declared.to_string(),
            sum: sum.to_string(),
            suspect: suspect.map(Box::new),
        };
        faults.push(problem.at(place));
    }
}

type Wrong<'a> = dyn Fn(usize) -> Option<(Exact, Exact)> + 'a;

/// The child that is wrong by just what the node is wrong by.
fn explained_below(tree: &Tree, node: usize, wrong: &Wrong<'_>) -> Option<usize> {
    let (declared, sum) = wrong(node)?;
    if tree.branch(node).aggregate != Aggregate::Sum {
        return None;
    }
    let lacking = declared.minus(&sum);
    tree.branch(node)
        .children
        .iter()
        .copied()
        .find(|child| wrong(*child).is_some_and(|(typed, parts)| parts.minus(&typed) == lacking))
}

/// The row that a slip of typing would explain: digits swapped, one digit
/// wrong, or the point moved.
fn suspect(tree: &Tree, node: usize, lacking: &Exact) -> Option<Suspect> {
    let rows = tree.branch(node).children.iter().filter_map(|child| {
        let criterion = tree.criterion_at(*child)?;
        let typed = criterion.row.max_points.filter(|_| criterion.row.outside.is_none())?;
        let places = typed.as_decimal().scale();
        let instead = Exact::from(typed).plus(lacking);
        if instead.is_negative() || instead.is_zero() || instead.finite_places(places).is_none() {
            return None;
        }
        let instead = instead.to_decimals(places, crate::RoundingMode::Down);
        let likeness = slip(&typed.to_string(), &instead)?;
        Some((likeness, Suspect { code: criterion.code.clone(), typed: typed.to_string(), instead }))
    });
    let mut rows: Vec<(u8, Suspect)> = rows.collect();
    rows.sort_by_key(|(likeness, _)| *likeness);
    match rows.as_slice() {
        [(best, _), (second, _), ..] if best == second => None,
        [(_, suspect), ..] => Some(suspect.clone()),
        [] => None,
    }
}

/// How likely `typed` is a slip for `instead`: 0 digits swapped, 1 point moved,
/// 2 one digit wrong; `None` if it is none of these.
fn slip(typed: &str, instead: &str) -> Option<u8> {
    let digits = |text: &str| -> Vec<u8> {
        let mut digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
        digits.sort_unstable();
        digits
    };
    let wrong = typed.bytes().zip(instead.bytes()).filter(|(a, b)| a != b).count();
    if typed.len() == instead.len() && wrong == 2 && digits(typed) == digits(instead) {
        return Some(0);
    }
    let bare = |text: &str| text.replace('.', "").trim_matches('0').to_owned();
    if bare(typed) == bare(instead) {
        return Some(1);
    }
    (typed.len() == instead.len() && wrong == 1).then_some(2)
}

impl Tree {
    /// The tree the codes describe, without maxima for interior nodes yet.
    fn grow(head: Head, rows: BTreeMap<Code, Row>) -> Self {
        let codes: Vec<Code> = rows.keys().cloned().collect();
        let root = Branch { aggregate: head.aggregate, ..Branch::default() };
        let mut branches = vec![root];
        for (position, (code, row)) in rows.iter().enumerate() {
            let mut above = code.parent();
            let mut parent = 0;
            while let Some(ancestor) = above {
                if let Ok(found) = codes.binary_search(&ancestor) {
                    parent = found.saturating_add(1);
                    break;
                }
                above = ancestor.parent();
            }
            branches.push(Branch {
                parent: Some(parent),
                aggregate: row.aggregate.unwrap_or_default(),
                weight: row.weight.map_or(Exact::ONE, Exact::from),
                ..Branch::default()
            });
            if let Some(branch) = branches.get_mut(parent) {
                branch.children.push(position.saturating_add(1));
            }
        }
        let code_of = |node: usize| node.checked_sub(1).and_then(|at| codes.get(at)).cloned();
        let criteria = rows.into_iter().zip(branches.iter().skip(1)).map(|((code, row), branch)| Criterion {
            children: branch.children.iter().copied().filter_map(code_of).collect(),
            parent: branch.parent.and_then(code_of),
            bases: row.bases(head.basis),
            absence: row.absence.or(head.absence),
            source: row.source.clone().or_else(|| head.source.clone()),
            max: None,
            code,
            row,
        });
        let criteria = criteria.collect();
        Self { head, criteria, branches }
    }

    /// The maximum a node's own row states.
    fn declared(&self, node: usize) -> Option<Exact> {
        let stated = self.criterion_at(node).map_or(self.head.max_points, |criterion| criterion.row.max_points);
        stated.map(Exact::from)
    }

    /// The maximum that the rows below make up, if all are known.
    fn combined_max(&self, node: usize) -> Option<Exact> {
        let branch = self.branch(node);
        let inside = branch.children.iter().copied().filter(|child| self.is_inside(*child));
        let maxima: Option<Vec<(&Exact, &Exact)>> = inside
            .map(|child| {
                let child = self.branch(child);
                child.max.as_ref().map(|max| (max, &child.weight))
            })
            .collect();
        branch.aggregate.combine(maxima?.into_iter())
    }
}
