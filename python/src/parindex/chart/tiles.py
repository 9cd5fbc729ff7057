"""A map made of tiles: one for each province, about where it lies."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parindex import labels
from parindex.arguments import flag, takes, text, whole
from parindex.chart import look
from parindex.chart.provinces import NAMES, Count, cells
from parindex.layout import Language, speaker, written_column
from parindex.office.faults import Faults, fault
from parindex.table import Table

Number = int | float | Decimal

WIDE, HIGH = 82, 46
_LARGEST = 10**300


@takes(provinces=whole, column=text, title=text, reverse=flag, lang=text)
def tiles(
    values: Table | Mapping[str, Number | None],
    *,
    provinces: Count,
    column: str = "points",
    title: str | None = None,
    reverse: bool = False,
    lang: Language = "vi",
) -> look.Chart:
    """One tile for each province, placed about where it lies, darker for more.

    Parameters
    ----------
    values : Table or dict of code to number
        A table with the columns ``unit`` and `column`, such as a ranking, or values by
        the province's code. Provinces without a value (None, NaN) stay blank.
    provinces : {63, 34}
        The provinces before or since 1 July 2025. It must be said: seven codes stand for
        one province before and for another one since.
    column : str
        Which column of a table.
    title : str, optional
        What is shown; what the column is called unless given.
    reverse : bool
        Darker for less, as for ranks.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``unknown-unit`` for every code that is none of these provinces, ``bad-number`` for
        every value that is infinite; ``bad-value`` for another number of provinces, or no
        value at all.

    Examples
    --------
    >>> import parindex as pi
    >>> chart = pi.chart.tiles({"22": 92.18, "31": 91.87}, provinces=63, title="PAR INDEX 2023")
    >>> chart.to_dict()["title"]["text"]
    ['PAR INDEX 2023']
    """
    say = speaker(lang)
    alt = look.altair_module()
    if provinces not in NAMES:
        raise fault("bad-value", f"provinces is {provinces!r}: must be 63 or 34")
    known = _values(values, column)
    names = NAMES[provinces]
    _check(known, provinces)
    shown = {unit: value for unit, value in known.items() if value is not None and value == value}
    if not shown:
        raise fault("bad-value", "no province has a value")
    texts = dict(zip(shown, written_column(list(shown.values()), lang), strict=True))
    low, high = float(min(shown.values())), float(max(shown.values()))
    rows: list[dict[str, Any]] = []
    for unit, (at, row) in cells(provinces).items():
        value = None if unit not in shown else float(shown[unit])
        part = 0.5 if value is None or high == low else (value - low) / (high - low)
        rows.append(
            {
                "unit": unit,
                "name": names[unit],
                "shown": textwrap.wrap(names[unit], 12),
                "x": at * WIDE,
                "x2": (at + 1) * WIDE - 3,
                "y": row * HIGH,
                "y2": (row + 1) * HIGH - 3,
                "middle": at * WIDE + WIDE / 2 - 1.5,
                "value": value,
                "text": texts.get(unit, "–"),
                "name_y": row * HIGH + (15 if len(names[unit]) <= 12 else 9),
                "text_y": row * HIGH + 33,
                "is_dark": value is not None and (1 - part if reverse else part) > 0.42,
            }
        )
    right, bottom = max(row["x2"] for row in rows), max(row["y2"] for row in rows)
    base = alt.Chart(look.data(rows))
    across, down = alt.Scale(domain=[0, right], nice=False), alt.Scale(domain=[0, bottom], nice=False, reverse=True)
    x = alt.X("x:Q", scale=across, axis=None)
    y = alt.Y("y:Q", scale=down, axis=None)
    colours = ["#E3EEF7", "#7FB2D8", "#0B5A94", "#05365C"]
    scale = alt.Scale(
        domain=[low, high] if low < high else [low - 1, high + 1],
        range=colours[::-1] if reverse else colours,
        interpolate="rgb",
        nice=False,
    )
    shade = alt.Color(
        "value:Q", scale=scale, title=None, legend=alt.Legend(gradientLength=220, tickCount=4) if low < high else None
    )
    tips = [alt.Tooltip("name:N", title=say("tỉnh", "province")), alt.Tooltip("text:N", title=say("giá trị", "value"))]
    ink = alt.condition(alt.datum.is_dark, alt.value("white"), alt.value(look.INK))
    middle = alt.X("middle:Q", scale=across)
    blank = base.transform_filter("datum.value === null").mark_rect(fill="#F4F4F4", stroke="#D0D0D0", strokeDash=[3, 2])
    layers = [
        blank.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", tooltip=tips),
        base.transform_filter("datum.value !== null")
        .mark_rect()
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=shade, tooltip=tips),
        base.mark_text(fontSize=10.5, lineHeight=11).encode(
            x=middle, y=alt.Y("name_y:Q", scale=down), text="shown:N", color=ink
        ),
        base.mark_text(fontSize=11.5, fontWeight="bold").encode(
            x=middle, y=alt.Y("text_y:Q", scale=down), text="text:N", color=ink
        ),
    ]
    chart = alt.layer(*layers).properties(width=right, height=bottom)
    notes = [
        say(
            f"{provinces} tỉnh, thành phố; vị trí gần đúng, ô bằng nhau.",
            f"{provinces} provinces; places are approximate, tiles alike.",
        ),
        say("Ô trống: không có số liệu.", "Blank: no data.") if len(shown) < len(names) else "",
    ]
    return look.finished(chart, title or labels.column(column, lang), notes, lang)


def _values(values: Table | Mapping[str, Number | None], column: str) -> dict[str, Number | None]:
    if isinstance(values, Mapping):
        return dict(values)
    if not isinstance(values, Table):
        raise TypeError(f"`values` must be a Table or a dict of numbers by province, not {type(values).__name__}")
    for name in ("unit", column):
        if name not in values.columns:
            raise fault("missing-column", f"`values` has no column `{name}`")
    return dict(zip(values["unit"], values[column], strict=True))


def _is_drawn(value: object) -> bool:
    """Whether a value is a number with a place on a scale, or NaN, which is a gap."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return False
    return not (isinstance(value, Decimal) and value.is_snan()) and (value != value or -_LARGEST < value < _LARGEST)


def _check(values: Mapping[str, Number | None], provinces: Count) -> None:
    faults = Faults()
    for unit, value in values.items():
        if unit not in NAMES[provinces]:
            faults.add("unknown-unit", f"`{unit}` is none of the {provinces} provinces", unit=unit)
        elif value is not None and not _is_drawn(value):
            faults.add("bad-number", f"the value of `{unit}` is no number that can be drawn", unit=unit)
    faults.check()
