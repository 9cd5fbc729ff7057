"""Dossiers through the door of Python: cases classed by hand, an oracle, published counts, tables of every kind."""

import csv
import datetime
import json
import pickle
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import parindex as pi
import polars
import pyarrow
import pytest
from oracle_dossiers import classed
from pyarrow import parquet

OPTIONS = {"repeated", "compare", "before_reception", "limit_days", "population"}


@pytest.fixture(scope="module")
def cases(fixtures: Path) -> list[dict[str, str]]:
    with (fixtures / "dossiers-by-hand" / "dossiers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(case: dict[str, str]) -> dict[str, Any]:
    """The options of a case."""
    named: dict[str, Any] = dict([case["option"].split("=", 1)]) if case["option"] else {}
    assert set(named) <= OPTIONS, named
    return named | ({"as_of": case["as_of"]} if case["as_of"] else {})


def outcome(tally: pi.dossiers.Tally) -> str:
    """What became of the only dossier of a tally."""
    if tally.outside_period:
        return "outside-period"
    row = tally.table().to_dicts()[0]
    if row["uncounted"]:
        return str(tally.uncounted()["reason"][0])
    return next(name for name in ("on_time", "late", "pending_in_time", "pending_late") if row[name])


PARTS = [
    "status", "received", "due", "finished", "processed", "returned", "stopped", "withdrawn", "supplement_requested",
    "supplement_answered", "supplement_requests", "limit_days", "limit_hours",
]  # fmt: skip


def test_every_case_classed_by_hand(cases: list[dict[str, str]]) -> None:
    assert len(cases) >= 40
    for case in cases:
        row = {"unit": "A"} | {part: case[part] or None for part in PARTS}
        tally = pi.dossiers.tally([row], period=case["period"], **asked(case))
        assert outcome(tally) == case["expected"], (case["case"], case["note"])


def test_an_oracle_in_plain_python_agrees_with_the_hand(cases: list[dict[str, str]]) -> None:
    for case in cases:
        assert classed(case, asked(case)) == case["expected"], (case["case"], case["note"])


def test_an_oracle_agrees_on_an_invented_register() -> None:
    register = pi.dossiers.generate(4_000, units=7, seed=11, as_of="2026-09-30", bad_rows=0.01)
    tally = pi.dossiers.tally(register, period="2026", as_of="2026-09-30")
    expected: Counter[str] = Counter()
    for row in register:
        text = {name: "" if row[name] is None else str(row[name]) for name in register.columns}
        for name in PARTS:
            text.setdefault(name, "")
        expected[classed(text | {"period": "2026", "as_of": "2026-09-30"}, {})] += 1
    table = tally.table()
    classes = ("on_time", "late", "pending_in_time", "pending_late")
    counted = {name: sum(table[name]) for name in classes}
    counted |= {row["reason"]: row["dossiers"] for row in tally.uncounted()}
    counted["outside-period"] = tally.outside_period
    assert {name: count for name, count in counted.items() if count} == dict(expected)
    assert all(counted[name] > 0 for name in classes) and sum(counted.values()) == len(register)


def test_published_counts_of_phu_tho(fixtures: Path) -> None:
    folder = fixtures / "dvc-766-phu-tho-2026"
    with (folder / "evidence.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] == "2.1"]
    children = [row for row in rows if row["unit"] != "H44"]
    (parent,) = [row for row in rows if row["unit"] == "H44"]
    assert len(children) == 163
    assert (sum(int(row["denominator"]) for row in children), int(parent["denominator"])) == (597_918, 597_918)
    assert (sum(int(row["numerator"]) for row in children), int(parent["numerator"])) == (528_684, 528_684)
    # The same counts as a register: a dossier of each class, through tally and evidence, into the published score.
    published = {}
    with (folder / "published.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["code"] == "2.1" and row["period"] == "year":
                published[row["unit"]] = Decimal(row["points"])
    units, due, finished = [], [], []
    for row in rows:
        on_time, received = int(row["numerator"]), int(row["denominator"])
        units += [row["unit"]] * received
        due += ["2026-03-04"] * received
        finished += ["2026-03-04"] * on_time + ["2026-03-05"] * (received - on_time)
    register = pyarrow.table({"unit": units, "received": ["2026-03-02"] * len(units), "due": due, "finished": finished})
    evidence = pi.dossiers.tally(register, period="2026").evidence(code="2.1")
    assessment = pi.score(pi.Framework.load("dvc-766/unit"), [row for row in evidence if row["unit"] != "H44"])
    province = pi.score(pi.Framework.load("dvc-766/province"), [row for row in evidence if row["unit"] == "H44"])
    scores = {unit: assessment[unit].line("2.1").points for unit in assessment} | {
        "H44": province["H44"].line("2.1").points
    }
    assert set(scores) == {row["unit"] for row in rows if int(row["denominator"])}
    assert all(scores[unit] == published[unit] for unit in scores)


def test_every_kind_of_table_gives_the_same_bytes(tmp_path: Path) -> None:
    register = pi.dossiers.generate(500, units=5, seed=3)
    frame = polars.DataFrame(register)
    frame.write_parquet(tmp_path / "a.parquet")
    frame[:200].write_parquet(tmp_path / "part-1.parquet")
    frame[200:].write_parquet(tmp_path / "part-2.parquet")
    moments = ["received", "due", "finished", "processed", "returned", "stopped", "withdrawn"]
    frame.with_columns(polars.col(moments).dt.strftime("%d/%m/%Y %H:%M:%S%.f")).write_csv(tmp_path / "a.csv")
    sheet = openpyxl.Workbook()
    sheet.active.append(register.columns)
    for row in register.to_dicts():
        sheet.active.append(list(row.values()))
    sheet.save(tmp_path / "a.xlsx")
    options: dict[str, Any] = {"by": ["unit", "channel"], "period": "2026", "every": "month"}
    expected = pi.dossiers.tally(register, **options).to_bytes()
    zoned = frame.with_columns(polars.col(moments).dt.replace_time_zone("Asia/Ho_Chi_Minh").dt.convert_time_zone("UTC"))
    registers: list[Any] = [
        frame,
        zoned,
        frame.to_pandas(),
        register.to_dicts(),
        pyarrow.RecordBatchReader.from_stream(frame.to_arrow()),
        tmp_path / "a.parquet",
        str(tmp_path / "part-*.parquet"),
        [tmp_path / "part-2.parquet", tmp_path / "part-1.parquet"],
        tmp_path / "a.csv",
        tmp_path / "a.xlsx",
    ]
    for given in registers:
        assert pi.dossiers.tally(given, **options).to_bytes() == expected, type(given)
    halves = [pi.dossiers.tally(part, **options) for part in (frame[300:], frame[:300])]
    assert (halves[0] + halves[1]).to_bytes() == halves[1].merge(halves[0]).to_bytes() == expected
    assert pickle.loads(pickle.dumps(halves[0])) == halves[0]
    back = pi.dossiers.Tally.from_bytes(expected)
    assert back.table().to_dicts() == pi.dossiers.tally(frame, **options).table().to_dicts()


def test_moments_of_spark_are_instants(tmp_path: Path) -> None:
    """Spark writes INT96: moments of UTC, seven hours behind Vietnam; Parquet's own instants say the same."""

    def moments(*texts: str) -> list[datetime.datetime]:
        return [datetime.datetime.fromisoformat(f"2026-{text}") for text in texts]

    # The last reception is on 31 January in Vietnam, all others on 1 February.
    table = pyarrow.table(
        {
            "id": ["1", "2", "3"],
            "unit": ["A"] * 3,
            "received": moments("01-31 17:00:00", "01-31 17:00:00", "01-31 16:59:59"),
            "due": moments("02-04 03:00:00", "02-04 03:00:00", "02-04 03:00:00"),
            "finished": moments("02-04 03:00:00", "02-04 03:00:01", "02-04 03:00:00"),
        }
    )
    parquet.write_table(table, tmp_path / "spark.parquet", use_deprecated_int96_timestamps=True)
    assert str(parquet.ParquetFile(tmp_path / "spark.parquet").schema).count("int96") == 3
    instants = [
        pyarrow.field(field.name, pyarrow.timestamp("us", "UTC")) if pyarrow.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    parquet.write_table(table.cast(pyarrow.schema(instants)), tmp_path / "instants.parquet")
    spark, same = (pi.dossiers.tally(tmp_path / f"{name}.parquet", period="2026-02") for name in ("spark", "instants"))
    assert spark.to_bytes() == same.to_bytes() and spark.outside_period == 1
    row = spark.table().to_dicts()[0]
    assert (row["received"], row["on_time"], row["late"], row["uncounted"]) == (2, 1, 1, 0)


def test_a_table_of_counts() -> None:
    register = pi.dossiers.generate(2_000, units=4, seed=5, bad_rows=0.02)
    tally = pi.dossiers.tally(register, period="2026", every="month", by=["unit"], times="working")
    table = tally.table()
    assert table.columns == [
        "unit", "month", "received", "on_time", "late", "pending_in_time", "pending_late", "uncounted", "ratio",
    ]  # fmt: skip
    for row in table:
        classes = row["on_time"] + row["late"] + row["pending_in_time"] + row["pending_late"]
        assert row["received"] == classes
        share = Decimal(row["on_time"] + row["pending_in_time"]) / row["received"] if row["received"] else None
        assert row["ratio"] is None if share is None else abs(row["ratio"] - share) <= Decimal("5e-11")
    bad = sum(row["dossiers"] for row in tally.uncounted() if row["bad_row"])
    assert len(tally.bad_rows()) == bad > 0 and set(tally.bad_rows()["file"]) == {None}
    assert tally.processing(["0.5"]).columns[-3:] == ["finished", "mean_minutes", "q0.5"]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.dossiers.tally(register, period="2026", strict=True)
    assert len(caught.value.faults) == bad
    assert {fault["line"] for fault in caught.value.faults} == set(tally.bad_rows()["row"])


def test_alerts_compare_exactly() -> None:
    def rows(unit: str, on_time: int, late: int) -> list[dict[str, Any]]:
        moments = ["2026-03-04"] * on_time + ["2026-03-05"] * late
        return [{"unit": unit, "received": "2026-03-02", "due": "2026-03-04", "finished": end} for end in moments]

    tally = pi.dossiers.tally(rows("A", 9, 1) + rows("B", 89, 11) + rows("C", 1, 1), period="2026")
    assert tally.alerts(threshold="0.90")["unit"] == ["C", "B"]
    assert tally.alerts()["unit"] == ["C", "B"]
    with pytest.raises(pi.ParIndexError) as caught:
        tally.alerts(threshold=0.9)  # type: ignore[arg-type]
    assert caught.value.code == "not-exact"


def test_evidence_by_level() -> None:
    rows = [
        {"unit": unit, "level": level, "received": "2026-03-02", "due": "2026-03-04", "finished": "2026-03-04"}
        for unit, level in (("S1", "province"), ("X1", "commune"), ("X1", "commune"), ("H1", "district"))
    ]
    tally = pi.dossiers.tally(rows, period="2026", by=["unit", "level"])
    evidence = tally.evidence(levels={"province": "3.4.1", "commune": "3.4.3"})
    assert [(row["unit"], row["code"], row["denominator"]) for row in evidence] == [
        ("S1", "3.4.1", 1),
        ("X1", "3.4.3", 2),
    ]


def test_projection() -> None:
    months = [
        {"unit": unit, "month": f"2026-{month:02}", "received": 100, "on_time": on_time, "late": 100 - on_time,
         "pending_in_time": 0, "pending_late": 0}
        for unit, on_time in (("certain", 100), ("good", 95), ("bad", 60))
        for month in range(1, 10)
    ]  # fmt: skip
    table = pi.project(months, threshold="0.90", until="2026-12-31", seed=1)
    assert table.columns[:8] == [
        "unit", "so_far", "expected", "low", "high", "p_reach", "rate_needed", "late_affordable",
    ]  # fmt: skip
    rows = {row["unit"]: row for row in table}
    assert rows["good"]["so_far"] == Decimal("0.95") and rows["good"]["p_reach"] > 0.9
    assert rows["bad"]["p_reach"] < 0.01 and rows["bad"]["late_affordable"] is None
    assert all(row["low"] <= row["expected"] <= row["high"] for row in rows.values())
    assert pi.project(months[::-1], threshold="0.90", until="2026-12-31", seed=1).to_dicts() == table.to_dicts()
    done = pi.project(months, threshold="0.90", until="2026-09-30")
    assert dict(zip(done["unit"], done["p_reach"], strict=True)) == {"bad": 0.0, "certain": 1.0, "good": 1.0}
    with pytest.raises(pi.ParIndexError) as caught:
        pi.project([months[0] | {"late": 5}, months[0] | {"month": "tháng 4"}])
    assert caught.value.code == "bad-date"
    with pytest.raises(pi.ParIndexError) as caught:
        pi.project([months[1], months[0] | {"late": 5}])
    assert [(fault["code"], fault["line"]) for fault in caught.value.faults] == [("counts-disagree", 2)]


def test_projection_of_a_tally() -> None:
    register = pi.dossiers.generate(3_000, units=3, seed=2, as_of="2026-06-30")
    tally = pi.dossiers.tally(register, period="2026", every="month", as_of="2026-06-30")
    table = pi.project(tally, threshold="0.90", until="2026-12-31")
    assert table["unit"] == sorted(set(register["unit"]))
    months = [row | {"month": row["month"] + "-01"} for row in tally.table() if row["received"]]
    again = pi.project(months, threshold="0.90", until="2026-12-31", as_of="2026-06-30")
    assert again.to_dicts() == table.to_dicts()


def test_duplicates(tmp_path: Path) -> None:
    polars.DataFrame({"id": ["1", "2"]}).write_parquet(tmp_path / "a.parquet")
    polars.DataFrame({"id": ["2", None, "2"]}).write_parquet(tmp_path / "b.parquet")
    found = pi.dossiers.duplicates(str(tmp_path / "*.parquet"))
    assert (found.ids, found.surplus, found.rows["rows"]) == (1, 2, ["2, 3, 5"])


def test_calendars() -> None:
    calendar = pi.Calendar.vietnam().with_days({datetime.date(2026, 3, 14): "working"})
    assert pickle.loads(pickle.dumps(calendar)) == calendar != pi.Calendar.vietnam()
    assert calendar.working_days_between("2026-03-13", datetime.date(2026, 3, 16)) == 2
    assert pi.Calendar.without_holidays().covered is None
    beyond = pi.Calendar.vietnam().weekends_beyond()
    assert beyond.is_working("2031-01-06") and pickle.loads(pickle.dumps(beyond)) == beyond
    further = beyond.with_days({"2030-01-01": "holiday"})
    assert pickle.loads(pickle.dumps(further)) == further and not further.is_working("2030-01-01")
    for ask, code in (
        (lambda: pi.Calendar.vietnam().is_working("2031-01-06"), "calendar-ends"),
        (lambda: pi.Calendar.vietnam().is_working("2026-02-30"), "bad-date"),
        (lambda: pi.Calendar.from_toml("days = 3"), "missing-key"),
        (lambda: pi.Calendar.vietnam().with_days({"2026-03-14": "lễ"}), "bad-value"),
    ):
        with pytest.raises(pi.ParIndexError) as caught:
            ask()
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"period": "2026-Q2"}, "bad-value"),
        ({"period": ("2026-06-30", "2026-01-01")}, "out-of-range"),
        ({"period": "2026", "by": ["đơn vị"]}, "missing-column"),
        ({"period": "2026", "by": ["unit", "unit"]}, "named-twice"),
        ({"period": "2026", "population": "all"}, "bad-value"),
        ({"period": "2026", "columns": {"ngay": "x"}}, "bad-value"),
        ({"period": "2026", "columns": {"due": "x"}}, "missing-column"),
        ({"period": "2026", "as_of": "2025-01-01"}, "out-of-range"),
    ],
)
def test_what_a_tally_refuses(options: dict[str, Any], code: str) -> None:
    row = {"unit": "A", "received": "2026-03-02", "due": "2026-03-04", "finished": "2026-03-04"}
    with pytest.raises(pi.ParIndexError) as caught:
        pi.dossiers.tally([row], **options)
    assert caught.value.code == code


