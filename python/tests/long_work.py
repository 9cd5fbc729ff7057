"""Calls that work for seconds, one after another; run as a script, each is interrupted by whoever reads its output.

A case is a generator: what stands before `yield` prepares, what follows works.
"""

import faulthandler
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir, suppress
from pathlib import Path
from typing import Any

import numpy
import pandas
import parindex as pi
import pyarrow
import pyarrow.parquet

Case = Callable[[], Iterator[None]]

CASES: dict[str, Case] = {}
CHANCE = numpy.random.default_rng(1)

HEAD = """
id = "wide"
title = "Wide"
unit = "commune"
status = "draft"
basis = "official"
rounding = { mode = "half-up", places = 4, at = "leaf" }
"""


def case(work: Case) -> Case:
    CASES[work.__name__] = work
    return work


def wide(leaves: int) -> pi.Framework:
    row = 'name = "x"\nmax_points = "10"\nrule = { kind = "proportional" }\n'
    return pi.Framework.from_toml(HEAD + "\n".join(f'[criteria."{code}"]\n{row}' for code in range(1, leaves + 1)))


def one_row_each(units: int) -> pyarrow.Table:
    ids = [f"u{unit}" for unit in range(units)]
    return pyarrow.table({"unit": ids, "code": ["1"] * units, "points": ["0.5"] * units})


def assessment(units: int, leaves: int) -> pi.Assessment:
    return pi.score(wide(leaves), one_row_each(units))


@case
def score() -> Iterator[None]:
    framework, rows = wide(1_000), one_row_each(99_000)
    yield
    pi.score(framework, rows)


@case
def score_of_dicts() -> Iterator[None]:
    framework, rows = wide(1), [{"unit": "a", "code": "1", "points": 1}] * 3_000_000
    yield
    pi.score(framework, rows)


@case
def score_of_a_frame() -> Iterator[None]:
    framework = wide(1)
    frame = pandas.DataFrame({"unit": ["a"], "code": ["1"], "value": pandas.Series(["1"], dtype=object)})
    frame = pandas.concat([frame] * 2, ignore_index=True)
    frame.loc[1, "value"] = 1  # of mixed kinds, no stream of Arrow
    frame = pandas.concat([frame] * 100_000, ignore_index=True)
    yield
    while True:
        with suppress(pi.ParIndexError):  # each row but one says the same again
            pi.score(framework, frame)


@case
def lines() -> Iterator[None]:
    scored = assessment(4_900, 1_000)
    yield
    scored.lines()


@case
def compare() -> Iterator[None]:
    scored = assessment(4_900, 1_000)
    yield
    pi.compare(scored, scored)


@case
def appraisal() -> Iterator[None]:
    framework, rows = wide(1_000), one_row_each(99_000)
    yield
    pi.appraisal(framework, rows)


@case
def read_back() -> Iterator[None]:
    scored = assessment(20_000, 20).to_json()
    yield
    while True:
        pi.Assessment.from_json(scored)


@case
def generate() -> Iterator[None]:
    yield
    pi.dossiers.generate(5_000_000)


def register() -> pyarrow.Table:
    return pyarrow.table(pi.dossiers.generate(20_000))


@case
def tally_of_files() -> Iterator[None]:
    pyarrow.parquet.write_table(register(), "register.parquet")
    yield
    pi.dossiers.tally(["register.parquet"] * 20_000, period="2026")


@case
def tally_of_a_stream() -> Iterator[None]:
    rows = pyarrow.concat_tables([register()] * 3_000)
    yield
    pi.dossiers.tally(rows, period="2026")


@case
def tally_of_dicts() -> Iterator[None]:
    rows = register().slice(0, 1).to_pylist() * 2_000_000
    yield
    pi.dossiers.tally(rows, period="2026")


@case
def table_of_a_tally() -> Iterator[None]:
    ids = pyarrow.array([f"{number}" for number in range(200_000)])
    days = pyarrow.array(["2026-03-02"] * len(ids))
    rows = pyarrow.table({"id": ids, "unit": ids, "received": days, "due": days, "finished": days})
    counted = pi.dossiers.tally(rows, by=["unit"], period="2026")
    yield
    while True:
        counted.table()


@case
def duplicates() -> Iterator[None]:
    pyarrow.parquet.write_table(register(), "register.parquet")
    yield
    pi.dossiers.duplicates(["register.parquet"] * 20_000)


@case
def project() -> Iterator[None]:
    counts = {"received": 200, "on_time": 185, "late": 10, "pending_in_time": 5, "pending_late": 0}
    months = [{"unit": f"{unit}", "month": f"2026-0{month}", **counts} for unit in range(200) for month in range(1, 7)]
    yield
    pi.project(months, threshold="0.9", until="2026-12-31", draws=1_000_000)


