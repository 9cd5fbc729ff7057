"""Arguments that nobody means well with: each made anew for every call."""

import datetime
import io
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pyarrow


class Boom(Exception):
    """What hostile objects raise."""


def _boom(*_: object, **__: object) -> Any:
    raise Boom("boom")


class Raises:
    """Raises whatever is asked of it."""

    __str__ = __repr__ = __len__ = __iter__ = __index__ = __int__ = __float__ = __bool__ = __eq__ = __hash__ = _boom
    __fspath__ = __arrow_c_stream__ = __getitem__ = __contains__ = __call__ = __next__ = __format__ = __lt__ = _boom


class Silent:
    """Has no attribute that can be read."""

    def __getattribute__(self, name: str) -> Any:
        raise Boom(name)


class Lies:
    """Answers with what nobody may answer with."""

    def __len__(self) -> Any:
        return -5

    def __str__(self) -> Any:
        return 5

    def __repr__(self) -> Any:
        return None

    def __index__(self) -> Any:
        return "x"

    def __float__(self) -> Any:
        return "x"

    def __bool__(self) -> Any:
        return 2

    def __hash__(self) -> Any:
        return "x"

    def __eq__(self, other: object) -> Any:
        return NotImplemented

    def __fspath__(self) -> Any:
        return 7

    def __iter__(self) -> Any:
        return 5

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return 5

    def __getitem__(self, key: object) -> Any:
        return self


class WrongCapsule:
    """Gives a capsule of something else."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return datetime.datetime_CAPI  # type: ignore[attr-defined]


class UsedCapsule:
    """Gives a capsule that was emptied before."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        capsule = pyarrow.table({"unit": ["A"]}).__arrow_c_stream__()

        class Once:
            def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
                return capsule

        pyarrow.table(Once())
        return capsule


class Clearing(list[Any]):
    """A list that empties itself while it is read."""

    def __iter__(self) -> Iterator[Any]:
        while self:
            yield self.pop()

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        self.clear()
        return found


class Grows:
    """A cell that changes the row it stands in as soon as it is read."""

    def __init__(self, row: dict[Any, Any]) -> None:
        self.row = row

    def __str__(self) -> str:
        self.row[str(len(self.row))] = 1
        return "7"

    __repr__ = __str__

    def __index__(self) -> int:
        return int(str(self))

    def __float__(self) -> float:
        return float(str(self))


class Number(Decimal):
    """A number that is no number once it is asked."""

    __str__ = __format__ = is_finite = adjusted = _boom  # type: ignore[assignment]


class Text(str):
    """A text that raises."""

    __str__ = __len__ = __iter__ = __hash__ = __eq__ = _boom  # type: ignore[assignment]


def _self_within() -> dict[str, Any]:
    own: dict[str, Any] = {}
    own["unit"] = own
    return own


def _growing() -> dict[str, Any]:
    row: dict[str, Any] = {}
    row.update(unit=Grows(row), code=Grows(row), A=Grows(row))
    return row


def _deep() -> list[Any]:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    return deep


def _many() -> Iterator[int]:
    yield from range(100_000)
    raise Boom("enough")


def _cells(value: Any) -> list[dict[str, Any]]:
    names = ("unit", "code", "value", "year", "score", "task", "lead", "due", "status", "agency", "action", "cost")
    return [dict.fromkeys(names, value)]


