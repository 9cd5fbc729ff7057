//! `parindex.Plan`: which actions to choose under a budget.

use std::borrow::Cow;
use std::time::Duration;

use parindex::{Number, Place, Problem, Stated};
use parindex_forecast::{Action, Aim, FrontierPoint, Objective, PlanOptions, PlannedAction, Scores};
use parindex_tables::{Cell, Columns, Row, evidence};
use pyo3::prelude::*;

use crate::argument::{real, table};
use crate::decimal;
use crate::error::{Failure, Gathered};
use crate::estimates::one_of;
use crate::forecast::Forecast;
use crate::pickling::refused;
use crate::progress::{Progress, watched};
use crate::scorecard::Scorecard;
use crate::source::mark;
use crate::table::Builder;
use crate::tops::first;
use crate::whole::Whole;

/// Actions to choose under a budget, what they cost and bring.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> evidence = [
/// ...     {"unit": "H44", "code": "2.1", "numerator": 7, "denominator": 10},
/// ...     {"unit": "H44", "code": "3.1", "numerator": 1, "denominator": 2},
/// ... ]
/// >>> card = pi.score(framework, evidence)["H44"]
/// >>> actions = [
/// ...     {"code": "2.1", "numerator": 9, "denominator": 10, "cost": 300, "chance": "0.5"},
/// ...     {"code": "3.1", "numerator": 3, "denominator": 4, "cost": 900, "chance": "0.9"},
/// ... ]
/// >>> plan = pi.plan(card, actions, budget=1000)
/// >>> plan.cost, plan.gain, plan.proven
/// (Decimal('300'), Decimal('2'), True)
/// >>> plan.actions()["chosen"]
/// [True, False]
/// >>> plan.frontier()["gain"]
/// [Decimal('0'), Decimal('2')]
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Plan {
    plan: parindex_forecast::Plan,
    card: parindex::Scorecard,
}

