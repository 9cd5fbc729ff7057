"""The section on what the figures rest on."""

from __future__ import annotations

from parindex.report.content import Column, Row, Section
from parindex.report.material import Material

_WORDS = {
    "official": ("chính thức", "official"),
    "reported": ("theo bên thứ ba", "reported"),
    "inferred": ("suy ra", "inferred"),
    "assumed": ("giả định", "assumed"),
    "draft": ("dự thảo", "draft"),
    "outline": ("đề cương", "outline"),
}


def word(material: Material, standing: str) -> str:
    """What a standing is called."""
    return material.say(*_WORDS[standing])


def standing(material: Material) -> Section:
    """Criteria that do not rest on an official text, and on what they rest instead."""
    say = material.say
    rows = []
    for code, row in material.criteria.items():
        bases = material.framework[code].bases
        parts = {part: bases.get(part, row["basis"]) for part in ("name", "max_points", "rule")}
        if not row["is_leaf"]:
            del parts["rule"]
        if set(parts.values()) == {"official"}:
            continue
        words = {part: word(material, basis) for part, basis in parts.items()}
        rows.append(Row({"code": code, "title": row["name"], **words, "source": row["source"]}))
    return Section(
        sheet=say("Cơ sở", "Standing"),
        title=say("Cơ sở của bộ tiêu chí", "What the criteria rest on"),
        columns=(
            Column("code", say("Mã", "Code"), 7, "code"),
            Column("title", say("Tiêu chí", "Criterion"), 32),
            Column("name", say("Tên theo", "Name"), 11),
            Column("max_points", say("Điểm tối đa theo", "Maximum"), 11),
            Column("rule", say("Cách chấm theo", "Rule"), 11),
            Column("source", say("Nguồn", "Source"), 28),
        ),
        rows=tuple(rows),
        notes=(
            say(
                "Chỉ liệt kê các dòng không hoàn toàn dựa trên văn bản chính thức.",
                "Only rows that do not rest wholly on an official text are listed.",
            ),
        ),
        is_annex=True,
    )
