//! The best choice under a budget, as a mixed integer linear programme.
//!
//! A package, a set of actions on one leaf, is a binary variable, so that the
//! expected gain is linear whatever the successes. The solver works in floating
//! point; what it finds is checked exactly, and forbidden if it does not hold.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use good_lp::solvers::microlp::microlp;
use good_lp::{Expression, ProblemVariables, SolverModel, Variable, constraint, variable};
use microlp::{Error as SolverError, Problem, ResumeOptions, Solution, SolveOptions};
use parindex::{Exact, Stop};

use crate::number::{nearest, real};
use crate::plan::choice::{Amount, Choice, Chosen, Package};

/// Gains that differ by less, in points, are one point of the frontier: ten
/// times what the solver lets a constraint slip.
pub(super) const SAME_GAIN: f64 = 1e-6;
/// Most choices that are forbidden one by one before the solver is given up.
const MAX_FORBIDDEN: usize = 50;

/// How long the solver works before it is asked whether to go on: this, or a
/// fourth of what it has taken so far, so that what it repeats is little.
const TURN: Duration = Duration::from_millis(200);

/// A choice, with its cost and gain.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) chosen: Chosen,
    pub(super) cost: Amount,
    pub(super) gain: Exact,
    /// Whether the solver finished: nothing within this cost gains more.
    pub(super) proven: bool,
}

/// What the solver says.
pub(super) enum Answer {
    Found(Found),
    /// There is none.
    None,
    /// Time was up before there was any.
    Unknown,
}

/// What is asked.
#[derive(Clone, Copy)]
enum Goal {
    MostGain,
    /// At least this gain, at least cost.
    LeastCost(f64),
}

/// A solver for one set of actions and one budget.
pub(super) struct Solver<'a> {
    pub(super) choice: &'a Choice,
    pub(super) packages: Vec<Package>,
    pub(super) budget: Amount,
    deadline: Instant,
    whole: Duration,
}

impl<'a> Solver<'a> {
    pub(super) fn new(choice: &'a Choice, budget: Amount, deadline: Instant, whole: Duration) -> Self {
        Self { choice, packages: choice.packages(budget), budget, deadline, whole }
    }

    pub(super) fn out_of_time(&self) -> bool {
        Instant::now() >= self.deadline
    }

    pub(super) fn found(&self, chosen: Chosen, proven: bool) -> Found {
        Found { cost: self.choice.cost(&chosen), gain: self.choice.gain(&chosen), chosen, proven }
    }

    /// Most gain within `cap`, and of that the cheapest; `share` of the time
    /// that all may take at most.
    pub(super) fn most_gain(&self, cap: Amount, share: f64) -> Found {
        let nothing = || self.found(self.choice.nothing(), false);
        let mut best = match self.solve(Goal::MostGain, cap, share, |_| true) {
            Answer::Found(found) => found,
            Answer::None | Answer::Unknown => nothing(),
        };
        let goal = Goal::LeastCost(nearest(&best.gain) - SAME_GAIN / 10.0);
        if let Answer::Found(cheaper) = self.solve(goal, best.cost, share, |found| found.gain >= best.gain)
            && cheaper.cost <= best.cost
        {
            best = Found { proven: best.proven, ..cheaper };
        }
        best
    }

    /// The cheapest choice within `cap` that gains more than this.
    pub(super) fn cheapest_above(&self, gain: &Exact, cap: Amount, share: f64) -> Answer {
        self.solve(Goal::LeastCost(nearest(gain) + SAME_GAIN), cap, share, |found| found.gain > *gain)
    }

    /// Solves, and forbids what does not hold exactly until something does.
    fn solve(&self, goal: Goal, cap: Amount, share: f64, holds: impl Fn(&Found) -> bool) -> Answer {
        if self.packages.is_empty() {
            let nothing = self.found(self.choice.nothing(), true);
            return if matches!(goal, Goal::MostGain) { Answer::Found(nothing) } else { Answer::None };
        }
        let mut forbidden: Vec<Vec<bool>> = Vec::new();
        while forbidden.len() < MAX_FORBIDDEN {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let limit = self.whole.mul_f64(share).min(left);
            if limit.is_zero() {
                return Answer::Unknown;
            }
            let (taken, proven) = match self.ask(goal, cap, limit, &forbidden) {
                Ok(Some(answer)) => answer,
                Err(SolverError::Infeasible) => return Answer::None,
                Ok(None) | Err(_) => return Answer::Unknown,
            };
            let mut chosen = self.choice.nothing();
            for (package, _) in self.packages.iter().zip(&taken).filter(|(_, taken)| **taken) {
                for at in &package.actions {
                    chosen[*at] = true;
                }
            }
            let found = self.found(chosen, proven);
            if found.cost <= cap && self.choice.fits(&found.chosen) && holds(&found) {
                return Answer::Found(found);
            }
            forbidden.push(taken);
        }
        Answer::Unknown
    }

