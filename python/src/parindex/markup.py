"""Tables as people read them: headers in their language, numbers as it writes them, ranks and changes marked."""

from __future__ import annotations

import html
import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from parindex import labels
from parindex.layout import Language, is_number, speaker, written, written_column
from parindex.optional import needed

if TYPE_CHECKING:
    import great_tables

    from parindex.table import Table

UP, DOWN = "#005A8D", "#A84A00"

_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_PADDED = "padding: 2px 8px"
_FONTS = "'Noto Sans', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


def cells(name: str, values: Sequence[object], lang: Language) -> list[str]:
    """A column's cells as plain text.

    >>> from decimal import Decimal
    >>> from parindex.markup import cells
    >>> cells("change", [Decimal("0.5"), Decimal("-0.25"), Decimal(0), None], "vi")
    ['▲ +0,50', '▼ −0,25', '= 0,00', '']
    """
    if name == "year":
        return ["" if value is None else str(value) for value in values]
    if name == "due" and lang == "vi":
        values = [_DAY.sub(r"\3/\2/\1", value) if isinstance(value, str) else value for value in values]
    texts = written_column([labels.word(name, value, lang) for value in values], lang)
    if name != "change":
        return texts
    return [_change(value, text) for value, text in zip(values, texts, strict=True)]


def _change(value: object, text: str) -> str:
    if not isinstance(value, (int, float, Decimal)):
        return text
    digits = text.lstrip("-")
    return f"▲ +{digits}" if value > 0 else f"▼ −{digits}" if value < 0 else f"= {digits}"


def _style(name: str, value: object) -> str:
    """What sets a cell apart, beside its text."""
    if name == "rank":
        return "font-weight: bold"
    if name == "change" and isinstance(value, (int, float, Decimal)) and value:
        return f"color: {UP if value > 0 else DOWN}"
    return ""


def html_table(
    columns: Mapping[str, Sequence[Any]],
    rows: int,
    lang: Language,
    most: int | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Columns as an HTML table with its notes below, every text escaped."""
    say = speaker(lang)
    shown = {name: values[:most] for name, values in columns.items()}
    meant = {name: labels.meaning(name, columns) for name in columns}
    texts = {name: cells(meant[name], values, lang) for name, values in shown.items()}
    right = {name: any(is_number(value) for value in values) for name, values in shown.items()}

    def edge(name: str) -> str:
        return "right" if right[name] else "left"

    def cell(name: str, at: int) -> str:
        styles = [_PADDED, f"text-align: {edge(name)}", _style(name, shown[name][at])]
        return f'<td style="{"; ".join(filter(None, styles))}">{html.escape(texts[name][at])}</td>'

    heads = (
        f'<th scope="col" title="{html.escape(name)}" style="{_PADDED}; text-align: {edge(name)}">'
        f"{html.escape(labels.column(meant[name], lang))}</th>"
        for name in columns
    )
    count = min(rows, rows if most is None else most)
    body = "".join(f"<tr>{''.join(cell(name, at) for name in columns)}</tr>" for at in range(count))
    left = rows - count
    more = [say(f"… còn {written(left)} dòng", f"… {written(left, 'en')} more rows")] if left else []
    below = [*more, *(html.escape(say("Lưu ý: ", "Note: ") + note) for note in notes)]
    foot = f'<caption style="caption-side: bottom">{"<br>".join(below)}</caption>' if below else ""
    style = f"font-family: {_FONTS}; font-variant-numeric: tabular-nums"
    head = f"<thead><tr>{''.join(heads)}</tr></thead>"
    return f'<table lang="{lang}" style="{style}">{foot}{head}<tbody>{body}</tbody></table>'


def great_table(table: Table, lang: Language, title: str | None, subtitle: str | None) -> great_tables.GT:
    """A table as Great Tables lays it out, which escapes every text."""
    great = needed("great_tables", "to_great_tables", "'parindex[charts]'")
    style, loc = great.style, great.loc
    columns = {name: table[name] for name in table.columns}
    meant = {name: labels.meaning(name, columns) for name in columns}
    texts = {name: cells(meant[name], values, lang) for name, values in columns.items()}
    frame = needed("pandas", "to_great_tables", "'parindex[charts]'").DataFrame(texts)
    content = repr((texts, lang, title, subtitle)).encode()
    name = f"parindex-{hashlib.sha256(content).hexdigest()[:12]}"  # Great Tables would draw one by lot
    made: great_tables.GT = great.GT(frame, id=name, locale=lang)
    for name, values in columns.items():
        made = made.cols_align("right" if any(is_number(value) for value in values) else "left", columns=name)
    made = made.cols_label({name: labels.column(meant[name], lang) for name in columns})
    if title is not None:
        made = made.tab_header(title, subtitle)
    for note in table.notes(lang):
        made = made.tab_source_note(speaker(lang)("Lưu ý: ", "Note: ") + note)
    made = made.tab_options(table_font_names=["Noto Sans", "Segoe UI", "Arial", "sans-serif"])
    if "rank" in columns:
        made = made.tab_style(style.text(weight="bold"), loc.body(columns="rank"))
    for colour, is_meant in ((UP, _is_up), (DOWN, _is_down)):
        rows = [at for at, value in enumerate(columns.get("change", [])) if is_meant(value)]
        if rows:
            made = made.tab_style(style.text(color=colour), loc.body(columns="change", rows=rows))
    return made


def _is_up(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and value > 0


def _is_down(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and value < 0
