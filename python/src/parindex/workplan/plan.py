"""The office's plan: what is due, what is late, and which points depend on it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from parindex.arguments import by_text, day, of, takes, text, whole
from parindex.office.faults import Faults
from parindex.table import Table, table_of
from parindex.workplan.register import entries
from parindex.workplan.stake import POINTS, Stake, stake_of
from parindex.workplan.task import Reader, Task
from parindex.workplan.words import due_of

if TYPE_CHECKING:
    from parindex._native import Assessment
    from parindex.workplan.words import Status

Kind = Literal["text", "whole", "real", "exact", "flag"]
Row = dict[str, Any]

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
    **POINTS,
}
_LEADS: dict[str, Kind] = {
    "lead": "text",
    "tasks": "whole",
    "done": "whole",
    "overdue": "whole",
    "due_soon": "whole",
    "open": "whole",
    "standing": "whole",
    **POINTS,
}


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

    def __init__(self, tasks: list[Task], stake: Stake, today: datetime.date) -> None:
        self._tasks = tasks
        self._stake = stake
        self._today = today

    @property
    def today(self) -> datetime.date:
        """The day on which the plan is looked at."""
        return self._today

    @property
    def points_lacking(self) -> Decimal | None:
        """Points that the criteria of all tasks not done lack, each criterion once, exact; None if none is known."""
        return self._total("points_lacking")

    @property
    def points_held(self) -> Decimal | None:
        """Points that these criteria earn now; None under weights and means."""
        return self._total("points_held")

    @property
    def points_at_risk(self) -> Decimal | None:
        """Points lacking and points held, together; None where either is."""
        return self._total("points_at_risk")

    @takes(days=whole)
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

    @takes(days=whole)
    def due_soon(self, days: int = 30) -> Table:
        """Tasks not done that are due today or within so many days, the nearest first.

        Parameters
        ----------
        days : int
            How many days ahead.

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

    @takes(days=whole)
    def by_lead(self, days: int = 30) -> Table:
        """Tasks and points by who leads, most points at risk first.

        Parameters
        ----------
        days : int
            Up to how many days ahead a task is "due-soon".

        Returns
        -------
        Table
            lead (a gap for nobody), tasks, and how many of them are done, overdue,
            due_soon, open, standing; points_lacking, points_held, points_at_risk of
            those not done. A criterion counts once for each lead.
        """
        leads: dict[str | None, list[Task]] = {}
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

    def _row(self, task: Task, days: int) -> Row:
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


@takes(
    assessment=of("Assessment"),
    today=day,
    unit=text,
    areas=by_text(text),
    statuses=by_text(text),
    columns=by_text(text),
)
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
    reader = Reader(framework, dict(areas or {}), dict(statuses or {}), faults)
    found = [reader.task(entry) for entry in entries(tasks, columns)]
    if unit is not None and unit not in assessment:
        faults.add("unknown-unit", f"`{unit}` is not among the units scored", unit=unit)
    faults.check()
    units = assessment.units if unit is None else [unit]
    return Tasks([task for task in found if task is not None], stake_of(assessment, units), day)


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


def _served(tasks: Iterable[Task]) -> set[str] | None:
    """The leaves that tasks not done serve, each once; None if they are known of none of these tasks."""
    served = [task.leaves for task in tasks if task.status != "done"]
    if served and all(leaves is None for leaves in served):
        return None
    return {leaf for leaves in served for leaf in leaves or ()}


def _size(row: Row) -> Decimal:
    lacking, at_risk = row["points_lacking"], row["points_at_risk"]
    return Decimal(-1) if lacking is None else lacking if at_risk is None else at_risk
