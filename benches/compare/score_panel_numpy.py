"""The peer of score_panel.rs: the same panel scored and ranked in f64 with NumPy.

Given the file of counts and one for the ranks, node by node; the best of two ways
of ranking, several times each.
"""

import sys

import numpy as np
from alone import best, introduce

UNITS, LEAVES, FIELDS, CRITERIA = 10_595, 90, 8, 40

counts = np.fromfile(sys.argv[1], dtype="<u4").reshape(UNITS, LEAVES, 2).astype(np.float64)
numerator, denominator = np.ascontiguousarray(counts[..., 0]), np.ascontiguousarray(counts[..., 1])
leaf = np.arange(LEAVES)
maximum = np.array([0.5, 1, 1.5, 2])[leaf % 4]
criterion = leaf * CRITERIA // LEAVES
field = np.arange(CRITERIA) * FIELDS // CRITERIA
first_leaf = np.flatnonzero(np.diff(criterion, prepend=-1))
first_criterion = np.flatnonzero(np.diff(field, prepend=-1))


def score():
    ratio = numerator / denominator
    points = np.empty_like(ratio)
    points[:, 0::3] = ratio[:, 0::3] * maximum[0::3]
    points[:, 1::3] = np.minimum(ratio[:, 1::3] / 0.8, 1.0) * maximum[1::3]
    steps = ratio[:, 2::3]
    points[:, 2::3] = np.where(steps > 0.9, 0.5, np.where(steps >= 0.7, 0.25, 0.0))
    points = np.floor(points * 100 + 0.5) / 100
    criteria = np.add.reduceat(points, first_leaf, axis=1)
    fields = np.add.reduceat(criteria, first_criterion, axis=1)
    return np.concatenate([fields.sum(axis=1, keepdims=True), fields, criteria], axis=1)


def rank(nodes):
    ranks = np.empty(nodes.shape, dtype=np.int64)
    for node in range(nodes.shape[1]):
        values = nodes[:, node]
        ranks[:, node] = UNITS + 1 - np.searchsorted(np.sort(values), values, side="right")
    return ranks


def rank_by_order(nodes):
    ranks = np.empty(nodes.shape, dtype=np.int64)
    for node in range(nodes.shape[1]):
        order = np.argsort(-nodes[:, node])
        values = nodes[order, node]
        new = np.flatnonzero(np.diff(values, prepend=np.inf))
        ranks[order, node] = np.repeat(new + 1, np.diff(np.append(new, UNITS)))
    return ranks


runs = [best(lambda way=way: way(score()), 7) for way in (rank, rank_by_order)]
quicker = min(runs, key=lambda run: run.seconds)
quicker.answer.T.astype("<u4").tofile(sys.argv[2])
introduce(f"NumPy {np.__version__}, f64", quicker)
