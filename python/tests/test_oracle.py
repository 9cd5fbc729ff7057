"""A thousand random panels against an independent exact oracle.

Each has 63 units and 90 leaves on a 0.01 grid, with gaps, rows that do not
apply, counts and given points; the oracle adds ``fractions.Fraction``. Every
point, maximum, index and rank of every node is compared.
"""

import random
from decimal import Decimal
from fractions import Fraction

import parindex as pi
import pyarrow
import pytest

UNITS = [f"{number:02}" for number in range(1, 64)]
LEAVES = 90
PANELS = 1000
PARTS = 40
RULES = {
    "given": '{ kind = "given" }',
    "proportional": '{ kind = "proportional" }',
    "target": '{ kind = "target", target = "80" }',
    "yes-no": '{ kind = "yes-no" }',
}


GAP = (None, None, None, None)


def half_up(value: Fraction, places: int) -> int:
    """The nearest number of steps of 10^-places; a tie goes up (nothing here is negative)."""
    return (2 * value.numerator * 10**places + value.denominator) // (2 * value.denominator)


def written(value: Fraction, places: int) -> Decimal:
    return Decimal(half_up(value, places)).scaleb(-places)


def exactly(value: Fraction) -> Decimal:
    """As tables hold it: ten places; on the grid two are enough."""
    return written(value, 2 if 100 % value.denominator == 0 else 10)


def ranks(keys: dict[str, Fraction | None]) -> dict[str, int | None]:
    """The "1224" ranks: one more than the number of better ones."""
    better: dict[Fraction, int] = {}
    for position, key in enumerate(sorted((key for key in keys.values() if key is not None), reverse=True), start=1):
        better.setdefault(key, position)
    return {unit: None if key is None else better[key] for unit, key in keys.items()}


