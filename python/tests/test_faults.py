"""What can be wrong: every slug promised, each with its place, all faults at once."""

import math
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas
import parindex as pi
import polars
import pyarrow
import pytest
from conftest import HEAD, rule_toml

PROPORTIONAL = '{ kind = "proportional" }'


def slugs(error: pi.ParIndexError) -> list[tuple[str, int | None]]:
    return [(fault["code"], fault["line"]) for fault in error.faults]


def faults_of(run: Callable[[], object]) -> list[tuple[str, int | None]]:
    with pytest.raises(pi.ParIndexError) as caught:
        run()
    assert caught.value.code == caught.value.faults[0]["code"]
    assert all(fault["message"] for fault in caught.value.faults)
    return slugs(caught.value)


def scored(*rows: dict[str, Any], framework: str = "dvc-766/province", **options: Any) -> Callable[[], object]:
    return lambda: pi.score(pi.Framework.load(framework), list(rows), **options)


def row(**cells: Any) -> dict[str, Any]:
    return {"unit": "H44", "code": "2.1", **cells}


NUMBERS: list[tuple[Any, str]] = [
    (math.nan, "bad-number"),
    (math.inf, "bad-number"),
    (0.5, "not-exact"),
    (0.1 + 0.2, "not-exact"),
    (pandas.Series([0.5], dtype="float32").iloc[0], "not-exact"),
    (Decimal("NaN"), "bad-number"),
    (Decimal("sNaN"), "bad-number"),
    (Decimal("-Infinity"), "bad-number"),
    (Decimal("1E+1000000"), "out-of-range"),
    (Decimal("1E-1000000"), "not-exact"),
    (Decimal("0." + "1" * 40), "not-exact"),
    ("0." + "1" * 40, "not-exact"),
    ("1" * 40, "out-of-range"),
    (10**40, "out-of-range"),
    (10**10_000, "out-of-range"),
    ("1_000", "bad-number"),
    ("1e3", "bad-number"),
    ("NaN", "bad-number"),
    ("１２", "bad-number"),
    (True, "bad-number"),
    (pandas.Series([True]).iloc[0], "bad-number"),
    (Fraction(1, 2), "bad-number"),
    (object(), "bad-number"),
    (b"1", "bad-number"),
    ("\ud800", "unreadable-file"),
]


@pytest.mark.parametrize("number", [number for number, _ in NUMBERS], ids=lambda number: str(type(number).__name__))
@pytest.mark.parametrize("column", ["points", "numerator"])
def test_what_is_no_exact_number(number: Any, column: str) -> None:
    slug = next(slug for known, slug in NUMBERS if known is number)
    more = {"denominator": 1} if column == "numerator" else {}
    assert faults_of(scored(row(**{column: number}, **more))) == [(slug, 1)]


ROWS: list[tuple[list[dict[str, Any]], list[tuple[str, int | None]]]] = [
    ([row(code="9.9", value="1")], [("unknown-criterion", 1)]),
    ([row(code="2..1", value="1")], [("bad-code", 1)]),
    ([row(code=2.1, value="1")], [("bad-code", 1)]),
    ([row(code=7, value="1")], [("bad-code", 1)]),
    ([row(code=".".join("1" * 10_000), value="1")], [("bad-code", 1)]),
    ([row(code="2", value="1")], [("not-a-leaf", 1)]),
    ([row(unit=1, value="1")], [("wrong-measure", 1)]),
    ([row(unit=None, value="1")], [("incomplete-row", 1)]),
    ([row(code="", value="1")], [("incomplete-row", 1)]),
    ([row(value="1"), {}], [("incomplete-row", 2), ("incomplete-row", 2)]),
    ([row(numerator=1)], [("missing-column", None)]),
    ([row(numerator=1, denominator=None)], [("incomplete-row", 1)]),
    ([row(numerator=None, denominator=1)], [("incomplete-row", 1)]),
    ([row(value="5", points="5")], [("incomplete-row", 1)]),
    ([row(numerator=1, denominator=2, points="5")], [("incomplete-row", 1)]),
    ([row(numerator=-1, denominator=2)], [("negative-count", 1)]),
    ([row(numerator=3, denominator=2)], [("numerator-exceeds-denominator", 1)]),
    ([row(numerator="1.5", denominator=2)], [("bad-number", 1)]),
    ([row(value="101")], [("out-of-range", 1)]),
    ([row(value="-1")], [("out-of-range", 1)]),
    ([row(points="20.01")], [("out-of-range", 1)]),
    ([row(value="rất tốt")], [("bad-number", 1)]),
    ([row(value="88"), row(value="89")], [("duplicate-evidence", 2)]),
    ([row(value="88"), row(unit=unicodedata.normalize("NFD", "H44"), value="88")], [("duplicate-evidence", 2)]),
    ([row(value="88", stage="cuối")], [("bad-value", 1)]),
    ([{"unit": "H44", "code": "2.1"}], [("missing-column", None)]),
    ([{"Unit": "H44", "code": "2.1", "value": "1"}], [("missing-column", None)]),
    ([], [("missing-column", None)]),
]


