"""Do threads, pieces, Spark and Dask give the same tally of 20 million dossiers, to the last byte, and how fast?

Run: ``python benches/compare/engines.py [rows]`` in an environment with parindex[spark,dask],
pyarrow and Java 17. Invented rows are written to Parquet files of a million each in a
temporary folder first.
"""

import hashlib
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from alone import alone, best, is_asked, is_quick, named, say

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000 if is_quick() else 20_000_000
PIECE = 1_000_000
ASKED = {"by": ["unit", "procedure"], "period": "2026", "every": "month"}


def main():
    with tempfile.TemporaryDirectory() as folder:
        alone(written, folder)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        print(f"{ROWS:,} rows, {size / 1e6:,.0f} MB")
        digests = set()
        engines = {
            named("parindex"): ("parindex", on_two_threads),
            "one thread": ("parindex", on_one_thread),
            "files merged backwards": ("parindex", merged_backwards),
            "Dask": ("dask", on_dask),
            "Spark": ("spark", on_spark),
        }
        packages = {"dask": "dask", "spark": "pyspark"}
        for name, (peer, engine) in engines.items():
            if is_asked(peer):
                run = alone(engine, folder)
                digests.add(run.answer)
                if peer == "spark":
                    # Spark does the work in a process of Java, whose memory is not that of ours.
                    run = replace(run, megabytes="")
                who = named(packages[peer], name) if peer in packages else name
                say("engines", who, run, "the same bytes" if len(digests) == 1 else "OTHER BYTES")
        if len(digests) != 1:
            sys.exit("the engines differ")


def written(folder):
    import parindex as pi
    import pyarrow
    import pyarrow.parquet

    for first in range(0, ROWS, PIECE):
        rows = pi.dossiers.generate(min(PIECE, ROWS - first), units=705, seed=1, first=first)
        path = Path(folder) / f"part-{first // PIECE:03}.parquet"
        pyarrow.parquet.write_table(pyarrow.table(rows), path)


def paths(folder):
    return sorted(Path(folder).glob("*.parquet"))


def measured(tally):
    return best(lambda: hashlib.sha256(tally().to_bytes()).hexdigest(), 1)


def on_two_threads(folder):
    import parindex as pi

    return measured(lambda: pi.dossiers.tally(paths(folder), threads=2, **ASKED))


def on_one_thread(folder):
    import parindex as pi

    return measured(lambda: pi.dossiers.tally(paths(folder), threads=1, **ASKED))


def merged_backwards(folder):
    import parindex as pi

    def merged():
        whole, *others = (pi.dossiers.tally([path], **ASKED) for path in reversed(paths(folder)))
        for tally in others:
            whole = whole + tally
        return whole

    return measured(merged)


def on_dask(folder):
    import parindex as pi

    return measured(lambda: pi.dask.tally(paths(folder), **ASKED))


def on_spark(folder):
    import parindex as pi
    from pyspark.sql import SparkSession

    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")

    def tally():
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

    return measured(tally)


if __name__ == "__main__":
    main()
