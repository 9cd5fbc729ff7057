"""Every export of the package as a hash by name: a script that runs in a process of its own.

    python every_export.py FIXTURES FOLDER [--backwards]

It prints one JSON object. Backwards, what counts on within a process (ids, names of parameters) comes out otherwise.
"""

import contextlib
import hashlib
import io
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import openpyxl
import parindex as pi
import polars
import pyarrow
from csv_files import read
from parindex.cli import main
from parindex.outputs import csv_text

Make = Callable[[], Any]

FIXTURES = Path(sys.argv[1]).resolve()
LANGUAGES = ("vi", "en")
SCORED = FIXTURES / "dvc-766-phu-tho-2026"
PUBLISHED = FIXTURES / "par-index-published"
THREE_RULES = """
id = "test/three-rules"
title = { vi = "Thử", en = "Test" }
unit = "commune"
status = "draft"
basis = "assumed"
rounding = { mode = "half-up", places = 2, at = "leaf" }

[criteria."1"]
name = { vi = "Tỷ lệ", en = "Ratio" }
max_points = "60"
rule = { kind = "proportional" }

[criteria."2"]
name = { vi = "Đúng hạn", en = "On time" }
max_points = "30"
rule = { kind = "target", target = "50" }

[criteria."3"]
name = { vi = "Có kế hoạch", en = "Plan" }
max_points = "10"
rule = { kind = "yes-no" }
"""


@cache
def province() -> pi.Assessment:
    rows = [row for row in read(SCORED / "evidence.csv") if row["unit"] == "H44"]
    return pi.score(pi.Framework.load("dvc-766/province"), rows, SCORED / "units.csv")


@cache
def units() -> pi.Assessment:
    rows = [row for row in read(SCORED / "evidence.csv") if row["unit"] != "H44"]
    return pi.score(pi.Framework.load("dvc-766/unit"), rows, SCORED / "units.csv")


@cache
def departments() -> pi.Assessment:
    """Self-scores, an explanation and an appraisal."""
    rows = [
        {"unit": "SNV", "code": "1", "points": "60", "stage": "self"},
        {"unit": "SNV", "code": "1", "points": "58.25", "stage": "appraised-1"},
        {"unit": "SNV", "code": "1", "points": "59", "stage": "explained", "explanation": "hạn", "documents": "CV 318"},
        {"unit": "SNV", "code": "4", "points": "8"},
        {"unit": "STC", "code": "1", "points": "51"},
        {"unit": "STC", "code": "3", "points": "17.5"},
    ]
    names = [{"unit": "SNV", "name": "Sở Nội vụ"}, {"unit": "STC", "name": "Sở <Tài chính> & vật giá"}]
    return pi.score(pi.Framework.load("par-index/province-2022"), rows, names)


@cache
def history() -> pi.History:
    return pi.History(PUBLISHED / "known.csv", national=PUBLISHED / "national.csv", breaks=[2016, 2020, 2022])


@cache
def future() -> pi.Forecast:
    return pi.forecast(history(), year=2025, draws=4_000, progress=False)


@cache
def of_history() -> pi.Assessment:
    rows = [row for row in read(PUBLISHED / "components.csv") if row["year"] == "2020"]
    return pi.score(pi.Framework.load("par-index/components"), rows)


@cache
def survey() -> pi.Survey:
    return pi.Survey(FIXTURES / "survey" / "sipas.csv", weights="w", strata="province", clusters="district", fpc="Nd")


@cache
def satisfaction() -> pi.Sipas:
    return pi.sipas(survey(), FIXTURES / "survey" / "questionnaire.toml")


@cache
def register() -> pi.Table:
    return pi.dossiers.generate(6_000, units=7, bad_rows=0.01, seed=1, as_of="2026-06-30")


def tally(every: Any = None, threads: int | None = None) -> pi.dossiers.Tally:
    return pi.dossiers.tally(register(), ["unit"], "2026", every, as_of="2026-06-30", times="working", threads=threads)


