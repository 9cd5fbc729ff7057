"""Dask counts what threads count, from files and from frames; pieces merge in any order."""

import random
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import parindex as pi
import pytest
from registers import HALF, by_hand, cases, outcomes

# pandas 3.1 warns of what Dask itself calls.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:dask")

ASKED: dict[str, Any] = {"by": ["unit"], "period": "2026", "every": "month", "as_of": "2026-12-31"}


def test_a_million_rows_give_the_same_bytes_however_they_are_cut(million: Path) -> None:
    import dask.dataframe
    import pyarrow.parquet

    pattern = f"{million}/*.parquet"
    whole = pi.dossiers.tally(pattern, **ASKED)
    assert sum(whole.table()["received"]) + whole.outside_period == 1_000_000
    assert pi.dossiers.tally(pattern, **ASKED, threads=1).to_bytes() == whole.to_bytes()
    pieces = [
        pi.dossiers.tally(batch, **ASKED)
        for path in sorted(million.glob("*.parquet"))
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(37_000)
    ]
    random.Random(7).shuffle(pieces)
    assert reduce(pi.dossiers.Tally.merge, pieces).to_bytes() == whole.to_bytes()
    assert pi.dask.tally(pattern, **ASKED).to_bytes() == whole.to_bytes()
    assert pi.dask.tally(sorted(million.glob("*.parquet")), **ASKED).to_bytes() == whole.to_bytes()
    frame = dask.dataframe.read_parquet(pattern, split_row_groups=True)
    assert frame.npartitions > 8
    assert pi.dask.tally(frame, **ASKED).to_bytes() == whole.to_bytes()


def test_sql_in_plain_duckdb_counts_the_same(million: Path) -> None:
    import duckdb

    # Every dossier has its due date; what has not ended by the end of the year is compared with that day.
    sql = f"""
        select unit, strftime(received, '%Y-%m') as month, count(*) as received,
            count(*) filter (finished < '2027-01-01' and finished <= due) as on_time,
            count(*) filter (finished < '2027-01-01' and finished > due) as late
        from '{million}/*.parquet' where received >= '2026-01-01' and received < '2027-01-01'
        group by all order by all
    """
    table = pi.dossiers.tally(f"{million}/*.parquet", **ASKED).table()
    columns = ("unit", "month", "received", "on_time", "late")
    assert [tuple(row[column] for column in columns) for row in table] == duckdb.sql(sql).fetchall()


def test_bad_rows_of_files_are_those_of_threads(million: Path, tmp_path: Path) -> None:
    import polars

    sound = polars.read_parquet(million / "part-0.parquet", n_rows=3_000).with_row_index()
    early = polars.col("received").dt.offset_by("-1d")
    register = sound.with_columns(due=polars.when(polars.col("index") % 7 == 3).then(early).otherwise(polars.col("due")))
    for part in range(3):
        register[part * 1_000 : part * 1_000 + 1_000].write_parquet(tmp_path / f"{part}.parquet", row_group_size=100)
    pattern = f"{tmp_path}/*.parquet"
    whole = pi.dossiers.tally(pattern, **ASKED)
    assert len(whole.bad_rows()) > 100
    assert pi.dask.tally(pattern, **ASKED).to_bytes() == whole.to_bytes()
    with pytest.raises(pi.ParIndexError) as expected:
        pi.dossiers.tally(pattern, **ASKED, strict=True)
    with pytest.raises(pi.ParIndexError) as caught:
        pi.dask.tally(pattern, **ASKED, strict=True)
    assert caught.value.faults == expected.value.faults


def test_a_frame_names_its_partitions_and_computes_what_is_needed() -> None:
    import dask.dataframe
    import pandas

    rows = pandas.DataFrame(cases())
    frame = dask.dataframe.from_pandas(rows, npartitions=4)
    found = pi.dask.tally(frame, **HALF)
    assert outcomes(found.table()) == by_hand() and found.outside_period == 2
    bad = dask.dataframe.from_pandas(rows.assign(due="2025-12-01"), npartitions=2)
    told = pi.dask.tally(bad, **HALF).bad_rows()
    assert set(told["file"]) == {"partition 00000", "partition 00001"} and min(told["row"]) == 1


def test_all_faults_of_all_pieces_are_told_at_once(tmp_path: Path) -> None:
    import polars

    frame = polars.DataFrame(cases())
    frame.write_parquet(tmp_path / "a.parquet")
    frame.drop("due").write_parquet(tmp_path / "b.parquet")
    (tmp_path / "c.parquet").write_bytes(b"no parquet")
    with pytest.raises(pi.ParIndexError) as caught:
        pi.dask.tally(f"{tmp_path}/*.parquet", **HALF)
    assert [fault["code"] for fault in caught.value.faults] == ["missing-column", "unreadable-file"]
    with pytest.raises(FileNotFoundError):
        pi.dask.tally(f"{tmp_path}/*.pq", **HALF)
    for wrong in (cases(), 7):
        with pytest.raises(TypeError, match="files or a Dask DataFrame"):
            pi.dask.tally(wrong, **HALF)


def test_importing_parindex_imports_no_engine() -> None:
    code = """
import sys
import parindex as pi
assert not {"pyspark", "dask", "pyarrow", "pandas", "duckdb"} & set(sys.modules)
sys.modules["pyspark"] = sys.modules["dask"] = None
for engine in (pi.spark, pi.dask):
    try:
        engine.tally("dossiers.parquet", period="2026")
    except ImportError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "spark.tally needs pyspark: pip install 'parindex[spark]'",
        "dask.tally needs dask: pip install 'parindex[dask]'",
    ]


def test_the_how_to_runs(million: Path, how_to: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = million.parent / "dask"
    folder.mkdir(exist_ok=True)
    (folder / "dossiers").symlink_to(million)
    monkeypatch.chdir(folder)
    said: dict[str, Any] = {}
    exec(compile(how_to("spark.md")[1], "spark.md", "exec"), said)
    expected = pi.dossiers.tally("dossiers/*.parquet", by=["unit"], period="2026-H1").to_bytes()
    assert said["tally"].to_bytes() == said["same"].to_bytes() == expected
