"""Everything public, found by looking: each function, class, method and property, with arguments that it takes."""

import datetime
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import parindex as pi
from parindex.pieces import Options
from parindex.whatif.widget import Explorer

FRAMEWORK = """
id = "test/hostile"
title = { vi = "Thử", en = "Test" }
unit = "province"
rounds = [2026]
status = "draft"
basis = "assumed"
max_points = "10"
absence = { missing = "zero", not_applicable = "shrink", zero_denominator = "zero" }
rounding = { places = 2, mode = "half-up", at = "leaf" }

[criteria."1"]
name = { vi = "Đúng hạn", en = "On time" }
max_points = "6"
agency = "Sở Nội vụ"
rule = { kind = "proportional" }

[criteria."2"]
name = { vi = "Báo cáo", en = "Reports" }
max_points = "4"
rule = { kind = "given" }
"""
QUESTIONNAIRE = """
id = "test/questions"
title = { vi = "Thử", en = "Test" }
status = "draft"
scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
rules = { factor = "pooled", index = "pooled", basis = "assumed" }

[[factors]]
code = "A"
name = { vi = "Tiếp cận", en = "Access" }
basis = "assumed"
items = [{ code = "A1", name = { vi = "A1" }, basis = "assumed" }]
"""
CALENDAR = """
from = "2026-01-01"
until = "2026-12-31"

[[days]]
kind = "holiday"
name = { vi = "Tết", en = "New Year" }
basis = "reported"
source = "thử"
dates = ["2026-01-01"]
"""
OPERATORS = ("__contains__", "__getitem__", "__add__", "__radd__", "__eq__")
NOT_PICKLED = {f"{name}.__reduce__" for name in ("Bar", "Forecast", "Plan", "Robustness", "Sipas", "Survey")}
PLAIN = ("__iter__", "__len__", "__hash__", "__repr__", "_repr_html_", "__reduce__", "__arrow_c_stream__")


@dataclass(frozen=True)
class Door:
    """Something public that is called, and the arguments with which it does its work."""

    name: str
    call: Callable[..., Any]
    takes: Mapping[str, Any]
    by_place: bool = False

    @property
    def of(self) -> str:
        """The public name it belongs to."""
        head, _, tail = self.name.partition(".")
        return f"{head}.{tail.partition('.')[0]}" if head.islower() and tail else head

    @property
    def is_closed(self) -> bool:
        """Whether it is a class that only the library makes, or the hash of what has none."""
        is_made_by_us = isinstance(self.call, type) and not self.takes
        return is_made_by_us or self.name == "Imported.__hash__" or self.name in NOT_PICKLED

    def __call__(self, **others: Any) -> Any:
        """Calls it, some of its arguments replaced."""
        given = {**self.takes, **others}
        return self.call(*given.values()) if self.by_place else self.call(**given)


