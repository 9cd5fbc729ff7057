"""The framework file that is made of a criteria table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from parindex.office import figures, toml
from parindex.office.criteria import Criteria, Criterion
from parindex.office.rules import Rule
from parindex.office.sums import Sums
from parindex.office.words import Words

ASSUMED_ROUNDING = Words(
    "bảng không nêu cách làm tròn: giả định làm tròn nửa lên từng tiêu chí",
    "the table names no rounding: half-up for each criterion is assumed",
)


class Draft:
    """The file in the making: the table's rows, and what has been understood of them.

    Attributes
    ----------
    rules : dict
        Of each leaf its rule, and whether it is the one the table states.
    remarks : dict
        Lines to stand above a row, by code; above all rows under an empty one.
    surveys : set of str
        Codes that are scored by survey.
    needs_rounding : bool
        Whether the rules leave decimals that the table names no rounding for.
    """

    def __init__(self, file: str, table: Criteria, head: Mapping[str, object], sums: Sums) -> None:
        self._file = file
        self._table = table
        self._head = head
        self._sums = sums
        self.rules: dict[str, tuple[Rule, bool]] = {}
        self.remarks: dict[str, list[str]] = {}
        self.surveys: set[str] = set()
        self.needs_rounding = False

    def toml(self, *, with_sums: bool = False) -> str:
        """The file's text; with sums even where they are off, for the core to judge them."""
        head = self._head
        status = head["status"] or ("outline" if self._sums.is_open() else "draft")
        source = f"{self._file}, {self._table.grid.name}"
        lines = [f"{key} = {toml.string(str(head[key]))}" for key in ("id", "title", "decision", "date") if head[key]]
        lines += [f"unit = {toml.string(str(head['unit']))}", f"rounds = {head['rounds']}", f'status = "{status}"']
        lines += [f'basis = "{head["basis"]}"', f"source = {toml.string(source)}"]
        lines += [_remark(remark) for remark in self.remarks.get("", [])]
        total = self._sums.declared(None, with_sums=with_sums)
        if total is not None:
            lines.append(f'max_points = "{figures.plain(total):f}"')
        if self.needs_rounding:
            places = max([2, *(_places(one.maximum) for one in self._table.rows if one.maximum is not None)])
            lines += ["", _remark(f"{ASSUMED_ROUNDING.vi} / {ASSUMED_ROUNDING.en}")]
            lines += ["[rounding]", f"places = {places}", 'mode = "half-up"', 'at = "leaf"']
        for criterion in self._table.rows:
            lines += ["", *self._row(criterion, with_sums)]
        return "\n".join(lines) + "\n"

    def _row(self, criterion: Criterion, with_sums: bool) -> list[str]:
        code = criterion.code
        lines = [_remark(remark) for remark in self.remarks.get(code, [])]
        lines += [f"[criteria.{toml.string(code)}]", f"name = {toml.string(criterion.name or code)}"]
        maximum = self._sums.declared(code, with_sums=with_sums)
        if maximum is not None:
            lines.append(f'max_points = "{figures.plain(maximum):f}"')
        if code in self.rules:
            rule, is_read = self.rules[code]
            lines.append(f"rule = {toml.inline(rule)}")
            if not is_read and self._head["basis"] != "assumed":
                basis = self._head["basis"]
                lines.append(f'basis = {{ name = "{basis}", max_points = "{basis}", rule = "assumed" }}')
            if criterion.outside:
                lines.append(f'outside = "{criterion.outside}"')
        if code in self.surveys:
            lines.append('method = "survey"')
        if criterion.documents:
            lines.append(f"evidence = {toml.string(' '.join(' '.join(criterion.documents).split()))}")
        if criterion.agency:
            lines.append(f"agency = {toml.string(' '.join(criterion.agency.split()))}")
        lines.append(f"source = {toml.string(f'{self._file}, {criterion.place}')}")
        return lines


def _remark(text: str) -> str:
    """A line of remark; a TOML remark holds no control characters."""
    return "# " + " / ".join("".join(char for char in line if char.isprintable()) for line in text.split("\n"))


def _places(number: Decimal) -> int:
    return max(-int(figures.plain(number).as_tuple().exponent), 0)
