"""The what-if widget without a browser: its form, its answers, and what it refuses."""

import contextlib
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import parindex as pi
import pytest
from conftest import HEAD
from parindex.whatif import typed

KINDS = f"""{HEAD}
[rounding]
places = 2
mode = "half-up"
at = "leaf"

[criteria."1"]
name = {{ vi = "Một", en = "One" }}

[criteria."1.1"]
name = {{ vi = "Kế hoạch", en = "Plan" }}
max_points = "1"
rule = {{ kind = "steps", unit = "label", steps = [
    {{ label = "kịp thời", points = "1" }}, {{ label = "muộn", points = "0.5" }},
] }}

[criteria."1.2"]
name = {{ vi = "Báo cáo", en = "Report" }}
max_points = "10"
rule = {{ kind = "deadline", due = "2026-12-20", steps = [{{ to = "0", points = "10" }}, {{ above = "0", points = "0" }}] }}

[criteria."1.3"]
name = {{ vi = "Việc", en = "Tasks" }}
max_points = "3"
rule = {{ kind = "checklist", parts = [{{ key = "a", points = "1" }}, {{ key = "b", points = "2" }}] }}

[criteria."2"]
name = {{ vi = "Hai", en = "Two" }}

[criteria."2.1"]
name = {{ vi = "Văn bản", en = "Documents" }}
max_points = "2"
rule = {{ kind = "deduction", each = "0.5" }}

[criteria."2.2"]
name = {{ vi = "Khảo sát", en = "Survey" }}
max_points = "8.5"
rule = {{ kind = "given" }}

[criteria."2.3"]
name = {{ vi = "Thu", en = "Revenue" }}
max_points = "5"
rule = {{ kind = "scaled", unit = "amount", zero_at = "0", full_at = "1000" }}

[criteria."2.4"]
name = {{ vi = "Trang", en = "Site" }}
max_points = "1"
rule = {{ kind = "yes-no" }}

[criteria."2.5"]
name = {{ vi = "Tỷ lệ", en = "Share" }}
max_points = "4"
rule = {{ kind = "proportional" }}
"""

STATED = {
    "1.1": {"value": "muộn"},
    "1.2": {"value": "21/12/2026"},
    "1.3": {"value": "a"},
    "2.1": {"value": "3"},
    "2.2": {"points": "8.25"},
    "2.3": {"value": "500"},
    "2.4": {"value": "có"},
    "2.5": {"numerator": "1", "denominator": "8"},
}


@pytest.fixture
def kinds() -> pi.Assessment:
    rows = [{"unit": "A", "code": code, **stated} for code, stated in STATED.items()]
    return pi.score(pi.Framework.from_toml(KINDS), [*rows, {"unit": "B", "code": "1.1", "value": "kịp thời"}])