def test_bytes_of_strangers() -> None:
    for data in (b"", b"hello", pi.dossiers.tally([{"unit": "A", "received": "2026-03-02", "due": "2026-03-04",
                 "finished": "2026-03-04"}], period="2026").to_bytes()[:-1]):  # fmt: skip
        with pytest.raises(pi.ParIndexError) as caught:
            pi.dossiers.Tally.from_bytes(data)
        assert caught.value.code == "unreadable-file"


@pytest.mark.parametrize("ask", [lambda path: pi.dossiers.tally(path, period="2026"), pi.dossiers.duplicates])
def test_a_forged_footer_is_not_believed(tmp_path: Path, ask: Any) -> None:
    """500 lists of 2^31 - 1 flags, which take no bytes: the reader of Parquet would step over each for seconds."""
    metadata = bytes([0xF9, 0xF1, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]) * 500 + b"\0"
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1" + metadata + len(metadata).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(pi.ParIndexError) as caught:
        ask(path)
    assert caught.value.code == "unreadable-file"


def test_the_command(tmp_path: Path) -> None:
    from test_cli import run

    frame = polars.DataFrame(pi.dossiers.generate(300, units=3, seed=3, bad_rows=0.03))
    frame.write_parquet(tmp_path / "a.parquet")
    code, out, err = run("tally", str(tmp_path / "a.parquet"), "--period", "2026", "--every", "month", "--json")
    read = json.loads(out)
    assert (code, err) == (0, "") and read["period"] == "2026-01-01/2026-12-31"
    assert sum(row["received"] + row["uncounted"] for row in read["tally"]) + read["outside_period"] == 300
    code, out, err = run(
        "tally", str(tmp_path / "a.parquet"), "--period", "2026", "--threshold", "1", "--out", str(tmp_path / "o")
    )
    assert (code, err) == (0, "") and "Không tính" in out
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == [
        "alerts.csv", "bad_rows.csv", "tally.csv", "uncounted.csv",
    ]  # fmt: skip
    code, out, err = run("tally", str(tmp_path / "a.parquet"), "--period", "2026", "--strict", "--json")
    assert (code, out) == (1, "") and "a.parquet" in err


