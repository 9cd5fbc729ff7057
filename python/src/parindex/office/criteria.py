"""A criteria table as offices keep it, row by row: what is a criterion, what its rule, what neither."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from parindex.office import columns, figures, numbering, rules
from parindex.office.columns import Header
from parindex.office.figures import Mark
from parindex.office.grid import Bad, Cell, Grid
from parindex.office.numbering import Marker
from parindex.office.words import Words

Outside: TypeAlias = Literal["bonus", "penalty"]

_TOTAL = re.compile(r"(tổng( cộng| số| điểm| số điểm| điểm tối đa)*|cộng|total)\s*([:(+.=].*)?")
_SUBTOTAL = re.compile(r"(tổng|cộng)( điểm)? (mục|phần|lĩnh vực|nhóm)\b.*")
_FOOTNOTE = re.compile(
    r"(ghi chú|chú thích|chú giải|lưu ý|nguồn|note|nơi nhận|người lập|chủ tịch|giám đốc)\b.*|(tm|kt|tl)\..*"
    r"|\*.*|\(\*+\).*|\(\d\) .*|\[\d\].*|[⁰¹²³⁴-⁹⁽].*",
    re.DOTALL,
)
_FOOTNOTE_MARK = re.compile(r"[(\[](?:\d{1,2}|\*+)[)\]]|\*+|[⁰¹²³⁴-⁹⁽⁾]+")
_BONUS = re.compile(r"(điểm )?(thưởng|cộng thêm)\b|điểm cộng\b")
_PENALTY = re.compile(r"điểm (trừ|phạt)\b|trừ điểm\b")
_MARKS = rf"(?:\s*(?:{_FOOTNOTE_MARK.pattern}))*"
_AMOUNT = re.compile(
    rf"(?:tối đa|không quá|≤|<=|\+)?\s*(?P<number>-?\s*\d[\d., ]*?){_MARKS}\s*(?:điểm|đ)?{_MARKS}"
)
_BULLET = re.compile(r"[-+•*–▪●○]\s*\w")

NOTE = Words("ghi chú, không dùng", "a note, not used")
HIDDEN = Words("dòng ẩn: bỏ qua (hidden=True để đọc)", "the row is hidden and was left out (hidden=True reads it)")


@dataclass(frozen=True)
class Entry:
    """A line of the report: a cell, what it was taken for, and what is wrong."""

    cell: str
    text: str
    code: str | None = None
    problem: Words | None = None
    understood: bool = True
    row: int = 0


@dataclass
class Criterion:
    """A row of the table that is a criterion."""

    row: int
    place: str
    name: str
    marker: Marker | None
    maximum: Decimal | None
    max_place: str
    code: str = ""
    outside: Outside | None = None
    rule_lines: list[tuple[str, str]] = field(default_factory=list)
    """Lines of its rule text, with their cells."""
    documents: list[str] = field(default_factory=list)
    agency: str | None = None
    is_section: bool = False
    """Whether it heads the bonus or the penalty points."""


@dataclass
class Criteria:
    """A criteria table."""

    grid: Grid
    header: Header
    rows: list[Criterion] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    total: tuple[Decimal, str] | None = None
    """The number in the row of the sum, with its cell."""
    repeated: list[tuple[str, str]] = field(default_factory=list)
    """Codes that stand a second time, with the cell."""
    passed: set[int] = field(default_factory=set)
    """Rows that are known to be none: sums, headings of parts, the header again."""


def is_criteria(roles: Collection[str]) -> bool:
    """Whether columns of these roles make a criteria table."""
    return "max" in roles and bool({"name", "code"} & set(roles))


def read(grid: Grid, header: Header, *, hidden: bool = False) -> Criteria:
    """The criteria below a header, their codes, and what could not be read."""
    reader = _Reader(grid, header, hidden)
    for number in grid.numbers():
        if number > header.bottom:
            reader.row(number)
    return reader.finish()


class _Reader:
    """Goes down the rows of a table once."""

    def __init__(self, grid: Grid, header: Header, hidden: bool) -> None:
        self._grid = grid
        self._header = header
        self._hidden = hidden
        self._read = Criteria(grid, header)
        self._is_over = False
        self._section: Outside | None = None
        self._section_row: Criterion | None = None
        self._markers: list[Marker] = []
        below = [number for number in grid.numbers() if number > header.bottom]
        self._mark = self._decimal_mark(below)
        names = [self._text(number, "name") for number in below]
        led = [name for name in names if numbering.leading(name, may_be_short=False)]
        self._names_carry_codes = len(led) * 2 >= sum(self._cell(number, "max") is not None for number in below)

    def _decimal_mark(self, below: Sequence[int]) -> Mark | None:
        cells = (self._cell(number, "max") for number in below)
        return figures.decimal_mark(cell.value for cell in cells if cell is not None and isinstance(cell.value, str))

    def _cell(self, row: int, role: str) -> Cell | None:
        column = self._header.roles.get(role)
        return None if column is None else self._grid.cell(row, column)

    def _text(self, row: int, role: str) -> str:
        cell = self._cell(row, role)
        return "" if cell is None else cell.text

    def row(self, row: int) -> None:
        if columns.is_header_again(self._grid, row, self._header):
            self._read.passed.add(row)
            return
        label = self._label(row)
        if row in self._grid.hidden_rows and not self._hidden:
            if label is not None:
                self._note(row, label, problem=HIDDEN, understood=False)
            return
        if label is None:
            self._loose(row)
            return
        folded = figures.folded(label.text)
        if self._is_total(row, folded):
            self._read.passed.add(row)
            return
        maximum = self._cell(row, "max")
        found, name = self._marker(row, label, maximum)
        if self._is_over and maximum is None and _FOOTNOTE_MARK.fullmatch(self._text(row, "code")):
            self._note(row, label, problem=NOTE, understood=False)
            return
        if found is None and _FOOTNOTE.fullmatch(folded) and maximum is None:
            self._is_over = True
        if found is None and maximum is not None and (own := self._unread(row, label)) is not None:
            why = Words(f"không hiểu số thứ tự «{own.text}»", f"the number `{own.text}` was not understood")
            self._note(row, own, problem=why, understood=False)
            return
        if found is None:
            self._uncoded(row, label, maximum)
            return
        self._is_over = False
        self._criterion(row, label, name, found, maximum)

    def _label(self, row: int) -> Cell | None:
        """The cell that says what the row is: its name, or what stands in its place."""
        name = self._cell(row, "name")
        if name is not None:
            return name
        last = max(self._header.roles.get("max", 1), 2)
        own = self._header.roles.get("code")
        line = ((column, cell) for column, cell in self._grid.line(row) if column < last)
        texts = [cell for column, cell in line if column == own or isinstance(cell.value, str)]
        return texts[0] if texts else None

    def _loose(self, row: int) -> None:
        """A row without a label: its rule text belongs to the criterion above, numbers to none."""
        if (cell := self._cell(row, "rule")) is not None and self._read.rows and not self._is_over:
            self._read.rows[-1].rule_lines.append((cell.place, cell.text))
            return
        cell = self._cell(row, "max")
        if cell is not None:
            why = Words("số điểm không có tên tiêu chí", "points without the name of a criterion")
            self._note(row, cell, problem=why, understood=False)

    def _is_total(self, row: int, folded: str) -> bool:
        if _SUBTOTAL.fullmatch(folded):
            return True
        if not _TOTAL.fullmatch(folded.strip(" .:")):
            return False
        self._is_over = True
        cell = self._cell(row, "max")
        if cell is not None:
            number, problem = self._maximum(cell)
            if number is not None:
                self._read.total = (number, cell.place)
            elif problem is not None:
                self._note(row, cell, problem=problem, understood=False)
        return True

    def _marker(self, row: int, label: Cell, maximum: Cell | None) -> tuple[Marker | None, str]:
        """The number of the row, and its name without one."""
        has_points = maximum is not None
        led = numbering.leading(label.text, may_be_short=has_points or label.is_bold)
        own = self._cell(row, "code")
        if own is label and self._of_cell(label) is None:
            own = None
        if (
            led
            and (self._names_carry_codes or own is None)
            and not (own is None and self._is_case(label, led[0], has_points))
        ):
            return led
        if own is None or isinstance(own.value, Bad):
            return None, label.text
        found = self._of_cell(own)
        if found is not None and led and led[0].segments == found.segments:
            return found, led[1]
        return found, label.text

    def _unread(self, row: int, label: Cell) -> Cell | None:
        """The cell with the number of the row, if it is none that is known and no mere bullet."""
        own = self._cell(row, "code")
        return None if own is None or own is label or re.fullmatch(r"[-+•*–▪●○\s]*", own.text) else own

    def _is_case(self, label: Cell, found: Marker, has_points: bool) -> bool:
        """Whether a line such as ``a) Ban hành đúng hạn: 1`` is a case of the rule above."""
        is_short = found.kind == "letter" or (found.kind == "number" and len(found.segments) == 1)
        return is_short and not has_points and rules.begins(label.text)

    def _of_cell(self, cell: Cell) -> Marker | None:
        before = next((one.segments for one in reversed(self._markers) if one.kind == "number"), None)
        if isinstance(cell.value, datetime.date):
            day = cell.value
            year = str(day.year % 100)
            for segments in ((str(day.day), str(day.month), year), (str(day.month), str(day.day), year)):
                if before is not None and numbering.follows(segments, before):
                    return Marker("number", segments)
            return None
        found = numbering.marker(cell.text, self._markers)
        if found is not None and isinstance(cell.value, Decimal):
            longer = numbering.with_lost_zero(found.segments, before)
            return Marker("number", longer) if longer else found
        return found

    def _uncoded(self, row: int, label: Cell, cell: Cell | None) -> None:
        """A row without a number: a section of bonus points, a field, a case of a rule, or a note."""
        folded = figures.folded(label.text)
        own = self._outside(folded)
        if own is not None and (cell is not None or label.is_bold) and not rules.begins(label.text):
            self._is_over = False
            self._criterion(row, label, label.text, None, cell, section=own)
            return
        if self._section is not None and cell is not None and not self._is_over and not _BULLET.match(label.text):
            self._criterion(row, label, label.text, None, cell)
            return
        rows = self._read.rows
        if cell is not None and (label.is_bold or label.text.isupper()):
            self._criterion(row, label, label.text, None, cell)
            return
        if self._is_over or not rows:
            self._note(row, label, problem=NOTE, understood=False)
            return
        if cell is not None:
            number, problem = self._maximum(cell)
            if number is None:
                self._note(row, cell, problem=problem, understood=False)
                return
            text = label.text if rules.begins(label.text) else f"{label.text}: {number:f}".replace(".", ",")
            rows[-1].rule_lines.append((label.place, text))
            return
        rows[-1].rule_lines.append((label.place, label.text))
        if (rule := self._cell(row, "rule")) is not None:
            rows[-1].rule_lines.append((rule.place, rule.text))
        if documents := self._text(row, "documents"):
            rows[-1].documents.append(documents)

    def _outside(self, folded: str) -> Outside | None:
        if _BONUS.match(folded):
            return "bonus"
        return "penalty" if _PENALTY.match(folded) else None

    def _criterion(
        self, row: int, label: Cell, name: str, found: Marker | None, cell: Cell | None, section: Outside | None = None
    ) -> None:
        section = section or (self._outside(figures.folded(name)) if found and found.kind != "letter" else None)
        if section is not None and (found is None or len(found.segments) == 1):
            self._section, is_section = section, True
        else:
            is_section = False
            if found is not None and found.kind in {"roman", "capital"}:
                self._section = None
        maximum: Decimal | None = None
        if cell is not None:
            maximum, problem = self._maximum(cell)
            if problem is not None:
                self._note(row, cell, problem=problem, understood=False)
        lines = name.split("\n")
        at = next((at for at, line in enumerate(lines) if at and rules.begins(line)), len(lines))
        made = Criterion(row, label.place, " ".join(lines[:at]), found, maximum, cell.place if cell else label.place)
        made.rule_lines = [(label.place, line) for line in lines[at:]]
        if (rule := self._cell(row, "rule")) is not None:
            made.rule_lines.append((rule.place, rule.text))
        if documents := self._text(row, "documents"):
            made.documents.append(documents)
        made.agency = self._text(row, "agency") or None
        made.outside, made.is_section = self._section, is_section
        if made.outside == "penalty" and made.maximum is not None:
            made.maximum = abs(made.maximum)
        if found is not None:
            self._markers.append(found)
        self._read.rows.append(made)

    def _maximum(self, cell: Cell) -> tuple[Decimal | None, Words | None]:
        """The points in a cell, or what is wrong with it."""
        if isinstance(cell.value, Bad):
            return None, Words(f"ô hỏng: {cell.value.why.vi}", cell.value.why.en)
        if isinstance(cell.value, Decimal) and not cell.is_percent:
            return cell.value, None
        if isinstance(cell.value, str) and (found := _AMOUNT.fullmatch(figures.folded(cell.value))):
            number = figures.number(found["number"], self._mark)
            if number is not None:
                return number, None
        if isinstance(cell.value, str) and not re.search(r"\d", cell.value):
            return None, None if re.fullmatch(r"[\W_]*", cell.value) else self._no_points(cell)
        return None, self._no_points(cell)

    def _no_points(self, cell: Cell) -> Words:
        return Words(f"«{cell.text}» không phải là số điểm", f"`{cell.text}` is not a number of points")

    def _note(self, row: int, cell: Cell, *, problem: Words | None, understood: bool) -> None:
        self._read.entries.append(Entry(cell.place, cell.text, None, problem, understood, row))

    def finish(self) -> Criteria:
        """Gives the rows their codes; rows that get none are told."""
        rows = self._read.rows
        self._name_unnumbered_fields(rows)
        counted = [None if one.outside and one.marker and one.marker.kind == "capital" else one.marker for one in rows]
        codes = numbering.codes(counted)
        kept: dict[str, Criterion] = {}
        section: Criterion | None = None
        below = 0
        for criterion, code in zip(rows, codes, strict=True):
            if criterion.is_section:
                section, below = criterion, 0
                code = code or ("c" if criterion.outside == "bonus" else "t")
            elif criterion.outside and section is not None and (code is None or section.code in {"c", "t"}):
                below += 1
                code = f"{section.code}.{below}"
            criterion.code = code or ""
            problem = self._unplaced(criterion, kept)
            if problem is None:
                kept[criterion.code] = criterion
            else:
                entry = Entry(criterion.place, criterion.name, None, problem, False, criterion.row)
                self._read.entries.append(entry)
        self._read.rows = list(kept.values())
        return self._read

    def _name_unnumbered_fields(self, rows: Sequence[Criterion]) -> None:
        """A heading without a number takes that of the rows below: ``1`` above ``1.1``."""
        for criterion, after in zip(rows, rows[1:], strict=False):
            marker = after.marker
            if criterion.marker is not None or criterion.outside or marker is None or len(marker.segments) < 2:
                continue
            if not any(other.marker and other.marker.segments == marker.segments[:-1] for other in rows):
                criterion.marker = Marker("number", marker.segments[:-1])

    def _unplaced(self, criterion: Criterion, kept: dict[str, Criterion]) -> Words | None:
        if criterion.code in kept:
            self._read.repeated.append((criterion.code, criterion.place))
            first = kept[criterion.code].place
            return Words(f"mã {criterion.code} đã có ở {first}", f"the code {criterion.code} stands at {first} already")
        if criterion.code:
            return None
        if criterion.marker is not None and criterion.marker.kind == "capital":
            self._read.passed.add(criterion.row)
            return Words("tiêu đề nhóm, không phải tiêu chí", "a heading, not a criterion")
        return Words("không có số thứ tự nên chưa đưa vào", "the row has no number, so it was left out")
