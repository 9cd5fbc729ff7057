"""Every row of the page of limits: what lies beyond is refused before it takes memory, with the slug on the page."""

import os
import re
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import parindex as pi
import pyarrow
import pyarrow.parquet
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "limits.md"

ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| what |")
]

BEYOND: dict[str, Callable[[Path], list[Callable[[], object]]]] = {}
"""For each thing that the page names, calls that go beyond its limit."""


def beyond(what: str) -> Callable[[Callable[[Path], list[Callable[[], object]]]], None]:
    def keep(calls: Callable[[Path], list[Callable[[], object]]]) -> None:
        BEYOND[what] = calls

    return keep


LEAF = pi.Framework.from_toml("""
id = "one"
title = "One"
unit = "commune"
status = "draft"
basis = "official"
rounding = { mode = "half-up", places = 2, at = "leaf" }
criteria.1 = { name = "x", max_points = "10", rule = { kind = "proportional" } }
""")


def wide(leaves: int) -> pi.Framework:
    """A framework of so many leaves under one row each."""
    head, _, _ = LEAF.to_toml().partition("[criteria")
    row = 'name = "x"\nmax_points = "10"\nrule = { kind = "proportional" }\n'
    return pi.Framework.from_toml(head + "\n".join(f'[criteria."{code}"]\n{row}' for code in range(1, leaves + 1)))


def empty(path: Path, size: int) -> Path:
    """A file of so many bytes, none of them on the disk."""
    path.touch()
    os.truncate(path, size)
    return path


def units(count: int) -> pyarrow.Table:
    return pyarrow.table({"unit": [f"{unit}" for unit in range(count)], "code": ["1"] * count, "points": ["1"] * count})


def history(count: int, years: int = 3) -> pi.History:
    ids = [f"{unit}" for unit in range(count) for _ in range(years)]
    scores = [f"{80 + (7 * row) % 11}" for row in range(len(ids))]
    rows = {"unit": ids, "year": [2020 + year for _ in range(count) for year in range(years)], "score": scores}
    return pi.History(pyarrow.table(rows))


def belief(**own: str) -> list[dict[str, str]]:
    return [{"unit": unit, "code": "1", **own} for unit in ("a", "b")]