    /// The packages the solver switches, and whether it is sure; nothing if time is
    /// up before it has found any.
    fn ask(
        &self,
        goal: Goal,
        cap: Amount,
        limit: Duration,
        forbidden: &[Vec<bool>],
    ) -> Result<Option<(Vec<bool>, bool)>, SolverError> {
        let mut variables = ProblemVariables::new();
        let affordable = |package: &Package| package.cost <= cap;
        let binary = |package| variable().integer().bounds(0.0..=if affordable(package) { 1.0 } else { 0.0 });
        let switches: Vec<Variable> = self.packages.iter().map(|package| variables.add(binary(package))).collect();
        let gain: Expression = switches.iter().zip(&self.packages).map(|(switch, p)| *switch * nearest(&p.gain)).sum();
        // Costs are counted in budgets, where a tolerance means the same whatever the currency.
        let share = |package: &Package| {
            let share = Exact::fraction(package.cost, cap.max(1)).filter(|_| affordable(package));
            nearest(&share.unwrap_or_default())
        };
        let cost: Expression = switches.iter().zip(&self.packages).map(|(switch, p)| *switch * share(p)).sum();
        let mut model = match goal {
            Goal::MostGain => variables.maximise(gain.clone()).using(microlp),
            Goal::LeastCost(least) => variables.minimise(cost.clone()).using(microlp).with(constraint!(gain >= least)),
        };
        if self.packages.iter().any(|package| package.cost > 0 && affordable(package)) {
            model = model.with(constraint!(cost <= 1.0));
        }
        let mut leaves = BTreeMap::<usize, Expression>::new();
        let mut actions = vec![Expression::default(); self.choice.len()];
        for (switch, package) in switches.iter().zip(&self.packages) {
            *leaves.entry(package.leaf).or_default() += *switch;
            for at in &package.actions {
                actions[*at] += *switch;
            }
        }
        for leaf in leaves.into_values() {
            model = model.with(constraint!(leaf <= 1.0));
        }
        for (at, needs) in self.choice.links.needs.iter().enumerate() {
            for need in needs {
                model = model.with(constraint!(actions[at].clone() <= actions[*need].clone()));
            }
        }
        for (one, other) in &self.choice.links.excludes {
            model = model.with(constraint!(actions[*one].clone() + actions[*other].clone() <= 1.0));
        }
        for taken in forbidden {
            let count = taken.iter().filter(|taken| **taken).count();
            let signed = |(switch, taken): (&Variable, &bool)| *switch * if *taken { 1.0 } else { -1.0 };
            let met: Expression = switches.iter().zip(taken).map(signed).sum();
            model = model.with(constraint!(met <= real(count) - 1.0));
        }
        let answer = solved(model.as_inner(), limit)?;
        // The variables of the problem are the switches, in their order.
        Ok(answer.map(|(solution, proven)| (solution.iter().map(|(_, value)| value > 0.5).collect(), proven)))
    }
}

/// The best that the solver finds within `limit`, and whether it is proven to be; it works
/// in turns, between which it may be stopped.
fn solved(problem: &Problem, limit: Duration) -> Result<Option<(Solution, bool)>, SolverError> {
    let begun = Instant::now();
    let turn = || {
        let taken = begun.elapsed();
        Some((taken / 4).max(TURN).min(limit.saturating_sub(taken)))
    };
    let (mut first, mut next) = (SolveOptions::default(), ResumeOptions::default());
    first.time_limit = turn();
    let mut outcome = problem.solve_with(first)?;
    while !outcome.is_optimal() && begun.elapsed() < limit {
        Stop::point();
        next.time_limit = turn();
        outcome = outcome.resume_with(next.clone())?;
    }
    let proven = outcome.is_optimal();
    Ok(outcome.into_solution().ok().map(|solution| (solution, proven)))
}