ROW = {"unit": "A", "received": "2026-03-02", "due": "2026-03-04", "finished": "2026-03-04"}
MONTH = {
    "unit": "A", "month": "2026-03", "received": 1, "on_time": 1, "late": 0, "pending_in_time": 0, "pending_late": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: pi.dossiers.generate(10**12), "too-large"),
        (lambda: pi.dossiers.generate(10, units=4 * 10**9), "too-large"),
        (lambda: pi.dossiers.generate(10, units=0), "out-of-range"),
        (lambda: pi.dossiers.generate(-1), "out-of-range"),
        (lambda: pi.dossiers.generate(10, on_time=7), "out-of-range"),
        (lambda: pi.dossiers.generate(10, on_time=float("nan")), "out-of-range"),
        (lambda: pi.dossiers.generate(10, bad_rows=-3), "out-of-range"),
        (lambda: pi.project([MONTH], until="2026-12-31", draws=4 * 10**9), "too-large"),
        (lambda: pi.project([MONTH], until="2026-12-31", draws=0), "out-of-range"),
        (lambda: pi.project([MONTH], until="2026-12-31", draws=-1), "out-of-range"),
        (lambda: pi.dossiers.tally([ROW], period="2026").alerts("90"), "out-of-range"),
        (lambda: pi.dossiers.tally([ROW], period="2026", times="elapsed").processing(["2"]), "out-of-range"),
        (lambda: pi.dossiers.tally([ROW], period="2026", times="elapsed").processing(["1", "1"]), "named-twice"),
        (lambda: pi.dossiers.tally([ROW], period="2026").processing(), "missing-column"),
        (lambda: pi.dossiers.tally([ROW], period="2026", threads=-1), "out-of-range"),
        (lambda: pi.dossiers.tally([ROW | {"late": 1}], by=["late"], period="2026"), "named-twice"),
        (lambda: pi.dossiers.tally(["a.csv"], period="2026"), "unreadable-file"),
        (
            lambda: pi.dossiers.tally(pyarrow.table({"unit": pyarrow.array([], "string")}), period="2026"),
            "missing-column",
        ),
    ],
)
def test_what_cannot_be_asked(ask: Any, code: str) -> None:
    with pytest.raises(pi.ParIndexError) as caught:
        ask()
    assert caught.value.code == code


