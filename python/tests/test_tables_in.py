"""The same evidence through every door gives the same points."""

import datetime
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import parindex as pi
import polars
import pyarrow
import pyarrow.parquet
import pytest

ROWS: list[dict[str, Any]] = [
    {"unit": "01", "code": "2.1", "numerator": 528_684, "denominator": 597_918},
    {"unit": "01", "code": "4.6", "value": "có"},
    {"unit": "01", "code": "3.1", "value": "58.43"},
    {"unit": "Phú Thọ", "code": "2.1", "numerator": 0, "denominator": 0},
    {"unit": "Phú Thọ", "code": "1.1", "value": None},
    {"unit": "Phú Thọ", "code": "5.4", "points": "5.89"},
]
COLUMNS = ["unit", "code", "value", "numerator", "denominator", "points"]
EXPECTED = {"01": Decimal("21.14"), "Phú Thọ": Decimal("5.89")}


def points(table: Any) -> dict[str, Decimal]:
    assessment = pi.score(pi.Framework.load("dvc-766/province"), table)
    assert assessment["Phú Thọ"].line("1.1").status == "missing"
    assert assessment["Phú Thọ"].line("2.1").status == "zero-denominator"
    return {unit: assessment[unit].points for unit in assessment}


def column(name: str) -> list[Any]:
    return [row.get(name) for row in ROWS]


def test_a_list_of_dicts() -> None:
    assert points(ROWS) == EXPECTED
    assert points(tuple(ROWS)) == EXPECTED


def test_pandas_with_gaps_as_floats() -> None:
    frame = pandas.DataFrame({name: column(name) for name in COLUMNS})
    assert frame["numerator"].dtype.kind == "f"
    assert points(frame) == EXPECTED


def test_pandas_with_a_column_of_mixed_kinds() -> None:
    frame = pandas.DataFrame({name: column(name) for name in COLUMNS})
    frame["value"] = pandas.Series([float("nan"), True, Decimal("58.43"), None, pandas.NA, None], dtype=object)
    frame["points"] = pandas.Series([None, None, None, None, None, "5.89"], dtype=object)
    assert points(frame) == EXPECTED


def test_pandas_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> object:
        raise ImportError("no pyarrow")

    monkeypatch.setattr(pandas.DataFrame, "__arrow_c_stream__", refuse)
    frame = pandas.DataFrame({name: column(name) for name in COLUMNS})
    assert points(frame) == EXPECTED


def test_pandas_categories() -> None:
    frame = pandas.DataFrame({name: column(name) for name in COLUMNS})
    frame["unit"] = frame["unit"].astype("category")
    frame["code"] = frame["code"].astype("category")
    assert points(frame) == EXPECTED


def test_polars() -> None:
    frame = polars.DataFrame({name: column(name) for name in COLUMNS})
    assert points(frame) == EXPECTED
    assert points(polars.concat([frame[:2], frame[2:]], rechunk=False)) == EXPECTED


@pytest.mark.parametrize(
    "text", [pyarrow.string(), pyarrow.large_string(), pyarrow.string_view(), pyarrow.dictionary(pyarrow.int8(), pyarrow.string())]
)
@pytest.mark.parametrize(
    "number", [pyarrow.int32(), pyarrow.uint64(), pyarrow.float64(), pyarrow.decimal128(30, 3), pyarrow.decimal256(40, 0)]
)
def test_pyarrow_types(text: pyarrow.DataType, number: pyarrow.DataType) -> None:
    arrays = {name: pyarrow.array(column(name)).cast(pyarrow.string()) for name in COLUMNS}
    for name in ("unit", "code", "value"):
        arrays[name] = arrays[name].dictionary_encode() if pyarrow.types.is_dictionary(text) else arrays[name].cast(text)
    for name in ("numerator", "denominator"):
        arrays[name] = pyarrow.array(column(name)).cast(number)
    table = pyarrow.table(arrays)
    assert points(table) == EXPECTED
    assert points(table.to_reader(max_chunksize=2)) == EXPECTED


def test_a_single_float_counts_by_its_own_shortest_form(rule_framework: Callable[..., pi.Framework]) -> None:
    table = pyarrow.table({"unit": ["1"], "code": ["1"], "value": pyarrow.array([12.3], pyarrow.float32())})
    assessment = pi.score(rule_framework('{ kind = "proportional" }'), table)
    assert assessment["1"].line("1").value == "12.3"


