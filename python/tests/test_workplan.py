"""The office's plan: dates, states and points worked by hand."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import parindex as pi
import polars
import pyarrow
import pytest
from conftest import HEAD
from parindex.workplan.words import due_of, field_of, status_of

# Three leaves: 3.1 has 4 of 5 points, 3.2 has 1 of 3, 7.1 is missing, of 2.
POINTS = """
max_points = "10"
aggregate = "sum"

[criteria."3"]
name = { vi = "Cải cách thủ tục hành chính", en = "Reform of administrative procedures" }
max_points = "8"

[criteria."3.1"]
name = { vi = "Ba một", en = "Three one" }
max_points = "5"
rule = { kind = "given" }

[criteria."3.2"]
name = { vi = "Ba hai", en = "Three two" }
max_points = "3"
rule = { kind = "given" }

[criteria."7"]
name = { vi = "Hiện đại hóa hành chính", en = "Modernisation of the administration" }
max_points = "2"

[criteria."7.1"]
name = { vi = "Bảy một", en = "Seven one" }
max_points = "2"
rule = { kind = "given" }

[absence]
missing = "zero"
"""

TODAY = "2026-06-20"


@pytest.fixture(scope="module")
def assessment() -> pi.Assessment:
    rows = [{"unit": "A", "code": "3.1", "points": "4"}, {"unit": "A", "code": "3.2", "points": "1"}]
    return pi.score(pi.Framework.from_toml(HEAD + POINTS), rows)


def task(
    name: str, due: Any, status: str = "Đang thực hiện", area: str = "Cải cách thủ tục hành chính", **more: Any
) -> dict[str, Any]:
    return {"task": name, "area": area, "lead": "Sở A", "due": due, "status": status, **more}


REGISTER = [
    task("quá hạn", "19/06/2026", codes="3.1"),
    task("hôm nay", "20/06/2026", codes="3.1, 3.2"),
    task("ba mươi ngày", datetime.date(2026, 7, 20), "Chưa thực hiện", codes=["7.1"]),
    task("ba mươi mốt ngày", "2026-07-21", "not started", lead="Sở B"),
    task("đã xong", "01/01/2026", "Đã hoàn thành", codes="3.2"),
    task("thường xuyên", "Thường xuyên", area="Cải cách thể chế"),
]


def test_states_days_and_points(assessment: pi.Assessment) -> None:
    plan = pi.tasks(assessment, REGISTER, TODAY)
    table = plan.table()
    assert table["state"] == ["overdue", "due-soon", "due-soon", "open", "done", "standing"]
    assert table["days_left"] == [-1, 0, 30, 31, -170, None]
    assert table["due"][:2] == ["2026-06-19", "2026-06-20"]
    # lacking 5−4; 1+(3−1); 2; the whole of field 3; nothing, for it is done; no field 2 in this framework
    assert table["points_lacking"] == [Decimal(1), Decimal(3), Decimal(2), Decimal(3), Decimal(0), None]
    assert table["points_held"] == [Decimal(4), Decimal(5), Decimal(0), Decimal(5), Decimal(0), None]
    assert table["points_at_risk"] == [Decimal(5), Decimal(8), Decimal(2), Decimal(8), Decimal(0), None]
    assert plan.due_soon()["task"] == ["hôm nay", "ba mươi ngày"]
    assert plan.due_soon(days=31)["task"][-1] == "ba mươi mốt ngày"
    assert plan.overdue()["task"] == ["quá hạn"]


def test_a_criterion_counts_once_in_sums(assessment: pi.Assessment) -> None:
    plan = pi.tasks(assessment, REGISTER, TODAY)
    assert (plan.points_lacking, plan.points_held, plan.points_at_risk) == (Decimal(5), Decimal(5), Decimal(10))
    leads = plan.by_lead().to_dicts()
    assert [lead["lead"] for lead in leads] == ["Sở A", "Sở B"]
    assert leads[0]["points_at_risk"] == Decimal(10) and leads[1]["points_at_risk"] == Decimal(8)
    assert [leads[0][name] for name in ("tasks", "done", "overdue", "due_soon", "open", "standing")] == [
        5,
        1,
        1,
        2,
        0,
        1,
    ]


def test_points_are_of_the_unit_asked_or_of_all() -> None:
    framework = pi.Framework.from_toml(HEAD + POINTS)
    rows = [{"unit": unit, "code": "3.1", "points": points} for unit, points in (("A", "4"), ("B", "2.5"))]
    both = pi.score(framework, rows)
    register = [task("một", "20/06/2026", codes="3.1")]
    assert pi.tasks(both, register, TODAY).points_lacking == Decimal("3.5")
    assert pi.tasks(both, register, TODAY, unit="B").points_lacking == Decimal("2.5")


def test_all_faults_at_once_with_their_rows(assessment: pi.Assessment) -> None:
    register = [
        task("", "20/06/2026"),
        task("hai", "31/02/2026", "sắp xong", codes="3.9"),
        task("ba", "20/06/2026", area="Trồng rừng"),
        {"task": "bốn", "lead": "A", "due": "2026", "status": "done"},
    ]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.tasks(assessment, register, TODAY, unit="Z")
    assert [(fault["code"], fault["line"]) for fault in caught.value.faults] == [
        ("incomplete-row", 1),
        ("unknown-status", 2),
        ("bad-date", 2),
        ("unknown-criterion", 2),
        ("unknown-area", 3),
        ("incomplete-row", 4),
        ("unknown-unit", None),
    ]
    assert caught.value.faults[3]["criterion"] == "3.9"


@pytest.mark.parametrize(
    ("rows", "slug"),
    [
        ([{"task": "a"}], "missing-column"),
        ([task("a", float("nan"))], "bad-date"),
        ([task("a", None)], "bad-date"),
        ([task("a", "2026"), {"task": "Tổng cộng: 68 nhiệm vụ"}], "incomplete-row"),
        ([task("a", "20/06/2026", "")], "unknown-status"),
        ([task("a", "20/06/2026", codes="không.mã")], "unknown-criterion"),
    ],
)
def test_hostile_rows(assessment: pi.Assessment, rows: list[dict[str, Any]], slug: str) -> None:
    with pytest.raises(pi.ParIndexError) as caught:
        pi.tasks(assessment, rows, TODAY)
    assert caught.value.code == slug


def test_today_must_be_a_day(assessment: pi.Assessment) -> None:
    with pytest.raises(pi.ParIndexError, match="bad-date"):
        pi.tasks(assessment, REGISTER, "hôm nay")


def test_the_six_areas_are_fields_2_to_7_and_two_fields_lie_outside() -> None:
    areas = [
        "Cải cách thể chế",
        "Cải cách thủ tục hành chính",
        "Cải cách tổ chức bộ máy hành chính nhà nước",
        "Cải cách chế độ công vụ",
        "Cải cách tài chính công",
        "Xây dựng, phát triển Chính quyền điện tử, Chính quyền số",
    ]
    assert [field_of(area) for area in areas] == [2, 3, 4, 5, 6, 7]
    assert field_of("Công tác chỉ đạo, điều hành") == 1 and field_of("Tác động của CCHC đến người dân") == 8
    framework = pi.Framework.load("par-index/province-2017")
    assert [field_of(framework[code].name("vi")) for code in framework] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_numbers_of_other_frameworks_are_not_taken_for_fields(province: pi.Framework) -> None:
    scored = pi.score(province, [{"unit": "H44", "code": "2.1", "numerator": 1, "denominator": 2}])
    register = [task("một", "20/06/2026")]
    plan = pi.tasks(scored, register, TODAY)
    assert plan.table()["points_lacking"] == plan.by_lead()["points_lacking"] == [None] and plan.points_lacking is None
    named = pi.tasks(scored, register, TODAY, areas={"cải cách thủ tục  hành chính": "2"})
    assert named.points_lacking == Decimal(10)


def test_under_weights_held_points_are_not_points_of_the_whole() -> None:
    framework = pi.Framework.load("pci/2013")
    scored = pi.score(framework, [{"unit": "1", "code": code, "points": "5"} for code in framework])
    plan = pi.tasks(scored, [task("một", "20/06/2026", codes="1")], TODAY)
    assert plan.points_lacking == Decimal("2.5")  # five points of the sub-index are lacking, each worth a half
    assert plan.points_held is None and plan.points_at_risk is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1/7/2026", (2026, 7, 1)),
        ("01-07-2026", (2026, 7, 1)),
        ("Ngày 30.6.2026", (2026, 6, 30)),
        ("02/2028", (2028, 2, 29)),
        ("tháng 9 năm 2026", (2026, 9, 30)),
        ("Quý II/2026", (2026, 6, 30)),
        ("Quý 3 năm 2026", (2026, 9, 30)),
        ("Năm 2026", (2026, 12, 31)),
        ("Trước ngày 01/01/2026", (2025, 12, 31)),
    ],
)
def test_due_dates_as_plans_write_them(words: str, day: tuple[int, int, int]) -> None:
    assert due_of(words) == datetime.date(*day)


@pytest.mark.parametrize("words", ["13/2026", "00/2026", "Quý V/2026", "0000", "ngày mai", "", "20/6/26"])
def test_what_is_no_date(words: str) -> None:
    assert due_of(words) is None


def test_statuses_in_two_languages_with_and_without_diacritics() -> None:
    words = [
        "ĐÃ HOÀN THÀNH",
        "da hoan thanh",
        "Đang thực hiện",
        "Chưa thực hiện",
        "Chưa hoàn thành",
        "Done",
        "In progress",
        "Not started",
    ]
    assert [status_of(word) for word in words] == [
        "done",
        "done",
        "in-progress",
        "not-started",
        "in-progress",
        "done",
        "in-progress",
        "not-started",
    ]


def test_words_and_columns_of_ones_own(assessment: pi.Assessment) -> None:
    register = [{"Việc": "một", "area": "Cải cách thể chế", "lead": "A", "due": "20/06/2026", "status": "Chờ ký"}]
    plan = pi.tasks(assessment, register, TODAY, columns={"task": "việc"}, statuses={"chờ ký": "in-progress"})
    assert plan.table()["task"] == ["một"] and plan.table()["status"] == ["in-progress"]


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2026"])
    sheet.append([])
    sheet.append(["STT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn hoàn thành", "Tình trạng", "Mã tiêu chí"])
    sheet.append(["I", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH"])
    sheet.append([1, "Rà soát thủ tục", "Sở Tư pháp", datetime.datetime(2026, 6, 10), "Đang thực hiện", 3.1])
    sheet.append([2, "Công bố thủ tục", "Sở Tư pháp", "Quý II/2026", "Chưa thực hiện", None])
    sheet.append(["II", "Xây dựng chính quyền điện tử, chính quyền số"])
    sheet.append([3, "Nền tảng chia sẻ", "Sở KH&CN", "Thường xuyên", "Đang triển khai", "7.1"])
    book.save(path)


def test_a_workbook_with_headlines(assessment: pi.Assessment, tmp_path: Path) -> None:
    _workbook(tmp_path / "ke-hoach.xlsx")
    table = pi.tasks(assessment, tmp_path / "ke-hoach.xlsx", TODAY).table()
    assert table["row"] == [5, 6, 8]
    assert table["area"] == ["CẢI CÁCH THỦ TỤC HÀNH CHÍNH"] * 2 + ["Xây dựng chính quyền điện tử, chính quyền số"]
    assert table["due"] == ["2026-06-10", "2026-06-30", None]
    assert table["points_lacking"] == [Decimal(1), Decimal(3), Decimal(2)]
    assert table["state"] == ["overdue", "due-soon", "standing"]


def test_a_workbook_without_the_columns_names_them(assessment: pi.Assessment, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Nhiệm vụ", "Ghi chú"])
    book.save(tmp_path / "thieu.xlsx")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.tasks(assessment, tmp_path / "thieu.xlsx", TODAY)
    assert {fault["code"] for fault in caught.value.faults} == {"missing-column"} and len(caught.value.faults) == 3
    for name in ("hong.xlsx", "hong.parquet"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 broken")
        with pytest.raises(pi.ParIndexError, match="unreadable-file"):
            pi.tasks(assessment, tmp_path / name, TODAY)
    with pytest.raises(TypeError, match="`tasks` must be a table.*not int"):
        pi.tasks(assessment, 1, TODAY)


FRAMES: dict[str, Callable[[list[dict[str, str]]], Any]] = {
    "pandas": pandas.DataFrame,
    "polars": polars.DataFrame,
    "pyarrow": pyarrow.Table.from_pylist,
}


@pytest.mark.parametrize("kind", [*FRAMES, "csv", "parquet"])
def test_any_table_reads_the_same(assessment: pi.Assessment, kind: str, tmp_path: Path) -> None:
    rows = [{name: str(value) for name, value in row.items() if name != "codes"} for row in REGISTER]
    if kind == "csv":
        pandas.DataFrame(rows).to_csv(tmp_path / "a.csv", index=False, encoding="utf-8-sig")
    elif kind == "parquet":
        polars.DataFrame(rows).write_parquet(tmp_path / "a.parquet")
    source = tmp_path / f"a.{kind}" if kind in {"csv", "parquet"} else FRAMES[kind](rows)
    read, plain = pi.tasks(assessment, source, TODAY).table(), pi.tasks(assessment, rows, TODAY).table()
    first_line = 1 if kind == "csv" else 0
    assert [row - first_line for row in read["row"]] == plain["row"]
    assert all(read[name] == plain[name] for name in plain.columns if name != "row")


def test_notebooks_see_days_as_vietnamese_writes_them(assessment: pi.Assessment) -> None:
    html = pi.tasks(assessment, [task("<script>", "20/12/2026")], TODAY)._repr_html_()
    assert "20/12/2026" in html and "&lt;script&gt;" in html and "<script>" not in html
    assert "còn hạn" in html and "Nhiệm vụ" in html
