"""Plans from Python: gains by hand, tables in and out, every fault told."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import parindex as pi
import pytest
from commands import run as command

HEAD = """
id = "test"
title = "test"
unit = "province"
status = "draft"
basis = "assumed"
[rounding]
places = 2
mode = "half-up"
at = "leaf"
"""
# 2 points from 30 percent on, a ratio of 1, and 97 that an appraiser gives.
FRAMEWORK = pi.Framework.from_toml(
    HEAD
    + """
[criteria."7"]
name = { vi = "Chế độ báo cáo kết nối", en = "Reporting regimes connected" }
max_points = "2"
agency = "Sở Thông tin và Truyền thông"
rule = { kind = "steps", unit = "percent", steps = [{ from = "30", points = "2" }, { below = "30", points = "0" }] }
[criteria."8"]
name = "b"
max_points = "1"
rule = { kind = "proportional" }
[criteria."9"]
name = "c"
max_points = "97"
rule = { kind = "given" }
"""
)
EVIDENCE = [
    {"unit": "22", "code": "7", "value": "29"},
    {"unit": "22", "code": "8", "numerator": 60, "denominator": 100},
    {"unit": "22", "code": "9", "points": "87.4"},
]
ACTIONS: list[dict[str, Any]] = [
    {"action": "connect", "code": "7", "value": "30", "cost": 1_000_000_000, "chance": "0.9"},
    {"action": "train", "code": "8", "numerator": 80, "denominator": 100, "cost": 1_000_000_000},
    {"action": "survey", "code": "9", "points": "80", "cost": 0},
]


@pytest.fixture(scope="module")
def card() -> pi.Scorecard:
    """29 percent where 30 earn two points, 0.6 and 87.4 points."""
    return pi.score(FRAMEWORK, EVIDENCE)["22"]


def slugs(run: Callable[[], object]) -> list[tuple[str, int | None]]:
    with pytest.raises(pi.ParIndexError) as caught:
        run()
    return [(fault["code"], fault["line"]) for fault in caught.value.faults]


def test_from_29_to_30_percent_is_worth_more_than_from_60_to_80(card: pi.Scorecard) -> None:
    plan = pi.plan(card, ACTIONS, budget=1_500_000_000)
    assert (plan.cost, plan.gain, plan.points) == (Decimal(1_000_000_000), Decimal("1.8"), Decimal(88))
    assert (plan.expected_points, plan.expected_index) == (Decimal("89.8"), Decimal("89.8"))
    assert (plan.unit, plan.budget, plan.objective, plan.proven) == ("22", Decimal(1_500_000_000), "points", True)
    assert (plan.top, plan.p_top, plan.p_top_before, plan.frontier_complete) == (None, None, None, True)
    rows = plan.actions(lang="en").to_dicts()
    assert [row["chosen"] for row in rows] == [True, False, False]
    assert [row["worth"] for row in rows] == [Decimal(2), Decimal("0.2"), Decimal(0)]
    assert [row["gain"] for row in rows] == [Decimal("1.8"), Decimal("0.2"), Decimal(0)]
    assert [row["adds"] for row in rows] == [Decimal("1.8"), None, None]
    assert (rows[0]["points"], rows[0]["points_after"]) == (Decimal(0), Decimal(2))
    assert (rows[0]["name"], rows[0]["agency"]) == ("Reporting regimes connected", "Sở Thông tin và Truyền thông")
    assert rows[0]["per_cost"] == pytest.approx(1.8e-9)
    # 80 points are fewer than the 87.4 that are had, which are kept.
    assert rows[2]["points_after"] == Decimal("87.4") and rows[2]["per_cost"] is None
    assert rows[2]["note"] == "Adds no points: the target is no better than what is had"
    assert plan.actions()["note"][2].startswith("Không thêm điểm")
    frontier = plan.frontier()
    assert frontier.columns == ["cost", "gain", "p_top", "actions", "proven"]
    assert frontier["actions"] == ["", "connect"]
    assert repr(plan) == "<parindex.Plan of '22': 1 of 3 actions, +1.8 points for 1000000000>"


def test_everything_is_chosen_where_the_budget_is_large(card: pi.Scorecard) -> None:
    plan = pi.plan(card, ACTIONS, budget="2000000000.00")
    assert (plan.gain, plan.frontier()["gain"]) == (Decimal(2), [Decimal(0), Decimal("1.8"), Decimal(2)])


def test_actions_come_from_frames_and_files(card: pi.Scorecard, tmp_path: Path) -> None:
    frame = pandas.DataFrame(
        {
            "code": ["7", "8", "8"],
            "target": ["31", "90", "100"],
            "cost": [2.5, 1.5, 1.5],
            "chance": [1.0, None, 0.5],
            "needs": [None, None, 2],
            "excludes": ["3", None, None],
        }
    )
    plan = pi.plan(card, frame, budget=3)
    # The first has its code as its id, the others on one leaf their rows.
    assert plan.actions()["action"] == ["7", "2", "3"]
    assert plan.actions()["excludes"][0] == "3" and plan.actions()["needs"][2] == "2"
    assert plan.gain == Decimal(2) and plan.cost == Decimal("2.5")
    # Row 1 is not the leaf that another action is called by.
    rows = [{"code": code, "value": "30", "cost": 1} for code in ("7", "7", "8")]
    named = pi.plan(card, [*rows[:2], {**rows[2], "action": "1"}], budget=3)
    assert named.actions()["action"] == ["#1", "2", "1"]
    path = tmp_path / "actions.csv"
    path.write_text("code,target,cost,chance\n7,30,\"2,5\",\"0,5\"\n", encoding="utf-8")
    assert pi.plan(card, path, budget="2.5", decimal=",").gain == Decimal(1)


def test_every_fault_is_told_with_its_row(card: pi.Scorecard) -> None:
    def bad(*rows: dict[str, Any], **options: Any) -> list[tuple[str, int | None]]:
        return slugs(lambda: pi.plan(card, list(rows), **({"budget": 10} | options)))

    sound = {"code": "7", "value": "30", "cost": 1}
    assert bad({"value": "30"}) == [("missing-column", None), ("missing-column", None)]
    assert bad({"code": "7", "cost": 1}) == [("missing-column", None)]
    assert bad({"code": "8", "cost": 1, "numerator": 1}) == [("missing-column", None)]
    assert bad({**sound, "target": "31"}) == [("bad-value", None)]
    for name in ("target", "target_value", "target value"):
        assert bad({"code": "7", name: "101", "cost": 1}) == [("out-of-range", 1)]
    assert bad({**sound, "cost": None}, {**sound, "code": 7}, {**sound, "chance": "much"}) == [
        ("incomplete-row", 1),
        ("bad-code", 2),
        ("bad-number", 3),
    ]
    # What is wrong with a row does not hide what is wrong with the others, or with the rest of it.
    assert bad(
        {**sound, "code": "99", "cost": "x", "action": "a"},
        {**sound, "cost": -1, "needs": "a, b, nobody"},
        {**sound, "value": "x", "action": "b"},
        {**sound, "chance": 2, "excludes": "b"},
        budget=-1,
    ) == [
        ("out-of-range", None),
        ("bad-number", 1),
        ("unknown-criterion", 1),
        ("out-of-range", 2),
        ("unknown-action", 2),
        ("bad-number", 3),
        ("out-of-range", 4),
    ]
    assert bad({**sound, "points": 1}) == [("incomplete-row", 1)]
    assert bad(
        {**sound, "cost": -1, "action": "a", "needs": "b"},
        {**sound, "chance": 2, "action": "b", "needs": "a"},
        {**sound, "value": "101", "action": "b"},
        {**sound, "code": "6", "action": "d", "excludes": "d, nobody"},
    ) == [
        ("out-of-range", 1),
        ("needs-circle", 1),
        ("out-of-range", 2),
        ("duplicate-action", 3),
        ("out-of-range", 3),
        ("unknown-action", 4),
        ("contradiction", 4),
        ("unknown-criterion", 4),
    ]
    assert bad(*[{**sound, "action": str(row)} for row in range(9)]) == [("too-large", None)]
    assert bad(sound, budget=0.5) == [("not-exact", None)]
    assert bad(sound, budget=-1) == [("out-of-range", None)]
    assert bad(sound, objective="most", seconds=-1, top=0, decimal=";", scores="x") == [
        ("bad-value", None),
        ("bad-value", None),
        ("out-of-range", None),
        ("out-of-range", None),
        ("bad-value", None),
    ]
    assert bad(sound, objective="top") == [("no-forecast", None)]
    assert bad({**sound, "cost": -1}, objective="top") == [("out-of-range", 1), ("no-forecast", None)]
    # Rows whose code or target cannot be read are looked at all the same.
    assert bad(
        {**sound, "code": None, "cost": -1, "needs": "nobody"},
        {**sound, "code": "99", "points": 1, "chance": 2, "action": "a"},
        {**sound, "points": 1, "action": "a"},
    ) == [
        ("incomplete-row", 1),
        ("out-of-range", 1),
        ("unknown-action", 1),
        ("incomplete-row", 2),
        ("out-of-range", 2),
        ("unknown-criterion", 2),
        ("incomplete-row", 3),
        ("duplicate-action", 3),
    ]


def forecast(units: tuple[str, ...] = ("22", "01", "31", "48", "79")) -> pi.Forecast:
    rows = [
        {"unit": unit, "year": year, "score": 84.0 + 2 * place + (year * (place + 3)) % 5}
        for year in range(2015, 2025)
        for place, unit in enumerate(units)
    ]
    return pi.forecast(pi.History(rows), year=2025, draws=4_000, progress=False)


def test_the_chance_of_the_first_places(card: pi.Scorecard) -> None:
    others = forecast()
    plan = pi.plan(card, ACTIONS, budget=2_000_000_000, objective="top", top=2, forecast=others)
    assert (plan.objective, plan.top, plan.proven) == ("top", 2, True)
    assert plan.p_top is not None and plan.p_top_before is not None
    assert 0 < plan.p_top_before < plan.p_top < 1
    # The chance before is that of the score needed: 88 points.
    assert others.needed("22", top=2, probability=plan.p_top_before - 1e-6) <= 88
    assert others.needed("22", top=2, probability=plan.p_top_before + 1e-6) > 88
    # 90.2 points with probability 0.9, else 88.2.
    train = pi.plan(card, ACTIONS[1:2], budget=10**9, top=2, forecast=others)
    both = pi.plan(card, [{**row, "chance": 1} for row in ACTIONS[:2]], budget=2 * 10**9, top=2, forecast=others)
    low, high = train.p_top, both.p_top
    assert low is not None and high is not None
    assert plan.p_top == pytest.approx(0.9 * high + 0.1 * low, abs=1e-12)
    assert plan.frontier()["p_top"][0] == plan.p_top_before


def test_a_forecast_must_fit_the_card(card: pi.Scorecard) -> None:
    def bad(others: pi.Forecast, **options: Any) -> list[tuple[str, int | None]]:
        return slugs(lambda: pi.plan(card, ACTIONS, budget=1, forecast=others, **options))

    assert bad(forecast(("01", "31", "48")), top=1) == [("unknown-unit", None)]
    assert bad(forecast(), top=5) == [("out-of-range", None)]
    ranks = [
        {"unit": unit, "year": year, "rank": rank} for year in (2023, 2024) for rank, unit in [(1, "22"), (2, "01")]
    ]
    assert bad(pi.forecast(pi.History(ranks), year=2025, draws=500), top=1) == [("forecast-does-not-fit", None)]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The framework, the evidence and the actions as files."""
    framework, evidence, actions = (tmp_path / name for name in ("f.toml", "e.csv", "a.csv"))
    framework.write_text(FRAMEWORK.to_toml(), encoding="utf-8")
    for path, rows in ((evidence, EVIDENCE), (actions, ACTIONS)):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
            writer.writeheader()
            writer.writerows(rows)
    return [framework, evidence, actions]


