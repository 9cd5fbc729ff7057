"""The annex to a quarterly report: results of the period, and the tasks of the office's plan."""

from __future__ import annotations

import datetime

from parindex.report.content import Column, Row, Section, Value
from parindex.report.material import Material


def results(material: Material, name: str, first: datetime.date, last: datetime.date) -> Section:
    """Results on every leaf in the period."""
    say = material.say
    rows = []
    for unit in material.units:
        card = material.cards[unit]
        for line in card.lines(material.lang):
            if not line["is_leaf"]:
                continue
            code = line["code"]
            duty = material.duty(code)
            cells: dict[str, Value] = {"unit": material.names[unit], "code": code, "name": material.name(code)}
            cells |= {"reason": line["reason"] or None, "max": line["max_points"], "lost": card.line(code).lost}
            cells |= {"points": material.shown(line, line["points"]), "agency": duty.agency if duty else None}
            rows.append(Row(cells))
    columns = [
        Column("code", say("Mã", "Code"), 7, "code"),
        Column("name", say("Tiêu chí", "Criterion"), 34),
        Column("reason", say("Kết quả trong kỳ", "Result of the period"), 24),
        Column("max", say("Tối đa", "Maximum"), 9, "number"),
        Column("points", material.points_title, 9, "number"),
        Column("lost", say("Mất", "Lost"), 9, "number"),
        Column("agency", say("Cơ quan chủ trì", "Lead agency"), 16),
    ]
    if material.only is None:
        columns.insert(0, Column("unit", say("Đơn vị", "Unit"), 18))
    days = [day_written(day, material) for day in (first, last)]
    return Section(
        sheet=say("Phụ lục kỳ", "Period"),
        title=say(f"Kết quả thực hiện {period_words(material, name)}", f"Results, {period_words(material, name)}"),
        columns=tuple(column for column in columns if any(row.cells.get(column.key) for row in rows)),
        rows=tuple(rows),
        notes=(say(f"Kỳ báo cáo từ ngày {days[0]} đến ngày {days[1]}.", f"The period runs from {days[0]} to {days[1]}."),),
        is_annex=True,
        is_bulky=len(material.units) > 1,
    )


def period_words(material: Material, name: str) -> str:
    """What a reporting period is called."""
    year, _, part = name.partition("-")
    words = {
        "Q1": ("quý I", "first quarter of"),
        "H1": ("sáu tháng đầu năm", "first six months of"),
        "Q3": ("quý III", "third quarter of"),
        "Y": ("năm", "year"),
    }
    if part not in words:
        return material.say(f"kỳ {name}", f"period {name}")
    vi, en = words[part]
    return material.say(f"{vi} {year}" if vi.endswith("năm") else f"{vi} năm {year}", f"{en} {year}")


def day_written(day: datetime.date, material: Material) -> str:
    """A day as people write it."""
    return f"{day:%d/%m/%Y}" if material.lang == "vi" else f"{day.day} {day:%B %Y}"