def answers(rows: int) -> pyarrow.Table:
    text = pyarrow.array([f"{number}" for number in range(3_000)])
    return pyarrow.table(
        {
            "w": CHANCE.uniform(1, 5, rows),
            "a": text.take(CHANCE.integers(0, 60, rows)),
            "b": text.take(CHANCE.integers(0, 3_000, rows)),
            "y": CHANCE.normal(size=rows),
        }
    )


@case
def survey() -> Iterator[None]:
    rows = [{"w": "1", "a": "1", "b": "1", "y": "2"}] * 2_000_000
    yield
    pi.Survey(rows, weights="w", strata="a", clusters="b")


@case
def rake() -> Iterator[None]:
    sample = pi.Survey(answers(300_000), weights="w", strata="a", clusters="b")
    margins = {name: {f"{number}": 9e6 / many for number in range(many)} for name, many in (("a", 60), ("b", 3_000))}
    yield
    while True:
        with suppress(pi.ParIndexError):  # whatever it comes to
            sample.rake(margins, tolerance=1e-300)


@case
def replicate() -> Iterator[None]:
    sample = pi.Survey(answers(8_000), weights="w")
    yield
    while True:
        sample.replicate("bootstrap", replicates=8_000)


@case
def degrees_of_freedom() -> Iterator[None]:
    sample = pi.Survey(answers(4_000), weights="w").replicate("JK1")
    yield
    print(sample.df)


@case
def mean() -> Iterator[None]:
    sample = pi.Survey(answers(4_000), weights="w").replicate("JK1")
    yield
    sample.mean("y", by=["a", "b"])


@case
def rank_sets() -> Iterator[None]:
    estimates = CHANCE.normal(size=2_000)
    yield
    pi.rank_sets(estimates, [0.1] * 2_000, draws=1_000_000)


@case
def rank_sets_one_by_one() -> Iterator[None]:
    estimates = CHANCE.normal(size=2_000)
    yield
    pi.rank_sets(estimates, [0.1] * 2_000, draws=100_000, simultaneous=False)


@case
def rank_sets_with_covariance() -> Iterator[None]:
    estimates = CHANCE.normal(size=1_000)
    yield
    pi.rank_sets(estimates, cov=numpy.eye(1_000) / 100, draws=1_000_000)


@case
def sipas() -> Iterator[None]:
    fixtures = Path(__file__).resolve().parents[2] / "fixtures"
    questionnaire = pi.Questionnaire.from_file(fixtures / "survey" / "questionnaire.toml")
    rows = [{"province": "01", **dict.fromkeys(questionnaire.items, 5)}] * 300_000
    yield
    pi.sipas(rows, questionnaire)


def history(units: int, years: int) -> pi.History:
    scores = 80 + 5 * CHANCE.normal(size=(units, years))
    return pi.History(
        [
            {"unit": f"{unit}", "year": 2026 - years + year, "score": f"{scores[unit, year]:.2f}"}
            for unit in range(units)
            for year in range(years)
        ]
    )


@case
def history_of_dicts() -> Iterator[None]:
    rows = [{"unit": "01", "year": 2020, "score": "80"}] * 2_000_000
    yield
    pi.History(rows)


@case
def forecast() -> Iterator[None]:
    past = history(1_000, 20)
    yield
    pi.forecast(past, 2026)


@case
def backtest() -> Iterator[None]:
    past = history(300, 25)
    yield
    pi.backtest(past, range(2008, 2026))


def long_forecast() -> pi.Forecast:
    return pi.forecast(history(63, 8), 2026, draws=100_000_000, model="random-walk")


ASKED: dict[str, Callable[[pi.Forecast], Any]] = {
    "table": lambda forecast: forecast.table(),
    "rank_probabilities": lambda forecast: forecast.rank_probabilities(),
    "given": lambda forecast: forecast.given({"1": "80"}),
    "beats": lambda forecast: forecast.beats("1", "2"),
    "needed": lambda forecast: forecast.needed("1"),
    "bar": lambda forecast: forecast.bar("1"),
    "reaches": lambda forecast: forecast.reaches(),
}


def asked(name: str) -> Case:
    def work() -> Iterator[None]:
        forecast = long_forecast()
        yield
        ASKED[name](forecast)

    return work


CASES |= {f"forecast_{name}": asked(name) for name in ASKED}


@case
def forecast_ranks() -> Iterator[None]:
    forecast = pi.forecast(history(63, 8), 2026, draws=7_000_000, model="random-walk")
    yield
    while True:
        forecast.ranks()


def beliefs(units: int) -> list[dict[str, str]]:
    return [
        {
            "unit": f"u{unit}",
            "code": f"{code}",
            "belief": "triangular",
            "low": "10",
            "mode": f"{20 + unit % 50}",
            "high": "90",
        }
        for unit in range(units)
        for code in range(1, 11)
    ]


@case
def simulate() -> Iterator[None]:
    framework, believed = wide(10), pyarrow.Table.from_pylist(beliefs(10_000))
    yield
    while True:
        pi.simulate(framework, believed)


