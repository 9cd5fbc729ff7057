"""Registers that several engines count: a few rows classed by hand, and a million invented ones."""

from pathlib import Path
from typing import Any

import numpy
import pyarrow
import pyarrow.parquet

MOMENTS = ("received", "due", "finished")

HALF: dict[str, Any] = {"by": ["unit"], "period": "2026-H1"}
"""What is asked of the few rows: 15 December 2025 to 14 June 2026."""


def cases() -> list[dict[str, Any]]:
    """Dossiers in Vietnam's local time, some of them near a midnight that is another day in UTC."""
    rows = [
        ("equal", "2026-03-02 08:00:00", "2026-03-04 17:00:00", "2026-03-04 17:00:00", "on_time"),
        ("a second late", "2026-03-02 08:00:00", "2026-03-04 17:00:00", "2026-03-04 17:00:01", "late"),
        ("first half hour", "2025-12-15 00:30:00", "2025-12-18 17:00:00", "2025-12-16 09:00:00", "on_time"),
        ("last half hour", "2026-06-14 23:30:00", "2026-06-18 17:00:00", "2026-06-14 23:45:00", "on_time"),
        ("half an hour after", "2026-06-15 00:30:00", "2026-06-18 17:00:00", None, None),
        ("half an hour before", "2025-12-14 23:30:00", "2025-12-18 17:00:00", "2025-12-16 09:00:00", None),
        ("due on the last day", "2026-06-01 08:00:00", "2026-06-14 00:30:00", None, "pending_in_time"),
        ("due the day before", "2026-06-01 08:00:00", "2026-06-13 23:30:00", None, "pending_late"),
    ]
    return [dict(zip(("unit", *MOMENTS, "expected"), row, strict=True)) for row in rows]


def outcomes(table: Any) -> dict[str, str]:
    """The class of each unit that has a dossier."""
    names = ("on_time", "late", "pending_in_time", "pending_late")
    return {row["unit"]: next(name for name in names if row[name]) for row in table}


def by_hand() -> dict[str, str]:
    """The classes that the few rows have."""
    return {case["unit"]: case["expected"] for case in cases() if case["expected"]}


def a_million(folder: Path) -> Path:
    """Writes a million sound dossiers of 2026 as five Parquet files; the same each time."""
    rows, files = 1_000_000, 5
    chance = numpy.random.default_rng(20260614)
    minutes = chance.integers(0, 400 * 1440, rows)
    received = numpy.datetime64("2025-12-15T00:00", "us") + minutes.astype("timedelta64[m]")
    due = received + chance.integers(60, 30 * 1440, rows).astype("timedelta64[m]")
    finished = received + chance.integers(60, 33 * 1440, rows).astype("timedelta64[m]")
    is_pending = chance.random(rows) < 0.05
    texts = [f"{number:03}" for number in range(300)]
    table = pyarrow.table(
        {
            "id": [str(number) for number in range(rows)],
            "unit": pyarrow.array([f"H44.{text}" for text in texts]).take(chance.integers(0, 100, rows)),
            "procedure": pyarrow.array([f"1.{text}" for text in texts]).take(chance.integers(0, 300, rows)),
            "received": received,
            "due": due,
            "finished": pyarrow.array(finished, mask=is_pending),
        }
    )
    for file in range(files):
        part = table.slice(file * rows // files, rows // files)
        pyarrow.parquet.write_table(part, folder / f"part-{file}.parquet", row_group_size=50_000)
    return folder
