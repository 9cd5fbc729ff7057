"""What the rule text of a criteria table says, as a rule of a framework file.

A text is understood as a whole or not at all: a sentence left over could change
the points, so it makes the row one of given points, flagged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from parindex._native import Criterion, Framework
from parindex.error import ParIndexError
from parindex.office import comparisons, figures, toml
from parindex.office.clauses import POINT, Formula, Outcome, case_of, formula_of
from parindex.office.comparisons import NUMBER, Stretch, stretch
from parindex.office.words import Words

Rule: TypeAlias = dict[str, Any]
"""The keys of a rule as a framework file has them, numbers as text."""


@dataclass(frozen=True)
class Reading:
    """A rule, or why the text gives none."""

    rule: Rule | None
    why: Words | None = None
    is_survey: bool = False


_BULLET = re.compile(r"^(?:[-+•*–—▪●○]|\([a-z0-9]\)|[a-zđ]\)|mức \d+ ?[:.)-])\s*", re.IGNORECASE)
_INTRO = re.compile(
    r"^(?:cách (?:tính|chấm)(?: điểm)?|thang điểm|điểm được tính|(?:tính|chấm) điểm)"
    r"(?: (?:theo|như sau|cụ thể|công thức|thang điểm|mức độ|các mức))*\s*[:.]?\s*",
    re.IGNORECASE,
)

_EACH = r"(?:cứ |nếu )?(?:có )?(?:mỗi|cứ|từng)\s+(?:0?1\s+|một\s+)?(?P<what>[^\d%:;]*?)\s*"
_CAP = (
    r"(?:[,;(]?\s*(?:nhưng )?(?:tối đa|không quá|không vượt quá|tổng (?:cộng )?không quá|cho đến hết)\s*"
    rf"(?P<cap>{NUMBER}|điểm tối đa|số điểm)\s*(?:điểm)?\)?)?"
)
_DEDUCTION = [
    re.compile(rf"{_EACH}(?:(?:bị|thì|sẽ)\s+)*trừ\s+(?P<each>{NUMBER})\s*{POINT}{_CAP}\.?"),
    re.compile(
        rf"(?:bị )?trừ\s+(?P<each>{NUMBER})\s*{POINT}\s*(?:/|cho mỗi|mỗi|đối với mỗi|cho từng)\s*"
        rf"(?:0?1\s+|một\s+)?(?P<what>[^\d%:;]+?){_CAP}\.?"
    ),
]
_OCCURRENCE = re.compile(rf"{_EACH}(?:(?:được|thì|sẽ|cộng|thưởng|tính|đạt)\s+)*(?P<each>{NUMBER})\s*{POINT}{_CAP}\.?")
_SURVEY = re.compile(r"điều tra (?:xã hội học|xhh)|xã hội học|\bxhh\b|khảo sát")
_SURVEY_NAME = re.compile(
    r"^(?:điểm |kết quả )?(?:điều tra (?:xã hội học|xhh)|khảo sát xã hội học)\b|^(?:điểm|kết quả) (?:điều tra|khảo sát)\b"
    r"|\((?:điểm )?(?:điều tra |khảo sát )?(?:xã hội học|xhh)\)"
)
_GIVEN = re.compile(r"điểm do bên khác chấm")

_SEPARATORS = re.compile(
    r"\n|;"
    r"|(?<=[\d%đma]) ?/ ?(?=[^\W\d])"  # «: 2 / Từ …», but neither «/ 80%» nor «số a/số b»
    r"|(?<=\d)(?: ?điểm)?, (?=(?:trên|từ|dưới|đạt|còn lại|nếu|không|chậm)\b)"
    r"|(?<=\d|m)\. (?=[^\W\d])",
    re.IGNORECASE,
)
_ELSE = {"còn lại", "các trường hợp còn lại", "trường hợp còn lại", "khác", "dưới", "các mức còn lại"}
_YES, _NO = {"có", "yes"}, {"không", "không có", "no"}


def read(text: str, maximum: Decimal | None, *, is_penalty: bool = False) -> Reading:
    """The rule that a text of one or more lines states for a row with this maximum.

    >>> read("Trên 90%: 2 / Từ 70% - 90%: 1 / Dưới 70%: 0", Decimal(2)).rule["steps"][1]
    {'from': '70', 'to': '90', 'points': '1'}
    >>> read("Tính điểm theo công thức: tỷ lệ × điểm tối đa / 80%", Decimal(2)).rule
    {'kind': 'target', 'target': '80'}
    >>> read("Tùy mức độ", Decimal(2)).why.vi
    'chưa hiểu cách chấm: Tùy mức độ'
    """
    text = _INTRO.sub("", figures.clean(text))
    folded = figures.folded(text)
    if _GIVEN.fullmatch(folded):
        return Reading({"kind": "given"})
    if _SURVEY.search(folded) and not re.search(r"[\d:×;]|(?<!\w)nếu(?!\w)", folded):
        return Reading({"kind": "given"}, is_survey=True)
    whole = _one(folded, maximum, is_penalty)
    rule = whole or _of_clauses([_BULLET.sub("", clause.strip()) for clause in _SEPARATORS.split(text)], maximum)
    if isinstance(rule, Words):
        return Reading(None, rule)
    why = _why_not(rule, maximum)
    return Reading(None, why) if why else Reading(rule)


def names_survey(name: str) -> bool:
    """Whether the name of a criterion says that its points come from a sociological survey (điều tra xã hội học).

    >>> names_survey("Cải cách thể chế (điều tra XHH)"), names_survey("Tổ chức khảo sát sự hài lòng")
    (True, False)
    """
    return _SURVEY_NAME.search(figures.folded(name)) is not None


def begins(line: str) -> bool:
    """Whether a line of text can only be a part of a rule: a case with its points, or a formula."""
    clauses = [_BULLET.sub("", clause.strip()) for clause in _SEPARATORS.split(_INTRO.sub("", figures.clean(line)))]
    told = [clause for clause in clauses if clause]
    return bool(told) and all(case_of(clause, None) or _one(figures.folded(clause), None, False) for clause in told)


def _one(text: str, maximum: Decimal | None, is_penalty: bool) -> Rule | None:
    """A rule of a single sentence: a formula, or points by occurrence."""
    text = _BULLET.sub("", text)
    if formula := formula_of(text, maximum):
        return _of_formula(formula)
    head, _, tail = text.partition(";")
    if tail and (first := case_of(head, maximum)) and first[1] == "full":
        text = tail.strip()
    for pattern in _DEDUCTION:
        if found := pattern.fullmatch(text):
            kind = "per-occurrence" if is_penalty else "deduction"
            return _by_occurrence(kind, found, maximum)
    if found := _OCCURRENCE.fullmatch(text):
        return _by_occurrence("per-occurrence", found, maximum)
    return None


def _by_occurrence(kind: str, found: re.Match[str], maximum: Decimal | None) -> Rule | None:
    each, cap = figures.number(found["each"]), found["cap"]
    if each is None or (cap and cap[0].isdigit() and maximum is not None and figures.number(cap) != maximum):
        return None
    return {"kind": kind, "each": _text(each)}


def _of_formula(formula: Formula) -> Rule:
    if formula.is_index:
        return {"kind": "index-share"}
    if formula.target is None:
        return {"kind": "proportional"}
    return {"kind": "target", "target": _text(formula.target)}


def _of_clauses(clauses: Sequence[str], maximum: Decimal | None) -> Rule | Words:
    """The rule of several cases, or why they make none."""
    told = [clause for clause in clauses if clause]
    cases: list[tuple[str, Outcome]] = []
    for position, clause in enumerate(told):
        found = case_of(clause, maximum)
        if found is None:
            if position == 0 and len(told) > 2 and clause.endswith(":") and not re.search(r"\d", clause):
                continue
            return not_understood(clause)
        cases.append(found)
    if len(cases) < 2:
        return not_understood("; ".join(told))
    if (
        maximum is None
        and cases[0][0].lower() in _YES
        and cases[1][0].lower() in _NO
        and [one for _, one in cases] == ["full", 0]
    ):
        return {"kind": "yes-no"}
    earned = [(case, maximum if outcome == "full" else outcome) for case, outcome in cases]
    if any(isinstance(outcome, Formula) for _, outcome in earned):
        return _composite(earned, maximum)
    points = [(case, outcome) for case, outcome in earned if isinstance(outcome, Decimal)]
    if len(points) < len(earned):
        return Words("chưa biết điểm tối đa nên chưa hiểu cách chấm", "the rule needs a maximum that is not known")
    return _cases(points, maximum)


def _cases(cases: Sequence[tuple[str, Decimal]], maximum: Decimal | None) -> Rule | Words:
    """Steps, yes or no, labels, or a list of parts."""
    stretches = [None if _is_else(case) else stretch(case) for case, _ in cases]
    others = [case for (case, _), one in zip(cases, stretches, strict=True) if one is None]
    if any(stretches) and all(_is_else(case) for case in others):
        return _steps(cases, stretches, maximum)
    if any(stretches) or any("%" in case or comparisons.speaks_of_share(case) for case, _ in cases):
        return not_understood("; ".join(others) or cases[0][0])
    labels = [(figures.clean(case).replace("\n", " ").strip(" .,-"), points) for case, points in cases]
    top = max(points for _, points in labels)
    names = [label.lower() for label, _ in labels]
    if len(labels) == 2 and names[0] in _YES and names[1] in _NO and labels[0][1] == (maximum or top):
        no = labels[1][1]
        return {"kind": "yes-no", **({"no": _text(no)} if no else {})}
    if len(set(names)) < len(names):
        return Words("hai trường hợp trùng tên", "two cases have one name")
    if maximum is not None and top != maximum and sum(points for _, points in labels) == maximum:
        parts = [
            {"key": str(at), "name": label, "points": _text(points)} for at, (label, points) in enumerate(labels, 1)
        ]
        return {"kind": "checklist", "parts": parts}
    if maximum is not None and top != maximum:
        return _top_is_not_maximum(top, maximum)
    steps = [{"label": label, "points": _text(points)} for label, points in labels]
    return {"kind": "steps", "unit": "label", "steps": steps}


def _steps(
    cases: Sequence[tuple[str, Decimal]], stretches: Sequence[Stretch | None], maximum: Decimal | None
) -> Rule | Words:
    known = [one for one in stretches if one is not None]
    if len({one.is_percent for one in known}) > 1:
        return Words("có mức ghi %, có mức không", "some steps are written in %, some are not")
    is_percent = known[0].is_percent
    if not is_percent and not all(one.is_whole() for one in known):
        return Words("không rõ đơn vị của các mức", "the unit of the steps is not stated")
    rest = comparisons.below_all(known)
    steps = []
    for (case, points), one in zip(cases, stretches, strict=True):
        edges = one or rest
        if edges is None:
            return not_understood(case)
        steps.append({**edges.edges(), "points": _text(points)})
    top = max(points for _, points in cases)
    if maximum is not None and top != maximum:
        return _top_is_not_maximum(top, maximum)
    return {"kind": "steps", "unit": "percent" if is_percent else "count", "steps": steps}


def _composite(cases: Sequence[tuple[str, Outcome | None]], maximum: Decimal | None) -> Rule | Words:
    """Nothing below a floor, a formula from there, the maximum from the target on."""
    floor = target = None
    formula: Formula | None = None
    starts: Decimal | None = None
    for case, outcome in cases:
        one = None if _is_else(case) else stretch(case)
        if one is None and not _is_else(case):
            return not_understood(case)
        if one is not None and not one.is_percent:
            return Words("không rõ đơn vị của các mức", "the unit of the steps is not stated")
        if isinstance(outcome, Formula):
            if formula is not None or outcome.is_index:
                return not_understood(case)
            formula = outcome
            starts = None if one is None else one.low
            if one is not None and one.low is not None and not one.is_low_inside:
                return Words(
                    f"mức sàn {one.low}% không được tính điểm", f"the floor of {one.low} % itself earns nothing"
                )
        elif (
            outcome == 0
            and one is not None
            and one.low in (None, 0)
            and one.high is not None
            and not one.is_high_inside
        ):
            floor = one.high
        elif outcome == maximum and one is not None and one.low is not None and one.high in (None, 100):
            target = one.low
        elif not (outcome == 0 and one is None):
            return not_understood(case)
    if formula is None:
        return not_understood(cases[0][0])
    by = formula.target or Decimal(100)
    if target is not None and target != by:
        return Words(
            f"công thức chia cho {by}% nhưng điểm tối đa từ {target}%",
            f"the formula divides by {by} %, the maximum begins at {target} %",
        )
    if target is None and by != 100:
        target = by
    if starts not in (None, 0) and floor is None and any(_is_else(case) and outcome == 0 for case, outcome in cases):
        floor = starts
    if (starts or Decimal(0)) != (floor or Decimal(0)):
        return Words("không rõ điểm ở mức thấp nhất", "what the lowest values earn is not stated")
    if floor:
        return {"kind": "floor-and-target", "floor": _text(floor), "target": _text(by)}
    return {"kind": "proportional"} if by == 100 else {"kind": "target", "target": _text(by)}


def _is_else(case: str) -> bool:
    return figures.folded(case).strip(" .,:") in _ELSE


def not_understood(text: str) -> Words:
    """That a text was not understood."""
    short = " ".join(text.split())
    short = short if len(short) <= 120 else short[:119] + "…"
    return Words(f"chưa hiểu cách chấm: {short}", f"the rule was not understood: {short}")


def _top_is_not_maximum(top: Decimal, maximum: Decimal) -> Words:
    return Words(
        f"mức cao nhất được {_vietnamese(top)} điểm, không phải điểm tối đa {_vietnamese(maximum)}",
        f"the best case earns {_text(top)}, not the maximum of {_text(maximum)}",
    )


def _why_not(rule: Rule, maximum: Decimal | None) -> Words | None:
    """What the scoring core has against a rule; nothing if it takes it."""
    most = "" if maximum is None else f"max_points = {toml.string(_text(maximum))}"
    text = (
        'id = "a"\ntitle = "a"\nunit = "a"\nstatus = "draft"\nbasis = "assumed"\n'
        '[rounding]\nplaces = 10\nmode = "half-up"\nat = "end"\n'
        f'[criteria."1"]\nname = "a"\n{most}\nrule = {toml.inline(rule)}\n'
    )
    try:
        Framework.from_toml(text)
    except ParIndexError as error:
        told = "; ".join(dict.fromkeys(fault["message"] for fault in error.faults))
        return Words(f"các mức chưa khớp: {told}", f"the cases do not fit: {told}")
    return None


def written(criterion: Criterion) -> str:
    """The rule of a leaf as a table writes it; reading it gives the rule, for the shapes a table can say."""
    rule, maximum = criterion.rule, criterion.max_points
    if rule is None:
        return ""
    text = criterion.describe("vi") or ""
    if rule["kind"] == "yes-no" and maximum is not None:
        text = f"có: {_vietnamese(maximum)}; không: {_vietnamese(Decimal(rule.get('no', '0')))}"
    if read(text, maximum).rule != rule and rule["kind"] != "per-occurrence":
        text = f"(theo tệp TOML) {text}"
    return text


def _text(number: Decimal) -> str:
    return f"{figures.plain(number):f}"


def _vietnamese(number: Decimal) -> str:
    return _text(number).replace(".", ",")
