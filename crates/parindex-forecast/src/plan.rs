//! Which actions buy most points, or the best chance of the first places, under a budget.
//!
//! Data goes one way: [`Action`]s → their effects by the real rules → what can be
//! chosen together → the best choice and the efficient frontier.

mod action;
mod aim;
mod choice;
mod effect;
mod frontier;
mod links;
mod search;
mod solver;

use std::time::{Duration, Instant};

use parindex::{Code, Exact, Language, Number, Scorecard};

pub use action::Action;
use aim::Aimed;
pub use aim::{Aim, Scores};
use choice::{Choice, Chosen};
use effect::Effect;
use links::Links;
use solver::Solver;

use crate::error::{Error, Problem};
use crate::number::nearest;
use crate::watch::Watch;

/// Most actions a plan may choose from.
const MAX_ACTIONS: usize = 1000;

/// What a plan is best at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// Expected points of the whole.
    #[default]
    Points,
    /// The probability of a place among the first.
    Top,
}

/// What is asked of a plan.
#[derive(Clone, Debug)]
pub struct PlanOptions<'a> {
    /// The most that chosen actions may cost together, in the unit of their costs.
    pub budget: Number,
    /// What the plan is best at.
    pub objective: Objective,
    /// The places aimed at, and the forecast of the others; needed for [`Objective::Top`].
    pub aim: Option<Aim<'a>>,
    /// How long the search may take, at most [`PlanOptions::MAX_TIME`]; what is then not
    /// proven is said to be so.
    pub time_limit: Duration,
}

impl PlanOptions<'_> {
    /// The longest time a search may take: a day.
    pub const MAX_TIME: Duration = Duration::from_hours(24);

    /// Most expected points under a budget, within half a minute.
    #[must_use]
    pub fn new(budget: Number) -> Self {
        Self { budget, objective: Objective::Points, aim: None, time_limit: Duration::from_secs(30) }
    }
}

/// An action, and what it does for the unit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedAction {
    /// Its id: the one given, else its code where no other action has it, else its row.
    pub id: String,
    /// The leaf it acts on.
    pub code: Code,
    /// Whether the plan takes it.
    pub chosen: bool,
    /// Points of the leaf now.
    pub points: Exact,
    /// Points of the leaf with the target reached; those of now where the target is worse.
    pub points_after: Exact,
    /// Points of the whole that success adds: not below zero, for what is had is kept.
    pub worth: Exact,
    /// Points of the whole it adds on the average if nothing else is done: chance times worth.
    pub gain: Exact,
    /// The points of the whole that the plan expects more with it than without it, all else the same;
    /// less than `gain` where others act on the leaf. Nothing if not chosen.
    pub adds: Option<Exact>,
    /// What it costs.
    pub cost: Number,
    /// The probability of success.
    pub chance: Number,
    /// Who answers for it: as given, else as on the card.
    pub agency: Option<String>,
    /// Ids of the actions that must be chosen with it.
    pub needs: Vec<String>,
    /// Ids of the actions that cannot be chosen with it.
    pub excludes: Vec<String>,
}

impl PlannedAction {
    /// Points that it adds on the average for each unit of money; `None` where it is free.
    #[must_use]
    pub fn gain_per_cost(&self) -> Option<f64> {
        let cost = nearest(&Exact::from(self.cost));
        (cost > 0.0).then(|| nearest(&self.gain) / cost)
    }

    /// Why it adds nothing, in words; `None` where it adds something.
    #[must_use]
    pub fn note(&self, language: Language) -> Option<&'static str> {
        if self.worth > Exact::ZERO {
            return None;
        }
        Some(match (language, self.points_after > self.points) {
            (Language::Vietnamese, false) => "Không thêm điểm: mục tiêu không hơn kết quả đang có",
            (Language::Vietnamese, true) => "Không thêm điểm cho toàn chỉ số: hàng khác quyết định",
            (_, false) => "Adds no points: the target is no better than what is had",
            (_, true) => "Adds no points to the whole: another row decides",
        })
    }
}

