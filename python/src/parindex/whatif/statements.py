"""What evidence states for each leaf of each unit, read out of an assessment."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from parindex._native import Assessment
from parindex.stages import STAGES

Statement: TypeAlias = dict[str, str]
"""The columns of evidence that are filled: value, or numerator and denominator, or points; none for a gap."""


class Statements:
    """What counts of an assessment's evidence: for each unit and leaf its latest row with a value, or a gap."""

    def __init__(self, assessment: Assessment) -> None:
        inputs = json.loads(assessment.to_json())
        last = STAGES.index(assessment.stage)
        self.units: list[dict[str, Any]] | None = inputs["units"]
        self.of: dict[str, dict[str, Statement]] = {unit: {} for unit in assessment.units}
        self.notes: dict[str, dict[str, dict[str, str]]] = {unit: {} for unit in assessment.units}
        stages: dict[tuple[str, str], int] = {}
        for row in inputs["evidence"]:
            stage, statement = STAGES.index(row["stage"]), _stated(row["stated"])
            key = (row["unit"], row["code"])
            self.of[row["unit"]].setdefault(row["code"], {})
            if statement and stage <= last and stage >= stages.get(key, 0):
                stages[key] = stage
                self.of[row["unit"]][row["code"]] = statement
                self.notes[row["unit"]][row["code"]] = row.get("note", {})


def rows(
    unit: str, statements: Mapping[str, Statement], notes: Mapping[str, Mapping[str, str]]
) -> list[dict[str, str]]:
    """Rows of an evidence table with what stands beside them; a gap is an empty row, so that its unit stays scored."""
    return [
        {"unit": unit, "code": code, **(statement or {"value": ""}), **notes.get(code, {})}
        for code, statement in statements.items()
    ]


def statement(
    value: object = None, *, numerator: object = None, denominator: object = None, points: object = None
) -> Statement:
    """The columns that are filled, numbers as their exact text.

    Raises
    ------
    TypeError
        For a float, whose text is not the number that was meant.
    """
    named = {"value": value, "numerator": numerator, "denominator": denominator, "points": points}
    return {name: _text(name, given) for name, given in named.items() if given is not None and given != ""}


def _text(name: str, given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, Decimal):
        return f"{given:f}"
    if isinstance(given, (int, str)):
        return str(given)
    raise TypeError(f"{name} must be str, int, Decimal or bool, not {type(given).__name__}")


def _stated(stated: Any) -> Statement:
    """A statement as an assessment keeps it, as columns of evidence."""
    match stated:
        case "gap":
            return {}
        case "not-applicable":
            return {"value": "n/a"}
        case {"counts": [numerator, denominator]}:
            return {"numerator": numerator, "denominator": denominator}
        case {"points": points}:
            return {"points": points}
        case {"value": value} | {"text": value}:
            return {"value": value}
        case _:
            raise ValueError(f"unknown statement {stated!r}")