/// Chooses the actions that buy most points, or the best chance of a place among the
/// first, under a budget.
///
/// Each action, if it succeeds, replaces what the unit states at a leaf, and the leaf
/// and the whole are scored anew by the framework's own rules, exactly; successes are
/// independent. Of several actions on one leaf the best that succeeds counts: with
/// worths w1 >= w2 >= … and chances p1, p2, … the leaf adds
/// w1 p1 + w2 p2 (1 - p1) + … on the average. What is had already is kept.
///
/// Parameters
/// ----------
/// card : Scorecard
///     The unit as it stands.
/// actions : table
///     code, what the unit then states (``value``, also called ``target`` or
///     ``target value``; ``numerator`` and ``denominator``; or ``points``, as in
///     evidence), and cost; optionally chance (0 to 1, 1 if blank), agency, action (its
///     id: the code where no other row has it, else the row: 2, or #2 where an action is
///     called 2), needs and excludes (ids of actions that must, or cannot, be chosen with
///     it, separated by ``;`` or ``,``).
/// budget : Decimal, int or str
///     The most that chosen actions cost together, exactly, in the unit of costs.
/// objective : {"points", "top"}
///     Most expected points of the whole, or the best chance of a place up to `top`.
/// top : int
///     The last rank that counts, 1 is best; a tie at it counts as in.
/// forecast : Forecast, optional
///     The others' scores to come; the unit's own is that of its card, and what
///     actions add. Needed for "top"; with "points" the chance is told too.
/// scores : {"points", "index"}, optional
///     What the forecast's scores are, where the maximum is not 100.
/// decimal : {".", ","}
///     The decimal mark of numbers that are text.
/// seconds : float
///     How long to search, at most a day; what is not proven by then is said to be so.
/// progress : bool or callable
///     As in :func:`forecast`.
///
/// Returns
/// -------
/// Plan
///
/// Raises
/// ------
/// ParIndexError
///     All faults at once, each with its row: ``missing-column``, ``incomplete-row``,
///     ``unknown-criterion``, ``not-a-leaf`` and what the rule of a leaf refuses,
///     ``out-of-range``, ``duplicate-action``, ``unknown-action``, ``needs-circle``,
///     ``contradiction``; ``not-additive`` where actions on several leaves meet below a
///     minimum or a geometric mean, or one changes the maximum; ``too-large`` above
///     1,000 actions, or 8 on one leaf; ``no-forecast``, ``forecast-does-not-fit`` and
///     ``unknown-unit`` for the forecast.
///
/// Notes
/// -----
/// Points are maximised by mixed integer linear programming, and gains that differ by
/// less than a millionth of a point are taken for equal. The chance is that of the draws, over the exact
/// distribution of gains in millionths of a point; where there are more than 16,384
/// choices they are searched by exchanges, and the plan is not proven.
#[pyfunction]
#[pyo3(
    signature = (card, actions, *, budget, objective="points", top=Whole::Held(10), forecast=None, scores=None, decimal=".", seconds=30.0, progress=Progress::Line),
    text_signature = "(card, actions, *, budget, objective='points', top=10, forecast=None, scores=None, decimal='.', seconds=30.0, progress=True)"
)]
#[allow(clippy::too_many_arguments, reason = "options are keywords in Python")]
pub(crate) fn plan(
    py: Python<'_>,
    card: &Scorecard,
    actions: &Bound<'_, PyAny>,
    budget: &Bound<'_, PyAny>,
    objective: &str,
    top: Whole,
    forecast: Option<&Bound<'_, Forecast>>,
    scores: Option<&str>,
    decimal: &str,
    #[pyo3(from_py_with = real)] seconds: f64,
    progress: Progress,
) -> Result<Plan, Failure> {
    let mut faults = Gathered::default();
    let budget = faults.keep(decimal::number(budget), Place::default);
    let objectives = [("points", Objective::Points), ("top", Objective::Top)];
    let objective = faults.keep(one_of("objective", objective, &objectives), Place::default);
    let known = [("points", Scores::Points), ("index", Scores::Index)];
    let scores = faults.keep(scores.map(|scores| one_of("scores", scores, &known)).transpose(), Place::default);
    let top = faults.keep(first(top), Place::default);
    let time_limit = Duration::try_from_secs_f64(seconds).ok().filter(|limit| *limit <= PlanOptions::MAX_TIME);
    let time_limit = time_limit.ok_or_else(|| {
        let allowed = format!("`seconds` from 0 to {}", PlanOptions::MAX_TIME.as_secs());
        Problem::OutOfRange { value: seconds.to_string(), allowed }
    });
    let time_limit = faults.keep(time_limit, Place::default);
    let mark = faults.keep(mark(decimal), Place::default);
    let columns = table("actions", actions)?.read();
    let (columns, mark) = match (columns, mark) {
        (Ok(columns), Some(mark)) => (columns, mark),
        (columns, _) => {
            faults.keep_all(columns.map(drop), &[]);
            return Err(faults.check().err().unwrap_or_else(|| unreachable!("one of them has a fault")));
        }
    };
    let Read { actions, unread } = read(&columns, mark, &mut faults)?;
    if faults.found() > 0 {
        // All faults at once: what could be read of the rows is looked at too.
        let budget = budget.unwrap_or_else(|| 0_u8.into());
        let unwatched = &parindex_forecast::unwatched;
        let rest = parindex_forecast::Plan::check(&card.card, &actions, &unread, budget, unwatched);
        faults.keep_all(rest, &[]);
    }
    faults.sorted().check()?;
    let (Some(budget), Some(objective), Some(top), Some(time_limit)) = (budget, objective, top, time_limit) else {
        unreachable!("what is missing is a fault")
    };
    let others = forecast.map(|forecast| forecast.get().0.clone());
    let own = card.card.clone();
    let work = move |watch: parindex_forecast::Watch<'_>| {
        let aim = others.as_ref().map(|forecast| Aim { forecast, top, scores: scores.flatten() });
        let options = PlanOptions { objective, aim, time_limit, ..PlanOptions::new(budget) };
        parindex_forecast::Plan::new(&own, &actions, &options, watch)
    };
    Ok(Plan { plan: watched(py, progress, work)??, card: card.card.clone() })
}

/// The columns read, what is stated where evidence has it.
const NAMES: [&str; 11] =
    ["action", "code", "value", "numerator", "denominator", "points", "cost", "chance", "agency", "needs", "excludes"];
/// What the column of values may be called.
const TARGETS: [&str; 4] = ["value", "target", "target_value", "target value"];
const ACTION: usize = 0;
const CODE: usize = 1;
const VALUE: usize = 2;
const NUMERATOR: usize = 3;
const DENOMINATOR: usize = 4;
const POINTS: usize = 5;
const COST: usize = 6;
const CHANCE: usize = 7;
const AGENCY: usize = 8;
const NEEDS: usize = 9;
const EXCLUDES: usize = 10;

/// Actions that were read, and those whose target, or even code, could not be.
#[derive(Default)]
struct Read {
    actions: Vec<Action>,
    unread: Vec<Action>,
}

