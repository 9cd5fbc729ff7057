"""SIPAS through the door of Python: official figures by hand, estimates by R, outlines, evidence."""

import csv
import json
import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import parindex as pi
import polars
import pytest

COLUMNS = [
    "official", "n", "estimate", "se", "df", "ci_low", "ci_high", "deff", "psus", "note",
    "satisfied", "valid", "outside", "blank",
]  # fmt: skip
STUDENT = {2: 4.302652729749462, 3: 3.182446305283708}
"""Two-sided 95 % quantiles of Student's t, as in any table."""
ITEMS = {
    factor: [f"{factor}{place}" for place in range(1, count + 1)]
    for factor, count in {"A": 3, "B": 4, "C": 5, "D": 3, "E": 2}.items()
}
PROVINCES = ["P01", "P02", "P03", "P04"]


@pytest.fixture(scope="module")
def path(fixtures: Path) -> Path:
    return fixtures / "survey" / "sipas.csv"


@pytest.fixture(scope="module")
def survey(path: Path) -> pi.Survey:
    return pi.Survey(path, weights="w", strata="province", clusters="district", fpc="Nd")


@pytest.fixture(scope="module")
def tabulated(survey: pi.Survey, questionnaire: pi.Questionnaire) -> pi.Sipas:
    return pi.sipas(survey, questionnaire)


@pytest.fixture(scope="module")
def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def counted(rows: list[dict[str, str]], unit: str, items: list[str]) -> dict[str, int]:
    answers = [row[item] for row in rows if row["province"] == unit for item in items]
    return {
        "satisfied": sum(answer in ("4", "5") for answer in answers),
        "valid": sum(answer in ("1", "2", "3", "4", "5") for answer in answers),
        "outside": sum(answer == "9" for answer in answers),
        "blank": sum(answer == "" for answer in answers),
    }


def printed(share: Fraction) -> Decimal:
    """A percentage to ten decimals, half-up."""
    return Decimal((share * 100 * 10**10 + Fraction(1, 2)).__floor__()).scaleb(-10)


def test_official_figures_are_counts(tabulated: pi.Sipas, rows: list[dict[str, str]]) -> None:
    every = [item for items in ITEMS.values() for item in items]
    index = tabulated.index()
    assert index.columns == ["unit", *COLUMNS] and index["unit"] == PROVINCES
    for row in index.to_dicts():
        counts = counted(rows, row["unit"], every)
        assert {name: row[name] for name in counts} == counts
        assert row["official"] == printed(Fraction(counts["satisfied"], counts["valid"]))
        assert sum(row[name] for name in ("valid", "outside", "blank")) == 17 * sum(
            line["province"] == row["unit"] for line in rows
        ), "every answer is counted or has left the base"
    for table, groups in ((tabulated.factors(), ITEMS), (tabulated.items(), {item: [item] for item in every})):
        assert table.columns == ["unit", "code", "name", *COLUMNS] and len(table) == 4 * len(groups)
        for row in table.to_dicts():
            counts = counted(rows, row["unit"], groups[row["code"]])
            assert {name: row[name] for name in counts} == counts
            assert row["official"] == printed(Fraction(counts["satisfied"], counts["valid"]))


def test_estimates_are_those_of_r(tabulated: pi.Sipas, fixtures: Path, questionnaire: pi.Questionnaire) -> None:
    cases = {case["id"]: case for case in json.loads((fixtures / "survey" / "expected.json").read_text())["cases"]}
    for row in tabulated.index().to_dicts():
        case = cases[f"synth_fpc.overall.by_province[{row['unit']}]"]
        assert row["estimate"] == pytest.approx(100 * case["estimate"], rel=1e-9)
        assert row["se"] == pytest.approx(100 * case["se"], rel=1e-9)
        # R's interval has the 9 degrees of freedom of the whole design; a province has its own.
        assert row["df"] == {"P03": 3}.get(row["unit"], 2) == row["psus"] - 1
        assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * STUDENT[row["df"]] * row["se"], rel=1e-9)
    whole = pi.sipas(pi.Survey(fixtures / "survey" / "sipas.csv"), questionnaire, degrees="design")
    assert whole.index()["df"] == [662.0] * 4


