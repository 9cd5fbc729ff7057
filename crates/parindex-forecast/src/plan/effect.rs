//! What an action does to the points of a leaf and of the whole, by the real rules.

use std::collections::{BTreeMap, BTreeSet};

use parindex::{Aggregate, Code, Exact, Place, Scorecard, Stated};

use crate::error::{Error, Fault, Problem};
use crate::plan::action::Action;
use crate::watch::{Watch, goes_on};

/// Most actions on one leaf: each set of them is looked at.
const MAX_ON_LEAF: usize = 8;

/// An action that has succeeded alone.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    pub(super) code: Code,
    pub(super) target: Stated,
    /// Points of the leaf now and then.
    pub(super) before: Exact,
    pub(super) after: Exact,
    /// Points of the whole that it adds; what is had already is kept.
    pub(super) worth: Exact,
}

/// The effect of each action, and what is wrong with targets. Without faults
/// there is one effect for each action.
pub(super) fn effects(
    card: &Scorecard,
    actions: &[Action],
    watch: Watch<'_>,
) -> Result<(Vec<Effect>, Vec<Fault>), Error> {
    let mut faults = Vec::new();
    let mut effects = Vec::new();
    for (position, action) in actions.iter().enumerate() {
        goes_on(watch, position, actions.len())?;
        match effect(card, action) {
            Ok(effect) => effects.push(effect),
            Err(problems) => faults.extend(problems.into_iter().map(|problem| action.fault(position, problem))),
        }
    }
    let mut on_leaf = BTreeMap::<&Code, usize>::new();
    for effect in &effects {
        *on_leaf.entry(&effect.code).or_default() += 1;
    }
    faults.extend(on_leaf.iter().filter(|(_, count)| **count > MAX_ON_LEAF).map(|(code, _)| {
        let what = format!("the list of actions on `{code}`");
        let problem = Problem::TooLarge { what, limit: format!("{MAX_ON_LEAF} actions on one leaf") };
        Fault { problem, place: Place::criterion(code) }
    }));
    let acting = effects.iter().filter(|effect| effect.after > effect.before).map(|effect| &effect.code);
    faults.extend(apart(card, &acting.collect()));
    Ok((effects, faults))
}

fn told(error: parindex::Error) -> Vec<Problem> {
    error.into_faults().map(|fault| Problem::Evidence(fault.problem)).collect()
}

/// What is wrong with the code of an action whose target is not known.
pub(super) fn bad_code(card: &Scorecard, action: &Action) -> Vec<Problem> {
    if action.code.is_empty() { Vec::new() } else { card.line(&action.code).map_err(told).err().unwrap_or_default() }
}

fn effect(card: &Scorecard, action: &Action) -> Result<Effect, Vec<Problem>> {
    if action.target == Stated::Gap {
        let lacks = Problem::IncompleteRow { what: "the action has no target".to_owned() };
        return Err(std::iter::once(lacks).chain(bad_code(card, action)).collect());
    }
    let then = card.with([(action.code.as_str(), action.target.clone())]).map_err(told)?;
    if card.max_points() != then.max_points() {
        let max = |card: &Scorecard| card.max_points().map_or_else(|| "open".to_owned(), ToString::to_string);
        let what = format!(
            "the target changes the maximum of the whole from {} to {}, as what does not apply leaves it",
            max(card),
            max(&then)
        );
        return Err(vec![Problem::NotAdditive { what }]);
    }
    let (line, line_then) = (card.line(&action.code).map_err(told)?, then.line(&action.code).map_err(told)?);
    // What is had already is kept.
    let worth = then.exact_points().minus(&card.exact_points()).max(Exact::ZERO);
    let (before, after) = (line.points(), line.points().max(line_then.points()));
    Ok(Effect { code: line.code().clone(), target: action.target.clone(), before, after, worth })
}

/// Rows that combine two or more of these leaves in a way that is no sum: there
/// what one leaf adds depends on the other.
fn apart(card: &Scorecard, leaves: &BTreeSet<&Code>) -> Vec<Fault> {
    let framework = card.framework();
    let mut below = BTreeMap::<Option<Code>, BTreeSet<&Code>>::new();
    for leaf in leaves {
        let mut at = framework.criterion(&leaf.to_string()).ok();
        // Bonus and penalty rows are added to what their siblings combine to.
        let mut outside = at.is_some_and(|leaf| leaf.outside().is_some());
        while let Some(criterion) = at {
            let parent = criterion.parent();
            if !outside {
                below.entry(parent.cloned()).or_default().insert(leaf);
            }
            outside = false;
            at = parent.and_then(|parent| framework.criterion(&parent.to_string()).ok());
        }
    }
    let aggregate = |node: &Option<Code>| match node {
        None => framework.aggregate(),
        Some(code) => framework.criterion(&code.to_string()).map(parindex::Criterion::aggregate).unwrap_or_default(),
    };
    let sums = |aggregate| {
        matches!(aggregate, Aggregate::Sum | Aggregate::WeightedSum | Aggregate::WeightedMean | Aggregate::Mean)
    };
    let torn = below.iter().filter(|(node, leaves)| leaves.len() > 1 && !sums(aggregate(node)));
    torn.map(|(node, leaves)| {
        let named: Vec<String> = leaves.iter().map(|leaf| format!("`{leaf}`")).collect();
        let way = aggregate(node).name();
        let what = format!("{} lie below a {way}, where each is worth what the others make of it", named.join(", "));
        let place = node.as_ref().map_or_else(Place::default, Place::criterion);
        Fault { problem: Problem::NotAdditive { what }, place }
    })
    .collect()
}
