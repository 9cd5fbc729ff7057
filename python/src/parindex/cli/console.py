"""What commands print: tables, JSON and faults."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol

from parindex import labels, layout
from parindex.error import Fault, ParIndexError
from parindex.table import Table


class Add(Protocol):
    """Adds a command: its name, what runs it, its help in both languages."""

    def __call__(
        self, name: str, run: Callable[[argparse.Namespace], int], text: str, *, with_json: bool = True
    ) -> argparse.ArgumentParser: ...


class FaultsIn(Exception):
    """The faults of one of the inputs."""

    def __init__(self, name: str | None, error: ParIndexError) -> None:
        super().__init__(name, error)
        self.name = name
        self.error = error


def whole(text: str) -> int:
    """A number of things, at least one, as an option states it."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r}: 1, 2, 3, …")
    return int(text)


def print_table(table: Table, names: Sequence[str], lang: layout.Language) -> None:
    """Prints columns under what people call them."""
    filled = [name for name in names if any(value is not None for value in table[name])]
    meant = [labels.meaning(name, table.columns) for name in filled]
    headers = [labels.column(meaning, lang) for meaning in meant]
    columns = (
        [labels.word(meaning, value, lang) for value in table[name]]
        for name, meaning in zip(filled, meant, strict=True)
    )
    put("\n".join(layout.aligned(headers, list(zip(*columns, strict=True)), lang)))


def put(text: str, *, to_errors: bool = False) -> None:
    """Prints a text: what it holds may come from strangers, and may not move a terminal's cursor."""
    print(layout.shown(text), file=sys.stderr if to_errors else sys.stdout)


def print_json(document: object) -> None:
    """Exact numbers are written as text, so that no reader rounds them."""

    def plain(value: object) -> str:
        if isinstance(value, Decimal):
            return f"{value:f}"
        raise TypeError(f"no JSON for {type(value)}")

    print(layout.escaped(json.dumps(document, ensure_ascii=False, indent=1, default=plain)))


def tell(faults: Sequence[Fault], name: str | None) -> None:
    for fault in faults:
        places = [name] if name else []
        places += [str(fault[what]) for what in ("line", "column") if fault[what] is not None]
        spoken = [str(fault[what]) for what in ("unit", "criterion") if fault[what]]
        message = " ".join(fault["message"].split())
        where = ":".join(str(place) for place in places)
        parts = [part for part in (where, " ".join(spoken), f"{message} [{fault['code']}]") if part]
        put(": ".join(parts), to_errors=True)