def test_the_command_chooses_what_the_function_does(card: pi.Scorecard, files: list[Path], tmp_path: Path) -> None:
    plan = pi.plan(card, ACTIONS, budget=1_000_000_000)
    code, out, err = command("plan", *files, "--budget", "1000000000", "--json", "--out", tmp_path / "out")
    document = json.loads(out)
    assert (code, err, document["unit"], document["proven"]) == (0, "", "22", True)
    assert (Decimal(document["gain"]), Decimal(document["cost"])) == (plan.gain, plan.cost)
    assert [row["chosen"] for row in document["actions"]] == plan.actions()["chosen"]
    assert [Decimal(row["gain"]) for row in document["frontier"]] == plan.frontier()["gain"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["actions.csv", "frontier.csv"]
    # 2 points, nine times in ten.
    code, out, err = command("plan", *files, "--budget", "1000000000")
    assert (code, err) == (0, "") and "Điểm kỳ vọng: 88 + 1,8 = 89,8" in out and "Chi phí" in out.splitlines()[2]
    code, out, err = command("plan", *files, "--budget", "1000000000", "--lang", "en")
    assert out.startswith("Plan of 22: 1 of 3 actions, 1,000,000,000 of the budget 1,000,000,000")


def test_the_command_aims_at_the_first_places(files: list[Path], tmp_path: Path) -> None:
    history = tmp_path / "h.csv"
    lines = [
        f"{unit},{year},{84.0 + 2 * place + (year * (place + 3)) % 5}"
        for year in range(2015, 2025)
        for place, unit in enumerate(("22", "01", "31", "48", "79"))
    ]
    history.write_text("unit,year,score\n" + "\n".join(lines) + "\n", encoding="utf-8")
    aim = ("--objective", "top", "--top", "2", "--history", history, "--year", "2025", "--draws", "2000")
    code, out, err = command("plan", *files, "--budget", "2000000000", *aim, "--json")
    document = json.loads(out)
    assert (code, err, document["objective"], document["top"]) == (0, "", "top", 2)
    assert 0 <= document["p_top_before"] <= document["p_top"] <= 1
    for wrong in (("--objective", "top"), ("--year", "2025"), ("--unit", "nobody"), ("--top", "0")):
        code, out, err = command("plan", *files, "--budget", "1", *wrong)
        assert (code, out) == (2, "") and err
    code, out, err = command("plan", *files, "--budget", "-1")
    assert (code, out) == (2, "")


def test_the_command_tells_every_fault_with_its_row(files: list[Path]) -> None:
    files[2].write_text("code,value,cost\n7,30,x\n99,1,1\n", encoding="utf-8")
    code, out, err = command("plan", *files, "--budget", "1")
    assert (code, out) == (1, "")
    assert [line.rsplit(" ", 1)[1] for line in err.splitlines()] == ["[bad-number]", "[unknown-criterion]"]
    assert all(line.startswith(f"{files[2]}:") for line in err.splitlines())
