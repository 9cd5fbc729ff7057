"""What a report holds, before it is a Word document, a workbook or a page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, TypeAlias

from parindex import layout
from parindex.layout import Language

Value: TypeAlias = str | int | Decimal | None

_CENT = Decimal("0.01")

MOST_ON_PAPER = 500
"""Rows of a table of units by criteria that a document still holds."""


@dataclass(frozen=True)
class Minus:
    """A column that is one column less another."""

    whole: str
    part: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns it is worked out from."""
        return self.whole, self.part

    def written(self, cells: Mapping[str, str]) -> str:
        """The formula, with the names of its cells."""
        return f"={cells[self.whole]}-{cells[self.part]}"

    def of(self, cells: Mapping[str, Value]) -> Decimal | None:
        """What the column must be in a row; None where a part of it is not known."""
        whole, part = cells.get(self.whole), cells.get(self.part)
        return whole - part if isinstance(whole, Decimal) and isinstance(part, Decimal) else None


@dataclass(frozen=True)
class PerCent:
    """A column that is one column in percent of another, two decimals half-up."""

    part: str
    whole: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns it is worked out from."""
        return self.part, self.whole

    def written(self, cells: Mapping[str, str]) -> str:
        """The formula, with the names of its cells."""
        return f"=ROUND({cells[self.part]}/{cells[self.whole]}*100,2)"

    def of(self, cells: Mapping[str, Value]) -> Decimal | None:
        """What the column must be in a row; None where a sheet's binary arithmetic could round it otherwise."""
        part, whole = cells.get(self.part), cells.get(self.whole)
        if not (isinstance(part, Decimal) and isinstance(whole, Decimal) and whole):
            return None
        ratio = part / whole * 100
        rounded = ratio.quantize(_CENT, ROUND_HALF_UP)
        is_near_a_tie = abs(abs(ratio - rounded) - _CENT / 2) < Decimal("1e-9")
        return None if is_near_a_tie else rounded


@dataclass(frozen=True)
class Sum:
    """A column that adds up others of its row."""

    keys: tuple[str, ...]

    def written(self, cells: Mapping[str, str]) -> str:
        """The formula, with the names of its cells."""
        return f"=SUM({','.join(cells[key] for key in self.keys)})"

    def of(self, cells: Mapping[str, Value]) -> Decimal | None:
        """What the column must be in a row."""
        parts = [cells.get(key) for key in self.keys]
        return sum((part for part in parts if isinstance(part, Decimal)), Decimal(0))


@dataclass(frozen=True)
class Column:
    """A column: its key in the rows, its title, its share of the width."""

    key: str
    title: str
    share: int
    kind: Literal["text", "code", "number"] = "text"
    formula: Minus | PerCent | Sum | None = None


@dataclass(frozen=True)
class Row:
    """A row: a value for each key; `parts` are the rows of the same table that it adds up."""

    cells: Mapping[str, Value]
    depth: int = 0
    is_strong: bool = False
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Section:
    """A table under a heading, with what must be said before reading it.

    An annex stands on pages of its own; a bulky section is for the workbook only.
    """

    sheet: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    is_annex: bool = False
    is_bulky: bool = False

    def values(self, column: Column) -> list[Value]:
        """The values of a column, row by row."""
        return [row.cells.get(column.key) for row in self.rows]

    def texts(self, column: Column, lang: Language) -> list[str]:
        """The values of a column as `lang` writes them, numbers with the same decimals."""
        values = self.values(column)
        written = layout.written_column(values, lang)
        return [value if isinstance(value, str) else text for value, text in zip(values, written, strict=True)]

    def widths(self, room: float, character: float, padding: float) -> list[float]:
        """The width of each column: what its longest word needs, the rest of the room by shares."""
        least = [self._longest(column) * character + padding for column in self.columns]
        spare = max(room - sum(least), 0)
        shares = [
            max(column.share / sum(other.share for other in self.columns) * room - need, 0)
            for column, need in zip(self.columns, least, strict=True)
        ]
        wanted = sum(shares) or 1
        scale = min(room / sum(least), 1)
        return [need * scale + spare * share / wanted for need, share in zip(least, shares, strict=True)]

    def _longest(self, column: Column) -> int:
        """Characters of the longest word; ids and numbers are one word."""
        words = set(column.title.split())
        for text in {layout.written(value) for value in self.values(column)}:
            words.update(text.split() if column.kind == "text" else [text])
        return max((layout.width(word) for word in words), default=1)

    def adds_up(self, row: Row, column: Column) -> bool:
        """Whether the row's value is, to the last digit, the sum of its parts."""
        value = row.cells.get(column.key)
        if not (row.parts and column.kind == "number" and isinstance(value, Decimal)):
            return False
        parts = [self.rows[part].cells.get(column.key) for part in row.parts]
        return sum((part for part in parts if isinstance(part, Decimal)), Decimal(0)) == value


@dataclass(frozen=True)
class Figure:
    """An Altair chart, its title, and what it shows in words."""

    title: str
    words: str
    picture: Any


@dataclass(frozen=True)
class Office:
    """Who issues the report; what is not told is left open to be written in."""

    name: str | None = None
    superior: str | None = None
    number: str | None = None
    place: str | None = None
    signer: str | None = None
    recipients: Sequence[str] = ()


@dataclass(frozen=True)
class Document:
    """A report: its head, facts, sections and figures, all in one language."""

    lang: Language
    sort: str
    title: str
    office: Office
    today: datetime.date | None
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...] = ()

    def say(self, vi: str, en: str) -> str:
        """One of two texts, in the language of the report."""
        return vi if self.lang == "vi" else en

    def day(self) -> str | None:
        """The day of the report as its language writes it; None if it is left open."""
        if self.today is None:
            return None
        day = self.today
        return self.say(f"ngày {day.day:02} tháng {day.month:02} năm {day.year}", f"{day.day} {day:%B %Y}")
