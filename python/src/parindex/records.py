"""Small tables of every kind that users hold, as rows of Python."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any

from parindex import arguments
from parindex.error import ParIndexError
from parindex.office import archive, workbook
from parindex.office.faults import fault
from parindex.optional import needed


def records(table: Any, name: str) -> list[dict[str, Any]]:
    """The rows of a path (``.csv``, ``.xlsx``, ``.parquet``), a frame, an Arrow stream or a list of dicts.

    The caller gave it as the argument `name`.

    Raises
    ------
    ParIndexError
        ``unreadable-file``, ``too-large``.
    ImportError
        If the package that reads such a file is not installed.
    TypeError
        For what is no table.
    """
    if isinstance(table, (str, PathLike)):
        arguments.path(name, table)
        return _read(Path(table))
    if isinstance(table, (list, tuple)) and all(isinstance(row, Mapping) for row in table):
        return [dict(row) for row in table]
    rows = next((getattr(table, method)() for method in ("to_dicts", "to_pylist") if hasattr(table, method)), None)
    if isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows):
        return rows
    if isinstance(getattr(table, "columns", None), Iterable) and hasattr(table, "to_dict") and hasattr(table, "iloc"):
        if len(set(table.columns)) < len(table.columns):
            raise fault("named-twice", f"`{name}` has two columns of one name")
        return list(table.to_dict("records"))  # pandas
    if hasattr(table, "__arrow_c_stream__"):
        arrow = needed("pyarrow", "reading a stream of Arrow")
        try:
            return list(arrow.table(table).to_pylist())
        except (ValueError, TypeError, arrow.ArrowException) as error:
            raise archive.unreadable(f"`{name}`, the stream of Arrow", str(error)) from error
    what = "a path, a list of dicts, a frame or an Arrow stream"
    raise TypeError(f"`{name}` must be a table: {what}, not {type(table).__name__}")


def is_gap(value: object) -> bool:
    """Whether a cell of such a table holds nothing: None, or what a frame writes for it.

    >>> is_gap(None), is_gap(float("nan")), is_gap(0), is_gap("")
    (True, True, False, False)
    """
    if isinstance(value, Decimal):
        return value.is_nan()
    return (
        value is None
        or type(value).__name__ in {"NAType", "NaTType"}
        or (isinstance(value, float) and math.isnan(value))
    )


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        archive.check_is_file(path)
        match path.suffix.lower():
            case ".csv":
                text = archive.read_bytes(str(path), path).decode("utf-8-sig")
                rows = csv.DictReader(io.StringIO(text, newline=""))
                return [{name: value or None for name, value in row.items() if name} for row in rows]
            case ".xlsx":
                return _sheet(path)
            case ".parquet":
                return _parquet(path)
    except ParIndexError:
        raise
    except OSError as error:
        raise archive.unreadable(str(path), error.strerror or str(error)) from error
    except (ValueError, csv.Error) as error:
        raise archive.unreadable(str(path), str(error)) from error
    raise fault("unreadable-file", f"{path}: a table is a `.csv`, `.xlsx` or `.parquet` file")


def _parquet(path: Path) -> list[dict[str, Any]]:
    parquet = needed("pyarrow.parquet", "reading Parquet", "pyarrow")
    file = parquet.ParquetFile(io.BytesIO(archive.read_bytes(str(path), path)))
    groups = (file.metadata.row_group(group) for group in range(file.metadata.num_row_groups))
    if file.metadata.num_rows > archive.MAX_ROWS:
        raise archive.too_large(str(path), f"{archive.MAX_ROWS} rows")
    if sum(group.total_byte_size for group in groups) > archive.MAX_UNPACKED:
        raise archive.too_large(f"{path}, unpacked,", f"{archive.MAX_UNPACKED >> 20} MiB")
    return list(file.read().to_pylist())


def _sheet(path: Path) -> list[dict[str, Any]]:
    """The first sheet, its first row the names."""
    header, *rows = workbook.rows(path) or [()]
    names = [None if name is None else str(name).strip() for name in header]
    return [
        {name: value for name, value in zip(names, row, strict=False) if name}
        for row in rows
        if any(value is not None for value in row)
    ]