/// A choice that no cheaper one equals in expected points.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FrontierPoint {
    /// What it costs.
    pub cost: Exact,
    /// Points of the whole that it adds on the average.
    pub gain: Exact,
    /// The probability of a place among the first, where it was asked.
    pub p_top: Option<f64>,
    /// Ids of its actions, in the order given.
    pub actions: Vec<String>,
    /// Whether no choice within this cost is proven to gain more.
    pub proven: bool,
}

/// The actions to choose, what they cost and bring.
///
/// Each action, if it succeeds, replaces what the unit states at a leaf; the leaf
/// is scored anew by its own rule, and the whole by the tree, exactly. Successes
/// are independent. Of several actions on one leaf, the best that succeeds counts:
/// with worths w₁ ≥ w₂ ≥ … and chances p₁, p₂, …, the leaf adds
/// Σ wᵢ pᵢ (1 − p₁) … (1 − pᵢ₋₁) on the average. Leaves add up; where they do not,
/// below a geometric mean or a minimum with actions on several of its leaves, the
/// plan is refused.
///
/// ```
/// use parindex::{Evidence, EvidenceRow, Framework, Stated};
/// use parindex_forecast::{Action, Plan, PlanOptions, unwatched};
///
/// let framework = Framework::bundled("dvc-766/province")?;
/// let rows = [EvidenceRow::counts("H44", "2.1", 7, 10), EvidenceRow::counts("H44", "3.1", 1, 2)];
/// let card = framework.score(&Evidence::from_rows(rows)?)?.card("H44")?;
/// let counts = |numerator: u8, denominator: u8| Stated::Counts(numerator.into(), denominator.into());
/// let actions = [
///     Action { chance: "0.5".parse()?, ..Action::new("2.1", counts(9, 10), "30".parse()?) },
///     Action::new("3.1", counts(1, 2), "5".parse()?),
/// ];
/// let plan = Plan::new(&card, &actions, &PlanOptions::new("100".parse()?), &unwatched).unwrap();
/// // 20 points × (0.9 − 0.7), half of the time; what is had already earns nothing.
/// assert_eq!((plan.gain().to_string(), plan.cost().to_string()), ("2".to_owned(), "30".to_owned()));
/// assert!(plan.proven());
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    unit: String,
    actions: Vec<PlannedAction>,
    cost: Exact,
    gain: Exact,
    points: Exact,
    max_points: Option<Exact>,
    budget: Number,
    objective: Objective,
    top: Option<usize>,
    p_top: Option<(f64, f64)>,
    proven: bool,
    frontier: Vec<FrontierPoint>,
    complete: bool,
}

impl Plan {
    /// Chooses among `actions` for the unit of the card. `watch` hears of each
    /// stage in turn.
    ///
    /// The best expected points are found by branch and bound in floating point,
    /// so that gains that differ by less than a millionth of a point are taken for
    /// equal; what is chosen is then checked and added up exactly, and never costs more than the budget. The
    /// chance of the first places is found by trying every choice where these are
    /// few, and by exchanges from the frontier where they are many.
    ///
    /// # Errors
    /// All at once, each with its row: `duplicate-action`, `unknown-action`,
    /// `needs-circle`, `contradiction`, `out-of-range` for a cost or budget below
    /// zero and a chance outside 0 to 1, `incomplete-row` without a target,
    /// `not-additive`, and what the rule of a leaf says of a target. `no-forecast`,
    /// `forecast-does-not-fit`, `unknown-unit` for the aim; `too-large` above 1,000
    /// actions, or 8 on one leaf; `stopped`.
    pub fn new(
        card: &Scorecard,
        actions: &[Action],
        options: &PlanOptions<'_>,
        watch: Watch<'_>,
    ) -> Result<Self, Error> {
        let checked = Checked::new(card, actions, &[], options.budget, watch);
        let aimed = match &options.aim {
            None if options.objective == Objective::Top => Err(Problem::NoForecast.into()),
            None => Ok(None),
            Some(aim) => Aimed::new(card, aim, watch).map(Some),
        };
        let (Checked { ids, links, effects }, aimed) = both(checked, aimed)?;
        let choice = Choice::new(actions, &effects, links);
        let time = options.time_limit.min(PlanOptions::MAX_TIME);
        let solver = Solver::new(&choice, choice::scaled(options.budget), Instant::now() + time, time);
        let mut frontier = frontier::frontier(&solver, watch)?;
        let best = frontier.points.last().cloned();
        let (chosen, proven) = match (options.objective, &aimed) {
            (Objective::Top, Some(aimed)) => search::best(&solver, aimed, &frontier.points, watch)?,
            _ => best.map_or_else(|| (choice.nothing(), false), |best| (best.chosen, best.proven)),
        };
        let actions: Vec<PlannedAction> = planned(card, actions, &ids, &effects, &choice, &chosen);
        verify(card, &choice, &chosen, &effects)?;
        let p_top =
            aimed.as_ref().map(|aimed| (aimed.chance(&choice, &choice.nothing()), aimed.chance(&choice, &chosen)));
        let names = |chosen: &Chosen| choice::taken(chosen).map(|at| ids[at].clone()).collect();
        let points = frontier.points.drain(..).map(|found| FrontierPoint {
            cost: choice::unscaled(found.cost),
            gain: found.gain,
            p_top: aimed.as_ref().map(|aimed| aimed.chance(&choice, &found.chosen)),
            actions: names(&found.chosen),
            proven: found.proven,
        });
        Ok(Self {
            unit: card.unit().to_owned(),
            cost: choice::unscaled(choice.cost(&chosen)),
            gain: choice.gain(&chosen),
            points: card.exact_points(),
            max_points: card.max_points().cloned(),
            budget: options.budget,
            objective: options.objective,
            top: options.aim.as_ref().map(|aim| aim.top),
            p_top,
            proven,
            frontier: points.collect(),
            complete: frontier.complete,
            actions,
        })
    }