class Everything:
    """One of each class, and a sound argument for each parameter."""

    def __init__(self, folder: Path) -> None:
        rows: list[dict[str, Any]] = [
            {"unit": unit, "code": "1", "numerator": 90 - place, "denominator": 100, "explanation": "vì thế"}
            for place, unit in enumerate("ABC")
        ]
        rows += [{"unit": unit, "code": "2", "points": "3.5"} for unit in "ABC"]
        names = [{"unit": unit, "name": f"Đơn vị {unit}", "level": "province"} for unit in "ABC"]
        beliefs: list[dict[str, Any]] = [{"unit": unit, "code": "1", "value": "90"} for unit in "ABC"]
        beliefs += [
            {"unit": unit, "code": "2", "belief": "triangular", "low": 1, "mode": 2, "high": 4} for unit in "ABC"
        ]
        past = [
            {"unit": unit, "year": year, "score": 80.0 + 2 * place + (year * (place + 3)) % 5}
            for year in range(2018, 2025)
            for place, unit in enumerate("ABCD")
        ]
        answers = [
            {"province": province, "district": f"{province}{district}", "w": 1.5, "y": (district + person) % 3,
             "x": 1 + person, "z": person % 2, "sex": "FM"[person % 2], "A1": str(1 + (district * person + person) % 5)}
            for province in "PQ" for district in range(3) for person in range(4)
        ]  # fmt: skip
        actions = [{"action": "x", "code": "2", "points": "4", "cost": 3, "chance": "0.9"}]
        plans = [{"task": "t", "lead": "Sở X", "due": "2026-12-20", "status": "xong", "codes": "1"}]
        self.folder = folder
        framework = pi.Framework.from_toml(FRAMEWORK)
        assessment = pi.score(framework, rows, names)
        history = pi.History(past)
        forecast = pi.forecast(history, 2025, draws=200, progress=False)
        questionnaire = pi.Questionnaire.from_toml(QUESTIONNAIRE)
        survey = pi.Survey(answers, weights="w", strata="province", clusters="district")
        sipas = pi.sipas(survey, questionnaire, least_respondents=1)
        register = pi.dossiers.generate(60, units=2, seed=1, as_of="2026-06-14")
        tally = pi.dossiers.tally(register, ["unit"], "2026-H1", "month", as_of="2026-06-14", times="elapsed")
        card = assessment["A"]
        tasks = pi.tasks(assessment, plans, "2026-06-20")
        table = pi.frameworks()
        backtest = pi.backtest(history, [2023], top=2, draws=100, progress=False)
        duplicates = pi.dossiers.duplicates(register)
        fault = {"code": "bad-code", "message": "m", "unit": None, "criterion": None, "line": 1, "column": None}
        book, filled = folder / "criteria.xlsx", folder / "evidence.xlsx"
        pi.criteria_template(framework, book)
        pi.evidence_template(framework, filled, ["A"])
        toml = {"framework": FRAMEWORK, "questionnaire": QUESTIONNAIRE, "calendar": CALENDAR}
        for name, text in toml.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        instances = [
            assessment, backtest, forecast.bar("A", 2), pi.Calendar.vietnam(), framework["1"], forecast, framework,
            history, pi.import_framework(book), pi.ParIndexError("m", [fault]), card.line("1"),
            pi.plan(card, actions, budget=5, progress=False), questionnaire, pi.robustness(assessment, draws=50),
            pi.Scenario(assessment), card, sipas, survey, table, tasks, duplicates, tally, pi.explore(assessment),
        ]  # fmt: skip
        self.instances = {type(instance).__name__: instance for instance in instances}
        chart = pi.chart.ranking(assessment)
        self.sound: dict[str, Any] = {
            "a": assessment,
            "actions": actions,
            "after": assessment,
            "agencies": [{"code": "1", "agency": "Sở Y"}],
            "assessment": assessment,
            "before": assessment,
            "beliefs": beliefs,
            "budget": 5,
            "card": card,
            "chart": chart,
            "code": "1",
            "crosswalk": [{"old_code": "1", "new_code": "1"}],
            "date": "2026-01-02",
            "days": 30,
            "draws": 200,
            "end": "2026-01-09",
            "estimates": [90.6, 90.2],
            "evidence": rows,
            "frame": past,
            "framework": framework,
            "gains": table,
            "histories": {"x": history},
            "history": history,
            "known": {"A": {"rank": (1, 4)}},
            "merger": [{"old": "A", "new": "X"}, {"old": "B", "new": "X"}],
            "models": "random-walk",
            "months": tally,
            "native": table._native,
            "other": "B",
            "progress": False,
            "questionnaire": questionnaire,
            "register": register,
            "samples": 64,
            "se": [1.0, 1.1],
            "score": 90.0,
            "sipas": sipas,
            "start": "2026-01-02",
            "survey": survey,
            "table": answers,
            "tally": tally,
            "tasks": plans,
            "top": 2,
            "today": "2026-06-20",
            "unit": "A",
            "weights": "equal",
            "y": "y",
            "year": 2025,
            "years": [2023],
            "Assessment.__contains__.key": "A",
            "Assessment.__getitem__.key": "A",
            "Assessment.from_json.text": assessment.to_json(),
            "Backtest.native": backtest._native,
            "Backtest.to_html.most": 5,
            "Calendar.from_file.path": folder / "calendar.toml",
            "Calendar.from_toml.text": CALENDAR,
            "Calendar.with_days.days": {"2026-05-04": "holiday"},
            "Duplicates.ids": 1,
            "Duplicates.surplus": 1,
            "Duplicates.rows": table,
            "Forecast.in_year.year": 2025,
            "Framework.__contains__.key": "1",
            "Framework.__getitem__.key": "1",
            "Framework.from_file.path": folder / "framework.toml",
            "Framework.from_toml.text": FRAMEWORK,
            "Framework.load.id": "dvc-766/province",
            "Framework.with_max_points.maxima": {"1": "6"},
            "History.remap.effective": "2025-07-01",
            "History.units": None,
            "History.units_in.year": 2020,
            "Imported.framework": framework,
            "Imported.given": [],
            "Imported.report": table,
            "Imported.toml": FRAMEWORK,
            "ParIndexError.faults": [fault],
            "ParIndexError.message": "m",
            "Questionnaire.from_file.path": folder / "questionnaire.toml",
            "Questionnaire.from_toml.text": QUESTIONNAIRE,
            "Questionnaire.load.id": "sipas/2017",
            "Questionnaire.with_items.items": {"A": ["A2"]},
            "Scenario.set.code": "2",
            "Scenario.set.points": "3",
            "Sipas.evidence.code": "8.1",
            "Survey.calibrate.totals": {"w": 30.0},
            "Survey.clusters": "district",
            "Survey.contrast.by": "sex",
            "Survey.contrast.coefficients": {"F": 1, "M": -1},
            "Survey.mean.by": "sex",
            "Survey.post_stratify.counts": {"F": 20, "M": 16},
            "Survey.post_stratify.margin": "sex",
            "Survey.rake.margins": {"sex": {"F": 20, "M": 16}},
            "Survey.proportion.y": "z",
            "Survey.ratio.den": "x",
            "Survey.ratio.num": "y",
            "Survey.replicate.kind": "JKn",
            "Survey.strata": "province",
            "Survey.weights": "w",
            "Table.__getitem__.column": "id",
            "Table.__getitem__.key": "id",
            "Backtest.__getitem__.column": "year",
            "Tally.__add__.value": tally,
            "Tally.__radd__.value": tally,
            "Tally.evidence.code": "2.1",
            "Tally.from_bytes.data": tally.to_bytes(),
            "Tally.merge.other": tally,
            "Tasks.stake": tasks._stake,
            "Tasks.tasks": tasks._tasks,
            "Tasks.today": datetime.date(2026, 6, 20),
            "backtest.draws": 100,
            "chart.forecast.forecast": forecast,
            "chart.forecast.units": ["A"],
            "chart.history.units": ["A"],
            "chart.lost.agencies": {"1": "Sở Y"},
            "chart.lost.by": "agency",
            "chart.save.path": folder / "chart.svg",
            "chart.tiles.provinces": 63,
            "chart.tiles.values": {"01": 1, "22": 2},
            "criteria_template.path": folder / "out.xlsx",
            "dask.tally.period": "2026-H1",
            "dask.tally.register": [str(folder / "register.csv")],
            "dossiers.generate.rows": 60,
            "dossiers.generate.units": 2,
            "dossiers.tally.period": "2026-H1",
            "dossiers.tally.source": "s",
            "evidence_template.path": folder / "o.xlsx",
            "evidence_template.units": ["A"],
            "import_framework.path": book,
            "import_framework.unit": "province",
            "project.until": "2026-12-14",
            "read_evidence.path": filled,
            "report.path": folder / "out.html",
            "report.charts": False,
            "score.units": names,
            "appraisal.units": names,
            "sensitivity.units": names,
            "simulate.units": names,
            "rank_sets.se": [1.0, 1.1],
            "sipas.questionnaire": questionnaire,
            "sipas.least_respondents": 1,
            "sipas.unit": "province",
            "spark.tally.period": "2026-H1",
            "spark.tally.register": Frame(register),
        }
        (folder / "register.csv").write_text("unit,received,due,finished\nA,2026-03-02,2026-03-04,2026-03-04\n")

    def doors(self) -> Iterator[Door]:
        """Every public function, method and operator, and every class that is called."""
        for module in modules():
            prefix = "" if module is pi else f"{module.__name__.rpartition('.')[2]}."
            for name in module.__all__:
                thing = getattr(module, name)
                if inspect.isclass(thing):
                    yield from self._of_class(thing)
                elif not inspect.ismodule(thing):
                    yield self._door(prefix + name, thing)
        yield from self._of_class(Explorer)

    def _of_class(self, cls: type) -> Iterator[Door]:
        own = self.instances[cls.__name__]
        yield self._door(cls.__name__, cls)
        for name in dir(cls):
            ours = next(base for base in cls.__mro__ if name in vars(base)).__module__.startswith("parindex")
            is_called = not name.startswith("_") or name in OPERATORS or name in PLAIN
            if not (ours and is_called):
                continue
            called = f"{cls.__name__}.{name}"
            static = inspect.getattr_static(cls, name)
            if name in OPERATORS:
                parameters = [p for p in inspect.signature(static).parameters if p != "self"]
                takes = {parameter: self._argument(f"{called}.{parameter}", own) for parameter in parameters}
                yield Door(called, getattr(own, name), takes, by_place=True)
            elif name in PLAIN or not callable(static) and not isinstance(static, staticmethod):
                yield Door(called, lambda own=own, name=name: _asked(own, name), {})
            else:
                yield self._door(called, getattr(own, name))

    def _door(self, name: str, call: Callable[..., Any]) -> Door:
        takes = {}
        for parameter in inspect.signature(call).parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                takes |= {
                    option: None for option in Options.__annotations__ if option in ("every", "calendar", "as_of")
                }
                continue
            takes[parameter.name] = self._argument(f"{name}.{parameter.name}", parameter.default)
        return Door(name, call, takes)

    def _argument(self, called: str, default: Any) -> Any:
        plain = called.rpartition(".")[2]
        if called in self.sound:
            return self.sound[called]
        if default in (inspect.Parameter.empty,) or plain in ("progress", "draws", "samples", "top", "days"):
            return self.sound[plain]
        return default


class Frame:
    """What `spark.tally` asks of a Spark frame, without Spark: partitions that hold no row."""

    def __init__(self, register: pi.Table) -> None:
        self.columns = register.columns
        self._rows = register.to_arrow()

    def select(self, *names: str) -> "Frame":
        return self

    def limit(self, rows: int) -> "Frame":
        return self

    def toArrow(self) -> Any:
        return self._rows

    def mapInArrow(self, work: Any, schema: str) -> "Frame":
        return self

    def collect(self) -> list[Any]:
        return []


def names() -> list[str]:
    """Every public name that is called, before anything is made."""
    found = []
    for module in modules():
        prefix = "" if module is pi else f"{module.__name__.rpartition('.')[2]}."
        for name in module.__all__:
            thing = getattr(module, name)
            if not inspect.ismodule(thing):
                found.append(name if inspect.isclass(thing) else prefix + name)
    return [*found, "Explorer"]


def modules() -> list[ModuleType]:
    """The package and the modules it names."""
    return [pi, *(getattr(pi, name) for name in pi.__all__ if inspect.ismodule(getattr(pi, name)))]


def _asked(own: Any, name: str) -> Any:
    thing = getattr(own, name)
    return thing() if callable(thing) else thing
