"""Reports: every number is the assessment's, in each format and language."""

import csv
import io
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import parindex as pi
import pytest
from commands import run
from csv_files import read

FORMATS = ["docx", "xlsx", "html"]
HOSTILE = "=cmd|'/C calc'!A0"

# Made up, worked by hand: 3.25 + 3.54 of 12; the self-score is 5 + 3.54.
FRAMEWORK = """
id = "test/department"
title = { vi = "Bộ chỉ số thử", en = "Test index" }
unit = "department"
rounds = [2026]
status = "draft"
basis = "official"
max_points = "12"
absence = { missing = "zero", not_applicable = "shrink", zero_denominator = "zero" }
rounding = { places = 2, mode = "half-up", at = "leaf" }

[criteria."1"]
name = { vi = "Chỉ đạo, điều hành", en = "Steering" }
max_points = "5"

[criteria."1.1"]
name = { vi = "Ban hành kế hoạch", en = "Plan issued" }
max_points = "1"
rule = { kind = "given" }

[criteria."1.2"]
name = { vi = "Nhiệm vụ hoàn thành", en = "Tasks completed" }
max_points = "2"
rule = { kind = "given" }
basis = { rule = "assumed" }

[criteria."1.3"]
name = { vi = "Sáng kiến", en = "Initiatives" }
max_points = "2"
rule = { kind = "given" }

[criteria."2"]
name = { vi = "Thủ tục hành chính", en = "Procedures" }
max_points = "7"

[criteria."2.1"]
name = { vi = "Hồ sơ đúng hạn", en = "Dossiers on time" }
max_points = "4"
rule = { kind = "proportional" }

[criteria."2.2"]
name = { vi = "Mức độ hài lòng", en = "Satisfaction" }
max_points = "3"
rule = { kind = "given" }
"""
EVIDENCE: list[dict[str, Any]] = [
    {"unit": "SNV", "code": "1.1", "points": "1", "documents": "KH 12/KH-SNV"},
    {"unit": "SNV", "code": "1.2", "points": "2"},
    {"unit": "SNV", "code": "1.2", "points": "1", "stage": "appraised-1"},
    {
        "unit": "SNV",
        "code": "1.2",
        "points": "1",
        "stage": "explained",
        "explanation": "Hai nhiệm vụ được lùi hạn",
        "documents": "CV 318",
    },
    {"unit": "SNV", "code": "1.3", "points": "2"},
    {"unit": "SNV", "code": "1.3", "points": "1.25", "stage": "appraised-1"},
    {"unit": "SNV", "code": "2.1", "numerator": 528684, "denominator": 597918},
    {"unit": "STC", "code": "1.1", "points": "0"},
    {"unit": "STC", "code": "2.2", "points": "2.61"},
]
UNITS = [{"unit": "SNV", "name": "Sở Nội vụ"}, {"unit": "STC", "name": "Sở Tài chính"}]
AGENCIES = [
    {"code": "1", "agency": "Sở Nội vụ", "remedy": "Đôn đốc hằng tháng", "due": "20/12/2026"},
    {"code": "2", "agency": "Văn phòng UBND tỉnh"},
    {"code": "2.2", "agency": "Sở Thông tin"},
]


@pytest.fixture(scope="module")
def made() -> pi.Assessment:
    return pi.score(pi.Framework.from_toml(FRAMEWORK), EVIDENCE, UNITS)


@pytest.fixture(scope="module")
def phu_tho(fixtures: Path) -> pi.Assessment:
    rows = read(fixtures / "dvc-766-phu-tho-2026" / "evidence.csv")
    return pi.score(pi.Framework.load("dvc-766/province"), [row for row in rows if row["unit"] == "H44"])


