"""The on-time ratio of dossiers on Dask, by the kernel of :mod:`parindex.dossiers`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Unpack

from parindex import arguments, dossiers
from parindex._native import Tally
from parindex.arguments import names, takes
from parindex.error import ParIndexError
from parindex.optional import needed
from parindex.pieces import Options, Piecewise, asked, merged, partition

if TYPE_CHECKING:
    from parindex.dossiers import Day

__all__ = ["tally"]

_AT_ONCE = 8
"""Tallies that one task merges."""


@takes(by=names)
def tally(
    register: Any,
    by: str | Sequence[str] = ("unit",),
    period: str | tuple[Day, Day] | None = None,
    **options: Unpack[Options],
) -> Tally:
    """Counts a register on Dask, to the digits of :func:`parindex.dossiers.tally`.

    A task for each file or partition, and a tree of tasks that merge their
    tallies. The scheduler is the one that Dask is told to use: threads of this
    process, or a cluster whose workers have parindex and see the files.

    Parameters
    ----------
    register : str, os.PathLike, list of them, or dask.dataframe.DataFrame
        Files, or a pattern such as ``dossiers/*.parquet``: a task for each, which reads
        only the columns and row groups that matter. Or a frame: a task for each
        partition; of its columns only those needed are computed.
    by, period, **options
        As for :func:`parindex.dossiers.tally`, without `threads` and `source`.

    Returns
    -------
    Tally
        In :meth:`Tally.bad_rows` `file` is the file, or of a frame the partition,
        such as ``partition 00003``; `row` counts within it.

    Raises
    ------
    ParIndexError
        As :func:`parindex.dossiers.tally`: the faults of all pieces in one.
    ImportError
        Without dask: ``pip install parindex[dask]``.
    """
    delayed = needed("dask", "dask.tally", "'parindex[dask]'").delayed
    plan = asked(by, period, options)
    tallies = [delayed(partial(_tried, plan))(piece, source) for piece, source in _pieces(plan, register)]
    while len(tallies) > 1:
        tallies = [delayed(_together)(tallies[first : first + _AT_ONCE]) for first in range(0, len(tallies), _AT_ONCE)]
    found: Tally | ParIndexError = tallies[0].compute()
    if isinstance(found, ParIndexError):
        raise found
    return plan.whole([found])


def _pieces(plan: Piecewise, register: Any) -> list[tuple[Any, str]]:
    """The pieces of a register, each with what it is called."""
    if hasattr(register, "to_delayed") and hasattr(register, "columns"):
        names = plan.needed([str(name) for name in register.columns])
        return [(piece, partition(number)) for number, piece in enumerate(register[names].to_delayed())]
    found = dossiers._found(register)
    files = found if isinstance(found, list) else [found]
    if not files or not all(isinstance(file, (str, PathLike)) for file in files):
        raise TypeError(f"`register` must be files or a Dask DataFrame, not {type(register).__name__}")
    for file in files:
        arguments.path("register", file)
    paths = map(fspath, files)
    return [([path] if path.endswith(".parquet") else path, path) for path in paths]


def _tried(plan: Piecewise, piece: Any, source: str) -> Tally | ParIndexError:
    """The tally of a piece, or what is wrong with it."""
    try:
        return plan.tally(piece, source)
    except ParIndexError as error:
        return error


def _together(found: list[Tally | ParIndexError]) -> Tally | ParIndexError:
    """Some tallies as one, or all that is wrong, once each."""
    errors = list({str(each): each for each in found if isinstance(each, ParIndexError)}.values())
    if errors:
        return ParIndexError("\n".join(map(str, errors)), [fault for error in errors for fault in error.faults])
    return merged([each for each in found if isinstance(each, Tally)])
