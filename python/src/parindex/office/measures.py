"""Cells of evidence in the unit that a criterion's rule reads."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from parindex._native import Framework
from parindex.office import figures
from parindex.office.faults import Faults
from parindex.office.grid import Bad, Cell

_DASH = re.compile(r"[-–—_.…/ ]*")
_NOT_APPLICABLE = {"n/a", "na", "không áp dụng", "không chấm", "kad", "not applicable"}
_TICK = {"x", "✓", "✔", "v"}
_KIND_UNITS = {
    "yes-no": "flag", "deadline": "date", "deduction": "count", "per-occurrence": "count", "given": "points",
    "index-share": "index", "checklist": "label", "answers": "label", "not-scored": "label",
}  # fmt: skip
_SHARES = {"percent", "fraction", "index"}
_MOST_PLACES = 10


def unit_of(rule: Mapping[str, object] | None) -> str:
    """The unit in which a rule reads a value.

    >>> unit_of({"kind": "target", "target": "80"}), unit_of({"kind": "yes-no"})
    ('percent', 'flag')
    """
    if rule is None:
        return "points"
    return str(rule.get("unit") or _KIND_UNITS.get(str(rule["kind"]), "percent"))


def says_nothing(cell: Cell) -> bool:
    """Whether a cell holds but a dash or dots."""
    return isinstance(cell.value, str) and _DASH.fullmatch(cell.value) is not None


class Measures:
    """Reads cells for one criterion of a unit after another; notes what is wrong with them."""

    def __init__(self, framework: Framework, faults: Faults) -> None:
        self._units = {code: unit_of(framework[code].rule) for code in framework.codes()}
        self._faults = faults
        self._code: str = ""
        self._unit: str = ""

    def at(self, unit: str, code: str) -> None:
        """From here on cells are about this unit and criterion."""
        self._unit, self._code = unit, code

    def takes_points(self, code: str) -> bool:
        """Whether the rule of a criterion reads points."""
        return self._units.get(code) == "points"

    def points(self, cell: Cell) -> dict[str, object] | None:
        """A row's points, None if the cell is empty."""
        if says_nothing(cell):
            return None
        if figures.folded(cell.text) in _NOT_APPLICABLE:
            return {"value": "n/a"}
        number = self._number(cell, re.sub(r"\s*(điểm|đ)$", "", cell.text.strip(), flags=re.IGNORECASE))
        if number is not None and cell.is_percent:
            self._wrong(cell, "wrong-measure", f"`{cell.shown}` is formatted as a percentage, and points are expected")
            return None
        return {"points": number} if number is not None and self._is_short(cell, number) else None

    def counts(self, numerator: Cell | None, denominator: Cell | None) -> dict[str, object] | None:
        """A row's counts, None if both cells are empty."""
        made: dict[str, object] = {}
        for name, cell in (("numerator", numerator), ("denominator", denominator)):
            if cell is not None and not says_nothing(cell):
                number = self._number(cell, cell.text)
                if number is not None and self._is_short(cell, number):
                    made[name] = number
        if len(made) == 1 and (numerator is None or denominator is None):
            there = numerator or denominator
            if there is not None:
                lacks = "denominator" if denominator is None else "numerator"
                self._wrong(there, "incomplete-row", f"the row has no {lacks} beside it")
        return made if len(made) == 2 else None

    def value(self, cell: Cell) -> dict[str, object] | None:
        """A row's value in the unit of the rule, None if the cell is empty."""
        if says_nothing(cell):
            return None
        if figures.folded(cell.text) in _NOT_APPLICABLE:
            return {"value": "n/a"}
        unit = self._units[self._code]
        match unit:
            case "points":
                return self.points(cell)
            case "flag":
                return self._flag(cell)
            case "date":
                return self._date(cell)
            case "label":
                return None if self._is_bad(cell) else {"value": " ".join(cell.text.split())}
            case _:
                return self._quantity(cell, unit)

    def _quantity(self, cell: Cell, unit: str) -> dict[str, object] | None:
        text = cell.text.strip()
        is_percent = cell.is_percent
        if isinstance(cell.value, str) and text.endswith("%"):
            text, is_percent = text[:-1].strip(), True
        number = self._number(cell, text)
        if number is None:
            return None
        if is_percent and unit not in _SHARES:
            self._wrong(
                cell, "wrong-measure", f"`{cell.shown}` is a percentage, and the rule reads a value in `{unit}`"
            )
            return None
        # A format stores 88,4 % as 0.884; a text writes 88,4.
        if cell.is_percent and unit != "fraction":
            number *= 100
        elif is_percent and not cell.is_percent and unit == "fraction":
            number /= 100
        return {"value": f"{figures.plain(number):f}"}

    def _flag(self, cell: Cell) -> dict[str, object] | None:
        if self._is_bad(cell):
            return None
        if isinstance(cell.value, bool):
            return {"value": "có" if cell.value else "không"}
        text = figures.folded(cell.text)
        return {"value": "có" if text in _TICK else text}

    def _date(self, cell: Cell) -> dict[str, object] | None:
        if self._is_bad(cell):
            return None
        if isinstance(cell.value, datetime.date):
            return {"value": cell.value.isoformat()}
        if isinstance(cell.value, Decimal):
            return {"value": f"{cell.value:f}"}
        text = cell.text.strip()
        for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
            try:
                return {"value": datetime.datetime.strptime(text, pattern).date().isoformat()}
            except ValueError:
                continue
        self._wrong(cell, "bad-date", f"`{text[:40]}` is not a date: write `20/12/2026` or `2026-12-20`")
        return None

    def _number(self, cell: Cell, text: str) -> Decimal | None:
        if self._is_bad(cell):
            return None
        if isinstance(cell.value, Decimal):
            number: Decimal | None = cell.value
        elif isinstance(cell.value, str):
            number = self._written(cell, text)
        else:
            what = "a date" if isinstance(cell.value, datetime.date) else "yes or no"
            self._wrong(cell, "bad-number", f"`{cell.shown}` is not a number: the cell holds {what}")
            return None
        return number

    def _is_short(self, cell: Cell, number: Decimal) -> bool:
        if -int(figures.plain(number).as_tuple().exponent) <= _MOST_PLACES:
            return True
        self._wrong(cell, "not-exact", f"`{number:f}` has more than {_MOST_PLACES} decimals: round it")
        return False

    def _written(self, cell: Cell, text: str) -> Decimal | None:
        """The number of a text; ``1.000`` may be one or a thousand, and is refused."""
        number, other = figures.number(text), figures.number(text, ".")
        if number is None or other is None:
            self._wrong(cell, "bad-number", f"`{cell.text[:40]}` is not a number")
        elif other != number:
            why = f"`{cell.text[:40]}` may be {number:f} or {other:f}: write it as a number"
            self._wrong(cell, "bad-number", why)
            return None
        return number

    def _is_bad(self, cell: Cell) -> bool:
        if isinstance(cell.value, Bad):
            self._wrong(cell, cell.value.code, cell.value.why.en)
            return True
        return False

    def _wrong(self, cell: Cell, code: str, message: str) -> None:
        self._faults.add(code, message, cell.place, unit=self._unit, criterion=self._code)
