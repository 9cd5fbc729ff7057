"""Criteria tables of Excel and Word become frameworks; what was not understood is told with its cell."""

import datetime
import re
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import office_files
import parindex as pi
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from parindex.office import rules, toml

RAISED = TextBlock(InlineFont(vertAlign="superscript"), "1")
NO_RULE = "no rule text: points are given"
ROUNDING = (None, None, False, "the table names no rounding: half-up for each criterion is assumed")
LABELS = {
    "kind": "steps",
    "unit": "label",
    "steps": [
        {"label": "Kịp thời", "points": "1"},
        {"label": "không kịp thời", "points": "0.5"},
        {"label": "không ban hành", "points": "0"},
    ],
}


def told(imported: pi.Imported) -> list[tuple[Any, ...]]:
    return [(row["cell"], row["code"], row["understood"], row["problem"]) for row in imported.report]


def read(sheet: str, rows: Sequence[tuple[str, str | None]]) -> list[tuple[Any, ...]]:
    """Lines of a report about rows that were understood."""
    return [(f"{sheet}!{cell}", code, True, None) for cell, code in rows]


def leaf(framework: pi.Framework, code: str) -> tuple[Decimal | None, Any]:
    return framework[code].max_points, framework[code].rule


def test_a_table_of_the_ministry(tmp_path: Path) -> None:
    imported = pi.import_framework(office_files.ministry(tmp_path / "bang-2.xlsx"), lang="en")
    evidence = "no part of a framework; read_evidence reads it"
    assert told(imported) == [
        ("Nháp!A1", None, False, "the sheet is hidden and was left out"),
        ("Bảng 2!D5", None, True, evidence),
        ("Bảng 2!E5", None, True, evidence),
        ("Bảng 2!F4", None, False, "the column is not used"),
        *read(
            "Bảng 2",
            [("B7", "1"), ("B8", "1.1"), ("B9", "1.1.1"), ("B10", "1.1.1"), ("B11", "1.1.2"), ("B12", "1.1.2")],
        ),
        ("Bảng 2!B15", "1.2", True, None),
        ("Bảng 2!B16", "1.2", False, "the rule was not understood: Hội đồng xem xét từng trường hợp"),
        ("Bảng 2!B17", None, False, "the row is hidden and was left out (hidden=True reads it)"),
        ("Bảng 2!B18", "2", True, NO_RULE),
        (
            "Bảng 2!C18",
            "2",
            False,
            "the total says 19.5, the rows below add up to 19.05, off by 0.45 (Bảng 2!C22): "
            "`2` may have been typed 10.05 for 10.5 [maxima-do-not-add-up]",
        ),
        *read("Bảng 2", [("B19", "3"), ("B20", "3.1"), ("B21", "3.1")]),
        ("Bảng 2!A23", None, False, "a note, not used"),
        ROUNDING,
    ]
    framework = imported.framework
    assert framework is not None and framework.check() == []
    assert (framework.decision, framework.date, framework.title()) == (
        "12/QĐ-UBND",
        "2013-11-05",
        "BẢNG 2. BỘ CHỈ SỐ THỬ",
    )
    assert leaf(framework, "1.1.1") == (Decimal(1), LABELS)
    assert leaf(framework, "1.1.2") == (Decimal(2), {
        "kind": "steps", "unit": "percent",
        "steps": [{"above": "90", "points": "2"}, {"from": "70", "to": "90", "points": "1"}, {"below": "70", "points": "0"}],
    })  # fmt: skip
    assert leaf(framework, "1.2") == (Decimal(1), {"kind": "given"})
    assert leaf(framework, "2") == (Decimal("10.05"), {"kind": "given"})
    assert leaf(framework, "3.1") == (Decimal(5), {"kind": "target", "target": "80"})
    assert framework.max_points == Decimal("19.05") and imported.given == ["1.2", "2"]


