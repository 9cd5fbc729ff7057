"""Forecasts from Python: histories in, distributions out, every fault told."""

import contextlib
import csv
import io
import json
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pandas
import parindex as pi
import polars
import pytest
from commands import run
from parindex.progress import Line, line

UNITS = ("01", "22", "31", "48", "79")


def invented(years: range = range(2015, 2025)) -> list[dict[str, Any]]:
    """A panel that moves a little from year to year."""
    return [
        {"unit": unit, "year": year, "score": 80.0 + 2 * place + (year * (place + 3)) % 5}
        for year in years
        for place, unit in enumerate(UNITS)
    ]


@pytest.fixture(scope="module")
def forecast() -> pi.Forecast:
    """The next year of the invented panel."""
    return pi.forecast(pi.History(invented()), year=2025, draws=4_000)


@pytest.fixture(scope="module")
def known(fixtures: Path) -> dict[str, Any]:
    """PAR INDEX as published pages tell it."""
    folder = fixtures / "par-index-published"
    return {"frame": folder / "known.csv", "national": folder / "national.csv", "breaks": [2016, 2020, 2022]}


def provinces(fixtures: Path) -> list[dict[str, str]]:
    with (fixtures / "units-vietnam" / "provinces.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["valid_to"]]


def slugs(run: Callable[[], object]) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(pi.ParIndexError) as caught:
        run()
    return [(fault["code"], fault["line"], fault["unit"]) for fault in caught.value.faults]


# Histories


@pytest.mark.parametrize("kind", [list, pandas.DataFrame, polars.DataFrame])
def test_a_history_through_every_door(kind: Callable[[Any], Any]) -> None:
    rows = [
        {"unit": "01", "year": 2023, "score": 91.43, "rank": 3.0},
        {"unit": "22", "year": 2023, "score": 92.18, "rank": None},
        {"unit": "01", "year": 2024, "score": None, "rank": 4},
    ]
    history = pi.History(kind(rows))
    table = history.table()
    assert table.columns == ["unit", "name", "year", "score", "rank", "se"]
    assert [(row["unit"], row["year"], row["score"], row["rank"]) for row in table] == [
        ("01", 2023, 91.43, 3), ("22", 2023, 92.18, None), ("01", 2024, None, 4),
    ]  # fmt: skip
    assert (history.units, history.years, history.units_in(2024)) == (["01", "22"], [2023, 2024], ["01", "22"])


def test_numbers_as_text_decimals_and_with_a_comma() -> None:
    of = lambda score: {"unit": "01", "year": "2024", "score": score}  # noqa: E731
    assert all(pi.History([of(score)]).table()["score"] == [92.5] for score in ("92.5", Decimal("92.5"), 92.5))
    assert pi.History([of("92,5")], decimal=",").table()["score"] == [92.5]
    assert pi.History([of(float("nan")), {**of("NA"), "unit": "22"}]).table()["score"] == [None, None]


def test_parts_are_the_other_columns_of_numbers() -> None:
    rows = [{**row, "D1": row["score"] / 2, "D2": "40.5", "name": "7", "remark": "7 of 8"} for row in invented()]
    history = pi.History(rows)
    assert history.parts == ["D1", "D2"] and history.table().columns[-2:] == ["D1", "D2"]
    assert "parts D1, D2" in repr(history)
    assert pi.History(rows, parts=[]).parts == [] and pi.History(rows, parts=["D2"]).parts == ["D2"]
    assert slugs(lambda: pi.History(rows, parts=["D1", "D1", "D9", "score", "remark"]))[:3] == [
        ("bad-value", None, None), ("missing-column", None, None), ("bad-value", None, None),
    ]  # fmt: skip
    assert slugs(lambda: pi.History(rows, parts="remark"))[0] == ("bad-number", 1, None)


@pytest.mark.parametrize("slip", ["scores", "scroe", "Score", "SE", "rnak", "rang", "yer"])
def test_a_slip_is_no_part(slip: str) -> None:
    rows = [{**row, slip: 1.0} for row in invented()]
    assert slugs(lambda: pi.History(rows)) == [("bad-value", None, None)]
    assert pi.History(rows, parts=[slip]).parts == [slip]


def test_all_faults_of_all_tables_are_told_with_their_rows() -> None:
    frame = [
        {"unit": "01", "year": 2023, "score": "91,4"},
        {"unit": "01", "year": 2024, "score": float("inf")},
        {"unit": 22, "year": 2024, "score": 90},
        {"unit": "22", "year": None, "score": 90},
        {"unit": "22", "year": 2024, "score": 90, "rank": 2.5},
        {"unit": "22", "year": 2022, "score": True, "rank": -1},
        {"unit": "31", "year": 2022, "score": 90, "rank": 1},
        {"unit": "31", "year": 2022, "score": 91, "rank": 2},
        {"unit": "48", "year": 2022, "score": 91, "rank": 2},
        {"unit": None, "year": 2022, "score": 91},
        {"unit": "48", "year": 20_222, "score": 91},
    ]
    units = [{"unit": "01", "name": "a"}, {"unit": "01", "name": "b"}, {"unit": "22", "valid_to": "30/02/2025"}]
    national = [{"year": 2023, "mean": 80}, {"year": 2023, "mean": 90}, {"year": 2024, "mean": 90, "max": 80}]
    assert slugs(lambda: pi.History(frame, units=units, national=national)) == [
        ("bad-number", 1, None),
        ("out-of-range", 2, "01"),
        ("wrong-measure", 3, None),
        ("incomplete-row", 4, None),
        ("bad-number", 5, None),
        ("bad-number", 6, None),
        ("out-of-range", 6, None),
        ("duplicate-evidence", 8, "31"),
        ("ranks-disagree", 9, "48"),
        ("incomplete-row", 10, None),
        ("out-of-range", 11, None),
        ("duplicate-unit", 2, "01"),
        ("bad-date", 3, None),
        ("duplicate-year", 2, None),
        ("out-of-range", 3, None),
    ]


def test_rows_are_lines_of_their_file(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text("unit,year,score\n01,2023,91\n\n01,2023,92\n22,2023,x\n", encoding="utf-8")
    assert slugs(lambda: pi.History(path)) == [("duplicate-evidence", 4, "01"), ("bad-number", 5, None)]


def test_tables_that_lack_columns() -> None:
    missing = ("missing-column", None, None)
    assert slugs(lambda: pi.History([])) == [missing] * 3
    assert slugs(lambda: pi.History([{"unit": "01", "year": 2024}])) == [missing]
    good = invented()
    assert slugs(lambda: pi.History(good, units=[{"name": "Hà Nội"}])) == [missing]
    assert slugs(lambda: pi.History(good, national=[{"year": 2024}])) == [missing]
    history = pi.History(good)
    assert slugs(lambda: history.remap([{"old": "01"}], "equal")) == [missing]
    assert slugs(lambda: history.remap([{"old": "01", "new": "02"}], [{"unit": "01"}])) == [missing]
    assert slugs(lambda: history.remap([{"old": "01", "new": "02"}], "population")) == [("bad-value", None, None)]
    empty = polars.DataFrame(schema={"unit": polars.String, "year": polars.Int64, "score": polars.Float64})
    assert slugs(lambda: pi.forecast(pi.History(empty), 2025)) == [("not-enough-history", None, None)]


def test_a_unit_that_stands_for_nothing() -> None:
    run = lambda: pi.History(invented(range(2024, 2025)), units=[{"unit": "01"}, {"unit": "22"}])  # noqa: E731
    assert slugs(run) == [("unknown-unit", 3, "31"), ("unknown-unit", 4, "48"), ("unknown-unit", 5, "79")]


def test_a_merger_under_any_of_its_names_and_its_faults() -> None:
    history = pi.History(invented())
    pairs = [("01", "22"), ("22", "22"), ("31", "01")]
    plain = history.remap([{"old": old, "new": new} for old, new in pairs], "equal")
    coded = [{"old_code": old, "new_code": new, "effective_date": "2025-07-01"} for old, new in pairs]
    assert history.remap(coded, "equal") == plain != history
    assert plain.units_in(2025) == ["01", "22", "48", "79"] and plain.units_in(2024) == list(UNITS)
    heavy = [{"unit": "01", "weight": 3}, {"unit": "22", "weight": "1"}, {"unit": "31", "weight": 1.5}]
    assert history.remap(coded, heavy) != plain
    assert slugs(lambda: history.remap(coded, heavy[1:])) == [("bad-weight", 1, "01")]
    assert slugs(lambda: history.remap([*coded, {"old_code": "99", "new_code": "1"}, {"old_code": "01"}], "equal")) == [
        ("unknown-unit", 4, "99"), ("incomplete-row", 5, None),
    ]  # fmt: skip
    assert slugs(lambda: history.remap(coded, [*heavy, heavy[0], {"unit": "48", "weight": "x"}])) == [
        ("duplicate-unit", 4, None), ("bad-number", 5, None),
    ]  # fmt: skip


def test_mergers_that_the_units_state() -> None:
    units = [{"unit": unit, "valid_to": "2025-06-30", "successor": "22"} for unit in ("01", "22")]
    units += [{"unit": unit} for unit in ("31", "48", "79")]
    history = pi.History(invented(), units=units)
    assert history.successions().to_dicts()[0] == {
        "old": "01", "new": "22", "new_name": "22", "effective": "2025-07-01",
    }  # fmt: skip
    assert history.remap(history.successions(), "equal").units_in(2025) == ["22", "31", "48", "79"]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_histories_go_through_pickle(known: dict[str, Any], fixtures: Path, protocol: int) -> None:
    units = fixtures / "units-vietnam"
    history = pi.History(**known, units=units / "provinces.csv").remap(units / "merger-2025.csv", "equal")
    weighed = pi.History([{**row, "D": 1.5} for row in invented()]).remap(
        [{"old": "01", "new": "22"}, {"old": "22", "new": "22"}],
        [{"unit": "01", "weight": 0.1}, {"unit": "22", "weight": 0.7}],
    )
    for one in (history, weighed):
        again = pickle.loads(pickle.dumps(one, protocol))
        assert again == one and repr(again) == repr(one)
        assert again.table().to_dicts() == one.table().to_dicts() and again.breaks == one.breaks


# Forecasts


def test_the_answers_agree_with_the_draws(forecast: pi.Forecast) -> None:
    ranks = forecast.ranks()
    assert ranks.shape == (4_000, 5) and ranks.dtype == numpy.int32 and numpy.asarray(ranks) is ranks
    assert ranks.min() == 1 and ranks.max() == 5
    table = forecast.table(top=[1, 2])
    assert table.columns == [
        "unit", "mean", "sd", "q05", "q50", "q95", "rank_q05", "rank_q50", "rank_q95", "p_top1", "p_top2",
    ]  # fmt: skip
    assert table["unit"] == forecast.units == list(UNITS) and forecast.names == list(UNITS)
    assert table["p_top2"] == (ranks <= 2).mean(axis=0).tolist()
    probabilities = forecast.rank_probabilities()
    assert probabilities.shape == (5, 5)
    assert numpy.array_equal(probabilities, [[(ranks[:, unit] == rank).mean() for rank in range(1, 6)] for unit in range(5)])
    assert forecast.beats("01", "79") == (ranks[:, 0] < ranks[:, 4]).mean()
    assert forecast.table().columns[-2:] == ["p_top10", "p_top15"]
    assert forecast.table(top=3).columns[-1] == "p_top3"
    assert forecast.table(top=[3, 3, 1]).columns[-2:] == ["p_top3", "p_top1"]


def test_ranks_can_be_read_without_numpy(forecast: pi.Forecast, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = forecast.ranks()
    monkeypatch.setitem(sys.modules, "numpy", None)
    view: Any = forecast.ranks()
    assert type(view) is memoryview and view.shape == (4_000, 5)
    assert view[17, 3] == expected[17, 3] and view.tolist() == expected.tolist()
    assert memoryview(forecast.rank_probabilities()).shape == (5, 5)


def test_same_seed_same_draws() -> None:
    history = pi.History(invented())
    first, again, other = (pi.forecast(history, 2025, draws=500, seed=seed).ranks() for seed in (1, 1, 2))
    assert numpy.array_equal(first, again) and not numpy.array_equal(first, other)


def test_what_a_forecast_says_of_itself(forecast: pi.Forecast) -> None:
    assert (forecast.year, forecast.draws, forecast.effective_draws) == (2025, 4_000, 4_000)
    assert forecast.model in {"stack", "random-walk", "ar1", "state-space"} and forecast.reason.startswith(forecast.model)
    assert sum(forecast.weights.values()) == pytest.approx(1)
    assert repr(forecast).startswith("<parindex.Forecast of 5 units (those with rows) in 2025, 4000 draws, model ")
    assert "<table" in forecast._repr_html_() and forecast.in_points
    walk = pi.forecast(pi.History(invented()), 2025, model="random-walk", draws=500)
    assert (walk.model, walk.weights) == ("random-walk", {"random-walk": 1.0})


def test_the_reason_is_told_in_both_languages(forecast: pi.Forecast) -> None:
    assert forecast.reason == forecast.explain("vi") and "dự báo quá khứ" in forecast.reason
    assert forecast.explain("en").startswith(forecast.model or "") and "past forecasts" in forecast.explain("en")
    with pytest.raises(pi.ParIndexError, match="`vi` or `en`"):
        forecast.explain("fr")  # type: ignore[arg-type]
    history = pi.History(invented())
    reasons = {
        lang: pi.backtest(history, 2021, "random-walk", draws=100, top=2, lang=lang)["reason"][0] for lang in ("vi", "en")
    }
    assert reasons["vi"].startswith("điểm chuẩn hóa") and reasons["en"].startswith("the last standardised score")


def test_ranks_among_some_units_only_say_so() -> None:
    """Forty units with rows, a published rank of 63: without a table of units the other 23 are not ranked."""

    def rows(last: int) -> list[dict[str, Any]]:
        ranks = [*range(1, 40), last]
        return [
            {"unit": f"{unit:02}", "year": year, "rank": ranks[(unit + year) % 40]}
            for year in (2023, 2024) for unit in range(40)
        ]

    def forecast(last: int, **tables: Any) -> pi.Forecast:
        return pi.forecast(pi.History(rows(last), **tables), 2025, model="random-walk", draws=500)

    some = forecast(63)
    assert some.notes("en") == [
        "ranks are among the 40 units that have rows, as the history has no table of units, though ranks up to 63 were published"
    ]
    assert "of 40 units (of at least 63) in 2025" in repr(some)
    table = some.table(top=10)
    assert table.notes("vi") == some.notes() and "40 đơn vị" in table.to_html() and "Note: ranks are" in repr(table)
    assert "40 đơn vị" in table.to_great_tables().as_raw_html()
    assert pickle.loads(pickle.dumps(table)).notes() == table.notes()
    # Where the last of all units is known, or a table lists them, nothing is lacking.
    assert forecast(40).notes() == [] and forecast(40).table().notes() == []
    listed = forecast(63, units=[{"unit": f"{unit:02}"} for unit in range(63)])
    assert listed.notes() == [] and len(listed.units) == 63
    assert repr(listed).startswith("<parindex.Forecast of 63 units in 2025")


def test_what_is_given_holds(forecast: pi.Forecast) -> None:
    given = forecast.given({"22": "84.5", "01": ("81", 83.25), "31": {"rank": (3, 4)}})
    table = {row["unit"]: row for row in given.table()}
    assert (table["22"]["mean"], table["22"]["sd"]) == (pytest.approx(84.5), pytest.approx(0, abs=1e-3))
    assert 81 <= table["01"]["q05"] <= table["01"]["q95"] <= 83.25
    assert set(given.ranks()[:, 2].tolist()) == {3, 4}
    assert 200 <= given.effective_draws < 4_000 and ", given what is known>" in repr(given)
    assert set(forecast.given({"48": {"rank": 2}}).ranks()[:, 3].tolist()) == {2}
    assert forecast.given({"79": (Decimal("90"), None)}).table()["q05"][4] >= 90
    boast, cut = forecast.table()["q95"][0], forecast.table()["mean"][0]
    cautious = forecast.given({"01": {"self_score": boast, "cut": boast - cut, "sd": 0.5}})
    assert cautious.table()["sd"][0] < 0.6 < forecast.table()["sd"][0]
    assert abs(cautious.table()["mean"][0] - cut) < 0.5


def test_the_score_needed_is_needed(forecast: pi.Forecast) -> None:
    needed = forecast.needed("01", top=2, probability=0.8)
    assert forecast.needed("01", 2, 0.5) < needed < forecast.needed("01", 1, 0.8)


def test_several_years() -> None:
    both = pi.forecast(pi.History(invented()), year=range(2025, 2027), draws=2_000)
    assert (both.year, both.years, both.in_year(2026).year) == (2025, [2025, 2026], 2026)
    reaches, one, two = both.reaches(2), both.table(2), both.in_year(2026).table(2)
    for any_year, every_year, first, second in zip(
        reaches["any_year"], reaches["every_year"], one["p_top2"], two["p_top2"], strict=True
    ):
        # Inclusion and exclusion: P(A or B) + P(A and B) = P(A) + P(B).
        assert any_year + every_year == pytest.approx(first + second)
    assert numpy.mean(two["sd"]) > numpy.mean(one["sd"])
    assert slugs(lambda: both.in_year(2027)) == [("out-of-range", None, None)]


def test_par_index_as_known(known: dict[str, Any], fixtures: Path) -> None:
    units = [{"unit": row["unit"], "name": row["name"]} for row in provinces(fixtures)]
    history = pi.History(**known, units=units)
    forecast = pi.forecast(history, year=2025, draws=20_000)
    table = forecast.table().to_dicts()
    assert len(table) == 63 and forecast.in_points
    assert sum(row["p_top10"] for row in table) == pytest.approx(10)
    seen = pandas.Series(history.table()["unit"]).value_counts()
    width = {row["unit"]: row["rank_q95"] - row["rank_q05"] for row in table}
    unseen = [width[unit] for unit in width if unit not in seen]
    well = [width[unit] for unit in width if seen.get(unit, 0) >= 6]
    assert min(width.values()) >= 5, "no rank is certain"
    assert numpy.mean(well) + 10 < numpy.mean(unseen) and min(unseen) > 40
    of = {row["unit"]: row for row in table}
    assert of["31"]["p_top10"] > 0.75 and of["04"]["p_top10"] < 0.1, "Hải Phòng led, Cao Bằng was last"


def test_the_34_provinces(known: dict[str, Any], fixtures: Path) -> None:
    folder = fixtures / "units-vietnam"
    listed = pi.History(**known, units=folder / "provinces.csv")
    assert slugs(lambda: pi.forecast(listed, 2025)) == [("not-enough-history", None, None)]
    history = listed.remap(folder / "merger-2025.csv", "equal")
    assert (len(history.units_in(2024)), len(history.units_in(2025))) == (63, 34)
    forecast = pi.forecast(history, year=2025, draws=20_000)
    table = forecast.table().to_dicts()
    assert dict(zip(forecast.units, forecast.names, strict=True))["15"] == "Lào Cai"
    assert len(table) == 34 and sum(row["p_top10"] for row in table) == pytest.approx(10)
    assert all(row["rank_q95"] - row["rank_q05"] >= 5 for row in table)


QUESTIONS: list[tuple[Callable[[pi.Forecast], object], list[tuple[str, str | None]]]] = [
    (lambda f: f.beats("22", "99"), [("unknown-unit", None)]),
    (lambda f: f.needed("99"), [("unknown-unit", None)]),
    (lambda f: f.needed("01", top=5), [("out-of-range", None)]),
    (lambda f: f.needed("01", top=-1), [("out-of-range", None)]),
    (lambda f: f.needed("01", top=2, probability=1.0), [("out-of-range", None)]),
    (lambda f: f.needed("01", top=2, probability=float("nan")), [("out-of-range", None)]),
    (lambda f: f.table(top=0), [("out-of-range", None)]),
    (lambda f: f.table(top=[10, -3, 0]), [("out-of-range", None), ("out-of-range", None)]),
    (lambda f: f.reaches(0), [("out-of-range", None)]),
    (lambda f: f.given({"99": "90"}), [("unknown-unit", "99")]),
    (lambda f: f.given({"01": "1e400"}), [("bad-number", "01")]),
    (lambda f: f.given({"01": float("nan")}), [("out-of-range", "01")]),
    (lambda f: f.given({"01": float("inf")}), [("out-of-range", "01")]),
    (lambda f: f.given({"01": ("93", "91")}), [("out-of-range", "01")]),
    (lambda f: f.given({"01": {"rank": (5, 1)}}), [("out-of-range", "01")]),
    (lambda f: f.given({"01": {"rank": 6}}), [("out-of-range", "01")]),
    (lambda f: f.given({"01": {"rank": -1}}), [("out-of-range", "01")]),
    (lambda f: f.given({"01": {"rang": 1}}), [("bad-value", "01")]),
    (lambda f: f.given({"01": {}}), [("bad-value", "01")]),
    (lambda f: f.given({"01": {"self_score": "95"}}), [("bad-value", "01")]),
    (lambda f: f.given({"01": {"self_score": "95", "cut": "1", "sd": "0"}}), [("out-of-range", "01")]),
    (lambda f: f.given({"01": ("1", "2", "3")}), [("bad-value", "01")]),
    (lambda f: f.given({"01": None}), [("bad-number", "01")]),
    (lambda f: f.given({"01": True}), [("bad-number", "01")]),
    (lambda f: f.given({"01": "rất cao"}), [("bad-number", "01")]),
    (lambda f: f.given({1: "90"}), [("wrong-measure", "1")]),  # type: ignore[dict-item]
    (lambda f: f.given({"01": "100", "79": {"rank": 1}}), [("too-few-draws", None)]),
    (lambda f: f.given({"01": "925", "22": ("101", None)}), [("out-of-range", "01"), ("out-of-range", "22")]),
    (
        lambda f: f.given({"98": "x", "99": ("93", "91"), "01": {"rank": 9}, "22": "x"}),
        [("bad-number", "98"), ("unknown-unit", "98"), ("bad-number", "22")]
        + [("out-of-range", "01"), ("out-of-range", "99"), ("unknown-unit", "99")],
    ),
]


@pytest.mark.parametrize(("ask", "expected"), QUESTIONS, ids=[str(number) for number in range(len(QUESTIONS))])
def test_questions_that_make_no_sense(
    forecast: pi.Forecast, ask: Callable[[pi.Forecast], object], expected: list[tuple[str, str | None]]
) -> None:
    assert [(slug, unit) for slug, _, unit in slugs(lambda: ask(forecast))] == expected


OPTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"draws": 0}, ["out-of-range"]),
    ({"draws": -5, "seed": -1, "model": "oracle"}, ["unknown-model", "out-of-range", "out-of-range"]),
    ({"draws": 10**12}, ["out-of-range"]),
    ({"model": "parts"}, ["not-enough-history"]),
    ({"year": 2015}, ["not-enough-history"]),
    ({"year": 2016}, ["not-enough-history"]),
    ({"year": []}, ["out-of-range"]),
    ({"year": [2026, 2025]}, ["out-of-range"]),
    ({"year": 10_000}, ["out-of-range"]),
    ({"year": [0, 99_999]}, ["out-of-range", "out-of-range"]),
]


