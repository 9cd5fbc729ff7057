"""An office's register of tasks as it comes: a workbook, a file or a table."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex import arguments
from parindex.layout import shown
from parindex.office import archive, workbook
from parindex.office.faults import Faults, fault
from parindex.office.grid import Bad
from parindex.records import is_gap, records
from parindex.workplan.words import field_of, plain

if TYPE_CHECKING:
    from parindex.office.grid import Grid

COLUMNS = ("task", "area", "lead", "due", "status", "codes")
_REQUIRED = ("task", "lead", "due", "status")
_HEADER_ROWS = 40

_CALLED: dict[str, tuple[str, ...]] = {
    "task": ("nhiem vu", "ten nhiem vu", "nhiem vu cu the", "noi dung", "noi dung nhiem vu", "noi dung cong viec",
    "cong viec"),
    "area": ("linh vuc", "linh vuc cai cach", "noi dung cai cach", "nhom nhiem vu"),
    "lead": (
        "chu tri", "don vi chu tri", "co quan chu tri", "co quan, don vi chu tri", "don vi thuc hien",
        "co quan thuc hien",
        "phu trach", "nguoi phu trach",
    ),
    "due": (
        "han", "thoi han", "han hoan thanh", "thoi han hoan thanh", "thoi gian hoan thanh", "thoi gian thuc hien",
        "thoi gian", "deadline",
    ),
    "status": ("trang thai", "tinh trang", "tinh hinh", "tinh hinh thuc hien", "tien do", "tien do thuc hien", "state"),
    "codes": ("code", "tieu chi", "ma tieu chi", "tieu chi phuc vu", "criteria", "criterion"),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A row of a register: its number and what stands in its columns."""

    row: int
    cells: Mapping[str, Any]
    section: str | None
    """The area that the headline above it names, if there is one."""

    def text(self, column: str) -> str:
        """What stands in a column, as text on one line."""
        value = self.cells.get(column)
        if is_gap(value):
            return ""
        if isinstance(value, datetime.datetime):
            value = value.date()
        return " ".join(shown(str(value)).split())


def entries(tasks: Any, columns: Mapping[str, str] | None = None) -> list[Entry]:
    """The rows of a register, headlines and empty rows taken out.

    Raises
    ------
    ParIndexError
        ``missing-column``, ``unreadable-file``, ``too-large``.
    TypeError
        For what is no table.
    """
    own = {plain(called): name for name, called in (columns or {}).items()}
    if unknown := sorted(set(columns or {}) - set(COLUMNS)):
        raise TypeError(f"columns names {', '.join(unknown)}: may be {', '.join(COLUMNS)}")
    if isinstance(tasks, (str, PathLike)):
        arguments.path("tasks", tasks)
        return _of_file(Path(tasks), own)
    rows = records(tasks, "tasks")
    names = _named(dict.fromkeys(str(name) for row in rows for name in row), own)
    _check(names.values(), None)
    return list(
        _sections(
            (at, {names[str(key)]: value for key, value in row.items() if str(key) in names})
            for at, row in enumerate(rows, 1)
        )
    )


def _of_file(path: Path, own: Mapping[str, str]) -> list[Entry]:
    kind = path.suffix.lower()
    if kind == ".xlsx":
        return _of_sheets([sheet for sheet in workbook.sheets(path) if not sheet.is_hidden], path, own)
    if kind == ".parquet":
        return entries(records(path, "tasks"), {name: called for called, name in own.items()})
    if kind != ".csv":
        raise fault("unreadable-file", f"{path}: a register is a `.xlsx`, `.csv` or `.parquet` file")
    try:
        archive.check_is_file(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            lines = [(reader.line_num, line) for line in reader]
    except OSError as error:
        raise archive.unreadable(str(path), error.strerror or str(error)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise archive.unreadable(str(path), str(error)) from error
    names = _named(header, own)
    _check(names.values(), str(path))
    return list(
        _sections(
            (at, {names[head]: cell for head, cell in zip(header, line, strict=False) if head in names})
            for at, line in lines
        )
    )


def _of_sheets(sheets: list[Grid], path: Path, own: Mapping[str, str]) -> list[Entry]:
    """The register on the first sheet that has its columns; the nearest miss says what is lacking."""
    best: tuple[set[str], str] = (set(), str(path))
    for sheet in sheets:
        for row in sheet.numbers()[:_HEADER_ROWS]:
            heads = {column: sheet.text(row, column) for column, _ in sheet.line(row)}
            names = _named(heads.values(), own)
            if set(_REQUIRED) <= set(names.values()):
                places = {column: names[head] for column, head in heads.items() if head in names}
                return list(_sections(_under(sheet, row, places)))
            best = max(
                best, (set(names.values()), f"{path}, sheet {sheet.name}, row {row}"), key=lambda found: len(found[0])
            )
    _check(best[0], best[1])
    return []


def _under(sheet: Grid, header: int, places: Mapping[int, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows below the header; a merged area counts for all of its rows."""
    for row in sheet.numbers():
        if row <= header or row in sheet.hidden_rows:
            continue
        cells: dict[str, Any] = {}
        for column, name in places.items():
            cell = sheet.under(row, column) if name == "area" else sheet.cell(row, column)
            if cell is not None:
                cells[name] = (
                    cell.shown
                    if isinstance(cell.value, Bad) or not isinstance(cell.value, datetime.date)
                    else cell.value
                )
        if not cells:  # a headline may stand in any column
            texts = [cell.text for _, cell in sheet.line(row)]
            cells = {"task": " ".join(texts)} if field_of(" ".join(texts)) else {}
        yield row, cells


def _sections(rows: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Entry]:
    """Tells headlines, which name an area and nothing else, from tasks."""
    section: str | None = None
    for row, cells in rows:
        entry = Entry(row, cells, section)
        filled = [name for name in COLUMNS if entry.text(name)]
        if not filled:
            continue
        if filled in (["task"], ["area"]) and field_of(entry.text(filled[0])):
            section = entry.text(filled[0])
            continue
        yield entry


def _named(heads: Iterable[str], own: Mapping[str, str]) -> dict[str, str]:
    """Which column of ours each head is; the first of two that are the same."""
    names: dict[str, str] = {}
    for head in heads:
        word = plain(head).strip(" .:*")
        known = (name for name in COLUMNS if word == name or word in _CALLED[name])
        name = own.get(plain(head)) or next(known, None)
        if name is not None and name not in names.values():
            names[head] = name
    return names


def _check(found: Iterable[str], place: str | None) -> None:
    missing = [name for name in _REQUIRED if name not in set(found)]
    faults = Faults()
    for name in missing:
        faults.add("missing-column", f"no column `{name}` ({', '.join(_CALLED[name][:3])})", place or "")
    faults.check()
