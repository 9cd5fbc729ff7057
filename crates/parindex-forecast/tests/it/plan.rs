//! Plans: gains by hand, best choices against trying all of them, faults.

use std::collections::BTreeMap;
use std::time::Duration;

use parindex::{Evidence, EvidenceRow, Exact, Framework, Number, Scorecard, Stated};
use parindex_forecast::{
    Action, Aim, Forecast, ForecastOptions, HistoryRow, Objective, Plan, PlanOptions, Scores, unwatched,
};
use proptest::prelude::*;

use crate::invented::{Truth, history, rows};

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// A framework with this head and these criteria, two places half-up at each leaf.
fn framework(head: &str, criteria: &str) -> Framework {
    let always = "id = \"test\"\ntitle = \"test\"\nunit = \"province\"\nstatus = \"draft\"\nbasis = \"assumed\"\n";
    let rounding = "[rounding]\nplaces = 2\nmode = \"half-up\"\nat = \"leaf\"\n";
    format!("{always}{head}{rounding}{criteria}").parse().unwrap_or_else(|error| panic!("{error}"))
}

fn leaf(code: &str, max: &str, rule: &str) -> String {
    format!("[criteria.\"{code}\"]\nname = \"{code}\"\nmax_points = \"{max}\"\nrule = {rule}\n")
}

/// Ten leaves of at most 10 points each, given by an appraiser.
fn ten_leaves() -> Framework {
    let leaves: String = (1..=10).map(|code| leaf(&code.to_string(), "10", "{ kind = \"given\" }")).collect();
    framework("", &leaves)
}

fn card(framework: &Framework, rows: impl IntoIterator<Item = EvidenceRow>) -> Scorecard {
    framework.score(&Evidence::from_rows(rows).unwrap()).unwrap().card("U000").unwrap()
}

/// The card of ten leaves with these points on the first ones.
fn given(points: &[u32]) -> Scorecard {
    let rows = (1..=10).map(|code: usize| {
        let points = points.get(code - 1).copied().unwrap_or_default();
        EvidenceRow::points("U000", code.to_string(), points.into())
    });
    card(&ten_leaves(), rows)
}

fn action(code: &str, target: &str, cost: &str, chance: &str) -> Action {
    let target = match target.split_once('/').filter(|_| target != "n/a") {
        Some((numerator, denominator)) => Stated::Counts(number(numerator), number(denominator)),
        None => Stated::text(target),
    };
    Action { chance: number(chance), ..Action::new(code, target, number(cost)) }
}

fn plan(card: &Scorecard, actions: &[Action], budget: &str) -> Plan {
    Plan::new(card, actions, &PlanOptions::new(number(budget)), &unwatched).unwrap()
}

fn chosen(plan: &Plan) -> Vec<&str> {
    plan.actions().iter().filter(|action| action.chosen).map(|action| action.id.as_str()).collect()
}

#[test]
fn a_threshold_is_worth_more_than_a_long_way_in_proportion() {
    // From 29 % to 30 % crosses the step to 2 points; from 60 % to 80 % adds a fifth of 1.
    let steps = "{ kind = \"steps\", unit = \"percent\", steps = [{ from = \"30\", points = \"2\" }, { below = \"30\", points = \"0\" }] }";
    let framework =
        framework("", &format!("{}{}", leaf("1", "2", steps), leaf("2", "1", "{ kind = \"proportional\" }")));
    let rows = [EvidenceRow::value("U000", "1", "29"), EvidenceRow::counts("U000", "2", 60, 100)];
    let card = card(&framework, rows);
    let actions = [action("1", "30", "10", "1"), action("2", "80/100", "10", "1")];
    let plan = plan(&card, &actions, "10");
    assert_eq!(chosen(&plan), ["1"]);
    let told: Vec<_> = plan
        .actions()
        .iter()
        .map(|action| (action.points.to_string(), action.points_after.to_string(), action.worth.to_string()))
        .collect();
    let text = |parts: (&str, &str, &str)| (parts.0.to_owned(), parts.1.to_owned(), parts.2.to_owned());
    assert_eq!(told, [text(("0", "2", "2")), text(("0.6", "0.8", "0.2"))]);
    assert_eq!(plan.expected_points().to_string(), "2.6");
    // 2.6 of 3 points.
    assert_eq!(plan.expected_index(), Exact::fraction(260, 3));
    assert!(plan.proven() && plan.frontier_complete());
}

