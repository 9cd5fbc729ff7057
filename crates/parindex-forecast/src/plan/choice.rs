//! What can be chosen, what it costs and what it brings.

use std::collections::BTreeMap;

use parindex::{Code, Exact, Number, RoundingMode};

use crate::plan::action::Action;
use crate::plan::effect::Effect;
use crate::plan::links::Links;

/// Which actions are chosen.
pub(super) type Chosen = Vec<bool>;

/// An amount of money in steps of 10⁻¹⁵, the finest a number has: costs add up exactly.
pub(super) type Amount = i128;

/// A number as an amount.
pub(super) fn scaled(number: Number) -> Amount {
    // A number is below 10¹⁸, so that the amount fits.
    Exact::from(number).scaled(Number::MAX_PLACES, RoundingMode::HalfUp).unwrap_or(Amount::MAX)
}

/// An amount as a number.
pub(super) fn unscaled(amount: Amount) -> Exact {
    Exact::decimal(amount, Number::MAX_PLACES)
}

/// The actions that are chosen, by their places.
pub(super) fn taken(chosen: &Chosen) -> impl Iterator<Item = usize> {
    chosen.iter().enumerate().filter(|(_, chosen)| **chosen).map(|(at, _)| at)
}

/// What can be chosen.
#[derive(Debug)]
pub(super) struct Choice {
    worth: Vec<Exact>,
    chance: Vec<Exact>,
    cost: Vec<Amount>,
    /// The actions on each leaf, those worth most first.
    leaves: Vec<Vec<usize>>,
    pub(super) links: Links,
    /// Whether another action needs this one.
    needed: Vec<bool>,
}

/// Some actions on one leaf, chosen together.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) leaf: usize,
    pub(super) actions: Vec<usize>,
    pub(super) cost: Amount,
    /// Points of the whole on the average.
    pub(super) gain: Exact,
}

impl Choice {
    pub(super) fn new(actions: &[Action], effects: &[Effect], links: Links) -> Self {
        let mut on_leaf = BTreeMap::<&Code, Vec<usize>>::new();
        for (at, effect) in effects.iter().enumerate() {
            on_leaf.entry(&effect.code).or_default().push(at);
        }
        let mut leaves: Vec<Vec<usize>> = on_leaf.into_values().collect();
        for leaf in &mut leaves {
            leaf.sort_by(|one, other| effects[*other].worth.cmp(&effects[*one].worth));
        }
        let mut needed = vec![false; actions.len()];
        for at in links.needs.iter().flatten() {
            needed[*at] = true;
        }
        Self {
            worth: effects.iter().map(|effect| effect.worth.clone()).collect(),
            chance: actions.iter().map(|action| Exact::from(action.chance)).collect(),
            cost: actions.iter().map(|action| scaled(action.cost)).collect(),
            leaves,
            links,
            needed,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.cost.len()
    }

    pub(super) fn leaves(&self) -> usize {
        self.leaves.len()
    }

    pub(super) fn nothing(&self) -> Chosen {
        vec![false; self.len()]
    }

    pub(super) fn cost(&self, chosen: &Chosen) -> Amount {
        taken(chosen).map(|at| self.cost[at]).sum()
    }

    /// Points of the whole on the average.
    pub(super) fn gain(&self, chosen: &Chosen) -> Exact {
        let all = (0..self.leaves.len()).flat_map(|leaf| self.outcomes(leaf, |at| chosen[at]));
        all.fold(Exact::ZERO, |sum, (worth, chance)| sum.plus(&worth.times(&chance)))
    }

    /// Whether what is chosen has all it needs and excludes nothing of it.
    pub(super) fn fits(&self, chosen: &Chosen) -> bool {
        taken(chosen).all(|at| self.links.needs[at].iter().all(|need| chosen[*need]))
            && self.links.excludes.iter().all(|(one, other)| !(chosen[*one] && chosen[*other]))
    }

    /// What a leaf may add, each with its probability: the best that succeeds
    /// counts. With what is left it adds nothing.
    pub(super) fn outcomes(&self, leaf: usize, chosen: impl Fn(usize) -> bool) -> Vec<(Exact, Exact)> {
        let mut failed = Exact::ONE;
        let mut outcomes = Vec::new();
        for at in self.leaves[leaf].iter().copied().filter(|at| chosen(*at)) {
            if self.worth[at] > Exact::ZERO {
                outcomes.push((self.worth[at].clone(), failed.times(&self.chance[at])));
                failed = failed.times(&Exact::ONE.minus(&self.chance[at]));
            }
        }
        outcomes
    }

    /// For each leaf the chosen action that is worth most, if it is worth anything.
    pub(super) fn best_on_leaves(&self, chosen: &Chosen) -> Vec<usize> {
        let best = |leaf: &Vec<usize>| leaf.iter().copied().find(|at| chosen[*at] && self.worth[*at] > Exact::ZERO);
        self.leaves.iter().filter_map(best).collect()
    }

    /// All sets of actions on one leaf that may be worth choosing within the
    /// budget: an action that adds nothing to the others is left out unless
    /// another needs it.
    pub(super) fn packages(&self, budget: Amount) -> Vec<Package> {
        let mut packages = Vec::new();
        for (leaf, actions) in self.leaves.iter().enumerate() {
            let affordable = |at: &usize| {
                let whole = self.cost[*at] + self.links.needs[*at].iter().map(|need| self.cost[*need]).sum::<Amount>();
                whole <= budget && (self.needed[*at] || self.worth[*at].times(&self.chance[*at]) > Exact::ZERO)
            };
            let actions: Vec<usize> = actions.iter().copied().filter(affordable).collect();
            for set in 1_u32..1 << actions.len() {
                let members = (0..actions.len()).filter(|place| set & 1 << place != 0).map(|place| actions[place]);
                packages.extend(self.package(leaf, members.collect(), budget));
            }
        }
        packages
    }

    fn package(&self, leaf: usize, actions: Vec<usize>, budget: Amount) -> Option<Package> {
        let here = &self.leaves[leaf];
        let is_torn =
            |at: &usize| self.links.needs[*at].iter().any(|need| here.contains(need) && !actions.contains(need));
        let excluded = |pair: &(usize, usize)| actions.contains(&pair.0) && actions.contains(&pair.1);
        let cost = actions.iter().map(|at| self.cost[*at]).sum();
        if cost > budget || actions.iter().any(is_torn) || self.links.excludes.iter().any(excluded) {
            return None;
        }
        let gain = |left_out: Option<usize>| {
            let outcomes = self.outcomes(leaf, |at| actions.contains(&at) && Some(at) != left_out);
            outcomes.iter().fold(Exact::ZERO, |sum, (worth, chance)| sum.plus(&worth.times(chance)))
        };
        let whole = gain(None);
        let idle = actions.iter().any(|at| !self.needed[*at] && gain(Some(*at)) == whole);
        (!idle).then_some(Package { leaf, actions, cost, gain: whole })
    }
}
