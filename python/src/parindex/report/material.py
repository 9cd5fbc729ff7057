"""What a report is made of: the assessment, its evidence by stage, and what else was given."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from parindex import _native
from parindex._native import Assessment, Framework, Scorecard
from parindex.layout import Language, written
from parindex.report.content import Value
from parindex.stages import STAGES

if TYPE_CHECKING:
    from parindex.table import Table
    from parindex.workplan import Tasks


@dataclass(frozen=True)
class Remark:
    """What an office wrote about one leaf, the latest of each stage up to the one asked."""

    explanation: str | None = None
    documents: str | None = None


@dataclass(frozen=True)
class Duty:
    """Who answers for a criterion and all below it, with what remedy and by when."""

    agency: str
    remedy: str | None = None
    due: str | None = None


@dataclass(frozen=True)
class Material:
    """What was given to the report; the rest is read off it."""

    assessment: Assessment
    lang: Language
    units: tuple[str, ...]
    is_self_assessment: bool = False
    evidence: Assessment | None = None
    before: Assessment | None = None
    crosswalk: Any = None
    duties: Mapping[str, Duty] = field(default_factory=dict)
    agencies: Any = None
    forecast: Any = None
    tasks: Tasks | None = None
    period: tuple[str, datetime.date, datetime.date] | None = None
    within: str | None = None

    def say(self, vi: str, en: str) -> str:
        """One of two texts, in the language of the report."""
        return vi if self.lang == "vi" else en

    def written(self, value: object) -> str:
        """A value as the language of the report writes it."""
        return written(value, self.lang)

    @property
    def gap(self) -> str:
        """What stands where there is no evidence: never a number."""
        return self.say("chưa\u00a0có", "missing")

    @property
    def is_own(self) -> bool:
        """Whether the points are what the units gave themselves."""
        return self.is_self_assessment or self.assessment.stage == "self"

    @property
    def points_title(self) -> str:
        """What points are called where there is no second opinion on them."""
        return self.say("Tự chấm", "Self-score") if self.is_own else self.say("Đạt", "Points")

    @property
    def framework(self) -> Framework:
        """The framework it was scored under."""
        return self.assessment.framework

    @property
    def only(self) -> Scorecard | None:
        """The card of the unit, if the report is about one."""
        return self.cards[self.units[0]] if len(self.units) == 1 else None

    @cached_property
    def cards(self) -> dict[str, Scorecard]:
        """The cards of the units reported on."""
        return {unit: self.assessment[unit] for unit in self.units}

    @cached_property
    def names(self) -> dict[str, str]:
        """What units are called: in the assessment, the earlier one, or the forecast; their id where nobody named them."""
        names: dict[str, str] = {}
        if self.forecast is not None:
            names |= zip(self.forecast.units, self.forecast.names, strict=True)
        earlier = () if self.before is None else (self.before[unit] for unit in self.before.units)
        for card in (*earlier, *self.cards.values()):
            names[card.unit] = card.name or names.get(card.unit) or card.unit
        return names

    @cached_property
    def criteria(self) -> dict[str, dict[str, Any]]:
        """Rows of the framework by code, in its order."""
        table: Table = self.framework.table(self.lang)
        return {row["code"]: row for row in table}

    @property
    def fields(self) -> list[str]:
        """Codes that stand on top of the tree."""
        return [code for code, row in self.criteria.items() if row["parent"] is None]

    @cached_property
    def ranking(self) -> list[dict[str, Any]]:
        """Places of all units assessed."""
        table: Table = self.assessment.ranking(within=self.within)  # type: ignore[arg-type]
        return table.to_dicts()

    @cached_property
    def _stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = json.loads((self.evidence or self.assessment).to_json())
        return stored

    @cached_property
    def _counted(self) -> list[dict[str, Any]]:
        """Rows of evidence up to the stage asked, the latest stage last."""
        reached = STAGES.index(self.assessment.stage)
        rows = [row for row in self._stored["evidence"] if STAGES.index(row["stage"]) <= reached]
        return sorted(rows, key=lambda row: STAGES.index(row["stage"]))

    @cached_property
    def remarks(self) -> dict[tuple[str, str], Remark]:
        """Explanations and documents by unit and code."""
        remarks: dict[tuple[str, str], Remark] = {}
        for row in self._counted:
            note = row.get("note") or {}
            place = (row["unit"], row["code"])
            had = remarks.get(place, Remark())
            explanation = note.get("explanation") or had.explanation
            remarks[place] = Remark(explanation, note.get("documents") or had.documents)
        return remarks

    @cached_property
    def appraised(self) -> set[tuple[str, str]]:
        """Leaves, by unit and code, that were scored again after the unit scored itself."""
        again = (row for row in self._counted if row["stage"] != "self" and row.get("stated"))
        return {(row["unit"], row["code"]) for row in again if row["unit"] in self.cards}

    @cached_property
    def own(self) -> Assessment | None:
        """The self-score, if anything was appraised after it."""
        if not self.appraised:
            return None
        return Assessment.from_json(json.dumps({**self._stored, "stage": "self"}))

    @cached_property
    def lines(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Lines by unit and code, in the order of the framework."""
        of = self.assessment if self.only is None else self.only
        table: Table = of.lines(self.lang)
        lines: dict[str, dict[str, dict[str, Any]]] = {unit: {} for unit in self.units}
        for row in table:
            lines[row["unit"]][row["code"]] = row
        return lines

    @cached_property
    def losses(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Points lost, by unit and leaf, the largest loss of each unit first."""
        lost = {}
        for unit, card in self.cards.items():
            table: Table = card.lost(self.lang)
            lost[unit] = {row["code"]: row for row in table}
        return lost

    @cached_property
    def lost_codes(self) -> list[str]:
        """Leaves on which points were lost, the largest loss of all units together first."""
        together: dict[str, Decimal] = {}
        for lost in self.losses.values():
            for code, row in lost.items():
                together[code] = together.get(code, Decimal(0)) + row["lost"]
        order = {code: at for at, code in enumerate(self.criteria)}
        return sorted(together, key=lambda code: (-together[code], order[code]))

    def index(self, code: str) -> dict[str, Decimal | None]:
        """Points in percent of the maximum on one node, by unit."""
        table: Table = self.assessment.ranking(code)
        return dict(zip(table["unit"], table["index"], strict=True))

    def name(self, code: str) -> str:
        """What a criterion is called."""
        return str(self.criteria[code]["name"])

    def depth(self, code: str) -> int:
        """How far below the top of the tree a criterion stands."""
        parent = self.criteria[code]["parent"]
        return 0 if parent is None else self.depth(parent) + 1

    def total(self, side: Assessment | None, unit: str) -> Value:
        """Points of the whole on one side; a gap if nothing at all is known of the unit there."""
        if side is None or unit not in side:
            return self.gap
        card = side[unit]
        is_known = any(card.line(code).status != "missing" for code in self.criteria)
        return card.points if is_known else self.gap

    def duty(self, code: str) -> Duty | None:
        """Who answers for a criterion: the nearest named, else the agency of its evidence or framework."""
        at: str | None = code
        while at is not None:
            if at in self.duties:
                return self.duties[at]
            at = self.criteria[at]["parent"]
        agency = self.only.line(code).agency if self.only else self.criteria[code]["agency"]
        return Duty(agency) if agency else None

    def shown(self, line: Mapping[str, Any], value: Decimal | None) -> Value:
        """Points of a line as a report shows them: a gap says that it is one."""
        match line["status"]:
            case "missing":
                return self.gap
            case "not-applicable":
                return self.say("không áp dụng", "not applicable")
            case _:
                return value


def period_named(period: str) -> tuple[str, datetime.date, datetime.date]:
    """A reporting period with its first and last day.

    Raises
    ------
    ParIndexError
        ``bad-date`` and the like for what is no period.
    """
    first, last = _native.tally([], "unit", period).period.split("/")
    return period, datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
