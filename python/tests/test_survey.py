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
            assert (row["se"], row["note"]) == (None, "not-estimable-one-psu"), case["id"]
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


def test_keys_are_read_as_the_labels_of_columns_are() -> None:
    rows = [
        {"code": code, "flag": code == 1, "half": code / 2, "id": 6 * 10**18 + code, "none": "a" if code == 1 else None,
         "parted": f"x\x1f{code}", "y": y}
        for code, y in zip([1, 1, 2, 2, 1, 2], [1, 0, 0, 0, 1, 1], strict=True)
    ]  # fmt: skip
    for table in (rows, pandas.DataFrame(rows)):
        survey = pi.Survey(table)
        gap = survey.contrast("y", {"1": 1, "2": -1}, by="code")["estimate"]
        assert gap == [pytest.approx(1 / 3)]
        keys: list[tuple[str, dict[Any, float]]] = [
            ("code", {1: 1, 2: -1}),
            ("code", {1.0: 1, numpy.int64(2): -1}),
            ("flag", {True: 1, False: -1}),
            ("half", {0.5: 1, 1.0: -1}),
            ("id", {6 * 10**18 + 1: 1, str(6 * 10**18 + 2): -1}),
            ("none", {"a": 1, None: -1}),
            ("parted", {"x\x1f1": 1, "x\x1f2": -1}),
        ]
        for column, coefficients in keys:
            assert survey.contrast("y", coefficients, by=column)["estimate"] == gap, column
        both = survey.contrast("y", {(1, True): 1, (2, "false"): -1}, by=["code", "flag"])
        assert both["estimate"] == gap
        assert survey.mean("y", by=["parted", "code"])["parted"] == ["x\x1f1", "x\x1f2"]
        halves = [10.0 / 3, 20.0 / 3]
        weights = [halves[code - 1] for code in (1, 1, 2, 2, 1, 2)]
        for column, counts in (("code", {1: 10, 2: 20}), ("flag", {True: 10, False: 20})):
            for reworked in (survey.post_stratify(column, counts), survey.rake({column: counts}),
                             survey.calibrate({column: counts})):  # fmt: skip
                assert reworked.weights == pytest.approx(weights), column
        for broken in ({1: "many"}, {1: None}, {1: 1, "1": 2}, 5):
            with pytest.raises(pi.ParIndexError):
                survey.post_stratify("code", broken)  # type: ignore[arg-type]
    series = pandas.Series({1: 10, 2: 20})
    assert pi.Survey(rows).calibrate({"code": series}).weights == pytest.approx(weights)  # type: ignore[dict-item]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(rows).contrast("y", {(1, True): 1, (3, True): -1}, by=["code", "flag"])
    assert "`3 / true`" in str(caught.value) and "1 / true" in str(caught.value)
    ids = polars.DataFrame({"c": polars.Series([2**63 + 1, 2**63 + 2, 2**63 + 2], dtype=polars.UInt64), "y": [0, 1, 1]})
    assert pi.Survey(ids, clusters="c").df == 1


def test_a_column_misspelt_hides_no_other_fault_of_a_calibration() -> None:
    rows = [{"gender": gender, "age": 20} for gender in "FMF"] + [{"gender": "F", "age": "x"}]
    survey = pi.Survey(rows)
    with pytest.raises(pi.ParIndexError) as caught:
        survey.calibrate({"gendre": {"F": 1}, "gender": {"F": 10, "X": 10}, "age": 400, "agee": 5})
    told = [(fault["code"], fault["line"]) for fault in caught.value.faults]
    assert sorted(told, key=str) == [
        ("bad-number", 4),
        ("margins-disagree", None),
        ("margins-disagree", None),
        ("missing-column", None),
        ("missing-column", None),
    ]


def test_groups_of_numbers_stand_in_their_order() -> None:
    rows = [{"group": group, "y": group % 3} for group in (10, 2, 2, 10, 1, 1)]
    assert pi.Survey(rows).mean("y", by="group")["group"] == ["1", "2", "10"]


@pytest.mark.parametrize("by", [["estimate"], ["y", "y"], ["n", "note"]])
def test_group_columns_that_would_hide_others(by: list[str]) -> None:
    rows = [dict.fromkeys(("y", "estimate", "n", "note"), value) for value in (0, 1)]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(rows).mean("y", by=by)
    assert {fault["code"] for fault in caught.value.faults} == {"bad-value"}
    assert len(caught.value.faults) == len({name for name in by if name != "y"} or {"y"})


