"""Tables on their way out."""

import re
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pandas
import parindex as pi
import polars
import pyarrow
import pytest
from parindex.table import table_of


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


def change(before: int, after: int) -> pi.Table:
    framework = pi.Framework.load("dvc-766/province")
    scored = [
        pi.score(framework, [{"unit": "<script>", "code": "2.1", "numerator": count, "denominator": 8}]) for count in (before, after)
    ]
    return pi.compare(*scored)


@pytest.mark.parametrize(
    ("before", "after", "vi", "en"), [(4, 5, "▲ +2,5", "▲ +2.5"), (5, 4, "▼ −2,5", "▼ −2.5"), (4, 4, "= 0", "= 0")]
)
def test_changes_are_told_by_sign_and_mark_not_by_colour_alone(before: int, after: int, vi: str, en: str) -> None:
    table = change(before, after)
    assert f">{vi}<" in table.to_html() and f">{en}<" in table.to_html("en")
    assert f">{vi}<" in table.to_great_tables().as_raw_html() and f">{en}<" in table.to_great_tables("en").as_raw_html()


def test_headers_are_in_the_language_and_technical_names_in_tooltips(ranking: pi.Table) -> None:
    assert '<th scope="col" title="max_points"' in ranking.to_html()
    assert ">Điểm tối đa</th>" in ranking.to_html() and ">Maximum</th>" in ranking.to_html("en")
    assert 'lang="vi"' in ranking.to_html() and 'lang="en"' in ranking.to_html("en")
    assert "font-weight: bold" in ranking.to_html()
    with pytest.raises(ValueError, match="'vi' or 'en'"):
        ranking.to_html("fr")  # type: ignore[arg-type]


def test_the_unit_of_a_framework_is_a_level_and_no_unit() -> None:
    for shown, level, of_provinces in (
        (pi.frameworks().to_html(), ">Cấp</th>", ">tỉnh, thành phố</td>"),
        (pi.frameworks().to_html("en"), ">Level</th>", ">provinces</td>"),
        (pi.frameworks().to_great_tables().as_raw_html(), ">Cấp</th>", ">tỉnh, thành phố</td>"),
    ):
        assert level in shown and of_provinces in shown and "Mã đơn vị" not in shown and ">Unit<" not in shown


def test_statuses_and_missing_are_words_and_years_have_no_thousands(province: pi.Framework) -> None:
    card = pi.score(province, [{"unit": "H44", "code": "2.1", "numerator": 1, "denominator": 4}])["H44"]
    assert ">chưa có bằng chứng<" in card.lines().to_html() and ">no evidence<" in card.lines().to_html("en")
    history = pi.History([{"unit": "22", "year": 2023, "score": 92.18}])
    assert ">2023<" in history.table().to_html()


def test_a_column_keeps_every_digit_and_one_number_of_decimals(rule_framework: Callable[..., pi.Framework]) -> None:
    table = table_of([{"points": "1.25"}, {"points": "1000"}, {"points": "0.0000000001"}, {}], {"points": "exact"})
    shown = re.findall(r"<td[^>]*>([^<]*)</td>", table.to_html())
    assert shown == ["1,2500000000", "1.000,0000000000", "0,0000000001", ""]


def test_long_tables_say_what_is_left_out() -> None:
    table = table_of([{"unit": str(at)} for at in range(1_100)], {"unit": "text"})
    assert table._repr_html_().count("<tr>") == 61 and "còn 1.040 dòng" in table._repr_html_()
    assert "1,090 more rows" in table.to_html("en", most=10)


def test_great_tables_escape_every_text(ranking: pi.Table) -> None:
    page = ranking.to_great_tables(title="<script>", subtitle="a<i>").as_raw_html()
    assert "&lt;b&gt;&amp;" in page and "<b>&" not in page
    assert "<script>" not in page and "a<i>" not in page and "17,68" in page
    named = table_of([{"<u>x": "<s>"}], {"<u>x": "text"})
    for html in (named.to_html(), named.to_great_tables().as_raw_html()):
        assert "<u>" not in html and "<s>" not in html and "&lt;s&gt;" in html and "&lt;u&gt;x" in html


@pytest.mark.parametrize(("package", "method"), [("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_arrow")])
def test_a_missing_package_is_named_with_the_command(
    ranking: pi.Table, package: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=f"^{method} needs {package}: pip install {package}$"):
        getattr(ranking, method)()
