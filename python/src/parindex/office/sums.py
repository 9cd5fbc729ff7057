"""Whether maxima add up: those of the rows below to the row above, those of the fields to the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.office import figures
from parindex.office.criteria import Criterion
from parindex.office.words import Words


@dataclass(frozen=True)
class Slip:
    """A declared maximum that its parts do not add up to; of the whole table, where the code is None."""

    code: str | None
    place: str
    declared: Decimal
    total: Decimal

    def words(self, suspect: Criterion | None) -> Words:
        """What is off and by how much; of the row that a slip of typing would explain, if there is one."""
        said, total = self.declared, self.total
        lacking = figures.plain(said - total)
        what = (
            ("tổng số", "the total")
            if self.code is None
            else (f"điểm tối đa của {self.code}", f"the maximum of {self.code}")
        )
        off = f"lệch {written(lacking)} ({self.place})"
        vi = f"{what[0]} ghi {written(said)}, các dòng dưới cộng được {written(total)}, {off}"
        en = f"{what[1]} says {said:f}, the rows below add up to {total:f}, off by {lacking:f} ({self.place})"
        if suspect is not None and suspect.maximum is not None:
            typed, instead = suspect.maximum, figures.plain(suspect.maximum + lacking)
            vi += f": có thể {suspect.code} gõ {written(typed)} thay cho {written(instead)}"
            en += f": `{suspect.code}` may have been typed {typed:f} for {instead:f}"
        return Words(f"{vi} [maxima-do-not-add-up]", f"{en} [maxima-do-not-add-up]")


class Sums:
    """The tree of maxima."""

    def __init__(self, rows: Sequence[Criterion], total: tuple[Decimal, str] | None) -> None:
        self._rows = {row.code: row for row in rows}
        self._total = total
        self._below: dict[str | None, list[str]] = {}
        for code in self._rows:
            self._below.setdefault(self.above(code), []).append(code)
        self._slips = self._checked()
        self._dropped = {slip.code for slip in self._slips}

    def above(self, code: str) -> str | None:
        """The nearest row above, by the codes."""
        segments = code.split(".")
        candidates = (".".join(segments[:size]) for size in range(len(segments) - 1, 0, -1))
        return next((candidate for candidate in candidates if candidate in self._rows), None)

    def is_leaf(self, code: str) -> bool:
        """Whether no rows stand below."""
        return code not in self._below

    def is_open(self) -> bool:
        """Whether a leaf has no maximum."""
        return any(self.is_leaf(code) and row.maximum is None for code, row in self._rows.items())

    def check(self) -> list[Slip]:
        """The maxima that are off, the lowest of the tree first."""
        return self._slips

    def declared(self, code: str | None, *, with_sums: bool) -> Decimal | None:
        """The maximum to write for a row (or the whole): not what is off, unless asked for, nor of a bonus group."""
        if code is None:
            stated = None if self._total is None else self._total[0]
        else:
            row = self._rows[code]
            stated = None if row.outside and not self.is_leaf(code) else row.maximum
        return None if code in self._dropped and not with_sums else stated

    def bonus_below(self, code: str) -> Decimal | None:
        """The sum of the bonus or penalty rows below a row, None if one is open."""
        maxima = [self._rows[below].maximum for below in self._below.get(code, [])]
        known = [maximum for maximum in maxima if maximum is not None]
        return sum(known, Decimal(0)) if len(known) == len(maxima) else None

    def _checked(self) -> list[Slip]:
        slips: list[Slip] = []
        self._sum(None, slips)
        return slips

    def _sum(self, code: str | None, slips: list[Slip]) -> Decimal | None:
        """The maximum of a node from its parts, None if one is open; notes what is off."""
        parts = [self._sum(below, slips) for below in self._below.get(code, []) if not self._rows[below].outside]
        row = None if code is None else self._rows[code]
        declared = self._total if row is None else (None if row.maximum is None else (row.maximum, row.max_place))
        if row is not None and self.is_leaf(row.code):
            return row.maximum
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or not parts:
            return None if declared is None else declared[0]
        total = sum(known, Decimal(0))
        if declared is not None and declared[0] != total and not self._has_bonus_in(code, declared[0], total):
            slips.append(Slip(code, declared[1], figures.plain(declared[0]), figures.plain(total)))
        return total

    def _has_bonus_in(self, code: str | None, declared: Decimal, total: Decimal) -> bool:
        """Whether the total of the table counts the bonus points too, which lie outside of it."""
        if code is not None:
            return False
        bonus = [row.maximum for row in self._rows.values() if row.outside == "bonus" and self.is_leaf(row.code)]
        if any(one is None for one in bonus) or declared != total + sum(
            (one for one in bonus if one is not None), Decimal(0)
        ):
            return False
        self._total = None if self._total is None else (total, self._total[1])
        return True


def written(number: Decimal) -> str:
    """A number as Vietnamese tables write it."""
    return f"{number:f}".replace(".", ",")