/// Reads the table of actions. Of rows with faults the rest is kept, so that it can be
/// looked at.
fn read(columns: &Columns, mark: char, faults: &mut Gathered) -> Result<Read, Failure> {
    let mut names = NAMES;
    let targets = columns.select(TARGETS)?;
    let mut found = TARGETS.iter().enumerate().filter(|(place, _)| targets.has(*place)).map(|(_, name)| *name);
    if let Some(name) = found.next() {
        names[VALUE] = name;
    }
    if let Some(second) = found.next() {
        let (what, text) = ("a second column".to_owned(), second.to_owned());
        return Err(Problem::BadValue { what, text, allowed: format!("`{}` alone", names[VALUE]) }.into());
    }
    let selection = columns.select(names)?;
    let mut lacks = Gathered::default();
    let mut wanted = vec![CODE, COST];
    match (selection.has(NUMERATOR), selection.has(DENOMINATOR)) {
        (true, false) => wanted.push(DENOMINATOR),
        (false, true) => wanted.push(NUMERATOR),
        (false, false) if !selection.has(POINTS) => wanted.push(VALUE),
        _ => {}
    }
    for column in wanted.into_iter().filter(|column| !selection.has(*column)) {
        lacks.keep(Err::<(), _>(columns.missing(NAMES[column])), Place::default);
    }
    lacks.check()?;
    let mut all = Read::default();
    columns.visit(&selection, |row| {
        let code = faults.keep(code(row), || Place::row(row.line));
        let place = || code.as_ref().map_or_else(|| Place::row(row.line), |code| Place::row(row.line).of(code));
        let target = faults.keep(evidence::stated(row, mark), place);
        let cost = row.cell(COST).number(mark).and_then(|cost| cost.ok_or_else(|| nameless("cost")));
        let cost = faults.keep(cost, place);
        let chance = faults.keep(row.cell(CHANCE).number(mark), place);
        let id = faults.keep(owned(row.cell(ACTION).label()), place);
        let agency = faults.keep(owned(row.cell(AGENCY).text()), place);
        let needs = faults.keep(ids(row.cell(NEEDS)), place);
        let excludes = faults.keep(ids(row.cell(EXCLUDES)), place);
        let (id, agency) = (id.flatten(), agency.flatten());
        let is_read = code.is_some() && target.is_some();
        let rows = if is_read { &mut all.actions } else { &mut all.unread };
        rows.push(Action {
            id,
            agency,
            cost: cost.unwrap_or_else(|| 0_u8.into()),
            chance: chance.flatten().unwrap_or_else(|| 1_u8.into()),
            needs: needs.unwrap_or_default(),
            excludes: excludes.unwrap_or_default(),
            row: row.line,
            ..Action::new(code.clone().unwrap_or_default(), target.unwrap_or(Stated::Gap), 0_u8.into())
        });
    })?;
    Ok(all)
}

fn code<const N: usize>(row: &Row<'_, '_, N>) -> Result<String, Problem> {
    owned(row.cell(CODE).code())?.ok_or_else(|| nameless("code"))
}

fn nameless(what: &str) -> Problem {
    Problem::IncompleteRow { what: format!("the row has no {what}") }
}

fn owned(text: Result<Option<Cow<'_, str>>, Problem>) -> Result<Option<String>, Problem> {
    text.map(|text| text.map(|text| text.trim().to_owned()))
}

/// The ids in a cell.
fn ids(cell: Cell<'_>) -> Result<Vec<String>, Problem> {
    let text = cell.label()?.unwrap_or_default();
    Ok(text.split([';', ',']).map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect())
}

#[pymethods]
impl Plan {
    /// The unit's id.
    #[getter]
    fn unit(&self) -> &str {
        self.plan.unit()
    }