@cache
def pieces() -> list[str]:
    """Files large enough to be shared out over threads."""
    names = []
    for first in (0, 20_000, 40_000):
        names.append(f"dossiers-{first}.parquet")
        rows = pi.dossiers.generate(20_000, units=9, bad_rows=0.001, seed=2, first=first, as_of="2026-06-30")
        rows.to_polars().write_parquet(names[-1], row_group_size=5_000)
    return names


def of_files(threads: int | None = None) -> pi.dossiers.Tally:
    return pi.dossiers.tally(pieces(), ["unit", "procedure"], "2026", as_of="2026-06-30", threads=threads)


@cache
def three_rules() -> pi.Framework:
    return pi.Framework.from_toml(THREE_RULES)


@cache
def beliefs() -> list[dict[str, Any]]:
    return [
        row
        for at in range(8)
        for row in (
            {"unit": f"U{at}", "code": "1", "belief": "triangular", "low": 40, "mode": 50 + at % 3, "high": 61},
            {"unit": f"U{at}", "code": "2", "belief": "beta-binomial", "numerator": at, "denominator": 20, "coming": 9},
            {"unit": f"U{at}", "code": "3", "belief": "bernoulli", "chance": 0.5},
        )
    ]


@cache
def simulated() -> pi.Forecast:
    return pi.simulate(three_rules(), beliefs(), draws=8_000, weights_noise=0.1)


@cache
def shaken() -> pi.Robustness:
    return pi.robustness(units(), code="4", draws=4_000, progress=False)


@cache
def back() -> pi.Backtest:
    return pi.backtest(history(), years=[2022, 2023], draws=2_000, progress=False)


@cache
def plan() -> pi.Plan:
    actions = [
        {"action": "Rà soát", "code": "1", "points": "61", "cost": 30, "chance": "0.8"},
        {"action": "Tập huấn", "code": "3", "points": "20", "cost": 20, "chance": "0.5"},
        {"action": "Khảo sát", "code": "4", "points": "9.5", "cost": 20, "chance": "0.9"},
        {"action": "Đôn đốc", "code": "4", "points": "9", "cost": 5, "chance": "1"},
    ]
    return pi.plan(departments()["SNV"], actions, budget=50, progress=False)


@cache
def tasks() -> pi.Tasks:
    rows = [
        {"task": "Rà soát", "lead": "Sở Tài chính", "due": "30/06/2026", "status": "Đang thực hiện", "codes": "4"},
        {"task": "Kế hoạch", "lead": "Sở Nội vụ", "due": "15/06/2026", "status": "Đang thực hiện", "codes": "1"},
        {"task": "Khảo sát", "lead": "Sở Nội vụ", "due": "01/12/2026", "status": "Hoàn thành", "codes": "3"},
    ]
    return pi.tasks(departments(), [{"area": None, **row} for row in rows], today="2026-06-20")


@cache
def scenario() -> pi.Scenario:
    changed = pi.Scenario(units(), "H44.100")
    changed.set("2.1", "99.5")
    return changed


