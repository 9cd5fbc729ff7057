"""Exact, explained scoring of public administration indices.

PAR INDEX, SIPAS, Decision 766 and any index of the same shape: a framework is
data, evidence is a long table, points are exact to the last digit, every point
explains itself; surveys are estimated by their design; ranks to come are distributions.

>>> import parindex as pi
>>> framework = pi.Framework.load("dvc-766/province")
>>> evidence = [{"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918}]
>>> assessment = pi.score(framework, evidence)
>>> assessment["H44"].line("2.1").points
Decimal('17.68')
"""

from importlib.metadata import version

from parindex import dask, dossiers, spark
from parindex._native import (
    Assessment,
    Bar,
    Calendar,
    Criterion,
    Forecast,
    Framework,
    History,
    Line,
    Questionnaire,
    Scorecard,
    Sipas,
    Survey,
    appraisal,
    compare,
    forecast,
    frameworks,
    project,
    questionnaires,
    rank_sets,
    score,
    sipas,
)
from parindex.backtests import Backtest, backtest
from parindex.error import ParIndexError
from parindex.table import Table
from parindex.whatif import Scenario, explore

__version__ = version("parindex")

__all__ = [
    "Assessment",
    "Backtest",
    "Bar",
    "Calendar",
    "Criterion",
    "Forecast",
    "Framework",
    "History",
    "Line",
    "ParIndexError",
    "Questionnaire",
    "Scenario",
    "Scorecard",
    "Sipas",
    "Survey",
    "Table",
    "appraisal",
    "backtest",
    "compare",
    "dask",
    "dossiers",
    "explore",
    "forecast",
    "frameworks",
    "project",
    "questionnaires",
    "rank_sets",
    "score",
    "sipas",
    "spark",
]
