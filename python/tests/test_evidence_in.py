"""Evidence from workbooks as offices fill them in."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import office_files
import openpyxl
import parindex as pi
import pytest
from conftest import HEAD

ROUNDING = '[rounding]\nplaces = 2\nmode = "half-up"\nat = "leaf"\n'
ROWS = {
    "1": ("Nhóm", None, None),
    "1.1": ("Tỷ lệ", "10", '{ kind = "proportional" }'),
    "1.2": ("Ban hành", "2", '{ kind = "yes-no" }'),
    "1.3": (
        "Hạn",
        "1",
        '{ kind = "deadline", due = "2026-12-20", steps = [{ to = "0", points = "1" }, { above = "0", points = "0" }] }',
    ),
    "1.10": ("Chậm", "2", '{ kind = "deduction", each = "0.25" }'),
    "2": ("Khảo sát", "5", '{ kind = "given" }'),
}


@pytest.fixture(scope="module")
def framework() -> pi.Framework:
    text = HEAD + ROUNDING
    for code, (name, maximum, rule) in ROWS.items():
        text += f'[criteria."{code}"]\nname = "{name}"\n'
        text += "" if maximum is None else f'max_points = "{maximum}"\nrule = {rule}\n'
    return pi.Framework.from_toml(text)


Workbook = Callable[..., Path]


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    def write(rows: Sequence[Sequence[Any]], title: str = "Sở A", merged: Sequence[str] = ()) -> Path:
        office_files.filled(tmp_path / "tu-cham.xlsx", title, rows, merged)
        return tmp_path / "tu-cham.xlsx"

    return write


def kept(table: pi.Table) -> list[dict[str, Any]]:
    """Rows without their gaps and sources."""
    return [{name: value for name, value in row.items() if value is not None and name != "source"} for row in table]


def faults(path: Path, framework: pi.Framework, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(pi.ParIndexError) as caught:
        pi.read_evidence(path, framework, **more)
    return [(fault["code"], fault["message"].partition(": ")[0]) for fault in caught.value.faults]


def test_a_sheet_for_each_unit(framework: pi.Framework, workbook: Workbook) -> None:
    head = ["STT", "Tiêu chí", "Điểm", None, None, "Giải trình", "Tài liệu kiểm chứng", "Ghi chú"]
    rows = [
        ["PHIẾU TỰ CHẤM"],
        ["Đơn vị: Sở Nội vụ"],
        head,
        [None, None, "Tối đa", "Tự đánh giá", "Thẩm định"],
        ["1", "Nhóm", 15, 11, None],
        ["1.1", "Tỷ lệ", 10, "8,5", 8.25, "Đã giải trình", "QĐ 12", "xem lại"],
        ["1.2", "Ban hành", 2, 2, "-"],
        ["1.3", "Hạn", 1, None, None, "Chưa có"],
        ["2", "Khảo sát", 5, "4 điểm", None],
        [None, "Tổng cộng", 20, 14.5, None],
    ]
    path = workbook(rows, "Sheet1", ["A3:A4", "B3:B4", "C3:E3", "F3:F4", "G3:G4", "H3:H4"])
    table = pi.read_evidence(path, framework)
    assert kept(table) == [
        {"unit": "Sở Nội vụ", "code": "1.1", "points": Decimal("8.5"), "stage": "self",
         "explanation": "Đã giải trình", "documents": "QĐ 12", "note": "xem lại"},
        {"unit": "Sở Nội vụ", "code": "1.1", "points": Decimal("8.25"), "stage": "appraised-1"},
        {"unit": "Sở Nội vụ", "code": "1.2", "points": Decimal(2), "stage": "self"},
        {"unit": "Sở Nội vụ", "code": "1.3", "stage": "self", "explanation": "Chưa có"},
        {"unit": "Sở Nội vụ", "code": "2", "points": Decimal(4), "stage": "self"},
    ]  # fmt: skip
    assert table["source"][1] == "tu-cham.xlsx, Sheet1!E6"
    assert pi.score(framework, table, stage="self")["Sở Nội vụ"].points == Decimal("14.5")
    assert pi.score(framework, table)["Sở Nội vụ"].points == Decimal("14.25")
    appraised = pi.appraisal(framework, table).to_dicts()[0]
    assert (appraised["self"], appraised["appraised"], appraised["documents"]) == (
        Decimal("8.5"),
        Decimal("8.25"),
        "QĐ 12",
    )


def test_values_are_read_through_their_format(framework: pi.Framework, workbook: Workbook) -> None:
    path = workbook(
        [
            ["Mã", "Tiêu chí", "Giá trị", "Tử số", "Mẫu số"],
            ["1.1", "Tỷ lệ", 0.884],
            ["1.2", "Ban hành", True],
            ["1.3", "Hạn", datetime.date(2026, 12, 20)],
            ["1.10", "Chậm", 2],
        ]
    )
    book = openpyxl.load_workbook(path)
    book["Sở A"]["C2"].number_format = "0.0%"
    copied = book.copy_worksheet(book["Sở A"])
    copied.title = "Sở B"
    for cell, value in {"C2": None, "D2": 1, "E2": 3, "C3": "x", "C4": "21/12/2026", "C5": "n/a"}.items():
        copied[cell] = value
    third = book.copy_worksheet(book["Sở A"])
    third.title = "Sở C"
    third["C2"] = "88,4 %"
    third["C2"].number_format = "General"
    book.save(path)
    table = pi.read_evidence(path, framework)
    values = {(row["unit"], row["code"]): row["value"] for row in table}
    assert values["Sở A", "1.1"] == values["Sở C", "1.1"] == "88.4"
    assert (values["Sở A", "1.2"], values["Sở B", "1.2"], values["Sở A", "1.3"]) == ("có", "có", "2026-12-20")
    assert values["Sở B", "1.3"] == "2026-12-21" and values["Sở B", "1.10"] == "n/a"
    assessment = pi.score(framework, table)
    # 88.4 % × 10 + 2 + 1 + 2 − 2 × 0.25; 10/3 + 2 + 0 for a day late, and 1.10 leaves the maximum.
    assert (assessment["Sở A"].points, assessment["Sở B"].points) == (Decimal("13.34"), Decimal("5.33"))


def test_a_row_for_each_unit(framework: pi.Framework, workbook: Workbook) -> None:
    rows = [
        ["BẢNG TỔNG HỢP"],
        ["STT", "Đơn vị", "1.1", None, "1.10", "2"],
        [None, None, "Điểm tự chấm", "Điểm thẩm định", "Giá trị", "Điểm thẩm định"],
        [1, "Sở A", 9, 8.5, 1, 4],
        [2, "Sở B", None, 7, None, "3,5"],
        [None, "Tổng cộng", 9, 15.5, 1, 7.5],
    ]
    table = pi.read_evidence(workbook(rows, "Tổng hợp", ["A2:A3", "B2:B3", "C2:D2"]), framework)
    assert [(row["unit"], row["code"], row["stage"], row["points"], row["value"]) for row in table] == [
        ("Sở A", "1.1", "self", Decimal(9), None),
        ("Sở A", "1.1", "appraised-1", Decimal("8.5"), None),
        ("Sở A", "1.10", "self", None, "1"),
        ("Sở A", "2", "appraised-1", Decimal(4), None),
        ("Sở B", "1.1", "appraised-1", Decimal(7), None),
        ("Sở B", "2", "appraised-1", Decimal("3.5"), None),
    ]
    # 8.5 + (2 − 0.25) + 4
    assert pi.score(framework, table)["Sở A"].points == Decimal("14.25")


def test_columns_headed_by_a_code_alone_are_not_guessed(framework: pi.Framework, workbook: Workbook) -> None:
    path = workbook([["Đơn vị", "1.1", "1.2", "2"], ["Sở A", 5, 1, 4]])
    assert faults(path, framework) == [("incomplete-row", "Sở A!B2"), ("incomplete-row", "Sở A!C2")]
    assert pi.read_evidence(path, framework, cells="points", stage="final")["points"] == [5, 1, 4]
    table = pi.read_evidence(path, framework, cells="value")
    assert (table["value"], table["points"]) == (["5", "1", None], [None, None, 4])


def test_the_long_table(framework: pi.Framework, workbook: Workbook) -> None:
    rows = [
        ["unit", "code", "value", "points", "stage"],
        ["01", "1.1", "50%", None, "final"],
        ["01", "2", None, 3, None],
    ]
    assert kept(pi.read_evidence(workbook(rows), framework)) == [
        {"unit": "01", "code": "1.1", "value": "50", "stage": "final"},
        {"unit": "01", "code": "2", "points": Decimal(3)},
    ]
    rows += [[1, "1.1", "60"], ["01", "1", "60"], ["01", "9.9", "60"], [None, "2", "3"], ["01", "2", None, 1, "last"]]
    assert faults(workbook(rows), framework) == [
        ("wrong-measure", "Sở A!A4"),
        ("not-a-leaf", "Sở A!B5"),
        ("unknown-criterion", "Sở A!B6"),
        ("incomplete-row", "Sở A!B7"),
        ("bad-value", "Sở A!E8"),
    ]


def test_every_fault_is_told_with_its_cell(framework: pi.Framework, workbook: Workbook) -> None:
    rows = [
        ["Mã", "Tiêu chí", "Giá trị", "Tử số", "Mẫu số", "Điểm tự đánh giá", "Điểm thẩm định"],
        ["1.1", "Tỷ lệ", None, 5, None, "#REF!", datetime.date(2026, 1, 1)],
        ["1.2", "Ban hành", "có", None, None, 2],
        ["1.3", "Hạn", "31/02/2026"],
        ["1.10", "Chậm", 0.5],
        ["2", "Khảo sát", None, None, None, 1 / 3, "1.000"],
        ["9", "Lạ", "5"],
        ["2.", "Khảo sát", None, None, None, 1],
    ]
    path = workbook(rows)
    book = openpyxl.load_workbook(path)
    sheet = book["Sở A"]
    sheet["F2"].data_type = "e"
    sheet["C5"].number_format = "0%"
    sheet["G3"] = "=1+1"
    book.save(path)
    assert sorted(faults(path, framework)) == sorted([
        ("duplicate-evidence", "Sở A!B8"),
        ("unknown-criterion", "Sở A!B7"),
        ("incomplete-row", "Sở A!D2"),  # a numerator without its denominator
        ("bad-number", "Sở A!F2"),  # #REF!
        ("bad-number", "Sở A!G2"),  # a date
        ("incomplete-row", "Sở A!F3"),  # a value and points
        ("bad-number", "Sở A!G3"),  # a formula without its value
        ("bad-date", "Sở A!C4"),
        ("wrong-measure", "Sở A!C5"),  # half an occurrence, as a percentage
        ("not-exact", "Sở A!F6"),  # a third
        ("bad-number", "Sở A!G6"),  # one, or a thousand
    ])  # fmt: skip


def test_what_the_rules_refuse_is_told_with_its_cell(framework: pi.Framework, workbook: Workbook) -> None:
    rows = [
        ["Mã", "Tiêu chí", "Giá trị", "Điểm thẩm định"],
        ["1.1", "Tỷ lệ", 101],
        ["1.2", "Ban hành", "có lẽ"],
        ["2", "Khảo sát", None, 6],
    ]
    assert faults(workbook(rows), framework) == [
        ("out-of-range", "tu-cham.xlsx, Sở A!C2"),
        ("wrong-measure", "tu-cham.xlsx, Sở A!C3"),
        ("out-of-range", "tu-cham.xlsx, Sở A!D4"),
    ]


def test_values_and_points_in_one_row_are_chosen_between(framework: pi.Framework, workbook: Workbook) -> None:
    path = workbook([["Mã", "Tiêu chí", "Giá trị", "Điểm tự đánh giá"], ["1.1", "Tỷ lệ", 80, 7]])
    assert faults(path, framework) == [("incomplete-row", "Sở A!D2")]
    assert pi.read_evidence(path, framework, cells="value")["value"] == ["80"]
    assert pi.read_evidence(path, framework, cells="points")["points"] == [7]


def test_a_unit_is_named_or_asked_for(framework: pi.Framework, workbook: Workbook) -> None:
    rows = [["Mã", "Tiêu chí", "Giá trị"], ["1.1", "Tỷ lệ", 80]]
    assert faults(workbook(rows, "Sheet1"), framework) == [("incomplete-row", "Sheet1")]
    assert pi.read_evidence(workbook(rows, "Sheet1"), framework, unit="01")["unit"] == ["01"]
    apart = [["Đơn vị:", "Xã  B"], *rows]
    assert pi.read_evidence(workbook(apart, "Sheet1"), framework)["unit"] == ["Xã B"]


def test_a_workbook_without_evidence_says_what_it_lacks(framework: pi.Framework, workbook: Workbook) -> None:
    assert faults(workbook([["a"], ["b"]]), framework)[0][0] == "missing-column"
    bare = workbook([["Mã", "Tên", "Màu"], ["1.1", "a", "b"], ["1.2", "a", "b"], ["1.3", "a", "b"]])
    assert faults(bare, framework) == [("missing-column", "Sở A")]
    assert faults(bare, framework, sheet="Khác")[0][0] == "missing-column"


def test_hidden_sheets_are_not_read_unless_named(framework: pi.Framework, workbook: Workbook) -> None:
    path = workbook([["Mã", "Tiêu chí", "Giá trị"], ["1.1", "Tỷ lệ", 80]])
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["Sở A"]).title = "Sở B"
    book["Sở B"].sheet_state = "hidden"
    book.save(path)
    assert pi.read_evidence(path, framework)["unit"] == ["Sở A"]
    assert pi.read_evidence(path, framework, sheet="Sở B")["unit"] == ["Sở B"]


def test_nothing_that_is_filled_in_is_passed_over(framework: pi.Framework, workbook: Workbook) -> None:
    rows = [
        ["Mã", "Tiêu chí", "Điểm tự đánh giá", "Điểm thẩm định"],
        ["A", "PHẦN MỘT", 8],
        ["1.1", "Tỷ lệ", 8],
        [None, "- trên 90 %: 10", 8],
        [None, None, 1, "-"],
        ["1.x.", "Lạ", 1],
        [None, "Tổng cộng", 10],
    ]
    assert faults(workbook(rows), framework) == [
        ("unknown-criterion", "Sở A!B6"),
        ("incomplete-row", "Sở A!C4"),
        ("incomplete-row", "Sở A!C5"),
    ]


def test_codes_that_lost_a_zero_are_not_taken_for_others(framework: pi.Framework, workbook: Workbook) -> None:
    """The number 1.1 may have been 1.10, which is another criterion."""
    wide = workbook([["Đơn vị", 1.1, "1.2", 1.1], [None, "Điểm", "Điểm", "Điểm"], ["Sở A", 5, 1, 2]], merged=["A1:A2"])
    assert faults(wide, framework) == [
        ("bad-code", "Sở A!B1"),
        ("bad-code", "Sở A!D1"),
        ("duplicate-evidence", "Sở A!D1"),
    ]
    long = workbook([["unit", "code", "points"], ["a", 1.1, 5]])
    assert faults(long, framework) == [("bad-code", "Sở A!B2")]
    alone = workbook([["Mã", "Tiêu chí", "Điểm tự đánh giá"], [1.1, "Chậm", 1]])
    assert faults(alone, framework) == [("bad-code", "Sở A!A2")]
    # With 1.10 beside it, after 1.9, there is no doubt.
    rows = [[1.1, "Tỷ lệ", 5], *[[float(f"1.{at}"), "", None] for at in range(2, 10)], [1.1, "Chậm", 1]]
    both = workbook([["Mã", "Tiêu chí", "Điểm tự đánh giá"], *rows])
    assert pi.read_evidence(both, framework)["code"] == ["1.1", "1.10"]


def test_formulas_count_by_their_stored_value(framework: pi.Framework, tmp_path: Path) -> None:
    def text(cell: str, words: str) -> str:
        return f'<c r="{cell}" t="inlineStr"><is><t>{words}</t></is></c>'

    rows = f'<row r="1">{text("A1", "Mã")}{text("B1", "Tiêu chí")}{text("C1", "Điểm tự đánh giá")}</row>'
    rows += f'<row r="2">{text("A2", "1.1")}{text("B2", "Tỷ lệ")}<c r="C2"><f>0.1+0.2</f><v>0.30000000000000004</v></c></row>'
    path = office_files.with_part(
        tmp_path / "t.xlsx", "xl/worksheets/sheet1.xml", office_files.sheet_xml(rows.encode())
    )
    assert pi.read_evidence(path, framework, unit="a")["points"] == [Decimal("0.3")]
