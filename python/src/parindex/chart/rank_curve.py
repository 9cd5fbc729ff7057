"""What a little more would bring: points by value, rank by points."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from parindex import _native
from parindex.arguments import of, pair, takes, text
from parindex.chart import look
from parindex.chart.ranking import Scale
from parindex.layout import Language, Say, speaker, written
from parindex.office.faults import fault

if TYPE_CHECKING:
    from parindex._native import Assessment, Framework

Row = dict[str, Any]

_WHOLE = {"percent": Decimal(100), "fraction": Decimal(1), "index": Decimal(100)}
_RATIOS = ("proportional", "target", "floor-and-target")
_NUMERIC = (*_RATIOS, "steps", "scaled", "deduction", "per-occurrence", "index-share")
_PIECES = 400


@takes(assessment=of("Assessment"), unit=text, code=text, lang=text)
def score_to_rank(assessment: Assessment, unit: str, *, code: str | None = None, lang: Language = "vi") -> look.Chart:
    """The rank a unit would have at any score, all others staying as they are.

    Ranks are "1224" ranks on exact values: to draw level with a unit is to share
    its rank.

    Parameters
    ----------
    assessment : Assessment
        What :func:`parindex.score` returns.
    unit : str
        The unit whose score moves.
    code : str, optional
        Rank on one criterion instead of the whole.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``unknown-unit``, ``bad-code``, ``unknown-criterion``; ``bad-value`` if the unit is not
        ranked.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("par-index/province-2017")
    >>> points = {"01": "9", "02": "7.5", "04": "6"}
    >>> rows = [{"unit": unit, "code": "1", "points": value} for unit, value in points.items()]
    >>> chart = pi.chart.score_to_rank(pi.score(framework, rows), "04")
    >>> chart.to_dict()["title"]["subtitle"][0]
    'Lên hạng 2 cần thêm 1,5 điểm, tức 7,5 điểm.'
    """
    say = speaker(lang)
    alt = look.altair_module()
    assessment[unit]
    rows = assessment.ranking(code=code).to_dicts()
    scale = Scale(rows, say)
    own = next(row for row in rows if row["unit"] == unit)
    if own["rank"] is None:
        raise fault("bad-value", f"{unit} is not ranked")
    here = scale.of(own) or Decimal(0)
    others = [scale.of(row) or Decimal(0) for row in rows if row["rank"] is not None and row["unit"] != unit]
    steps = rank_steps(others, scale.top)
    low, high = _window([*others, here], scale.top)
    start = max((step for step in steps if step[0] <= low), default=(low, len(others) + 1))
    line = [(low, start[1]), *(step for step in steps if low < step[0] <= high), (high, _rank(others, high))]
    x = alt.X("x:Q", scale=alt.Scale(domain=[float(low), float(high)], nice=False), title=scale.title)
    y = look.rank_axis("rank", len(others) + 1, say("Hạng", "Rank"))
    points = [{"x": float(value), "rank": rank, "text": written(value, lang)} for value, rank in line]
    name = own["name"] or unit
    text = say(f"{written(here, lang)} điểm: hạng {own['rank']}", f"{written(here, lang)} points: rank {own['rank']}")
    if scale.maximum is None:
        text = say(
            f"chỉ số {written(look.rounded(here), lang)} %: hạng {own['rank']}",
            f"index {written(look.rounded(here), lang)} %: rank {own['rank']}",
        )
    now = [{"x": float(here), "rank": own["rank"], "text": text}]
    tips = [alt.Tooltip("text:N", title=say("từ", "from")), alt.Tooltip("rank:Q", title=say("hạng", "rank"))]
    is_left = here > (low + high) / 2
    layers = [
        alt.Chart(look.data(points))
        .mark_line(interpolate="step-after", strokeWidth=2, color=look.BLUE)
        .encode(x=x, y=y),
        alt.Chart(look.data(points[1:-1]))
        .mark_point(filled=True, size=22, opacity=1, color=look.BLUE)
        .encode(x=x, y=y, tooltip=tips),
        alt.Chart(look.data(now))
        .mark_point(filled=True, size=120, opacity=1, color=look.VERMILION, shape="diamond")
        .encode(x=x, y=y),
        alt.Chart(look.data(now))
        .mark_text(
            align="right" if is_left else "left",
            dx=-10 if is_left else 10,
            dy=-14 if is_left else 14,
            fontWeight="bold",
            color=look.VERMILION,
        )
        .encode(x=x, y=y, text="text:N"),
    ]
    what = f"{code} " if code else ""
    notes = [
        _next_step(here, others, scale, say, lang),
        say("Các đơn vị khác giữ nguyên điểm.", "All other units stay where they are."),
    ]
    chart = alt.layer(*layers).properties(width=520, height=320)
    return look.finished(chart, say(f"Điểm {what}và hạng: {name}", f"Score {what}and rank: {name}"), notes, lang)


def rank_steps(others: list[Decimal], top: Decimal) -> list[tuple[Decimal, int]]:
    """From which score on a unit among `others` has which rank, ascending from 0."""
    edges = sorted({Decimal(0), *(value for value in others if value <= top)})
    return [(edge, _rank(others, edge)) for edge in edges]


def _rank(others: list[Decimal], value: Decimal) -> int:
    return 1 + sum(other > value for other in others)


def _window(values: list[Decimal], top: Decimal) -> tuple[Decimal, Decimal]:
    """The part of the axis where units are, a little more, within 0 to the maximum."""
    low, high = min(values), max(values)
    margin = max((high - low) / 10, top / 200)
    return max(Decimal(0), low - margin), min(top, high + margin)


def _next_step(here: Decimal, others: list[Decimal], scale: Scale, say: Say, lang: Language) -> str:
    """What the next better rank costs."""
    above = min((other for other in others if other > here), default=None)
    if above is None:
        return say("Không có đơn vị nào cao điểm hơn.", "No unit has more points.")
    rank = _rank(others, above)
    if scale.maximum is None:
        at = written(look.rounded(above), lang)
        return say(f"Lên hạng {rank} cần chỉ số {at} %.", f"Rank {rank} takes an index of {at} %.")
    more, at = written(above - here, lang), written(above, lang)
    return say(f"Lên hạng {rank} cần thêm {more} điểm, tức {at} điểm.", f"Rank {rank} takes {more} points more: {at}.")


@takes(framework=of("Framework"), code=text, domain=pair, lang=text)
def curve(
    framework: Framework, code: str, *, domain: tuple[Any, Any] | None = None, lang: Language = "vi"
) -> look.Chart:
    """Points by value under a criterion's rule, each scored exactly.

    Parameters
    ----------
    framework : Framework
        The rules.
    code : str
        A criterion whose rule turns a number into points.
    domain : (number, number), optional
        From which value to which, in the rule's unit; 0 to 100 % or all of the
        index unless given, for counts and amounts around the rule's own edges.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``bad-code``, ``unknown-criterion``, and what scoring finds in the framework;
        ``bad-value`` if points do not follow from a number alone (labels, dates, given
        points, rules that compare units) or a domain is needed; ``out-of-range``,
        ``bad-number`` for the domain.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("dvc-766/province")
    >>> chart = pi.chart.curve(framework, "5.4")
    >>> chart.to_dict()["title"]["subtitle"]
    ['từ 90 %: điểm tối đa; dưới: tỷ lệ × điểm tối đa / 90 %']
    """
    say = speaker(lang)
    alt = look.altair_module()
    criterion = framework[code]
    rule = criterion.rule or {}
    unit = _unit(rule, code)
    edges = _edges(rule)
    low, high = _domain(domain, unit, edges)
    pieces = [
        {
            "x": float(value),
            "points": float(points),
            "at": written(value.normalize(), lang),
            "text": written(points, lang),
        }
        for value, points in scored(framework, code, _values(low, high, edges, unit))
    ]
    titles = {
        "percent": say("Tỷ lệ, %", "Share, %"),
        "fraction": say("Tỷ lệ", "Share"),
        "count": say("Số lượng", "Count"),
        "amount": say("Giá trị", "Amount"),
        "index": say("Chỉ số", "Index"),
    }
    x = alt.X("x:Q", scale=alt.Scale(domain=[float(low), float(high)], nice=False), title=titles[unit])
    y = alt.Y("points:Q", title=say("Điểm", "Points"), scale=alt.Scale(domainMin=0, zero=True))
    tips = [alt.Tooltip("at:N", title=titles[unit]), alt.Tooltip("text:N", title=say("điểm", "points"))]
    base = alt.Chart(look.data(pieces)).encode(x=x, y=y, tooltip=tips)
    if unit == "count":
        mark = base.mark_point(filled=True, size=50, opacity=1, color=look.BLUE)
    else:
        mark = base.mark_line(strokeWidth=2.5, color=look.BLUE)
    chart = mark.properties(width=480, height=260)
    return look.finished(chart, f"{code} {criterion.name(lang)}", [criterion.describe(lang) or ""], lang)


def scored(framework: Framework, code: str, values: list[Decimal]) -> list[tuple[Decimal, Decimal]]:
    """Values and the points each earns, as the kernel scores them."""
    rows = [{"unit": str(at), "code": code, "value": str(value)} for at, value in enumerate(values)]
    assessment = _native.score(framework, rows)
    return [(value, assessment[str(at)].line(code).points) for at, value in enumerate(values)]


def _unit(rule: dict[str, Any], code: str) -> str:
    """The unit of the rule's value, if points follow from a number."""
    kind = rule.get("kind")
    default = {"index-share": "index", "deduction": "count", "per-occurrence": "count"}.get(str(kind), "percent")
    unit = str(rule.get("unit", default))
    if kind not in _NUMERIC or unit == "label":
        raise fault("bad-value", f"{code} has no curve: its rule is {kind or 'none'}")
    return unit