def test_other_rules(survey: pi.Survey, rows: list[dict[str, str]], questionnaire: pi.Questionnaire) -> None:
    means = questionnaire.with_rules(factor="mean-of-items", index="mean-of-items")
    table = pi.sipas(survey, means).factors().to_dicts()
    for row in table:
        shares = [counted(rows, row["unit"], [item]) for item in ITEMS[row["code"]]]
        mean = sum(Fraction(share["satisfied"], share["valid"]) for share in shares) / len(shares)
        assert row["official"] == printed(mean)
        items = pi.sipas(survey, means).items().to_dicts()
        own = [item["estimate"] for item in items if item["unit"] == row["unit"] and item["code"] in ITEMS[row["code"]]]
        assert row["estimate"] == pytest.approx(sum(own) / len(own))
    with pytest.raises(pi.ParIndexError) as caught:
        means.with_rules(index="weighted-parts")
    assert caught.value.code == "bad-value"


def test_intervals_that_stay_within_what_is_possible(survey: pi.Survey, questionnaire: pi.Questionnaire) -> None:
    symmetric = pi.sipas(survey, questionnaire).index()
    assert max(symmetric["ci_high"]) > 100
    within = pi.sipas(survey, questionnaire, method="logit").index()
    for row, plain in zip(within, symmetric, strict=True):
        assert (row["estimate"], row["se"]) == (plain["estimate"], plain["se"])
        share = row["estimate"] / 100
        half = STUDENT[row["df"]] * row["se"] / 100 / (share * (1 - share))
        for end, sign in (("ci_low", -1), ("ci_high", 1)):
            odds = math.log(share / (1 - share)) + sign * half
            assert row[end] == pytest.approx(100 / (1 + math.exp(-odds)), rel=1e-9)


def test_the_nation(tabulated: pi.Sipas, rows: list[dict[str, str]]) -> None:
    index = tabulated.index()
    mean = tabulated.national().to_dicts()[0]
    assert mean["estimate"] == pytest.approx(sum(index["estimate"]) / 4) and mean["df"] == 9
    pooled = tabulated.national("pooled").to_dicts()[0]
    every = [item for items in ITEMS.values() for item in items]
    counts = [counted(rows, unit, every) for unit in PROVINCES]
    total = Fraction(sum(count["satisfied"] for count in counts), sum(count["valid"] for count in counts))
    assert pooled["official"] == printed(total)
    weights = {"P01": 1.0, "P02": 2.0, "P03": 3.0, "P04": 4.0}
    weighted = tabulated.national(weights)["estimate"][0]
    assert weighted == pytest.approx(sum((place + 1) * index["estimate"][place] for place in range(4)) / 10)
    with pytest.raises(pi.ParIndexError) as caught:
        tabulated.national(weights | {"P09": 1.0})
    assert caught.value.code == "unknown-unit"


def test_few_respondents_and_few_units(survey: pi.Survey, path: Path, questionnaire: pi.Questionnaire) -> None:
    villages = pi.sipas(survey, questionnaire, unit="village").index()
    assert set(villages["note"]) == {"suppressed: too few respondents"} and set(villages["estimate"]) == {None}
    districts = pi.sipas(survey, questionnaire, unit="district")
    assert set(districts.index()["note"]) == {"not-estimable: too few psus"} and set(districts.index()["se"]) == {None}
    with pytest.raises(pi.ParIndexError) as caught:
        districts.ranks()
    assert [fault["code"] for fault in caught.value.faults] == ["not-estimable"] * 13
    plain = pi.sipas(path, questionnaire)
    assert plain.index()["psus"] == plain.index()["n"], "the rows of a plain table are the units drawn"


def test_ranks(tabulated: pi.Sipas) -> None:
    ranks, index = tabulated.ranks(), tabulated.index()
    assert ranks.columns == ["unit", "estimate", "rank", "rank_low", "rank_high"]
    assert ranks["rank"] == [1 + sum(other > own for other in index["estimate"]) for own in index["estimate"]]
    alone = pi.rank_sets(index["estimate"], se=index["se"])
    assert (ranks["rank_low"], ranks["rank_high"]) == (alone["rank_low"], alone["rank_high"])


