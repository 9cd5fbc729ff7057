"""The on-time ratio of dossiers by unit, against the line that a target draws."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from parindex.arguments import by_text, number, of, takes, text
from parindex.chart import look
from parindex.layout import Language, Say, speaker, written
from parindex.office.faults import fault

if TYPE_CHECKING:
    from parindex._native import Tally

Row = dict[str, Any]

STEPS = ("month", "quarter", "year")
COUNTS = ("on_time", "late", "pending_in_time", "pending_late")


@takes(tally=of("Tally"), threshold=number, names=by_text(text), lang=text)
def on_time(
    tally: Tally, *, threshold: str | Decimal = "0.90", names: dict[str, str] | None = None, lang: Language = "vi"
) -> look.Chart:
    """Ratios with the line of the target; by month, if the tally keeps months apart, as a grid.

    Whether a unit is below the line is decided on its counts, exactly, and shown by
    the shape of its mark too. A line to the left of a dot says how far the ratio
    falls if all that is still pending in time turns late.

    Parameters
    ----------
    tally : Tally
        What :func:`parindex.dossiers.tally` returns.
    threshold : str or Decimal
        The target as a share, 0.90 unless given.
    names : dict of unit to name, optional
        What units are called.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``bad-number`` and ``out-of-range`` for a threshold that is not 0 to 1, ``bad-value``
        for a tally without dossiers.

    Examples
    --------
    >>> import parindex as pi
    >>> register = [{"unit": "A", "received": "02/03/2026", "due": "04/03/2026", "finished": "04/03/2026"}]
    >>> tally = pi.dossiers.tally(register, period="2026-H1")
    >>> pi.chart.on_time(tally).to_dict()["title"]["text"]
    ['Tỷ lệ hồ sơ đúng hạn, 15/12/2025 – 14/06/2026']
    """
    say = speaker(lang)
    goal = look.number(threshold, "threshold")
    target = Fraction(goal)
    if not 0 <= target <= 1:
        raise fault("out-of-range", f"threshold {threshold}: must be 0 to 1")
    table = tally.table()
    step = next((name for name in STEPS if name in table.columns and name not in tally.by), None)
    rows = [_row(row, tally.by, names or {}, target, lang) for row in table if sum(row[count] for count in COUNTS)]
    if not rows:
        raise fault("bad-value", "no dossier was counted")
    chart = _dots(rows, target, say, lang) if step is None else _grid(rows, target, step, say)
    aim = f"{written((goal * 100).normalize(), lang)} %"
    notes = [say(f"Mục tiêu {aim}; tam giác: dưới mục tiêu.", f"Target {aim}; triangle: below it.")]
    if step is None:
        notes.append(
            say(
                "Vạch bên trái: tỷ lệ nếu mọi hồ sơ còn trong hạn đều trễ.",
                "Line to the left: the ratio if all pending dossiers turn late.",
            )
        )
    period = _period(tally.period, lang)
    title = say(f"Tỷ lệ hồ sơ đúng hạn, {period}", f"Dossiers on time, {period}")
    return look.finished(chart, title, notes, lang)


def share_text(numerator: int, denominator: int, target: Fraction | None, lang: Language) -> str:
    """A share in percent, half-up at two decimals; at more where two would hide that it is below the target.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from parindex.chart.on_time import share_text
    >>> share_text(528684, 597918, None, "vi")
    '88,42 %'
    >>> share_text(89999, 100000, Fraction(9, 10), "en")
    '89.999 %'
    """
    share = Fraction(numerator, denominator)
    for places in range(2, 13):
        steps = (share * 100 * 10**places * 2 + 1) // 2
        shown = Decimal(steps).scaleb(-places)
        if target is None or share >= target or Fraction(shown) < target * 100:
            break
    return f"{written(shown, lang)} %"


def _period(period: str, lang: Language) -> str:
    """``2025-12-15/2026-06-14`` as the language writes two days."""
    days = [day.split("-") for day in period.split("/")]
    return " – ".join("/".join(day[::-1]) if lang == "vi" else "-".join(day) for day in days)


def _row(row: Row, by: Sequence[str], names: dict[str, str], target: Fraction, lang: Language) -> Row:
    unit = " · ".join(str(row[name]) for name in by)
    good, every = row["on_time"] + row["pending_in_time"], sum(row[count] for count in COUNTS)
    is_below = Fraction(good, every) < target
    return {
        "unit": unit,
        "shown": look.lines(names.get(unit, unit)),
        "ratio": good / every,
        "least": row["on_time"] / every,
        "share": Fraction(good, every),
        "is_below": is_below,
        "pending": row["pending_in_time"],
        "counts": f"{written(good, lang)}/{written(every, lang)}",
        "text": share_text(good, every, target, lang),
        **{step: str(row[step]) for step in STEPS if step in row},
    }


def _kind(row: Row, say: Say) -> str:
    return (
        say("dưới mục tiêu", "below the target") if row["is_below"] else say("đạt mục tiêu", "at the target or above")
    )


def _dots(rows: list[Row], target: Fraction, say: Say, lang: Language) -> Any:
    alt = look.altair_module()
    rows = sorted(rows, key=lambda row: (-row["share"], row["unit"]))
    points = [
        {
            **{key: row[key] for key in ("unit", "shown", "ratio", "least", "counts")},
            "kind": _kind(row, say),
            "text": f"{row['text']} ({row['counts']})",
        }
        for row in rows
    ]
    base = alt.Chart(look.data(points)).encode(y=look.names_axis(points, "unit", "shown"))
    low = min([*(point["least"] for point in points), float(target)])
    scale = alt.Scale(domain=[max(0.0, low // 0.05 * 0.05 - 0.05), 1], nice=False)
    x = alt.X("ratio:Q", scale=scale, axis=alt.Axis(format=".0%"), title=say("Tỷ lệ đúng hạn", "Share on time"))
    kinds = [say("đạt mục tiêu", "at the target or above"), say("dưới mục tiêu", "below the target")]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[look.BLUE, look.VERMILION]), title=None)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "triangle-down"]), title=None)
    tips = [alt.Tooltip("shown:N", title=say("đơn vị", "unit")), alt.Tooltip("text:N", title=say("tỷ lệ", "share"))]
    line = alt.Chart(look.data([{"target": float(target)}])).mark_rule(
        color=look.INK, strokeDash=[5, 4], strokeWidth=1.4
    )
    layers = [
        line.encode(x=alt.X("target:Q", scale=scale)),
        base.mark_rule(color=look.PALE, strokeWidth=3).encode(x=alt.X("least:Q", scale=scale), x2="ratio:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=x, color=colour, shape=shape, tooltip=tips),
        base.mark_text(align="left", dx=8, fontSize=11, color=look.INK).encode(x=alt.value("width"), text="text:N"),
    ]
    return alt.layer(*layers).properties(width=400, height=look.row_height(points, "shown"))


def _grid(rows: list[Row], target: Fraction, step: str, say: Say) -> Any:
    alt = look.altair_module()
    worst: dict[str, Fraction] = {}
    for row in rows:
        worst[row["unit"]] = min(row["share"], worst.get(row["unit"], Fraction(1)))
    rows = sorted(rows, key=lambda row: (worst[row["unit"]], row["unit"], row[step]))
    kept = sorted({row[step] for row in rows})
    steps = {one: say("/".join(one.split("-")[::-1]), one) for one in kept}
    cells = [
        {
            "unit": row["unit"],
            "shown": row["shown"],
            "step": steps[row[step]],
            "ratio": row["ratio"],
            "kind": _kind(row, say),
            "text": f"{'▼ ' if row['is_below'] else ''}{row['text'].removesuffix(' %')}",
            "is_dark": row["ratio"] < float(target) - 0.28,
            "counts": row["counts"],
        }
        for row in rows
    ]
    base = alt.Chart(look.data(cells)).encode(
        y=look.names_axis(cells, "unit", "shown"),
        x=alt.X(
            "step:N",
            sort=list(steps.values()),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False),
        ),
    )
    goal = float(target)
    low = max(0.0, goal - 0.4)
    shade = alt.Scale(
        domain=[low, goal, max(1.0, goal + 0.01)],
        range=["#B54708", "#FBE3D0", "#BBD5EA"],
        clamp=True,
        interpolate="rgb",
    )
    words = {
        "shown": say("đơn vị", "unit"),
        "step": say("kỳ", "period"),
        "text": say("tỷ lệ, %", "share, %"),
        "counts": say("hồ sơ", "dossiers"),
    }
    tips = [alt.Tooltip(f"{name}:N", title=word) for name, word in words.items()]
    colour = alt.Color(
        "ratio:Q",
        scale=shade,
        title=say("Tỷ lệ đúng hạn", "Share on time"),
        legend=alt.Legend(format=".0%", values=[low, goal, 1]),
    )
    ink = alt.condition(alt.datum.is_dark, alt.value("white"), alt.value(look.INK))
    layers = [
        base.mark_rect(stroke="white", strokeWidth=2).encode(color=colour, tooltip=tips),
        base.mark_text(fontSize=10.5).encode(text="text:N", color=ink),
    ]
    return alt.layer(*layers).properties(width=alt.Step(62), height=look.row_height(cells, "shown", 24))
