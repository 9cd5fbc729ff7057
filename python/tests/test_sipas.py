"""SIPAS through the door of Python: official figures by hand, estimates by R, outlines, evidence."""

import csv
import itertools
import json
import math
import pickle
import re
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
    assert set(villages["note"]) == {"few-respondents"} and set(villages["estimate"]) == {None}
    districts = pi.sipas(survey, questionnaire, unit="district")
    assert set(districts.index()["note"]) == {"not-estimable-one-psu"} and set(districts.index()["se"]) == {None}
    ranks = districts.ranks()
    assert (ranks["unit"], ranks["estimate"]) == (districts.units, districts.index()["estimate"])
    assert set(ranks["rank"]) == set(ranks["rank_low"]) == set(ranks["rank_high"]) == {None}
    assert ranks["note"] == districts.index()["note"]
    plain = pi.sipas(path, questionnaire)
    assert plain.index()["psus"] == plain.index()["n"], "the rows of a plain table are the units drawn"


def test_ranks(tabulated: pi.Sipas) -> None:
    ranks, index = tabulated.ranks(), tabulated.index()
    assert ranks.columns == ["unit", "estimate", "rank", "rank_low", "rank_high", "note"]
    assert ranks["rank"] == [1 + sum(other > own for other in index["estimate"]) for own in index["estimate"]]
    alone = pi.rank_sets(index["estimate"], se=index["se"])
    assert (ranks["rank_low"], ranks["rank_high"]) == (alone["rank_low"], alone["rank_high"])
    assert ranks["note"] == [None] * 4


def test_ranks_that_can_be_told_apart(questionnaire: pi.Questionnaire) -> None:
    # 400 people a unit answer 17 items alike: shares of 20, 50, 53 and 90 %. With standard errors from
    # 100 √(p (1 − p) / 399): 2.00, 2.50, 2.50 and 1.50, the first and last are 8 and more errors of a difference from
    # any other, and those between 0.85 apart: no critical value of six pairs is that small or that large.
    shares = {"a": 80, "b": 360, "c": 200, "d": 212}
    rows = [
        {"province": unit, **dict.fromkeys(questionnaire.items, 5 if row < satisfied else 1)}
        for unit, satisfied in shares.items() for row in range(400)
    ]  # fmt: skip
    tabulated = pi.sipas(rows, questionnaire)
    ranks = tabulated.ranks()
    assert tabulated.index()["se"] == [pytest.approx(100 * math.sqrt(n / 400 * (1 - n / 400) / 400), rel=3e-3) for n in shares.values()]
    sets = list(zip(ranks["rank"], ranks["rank_low"], ranks["rank_high"], strict=True))
    assert sets == [(4, 4, 4), (1, 1, 1), (3, 2, 3), (2, 2, 3)]
    # A unit too small to be ranked changes nothing for the others.
    few = pi.sipas([*rows, *[row | {"province": "e"} for row in rows[:20]]], questionnaire).ranks().to_dicts()
    assert [(row["rank"], row["rank_low"], row["rank_high"]) for row in few] == [*sets, (None, None, None)]
    assert few[4]["note"] == "few-respondents"


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
    missing = next(fault["message"] for fault in caught.value.faults if fault["code"] == "missing-column")
    assert "`B1`" in missing and "`district`" in missing, "the columns that the table has are listed"
    with pytest.raises(pi.ParIndexError) as caught:
        pi.sipas(frame.drop("B1"), questionnaire, "tỉnh")
    found = {(fault["code"], fault["line"]) for fault in caught.value.faults}
    assert found == {("missing-column", None), ("out-of-range", 3), ("bad-number", 5)}


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
    assert again == filled and again != outline and hash(again) == hash(filled)
    assert (outline.status, filled.status) == ("outline", "draft")
    assert again.to_toml() == filled.to_toml() == pickle.loads(pickle.dumps(filled)).to_toml()
    people = [
        {"province": "25", **{item: 1 + (row + at) % 5 for at, item in enumerate(filled.items)}} for row in range(50)
    ]
    table = pi.sipas(people, tmp_path / "own.toml").parts("en")
    assert table["code"] == ["POL", "SVC"] and table["name"][1] == "Public administrative services"
    with pytest.raises(pi.ParIndexError) as caught:
        outline.with_items({"Z": ["Z1"], "P1": ["X"], "P2": ["X"], "P3": [""]})
    assert sorted(fault["code"] for fault in caught.value.faults) == ["bad-value", "bad-value", "named-twice"]
    for items in ("P1.1", [1, 2], 5):
        with pytest.raises(pi.ParIndexError) as caught:
            outline.with_items({"P1": items})  # type: ignore[dict-item]
        assert caught.value.code == "wrong-design" and "`P1`" in str(caught.value)
    swapped = outline.with_items({"P1": ["X"], "P2": ["Y"]}).with_items({"P1": ["Y"], "P2": ["X"]})
    assert swapped.items[:2] == ["Y", "X"]
    assert filled.with_rules(factor="mean-of-items").rules_basis == "assumed"


