"""Registers that lie in a database come as a stream: DuckDB, and a PostgreSQL server of the test's own."""

import datetime
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import parindex as pi
import pytest
from registers import HALF, MOMENTS, by_hand, cases, outcomes

ASKED: dict[str, Any] = {"by": ["unit"], "period": "2026", "every": "month", "as_of": "2026-12-31"}


def program(name: str) -> str:
    """A program of PostgreSQL, which Debian keeps out of the path."""
    found = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    path = shutil.which(name) or max(found, default=None)
    assert path, f"{name} is not installed: apt-get install postgresql"
    return path


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a server that listens on a socket of its own."""
    folder = Path(tempfile.mkdtemp(prefix="parindex-"))  # a socket's path must be short
    as_user = []
    if os.geteuid() == 0:  # PostgreSQL refuses root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(name: str, *arguments: str) -> None:
        done = subprocess.run(
            [*as_user, program(name), *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert done.returncode == 0, done.stderr

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c timezone=America/Los_Angeles"
    run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def cursor(postgres: str) -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgres) as connection, connection.cursor() as cursor:
        yield cursor


def test_a_duckdb_relation_of_a_million_rows(million: Path) -> None:
    import duckdb

    relation = duckdb.sql(f"select * from '{million}/*.parquet'")
    whole = pi.dossiers.tally(f"{million}/*.parquet", **ASKED)
    assert pi.dossiers.tally(relation, **ASKED).to_bytes() == whole.to_bytes()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles"])
@pytest.mark.parametrize("kind", ["timestamp", "timestamptz"])
def test_moments_of_duckdb(kind: str, zone: str) -> None:
    import duckdb
    import pyarrow

    with duckdb.connect() as connection:
        connection.sql(f"set timezone = '{zone}'")
        connection.register("rows", pyarrow.Table.from_pylist(cases()))
        end = " || '+07'" if kind == "timestamptz" else ""
        moments = ", ".join(f"({part}{end})::{kind} as {part}" for part in MOMENTS)
        found = pi.dossiers.tally(connection.sql(f"select unit, {moments} from rows"), **HALF)
    assert outcomes(found.table()) == by_hand() and found.outside_period == 2


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz"])
def test_moments_of_postgresql(cursor: Any, kind: str) -> None:
    end = "+07" if kind == "timestamptz" else ""
    cells = [[case["unit"], *(case[part] and case[part] + end for part in MOMENTS)] for case in cases()]
    values = ", ".join("(" + ", ".join("null" if cell is None else f"'{cell}'" for cell in row) + ")" for row in cells)
    moments = ", ".join(f"{part}::{kind}" for part in MOMENTS)
    cursor.execute(f"select unit, {moments} from (values {values}) as rows (unit, {', '.join(MOMENTS)})")
    found = pi.dossiers.tally(cursor.fetch_record_batch(), **HALF)
    assert outcomes(found.table()) == by_hand() and found.outside_period == 2


def test_a_register_in_postgresql(cursor: Any, million: Path) -> None:
    import pyarrow.parquet

    path = sorted(million.glob("*.parquet"))[0]
    with pyarrow.parquet.ParquetFile(path) as file:
        cursor.adbc_ingest("register", file.iter_batches(), mode="create", temporary=True)
    cursor.execute("select * from register")
    assert pi.dossiers.tally(cursor.fetch_record_batch(), **ASKED).to_bytes() == pi.dossiers.tally(path, **ASKED).to_bytes()


def test_due_days_and_infinite_moments_of_postgresql(cursor: Any) -> None:
    cursor.execute("""
        select * from (values
            ('H44.01', timestamp '2026-03-02 08:00', date '2026-03-04', timestamp '2026-03-04 23:59'),
            ('H44.02', timestamp '2026-03-02 08:00', date '2026-03-04', timestamp '2026-03-05 00:00'),
            ('H44.03', timestamp '2026-03-02 08:00', date '2026-03-04', timestamp 'infinity')
        ) as rows (unit, received, due, finished)
    """)
    found = pi.dossiers.tally(cursor.fetch_record_batch(), **HALF)
    rows = {row["unit"]: row for row in found.table()}
    assert (rows["H44.01"]["on_time"], rows["H44.02"]["late"]) == (1, 1)
    assert rows["H44.03"]["received"] == 0 and found.bad_rows()["reason"] == ["bad-date"]


def test_the_how_to_runs(
    postgres: str, cursor: Any, million: Path, how_to: Callable[[str], list[str]], tmp_path: Path, monkeypatch: Any
) -> None:
    import pyarrow.parquet

    (tmp_path / "dossiers").symlink_to(million)
    monkeypatch.chdir(tmp_path)
    table = pyarrow.parquet.read_table(sorted(million.glob("*.parquet"))[0])
    names = {"unit": "ma_don_vi", "received": "ngay_nhan", "due": "ngay_hen_tra", "finished": "ngay_xong"}
    renamed = table.rename_columns([names.get(name, name) for name in table.column_names])
    cursor.adbc_ingest("ho_so", renamed, mode="create")
    cursor.connection.commit()
    server, duck = how_to("databases.md")
    said: dict[str, Any] = {}
    address = "postgresql://motcua@db.example.vn/hoso"
    assert address in server
    exec(compile(server.replace(address, postgres), "databases.md", "exec"), said)
    since = table.filter(pyarrow.compute.field("received") >= datetime.datetime(2025, 12, 15))
    assert said["tally"].to_bytes() == pi.dossiers.tally(since, by=["unit"], period="2026-H1").to_bytes()
    exec(compile(duck, "databases.md", "exec"), said)
    assert said["tally"].to_bytes() == pi.dossiers.tally("dossiers/*.parquet", by=["unit"], period="2026-H1").to_bytes()
