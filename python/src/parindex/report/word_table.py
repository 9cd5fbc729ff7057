"""Tables and lines of a Word document, in its own XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from parindex.layout import Language, shown
from parindex.report.content import Column, Row, Section

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TWIPS = 1440 / 25.4
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def clean(text: str) -> str:
    """The text as it may be shown; XML cannot hold all characters."""
    return shown(text.replace("\r\n", "\n").replace("\r", "\n"))


def xml(text: str) -> Any:
    """One element from its text, ready for python-docx."""
    from docx.oxml import parse_xml

    end = re.search(r"[\s/>]", text[1:])
    at = end.start() + 1 if end else 1
    return parse_xml(f'{text[:at]} xmlns:w="{_NAMESPACE}"{text[at:]}')


def table(section: Section, lang: Language, room: int) -> str:
    """A table `room` millimetres wide; its header comes again on every page."""
    widths = [round(width * _TWIPS) for width in section.widths(room, character=2.35, padding=4)]
    texts = [section.texts(column, lang) for column in section.columns]
    head = "".join(
        _cell(_paragraph(column.title, 22, bold=True, align="center"), width, is_shaded=True, is_middle=True)
        for column, width in zip(section.columns, widths, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for at, row in enumerate(section.rows):
        cells = "".join(
            _cell(_text(row, column, text[at]), width, is_shaded=row.is_strong)
            for column, width, text in zip(section.columns, widths, texts, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in _EDGES)
    return _table(widths, rows, f"<w:tblBorders>{edges}</w:tblBorders>", section.title)


def beside(blocks: Sequence[tuple[int, Sequence[str]]]) -> str:
    """Blocks of lines beside one another, each with its width in millimetres, without borders."""
    widths = [round(width * _TWIPS) for width, _ in blocks]
    cells = "".join(_cell("".join(lines), width) for width, (_, lines) in zip(widths, blocks, strict=True))
    return _table(widths, [f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"], "", "")


def line(text: str, size: int, *, bold: bool = False, italic: bool = False, centred: bool = True) -> str:
    """A line of text, its size in points."""
    return _paragraph(text, 2 * size, bold=bold, italic=italic, align="center" if centred else "left", after=0)


def rule(side: int) -> str:
    """A thin line, `side` millimetres from either edge."""
    indent = round(side * _TWIPS)
    return (
        '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="0" w:after="80" w:line="40" w:lineRule="exact"/><w:ind w:left="{indent}" w:right="{indent}"/></w:pPr>'
        '<w:r><w:rPr><w:sz w:val="4"/></w:rPr></w:r></w:p>'
    )


def _table(widths: Sequence[int], rows: Sequence[str], borders: str, title: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    caption = f'<w:tblCaption w:val="{_attribute(title)}"/>' if title else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        f"{caption}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(content: str, width: int, *, is_shaded: bool = False, is_middle: bool = False) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if is_shaded else ""
    middle = '<w:vAlign w:val="center"/>' if is_middle else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}{middle}</w:tcPr>{content}</w:tc>'


def _text(row: Row, column: Column, text: str) -> str:
    is_gap = column.kind == "number" and isinstance(row.cells.get(column.key), str)
    align = "right" if column.kind == "number" else "left"
    indent = 180 * min(row.depth, 4) if column.key == "name" else 0
    return _paragraph(text, 22, bold=row.is_strong, italic=is_gap, align=align, indent=indent)


def _paragraph(
    text: str,
    half_points: int,
    *,
    bold: bool = False,
    italic: bool = False,
    align: str = "left",
    indent: int = 0,
    after: int = 30,
) -> str:
    marks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    runs = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(part) for part in clean(text).split("\n"))
    side = f'<w:ind w:left="{indent}"/>' if indent else ""
    return (
        f'<w:p><w:pPr><w:spacing w:before="{after}" w:after="{after}"/>{side}<w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{marks}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
        f'<w:t xml:space="preserve">{runs}</w:t></w:r></w:p>'
    )


def _attribute(text: str) -> str:
    return escape(clean(text), {'"': "&quot;"})
