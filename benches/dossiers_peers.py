"""Counts `finished <= due` in a Parquet file of dossiers with DuckDB and Polars.

Prints question, peer and the best milliseconds of several runs, parted by tabs.
Run by `dossiers.rs`; both peers use POLARS_MAX_THREADS threads.
"""

import os
import sys
import time

import duckdb
import polars as pl

ROUNDS = 2
path = sys.argv[1]
threads = int(os.environ.get("POLARS_MAX_THREADS", "2"))
con = duckdb.connect(config={"threads": threads})


def by_duckdb(keys: list[str]) -> int:
    columns = ", ".join(keys)
    return con.sql(
        f"select {columns}, date_trunc('month', received) as month, count(*) as received,"
        f" count(*) filter (finished <= due) as on_time from read_parquet('{path}') group by {columns}, month"
    ).to_arrow_table().num_rows


def by_polars(keys: list[str]) -> int:
    return (
        pl.scan_parquet(path)
        .group_by(*keys, pl.col("received").dt.truncate("1mo").alias("month"))
        .agg(pl.len(), (pl.col("finished") <= pl.col("due")).sum().alias("on_time"))
        .collect(engine="streaming")
        .height
    )


for keys in (["unit"], ["unit", "procedure"]):
    for name, count in (("DuckDB", by_duckdb), ("Polars", by_polars)):
        best = float("inf")
        for _ in range(ROUNDS):
            start = time.perf_counter()
            groups = count(keys)
            best = min(best, time.perf_counter() - start)
        print(f"by {keys} and month, {groups} groups", name, best * 1000, sep="\t")