def arguments(folder: Path) -> dict[str, Callable[[], Any]]:
    """What hostile callers pass, by a word for it; files are made in the folder."""
    fifo, locked, gone = folder / "fifo", folder / "locked.csv", folder / "gone.xlsx"
    os.mkfifo(fifo)
    locked.write_text("unit\n")
    locked.chmod(0)
    (folder / "folder.xlsx").mkdir()
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "empty.csv").write_bytes(b"")
    for ending in ("csv", "xlsx", "parquet", "toml"):
        (folder / f"pipe.{ending}").symlink_to(fifo)
        (folder / f"zero.{ending}").symlink_to("/dev/zero")
    return {
        "nothing": lambda: None,
        "true": lambda: True,
        "minus one": lambda: -1,
        "zero": lambda: 0,
        "2^31": lambda: 2**31,
        "2^63": lambda: 2**63,
        "2^64": lambda: 2**64,
        "huge": lambda: 10**40,
        "minus huge": lambda: -(10**5000),
        "nan": lambda: float("nan"),
        "inf": lambda: float("inf"),
        "minus inf": lambda: float("-inf"),
        "minus nothing": lambda: -0.0,
        "tiny": lambda: 5e-324,
        "exact nan": lambda: Decimal("sNaN"),
        "exact huge": lambda: Decimal("1e999999"),
        "exact tiny": lambda: Decimal("1e-999999"),
        "complex": lambda: 1j,
        "no text": lambda: "",
        "zero byte": lambda: "\0",
        "surrogate": lambda: "\ud800",
        "long text": lambda: "x" * (1 << 20),
        "long digits": lambda: "9" * (1 << 20),
        "right to left": lambda: "\u202eabc\u2066",
        "combining": lambda: "e" + "\u0301" * 5_000,
        "script": lambda: "<script>alert(1)</script>",
        "bytes": lambda: b"\xff\xfe",
        "no bytes": lambda: b"",
        "memory": lambda: memoryview(b"x"),
        "folder": lambda: folder,
        "pipe": lambda: fifo,
        "pipe.csv": lambda: folder / "pipe.csv",
        "pipe.xlsx": lambda: str(folder / "pipe.xlsx"),
        "pipe.parquet": lambda: str(folder / "pipe.parquet"),
        "pipe.toml": lambda: folder / "pipe.toml",
        "endless.csv": lambda: folder / "zero.csv",
        "endless.xlsx": lambda: folder / "zero.xlsx",
        "endless.parquet": lambda: str(folder / "zero.parquet"),
        "endless.toml": lambda: folder / "zero.toml",
        "folder.xlsx": lambda: folder / "folder.xlsx",
        "empty.xlsx": lambda: folder / "empty.xlsx",
        "empty.csv": lambda: str(folder / "empty.csv"),
        "gone": lambda: gone,
        "locked": lambda: locked,
        "long name": lambda: folder / ("x" * 5_000 + ".csv"),
        "surrogate.csv": lambda: str(folder / "\ud800.csv"),
        "byte path": lambda: os.fsencode(folder / "empty.csv"),
        "no list": lambda: [],
        "no dict": lambda: {},
        "nested": lambda: [[[]]],
        "deep": _deep,
        "list of nothing": lambda: [None],
        "list of numbers": lambda: [1, -1, 10**40],
        "list of text": lambda: ["A", "A", "\ud800", ""],
        "list of hostile": lambda: [Raises(), Lies()],
        "pair": lambda: ("\0", "\ud800"),
        "set": lambda: {1, "A"},
        "range": lambda: range(10**12),
        "in itself": lambda: [_self_within()],
        "dict in itself": _self_within,
        "dict of nothing": lambda: {None: None},
        "dict of numbers": lambda: {1: 10**40, "A": float("nan")},
        "dict of hostile": lambda: {"A": Raises(), "unit": Lies(), "1": Silent()},
        "rows of nothing": lambda: _cells(None),
        "rows of hostile": lambda: _cells(Raises()),
        "rows of lies": lambda: _cells(Lies()),
        "rows of silence": lambda: _cells(Silent()),
        "rows of nan": lambda: _cells(float("nan")),
        "rows of surrogates": lambda: _cells("\ud800"),
        "rows of lists": lambda: _cells([1]),
        "rows of bytes": lambda: _cells(b"x"),
        "rows of huge": lambda: _cells(10**40),
        "rows of odd numbers": lambda: _cells(Number(1)),
        "growing rows": lambda: [_growing()],
        "growing dict": _growing,
        "clearing": lambda: Clearing([{"unit": "A"}, {"unit": "B"}]),
        "generator": lambda: ({"unit": unit} for unit in "AB"),
        "long generator": _many,
        "raises": Raises,
        "silent": Silent,
        "lies": Lies,
        "odd number": lambda: Number(1),
        "odd text": lambda: Text("A"),
        "wrong capsule": WrongCapsule,
        "used capsule": UsedCapsule,
        "capsule": lambda: datetime.datetime_CAPI,  # type: ignore[attr-defined]
        "class": lambda: Boom,
        "function": lambda: _boom,
        "module": lambda: os,
        "open file": lambda: io.BytesIO(b"x"),
        "numpy nan": lambda: numpy.float64("nan"),
        "numpy whole": lambda: numpy.int64(-1),
        "numpy array": lambda: numpy.zeros((2, 2)),
        "numpy empty": lambda: numpy.zeros((0, 3)),
        "numpy objects": lambda: numpy.array([None, Lies()], dtype=object),
        "pandas empty": lambda: pandas.DataFrame(),
        "pandas hostile": lambda: pandas.DataFrame({"unit": [Boom, 1, "x"], 5: [None, 1.5, b"x"]}),
        "pandas twice": lambda: pandas.DataFrame([[1, 2]], columns=["unit", "unit"]),
        "pandas series": lambda: pandas.Series([1.0, None]),
        "polars empty": lambda: polars.DataFrame(),
        "polars odd": lambda: polars.DataFrame({"unit": [[1], [2]], "code": [{"a": 1}, None]}),
        "polars series": lambda: polars.Series([1]),
        "arrow array": lambda: pyarrow.array([1, 2]),
        "arrow twice": lambda: pyarrow.table([[1], [2]], names=["unit", "unit"]),
        "arrow odd": lambda: pyarrow.table({"unit": pyarrow.array([{"a": 1}]), "code": pyarrow.array([b"\xff"])}),
        "arrow unit": lambda: pyarrow.table({"unit": ["A"]}),
        "broken stream": lambda: pyarrow.RecordBatchReader.from_batches(
            pyarrow.schema([("unit", pyarrow.string())]), (_boom() for _ in range(1))
        ),
        "day": lambda: datetime.date.min,
        "last day": lambda: datetime.date.max,
        "moment": lambda: datetime.datetime.max,
    }