def test_what_is_imported_scores_at_once(tmp_path: Path) -> None:
    framework = pi.import_framework(office_files.ministry(tmp_path / "bang-2.xlsx")).framework
    assert framework is not None
    evidence = [
        {"unit": "a", "code": "1.1.1", "value": "không kịp thời"},
        {"unit": "a", "code": "1.1.2", "value": "90"},
        {"unit": "a", "code": "1.2", "points": "0.75"},
        {"unit": "a", "code": "3.1", "numerator": 60, "denominator": 100},
    ]
    # 0.5 + 1 + 0.75 + 60/100 × 5 / 0.8 = 3.75
    assert pi.score(framework, evidence)["a"].points == Decimal(6)


def test_nothing_imported_looks_official_by_itself(tmp_path: Path) -> None:
    path = office_files.ministry(tmp_path / "bang-2.xlsx")
    framework = pi.import_framework(path).framework
    assert framework is not None and framework.status == "draft"
    assert framework.assumed_points == framework.max_points
    assert {framework[code].basis for code in framework} == {"assumed"}
    assert framework["1.1.1"].source == "bang-2.xlsx, Bảng 2!B9"
    held = pi.import_framework(
        path, basis="official", status="official", unit="department", rounds=[2026], id="tinh/2026"
    )
    vouched = held.framework
    assert vouched is not None and (vouched.id, vouched.status, vouched.rounds) == ("tinh/2026", "official", [2026])
    assert vouched["1.1.1"].bases["rule"] == "official"
    # What was not understood stays assumed: 1.2 and 2.
    assert {code for code in vouched if vouched[code].bases.get("rule") == "assumed"} == {"1.2", "2"}
    assert vouched.assumed_points == Decimal("11.05")


def test_hidden_parts_are_read_on_request(tmp_path: Path) -> None:
    path = office_files.ministry(tmp_path / "bang-2.xlsx")
    imported = pi.import_framework(path, hidden=True, lang="en")
    assert "Bảng 2!B17" not in [row["cell"] for row in imported.report]
    assert any("Dòng cũ" in row["text"] for row in imported.report if row["code"] == "1.2")


def test_a_table_of_a_department(tmp_path: Path) -> None:
    imported = pi.import_framework(office_files.department(tmp_path / "so.xlsx"), lang="en")
    assert told(imported) == [
        *read("Sở", [("A3", "1"), ("A4", "1.1"), ("C4", "1.1"), ("A5", "1.2"), ("C5", "1.2")]),
        ("Sở!B6", None, False, "the cell holds the error #REF!"),
        ("Sở!A6", "1.3", False, "the maximum is not known [max-points-unknown]"),
        *read("Sở", [("C6", "1.3")]),
        (
            "Sở!B7",
            None,
            False,
            "the formula was saved without its value: open the file in Excel or LibreOffice and save it",
        ),
        *read("Sở", [("A7", "2"), ("A8", "2.1")]),
        ("Sở!C8", "2.1", False, "the cases do not fit: the value 90 belongs to two steps"),
        *read(
            "Sở",
            [("A9", "2.2"), ("A11", "c"), ("A12", "c.1"), ("C12", "c.1"), ("A13", "t"), ("A14", "t.1"), ("C14", "t.1")],
        ),
        ROUNDING,
    ]
    framework = imported.framework
    assert framework is not None and framework.status == "outline"
    assert [fault["criterion"] for fault in framework.check()] == ["1.3"]
    assert leaf(framework, "1.1") == (Decimal(2), {"kind": "yes-no"})
    assert leaf(framework, "1.2") == (Decimal(4), {"kind": "floor-and-target", "floor": "50", "target": "80"})
    assert leaf(framework, "1.3") == (None, {"kind": "deduction", "each": "0.25"})
    assert leaf(framework, "2.1") == (Decimal("1.5"), {"kind": "given"})
    assert framework["2.2"].method == "survey" and imported.given == ["2.1"]
    assert (framework["1.1"].agency, framework["1.1"].evidence()) == ("Văn phòng", "Quyết định công bố")
    # 8 − 2 − 4 for the row that is lost.
    full = framework.with_max_points({"1.3": "2"})
    # 2 + 4 + (2 − 3 × 0.25) + 1.5 + 1 + (4 × 0.5) − 0.5
    card = pi.score(full, [
        {"unit": "a", "code": "1.1", "value": "có"}, {"unit": "a", "code": "1.2", "value": "80"},
        {"unit": "a", "code": "1.3", "value": "3"}, {"unit": "a", "code": "2.1", "points": "1.5"},
        {"unit": "a", "code": "2.2", "points": "1"}, {"unit": "a", "code": "c.1", "value": "9"},
        {"unit": "a", "code": "t.1", "value": "1"},
    ])["a"]  # fmt: skip
    assert (card.points, card.max_points) == (Decimal("11.25"), Decimal(11))


