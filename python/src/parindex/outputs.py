"""Result files: written whole or not at all."""

import contextlib
import csv
import datetime
import errno
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from parindex import staging
from parindex.table import Table

_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
NO_DAY = datetime.datetime(2020, 1, 1)
"""When a file says it was made if no day was given: the day it was written is no part of its content."""


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


def write_tables(folder: Path, tables: Mapping[str, Table]) -> None:
    """Writes tables into a folder as CSV, as :func:`write_folder` does.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing in it has changed then.
    """
    write_folder(folder, {f"{name}.csv": csv_text(table) for name, table in tables.items()})


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes texts into a folder.

    A new folder appears with all its files or not at all. In one that is there, old
    files make room and new ones take their places, once all are written: a process
    that is killed in that moment leaves a part of one run, never files of two. Other
    files in it stay.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing in it has changed then.
    """
    folder = Path(os.path.realpath(folder))
    is_new = not folder.exists()
    if not is_new and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")
    for name in files:
        _check(folder / name)
    with _named(folder):
        # A folder that is there may be on another disk than the one above it, or all that may be written.
        beside = folder.parent if is_new else folder
        beside.mkdir(parents=True, exist_ok=True)
        with staging.new_folder(beside) as stage:
            new, old = stage / "new", stage / "old"
            new.mkdir()
            for name, text in files.items():
                _fill(new / name, folder / name, _of(text))
            staging.settle(new)
            if is_new:
                new.rename(folder)
            else:
                old.mkdir()
                outgoing = [(folder / name, old / name) for name in files if os.path.lexists(folder / name)]
                _move([*outgoing, *((new / name, folder / name) for name in files)])
            staging.settle(beside)


def _of(text: str) -> Callable[[BinaryIO], object]:
    data = text.encode()
    return lambda file: file.write(data)


def _move(renames: Sequence[tuple[Path, Path]]) -> None:
    """Does all renames or, if one fails, none."""
    begun: list[tuple[Path, Path]] = []
    try:
        for source, target in renames:
            begun.append((source, target))
            source.rename(target)
    except BaseException:
        for source, target in reversed(begun):
            if not os.path.lexists(source):
                target.rename(source)
        raise


def write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes one file through `write`: it is there whole, or what was there before is.

    A link is followed: what it leads to is written. A file keeps its permissions, and
    one that may not be written is not replaced.

    Raises
    ------
    OSError
        If the file cannot be written; one of that name has not changed then.
    """
    path = Path(os.path.realpath(path))
    _check(path)
    with _named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with staging.new_file(path.parent) as waiting:
            _fill(waiting, path, write)
            waiting.replace(path)
            staging.settle(path.parent)


def _fill(waiting: Path, path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes what is to take the place of `path`, down to the disk: a rename may otherwise reach it first."""
    with waiting.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, waiting)


def _check(path: Path) -> None:
    """Refuses to take the place of what is no file, or may not be written."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is no regular file")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Tells what the system refuses of the output, not of the name it has for a moment."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error


def undated(archive: bytes) -> bytes:
    """A ZIP archive, as office files are, without the time at which it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
