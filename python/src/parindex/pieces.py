"""A register tallied piece by piece, each piece where it lies, and the pieces merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from parindex import _native, dossiers

if TYPE_CHECKING:
    from parindex._native import Calendar, Tally
    from parindex.dossiers import Day


class Options(TypedDict, total=False):
    """What :func:`parindex.dossiers.tally` may be told beside `by` and `period`."""

    every: Literal["month", "quarter", "year"] | None
    calendar: Calendar | None
    columns: Mapping[str, str] | None
    population: Literal["received", "resolved", "handled"]
    as_of: Day | None
    statuses: Mapping[str, str] | None
    compare: Literal["as-recorded", "by-date"]
    repeated: Literal["only-waiting", "always"]
    before_reception: Literal["not-counted", "counted"]
    limit_days: Literal["working", "calendar"]
    times: Literal["elapsed", "working"] | None
    strict: bool


@dataclass(frozen=True)
class Piecewise:
    """A question that goes to where the pieces of a register are."""

    by: str | Sequence[str]
    period: str | tuple[Day, Day]
    options: Options

    def needed(self, names: Sequence[str]) -> list[str]:
        """The columns, of a register with these, that must travel."""
        columns = self.options.get("columns")
        return _native.columns_read(names, self.by, self.period, None if columns is None else dict(columns))

    def tally(self, piece: Any, source: str) -> Tally:
        """The tally of a piece; its bad rows say that they stand in `source`."""
        own: Options = {**self.options, "strict": False}
        return dossiers.tally(piece, self.by, self.period, **own, threads=1, source=source)

    def whole(self, tallies: Sequence[Tally]) -> Tally:
        """The tally of all pieces, of which there is at least one."""
        tally = merged(tallies)
        if self.options.get("strict"):
            tally.check()
        return tally


def asked(by: str | Sequence[str], period: str | tuple[Day, Day] | None, options: Options) -> Piecewise:
    """The question as a caller asks it.

    Raises
    ------
    TypeError
        Without a period.
    """
    if period is None:
        raise TypeError("tally() needs a period, such as period='2026-H1'")
    return Piecewise(by, period, options)


def merged(tallies: Sequence[Tally]) -> Tally:
    """Some tallies as one, merged in pairs, so that none is copied more often than need be."""
    while len(tallies) > 1:
        odd = tallies[len(tallies) // 2 * 2 :]
        tallies = [left.merge(right) for left, right in zip(tallies[::2], tallies[1::2], strict=False)] + list(odd)
    return tallies[0]


def partition(number: int) -> str:
    """What a partition is called: its number counted from 0, sorted as text."""
    return f"partition {number:05}"