@case
def simulated_table() -> Iterator[None]:
    simulated = pi.simulate(wide(10), beliefs(63), draws=100_000_000)
    yield
    simulated.table()


@case
def sensitivity() -> Iterator[None]:
    framework, believed = wide(10), beliefs(63)
    yield
    pi.sensitivity(framework, believed, samples=1 << 19)


@case
def robustness() -> Iterator[None]:
    rows = [
        {"unit": f"u{unit}", "code": f"{code}", "points": f"{(unit * 7 + code * 3) % 10}"}
        for unit in range(300)
        for code in range(1, 11)
    ]
    scored = pi.score(wide(10), rows)
    yield
    pi.robustness(scored, draws=100_000_000)


@case
def plan() -> Iterator[None]:
    rows = [{"unit": "u", "code": f"{code}", "points": "0.5"} for code in range(1, 201)]
    card = pi.score(wide(200), rows)["u"]
    gains, costs = CHANCE.uniform(4, 6, 200), CHANCE.integers(400_000, 600_000, 200)
    actions = [
        {"code": f"{code}", "points": f"{gains[code - 1]:.4f}", "cost": f"{costs[code - 1]}"} for code in range(1, 201)
    ]
    yield
    while True:
        pi.plan(card, actions, budget="20000000", seconds=86_400)


@case
def column_of_a_table() -> Iterator[None]:
    rows = pi.dossiers.generate(100_000)
    yield
    while True:
        rows["received"]


@case
def report_as_document() -> Iterator[None]:
    scored = assessment(2_000, 10)
    yield
    while True:
        pi.report(scored, "report.docx")


@case
def report_as_workbook() -> Iterator[None]:
    scored = assessment(4_000, 10)
    yield
    while True:
        pi.report(scored, "report.xlsx")


@case
def report_as_page() -> Iterator[None]:
    scored = assessment(4_000, 10)
    yield
    while True:
        pi.report(scored, "report.html")


@case
def chart() -> Iterator[None]:
    drawn = pi.chart.ranking(assessment(60, 10))
    pi.chart.png(drawn)  # the first drawing wakes vl-convert up, which hears nothing for a second
    yield
    while True:
        pi.chart.save(drawn, "chart.png")


@case
def import_framework() -> Iterator[None]:
    from xlsxwriter import Workbook

    with Workbook("criteria.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["STT", "Tiêu chí", "Điểm tối đa"])
        for row in range(1, 3_000):
            sheet.write_row(row, 0, [f"{row // 100 + 1}.{row % 100 + 1}", "Tên tiêu chí", 1])
    yield
    while True:
        pi.import_framework("criteria.xlsx")


@case
def read_evidence() -> Iterator[None]:
    from xlsxwriter import Workbook

    framework = wide(1_000)
    with Workbook("evidence.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Mã", "Tiêu chí", "Điểm tự chấm"])
        for row in range(1, 1_000):
            sheet.write_row(row, 0, [f"{row}", "x", 1])
    yield
    while True:
        pi.read_evidence("evidence.xlsx", framework, unit="a")


@case
def tally_on_dask() -> Iterator[None]:
    pyarrow.parquet.write_table(register(), "register.parquet")
    yield
    pi.dask.tally(["register.parquet"] * 20_000, period="2026")


def is_whole(path: Path) -> bool:
    """Whether a file is one that its writer has finished, under its name."""
    match path.suffix:
        case ".docx" | ".xlsx":
            return zipfile.is_zipfile(path) and zipfile.ZipFile(path).testzip() is None
        case ".html":
            return path.read_text(encoding="utf-8").rstrip().endswith("</html>")
        case ".png":
            return path.read_bytes()[-8:-4] == b"IEND"
    return False


def busy(seconds: float) -> float:
    """The share of a core that this process takes while its main thread sleeps."""
    before, since = time.process_time(), time.monotonic()
    time.sleep(seconds)
    return (time.process_time() - before) / (time.monotonic() - since)


def hear_again(lost: Any) -> None:
    """Python drops a Ctrl-C that comes while it clears away an object; who pressed it would press it again."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, 0.01)
    else:
        sys.__unraisablehook__(lost)


def main(names: list[str]) -> None:
    """Begins each case, says so, and tells when it was interrupted, how long it went on, which broken files it left."""
    # A shell that runs tests in the background has them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    sys.unraisablehook = hear_again
    for name in names:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            work = CASES[name]()
            next(work)
            given = set(Path().iterdir())
            faulthandler.dump_traceback_later(60, exit=True)
            print("begins", flush=True)
            try:
                next(work, None)
                print("ended by itself", flush=True)
                continue
            except KeyboardInterrupt:
                at = time.monotonic()
            finally:
                faulthandler.cancel_dump_traceback_later()
            since = time.monotonic()
            while busy(0.05) > 0.02 and time.monotonic() - since < 5:
                pass
            left = [path.name for path in set(Path().iterdir()) - given if not is_whole(path)]
            print(f"interrupted {at} {time.monotonic() - since:.2f} {left}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