class Panel:
    """A random framework with random evidence, and what it must come to."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.at_leaf = seed % 4 != 0
        self.leaves: dict[str, tuple[str, Fraction]] = {}
        self.below: dict[str, list[str]] = {}
        self._grow()
        self.points: dict[tuple[str, str], Fraction] = {}
        self.maxima: dict[tuple[str, str], Fraction | None] = {}
        self._fill()

    def _grow(self) -> None:
        """A tree of fields, criteria and leaves, 90 leaves in all."""
        fields = self.random.randint(5, 8)
        for leaf in range(LEAVES):
            field = leaf % fields + 1
            criterion = self.random.randint(1, 6)
            code = f"{field}.{criterion}.{leaf + 1}"
            kinds = list(RULES) if self.at_leaf else ["given"] * 8 + ["proportional"]
            maximum = Fraction(self.random.choice([25, 50, 75, 100, 150, 200, 250, 33, 7]), 100)
            self.leaves[code] = (self.random.choice(kinds), maximum)
            self.below.setdefault(f"{field}.{criterion}", []).append(code)
            self.below.setdefault(str(field), []).append(code)
        self.below[""] = list(self.leaves)
        self.whole = {node: sum((self.leaves[leaf][1] for leaf in leaves), Fraction()) for node, leaves in self.below.items()}

    def _fill(self) -> None:
        grid = self.random.choice([1, 1, 5, 25])
        rare = self.random.choice([0.0, 0.01, 0.05])
        rows: list[tuple[str | None, ...]] = []
        for unit in UNITS:
            steps: dict[str, int] = {}
            fine: dict[str, Fraction] = {}
            left: set[str] = set()
            for code, (kind, maximum) in self.leaves.items():
                chance = self.random.random()
                if chance < rare:
                    cells, earned = GAP, Fraction()
                elif chance < 2 * rare:
                    cells, earned = ("n/a", None, None, None), Fraction()
                    left.add(code)
                else:
                    cells, earned = self._state(kind, maximum, grid)
                rows.append((unit, code, *cells))
                if self.at_leaf or 100 % earned.denominator == 0:
                    steps[code] = half_up(earned, 2)
                else:
                    steps[code], fine[code] = 0, earned
            self._add_up(unit, steps, fine, left)
        columns = zip(*rows, strict=True)
        self.rows = dict(zip(["unit", "code", "value", "numerator", "denominator", "points"], columns, strict=True))

    def _add_up(self, unit: str, steps: dict[str, int], fine: dict[str, Fraction], left: set[str]) -> None:
        for node, leaves in self.below.items():
            points = Fraction(sum(map(steps.__getitem__, leaves)), 100)
            if fine:
                points += sum((fine[leaf] for leaf in leaves if leaf in fine), Fraction())
            self.points[unit, node] = points
            known = [self.leaves[leaf][1] for leaf in leaves if leaf not in left] if left else leaves
            whole = self.whole[node] if len(known) == len(leaves) else sum(known, Fraction())
            self.maxima[unit, node] = whole if known else None
        for leaf in self.leaves:
            self.points[unit, leaf] = fine.get(leaf, Fraction(steps[leaf], 100))

    def _state(self, kind: str, maximum: Fraction, grid: int) -> tuple[tuple[str | None, ...], Fraction]:
        """What a leaf's row states, and the points it must earn, unrounded."""
        if kind == "given":
            steps = int(self.random.random() * (int(maximum * 100) // grid + 1)) * grid
            return (None, None, None, f"{steps // 100}.{steps % 100:02}"), Fraction(steps, 100)
        if kind == "yes-no":
            flag = self.random.random() < 0.7
            return ("có" if flag else "không", None, None, None), maximum if flag else Fraction()
        denominator = 1 + int(self.random.random() * (100_000 if self.at_leaf else 24))
        numerator = int(self.random.random() * (denominator + 1))
        share = Fraction(numerator, denominator)
        if kind == "target":
            share = min(share / Fraction(80, 100), Fraction(1))
        return (None, str(numerator), str(denominator), None), maximum * share

    def toml(self) -> str:
        """The framework's file."""
        at = "leaf" if self.at_leaf else "end"
        text = [
            'id = "test/panel"\ntitle = { vi = "Thử" }\nunit = "province"\nrounds = []\nstatus = "draft"\nbasis = "assumed"\n'
            f'[rounding]\nplaces = 2\nmode = "half-up"\nat = "{at}"\n'
            '[absence]\nmissing = "zero"\nnot_applicable = "shrink"\nzero_denominator = "zero"\n'
        ]
        for node in self.below:
            if node:
                text.append(f'[criteria."{node}"]\nname = {{ vi = "Nhóm {node}" }}\n')
        for code, (kind, maximum) in self.leaves.items():
            text.append(
                f'[criteria."{code}"]\nname = {{ vi = "Dòng {code}" }}\n'
                f'max_points = "{written(maximum, 2)}"\nrule = {RULES[kind]}\n'
            )
        return "".join(text)


def check(seed: int) -> None:
    panel = Panel(seed)
    assessment = pi.score(pi.Framework.from_toml(panel.toml()), pyarrow.table(panel.rows))
    assert assessment.units == UNITS
    lines = assessment.lines()
    computed = dict(zip(zip(lines["unit"], lines["code"], strict=True), lines["points"], strict=True))
    assert computed == {key: exactly(points) for key, points in panel.points.items() if key[1]}
    for node in panel.below:
        table = assessment.ranking(code=node or None)
        keys: dict[str, Fraction | None] = {}
        for unit in UNITS:
            maximum = panel.maxima[unit, node]
            points = panel.points[unit, node]
            keys[unit] = None if maximum is None else Fraction(
                points.numerator * maximum.denominator, points.denominator * maximum.numerator
            )
        assert dict(zip(table["unit"], table["rank"], strict=True)) == ranks(keys)
        maxima = {unit: None if (known := panel.maxima[unit, node]) is None else exactly(known) for unit in UNITS}
        assert dict(zip(table["unit"], table["max_points"], strict=True)) == maxima
        index = {unit: None if key is None else written(key, 4).scaleb(2) for unit, key in keys.items()}
        assert dict(zip(table["unit"], table["index"], strict=True)) == index
        if not node:
            places = 10 if panel.at_leaf else 2
            totals = {unit: written(panel.points[unit, node], places) for unit in UNITS}
            assert dict(zip(table["unit"], table["points"], strict=True)) == totals


@pytest.mark.parametrize("part", range(PARTS))
def test_no_wrong_digit_and_no_wrong_rank(part: int) -> None:
    for seed in range(part, PANELS, PARTS):
        check(seed)
