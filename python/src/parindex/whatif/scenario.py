"""A scenario: one unit's evidence changed, all others as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from parindex._native import Assessment, Forecast, Scorecard, compare, score
from parindex.arguments import count, figure, of, takes, text
from parindex.error import Fault, ParIndexError
from parindex.layout import Language
from parindex.table import Table, table_of
from parindex.whatif.statements import Statement, Statements, rows, statement

if TYPE_CHECKING:
    Number: TypeAlias = str | int | Decimal


class Scenario:
    """What if: one unit's evidence changed, the other units as they are.

    Every change scores all units anew, exactly, so that ranks and rules that
    compare units are right. A change that is refused changes nothing.

    Parameters
    ----------
    assessment : Assessment
        Where the scenario starts.
    unit : str, optional
        The unit to change; the first where it is not named.
    forecast : Forecast, optional
        What the others will reach, for :attr:`p_top`.
    top : int
        The rank that :attr:`p_top` asks about.
    within : {"level", "parent"}, optional
        Rank among the units of the same level, or under the same parent.

    Raises
    ------
    ParIndexError
        ``unknown-unit``; ``out-of-range`` for a `top` that every unit of the forecast reaches.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("dvc-766/province")
    >>> evidence = [
    ...     {"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918},
    ...     {"unit": "H45", "code": "2.1", "value": "90"},
    ... ]
    >>> scenario = pi.Scenario(pi.score(framework, evidence), "H44")
    >>> scenario.points, scenario.rank
    (Decimal('17.68'), 2)
    >>> scenario.set("2.1", "92.5")
    >>> scenario.points, scenario.rank
    (Decimal('18.5'), 1)
    >>> scenario.evidence().to_dicts()[0]["value"]
    '92.5'
    >>> scenario.reset()
    >>> scenario.points
    Decimal('17.68')
    """

    __module__ = "parindex"

    @takes(assessment=of("Assessment"), unit=text, forecast=of("Forecast"), top=count, within=text)
    def __init__(
        self,
        assessment: Assessment,
        unit: str | None = None,
        *,
        forecast: Forecast | None = None,
        top: int = 10,
        within: Literal["level", "parent"] | None = None,
    ) -> None:
        self._unit = assessment[next(iter(assessment), "") if unit is None else unit].unit
        self._start = self._now = assessment
        self._forecast, self._top, self._within = forecast, top, within
        is_asked = forecast is not None and forecast.in_points and self._unit in forecast.units
        self._bar = forecast.bar(self._unit, top) if forecast is not None and is_asked else None
        known = Statements(assessment)
        self._units = known.units
        others = (unit for unit in known.of if unit != self._unit)
        self._others = [row for unit in others for row in rows(unit, known.of[unit], known.notes[unit])]
        self._notes = known.notes[self._unit]
        self._stated = dict(known.of[self._unit])
        self._first: Mapping[str, Statement] = dict(self._stated)

    @property
    def unit(self) -> str:
        """The unit whose evidence changes."""
        return self._unit

    @property
    def start(self) -> Assessment:
        """The assessment it started from."""
        return self._start

    @property
    def assessment(self) -> Assessment:
        """All units scored with the changed evidence: to compare, chart or report.

        It holds one row for each unit and leaf, the one that counts, without its stage.
        """
        return self._now

    @property
    def card(self) -> Scorecard:
        """The unit's card as it stands."""
        return self._now[self._unit]

    @property
    def points(self) -> Decimal:
        """Points of the whole as the unit stands, exact."""
        return self.card.points

    @property
    def index(self) -> Decimal | None:
        """Points over maximum in percent, two decimals half-up; None while the maximum is open."""
        return self.card.index

    @property
    def rank(self) -> int | None:
        """The unit's place, 1 for the best; None where every row has left the maximum."""
        return _place(self._now, self._unit, self._within)[0]

    @property
    def ranked(self) -> int:
        """How many units have a place beside it, itself among them."""
        return _place(self._now, self._unit, self._within)[1]

    @property
    def p_top(self) -> float | None:
        """The probability of being among the first `top` with this index, the others as forecast.

        The exact index is meant, points over maximum in percent. None without a forecast,
        where it does not know the unit, or where its history holds ranks only.
        """
        card = self.card
        if self._bar is None or not card.max_points:
            return None
        return self._bar.chance(float(100 * Fraction(card.points) / Fraction(card.max_points)))

    @property
    def forecast(self) -> Forecast | None:
        """What the others will reach."""
        return self._forecast

    @property
    def top(self) -> int:
        """The rank that :attr:`p_top` asks about."""
        return self._top

    @property
    def changed(self) -> list[str]:
        """Codes of the leaves whose evidence is not what it was, in the framework's order."""
        return [code for code in self._start.framework if self._stated.get(code, {}) != self._first.get(code, {})]

    @takes(code=text)
    def stated(self, code: str) -> Statement:
        """What the evidence of a leaf states, as the columns that are filled; empty for a gap.

        Parameters
        ----------
        code : str
            The leaf.

        Returns
        -------
        dict
            Of value, numerator, denominator and points what is stated, as it is written.

        Raises
        ------
        ParIndexError
            ``bad-code``, ``unknown-criterion`` for a code that the framework does not have.
        """
        return dict(self._stated.get(self._start.framework[code].code, {}))

    @takes(code=text, value=figure, numerator=figure, denominator=figure, points=figure)
    def set(
        self,
        code: str,
        value: Number | bool | None = None,
        *,
        numerator: Number | None = None,
        denominator: Number | None = None,
        points: Number | None = None,
    ) -> None:
        """States something else for a leaf, as a row of evidence would.

        Parameters
        ----------
        code : str
            The leaf.
        value : str, int, Decimal or bool, optional
            In the unit that the rule declares; ``"n/a"`` where the criterion does not apply.
        numerator, denominator : str, int or Decimal, optional
            Counts instead of a value: so many of so many.
        points : str, int or Decimal, optional
            Points given instead of a value. With nothing at all the leaf has no evidence.

        Raises
        ------
        ParIndexError
            What is wrong with it, such as ``unknown-criterion``, ``not-a-leaf``, ``incomplete-row``,
            ``bad-number``, ``out-of-range`` or ``numerator-exceeds-denominator``; the scenario is as it was.
        TypeError
            For a float: exact numbers are text, int or Decimal.
        """
        leaf = self._start.framework[code].code
        stated = statement(value, numerator=numerator, denominator=denominator, points=points)
        self._take({**self._stated, leaf: stated})

    @takes(code=text)
    def reset(self, code: str | None = None) -> None:
        """Takes back the change of one leaf, or all changes.

        Parameters
        ----------
        code : str, optional
            The leaf; all unless given.

        Raises
        ------
        ParIndexError
            ``bad-code``, ``unknown-criterion`` for a code that the framework does not have.
        """
        if code is None:
            self._stated, self._now = dict(self._first), self._start
            return
        leaf = self._start.framework[code].code
        back = {other: stated for other, stated in self._stated.items() if other != leaf}
        self._take(back | ({leaf: self._first[leaf]} if leaf in self._first else {}))

    @takes(lang=text)
    def lost(self, lang: Language = "vi") -> Table:
        """Where points are lost, the largest loss first, as :meth:`Scorecard.lost`."""
        return self.card.lost(lang)

    @takes(code=text, lang=text)
    def explain(self, code: str, lang: Language = "vi") -> str:
        """How the points of a line come about, as :meth:`Scorecard.explain`."""
        return self.card.explain(code, lang)

    @takes(lang=text)
    def changes(self, lang: Language = "vi") -> Table:
        """The changed leaves, and what that does to their points.

        Parameters
        ----------
        lang : {"vi", "en"}
            The language of names and reasons.

        Returns
        -------
        Table
            A row for each changed leaf: code, name, before, after, change (in points), reason.
        """
        changed = set(self.changed)
        kinds: Mapping[str, Literal["text", "exact"]] = {
            "code": "text",
            "name": "text",
            "before": "exact",
            "after": "exact",
            "change": "exact",
            "reason": "text",
        }
        found = compare(self._start, self._now, lang=lang).to_dicts() if changed else []
        mine = [row for row in found if row["unit"] == self._unit and row["code"] in changed]
        names = self._start.framework
        return table_of([{**row, "name": names[row["code"]].name(lang)} for row in mine], kinds)

    def evidence(self) -> Table:
        """The unit's evidence as it stands: a table that :func:`parindex.score` reads.

        Returns
        -------
        Table
            unit, code, value, numerator, denominator, points, all as the text that
            was stated, and `changed`, whether the row is not what it was. A leaf
            whose evidence was taken away is an empty row.
        """
        changed = set(self.changed)
        codes = [code for code in self._start.framework if code in self._stated]
        names = ("unit", "code", "value", "numerator", "denominator", "points")
        kinds: dict[str, Literal["text", "flag"]] = {**dict.fromkeys(names, "text"), "changed": "flag"}
        own = ({"unit": self._unit, "code": code, **self._stated[code], "changed": code in changed} for code in codes)
        return table_of(own, kinds)

    def _take(self, stated: dict[str, Statement]) -> None:
        """Scores all units with the evidence given for this one, and only then lets it count."""
        table = [*self._others, *rows(self._unit, stated, self._beside(stated))]
        try:
            now = score(self._start.framework, table, self._units, self._start.stage)
        except ParIndexError as error:
            raise _placed(error) from None
        self._stated, self._now = stated, now

    def _beside(self, stated: Mapping[str, Statement]) -> dict[str, dict[str, str]]:
        """What stands beside the rows: of a changed one the agency only, for its explanation spoke of another value."""
        beside: dict[str, dict[str, str]] = {}
        for code, note in self._notes.items():
            is_kept = stated.get(code) == self._first.get(code)
            beside[code] = note if is_kept else {name: text for name, text in note.items() if name == "agency"}
        return beside

    def __repr__(self) -> str:
        return f"<parindex.Scenario of {self._unit!r}: {len(self.changed)} changes>"


def _place(assessment: Assessment, unit: str, within: Literal["level", "parent"] | None) -> tuple[int | None, int]:
    """The unit's rank, and how many have one beside it."""
    ranking = assessment.ranking(within=within)
    ranks: list[int | None] = ranking["rank"]
    groups: list[str | None] = ranking[within] if within else [None] * len(ranks)
    at = ranking["unit"].index(unit)
    beside = sum(rank is not None and group == groups[at] for rank, group in zip(ranks, groups, strict=True))
    return ranks[at], beside


def _placed(error: ParIndexError) -> ParIndexError:
    """The same faults without lines: those of the table that was made here tell a user nothing."""
    faults: list[Fault] = [{**fault, "line": None, "column": None} for fault in error.faults]
    return ParIndexError(re.sub(r"(?m)^line \d+(?:, column \d+)?, ", "", str(error)), faults)