#[test]
fn of_two_actions_on_a_leaf_the_best_that_succeeds_counts() {
    let card = given(&[2]);
    let actions = [action("1", "7", "3", "0.5"), action("1", "5", "2", "0.8"), action("1", "1", "0", "1")];
    let plan = plan(&card, &actions, "5");
    // 5 points half of the time, else 3 points four times in five: 2.5 + 0.5 × 2.4.
    assert_eq!(plan.gain().to_string(), "3.7");
    assert_eq!(chosen(&plan), ["1", "2"]);
    // Without the second the first adds 2.5, without the first the second 2.4.
    let adds: Vec<_> = plan.actions().iter().map(|action| action.adds.as_ref().map(Exact::to_string)).collect();
    assert_eq!(adds, [Some("1.3".to_owned()), Some("1.2".to_owned()), None]);
    // What is had already is kept: a worse target earns nothing.
    assert_eq!(
        (plan.actions()[2].worth.clone(), plan.actions()[2].points_after.to_string()),
        (Exact::ZERO, "2".into())
    );
    let frontier: Vec<_> =
        plan.frontier().iter().map(|point| (point.cost.to_string(), point.gain.to_string())).collect();
    let pair = |cost: &str, gain: &str| (cost.to_owned(), gain.to_owned());
    assert_eq!(frontier, [pair("0", "0"), pair("2", "2.4"), pair("3", "2.5"), pair("5", "3.7")]);
}

#[test]
fn weights_means_and_outside_rows_count_as_the_tree_has_them() {
    let head = "aggregate = \"weighted-sum\"\n";
    let criteria = "[criteria.\"1\"]\nname = \"1\"\nweight = \"2\"\nmax_points = \"5\"\naggregate = \"mean\"\n\
         [criteria.\"1.1\"]\nname = \"1.1\"\nmax_points = \"5\"\nrule = { kind = \"given\" }\n\
         [criteria.\"1.2\"]\nname = \"1.2\"\nmax_points = \"5\"\nrule = { kind = \"given\" }\n\
         [criteria.\"2\"]\nname = \"2\"\nmax_points = \"3\"\noutside = \"penalty\"\nrule = { kind = \"per-occurrence\", each = \"1\" }\n";
    let framework = framework(head, criteria);
    let rows = [
        EvidenceRow::points("U000", "1.1", number("1")),
        EvidenceRow::points("U000", "1.2", number("1")),
        EvidenceRow::value("U000", "2", "2"),
    ];
    let card = card(&framework, rows);
    let actions = [action("1.1", "4", "1", "1"), action("1.2", "2", "1", "1"), action("2", "0", "1", "0.5")];
    let plan = plan(&card, &actions, "9");
    let worth: Vec<_> = plan.actions().iter().map(|action| action.worth.to_string()).collect();
    // Twice the mean of two: a point is a point. Two occurrences less are two points.
    assert_eq!(worth, ["3", "1", "2"]);
    assert_eq!(plan.gain().to_string(), "5");
}

#[test]
fn below_a_minimum_one_leaf_may_act_and_two_may_not() {
    let criteria = "[criteria.\"1\"]\nname = \"1\"\nmax_points = \"5\"\naggregate = \"minimum\"\n\
         [criteria.\"1.1\"]\nname = \"1.1\"\nmax_points = \"5\"\nrule = { kind = \"given\" }\n\
         [criteria.\"1.2\"]\nname = \"1.2\"\nmax_points = \"5\"\nrule = { kind = \"given\" }\n";
    let framework = framework("", criteria);
    let points = [("1.1", "1"), ("1.2", "3")].map(|(code, points)| EvidenceRow::points("U000", code, number(points)));
    let card = card(&framework, points);
    // The other leaf holds the minimum at 3.
    assert_eq!(plan(&card, &[action("1.1", "4", "1", "1")], "1").gain().to_string(), "2");
    // Both together would lift it to 4, which neither gain knows of.
    let both = [action("1.1", "4", "1", "1"), action("1.2", "5", "1", "1")];
    assert_eq!(refused(&card, &both), [("not-additive", None)]);
}

fn refused(card: &Scorecard, actions: &[Action]) -> Vec<(&'static str, Option<usize>)> {
    let error = Plan::new(card, actions, &PlanOptions::new(number("100")), &unwatched).unwrap_err();
    error.faults().map(|fault| (fault.problem.code(), fault.place.line)).collect()
}

