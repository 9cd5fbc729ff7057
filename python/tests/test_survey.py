"""Surveys through the door of Python: the figures of R survey, rows with faults, tables of every kind."""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy
import pandas
import parindex as pi
import polars
import pytest

ITEMS = [
    f"{factor}{place}" for factor, count in zip("ABCDE", (3, 4, 5, 3, 2), strict=True) for place in range(1, count + 1)
]
GENDER = {"F": 383299.68, "M": 368268.32}
AGE = {"18-34": 255533.12, "35-49": 225470.4, "50-59": 127766.56, "60+": 142797.92}
COLUMNS = ["estimate", "se", "df", "ci_low", "ci_high", "deff", "n", "psus", "note", "missing"]
DRAWN: dict[str, Any] = {"weights": "w", "strata": "province", "clusters": ["district"]}


@pytest.fixture(scope="module")
def frame(fixtures: Path) -> polars.DataFrame:
    """The invented survey, with 1 for a satisfied answer, 0 for another valid one and counts of both."""
    table = polars.read_csv(fixtures / "survey" / "sipas.csv")
    valid = {item: polars.col(item).is_between(1, 5) for item in ITEMS}
    table = table.with_columns(
        polars.when(valid[item]).then((polars.col(item) >= 4).cast(polars.Float64)).alias(f"{item}_sat")
        for item in ITEMS
    )
    for factor in ["A", "B", "C", "D", "E", "all"]:
        items = [item for item in ITEMS if factor in ("all", item[0])]
        satisfied = polars.sum_horizontal(polars.col(f"{item}_sat").fill_null(0) for item in items)
        answers = polars.sum_horizontal(polars.col(f"{item}_sat").is_not_null().cast(polars.Int64) for item in items)
        table = table.with_columns(satisfied.alias(f"{factor}_num"), answers.alias(f"{factor}_den"))
    return table


def surveys(frame: Any) -> dict[str, pi.Survey]:
    """Every design and reworking that R was asked about."""
    synth = pi.Survey(frame, **DRAWN)
    fpc = pi.Survey(frame, **DRAWN, fpc=["Nd"])
    two = pi.Survey(frame, **{**DRAWN, "clusters": ["district", "commune"]}, fpc=["Nd", "Nc"])
    four = ["district", "commune", "village", "id"]
    return {
        "synth": synth,
        "synth_fpc": fpc,
        "synth_2st": two,
        "synth_4st": pi.Survey(frame, **{**DRAWN, "clusters": four}, fpc=["Nd", "Nc", "Nv", "Nh"]),
        "synth_ps": synth.post_stratify("gender", GENDER),
        "synth_rake": synth.rake({"gender": GENDER, "age": AGE}),
        "synth_greg": synth.calibrate({"gender": GENDER}),
        "synth_jkn": synth.replicate("JKn"),
        "synth_jkn_fpc": fpc.replicate("JKn"),
    }


def answered(survey: pi.Survey, question: str, group: str) -> dict[str, Any]:
    """The row that answers a case of R."""
    kind, subject, *rest = question.split(".")
    subject = "all" if kind == "overall" else subject
    if kind == "overall" and "by_province" not in question:
        weights = {f"P0{unit}": 0.25 for unit in range(1, 5)}
        coefficients = {"P01": 1.0, "P04": -1.0} if "P01_minus_P04" in question else weights
        return survey.contrast("all_num", coefficients, by="province", statistic="ratio", den="all_den").to_dicts()[0]
    if kind == "ciprop":
        return survey.proportion(f"{subject}_sat", "wald" if rest == ["mean"] else rest[0]).to_dicts()[0]  # type: ignore[arg-type]
    by: list[str] = []
    if group:
        by = re.sub(r"by_", "", rest[0]).split("_") if rest else ["province"]
    if kind in ("factor", "ratio", "overall"):
        table = survey.ratio(f"{subject}_num", f"{subject}_den", by=by)
    elif kind == "total":
        table = survey.total(f"{subject}_sat", by=by)
    else:
        table = survey.mean(f"{subject}_sat", by=by, deff="wor" if kind == "deff_wor" else "replace")
    rows = table.to_dicts()
    return next(row for row in rows if ".".join(str(row[name]) for name in by) == group)