class _Tables(HTMLParser):
    """The tables of a page by caption."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] | None = None
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.rows = []
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th", "caption"}:
            self.text = []

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self.text or [])
        if tag == "caption":
            self.tables[text] = self.rows
        if tag in {"td", "th"}:
            self.rows[-1].append(text)

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)


def tables(path: Path) -> dict[str, list[list[str]]]:
    """Every table of a report as text, by what names it."""
    if path.suffix == ".html":
        page = _Tables()
        page.feed(path.read_text(encoding="utf-8"))
        return page.tables
    file = docx.Document(str(path))
    found = {}
    for table in file.tables:
        caption = table._tbl.tblPr.xpath("w:tblCaption/@w:val")
        if caption:
            found[caption[0]] = [[cell.text for cell in row.cells] for row in table.rows]
    return found


def sheet(path: Path, name: str, *, values: bool = True) -> dict[str, dict[str, Any]]:
    """The rows of a sheet by the code, or else the name, that they begin with; columns by their titles."""
    cells = openpyxl.load_workbook(path, data_only=values)[name]
    rows = [[cell.value for cell in row] for row in cells.iter_rows()]
    top = next(at for at, row in enumerate(rows) if row[0] in {"Mã", "Code", "Cơ quan chủ trì", "Hạng", "Đơn vị"})
    return {str(row[0] or row[1]): dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]}


def number(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def exact(value: Any) -> Decimal:
    """A number as a cell holds it: the shortest digits of its float."""
    return Decimal(repr(value))


@pytest.mark.parametrize("ending", ["docx", "html"])
def test_every_number_is_the_assessments(
    made: pi.Assessment, phu_tho: pi.Assessment, tmp_path: Path, ending: str
) -> None:
    for assessment, unit in ((made, "SNV"), (phu_tho, "H44")):
        path = tmp_path / f"r.{ending}"
        pi.report(assessment, path, unit=unit, charts=False)
        card = assessment[unit]
        head, *rows = tables(path)["Bảng chấm điểm chi tiết"]
        points_title = "Thẩm định" if "Thẩm định" in head else "Đạt"
        places = {name: head.index(name) for name in ("Tối đa", points_title, "Mất")}
        assert [row[0] for row in rows[:-1]] == assessment.framework.codes()
        for row in rows[:-1]:
            line = card.line(row[0])
            assert number(row[places["Tối đa"]]) == line.max_points
            assert number(row[places["Mất"]]) == line.lost
            shown = row[places[points_title]]
            assert shown == "chưa\xa0có" if line.status == "missing" else number(shown) == line.points
        assert number(rows[-1][places[points_title]]) == card.points


def test_the_workbook_holds_exact_values_and_formulas_that_give_them(
    made: pi.Assessment, phu_tho: pi.Assessment, tmp_path: Path
) -> None:
    for assessment, unit, points in ((made, "SNV", "Thẩm định"), (phu_tho, "H44", "Đạt")):
        path = tmp_path / "r.xlsx"
        pi.report(assessment, path, unit=unit, agencies=None if unit == "H44" else AGENCIES)
        card = assessment[unit]
        detail = sheet(path, "Chi tiết")
        for code in assessment.framework:
            line = card.line(code)
            assert exact(detail[code]["Tối đa"]) == line.max_points
            assert line.status == "missing" or exact(detail[code][points]) == line.points
        assert exact(detail["Tổng cộng"][points]) == card.points
        assert exact(sheet(path, "Tổng hợp")["Tổng cộng"]["Chỉ số (%)"]) == card.index
        assert sheet(path, "Tổng hợp", values=False)["Tổng cộng"][points].startswith("=SUM(")
        assert recomputed(path) > 10


def recomputed(path: Path) -> int:
    """Works out every formula of a workbook by itself and compares it with the value beside it."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    count = 0
    for cells in formulas:
        known = values[cells.title]

        def at(place: str, known: Any = known) -> Decimal:
            value = known[place].value
            return exact(value) if isinstance(value, (int, float)) else Decimal(0)

        for row in cells.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                text = cell.value[1:]
                if text.startswith("SUM("):
                    result = sum((sum_of(part, known, at) for part in text[4:-1].split(",")), Decimal(0))
                elif text.startswith("ROUND("):
                    part, whole = re.findall(r"[A-Z]+\d+", text)
                    result = (at(part) / at(whole) * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
                else:
                    whole, part = text.split("-")
                    result = at(whole) - at(part)
                assert result == at(cell.coordinate), (cells.title, cell.coordinate, text)
                count += 1
    return count


def sum_of(part: str, known: Any, at: Any) -> Decimal:
    cells = known[part] if ":" in part else ((known[part],),)
    return sum((at(cell.coordinate) for row in cells for cell in row), Decimal(0))


def test_points_by_field_worked_by_hand(made: pi.Assessment, tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    pi.report(made, path, unit="SNV", charts=False)
    assert tables(path)["Tổng hợp điểm theo lĩnh vực"] == [
        ["Mã", "Lĩnh vực, tiêu chí", "Tối đa", "Tự chấm", "Thẩm định", "Chênh lệch", "Mất", "Chỉ số (%)"],
        ["1", "Chỉ đạo, điều hành", "5", "5,00", "3,25", "-1,75", "1,75", "65,00"],
        ["2", "Thủ tục hành chính", "7", "3,54", "3,54", "0,00", "3,46", "50,57"],
        ["", "Tổng cộng", "12", "8,54", "6,79", "-1,75", "5,21", "56,58"],
    ]


@pytest.mark.parametrize("ending", ["docx", "html"])
def test_explanations_differences_and_the_plan(made: pi.Assessment, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r.{ending}"
    pi.report(made, path, unit="SNV", agencies=AGENCIES, charts=False)
    found = tables(path)
    assert found["Danh mục giải trình"][1:] == [
        ["1.2", "Nhiệm vụ hoàn thành", "2", "2", "1", "Hai nhiệm vụ được lùi hạn", "CV 318"]
    ]
    changed = found["Chênh lệch giữa tự chấm và thẩm định"][1:]
    assert [row[:6] for row in changed] == [
        ["1.2", "Nhiệm vụ hoàn thành", "2", "2", "1,00", "-1,00"],
        ["1.3", "Sáng kiến", "2", "2", "1,25", "-0,75"],
    ]
    plan = [[row[0], row[4], *row[6:]] for row in found["Kế hoạch duy trì, nâng cao chỉ số"][1:]]
    assert plan == [
        ["2.2", "3,00", "Sở Thông tin", "", ""],
        ["1.2", "1,00", "Sở Nội vụ", "Đôn đốc hằng tháng", "20/12/2026"],
        ["1.3", "0,75", "Sở Nội vụ", "Đôn đốc hằng tháng", "20/12/2026"],
        ["2.1", "0,46", "Văn phòng UBND tỉnh", "", ""],
    ]
    assert found["Điểm mất theo cơ quan chủ trì"][1:] == [
        ["Sở Thông tin", "3,00", "2.2"],
        ["Sở Nội vụ", "1,75", "1.2, 1.3"],
        ["Văn phòng UBND tỉnh", "0,46", "2.1"],
        ["Tổng cộng", "5,21", ""],
    ]


def test_losses_by_agency_are_those_of_the_assessment(made: pi.Assessment, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    pi.report(made, path, agencies=AGENCIES, charts=False)
    *rows, total = tables(path)["Điểm mất theo cơ quan chủ trì"][1:]
    own = made.lost_by(AGENCIES)
    assert {row[0]: number(row[1]) for row in rows} == dict(zip(own["agency"], own["lost"], strict=True))
    assert number(total[1]) == sum(own["lost"])


def test_what_was_published_is_what_the_report_says(fixtures: Path, phu_tho: pi.Assessment, tmp_path: Path) -> None:
    with (fixtures / "dvc-766-phu-tho-2026" / "published.csv").open(encoding="utf-8", newline="") as file:
        published = {
            row["code"]: row["points"]
            for row in csv.DictReader(file)
            if (row["unit"], row["period"]) == ("H44", "year")
        }
    pi.report(phu_tho, tmp_path / "r.docx", charts=False)
    shown = {row[0]: row[3] for row in tables(tmp_path / "r.docx")["Bảng chấm điểm chi tiết"][1:-1]}
    assert len(published) == 20
    assert all(number(shown[code]) == Decimal(points) for code, points in published.items())


def test_the_ranking_of_2020_is_the_published_one(fixtures: Path, tmp_path: Path) -> None:
    def read(name: str) -> list[dict[str, str]]:
        with (fixtures / "par-index-published" / name).open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file) if row["year"] == "2020"]

    totals = [row for row in read("totals.csv") if row["score"]]
    evidence = [{name: row[name] for name in ("unit", "code", "points")} for row in read("components.csv")]
    units = [{"unit": row["unit"], "name": row["name"]} for row in read("totals.csv")]
    a = pi.score(pi.Framework.load("par-index/components"), evidence, units)
    pi.report(a, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)["Xếp hạng"]
    rows = [[cell.value for cell in row] for row in book.iter_rows()]
    shown = {row[1]: (row[0], exact(row[3])) for row in rows if isinstance(row[0], int)}
    assert len(shown) == 10
    for row in totals:
        rank, points = shown[row["unit"]]
        assert abs(points - Decimal(row["score"])) <= Decimal("0.01") and rank == int(row["rank"])


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("ending", FORMATS)
def test_a_gap_is_no_zero(made: pi.Assessment, tmp_path: Path, ending: str, lang: Any) -> None:
    path = tmp_path / f"r.{ending}"
    pi.report(made, path, lang=lang, charts=False)
    word = "chưa\xa0có" if lang == "vi" else "missing"
    name = "Điểm theo lĩnh vực của từng đơn vị" if lang == "vi" else "Points of each unit by field"
    if ending == "xlsx":
        book = openpyxl.load_workbook(path, data_only=True)["Chi tiết" if lang == "vi" else "Detail"]
        cells = {(row[0].value, row[2].value): row[5].value for row in book.iter_rows()}
        assert cells["STC", "1.1"] == 0 and cells["STC", "1.2"] == word and cells["SNV", "2.2"] == word
        assert cells["STC", "2.1"] == word
    else:
        rows = {row[0]: row for row in tables(path)[name][1:]}
        assert number(rows["Sở Tài chính"][1]) == 0  # 1.1 was scored: 0
        assert len(rows) == 2


def test_no_self_score_is_no_self_score_of_zero(tmp_path: Path) -> None:
    rows = [{"unit": "SNV", "code": "1.1", "points": "1", "stage": "final"}]
    a = pi.score(pi.Framework.from_toml(FRAMEWORK), rows)
    pi.report(a, tmp_path / "r.html", charts=False)
    total = tables(tmp_path / "r.html")["Tổng hợp điểm theo lĩnh vực"][-1]
    assert total[1:6] == ["Tổng cộng", "12", "chưa\xa0có", "1", ""]


def test_numbers_are_written_as_the_language_does(made: pi.Assessment, tmp_path: Path) -> None:
    for lang, points in (("vi", "6,79"), ("en", "6.79")):
        pi.report(made, tmp_path / "r.html", unit="SNV", lang=lang, charts=False)  # type: ignore[arg-type]
        text = (tmp_path / "r.html").read_text(encoding="utf-8")
        assert f'<html lang="{lang}">' in text and f">{points}<" in text and f"{points}/12" in text


@pytest.mark.parametrize("ending", FORMATS)
def test_assumed_rows_are_told(made: pi.Assessment, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r.{ending}"
    pi.report(made, path, unit="SNV", charts=False)
    assert "2/12 điểm tối đa dựa trên các dòng giả định" in everything(path)  # 1.2, whose rule nobody has read


def everything(path: Path) -> str:
    """All text of a report."""
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


def test_the_document_is_laid_out_as_offices_do(made: pi.Assessment, tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    pi.report(
        made,
        path,
        unit="SNV",
        office="Sở Nội vụ",
        recipients=["Bộ Nội vụ", "Lưu: VT"],
        today="2026-11-24",
        charts=False,
    )
    file = docx.Document(str(path))
    first, annex = file.sections[0], file.sections[-1]
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert (round(annex.page_width.mm), round(annex.page_height.mm)) == (297, 210)
    for section in file.sections:
        assert 20 <= section.top_margin.mm <= 25.1 and 20 <= section.bottom_margin.mm <= 25.1
        assert 30 <= section.left_margin.mm <= 35.1 and 15 <= section.right_margin.mm <= 20.1
    normal = file.styles["Normal"].font
    assert normal.name == "Times New Roman" and 13 <= normal.size.pt <= 14
    head = [cell.text for cell in file.tables[0].rows[0].cells]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head[1] and "Độc lập - Tự do - Hạnh phúc" in head[1]
    assert "SỞ NỘI VỤ" in head[0] and "ngày 24 tháng 11 năm 2026" in head[1]
    assert any(
        "Nơi nhận:" in cell.text and "- Lưu: VT." in cell.text for table in file.tables for cell in table.rows[0].cells
    )
    captioned = [table for table in file.tables if table._tbl.tblPr.xpath("w:tblCaption")]
    assert captioned and all(table.rows[0]._tr.xpath("w:trPr/w:tblHeader") for table in captioned)


def test_text_of_the_data_is_never_a_formula_nor_a_tag(tmp_path: Path) -> None:
    units = [{"unit": "SNV", "name": HOSTILE}, {"unit": "STC", "name": "<script>alert(1)</script>\x0b&"}]
    evidence = [
        *EVIDENCE,
        {
            "unit": "STC",
            "code": "1.3",
            "points": "1",
            "stage": "explained",
            "explanation": "@SUM(1)",
            "documents": "-1+1",
        },
    ]
    a = pi.score(pi.Framework.from_toml(FRAMEWORK), evidence, units)
    agencies = [{"code": "1", "agency": "+1", "remedy": "\t=1+1", "due": "=NOW()"}]
    for ending in FORMATS:
        pi.report(a, tmp_path / f"r.{ending}", agencies=agencies, title=HOSTILE, office="<b>", charts=False)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = [cell for name in book.sheetnames for row in book[name].iter_rows() for cell in row]
    assert all(
        re.fullmatch(r"=(SUM\([A-Z\d:,]+\)|ROUND\([A-Z\d/*,]+\)|[A-Z]+\d+-[A-Z]+\d+)", cell.value)
        for cell in cells
        if cell.data_type == "f"
    )
    hostile = [
        cell
        for cell in cells
        if isinstance(cell.value, str) and cell.value[:1] in set("=+-@\t") and cell.data_type != "f"
    ]
    assert {HOSTILE, "+1", "=NOW()", "@SUM(1)", "-1+1"} <= {cell.value for cell in hostile}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in hostile)
    page = _Tables()
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    page.feed(text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert {"script", "b", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in page.tags)
    assert "<script>alert(1)</script>\ufffd&" in [row[2] for row in tables(tmp_path / "r.docx")["Xếp hạng các đơn vị"]]


def test_a_page_needs_no_network_and_says_what_its_parts_are(made: pi.Assessment, tmp_path: Path) -> None:
    pi.report(made, tmp_path / "r.html")
    page = _Tables()
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    page.feed(text)
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"|url\(([^)]+)\)", text)
    assert all(address.startswith(("#", "data:")) for pair in addresses for address in pair if address)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") > 3
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    figures = [attributes for tag, attributes in page.tags if attributes.get("role") == "img"]
    assert figures and all(attributes["aria-label"] for attributes in figures)
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert "Noto Sans Parindex" in text and "font/woff2" in text


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_report_is_the_same_bytes(made: pi.Assessment, tmp_path: Path, ending: str) -> None:
    written = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.{ending}"
        pi.report(made, path, unit="SNV", agencies=AGENCIES)
        written.append(path.read_bytes())
    assert written[0] == written[1]
    if ending != "html":
        with zipfile.ZipFile(io.BytesIO(written[0])) as parts:
            assert {part.date_time[:3] for part in parts.infolist()} == {(1980, 1, 1)}
            assert b"2020-01-01T00:00:00Z" in parts.read("docProps/core.xml")
        pi.report(made, path, unit="SNV", today="2026-11-24", charts=False)
        with zipfile.ZipFile(path) as parts:
            assert b"2026-11-24T00:00:00Z" in parts.read("docProps/core.xml")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r.{ending}"
    path.write_bytes(b"old")
    code = (
        "import os, signal, parindex as pi\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "a = pi.score(pi.Framework.load('dvc-766/province'), [{'unit': 'H44', 'code': '2.1', 'numerator': 1, 'denominator': 2}])\n"
        f"pi.report(a, {str(path)!r}, charts=False)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL and path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("ending", "package", "charts"),
    [("docx", "docx", False), ("xlsx", "xlsxwriter", False), ("html", "vl_convert", True)],
)
def test_a_missing_extra_is_one_sentence(
    made: pi.Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, package: str, charts: bool
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        ImportError, match=r"^an? .* report.* needs \w+: pip install 'parindex\[report\]'$|^a report with charts needs"
    ):
        pi.report(made, tmp_path / f"r.{ending}", charts=charts)
    assert list(tmp_path.iterdir()) == []


def test_faults_are_told(made: pi.Assessment, tmp_path: Path) -> None:
    asked: list[tuple[dict[str, Any], str]] = [
        ({"path": "r.pdf"}, "bad-value"),
        ({"kind": "yearly"}, "bad-value"),
        ({"unit": "SXD"}, "unknown-unit"),
        ({"today": "31/02/2026"}, "bad-date"),
        ({"period": "2026-Q9"}, "bad-value"),
        ({"agencies": [{"code": "9", "agency": "x"}]}, "unknown-criterion"),
        ({"agencies": [{"code": "1"}]}, "missing-column"),
        ({"agencies": "/no/such/file.xlsx"}, "unreadable-file"),
        ({"evidence": [{"unit": "SNV", "code": "9", "points": "1"}]}, "unknown-criterion"),
    ]
    for options, code in asked:
        with pytest.raises(pi.ParIndexError) as caught:
            pi.report(made, **{"path": tmp_path / "r.html", "charts": False, **options})
        assert caught.value.code == code, options
    with pytest.raises(TypeError, match="period"):
        pi.report(made, tmp_path / "r.html", kind="quarterly")
    with pytest.raises(TypeError, match="today='2026-12-20'"):
        pi.report(made, tmp_path / "r.html", tasks=[{"task": "Rà soát", "due": "20/12/2026"}])
    assert list(tmp_path.iterdir()) == []
    for name in ("hong.xlsx", "hong.parquet"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 broken")
        with pytest.raises(pi.ParIndexError, match="unreadable-file"):
            pi.report(made, tmp_path / "r.html", agencies=tmp_path / name, charts=False)


def test_a_list_of_agencies_that_is_no_workbook_is_told(made: pi.Assessment, tmp_path: Path) -> None:
    broken = tmp_path / "chu-tri.xlsx"
    broken.write_bytes(b"code,agency")
    with pytest.raises(pi.ParIndexError, match="no zip archive") as caught:
        pi.report(made, tmp_path / "r.docx", agencies=broken, charts=False)
    assert caught.value.code == "unreadable-file"


def test_an_earlier_assessment_and_a_period(made: pi.Assessment, tmp_path: Path) -> None:
    before = pi.score(made.framework, EVIDENCE, UNITS, stage="self")
    pi.report(made, tmp_path / "r.docx", unit="SNV", before=before, period="2026-Q3", charts=False)
    found = tables(tmp_path / "r.docx")
    rows = {row[0] or row[1]: row[2:5] for row in found["So với kỳ trước"][1:]}
    assert rows["1.2"] == ["2,00", "1,00", "-1,00"] and rows["2.2"] == ["chưa\xa0có", "chưa\xa0có", ""]
    assert rows["Chỉ số (%)"] == ["71,17", "56,58", "-14,59"]  # 8.54 and 6.79 of 12
    assert "Kết quả thực hiện quý III năm 2026" in found
    assert "Kỳ báo cáo từ ngày 15/06/2026 đến ngày 14/09/2026." in everything(tmp_path / "r.docx")


def test_a_forecast_is_never_a_rank_alone(tmp_path: Path) -> None:
    rows = [
        {"unit": unit, "year": year, "score": 80 + 3 * at + year % 3}
        for at, unit in enumerate("ABCD")
        for year in range(2018, 2025)
    ]
    f = pi.forecast(pi.History(rows), year=2025, draws=2000, seed=7, progress=False)
    points = [{"unit": unit, "code": "1", "points": str(50 + at)} for at, unit in enumerate("ABCD")]
    a = pi.score(pi.Framework.load("par-index/province-2022"), points)
    pi.report(a, tmp_path / "r.html", forecast=f, charts=False)
    head, *shown = tables(tmp_path / "r.html")["Dự báo thứ hạng"]
    rank = head.index("Hạng dự báo (khoảng 90 %)")
    table = {row["unit"]: row for row in f.table(top=[10], progress=False)}
    assert len(shown) == 4
    for row in shown:
        own = table[row[0]]
        assert row[rank] == f"{own['rank_q50']} ({own['rank_q05']} – {own['rank_q95']})"


def test_units_without_names_are_called_as_where_they_have_one(made: pi.Assessment, tmp_path: Path) -> None:
    rows = [{**row, "unit": unit} for row in EVIDENCE[:2] for unit in ("SNV", "X1", "X2")]
    nameless = pi.score(made.framework, rows)
    history = pi.History(
        [
            {"unit": unit, "year": year, "score": score + year % 7}
            for year in (2023, 2024)
            for unit, score in (("X1", 80), ("SYT", 84), ("SKH", 86))
        ],
        units=[{"unit": "X1", "name": "Sở Xây dựng"}, {"unit": "SYT", "name": "Sở Y tế"}, {"unit": "SKH"}],
    )
    forecast = pi.forecast(history, 2025, draws=1_000, model="random-walk")
    path = tmp_path / "r.html"
    pi.report(nameless, path, before=made, forecast=forecast, charts=False, lang="en")
    names = [row[0] for row in tables(path)["Points of each unit by field"][1:]]
    assert sorted(names) == ["Sở Nội vụ", "Sở Xây dựng", "X2"]


def test_tasks_stand_in_the_quarterly_report(made: pi.Assessment, tmp_path: Path) -> None:
    register = [
        {
            "task": "Giảm hồ sơ trễ hạn",
            "area": None,
            "lead": "Văn phòng",
            "due": "30/09/2026",
            "status": "Đang thực hiện",
            "codes": "2.1",
        },
        {
            "task": "Ban hành kế hoạch",
            "area": None,
            "lead": "Sở Nội vụ",
            "due": "20/12/2026",
            "status": "Đã hoàn thành",
            "codes": "1.1",
        },
    ]
    pi.report(
        made,
        tmp_path / "r.docx",
        kind="quarterly",
        period="2026-Q3",
        unit="SNV",
        tasks=register,
        today="2026-11-24",
        charts=False,
    )
    rows = tables(tmp_path / "r.docx")["Nhiệm vụ cải cách hành chính"][1:]
    assert [[row[1], row[3], row[4], row[-1]] for row in rows] == [
        ["Giảm hồ sơ trễ hạn", "30/09/2026", "quá hạn", "0,46"],
        ["Ban hành kế hoạch", "20/12/2026", "đã xong", "0,00"],
    ]


def test_charts_stand_in_documents_and_pages(made: pi.Assessment, tmp_path: Path) -> None:
    for lang in ("vi", "en"):
        pi.report(made, tmp_path / "r.docx", unit="SNV", lang=lang)  # type: ignore[arg-type]
        pictures = docx.Document(str(tmp_path / "r.docx")).inline_shapes
        assert len(pictures) == 1 and pictures[0]._inline.docPr.get("descr")
        assert pictures[0].width.mm <= 160


def test_the_page_of_the_documentation_runs(
    how_to: Callable[[str], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in how_to("report.md"):
        assert len([line for line in block.splitlines() if line.strip() and not line.startswith("    ")]) < 10
        exec(compile(block, "report.md", "exec"), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bao-cao.docx", "bao-cao.xlsx"]


def test_the_command(tmp_path: Path) -> None:
    framework, evidence, agencies, out = (tmp_path / name for name in ("f.toml", "e.csv", "a.csv", "bao-cao.docx"))
    framework.write_text(FRAMEWORK, encoding="utf-8")
    evidence.write_text("unit,code,points\nSNV,1.1,1\nSNV,1.3,1.5\n", encoding="utf-8")
    agencies.write_text("code,agency,remedy,due\n1,Sở Nội vụ,Đôn đốc,20/12/2026\n", encoding="utf-8")
    asked = [str(framework), str(evidence), "--out", str(out), "--no-charts"]
    code, text, err = run("report", *asked, "--agencies", str(agencies), "--lang", "en")
    assert (code, err) == (0, "") and str(out) in text
    assert ["1.3", "Initiatives", "2", "1.5", "0.5", "points given", "Sở Nội vụ", "Đôn đốc", "20/12/2026"] in tables(
        out
    )["Plan to keep and raise the index"]
    agencies.write_text("code,agency\n9,x\n", encoding="utf-8")
    code, text, err = run("report", *asked, "--agencies", str(agencies))
    assert (code, text) == (1, "") and err.startswith(f"{agencies}:") and "[unknown-criterion]" in err
    code, text, err = run("report", framework, evidence, "--out", str(tmp_path / "r.pdf"))
    assert (code, text) == (2, "") and "[bad-value]" in err
    code, text, err = run("report", *asked, "--kind", "quarterly")
    assert (code, text) == (2, "") and "--period" in err
    evidence.write_text("unit,code,points\nSNV,1.1,3\n", encoding="utf-8")
    code, text, err = run("report", *asked)
    assert (code, text) == (1, "") and err.startswith(f"{evidence}:2")
