"""Spark counts what threads count, from any partition, whatever the zone of its session."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import parindex as pi
import pytest
from registers import HALF, MOMENTS, by_hand, cases, outcomes

# Spark asks for pandas where it only hands Arrow on, and warns of the newest one.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Spark on two cores of this machine."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "PYSPARK_PYTHON", sys.executable)
        patch.setitem(os.environ, "SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.ui.showConsoleProgress", "false")
        session = builder.getOrCreate()
        yield session
        session.stop()


def framed(spark: Any, rows: list[dict[str, Any]], partitions: int = 1) -> Any:
    """Rows as a Spark frame of texts."""
    columns = ("unit", *MOMENTS)
    cells = [tuple(row[column] for column in columns) for row in rows]
    schema = ", ".join(f"{column} string" for column in columns)
    return spark.createDataFrame(spark.sparkContext.parallelize(cells, partitions), schema)


def test_a_million_rows_give_the_bytes_that_threads_give(spark: Any, million: Path) -> None:
    asked: dict[str, Any] = {
        "by": ["unit"],
        "period": "2026",
        "every": "month",
        "as_of": "2026-12-31",
        "times": "working",
    }
    frame = spark.read.parquet(str(million))
    assert frame.rdd.getNumPartitions() > 1
    found = pi.spark.tally(frame, **asked)
    assert sum(found.table()["received"]) + found.outside_period == 1_000_000
    assert found.to_bytes() == pi.dossiers.tally(f"{million}/*.parquet", **asked).to_bytes()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles"])
@pytest.mark.parametrize("kind", ["timestamp", "timestamp_ntz"])
def test_the_session_s_zone_changes_nothing(spark: Any, zone: str, kind: str) -> None:
    text = "concat({}, '+07:00')" if kind == "timestamp" else "{}"
    columns = [f"cast({text.format(part)} as {kind}) as {part}" for part in MOMENTS]
    before = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", zone)
    try:
        frame = framed(spark, cases()).selectExpr("unit", *columns)
        assert dict(frame.dtypes)["due"] == kind
        found = pi.spark.tally(frame, **HALF)
    finally:
        spark.conf.set("spark.sql.session.timeZone", before)
    assert outcomes(found.table()) == by_hand() and found.outside_period == 2


def test_empty_partitions_and_no_rows_at_all(spark: Any) -> None:
    frame = framed(spark, cases(), partitions=11)
    assert frame.rdd.getNumPartitions() > len(cases())
    assert pi.spark.tally(frame, **HALF).to_bytes() == pi.dossiers.tally(cases(), **HALF).to_bytes()
    nothing = pi.spark.tally(frame.where("unit = 'no such'"), **HALF)
    assert len(nothing.table()) == 0 and nothing.by == ["unit"]


def test_bad_rows_say_their_partition_and_row(spark: Any) -> None:
    rows = [case | {"due": "2025-12-01"} for case in cases() if case["expected"]]
    frame = framed(spark, rows)
    alike = frame.union(frame)
    told = pi.spark.tally(alike, **HALF).bad_rows()
    assert told["file"] == ["partition 00000"] * len(rows) + ["partition 00001"] * len(rows)
    assert told["row"] == [*range(1, len(rows) + 1)] * 2
    assert set(told["reason"]) == {"due-before-received"}
    with pytest.raises(pi.ParIndexError) as caught:
        pi.spark.tally(alike, **HALF, strict=True)
    assert caught.value.code == "due-before-received" and len(caught.value.faults) == 2 * len(rows)


def refused(batches: Iterator[Any]) -> Iterator[Any]:
    raise AssertionError("a row was read")


def test_faults_are_told_before_a_row_is_read(spark: Any) -> None:
    rows = framed(spark, cases()).selectExpr("unit", "unit is null as received", "due", "finished")
    frame = rows.mapInArrow(refused, rows.schema)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"by": ["district"]}, "missing-column"),
        ({"columns": {"due": "hẹn"}}, "missing-column"),
        ({}, "wrong-column"),
        ({"compare": "never"}, "bad-value"),
    ]
    for options, code in wrong:
        with pytest.raises(pi.ParIndexError) as caught:
            pi.spark.tally(frame, period="2026", **options)
        assert caught.value.code == code
    with pytest.raises(TypeError, match="`register` must be a Spark DataFrame, not list"):
        pi.spark.tally([], period="2026")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="needs a period"):
        pi.spark.tally(frame)


def test_columns_that_are_not_needed_are_not_computed(spark: Any) -> None:
    frame = framed(spark, cases()).selectExpr("unit as `đơn vị`", *MOMENTS, "raise_error('computed') as `ghi.chú`")
    found = pi.spark.tally(frame, by="đơn vị", period="2026-H1").table()
    assert set(found["đơn vị"]) == set(by_hand())


def test_a_calendar_goes_with_the_question(spark: Any) -> None:
    # Monday, two working days, finished on Thursday: late, but for a holiday on Tuesday.
    frame = spark.sql("select 'A' as unit, date'2026-03-02' as received, date'2026-03-05' as finished, 2 as limit_days")
    calendar = pi.Calendar.vietnam()
    for days, expected in (({}, "late"), ({"2026-03-03": "holiday"}, "on_time")):
        found = pi.spark.tally(frame, **HALF, calendar=calendar.with_days(days))
        assert outcomes(found.table()) == {"A": expected}


def test_the_how_to_runs(spark: Any, million: Path, how_to: Callable[[str], list[str]]) -> None:
    block = how_to("spark.md")[0]
    assert 'parquet("dossiers")' in block
    said: dict[str, Any] = {}
    # A path is relative to where Spark was started.
    exec(compile(block.replace("dossiers", str(million)), "spark.md", "exec"), said)
    expected = pi.dossiers.tally(f"{million}/*.parquet", by=["unit"], period="2026-H1")
    assert said["tally"].to_bytes() == expected.to_bytes()
