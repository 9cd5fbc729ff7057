//! A framework and beliefs about units, ready to be drawn from.

use std::collections::{BTreeMap, BTreeSet};

use parindex::{Code, Criterion, Framework, Place, Stage, Stop, Units, composed};

use crate::error::{Error, Fault, Problem};
use crate::simulation::belief::BeliefRow;
use crate::simulation::compare::Comparing;
use crate::simulation::leaf::{Leaf, Reader, Yield};
use crate::simulation::tree::{Linear, Sum, Tree};

/// Most units × leaves; some 2 GB of memory.
const MAX_LEAVES: usize = 10_000_000;

/// What draws are made from: for each leaf and unit what is believed, and how
/// points become an index.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) framework: Framework,
    pub(crate) tree: Tree,
    /// Ids, sorted.
    pub(crate) units: Vec<String>,
    pub(crate) names: Vec<String>,
    /// The codes of the leaves, in human order.
    pub(crate) codes: Vec<Code>,
    /// Leaf after leaf, all units.
    pub(crate) leaves: Vec<Leaf>,
    /// The rules that compare units, leaf by leaf.
    pub(crate) comparing: Vec<Option<Comparing>>,
    /// The units of each level: those that are compared.
    pub(crate) levels: Vec<Vec<usize>>,
    /// How each unit's index follows where that is linear; `None` where leaves are
    /// handed up the tree draw by draw.
    pub(crate) linear: Vec<Option<Linear>>,
}

/// A belief as it is read, and where and when it was stated.
struct Known {
    leaf: Leaf,
    line: usize,
    stage: Stage,
}

impl Compiled {
    /// # Errors
    /// Every fault of the rows, each with its place.
    pub(crate) fn new(framework: &Framework, rows: &[BeliefRow], units: Option<&Units>) -> Result<Self, Error> {
        Error::check(framework.check().into_iter().map(evidence))?;
        let criteria: Vec<&Criterion> = framework.criteria().filter(|criterion| criterion.is_leaf()).collect();
        if framework.max_points().is_none() {
            let open = framework.criteria().find(|criterion| criterion.max_points().is_none());
            let what = "the maximum of the whole is not known".to_owned();
            let fault = Fault { problem: Problem::IncompleteRow { what }, place: Place::default() };
            let place = open.map(|criterion| Place::criterion(criterion.code()));
            return Err(Fault { place: place.unwrap_or_default(), ..fault }.into());
        }
        let mut faults = Vec::new();
        let readers: Vec<Reader<'_>> = criteria.iter().map(|criterion| Reader::new(framework, criterion)).collect();
        let (ids, mut known) = read(framework, &readers, rows, units, &mut faults);
        if criteria.len().saturating_mul(ids.len()) > MAX_LEAVES {
            let what = format!("the simulation, {} units × {} criteria,", ids.len(), criteria.len());
            return Err(Problem::TooLarge { what, limit: format!("{MAX_LEAVES} beliefs") }.into());
        }
        let mut leaves = Vec::with_capacity(criteria.len() * ids.len());
        for (leaf, reader) in readers.iter().enumerate() {
            for (unit, id) in ids.iter().enumerate() {
                Stop::point();
                let known = known.remove(&(unit, leaf)).map(|known| known.leaf);
                leaves.push(known.unwrap_or_else(|| {
                    let place = Place::default().unit(id.as_str()).of(criteria[leaf].code());
                    read_at(&place, reader.missing(), &mut faults)
                }));
            }
        }
        let tree = Tree::new(framework);
        let mut linear = Vec::with_capacity(ids.len());
        for (unit, id) in ids.iter().enumerate() {
            let left: Vec<Option<bool>> = leaves.iter().skip(unit).step_by(ids.len()).map(Leaf::leaves).collect();
            if !left.is_empty() && left.iter().all(|left| *left == Some(true)) {
                let what = "every row has left the maximum: there is no index".to_owned();
                let place = Place::default().unit(id.as_str());
                faults.push(Fault { problem: Problem::IncompleteRow { what }, place });
            }
            let left: Option<Vec<bool>> = left.into_iter().collect();
            linear.push(left.and_then(|left| tree.linear(&left)));
        }
        if ids.is_empty() && faults.is_empty() {
            let what = "no unit has a belief".to_owned();
            faults.push(Problem::IncompleteRow { what }.into());
        }
        faults.sort_by_key(|fault| fault.place.line.unwrap_or(usize::MAX));
        Error::check(faults)?;
        let comparing = criteria.iter().map(|criterion| Comparing::new(framework, criterion)).collect();
        Ok(Self {
            framework: framework.clone(),
            names: ids.iter().map(|id| units.and_then(|units| units.name(id)).unwrap_or(id).to_owned()).collect(),
            codes: criteria.iter().map(|criterion| criterion.code().clone()).collect(),
            levels: levels(&ids, units),
            units: ids,
            tree,
            leaves,
            comparing,
            linear,
        })
    }

    /// The belief about a leaf of a unit.
    pub(crate) fn leaf(&self, leaf: usize, unit: usize) -> &Leaf {
        &self.leaves[leaf * self.units.len() + unit]
    }

