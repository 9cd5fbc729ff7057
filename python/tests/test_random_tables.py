"""Random tables at every door for tables: a result or faults, and the same ones whatever carries the table."""

import csv
import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import parindex as pi
import polars
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from surface import Everything

FEW = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

WORDS = st.sampled_from(
    ["A", "B", "Đơn vị", "1", "2", "1.1", "0", "90", "88,4", "88.4 %", "1e3", "-1", "", " ", "có", "self", "final",
     "2026-12-20", "20/12/2026", "2025", "n/a", "nan", "inf", "null", "=1+1", "\u202e", "e\u0301", "x" * 300,
     "fixed", "triangular", "normal", "bernoulli", "xong", "equal", "H44", "9" * 40, "0.1000000000000000000001"]
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.integers(-3, 120),
    st.floats(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.1, 0.5, 1e300, 5e-324, -0.0, Decimal("88.40"), Decimal("1e30")]),
)
CELLS = st.one_of(
    st.none(), WORDS, st.text(max_size=8), NUMBERS, st.booleans(), st.dates(), st.datetimes(), st.binary(max_size=4)
)
"""What a dict may hold."""

COLUMNS = {
    "evidence": ("unit", "code", "value", "numerator", "denominator", "points", "stage", "note"),
    "units": ("unit", "name", "level", "parent", "valid_from", "valid_to"),
    "crosswalk": ("old_code", "new_code"),
    "beliefs": ("unit", "code", "belief", "low", "mode", "high", "mean", "se", "chance", "value"),
    "history": ("unit", "year", "score", "rank", "se"),
    "actions": ("action", "code", "value", "points", "cost", "chance", "needs"),
    "register": ("id", "unit", "received", "due", "finished", "status"),
    "survey": ("y", "w", "province", "district"),
    "tasks": ("task", "lead", "due", "status", "codes", "area"),
    "agencies": ("code", "agency"),
    "months": ("unit", "month", "received", "on_time", "late", "pending_in_time", "pending_late"),
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return Everything(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def doors(everything: Everything) -> dict[str, Callable[[Any], Any]]:
    """Who reads such a table; what comes of it is gone through."""
    sound = everything.sound
    framework, assessment, card = sound["framework"], sound["assessment"], sound["card"]
    return {
        "evidence": lambda table: pi.score(framework, table).lines().to_dicts(),
        "units": lambda table: pi.score(framework, sound["evidence"], table).ranking().to_dicts(),
        "crosswalk": lambda table: pi.compare(assessment, assessment, table).to_dicts(),
        "beliefs": lambda table: pi.simulate(framework, table, draws=50).table(top=1, progress=False).to_dicts(),
        "history": lambda table: pi.History(table).table().to_dicts(),
        "actions": lambda table: pi.plan(card, table, budget=5, seconds=1, progress=False).actions().to_dicts(),
        "register": lambda table: pi.dossiers.tally(table, period="2026-H1").table().to_dicts(),
        "survey": lambda table: pi.Survey(table, weights="w", strata="province").mean("y").to_dicts(),
        "tasks": lambda table: pi.tasks(assessment, table, "2026-06-20").table().to_dicts(),
        "agencies": lambda table: assessment.lost_by(table).to_dicts(),
        "months": lambda table: pi.project(table, "0.90", "2026-12-31", draws=100).to_dicts(),
    }


def rows(kind: str, cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A few rows, some cells of which are missing."""
    return st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS[kind], cells)), max_size=6)


def answer(door: Callable[[Any], Any], table: Any) -> Any:
    """What a door says of a table: its rows, or the slugs of the faults."""
    try:
        return door(table)
    except pi.ParIndexError as error:
        return [fault["code"] for fault in error.faults]


@pytest.mark.parametrize("kind", COLUMNS)
@FEW
@given(data=st.data())
def test_any_cells_give_rows_or_faults(kind: str, data: st.DataObject, doors: dict[str, Callable[[Any], Any]]) -> None:
    answer(doors[kind], data.draw(rows(kind, CELLS)))


@pytest.mark.parametrize("kind", COLUMNS)
@FEW
@given(data=st.data())
def test_any_frame_gives_rows_or_faults(kind: str, data: st.DataObject, doors: dict[str, Callable[[Any], Any]]) -> None:
    """Columns of one kind each, as engines and files have them."""
    size = data.draw(st.integers(0, 5))
    columns: dict[str, list[Any]] = {}
    for name in COLUMNS[kind]:
        kinds = [
            WORDS, st.integers(-(2**63), 2**63 - 1), st.floats(), st.booleans(), st.dates(),
            st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1)), st.binary(max_size=4),
            st.lists(st.integers(0, 9), max_size=2), st.decimals(-(10**6), 10**6, places=3),
        ]  # fmt: skip
        cells = st.one_of(st.none(), data.draw(st.sampled_from(kinds)))
        columns[name] = data.draw(st.lists(cells, min_size=size, max_size=size))
    arrow = pyarrow.table(columns)
    made = data.draw(
        st.sampled_from(
            [lambda: arrow, lambda: polars.DataFrame(columns, strict=False), lambda: pandas.DataFrame(columns)]
        )
    )
    answer(doors[kind], made())


TEXTS = st.one_of(
    WORDS, st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), max_size=6)
)


def written(folder: Path, table: list[dict[str, str | None]], names: tuple[str, ...]) -> dict[str, Any]:
    """The same texts in everything that carries a table."""
    columns = {name: [row.get(name) for row in table] for name in names}
    arrow = pyarrow.table({name: pyarrow.array(cells, pyarrow.string()) for name, cells in columns.items()})
    paths = {ending: folder / f"table.{ending}" for ending in ("csv", "parquet", "xlsx")}
    with paths["csv"].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        writer.writerows(["" if cell is None else cell for cell in row] for row in zip(*columns.values(), strict=True))
    pyarrow.parquet.write_table(arrow, paths["parquet"])
    book = openpyxl.Workbook()
    assert book.active is not None
    for line, row in enumerate([names, *zip(*columns.values(), strict=True)], 1):
        for place, text in enumerate(row, 1):
            cell = book.active.cell(line, place, text)
            cell.data_type = "s" if text is not None else "n"
    book.save(paths["xlsx"])
    return {"dicts": table, "arrow": arrow, "polars": polars.DataFrame(arrow), "pandas": arrow.to_pandas(), **paths}


@pytest.mark.parametrize("kind", ["evidence", "units", "crosswalk", "agencies", "beliefs", "actions"])
@settings(FEW, max_examples=15)
@given(data=st.data())
def test_whatever_carries_a_table_the_answer_is_the_same(
    kind: str, data: st.DataObject, doors: dict[str, Callable[[Any], Any]], tmp_path: Path
) -> None:
    names = COLUMNS[kind]
    filled = st.fixed_dictionaries(
        dict.fromkeys(names, st.one_of(st.none(), TEXTS.filter(lambda text: text.strip() != "")))
    )
    # A line of a file on which nothing stands is no row.
    table = data.draw(st.lists(filled.filter(lambda row: any(row.values())), min_size=1, max_size=4))
    answers = {name: answer(doors[kind], carried) for name, carried in written(tmp_path, table, names).items()}
    assert all(found == answers["dicts"] for found in answers.values()), answers
