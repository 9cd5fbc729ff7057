//! The best chance of the first places.

use std::cmp::Ordering;

use crate::error::Error;
use crate::plan::aim::{Aimed, Steps, added};
use crate::plan::choice::{Amount, Chosen, taken};
use crate::plan::solver::{Found, Solver};
use crate::watch::{Watch, goes_on};

/// Up to as many choices all are tried.
const MAX_TRIED: usize = 1 << 14;
/// Probabilities that differ by less are equal, and the cheaper choice is better.
const SAME: f64 = 1e-12;

/// A choice and its chance.
struct Tried {
    chosen: Chosen,
    cost: Amount,
    chance: f64,
}

impl Tried {
    fn is_better(&self, other: &Self) -> bool {
        let same = (self.chance - other.chance).abs() < SAME;
        if same { self.cost < other.cost } else { self.chance > other.chance }
    }
}

/// The choice with the best chance, the cheapest of equals, and whether it is
/// proven that none is better.
///
/// # Errors
/// `stopped`.
pub(super) fn best(
    solver: &Solver<'_>,
    aimed: &Aimed,
    starts: &[Found],
    watch: Watch<'_>,
) -> Result<(Chosen, bool), Error> {
    let choice = solver.choice;
    let tried = |chosen: Chosen| Tried { cost: choice.cost(&chosen), chance: aimed.chance(choice, &chosen), chosen };
    let mut best = tried(choice.nothing());
    for start in starts {
        let start = tried(start.chosen.clone());
        if start.is_better(&best) {
            best = start;
        }
    }
    let mut on_leaf = vec![1_usize; choice.leaves()];
    for package in &solver.packages {
        on_leaf[package.leaf] += 1;
    }
    let few = on_leaf.iter().try_fold(1_usize, |all, here| all.checked_mul(*here).filter(|all| *all <= MAX_TRIED));
    match few {
        Some(all) => {
            let mut round = Round { solver, aimed, watch, all, done: 0, best };
            let proven = round.try_all(0, &mut choice.nothing(), 0, &vec![(0, 1.0)])?;
            Ok((round.best.chosen, proven))
        }
        None => Ok((exchanged(solver, aimed, best, watch)?.chosen, false)),
    }
}

/// A walk through all choices.
struct Round<'a> {
    solver: &'a Solver<'a>,
    aimed: &'a Aimed,
    watch: Watch<'a>,
    all: usize,
    done: usize,
    best: Tried,
}

impl Round<'_> {
    /// Tries all packages on the leaves from `leaf` on; false if time is up.
    fn try_all(&mut self, leaf: usize, chosen: &mut Chosen, cost: Amount, sums: &Steps) -> Result<bool, Error> {
        let solver = self.solver;
        if leaf == solver.choice.leaves() {
            self.done += 1;
            if self.done.is_multiple_of(64) {
                goes_on(self.watch, self.done, self.all)?;
                if solver.out_of_time() {
                    return Ok(false);
                }
            }
            if solver.choice.fits(chosen) {
                let tried = Tried { chosen: chosen.clone(), cost, chance: self.aimed.chance_of(sums) };
                if tried.is_better(&self.best) {
                    self.best = tried;
                }
            }
            return Ok(true);
        }
        if !self.try_all(leaf + 1, chosen, cost, sums)? {
            return Ok(false);
        }
        for package in solver.packages.iter().filter(|package| package.leaf == leaf) {
            if cost + package.cost > solver.budget {
                continue;
            }
            let steps = self.aimed.steps(solver.choice, leaf, |at| package.actions.contains(&at));
            package.actions.iter().for_each(|at| chosen[*at] = true);
            let goes_on = self.try_all(leaf + 1, chosen, cost + package.cost, &added(sums, &steps));
            package.actions.iter().for_each(|at| chosen[*at] = false);
            if !goes_on? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Adds an action, with what it needs, or puts it in the place of another, as
/// long as that makes the chance better.
fn exchanged(solver: &Solver<'_>, aimed: &Aimed, mut best: Tried, watch: Watch<'_>) -> Result<Tried, Error> {
    let choice = solver.choice;
    let mut round = 0;
    loop {
        let mut better: Option<Tried> = None;
        for enters in 0..choice.len() {
            goes_on(watch, round, round + 1)?;
            if solver.out_of_time() {
                return Ok(better.filter(|better| better.is_better(&best)).unwrap_or(best));
            }
            let leaves: Vec<usize> = taken(&best.chosen).collect();
            for leaves in std::iter::once(None).chain(leaves.into_iter().map(Some)) {
                let Some(chosen) = exchange(solver, &best.chosen, enters, leaves) else { continue };
                let tried = Tried { cost: choice.cost(&chosen), chance: aimed.chance(choice, &chosen), chosen };
                if tried.is_better(better.as_ref().unwrap_or(&best)) {
                    better = Some(tried);
                }
            }
        }
        match better {
            Some(better) => best = better,
            None => return Ok(best),
        }
        round += 1;
    }
}

/// What is chosen with one action more and another one, and all that needs it,
/// less; nothing if that cannot be.
fn exchange(solver: &Solver<'_>, chosen: &Chosen, enters: usize, leaves: Option<usize>) -> Option<Chosen> {
    let choice = solver.choice;
    let mut changed = chosen.clone();
    if let Some(gone) = leaves {
        for at in taken(chosen) {
            changed[at] = at != gone && !choice.links.needs[at].contains(&gone);
        }
    }
    changed[enters] = true;
    choice.links.needs[enters].iter().for_each(|need| changed[*need] = true);
    let sound =
        changed.cmp(chosen) != Ordering::Equal && choice.cost(&changed) <= solver.budget && choice.fits(&changed);
    sound.then_some(changed)
}
