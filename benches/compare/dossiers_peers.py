"""The peers of dossiers.rs: DuckDB and Polars count `finished <= due` in a Parquet file.

Given the peer, the file, the columns to group by, parted by commas, and the number of
threads. Its answer is how many groups and dossiers it saw.
"""

import os
import sys

from alone import best, introduce

peer, path, keys, threads = sys.argv[1], sys.argv[2], sys.argv[3].split(","), sys.argv[4]
os.environ["POLARS_MAX_THREADS"] = threads


def with_duckdb():
    import duckdb

    con = duckdb.connect(config={"threads": int(threads)})
    columns = ", ".join(keys)
    question = (
        f"select {columns}, date_trunc('month', received) as month, count(*) as received,"
        f" count(*) filter (finished <= due) as on_time from read_parquet('{path}') group by {columns}, month"
    )
    return f"DuckDB {duckdb.__version__}", lambda: con.sql(question).to_arrow_table()


def with_polars():
    import polars as pl

    question = (
        pl.scan_parquet(path)
        .group_by(*keys, pl.col("received").dt.truncate("1mo").alias("month"))
        .agg(pl.len().alias("received"), (pl.col("finished") <= pl.col("due")).sum().alias("on_time"))
    )
    return f"Polars {pl.__version__}", lambda: question.collect(engine="streaming")


who, count = {"duckdb": with_duckdb, "polars": with_polars}[peer]()
run = best(count, 2)
received = run.answer["received"].to_numpy().sum()
introduce(who, run, f"{len(run.answer)} groups, {received} dossiers")