def test_a_table_of_a_commune(tmp_path: Path) -> None:
    imported = pi.import_framework(office_files.commune(tmp_path / "xa.xlsx"), unit="commune", lang="en")
    assert told(imported) == [
        ("Xã!B2", None, False, "a heading, not a criterion"),
        *read(
            "Xã",
            [
                ("B3", "1"),
                ("B4", "1.1"),
                ("B5", "1.1.a"),
                ("B6", "1.1.a"),
                ("B9", "1.1.b"),
                ("B9", "1.1.b"),
                ("B10", "1.2"),
            ],
        ),
        *[(f"Xã!B{10 + at}", f"1.2.{at}", True, NO_RULE) for at in range(1, 11)],
        *read("Xã", [("B21", "2"), ("B22", "2.1"), ("B23", "2.1")]),
        ("Xã!A24", None, False, "the number `?` was not understood"),
    ]
    framework = imported.framework
    assert framework is not None and framework.check() == [] and framework.max_points == 14
    steps = [
        {"label": "Kịp thời", "points": "1"},
        {"label": "Không kịp thời", "points": "0.5"},
        {"label": "Không ban hành", "points": "0"},
    ]
    assert leaf(framework, "1.1.a") == (Decimal(1), {"kind": "steps", "unit": "label", "steps": steps})
    parts = framework["1.1.b"].rule
    assert parts is not None and parts["kind"] == "checklist" and [part["key"] for part in parts["parts"]] == ["1", "2"]
    assert leaf(framework, "2.1") == (Decimal(2), {"kind": "index-share"})


def test_a_word_table_that_goes_on(tmp_path: Path) -> None:
    imported = pi.import_framework(office_files.document(tmp_path / "bang.docx"), lang="en")
    assert told(imported) == [
        ("table 1, row 3, column 2", "1", True, None),
        ("table 1, row 4, column 2", "1.1", True, None),
        ("table 1, row 5, column 2", "1.1", True, None),
        ("table 2, row 2, column 2", "1.2", True, None),
        ("table 2, row 2, column 2", "1.2", True, None),
        ROUNDING,
    ]
    framework = imported.framework
    assert framework is not None and framework.check() == [] and framework.max_points == 3
    assert (framework.decision, framework.date) == ("34/2024/QĐ-UBND", "2024-02-01")
    assert framework.title() == "BỘ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH CẤP XÃ (ví dụ)"
    assert leaf(framework, "1.1") == (Decimal(1), LABELS)
    assert leaf(framework, "1.2") == (Decimal(2), {"kind": "proportional"})


def test_the_sheet_with_most_criteria_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    book = office_files.filled(tmp_path / "t.xlsx", "Tóm tắt", [["STT", "Tiêu chí", "Điểm tối đa"], ["1", "Một", 1]])
    sheet = book.create_sheet("Chi tiết")
    for row in (["STT", "Tiêu chí", "Điểm tối đa"], ["1", "Một", 1], ["2", "Hai", 2]):
        sheet.append(row)
    book.create_sheet("Hướng dẫn").append(["Đọc kỹ"])
    book.save(tmp_path / "t.xlsx")
    imported = pi.import_framework(tmp_path / "t.xlsx", lang="en")
    assert imported.framework is not None and imported.framework.codes() == ["1", "2"]
    assert told(imported)[0] == ("Tóm tắt", None, False, "another criteria table stands here: sheet= reads it")
    other = pi.import_framework(tmp_path / "t.xlsx", "Tóm tắt").framework
    assert other is not None and other.codes() == ["1"]
    for sheet_name, message in (
        ("Không có", "it has `Tóm tắt`, `Chi tiết`, `Hướng dẫn`"),
        ("Hướng dẫn", "no criteria table"),
    ):
        with pytest.raises(pi.ParIndexError, match=message) as caught:
            pi.import_framework(tmp_path / "t.xlsx", sheet_name)
        assert caught.value.code == "missing-column"