def test_dates_of_every_kind(rule_framework: Callable[..., pi.Framework]) -> None:
    rule = '{ kind = "deadline", due = "2026-12-20", steps = [{ to = "0", points = "10" }, { above = "0", points = "0" }] }'
    framework = rule_framework(rule)
    day = datetime.date(2026, 12, 20)
    moment = datetime.datetime(2026, 12, 20, 23, 0)
    ids = {"unit": ["1"], "code": ["1"]}
    utc = pyarrow.array([datetime.datetime(2026, 12, 19, 18, 0)], pyarrow.timestamp("us", "UTC"))
    tables: list[Any] = [
        [{"unit": "1", "code": "1", "value": "20/12/2026"}],
        [{"unit": "1", "code": "1", "value": day}],
        [{"unit": "1", "code": "1", "value": moment}],
        pyarrow.table({**ids, "value": pyarrow.array([day], pyarrow.date32())}),
        pyarrow.table({**ids, "value": pyarrow.array([day], pyarrow.date64())}),
        pyarrow.table({**ids, "value": pyarrow.array([moment], pyarrow.timestamp("ns"))}),
        pyarrow.table({**ids, "value": utc.cast(pyarrow.timestamp("us", "Asia/Ho_Chi_Minh"))}),
        pandas.DataFrame({**ids, "value": pandas.to_datetime([moment])}),
    ]
    for table in tables:
        line = pi.score(framework, table)["1"].line("1")
        assert (line.value, line.points) in {("2026-12-20", 10), ("20/12/2026", 10)}


def test_csv_however_it_was_saved(tmp_path: Path) -> None:
    cells = [COLUMNS, *[["" if row.get(name) is None else str(row.get(name)) for name in COLUMNS] for row in ROWS]]
    for separator, end, mark in [(",", "\n", ""), (";", "\r\n", "\ufeff"), ("\t", "\n\n", "")]:
        path = tmp_path / "evidence.csv"
        path.write_text(mark + "".join(separator.join(line) + end for line in cells), encoding="utf-8", newline="")
        assert points(path) == points(str(path)) == EXPECTED


def test_csv_with_a_decimal_comma(tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text("unit;code;value\n01;3.1;58,43\n", encoding="utf-8")
    framework = pi.Framework.load("dvc-766/province")
    assert pi.score(framework, path, decimal=",")["01"].points == Decimal("1.46")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.score(framework, path)
    assert caught.value.code == "bad-number"


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
def test_parquet(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "evidence.parquet"
    pyarrow.parquet.write_table(pyarrow.table({name: column(name) for name in COLUMNS}), path, compression=compression)
    assert points(path) == EXPECTED


def test_parquet_of_polars(tmp_path: Path) -> None:
    path = tmp_path / "evidence.parquet"
    polars.DataFrame({name: column(name) for name in COLUMNS}).write_parquet(path)
    assert points(path) == EXPECTED


def test_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([None])
    sheet.append(COLUMNS)
    for row in ROWS:
        sheet.append([True if row.get(name) == "có" else row.get(name) for name in COLUMNS])
    path = tmp_path / "evidence.xlsx"
    book.save(path)
    assert points(path) == EXPECTED


def test_a_table_of_our_own_goes_in_again(fixtures: Path) -> None:
    framework = pi.Framework.load("dvc-766/province")
    lines = pi.score(framework, ROWS).lines().to_arrow()
    given = lines.filter(lines["is_leaf"]).select(["unit", "code", "points"])
    again = pi.score(framework, given)
    assert {unit: again[unit].points for unit in again} == EXPECTED


def test_units_bring_names_levels_and_parents() -> None:
    framework = pi.Framework.load("dvc-766/unit")
    evidence = [{"unit": unit, "code": "2.1", "value": value} for unit, value in [("1", "90"), ("2", "80"), ("3", "70")]]
    units = polars.DataFrame(
        {
            "unit": ["1", "2", "3"],
            "name": ["Sở Một", "Xã Hai", "Sở Ba"],
            "level": ["department", "commune", "department"],
            "parent": ["A", "A", None],
            "valid_from": [datetime.date(2025, 7, 1), None, None],
        }
    )
    assessment = pi.score(framework, evidence, units)
    assert assessment.ranking()["name"] == ["Sở Một", "Xã Hai", "Sở Ba"]
    within = assessment.ranking(within="level")
    assert list(zip(within["level"], within["unit"], within["rank"], strict=True)) == [
        ("commune", "2", 1),
        ("department", "1", 1),
        ("department", "3", 2),
    ]
    assert assessment.ranking(within="parent")["parent"] == [None, "A", "A"]


def test_composed_and_decomposed_texts_are_one() -> None:
    def decomposed(text: str) -> str:
        return unicodedata.normalize("NFD", text)

    framework = pi.Framework.load("par-index/local-example")
    evidence = [
        {"unit": decomposed("Phú Thọ"), "code": "1.1", "value": decomposed("kịp thời")},
        {"unit": "Phú Thọ", "code": "1.2", "value": "95"},
    ]
    assessment = pi.score(framework, evidence, [{"unit": decomposed("Phú Thọ"), "name": "Tỉnh"}])
    assert assessment.units == ["Phú Thọ"]
    assert assessment[decomposed("Phú Thọ")].points == Decimal(3)
