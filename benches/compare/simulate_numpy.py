"""The peer of simulate.rs: the same draws in f32 with vectorised NumPy, in batches on
two threads.

Given the number of draws; the better of two ways of ranking. Its answer is how often
each unit is first.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from alone import best, introduce

UNITS, LEAVES, BATCH, NOISE, THREADS = 63, 90, 1000, 0.1, 2
DRAWS = int(sys.argv[1])
F = np.float32

unit, leaf = np.arange(UNITS)[:, None], np.arange(LEAVES)[None, :]
centre = 60 + (unit * 37 + leaf * 61) % 35
middle = centre.astype(F)
maximum = ((1 + leaf[0] % 4) / 2).astype(F)
kind, rule = leaf[0] % 4, leaf[0] // 4 % 3
triangles, normals, cases, flags = (np.flatnonzero(kind == k) for k in range(4))
low, high = middle - F(12), np.minimum(middle + F(8), F(100))
sigma = F(np.sqrt(np.log1p(NOISE**2)))


def distribution(so_far, good, coming):
    """The cumulative distribution of a beta-binomial number."""
    a, b = good + 0.5, so_far - good + 0.5
    k = np.arange(coming)
    steps = np.log((coming - k) / (k + 1) * (a + k) / (b + coming - k - 1))
    logarithms = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logarithms - logarithms.max())
    return np.cumsum(weights / weights.sum())


# For each case the percent of every outcome, and where its chance ends.
tables = []
for u in range(UNITS):
    for column in cases:
        so_far, coming = 100 + u * 5, 50 + column * 2
        good = so_far * centre[u, column] // 100
        percent = (100 * (good + np.arange(coming + 1)) / (so_far + coming)).astype(F)
        tables.append((distribution(so_far, good, coming)[:-1].astype(F), percent))


def draw(random, value):
    """Fills in percents: draws × units × leaves."""
    u = random.random((BATCH, UNITS, len(triangles)), dtype=F)
    a, c, b = low[:, triangles], middle[:, triangles], high[:, triangles]
    rising = u * (b - a) < c - a
    root = np.sqrt(np.where(rising, u * ((b - a) * (c - a)), (1 - u) * ((b - a) * (b - c))))
    value[:, :, triangles] = np.where(rising, a + root, b - root)
    z = random.standard_normal((BATCH, UNITS, len(normals)), dtype=F)
    value[:, :, normals] = np.clip(middle[:, normals] + F(3) * z, F(0), F(100))
    u = random.random((UNITS * len(cases), BATCH), dtype=F)
    percents = np.empty((UNITS * len(cases), BATCH), dtype=F)
    for row, (edges, percent) in enumerate(tables):
        percents[row] = percent[np.searchsorted(edges, u[row], side="right")]
    value[:, :, cases] = percents.reshape(UNITS, len(cases), BATCH).transpose(2, 0, 1)
    u = random.random((BATCH, UNITS, len(flags)), dtype=F)
    value[:, :, flags] = np.where(u < middle[:, flags] / F(100), F(100), F(0))


def points(value):
    """Points of the rules, rounded half up to two places, in place."""
    numeric = kind != 3
    for columns, scale in (
        (np.flatnonzero(numeric & (rule == 0)), F(100)),
        (np.flatnonzero(numeric & (rule == 1)), F(80)),
    ):
        value[:, :, columns] = np.minimum(value[:, :, columns] / scale, F(1)) * maximum[columns]
    columns = np.flatnonzero(numeric & (rule == 2))
    steps = value[:, :, columns]
    value[:, :, columns] = np.where(steps > F(90), maximum[columns], np.where(steps >= F(70), F(0.25), F(0)))
    value[:, :, flags] *= maximum[flags] / F(100)
    value *= F(100)
    value += F(0.5)
    np.floor(value, out=value)
    value *= F(0.01)


def ranks_by_comparing(index):
    ranks = np.ones(index.shape, dtype=np.int64)
    for other in range(UNITS):
        ranks += index[:, other : other + 1] > index
    return ranks


def ranks_by_sorting(index):
    order = np.argsort(-index, axis=1)
    ordered = np.take_along_axis(index, order, axis=1)
    first = np.ones(index.shape, dtype=bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.maximum.accumulate(np.where(first, np.arange(1, UNITS + 1), 0), axis=1)
    ranks = np.empty_like(place)
    np.put_along_axis(ranks, order, place, axis=1)
    return ranks


def batch(seed, rank):
    random = np.random.Generator(np.random.SFC64(seed))
    value = np.empty((BATCH, UNITS, LEAVES), dtype=F)
    draw(random, value)
    points(value)
    factors = np.exp(sigma * random.standard_normal((BATCH, LEAVES), dtype=F))
    weights = factors * (maximum.sum() / (factors @ maximum))[:, None]
    index = np.matmul(value, weights[:, :, None])[:, :, 0] * F(100 / maximum.sum())
    place = rank(index) - 1 + np.arange(UNITS) * UNITS
    return np.bincount(place.ravel(), minlength=UNITS * UNITS)


def run(rank):
    seeds = np.random.SeedSequence(7).spawn(DRAWS // BATCH)
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda seed: batch(seed, rank), seeds)).reshape(UNITS, UNITS) / DRAWS


runs = [best(lambda way=way: run(way), 1) for way in (ranks_by_comparing, ranks_by_sorting)]
quicker = min(runs, key=lambda run: run.seconds)
chances = " ".join(map(str, quicker.answer[:, 0]))
introduce(f"NumPy {np.__version__}, f32 in batches", quicker, chances)