def workbook(path: Path, sheet: str, padding: int = 0) -> Path:
    """A workbook with a sheet as it is written here, and padding that unpacks to so many bytes."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}">'
            '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        content = f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", content)
        if padding:
            with archive.open("xl/media/padding.bin", "w") as part:
                for _ in range(padding >> 20):
                    part.write(bytes(1 << 20))
    return path


def filled(count: int) -> str:
    """So many cells with a text."""
    return '<c t="inlineStr"><is><t>x</t></is></c>' * count


@beyond("a table's file (CSV, Parquet, xlsx)")
def _(folder: Path) -> list[Callable[[], object]]:
    files = [empty(folder / f"big.{ending}", (1 << 30) + 1) for ending in ("csv", "parquet", "xlsx")]
    return [partial(pi.score, LEAF, file) for file in files]


@beyond("what a Parquet or xlsx table unpacks to")
def _(folder: Path) -> list[Callable[[], object]]:
    book = workbook(folder / "bomb.xlsx", "")
    with zipfile.ZipFile(book, "a") as archive:
        for part in range(3):
            archive.writestr(f"xl/media/{part}.bin", b"x")
    content = bytearray(book.read_bytes())
    at = 0
    while (at := content.find(b"PK\x01\x02", at + 1)) > 0:
        content[at + 24 : at + 28] = (0xFFFF_FFF0).to_bytes(4, "little")
    book.write_bytes(content)
    return [lambda: pi.score(LEAF, book)]


@beyond("what a page of a register's Parquet unpacks to")
def _(folder: Path) -> list[Callable[[], object]]:
    path = folder / "register.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table({"id": ["x" * (65 << 20)]}), path, compression="zstd", use_dictionary=False, write_statistics=False
    )
    return [lambda: pi.dossiers.tally(path, period="2026"), lambda: pi.dossiers.duplicates(path)]


@beyond("rows of a table; of a pickled one")
def _(_folder: Path) -> list[Callable[[], object]]:
    gaps = pyarrow.nulls(100_000_001)
    return [lambda: pi.History(pyarrow.table({"unit": gaps, "year": gaps, "score": gaps}))]


@beyond("a field of a CSV file")
def _(folder: Path) -> list[Callable[[], object]]:
    path = folder / "long.csv"
    path.write_text("unit,code,points\n" + "x" * ((1 << 20) + 1) + ",1,1\n", encoding="utf-8")
    return [lambda: pi.score(LEAF, path)]


@beyond("columns of a CSV file or sheet")
def _(folder: Path) -> list[Callable[[], object]]:
    path = folder / "wide.csv"
    path.write_text(",".join(f"c{column}" for column in range(4_097)) + "\n", encoding="utf-8")
    book = workbook(folder / "wide.xlsx", f"<row>{filled(4_097)}</row>")
    return [lambda: pi.score(LEAF, path), lambda: pi.score(LEAF, book)]


@beyond("cells of a sheet")
def _(folder: Path) -> list[Callable[[], object]]:
    book = workbook(folder / "sparse.xlsx", f"<row>{filled(4_096)}</row>" + f"<row>{filled(1)}</row>" * 1_000)
    return [lambda: pi.score(LEAF, book)]


@beyond("a workbook or document that `import_framework`, `read_evidence` or `tasks` reads")
def _(folder: Path) -> list[Callable[[], object]]:
    book, document = (empty(folder / name, (64 << 20) + 1) for name in ("big.xlsx", "big.docx"))
    return [
        lambda: pi.import_framework(book),
        lambda: pi.import_framework(document),
        lambda: pi.read_evidence(book, LEAF),
        lambda: pi.tasks(pi.score(LEAF, units(1)), book, today="2026-06-30"),
    ]


@beyond("what it unpacks to")
def _(folder: Path) -> list[Callable[[], object]]:
    bomb = workbook(folder / "bomb.xlsx", "", padding=97 << 20)
    many = workbook(folder / "many.xlsx", "")
    with zipfile.ZipFile(many, "a") as archive:
        for part in range(4_000):
            archive.writestr(f"xl/media/{part}.bin", b"")
    return [lambda: pi.import_framework(bomb), lambda: pi.import_framework(many)]


@beyond("cells, rows and elements in it")
def _(folder: Path) -> list[Callable[[], object]]:
    rows = workbook(folder / "rows.xlsx", "<row/>" * 100_001)
    cells = workbook(folder / "cells.xlsx", "<row>" + "<c/>" * 400_001 + "</row>")
    elements = workbook(folder / "elements.xlsx", "<row>" + "<x/>" * 2_000_001 + "</row>")
    return [partial(pi.import_framework, book) for book in (rows, cells, elements)]


@beyond("one text in it, levels of elements")
def _(folder: Path) -> list[Callable[[], object]]:
    text = f'<row><c t="inlineStr"><is><t>{"x" * ((1 << 20) + 1)}</t></is></c></row>'
    long = workbook(folder / "long.xlsx", text)
    deep = workbook(folder / "deep.xlsx", "<row>" * 200 + "</row>" * 200)
    return [lambda: pi.import_framework(long), lambda: pi.import_framework(deep)]


@beyond("a small table (agencies, tasks) as CSV or Parquet")
def _(folder: Path) -> list[Callable[[], object]]:
    sheet = empty(folder / "big.csv", (64 << 20) + 1)
    rows = folder / "rows.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"code": ["1"] * 100_001, "agency": ["a"] * 100_001}), rows)
    scored = pi.score(LEAF, units(1))
    return [
        lambda: pi.report(scored, folder / "report.html", agencies=sheet),
        lambda: pi.report(scored, folder / "report.html", agencies=rows),
    ]


@beyond("a framework's text")
def _(folder: Path) -> list[Callable[[], object]]:
    file = empty(folder / "big.toml", (4 << 20) + 1)
    return [
        lambda: pi.Framework.from_toml("#\n" * (5 << 19)),
        lambda: pi.Framework.from_toml("#" * ((1 << 20) + 1)),
        lambda: pi.Framework.from_file(file),
    ]


@beyond("a questionnaire's text")
def _(folder: Path) -> list[Callable[[], object]]:
    file = empty(folder / "big.toml", (1 << 20) + 1)
    return [lambda: pi.Questionnaire.from_toml("#" * ((1 << 20) + 1)), lambda: pi.Questionnaire.from_file(file)]


@beyond("a calendar's text")
def _(folder: Path) -> list[Callable[[], object]]:
    file = empty(folder / "big.toml", (1 << 20) + 1)
    return [lambda: pi.Calendar.from_toml("#" * ((1 << 20) + 1)), lambda: pi.Calendar.from_file(file)]


@beyond("a tally's bytes, a pickle")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.dossiers.Tally.from_bytes(b"parindex.tally\x01" + b"\xff" * 9)]


@beyond("faults listed of one call")
def _(_folder: Path) -> list[Callable[[], object]]:
    rows = pyarrow.table({"unit": ["a"] * 10_001, "code": ["9.9"] * 10_001, "points": ["1"] * 10_001})

    def last() -> None:
        with pytest.raises(pi.ParIndexError) as caught:
            pi.score(LEAF, rows)
        assert len(caught.value.faults) == 10_001
        raise pi.ParIndexError("", [caught.value.faults[-1]])

    return [last]


@beyond("a number of points, a count or an amount")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [
        lambda: pi.score(LEAF, [{"unit": "a", "code": "1", "points": 10**18}]),
        lambda: pi.score(LEAF, [{"unit": "a", "code": "1", "numerator": 1, "denominator": 10**400}]),
    ]


@beyond("its decimals")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.score(LEAF, [{"unit": "a", "code": "1", "points": "0." + "1" * 16}])]


@beyond("a code")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [
        lambda: LEAF[".".join("1" * 17)],
        lambda: LEAF[".".join(["1"] * 10_000)],
        lambda: LEAF["1" * 10],
        lambda: pi.score(LEAF, [{"unit": "a", "code": ".".join(["1"] * 10_000), "points": "1"}]),
    ]


@beyond("a whole number as an option (`seed`, `draws`, …)")
def _(_folder: Path) -> list[Callable[[], object]]:
    past, scored, calendar = history(3), pi.score(LEAF, units(2)), pi.Calendar.without_holidays()
    survey, future = pi.Survey([{"y": 1}, {"y": 2}]), pi.forecast(history(3), 2025, draws=100)
    actions = [{"code": "1", "points": "2", "cost": "1"}]
    month = {"unit": "a", "month": "2026-01", "received": 1, "on_time": 1}
    months = [{**month, "late": 0, "pending_in_time": 0, "pending_late": 0}]
    calls: list[Callable[[Any], object]] = [
        lambda number: pi.forecast(past, 2025, draws=number),
        lambda number: pi.forecast(past, 2025, seed=number),
        lambda number: pi.forecast(past, number),
        lambda number: future.table(top=number),
        lambda number: future.table(top=[number]),
        lambda number: future.needed("1", top=number),
        lambda number: future.bar("1", top=number),
        lambda number: future.reaches(number),
        lambda number: future.in_year(number),
        lambda number: past.units_in(number),
        lambda number: pi.backtest(past, 2022, draws=number),
        lambda number: pi.backtest(past, 2022, seed=number),
        lambda number: pi.backtest(past, 2022, top=number),
        lambda number: pi.backtest(past, number),
        lambda number: pi.simulate(LEAF, belief(points="1"), draws=number),
        lambda number: pi.simulate(LEAF, belief(points="1"), seed=number),
        lambda number: pi.sensitivity(LEAF, belief(points="1"), samples=number),
        lambda number: pi.sensitivity(LEAF, belief(points="1"), seed=number),
        lambda number: pi.robustness(scored, draws=number),
        lambda number: pi.robustness(scored, seed=number),
        lambda number: pi.plan(scored["1"], actions, budget="1", top=number),
        lambda number: pi.project(months, draws=number),
        lambda number: pi.project(months, seed=number),
        lambda number: pi.rank_sets([1.0], [1.0], seed=number),
        lambda number: pi.rank_sets([1.0], [1.0], draws=number),
        lambda number: survey.replicate("bootstrap", replicates=number),
        lambda number: survey.replicate("bootstrap", seed=number),
        lambda number: pi.dossiers.generate(number),
        lambda number: pi.dossiers.generate(1, units=number),
        lambda number: pi.dossiers.generate(1, seed=number),
        lambda number: pi.dossiers.generate(1, first=number),
        lambda number: pi.dossiers.generate(1, year=number),
        lambda number: pi.dossiers.tally([], period="2026", threads=number),
        lambda number: calendar.add_working_days("2026-01-01", number),
    ]
    numbers = (-1, 2**70, 10**40, -(10**40), 10**5_000)
    return [partial(call, number) for call in calls for number in numbers]


@beyond("a list as an argument")
def _(_folder: Path) -> list[Callable[[], object]]:
    endless = range(10**12)
    return [
        lambda: pi.forecast(history(3), endless),
        lambda: pi.backtest(history(3), endless),
        lambda: pi.rank_sets(endless, [1.0]),
        lambda: pi.forecast(history(3), 2025, draws=100).table(top=endless),
    ]


@beyond("ranks in `top`")
def _(_folder: Path) -> list[Callable[[], object]]:
    future = pi.forecast(history(3), 2025, draws=100)
    return [lambda: future.table(top=range(1, 1_002))]


@beyond("rows of evidence")
def _(_folder: Path) -> list[Callable[[], object]]:
    same = pyarrow.nulls(100_000_001)
    return [lambda: pi.score(LEAF, pyarrow.table({"unit": same, "code": same, "points": same}))]


@beyond("units × criteria without children")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.score(wide(1_001), units(100_000))]


@beyond("rows of `Assessment.lines`, `compare`")
def _(_folder: Path) -> list[Callable[[], object]]:
    scored = pi.score(wide(501), units(10_000))
    return [scored.lines, lambda: pi.compare(scored, scored)]


@beyond("units × criteria of a report")
def _(folder: Path) -> list[Callable[[], object]]:
    scored = pi.score(wide(101), units(10_000))
    files = [folder / f"report{ending}" for ending in (".docx", ".xlsx", ".html")]
    return [partial(pi.report, scored, file) for file in files]


@beyond("a template")
def _(folder: Path) -> list[Callable[[], object]]:
    path, named = folder / "template.xlsx", [f"{unit}" for unit in range(1_001)]
    return [
        lambda: pi.evidence_template(LEAF, path, named[:201]),
        lambda: pi.evidence_template(LEAF, path, named, layout="rows"),
    ]


@beyond("rows")
def _(_folder: Path) -> list[Callable[[], object]]:
    part = pyarrow.table({"y": pyarrow.nulls(1 << 27)})
    return [lambda: pi.Survey(pyarrow.concat_tables([part] * 16))]


@beyond("sampled units × replicates; of a calibration rows × columns (a class is one) and columns × columns")
def _(_folder: Path) -> list[Callable[[], object]]:
    survey = pi.Survey(pyarrow.table({"y": [1.0] * 8_200, "a": [f"{row}" for row in range(8_200)]}))
    return [
        lambda: survey.replicate("JK1"),
        lambda: survey.replicate("bootstrap", replicates=2**62),
        lambda: survey.calibrate({"a": {f"{row}": 1.0 for row in range(8_200)}}),
    ]


@beyond("draws of `rank_sets` and `Sipas.ranks`")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.rank_sets([1.0, 2.0], [1.0, 1.0], draws=1_000_001)]


@beyond("units of a covariance")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.rank_sets([1.0] * 8_193, cov=[[1.0]])]


@beyond("combinations of the columns in `by`")
def _(_folder: Path) -> list[Callable[[], object]]:
    # Thirty columns of four values each take 2 bits a piece, and one more for what is missing.
    days = ["2026-03-02"] * 4
    columns = {f"c{column}": ["1", "2", "3", "4"] for column in range(30)}
    register = pyarrow.table({**columns, "received": days, "due": days, "finished": days})
    return [lambda: pi.dossiers.tally(register, by=list(columns), period="2026")]


@beyond("`threads`")
def _(_folder: Path) -> list[Callable[[], object]]:
    numbers = (0, 257, 10**9)
    return [partial(pi.dossiers.tally, [], period="2026", threads=number) for number in numbers]


@beyond("bad rows listed")
def _(_folder: Path) -> list[Callable[[], object]]:
    row = {"unit": "a", "received": "02/03/2026", "due": "01/03/2026", "finished": "03/03/2026"}

    def last() -> None:
        with pytest.raises(pi.ParIndexError) as caught:
            pi.dossiers.tally([row] * 1_001, period="2026", strict=True)
        assert len(caught.value.faults) == 1_001
        raise pi.ParIndexError("", [caught.value.faults[-1]])

    return [last]


@beyond("`generate`")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.dossiers.generate(5_000_001), lambda: pi.dossiers.generate(1, units=1_000_001)]


@beyond("`project`")
def _(_folder: Path) -> list[Callable[[], object]]:
    month = {"unit": "a", "month": "2026-01", "on_time": 0, "late": 0, "pending_in_time": 0}
    few, many = ({**month, "received": count, "pending_late": count} for count in (1, 10**9 + 1))
    return [lambda: pi.project([few], draws=1_000_001), lambda: pi.project([many])]


@beyond("months of `project` before the last")
def _(_folder: Path) -> list[Callable[[], object]]:
    month = {"unit": "a", "received": 1, "on_time": 1, "late": 0, "pending_in_time": 0, "pending_late": 0}
    rows = [{**month, "month": named} for named in ("2026-01", "2005-12")]
    return [lambda: pi.project(rows, until="2026-12-31")]


@beyond("days of `Calendar.add_working_days`")
def _(_folder: Path) -> list[Callable[[], object]]:
    calendar = pi.Calendar.without_holidays()
    return [partial(calendar.add_working_days, "2026-01-01", days) for days in (2**32, 2**32 - 1)]


@beyond("rows and units of a history")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: history(100_001, years=1)]


@beyond("years forecast at once")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.forecast(history(3), range(2025, 2076))]


@beyond("draws of `forecast`, `simulate`, `backtest`, `robustness`")
def _(_folder: Path) -> list[Callable[[], object]]:
    past, scored = history(3), pi.score(LEAF, units(2))
    return [
        lambda: pi.forecast(past, 2025, draws=10**12),
        lambda: pi.simulate(LEAF, belief(points="1"), draws=100_000_001),
        lambda: pi.backtest(past, 2022, draws=100_000_001),
        lambda: pi.robustness(scored, draws=100_000_001),
    ]


@beyond("draws × units of `Forecast.ranks`")
def _(_folder: Path) -> list[Callable[[], object]]:
    future = pi.forecast(history(6), 2025, draws=100_000_000)
    return [future.ranks]


@beyond("units of `rank_probabilities`, `robustness`, `chart.forecast`")
def _(_folder: Path) -> list[Callable[[], object]]:
    scored = pi.score(LEAF, units(1_001))
    simulated = pi.simulate(LEAF, [{"unit": f"{unit}", "code": "1", "points": "1"} for unit in range(1_001)], draws=100)
    return [simulated.rank_probabilities, lambda: pi.robustness(scored), lambda: pi.chart.forecast(simulated)]


@beyond("units × criteria without children of `simulate`, `sensitivity`")
def _(_folder: Path) -> list[Callable[[], object]]:
    framework, rows = wide(1_001), units(10_000)
    return [lambda: pi.simulate(framework, rows), lambda: pi.sensitivity(framework, rows)]


@beyond("dossiers to come in a belief")
def _(_folder: Path) -> list[Callable[[], object]]:
    believed = belief(numerator="1", denominator="2", belief="beta-binomial", coming="10000001")
    return [lambda: pi.simulate(LEAF, believed)]


@beyond("samples of `sensitivity`")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [lambda: pi.sensitivity(LEAF, belief(points="1"), samples=2**30 + 1)]


@beyond("samples × units of `sensitivity`")
def _(_folder: Path) -> list[Callable[[], object]]:
    return [
        lambda: pi.sensitivity(LEAF, belief(points="1"), samples=2**25 + 1),
        lambda: pi.sensitivity(LEAF, belief(points="1"), samples=2**24 + 1, weights_noise=0.1),
    ]


@beyond("actions of a plan")
def _(_folder: Path) -> list[Callable[[], object]]:
    card = pi.score(LEAF, units(1))["0"]
    action = {"code": "1", "points": "2", "cost": "1"}
    return [
        lambda: pi.plan(card, [{**action, "action": f"{row}"} for row in range(1_001)], budget="1"),
        lambda: pi.plan(card, [{**action, "action": f"{row}"} for row in range(9)], budget="1"),
    ]


@beyond("`seconds` of a plan")
def _(_folder: Path) -> list[Callable[[], object]]:
    card = pi.score(LEAF, units(1))["0"]
    actions = [{"code": "1", "points": "2", "cost": "1"}]
    seconds = (86_401, 1e18, float("inf"), float("nan"), -1.0)
    return [partial(pi.plan, card, actions, budget="1", seconds=time) for time in seconds]


UNTRIED = {
    # A column of 2²⁴ texts takes half a minute to make; the count is checked in `columns/labels.rs`.
    "different texts of one column in `by`",
}


def test_every_row_of_the_page_is_tried() -> None:
    assert [what for what, *_ in ROWS if what not in UNTRIED] == list(BEYOND)


@pytest.mark.parametrize(("what", "slugs"), [(what, slugs) for what, _, slugs in ROWS if what not in UNTRIED])
def test_what_is_larger_is_refused(what: str, slugs: str, tmp_path: Path) -> None:
    calls = BEYOND[what](tmp_path)
    for call in calls:
        since = time.process_time()
        with pytest.raises(pi.ParIndexError) as caught:
            call()
        assert caught.value.code in re.findall(r"`([\w-]+)`", slugs), caught.value
        assert time.process_time() - since < 5


FORGED = """
    import resource
    import parindex as pi
    from parindex._native import Table

    refused = 0

    def tried(read, forged):
        global refused
        try:
            read(forged)  # where a count or a value stood, it may be so large
        except pi.ParIndexError as error:
            assert error.code == "unreadable-file", error
            refused += 1

    dossier = {"unit": "a", "received": "02/03/2026", "due": "04/03/2026", "finished": "03/03/2026"}
    tally = pi.dossiers.tally([dossier], period="2026").to_bytes()
    table = pi.frameworks()._native.__reduce__()[1][0]
    many = bytes([0x80] * 8 + [0x10])  # 2^60, as lengths are written in tallies
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (128 << 20),) * 2)
    for at in range(len(tally)):
        for end in (tally[at + 1 :], b""):
            tried(pi.dossiers.Tally.from_bytes, tally[:at] + many + end)
    for at in range(0, len(table) - 8, 4):
        for claim in ((1 << 60).to_bytes(8, "little"), (0x7FFF_FFF0).to_bytes(4, "little")):
            tried(Table.from_ipc, table[:at] + claim + table[at + len(claim) :])
    print("refused", refused)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="bounds memory as Linux does")
def test_claims_of_forged_bytes_take_no_memory() -> None:
    code = textwrap.dedent(FORGED)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60)
    assert ended.returncode == 0, ended.stderr[-2_000:]
    assert int(ended.stdout.removeprefix("refused ")) > 100
