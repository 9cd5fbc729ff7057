"""The on-time ratio of dossiers: from one office's register to a whole country's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from glob import glob, has_magic
from os import PathLike, fspath
from os.path import exists
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from parindex import _native
from parindex._native import Tally
from parindex.arguments import by_text, names, takes, text

if TYPE_CHECKING:
    import datetime

    from parindex._native import Calendar
    from parindex.table import Table

    Day: TypeAlias = str | datetime.date

__all__ = ["Duplicates", "Tally", "duplicates", "generate", "tally"]


@takes(by=names, columns=by_text(text), statuses=by_text(text))
def tally(
    register: Any,
    by: str | Sequence[str] = ("unit",),
    period: str | tuple[Day, Day] | None = None,
    every: Literal["month", "quarter", "year"] | None = None,
    calendar: Calendar | None = None,
    columns: Mapping[str, str] | None = None,
    population: Literal["received", "resolved", "handled"] = "received",
    *,
    as_of: Day | None = None,
    statuses: Mapping[str, str] | None = None,
    compare: Literal["as-recorded", "by-date"] = "as-recorded",
    repeated: Literal["only-waiting", "always"] = "only-waiting",
    before_reception: Literal["not-counted", "counted"] = "not-counted",
    limit_days: Literal["working", "calendar"] = "working",
    times: Literal["elapsed", "working"] | None = None,
    strict: bool = False,
    threads: int | None = None,
    source: str = "",
) -> Tally:
    """Counts a register of dossiers: on time, late, pending in time, pending late.

    The rule is that of Decision 766, as a third party reports it: a dossier is
    on time if its end is not later than its due date; a supplement asked for
    once and not answered ends it when it was asked for, asked for more than once
    it is late; time spent waiting for the citizen is taken off; without a due
    date the procedure's limit counts; what has not ended is compared at the end
    of the period. Where the text is open, an option says how it is read.

    Parameters
    ----------
    register : str, os.PathLike, list of them, or table
        Parquet files (a pattern such as ``dossiers/*.parquet`` finds several),
        anything with ``__arrow_c_stream__`` (read as it comes, in flat memory: a
        RecordBatchReader, a DuckDB relation, a frame), a ``.csv`` or ``.xlsx``
        file, or a list of dicts. Columns are ``id``, ``unit``, ``procedure``,
        ``field``, ``level``, ``channel``, ``status``, ``received``, ``due``, ``finished``
        (or ``processed``, ``returned``, ``stopped``, ``withdrawn``, in this order of
        preference), ``supplement_requested``, ``supplement_answered``,
        ``supplement_requests``, ``limit_days``, ``limit_hours``, or the portal's own
        names (``NgayTiepNhan``, ``NgayHenTra``, ``NgayKetThucXuLy``, …). Moments are
        timestamps with or without a zone (Vietnam is UTC+7), dates, Excel
        serials, or texts in ISO form or as ``dd/MM/yyyy HH:mm``. A date without a
        time is compared by date; a timestamp at midnight is a moment, so of days
        kept as timestamps cast the column to dates, or compare "by-date".
    by : str or list of str
        The columns kept apart; none may be called like a column of the result.
    period : str or (day, day)
        A window of the ministry's reports (``2026-Q1``, ``2026-H1``, ``2026-Q3``,
        ``2026-Y``: 15 December to 14 December), a month (``2026-04``), a year
        (``2026``), or a first and a last day. It must be given: ``TypeError`` without it.
    every : {"month", "quarter", "year"}, optional
        Steps of the period kept apart, as a column of that name.
    calendar : Calendar, optional
        Working days; Vietnam's unless given.
    columns : dict, optional
        What a column is called here: ``{"received": "ngay_nhan"}``.
    population : {"received", "resolved", "handled"}
        Dossiers received in the period, ended in it, or open at any time in it.
        What waits for a supplement has not ended: "resolved" leaves it out.
    as_of : day or moment, optional
        Up to when a running period is known; its end unless given.
    statuses : dict, optional
        What words of the status column mean, such as
        ``{"Chờ ký": "in-process"}`` (letters small or capital): registered, not-accepted, in-process,
        awaiting-supplement, stopped, refused, withdrawn, processed, returned.
    compare : {"as-recorded", "by-date"}
        Whether the end is compared with the due date to the moment.
    repeated : {"only-waiting", "always"}
        Whether a second request for a supplement makes a dossier late only while
        it waits, or for good.
    before_reception : {"not-counted", "counted"}
        Refusals before reception.
    limit_days : {"working", "calendar"}
        What a limit in days counts.
    times : {"elapsed", "working"}, optional
        Gather processing times too, for :meth:`Tally.processing`.
    strict : bool
        Refuse bad rows instead of leaving them out and saying how many.
    threads : int, optional
        1 to 256, as many as there are cores unless given; the digits are the same.
    source : str, optional
        What bad rows of a stream or a table say they stand in, where those of a
        Parquet file name the file: to tell pieces apart that are merged.

    Returns
    -------
    Tally
        Counts, table and evidence never depend on how the register is cut into
        parts; the list of :meth:`Tally.bad_rows` does where the parts are streams
        or tables, for each counts its rows from 1.

    Raises
    ------
    ParIndexError
        ``bad-value``, ``missing-column``, ``wrong-column``, ``named-twice``,
        ``unreadable-file``, ``out-of-range``, ``too-large`` where the columns kept apart
        have too many values together; with `strict` every bad row with file, row and reason
        (``due-before-received``, ``end-before-received``, ``unknown-status``, …).

    Examples
    --------
    >>> import parindex as pi
    >>> register = [
    ...     {"unit": "A", "received": "02/03/2026 08:00", "due": "04/03/2026 17:00", "finished": finished}
    ...     for finished in ("04/03/2026 17:00", "04/03/2026 17:01", None)
    ... ]
    >>> tally = pi.dossiers.tally(register, by=["unit"], period="2026-H1", as_of="2026-03-04")
    >>> tally.table().to_dicts()[0]["on_time"], tally.table().to_dicts()[0]["pending_in_time"]
    (1, 1)
    >>> tally.evidence(code="2.1")["numerator"]
    [Decimal('2')]
    """
    if period is None:
        raise TypeError("tally() needs a period, such as period='2026-H1'")
    return _native.tally(
        _found(register),
        by,
        period,
        every,
        calendar,
        None if columns is None else dict(columns),
        population,
        as_of=as_of,
        statuses=None if statuses is None else dict(statuses),
        compare=compare,
        repeated=repeated,
        before_reception=before_reception,
        limit_days=limit_days,
        times=times,
        strict=strict,
        threads=threads,
        source=source,
    )


class Duplicates(NamedTuple):
    """Ids that stand in a register more than once.

    Its table `rows` has, of the first thousand such ids, first (the id's first row), times
    (how many rows it has) and rows (which); rows count from 1 over all files.
    """

    ids: int
    """How many ids occur more than once."""
    surplus: int
    """How many rows are beyond the first of their id."""
    rows: Table
    """Where they stand: first, times, rows."""


def duplicates(register: Any, column: str = "id") -> Duplicates:
    """Finds ids that stand in a register more than once: a check apart from the tally.

    Every id must be remembered: memory stays at about 13 MB and a 64th of 24 bytes
    an id, the rest goes to temporary files once there are half a million.

    Parameters
    ----------
    register : str, os.PathLike, list of them, or table
        As for :func:`tally`.
    column : str
        The column of ids; ``id`` may be called ``MaHoSo``. Missing ids are no
        duplicates of each other.

    Returns
    -------
    Duplicates

    Raises
    ------
    ParIndexError
        ``missing-column``, ``named-twice``, ``wrong-column``, ``unreadable-file``.

    Examples
    --------
    >>> import parindex as pi
    >>> found = pi.dossiers.duplicates([{"id": "1"}, {"id": "2"}, {"id": "1"}])
    >>> found.ids, found.surplus, found.rows["rows"]
    (1, 1, ['1, 3'])
    """
    return Duplicates(*_native.duplicates(_found(register), column))


def generate(
    rows: int = 100_000,
    units: int = 50,
    *,
    year: int = 2026,
    as_of: Day | None = None,
    on_time: float = 0.9,
    bad_rows: float = 0.0,
    seed: int = 0,
    first: int = 0,
) -> Table:
    """Invents a register of dossiers that behaves like a real one, to test and to teach with.

    Units are of unequal size, months have a season with a dip at Tết, each month
    of a unit has an on-time rate of its own; some dossiers wait for a supplement,
    once or twice, are refused or withdrawn, or carry no due date. Nothing in it is
    measured, and no row is real.

    Parameters
    ----------
    rows : int
        How many, at most five million at once; `first` makes more in pieces.
    units : int
        How many units they are shared out to, 1 to a million.
    year : int
        The calendar year they are received in.
    as_of : day, optional
        The day the register is read: what happens later is not in it.
    on_time : float
        The on-time rate of the unit in the middle, 0 to 1.
    bad_rows : float
        The share of rows that contradict themselves, 0 to 1.
    seed : int
        Same seed, same rows, in whatever pieces they are made.
    first : int
        The number of the first row: to make a register piece by piece.

    Returns
    -------
    Table
        id, unit, level, procedure, field, channel, status, received, due,
        finished, processed, returned, stopped, withdrawn, supplement_requested,
        supplement_answered, limit_days.

    Raises
    ------
    ParIndexError
        ``out-of-range`` for a share outside 0 to 1 and what else cannot be,
        ``too-large``, ``calendar-ends`` for a year without working days.

    Examples
    --------
    >>> import parindex as pi
    >>> register = pi.dossiers.generate(1_000, units=3, seed=7)
    >>> len(register), pi.dossiers.tally(register, period="2026").by
    (1000, ['unit'])
    """
    return _native.generate(rows, units, year, as_of, on_time, bad_rows, seed, first)


def _found(register: Any) -> Any:
    """Parquet files as a sorted list of paths, anything else as it is."""
    if isinstance(register, (str, PathLike)):
        path = fspath(register)
        if has_magic(path) and not exists(path):
            paths = sorted(glob(path, recursive=True))
            if not paths:
                raise FileNotFoundError(f"no file matches {path}")
            return paths
        return [path] if path.endswith(".parquet") else path
    return register
