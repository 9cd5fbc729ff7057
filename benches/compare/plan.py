"""How long does it take to choose among 60 actions under a budget?

Each action lifts one leaf with some chance; some need others, some exclude others.
parindex scores every action by the framework's rules, chooses and finds the efficient
frontier; HiGHS, through `scipy.optimize.milp`, is given the gains and chooses, once
under the budget and once for each plan of the frontier, under what that costs.

Run: ``python benches/compare/plan.py``
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from alone import alone, best, in_turns, named, say

ACTIONS, BUDGET, ROUNDS, TIMES = 60, 3000, 3, 3


def action(number):
    """Code, maximum, what is stated now, target, cost, chance, the needed and the excluded action."""
    now, target = 20 + number * 37 % 45, 70 + number * 53 % 30
    cost, chance = 40 + number * 97 % 211, Decimal(40 + number * 31 % 60) / 100
    needed = number - 1 if number % 6 == 5 else None
    excluded = number - 2 if number % 7 == 6 else None
    code, maximum = f"{number % 8 + 1}.{number // 8 + 1}", Decimal(1 + number % 4) / 2
    return code, maximum, now, target, cost, chance, needed, excluded


def framework():
    import parindex as pi

    rows = ['id = "bench"', 'title = "bench"', 'unit = "province"', 'status = "draft"', 'basis = "assumed"']
    rows.append('rounding = { places = 2, mode = "half-up", at = "leaf" }')
    for field in range(1, 9):
        rows += [f'[criteria."{field}"]', 'name = "field"']
    for number in range(ACTIONS):
        code, maximum, *_ = action(number)
        rows += [f'[criteria."{code}"]', 'name = "leaf"', f'max_points = "{maximum}"']
        rows.append('rule = { kind = "proportional" }')
    return pi.Framework.from_toml("\n".join(rows))


def with_parindex():
    import parindex as pi

    evidence, actions = [], []
    for number in range(ACTIONS):
        code, _, now, target, cost, chance, needed, excluded = action(number)
        evidence.append({"unit": "a", "code": code, "value": now})
        row = {"action": f"a{number}", "code": code, "value": target, "cost": cost, "chance": chance}
        row["needs"] = None if needed is None else f"a{needed}"
        row["excludes"] = None if excluded is None else f"a{excluded}"
        actions.append(row)
    card = pi.score(framework(), evidence)["a"]
    run = best(lambda: pi.plan(card, actions, budget=BUDGET, progress=False), TIMES)
    assert run.answer.proven
    frontier = run.answer.frontier()
    plans = list(zip(frontier["cost"], frontier["gain"], strict=True))
    return run.with_answer((run.answer.gain, run.answer.cost, plans))


def with_highs(budgets):
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    def points(percent, maximum):
        return (maximum * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def choose(budget):
        gains, costs, rows, most = [], [], [], [float(budget)]
        for number in range(ACTIONS):
            _, maximum, now, target, cost, chance, needed, excluded = action(number)
            gains.append(chance * (points(target, maximum) - points(now, maximum)))
            costs.append(cost)
            for other, sign in ((needed, -1), (excluded, 1)):
                if other is not None:
                    row = np.zeros(ACTIONS)
                    row[number], row[other] = 1, sign
                    rows.append(row)
                    most.append(0 if sign < 0 else 1)
        found = milp(
            -np.array(gains, dtype=float),
            constraints=LinearConstraint(np.vstack([costs, *rows]), ub=most),
            bounds=Bounds(0, 1),
            integrality=np.ones(ACTIONS),
            options={"mip_rel_gap": 0},
        )
        chosen = np.flatnonzero(found.x > 0.5)
        return sum((gains[place] for place in chosen), Decimal(0)), sum(costs[place] for place in chosen)

    every = best(lambda: [choose(budget) for budget in budgets], TIMES)
    run = best(lambda: choose(BUDGET), TIMES)
    return run.with_answer((run.answer, every))


def main():
    budgets = [cost for cost, _ in alone(with_parindex).answer[2]]
    runs = in_turns({"parindex": with_parindex, "highs": partial(with_highs, budgets)}, ROUNDS)
    gain, cost, plans = runs["parindex"].answer
    told = f"{gain} points for {cost}, proven; {len(plans)} plans of the frontier"
    say("plan", named("parindex"), runs["parindex"], told)
    if "highs" in runs:
        (other_gain, other_cost), every = runs["highs"].answer
        known, found = [gain, *(gain for _, gain in plans)], [other_gain, *(gain for gain, _ in every.answer)]
        for own, other in zip(known, found, strict=True):
            assert abs(other - own) < Decimal("0.000001"), f"the optima differ: {own} and {other}"
        highs = named("scipy", "HiGHS in SciPy")
        say("plan", highs, runs["highs"], f"the same gain, for {other_cost}; no frontier")
        say("plan", f"{highs}, plan by plan", every, f"the same {len(plans)} gains, under the costs that it was given")


if __name__ == "__main__":
    main()
