"""Tables on their way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from parindex import _native, layout, markup
from parindex.arguments import count, takes, text
from parindex.layout import Language
from parindex.optional import needed

if TYPE_CHECKING:
    import great_tables
    import pandas
    import polars
    import pyarrow


class Table:
    """A table of results: named columns of one length.

    Points and indices are exact, ``decimal.Decimal`` here and decimal128(38, 10)
    in Arrow; counts are decimal128(38, 15); estimates and probabilities are floats. ``table["column"]`` is a list,
    ``len(table)`` counts rows, iterating gives a dict for each row. Anything
    that understands Arrow's ``__arrow_c_stream__`` takes it without a copy.

    Examples
    --------
    >>> import parindex as pi
    >>> table = pi.frameworks()
    >>> table.columns[:3]
    ['id', 'title', 'decision']
    >>> table.to_dicts()[0]["max_points"]
    Decimal('100')
    """

    __slots__ = ("_native", "_notes")
    __module__ = "parindex"

    _SHOWN = 60

    def __init__(self, native: _native.Table, notes: Sequence[tuple[str, str]] = ()) -> None:
        if not isinstance(native, _native.Table):
            raise TypeError(f"`native` must be a table made by the library, not {type(native).__name__}")
        if not isinstance(notes, (tuple, list)):
            raise TypeError(f"`notes` must be pairs of texts, not {type(notes).__name__}")
        self._native = native
        self._notes = tuple(notes)

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._native.names

    @takes(lang=text)
    def notes(self, lang: Language = "vi") -> list[str]:
        """What has to be known beside the figures, such as that units are lacking; most tables have no notes.

        Parameters
        ----------
        lang : {"vi", "en"}
        """
        say = layout.speaker(lang)
        return [say(vi, en) for vi, en in self._notes]

    def __len__(self) -> int:
        return len(self._native)

    def __getitem__(self, column: str) -> list[Any]:
        return self._native.column(column)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Rows as dicts."""
        names = self.columns
        values = zip(*(self[name] for name in names), strict=True)
        return [dict(zip(names, row, strict=True)) for row in values]

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas frame; numbers stay ``decimal.Decimal``.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        frames = needed("pandas", "to_pandas")
        frame: pandas.DataFrame = frames.DataFrame({name: _series(frames, self[name]) for name in self.columns})
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The table as a polars frame; numbers stay decimals.

        Raises
        ------
        ImportError
            If polars is not installed.
        """
        frame: polars.DataFrame = needed("polars", "to_polars").DataFrame(self)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """The table as a pyarrow table.

        Raises
        ------
        ImportError
            If pyarrow is not installed.
        """
        table: pyarrow.Table = needed("pyarrow", "to_arrow").table(self)
        return table

    def __repr__(self) -> str:
        shown = self._rows(10)
        lines = layout.aligned(self.columns, shown, lang="en", most=32) if self.columns else []
        notes = [f"Note: {note}" for note in self.notes("en")]
        return "\n".join([f"Table: {len(self)} rows, {len(self.columns)} columns", *lines, *notes])

    def _repr_html_(self) -> str:
        return self.to_html(most=self._SHOWN)

    @takes(lang=text, most=count)
    def to_html(self, lang: Language = "vi", *, most: int | None = None) -> str:
        """The table as HTML, as notebooks show it: numbers and headers in the language.

        The technical name of a column is its tooltip; a change carries ▲ or ▼ and its
        sign; every text is escaped.

        Parameters
        ----------
        lang : {"vi", "en"}
        most : int, optional
            At most so many rows; the table says how many are left out.

        Examples
        --------
        >>> import parindex as pi
        >>> "Điểm tối đa" in pi.frameworks().to_html(), "Maximum" in pi.frameworks().to_html("en")
        (True, True)
        """
        columns = {name: self[name] for name in self.columns}
        return markup.html_table(columns, len(self), lang, most, self.notes(lang))

    @takes(lang=text, title=text, subtitle=text)
    def to_great_tables(
        self, lang: Language = "vi", *, title: str | None = None, subtitle: str | None = None
    ) -> great_tables.GT:
        """The table for print and pages, as a Great Tables object to style further.

        Numbers are written exactly, as the language writes them; ranks stand out, a
        change carries ▲ or ▼ and its sign.

        Parameters
        ----------
        lang : {"vi", "en"}
        title, subtitle : str, optional
            What stands above the table.

        Raises
        ------
        ImportError
            If Great Tables or pandas is not installed.

        Examples
        --------
        >>> import parindex as pi
        >>> page = pi.frameworks().to_great_tables(title="Bộ chỉ số").as_raw_html()
        >>> "Điểm tối đa" in page
        True
        """
        return markup.great_table(self, lang, title, subtitle)

    def _rows(self, most: int) -> list[list[Any]]:
        columns = [self[name][:most] for name in self.columns]
        return [list(row) for row in zip(*columns, strict=True)]


def table_of(
    rows: Iterable[Mapping[str, Any]], kinds: Mapping[str, Literal["text", "whole", "real", "exact", "flag"]]
) -> Table:
    """A table of the named columns, each of its kind; what a row lacks is a gap.

    Exact columns take ``Decimal``, int or str and come out as points do.

    >>> from parindex.table import table_of
    >>> table_of([{"code": "1.1", "points": "0.50"}, {"code": "1.2"}], {"code": "text", "points": "exact"})["points"]
    [Decimal('0.5'), None]
    """
    rows = list(rows)
    return _native.Table.of_columns([(name, kind, [row.get(name) for row in rows]) for name, kind in kinds.items()])


def _series(frames: Any, values: list[Any]) -> Any:
    """Whole numbers stay whole where some are missing."""
    numbers = [value for value in values if value is not None]
    is_whole = bool(numbers) and all(type(value) is int for value in numbers)
    return frames.array(values, dtype="Int64") if is_whole and len(numbers) < len(values) else values