@pytest.mark.parametrize(("rows", "expected"), ROWS, ids=[str(number) for number in range(len(ROWS))])
def test_what_is_wrong_with_rows(rows: list[dict[str, Any]], expected: list[tuple[str, int | None]]) -> None:
    assert faults_of(scored(*rows)) == expected


def test_all_faults_are_told_in_the_order_of_rows() -> None:
    rows = [
        row(code="9.9", value="1"),
        row(value=0.5),
        row(unit="A", value="88"),
        row(unit="B", numerator=3, denominator=2),
        row(unit=7, value="1", stage="cuối"),
    ]
    run = scored(*rows)
    assert faults_of(run) == [
        ("unknown-criterion", 1),
        ("not-exact", 2),
        ("numerator-exceeds-denominator", 4),
        ("wrong-measure", 5),
    ]
    with pytest.raises(pi.ParIndexError) as caught:
        run()
    error = caught.value
    assert (error.code, error.unit, error.criterion, error.location) == ("unknown-criterion", "H44", "9.9", "line 1")
    assert [(fault["unit"], fault["criterion"]) for fault in error.faults] == [
        ("H44", "9.9"),
        ("H44", "2.1"),
        ("B", "2.1"),
        (None, None),
    ]


def test_floats_of_frames() -> None:
    good = polars.DataFrame({"unit": ["H44"], "code": ["2.1"], "value": [88.4]})
    assert pi.score(pi.Framework.load("dvc-766/province"), good)["H44"].points == Decimal("17.68")
    framework = pi.Framework.load("dvc-766/province")
    for value, slug in [(0.1 + 0.2, "not-exact"), (math.nan, "bad-number"), (math.inf, "bad-number"), (1e300, "out-of-range"), (1e-30, "not-exact")]:
        table = pyarrow.table({"unit": ["H44"], "code": ["2.1"], "value": pyarrow.array([value])})
        assert faults_of(lambda table=table: pi.score(framework, table)) == [(slug, 1)]


def test_columns_of_the_wrong_type() -> None:
    framework = pi.Framework.load("dvc-766/province")
    ids = {"unit": ["H44"], "code": ["2.1"]}
    tables = [
        (pyarrow.table({**ids, "value": pyarrow.array([[1]])}), "unreadable-file"),
        (pyarrow.table({**ids, "value": pyarrow.array([b"1"])}), "unreadable-file"),
        (pyarrow.table({"unit": ["H44"], "code": [2.1], "value": ["1"]}), "bad-code"),
        (pyarrow.table({"unit": [1], "code": ["2.1"], "value": ["1"]}), "wrong-measure"),
        (pyarrow.table([["H44"], ["2.1"], ["1"], ["2"]], names=["unit", "code", "value", "value"]), "bad-value"),
    ]
    for table, slug in tables:
        assert faults_of(lambda table=table: pi.score(framework, table))[0][0] == slug


def test_what_is_no_table() -> None:
    framework = pi.Framework.load("dvc-766/province")
    for thing in (None, 1, {"unit": ["H44"]}, object(), [1], iter([])):
        with pytest.raises(TypeError):
            pi.score(framework, thing)  # type: ignore[arg-type]


