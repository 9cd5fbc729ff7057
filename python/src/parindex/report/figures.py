"""The charts of a report, as SVG for pages and as PNG for documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parindex import chart
from parindex.optional import needed
from parindex.report.content import Figure
from parindex.report.material import Material

_MOST_UNITS = 40
_DOTS = 2.5  # pixels of the image for each of the chart


def figures(material: Material) -> tuple[Figure, ...]:
    """What the report is about, in pictures.

    Raises
    ------
    ImportError
        Without the packages that draw: one sentence with the command.
    """
    for package in ("altair", "vl_convert"):
        needed(package, "a report with charts", "'parindex[report]'")
    return tuple(
        Figure(
            title,
            material.say(f"Biểu đồ: {title}. Số liệu ở các bảng.", f"Chart: {title}. The tables hold its figures."),
            picture,
        )
        for title, picture in _charts(material)
    )


def _charts(material: Material) -> Iterator[tuple[str, Any]]:
    say, lang = material.say, material.lang
    if material.only is None:
        title = say("Xếp hạng các đơn vị", "Ranking")
        yield title, chart.ranking(material.assessment, within=material.within, top=_MOST_UNITS, lang=lang)  # type: ignore[arg-type]
    elif material.losses[material.only.unit]:
        yield say("Điểm mất theo tiêu chí", "Points lost by criterion"), chart.lost(material.only, lang=lang)
    if material.forecast is not None and (drawn := _forecast_units(material)):
        yield say("Dự báo thứ hạng", "Forecast of ranks"), chart.forecast(material.forecast, units=drawn, lang=lang)


def _forecast_units(material: Material) -> list[str]:
    """The units of the report that the forecast knows, as many as a page holds, in the order of their places."""
    known = set(material.forecast.units) & set(material.units)
    return [place["unit"] for place in material.ranking if place["unit"] in known][:_MOST_UNITS]


def svg(figure: Figure, number: int) -> str:
    """The picture as SVG, its ids unlike those of other numbers."""
    return _apart(chart.svg(figure.picture, with_font=False), f"f{number}-")


def png(figure: Figure) -> bytes:
    """The picture as PNG, fine enough for paper."""
    return chart.png(figure.picture, scale=_DOTS)


def _apart(svg: str, prefix: str) -> str:
    """The picture with ids of its own, so that several stand in one page."""
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", svg)
