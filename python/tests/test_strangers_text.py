"""What strangers wrote stays text in everything that is written: no markup, no formula, no escape of a terminal."""

import csv
import html
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import parindex as pi
import pytest
from commands import run
from parindex import layout, outputs
from surface import FRAMEWORK

TEXTS = [
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "</style></script><svg onload=alert(1)>", "]]>",
    "&amp;&#60;b&#62;", "javascript:alert(1)", "{{7*7}}", "=cmd|'/C calc'!A0", "+1+cmd|' /C calc'!A0", "@SUM(1+1)*cmd",
    "-1+1", "＝1+1", "x\t=1", "a\r\n=1", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "c\x9b31m", "d\x7f\x08", "e\u202e68,71",
    "f\u2066g", "h\ufffe\uffff", "i\u2028j", "k\rl",
]  # fmt: skip
HARMLESS = {text: re.sub(r"\s+", " ", layout.shown(text)) for text in TEXTS}
UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


@pytest.fixture(scope="module")
def framework() -> pi.Framework:
    """Strangers name the criteria too."""
    name = json.dumps(TEXTS[0])
    told = FRAMEWORK.replace('{ vi = "Đúng hạn", en = "On time" }', f"{{ vi = {name}, en = {name} }}")
    return pi.Framework.from_toml(told.replace('"Sở Nội vụ"', json.dumps(TEXTS[7])))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    beside = ("explanation", "documents", "note", "source", "agency")
    return [
        {"unit": text, "code": code, **stated, **dict.fromkeys(beside, text), "stage": stage}
        for text in TEXTS
        for code, stated in (("1", {"numerator": 9, "denominator": 10}), ("2", {"points": "1"}))
        for stage in ("self", "appraised-1")
    ]


@pytest.fixture(scope="module")
def named() -> list[dict[str, Any]]:
    return [
        {"unit": text, "name": f"{text} {place}", "level": TEXTS[14 * (place % 2)]} for place, text in enumerate(TEXTS)
    ]


@pytest.fixture(scope="module")
def assessment(framework: pi.Framework, rows: list[dict[str, Any]], named: list[dict[str, Any]]) -> pi.Assessment:
    return pi.score(framework, rows, named)


@pytest.fixture(scope="module")
def tasks(assessment: pi.Assessment) -> pi.Tasks:
    register = [
        {"task": text, "lead": text, "area": text, "due": "2026-06-01", "status": "đang làm", "codes": "1"}
        for text in TEXTS
    ]
    return pi.tasks(assessment, register, "2026-06-20", statuses={"đang làm": "in-progress"})


@pytest.fixture(scope="module")
def told(assessment: pi.Assessment, tasks: pi.Tasks) -> dict[str, Any]:
    """All that a report can be told."""
    duties = [{"code": "1", "agency": text, "remedy": text, "due": text} for text in TEXTS]
    head = dict.fromkeys(("title", "office", "superior", "number", "place", "signer"), " ".join(TEXTS))
    return {"agencies": duties, "tasks": tasks, "recipients": TEXTS, "before": assessment, **head}