def test_a_contrast_that_says_nothing(frame: polars.DataFrame) -> None:
    survey = pi.Survey(frame, **DRAWN)
    asked: list[Any] = [
        lambda: survey.contrast("A1_sat", against=survey),
        lambda: survey.contrast("A1_sat", {"P01": 0}, by="province"),
        lambda: survey.contrast("A1_sat", {}, by="province"),
        lambda: survey.contrast("A1_sat", {"P01": 1}),
    ]
    for ask in asked:
        with pytest.raises(pi.ParIndexError) as caught:
            ask()
        assert caught.value.code == "wrong-design"
    gap = survey.contrast("A1_sat", {"rural": 1, "urban": -1}, by="area").to_dicts()[0]
    assert gap["psus"] == frame["district"].n_unique() and gap["n"] == survey.mean("A1_sat")["n"][0]


def test_what_follows_from_a_broken_cell_is_not_told() -> None:
    # The only woman's class is unreadable: that the margin then has nobody is no fault of the margin.
    rows = [{"gender": [1], "y": 1}, {"gender": "M", "y": "x"}, {"gender": "M", "y": 0}]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(rows).post_stratify("gender", {"F": 10, "M": 20})
    assert [(fault["code"], fault["line"]) for fault in caught.value.faults] == [("bad-number", 1)]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(rows[1:2] * 3).mean("y")
    assert {fault["code"] for fault in caught.value.faults} == {"bad-number"} and caught.value.location == "line 1"
    # One margin misspelt: the others' faults are told with it.
    rows = [{"gender": gender, "age": age} for gender, age in zip("FMFM", "yoyo", strict=True)]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey(rows).rake({"gendr": {"F": 1, "M": 1}, "age": {"y": 1, "o": -1}, "gender": {"F": 5, "M": 5}})
    assert [fault["code"] for fault in caught.value.faults] == ["missing-column", "margins-disagree", "margins-disagree"]


def test_too_many_faults_say_so_last() -> None:
    for broken in ({"w": "x"}, {"w": 0}):
        with pytest.raises(pi.ParIndexError) as caught:
            pi.Survey([broken] * 12_345, weights="w")
        faults = caught.value.faults
        assert len(faults) == 10_001 and caught.value.location == "line 1"
        assert [fault["code"] for fault in faults].index("too-large") == 10_000
        assert "2345 more" in faults[-1]["message"]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Survey([{"w": "x"}, *[{"w": 0}] * 12_345], weights="w")
    assert "2346 more" in caught.value.faults[-1]["message"]


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


def test_rank_sets_take_any_matrix_and_refuse_what_is_none() -> None:
    matrix = [[1.0, 0.5, 0.0], [0.5, 2.0, 0.1], [0.0, 0.1, 1.5]]
    given: list[Any] = [matrix, numpy.array(matrix), pandas.DataFrame(matrix), polars.DataFrame(matrix, orient="row")]
    sets = [pi.rank_sets([1.0, 2.0, 8.0], cov=cov, draws=500).to_dicts() for cov in given]
    assert all(one == sets[0] for one in sets) and sets[0][2]["rank_high"] == 1
    torn = [[1, 0.99, -0.99], [0.99, 1, 0.99], [-0.99, 0.99, 1]]
    refused: list[tuple[Any, str]] = [
        (lambda: pi.rank_sets([1, 2, 3], cov=torn), "out-of-range"),
        (lambda: pi.rank_sets([1, 2], cov=matrix), "wrong-length"),
        (lambda: pi.rank_sets([1, 2], cov=[1, 0, 0, 1]), "wrong-design"),
        (lambda: pi.rank_sets([1, 2], se=[1]), "wrong-length"),
        (lambda: pi.rank_sets([1, 2], se=[1, 1], draws=10**18), "too-large"),
        (lambda: pi.rank_sets([1, 2], se=[1, 1], draws=-1), "out-of-range"),
        (lambda: pi.rank_sets([1, 2], se=[1, 1], seed=-1), "out-of-range"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}]).replicate("bootstrap", replicates=10**15), "too-large"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}]).replicate("bootstrap", replicates=-1), "out-of-range"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}]).replicate("bootstrap", seed=-1), "out-of-range"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}], fay=0.5), "wrong-design"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}], mse=True), "wrong-design"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}], combined=False), "wrong-design"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}], replicates=["y", "y"], kind="JK1", nest=False), "wrong-design"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}], replicates=["y", "y"], kind="JK1", lonely="adjust"), "wrong-design"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}], replicates=["y", "y"], kind="JK1", fay=0.5), "wrong-design"),
        (lambda: pi.Survey([{"y": 1}, {"y": 0}], replicates=["y", "y"]), "wrong-design"),
    ]
    for ask, code in refused:
        with pytest.raises(pi.ParIndexError) as caught:
            ask()
        assert caught.value.code == code


def test_tables_show_floats_as_people_read_them(frame: polars.DataFrame) -> None:
    table = pi.Survey(frame, **DRAWN).mean("A1_sat", by="province")
    assert re.search(r"P01 +0\.\d{6} ", repr(table))
    assert re.search(r">0,\d{6}<", table._repr_html_())