fn linked(code: &str, id: &str, needs: &[&str], excludes: &[&str]) -> Action {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Action { id: Some(id.to_owned()), needs: owned(needs), excludes: owned(excludes), ..action(code, "9", "1", "1") }
}

#[test]
fn every_fault_is_told_with_its_row() {
    let actions = [
        linked("1", "a", &["b"], &[]),
        linked("2", "b", &["a"], &[]),
        linked("3", "c", &["nobody"], &["c"]),
        linked("4", "d", &["e"], &["e"]),
        linked("5", "e", &[], &[]),
        linked("6", "e", &[], &[]),
        Action { cost: number("-1"), chance: number("1.1"), ..action("7", "9", "1", "1") },
        action("8", "11", "1", "1"),
        action("12", "1", "1", "1"),
        action("9", "", "1", "1"),
        linked("10", "f", &["g"], &["h"]),
        linked("10", "g", &["h"], &[]),
        linked("10", "h", &[], &[]),
    ];
    assert_eq!(
        refused(&given(&[]), &actions),
        [
            ("needs-circle", Some(1)),
            ("unknown-action", Some(3)),
            ("contradiction", Some(3)),
            ("contradiction", Some(4)),
            ("duplicate-action", Some(6)),
            ("out-of-range", Some(7)),
            ("out-of-range", Some(7)),
            ("out-of-range", Some(8)),
            ("unknown-criterion", Some(9)),
            ("incomplete-row", Some(10)),
            ("contradiction", Some(11)),
        ]
    );
}

#[test]
fn what_cannot_be_planned_is_told() {
    let nine: Vec<Action> = (1..=9).map(|target| action("1", &target.to_string(), "1", "0.5")).collect();
    assert_eq!(refused(&given(&[]), &nine), [("too-large", None)]);
    let options = PlanOptions { objective: Objective::Top, ..PlanOptions::new(number("1")) };
    assert_eq!(Plan::new(&given(&[]), &nine[..1], &options, &unwatched).unwrap_err().code(), "no-forecast");
    let below = PlanOptions::new(number("-1"));
    assert_eq!(Plan::new(&given(&[]), &nine[..1], &below, &unwatched).unwrap_err().code(), "out-of-range");
    let stop = |_, _| std::ops::ControlFlow::Break(());
    assert_eq!(
        Plan::new(&given(&[]), &nine[..1], &PlanOptions::new(number("1")), &stop).unwrap_err().code(),
        "stopped"
    );
    // A target that does not apply shrinks the maximum.
    let framework = framework("[absence]\nnot_applicable = \"shrink\"\n", &leaf("1", "5", "{ kind = \"given\" }"));
    let shrinks = card(&framework, [EvidenceRow::points("U000", "1", number("1"))]);
    assert_eq!(refused(&shrinks, &[action("1", "n/a", "1", "1")]), [("not-additive", Some(1))]);
}

#[test]
fn nothing_to_choose_is_a_plan_too() {
    let empty = plan(&given(&[3]), &[], "10");
    assert_eq!((empty.gain().to_string(), empty.proven(), empty.frontier().len()), ("0".to_owned(), true, 1));
    let dear = plan(&given(&[3]), &[action("1", "9", "11", "1")], "10");
    assert_eq!((chosen(&dear).len(), dear.proven()), (0, true));
}

#[test]
fn the_budget_is_kept_to_the_last_digit() {
    // Three thirds that a float would let pass: together 10^-15 too dear.
    let actions: Vec<Action> = ["0.333333333333333", "0.333333333333333", "0.333333333333335"]
        .iter()
        .zip(1..)
        .map(|(cost, code)| action(&code.to_string(), "1", cost, "1"))
        .collect();
    assert_eq!(plan(&given(&[]), &actions, "1").gain().to_string(), "2");
    assert_eq!(plan(&given(&[]), &actions, "1.000000000000001").gain().to_string(), "3");
    // Amounts in đồng, just enough and one short.
    let actions = [action("1", "1", "123456789012", "1"), action("2", "1", "987654321098", "1")];
    assert_eq!(plan(&given(&[]), &actions, "1111111110110").gain().to_string(), "2");
    assert_eq!(plan(&given(&[]), &actions, "1111111110109").gain().to_string(), "1");
}