@pytest.mark.parametrize(("options", "expected"), OPTIONS, ids=str)
def test_forecasts_that_cannot_be_made(options: dict[str, Any], expected: list[str]) -> None:
    run = lambda: pi.forecast(pi.History(invented()), **{"year": 2025, **options})  # noqa: E731
    assert [slug for slug, *_ in slugs(run)] == expected


def test_other_kinds_of_argument_are_refused() -> None:
    history = pi.History(invented())
    for asked in (
        lambda: pi.forecast(invented(), 2025),  # type: ignore[arg-type]
        lambda: pi.forecast(history, "2025"),  # type: ignore[arg-type]
        lambda: pi.forecast(history, 2025.5),  # type: ignore[arg-type]
        lambda: pi.forecast(history, 2025, progress="yes"),  # type: ignore[arg-type]
        lambda: pi.forecast(history, 2025, 100),  # type: ignore[misc]
    ):
        with pytest.raises(TypeError):
            asked()


# Backtests


def test_a_backtest_scores_each_year_and_model() -> None:
    history = pi.History(invented())
    table = pi.backtest(history, years=range(2019, 2023), models=["auto", "random-walk"], draws=1_000, top=2)
    assert table.columns[:7] == ["year", "model", "rank_mae", "crps", "log_score", "brier_top2", "coverage90"]
    assert table["year"] == [year for year in range(2019, 2023) for _ in range(2)]
    assert table["model"] == ["auto", "random-walk"] * 4
    assert all(sum(row["pit"]) == row["units"] == 5 for row in table)
    gains = table.gains().to_dicts()
    crps = {model: [row["crps"] for row in table if row["model"] == model] for model in ("auto", "random-walk")}
    by_year = (numpy.array(crps["random-walk"]) - crps["auto"]) / numpy.mean(crps["random-walk"])
    assert gains == [
        {
            "model": "auto",
            "gain": pytest.approx(by_year.mean()),
            "se": pytest.approx(by_year.std(ddof=1) / 2),
            "years": 4,
        }
    ]
    again = pickle.loads(pickle.dumps(table))
    assert again.to_dicts() == table.to_dicts() and again.gains().to_dicts() == gains


