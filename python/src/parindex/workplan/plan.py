"""The office's plan: what is due, what is late, and which points depend on it."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from parindex.office.faults import Faults
from parindex.office.figures import folded
from parindex.table import Table, table_of
from parindex.workplan.register import Entry, entries
from parindex.workplan.words import Status, due_of, field_of, is_standing, status_of

if TYPE_CHECKING:
    from parindex._native import Assessment, Framework

Kind = Literal["text", "whole", "real", "exact", "flag"]
Row = dict[str, Any]

_POINTS: dict[str, Kind] = {"points_lacking": "exact", "points_held": "exact", "points_at_risk": "exact"}
_TABLE: dict[str, Kind] = {
    "row": "whole",
    "task": "text",
    "area": "text",
    "lead": "text",
    "due": "text",
    "status": "text",
    "state": "text",
    "days_left": "whole",
    "codes": "text",
    **_POINTS,
}
_LEADS: dict[str, Kind] = {
    "lead": "text",
    "tasks": "whole",
    "done": "whole",
    "overdue": "whole",
    "due_soon": "whole",
    "open": "whole",
    "standing": "whole",
    **_POINTS,
}


@dataclass(frozen=True)
class _Task:
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
        return None if self.due is None else (self.due - today).days

    def state(self, today: datetime.date, days: int) -> str:
        left = self.days_left(today)
        if self.status == "done":
            return "done"
        if left is None:
            return "standing"
        return "overdue" if left < 0 else "due-soon" if left <= days else "open"


@dataclass(frozen=True)
class _Stake:
    """Points that hang on leaves, over all units asked for."""

    lacking: Mapping[str, Decimal]
    held: Mapping[str, Decimal] | None
    """None where a leaf's points are not points of the whole: under weights and means."""

    def of(self, leaves: Iterable[str] | None) -> Row:
        if leaves is None:
            return dict.fromkeys(_POINTS)
        leaves = list(leaves)
        lacking = sum((self.lacking.get(leaf, Decimal(0)) for leaf in leaves), Decimal(0))
        if self.held is None:
            return {"points_lacking": lacking, "points_held": None, "points_at_risk": None}
        held = sum((self.held.get(leaf, Decimal(0)) for leaf in leaves), Decimal(0))
        return {"points_lacking": lacking, "points_held": held, "points_at_risk": lacking + held}