def test_answers_off_the_scale(path: Path, questionnaire: pi.Questionnaire) -> None:
    frame = polars.read_csv(path).with_columns(
        A1=polars.when(polars.col("id") == 3).then(6).otherwise("A1"),
        C2=polars.when(polars.col("id") == 5).then(polars.lit(2.5)).otherwise(polars.col("C2")),
        province=polars.when(polars.col("id") != 7).then("province"),
    )
    with pytest.raises(pi.ParIndexError) as caught:
        pi.sipas(frame.drop("B1"), questionnaire)
    found = {(fault["code"], fault["line"]) for fault in caught.value.faults}
    assert found == {("out-of-range", 3), ("bad-number", 5), ("incomplete-row", 7), ("missing-column", None)}


def test_an_outline_takes_the_users_items(tmp_path: Path) -> None:
    assert pi.questionnaires()["missing"] == [0, 13]
    outline = pi.Questionnaire.load("sipas/2023")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.sipas([{"province": "25"}] * 2, outline)
    assert [fault["code"] for fault in caught.value.faults if fault["code"] == "outline"] == ["outline"] * 13
    codes = {factor: [f"{factor}.1", f"{factor}.2"] for factor in outline.missing}
    filled = outline.with_items(codes).with_items({"P1": [("P1.1", "Câu hỏi một"), ("P1.3", "Câu hỏi ba")]})
    assert filled.missing == [] and filled.items[:2] == ["P1.1", "P1.3"]
    assert next(row for row in filled.table() if row["code"] == "P1.3")["name"] == "Câu hỏi ba"
    (tmp_path / "own.toml").write_text(filled.to_toml(), encoding="utf-8")
    again = pi.Questionnaire.from_file(tmp_path / "own.toml")
    assert again.to_toml() == filled.to_toml() == pickle.loads(pickle.dumps(filled)).to_toml()
    people = [
        {"province": "25", **{item: 1 + (row + at) % 5 for at, item in enumerate(filled.items)}} for row in range(50)
    ]
    table = pi.sipas(people, tmp_path / "own.toml").parts("en")
    assert table["code"] == ["POL", "SVC"] and table["name"][1] == "Public administrative services"
    with pytest.raises(pi.ParIndexError) as caught:
        outline.with_items({"Z": ["Z1"]})
    assert caught.value.code == "bad-value"


def test_the_index_feeds_a_criterion(tabulated: pi.Sipas, rule_framework: Callable[..., pi.Framework]) -> None:
    evidence = tabulated.evidence(code="1")
    assert evidence.columns == ["unit", "code", "value", "se", "df"]
    index = tabulated.index()
    assert (evidence["value"], evidence["se"]) == (index["official"], index["se"])
    assessment = pi.score(rule_framework('{ kind = "index-share" }'), evidence)
    for unit, official in zip(PROVINCES, index["official"], strict=True):
        share = (official / 10 * 100 + Decimal("0.5")) // 1 / 100
        assert assessment[unit].line("1").points == share


def test_published_national_figures_refute_equal_halves() -> None:
    """2024: policy 83.84, services 84.09, overall 83.94, each printed to two decimals (reported)."""
    unit, half = Fraction(1, 100), Fraction(1, 200)
    policy, services, overall = 8384 * unit, 8409 * unit, 8394 * unit

    def weight(shift_policy: Fraction, shift_services: Fraction, shift_overall: Fraction) -> Fraction:
        gap = (services + shift_services) - (policy + shift_policy)
        return ((services + shift_services) - (overall + shift_overall)) / gap

    shifts = (-half, half)
    corners = [weight(one, two, three) for one in shifts for two in shifts for three in shifts]
    assert (min(corners), max(corners)) == (Fraction(14, 25), Fraction(16, 25))
    assert Fraction(1, 2) < min(corners) < Fraction(63, 100) < max(corners)


def test_what_sipas_refuses(path: Path, questionnaire: pi.Questionnaire) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"questionnaire": "sipas/1999"}, "unknown-questionnaire"),
        ({"questionnaire": "no/such.toml"}, "unreadable-file"),
        ({"questionnaire": questionnaire, "unit": "tỉnh"}, "missing-column"),
        ({"questionnaire": questionnaire, "coverage": 2.0}, "out-of-range"),
    ]
    for options, code in cases:
        with pytest.raises(pi.ParIndexError) as caught:
            pi.sipas(path, **options)
        assert caught.value.code == code
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Questionnaire.from_toml('id = "x"\ntitle = 3')
    assert caught.value.location == "line 2, column 9"
