"""How long does it take from a long Arrow table to the ranking?

The table has 10,595 units x 90 leaves: unit and code as text, points as float64 on a
0.01 grid. parindex checks every row against the framework, scores all nodes exactly
and ranks. pandas pivots and NumPy sums and ranks in f64; Polars and DuckDB sum by
unit and rank, Polars in f64, DuckDB once in f64 and once in decimals, which are exact.

Run: ``python benches/compare/from_arrow.py``
"""

from alone import alone, best, in_turns, named, say

UNITS, LEAVES, FIELDS, ROUNDS, TIMES = 10_595, 90, 8, 3, 5


def codes():
    return [f"{leaf * FIELDS // LEAVES + 1}.{leaf + 1}" for leaf in range(LEAVES)]


def framework():
    import parindex as pi

    rows = ['id = "bench"', 'title = "bench"', 'unit = "commune"', 'status = "draft"', 'basis = "assumed"']
    rows.append('rounding = { places = 2, mode = "half-up", at = "leaf" }')
    for field in range(1, FIELDS + 1):
        rows += [f'[criteria."{field}"]', 'name = "field"']
    for code in codes():
        rows += [f'[criteria."{code}"]', 'name = "leaf"', 'max_points = "2"', 'rule = { kind = "given" }']
    return pi.Framework.from_toml("\n".join(rows))


def table():
    import numpy as np
    import pyarrow as pa

    points = np.random.default_rng(7).integers(0, 201, UNITS * LEAVES) / 100
    units = np.repeat([f"u{unit:05}" for unit in range(UNITS)], LEAVES)
    return pa.table({"unit": units, "code": np.tile(codes(), UNITS), "points": points})


def with_parindex():
    import parindex as pi

    fw, long = framework(), table()
    run = best(lambda: pi.score(fw, long).ranking(), TIMES)
    return kept(run, run.answer["unit"], run.answer["rank"])


def with_pandas():
    import numpy as np
    import pandas as pd

    long = table()

    def ranking():
        wide = long.to_pandas().pivot(index="unit", columns="code", values="points")
        totals = wide.to_numpy().sum(axis=1)
        ranks = len(totals) + 1 - np.searchsorted(np.sort(totals), totals, side="right")
        return pd.DataFrame({"unit": wide.index, "points": totals, "rank": ranks}).sort_values("rank")

    run = best(ranking, TIMES)
    return kept(run, run.answer["unit"], run.answer["rank"])


def with_polars():
    import polars as pl

    long = table()

    def ranking():
        totals = pl.DataFrame(long).group_by("unit").agg(pl.col("points").sum())
        return totals.with_columns(pl.col("points").rank("min", descending=True).alias("rank")).sort("rank")

    run = best(ranking, TIMES)
    return kept(run, run.answer["unit"], run.answer["rank"])


def with_duckdb(points="points"):
    import duckdb

    long = table()
    con = duckdb.connect(config={"threads": 2})
    con.register("long", long)
    question = (
        f"select unit, sum({points}) as points, rank() over (order by sum({points}) desc) as rank"
        " from long group by unit order by rank"
    )
    run = best(lambda: con.sql(question).to_arrow_table(), TIMES)
    return kept(run, run.answer["unit"].to_pylist(), run.answer["rank"].to_pylist())


def with_decimals():
    return with_duckdb("points::decimal(9, 2)")


def kept(run, units, ranks):
    """The run with its ranks by unit, so that they can be compared."""
    return run.with_answer(dict(zip(units, map(int, ranks), strict=True)))


def main():
    contenders = {
        "parindex": with_parindex,
        "pandas": with_pandas,
        "polars": with_polars,
        "duckdb": with_duckdb,
    }
    runs = in_turns(contenders, ROUNDS)
    exact = runs["parindex"].answer
    assert len(exact) == UNITS
    say("from-arrow", named("parindex"), runs["parindex"], "exact, every row checked, every node scored")

    def told(run):
        assert run.answer.keys() == exact.keys()
        wrong = sum(run.answer[unit] != rank for unit, rank in exact.items())
        return f"{wrong:,} of {UNITS:,} units have a wrong rank" if wrong else "the same ranks"

    for who, name in {"pandas": "pandas pivot + NumPy, pandas", "polars": "Polars", "duckdb": "DuckDB"}.items():
        if who in runs:
            say("from-arrow", f"{named(who, name)}, f64", runs[who], told(runs[who]))
    if "duckdb" in runs:
        run = alone(with_decimals)
        say("from-arrow", f"{named('duckdb', 'DuckDB')}, decimals", run, told(run))


if __name__ == "__main__":
    main()
