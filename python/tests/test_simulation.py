"""Simulation, sensitivity and robustness from Python: laws, tables and faults with their rows."""

from decimal import Decimal
from statistics import NormalDist

import parindex as pi
import pytest

FRAMEWORK = """
id = "plain"
title = "Plain"
unit = "commune"
status = "draft"
basis = "official"
rounding = { mode = "half-up", places = 4, at = "leaf" }

[criteria."1"]
name = "Tỷ lệ"
max_points = "60"
rule = { kind = "proportional" }

[criteria."2"]
name = "Đúng hạn"
max_points = "30"
rule = { kind = "target", target = "50" }

[criteria."3"]
name = "Có kế hoạch"
max_points = "10"
rule = { kind = "yes-no" }
"""


@pytest.fixture(scope="module")
def framework() -> pi.Framework:
    return pi.Framework.from_toml(FRAMEWORK)


def test_what_is_known_scores_as_it_is(framework: pi.Framework) -> None:
    rows = [
        {"unit": "a", "code": "1", "value": "80"},
        {"unit": "a", "code": "2", "numerator": 9, "denominator": 20},
        {"unit": "b", "code": "1", "points": "40.5", "belief": "fixed"},
        {"unit": "b", "code": "3", "value": True},
    ]
    evidence = [{name: cell for name, cell in row.items() if name != "belief"} for row in rows]
    table = pi.simulate(framework, rows, draws=100).table(top=1)
    ranking = {row["unit"]: row for row in pi.score(framework, evidence).ranking().to_dicts()}
    for row in table.to_dicts():
        assert row["q50"] == pytest.approx(float(ranking[row["unit"]]["points"]), abs=0.02)
        assert row["rank_q05"] == row["rank_q95"] == ranking[row["unit"]]["rank"]
        assert row["sd"] == pytest.approx(0, abs=1e-6)


def test_every_kind_of_belief_has_the_chance_of_its_shape(framework: pi.Framework) -> None:
    rows = [
        # A coin for 10 points: ahead of b's certain 5 in half of the draws.
        {"unit": "a", "code": "3", "belief": "bernoulli", "chance": 0.5},
        {"unit": "b", "code": "3", "points": "5"},
        # Normal: below its mean of 30 % in half of the draws, 18 of 60 points.
        {"unit": "c", "code": "1", "belief": "normal", "mean": 30, "se": 2},
        {"unit": "d", "code": "1", "value": "30"},
        # The first tenth of a symmetric triangle holds 2 % of it.
        {"unit": "e", "code": "1", "belief": "triangular", "low": 40, "mode": 50, "high": 60},
        {"unit": "f", "code": "1", "value": "42"},
        # Two statements, three to one.
        {"unit": "g", "code": "2", "belief": "choice", "value": "50", "chance": "0.75"},
        {"unit": "g", "code": "2", "belief": "choice", "numerator": 1, "denominator": 4, "chance": 0.25},
        {"unit": "h", "code": "2", "value": "40"},
        # None of ten so far and one to come: met by Beta(½, 10½) on average, 1 in 22.
        {"unit": "i", "code": "1", "belief": "beta-binomial", "numerator": 0, "denominator": 10, "coming": 1},
        {"unit": "j", "code": "1", "value": "1"},
    ]
    forecast = pi.simulate(framework, rows, draws=40_000)
    for (one, other), chance in {
        ("a", "b"): 0.5, ("c", "d"): 0.5, ("e", "f"): 0.98, ("g", "h"): 0.75, ("i", "j"): 1 / 22,
    }.items():
        error = (chance * (1 - chance) / 40_000) ** 0.5
        assert forecast.beats(one, other) == pytest.approx(chance, abs=4 * error), one


