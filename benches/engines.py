"""Do threads, pieces, Spark and Dask give the same tally of 20 million dossiers, to the last byte, and how fast?

Run: ``python benches/engines.py [rows]`` in an environment with parindex[spark,dask], pyarrow and Java 17.
Invented rows are written to Parquet files of a million each in a temporary folder first.
"""

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

import parindex as pi
import pyarrow
import pyarrow.parquet

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000
PIECE = 1_000_000
ASKED = {"by": ["unit", "procedure"], "period": "2026", "every": "month"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = written(Path(folder))
        size = sum(path.stat().st_size for path in paths)
        print(f"{ROWS:,} rows in {len(paths)} files, {size / 1e6:,.0f} MB")
        tallies = {
            "one thread": lambda: pi.dossiers.tally(paths, threads=1, **ASKED),
            "threads": lambda: pi.dossiers.tally(paths, **ASKED),
            "files merged backwards": lambda: merged(paths),
            "Dask": lambda: pi.dask.tally(paths, **ASKED),
            "Spark local[2]": lambda: spark(folder),
        }
        digests = set()
        for name, made in tallies.items():
            start = time.perf_counter()
            data = made().to_bytes()
            digests.add(hashlib.sha256(data).hexdigest())
            print(f"{name}: {time.perf_counter() - start:.1f} s, {len(data):,} bytes, {len(digests)} digest(s)")
        if len(digests) != 1:
            sys.exit("the engines differ")


def written(folder: Path) -> list[Path]:
    paths = []
    for first in range(0, ROWS, PIECE):
        path = folder / f"part-{first // PIECE:03}.parquet"
        rows = pi.dossiers.generate(min(PIECE, ROWS - first), units=705, seed=1, first=first)
        pyarrow.parquet.write_table(pyarrow.table(rows), path)
        paths.append(path)
    return paths


def merged(paths: list[Path]) -> pi.dossiers.Tally:
    tallies = [pi.dossiers.tally([path], **ASKED) for path in reversed(paths)]
    whole = tallies[0]
    for tally in tallies[1:]:
        whole = whole + tally
    return whole


def spark(folder: str) -> pi.dossiers.Tally:
    from pyspark.sql import SparkSession

    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "Asia/Ho_Chi_Minh")
        .getOrCreate()
    )
    try:
        return pi.spark.tally(session.read.parquet(folder), **ASKED)
    finally:
        session.stop()


if __name__ == "__main__":
    main()