#[test]
fn what_is_needed_is_chosen_although_it_adds_nothing() {
    let actions = [linked("1", "server", &[], &[]), linked("2", "portal", &["server"], &[])];
    // The server's leaf is full already.
    let plan = plan(&given(&[10]), &actions, "2");
    assert_eq!((chosen(&plan), plan.gain().to_string()), (vec!["server", "portal"], "9".to_owned()));
    let short = super::plan::plan(&given(&[10]), &actions, "1");
    assert!(chosen(&short).is_empty());
}

/// An invented action on one of four leaves, its links to earlier actions alone.
fn invented(position: usize) -> impl Strategy<Value = Action> {
    let links = (0..10_usize, 0..10_usize, 0..6_u8);
    (1..5_u32, 0..11_u32, 0..8_u32, 0..5_u32, links).prop_map(
        move |(code, target, cost, chance, (one, other, kind))| {
            let earlier = |other: usize| if other < position { vec![format!("a{other}")] } else { Vec::new() };
            Action {
                id: Some(format!("a{position}")),
                needs: if kind == 0 { earlier(one) } else { Vec::new() },
                excludes: if kind == 1 && one != other { earlier(other) } else { Vec::new() },
                ..action(&code.to_string(), &target.to_string(), &cost.to_string(), &format!("0.{}", 2 * chance))
            }
        },
    )
}

fn some_actions() -> impl Strategy<Value = Vec<Action>> {
    (1..11_usize).prop_flat_map(|count| (0..count).map(invented).collect::<Vec<_>>())
}

fn whole(text: &impl ToString) -> f64 {
    text.to_string().parse().unwrap()
}

/// For each set of actions that may be chosen, its cost and the distribution of
/// points it adds, by going through all successes.
fn all_choices(now: &[u32], actions: &[Action]) -> Vec<(f64, BTreeMap<u32, f64>)> {
    let position = |id: &String| id[1..].parse::<usize>().unwrap();
    let has = |set: usize, at: usize| set & 1 << at != 0;
    let mut choices = Vec::new();
    'sets: for set in 0..1_usize << actions.len() {
        let mut cost = 0.0;
        for (at, action) in actions.iter().enumerate().filter(|(at, _)| has(set, *at)) {
            cost += whole(&action.cost);
            let excluded = |other: &String| has(set, position(other));
            if action.needs.iter().any(|need| !excluded(need)) || action.excludes.iter().any(excluded) {
                continue 'sets;
            }
            debug_assert!(has(set, at));
        }
        let mut adds = BTreeMap::new();
        let mut successes = set;
        loop {
            let mut chance = 1.0;
            let mut best: Vec<u32> = (0..4).map(|leaf| now.get(leaf).copied().unwrap_or_default()).collect();
            for (at, action) in actions.iter().enumerate().filter(|(at, _)| has(set, *at)) {
                let succeeds = has(successes, at);
                chance *= if succeeds { whole(&action.chance) } else { 1.0 - whole(&action.chance) };
                if succeeds && let Stated::Text(target) = &action.target {
                    let leaf = action.code.parse::<usize>().unwrap() - 1;
                    best[leaf] = best[leaf].max(target.parse().unwrap());
                }
            }
            let before: u32 = now.iter().take(4).sum();
            *adds.entry(best.iter().sum::<u32>() - before).or_insert(0.0) += chance;
            if successes == 0 {
                break;
            }
            successes = (successes - 1) & set;
        }
        choices.push((cost, adds));
    }
    choices
}

fn mean(adds: &BTreeMap<u32, f64>) -> f64 {
    adds.iter().map(|(points, chance)| f64::from(*points) * chance).sum()
}

