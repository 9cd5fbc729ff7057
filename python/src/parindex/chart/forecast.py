"""Where units may end: the probability of every rank, and the interval that holds 90 % of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parindex.arguments import of, takes, text, texts
from parindex.chart import look
from parindex.layout import Language, Say, speaker, written
from parindex.office.faults import fault

if TYPE_CHECKING:
    from parindex._native import Forecast

Row = dict[str, Any]


@takes(forecast=of("Forecast"), units=texts, lang=text)
def forecast(forecast: Forecast, *, units: Sequence[str] | None = None, lang: Language = "vi") -> look.Chart:
    """The probability of each rank as shades, the median as a dot and the 90 % interval as a line.

    Parameters
    ----------
    forecast : Forecast
        Of one year; see :meth:`Forecast.in_year` for several.
    units : list of str, optional
        Which units are drawn; all unless given. Ranks are among all units either way.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``too-large`` for more than a thousand units; ``unknown-unit`` if one is not in the
        forecast, or none is asked for.

    Examples
    --------
    >>> import parindex as pi
    >>> rows = [
    ...     {"unit": unit, "year": year, "score": score + year % 3}
    ...     for unit, score in [("01", 84.0), ("22", 90.0), ("31", 88.0)]
    ...     for year in range(2020, 2025)
    ... ]
    >>> future = pi.forecast(pi.History(rows), year=2025, draws=2_000, seed=7, progress=False)
    >>> chart = pi.chart.forecast(future)
    >>> chart.to_dict()["title"]["text"]
    ['Dự báo hạng năm 2025']
    """
    say = speaker(lang)
    alt = look.altair_module()
    chances = forecast.rank_probabilities(progress=False).tolist()
    by_unit = dict(zip(forecast.units, chances, strict=True))
    table = [row for row in forecast.table(top=10, progress=False) if units is None or row["unit"] in units]
    if unknown := [unit for unit in units or [] if unit not in by_unit]:
        raise fault("unknown-unit", f"no {', '.join(unknown)} in this forecast")
    if not table:
        raise fault("unknown-unit", "no unit to draw")
    table.sort(key=lambda row: (row["rank_q50"], _mean_rank(by_unit[row["unit"]]), row["unit"]))
    names = dict(zip(forecast.units, look.distinct(_names(forecast), forecast.units), strict=True))
    rows = [_interval(row, names[row["unit"]], say, lang) for row in table]
    cells = [
        {
            "unit": row["unit"],
            "from": at - 0.5,
            "to": at + 0.5,
            "rank": at,
            "chance": chance,
            "text": _percent(chance, lang),
            "name": row["name"],
        }
        for row in rows
        for at, chance in enumerate(by_unit[row["unit"]], start=1)
        if chance >= 0.0005
    ]
    most = len(chances)
    y = look.names_axis(rows, "unit", "shown")
    axis = alt.Axis(values=look.rank_ticks(most, 16), format="d", orient="top", grid=False)
    x = alt.X("from:Q", scale=alt.Scale(domain=[0.5, most + 0.5], nice=False), axis=axis, title=say("Hạng", "Rank"))
    shade = alt.Color(
        "chance:Q",
        scale=alt.Scale(
            type="sqrt",
            interpolate="rgb",
            range=["#FFFFFF", "#BBD5EA", look.BLUE, "#062B4A"],
            domain=[0, 0.05, 0.35, 1],
            clamp=True,
        ),
        title=say("Xác suất", "Probability"),
        legend=alt.Legend(format=".0%", values=[0.01, 0.05, 0.2, 0.5, 1], gradientLength=220),
    )
    tips = [
        alt.Tooltip("name:N", title=say("đơn vị", "unit")),
        alt.Tooltip("rank:Q", title=say("hạng", "rank")),
        alt.Tooltip("text:N", title=say("xác suất", "probability")),
    ]
    heat = (
        alt.Chart(look.data(cells))
        .mark_rect(height={"band": 0.92})
        .encode(x=x, x2="to:Q", y=y, color=shade, tooltip=tips)
    )
    base = alt.Chart(look.data(rows)).encode(y=y)
    low = alt.X("low:Q", title=say("Hạng", "Rank"))
    layers = [
        heat,
        base.mark_rule(color=look.ORANGE, strokeWidth=1.6).encode(x=low, x2="high:Q"),
        base.mark_point(filled=True, size=38, color=look.ORANGE, stroke="white", strokeWidth=1, opacity=1).encode(
            x="middle:Q"
        ),
        base.mark_text(align="left", dx=8, fontSize=10.5, color=look.INK).encode(x=alt.value("width"), text="text:N"),
    ]
    chart = alt.layer(*layers).properties(
        width=max(300, min(640, 12 * most)), height=look.row_height(rows, "shown", 16)
    )
    notes = [
        say(
            "Chấm: hạng trung vị; vạch và số bên phải: khoảng 90 %.",
            "Dot: median rank; line and figures at the right: 90 % interval.",
        )
    ]
    title = say(f"Dự báo hạng năm {forecast.year}", f"Forecast of ranks {forecast.year}")
    return look.finished(chart, title, notes, lang)


def _names(forecast: Forecast) -> list[str | None]:
    return [name or None for name in forecast.names]


def _mean_rank(chances: Sequence[float]) -> float:
    return sum(at * chance for at, chance in enumerate(chances, start=1))


def _interval(row: Row, name: str, say: Say, lang: Language) -> Row:
    low, middle, high = row["rank_q05"], row["rank_q50"], row["rank_q95"]
    return {
        "unit": row["unit"],
        "name": name,
        "shown": name,
        "low": low,
        "middle": middle,
        "high": high,
        "text": f"{written(middle, lang)} ({written(low, lang)}–{written(high, lang)})",
    }


def _percent(chance: float, lang: Language) -> str:
    return f"{written(round(100 * chance, 1), lang)} %"