def test_every_figure_of_r_survey(frame: polars.DataFrame, fixtures: Path) -> None:
    known = surveys(frame)
    met = refused = 0
    for case in json.loads((fixtures / "survey" / "expected.json").read_text())["cases"]:
        design, _, question = case["id"].partition(".")
        if question.startswith("naive") or design == "lonely":
            continue
        question, _, group = question.partition("[")
        row = answered(known[design], question, group.rstrip("]"))
        tolerance = 1e-7 if "rake" in case["id"] or question.endswith("logit") else 1e-9
        if case["se"] == 0:
            assert (row["se"], row["note"]) == (None, "not-estimable: one psu"), case["id"]
            refused += 1
            continue
        for name in ["estimate", "se", "df", "ci_low", "ci_high", "deff"]:
            if case[name] is not None:
                assert row[name] == pytest.approx(case[name], rel=tolerance, abs=1e-12), (case["id"], name)
        met += 1
    assert (met, refused) == (162, 4)


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
def test_lonely_units(rule: Any, fixtures: Path) -> None:
    path = fixtures / "survey" / "lonely.csv"
    design = {"weights": "w", "strata": "h", "clusters": "psu"}
    survey = pi.Survey(path, **design, lonely=rule)  # type: ignore[arg-type]
    cases = {case["id"]: case for case in json.loads((fixtures / "survey" / "expected.json").read_text())["cases"]}
    for kind, table in (("mean", survey.mean("y")), ("total", survey.total("y"))):
        case = cases[f"lonely.{rule}.{kind}"]
        for name in ["estimate", "se", "df", "ci_low", "ci_high"]:
            assert table[name] == [pytest.approx(case[name], rel=1e-9)]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(path, **design)  # type: ignore[arg-type]
    assert [fault["code"] for fault in caught.value.faults] == ["single-psu"]


def test_every_kind_of_table_gives_the_same(frame: polars.DataFrame, tmp_path: Path) -> None:
    frame.write_csv(tmp_path / "survey.csv")
    frame.write_parquet(tmp_path / "survey.parquet")
    comma = {"w": polars.col("w").cast(polars.String).str.replace(".", ",", literal=True)}
    objects = frame.to_pandas().astype(object)
    expected = pi.Survey(frame, **DRAWN).mean("C3_sat", by=["province", "area"]).to_dicts()
    assert expected[0]["province"] == "P01" and list(expected[0]) == ["province", "area", *COLUMNS]
    tables: list[Any] = [
        frame.to_pandas(),
        objects.where(objects.notna(), None),
        frame.to_arrow(),
        frame.to_dicts(),
        tmp_path / "survey.csv",
        str(tmp_path / "survey.parquet"),
    ]
    for table in tables:
        assert pi.Survey(table, **DRAWN).mean("C3_sat", by=["province", "area"]).to_dicts() == expected, type(table)
    text = frame.with_columns(**comma)
    assert pi.Survey(text, **DRAWN, decimal=",").mean("C3_sat", by=["province", "area"]).to_dicts() == expected


def test_replicate_weights_of_a_file(frame: polars.DataFrame) -> None:
    synth = pi.Survey(frame, **DRAWN)
    districts = frame["district"].unique().sort()
    per_province = dict(frame.group_by("province").agg(polars.col("district").n_unique()).iter_rows())
    province = dict(frame.select("district", "province").unique().iter_rows())
    columns = {}
    for place, district in enumerate(districts):
        size = per_province[province[district]]
        own = (polars.col("province") == province[district]) & (polars.col("district") != district)
        factor = (
            polars.when(polars.col("district") == district).then(0.0).when(own).then(size / (size - 1)).otherwise(1.0)
        )
        columns[f"r{place}"] = polars.col("w") * factor
    rscales = [(per_province[province[district]] - 1) / per_province[province[district]] for district in districts]
    given = pi.Survey(frame.with_columns(**columns), weights="w", replicates=list(columns), kind="JKn", rscales=rscales)
    for by in (None, "province"):
        one, two = given.mean("A1_sat", by=by), synth.replicate("JKn").mean("A1_sat", by=by)
        assert one["se"] == pytest.approx(two["se"], rel=1e-9)
        assert one["df"] == two["df"] and one["psus"] == two["psus"]
    factors = {name: column / polars.col("w") for name, column in columns.items()}
    parted = frame.with_columns(**factors)
    apart = pi.Survey(parted, weights="w", replicates=list(columns), kind="JKn", rscales=rscales, combined=False)
    assert apart.mean("A1_sat")["se"] == pytest.approx(given.mean("A1_sat")["se"], rel=1e-9)
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(frame, weights="w", replicates=["w", "w"], kind="JKn")
    assert caught.value.code == "wrong-design"