/// Actions on a leaf may be too many, and what excludes what it needs is refused.
fn sound(actions: &[Action]) -> bool {
    let on = |code: &str| actions.iter().filter(|action| action.code == code).count();
    actions.iter().all(|action| on(&action.code) <= 8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The plan is as good as the best of all choices, and the frontier is theirs.
    #[test]
    fn no_choice_is_better(actions in some_actions(), budget in 0..30_u32) {
        prop_assume!(sound(&actions));
        let now = [3, 0, 5, 1];
        let card = given(&now);
        let result = Plan::new(&card, &actions, &PlanOptions::new(budget.into()), &unwatched);
        let plan = match result {
            Err(error) => {
                prop_assert_eq!(error.code(), "contradiction");
                return Ok(());
            }
            Ok(plan) => plan,
        };
        let choices: Vec<(f64, f64)> = all_choices(&now, &actions)
            .into_iter()
            .map(|(cost, adds)| (cost, mean(&adds)))
            .filter(|(cost, _)| *cost <= f64::from(budget))
            .collect();
        let best = choices.iter().map(|(_, gain)| *gain).fold(0.0, f64::max);
        prop_assert!((whole(plan.gain()) - best).abs() < 1e-9, "{} instead of {best}", plan.gain());
        prop_assert!(plan.proven() && plan.frontier_complete());
        prop_assert!(whole(plan.cost()) <= f64::from(budget));
        // Each attainable gain that no cheaper choice reaches, once.
        let mut efficient: Vec<(f64, f64)> = Vec::new();
        let mut sorted = choices;
        sorted.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.total_cmp(&one.1)));
        for (cost, gain) in sorted {
            if efficient.last().is_none_or(|(_, before)| gain > before + 1e-6) {
                efficient.push((cost, gain));
            }
        }
        let frontier: Vec<(f64, f64)> =
            plan.frontier().iter().map(|point| (whole(&point.cost), whole(&point.gain))).collect();
        prop_assert_eq!(frontier.len(), efficient.len(), "{:?} instead of {:?}", frontier, efficient);
        for (found, wanted) in frontier.iter().zip(&efficient) {
            prop_assert!((found.0 - wanted.0).abs() < 1e-9 && (found.1 - wanted.1).abs() < 1e-9,
                "{:?} instead of {:?}", frontier, efficient);
        }
    }
}

/// A forecast of units around 80 points.
fn forecast(draws: usize) -> Forecast {
    let history = history(rows(Truth { level: 0.5, persistence: 0.5, noise: 0.2 }, 12, 5, 3));
    Forecast::new(&history, 2006, &ForecastOptions { draws, ..ForecastOptions::default() }).unwrap()
}

fn aimed<'a>(forecast: &'a Forecast, budget: &str) -> PlanOptions<'a> {
    let aim = Some(Aim { forecast, top: 4, scores: None });
    PlanOptions { aim, objective: Objective::Top, ..PlanOptions::new(number(budget)) }
}

/// The card with `points` more than 76 of 100.
fn seventy_six_and(points: u32) -> Scorecard {
    let mut leaves = [10; 10];
    let mut lost = 24 - points;
    for leaf in &mut leaves {
        let here = lost.min(10);
        *leaf -= here;
        lost -= here;
    }
    given(&leaves)
}

#[test]
fn the_chance_is_that_of_the_score_needed() {
    let forecast = forecast(20_000);
    for points in [0, 2, 4, 6] {
        let now = seventy_six_and(points);
        let plan = Plan::new(&now, &[], &aimed(&forecast, "0"), &unwatched).unwrap();
        let (chance, _) = plan.p_top().unwrap();
        let score = whole(&now.points());
        assert!(chance > 0.001 && chance < 0.999, "{chance}");
        assert!(forecast.needed("U000", 4, chance - 1e-6).unwrap() <= score);
        assert!(forecast.needed("U000", 4, chance + 1e-6).unwrap() > score);
    }
}

#[test]
fn no_choice_has_a_better_chance() {
    let forecast = forecast(20_000);
    // 76 points: the first three leaves have 0, 0 and 6.
    let now = [0, 0, 6];
    let chance_at: Vec<f64> = (0..=24)
        .map(|points| Plan::new(&seventy_six_and(points), &[], &aimed(&forecast, "0"), &unwatched).unwrap())
        .map(|plan| plan.p_top().unwrap().0)
        .collect();
    let mut actions = vec![
        action("1", "2", "2", "1"),
        action("1", "9", "3", "0.3"),
        action("2", "3", "3", "0.9"),
        action("2", "8", "4", "0.35"),
        action("3", "9", "3", "0.5"),
        action("3", "7", "1", "0.9"),
    ];
    for (position, action) in actions.iter_mut().enumerate() {
        action.id = Some(format!("a{position}"));
    }
    actions[3].needs = vec!["a2".to_owned()];
    actions[1].excludes = vec!["a4".to_owned()];
    let leaves = [10; 7];
    let card = given(&[&now[..], &leaves].concat());
    let now = [now[0], now[1], now[2], 10];
    for budget in 0..16_u32 {
        let plan = Plan::new(&card, &actions, &aimed(&forecast, &budget.to_string()), &unwatched).unwrap();
        let chance = |adds: &BTreeMap<u32, f64>| -> f64 {
            adds.iter().map(|(points, chance)| chance_at[*points as usize] * chance).sum()
        };
        let choices = all_choices(&now, &actions);
        let within = choices.iter().filter(|(cost, _)| *cost <= f64::from(budget));
        let best = within.map(|(_, adds)| chance(adds)).fold(0.0, f64::max);
        let (before, after) = plan.p_top().unwrap();
        assert!((after - best).abs() < 1e-9, "{after} instead of {best} with {budget}");
        assert!((before - chance_at[0]).abs() < 1e-12);
        assert!(plan.proven() && whole(plan.cost()) <= f64::from(budget));
    }
}