    /// Tells what is wrong with actions and a budget, without choosing: for a table of
    /// which some rows could not be read. Of the `unread` ones the target is not known,
    /// nor the code where it is empty; all else is looked at.
    ///
    /// # Errors
    /// As [`Plan::new`], but for those of the aim.
    pub fn check(
        card: &Scorecard,
        actions: &[Action],
        unread: &[Action],
        budget: Number,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        Checked::new(card, actions, unread, budget, watch).map(drop)
    }

    /// The unit's id.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// All actions in the order given, chosen or not.
    #[must_use]
    pub fn actions(&self) -> &[PlannedAction] {
        &self.actions
    }

    /// What the chosen actions cost together: never above the budget.
    #[must_use]
    pub fn cost(&self) -> &Exact {
        &self.cost
    }

    /// Points of the whole that they add on the average, exact.
    #[must_use]
    pub fn gain(&self) -> &Exact {
        &self.gain
    }

    /// Points now, before any rounding at the end.
    #[must_use]
    pub fn points(&self) -> &Exact {
        &self.points
    }

    /// Points now and what the plan adds on the average.
    #[must_use]
    pub fn expected_points(&self) -> Exact {
        self.points.plus(&self.gain)
    }

    /// The index now: points over maximum in percent, exact; `None` while the maximum is open.
    #[must_use]
    pub fn index(&self) -> Option<Exact> {
        self.percent(&self.points)
    }

    /// The index on the average with the plan, exact.
    #[must_use]
    pub fn expected_index(&self) -> Option<Exact> {
        self.percent(&self.expected_points())
    }

    fn percent(&self, points: &Exact) -> Option<Exact> {
        points.times(&Exact::whole(100)).over(self.max_points.as_ref()?)
    }

    /// The most that chosen actions may cost together, in the unit of costs.
    #[must_use]
    pub fn budget(&self) -> Number {
        self.budget
    }

    /// What the plan is best at.
    #[must_use]
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// The places aimed at, where a forecast was given.
    #[must_use]
    pub fn top(&self) -> Option<usize> {
        self.top
    }

    /// The probability of a place among the first, now and with the plan, where a
    /// forecast was given. A tie at the last of these places counts as in.
    #[must_use]
    pub fn p_top(&self) -> Option<(f64, f64)> {
        self.p_top
    }

    /// Whether no choice within the budget is better, up to the precision said at [`Plan::new`].
    #[must_use]
    pub fn proven(&self) -> bool {
        self.proven
    }

    /// The efficient frontier: choices that no cheaper one equals in expected points,
    /// the cheapest first, at most 50, the last of them with most points.
    #[must_use]
    pub fn frontier(&self) -> &[FrontierPoint] {
        &self.frontier
    }