def test_a_backtest_of_no_model_is_refused() -> None:
    assert slugs(lambda: pi.backtest(pi.History(invented()), [2020], [])) == [("bad-value", None, None)]


def test_a_backtest_has_the_models_asked_for() -> None:
    history = pi.History(invented())
    table = pi.backtest(history, [2020, 2016, 2020], "ar1", draws=200, top=2)
    assert (table["year"], table["model"]) == ([2020], ["ar1"]), "2016 has one year before it"
    assert table.gains().to_dicts() == [{"model": "ar1", "gain": None, "se": None, "years": None}]


BACKTESTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"years": [2031]}, ["not-enough-history"]),
    ({"years": []}, ["not-enough-history"]),
    ({"models": ["oracle", "auto", "pythia"]}, ["unknown-model", "unknown-model"]),
    ({"draws": -1, "top": 0}, ["out-of-range", "out-of-range"]),
    ({"draws": 0}, ["out-of-range"]),
]


@pytest.mark.parametrize(("options", "expected"), BACKTESTS, ids=str)
def test_backtests_that_cannot_be_made(options: dict[str, Any], expected: list[str]) -> None:
    run = lambda: pi.backtest(pi.History(invented()), **{"years": [2020], **options})  # noqa: E731
    assert [slug for slug, *_ in slugs(run)] == expected