def test_a_unit_with_beliefs_is_ranked_beside_a_forecast_of_the_others(framework: pi.Framework) -> None:
    history = pi.History(
        [
            {"unit": unit, "year": year, "score": score + year - 2022}
            for year in (2022, 2023, 2024) for unit, score in (("a", 40), ("b", 60), ("c", 50))
        ]
    )
    others = pi.forecast(history, year=2025, model="random-walk", draws=2000)
    joined = pi.simulate(framework, [{"unit": "a", "code": "1", "value": "100"}], forecast=others, draws=2000)
    assert joined.units == ["a", "b", "c"]
    assert joined.table(top=1)["mean"][0] == pytest.approx(60)
    with pytest.raises(pi.ParIndexError) as caught:
        pi.simulate(framework, [{"unit": "a", "code": "1", "value": "100"}], forecast=joined)
    assert caught.value.code == "cannot-join"


def test_noise_that_cannot_be_is_told_with_the_rows(framework: pi.Framework) -> None:
    rows = [{"unit": "a", "code": "1", "value": "much"}, {"unit": "b", "code": "9", "value": "1"}]
    for run in (pi.simulate, pi.sensitivity):
        for noise in (-1.0, 11.0, float("nan")):
            with pytest.raises(pi.ParIndexError) as caught:
                run(framework, rows, weights_noise=noise)
            told = [(fault["code"], fault["line"]) for fault in caught.value.faults]
            assert told == [("out-of-range", None), ("bad-number", 1), ("unknown-criterion", 2)]


def test_draws_without_a_score_are_counted(framework: pi.Framework) -> None:
    known = [{"unit": "a", "code": "1", "value": "50"}]
    assert pi.simulate(framework, known, draws=1000).failures == 0
    refusing = pi.Framework.from_toml(
        'id = "r"\ntitle = "r"\nunit = "x"\nstatus = "draft"\nbasis = "assumed"\n'
        'rounding = { places = 2, mode = "half-up", at = "leaf" }\nabsence = { zero_denominator = "refuse" }\n'
        '[criteria."1"]\nname = "Mất"\nmax_points = "100"\nrule = { kind = "share-of-best", unit = "amount" }\n'
    )
    either = [
        {"unit": unit, "code": "1", "belief": "choice", "value": value, "chance": 0.5}
        for unit in ("a", "b") for value in ("-10", "-20")
    ]
    forecast = pi.simulate(refusing, either, draws=10_000)
    # No loss is a share of another one: where they differ, in half of the draws, the worse has no points.
    assert forecast.failures / 10_000 == pytest.approx(0.5, abs=0.02)
    told = f"{forecast.failures} of 10000 draws gave a unit no score"
    assert f"({forecast.failures} failed)" in repr(forecast) and forecast.notes("en")[0].startswith(told)
    assert forecast.table(top=1).notes() == forecast.notes() and told in repr(forecast.table(top=1))
    assert forecast.table(top=1)["mean"] == pytest.approx([75, 75], abs=1.5)


def test_every_bad_row_is_told_with_its_place(framework: pi.Framework) -> None:
    rows = [
        {"unit": "a", "code": "1", "belief": "triangular", "low": 50, "mode": 40, "high": 60},
        {"unit": "a", "code": "2", "belief": "triangle"},
        {"unit": "a", "code": "3", "belief": "bernoulli"},
        {"unit": "b", "code": "1", "belief": "normal", "mean": "x", "se": 1},
        {"unit": "b", "code": "9", "value": "5"},
        {"unit": "b", "code": "2", "belief": "fixed", "value": "5", "low": 1},
        {"unit": "c", "code": "1", "belief": "beta-binomial", "numerator": "1.5", "denominator": 3, "coming": 2},
        {"unit": None, "code": "1", "value": "5"},
        {"unit": "c", "code": "2", "belief": "choice", "value": "5", "chance": 0.4},
        {"unit": "d", "code": "1", "belief": "normal", "mean": float("inf"), "se": 1},
        {"unit": "d", "code": "3", "belief": "bernoulli", "chance": 1.5},
    ]
    for call in (pi.simulate, pi.sensitivity):
        with pytest.raises(pi.ParIndexError) as caught:
            call(framework, rows)
        told = [(fault["line"], fault["code"]) for fault in caught.value.faults]
        assert told == [
            (1, "out-of-range"), (2, "bad-value"), (3, "incomplete-row"), (4, "bad-number"), (5, "unknown-criterion"),
            (6, "incomplete-row"), (7, "out-of-range"), (8, "incomplete-row"), (9, "out-of-range"), (10, "out-of-range"),
            (11, "out-of-range"),
        ]