class Seen(HTMLParser):
    """Tags and attributes that nobody but a stranger puts into a page."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "iframe", "b"}:
            self.wrong.append(tag)
        for name, value in attrs:
            is_link = name in {"href", "src", "xlink:href"} and not (value or "").startswith(("#", "data:"))
            if name.startswith("on") or is_link:
                self.wrong.append(f"{tag} {name}={value}")


def is_harmless_page(page: str) -> bool:
    """Nothing in a page was not put there by us, and nothing in it cannot be shown."""
    seen = Seen()
    seen.feed(page)
    return not seen.wrong and UNSHOWN.search(page) is None


def test_tables_in_notebooks(assessment: pi.Assessment, tasks: pi.Tasks) -> None:
    tables = [assessment.ranking(), assessment.ranking(within="level"), assessment.lines(), tasks.table()]
    pages = [table.to_html(lang) for table in tables for lang in ("vi", "en")]  # type: ignore[arg-type]
    pages += [
        tasks._repr_html_(),
        assessment.ranking().to_great_tables(title=TEXTS[0], subtitle=TEXTS[1]).as_raw_html(),
    ]
    for page in pages:
        assert is_harmless_page(page)
    assert html.escape(HARMLESS[TEXTS[1]]) in pages[0]
    assert not UNSHOWN.search(repr(assessment.ranking()))


def test_a_report_as_a_page(assessment: pi.Assessment, told: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.html"
    pi.report(assessment, path, **told)
    page = path.read_text(encoding="utf-8")
    assert is_harmless_page(page) and "default-src 'none'" in page
    assert html.escape(HARMLESS[TEXTS[0]]) in page


def test_a_report_for_word(assessment: pi.Assessment, told: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.docx"
    pi.report(assessment, path, **told)
    texts = "".join(docx.Document(str(path)).element.itertext())
    assert HARMLESS[TEXTS[0]] in texts and not UNSHOWN.search(texts)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b"TargetMode" not in b"".join(parts.values()), "no link leads out of the document"
    assert b"<w:hyperlink" not in parts["word/document.xml"]


def sheets(path: Path) -> Any:
    """The sheets of a workbook, none of which may link anywhere."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        for name in parts:
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts[name])
    assert not any("externalLink" in name for name in parts) and b"TargetMode" not in b"".join(parts.values())
    return openpyxl.load_workbook(path).worksheets


def is_text(cell: Any) -> bool:
    """Whether a cell that holds a stranger's text is one, and stays one when it is edited."""
    return cell.data_type == "s" and (cell.quotePrefix or not str(cell.value).startswith(tuple("=+-@\t\r\n")))


