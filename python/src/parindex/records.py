"""Small tables of every kind that users hold, as rows of Python."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from parindex.error import ParIndexError
from parindex.office import archive, workbook
from parindex.office.faults import fault
from parindex.optional import needed


def records(table: Any) -> list[dict[str, Any]]:
    """The rows of a path (``.csv``, ``.xlsx``, ``.parquet``), a frame, an Arrow stream or a list of dicts.

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
        return _read(Path(table))
    if isinstance(table, Sequence) and all(isinstance(row, Mapping) for row in table):
        return [dict(row) for row in table]
    for method in ("to_dicts", "to_pylist"):
        if hasattr(table, method):
            return list(getattr(table, method)())
    if hasattr(table, "to_dict") and hasattr(table, "iloc"):  # pandas
        return list(table.to_dict("records"))
    if hasattr(table, "__arrow_c_stream__"):
        return list(needed("pyarrow", "reading a stream of Arrow").table(table).to_pylist())
    raise TypeError(f"a table is a path, a list of dicts, a frame or an Arrow stream; this is a {type(table).__name__}")


def _read(path: Path) -> list[dict[str, Any]]:
    try:
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