def test_codes_that_stand_twice_and_bad_numbers_are_told(tmp_path: Path) -> None:
    rows = [
        ["STT", "Tiêu chí", "Điểm tối đa"],
        ["1", "Một", "1.000"],
        ["1.", "Lại một", 2],
        ["2", "Hai", "hai điểm"],
        ["3", "Ba", 0.1 + 0.2],
    ]
    office_files.filled(tmp_path / "t.xlsx", "S", rows)
    imported = pi.import_framework(tmp_path / "t.xlsx", lang="en")
    problems = {row["cell"]: row["problem"] for row in imported.report if row["problem"] not in (None, NO_RULE)}
    assert problems == {
        "S!B3": "the code 1 stands at S!B2 already",
        "S!C4": "`hai điểm` is not a number of points",
        "S!B4": "the maximum is not known [max-points-unknown]",
    }
    # Nothing says that points mark decimals here, so the point marks thousands; 0.1 + 0.2 is shown as 0.3.
    framework = imported.framework
    assert framework is not None and [framework[code].max_points for code in framework] == [1000, None, Decimal("0.3")]


def test_footnotes_below_the_total_change_no_code(tmp_path: Path) -> None:
    rows = [
        ["STT", "Tiêu chí", "Điểm tối đa"],
        ["I", "ĐIỀU HÀNH", 3],
        ["1.1", "Kế hoạch (1)", 3],
        ["II", "THỦ TỤC", 5],
        ["2.1", "Đúng hạn", 5],
        [None, "Tổng cộng", 8],
        ["(1)", "Theo Nghị quyết 76"],
        ["*", "Chỉ áp dụng với sở"],
    ]
    office_files.filled(tmp_path / "t.xlsx", "S", rows)
    imported = pi.import_framework(tmp_path / "t.xlsx", lang="en")
    assert imported.framework is not None and imported.framework.codes() == ["1", "1.1", "2", "2.1"]
    assert told(imported)[-2:] == [
        ("S!B7", None, False, "a note, not used"),
        ("S!B8", None, False, "a note, not used"),
    ]


def test_a_footnote_mark_behind_points_is_no_digit_of_them(tmp_path: Path) -> None:
    marked = ["2(1)", "2 (12)", "0,5*", "1,5 điểm (**)", "1 [3] điểm", "2¹", "3 ⁽²⁾", CellRichText("2", RAISED)]
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], *([str(at), "Một", text] for at, text in enumerate(marked, start=1))]
    office_files.filled(tmp_path / "t.xlsx", "S", rows)
    framework = pi.import_framework(tmp_path / "t.xlsx").framework
    assert framework is not None
    expected = [2, 2, Decimal("0.5"), Decimal("1.5"), 1, 2, 3, 2]
    assert [framework[code].max_points for code in framework] == expected


def test_a_footnote_mark_set_as_superscript_in_word_is_no_digit(tmp_path: Path) -> None:
    page = docx.Document()
    table = page.add_table(2, 3)
    for row, texts in zip(table.rows, [["STT", "Tiêu chí", "Điểm tối đa"], ["1", "Một", "2"]], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 2).paragraphs[0].add_run("1").font.superscript = True
    page.save(str(tmp_path / "t.docx"))
    framework = pi.import_framework(tmp_path / "t.docx").framework
    assert framework is not None and framework["1"].max_points == 2


def test_what_is_no_footnote_mark_stays_unknown(tmp_path: Path) -> None:
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], ["1", "Một", "2(0,5)"], ["2", "Hai", "2(123)"], ["3", "Ba", 1]]
    office_files.filled(tmp_path / "t.xlsx", "S", rows)
    framework = pi.import_framework(tmp_path / "t.xlsx").framework
    assert framework is not None and [framework[code].max_points for code in framework] == [None, None, 1]


