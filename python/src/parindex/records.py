"""Small tables of every kind that users hold, as rows of Python."""

from __future__ import annotations

import csv
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
                with path.open(encoding="utf-8-sig", newline="") as file:
                    return [
                        {name: value or None for name, value in row.items() if name} for row in csv.DictReader(file)
                    ]
            case ".xlsx":
                return _sheet(path)
            case ".parquet":
                return list(needed("pyarrow.parquet", "reading Parquet", "pyarrow").read_table(path).to_pylist())
    except ParIndexError:
        raise
    except OSError as error:
        raise archive.unreadable(str(path), error.strerror or str(error)) from error
    except (ValueError, csv.Error) as error:
        raise archive.unreadable(str(path), str(error)) from error
    raise fault("unreadable-file", f"{path}: a table is a `.csv`, `.xlsx` or `.parquet` file")


def _sheet(path: Path) -> list[dict[str, Any]]:
    """The first sheet, its first row the names."""
    header, *rows = workbook.rows(path) or [()]
    names = [None if name is None else str(name).strip() for name in header]
    return [
        {name: value for name, value in zip(names, row, strict=False) if name}
        for row in rows
        if any(value is not None for value in row)
    ]
