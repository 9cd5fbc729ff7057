"""A sheet or a table of a document as a grid of cells."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from parindex.office import figures
from parindex.office.figures import Mark
from parindex.office.words import Words


@dataclass(frozen=True)
class Bad:
    """A cell that holds no value: its slug, and why."""

    code: str
    why: Words


Value: TypeAlias = str | Decimal | bool | datetime.date | Bad


@dataclass(frozen=True)
class Cell:
    """What a cell holds, and where it stands."""

    value: Value
    place: str
    shown: str
    """The value as a text: of a number, the digits its format shows."""
    is_percent: bool = False
    is_bold: bool = False

    @property
    def text(self) -> str:
        """The value as a text, lines kept."""
        return self.value if isinstance(self.value, str) else self.shown

    def number(self, mark: Mark | None = None) -> Decimal | None:
        """The number the cell holds or writes, in the unit it is stored in."""
        if isinstance(self.value, Decimal):
            return self.value
        return figures.number(self.value, mark) if isinstance(self.value, str) else None


@dataclass
class Grid:
    """A sheet of a workbook, or a table of a document; rows and columns count from 1."""

    name: str
    is_hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Of each cell of a merged range, its upper left one."""
    hidden_rows: set[int] = field(default_factory=set)
    above: list[str] = field(default_factory=list)
    """Texts that stand above a table of a document."""

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell, if something stands in it; of a merged range, in its upper left one."""
        return self.rows.get(row, {}).get(column)

    def under(self, row: int, column: int) -> Cell | None:
        """The cell that is seen here: that of the merged range, inside of one."""
        return self.cell(*self.merged.get((row, column), (row, column)))

    def text(self, row: int, column: int) -> str:
        """The text of the cell, or nothing."""
        cell = self.cell(row, column)
        return "" if cell is None else cell.text

    def numbers(self) -> list[int]:
        """The numbers of the rows that hold something, from the top."""
        return sorted(number for number, row in self.rows.items() if row)

    def line(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The cells of a row from the left, with their columns."""
        yield from sorted(self.rows.get(row, {}).items())

    @property
    def width(self) -> int:
        """The last column that holds something."""
        return max((column for row in self.rows.values() for column in row), default=0)

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Sets a cell."""
        self.rows.setdefault(row, {})[column] = cell
