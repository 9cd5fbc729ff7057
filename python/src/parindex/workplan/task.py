"""A task of a register: what its row says, and what is wrong with it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parindex.office.figures import folded
from parindex.workplan.words import Status, due_of, field_of, is_standing, status_of

if TYPE_CHECKING:
    from parindex._native import Framework
    from parindex.office.faults import Faults
    from parindex.workplan.register import Entry


@dataclass(frozen=True)
class Task:
    """A task that was understood."""

    row: int
    task: str
    area: str | None
    lead: str | None
    due: datetime.date | None
    status: Status
    codes: tuple[str, ...]
    leaves: frozenset[str] | None
    """The leaves it serves; None where neither codes nor the area say which."""

    def days_left(self, today: datetime.date) -> int | None:
        """Negative once it is overdue; None for what has no end."""
        return None if self.due is None else (self.due - today).days

    def state(self, today: datetime.date, days: int) -> str:
        """``done``, ``overdue``, ``due-soon`` within so many days, ``open`` or ``standing``."""
        left = self.days_left(today)
        if self.status == "done":
            return "done"
        if left is None:
            return "standing"
        return "overdue" if left < 0 else "due-soon" if left <= days else "open"


class Reader:
    """Makes tasks of rows, and notes what is wrong with each."""

    def __init__(
        self, framework: Framework, areas: dict[str, str], statuses: dict[str, Status], faults: Faults
    ) -> None:
        self._framework = framework
        self._faults = faults
        self._areas = {folded(area): code for area, code in areas.items()}
        self._statuses = {folded(word): status for word, status in statuses.items()}
        for area, code in areas.items():
            if code not in framework:
                faults.add(
                    "unknown-criterion", f"areas: `{area}` stands for `{code}`, which is no criterion", criterion=code
                )
        for word, status in statuses.items():
            if status not in ("done", "in-progress", "not-started"):
                faults.add(
                    "unknown-status", f"statuses: `{word}` means `{status}`: must be done, in-progress or not-started"
                )
        self._fields = _fields(framework)

    def task(self, entry: Entry) -> Task | None:
        """The task of a row; None if it has faults, which are noted."""
        before = len(self._faults)
        if not any(entry.text(column) for column in ("lead", "due", "status", "codes")):
            self._fault(entry, "incomplete-row", "neither a task nor the headline of an area of reform")
            return None
        name, area = entry.text("task"), entry.text("area") or entry.section
        if not name:
            self._fault(entry, "incomplete-row", "no task")
        status = self._status(entry)
        due = self._due(entry)
        codes = self._codes(entry)
        leaves = self._leaves(entry, area, codes)
        if len(self._faults) > before or status is None:
            return None
        return Task(entry.row, name, area, entry.text("lead") or None, due, status, codes, leaves)

    def _fault(self, entry: Entry, code: str, message: str, criterion: str | None = None) -> None:
        self._faults.add(code, message, f"row {entry.row}", criterion=criterion, line=entry.row)

    def _status(self, entry: Entry) -> Status | None:
        text = entry.text("status")
        status = self._statuses.get(folded(text)) or status_of(text)
        if status is None:
            known = "đã hoàn thành, đang thực hiện, chưa thực hiện, done, in progress or not started"
            self._fault(entry, "unknown-status", f"the status `{text}` is not known: write {known}")
        return status

    def _due(self, entry: Entry) -> datetime.date | None:
        text = entry.text("due")
        due = due_of(text)
        if due is None and not (text and is_standing(text)):
            self._fault(
                entry,
                "bad-date",
                f"`{text}` is no date: write `20/12/2026`, `12/2026`, `Quý IV/2026` or `thường xuyên`",
            )
        return due

    def _codes(self, entry: Entry) -> tuple[str, ...]:
        value = entry.cells.get("codes")
        listed = (
            [str(code) for code in value]
            if isinstance(value, (list, tuple))
            else entry.text("codes").replace(";", ",").split(",")
        )
        codes = tuple(dict.fromkeys(code.strip() for code in listed if code.strip()))
        for code in codes:
            if code not in self._framework:
                self._fault(entry, "unknown-criterion", f"`{code}` is no criterion of {self._framework.id}", code)
        return codes

    def _leaves(self, entry: Entry, area: str | None, codes: tuple[str, ...]) -> frozenset[str] | None:
        if area is None and not codes:
            self._fault(entry, "incomplete-row", "neither area nor codes")
        if codes:
            return frozenset(
                leaf for code in codes if code in self._framework for leaf in _leaves(self._framework, code)
            )
        code = self._areas.get(folded(area or ""))
        field = field_of(area or "")
        if area is not None and code is None and field is None:
            self._fault(
                entry, "unknown-area", f"the area `{area}` is none of the reform's: name it in `areas`, or give codes"
            )
        code = code or self._fields.get(field or 0)
        return frozenset(_leaves(self._framework, code)) if code is not None and code in self._framework else None


def _fields(framework: Framework) -> dict[int, str]:
    """The fields of PAR INDEX that the framework has, by number and name both."""
    top = [code for code in framework if framework[code].parent is None and code.isdecimal()]
    return {int(code): code for code in top if field_of(framework[code].name("vi")) == int(code)}


def _leaves(framework: Framework, code: str) -> list[str]:
    children = framework[code].children
    return [leaf for child in children for leaf in _leaves(framework, child)] if children else [code]