def test_a_table_without_rows_is_told_with_its_header(tmp_path: Path) -> None:
    office_files.filled(tmp_path / "t.xlsx", "S", [["BẢNG ĐIỂM"], ["STT", "Tiêu chí", "Điểm tối đa"]])
    imported = pi.import_framework(tmp_path / "t.xlsx", lang="en")
    assert imported.framework is None
    assert told(imported) == [
        ("S!B2", None, False, "the table has no rows: no criterion stands below this header"),
    ]


def test_broken_cells_are_told_in_the_language_of_the_report(tmp_path: Path) -> None:
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], ["1", "Một", "#REF!"], ["2", "Hai", "=1+1"]]
    office_files.filled(tmp_path / "t.xlsx", "S", rows)
    broken = {"S!C2", "S!C3"}
    in_vi, in_en = (
        [row["problem"] for row in pi.import_framework(tmp_path / "t.xlsx", lang=lang).report if row["cell"] in broken]
        for lang in ("vi", "en")
    )
    assert in_vi == [
        "ô hỏng: lỗi #REF!",
        "ô hỏng: công thức chưa lưu giá trị: mở tệp bằng Excel hoặc LibreOffice rồi lưu lại",
    ]
    assert in_en == [
        "the cell holds the error #REF!",
        "the formula was saved without its value: open the file in Excel or LibreOffice and save it",
    ]


def imported_codes(path: Path, rows: Sequence[Sequence[Any]], bold: Sequence[str] = ()) -> tuple[Any, ...]:
    """Maxima by code, and that of the whole."""
    office_files.filled(path, "S", [["STT", "Nội dung tiêu chí", "Điểm chuẩn"], *rows], bold=bold)
    framework = pi.import_framework(path).framework
    assert framework is not None
    return {code: framework[code].max_points for code in framework}, framework.max_points