def test_a_missing_answer_leaves_the_base_and_is_counted(frame: polars.DataFrame) -> None:
    survey = pi.Survey(frame, **DRAWN)
    missing = frame["E1_sat"].null_count()
    assert missing > 0
    whole = survey.mean("E1_sat")
    assert (whole["n"], whole["missing"], whole["psus"]) == ([frame.height - missing], [missing], [13])
    areas = frame.with_columns(area=polars.when(polars.col("id") > 5).then("area"))
    table = pi.Survey(areas, **DRAWN).mean("E1_sat", by="area")
    assert table["area"] == [None, "rural", "urban"], "rows without a label are a group"
    assert sum(table["n"]) + sum(table["missing"]) == frame.height


def test_own_degrees_of_freedom(frame: polars.DataFrame) -> None:
    survey = pi.Survey(frame, **DRAWN)
    assert survey.df == 9 and len(survey) == 663
    own = survey.mean("A1_sat", by="province", degrees="own")
    assert own["df"] == [2, 2, 3, 2]
    width = [high - low for low, high in zip(own["ci_low"], own["ci_high"], strict=True)]
    # The t quantile of 2 degrees of freedom is 4.302653 (any table of Student's t).
    assert width[0] == pytest.approx(2 * 4.302652729749462 * own["se"][0], rel=1e-9)


def test_year_against_year(frame: polars.DataFrame) -> None:
    half = frame.filter(polars.col("id") % 2 == 0)
    now, before = pi.Survey(frame, **DRAWN), pi.Survey(half, **DRAWN)
    change = now.contrast("A1_sat", against=before, by="province")
    new, old = now.mean("A1_sat", by="province"), before.mean("A1_sat", by="province")
    for place in range(4):
        assert change["estimate"][place] == pytest.approx(new["estimate"][place] - old["estimate"][place])
        assert change["se"][place] == pytest.approx(math.hypot(new["se"][place], old["se"][place]))
    fewer = pi.Survey(half.filter(polars.col("province") != "P02"), **DRAWN)
    told = now.contrast("A1_sat", against=fewer, by="province")
    assert told["province"] == ["P01", "P02", "P03", "P04"]
    assert (told["estimate"][1], told["note"][1]) == (None, "no-respondents")


FAULTY = [
    {"stratum": "a", "unit": "1", "w": 1.5, "N": 9, "y": 1},
    {"stratum": "a", "unit": "2", "w": 0, "N": 9, "y": 0},
    {"stratum": None, "unit": "3", "w": -1, "N": 9, "y": 1},
    {"stratum": "b", "unit": "1", "w": None, "N": 1, "y": 1},
    {"stratum": "b", "unit": "4", "w": "nhiều", "N": 1, "y": 1},
    {"stratum": "b", "unit": "5", "w": 2, "N": 1, "y": 7},
]


def test_all_faults_of_a_design_with_their_rows() -> None:
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(FAULTY, weights="w", strata="stratum", clusters="unit", fpc="N", nest=False)
    found = [(fault["code"], fault["line"]) for fault in caught.value.faults]
    assert found == [
        ("bad-weight", 2),
        ("bad-weight", 3),
        ("incomplete-row", 3),
        ("bad-weight", 4),
        ("psu-in-two-strata", 4),
        ("bad-number", 5),
    ]
    sound = [row | {"w": 1, "stratum": row["stratum"] or "a"} for row in FAULTY]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(sound, weights="w", strata="stratum", clusters="unit", fpc="N")
    assert [(fault["code"], fault["line"]) for fault in caught.value.faults] == [("population-below-sample", 4)]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey([*sound, sound[0] | {"N": 8}], weights="w", strata="stratum", clusters="unit", fpc="N")
    assert ("population-varies", 7) in [(fault["code"], fault["line"]) for fault in caught.value.faults]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(sound, weights="W", strata="tỉnh")
    assert [fault["code"] for fault in caught.value.faults] == ["missing-column", "missing-column"]
    survey = pi.Survey(sound, weights="w")
    with pytest.raises(pi.ParIndexError) as caught:
        survey.proportion("y")
    assert [(fault["code"], fault["line"]) for fault in caught.value.faults] == [("out-of-range", 6)]