    /// What chosen actions cost together, as decimal.Decimal: never above the budget.
    #[getter]
    fn cost<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::to_python(py, &self.plan.cost().to_plain(Number::MAX_PLACES))
    }

    /// Points of the whole that they add on the average, as decimal.Decimal.
    #[getter]
    fn gain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::exact(py, self.plan.gain())
    }

    /// Points now, before any rounding at the end, as decimal.Decimal.
    #[getter]
    fn points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::exact(py, self.plan.points())
    }

    /// Points on the average with the plan, as decimal.Decimal.
    #[getter]
    fn expected_points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::exact(py, &self.plan.expected_points())
    }

    /// The index now as decimal.Decimal, not rounded to the two places of a card; None while
    /// the maximum is open.
    #[getter]
    fn index<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.plan.index().map(|index| decimal::exact(py, &index)).transpose()
    }

    /// The index on the average with the plan, as decimal.Decimal; None while the maximum is open.
    #[getter]
    fn expected_index<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.plan.expected_index().map(|index| decimal::exact(py, &index)).transpose()
    }

    /// The most that chosen actions may cost together, as decimal.Decimal.
    #[getter]
    fn budget<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal::to_python(py, &self.plan.budget().to_string())
    }

    /// What the plan is best at: "points" or "top".
    #[getter]
    fn objective(&self) -> &'static str {
        match self.plan.objective() {
            Objective::Points => "points",
            Objective::Top => "top",
        }
    }

    /// The places aimed at; None without a forecast.
    #[getter]
    fn top(&self) -> Option<usize> {
        self.plan.top()
    }

    /// The probability of a place among the first `top` with the plan; None without a forecast.
    #[getter]
    fn p_top(&self) -> Option<f64> {
        self.plan.p_top().map(|(_, after)| after)
    }

    /// The same probability if nothing is done; None without a forecast.
    #[getter]
    fn p_top_before(&self) -> Option<f64> {
        self.plan.p_top().map(|(before, _)| before)
    }

    /// Whether no choice within the budget is better.
    #[getter]
    fn proven(&self) -> bool {
        self.plan.proven()
    }

    /// Whether :meth:`frontier` has all choices that no cheaper one equals, and not only
    /// some of them.
    #[getter]
    fn frontier_complete(&self) -> bool {
        self.plan.frontier_complete()
    }

    /// All actions in the order given, chosen or not.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///
    /// Returns
    /// -------
    /// Table
    ///     action, code, name, agency, chosen, points (of the leaf now), points_after
    ///     (with the target reached), worth (points of the whole that success adds), gain
    ///     (chance times worth), adds (what the plan expects more with it than without
    ///     it; less than gain where others act on the leaf), cost, chance, per_cost (gain
    ///     over cost), needs, excludes, note (why it adds nothing).
    #[pyo3(signature = (lang="vi"))]
    fn actions<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang = lang.parse()?;
        let rows = self.plan.actions();
        let framework = self.card.framework();
        let name = |row: &PlannedAction| {
            let criterion = framework.criterion(&row.code.to_string()).ok();
            criterion.map(|criterion| criterion.name(lang).to_owned())
        };
        let joined = |ids: &[String]| (!ids.is_empty()).then(|| ids.join("; "));
        let chances: Vec<_> = rows.iter().map(|row| parindex::Exact::from(row.chance)).collect();
        Builder::default()
            .text("action", rows.iter().map(|row| Some(&row.id)))
            .text("code", rows.iter().map(|row| Some(row.code.to_string())))
            .text("name", rows.iter().map(name))
            .text("agency", rows.iter().map(|row| row.agency.as_deref()))
            .flag("chosen", rows.iter().map(|row| row.chosen))
            .exact("points", rows.iter().map(|row| Some(&row.points)))?
            .exact("points_after", rows.iter().map(|row| Some(&row.points_after)))?
            .exact("worth", rows.iter().map(|row| Some(&row.worth)))?
            .exact("gain", rows.iter().map(|row| Some(&row.gain)))?
            .exact("adds", rows.iter().map(|row| row.adds.as_ref()))?
            .count("cost", rows.iter().map(|row| Some(row.cost)))?
            .exact("chance", chances.iter().map(Some))?
            .real("per_cost", rows.iter().map(PlannedAction::gain_per_cost))
            .text("needs", rows.iter().map(|row| joined(&row.needs)))
            .text("excludes", rows.iter().map(|row| joined(&row.excludes)))
            .text("note", rows.iter().map(|row| row.note(lang)))
            .finish(py)
    }

    /// The efficient frontier: choices that no cheaper one equals in expected points, the
    /// cheapest first, at most 50.
    ///
    /// Returns
    /// -------
    /// Table
    ///     cost, gain, p_top (a gap without a forecast), actions (ids), proven.
    fn frontier<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        let points = self.plan.frontier();
        let cost = |point: &FrontierPoint| point.cost.to_plain(Number::MAX_PLACES).parse();
        let costs = points.iter().map(cost).collect::<Result<Vec<Number>, Problem>>()?;
        Builder::default()
            .count("cost", costs.into_iter().map(Some))?
            .exact("gain", points.iter().map(|point| Some(&point.gain)))?
            .real("p_top", points.iter().map(|point| point.p_top))
            .text("actions", points.iter().map(|point| Some(point.actions.join("; "))))
            .flag("proven", points.iter().map(|point| point.proven))
            .finish(py)
    }

    /// Refuses, and says what to keep instead.
    #[allow(clippy::unused_self, reason = "pickle asks the object")]
    fn __reduce__(&self) -> PyResult<()> {
        refused("Plan", "the card, the actions, the options and the forecast's own history and seed")
    }

    fn __repr__(&self) -> String {
        let (chosen, all) = (self.plan.actions().iter().filter(|action| action.chosen), self.plan.actions().len());
        let (cost, gain) = (self.plan.cost().to_plain(2), self.plan.gain().to_plain(2));
        format!(
            "<parindex.Plan of '{}': {} of {all} actions, +{gain} points for {cost}>",
            self.plan.unit(),
            chosen.count()
        )
    }
}