def test_a_report_for_excel(assessment: pi.Assessment, told: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.xlsx"
    pi.report(assessment, path, **told)
    cells = [cell for sheet in sheets(path) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    formulas = {str(cell.value) for cell in cells if cell.data_type == "f"}
    assert all(re.fullmatch(r"=[A-Z0-9:(),+\-*/. ]+", formula) for formula in formulas), formulas
    assert all(is_text(cell) for cell in cells if isinstance(cell.value, str) and cell.data_type != "f")
    assert HARMLESS[TEXTS[7]] in {cell.value for cell in cells}
    assert not any(UNSHOWN.search(str(cell.value)) for cell in cells)


def test_templates_for_excel(framework: pi.Framework, tmp_path: Path) -> None:
    kept = [text for text in TEXTS if layout.shown(text) == text]
    pi.evidence_template(framework, tmp_path / "mau.xlsx", kept)
    pi.evidence_template(framework, tmp_path / "dong.xlsx", kept, layout="rows")
    pi.criteria_template(framework, tmp_path / "bang.xlsx")
    for path in tmp_path.glob("*.xlsx"):
        cells = [cell for sheet in sheets(path) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert all(is_text(cell) for cell in cells if isinstance(cell.value, str)), path.name
    with pytest.raises(pi.ParIndexError, match="control characters"):
        pi.evidence_template(framework, tmp_path / "hong.xlsx", TEXTS)


def charts(assessment: pi.Assessment) -> dict[str, Callable[[], Any]]:
    card = assessment[TEXTS[0]]
    rows = [
        {"unit": text, "year": year, "score": 80 + place + (year * (place + 3)) % 7}
        for place, text in enumerate(TEXTS[:8] + TEXTS[13:])
        for year in range(2019, 2025)
    ]
    history = pi.History(rows, units=[{"unit": text, "name": f"{text}!"} for text in TEXTS])
    register = [
        {"unit": text, "received": "02/03/2026", "due": "04/03/2026", "finished": "04/03/2026"} for text in TEXTS
    ]
    return {
        "ranking": lambda: pi.chart.ranking(assessment, within="level"),
        "score_to_rank": lambda: pi.chart.score_to_rank(assessment, TEXTS[14]),
        "lost": lambda: pi.chart.lost(card, by="agency", agencies={"1": TEXTS[14], "2": TEXTS[0]}),
        "waterfall": lambda: pi.chart.waterfall(card),
        "history": lambda: pi.chart.history(history, units=[TEXTS[0], TEXTS[14], TEXTS[18]]),
        "forecast": lambda: pi.chart.forecast(pi.forecast(pi.History(rows), 2025, draws=200, progress=False)),
        "indices": lambda: pi.chart.indices({text: history for text in TEXTS[13:16]}, unit=TEXTS[0]),
        "on_time": lambda: pi.chart.on_time(pi.dossiers.tally(register, period="2026-H1"), names={TEXTS[0]: TEXTS[14]}),
        "tiles": lambda: pi.chart.tiles({"01": 1}, provinces=63, title=TEXTS[14] + TEXTS[0]),
    }


CHARTS = ["ranking", "score_to_rank", "lost", "waterfall", "history", "forecast", "indices", "on_time", "tiles"]


@pytest.mark.parametrize("kind", CHARTS)
def test_charts(kind: str, assessment: pi.Assessment, tmp_path: Path) -> None:
    """A control character made vl-convert end the whole process."""
    chart = charts(assessment)[kind]()
    picture = pi.chart.svg(chart, with_font=False)
    ElementTree.fromstring(picture)
    assert is_harmless_page(picture)
    if kind == "lost":
        for ending in ("png", "json"):
            pi.chart.save(chart, tmp_path / f"chart.{ending}")
        chart.save(str(tmp_path / "own.svg"))  # as Altair does it
        page = pi.chart.html(chart)
        assert not any(text in page for text in TEXTS[:3]) and "\\u003cscript" in page


def test_the_widget(assessment: pi.Assessment) -> None:
    """The page sets texts, never markup; a download opens in Excel."""
    widget = pi.explore(assessment, unit=TEXTS[0])
    source = (Path(pi.__file__).parent / "whatif" / "explore.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", source)
    sent: list[Any] = []
    widget.send = sent.append
    widget.unit = TEXTS[7]
    widget._hear(None, {"do": "csv", "id": "1"}, None)
    assert sent[0]["csv"].count(f"'{TEXTS[7]}") > 0 and re.fullmatch(r"[\w.-]+", sent[0]["name"])


def test_commands(rows: list[dict[str, Any]], named: list[dict[str, Any]], tmp_path: Path) -> None:
    """A name does not move the cursor, colour the screen or turn the digits beside it; JSON stays exact."""
    (tmp_path / "framework.toml").write_text(FRAMEWORK, encoding="utf-8")
    for name, table in (("evidence", rows), ("units", named)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in table for key in row)))
            writer.writeheader()
            writer.writerows(table)
    asked = ["score", str(tmp_path / "framework.toml"), str(tmp_path / "evidence.csv"), f"--units={tmp_path}/units.csv"]
    code, out, err = run(*asked, f"--out={tmp_path}/out")
    assert (code, err) == (0, "") and "red" in out and not UNSHOWN.search(out)
    code, out, err = run(*asked, "--json")
    assert (code, err) == (0, "") and not UNSHOWN.search(out)
    assert TEXTS[14] in json.dumps(json.loads(out), ensure_ascii=False).replace("\\u001b", "\x1b")
    for path in (tmp_path / "out").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = {cell for row in csv.reader(file) for cell in row}
        assert not any(begins_a_formula(cell) for cell in cells), path.name
    (tmp_path / "bad.csv").write_text("unit,code,value\n\x1b[2JA,\x1b[31m9,\x9b1\n", encoding="utf-8")
    code, out, err = run("score", "dvc-766/province", str(tmp_path / "bad.csv"))
    assert code == 1 and "bad-code" in err and not UNSHOWN.search(out + err)


def begins_a_formula(cell: str) -> bool:
    plain = unicodedata.normalize("NFKC", cell)
    return plain[:1] in set("=+-@\t\r\n") and re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?", plain) is None


def test_csv_keeps_numbers_and_marks_formulas() -> None:
    table = pi.Table(pi.compare(*[pi.score(pi.Framework.load("dvc-766/province"), [
        {"unit": "=1+1", "code": "2.1", "numerator": count, "denominator": 8}]) for count in (8, 7)])._native)  # fmt: skip
    lines = list(csv.DictReader(io.StringIO(outputs.csv_text(table))))
    assert {line["unit"] for line in lines} == {"'=1+1"}
    assert {line["change"] for line in lines if line["code"] == "2.1"} == {"-2.5"}