class Tasks:
    """A register of tasks beside an assessment: what is due, what is late, which points depend on it.

    Of a task that is not done, three exact figures: ``points_lacking``, which the criteria
    it serves do not earn yet; ``points_held``, which they earn now and may lose; their
    sum, ``points_at_risk``. Of a task that is done, all three are 0. They are gaps where
    nothing says which criteria a task serves; held points also under weights and means,
    where points of a criterion are not points of the whole. Where tasks serve the same
    criterion each shows its points, and sums count them once.

    Made by :func:`parindex.tasks`.
    """

    __module__ = "parindex"

    def __init__(self, tasks: list[_Task], stake: _Stake, today: datetime.date) -> None:
        self._tasks = tasks
        self._stake = stake
        self._today = today

    @property
    def today(self) -> datetime.date:
        """The day on which the plan is looked at."""
        return self._today

    @property
    def points_lacking(self) -> Decimal | None:
        """Points that the criteria of all tasks not done lack, each criterion once; None if no criterion is known."""
        return self._total("points_lacking")

    @property
    def points_held(self) -> Decimal | None:
        """Points that these criteria earn now; None under weights and means."""
        return self._total("points_held")

    @property
    def points_at_risk(self) -> Decimal | None:
        """The sum of both."""
        return self._total("points_at_risk")

    def table(self, days: int = 30) -> Table:
        """Every task, in the order of the register.

        Parameters
        ----------
        days : int
            Up to how many days ahead a task is "due-soon".

        Returns
        -------
        Table
            row (of the register), task, area, lead, due (``2026-12-20``), status (done,
            in-progress, not-started), state (done, overdue, due-soon, open, standing),
            days_left (negative once overdue), codes, points_lacking, points_held,
            points_at_risk.
        """
        return table_of([self._row(task, days) for task in self._tasks], _TABLE)

    def due_soon(self, days: int = 30) -> Table:
        """Tasks not done that are due today or within so many days, the nearest first.

        Returns
        -------
        Table
            As :meth:`table`.
        """
        return self._in_state("due-soon", days)

    def overdue(self) -> Table:
        """Tasks not done whose day has passed, the longest overdue first.

        Returns
        -------
        Table
            As :meth:`table`.
        """
        return self._in_state("overdue", 0)

    def by_lead(self, days: int = 30) -> Table:
        """Tasks and points by who leads, most points at risk first.

        Returns
        -------
        Table
            lead (a gap for nobody), tasks, and how many of them are done, overdue,
            due_soon, open, standing; points_lacking, points_held, points_at_risk of
            those not done. A criterion counts once for each lead.
        """
        leads: dict[str | None, list[_Task]] = {}
        for task in self._tasks:
            leads.setdefault(task.lead, []).append(task)
        rows = []
        for lead, tasks in leads.items():
            states = [task.state(self._today, days) for task in tasks]
            counts = {
                name: states.count(name.replace("_", "-"))
                for name in ("done", "overdue", "due_soon", "open", "standing")
            }
            rows.append({"lead": lead, "tasks": len(tasks), **counts, **self._stake.of(_served(tasks))})
        rows.sort(key=lambda row: (-_size(row), row["lead"] is None, row["lead"] or ""))
        return table_of(rows, _LEADS)

    def __len__(self) -> int:
        return len(self._tasks)

    def __repr__(self) -> str:
        late, soon = len(self.overdue()), len(self.due_soon())
        return f"<parindex.Tasks: {len(self)} on {self._today}, {late} overdue, {soon} due within 30 days>"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _row(self, task: _Task, days: int) -> Row:
        stake = self._stake.of(task.leaves if task.status != "done" else ())
        return {
            "row": task.row,
            "task": task.task,
            "area": task.area,
            "lead": task.lead,
            "due": None if task.due is None else task.due.isoformat(),
            "status": task.status,
            "state": task.state(self._today, days),
            "days_left": task.days_left(self._today),
            "codes": ", ".join(task.codes) or None,
            **stake,
        }

    def _in_state(self, state: str, days: int) -> Table:
        found = [task for task in self._tasks if task.state(self._today, days) == state]
        found.sort(key=lambda task: (task.due or datetime.date.max, task.row))
        return table_of([self._row(task, days) for task in found], _TABLE)

    def _total(self, name: str) -> Decimal | None:
        total: Decimal | None = self._stake.of(_served(self._tasks))[name]
        return total


