"""Workbooks to fill in: the criteria of a framework, and the evidence of its units."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from parindex import outputs
from parindex._native import Criterion, Framework
from parindex.arguments import of, one_of, path, takes, texts
from parindex.layout import shown
from parindex.office import figures, rules
from parindex.office.faults import fault
from parindex.office.measures import unit_of
from parindex.optional import needed

Layout = Literal["sheets", "rows"]

_MOST_UNITS = 200
_MOST_ROWS = 1_000
_BAD_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_MEASURES = {
    "percent": "tỷ lệ %", "fraction": "tỷ lệ (0–1)", "count": "số lượng", "amount": "số", "flag": "có/không",
    "date": "ngày", "label": "một mức", "points": "điểm", "index": "chỉ số 0–100",
}  # fmt: skip
_EVIDENCE = [
    ("STT", 10), ("Lĩnh vực/Tiêu chí/Tiêu chí thành phần", 50), ("Điểm tối đa", 9), ("Cách tính điểm", 45),
    ("Đơn vị tính", 12), ("Giá trị", 14), ("Tử số", 12), ("Mẫu số", 12), ("Điểm tự đánh giá", 10),
    ("Điểm thẩm định", 10), ("Giải trình", 35), ("Tài liệu kiểm chứng", 35), ("Ghi chú", 25),
]  # fmt: skip
_CRITERIA = [
    ("STT", 10), ("Lĩnh vực/Tiêu chí/Tiêu chí thành phần", 60), ("Điểm tối đa", 10), ("Cách tính điểm", 60),
    ("Tài liệu kiểm chứng", 35), ("Cơ quan chủ trì", 25),
]  # fmt: skip
_FONT, _SIZE, _LINE_HEIGHT = "Times New Roman", 11, 15
_TITLE, _PLAIN, _HEADER, _LINE, _BOLD_LINE, _OPEN = (
    f"parindex {name}" for name in ("title", "plain", "header", "line", "bold", "open")
)
_VALUE, _NUMERATOR, _DENOMINATOR, _SELF, _APPRAISED = 6, 7, 8, 9, 10


@takes(framework=of("Framework"), path=path, units=texts, layout=one_of("sheets", "rows"))
def evidence_template(
    framework: Framework,
    path: str | PathLike[str],
    units: Sequence[str] | None = None,
    *,
    layout: Layout = "sheets",
) -> None:
    """Writes a workbook in which offices fill in evidence; :func:`read_evidence` reads it back.

    Parameters
    ----------
    framework : Framework
        Whose criteria, maxima, rules and units of value the workbook shows.
    path : str or os.PathLike
        A ``.xlsx`` file; written whole or not at all.
    units : sequence of str, optional
        Ids of the units; else one sheet whose unit is still to be named.
    layout : {"sheets", "rows"}
        A sheet for each unit, or one sheet with a row for each.

    Raises
    ------
    ParIndexError
        ``too-large`` for more than 200 sheets or 1,000 rows of units; ``bad-value`` for another ending, or an id that no workbook can hold.
    ImportError
        If openpyxl (``parindex[excel]``) is missing.
    """
    openpyxl = _writer_of(path)
    names = list(dict.fromkeys(units or []))
    most = _MOST_UNITS if layout == "sheets" else _MOST_ROWS
    if len(names) > most:
        raise fault("too-large", f"the template of {len(names)} units is too large: at most {most}")
    if unwritable := [name for name in names if shown(name) != name]:
        raise fault("bad-value", f"`units`: no workbook can hold the control characters of {', '.join(unwritable)}")
    texts = _rule_texts(framework)
    book = openpyxl.Workbook()
    book.remove(book.active)
    if layout == "rows":
        _Sheet(openpyxl, book.create_sheet("Chấm điểm"), texts).one_row_a_unit(framework, names)
    else:
        titles = _sheet_names(names or [""])
        for name, title in zip(names or [""], titles, strict=True):
            _Sheet(openpyxl, book.create_sheet(title), texts).one_unit(framework, name)
    _save(book, Path(path))


@takes(framework=of("Framework"), path=path)
def criteria_template(framework: Framework, path: str | PathLike[str]) -> None:
    """Writes a framework as a criteria table; :func:`import_framework` reads it back.

    Codes, maxima and the rules that a table can say come back the same. Other
    rules are written in words and come back as given points; weights, means and
    bonus points have no place in such a table.

    Parameters
    ----------
    framework : Framework
        The framework.
    path : str or os.PathLike
        A ``.xlsx`` file; written whole or not at all.

    Raises
    ------
    ParIndexError
        ``bad-value`` for another ending.
    ImportError
        If openpyxl (``parindex[excel]``) is missing.
    """
    openpyxl = _writer_of(path)
    book = openpyxl.Workbook()
    book.active.title = "Bộ tiêu chí"
    _Sheet(openpyxl, book.active, _rule_texts(framework)).criteria(framework)
    _save(book, Path(path))


def _writer_of(path: str | PathLike[str]) -> Any:
    """The package that writes workbooks; a table of Word would be a workbook under a false name."""
    if Path(path).suffix.lower() != ".xlsx":
        raise fault("bad-value", f"`{path}`: a template is a `.xlsx` file")
    return needed("openpyxl", "writing .xlsx", "'parindex[excel]'")


class _Sheet:
    """A sheet being written."""

    def __init__(self, openpyxl: Any, sheet: Any, rule_texts: Mapping[str, str]) -> None:
        self._rule_texts = rule_texts
        self._openpyxl = openpyxl
        self._sheet = sheet
        if _LINE not in sheet.parent.named_styles:
            _add_styles(openpyxl.styles, sheet.parent)
        self._validations: dict[str, Any] = {}
        self._widths: list[int] = []

    def criteria(self, framework: Framework) -> None:
        last = self._title(framework)
        self._header(last + 2, _CRITERIA)
        row = last + 2
        for row, criterion in enumerate(_rows(framework), last + 3):
            cells = [criterion.code, criterion.name("vi"), criterion.max_points, self._rule_texts.get(criterion.code)]
            cells += [criterion.evidence("vi"), criterion.agency]
            self._line(row, cells, is_bold=not criterion.is_leaf)
        if framework.max_points is not None and all(one.weight is None for one in _rows(framework)):
            self._line(row + 1, [None, "Tổng cộng", framework.max_points, None, None, None], is_bold=True)

    def one_unit(self, framework: Framework, unit: str) -> None:
        last = self._title(framework)
        self._put(last + 1, 1, f"Đơn vị: {unit}", _TITLE)
        self._header(last + 3, _EVIDENCE)
        for row, criterion in enumerate(_rows(framework), last + 4):
            is_open = _is_scored(criterion)
            measure = _MEASURES.get(unit_of(criterion.rule)) if is_open else None
            cells = [criterion.code, criterion.name("vi"), criterion.max_points]
            cells += [self._rule_texts.get(criterion.code) or None, measure, *[None] * 8]
            self._line(row, cells, is_bold=not criterion.is_leaf)
            if is_open:
                self._inputs(row, criterion)

    def one_row_a_unit(self, framework: Framework, units: Sequence[str]) -> None:
        last = self._title(framework)
        leaves = [criterion for criterion in _rows(framework) if _is_scored(criterion)]
        self._header(last + 2, [("Mã đơn vị", 30), *((criterion.code, 12) for criterion in leaves)])
        self._header(last + 3, [("", 30), *(("Điểm" if _of_points(one) else "Giá trị", 12) for one in leaves)])
        self._sheet.merge_cells(start_row=last + 2, end_row=last + 3, start_column=1, end_column=1)
        self._sheet.freeze_panes = self._sheet.cell(last + 4, 2)
        for row, unit in enumerate(units or [""], last + 4):
            self._line(row, [unit or None, *[None] * len(leaves)], is_bold=False)
            for column, criterion in enumerate(leaves, 2):
                self._input(row, column, criterion, is_points=_of_points(criterion))

    def _title(self, framework: Framework) -> int:
        """Writes the title and the decision; the last row used."""
        self._put(1, 1, framework.title("vi"), _TITLE)
        if framework.decision is None:
            return 1
        day = "" if framework.date is None else " ngày {2}/{1}/{0}".format(*framework.date.split("-"))
        self._put(2, 1, f"(Quyết định số {framework.decision}{day})", _PLAIN)
        return 2

    def _header(self, row: int, columns: Sequence[tuple[str, int]]) -> None:
        for column, (text, width) in enumerate(columns, 1):
            self._put(row, column, text or None, _HEADER)
            self._sheet.column_dimensions[self._openpyxl.utils.get_column_letter(column)].width = width
        self._widths = [width for _, width in columns]
        self._set_height(row, [text for text, _ in columns])
        self._sheet.freeze_panes = self._sheet.cell(row + 1, 3)
        self._sheet.print_title_rows = f"{row}:{row}"
        self._sheet.page_setup.orientation = "landscape"
        self._sheet.page_setup.fitToHeight = 0
        self._sheet.sheet_properties.pageSetUpPr = self._openpyxl.worksheet.properties.PageSetupProperties(
            fitToPage=True
        )

    def _line(self, row: int, values: Sequence[object], *, is_bold: bool) -> None:
        for column, value in enumerate(values, 1):
            self._put(row, column, value, _BOLD_LINE if is_bold else _LINE)
        self._set_height(row, values)

    def _set_height(self, row: int, values: Sequence[object]) -> None:
        """A row as high as its longest text needs, for programs that do not find that out."""
        lines = [
            -(-len(value) // max(width - 2, 1))
            for value, width in zip(values, self._widths, strict=False)
            if isinstance(value, str)
        ]
        self._sheet.row_dimensions[row].height = _LINE_HEIGHT * max([1, *lines])

    def _put(self, row: int, column: int, value: object, style: str | None = None) -> None:
        """Sets a cell; a text is never a formula, a code never a number."""
        cell = self._sheet.cell(row, column)
        if style is not None:
            cell.style = style
        if isinstance(value, str):
            cell.value = shown(value)
            cell.data_type = "s"
            cell.number_format = "@"
            if value.startswith(_STARTS_FORMULA):
                cell.quotePrefix = True
        elif isinstance(value, Decimal):
            cell.value = figures.plain(value)

    def _inputs(self, row: int, criterion: Criterion) -> None:
        is_points = _of_points(criterion)
        if not is_points:
            self._input(row, _VALUE, criterion, is_points=False)
        if unit_of(criterion.rule) in {"percent", "fraction"}:
            for column in (_NUMERATOR, _DENOMINATOR):
                self._open_cell(row, column, "decimal", minimum="0")
        for column in (_SELF, _APPRAISED):
            self._input(row, column, criterion, is_points=True)

    def _input(self, row: int, column: int, criterion: Criterion, *, is_points: bool) -> None:
        """A cell to fill in, with what may stand there."""
        rule = criterion.rule or {}
        unit = "points" if is_points else unit_of(rule)
        maximum = criterion.max_points
        match unit:
            case "points" if maximum is not None:
                self._open_cell(row, column, "decimal", minimum="0", maximum=f"{maximum:f}")
            case "percent" | "index" if not rule.get("may_exceed"):
                self._open_cell(row, column, "decimal", minimum="0", maximum="100")
            case "count":
                self._open_cell(row, column, "whole", minimum="0")
            case "flag":
                self._open_cell(row, column, "list", choices=["có", "không"])
            case "label" if rule.get("kind") == "steps":
                self._open_cell(row, column, "list", choices=[step["label"] for step in rule["steps"]])
            case _:
                self._open_cell(row, column, None)

    def _open_cell(
        self,
        row: int,
        column: int,
        kind: str | None,
        *,
        minimum: str | None = None,
        maximum: str | None = None,
        choices: Sequence[str] = (),
    ) -> None:
        cell = self._sheet.cell(row, column)
        cell.style = _OPEN
        listed = ",".join(choices)
        # A list is written between commas and quotes, in at most 255 characters.
        if kind is None or len(listed) > 250 or any(mark in choice for choice in choices for mark in ',"'):
            return
        key = f"{kind} {minimum} {maximum} {listed}"
        if key not in self._validations:
            self._validations[key] = self._validation(kind, minimum, maximum, listed)
            self._sheet.add_data_validation(self._validations[key])
        self._validations[key].add(cell)

    def _validation(self, kind: str, minimum: str | None, maximum: str | None, listed: str) -> Any:
        made = self._openpyxl.worksheet.datavalidation.DataValidation(
            type=kind, allow_blank=True, showErrorMessage=True
        )
        if kind == "list":
            made.formula1 = f'"{listed}"'
        else:
            made.operator = "between" if maximum is not None else "greaterThanOrEqual"
            made.formula1, made.formula2 = minimum, maximum
        made.errorStyle = "warning"
        allowed = listed.replace(",", ", ") or (f"từ {minimum} đến {maximum}" if maximum else f"từ {minimum} trở lên")
        made.errorTitle, made.error = "Giá trị ngoài phạm vi", f"Cho phép: {allowed}"[:250]
        return made


def _add_styles(styles: Any, book: Any) -> None:
    """The styles by name: of the thousands of cells, each refers to one."""
    side = styles.Side(style="thin", color="999999")
    border = styles.Border(left=side, right=side, top=side, bottom=side)
    wrapped = styles.Alignment(wrap_text=True, vertical="top")
    font, bold = (styles.Font(name=_FONT, size=_SIZE, bold=is_bold) for is_bold in (False, True))
    shade, light = (styles.PatternFill("solid", fgColor=color) for color in ("DDE6F0", "FFFBE6"))
    made = {
        _TITLE: {"font": bold},
        _PLAIN: {"font": font},
        _LINE: {"border": border, "alignment": wrapped, "font": font},
        _BOLD_LINE: {"border": border, "alignment": wrapped, "font": bold},
        _HEADER: {"border": border, "alignment": wrapped, "font": bold, "fill": shade},
        _OPEN: {"border": border, "alignment": wrapped, "font": font, "fill": light},
    }
    for name, parts in made.items():
        book.add_named_style(styles.NamedStyle(name=name, **parts))


def _rows(framework: Framework) -> Iterator[Criterion]:
    return (framework[code] for code in framework.codes())


def _rule_texts(framework: Framework) -> dict[str, str]:
    """The rule of each leaf as a table writes it."""
    return {criterion.code: rules.written(criterion) for criterion in _rows(framework) if criterion.is_leaf}


def _is_scored(criterion: Criterion) -> bool:
    """Whether evidence of the criterion counts."""
    return criterion.rule is not None and criterion.rule["kind"] != "not-scored"


def _of_points(criterion: Criterion) -> bool:
    return unit_of(criterion.rule) == "points"


def _sheet_names(units: Sequence[str]) -> list[str]:
    """Names of sheets: at most 31 characters, none twice, none of the marks that Excel refuses."""
    made: list[str] = []
    for number, unit in enumerate(units, 1):
        name = " ".join(_BAD_IN_SHEET_NAMES.sub(" ", unit).split())[:31].strip() or f"Đơn vị {number}"
        if name.lower() in {other.lower() for other in made}:
            name = f"{name[:26].strip()} ({number})"
        made.append(name)
    return made


def _save(book: Any, path: Path) -> None:
    """Writes a workbook that says nothing of the day it was written, which `book.save` would."""
    writer = needed("openpyxl.writer.excel", "writing .xlsx", "'parindex[excel]'")
    book.properties.created = book.properties.modified = outputs.NO_DAY
    packed = io.BytesIO()
    writer.ExcelWriter(book, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED)).save()
    data = outputs.undated(packed.getvalue())
    outputs.write_file(path, lambda file: file.write(data))
