"""A thousand random panels against an independent exact oracle.

Each has 63 units and 90 leaves on a 0.01 grid, with gaps, rows that do not
apply, counts and given points; the oracle is ``fractions.Fraction`` and Python's
integers. Every point, maximum, index and rank of every node is compared.

Points and maxima are held in hundredths: an int on the grid, a Fraction off it.
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
COLUMNS = ["unit", "code", "value", "numerator", "denominator", "points"]

Cells = tuple[str | None, str | None, str | None, str | None]
GAP: Cells = (None, None, None, None)
NOT_APPLICABLE: Cells = ("n/a", None, None, None)


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number; a tie goes up (nothing here is negative)."""
    return (2 * numerator + denominator) // (2 * denominator)


def written(hundredths: int | Fraction, places: int = 10) -> Decimal:
    """As tables hold it: so many places, of which the grid needs two."""
    if isinstance(hundredths, int):
        return Decimal(hundredths).scaleb(-2)
    rounded = half_up(hundredths.numerator * 10 ** (places - 2), hundredths.denominator)
    return Decimal(rounded).scaleb(-places)


def index(points: int | Fraction, maximum: int) -> Decimal:
    """Percent, two decimals half-up."""
    return Decimal(half_up(points.numerator * 10_000, points.denominator * maximum)).scaleb(-2)


def ranks(keys: dict[str, int | Fraction | None]) -> dict[str, int | None]:
    """The "1224" ranks: one more than the number of better ones."""
    places: dict[int | Fraction, int] = {}
    for position, key in enumerate(sorted((key for key in keys.values() if key is not None), reverse=True), start=1):
        places.setdefault(key, position)
    return {unit: None if key is None else places[key] for unit, key in keys.items()}


class Panel:
    """A random framework with random evidence, and what it must come to."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.at_leaf = seed % 4 != 0
        self.leaves: dict[str, tuple[str, int]] = {}
        self.below: dict[str, list[str]] = {}
        self._grow()
        self.points: dict[tuple[str, str], int | Fraction] = {}
        self.maxima: dict[tuple[str, str], int | None] = {}
        self._fill()

    def _grow(self) -> None:
        """A tree of fields, criteria and leaves, 90 leaves in all."""
        fields = self.random.randint(5, 8)
        kinds = list(RULES) if self.at_leaf else ["given"] * 8 + ["proportional"]
        for leaf in range(LEAVES):
            field = leaf % fields + 1
            criterion = self.random.randint(1, 6)
            code = f"{field}.{criterion}.{leaf + 1}"
            self.leaves[code] = (self.random.choice(kinds), self.random.choice([25, 50, 75, 100, 150, 200, 250, 33, 7]))
            self.below.setdefault(f"{field}.{criterion}", []).append(code)
            self.below.setdefault(str(field), []).append(code)
        self.below[""] = list(self.leaves)
        self.whole = {node: sum(self.leaves[leaf][1] for leaf in leaves) for node, leaves in self.below.items()}

    def _fill(self) -> None:
        chance = self.random.random
        grid = self.random.choice([1, 1, 5, 25])
        rare = self.random.choice([0.0, 0.01, 0.05])
        rows: list[tuple[str | None, ...]] = []
        for unit in UNITS:
            points: dict[str, int | Fraction] = {}
            left: set[str] = set()
            for code, (kind, maximum) in self.leaves.items():
                fate = chance()
                if fate < rare:
                    cells, points[code] = GAP, 0
                elif fate < 2 * rare:
                    cells, points[code] = NOT_APPLICABLE, 0
                    left.add(code)
                else:
                    cells, points[code] = self._state(kind, maximum, grid)
                rows.append((unit, code, *cells))
            self._add_up(unit, points, left)
        self.rows = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))

    def _state(self, kind: str, maximum: int, grid: int) -> tuple[Cells, int | Fraction]:
        """What a leaf's row states, and the points it must earn."""
        chance = self.random.random
        if kind == "given":
            steps = int(chance() * (maximum // grid + 1)) * grid
            return (None, None, None, f"{steps // 100}.{steps % 100:02}"), steps
        if kind == "yes-no":
            flag = chance() < 0.7
            return ("có" if flag else "không", None, None, None), maximum if flag else 0
        denominator = 1 + int(chance() * (100_000 if self.at_leaf else 24))
        numerator = int(chance() * (denominator + 1))
        share = Fraction(numerator, denominator)
        if kind == "target":
            share = min(share / Fraction(80, 100), Fraction(1))
        earned = maximum * share
        on_grid = self.at_leaf or earned.denominator == 1
        points = half_up(earned.numerator, earned.denominator) if on_grid else earned
        return (None, str(numerator), str(denominator), None), points

    def _add_up(self, unit: str, points: dict[str, int | Fraction], left: set[str]) -> None:
        for leaf, earned in points.items():
            self.points[unit, leaf] = earned
        for node, leaves in self.below.items():
            self.points[unit, node] = sum(map(points.__getitem__, leaves))
            lost = sum(self.leaves[leaf][1] for leaf in leaves if leaf in left) if left else 0
            self.maxima[unit, node] = self.whole[node] - lost or None

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
                f'max_points = "{written(maximum)}"\nrule = {RULES[kind]}\n'
            )
        return "".join(text)


def check(seed: int) -> None:
    panel = Panel(seed)
    assessment = pi.score(pi.Framework.from_toml(panel.toml()), pyarrow.table(panel.rows))
    assert assessment.units == UNITS
    lines = assessment.lines()
    computed = dict(zip(zip(lines["unit"], lines["code"], strict=True), lines["points"], strict=True))
    assert computed == {key: written(points) for key, points in panel.points.items() if key[1]}
    for node in panel.below:
        table = assessment.ranking(code=node or None)
        points = {unit: panel.points[unit, node] for unit in UNITS}
        maxima = {unit: panel.maxima[unit, node] for unit in UNITS}
        same = len(set(maxima.values())) == 1
        keys: dict[str, int | Fraction | None] = {
            unit: None if not maximum else points[unit] if same else Fraction(points[unit]) / maximum
            for unit, maximum in maxima.items()
        }
        units = table["unit"]
        assert dict(zip(units, table["rank"], strict=True)) == ranks(keys)
        assert dict(zip(units, table["max_points"], strict=True)) == {
            unit: None if maximum is None else written(maximum) for unit, maximum in maxima.items()
        }
        assert dict(zip(units, table["index"], strict=True)) == {
            unit: index(points[unit], maximum) if maximum else None for unit, maximum in maxima.items()
        }
        if not node:
            places = 10 if panel.at_leaf else 2
            totals = {unit: written(total, places) for unit, total in points.items()}
            assert dict(zip(units, table["points"], strict=True)) == totals


@pytest.mark.parametrize("part", range(PARTS))
def test_no_wrong_digit_and_no_wrong_rank(part: int) -> None:
    for seed in range(part, PANELS, PARTS):
        check(seed)
