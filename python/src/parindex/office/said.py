"""What a table says of a unit under a criterion, and the rows of evidence that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from parindex.office.faults import Faults
from parindex.office.grid import Cell
from parindex.office.measures import Measures
from parindex.stages import STAGES

Cells: TypeAlias = Literal["points", "value"]

NOTES = ("explanation", "documents", "note", "agency")
"""Roles of columns that stand beside a measure."""


@dataclass(frozen=True)
class Said:
    """What a table says of one unit under one criterion."""

    unit: str
    code: str
    cells: Mapping[str, Cell]
    """The cells by the role of their columns."""
    place: str
    stage: str | None


class Rows:
    """Makes rows of evidence, and notes what contradicts itself."""

    def __init__(self, file: str, measures: Measures, faults: Faults, cells: Cells | None) -> None:
        self._file = file
        self._measures = measures
        self._faults = faults
        self._cells = cells

    def of(self, said: Said) -> list[dict[str, object]]:
        """The rows: one for each stage that has something."""
        self._measures.at(said.unit, said.code)
        made: dict[str | None, dict[str, object]] = {}
        self._put_measured(said, made)
        for role in (*STAGES, "survey", "points"):
            cell = said.cells.get(role)
            stage = {"survey": "appraised-1", "points": said.stage}.get(role, role)
            stated = None if cell is None else self._measures.points(cell)
            if cell is None or stated is None or (role == "survey" and stage in made):
                continue
            if stage in made:
                self._settle(made, stage, cell, stated)
            else:
                made[stage] = {**stated, "source": cell.place}
        notes = {role: " ".join(said.cells[role].text.split("\n")) for role in NOTES if role in said.cells}
        if notes and not made:
            made[said.stage] = {"source": said.place}
        rows = [{"unit": said.unit, "code": said.code, "stage": stage, **row} for stage, row in made.items()]
        if rows:
            rows[0] |= notes
        for row in rows:
            row["source"] = f"{self._file}, {row['source']}"
        return rows

    def _put_measured(self, said: Said, made: dict[str | None, dict[str, object]]) -> None:
        value = self._measures.value(said.cells["value"]) if "value" in said.cells else None
        counts = self._measures.counts(said.cells.get("numerator"), said.cells.get("denominator"))
        if value is not None and counts is not None:
            why = "the row has both a value and counts: one is allowed"
            self._faults.add("incomplete-row", why, said.cells["value"].place, unit=said.unit, criterion=said.code)
        stated = counts or value
        if stated is not None:
            cell = said.cells["numerator" if counts else "value"]
            made[said.stage] = {**stated, "source": cell.place}

    def _settle(
        self, made: dict[str | None, dict[str, object]], stage: str | None, cell: Cell, stated: Mapping[str, object]
    ) -> None:
        """A row with both evidence and points at one stage."""
        if self._cells == "points":
            made[stage] = {**stated, "source": cell.place}
        elif self._cells is None:
            why = "the row has both evidence and points of this stage: leave one empty, or say cells='value' or cells='points'"
            self._faults.add("incomplete-row", why, cell.place)
