//! Actions as they are handed in.

use std::collections::{BTreeMap, BTreeSet};

use parindex::{Number, Place, Stated};

use crate::error::{Fault, Problem};

/// Something a unit may do for one leaf, what it costs and how surely it succeeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its id; its code where no other action has it, else its row (`#2` where an action
    /// is called 2), if not said.
    pub id: Option<String>,
    /// The code of the leaf.
    pub code: String,
    /// What the unit states at the leaf if it succeeds, as evidence.
    pub target: Stated,
    /// What it costs, 0 or more, in the unit of the budget.
    pub cost: Number,
    /// The probability that it succeeds, 0 to 1.
    pub chance: Number,
    /// Who answers for it.
    pub agency: Option<String>,
    /// Ids of actions that must be chosen with it.
    pub needs: Vec<String>,
    /// Ids of actions that cannot be chosen with it.
    pub excludes: Vec<String>,
    /// Its row in the table it came from, counted from 1; 0 for its place in the list.
    pub row: usize,
}

impl Action {
    /// An action that surely succeeds and depends on no other.
    #[must_use]
    pub fn new(code: impl Into<String>, target: Stated, cost: Number) -> Self {
        Self {
            id: None,
            code: code.into(),
            target,
            cost,
            chance: 1_u8.into(),
            agency: None,
            needs: Vec::new(),
            excludes: Vec::new(),
            row: 0,
        }
    }

    /// The row that faults name; `position` is its place in the list.
    fn line(&self, position: usize) -> usize {
        if self.row == 0 { position.saturating_add(1) } else { self.row }
    }

    pub(super) fn fault(&self, position: usize, problem: Problem) -> Fault {
        let place = Place::row(self.line(position));
        Fault { problem, place: if self.code.is_empty() { place } else { place.of(&self.code) } }
    }
}

/// The id of each action.
pub(super) fn ids<'a>(actions: &'a [Action]) -> Vec<String> {
    let mut codes = BTreeMap::<&str, usize>::new();
    for action in actions {
        *codes.entry(action.code.trim()).or_default() += 1;
    }
    let name = |action: &'a Action| match &action.id {
        Some(id) => Some(id.trim()),
        None => Some(action.code.trim()).filter(|code| !code.is_empty() && codes.get(code) == Some(&1)),
    };
    let names: BTreeSet<&str> = actions.iter().filter_map(name).collect();
    let id = |(position, action): (usize, &'a Action)| {
        let row = || action.line(position).to_string();
        // Where leaves have codes such as 2, row 2 must not be taken for one of them.
        let told = |row: String| if names.contains(row.as_str()) { format!("#{row}") } else { row };
        name(action).map_or_else(|| told(row()), str::to_owned)
    };
    actions.iter().enumerate().map(id).collect()
}

/// What is wrong with single actions, apart from their targets.
pub(super) fn check(actions: &[Action], ids: &[String]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut seen = BTreeMap::<&str, usize>::new();
    for (position, (action, id)) in actions.iter().zip(ids).enumerate() {
        let mut fault = |problem| faults.push(action.fault(position, problem));
        if let Some(first) = seen.get(id.as_str()) {
            fault(Problem::DuplicateAction { action: id.clone(), first: *first });
        } else {
            seen.insert(id, action.line(position));
        }
        if action.cost.is_negative() {
            fault(Problem::out_of_range("the cost", action.cost, "0 or more"));
        }
        if action.chance.is_negative() || action.chance > 1_u8.into() {
            fault(Problem::out_of_range("the chance", action.chance, "0 to 1"));
        }
    }
    faults
}