def tasks(
    assessment: Assessment,
    tasks: Any,
    today: datetime.date | str | None = None,
    *,
    unit: str | None = None,
    areas: Mapping[str, str] | None = None,
    statuses: Mapping[str, Status] | None = None,
    columns: Mapping[str, str] | None = None,
) -> Tasks:
    """An office's plan beside its scores: due soon, overdue, points at risk, by lead.

    Parameters
    ----------
    assessment : Assessment
        What the units earn now.
    tasks : table or path
        task, area, lead, due, status, and optionally codes: as ``.xlsx``, ``.csv``,
        ``.parquet``, a list of dicts or any table, under these names or the usual
        Vietnamese ones (nhiệm vụ, lĩnh vực, chủ trì, thời hạn, tình trạng, mã tiêu chí). A
        row that names an area and nothing else is the headline of those below.
        ``due`` is a day, or a month, a quarter or a year, due on the last day; *trước
        ngày* D is due the day before; *thường xuyên* has no end. ``codes`` are the
        criteria a task serves, at any depth, set apart by commas. A task without
        serves the whole field of its area: the six areas of the reform programme are
        fields 2 to 7 of PAR INDEX, and *chỉ đạo, điều hành* and *tác động*, which are
        outside the programme, fields 1 and 8. Fields are recognised by number and name:
        other frameworks need codes, or `areas`.
    today : date or str, optional
        The day to look at it; today unless given.
    unit : str, optional
        Whose points are at risk; of all units together unless given.
    areas : dict of area to code, optional
        Which criterion an area stands for: ``{"Cải cách thể chế": "2"}``.
    statuses : dict of word to status, optional
        What words mean: ``{"Chờ ký": "in-progress"}``; done, in-progress or not-started.
    columns : dict, optional
        What a column is called here: ``{"task": "Việc"}``.

    Returns
    -------
    Tasks

    Raises
    ------
    ParIndexError
        All faults at once, each with its row: ``unknown-status``, ``bad-date``,
        ``unknown-criterion``, ``unknown-area``, ``incomplete-row``, ``missing-column``,
        ``unknown-unit``, ``unreadable-file``, ``too-large``.
    ImportError
        For ``.xlsx`` without openpyxl, for ``.parquet`` without pyarrow.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("par-index/province-2017")
    >>> assessment = pi.score(framework, [{"unit": "66", "code": "6", "points": "5.04"}])
    >>> plan = pi.tasks(
    ...     assessment,
    ...     [
    ...         {"task": "Rà soát tài chính", "area": "Cải cách tài chính công", "lead": "Sở Tài chính",
    ...          "due": "30/06/2026", "status": "Đang thực hiện"},
    ...     ],
    ...     today="2026-07-10",
    ... )
    >>> plan.overdue()["days_left"], plan.points_lacking, plan.points_held
    ([-10], Decimal('1.96'), Decimal('5.04'))
    """
    framework = assessment.framework
    faults = Faults()
    day = _today(today)
    reader = _Reader(framework, dict(areas or {}), dict(statuses or {}), faults)
    found = [reader.task(entry) for entry in entries(tasks, columns)]
    if unit is not None and unit not in assessment:
        faults.add("unknown-unit", f"`{unit}` is not among the units scored", unit=unit)
    faults.check()
    units = assessment.units if unit is None else [unit]
    return Tasks([task for task in found if task is not None], _stake(assessment, units), day)


class _Reader:
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

    def task(self, entry: Entry) -> _Task | None:
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
        return _Task(entry.row, name, area, entry.text("lead") or None, due, status, codes, leaves)

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


def _today(today: datetime.date | str | None) -> datetime.date:
    if today is None:
        return datetime.date.today()
    if isinstance(today, datetime.datetime):
        return today.date()
    if isinstance(today, datetime.date):
        return today
    faults = Faults()
    day = due_of(today)
    if day is None:
        faults.add("bad-date", f"today is `{today}`: write `2026-12-20` or `20/12/2026`")
        faults.check()
    return day or datetime.date.min


def _fields(framework: Framework) -> dict[int, str]:
    """The fields of PAR INDEX that the framework has, by number and name both."""
    top = [code for code in framework if framework[code].parent is None and code.isdecimal()]
    return {int(code): code for code in top if field_of(framework[code].name("vi")) == int(code)}


def _leaves(framework: Framework, code: str) -> list[str]:
    children = framework[code].children
    return [leaf for child in children for leaf in _leaves(framework, child)] if children else [code]


def _served(tasks: Iterable[_Task]) -> set[str] | None:
    """The leaves that tasks not done serve, each once; None if they are known of none of these tasks."""
    served = [task.leaves for task in tasks if task.status != "done"]
    if served and all(leaves is None for leaves in served):
        return None
    return {leaf for leaves in served for leaf in leaves or ()}


def _size(row: Row) -> Decimal:
    lacking, at_risk = row["points_lacking"], row["points_at_risk"]
    return Decimal(-1) if lacking is None else lacking if at_risk is None else at_risk


def _stake(assessment: Assessment, units: Iterable[str]) -> _Stake:
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
    return _Stake(lacking, held if _adds_up(framework) else None)


def _adds_up(framework: Framework) -> bool:
    """Whether points of leaves are points of the whole: sums all the way, no weights."""
    text = tomllib.loads(framework.to_toml())
    rows = [text, *text.get("criteria", {}).values()]
    return all(row.get("aggregate", "sum") == "sum" and "weight" not in row for row in rows)
