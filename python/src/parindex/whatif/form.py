"""The fields of a form: for each leaf the control that fits its rule."""

import re
import tomllib
from decimal import Decimal
from typing import Any

from parindex._native import Criterion, Framework
from parindex.layout import Language, written
from parindex.whatif.scenario import Scenario
from parindex.whatif.statements import Statement
from parindex.whatif.words import words

_UNITS = {
    "yes-no": "flag",
    "deadline": "date",
    "checklist": "parts",
    "deduction": "count",
    "per-occurrence": "count",
    "given": "points",
    "index-share": "index",
    "answers": "answers",
}
"""The unit of rules that do not state one; all others read a percentage."""

_SLIDERS = {"percent": ("0", "100", "0.1"), "fraction": ("0", "1", "0.001"), "index": ("0", "100", "0.1")}


def unit_of(criterion: Criterion, stated: Statement) -> str:
    """The unit in which a leaf is typed: that of its rule, or points where these were given."""
    rule = criterion.rule or {}
    return "points" if "points" in stated else rule.get("unit", _UNITS.get(rule.get("kind", ""), "percent"))


def is_scored(criterion: Criterion) -> bool:
    """Whether evidence for the row counts."""
    return criterion.is_leaf and (criterion.rule or {}).get("kind") != "not-scored"


def field_of(framework: Framework, code: str) -> str:
    """The top row above a leaf, or itself."""
    while (parent := framework[code].parent) is not None:
        code = parent
    return code


def form(scenario: Scenario, lang: Language) -> dict[str, Any]:
    """The form of a unit: groups of leaves by field, each with its control.

    What a leaf `reads` is settled here: text that comes back is in that unit.
    """
    framework = scenario.start.framework
    groups: dict[str, dict[str, Any]] = {}
    for code in framework:
        criterion = framework[code]
        if not is_scored(criterion):
            continue
        top = field_of(framework, code)
        # Where leaves stand at the top, they are one group, under the framework's title.
        key, name = ("", framework.title(lang)) if top == code else (top, framework[top].name(lang))
        group = groups.setdefault(key, {"code": key, "name": name, "leaves": []})
        group["leaves"].append(_leaf(framework, criterion, scenario.stated(code), lang))
    units = [{"unit": unit, "name": scenario.start[unit].name or ""} for unit in scenario.start.units]
    return {
        "lang": lang,
        "decimal": "," if lang == "vi" else ".",
        "title": framework.title(lang),
        "words": {**words(lang), "chance": words(lang)["chance"].format(top=scenario.top)},
        "units": units,
        "unit": scenario.unit,
        "groups": list(groups.values()),
    }


def _leaf(framework: Framework, criterion: Criterion, stated: Statement, lang: Language) -> dict[str, Any]:
    unit = unit_of(criterion, stated)
    return {
        "code": criterion.code,
        "name": criterion.name(lang),
        "rule": criterion.describe(lang) or "",
        "assumed": criterion.basis == "assumed",
        "reads": unit,
        "unit": "%" if unit == "percent" else "",
        **_control(framework, criterion, unit, stated, lang),
    }


def _control(
    framework: Framework, criterion: Criterion, unit: str, stated: Statement, lang: Language
) -> dict[str, Any]:
    rule = criterion.rule or {}
    if unit in _SLIDERS:
        low, high, step = _SLIDERS[unit]
        return {"kind": "slider", "min": low, "max": high, "step": step}
    if unit == "points":
        most, grid = _most(framework, criterion), Decimal(1).scaleb(-_places(framework))
        if most is None:
            return {"kind": "text"}
        return {"kind": "slider", "min": "0", "max": f"{most:f}", "step": f"{grid:f}"}
    if unit == "flag":
        return {"kind": "switch"}
    if unit == "label":
        labels = ((rung["label"], rung["points"]) for rung in rule["steps"])
        return {
            "kind": "select",
            "options": [(label, f"{label} ({_number(points, lang)})") for label, points in labels],
        }
    if unit == "parts":
        names = ((part["key"], _name(part, lang), part["points"]) for part in rule["parts"])
        return {"kind": "parts", "options": [(key, f"{name} ({_number(points, lang)})") for key, name, points in names]}
    if unit == "date" and "due" in rule and re.fullmatch(r"|.*[-/].*[-/].*", stated.get("value", "")):
        return {"kind": "date"}
    return {"kind": "count" if unit == "count" else "text"}


def _most(framework: Framework, criterion: Criterion) -> Decimal | None:
    """The row's maximum, or that of the nearest row above it that states one."""
    while criterion.max_points is None and criterion.parent is not None:
        criterion = framework[criterion.parent]
    return framework.max_points if criterion.max_points is None else criterion.max_points


def _places(framework: Framework) -> int:
    """Decimals to which the framework rounds; two where it names none."""
    return int(tomllib.loads(framework.to_toml()).get("rounding", {}).get("places", 2))


def _name(part: dict[str, Any], lang: Language) -> str:
    name = part.get("name") or part["key"]
    return str(name.get(lang, name.get("vi", part["key"])) if isinstance(name, dict) else name)


def _number(text: str, lang: Language) -> str:
    return written(Decimal(text), lang)