def test_the_index_feeds_a_criterion(tabulated: pi.Sipas, rule_framework: Callable[..., pi.Framework]) -> None:
    evidence = tabulated.evidence(code="1")
    assert evidence.columns == ["unit", "code", "value", "se", "df"]
    index = tabulated.index()
    assert (evidence["value"], evidence["se"]) == (index["official"], index["se"])
    assessment = pi.score(rule_framework('{ kind = "index-share" }'), evidence)
    for unit, official in zip(PROVINCES, index["official"], strict=True):
        share = (official / 10 * 100 + Decimal("0.5")) // 1 / 100
        assert assessment[unit].line("1").points == share


def test_the_outline_weighs_its_halves_as_published_figures_allow() -> None:
    """2024: policy 83.84, services 84.09, overall 83.94, each printed to two decimals (reported)."""
    half = Fraction(1, 200)
    ends = [[Fraction(printed, 100) + shift for shift in (-half, half)] for printed in (8384, 8409, 8394)]
    corners = [(services - overall) / (services - policy) for policy, services, overall in itertools.product(*ends)]
    outline = pi.Questionnaire.load("sipas/2023")
    policy, services = re.findall(r'weight = "([^"]+)"', outline.to_toml())
    assert Fraction(policy) + Fraction(services) == 1
    assert min(corners) < Fraction(policy) < max(corners), "the outline's weights fit what was printed"
    assert not min(corners) <= Fraction(1, 2) <= max(corners), "equal halves do not"


def hand(rows: list[dict[str, str]], unit: str, parts: list[tuple[float, list[list[str]]]]) -> tuple[float, float]:
    """Estimate and standard error of a weighted mean of ratios, linearised by hand: for each ratio the weighted
    residuals of its pooled items, summed over districts; districts are drawn without replacement from `Nd`."""
    own = [row for row in rows if row["province"] == unit]
    residuals: dict[str, float] = dict.fromkeys((row["district"] for row in own), 0.0)
    estimate = 0.0
    for weight, items in [(weight / len(groups), group) for weight, groups in parts for group in groups]:
        answers = [
            (row["district"], float(row["w"]), float(row[item] in "45"))
            for row in own for item in items if row[item] not in ("", "9")
        ]  # fmt: skip
        over = sum(w for _, w, _ in answers)
        ratio = sum(w * y for _, w, y in answers) / over
        estimate += weight * ratio
        for district, w, y in answers:
            residuals[district] += weight * w * (y - ratio) / over
    count, population = len(residuals), float(own[0]["Nd"])
    mean = sum(residuals.values()) / count
    spread = sum((residual - mean) ** 2 for residual in residuals.values())
    return 100 * estimate, 100 * math.sqrt((1 - count / population) * count / (count - 1) * spread)