def tables() -> dict[str, Make]:
    """Every kind of table."""
    agencies = [{"code": "1", "agency": "Sở Nội vụ"}, {"code": "4", "agency": "Văn phòng"}]
    made: dict[str, Make] = {
        "frameworks": pi.frameworks,
        "criteria": lambda: units().framework.table(),
        "ranking": lambda: units().ranking(code="2.1", within="level"),
        "lines": lambda: units().lines(),
        "card": lambda: province()["H44"].lines(),
        "lost": lambda: province()["H44"].lost(),
        "lost by agency": lambda: departments().lost_by(agencies),
        "comparison": lambda: pi.compare(units(), scenario().assessment),
        "appraisal": lambda: pi.appraisal(departments().framework, [{"unit": "SNV", "code": "1", "points": "60"}]),
        "evidence of a workbook": lambda: pi.read_evidence(filled_in(), province().framework),
        "questionnaires": pi.questionnaires,
        "questionnaire": lambda: satisfaction().questionnaire.table(),
        "calendar": lambda: pi.Calendar.vietnam().days(),
        "tally by month": lambda: tally("month").table(),
        "tally of files": lambda: of_files().table(),
        "projection": lambda: pi.project(tally("month"), "0.90", "2026-12-31"),
        "means": lambda: survey().mean("A1", by="province"),
        "totals": lambda: survey().total("A1", by=["gender", "area"]),
        "ratio": lambda: survey().ratio("A1", "A2"),
        "rank sets": lambda: pi.rank_sets([81.0, 83.5, 79.2, 84.1, 80.0], se=[1.0, 1.2, 0.8, 2.0, 1.5], seed=3),
        "successions": lambda: history().successions(),
        "reaches": lambda: future().reaches(top=10, progress=False),
        "simulation": lambda: simulated().table(top=[3], progress=False),
        "sensitivity": lambda: pi.sensitivity(three_rules(), beliefs(), samples=256, progress=False),
        "robustness": lambda: shaken().table(top=10),
        "swaps": lambda: shaken().swaps(),
        "backtest": back,
        "gains": lambda: back().gains(),
        "actions": lambda: plan().actions(),
        "frontier": lambda: plan().frontier(),
        "tasks": lambda: tasks().table(),
        "tasks by lead": lambda: tasks().by_lead(),
        "changes": lambda: scenario().changes(),
        "imported": lambda: imported().report,
    }
    for name in ("uncounted", "bad_rows", "processing", "evidence", "alerts"):
        made[f"tally {name}"] = lambda name=name: getattr(tally(), name)()
    for name in ("index", "factors", "parts", "items", "ranks", "evidence", "national"):
        made[f"sipas {name}"] = lambda name=name: getattr(satisfaction(), name)()
    for kind in ("JKn", "bootstrap"):
        made[f"replicates {kind}"] = lambda kind=kind: (
            survey().replicate(kind, replicates=40, seed=5).mean("A1", by="province")
        )
    for model in ("auto", "stack", "random-walk", "ar1", "state-space"):
        made[f"forecast {model}"] = lambda model=model: (
            future() if model == "auto" else pi.forecast(history(), year=2025, draws=2_000, model=model, progress=False)
        ).table(progress=False)
    return made


def table_exports() -> Iterator[tuple[str, Make]]:
    for name, make in tables().items():
        made = cache(make)
        yield f"table {name}: arrow", lambda made=made: arrow(made())
        yield f"table {name}: csv", lambda made=made: csv_text(made())
        for lang in LANGUAGES:
            yield f"table {name}: html {lang}", lambda made=made, lang=lang: made().to_html(lang)
        yield f"table {name}: text", lambda made=made: repr(made())
        yield f"table {name}: pickle", lambda made=made: pickle.dumps(made(), protocol=5)
    yield "great table", lambda: pi.frameworks().to_great_tables(title="Bộ chỉ số").as_raw_html()


def arrow(table: Any) -> bytes:
    """The table as an Arrow IPC stream."""
    whole, sink = pyarrow.table(table), pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, whole.schema) as writer:
        writer.write_table(whole)
    return sink.getvalue().to_pybytes()


