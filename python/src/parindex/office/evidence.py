"""Evidence and self-scores from Excel, in the layouts offices use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Literal

from parindex import _native
from parindex._native import Framework
from parindex.arguments import of, path, takes, text
from parindex.error import ParIndexError
from parindex.office import columns, criteria, figures, measures, workbook
from parindex.office.columns import Header
from parindex.office.faults import Faults
from parindex.office.grid import Cell, Grid
from parindex.office.measures import Measures
from parindex.office.said import NOTES, Cells, Rows, Said
from parindex.stages import STAGES, Stage
from parindex.table import Table, table_of

_MEASURED = {*STAGES, "survey", "points", "value", "numerator", "denominator"}
_KINDS: dict[str, Literal["text", "exact"]] = {
    "unit": "text", "code": "text", "value": "text", "numerator": "exact", "denominator": "exact", "points": "exact",
    "stage": "text", "explanation": "text", "documents": "text", "note": "text", "source": "text", "agency": "text",
}  # fmt: skip

_UNIT = re.compile(
    r"(?:tên )?(?:đơn vị|cơ quan|địa phương)(?: (?:được )?(?:tự )?(?:chấm|đánh giá)(?: điểm)?)*\s*:\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_CORNER = re.compile(r"(tên |mã )?(đơn vị|cơ quan|địa phương|unit)( ?[/\\] ?(tiêu chí|chỉ số))?")
_NO_UNIT = re.compile(r"(sheet|trang tính|trang_tính|bảng|table|phụ lục) ?\d*", re.IGNORECASE)
_SUMMARY = re.compile(r"(tổng|cộng|trung bình|bình quân|cao nhất|thấp nhất|ghi chú|total)\b.*")
_LAST_HEADER_ROW = 80


@takes(path=path, framework=of("Framework"), unit=text, sheet=text, stage=text, cells=text)
def read_evidence(
    path: str | PathLike[str],
    framework: Framework,
    *,
    unit: str | None = None,
    sheet: str | None = None,
    stage: Stage | None = None,
    cells: Cells | None = None,
) -> Table:
    """Evidence from a workbook as offices fill it in, ready to score.

    Three layouts are known: a sheet for each unit, its rows numbered as the
    framework's criteria; a row for each unit, with a column for each code; and
    the long table. Columns such as ``Điểm tự đánh giá``, ``Điểm thẩm định``,
    ``Giải trình`` and ``Tài liệu kiểm chứng`` become stages, explanations and
    documents. Rows of groups and of sums are passed over, hidden sheets too; hidden rows are read.

    A cell shown as 88,4 % is 88.4 percent. Formulas count by their stored value.

    Parameters
    ----------
    path : str or os.PathLike
        A ``.xlsx`` file.
    framework : Framework
        Says which codes there are and what each reads.
    unit : str, optional
        The unit, for a workbook with one sheet of criteria; else a cell such as
        ``Đơn vị: Sở Nội vụ`` above the table names it, or the sheet's name.
    sheet : str, optional
        The only sheet to read; else all visible ones.
    stage : {"self", "appraised-1", "explained", "appraised-2", "final"}, optional
        The stage of columns that name none; ``self`` unless given, in a long table none.
    cells : {"points", "value"}, optional
        What to read where a row has both a value and points, and in columns
        headed by a code alone.

    Returns
    -------
    Table
        A row each: unit, code, value, numerator, denominator, points, stage,
        explanation, documents, note, source (the cell), agency.

    Raises
    ------
    ParIndexError
        All faults at once, each with sheet and cell; ``unreadable-file``,
        ``too-large``, ``missing-column`` if no sheet has such a table.
    ImportError
        If openpyxl (``parindex[excel]``) is missing.

    Examples
    --------
    >>> import tempfile
    >>> import openpyxl
    >>> import parindex as pi
    >>> framework = pi.Framework.load("par-index/local-example")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pi.evidence_template(framework, f"{folder}/mau.xlsx", ["Sở A"])
    ...     book = openpyxl.load_workbook(f"{folder}/mau.xlsx")
    ...     book["Sở A"]["F7"] = "95 %"
    ...     book.save(f"{folder}/mau.xlsx")
    ...     evidence = pi.read_evidence(f"{folder}/mau.xlsx", framework)
    >>> evidence["code"], evidence["value"], evidence["source"]
    (['1.2'], ['95'], ['mau.xlsx, Sở A!F7'])
    >>> pi.score(framework, evidence)["Sở A"].points
    Decimal('2')
    """
    return _Evidence(Path(path).name, workbook.sheets(path), framework, unit, sheet, stage, cells).table()


class _Evidence:
    """One reading of a workbook."""

    def __init__(
        self,
        file: str,
        grids: Sequence[Grid],
        framework: Framework,
        unit: str | None,
        sheet: str | None,
        stage: Stage | None,
        cells: Cells | None,
    ) -> None:
        self._file = file
        wanted = None if sheet is None else workbook.clean_name(sheet)
        self._grids = [grid for grid in grids if (not grid.is_hidden if wanted is None else grid.name == wanted)]
        self._names = [grid.name for grid in grids]
        self._framework = framework
        self._codes = set(framework.codes())
        self._leaves = {code for code in self._codes if framework[code].is_leaf}
        self._unit, self._sheet, self._stage, self._cells = unit, sheet, stage, cells
        self._faults = Faults()
        self._measures = Measures(framework, self._faults)
        self._of_one_unit: list[str] = []

    def table(self) -> Table:
        if not self._grids:
            names = ", ".join(f"`{name}`" for name in self._names)
            self._faults.add("missing-column", f"{self._file} has no sheet `{self._sheet}`; it has {names}")
        said: list[Said] = []
        has_table = False
        for grid in self._grids:
            found = self._of(grid)
            if found is not None:
                has_table = True
                said += found
        if self._grids and not has_table and not len(self._faults):
            wanted = "codes beside `Điểm tự đánh giá`, `Giá trị` or the like, or units beside columns of codes"
            self._faults.add("missing-column", f"{self._file} has no table of evidence: no sheet has {wanted}")
        writer = Rows(self._file, self._measures, self._faults, self._cells)
        rows = [row for one in said for row in writer.of(one)]
        self._faults.check()
        table = table_of(rows, _KINDS)
        self._check_scoring(table)
        return table

    def _of(self, grid: Grid) -> list[Said] | None:
        """What a sheet says, None if it holds no evidence."""
        if (codes := self._code_row(grid)) is not None:
            return list(self._wide(grid, *codes))
        if (header := columns.header_of(grid, _is_long)) is not None:
            return list(self._long(grid, header))
        if (header := columns.header_of(grid, _is_of_one_unit)) is not None:
            return list(self._one_unit(grid, header))
        named = sum(self._code(cell) in self._leaves for row in grid.numbers() for _, cell in grid.line(row))
        if named > 2 and len(grid.numbers()) > 2:
            why = "criteria stand here, but no column is headed `Điểm tự đánh giá`, `Điểm thẩm định`, `Giá trị` or the like"
            self._faults.add("missing-column", why, grid.name)
        return None

    # One sheet a unit.

    def _one_unit(self, grid: Grid, header: Header) -> Iterator[Said]:
        unit = self._unit_of(grid, header)
        read = criteria.read(grid, header, hidden=True)
        for code, place in read.repeated:
            if code in self._leaves:
                self._faults.add(
                    "duplicate-evidence", f"the code {code} stands twice on the sheet", place, criterion=code
                )
        for criterion in read.rows:
            cells = {role: cell for role, column in header.roles.items() if (cell := grid.cell(criterion.row, column))}
            is_told = bool(_MEASURED & set(cells)) or bool(set(NOTES) & set(cells))
            if criterion.code not in self._codes:
                if _MEASURED & set(cells):
                    self._unknown(criterion.code, criterion.place)
            elif criterion.code in self._leaves and is_told and unit is not None:
                yield Said(unit, criterion.code, cells, criterion.place, self._stage or "self")

        self._check_all_read(read)
        told = {criterion.code for criterion in read.rows}
        column = header.roles.get("code")
        for criterion in read.rows:
            cell = None if column is None else grid.cell(criterion.row, column)
            if cell is not None and f"{criterion.code}0" not in told:
                self._check_zero(cell, criterion.code)

    def _check_zero(self, cell: Cell, code: str) -> None:
        """Notes a code that is a number and may have lost its last zero."""
        if isinstance(cell.value, Decimal) and f"{code}0" in self._codes:
            why = f"the cell holds a number, so `{code}` may be `{code}0`: write codes as text"
            self._faults.add("bad-code", why, cell.place, criterion=code)

    def _check_all_read(self, read: criteria.Criteria) -> None:
        """Notes what stands in a column of evidence and in no row of a criterion."""
        known = {criterion.row for criterion in read.rows} | read.passed
        repeated = {place for _, place in read.repeated}
        measured = [column for role, column in read.header.roles.items() if role in _MEASURED]
        for row in read.grid.numbers():
            if (
                row <= read.header.bottom
                or row in known
                or any(cell.place in repeated for _, cell in read.grid.line(row))
            ):
                continue
            for column in measured:
                cell = read.grid.cell(row, column)
                if cell is not None and not measures.says_nothing(cell):
                    why = f"`{cell.text[:40]}` stands in a row that is no criterion"
                    self._faults.add("incomplete-row", why, cell.place)

    def _unit_of(self, grid: Grid, header: Header) -> str | None:
        self._of_one_unit.append(grid.name)
        if self._unit is not None:
            if len(self._of_one_unit) > 1:
                why = f"unit= names one unit, but `{self._of_one_unit[0]}` holds one already: say which with sheet="
                self._faults.add("incomplete-row", why, grid.name)
            return self._unit
        for row in grid.numbers():
            if row >= header.top:
                break
            line = list(grid.line(row))
            for position, (_, cell) in enumerate(line):
                if found := _UNIT.fullmatch(cell.text.strip()):
                    name = found[1].strip() or next((other.text for _, other in line[position + 1 :]), "")
                    if name:
                        return " ".join(name.split())
        if _NO_UNIT.fullmatch(grid.name):
            why = "the unit is not named: write `Đơn vị: …` above the table, name the sheet after it, or say unit="
            self._faults.add("incomplete-row", why, grid.name)
            return None
        return grid.name

    # The long table.

    def _long(self, grid: Grid, header: Header) -> Iterator[Said]:
        for row in grid.numbers():
            cells = {role: cell for role, column in header.roles.items() if (cell := grid.cell(row, column))}
            if row <= header.bottom or not cells:
                continue
            place = next(iter(cells.values())).place
            unit, code = self._unit_text(cells.get("unit"), place), self._long_code(cells.get("code"), place)
            stated = cells["stage"].text if "stage" in cells else None
            if stated is not None and stated not in STAGES:
                allowed = ", ".join(f"`{name}`" for name in STAGES)
                self._faults.add(
                    "bad-value", f"the stage `{stated}` is not known: allowed are {allowed}", cells["stage"].place
                )
            if unit is not None and code is not None:
                yield Said(unit, code, cells, cells["code"].place, stated or self._stage)

    def _unit_text(self, cell: Cell | None, place: str) -> str | None:
        if cell is None:
            self._faults.add("incomplete-row", "the row has no unit", place)
        elif not isinstance(cell.value, str):
            self._faults.add(
                "wrong-measure",
                f"`{cell.shown}` does not fit: the id of a unit must be text, a number loses the zero of `01`",
                cell.place,
            )
        else:
            return " ".join(cell.value.split())
        return None

    def _long_code(self, cell: Cell | None, place: str) -> str | None:
        if cell is None:
            self._faults.add("incomplete-row", "the row has no code", place)
            return None
        code = self._code(cell)
        if code is None:
            self._unknown(cell.text, cell.place)
        else:
            self._check_zero(cell, code)
        if code is not None and code not in self._leaves:
            self._faults.add(
                "not-a-leaf", f"`{code}` has criteria below it: evidence belongs to a leaf", cell.place, criterion=code
            )
            return None
        return code

    # One row a unit.

    def _code_row(self, grid: Grid) -> tuple[int, int, int] | None:
        """The row of codes, the column of units and the last row of the header, if units have a row each."""
        for row in grid.numbers():
            if row > _LAST_HEADER_ROW:
                return None
            if len({self._code(cell) for _, cell in grid.line(row)} & self._leaves) < 2:
                continue
            for column in range(1, grid.width + 1):
                corner = grid.under(row, column)
                if corner is not None and _CORNER.fullmatch(figures.folded(corner.text)):
                    merged = [
                        at
                        for (at, other), origin in grid.merged.items()
                        if other == column and origin == grid.merged.get((row, column))
                    ]
                    return row, column, max([row, *merged])
        return None

    def _wide(self, grid: Grid, code_row: int, unit_column: int, bottom: int) -> Iterator[Said]:
        roles: dict[int, tuple[str, str | None]] = {}
        for column in range(1, grid.width + 1):
            cell = grid.under(code_row, column)
            code = None if cell is None else self._code(cell)
            if code in self._leaves and code is not None and cell is not None:
                under = [grid.text(row, column) for row in range(code_row + 1, bottom + 1)]
                texts = [*under, *cell.text.split("\n")[1:]]
                found = code, next((role for text in texts if (role := columns.role_of(text))), None)
                self._check_zero(cell, code)
                if found in roles.values():
                    why = f"a second column for `{code}`"
                    self._faults.add("duplicate-evidence", why, cell.place, criterion=code)
                roles[column] = found
        for row in grid.numbers():
            if row <= bottom:
                continue
            name = grid.cell(row, unit_column)
            filled = [column for column in roles if grid.cell(row, column) is not None]
            if not filled or (name is not None and _SUMMARY.fullmatch(figures.folded(name.text))):
                continue
            unit = self._unit_text(name, f"{grid.name}, row {row}")
            for code in dict.fromkeys(roles[column][0] for column in filled):
                cells = {
                    self._role(roles[column][1], code, cell): cell
                    for column in filled
                    if roles[column][0] == code and (cell := grid.cell(row, column)) is not None
                }
                if unit is not None:
                    yield Said(unit, code, cells, next(iter(cells.values())).place, self._stage or "self")

    def _role(self, role: str | None, code: str, cell: Cell) -> str:
        """What a column headed by a code holds: what is said below the code, else by `cells`, else by the rule."""
        if role is not None:
            return role
        if self._cells is None and not self._measures.takes_points(code):
            why = "the header does not say whether this is points or a value: say cells='points' or cells='value'"
            self._faults.add("incomplete-row", why, cell.place, criterion=code)
        return "points" if self._cells == "points" or self._measures.takes_points(code) else "value"

    def _code(self, cell: Cell) -> str | None:
        """The code of the framework that a cell writes."""
        first = cell.text.strip().split("\n")[0].strip()
        bare = re.sub(r"^(tiêu chí|tctp|tc|mã)\s+", "", first, flags=re.IGNORECASE).rstrip(".").lower()
        return bare if bare in self._codes else None

    def _unknown(self, code: str, place: str) -> None:
        self._faults.add(
            "unknown-criterion", f"the framework has no criterion `{figures.clean(code)[:40]}`", place, criterion=code
        )

    def _check_scoring(self, table: Table) -> None:
        """What the rules have against the evidence, told by cell."""
        try:
            _native.score(self._framework, table)
        except ParIndexError as error:
            for told in error.faults:
                if told["line"] is not None:
                    place = str(table["source"][told["line"] - 1])
                    self._faults.add(
                        told["code"], told["message"], place, unit=told["unit"], criterion=told["criterion"]
                    )
            self._faults.check()


def _is_long(roles: Collection[str]) -> bool:
    return {"unit", "code"} <= set(roles) and bool(_MEASURED & set(roles))


def _is_of_one_unit(roles: Collection[str]) -> bool:
    return bool({"code", "name"} & set(roles)) and bool(_MEASURED & set(roles))
