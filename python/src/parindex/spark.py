"""The on-time ratio of dossiers on a Spark cluster, by the kernel of :mod:`parindex.dossiers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Unpack

from parindex._native import Tally
from parindex.arguments import names, takes
from parindex.optional import needed
from parindex.pieces import Options, Piecewise, asked, partition

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

    from parindex.dossiers import Day

__all__ = ["tally"]


@takes(by=names)
def tally(
    register: DataFrame,
    by: str | Sequence[str] = ("unit",),
    period: str | tuple[Day, Day] | None = None,
    **options: Unpack[Options],
) -> Tally:
    """Counts a register that is a Spark frame, to the digits of :func:`parindex.dossiers.tally`.

    Each partition is tallied where it lies, in flat memory; only the columns that
    are needed go from Spark to Python, and one small tally a partition goes to
    the driver, where they are merged.

    Parameters
    ----------
    register : pyspark.sql.DataFrame
        Columns as for :func:`parindex.dossiers.tally`. A ``timestamp`` is an instant
        and is read in Vietnam's time whatever the session's zone is; a
        ``timestamp_ntz`` is local time as it stands.
    by, period, **options
        As for :func:`parindex.dossiers.tally`, without `threads` and `source`. Options
        and the types of columns are checked before Spark reads a row.

    Returns
    -------
    Tally
        In :meth:`Tally.bad_rows` `file` is the partition, such as
        ``partition 00003``, and `row` counts within it. The same partitions give
        the same list; the counts are the same in any.

    Raises
    ------
    ParIndexError
        As :func:`parindex.dossiers.tally`; with `strict` the bad rows of all partitions.
    ImportError
        Without pyspark: ``pip install parindex[spark]``. The workers need parindex too.
    """
    needed("pyspark", "spark.tally", "'parindex[spark]'")
    if not hasattr(register, "mapInArrow"):
        raise TypeError(f"`register` must be a Spark DataFrame, not {type(register).__name__}")
    plan = asked(by, period, options)
    rows = register.select(*plan.needed(register.columns))
    nothing = plan.tally(_no_rows(rows), source="")
    parts = rows.mapInArrow(partial(_tallied, plan), "tally binary").collect()
    return plan.whole([nothing, *(Tally.from_bytes(bytes(part["tally"])) for part in parts)])


def _tallied(plan: Piecewise, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """One row, the tally of a partition; none if the partition is empty. Runs on a worker."""
    arrow = needed("pyarrow", "spark.tally", "'parindex[spark]'")
    context = needed("pyspark", "spark.tally", "'parindex[spark]'").TaskContext.get()
    first = next(batches, None)
    if first is not None:
        reader = arrow.RecordBatchReader.from_batches(first.schema, chain([first], batches))
        tally = plan.tally(reader, source=partition(context.partitionId()))
        yield arrow.RecordBatch.from_pydict({"tally": [tally.to_bytes()]})


def _no_rows(rows: DataFrame) -> pyarrow.RecordBatchReader:
    """The frame without its rows, which tells the types of its columns."""
    arrow = needed("pyarrow", "spark.tally", "'parindex[spark]'")
    schema = rows.limit(0).toArrow().schema
    batch = arrow.RecordBatch.from_arrays([arrow.array([], field.type) for field in schema], schema=schema)
    return arrow.RecordBatchReader.from_batches(schema, [batch])