@pytest.mark.parametrize(
    ("options", "code"),
    [({"draws": 0}, "out-of-range"), ({"seed": -1}, "out-of-range"), ({"weights_noise": float("nan")}, "out-of-range")],
)
def test_options_are_checked(framework: pi.Framework, options: dict[str, float], code: str) -> None:
    with pytest.raises(pi.ParIndexError) as caught:
        pi.simulate(framework, [{"unit": "a", "code": "1", "value": "5"}], **options)
    assert caught.value.code == code


def test_sensitivity_shares_out_a_variance(framework: pi.Framework) -> None:
    # Symmetric triangles: spreads as 0.6 × 10 to 0.6 × 10, so one half each; 2 is known.
    rows = [
        {"unit": "a", "code": "1", "belief": "triangular", "low": 20, "mode": 25, "high": 30},
        {"unit": "a", "code": "2", "belief": "triangular", "low": 20, "mode": 25, "high": 30},
        {"unit": "b", "code": "1", "value": "40"},
    ]
    steps: list[tuple[int, int]] = []
    table = pi.sensitivity(framework, rows, samples=8000, progress=lambda *step: steps.append(step))
    assert table.columns == [
        "unit", "on", "code", "first", "first_low", "first_high", "total", "total_low", "total_high", "samples",
        "evaluations", "failures",
    ]
    score = [row for row in table.to_dicts() if row["unit"] == "a" and row["on"] == "score"]
    for row in score:
        assert row["first_low"] < 0.5 < row["first_high"] and row["total"] == pytest.approx(row["first"], abs=0.01)
        assert (row["samples"], row["failures"]) == (8000, 0)
    assert steps[-1][0] == steps[-1][1]
    one = pi.sensitivity(framework, rows, samples=8000, of="b", progress=False).to_dicts()
    assert one == [row for row in table.to_dicts() if row["unit"] == "b"]
    assert [(row["on"], row["code"]) for row in one] == [("rank", "others")]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.sensitivity(framework, rows, of=["x", "y"], progress=False)
    assert [fault["code"] for fault in caught.value.faults] == ["unknown-unit"] * 2


def test_a_ranking_swaps_as_often_as_the_ratio_of_two_weights_says(framework: pi.Framework) -> None:
    # b leads by 34 to 33; a has 6 more under 1 and b 5 more under 2, so that they swap
    # where the first weighs more than 7/6 of the second.
    rows = [
        {"unit": "a", "code": "1", "points": "26"}, {"unit": "a", "code": "2", "points": "7"},
        {"unit": "b", "code": "1", "points": "20"}, {"unit": "b", "code": "2", "points": "14"},
    ]
    assessment = pi.score(framework, rows)
    robust = pi.robustness(assessment, noise=0.2, draws=40_000, progress=False)
    chance = 1 - NormalDist().cdf(_log(7 / 6) / (2 * _log(1 + 0.2**2)) ** 0.5)
    error = (chance * (1 - chance) / 40_000) ** 0.5
    assert robust.swaps()["share"] == [pytest.approx(chance, abs=4 * error)]
    table = robust.table(top=1)
    assert table.columns == ["unit", "rank", "rank_q05", "rank_q50", "rank_q95", "kept", "mean_shift", "p_top1"]
    assert (table["rank"], table["rank_q05"], table["rank_q95"]) == ([2, 1], [1, 1], [2, 2])
    assert robust.mean_shift == robust.kendall == robust.swaps()["share"][0]
    assert robust.first_stays == pytest.approx(1 - robust.mean_shift)
    still = pi.robustness(assessment, noise=0, progress=False)
    assert still.table()["kept"] == [1, 1] and len(still.swaps()) == 0
    for wrong, code in [({"noise": -1}, "out-of-range"), ({"code": "1"}, "bad-weight"), ({"code": "1..2"}, "bad-code")]:
        with pytest.raises(pi.ParIndexError) as caught:
            pi.robustness(assessment, **wrong)
        assert caught.value.code == code


def _log(value: float) -> float:
    return float(Decimal(value).ln())