    /// Whether the frontier has all such choices, and not only some of them.
    #[must_use]
    pub fn frontier_complete(&self) -> bool {
        self.complete
    }
}

/// Actions that can be chosen from: their ids, what goes with what, and what each does.
struct Checked {
    ids: Vec<String>,
    links: Links,
    effects: Vec<Effect>,
}

impl Checked {
    fn new(
        card: &Scorecard,
        actions: &[Action],
        unread: &[Action],
        budget: Number,
        watch: Watch<'_>,
    ) -> Result<Self, Error> {
        if actions.len().saturating_add(unread.len()) > MAX_ACTIONS {
            let what = "the list of actions".to_owned();
            return Err(Problem::TooLarge { what, limit: format!("{MAX_ACTIONS} actions") }.into());
        }
        let mut faults = Vec::new();
        if budget.is_negative() {
            faults.push(Problem::out_of_range("the budget", budget, "0 or more").into());
        }
        let listed: Vec<Action> = actions.iter().chain(unread).cloned().collect();
        let ids = action::ids(&listed);
        faults.extend(action::check(&listed, &ids));
        let (links, bad_links) = links::links(&listed, &ids);
        faults.extend(bad_links);
        for (position, action) in listed.iter().enumerate().skip(actions.len()) {
            let problems = effect::bad_code(card, action).into_iter();
            faults.extend(problems.map(|problem| action.fault(position, problem)));
        }
        let (effects, bad_effects) = effect::effects(card, actions, watch)?;
        faults.extend(bad_effects);
        faults.sort_by_key(|fault| fault.place.line);
        Error::check(faults)?;
        Ok(Self { ids, links, effects })
    }
}

/// Both answers, or the faults of both; a stop is told alone.
fn both<A, B>(one: Result<A, Error>, other: Result<B, Error>) -> Result<(A, B), Error> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) if one.code() != "stopped" && other.code() != "stopped" => {
            let left_out = one.left_out().saturating_add(other.left_out());
            Err(Error::check_with(one.kept().chain(other.kept()).cloned(), left_out).err().unwrap_or(one))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// The actions as the plan tells of them.
fn planned(
    card: &Scorecard,
    actions: &[Action],
    ids: &[String],
    effects: &[Effect],
    choice: &Choice,
    chosen: &Chosen,
) -> Vec<PlannedAction> {
    let gain = choice.gain(chosen);
    let about = |(at, (action, effect)): (usize, (&Action, &Effect))| {
        let adds = chosen[at].then(|| {
            let mut without = chosen.clone();
            without[at] = false;
            gain.minus(&choice.gain(&without))
        });
        let on_card = || card.line(&action.code).ok().and_then(|line| line.agency());
        PlannedAction {
            id: ids[at].clone(),
            code: effect.code.clone(),
            chosen: chosen[at],
            points: effect.before.clone(),
            points_after: effect.after.clone(),
            worth: effect.worth.clone(),
            gain: effect.worth.times(&Exact::from(action.chance)),
            adds,
            cost: action.cost,
            chance: action.chance,
            agency: action.agency.clone().or_else(on_card),
            needs: action.needs.clone(),
            excludes: action.excludes.clone(),
        }
    };
    actions.iter().zip(effects).enumerate().map(about).collect()
}

/// Scores the card with every chosen target reached, and holds the sum of
/// gains against it.
fn verify(card: &Scorecard, choice: &Choice, chosen: &Chosen, effects: &[Effect]) -> Result<(), Error> {
    let best = choice.best_on_leaves(chosen);
    let targets = best.iter().map(|at| (effects[*at].code.to_string(), effects[*at].target.clone()));
    let targets: Vec<_> = targets.collect();
    let scored = card.with(targets.iter().map(|(code, target)| (code.as_str(), target.clone())));
    let scored = scored.map_err(|error| error.map(Problem::Evidence))?;
    let sum = best.iter().fold(card.exact_points(), |sum, at| sum.plus(&effects[*at].worth));
    if scored.exact_points() == sum {
        return Ok(());
    }
    let what = format!("with all targets reached the whole has {} points, not {sum}", scored.exact_points());
    Err(Problem::NotAdditive { what }.into())
}