# Progress and Ctrl-C


def test_progress_is_told_to_a_function() -> None:
    told: list[tuple[int, int]] = []
    history = pi.History(invented())
    pi.forecast(history, 2025, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told) and told[-1][0] == told[-1][1] > 0
    told.clear()
    pi.backtest(history, range(2018, 2025), progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told) and told[-1] == (14, 14)


def test_what_the_function_raises_ends_the_work() -> None:
    class Enough(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Enough

    forecast = pi.forecast(pi.History(invented()), 2025, draws=50_000_000)
    started = time.monotonic()
    with pytest.raises(Enough):
        forecast.table(progress=stop)
    assert time.monotonic() - started < 5


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_line_shows_only_where_someone_can_see_it_and_is_cleared() -> None:
    with contextlib.redirect_stderr(io.StringIO()):
        assert line() is None
    terminal = Terminal()
    with contextlib.redirect_stderr(terminal):
        shown = line()
    assert isinstance(shown, Line)
    shown(1, 4)
    assert terminal.getvalue() == "", "short work shows nothing"
    shown._since -= 10
    shown(1, 4)
    shown(1, 4)
    assert terminal.getvalue().count("25 %") == 1
    shown.close()
    assert terminal.getvalue().endswith(" \r")


INTERRUPTED = """
import time
import parindex as pi

rows = [{"unit": str(unit), "year": year, "score": 80 + unit + year % 3} for year in (2022, 2023, 2024) for unit in range(4)]
forecast = pi.forecast(pi.History(rows), 2025, draws=100_000_000)
try:
    forecast.{call}(progress=lambda done, total: print("working", flush=True))
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("call", ["table", "rank_probabilities"])
def test_ctrl_c_interrupts(call: str) -> None:
    code = INTERRUPTED.replace("{call}", call)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8") as child:
        assert child.stdout is not None and child.stdout.readline() == "working\n"
        sent = time.monotonic()
        child.send_signal(signal.SIGINT)
        rest = child.stdout.read()
        assert child.wait(timeout=10) == 0
    assert rest.splitlines()[-1] == "interrupted" and time.monotonic() - sent < 5


# The command


@pytest.fixture(scope="module")
def merged(fixtures: Path) -> list[str]:
    units, known = fixtures / "units-vietnam", fixtures / "par-index-published"
    named = {"units": units / "provinces.csv", "national": known / "national.csv", "merger": units / "merger-2025.csv"}
    beside = [f"--{name}={path}" for name, path in named.items()]
    return [str(known / "known.csv"), "--year=2025", "--breaks=2016,2020,2022", "--weights=equal", "--draws=5000", *beside]


def test_the_command_prints_in_both_languages(merged: list[str]) -> None:
    code, out, err = run("forecast", *merged, "--top=10", "--top=15")
    assert (code, err) == (0, "") and out.startswith("Dự báo 2025: 34 đơn vị, mô hình stack (")
    assert "vào 10 hạng đầu, %" in out and "vào 15 hạng đầu, %" in out and "Hà Nội" in out
    code, out, err = run("forecast", *merged, "--lang=en")
    assert (code, err) == (0, "") and "Why: stack" in out and "ranks, 90 %" in out


def test_the_command_prints_one_json_document(merged: list[str]) -> None:
    code, out, err = run("forecast", *merged, "--json", "--seed=3", "--model=random-walk")
    document = json.loads(out)
    assert (code, err) == (0, "") and (document["year"], document["seed"]) == (2025, 3)
    assert (document["model"], document["weights"]) == ("random-walk", {"random-walk": 1.0})
    assert len(document["table"]) == 34 and document["table"][0]["name"] == "Hà Nội"
    assert sum(row["p_top10"] for row in document["table"]) == pytest.approx(10)


def test_the_command_says_in_which_file_faults_stand(tmp_path: Path) -> None:
    files = {
        "history": "unit,year,score\n01,2023,91\n01,2024,92\n22,2023,x\n22,2024,90\n",
        "units": "unit,name\n01,a\n22,b\n01,c\n",
        "national": "year,mean\n2023,90\n2023,91\n",
        "good": "unit,year,score\n01,2023,91\n01,2024,92\n22,2023,90\n22,2024,90\n",
        "merger": "old,new\n01,03\n22,03\n31,03\n",
        "weights": "unit,weight\n01,1\n22,-1\n",
    }
    path = {name: tmp_path / f"{name}.csv" for name in files}
    for name, text in files.items():
        path[name].write_text(text, encoding="utf-8")
    code, out, err = run("forecast", path["history"], "--year=2025", f"--units={path['units']}", f"--national={path['national']}")
    assert (code, out) == (1, "")
    told = [(line.split(": ")[0], line.rsplit("[")[-1]) for line in err.splitlines()]
    assert told == [
        (f"{path['history']}:4", "bad-number]"),
        (f"{path['units']}:4", "duplicate-unit]"),
        (f"{path['national']}:3", "duplicate-year]"),
    ]
    code, out, err = run("forecast", path["good"], "--year=2025", f"--merger={path['merger']}", "--weights=equal")
    assert (code, out) == (1, "") and err.startswith(f"{path['merger']}:4: 31: ")
    code, out, err = run("forecast", path["history"].with_name("none.csv"), "--year=2025")
    assert (code, out) == (1, "") and err.count("none.csv") == 1 and "[unreadable-file]" in err
    code, out, err = run("forecast", path["good"], "--year=2025", "--parts=D1,D2")
    assert (code, out) == (1, "") and err.count("[missing-column]") == 2
    code, out, err = run("forecast", path["good"], "--year=2020")
    assert (code, out) == (1, "") and "[not-enough-history]" in err


@pytest.mark.parametrize(
    "wrong",
    [[], ["--year=x"], ["--year=2025", "--top=0"], ["--year=2025", "--draws=-1"], ["--year=2025", "--model=oracle"]]
    + [["--year=2025", "--merger=f"], ["--year=2025", "--weights=equal"], ["--year=2025", "--breaks=2016;2020"]],
    ids=str,
)
def test_wrong_usage_of_the_command(wrong: list[str]) -> None:
    code, out, err = run("forecast", "known.csv", *wrong)
    assert (code, out) == (2, "") and "usage: parindex forecast" in err


def test_years_are_written_as_names_and_counts_in_groups() -> None:
    table = pi.History([{"unit": "01", "year": 2024, "score": 2024}]).table()
    assert "  2024  " in repr(table) and "2,024" in repr(table)
    assert ">2024<" in table._repr_html_() and ">2.024<" in table._repr_html_()