def _edges(rule: object) -> list[Decimal]:
    """The numbers at which a rule may turn or jump."""
    if isinstance(rule, list):
        return [edge for item in rule for edge in _edges(item)]
    if not isinstance(rule, dict):
        return []
    own = [
        Decimal(rule[key])
        for key in ("from", "to", "above", "below", "at", "floor", "target", "zero_at", "full_at")
        if rule.get(key) is not None
    ]
    return own + _edges(rule.get("steps"))


def _domain(domain: tuple[Any, Any] | None, unit: str, edges: list[Decimal]) -> tuple[Decimal, Decimal]:
    if domain is not None:
        low, high = (look.number(end, "domain") for end in domain)
    elif unit in _WHOLE:
        low, high = Decimal(0), _WHOLE[unit]
    elif edges:
        low, high = Decimal(0), max(edges) * Decimal("1.25")
    else:
        raise fault("bad-value", "this rule needs a domain, such as domain=(0, 20)")
    if not low < high:
        raise fault("out-of-range", f"domain {low} to {high}: the second must be larger")
    return low, high


def _values(low: Decimal, high: Decimal, edges: list[Decimal], unit: str) -> list[Decimal]:
    """Values across the domain, and close to either side of each edge, so that jumps stand upright."""
    if unit == "count":
        step = max(1, int(high - low) // _PIECES)
        return [Decimal(value) for value in range(int(low), int(high) + 1, step)]
    pieces = [Decimal(str(float(Fraction(low) + Fraction(high - low) * at / _PIECES))) for at in range(_PIECES + 1)]
    near = (high - low) / 100_000
    around = [edge + side for edge in edges for side in (-near, Decimal(0), near)]
    return sorted({value for value in [*pieces, *around] if low <= value <= high})