def test_units_of_the_units_table() -> None:
    one = {"unit": "1", "name": "Một"}
    evidence = row(unit="2", value="1")
    assert faults_of(scored(evidence, units=[one])) == [("unknown-unit", 1)]
    assert faults_of(scored(evidence, units=[one, {"unit": "2", "name": "Hai"}, one])) == [("duplicate-unit", 3)]
    assert faults_of(scored(evidence, units=[{**one, "valid_to": "31/06/2025"}])) == [("bad-date", 1)]
    assert faults_of(scored(evidence, units=[{"unit": "2"}])) == [("missing-column", None)]
    assert faults_of(scored(evidence, units=[{"unit": 2, "name": "Hai"}])) == [("wrong-measure", 1)]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.score(pi.Framework.load("dvc-766/province"), [row(value="1")])["H45"]
    assert (caught.value.code, caught.value.unit) == ("unknown-unit", "H45")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    framework = pi.Framework.load("dvc-766/province")

    def file(name: str, content: bytes) -> list[tuple[str, int | None]]:
        (tmp_path / name).write_bytes(content)
        return faults_of(lambda: pi.score(framework, tmp_path / name))

    assert file("empty.csv", b"") == [("missing-column", None)]
    assert file("latin.csv", "unit,code,value\nPhú,2.1,1\n".encode("cp1258")) == [("unreadable-file", 2)]
    assert file("utf16.csv", "unit,code,value\n".encode("utf-16")) == [("unreadable-file", 1)]
    assert file("long.csv", b"unit,code,value\nH44,2.1," + b"1" * 50_000_000 + b"\n") == [("too-large", 2)]
    assert file("wide.csv", b"unit,code,value" + b"," * 2_000_000 + b"\n") == [("too-large", 1)]
    assert file("short.csv", b"unit,code,value\n\nH44,2.1\nH44,2.1,1,1\n") == [("incomplete-row", 3), ("incomplete-row", 4)]
    assert file("quoted.csv", b'unit,code,value\n"H\n44",2.1,1\n1,9.9,1\n') == [("unknown-criterion", 4)]
    for name in ("none.parquet", "none.xlsx"):
        assert file(name, b"") == [("unreadable-file", None)]
        assert file(name, b"PAR1" + b"\xff" * 100 + b"PAR1") == [("unreadable-file", None)]
    assert file("evidence.txt", b"unit,code,value\n") == [("unreadable-file", None)]
    assert faults_of(lambda: pi.score(framework, tmp_path / "nothing.csv")) == [("unreadable-file", None)]
    (tmp_path / "folder.csv").mkdir()
    assert faults_of(lambda: pi.score(framework, tmp_path / "folder.csv")) == [("unreadable-file", None)]
    with (tmp_path / "huge.csv").open("wb") as huge:
        huge.truncate(2**30 + 1)
    assert faults_of(lambda: pi.score(framework, tmp_path / "huge.csv")) == [("too-large", None)]


LEAF = '[criteria."1"]\nname = { vi = "Một" }\n'
FRAMEWORKS = {
    "maxima-do-not-add-up": HEAD + 'max_points = "20"\n' + LEAF + f'max_points = "10.05"\nrule = {PROPORTIONAL}\n',
    "rule-has-gap": rule_toml('{ kind = "steps", unit = "percent", steps = [{ above = "90", points = "10" }, { below = "70", points = "0" }] }'),
    "rule-overlaps": rule_toml('{ kind = "steps", unit = "percent", steps = [{ from = "70", points = "10" }, { to = "70", points = "0" }] }'),
    "rounding-required": HEAD + LEAF + f'max_points = "10"\nrule = {PROPORTIONAL}\n',
    "bad-code": HEAD + LEAF.replace('"1"', '"1..1"') + f'max_points = "10"\nrule = {PROPORTIONAL}\n',
    "bad-number": rule_toml(PROPORTIONAL, maximum='"1_000"'),
    "not-exact": rule_toml(PROPORTIONAL, maximum=f'"0.{"1" * 40}"'),
    "not-a-leaf": rule_toml(PROPORTIONAL) + LEAF.replace('"1"', '"1.1"') + f'max_points = "10"\nrule = {PROPORTIONAL}\n',
    "bad-weight": HEAD + 'aggregate = "weighted-mean"\n' + LEAF + f'max_points = "10"\nrule = {PROPORTIONAL}\n',
    "bad-date": HEAD + 'date = "2026-02-30"\n',
    "unknown-key": HEAD + "points = 1\n",
    "missing-key": 'id = "x"\n',
    "bad-toml": rule_toml(PROPORTIONAL) + LEAF + LEAF,
}