def test_errors_of_other_rules_are_those_worked_by_hand(
    survey: pi.Survey, rows: list[dict[str, str]], questionnaire: pi.Questionnaire
) -> None:
    means = pi.sipas(survey, questionnaire.with_rules(factor="mean-of-items", index="mean-of-items"))
    every = [[item] for items in ITEMS.values() for item in items]
    text = questionnaire.to_toml()
    for factor in ITEMS:
        part = "P" if factor in "AB" else "S"
        text = text.replace(f'code = "{factor}"\n', f'code = "{factor}"\npart = "{part}"\n')
    for part, weight in (("P", "0.63"), ("S", "0.37")):
        text += f'\n[[parts]]\ncode = "{part}"\nname = {{ vi = "{part}" }}\nweight = "{weight}"\nbasis = "assumed"\n'
    weighted = pi.sipas(survey, pi.Questionnaire.from_toml(text).with_rules(index="weighted-parts"))
    halves = [[item for factor in factors for item in ITEMS[factor]] for factors in ("AB", "CDE")]
    cases = [(means, [(1.0, every)]), (weighted, [(0.63, [halves[0]]), (0.37, [halves[1]])])]
    for tabulated, parts in cases:
        for row in tabulated.index():
            estimate, error = hand(rows, row["unit"], parts)
            assert row["estimate"] == pytest.approx(estimate, rel=1e-9)
            assert row["se"] == pytest.approx(error, rel=1e-9)
            assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * STUDENT[row["df"]] * error, rel=1e-9)


def test_intervals_have_their_shape_under_every_rule(survey: pi.Survey, questionnaire: pi.Questionnaire) -> None:
    means = questionnaire.with_rules(index="mean-of-items")
    for rule in (questionnaire, means):
        tabulated = pi.sipas(survey, rule, method="logit")
        for row in [*tabulated.index(), *tabulated.national(), *tabulated.national("pooled")]:
            # Logit intervals are symmetric on the log odds, and symmetric ones are not.
            odds = [math.log(value / (100 - value)) for value in (row["ci_low"], row["estimate"], row["ci_high"])]
            assert odds[2] - odds[1] == pytest.approx(odds[1] - odds[0], rel=1e-9)


def test_a_part_that_nobody_answered() -> None:
    outline = pi.Questionnaire.load("sipas/2023")
    filled = outline.with_items({factor: [f"{factor}.1"] for factor in outline.missing})
    filled = filled.with_rules(index="weighted-parts")
    people = [
        {"province": "25", **{item: None if item[0] == "P" else 1 + (row + at) % 5 for at, item in enumerate(filled.items)}}
        for row in range(50)
    ]
    row = pi.sipas(people, filled).index().to_dicts()[0]
    assert (row["official"], row["estimate"], row["se"], row["note"]) == (None, None, None, "part-without-answers")
    assert row["n"] == 50


def test_units_are_text(path: Path, questionnaire: pi.Questionnaire) -> None:
    frame = polars.read_csv(path).with_columns(province=polars.col("province").str.slice(2).cast(polars.Int64))
    with pytest.raises(pi.ParIndexError) as caught:
        pi.sipas(frame, questionnaire)
    assert (caught.value.code, caught.value.location) == ("wrong-measure", "line 1")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.sipas(polars.read_csv(path).with_columns(A1=polars.lit(value=True)), questionnaire)
    assert caught.value.code == "bad-number", "a flag is no answer on a scale"


def test_weights_of_units_are_told_all_at_once(tabulated: pi.Sipas) -> None:
    with pytest.raises(pi.ParIndexError) as caught:
        tabulated.national({"P01": 1.0, "P02": -2.0, "P03": 1.0, "P09": 1.0})
    found = [(fault["code"], fault["unit"]) for fault in caught.value.faults]
    assert found == [("unknown-unit", "P09"), ("bad-weight", "P02"), ("bad-weight", "P04")]


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
