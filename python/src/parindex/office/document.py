"""Tables of a Word document, and what stands above them."""

from os import PathLike
from pathlib import Path
from typing import Any

from parindex.office import archive, figures, numbering
from parindex.office.grid import Cell, Grid
from parindex.optional import needed

_TEXTS_ABOVE = 40


def tables(path: str | PathLike[str]) -> list[Grid]:
    """The tables of a document, in their order; a place is ``table 1, row 3, column 2``.

    A table that goes on in the next one, under the same header or with the next
    number, is one table.

    Raises
    ------
    ParIndexError
        ``unreadable-file`` or ``too-large``.
    ImportError
        If python-docx is not installed.
    """
    docx = needed("docx", "reading .docx", "'parindex[report]'")
    content = archive.opened(path, "docx").content
    try:
        document = docx.Document(content)
        grids: list[Grid] = []
        above: list[str] = []
        count = 0
        for block in document.iter_inner_content():
            if hasattr(block, "rows"):
                count += 1
                grid = _grid(block, f"table {count}", above)
                if grids and _goes_on(grids[-1], grid):
                    _join(grids[-1], grid)
                else:
                    grids.append(grid)
                above = []
            elif text := figures.clean(block.text):
                above.append(text)
    except Exception as error:  # a library that reads hostile bytes may raise anything
        raise archive.unreadable(str(Path(path)), f"it is broken ({type(error).__name__}: {error})") from error
    return grids


def _grid(table: Any, name: str, above: list[str]) -> Grid:
    grid = Grid(name, above=above[-_TEXTS_ABOVE:])
    seen: dict[Any, tuple[int, int]] = {}
    for row_number, row in enumerate(table.rows, 1):
        column = 1 + row.grid_cols_before
        cells: dict[Any, tuple[int, int]] = {}
        for cell in row.cells:
            # One object stands in every place of a merged range.
            origin = cells.get(cell._tc) or seen.get(cell._tc) or (row_number, column)
            cells[cell._tc] = origin
            if origin == (row_number, column):
                if made := _cell(cell, name, row_number, column):
                    grid.put(row_number, column, made)
            else:
                grid.merged[row_number, column] = origin
                grid.merged[origin] = origin
            column += 1
        seen = cells
    return grid


def _goes_on(before: Grid, grid: Grid) -> bool:
    """Whether a table goes on with the one before: as wide, and under the same header or numbered on."""
    if not before.rows or not grid.rows or before.width != grid.width:
        return False
    first, other = ([cell.text for _, cell in one.line(one.numbers()[0])] for one in (grid, before))
    return first == other or numbering.marker(first[0]) is not None


def _join(before: Grid, grid: Grid) -> None:
    shift = max(before.numbers())
    for row, cells in grid.rows.items():
        before.rows[shift + row] = cells
    for (row, column), origin in grid.merged.items():
        before.merged[shift + row, column] = (shift + origin[0], origin[1])


def _cell(cell: Any, name: str, row: int, column: int) -> Cell | None:
    text = figures.clean("\n".join(_text(paragraph) for paragraph in cell.paragraphs))
    if not text:
        return None
    runs = [run for paragraph in cell.paragraphs for run in paragraph.runs if run.text.strip()]
    is_bold = bool(runs) and all(run.bold for run in runs)
    return Cell(text, f"{name}, row {row}, column {column}", text, is_bold=is_bold)


def _text(paragraph: Any) -> str:
    """The text of a paragraph, what is set as superscript kept so."""
    parts = paragraph.iter_inner_content()
    return "".join(figures.raised(part.text) if _is_raised(part) else part.text for part in parts)


def _is_raised(part: Any) -> bool:
    """Whether a run is superscript; a link is none."""
    return hasattr(part, "font") and bool(part.font.superscript)
