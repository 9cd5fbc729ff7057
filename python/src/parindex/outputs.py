"""Result files: written whole or not at all."""

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from parindex.table import Table


def csv_text(table: Table) -> str:
    """A table as CSV: plain digits with a decimal point, a gap as nothing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for row in zip(*(table[name] for name in table.columns), strict=True):
        writer.writerow(_cell(value) for value in row)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return str(value)


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes texts into a folder: under temporary names first, then renamed.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing in it has changed then.
    """
    folder = folder.absolute()
    for name in files:
        if (folder / name).is_dir():
            raise IsADirectoryError(f"{folder / name} is a folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in files.items():
            (waiting / name).write_text(text, encoding="utf-8", newline="")
        folder.mkdir(exist_ok=True)
        for name in files:
            os.replace(waiting / name, folder / name)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def write_file(path: Path, data: bytes) -> None:
    """Writes one file: under a temporary name first, then renamed.

    Raises
    ------
    OSError
        If it cannot be written; an older file of that name has not changed then.
    """
    path = path.absolute()
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        (waiting / path.name).write_bytes(data)
        os.replace(waiting / path.name, path)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
