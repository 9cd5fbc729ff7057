"""The look that charts share: one typeface, colours that all eyes tell apart, numbers as the language writes them."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from parindex.layout import Language, shown
from parindex.office.faults import fault
from parindex.optional import needed

if TYPE_CHECKING:
    import altair

    Chart: TypeAlias = altair.TopLevelMixin

FAMILY = "Noto Sans Parindex"
FONT = f"{FAMILY}, Noto Sans, sans-serif"
FONTS = Path(__file__).parent / "fonts"

# Okabe and Ito's colours, told apart by colour-blind eyes; marks differ in shape as well.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK, "#8A7A00")
GREY, PALE, INK = "#767676", "#D9D9D9", "#222222"
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

_MOST_DIGITS = 100
"""Most characters of a number that is given as text."""

_NUMBERS = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"], "minus": "−"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["₫", ""], "minus": "−"},
}


def altair_module() -> Any:
    """Altair, with the bundled typeface at hand for images.

    Raises
    ------
    ImportError
        Without Altair: one sentence with the command that installs it.
    """
    module = needed("altair", "pi.chart", "'parindex[charts]'")
    _register_font()
    return module


@cache
def _register_font() -> None:
    """Images use the bundled faces; a notebook without vl-convert still shows charts."""
    try:
        import vl_convert
    except ImportError:
        return
    vl_convert.register_font_directory(str(FONTS))


def data(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows for a chart; what they hold is plain JSON, and its texts may be drawn."""
    return altair_module().InlineData(values=[drawable(dict(row)) for row in rows])


def drawable(value: Any) -> Any:
    """JSON whose texts may all be drawn: vl-convert ends the process where XML cannot hold one."""
    match value:
        case str():
            return shown(value)
        case dict():
            return {drawable(key): drawable(item) for key, item in value.items()}
        case list() | tuple():
            return [drawable(item) for item in value]
    return value


def finished(chart: Any, title: str, notes: Sequence[str], lang: Language) -> Chart:
    """The chart with its title, what must be known of it, and the common look."""
    alt = altair_module()
    subtitle = [line for note in notes if note for line in textwrap.wrap(shown(note), 92)]
    heading = alt.TitleParams(textwrap.wrap(shown(title), 72) or [""], subtitle=subtitle)
    finished: Chart = chart.properties(title=heading).configure(
        font=FONT,
        locale={"number": _NUMBERS[lang]},
        background="white",
        view={"stroke": None},
        title={
            "anchor": "start",
            "fontSize": 15,
            "fontWeight": "bold",
            "color": INK,
            "offset": 14,
            "frame": "bounds",
            "subtitleFontSize": 11.5,
            "subtitleColor": "#555555",
            "subtitlePadding": 5,
            "subtitleLineHeight": 15,
        },
        axis={
            "labelFontSize": 11.5,
            "titleFontSize": 11.5,
            "titleFontWeight": "normal",
            "labelColor": INK,
            "titleColor": "#444444",
            "gridColor": "#E6E6E6",
            "domainColor": "#999999",
            "tickColor": "#999999",
            "labelLimit": 420,
            "titlePadding": 8,
            "labelFlush": False,
        },
        legend={
            "labelFontSize": 11.5,
            "titleFontSize": 11.5,
            "titleFontWeight": "normal",
            "orient": "bottom",
            "labelLimit": 420,
            "titleLimit": 420,
            "symbolStrokeWidth": 2,
            "columns": 4,
        },
        header={"labelFontSize": 12, "labelFontWeight": "bold", "labelAnchor": "start", "labelLimit": 420},
    )
    return finished


def lines(text: str, width: int = 48, most: int = 3) -> str:
    """A label broken into lines of like length, at most so many, joined by line ends."""
    needed_lines = textwrap.wrap(text, width, max_lines=most, placeholder=" …")
    narrower = (textwrap.wrap(text, narrow) for narrow in range(12, width))
    return "\n".join(next((found for found in narrower if len(found) <= len(needed_lines)), needed_lines))


def names_axis(rows: Sequence[Mapping[str, Any]], key: str, label: str, title: str | None = None) -> Any:
    """An axis of names down the side, in the order of the rows, each tall enough for its lines.

    Units are told apart by `key`, so that two of one name stay two.
    """
    alt = altair_module()
    labels = {shown(str(row[key])): shown(str(row[label])) for row in rows}
    table = json.dumps(labels)  # a literal of Vega's expressions too, in ASCII
    # Lines go down from the first, so labels of several start half a line higher.
    baseline = {
        "condition": {"test": f"indexof({table}[datum.value], '\\n') >= 0", "value": "bottom"},
        "value": "middle",
    }
    axis = alt.Axis(
        labelExpr=f"split({table}[datum.value], '\\n')",
        labelBaseline=baseline,
        title=title,
        ticks=False,
        domain=False,
        grid=False,
        labelPadding=6,
        labelLimit=420,
    )
    return alt.Y(f"{key}:N", sort=list(labels), axis=axis)


def rank_ticks(worst: int, most: int = 12) -> list[int]:
    """Round ranks to mark, 1 among them, so that about `most` stand on an axis."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10 ** len(str(worst))) if worst / step <= most)
    return sorted({1, *range(step, worst + 1, step)})


def rank_axis(key: str, worst: int, title: str | None, most: int = 12) -> Any:
    """An axis of ranks down the side, 1 on top."""
    alt = altair_module()
    ticks = rank_ticks(worst, most)
    below = 0.09 if most > 8 else 0.22  # small charts need room for the labels of their last points
    scale = alt.Scale(
        domain=[1 - 0.03 * worst - 0.3, worst + below * worst + 0.3], reverse=True, nice=False, zero=False
    )
    return alt.Y(f"{key}:Q", scale=scale, axis=alt.Axis(values=ticks, format="d"), title=title)


def row_height(rows: Sequence[Mapping[str, Any]], label: str, least: int = 20) -> Any:
    """The height of a row of names: as many lines as the longest has."""
    most = max((str(row[label]).count("\n") for row in rows), default=0)
    return altair_module().Step(max(least, 15 * (most + 1) + 6))


def distinct(names: Sequence[str | None], ids: Sequence[str]) -> list[str]:
    """What units are called: by name, or by id where they have none; both where a name occurs twice."""
    counts = Counter(name for name in names if name)
    called = zip(names, ids, strict=True)
    return [id if not name else f"{name} ({id})" if counts[name] > 1 else name for name, id in called]


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Half-up, as indices are printed."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number(value: object, what: str) -> Decimal:
    """A number as it is written: 0.9 is nine tenths, not the float nearest to it.

    Raises
    ------
    ParIndexError
        ``bad-number`` for anything else.
    """
    text = str(value)
    try:
        found = Decimal(text if len(text) <= _MOST_DIGITS else "NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise fault("bad-number", f"`{what}`: `{text[:40]}` is no number")
    return found
