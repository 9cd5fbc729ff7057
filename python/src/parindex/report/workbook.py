"""A report as an Excel workbook: a sheet for each table, formulas where points add up.

Formulas carry their exact value, so that viewers which do not calculate show it
too. Text of the data is never a formula, whatever sign it begins with.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from parindex import layout
from parindex.optional import needed
from parindex.outputs import NO_DAY
from parindex.report.content import Column, Document, Row, Section

_DEFAULT_SIZE = 12
_FACE = {"font_name": "Times New Roman", "font_size": _DEFAULT_SIZE, "valign": "top"}
_GRID = {**_FACE, "border": 1, "text_wrap": True}
_FORMULA_SIGNS = tuple("=+-@\t\r\n")
_MOST_CHARACTERS = 32_767  # as Excel itself
_PORTRAIT, _LANDSCAPE = 88, 132  # characters of 12 points across a page


def workbook(document: Document) -> bytes:
    """The workbook. The same content gives the same bytes."""
    xlsxwriter = needed("xlsxwriter", "an Excel report", "'parindex[report]'")
    data = io.BytesIO()
    texts_stay_texts = {f"strings_to_{kind}": False for kind in ("formulas", "numbers", "urls")}
    book = xlsxwriter.Workbook(data, {"in_memory": True, **texts_stay_texts})
    day = document.today
    book.set_properties(
        {
            "title": layout.shown(document.title)[:255],
            "author": layout.shown(document.office.name or "")[:255],
            "created": NO_DAY if day is None else datetime.datetime.combine(day, datetime.time()),
        }
    )
    writer = _Writer(document, book)
    writer.overview()
    for section in document.sections:
        writer.section(section)
    book.close()
    return data.getvalue()


class _Writer:
    """A workbook in the making, sheet by sheet."""

    def __init__(self, document: Document, book: Any) -> None:
        self.document = document
        self.book = book
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def overview(self) -> None:
        """The sheet with what a reader wants first."""
        document = self.document
        sheet = self._sheet(document.say("Tổng quan", "Overview"), is_wide=False)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, _PORTRAIT - 34)
        office = document.office
        above = [
            office.superior,
            office.name,
            office.number,
            ", ".join(text for text in (office.place, document.day()) if text),
        ]
        at = self._lines(sheet, 0, [text for text in above if text], 2, _PORTRAIT)
        at = self._lines(sheet, at, [document.sort, document.title], 2, _PORTRAIT, bold=True, font_size=14)
        for name, value in document.facts:
            self._text(sheet, at, 0, name, {**_GRID, "bold": True})
            self._text(sheet, at, 1, value, _GRID)
            sheet.set_row(at, _height([name, value], [34, _PORTRAIT - 34]))
            at += 1
        self._lines(sheet, at, document.remarks, 2, _PORTRAIT, italic=True)

    def section(self, section: Section) -> None:
        """The sheet of a table."""
        sheet = self._sheet(section.sheet, is_wide=section.is_annex)
        columns = section.columns
        room = _LANDSCAPE if section.is_annex else _PORTRAIT
        widths = section.widths(room, character=1.25, padding=2)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        head = self._lines(sheet, 0, [section.title], len(columns), sum(widths), bold=True, font_size=14)
        head = self._lines(sheet, head, section.notes, len(columns), sum(widths), italic=True)
        for at, column in enumerate(columns):
            self._text(
                sheet,
                head,
                at,
                column.title,
                {**_GRID, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#EDEDED"},
            )
        sheet.set_row(head, _height([column.title for column in columns], widths))
        sheet.freeze_panes(head + 1, 2 if columns[0].kind == "code" else 1)
        sheet.repeat_rows(head)
        for line, row in enumerate(section.rows):
            texts = [layout.written(row.cells.get(column.key)) for column in columns]
            sheet.set_row(head + 1 + line, _height(texts, widths))
        for at, column in enumerate(columns):
            places = layout.decimals(section.values(column))
            for line, row in enumerate(section.rows):
                self._cell(sheet, section, row, head + 1 + line, at, places, head + 1)
        if section.is_bulky:
            sheet.autofilter(head, 0, head + len(section.rows), len(columns) - 1)

    def _sheet(self, name: str, *, is_wide: bool) -> Any:
        """A sheet set up to be printed on A4, as wide as the page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        if is_wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
        sheet.set_footer("&C&P/&N")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    def _lines(self, sheet: Any, at: int, texts: Sequence[str], across: int, room: float, **style: Any) -> int:
        """Lines over the whole width, the first of them in row `at`; the next free row."""
        for text in texts:
            text = _fitting(text)
            chosen = self._format({**_FACE, "text_wrap": True, **style}, text)
            sheet.merge_range(at, 0, at, across - 1, "", chosen)
            sheet.write_string(at, 0, text, chosen)
            size = style.get("font_size", _DEFAULT_SIZE)
            sheet.set_row(at, _height([text], [room], size))
            at += 1
        return at

    def _cell(self, sheet: Any, section: Section, row: Row, line: int, at: int, places: int, first: int) -> None:
        column = section.columns[at]
        value = row.cells.get(column.key)
        style = {**_GRID, **({"bold": True, "bg_color": "#EDEDED"} if row.is_strong else {})}
        if column.kind == "number":
            style["align"] = "right"
        if value is None:
            sheet.write_blank(line, at, None, self._format(style))
        elif isinstance(value, str):
            indent = {"indent": min(row.depth, 5)} if column.key == "name" and row.depth else {}
            italic = {"italic": True} if column.kind == "number" else {}
            self._text(sheet, line, at, value, {**style, **indent, **italic, "num_format": "@"})
        else:
            style["num_format"] = "#,##0" + ("." + "0" * places if places and isinstance(value, Decimal) else "") + "_ "
            formula = _formula(section, row, column, line, at, first)
            if formula is None:
                sheet.write_number(line, at, value, self._format(style))
            else:
                sheet.write_formula(line, at, formula, self._format(style), float(value))

    def _text(self, sheet: Any, line: int, at: int, text: str, style: dict[str, Any]) -> None:
        text = _fitting(text)
        sheet.write_string(line, at, text, self._format(style, text))

    def _format(self, style: dict[str, Any], text: str = "") -> Any:
        """The format of a style; a text that a sheet could take for a formula is marked as text."""
        if text.startswith(_FORMULA_SIGNS):
            style = {**style, "quote_prefix": True}
        key = tuple(sorted(style.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(style)
        return self.formats[key]


def _fitting(text: str) -> str:
    """A text that a cell can hold and show: a longer one would not be written at all."""
    text = layout.shown(text)
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"


def _height(texts: Sequence[str], widths: Sequence[float], size: int = _DEFAULT_SIZE) -> float:
    """Points that a row of texts takes: sheets do not measure a row before it is edited."""
    lines = 1
    for text, width in zip(texts, widths, strict=True):
        room = max(width * _DEFAULT_SIZE / size - 1, 1)
        lines = max(lines, sum(_lines_of(part, room) for part in text.split("\n")))
    return lines * size * 1.3 + 2


def _lines_of(text: str, room: float) -> int:
    """Lines of a text that breaks between words, or within those longer than a line."""
    if len(text) <= room:
        return 1
    lines, used = 1, 0.0
    for word in text.split():
        need = layout.width(word)
        if used and used + 1 + need > room:
            lines, used = lines + 1, 0.0
        extra = int(max(need - 1, 0) // room)
        lines, used = lines + extra, used + bool(used) + need - extra * room
    return lines


def _formula(section: Section, row: Row, column: Column, line: int, at: int, first: int) -> str | None:
    """What a cell is worked out from, if that gives its value to the last digit."""
    value = row.cells.get(column.key)
    if section.adds_up(row, column):
        return f"=SUM({_cells(at, [first + part for part in row.parts])})"
    if column.formula is None or column.formula.of(row.cells) != value:
        return None
    places = {other.key: at for at, other in enumerate(section.columns)}
    names = {key: f"{_letter(places[key])}{line + 1}" for key in column.formula.keys if key in places}
    return column.formula.written(names) if len(names) == len(column.formula.keys) else None


def _cells(at: int, lines: Sequence[int]) -> str:
    """Cells of a column: a range where they follow one another."""
    letter = _letter(at)
    if list(lines) == list(range(lines[0], lines[-1] + 1)):
        return f"{letter}{lines[0] + 1}:{letter}{lines[-1] + 1}"
    return ",".join(f"{letter}{line + 1}" for line in lines)


def _letter(at: int) -> str:
    """What a sheet calls the column at a place counted from 0."""
    before, last = divmod(at, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)