    /// Puts points in place of values that are compared between the units of a
    /// level, in one draw; `earned` holds them where `place` says, and gets `refused` where
    /// the framework refuses to score a value. Whether it did is returned.
    pub(crate) fn compare(
        &self,
        leaf: usize,
        earned: &mut [Yield],
        place: impl Fn(usize) -> usize,
        (refused, sorted): (Yield, &mut Vec<f64>),
    ) -> bool {
        let Some(comparing) = &self.comparing[leaf] else { return false };
        let mut has_refused = false;
        for level in &self.levels {
            sorted.clear();
            sorted.extend(level.iter().filter_map(|unit| match earned[place(*unit)] {
                Yield::Compared(value) => Some(value),
                _ => None,
            }));
            sorted.sort_unstable_by(f64::total_cmp);
            for unit in level {
                let earned = &mut earned[place(*unit)];
                if let Yield::Compared(value) = *earned {
                    let points = comparing.earned(value, sorted);
                    has_refused |= points.is_none();
                    *earned = points.unwrap_or(refused);
                }
            }
        }
        has_refused
    }

    /// The index in percent that leaves earn, snapped; `None` where every row has left.
    pub(crate) fn index(&self, leaves: &[Yield], factors: &[f64], sums: &mut Vec<Sum>) -> Option<f64> {
        self.tree.index(leaves, factors, sums).map(snapped)
    }

    /// Whether there may be draws that give a unit no score, or refuse it points.
    pub(crate) fn may_fail(&self) -> bool {
        let units = self.units.len();
        let may_leave = |unit: usize| {
            let mut own = self.leaves.iter().skip(unit).step_by(units);
            self.linear[unit].is_none() && own.any(|leaf| leaf.leaves() != Some(false))
        };
        self.comparing.iter().flatten().any(Comparing::may_refuse) || (0..units).any(may_leave)
    }
}

/// Indices are told apart to 10⁻⁹: equal rationals are equal machine numbers then,
/// however they were added up.
pub(crate) fn snapped(index: f64) -> f64 {
    const STEPS: f64 = 1e9;
    (index * STEPS + 0.5).floor() / STEPS
}

/// The units that beliefs speak of, sorted, and what is believed of each unit and leaf.
fn read(
    framework: &Framework,
    readers: &[Reader<'_>],
    rows: &[BeliefRow],
    units: Option<&Units>,
    faults: &mut Vec<Fault>,
) -> (Vec<String>, BTreeMap<(usize, usize), Known>) {
    let ids: BTreeSet<String> = rows.iter().map(|row| composed(&row.unit).into_owned()).collect();
    let ids: Vec<String> = ids.into_iter().filter(|id| !id.is_empty()).collect();
    let mut known: BTreeMap<(usize, usize), Known> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        Stop::point();
        let line = if row.line == 0 { place + 1 } else { row.line };
        let id = composed(&row.unit).into_owned();
        let place = Place::row(line).of(&row.code);
        let place = if id.is_empty() { place } else { place.unit(id.as_str()) };
        let mut fault = |problem: parindex::Problem| faults.push(evidence(problem.at(place.clone())));
        if id.is_empty() {
            fault(parindex::Problem::IncompleteRow { what: "the row names no unit".to_owned() });
        } else if units.is_some_and(|units| units.get(&id).is_none()) {
            fault(parindex::Problem::UnknownUnit { unit: id.clone() });
        }
        let leaf = match leaf_of(framework, readers, &row.code) {
            Ok(leaf) => leaf,
            Err(problem) => {
                fault(problem);
                continue;
            }
        };
        let own = Known { leaf: read_at(&place, readers[leaf].read(&row.belief), faults), line, stage: row.stage };
        let Ok(unit) = ids.binary_search(&id) else { continue };
        match known.get(&(unit, leaf)) {
            Some(other) if other.stage == row.stage => {
                let (stage, first) = (row.stage.name().to_owned(), other.line);
                faults.push(evidence(parindex::Problem::DuplicateEvidence { stage, first }.at(place)));
            }
            Some(other) if other.stage > row.stage => {}
            _ => {
                known.insert((unit, leaf), own);
            }
        }
    }
    (ids, known)
}

/// The number of the leaf that a code names.
fn leaf_of(framework: &Framework, readers: &[Reader<'_>], code: &str) -> Result<usize, parindex::Problem> {
    let code: Code = code.parse()?;
    readers.iter().position(|reader| *reader.criterion.code() == code).ok_or_else(|| {
        if framework.criteria().any(|criterion| *criterion.code() == code) {
            parindex::Problem::NotALeaf { code: code.clone(), what: "beliefs belong to a leaf".to_owned() }
        } else {
            parindex::Problem::UnknownCriterion { code: code.to_string() }
        }
    })
}

/// The leaf that was read, or what is wrong with it, placed.
fn read_at(place: &Place, read: Result<Leaf, Vec<Problem>>, faults: &mut Vec<Fault>) -> Leaf {
    read.unwrap_or_else(|problems| {
        faults.extend(problems.into_iter().map(|problem| Fault { problem, place: place.clone() }));
        Leaf::Fixed(Yield::Points(0.0))
    })
}

/// The units of each level.
fn levels(ids: &[String], units: Option<&Units>) -> Vec<Vec<usize>> {
    let mut levels: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (unit, id) in ids.iter().enumerate() {
        let level = units.and_then(|units| units.get(id)).and_then(|row| row.level.as_deref());
        levels.entry(level).or_default().push(unit);
    }
    levels.into_values().collect()
}

fn evidence(fault: parindex::Fault) -> Fault {
    Fault { problem: Problem::Evidence(fault.problem), place: fault.place }
}