@pytest.mark.parametrize("options", [{"period": 2026}, {"period": ["a", "b", "c"]}, {"period": "2026", "as_of": 5}])
def test_what_is_no_day_is_a_type_error(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="2026"):
        pi.dossiers.tally([ROW], **options)


def test_a_register_of_nothing() -> None:
    tally = pi.dossiers.tally([], period="2026")
    assert len(tally.table()) == tally.outside_period == 0
    assert pi.dossiers.duplicates([]).ids == 0


def test_a_projection_needs_to_know_when_its_tally_was_taken() -> None:
    register = pi.dossiers.generate(3_000, units=3, seed=2, as_of="2026-07-15")
    for options, code in (({}, "as-of-needed"), ({"as_of": "2026-07-15", "population": "handled"}, "bad-value")):
        tally = pi.dossiers.tally(register, period="2026", every="month", **options)
        with pytest.raises(pi.ParIndexError) as caught:
            pi.project(tally, until="2026-12-31")
        assert caught.value.code == code
    half = pi.dossiers.tally(register, period="2026-H1", every="month")
    months = [row | {"month": row["month"] + "-01"} for row in half.table() if row["received"]]
    by_hand = pi.project(months, until="2026-12-31", as_of="2026-06-14")
    assert pi.project(half, until="2026-12-31").to_dicts() == by_hand.to_dicts()