def objects() -> Iterator[tuple[str, Make]]:
    """What is kept: pickles, TOML, JSON, tallies, draws."""
    kept: dict[str, Make] = {
        "framework": lambda: province().framework,
        "criterion": lambda: province().framework["2.1"],
        "assessment": units,
        "card": lambda: province()["H44"],
        "line": lambda: province()["H44"].line("2.1"),
        "calendar": pi.Calendar.vietnam,
        "questionnaire": lambda: satisfaction().questionnaire,
        "history": history,
        "tally": tally,
    }
    for name, make in kept.items():
        yield f"{name}: pickle", lambda make=make: pickle.dumps(make(), protocol=5)
        yield f"{name}: text", lambda make=make: repr(make())
    yield "framework.toml", lambda: province().framework.to_toml()
    yield "questionnaire.toml", lambda: satisfaction().questionnaire.to_toml()
    yield "assessment.json", lambda: departments().to_json()
    yield "imported.toml", lambda: imported().toml
    for threads in (1, 2, 4, None):
        yield f"tally of tables, {threads} threads", lambda threads=threads: tally("month", threads).to_bytes()
        yield f"tally of files, {threads} threads", lambda threads=threads: of_files(threads).to_bytes()
    for name, draws in (("forecast", future), ("simulation", simulated)):
        yield f"{name}: ranks", lambda draws=draws: draws().ranks(progress=False).tobytes()
        yield f"{name}: chances", lambda draws=draws: draws().rank_probabilities(progress=False).tobytes()
        yield f"{name}: page", lambda draws=draws: draws()._repr_html_()
    yield "given", lambda: future().given({"22": "92.5", "31": {"rank": (1, 3)}}, progress=False).ranks().tobytes()
    yield "bar", lambda: json.dumps([future().bar("22", progress=False).chance(score) for score in range(70, 95)])
    yield "needed", lambda: json.dumps([future().needed("22", top=top) for top in (1, 10, 20)])
    yield "plan", lambda: repr(plan())
    for lang in LANGUAGES:
        yield f"widget {lang}", lambda lang=lang: widget(lang)


def widget(lang: Any) -> str:
    """What the page shows of a scenario."""
    shown = pi.explore(units(), unit="H44.100", lang=lang)
    return json.dumps([shown._form, shown._result])


@cache
def imported() -> pi.Imported:
    path = Path("tieu-chi.xlsx").absolute()
    pi.criteria_template(pi.Framework.load("par-index/local-example"), path)
    return pi.import_framework(path)


@cache
def filled_in() -> Path:
    """A template with one figure."""
    path = Path("da-dien.xlsx")
    pi.evidence_template(province().framework, path, ["H44"])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    [row] = [cells[0].row for cells in sheet.iter_rows() if cells[0].value == "2.1"]
    sheet.cell(row, 7).value, sheet.cell(row, 8).value = 528_684, 597_918
    book.save(path)
    return path


def charts() -> dict[str, Make]:
    """Every chart."""
    chart: Any = pi.chart
    return {
        "ranking": lambda: chart.ranking(departments()),
        "ranking of levels": lambda: chart.ranking(units(), code="2.1", within="level", top=15),
        "lost": lambda: chart.lost(province()["H44"]),
        "lost by agency": lambda: chart.lost(province()["H44"], by="agency", agencies={"2": "Sở"}),
        "waterfall": lambda: chart.waterfall(province()["H44"]),
        "score to rank": lambda: chart.score_to_rank(units(), "H44.100", code="2.1"),
        "curve": lambda: chart.curve(pi.Framework.load("par-index/local-example"), "1.2"),
        "history": lambda: chart.history(history(), units=["22", "31"], forecast=future()),
        "history of ranks": lambda: chart.history(history(), units=["22", "31"], measure="rank"),
        "forecast": lambda: chart.forecast(future(), units=["22", "31", "01"]),
        "sipas": lambda: chart.sipas(satisfaction()),
        "on time": lambda: chart.on_time(tally()),
        "on time by month": lambda: chart.on_time(tally("month")),
        "tiles": lambda: chart.tiles({"22": 92.18, "31": 91.87}, provinces=63),
        "indices": lambda: chart.indices({"PAR INDEX": history(), "SIPAS": history()}, unit="22"),
    }