def test_numbering_of_other_kinds(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    # The total first, fields without numbers, codes that the program took for dates.
    rows = [
        [None, "TỔNG CỘNG", "7"],
        [None, "CHỈ ĐẠO", "5 điểm"],
        ["1.1", "Kế hoạch", "2,5"],
        ["1.2", "Báo cáo", "2,5"],
        [None, "THỂ CHẾ", 2],
        ["2.1", "Văn bản", 2],
        [datetime.date(2001, 1, 2), "Soạn thảo", 1],
        [datetime.date(2002, 1, 2), "Ban hành", 1],
    ]
    assert imported_codes(path, rows, ["B3", "B6"]) == (
        {"1": 5, "1.1": Decimal("2.5"), "1.2": Decimal("2.5"), "2": 2, "2.1": 2, "2.1.1": 1, "2.1.2": 1},
        7,
    )
    # Numbers that start anew below capital letters take the letter before them.
    rows = [
        ["A", "CHUNG", 3],
        ["1", "Một", 1],
        ["2", "Hai", 2],
        ["B", "RIÊNG", 4],
        ["1", "Ba", 4],
        [None, "Tổng (A+B)", 7],
    ]
    assert imported_codes(path, rows) == ({"a": 3, "a.1": 1, "a.2": 2, "b": 4, "b.1": 4}, 7)
    # Fields in words, without points of their own.
    rows = [["LĨNH VỰC 1: CHỈ ĐẠO"], ["1.1", "Một", 1], ["LĨNH VỰC II. THỂ CHẾ"], ["2.1", "Hai", 2]]
    assert imported_codes(path, rows, ["A2", "A4"]) == ({"1": 1, "1.1": 1, "2": 2, "2.1": 2}, 3)
    # A total that counts the bonus points, which lie outside of it.
    rows = [["1", "Một", 100], ["2", "Điểm thưởng", 5], ["2.1", "Sáng kiến", 5], [None, "Tổng cộng", 105]]
    assert imported_codes(path, rows) == ({"1": 100, "2": None, "2.1": 5}, 100)


def test_names_are_data_and_never_toml(tmp_path: Path) -> None:
    name = 'a"]\nmax_points = "9"\n[x] \\u0041 \x07'
    office_files.filled(
        tmp_path / "t.xlsx", 'S"x', [["STT", "Tiêu chí", "Điểm tối đa"], ["1", name.replace("\x07", ""), 1]]
    )
    framework = pi.import_framework(tmp_path / "t.xlsx").framework
    assert framework is not None and framework.max_points == 1
    assert framework["1"].name() == " ".join(name.replace("\x07", "").split())


@pytest.mark.parametrize("id", [id for id in pi.frameworks()["id"] if not id.startswith("pci/")])
def test_a_framework_written_as_a_table_comes_back(id: str, tmp_path: Path) -> None:
    framework = pi.Framework.load(id)
    pi.criteria_template(framework, tmp_path / "t.xlsx")
    again = pi.import_framework(tmp_path / "t.xlsx").framework
    assert again is not None and again.codes() == framework.codes()
    # A table cannot say that a row is not scored; a target of 100 % is the ratio itself.
    other = {("dvc-766/unit", "3.1"): {"kind": "given"}}
    other |= {("par-index/province-2020-draft", code): {"kind": "proportional"} for code in ("2.a", "3.a", "3.b")}
    for code in framework:
        assert leaf(again, code) == (framework[code].max_points, other.get((id, code), framework[code].rule)), code
        assert again[code].name() == framework[code].name()


CASES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("2", "Đạt từ 80% trở lên: điểm tối đa; dưới 80%: (tỷ lệ % × điểm tối đa)/80%", {"kind": "target", "target": "80"}),
    ("2", "Tính điểm theo công thức: (Tỷ lệ hồ sơ đúng hạn x 2)/80%", {"kind": "target", "target": "80"}),
    ("3", "Tính điểm theo công thức: (Tỷ lệ hồ sơ đúng hạn x 2)/80%", None),  # the factor is not the maximum
    ("2", "Số hồ sơ đúng hạn/Tổng số hồ sơ × điểm tối đa", {"kind": "proportional"}),
    ("2", "Từ 70% trở lên: tỷ lệ × điểm tối đa; dưới 70%: 0", {"kind": "floor-and-target", "floor": "70", "target": "100"}),
    ("2", "Trên 70%: tỷ lệ × điểm tối đa; từ 70% trở xuống: 0", None),  # the floor itself earns nothing
    ("2", "Từ 70% trở lên: tỷ lệ × điểm tối đa", None),  # below 70 nothing is stated
    ("1", "Mỗi văn bản chậm trừ 0,25 điểm", {"kind": "deduction", "each": "0.25"}),
    ("1", "Thực hiện đủ: điểm tối đa; mỗi nhiệm vụ chậm trừ 0,25 điểm", {"kind": "deduction", "each": "0.25"}),
    ("1", "Cứ 1% giảm trừ 0,1 điểm", None),  # by share, not by occurrence
    ("1", "Mỗi 5 văn bản chậm trừ 0,25 điểm", None),  # by fives
    ("2", "Trên 90%: 2; còn lại: 0", {
        "kind": "steps", "unit": "percent", "steps": [{"above": "90", "points": "2"}, {"to": "90", "points": "0"}],
    }),
    ("2", "Từ 5 sáng kiến trở lên: 2 điểm\nTừ 3 - 4 sáng kiến: 1 điểm\nDưới 3 sáng kiến: 0 điểm", {
        "kind": "steps", "unit": "count",
        "steps": [{"from": "5", "points": "2"}, {"from": "3", "to": "4", "points": "1"}, {"below": "3", "points": "0"}],
    }),
    ("2", "Trên 90%: 1; từ 70% - 90%: 0,5; dưới 70%: 0", None),  # the best step is not the maximum
    ("2", "Trên 90%: 2; từ 70% - 90%: 1", None),  # nothing for less than 70
    ("2", "Trên 90%: 2; từ 70 đến 90: 1; dưới 70%: 0", None),  # two units
    ("1", "Dưới 70% hoặc không báo cáo: 0; từ 70%: 1", None),
    ("1", "Từ 90%: 1; dưới 90%: 0. Nếu không báo cáo thì không tính điểm", None),  # a sentence is left over
    ("1", "Ban hành trước 31/01: 1; sau 31/01: 0,5; không ban hành: 0", {
        "kind": "steps", "unit": "label",
        "steps": [{"label": "Ban hành trước 31/01", "points": "1"}, {"label": "sau 31/01", "points": "0.5"}, {"label": "không ban hành", "points": "0"}],
    }),
    ("1", "Có: 1; Không: 0,25", {"kind": "yes-no", "no": "0.25"}),
    ("1", "Có kế hoạch: 0,5, có báo cáo: 1\nKhông: 0", None),  # two cases in one line
    ("1", "Có kế hoạch được 0,5 điểm và có báo cáo: 1; không: 0", None),
    ("1", "Tăng trên 5% so với năm trước: 1; còn lại: 0", None),  # a change may be negative
    ("1", "Điểm khảo sát nếu có: tính điểm tối đa", None),
    ("1", "Điều tra xã hội học", {"kind": "given"}),
    ("1", "", None),
    ("1", "Theo hướng dẫn của Sở Nội vụ", None),
]  # fmt: skip