def test_faults_of_a_file_stand_at_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("w,y\n1,1\n\n0,1\nx,0\n1,NA\n", encoding="utf-8")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(path, weights="w")
    assert [(fault["code"], fault["line"]) for fault in caught.value.faults] == [("bad-weight", 4), ("bad-number", 5)]


def test_margins_that_do_not_fit(frame: polars.DataFrame) -> None:
    survey = pi.Survey(frame, **DRAWN)
    cases: list[tuple[Any, str]] = [
        (lambda: survey.rake({"gender": GENDER, "age": AGE | {"60+": 1.0}}), "margins-disagree"),
        (lambda: survey.post_stratify("gender", {"F": 1.0, "M": 1.0, "X": 1.0}), "margins-disagree"),
        (lambda: survey.calibrate({"gender": {"F": 1.0}}), "margins-disagree"),
        (lambda: survey.calibrate({"1": 751568.0, "Nd": 1e9}, bounds=(0.9, 1.1)), "raking-did-not-converge"),
        (lambda: survey.contrast("A1_sat", {"P01": 1, "P09": -1}, by="province"), "bad-value"),
        (lambda: survey.contrast("A1_sat", by="province"), "wrong-design"),
        (lambda: survey.mean("A1_sat", degrees="many"), "bad-value"),  # type: ignore[arg-type]
        (lambda: survey.mean("A1_sat", coverage=1.0), "out-of-range"),
        (lambda: survey.replicate("BRR"), "wrong-design"),
        (lambda: pi.Survey(frame, replicates=["w"], strata="province"), "wrong-design"),
    ]
    for ask, code in cases:
        with pytest.raises(pi.ParIndexError) as caught:
            ask()
        assert caught.value.code == code


def test_rank_sets_of_csranks(fixtures: Path) -> None:
    for case in json.loads((fixtures / "survey" / "rank-sets.json").read_text()).values():
        for kind in ("marginal", "simultaneous"):
            sets = pi.rank_sets(case["x"], se=case["se"], simultaneous=kind == "simultaneous", draws=20_000)
            for name, key in (("rank_low", "L"), ("rank_high", "U")):
                for got, known, stable in zip(sets[name], case[kind][key], case[kind]["stable"], strict=True):
                    assert abs(got - known) <= (0 if stable else 1)
            independent = numpy.diag(numpy.square(case["se"]))
            again = pi.rank_sets(pandas.Series(case["x"]), cov=independent, simultaneous=kind == "simultaneous")
            assert again["rank"] == sets["rank"] == [1 + sum(y > x for y in case["x"]) for x in case["x"]]


def test_rank_sets_tell_what_is_wrong() -> None:
    with pytest.raises(pi.ParIndexError) as caught:
        pi.rank_sets([1.0, None, 3.0], se=[0.1, 0.2, 0.0])
    assert [(fault["code"], fault["line"]) for fault in caught.value.faults] == [
        ("not-estimable", 2),
        ("out-of-range", 3),
    ]
    with pytest.raises(pi.ParIndexError):
        pi.rank_sets([1.0, 2.0])
    with pytest.raises(pi.ParIndexError):
        pi.rank_sets([1.0, 2.0], cov=[[1.0, 0.0], [0.0]])


def test_tables_show_floats_as_people_read_them(frame: polars.DataFrame) -> None:
    table = pi.Survey(frame, **DRAWN).mean("A1_sat", by="province")
    assert re.search(r"P01 +0\.\d{6} ", repr(table))
    assert re.search(r">0,\d{6}<", table._repr_html_())
