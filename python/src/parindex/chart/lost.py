"""Where points are lost: by criterion, by agency, and from the maximum down to the points."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from parindex.arguments import by_text, count, of, or_none, takes, text
from parindex.chart import look
from parindex.layout import Language, Say, speaker, written, written_column
from parindex.office.faults import fault

if TYPE_CHECKING:
    from parindex._native import Scorecard

Row = dict[str, Any]


@takes(card=of("Scorecard"), by=text, agencies=by_text(text), top=or_none(count), lang=text)
def lost(
    card: Scorecard,
    *,
    by: Literal["criterion", "agency"] = "criterion",
    agencies: Mapping[str, str] | None = None,
    top: int | None = 20,
    lang: Language = "vi",
) -> look.Chart:
    """Points a unit lost, largest first.

    What was lost for want of evidence is told apart from what was scored low.

    Parameters
    ----------
    card : Scorecard
        ``assessment[unit]``.
    by : {"criterion", "agency"}
        A bar for each criterion, or for each agency with its criteria stacked.
    agencies : dict of code to agency, optional
        Who answers for a criterion or for all below it, where the framework does not say.
    top : int, optional
        At most so many criteria, 20 unless given; what is left out is told. None
        for all. By agency all count.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ImportError
        Without Altair.
    ParIndexError
        ``bad-value`` for another `by`.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("dvc-766/province")
    >>> rows = [{"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918}]
    >>> card = pi.score(framework, rows)["H44"]
    >>> chart = pi.chart.lost(card, by="agency", agencies={"2": "Sở Nội vụ"})
    >>> chart.to_dict()["title"]["text"]
    ['Điểm mất: H44']
    """
    say = speaker(lang)
    if by not in ("criterion", "agency"):
        raise fault("bad-value", f"by is {by!r}: must be criterion or agency")
    rows = [row for row in card.lost(lang).to_dicts() if row["lost"]]
    for row in rows:
        row["agency"] = _agency(row["code"], agencies or {}) or row["agency"] or say("chưa giao", "nobody named")
        row["is_missing"] = card.line(row["code"]).status == "missing"
    total = sum((row["lost"] for row in rows), Decimal(0))
    title = f"{say('Điểm mất', 'Points lost')}: {_called(card)}"
    notes = [say(f"Tổng điểm mất: {written(total, lang)}.", f"Lost in all: {written(total, lang)}.")]
    if by == "agency":
        return look.finished(_by_agency(rows, say, lang), title, notes, lang)
    shown = rows if top is None else rows[:top]
    if rest := rows[len(shown) :]:
        sum_of_rest = written(sum((row["lost"] for row in rest), Decimal(0)), lang)
        notes.append(
            say(
                f"Không vẽ {len(rest)} tiêu chí khác, mất {sum_of_rest}.",
                f"Not drawn: {len(rest)} more criteria, {sum_of_rest} lost.",
            )
        )
    return look.finished(_by_criterion(shown, say, lang), title, notes, lang)


@takes(card=of("Scorecard"), lang=text)
def waterfall(card: Scorecard, *, lang: Language = "vi") -> look.Chart:
    """From the maximum down to the points, field by field.

    Parameters
    ----------
    card : Scorecard
        ``assessment[unit]``.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``bad-value`` if what the fields lost does not add up to what the unit lost: under means,
        weights and rescaled maxima there is no such staircase.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("par-index/province-2017")
    >>> card = pi.score(framework, [{"unit": "66", "code": "4", "points": "8.23"}])["66"]
    >>> len(next(iter(pi.chart.waterfall(card).to_dict()["datasets"].values())))
    10
    """
    say = speaker(lang)
    alt = look.altair_module()
    fields = [row for row in card.lines(lang).to_dicts() if "." not in row["code"] and row["max_points"] is not None]
    most = card.max_points or Decimal(0)
    falls = dict.fromkeys((row["code"] for row in fields), Decimal(0))
    for row in card.lost(lang):
        falls[row["code"].split(".")[0]] += row["lost"]
    is_staircase = all(falls[row["code"]] == row["max_points"] - row["points"] for row in fields)
    if not is_staircase or most - sum(falls.values(), Decimal(0)) != card.points:
        raise fault(
            "bad-value", f"the fields of {card.unit} do not add up to its points: there is no waterfall, see chart.lost"
        )
    steps: list[Row] = [_step("max", say("Điểm tối đa", "Maximum"), Decimal(0), most, "whole")]
    level = most
    for row in fields:
        down = falls[row["code"]]
        steps.append(
            _step(row["code"], f"{row['code']} {card.line(row['code']).name(lang)}", level - down, level, "lost")
        )
        level -= down
    steps.append(_step("points", say("Điểm đạt", "Points"), Decimal(0), card.points, "whole"))
    sizes = written_column([step.pop("size") for step in steps], lang)
    for step, size in zip(steps, sizes, strict=True):
        step["text"] = f"−{size}" if step["kind"] == "lost" and step["to"] > step["from"] else size
    low = max(Decimal(0), (card.points - (most - card.points) / 4) // 5 * 5)
    base = alt.Chart(look.data(steps)).encode(y=look.names_axis(steps, "code", "shown"))
    x = alt.X("from:Q", scale=alt.Scale(domain=[float(low), float(most)], nice=False), title=say("Điểm", "Points"))
    colours = alt.Scale(domain=["whole", "lost"], range=[look.BLUE, look.VERMILION])
    bars = base.mark_bar(clip=True, height={"band": 0.68}).encode(
        x=x, x2="to:Q", color=alt.Color("kind:N", scale=colours, legend=None)
    )
    texts = base.mark_text(align="left", dx=6, fontSize=11, color=look.INK).encode(x=alt.X("to:Q"), text="text:N")
    chart = alt.layer(bars, texts).properties(width=440, height=look.row_height(steps, "shown", 24))
    note = (
        say(f"Trục bắt đầu từ {written(low, lang)} điểm.", f"The axis starts at {written(low, lang)} points.")
        if low
        else ""
    )
    return look.finished(
        chart, f"{say('Từ điểm tối đa đến điểm đạt', 'From the maximum to the points')}: {_called(card)}", [note], lang
    )


def _called(card: Scorecard) -> str:
    return card.name or card.unit


def _agency(code: str, agencies: Mapping[str, str]) -> str | None:
    """Who answers for the code, or for what it stands under."""
    parts = code.split(".")
    nearest = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((agencies[above] for above in nearest if above in agencies), None)


def _step(code: str, shown: str, start: Decimal, stop: Decimal, kind: str) -> Row:
    return {
        "code": code,
        "shown": look.lines(shown),
        "from": float(start),
        "to": float(stop),
        "size": stop - start,
        "kind": kind,
    }


def _kinds(say: Say) -> Any:
    """The two ways to lose points, in colour."""
    alt = look.altair_module()
    words = [say("chấm thấp hơn tối đa", "scored below the maximum"), say("chưa có bằng chứng", "no evidence")]
    return alt.Color("kind:N", scale=alt.Scale(domain=words, range=[look.VERMILION, look.SKY]), title=None)


def _marked(rows: list[Row], say: Say, lang: Language) -> list[Row]:
    texts = written_column([row["lost"] for row in rows], lang)
    words = (say("chấm thấp hơn tối đa", "scored below the maximum"), say("chưa có bằng chứng", "no evidence"))
    return [
        {
            "code": row["code"],
            "shown": look.lines(f"{row['code']} {row['name']}"),
            "lost": float(row["lost"]),
            "text": text,
            "kind": words[row["is_missing"]],
            "agency": row["agency"],
            "reason": row["reason"],
            "name": row["name"],
        }
        for row, text in zip(rows, texts, strict=True)
    ]


def _tips(say: Say) -> list[Any]:
    alt = look.altair_module()
    words = {
        "code": say("mã", "code"),
        "name": say("tên", "name"),
        "text": say("mất", "lost"),
        "agency": say("cơ quan", "agency"),
        "reason": say("lý do", "reason"),
    }
    return [alt.Tooltip(f"{name}:N", title=word) for name, word in words.items()]


def _by_criterion(rows: list[Row], say: Say, lang: Language) -> Any:
    alt = look.altair_module()
    bars = _marked(rows, say, lang)
    base = alt.Chart(look.data(bars)).encode(y=look.names_axis(bars, "code", "shown"))
    x = alt.X("lost:Q", title=say("Điểm mất", "Points lost"))
    layers = [
        base.mark_bar(height={"band": 0.68}).encode(x=x, color=_kinds(say), tooltip=_tips(say)),
        base.mark_text(align="left", dx=5, fontSize=11, color=look.INK).encode(x=x, text="text:N"),
    ]
    return alt.layer(*layers).properties(width=380, height=look.row_height(bars, "shown"))


def _by_agency(rows: list[Row], say: Say, lang: Language) -> Any:
    alt = look.altair_module()
    pieces = _marked(rows, say, lang)
    totals: dict[str, Decimal] = {}
    for row in rows:
        totals[row["agency"]] = totals.get(row["agency"], Decimal(0)) + row["lost"]
    order = sorted(totals, key=lambda agency: (-totals[agency], agency))
    texts = written_column([totals[agency] for agency in order], lang)
    sums = [
        {"agency": agency, "shown": look.lines(agency), "total": float(totals[agency]), "text": text}
        for agency, text in zip(order, texts, strict=True)
    ]
    axis = look.names_axis(sums, "agency", "shown")
    x = alt.X("lost:Q", title=say("Điểm mất", "Points lost"), stack="zero")
    bars = alt.Chart(look.data(pieces)).mark_bar(stroke="white", strokeWidth=1, height={"band": 0.68})
    ends = alt.Chart(look.data(sums)).mark_text(align="left", dx=5, fontSize=11, color=look.INK)
    layers = [
        bars.encode(y=axis, x=x, color=_kinds(say), tooltip=_tips(say), order=alt.Order("lost:Q", sort="descending")),
        ends.encode(y=axis, x="total:Q", text="text:N"),
    ]
    return alt.layer(*layers).properties(width=380, height=look.row_height(sums, "shown", 24))
