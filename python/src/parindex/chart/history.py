"""How scores and ranks moved, with the fan of a forecast, and several indices side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from parindex.arguments import by_text, of, takes, text, texts
from parindex.chart import look
from parindex.layout import Language, Say, speaker, written
from parindex.office.faults import fault

if TYPE_CHECKING:
    from parindex._native import Forecast, History

Row = dict[str, Any]

MOST_NAMED = len(look.SERIES)
MOST_LABELLED = 6


@takes(history=of("History"), units=texts, forecast=of("Forecast"), measure=text, lang=text)
def history(
    history: History,
    *,
    units: Sequence[str] | None = None,
    forecast: Forecast | None = None,
    measure: Literal["score", "rank"] = "score",
    lang: Language = "vi",
) -> look.Chart:
    """Scores or ranks by year, with the fan of a forecast.

    Lines break where a year is not known. The fan widens from the last known year
    to the 90 % interval of the forecast; its line is the median.

    Parameters
    ----------
    history : History
        What is known.
    units : list of str, optional
        At most eight units that get a colour and a name; all others are a grey
        background. Unless given, those that stood best in the last year.
    forecast : Forecast, optional
        Of the same units, for one year or several.
    measure : {"score", "rank"}
        What stands on the axis; ranks have 1 on top.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``unknown-unit`` for one of which nothing is known, ``out-of-range`` for more than
        eight, ``not-enough-history`` if there is no such measure at all, ``bad-value``.

    Examples
    --------
    >>> import parindex as pi
    >>> rows = [{"unit": "22", "year": year, "score": score} for year, score in [(2022, 90.1), (2023, 92.18)]]
    >>> pi.chart.history(pi.History(rows)).to_dict()["title"]["text"]
    ['Điểm theo năm']
    """
    say = speaker(lang)
    alt = look.altair_module()
    if measure not in ("score", "rank"):
        raise fault("bad-value", f"measure is {measure!r}: must be score or rank")
    rows = [row for row in history.table() if row[measure] is not None]
    if not rows:
        raise fault("not-enough-history", f"this history knows no {measure}")
    chosen = list(units) if units is not None else _leaders(rows)
    known = {row["unit"] for row in rows}
    if unknown := [unit for unit in chosen if unit not in known]:
        raise fault("unknown-unit", f"no {measure} of {', '.join(unknown)} in this history")
    if not 1 <= len(chosen) <= MOST_NAMED:
        raise fault("out-of-range", f"{len(chosen)} units to name: 1 to {MOST_NAMED} can be told apart")
    lines = _traced(rows, measure, lang)
    last = {point["unit"]: point for point in lines if point["unit"] in chosen}
    shown = dict(zip(last, look.distinct([point["name"] for point in last.values()], list(last)), strict=True))
    front = [
        {**point, "name": shown[point["unit"]]}
        for point in lines
        if point["name"] == last.get(point["unit"], {"name": 0})["name"]
    ]
    background = [point for point in lines if point["name"] != last.get(point["unit"], {"name": 0})["name"]]
    fan = [] if forecast is None else _fan(forecast, last, shown, measure, lang)
    years = sorted({row["year"] for row in [*rows, *fan]})
    worst = int(max(row["value"] if row["value"] > row.get("high", 0) else row["high"] for row in [*lines, *fan]))
    x = alt.X(
        "year:Q",
        scale=alt.Scale(domain=[min(years), max(years)], nice=False, padding=10),
        axis=_years(years),
        title=None,
    )
    y = _value_axis("value", measure, say, worst)
    order = [shown[unit] for unit in chosen]
    colour = alt.Color(
        "name:N",
        scale=alt.Scale(domain=order, range=list(look.SERIES[: len(order)])),
        title=None,
        legend=alt.Legend(symbolOpacity=1),
    )
    shape = alt.Shape(
        "name:N",
        scale=alt.Scale(domain=order, range=[look.SHAPES[at % len(look.SHAPES)] for at in range(len(order))]),
        title=None,
    )
    tips = [
        alt.Tooltip("name:N", title=say("đơn vị", "unit")),
        alt.Tooltip("year:Q", title=say("năm", "year")),
        alt.Tooltip("text:N", title=_word(measure, say)),
    ]
    layers = []
    if background:
        back = alt.Chart(look.data(background)).encode(x=x, y=y)
        layers.append(back.mark_line(color=look.PALE, strokeWidth=1).encode(detail="line:N"))
        layers.append(back.mark_point(color=look.PALE, filled=True, size=12, opacity=1))
    if fan:
        area = alt.Chart(look.data(fan))
        y_low = _value_axis("low", measure, say, worst)
        layers.append(area.mark_area(opacity=0.18).encode(x=x, y=y_low, y2="high:Q", color=colour))
        layers.append(area.mark_line(strokeDash=[5, 3], strokeWidth=1.5).encode(x=x, y=y, color=colour))
        ends = [row for row in fan if row["is_forecast"]]
        layers.append(
            alt.Chart(look.data(ends)).mark_rule(strokeWidth=1.5).encode(x=x, y=y_low, y2="high:Q", color=colour)
        )
        layers.append(
            alt.Chart(look.data(ends))
            .mark_point(size=55, strokeWidth=2)
            .encode(x=x, y=y, color=colour, shape=shape, tooltip=tips)
        )
    base = alt.Chart(look.data(front))
    layers.append(base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, detail="line:N"))
    layers.append(
        base.mark_point(filled=True, size=55, opacity=1).encode(x=x, y=y, color=colour, shape=shape, tooltip=tips)
    )
    chart = alt.layer(*layers).properties(width=560, height=340)
    title = say("Điểm theo năm", "Score by year") if measure == "score" else say("Hạng theo năm", "Rank by year")
    notes = []
    if forecast is not None:
        ahead = ", ".join(str(year) for year in forecast.years)
        notes.append(say(f"Dự báo {ahead}: trung vị và khoảng 90 %.", f"Forecast {ahead}: median and 90 % interval."))
    if background:
        others = len({(row["unit"], row["name"]) for row in background})
        notes.append(say(f"Nét xám: {others} đơn vị khác.", f"Grey: {others} other units."))
    return look.finished(chart, title, notes, lang)


@takes(histories=by_text(of("History")), unit=text, lang=text)
def indices(histories: Mapping[str, History], *, unit: str, lang: Language = "vi") -> look.Chart:
    """The indices of one unit side by side: score and rank by year, a row for each index.

    Parameters
    ----------
    histories : dict of name to History
        Such as ``{"PAR INDEX": …, "SIPAS": …, "PCI": …, "PAPI": …, "DTI": …}``, drawn in
        this order. Each score has a scale of its own: levels do not compare across indices.
    unit : str
        The unit.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``unknown-unit`` if no history knows it.

    Examples
    --------
    >>> import parindex as pi
    >>> par = pi.History([{"unit": "22", "year": 2023, "score": 92.18, "rank": 1}])
    >>> sipas = pi.History([{"unit": "22", "year": 2023, "score": 90.61, "rank": 1}])
    >>> chart = pi.chart.indices({"PAR INDEX": par, "SIPAS": sipas}, unit="22")
    >>> len(chart.to_dict()["vconcat"])
    2
    """
    say = speaker(lang)
    alt = look.altair_module()
    found = {name: [row for row in one.table() if row["unit"] == unit] for name, one in histories.items()}
    rows = [row for table in found.values() for row in table]
    if not rows:
        raise fault("unknown-unit", f"no history knows {unit}")
    years = [row["year"] for row in rows]
    called = next((row["name"] for row in reversed(rows) if row["name"] not in (None, unit)), unit)
    panels = []
    for at, (name, table) in enumerate(found.items()):
        if not table:
            continue
        colour, shape = look.SERIES[at % len(look.SERIES)], look.SHAPES[at % len(look.SHAPES)]
        pair = [_panel(table, measure, years, colour, shape, say, lang) for measure in ("score", "rank")]
        panels.append(alt.hconcat(*pair, spacing=40).properties(title=alt.TitleParams(name, fontSize=12.5, offset=4)))
    missing = [name for name, table in found.items() if not table]
    none = f"{say('Chưa có số liệu', 'No data')}: {', '.join(missing)}." if missing else ""
    notes = [
        say(
            "Trái: điểm, mỗi chỉ số một thang. Phải: hạng, 1 là cao nhất.",
            "Left: score, each index on its own scale. Right: rank, 1 is best.",
        ),
        none,
    ]
    return look.finished(
        alt.vconcat(*panels, spacing=22), say(f"Các chỉ số của {called}", f"Indices of {called}"), notes, lang
    )


def _panel(
    table: list[Row], measure: str, years: Sequence[int], colour: str, shape: str, say: Say, lang: Language
) -> Any:
    alt = look.altair_module()
    rows = [row for row in table if row[measure] is not None]
    points = _traced(rows, measure, lang)
    if len(points) > MOST_LABELLED:  # the last, the lowest and the highest speak for the others
        ends = [
            points[-1],
            min(points, key=lambda point: point["value"]),
            max(points, key=lambda point: point["value"]),
        ]
        points = [{**point, "label": point["text"] if point in ends else ""} for point in points]
    else:
        points = [{**point, "label": point["text"]} for point in points]
    heights = [point["value"] if measure == "score" else -point["value"] for point in points]
    for at, point in enumerate(points):  # a label stands on the side where the line does not go
        beside = heights[max(at - 1, 0) : at] + heights[at + 1 : at + 2]
        point["is_low"] = bool(beside) and heights[at] < sum(beside) / len(beside)
    x = alt.X(
        "year:Q",
        scale=alt.Scale(domain=[min(years) - 0.3, max(years) + 0.3], nice=False),
        axis=_years(years, 7),
        title=None,
    )
    worst = int(max((point["value"] for point in points), default=1))
    y = _value_axis("value", measure, say, worst, ticks=5)
    base = alt.Chart(look.data(points))
    tips = [alt.Tooltip("year:Q", title=say("năm", "year")), alt.Tooltip("text:N", title=_word(measure, say))]
    layers = [
        base.mark_line(strokeWidth=2, color=colour).encode(x=x, y=y, detail="line:N"),
        base.mark_point(filled=True, size=55, opacity=1, color=colour, shape=shape).encode(x=x, y=y, tooltip=tips),
        *(
            base.transform_filter(test).mark_text(dy=dy, fontSize=10.5, color=look.INK).encode(x=x, y=y, text="label:N")
            for test, dy in (("!datum.is_low", -11), ("datum.is_low", 13))
        ),
    ]
    return alt.layer(*layers).properties(width=310, height=130)


def _leaders(rows: list[Row]) -> list[str]:
    """The units that stand best in the last year, at most five."""
    last = max((row["year"] for row in rows), default=0)
    best = [row for row in rows if row["year"] == last]
    best.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0, -(row["score"] or 0)))
    return [row["unit"] for row in best[:5]]


def _traced(rows: list[Row], measure: str, lang: Language) -> list[Row]:
    """Points of lines: one line for each stretch of years of one unit under one name.

    A code may pass on to another province, and a year may not be known: no line bridges
    either.
    """
    pieces: dict[tuple[str, str | None], tuple[int, int]] = {}
    points = []
    for row in sorted(rows, key=lambda row: row["year"]):
        who = (row["unit"], row["name"])
        last, piece = pieces.get(who, (row["year"], 0))
        piece += row["year"] > last + 1
        pieces[who] = (row["year"], piece)
        line = f"{row['unit']} {row['name']} {piece}"
        points.append(
            {
                "unit": row["unit"],
                "name": row["name"],
                "year": row["year"],
                "value": row[measure],
                "text": written(row[measure], lang),
                "line": line,
            }
        )
    return points


def _word(measure: str, say: Say) -> str:
    return say("điểm", "score") if measure == "score" else say("hạng", "rank")


def _years(years: Sequence[int], most: int = 14) -> Any:
    """An axis of whole years, as plain numbers."""
    span = max(years) - min(years)
    step = max(1, -(-span // most))
    values = list(range(max(years), min(years) - 1, -step))[::-1]
    return look.altair_module().Axis(values=values, format="d", grid=False, labelOverlap=False)


def _value_axis(key: str, measure: str, say: Say, worst: int, ticks: int = 12) -> Any:
    if measure == "rank":
        return look.rank_axis(key, worst, say("Hạng", "Rank"), ticks)
    alt = look.altair_module()
    return alt.Y(
        f"{key}:Q",
        scale=alt.Scale(zero=False, padding=24, nice=False),
        title=say("Điểm", "Score"),
        axis=alt.Axis(tickCount=5),
    )


def _fan(
    forecast: Forecast, last: Mapping[str, Row], shown: Mapping[str, str], measure: str, lang: Language
) -> list[Row]:
    """From the last known year to the interval of each year forecast.

    It starts anew where the id stands for another province by then.
    """
    low, middle, high = ("q05", "q50", "q95") if measure == "score" else ("rank_q05", "rank_q50", "rank_q95")
    fan: list[Row] = []
    for year in forecast.years:
        ahead = forecast.in_year(year)
        names = dict(zip(ahead.units, ahead.names, strict=True))
        for row in ahead.table(progress=False):
            unit = row["unit"]
            if unit not in last:
                continue
            known = last[unit]
            if year == forecast.years[0] and names[unit] in (known["name"], None, "", unit):
                fan.append(
                    {**known, "name": shown[unit], "low": known["value"], "high": known["value"], "is_forecast": False}
                )
            text = f"{_short(row[middle], lang)} ({_short(row[low], lang)} – {_short(row[high], lang)})"
            ends = {"value": row[middle], "low": row[low], "high": row[high], "is_forecast": True}
            fan.append({"unit": unit, "name": shown[unit], "year": year, **ends, "text": text})
    return fan


def _short(value: float, lang: Language) -> str:
    """An estimate with two decimals; ranks have none."""
    return written(round(value, 2), lang)
