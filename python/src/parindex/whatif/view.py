"""What the widget shows of a scenario, every number written in its language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parindex._native import Line
from parindex.layout import Language, written
from parindex.whatif import typed
from parindex.whatif.scenario import Scenario
from parindex.whatif.statements import Statement
from parindex.whatif.words import words

_LOST_SHOWN = 10

Errors = Mapping[str, tuple[str, str]]
"""By leaf: the text that was typed and not taken, and why."""


class Start:
    """How a unit stood before anything was changed."""

    def __init__(self, scenario: Scenario) -> None:
        self.points, self.rank, self.p_top = scenario.points, scenario.rank, scenario.p_top
        card = scenario.start[scenario.unit]
        self.lines: dict[str, Decimal] = {code: card.line(code).points for code in scenario.start.framework}


def result(
    scenario: Scenario, start: Start, units: Mapping[str, str], errors: Errors, lang: Language
) -> dict[str, Any]:
    """Totals, every leaf in the unit its control reads, and where points are lost."""
    say = words(lang)
    framework, card, changed = scenario.start.framework, scenario.card, set(scenario.changed)
    leaves: dict[str, Any] = {}
    groups: dict[str, str] = {}
    for code in framework:
        criterion, line = framework[code], card.line(code)
        if criterion.parent is None:
            groups[code] = _over(line, lang)
        unit = units.get(code)
        if unit is None:
            continue
        stated = scenario.stated(code)
        text, error = errors.get(code, (typed.shown(stated, unit, lang), ""))
        leaves[code] = {
            "text": text,
            "at": _at(unit, stated),
            "points": _over(line, lang),
            "status": say[line.status],
            "changed": code in changed,
            "change": _signed(line.points - start.lines[code], lang) if code in changed else "",
            "why": card.explain(code, lang),
            "error": f"{say['error']}: {error}" if error else "",
        }
    rank, ranked, p_top = scenario.rank, scenario.ranked, scenario.p_top
    change = _signed(scenario.points - start.points, lang)
    index = "–" if card.index is None else f"{written(card.index, lang)} %"
    totals = {
        "points": written(card.points, lang),
        "rank": "–" if rank is None else written(rank, lang),
        "ranked": written(ranked, lang),
        "index": index,
    }
    return {
        **totals,
        "max": "" if card.max_points is None else written(card.max_points, lang),
        "band": card.band or "",
        "points_change": change,
        "points_start": written(start.points, lang),
        "rank_change": _moved(start.rank, rank, say),
        "rank_start": "–" if start.rank is None else written(start.rank, lang),
        "chance": None if scenario.forecast is None else _percent(p_top),
        "chance_start": _percent(start.p_top),
        "say": say["say"].format(**totals, change=say["say_change"].format(change=change) if change else ""),
        "changes": say["changes"].format(count=len(changed)) if changed else "",
        "assumed": _assumed(card.assumed_points, say, lang),
        "leaves": leaves,
        "groups": {**groups, "": _over_all(card.points, card.max_points, lang)},
        "lost": [
            {"code": row["code"], "name": row["name"], "lost": f"−{written(row['lost'], lang)}"}
            for row in scenario.lost(lang).to_dicts()
            if row["lost"] and row["code"] in leaves
        ][:_LOST_SHOWN],
    }


def _at(unit: str, stated: Statement) -> str | None:
    """Where the control stands: digits of a slider, an ISO date, a switch, a label."""
    value = stated.get("value", "")
    if unit in typed.NUMBERS:
        return typed.position(stated, unit)
    if unit == "flag":
        flags = {"true": "true", "yes": "true", "có": "true", "co": "true", "1": "true"}
        return flags.get(value.lower(), "false") if value else None
    if unit == "date" and value.count("/") == 2:
        day, month, year = value.split("/")
        return f"{year}-{month:0>2}-{day:0>2}"
    return value or None


def _over(line: Line, lang: Language) -> str:
    return _over_all(line.points, line.max_points, lang)


def _over_all(points: Decimal, most: Decimal | None, lang: Language) -> str:
    return written(points, lang) if most is None else f"{written(points, lang)}/{written(most, lang)}"


def _signed(change: Decimal, lang: Language) -> str:
    """``+0,64``; nothing for no change."""
    sign = "+" if change > 0 else "−"
    return f"{sign}{written(abs(change).normalize(), lang)}" if change else ""


def _moved(before: int | None, after: int | None, say: Mapping[str, str]) -> str:
    if before is None or after is None or before == after:
        return ""
    return say["places_up" if after < before else "places_down"].format(count=abs(before - after))


def _percent(chance: float | None) -> str:
    """A chance in whole percent; what was never seen in the draws is not called impossible."""
    if chance is None:
        return "–"
    if chance < 0.01:
        return "< 1 %"
    return "> 99 %" if chance > 0.99 else f"{chance:.0%}".replace("%", " %")


def _assumed(points: Decimal, say: Mapping[str, str], lang: Language) -> str:
    return say["assumed_points"].format(points=written(points, lang)) if points else ""