@pytest.mark.parametrize(("maximum", "text", "rule"), CASES, ids=[text[:40] for _, text, _ in CASES])
def test_a_rule_text_is_understood_as_a_whole_or_not_at_all(
    maximum: str, text: str, rule: dict[str, Any] | None
) -> None:
    reading = rules.read(text, Decimal(maximum))
    assert reading.rule == rule
    assert (reading.why is None) == (rule is not None)


@pytest.mark.parametrize(
    "text",
    [
        "Trên 90%: 2 / Từ 70% - 90%: 1 / Dưới 70%: 0",
        "Trên 90%: 2, từ 70% đến 90%: 1, dưới 70%: 0",
        "＞ 90％: 2; 70-90%: 1; < 70%: 0",
    ],
)
def test_the_steps_of_ca_mau_however_they_are_typed(text: str) -> None:
    rule = rules.read(text, Decimal(2)).rule
    assert rule is not None
    framework = pi.Framework.from_toml(
        f'id = "a"\ntitle = "a"\nunit = "a"\nstatus = "draft"\nbasis = "assumed"\n[criteria."1"]\nname = "a"\nmax_points = "2"\nrule = {toml.inline(rule)}\n'
    )
    # Both ends belong to the middle band.
    values = {"90.01": 2, "90": 1, "70": 1, "69.99": 0}
    card = pi.score(framework, [{"unit": value, "code": "1", "value": value} for value in values])
    assert {value: card[value].points for value in values} == values


def test_what_the_page_shows_runs(
    how_to: Callable[[str], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office_files.ministry(tmp_path / "bang-2.xlsx")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in how_to("load-my-decision.md"):
        exec(compile(block, "load-my-decision.md", "exec"), names)
    assert names["imported"].given == ["1.2", "2"] and names["held"].framework["1.1"].basis == "official"
    assert (tmp_path / "mau.xlsx").is_file()


def test_the_page_lists_what_is_understood(root: Path) -> None:
    """Each text of the page's table gives the kind beside it."""
    page = (root / "docs" / "how-to" / "load-my-decision.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(.+?)`.* \| `([a-z-]+)`.*\|$", page, re.MULTILINE)
    assert len(listed) == 11
    for text, kind in listed:
        readings = [rules.read(text, maximum).rule for maximum in (Decimal(1), Decimal(2))]
        assert kind in [rule["kind"] for rule in readings if rule is not None], text


@pytest.mark.parametrize(("file", "extra"), [("t.xlsx", "excel"), ("t.docx", "report")])
def test_a_missing_extra_gives_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl" if extra == "excel" else "docx", None)
    with pytest.raises(ImportError, match=rf"pip install 'parindex\[{extra}\]'"):
        pi.import_framework(tmp_path / file)