#[test]
fn many_choices_are_searched_and_not_called_proven() {
    let forecast = forecast(2000);
    let card = given(&[5; 10]);
    let targets = [("7", "2", "0.8"), ("10", "5", "0.4")];
    let actions: Vec<Action> = (1..=10)
        .flat_map(|code: u32| targets.map(|(target, cost, chance)| action(&code.to_string(), target, cost, chance)))
        .collect();
    let plan = Plan::new(&card, &actions, &aimed(&forecast, "40"), &unwatched).unwrap();
    let (before, after) = plan.p_top().unwrap();
    assert!(!plan.proven() && before < after);
    assert!(plan.frontier().iter().all(|point| point.p_top.is_some_and(|chance| chance <= after + 1e-12)));
}

#[test]
fn a_forecast_must_fit_the_card() {
    let code = |plan: Result<Plan, parindex_forecast::Error>| plan.map(|_| ()).unwrap_err().code();
    let forecast = forecast(1000);
    let nobody = ten_leaves().score(&Evidence::from_rows([EvidenceRow::points("x", "1", number("1"))]).unwrap());
    let nobody = nobody.unwrap().card("x").unwrap();
    assert_eq!(code(Plan::new(&nobody, &[], &aimed(&forecast, "1"), &unwatched)), "unknown-unit");
    let ranked = |unit: &str, year, rank| HistoryRow { rank: Some(rank), ..crate::invented::scored(unit, year, 0.0) };
    let ranks =
        (2001..2004).flat_map(|year| [("U000", 1), ("b", 2), ("c", 3)].map(|(unit, rank)| ranked(unit, year, rank)));
    let ranks = ranks.map(|row| HistoryRow { score: None, ..row });
    let by_rank =
        Forecast::new(&history(ranks.collect()), 2004, &ForecastOptions { draws: 1000, ..ForecastOptions::default() });
    let by_rank = by_rank.unwrap();
    let aim = Some(Aim { forecast: &by_rank, top: 2, scores: None });
    let options = PlanOptions { aim, ..PlanOptions::new(number("1")) };
    assert_eq!(code(Plan::new(&given(&[]), &[], &options, &unwatched)), "forecast-does-not-fit");
    // Of 5 points: a score may be points or percent.
    let five = framework("", &leaf("1", "5", "{ kind = \"given\" }"));
    let five = card(&five, [EvidenceRow::points("U000", "1", number("4"))]);
    assert_eq!(code(Plan::new(&five, &[], &aimed(&forecast, "1"), &unwatched)), "forecast-does-not-fit");
    let told = |scores| {
        let aim = Some(Aim { forecast: &forecast, top: 4, scores: Some(scores) });
        let options = PlanOptions { aim, ..PlanOptions::new(number("1")) };
        Plan::new(&five, &[], &options, &unwatched).unwrap().p_top().unwrap().0
    };
    // 4 of 5 points are 80 percent, as 80 of 100.
    let eighty = Plan::new(&seventy_six_and(4), &[], &aimed(&forecast, "1"), &unwatched).unwrap().p_top().unwrap().0;
    assert!(eighty > 0.0);
    assert_eq!((told(Scores::Points).to_bits(), told(Scores::Index).to_bits()), (0.0_f64.to_bits(), eighty.to_bits()));
}

#[test]
fn without_time_nothing_is_proven() {
    let actions = [action("1", "9", "1", "1"), action("2", "9", "1", "1")];
    let options = PlanOptions { time_limit: Duration::ZERO, ..PlanOptions::new(number("1")) };
    let plan = Plan::new(&given(&[]), &actions, &options, &unwatched).unwrap();
    assert!(!plan.proven() && !plan.frontier_complete());
}
