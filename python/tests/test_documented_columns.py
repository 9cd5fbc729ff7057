"""Every column of every table that a call returns is named in the call's docstring."""

import re
from collections.abc import Callable
from pathlib import Path

import parindex as pi
import pytest
from docstrings import Name
from test_documented import NAMES, with_those_it_names

ROOT = Path(__file__).parents[2]
PROVINCE = pi.Framework.load("dvc-766/province")
ROWS = [
    {"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918, "stage": "self"},
    {"unit": "H44", "code": "2.1", "numerator": 528000, "denominator": 597918, "stage": "appraised-1"},
]
BELIEFS = [{"unit": "H44", "code": "2.1", "belief": "triangular", "low": 80, "mode": 90, "high": 95}]
ACTIONS = [{"code": "2.1", "value": "96", "cost": 300, "chance": "0.6"}]
TASKS = [
    {"task": "Rà soát", "area": "", "lead": "Sở A", "due": "2026-06-30", "status": "Đang thực hiện", "codes": "2.1"}
]
SCORES = [
    {"unit": unit, "year": year, "score": 80 + place + (year * place) % 3}
    for year in range(2015, 2022)
    for place, unit in enumerate(("01", "22", "31", "48"))
]


def assessment() -> pi.Assessment:
    return pi.score(PROVINCE, ROWS)


def scenario() -> pi.Scenario:
    found = pi.Scenario(assessment(), "H44")
    found.set("2.1", "95")
    return found


def survey() -> pi.Survey:
    return pi.Survey([{"area": area, "y": y, "n": 2} for area, y in zip("uuurr", [1, 0, 1, 0, 1], strict=True)])


def satisfaction() -> pi.Sipas:
    return pi.sipas(str(ROOT / "fixtures/survey/sipas.csv"), str(ROOT / "fixtures/survey/questionnaire.toml"))


def history() -> pi.History:
    return pi.History(SCORES)


def register() -> pi.Table:
    return pi.dossiers.generate(500, units=2, seed=1)


def tally(**options: object) -> pi.dossiers.Tally:
    return pi.dossiers.tally(register(), period="2026", **options)  # type: ignore[arg-type]


def forecast() -> pi.Forecast:
    return pi.forecast(history(), year=2022, draws=500)


def tasks() -> pi.Tasks:
    return pi.tasks(assessment(), TASKS, today="2026-06-20")


def evidence(folder: Path) -> pi.Table:
    pi.evidence_template(PROVINCE, folder / "mau.xlsx", ["H44"])
    return pi.read_evidence(folder / "mau.xlsx", PROVINCE)


def imported(folder: Path) -> pi.Table:
    pi.criteria_template(pi.Framework.load("par-index/local-example"), folder / "bang.xlsx")
    return pi.import_framework(folder / "bang.xlsx").report


MADE: dict[str, Callable[[Path], pi.Table]] = {
    "parindex.Assessment.ranking": lambda _: assessment().ranking(),
    "parindex.Assessment.lines": lambda _: assessment().lines(),
    "parindex.Assessment.lost_by": lambda _: assessment().lost_by([{"code": "2", "agency": "Sở A"}]),
    "parindex.Backtest.gains": lambda _: pi.backtest(history(), 2021, draws=100).gains(),
    "parindex.Calendar.days": lambda _: pi.Calendar.vietnam().days(),
    "parindex.Forecast.table": lambda _: forecast().table(top=10),
    "parindex.Forecast.reaches": lambda _: forecast().reaches(top=2),
    "parindex.Framework.table": lambda _: PROVINCE.table(),
    "parindex.History.table": lambda _: history().table(),
    "parindex.History.successions": lambda _: history().successions(),
    "parindex.Imported": imported,
    "parindex.Plan.actions": lambda _: pi.plan(assessment()["H44"], ACTIONS, budget=500).actions(),
    "parindex.Plan.frontier": lambda _: pi.plan(assessment()["H44"], ACTIONS, budget=500).frontier(),
    "parindex.Questionnaire.table": lambda _: pi.Questionnaire.load("sipas/2017").table(),
    "parindex.Robustness.table": lambda _: pi.robustness(assessment(), draws=100).table(top=10),
    "parindex.Robustness.swaps": lambda _: pi.robustness(assessment(), draws=100).swaps(),
    "parindex.Scenario.lost": lambda _: scenario().lost(),
    "parindex.Scenario.changes": lambda _: scenario().changes(),
    "parindex.Scenario.evidence": lambda _: scenario().evidence(),
    "parindex.Scorecard.lines": lambda _: assessment()["H44"].lines(),
    "parindex.Scorecard.lost": lambda _: assessment()["H44"].lost(),
    "parindex.Sipas.index": lambda _: satisfaction().index(),
    "parindex.Sipas.factors": lambda _: satisfaction().factors(),
    "parindex.Sipas.parts": lambda _: satisfaction().parts(),
    "parindex.Sipas.items": lambda _: satisfaction().items(),
    "parindex.Sipas.national": lambda _: satisfaction().national(),
    "parindex.Sipas.ranks": lambda _: satisfaction().ranks(draws=500),
    "parindex.Sipas.evidence": lambda _: satisfaction().evidence(),
    "parindex.Survey.mean": lambda _: survey().mean("y"),
    "parindex.Survey.total": lambda _: survey().total("y"),
    "parindex.Survey.ratio": lambda _: survey().ratio("y", "n"),
    "parindex.Survey.proportion": lambda _: survey().proportion("y"),
    "parindex.Survey.contrast": lambda _: survey().contrast("y", {"u": 1, "r": -1}, by="area"),
    "parindex.Tasks.table": lambda _: tasks().table(),
    "parindex.Tasks.due_soon": lambda _: tasks().due_soon(),
    "parindex.Tasks.overdue": lambda _: tasks().overdue(),
    "parindex.Tasks.by_lead": lambda _: tasks().by_lead(),
    "parindex.appraisal": lambda _: pi.appraisal(PROVINCE, ROWS),
    "parindex.backtest": lambda _: pi.backtest(history(), 2021, draws=100),
    "parindex.compare": lambda _: pi.compare(assessment(), assessment()),
    "parindex.frameworks": lambda _: pi.frameworks(),
    "parindex.project": lambda _: pi.project(
        tally(every="month", as_of="2026-06-30"), threshold="0.9", until="2026-12-31"
    ),
    "parindex.questionnaires": lambda _: pi.questionnaires(),
    "parindex.rank_sets": lambda _: pi.rank_sets([90.0, 80.0], se=[1.0, 1.0], draws=500),
    "parindex.read_evidence": evidence,
    "parindex.sensitivity": lambda _: pi.sensitivity(PROVINCE, BELIEFS, samples=100),
    "parindex.dossiers.Duplicates": lambda _: pi.dossiers.duplicates(register()).rows,
    "parindex.dossiers.Tally.table": lambda _: tally(every="month").table(),
    "parindex.dossiers.Tally.uncounted": lambda _: tally().uncounted(),
    "parindex.dossiers.Tally.bad_rows": lambda _: tally().bad_rows(),
    "parindex.dossiers.Tally.processing": lambda _: tally(times="elapsed").processing(["0.5"]),
    "parindex.dossiers.Tally.evidence": lambda _: tally().evidence(),
    "parindex.dossiers.Tally.alerts": lambda _: tally().alerts(),
    "parindex.dossiers.generate": lambda _: register(),
    "parindex.whatif.widget.Explorer.evidence": lambda _: pi.explore(assessment()).evidence(),
}


def gives_a_table(name: Name) -> bool:
    return bool(re.search(r"(?<!pyarrow\.)\b_?Table\b", name.gives)) and not name.path.startswith("parindex._native.")


def test_every_call_that_gives_a_table_is_here() -> None:
    besides = {"parindex.Imported", "parindex.backtest", "parindex.dossiers.Duplicates"}  # what they give holds one
    assert {name.path for name in NAMES.values() if gives_a_table(name)} | besides == set(MADE)


@pytest.mark.parametrize("path", MADE)
def test_its_columns_are_named(path: str, tmp_path: Path) -> None:
    said = " ".join(source.text for source in with_those_it_names(NAMES[path]))
    kept_apart = {"unit"} if "columns kept apart" in said else set()
    columns = [column for column in MADE[path](tmp_path).columns if column not in kept_apart]
    assert [column for column in columns if not re.search(rf"\b{re.escape(column)}\b", said)] == []