def files() -> Iterator[tuple[str, Make]]:
    """What is written to files."""
    for name, draw in charts().items():
        drawn = cache(draw)
        yield f"chart {name}.svg", lambda drawn=drawn: pi.chart.svg(drawn())
        yield f"chart {name}.json", lambda drawn=drawn: drawn().to_json()
    for ending in ("png", "html"):
        yield f"chart.{ending}", partial(written, f"bieu-do.{ending}", partial(pi.chart.save, charts()["lost"]()))
    reported: dict[str, Any] = {
        "agencies": [{"code": "1", "agency": "Sở Nội vụ", "remedy": "Đôn đốc", "due": "20/12/2026"}],
        "tasks": tasks,
        "before": departments,
    }
    quarter = {"kind": "quarterly", "unit": "SNV", "period": "2026-Q3", "today": "2026-06-20"}
    for ending in ("docx", "xlsx", "html"):
        for lang in LANGUAGES:
            asked = reported | {"lang": lang}
            yield f"report.{ending} {lang}", partial(report, departments, f"bao-cao.{ending}", asked)
        yield f"quarterly report.{ending}", partial(report, departments, f"bao-cao.{ending}", quarter)
    yield "report of a forecast.html", partial(report, of_history, "bao-cao.html", {"forecast": future})
    yield "evidence sheets.xlsx", partial(
        written, "mau.xlsx", lambda path: pi.evidence_template(province().framework, path, ["H44", "H45"])
    )
    yield "evidence rows.xlsx", partial(
        written, "mau.xlsx", lambda path: pi.evidence_template(province().framework, path, ["H44"], layout="rows")
    )
    yield "criteria.xlsx", partial(written, "mau.xlsx", lambda path: pi.criteria_template(province().framework, path))


def written(name: str, write: Callable[[Path], Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        return path.read_bytes()


def report(assessment: Make, name: str, asked: dict[str, Any]) -> bytes:
    options = {key: value() if callable(value) else value for key, value in asked.items()}
    return written(name, lambda path: pi.report(assessment(), path, **options))


def commands() -> Iterator[tuple[str, Make]]:
    """What commands print, and what they write."""
    known, responses = str(PUBLISHED / "known.csv"), str(FIXTURES / "survey" / "sipas.csv")
    questionnaire = str(FIXTURES / "survey" / "questionnaire.toml")
    evidence = str(Path("evidence.csv").absolute())
    below = [row for row in read(SCORED / "evidence.csv") if row["unit"] != "H44"]
    polars.DataFrame(below, infer_schema_length=None).write_csv(evidence)
    asked: dict[str, list[str]] = {
        "frameworks": ["frameworks"],
        "show": ["show", "dvc-766/unit"],
        "score": ["score", "dvc-766/unit", evidence, "--out", "tables"],
        "score as JSON": ["score", "dvc-766/unit", evidence, "--json"],
        "tally": ["tally", "../dossiers-0.parquet", "--period", "2026", "--as-of", "2026-06-30", "--out", "tables"],
        "sipas": ["sipas", responses, "--questionnaire", questionnaire, "--out", "tables"],
        "forecast": ["forecast", known, "--year", "2025", "--draws", "2000"],
        "forecast as JSON": ["forecast", known, "--year", "2025", "--draws", "2000", "--json"],
        "import": ["import", "../tieu-chi.xlsx", "--out", "framework.toml"],
        "demo": ["demo", "--out", "tables"],
        "demo in English": ["demo", "--out", "tables", "--lang", "en"],
    }
    for name, arguments in asked.items():
        yield f"command {name}", partial(run, arguments)


def run(arguments: list[str]) -> bytes:
    """What a command prints and leaves in a folder of its own."""
    imported(), pieces()
    printed = io.StringIO()
    with tempfile.TemporaryDirectory(dir=".") as folder, contextlib.chdir(folder):
        with contextlib.redirect_stdout(printed):
            assert main(arguments) == 0, arguments
        left = sorted(path for path in Path().rglob("*") if path.is_file())
        assert ("--out" in arguments) == bool(left), arguments
        parts = [printed.getvalue(), *(f"{path}\n{path.read_text(encoding='utf-8')}" for path in left)]
    return "\n".join(parts).encode()


def hashed(made: str | bytes | bytearray) -> str:
    return hashlib.sha256(made.encode() if isinstance(made, str) else made).hexdigest()


if __name__ == "__main__":
    os.chdir(sys.argv[2])
    exports = [*table_exports(), *objects(), *files(), *commands()]
    if "--backwards" in sys.argv:
        exports.reverse()
    assert len(dict(exports)) == len(exports), "two exports share a name"
    json.dump({name: hashed(make()) for name, make in exports}, sys.stdout)
