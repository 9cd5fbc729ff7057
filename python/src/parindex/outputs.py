"""Result files: written whole or not at all."""

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from parindex.table import Table

_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


def csv_text(table: Table) -> str:
    """A table as CSV: plain digits with a decimal point, a gap as nothing.

    A sheet would run a text such as ``=cmd|…``, whoever wrote it: a text that begins like a formula, and is no
    number, has an apostrophe in front, an id too.
    """
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
    text = " ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    if isinstance(value, (int, float)) or not text.startswith(_FORMULA_SIGNS) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


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


def write_tables(folder: Path, tables: Mapping[str, Table]) -> None:
    """Writes tables into a folder as CSV, as :func:`write_folder` does.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing in it has changed then.
    """
    write_folder(folder, {f"{name}.csv": csv_text(table) for name, table in tables.items()})


def write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes one file through `write`: under a temporary name first, then renamed.

    Raises
    ------
    OSError
        If the file cannot be written; one of that name has not changed then.
    """
    path = path.absolute()
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    if path.exists() and not path.is_file():  # a pipe or a device, which a file would take the place of
        raise OSError(f"{path} is not a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, waiting = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        os.chmod(waiting, 0o666 & ~_umask())
        os.replace(waiting, path)
    except BaseException:
        os.unlink(waiting)
        raise


def _umask() -> int:
    """What a new file may not be; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
