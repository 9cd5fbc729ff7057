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

from parindex import chart, dask, dossiers, spark
from parindex._native import (
    Assessment,
    Bar,
    Calendar,
    Criterion,
    Forecast,
    Framework,
    History,
    Line,
    Plan,
    Questionnaire,
    Robustness,
    Scorecard,
    Sipas,
    Survey,
    appraisal,
    compare,
    forecast,
    frameworks,
    plan,
    project,
    questionnaires,
    rank_sets,
    robustness,
    score,
    sensitivity,
    simulate,
    sipas,
)
from parindex.backtests import Backtest, backtest
from parindex.error import ParIndexError
from parindex.office import Imported, criteria_template, evidence_template, import_framework, read_evidence
from parindex.report import report
from parindex.table import Table
from parindex.whatif import Scenario, explore
from parindex.workplan import Tasks, tasks

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
    "Imported",
    "Line",
    "ParIndexError",
    "Plan",
    "Questionnaire",
    "Robustness",
    "Scenario",
    "Scorecard",
    "Sipas",
    "Survey",
    "Table",
    "Tasks",
    "appraisal",
    "backtest",
    "chart",
    "compare",
    "criteria_template",
    "dask",
    "dossiers",
    "evidence_template",
    "explore",
    "forecast",
    "frameworks",
    "import_framework",
    "plan",
    "project",
    "questionnaires",
    "rank_sets",
    "read_evidence",
    "report",
    "robustness",
    "score",
    "sensitivity",
    "simulate",
    "sipas",
    "spark",
    "tasks",
]
