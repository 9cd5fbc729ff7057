//! Which actions go with which.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Fault, Problem};
use crate::plan::action::Action;

/// What each action needs, directly or through others, and which exclude each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    /// For each action all that must be chosen with it.
    pub(super) needs: Vec<BTreeSet<usize>>,
    /// Pairs that cannot be chosen together, the earlier action first.
    pub(super) excludes: BTreeSet<(usize, usize)>,
}

/// Reads the ids that actions name, and tells which cannot be followed.
pub(super) fn links(actions: &[Action], ids: &[String]) -> (Links, Vec<Fault>) {
    let mut faults = Vec::new();
    // Where an id is listed twice, its first action is meant; the second is a fault of its own.
    let mut position_of = BTreeMap::<&str, usize>::new();
    for (position, id) in ids.iter().enumerate() {
        position_of.entry(id).or_insert(position);
    }
    let mut direct = vec![BTreeSet::new(); actions.len()];
    let mut excludes = BTreeSet::new();
    for (at, action) in actions.iter().enumerate() {
        let mut known = |named: &String| {
            let found = position_of.get(named.trim()).copied();
            if found.is_none() {
                faults.push(action.fault(at, Problem::UnknownAction { named: named.clone() }));
            }
            found
        };
        direct[at] = action.needs.iter().filter_map(&mut known).collect();
        let others: Vec<usize> = action.excludes.iter().filter_map(&mut known).collect();
        for other in others {
            if other == at {
                let why = "it excludes itself".to_owned();
                faults.push(action.fault(at, Problem::Contradiction { action: ids[at].clone(), why }));
            } else {
                excludes.insert((at.min(other), at.max(other)));
            }
        }
    }
    let needs: Vec<BTreeSet<usize>> = (0..actions.len()).map(|at| reached(&direct, at)).collect();
    let mut in_circle = BTreeSet::new();
    for at in 0..actions.len() {
        if needs[at].contains(&at) && !in_circle.contains(&at) {
            let members: Vec<usize> = needs[at].iter().copied().filter(|other| needs[*other].contains(&at)).collect();
            let named: Vec<String> = members.iter().map(|member| format!("`{}`", ids[*member])).collect();
            faults.push(actions[at].fault(at, Problem::NeedsCircle { circle: named.join(", ") }));
            in_circle.extend(members);
        }
        let with_itself = |other: &usize| *other == at || needs[at].contains(other);
        let torn = excludes.iter().find(|(one, other)| with_itself(one) && with_itself(other));
        if let Some((one, other)) = torn {
            let why = if *one == at || *other == at {
                let other = if *one == at { other } else { one };
                format!("it needs `{}`, and the two exclude each other", ids[*other])
            } else {
                format!("it needs `{}` and `{}`, which exclude each other", ids[*one], ids[*other])
            };
            faults.push(actions[at].fault(at, Problem::Contradiction { action: ids[at].clone(), why }));
        }
    }
    (Links { needs, excludes }, faults)
}

/// Every action that one needs, directly or through others.
fn reached(direct: &[BTreeSet<usize>], from: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<usize> = direct[from].iter().copied().collect();
    while let Some(at) = open.pop() {
        if reached.insert(at) {
            open.extend(&direct[at]);
        }
    }
    reached
}