def test_serials_of_a_sheet_are_days_and_moments(tmp_path: Path) -> None:
    # 46085 is 4 March 2026, the day promised; 46086 is the day after.
    rows = [{"unit": "A", "received": "46083.5", "due": "46085", "finished": end} for end in ("46085.9", "46086")]
    (tmp_path / "a.csv").write_text(
        "\n".join(",".join(row) for row in [list(rows[0])] + [row.values() for row in rows])
    )
    for register in (rows, tmp_path / "a.csv"):
        row = pi.dossiers.tally(register, period="2026").table().to_dicts()[0]
        assert (row["on_time"], row["late"], row["uncounted"]) == (1, 1, 0)


def test_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("unit,received,due,finished\nA,2026-03-02,2026-03-01,\n")
    assert pi.dossiers.tally(tmp_path / "a.csv", period="2026").bad_rows()["file"] == [str(tmp_path / "a.csv")]
    frame = polars.DataFrame([ROW])
    frame.write_parquet(tmp_path / "x[1].parquet")
    frame.drop("due").write_parquet(tmp_path / "y.parquet")
    assert pi.dossiers.tally(tmp_path / "x[1].parquet", period="2026").table()["on_time"] == [1]
    with pytest.raises(pi.ParIndexError, match="y.parquet.*`due`"):
        pi.dossiers.tally([tmp_path / "x[1].parquet", tmp_path / "y.parquet"], period="2026")
    with pytest.raises(pi.ParIndexError, match="y.parquet.*`id`; it has `unit`"):
        pi.dossiers.duplicates(tmp_path / "y.parquet")


def test_the_command_tells_wrong_usage_from_faulty_data(tmp_path: Path) -> None:
    from test_cli import run

    path = str(tmp_path / "a.parquet")
    polars.DataFrame([ROW | {"channel": "web"}]).write_parquet(path)
    for wrong in (
        ["--period", "2026-Q2"],
        ["--period", "2026", "--threshold", "90%"],
        ["--period", "2026", "--threshold", "90"],
        ["--period", "2026", "--columns", "foo=bar"],
    ):
        code, out, err = run("tally", path, *wrong)
        assert (code, out) == (2, "") and err and "a.parquet" not in err, wrong
    code, out, _ = run("tally", "--period", "2026", "--by", "unit,channel", path, "--json")
    assert code == 0 and json.loads(out)["tally"][0]["channel"] == "web"
    code, out, _ = run("tally", path, "--period", "2026", "--threshold", "0.90", "--lang", "en")
    assert (code, out) == (0, "No unit is below 0.90.\n")
    code, out, err = run("tally", str(tmp_path / "none.parquet"), "--period", "2026")
    assert code == 1 and err.count("none.parquet") == 1