class Page:
    """What the page would do: it says things and sees the answers."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self.sent: list[Any] = []
        widget.send = self.sent.append
        self.count = 0

    def do(self, **message: str) -> dict[str, Any]:
        self.count += 1
        self.widget._handle_custom_msg({**message, "id": f"page:{self.count}"}, [])
        answer: dict[str, Any] = self.widget._result
        assert answer["heard"] == f"page:{self.count}"
        return answer

    def set(self, code: str, text: str) -> dict[str, Any]:
        return self.do(do="set", code=code, text=text)


def controls(widget: Any) -> dict[str, dict[str, Any]]:
    return {leaf["code"]: leaf for group in widget._form["groups"] for leaf in group["leaves"]}


def test_each_leaf_has_the_control_of_its_rule(kinds: pi.Assessment) -> None:
    widget = pi.explore(kinds)
    found = controls(widget)
    assert {code: leaf["kind"] for code, leaf in found.items()} == {
        "1.1": "select",
        "1.2": "date",
        "1.3": "parts",
        "2.1": "count",
        "2.2": "slider",
        "2.3": "text",
        "2.4": "switch",
        "2.5": "slider",
    }
    assert (found["2.2"]["max"], found["2.2"]["step"], found["2.5"]["max"]) == ("8.5", "0.01", "100")
    assert found["1.1"]["options"] == [("kịp thời", "kịp thời (1)"), ("muộn", "muộn (0,5)")]
    leaves = widget._result["leaves"]
    assert {code: (leaf["text"], leaf["at"]) for code, leaf in leaves.items()} == {
        "1.1": ("muộn", "muộn"),
        "1.2": ("21/12/2026", "2026-12-21"),
        "1.3": ("a", "a"),
        "2.1": ("3", "3"),
        "2.2": ("8,25", "8.25"),
        "2.3": ("500", "500"),
        "2.4": ("có", "true"),
        "2.5": ("1/8", "12.5000"),
    }
    json.dumps([widget._form, widget._result])


@pytest.mark.parametrize(
    ("code", "text", "points"),
    [
        ("1.1", "kịp thời", "1"),
        ("1.2", "2026-12-20", "10"),
        ("1.3", "a; b", "3"),
        ("1.3", "0", "0"),
        ("2.1", "1", "1.5"),
        ("2.2", "8,5", "8.5"),
        ("2.3", "1.000", "5"),
        ("2.4", "false", "0"),
        ("2.5", "62,5 %", "2.5"),
        ("2.5", "7/8", "3.5"),
        ("2.5", "không áp dụng", "0"),
        ("2.5", "", "0"),
    ],
)
def test_what_is_typed_is_scored(kinds: pi.Assessment, code: str, text: str, points: str) -> None:
    widget = pi.explore(kinds)
    answer = Page(widget).set(code, text)
    assert answer["leaves"][code]["error"] == ""
    assert answer["leaves"][code]["changed"]
    assert widget.scenario.card.line(code).points == Decimal(points)
    rescored = pi.score(kinds.framework, widget.evidence())["A"]
    assert rescored.points == widget.scenario.points


@pytest.mark.parametrize(
    ("code", "text", "told"),
    [
        ("2.5", "12.5", "không phải số hợp lệ"),  # the Vietnamese mark is a comma: nothing is guessed
        ("2.5", "100,5", "ngoài khoảng cho phép: từ 0 đến 100"),
        ("2.5", "9/8", "tử số lớn hơn mẫu số"),
        ("2.2", "8,51", "ngoài khoảng cho phép: từ 0 đến 8,5"),
        ("2.1", "-1", "số đếm không được âm"),
        ("2.1", "1,5", "số đếm phải là số nguyên"),
        ("1.1", "sớm", "không phải nhãn"),
        ("1.2", "2026-02-30", "không phải ngày"),
        ("2.4", "có lẽ", "không đúng loại giá trị"),
    ],
)
def test_what_is_refused_is_told_beside_the_field(kinds: pi.Assessment, code: str, text: str, told: str) -> None:
    widget = pi.explore(kinds)
    page = Page(widget)
    page.set("1.3", "a; b")
    before = widget.scenario.points, widget.evidence().to_dicts()
    answer = page.set(code, text)
    leaf = answer["leaves"][code]
    assert told in leaf["error"] and leaf["text"] == text and not leaf["changed"]
    assert (widget.scenario.points, widget.evidence().to_dicts()) == before
    assert answer["points"] == widget._result["points"]
    answer = page.do(do="reset", code=code)
    assert answer["leaves"][code]["error"] == ""
    assert answer["leaves"]["1.3"]["changed"]


def test_numbers_follow_the_language(kinds: pi.Assessment) -> None:
    widget = pi.explore(kinds, lang="en")
    page = Page(widget)
    assert page.set("2.5", "62.5")["leaves"]["2.5"]["points"] == "2.5/4"
    assert "not a number" in page.set("2.5", "62,5")["leaves"]["2.5"]["error"]
    assert page.do(do="lang", text="vi")["leaves"]["2.5"]["points"] == "2,5/4"
    assert widget._form["words"]["title"] == "Thử thay đổi"
    widget.lang = "en"
    assert widget._form["words"]["title"] == "What if"


def test_each_unit_keeps_its_changes(kinds: pi.Assessment) -> None:
    widget = pi.explore(kinds)
    page = Page(widget)
    page.set("2.5", "100")
    assert page.do(do="unit", text="B")["changes"] == ""
    assert widget.unit == "B"
    assert page.do(do="unit", text="A")["changes"] == "1 thay đổi"
    page.do(do="unit", text="<nobody>")
    assert widget.unit == "A"
    widget.scenario.set("2.4", "không")
    widget.refresh()
    assert widget._result["changes"] == "2 thay đổi"
    assert page.do(do="reset", code="")["changes"] == ""


def test_change_and_rank_are_held_against_the_start(kinds: pi.Assessment) -> None:
    widget = pi.explore(kinds, unit="B")
    assert (widget._result["rank"], widget._result["ranked"]) == ("2", "2")
    answer = Page(widget).set("1.2", "2026-12-01")
    assert (answer["points_change"], answer["points"], answer["points_start"]) == ("+10", "11", "1")
    assert answer["rank"] == "2" and answer["rank_change"] == ""
    answer = Page(widget).set("2.2", "8,5")
    assert (answer["rank"], answer["rank_change"], answer["rank_start"]) == ("1", "tăng 1 bậc", "2")
    assert answer["lost"][0] == {"code": "2.3", "name": "Thu", "lost": "−5"}


def test_the_csv_is_evidence(kinds: pi.Assessment, tmp_path: Path) -> None:
    widget = pi.explore(kinds)
    page = Page(widget)
    page.set("2.5", "62,5")
    page.do(do="csv")
    [message] = page.sent
    path = tmp_path / message["name"]
    path.write_text(message["csv"], encoding="utf-8")
    assert pi.score(kinds.framework, path)["A"].points == widget.scenario.points


def test_the_page_runs(how_to: Callable[[str], list[str]], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for block in how_to("what-if.md"):
            exec(compile(block, "what-if.md", "exec"), names)
    assert names["assessment"]["58"].points == Decimal("85.79")  # the sum of the published components
    assert names["again"]["58"].points == Decimal("85.79") - Decimal("18.05") + 20
    assert names["widget"]._result["chance"].endswith(" %")


def test_the_chance_is_that_of_the_score_needed() -> None:
    rows = [
        {"unit": unit, "year": year, "score": str(score + year % 3)}
        for year in (2021, 2022, 2023, 2024)
        for unit, score in zip("ABCDEFGH", range(80, 96, 2), strict=True)
    ]
    forecast = pi.forecast(pi.History(rows), year=2025, draws=4_000, model="random-walk")
    framework = pi.Framework.load("par-index/province-2022")
    start = pi.score(framework, [{"unit": "D", "code": "1", "points": "50"}])
    scenario = pi.Scenario(start, "D", forecast=forecast, top=3)
    assert scenario.p_top is not None and scenario.p_top < 0.01
    for probability in (0.25, 0.5, 0.75):
        needed = Decimal(forecast.needed("D", top=3, probability=probability))
        needed = needed.quantize(Decimal("0.000001"), "ROUND_CEILING")
        scenario.set("3", points="22")
        scenario.set("4", points="10")
        scenario.set("1", points=needed - 32)
        assert scenario.p_top == pytest.approx(probability, abs=1e-3)
        assert scenario.p_top >= probability
    stranger = pi.score(framework, [{"unit": "Z", "code": "1", "points": "50"}])
    assert pi.Scenario(stranger, forecast=forecast, top=3).p_top is None
    with pytest.raises(pi.ParIndexError, match="out-of-range"):
        pi.Scenario(start, forecast=forecast, top=8)
    widget = pi.explore(start, forecast, top=3)
    assert (widget._result["chance"], widget._form["words"]["chance"]) == ("< 1 %", "Khả năng vào top 3")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, kinds: pi.Assessment) -> None:
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"pip install 'parindex\[widget\]'"):
        pi.explore(kinds)


@pytest.mark.parametrize("text", ["1.23", "12.34.567", "0.125", "1,2,3", "1e3", "٣", "--1", "1 000", "½", "1."])
def test_numbers_are_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        typed.plain(text, "vi")


@pytest.mark.parametrize(
    ("text", "lang", "plain"),
    [("1.234,5", "vi", "1234.5"), ("1,234.5", "en", "1234.5"), ("0,125", "vi", "0.125"), ("-3", "vi", "-3")],
)
def test_numbers_as_each_language_writes_them(text: str, lang: Any, plain: str) -> None:
    assert typed.plain(text, lang) == plain
