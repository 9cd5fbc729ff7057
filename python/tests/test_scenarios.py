"""Scenarios: points and places after a change are those of the changed table."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import parindex as pi
import pytest
from csv_files import read

UNIT = "H44.100"


@pytest.fixture(scope="module")
def evidence(fixtures: Path) -> list[dict[str, Any]]:
    rows = read(fixtures / "dvc-766-phu-tho-2026" / "evidence.csv")
    return [row for row in rows if row["unit"] != "H44"]


@pytest.fixture(scope="module")
def phu_tho(fixtures: Path, evidence: list[dict[str, Any]]) -> pi.Assessment:
    units = fixtures / "dvc-766-phu-tho-2026" / "units.csv"
    return pi.score(pi.Framework.load("dvc-766/unit"), evidence, units)


def published(fixtures: Path, unit: str, code: str) -> Decimal:
    rows = read(fixtures / "dvc-766-phu-tho-2026" / "published.csv")
    [points] = [row["points"] for row in rows if (row["unit"], row["period"], row["code"]) == (unit, "year", code)]
    return Decimal(points)


def replaced(evidence: list[dict[str, Any]], code: str, **stated: str) -> list[dict[str, Any]]:
    others = [row for row in evidence if (row["unit"], row["code"]) != (UNIT, code)]
    return [*others, {"unit": UNIT, "code": code, **stated}]


def test_a_change_scores_as_the_changed_table(
    fixtures: Path, evidence: list[dict[str, Any]], phu_tho: pi.Assessment
) -> None:
    scenario = pi.Scenario(phu_tho, UNIT)
    assert scenario.card.line("2.1").points == published(fixtures, UNIT, "2.1")
    scenario.set("2.1", numerator=8253, denominator=8253)
    scenario.set("4.6", False)
    rows = replaced(evidence, "2.1", value="100")
    rows = [row for row in rows if (row["unit"], row["code"]) != (UNIT, "4.6")] + [
        {"unit": UNIT, "code": "4.6", "value": "không"}
    ]
    whole = pi.score(phu_tho.framework, rows)
    assert scenario.points == whole[UNIT].points
    assert scenario.assessment.ranking()["rank"] == whole.ranking()["rank"]
    assert scenario.rank == whole.ranking()["rank"][whole.ranking()["unit"].index(UNIT)]
    assert scenario.ranked == len(phu_tho)
    assert scenario.changed == ["2.1", "4.6"]
    # 20 of 20 for all dossiers on time, nothing of 2 without certified copies.
    changes = {row["code"]: (row["after"], row["change"]) for row in scenario.changes()}
    assert changes == {
        "2.1": (Decimal(20), 20 - published(fixtures, UNIT, "2.1")),
        "4.6": (Decimal(0), -published(fixtures, UNIT, "4.6")),
    }


def test_every_unit_starts_as_it_was_scored(phu_tho: pi.Assessment) -> None:
    start = phu_tho.ranking()["points"]
    for unit in ["H44.01", UNIT, "H44.158"]:
        scenario = pi.Scenario(phu_tho, unit)
        kept = scenario.card.line("2.1")
        scenario.set("2.1", "50")
        scenario.set("2.1", numerator=kept.numerator, denominator=kept.denominator)
        assert scenario.changed == []
        assert scenario.assessment is not phu_tho
        assert scenario.assessment.ranking()["points"] == start


def test_reset_takes_back_one_leaf_or_all(phu_tho: pi.Assessment) -> None:
    scenario = pi.Scenario(phu_tho, UNIT)
    first = scenario.points
    scenario.set("2.1", "0")
    without = scenario.points
    scenario.set("1.1", "50")
    assert scenario.points == without + 3  # half of 6
    scenario.reset("2.1")
    assert scenario.points == first + 3
    scenario.reset("2.1")
    assert scenario.changed == ["1.1"]
    scenario.reset()
    assert (scenario.points, scenario.changed, len(scenario.changes())) == (first, [], 0)
    with pytest.raises(pi.ParIndexError, match="unknown-criterion"):
        scenario.reset("9.9")
    with pytest.raises(pi.ParIndexError, match="unknown-criterion"):
        scenario.stated("9.9")


@pytest.mark.parametrize(
    ("code", "stated", "slug"),
    [
        ("2.1", {"value": "101"}, "out-of-range"),
        ("2.1", {"value": "chín mươi"}, "bad-number"),
        ("2.1", {"numerator": 5, "denominator": 3}, "numerator-exceeds-denominator"),
        ("2.1", {"numerator": 5}, "incomplete-row"),
        ("2.1", {"points": "20.01"}, "out-of-range"),
        ("2", {"value": "90"}, "not-a-leaf"),
        ("2.9", {"value": "90"}, "unknown-criterion"),
    ],
)
def test_what_is_refused_changes_nothing(phu_tho: pi.Assessment, code: str, stated: dict[str, Any], slug: str) -> None:
    scenario = pi.Scenario(phu_tho, UNIT)
    scenario.set("1.1", "50")
    before = (scenario.points, scenario.changed, scenario.evidence().to_dicts())
    with pytest.raises(pi.ParIndexError) as caught:
        scenario.set(code, **stated)
    assert caught.value.code == slug
    assert caught.value.criterion == code
    assert caught.value.location is None
    assert "line" not in str(caught.value)
    assert (scenario.points, scenario.changed, scenario.evidence().to_dicts()) == before


def test_floats_are_refused(phu_tho: pi.Assessment) -> None:
    scenario = pi.Scenario(phu_tho, UNIT)
    with pytest.raises(TypeError, match="float"):
        scenario.set("2.1", 0.1 + 0.2)  # type: ignore[arg-type]


def test_evidence_goes_out_and_comes_back(phu_tho: pi.Assessment, tmp_path: Path) -> None:
    from parindex.outputs import csv_text

    scenario = pi.Scenario(phu_tho, UNIT)
    scenario.set("2.1", Decimal("92.50"))
    scenario.set("1.3")
    table = scenario.evidence()
    assert table.columns == ["unit", "code", "value", "numerator", "denominator", "points", "changed"]
    rows = {row["code"]: row for row in table}
    assert (rows["2.1"]["value"], rows["2.1"]["changed"]) == ("92.50", True)
    assert rows["1.3"] | {"changed": None} == {name: None for name in table.columns} | {"unit": UNIT, "code": "1.3"}
    assert (rows["1.4"]["numerator"], rows["1.4"]["denominator"], rows["1.4"]["changed"]) == ("6670", "6670", False)
    assert scenario.card.line("1.3").status == "missing"
    path = tmp_path / "kich-ban.csv"
    path.write_text("\ufeff" + csv_text(table), encoding="utf-8")
    for again in (table, path):
        card = pi.score(phu_tho.framework, again)[UNIT]
        assert (card.points, card.line("2.1").points) == (scenario.points, Decimal("18.5"))


def test_digits_beyond_ten_places_survive(rule_framework: Callable[..., pi.Framework]) -> None:
    framework = rule_framework('{ kind = "given" }')
    scenario = pi.Scenario(pi.score(framework, [{"unit": "A", "code": "1", "points": "1.123456789012345"}]))
    assert scenario.evidence()["points"] == ["1.123456789012345"]


def test_the_latest_stage_with_a_value_is_where_it_starts() -> None:
    framework = pi.Framework.load("par-index/province-2022")
    rows = [
        {"unit": "22", "code": "1", "points": "57", "stage": "self"},
        {"unit": "22", "code": "1", "points": "55.25", "stage": "appraised-1"},
        {"unit": "22", "code": "1", "points": None, "stage": "explained"},
        {"unit": "22", "code": "1", "points": "56", "stage": "final"},
    ]
    for stage, points in [("self", "57"), ("explained", "55.25"), ("final", "56")]:
        scenario = pi.Scenario(pi.score(framework, rows, stage=stage))  # type: ignore[arg-type]
        assert scenario.stated("1") == {"points": points}
        scenario.set("2", points="6")
        assert scenario.points == Decimal(points) + 6


def test_rules_that_compare_units_see_the_change(rule_framework: Callable[..., pi.Framework]) -> None:
    framework = rule_framework('{ kind = "share-of-best", unit = "amount" }')
    rows = [{"unit": "A", "code": "1", "value": "5"}, {"unit": "B", "code": "1", "value": "10"}]
    scenario = pi.Scenario(pi.score(framework, rows), "A")
    assert (scenario.points, scenario.rank) == (Decimal(5), 2)
    scenario.set("1", "20")
    assert (scenario.points, scenario.rank) == (Decimal(10), 1)
    assert scenario.assessment["B"].points == 5  # half of the new best


def test_rank_within_a_level(fixtures: Path, evidence: list[dict[str, Any]], phu_tho: pi.Assessment) -> None:
    scenario = pi.Scenario(phu_tho, UNIT, within="level")
    levels = phu_tho.ranking(within="level")
    mine = levels["level"][levels["unit"].index(UNIT)]
    assert scenario.ranked == levels["level"].count(mine) < len(phu_tho)
    assert scenario.rank == levels["rank"][levels["unit"].index(UNIT)]


def test_a_unit_may_lose_all_its_evidence() -> None:
    framework = pi.Framework.load("dvc-766/province")
    scenario = pi.Scenario(pi.score(framework, [{"unit": "A", "code": "2.1", "value": "90"}]))
    scenario.set("2.1")
    assert scenario.points == 0
    assert scenario.assessment.units == ["A"]
    with pytest.raises(pi.ParIndexError, match="unknown-unit"):
        pi.Scenario(scenario.assessment, "B")


def test_units_without_a_value_stay_ranked() -> None:
    framework = pi.Framework.load("dvc-766/province")
    rows = [{"unit": "A", "code": "2.1", "value": "90"}, {"unit": "B", "code": "2.1", "value": None}]
    scenario = pi.Scenario(pi.score(framework, rows), "A")
    scenario.set("2.1", "0")
    assert scenario.assessment.ranking()["rank"] == [1, 1]


def test_what_stands_beside_a_value_stays_with_it() -> None:
    framework = pi.Framework.load("dvc-766/province")
    beside = {"explanation": "Hệ thống lỗi", "agency": "Văn phòng"}
    rows = [{"unit": unit, "code": "2.1", "value": "90", **beside} for unit in "AB"]
    scenario = pi.Scenario(pi.score(framework, [*rows, {"unit": "A", "code": "1.1", "value": "50"}]), "A")
    scenario.set("1.1", "60")
    assert scenario.assessment.to_json().count("Hệ thống lỗi") == 2
    for unit in "AB":
        assert scenario.assessment[unit].line("2.1").agency == "Văn phòng"
    scenario.set("2.1", "95")
    assert scenario.card.line("2.1").agency == "Văn phòng"
    assert scenario.assessment.to_json().count("Hệ thống lỗi") == 1  # B's
    scenario.reset("2.1")
    assert scenario.assessment.to_json().count("Hệ thống lỗi") == 2
