"""From a criteria table to a framework file, with what was and what was not understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal, TypeAlias

from parindex._native import Framework
from parindex.arguments import flag, one_of, path, takes, text, wholes
from parindex.error import ParIndexError
from parindex.layout import Language
from parindex.office import columns, criteria, document, rules, workbook
from parindex.office.criteria import Criteria, Criterion, Entry
from parindex.office.draft import ASSUMED_ROUNDING, Draft
from parindex.office.faults import fault
from parindex.office.grid import Grid
from parindex.office.sums import Sums, written
from parindex.office.words import Words
from parindex.table import Table, table_of

Basis: TypeAlias = Literal["official", "reported", "inferred", "assumed"]
Status: TypeAlias = Literal["official", "reported", "draft", "outline"]

_DECISION = re.compile(r"\b(\d+\s*/\s*(?:\d{4}\s*/\s*)?(?:QĐ|NQ|KH|TT)\s*-\s*[\wĐ-]+)")
_DATE = re.compile(r"ngày\s+(\d{1,2})\s*(?:tháng|/|-)\s*(\d{1,2})\s*(?:năm|/|-)\s*(\d{4})", re.IGNORECASE)
_TITLE = re.compile(r"chỉ số|tiêu chí|bảng điểm", re.IGNORECASE)

_NO_RULE = Words("không có cách chấm: nhập thẳng số điểm", "no rule text: points are given")
_CAP = Words(
    "mức trần của cả nhóm không giữ được: điểm tối đa là của từng dòng",
    "the cap of the whole group cannot be kept: maxima are those of its rows",
)
_NO_ROWS = Words(
    "dưới dòng tiêu đề này không có tiêu chí nào", "the table has no rows: no criterion stands below this header"
)
_GROUP_TEXT = Words("chữ dưới một nhóm tiêu chí, không dùng", "a text under a group of criteria, not used")


@dataclass(frozen=True)
class Imported:
    """What came of a criteria table.

    Attributes
    ----------
    framework : Framework or None
        Ready to score; None if the rows make none.
    toml : str
        The framework file, with the rule texts that were not understood as remarks.
    report : Table
        A row for each thing read: cell, text, code, understood, problem.
    given : list of str
        Codes of the leaves whose rule is not stated or was not understood: they take
        points until a rule is written into the file.
    """

    framework: Framework | None
    toml: str
    report: Table
    given: list[str]

    __module__ = "parindex"

    def __repr__(self) -> str:
        name = "None" if self.framework is None else self.framework.id
        return f"<Imported {name}: {len(self.report)} lines of report, {len(self.given)} rules not understood>"


@takes(
    path=path,
    sheet=text,
    id=text,
    title=text,
    decision=text,
    unit=text,
    rounds=wholes,
    basis=one_of("official", "reported", "inferred", "assumed"),
    status=one_of("official", "reported", "draft", "outline"),
    hidden=flag,
    lang=text,
)
def import_framework(
    path: str | PathLike[str],
    sheet: str | None = None,
    *,
    id: str | None = None,
    title: str | None = None,
    decision: str | None = None,
    unit: str = "province",
    rounds: Sequence[int] = (),
    basis: Basis = "assumed",
    status: Status | None = None,
    hidden: bool = False,
    lang: Language = "vi",
) -> Imported:
    """A framework from a criteria table as offices keep it, in Excel or Word.

    The table has columns such as ``STT``, ``Lĩnh vực/Tiêu chí/Tiêu chí thành
    phần``, ``Điểm tối đa`` and, if there is one, ``Cách tính điểm``; rule texts may
    also stand in rows under their criterion. A rule text is understood as a whole
    or not at all; a leaf without an understood rule takes points as they are given.
    A declared maximum that its parts do not add up to is told and left out, so
    that scoring can start.

    Parameters
    ----------
    path : str or os.PathLike
        A ``.xlsx`` or ``.docx`` file.
    sheet : str, optional
        The sheet, or ``table 2`` of a document; else the visible one with most criteria.
    id, title, decision : str, optional
        Else made from the file's name and the lines above the table.
    unit : str
        The level of the units that are scored.
    rounds : sequence of int
        The years it scores.
    basis : {"assumed", "reported", "inferred", "official"}
        On what the table rests. ``assumed`` unless you, who hold the decision, say
        otherwise; rules that were not understood stay assumed.
    status : {"draft", "outline", "reported", "official"}, optional
        ``draft`` unless you say otherwise, ``outline`` while a maximum is open.
    hidden : bool
        Whether hidden rows and sheets are read too.
    lang : {"vi", "en"}
        The language of the report.

    Returns
    -------
    Imported
        framework, toml, report, given.

    Raises
    ------
    ParIndexError
        ``unreadable-file``, ``too-large``, ``missing-column`` if there is no such table.
    ImportError
        If openpyxl (``parindex[excel]``) or python-docx (``parindex[report]``) is missing.

    Examples
    --------
    >>> import tempfile
    >>> import parindex as pi
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pi.criteria_template(pi.Framework.load("par-index/local-example"), f"{folder}/bang.xlsx")
    ...     imported = pi.import_framework(f"{folder}/bang.xlsx", id="tinh/2026")
    >>> imported.framework
    <parindex.Framework 'tinh/2026' with 3 criteria>
    >>> imported.framework["1.1"].describe(), imported.given
    ('kịp thời: 1; không kịp thời: 0,5; không ban hành: 0', [])
    >>> imported.report.to_dicts()[0]["cell"]
    'Bộ tiêu chí!B4'
    """
    file = Path(path)
    grids = document.tables(file) if file.suffix.lower() in {".docx", ".doc"} else workbook.sheets(file)
    table, left_out = _table(grids, file.name, sheet, hidden)
    head = _head(table, file, id=id, title=title, decision=decision)
    head |= {"unit": unit, "rounds": list(rounds), "basis": basis, "status": status}
    return _Import(file.name, table, left_out, head, lang).made()


def _table(grids: Sequence[Grid], name: str, sheet: str | None, hidden: bool) -> tuple[Criteria, list[Entry]]:
    """The criteria table, and a line for each other sheet that has one or is hidden."""
    named = [grid for grid in grids if sheet is None or grid.name == workbook.clean_name(sheet)]
    if not named:
        names = ", ".join(f"`{grid.name}`" for grid in grids)
        raise fault("missing-column", f"{name} has no sheet `{sheet}`; it has {names or 'none'}")
    visible = [grid for grid in named if sheet is not None or hidden or not grid.is_hidden]
    found = []
    for grid in visible:
        header = columns.header_of(grid, criteria.is_criteria)
        if header is not None:
            found.append(criteria.read(grid, header, hidden=hidden))
    if not found:
        wanted = "`Tiêu chí` (or `STT`) and `Điểm tối đa`"
        where = f"sheet `{sheet}` of {name}" if sheet else name
        raise fault("missing-column", f"{where} has no criteria table: no row has the headers {wanted}")
    best = max(found, key=lambda table: len(table.rows))
    left_out = [
        Entry(
            f"{grid.name}!A1",
            grid.name,
            None,
            Words("trang tính ẩn: bỏ qua", "the sheet is hidden and was left out"),
            False,
        )
        for grid in named
        if grid not in visible
    ]
    why = Words(
        "còn một bảng tiêu chí ở đây: dùng sheet= để đọc", "another criteria table stands here: sheet= reads it"
    )
    left_out += [
        Entry(table.grid.name, table.grid.name, None, why, False) for table in found if table is not best and table.rows
    ]
    return best, left_out


def _head(table: Criteria, file: Path, *, id: str | None, title: str | None, decision: str | None) -> dict[str, object]:
    """What the lines above the table say of the whole."""
    grid = table.grid
    above = [cell.text for row in grid.numbers() if row < table.header.top for _, cell in grid.line(row)]
    lines = [line for text in [*grid.above, *above] for line in text.split("\n")]
    whole = " ".join(lines)
    named = _DECISION.search(whole)
    day = _DATE.search(whole)
    titles = [line for line in lines if _TITLE.search(line) and not _DECISION.search(line)]
    date = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day and named else None
    return {
        "id": id or f"import/{_slug(file.stem)}",
        "title": title or (titles[0] if titles else file.stem),
        "decision": decision or (re.sub(r"\s", "", named[1]) if named else None),
        "date": date if decision is None else None,
    }


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "table"


class _Import:
    """One import: rules, sums, the file, the report."""

    def __init__(
        self, file: str, table: Criteria, left_out: Sequence[Entry], head: Mapping[str, object], lang: Language
    ) -> None:
        self._file = file
        self._table = table
        self._lang = lang
        self._entries = [*left_out, *table.entries]
        self._sums = Sums(table.rows, table.total)
        self._draft = Draft(file, table, head, self._sums)

    def made(self) -> Imported:
        self._tell_columns()
        for criterion in self._table.rows:
            self._read(criterion)
        suspects = self._suspects()
        self._tell_sums(suspects)
        framework, text = self._framework()
        if self._draft.needs_rounding:
            self._entries.append(Entry("", "", None, ASSUMED_ROUNDING, False, 1 << 30))
        given = [code for code, (_, is_read) in self._draft.rules.items() if not is_read]
        return Imported(framework, text, self._report(), given)

    def _tell_columns(self) -> None:
        header = self._table.header
        used = {"code", "name", "max", "rule", "documents", "agency"}
        for role, column in sorted(header.roles.items(), key=lambda item: item[1]):
            if role not in used:
                why = Words(
                    "cột không thuộc bộ tiêu chí; read_evidence đọc cột này",
                    "no part of a framework; read_evidence reads it",
                )
                self._tell_column(column, why, True)
        for column in header.unused():
            if (header.bottom, column) not in self._table.grid.merged or self._is_own(column):
                self._tell_column(column, Words("cột không dùng", "the column is not used"), False)

    def _is_own(self, column: int) -> bool:
        """Whether a column of the header is not just the rest of a merged one."""
        header, grid = self._table.header, self._table.grid
        return grid.merged.get((header.bottom, column), (0, column))[1] == column

    def _tell_column(self, column: int, why: Words, understood: bool) -> None:
        header, grid = self._table.header, self._table.grid
        cells = (grid.under(row, column) for row in range(header.bottom, header.top - 1, -1))
        cell = next((cell for cell in cells if cell is not None), None)
        if cell is not None:
            self._entries.append(Entry(cell.place, header.texts[column], None, why, understood, header.top))

    def _tell_no_rows(self) -> None:
        roles = self._table.header.roles
        self._tell_column(roles.get("name", roles["max"]), _NO_ROWS, False)

    def _read(self, criterion: Criterion) -> None:
        """Reads the rule of a row, and tells of the row."""
        code, text = criterion.code, "\n".join(line for _, line in criterion.rule_lines)
        is_leaf = self._sums.is_leaf(code)
        problem: Words | None = None
        if is_leaf and criterion.maximum is None:
            problem = Words("chưa có điểm tối đa [max-points-unknown]", "the maximum is not known [max-points-unknown]")
        elif is_leaf and not text and not rules.names_survey(criterion.name):
            problem = _NO_RULE
        elif criterion.is_section and not is_leaf and criterion.maximum not in (None, self._sums.bonus_below(code)):
            problem = _CAP
        place = criterion.place
        self._entries.append(
            Entry(place, criterion.name, code, problem, criterion.maximum is not None or not is_leaf, criterion.row)
        )
        if not is_leaf:
            for where, line in criterion.rule_lines:
                self._entries.append(Entry(where, line, code, _GROUP_TEXT, False, criterion.row))
            return
        if not text:
            is_survey = rules.names_survey(criterion.name)
            self._draft.rules[code] = ({"kind": "given"}, is_survey)
            if is_survey:
                self._draft.surveys.add(code)
            return
        reading = rules.read(text, criterion.maximum, is_penalty=criterion.outside == "penalty")
        where = criterion.rule_lines[0][0]
        self._entries.append(Entry(where, text, code, reading.why, reading.rule is not None, criterion.row))
        self._draft.rules[code] = (reading.rule or {"kind": "given"}, reading.rule is not None)
        if reading.is_survey:
            self._draft.surveys.add(code)
        if reading.rule is None:
            self._draft.remarks[code] = [f"{where}: chưa hiểu, nhập thẳng điểm / not understood, points are given: {text}"]

    def _suspects(self) -> dict[str | None, str]:
        """For each sum that is off, by the code above it, the row that a slip of typing would explain."""
        try:
            Framework.from_toml(self._draft.toml(with_sums=True))
        except ParIndexError as error:
            self._draft.needs_rounding = any(told["code"] == "rounding-required" for told in error.faults)
            named = [told["criterion"] for told in error.faults if told["code"] == "maxima-do-not-add-up"]
            off = {slip.code for slip in self._sums.check()}
            return {self._sums.above(code): code for code in named if code is not None and code not in off}
        return {}

    def _tell_sums(self, suspects: Mapping[str | None, str]) -> None:
        rows = {criterion.code: criterion for criterion in self._table.rows}
        for slip in self._sums.check():
            suspect = suspects.get(slip.code)
            row = rows.get(suspect) if suspect is not None else None
            why = slip.words(row)
            place = slip.place if row is None else row.max_place
            text = written(slip.declared if row is None or row.maximum is None else row.maximum)
            number = 1 << 29 if slip.code is None else rows[slip.code].row
            self._entries.append(
                Entry(
                    place, text, slip.code if row is None else row.code, why, False, number if row is None else row.row
                )
            )
            said, total = f"{slip.declared:f}", f"{slip.total:f}"
            remark = (
                f"{slip.place}: bảng ghi / the table says {said}, các dòng dưới cộng được / the rows add up to {total}"
            )
            self._draft.remarks.setdefault(slip.code or "", []).append(remark)

    def _framework(self) -> tuple[Framework | None, str]:
        text = self._draft.toml()
        try:
            framework = Framework.from_toml(text)
        except ParIndexError as error:
            if not self._table.rows:
                self._tell_no_rows()
                return None, text
            rows = {criterion.code: criterion for criterion in self._table.rows}
            for told in error.faults:
                row = rows.get(told["criterion"] or "")
                why = f"{told['message']} [{told['code']}]"
                place, name = ("", "") if row is None else (row.place, row.name)
                self._entries.append(
                    Entry(place, name, told["criterion"], Words(why, why), False, row.row if row else 1 << 29)
                )
            return None, text
        return framework, text

    def _report(self) -> Table:
        entries = sorted(self._entries, key=lambda entry: entry.row)
        at = 0 if self._lang == "vi" else 1
        lines = [
            {
                "cell": entry.cell or None,
                "text": entry.text,
                "code": entry.code,
                "understood": entry.understood,
                "problem": None if entry.problem is None else entry.problem[at],
            }
            for entry in entries
        ]
        return table_of(
            lines, {"cell": "text", "text": "text", "code": "text", "understood": "flag", "problem": "text"}
        )
