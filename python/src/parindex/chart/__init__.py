"""Charts of results, in Vietnamese or English, set in the bundled Noto Sans.

Each function returns an Altair chart: a notebook shows it, :func:`save` writes it, and it
can be taken further with Altair. They need the extra ``parindex[charts]``.
"""

from parindex.chart.forecast import forecast
from parindex.chart.history import history, indices
from parindex.chart.lost import lost, waterfall
from parindex.chart.on_time import on_time
from parindex.chart.rank_curve import curve, score_to_rank
from parindex.chart.ranking import ranking
from parindex.chart.saving import font_face, html, offline, png, save, svg
from parindex.chart.sipas import sipas
from parindex.chart.tiles import tiles

__all__ = [
    "curve",
    "font_face",
    "forecast",
    "history",
    "html",
    "indices",
    "lost",
    "offline",
    "on_time",
    "png",
    "ranking",
    "save",
    "score_to_rank",
    "sipas",
    "svg",
    "tiles",
    "waterfall",
]
