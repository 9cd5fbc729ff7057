"""How long does a composite indicator take from indicators to ranks that are held
against other weights?

The work of the R package COINr at the size of its own example, done with parindex and
with NumPy: 51 units x 49 indicators in eight groups are normalised between the worst
and the best unit, added up, ranked, and ranked again under 100,000 draws of the groups'
weights (log-normal, 20 %); asked are each unit's rank quantiles and how often each pair
changes its order. COINr itself comes from CRAN, which this script does not reach for.

Run: ``python benches/compare/composite.py``
"""

from alone import best, in_turns, is_quick, named, say

UNITS, LEAVES, GROUPS, NOISE, ROUNDS, TIMES = 51, 49, 8, 0.2, 3, 3
DRAWS = 10_000 if is_quick() else 100_000
QUANTILES = ("rank_q05", "rank_q50", "rank_q95")


def group(leaf):
    return leaf * GROUPS // LEAVES


def values():
    import numpy as np

    random = np.random.default_rng(7)
    level = random.normal(0, 4, UNITS)[:, None]
    return np.round(50 + level + random.normal(0, 15, (UNITS, LEAVES)), 2)


def framework():
    import parindex as pi

    rows = ['id = "bench"', 'title = "bench"', 'unit = "country"', 'status = "draft"', 'basis = "assumed"']
    rows.append('rounding = { places = 2, mode = "half-up", at = "end" }')
    for number in range(1, GROUPS + 1):
        rows += [f'[criteria."{number}"]', 'name = "group"']
    for leaf in range(LEAVES):
        rows += [f'[criteria."{group(leaf) + 1}.{leaf + 1}"]', 'name = "indicator"', 'max_points = "1"']
        rows.append('rule = { kind = "min-max", unit = "amount", best = "high" }')
    return pi.Framework.from_toml("\n".join(rows))


def with_parindex():
    import parindex as pi
    import pyarrow as pa

    fw = framework()
    cells = [(f"{unit:02}", f"{group(leaf) + 1}.{leaf + 1}") for unit in range(UNITS) for leaf in range(LEAVES)]
    units, codes = zip(*cells, strict=True)
    evidence = pa.table({"unit": units, "code": codes, "value": values().ravel()})

    def robust():
        assessment = pi.score(fw, evidence)
        robust = pi.robustness(assessment, noise=NOISE, draws=DRAWS, progress=False)
        return robust.table(), robust.swaps(), robust.kendall

    run = best(robust, TIMES)
    table, swaps, kendall = run.answer
    shares = {(row["unit"], row["other"]): row["share"] for row in swaps.to_dicts()}
    answer = table["rank"], [table[name] for name in QUANTILES], shares, kendall
    return run.with_answer(answer)


def with_numpy():
    import numpy as np

    wide = values()
    places = np.searchsorted([group(leaf) for leaf in range(LEAVES)], range(GROUPS))
    sizes = np.diff(np.append(places, LEAVES)).astype(float)
    sd = np.sqrt(np.log1p(NOISE**2))
    batch = 1000

    def robust():
        low, high = wide.min(axis=0), wide.max(axis=0)
        groups = np.add.reduceat((wide - low) / (high - low), places, axis=1)
        totals = groups.sum(axis=1)
        published = UNITS + 1 - np.searchsorted(np.sort(totals), totals, side="right")
        random = np.random.default_rng(7)
        counts = np.zeros((UNITS, UNITS), dtype=np.int64)
        ahead = np.zeros((UNITS, UNITS), dtype=np.int64)
        for _ in range(DRAWS // batch):
            factors = np.exp(sd * random.standard_normal((batch, GROUPS)) - sd**2 / 2)
            index = (factors @ groups.T) / (factors @ sizes)[:, None]
            is_ahead = index[:, :, None] > index[:, None, :]
            ahead += is_ahead.sum(axis=0)
            ranks = 1 + is_ahead.sum(axis=1)
            flat = ranks - 1 + np.arange(UNITS) * UNITS
            counts += np.bincount(flat.ravel(), minlength=UNITS * UNITS).reshape(UNITS, UNITS)
        shares = np.cumsum(counts, axis=1) / DRAWS
        quantiles = [(shares < part).sum(axis=1) + 1 for part in (0.05, 0.5, 0.95)]
        return published, quantiles, ahead

    run = best(robust, TIMES)
    published, quantiles, ahead = run.answer
    ordered = [(one, two) for one in range(UNITS) for two in range(UNITS) if published[one] < published[two]]
    shares = {(f"{one:02}", f"{two:02}"): ahead[two, one] / DRAWS for one, two in ordered if ahead[two, one]}
    answer = published.tolist(), [part.tolist() for part in quantiles], shares, sum(shares.values()) / len(ordered)
    return run.with_answer(answer)


def main():
    runs = in_turns({"parindex": with_parindex, "numpy": with_numpy}, ROUNDS)
    ranks, quantiles, shares, kendall = runs["parindex"].answer
    say("composite", named("parindex"), runs["parindex"], f"{100 * kendall:.2f} % of pairs change their order")
    if "numpy" not in runs:
        return
    other_ranks, other_quantiles, other_shares, other_kendall = runs["numpy"].answer
    wrong = sum(one != two for one, two in zip(ranks, other_ranks, strict=True))
    pairs = [(one, two) for ours, theirs in zip(quantiles, other_quantiles, strict=True)
             for one, two in zip(ours, theirs, strict=True)]
    apart = max(abs(shares.get(pair, 0) - other_shares.get(pair, 0)) for pair in shares | other_shares)
    assert max(abs(one - two) for one, two in pairs) <= 1, "quantiles of ranks differ by more than a place"
    assert apart < 6 * (0.5 / DRAWS) ** 0.5, "chances differ by more than chance"
    say(
        "composite",
        named("numpy", "NumPy"),
        runs["numpy"],
        f"{wrong or 'no'} published ranks differ, {sum(one != two for one, two in pairs)} of {len(pairs)} quantiles of"
        f" ranks by one place, chances by at most {apart:.4f}; {100 * other_kendall:.2f} % of pairs",
    )


if __name__ == "__main__":
    main()
