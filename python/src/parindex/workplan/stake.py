"""The points that hang on the leaves which tasks serve."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from parindex._native import Assessment, Framework

POINTS: dict[str, Literal["exact"]] = {"points_lacking": "exact", "points_held": "exact", "points_at_risk": "exact"}


@dataclass(frozen=True)
class Stake:
    """Points that hang on leaves, over all units asked for."""

    lacking: Mapping[str, Decimal]
    held: Mapping[str, Decimal] | None
    """None where a leaf's points are not points of the whole: under weights and means."""

    def of(self, leaves: Iterable[str] | None) -> dict[str, Decimal | None]:
        """What hangs on these leaves, each once; gaps where they are not known."""
        if leaves is None:
            return dict.fromkeys(POINTS)
        leaves = list(leaves)
        lacking = sum((self.lacking.get(leaf, Decimal(0)) for leaf in leaves), Decimal(0))
        if self.held is None:
            return {"points_lacking": lacking, "points_held": None, "points_at_risk": None}
        held = sum((self.held.get(leaf, Decimal(0)) for leaf in leaves), Decimal(0))
        return {"points_lacking": lacking, "points_held": held, "points_at_risk": lacking + held}


def stake_of(assessment: Assessment, units: Iterable[str]) -> Stake:
    """What the units lack and hold at each leaf, added up."""
    framework = assessment.framework
    leaves = [code for code in framework if framework[code].is_leaf]
    lacking: dict[str, Decimal] = {}
    held: dict[str, Decimal] = {}
    for unit in units:
        card = assessment[unit]
        for row in card.lost():
            lacking[row["code"]] = lacking.get(row["code"], Decimal(0)) + (row["lost"] or Decimal(0))
        for leaf in leaves:
            held[leaf] = held.get(leaf, Decimal(0)) + card.line(leaf).points
    return Stake(lacking, held if _adds_up(framework) else None)


def _adds_up(framework: Framework) -> bool:
    """Whether points of leaves are points of the whole: sums all the way, no weights."""
    text = tomllib.loads(framework.to_toml())
    rows = [text, *text.get("criteria", {}).values()]
    return all(row.get("aggregate", "sum") == "sum" and "weight" not in row for row in rows)
