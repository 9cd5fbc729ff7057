"""Tables on their way out."""

import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pandas
import parindex as pi
import polars
import pyarrow
import pytest


@pytest.fixture
def ranking(province: pi.Framework) -> pi.Table:
    rows: list[Mapping[str, Any]] = [
        {"unit": "H44", "code": "2.1", "numerator": 528_684, "denominator": 597_918},
        {"unit": "<b>&", "code": "2.1", "numerator": 1, "denominator": 4},
        {"unit": "01", "code": "2.1", "numerator": 1, "denominator": 4},
    ]
    return pi.score(province, rows).ranking()


NAMES = ["rank", "unit", "name", "points", "max_points", "index", "band", "missing_points", "assumed_points"]


def test_columns_lists_and_dicts(ranking: pi.Table) -> None:
    assert isinstance(ranking, pi.Table)
    assert ranking.columns == NAMES and len(ranking) == 3
    assert ranking["rank"] == [1, 2, 2]
    assert [str(points) for points in ranking["points"]] == ["17.68", "5", "5"]
    assert ranking.to_dicts()[0] == next(iter(ranking))
    assert ranking.to_dicts()[0]["missing_points"] == Decimal(80)
    with pytest.raises(KeyError):
        ranking["places"]


def test_arrow(ranking: pi.Table) -> None:
    table = ranking.to_arrow()
    assert table.schema.field("points").type == pyarrow.decimal128(38, 10)
    assert table.schema.field("index").type == pyarrow.decimal128(38, 10)
    assert table.column("points").to_pylist() == ranking["points"]
    assert pyarrow.table(ranking).equals(table)
    assert polars.DataFrame(ranking)["unit"].to_list() == ranking["unit"]


def test_pandas_and_polars(ranking: pi.Table) -> None:
    frame = ranking.to_pandas()
    assert list(frame.columns) == NAMES
    assert frame["points"].tolist() == ranking["points"]
    assert ranking.to_polars()["points"].to_list() == ranking["points"]
    assert ranking.to_polars()["points"].dtype == polars.Decimal(38, 10)


def test_lines_keep_every_digit_of_amounts(rule_framework: Callable[..., pi.Framework]) -> None:
    framework = rule_framework('{ kind = "proportional", amounts = true }')
    tiny = "0.000000000000001"
    rows = [{"unit": "1", "code": "1", "numerator": tiny, "denominator": "999999999999.123456789012345"}]
    lines = pi.score(framework, rows).lines()
    assert lines.columns == [
        "unit", "code", "is_leaf", "points", "max_points", "status", "value", "numerator", "denominator", "reason",
    ]  # fmt: skip
    assert lines["numerator"] == [Decimal(tiny)]
    assert lines["denominator"] == [Decimal("999999999999.123456789012345")]
    assert lines["value"] == [None] and lines["is_leaf"] == [True]


def test_years_are_lists() -> None:
    table = pi.frameworks()
    components = table["id"].index("par-index/components")
    assert table["rounds"][components] == [2018, 2019, 2020]
    assert table.to_polars()["rounds"][components].to_list() == [2018, 2019, 2020]


def test_whole_numbers_stay_whole_in_pandas_where_one_is_missing(rule_framework: Callable[..., pi.Framework]) -> None:
    framework = rule_framework('{ kind = "proportional" }')
    rows = [{"unit": "1", "code": "1", "value": "n/a"}, {"unit": "2", "code": "1", "value": "50"}]
    ranking = pi.score(framework, rows).ranking()
    assert ranking["rank"] == [1, None]
    frame = ranking.to_pandas()
    assert frame["rank"].dtype == pandas.Int64Dtype()
    assert frame["rank"].tolist() == [1, pandas.NA]


def test_notebooks_see_vietnamese_numbers_and_no_markup_of_ours(ranking: pi.Table) -> None:
    html = ranking._repr_html_()
    assert "17,68" in html
    assert "&lt;b&gt;&amp;" in html and "<b>" not in html
    assert repr(ranking).splitlines()[0] == "Table: 3 rows, 9 columns"


@pytest.mark.parametrize(("package", "method"), [("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_arrow")])
def test_a_missing_package_is_named_with_the_command(
    ranking: pi.Table, package: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=f"^{method} needs {package}: pip install {package}$"):
        getattr(ranking, method)()
