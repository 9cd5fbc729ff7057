"""Charts of results, in Vietnamese or English, set in the bundled Noto Sans.

Each function returns an Altair chart: a notebook shows it, :func:`save` writes it, and it
can be taken further with Altair. They need the extra ``parindex[charts]``.
"""

from parindex.chart.lost import lost, waterfall
from parindex.chart.rank_curve import curve, score_to_rank
from parindex.chart.ranking import ranking

__all__ = ["curve", "lost", "ranking", "score_to_rank", "waterfall"]
