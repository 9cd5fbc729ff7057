"""Reads who answers for which criterion, with what remedy and by when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from parindex.records import is_gap, records
from parindex.report.material import Duty

if TYPE_CHECKING:
    from parindex._native import Assessment


def duties(assessment: Assessment, table: Any) -> dict[str, Duty]:
    """Duties by code; several rows of a code are told together.

    Raises
    ------
    ParIndexError
        As :meth:`Assessment.lost_by`: every fault of the table with its row.
    """
    rows = records(table, "agencies")
    assessment.lost_by(table if isinstance(table, (str, PathLike)) else rows)  # files tell their own places
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        code = _text(row["code"])
        if code is not None:
            found.setdefault(code, []).append(row)
    return {code: _together(group) for code, group in found.items()}


def _together(rows: list[Mapping[str, Any]]) -> Duty:
    def joined(name: str) -> str | None:
        texts = dict.fromkeys(text for row in rows if (text := _text(row.get(name))))
        return "; ".join(texts) or None

    return Duty(joined("agency") or "", joined("remedy"), joined("due"))


def _text(value: object) -> str | None:
    """A cell as text; days as offices write them."""
    if is_gap(value):
        return None
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    return str(value).strip() or None
