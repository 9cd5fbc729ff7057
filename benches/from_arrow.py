"""From a long Arrow table to the ranking, beside pandas and NumPy.

How long does it take to go from a table of 10,595 units x 90 leaves (unit and
code as text, points as float64 on a 0.01 grid) to the ranking of all units?
parindex checks every row and scores exactly; the peer pivots with pandas, then
sums and ranks with NumPy in f64.

Run: python benches/from_arrow.py, with parindex, pandas, NumPy and pyarrow installed.
"""

import resource
import time

import numpy as np
import pandas as pd
import parindex as pi
import pyarrow as pa

UNITS, LEAVES, FIELDS, ROUNDS = 10_595, 90, 8, 7


def framework():
    fields = [leaf * FIELDS // LEAVES + 1 for leaf in range(LEAVES)]
    rows = ['id = "bench"', 'title = "bench"', 'unit = "commune"', 'status = "draft"', 'basis = "assumed"']
    for field in sorted(set(fields)):
        rows += [f'[criteria."{field}"]', 'name = "field"']
    codes = [f"{field}.{leaf + 1}" for leaf, field in enumerate(fields)]
    for code in codes:
        rows += [f'[criteria."{code}"]', 'name = "leaf"', 'max_points = "2"', 'rule = { kind = "given" }']
    rounding = '[rounding]\nplaces = 2\nmode = "half-up"\nat = "leaf"'
    return pi.Framework.from_toml("\n".join(rows) + "\n" + rounding), codes


def table(codes):
    points = np.random.default_rng(7).integers(0, 201, UNITS * LEAVES) / 100
    units = np.repeat([f"u{unit:05}" for unit in range(UNITS)], LEAVES)
    return pa.table({"unit": units, "code": np.tile(codes, UNITS), "points": points})


def best(work):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


fw, codes = framework()
long = table(codes)


def ours():
    return pi.score(fw, long).ranking()


def theirs():
    wide = long.to_pandas().pivot(index="unit", columns="code", values="points")
    totals = wide.to_numpy().sum(axis=1)
    ranks = len(totals) + 1 - np.searchsorted(np.sort(totals), totals, side="right")
    return pd.DataFrame({"unit": wide.index, "points": totals, "rank": ranks}).sort_values("rank")


exact = ours().to_dicts()
peer = theirs()
assert len(exact) == len(peer) == UNITS
wrong = sum(row["rank"] != rank for row, rank in zip(
    sorted(exact, key=lambda row: row["unit"]), peer.sort_values("unit")["rank"], strict=True))
mine, peers = best(ours), best(theirs)
print(f"parindex: {mine * 1000:.0f} ms, exact")
print(f"pandas pivot + NumPy: {peers * 1000:.0f} ms, {wrong} of {UNITS} units mis-ranked by f64 sums")
print(f"ratio parindex / pandas: {mine / peers:.2f}")
print(f"peak memory of the run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
