"""How long do first-order and total Sobol' indices of 90 uncertain leaves take?

One unit whose leaves are believed triangular goes through proportional, target and
step rules, each leaf rounded to two places. parindex draws from the compiled framework;
SALib samples and analyses, and NumPy evaluates the same model for it. Both make three
quarters of a million evaluations. Leaves add up, so the true indices are known: each
leaf's share of the sum of variances, by integration of one leaf at a time.

Run: ``python benches/compare/sensitivity.py``
"""

from alone import best, in_turns, is_quick, named, say

LEAVES, FIELDS, ROUNDS, TIMES = 90, 8, 1, 3
# Base samples; from two points each parindex makes as many evaluations as SALib from twice as many samples.
SAMPLES = 512 if is_quick() else 4096


def leaf_of(number):
    """Code, maximum, kind of rule and triangle of a leaf."""
    centre = 60 + number * 61 % 35
    triangle = (centre - 15, centre, min(centre + 15, 100))
    return f"{number % FIELDS + 1}.{number // FIELDS + 1}", (1 + number % 4) / 2, number % 3, triangle


def framework():
    import parindex as pi

    rows = ['id = "bench"', 'title = "bench"', 'unit = "province"', 'status = "draft"', 'basis = "assumed"']
    rows.append('rounding = { places = 2, mode = "half-up", at = "leaf" }')
    for field in range(1, FIELDS + 1):
        rows += [f'[criteria."{field}"]', 'name = "field"']
    for number in range(LEAVES):
        code, maximum, kind, _ = leaf_of(number)
        steps = (
            f'steps = [{{ above = "90", points = "{maximum}" }}, {{ from = "70", to = "90", points = "0.25" }},'
            ' { below = "70", points = "0" }]'
        )
        rule = ['kind = "proportional"', 'kind = "target", target = "80"', f'kind = "steps", unit = "percent", {steps}']
        rows += [f'[criteria."{code}"]', 'name = "leaf"', f'max_points = "{maximum}"', f"rule = {{ {rule[kind]} }}"]
    return pi.Framework.from_toml("\n".join(rows))


def points(share, number):
    """Points of a leaf where its belief reaches `share` of its distribution."""
    import numpy as np

    _, maximum, kind, (low, mode, high) = leaf_of(number)
    rising = share * (high - low) < mode - low
    root = np.sqrt((high - low) * np.where(rising, share * (mode - low), (1 - share) * (high - mode)))
    value = np.where(rising, low + root, high - root)
    if kind == 2:
        earned = np.where(value > 90, maximum, np.where(value >= 70, 0.25, 0.0))
    else:
        earned = np.minimum(value / (80 if kind else 100), 1.0) * maximum
    return np.floor(earned * 100 + 0.5) / 100


def truth():
    """The exact indices: shares of the sum of variances."""
    import numpy as np

    cells = 1_000_000
    middle = (np.arange(cells) + 0.5) / cells
    variances = np.array([points(middle, number).var() for number in range(LEAVES)])
    return variances / variances.sum()


def with_parindex():
    import parindex as pi

    fw = framework()
    beliefs = []
    for number in range(LEAVES):
        code, _, _, (low, mode, high) = leaf_of(number)
        beliefs.append({"unit": "a", "code": code, "belief": "triangular", "low": low, "mode": mode, "high": high})
    run = best(lambda: pi.sensitivity(fw, beliefs, samples=SAMPLES, progress=False), TIMES)
    rows = {row["code"]: row for row in run.answer.to_dicts() if row["on"] == "score"}
    ordered = [rows[leaf_of(number)[0]] for number in range(LEAVES)]
    answer = {
        "first": [row["first"] for row in ordered],
        "total": [row["total"] for row in ordered],
        "evaluations": ordered[0]["evaluations"],
    }
    return run.with_answer(answer)


def with_salib():
    import numpy as np
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    problem = {"num_vars": LEAVES, "names": [str(leaf) for leaf in range(LEAVES)], "bounds": [[0.0, 1.0]] * LEAVES}

    def indices(samples):
        shares = sampling.sample(problem, samples, calc_second_order=False, seed=7)
        score = np.zeros(len(shares))
        for number in range(LEAVES):
            score += points(shares[:, number], number)
        found = analysis.analyze(problem, score, calc_second_order=False, seed=7)
        return {"first": found["S1"].tolist(), "total": found["ST"].tolist(), "evaluations": len(shares)}

    # What the first call loads is not its work.
    indices(2)
    return best(lambda: indices(2 * SAMPLES), 1)


def main():
    runs = in_turns({"parindex": with_parindex, "salib": with_salib}, ROUNDS)
    true = truth()
    for who, run in runs.items():
        off = {kind: max(abs(run.answer[kind] - true)) for kind in ("first", "total")}
        assert max(off.values()) < (0.2 if is_quick() else 0.05), f"{who} is off by {off}"
        answer = f"{run.answer['evaluations']:,} evaluations, at most {max(off.values()):.4f} from the true indices"
        say("sensitivity", named("parindex") if who == "parindex" else f"{named('SALib')}, NumPy", run, answer)


if __name__ == "__main__":
    main()