@pytest.mark.parametrize("slug", FRAMEWORKS)
def test_what_is_wrong_with_framework_files(slug: str, tmp_path: Path) -> None:
    path = tmp_path / "framework.toml"
    path.write_text(FRAMEWORKS[slug], encoding="utf-8")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Framework.from_file(path)
    found = {fault["code"]: fault for fault in caught.value.faults}
    assert slug in found
    assert found[slug]["line"] is not None and found[slug]["column"] is not None
    with pytest.raises(pi.ParIndexError):
        pi.Framework.from_toml(FRAMEWORKS[slug])


def test_framework_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert faults_of(lambda: pi.Framework.load("dvc-767")) == [("unknown-framework", None)]
    assert faults_of(lambda: pi.Framework.from_file(tmp_path / "none.toml")) == [("unreadable-file", None)]
    (tmp_path / "latin.toml").write_bytes('title = "Phú"'.encode("cp1258"))
    assert faults_of(lambda: pi.Framework.from_file(tmp_path / "latin.toml")) == [("unreadable-file", None)]
    with (tmp_path / "huge.toml").open("wb") as huge:
        huge.truncate(2**24 + 1)
    assert faults_of(lambda: pi.Framework.from_file(tmp_path / "huge.toml")) == [("too-large", None)]


def test_an_outline_refuses_to_score_and_names_the_rows() -> None:
    draft = pi.Framework.load("par-index/province-2020-draft")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.score(draft, [{"unit": "22", "code": "7.1.11", "value": "30"}])
    assert {fault["code"] for fault in caught.value.faults} == {"max-points-unknown"}
    assert [fault["criterion"] for fault in caught.value.faults] == [fault["criterion"] for fault in draft.check()]


def test_absences_a_framework_refuses(rule_framework: Callable[..., pi.Framework]) -> None:
    absence = '[absence]\nmissing = "refuse"\nnot_applicable = "refuse"\nzero_denominator = "refuse"\n'
    framework = rule_framework(PROPORTIONAL, more=absence)
    for cells, slug in [
        ({"numerator": 0, "denominator": 0}, "zero-denominator"),
        ({"value": None}, "refused"),
        ({"value": "không áp dụng"}, "refused"),
    ]:
        assert faults_of(lambda cells=cells: pi.score(framework, [{"unit": "1", "code": "1", **cells}]))[0][0] == slug


def test_labels_flags_and_dates_of_other_kinds() -> None:
    def local(code: str, value: str) -> Callable[[], object]:
        return scored({"unit": "A", "code": code, "value": value}, framework="par-index/local-example")

    assert faults_of(local("1.1", "kịp")) == [("unknown-label", 1)]
    assert faults_of(scored(row(code="4.6", value="đúng"))) == [("wrong-measure", 1)]
    deadline = '{ kind = "deadline", due = "2026-12-20", steps = [{ to = "0", points = "10" }, { above = "0", points = "0" }] }'
    framework = pi.Framework.from_toml(rule_toml(deadline))
    assert faults_of(lambda: pi.score(framework, [{"unit": "A", "code": "1", "value": "31/06/2026"}])) == [("bad-date", 1)]


def test_questions_an_assessment_cannot_answer() -> None:
    assessment = pi.score(pi.Framework.load("dvc-766/province"), [row(value="88")])
    card = assessment["H44"]
    assert faults_of(lambda: assessment.ranking(code="9.9")) == [("unknown-criterion", None)]
    assert faults_of(lambda: assessment.ranking(within="region")) == [("bad-value", None)]  # type: ignore[arg-type]
    assert faults_of(lambda: card.line("2..1")) == [("bad-code", None)]
    assert faults_of(lambda: card.explain("2.1", lang="fr")) == [("bad-value", None)]  # type: ignore[arg-type]
    assert faults_of(lambda: pi.Framework.load("dvc-766/province")["x.y"]) == [("unknown-criterion", None)]
    assert faults_of(lambda: assessment.lost_by([{"code": "2.1", "agency": None}])) == [("incomplete-row", 1)]
    assert faults_of(scored(row(value="1"), decimal=";")) == [("bad-value", None)]
