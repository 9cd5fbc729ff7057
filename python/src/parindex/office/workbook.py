"""Sheets of an Excel workbook: stored values, number formats, merged and hidden parts."""

import datetime
import io
import warnings
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any

from parindex.office import archive, figures
from parindex.office.grid import Bad, Cell, Grid, Value
from parindex.office.words import Words
from parindex.optional import needed

_MOST_COLUMNS = 2_000
_MOST_CHARACTERS = 32_767  # as Excel itself


def sheets(path: str | PathLike[str]) -> list[Grid]:
    """The worksheets of a workbook, in their order.

    Formulas count by the value that was stored with them.

    Raises
    ------
    ParIndexError
        ``unreadable-file`` or ``too-large``.
    ImportError
        If openpyxl is not installed.
    """
    openpyxl = needed("openpyxl", "reading .xlsx", "'parindex[excel]'")
    opened = archive.opened(path, "xlsx")
    name = str(Path(path))
    grids = {sheet.title: _grid(sheet, name) for sheet in _load(openpyxl, opened.content, name, rich_text=True)}
    if opened.has_formulas:
        for sheet in _load(openpyxl, opened.content, name, data_only=False):
            _mark_formulas(sheet, grids[sheet.title])
    return list(grids.values())


def rows(path: str | PathLike[str]) -> list[tuple[Any, ...]]:
    """The stored values of the first worksheet, row by row.

    Raises
    ------
    ParIndexError
        ``unreadable-file`` or ``too-large``.
    ImportError
        If openpyxl is not installed.
    """
    openpyxl = needed("openpyxl", "reading .xlsx", "'parindex[excel]'")
    found = _load(openpyxl, archive.opened(path, "xlsx").content, str(Path(path)))
    return list(found[0].iter_rows(values_only=True)) if found else []


def _load(
    openpyxl: Any, content: io.BytesIO, name: str, *, data_only: bool = True, rich_text: bool = False
) -> list[Any]:
    content.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(content, data_only=data_only, keep_links=False, rich_text=rich_text)
    except Exception as error:  # a library that reads hostile bytes may raise anything
        raise archive.unreadable(name, f"it is broken ({type(error).__name__}: {error})") from error
    return list(book.worksheets)


def _grid(sheet: Any, name: str) -> Grid:
    grid = Grid(clean_name(sheet.title), is_hidden=sheet.sheet_state != "visible")
    # The only list of the cells there are; every public way makes the missing ones.
    for (row, column), cell in sheet._cells.items():
        if cell.value is None:
            continue
        if column > _MOST_COLUMNS:
            raise archive.too_large(f"sheet `{grid.name}` of {name}", f"{_MOST_COLUMNS} columns")
        made = _cell(cell, grid.name)
        if made is not None:
            grid.put(row, column, made)
    for merged in sheet.merged_cells.ranges:
        origin = (merged.min_row, merged.min_col)
        for row, column in merged.cells:
            grid.merged[row, column] = origin
    grid.hidden_rows = {row for row, dimension in sheet.row_dimensions.items() if dimension.hidden}
    return grid


def clean_name(name: str) -> str:
    """The name of a sheet on one line."""
    return " ".join(figures.clean(name).split())


def _cell(cell: Any, sheet: str) -> Cell | None:
    place = f"{sheet}!{cell.coordinate}"
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, str(cell.number_format), place)
    read, shown = _value(cell)
    if isinstance(read, str):
        return Cell(read, place, shown, is_bold=bool(cell.font.b)) if read else None
    return Cell(read, place, shown)


def _number(value: int | float, number_format: str, place: str) -> Cell:
    number = figures.exact(value)
    if number is None:
        why = Words(
            f"{value} có nhiều chữ số hơn một số chính xác: làm tròn, hoặc ghi tử số và mẫu số",
            f"{value} has more digits than an exact number: round it, or give numerator and denominator",
        )
        return Cell(Bad("not-exact", why), place, str(value))
    return Cell(number, place, _shown(number, number_format), "%" in number_format)


def _value(cell: Any) -> tuple[Value, str]:
    """The value of a cell that is no number, and how it is shown."""
    value = cell.value
    if cell.data_type == "e":
        return Bad("bad-number", Words(f"lỗi {value}", f"the cell holds the error {value}")), str(value)
    if isinstance(value, bool):
        return value, "có" if value else "không"
    if isinstance(value, datetime.datetime):
        return value.date(), value.date().isoformat()
    if isinstance(value, datetime.date):
        return value, value.isoformat()
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return Bad("bad-date", Words("ghi giờ trong ngày", "the cell holds a time of day")), str(value)
    if len(str(value)) > _MOST_CHARACTERS:
        why = Words(f"dài hơn {_MOST_CHARACTERS} ký tự", f"the text has more than {_MOST_CHARACTERS} characters")
        return Bad("too-large", why), "…"
    text = figures.clean(_text(value))
    return text, text


def _text(value: Any) -> str:
    """A text, what is set as superscript kept so."""
    parts: list[Any] = [value] if isinstance(value, str) else list(value)
    return "".join(figures.raised(part.text) if _is_raised(part) else str(part) for part in parts)


def _is_raised(part: Any) -> bool:
    """Whether a part of a rich text is superscript."""
    return getattr(getattr(part, "font", None), "vertAlign", None) == "superscript"


def _shown(number: Decimal, number_format: str) -> str:
    """A number with the zeros that a format such as ``0.00`` shows."""
    places = number_format.partition(".")[2]
    wanted = len(places) if places and set(places) == {"0"} else 0
    has = max(-int(number.as_tuple().exponent), 0)
    return f"{number:f}" if has >= wanted else f"{number:.{wanted}f}"


def _mark_formulas(sheet: Any, grid: Grid) -> None:
    """Notes the formulas that were saved without a value."""
    for (row, column), cell in sheet._cells.items():
        if cell.data_type == "f" and grid.cell(row, column) is None:
            why = Words(
                "công thức chưa lưu giá trị: mở tệp bằng Excel hoặc LibreOffice rồi lưu lại",
                "the formula was saved without its value: open the file in Excel or LibreOffice and save it",
            )
            formula = cell.value if isinstance(cell.value, str) else "="
            grid.put(row, column, Cell(Bad("bad-number", why), f"{grid.name}!{cell.coordinate}", formula))
