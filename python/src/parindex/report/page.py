"""A report as one HTML page that needs no network."""

from __future__ import annotations

import html

from parindex import chart, layout
from parindex.report import figures
from parindex.report.content import Column, Document, Figure, Row, Section

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #c4c4c4; --soft: #f1f3f5; --accent: #005a9c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #16181a; --line: #4a4f55; --soft: #23272b; --accent: #7cc0f5; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 75rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 "Noto Sans Parindex", "Noto Sans", "Segoe UI", Arial, sans-serif; }
header { text-align: center; margin-bottom: 1.5rem; }
h1 { font-size: 1.5rem; margin: .25rem 0; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; color: var(--accent); }
header p, .sort { margin: .1rem 0; } .sort { font-weight: 700; letter-spacing: .03em; }
a { color: var(--accent); } nav ul { columns: 20rem; padding-left: 1.2rem; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; } dt { font-weight: 700; } dd { margin: 0; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 3px solid var(--accent); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; vertical-align: top; text-align: left; }
thead th { background: var(--soft); vertical-align: middle; }
tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; } .code { white-space: nowrap; }
.strong > * { font-weight: 700; background: var(--soft); } .gap { font-style: italic; }
.d1 .name { padding-left: 1.5rem; } .d2 .name { padding-left: 2.5rem; } .d3 .name { padding-left: 3.5rem; }
figure { margin: 1.5rem 0; padding: 1rem; background: #fff; color: #1b1b1b; border: 1px solid var(--line); overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
@media (max-width: 40rem) { body { padding: .75rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@page { size: A4 landscape; margin: 15mm; }
@media print {
  :root { --ink: #000; --paper: #fff; --line: #777; --soft: #eee; --accent: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; } .scroll { overflow: visible; }
  thead { display: table-header-group; } tr, figure { break-inside: avoid; } h2 { break-after: avoid; }
  thead tr { break-after: avoid; } tbody tr:first-child { break-before: avoid; } .scroll { padding-right: 1px; }
}
"""


def escape(text: str) -> str:
    """A text of the data, which no browser takes for more."""
    return html.escape(layout.shown(text))


def page(document: Document) -> bytes:
    """The page as UTF-8. Every text of the data is escaped."""
    sections = document.sections
    links = "".join(f'<li><a href="#s{at}">{escape(section.title)}</a></li>' for at, section in enumerate(sections, 1))
    contents = document.say("Nội dung", "Contents")
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{document.lang}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:; font-src data:">',
        f"<title>{escape(document.title)}</title><style>{chart.font_face()}{_STYLE}</style></head>",
        "<body>",
        _head(document),
        f'<nav aria-label="{contents}"><ul>{links}</ul></nav>',
        "<main>",
        _facts(document),
        *(_figure(figure, at) for at, figure in enumerate(document.figures, 1)),
        *(_section(document, section, f"s{at}") for at, section in enumerate(sections, 1)),
        "</main></body></html>",
    ]
    return "\n".join(parts).encode()


def _head(document: Document) -> str:
    office = document.office
    number = document.say(f"Số: {office.number}", f"No. {office.number}") if office.number else None
    day = document.day()
    where = ", ".join(text for text in (office.place, day) if text)
    above = [text for text in (office.superior, office.name, number, where) if text]
    lines = "".join(f"<p>{escape(text)}</p>" for text in above)
    return f'<header>{lines}<p class="sort">{escape(document.sort)}</p><h1>{escape(document.title)}</h1></header>'


def _facts(document: Document) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in document.facts)
    remarks = "".join(f"<p>{escape(remark)}</p>" for remark in document.remarks)
    return f"<dl>{facts}</dl>{remarks}"


def _figure(figure: Figure, number: int) -> str:
    label = escape(figure.words)
    return (
        f'<figure role="group" aria-label="{label}"><div role="img" aria-label="{label}">{figures.svg(figure, number)}</div>'
        f"<figcaption>{escape(figure.title)}</figcaption></figure>"
    )


def _section(document: Document, section: Section, anchor: str) -> str:
    columns = section.columns
    head = "".join(f'<th scope="col" class="{column.kind}">{escape(column.title)}</th>' for column in columns)
    texts = [section.texts(column, document.lang) for column in columns]
    headed = next((column.key for column in columns if column.key == "name"), columns[0].key)
    body = [
        f'<tr class="d{min(row.depth, 3)}{" strong" if row.is_strong else ""}">'
        + "".join(_cell(row, column, text[at], headed) for column, text in zip(columns, texts, strict=True))
        + "</tr>"
        for at, row in enumerate(section.rows)
    ]
    notes = "".join(f"<p>{escape(note)}</p>" for note in section.notes)
    return (
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{escape(section.title)}</h2>{notes}'
        f'<div class="scroll" role="region" aria-labelledby="{anchor}" tabindex="0"><table>'
        f"<caption>{escape(section.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div></section>"
    )


def _cell(row: Row, column: Column, text: str, headed: str) -> str:
    value = row.cells.get(column.key)
    is_gap = column.kind == "number" and isinstance(value, str)
    names = [column.kind, *(["gap"] if is_gap else []), *(["name"] if column.key == headed else [])]
    tag, scope = ("th", ' scope="row"') if column.key == headed else ("td", "")
    return f'<{tag}{scope} class="{" ".join(names)}">{escape(text).replace(chr(10), "<br>")}</{tag}>'
