"""Sections on several units beside one another."""

from __future__ import annotations

from decimal import Decimal

from parindex.report.content import MOST_ON_PAPER, Column, PerCent, Row, Section, Sum, Value
from parindex.report.material import Material

_LEVELS = {
    "province": ("tỉnh", "province"),
    "department": ("sở, ban, ngành", "department"),
    "commune": ("xã, phường", "commune"),
}
_MOST_IN_BODY = 40


def ranking(material: Material) -> Section:
    """Places of all units, by the points that their evidence gives."""
    say = material.say
    rows = []
    for place in material.ranking:
        cells: dict[str, Value] = {key: place.get(key) for key in ("rank", "points", "index", "band")}
        cells |= {"max": place["max_points"], "name": place["name"] or place["unit"], "code": place["unit"]}
        cells |= {"missing": place["missing_points"], "assumed": place["assumed_points"]}
        group = str(place.get(material.within)) if material.within else None
        rows.append(Row({**cells, "group": group and say(*_LEVELS.get(group, (group, group)))}))
    columns = [
        Column("rank", say("Hạng", "Rank"), 7, "number"),
        Column("code", say("Mã", "Id"), 10, "code"),
        Column("name", say("Đơn vị", "Unit"), 32),
        Column("points", say("Điểm", "Points"), 10, "number"),
        Column("max", say("Tối đa", "Maximum"), 10, "number"),
        Column("index", say("Chỉ số (%)", "Index (%)"), 10, "number", PerCent("points", "max")),
        Column("band", say("Nhóm", "Band"), 7),
        Column("missing", say("Điểm chưa có số liệu", "Points missing"), 12, "number"),
        Column("assumed", say("Điểm dựa trên giả định", "Points assumed"), 12, "number"),
        Column("group", say("Xếp trong", "Ranked within"), 12),
    ]
    optional = {"band", "group", "assumed", "missing"}
    shown = [column for column in columns if column.key not in optional or any(row.cells[column.key] for row in rows)]
    notes = [
        say(
            "Hạng tính trên chỉ số chính xác, đồng hạng thì cùng số, theo số liệu đã chấm.",
            "Ranks are those of the exact index on the evidence scored; ties share a rank.",
        )
    ]
    if any(row.cells["missing"] for row in rows):
        notes.append(
            say(
                "Đơn vị còn tiêu chí chưa có số liệu thì điểm chưa đủ: hạng của đơn vị đó còn có thể đổi.",
                "Where evidence is missing the points are not complete: such a unit's rank may still change.",
            )
        )
    return Section(
        sheet=say("Xếp hạng", "Ranking"),
        title=say("Xếp hạng các đơn vị", "Ranking"),
        columns=tuple(shown),
        rows=tuple(rows),
        notes=tuple(notes),
        is_annex=len(rows) > _MOST_IN_BODY,
    )


def fields_by_unit(material: Material) -> Section:
    """Points of every unit on every field."""
    say = material.say
    shares = max(60 // max(len(material.fields), 1), 6)
    columns = [Column("name", say("Đơn vị", "Unit"), 26)]
    columns += [Column(code, f"{code}. {material.name(code)}", shares, "number") for code in material.fields]
    columns.append(Column("points", say("Tổng điểm", "Total"), 9, "number", Sum(tuple(material.fields))))
    rows = []
    for unit in _ranked(material):
        card = material.cards[unit]
        lines = material.lines[unit]
        cells = {code: material.shown(lines[code], lines[code]["points"]) for code in material.fields}
        rows.append(Row({"name": material.names[unit], **cells, "points": card.points}))
    return Section(
        sheet=say("Theo lĩnh vực", "By field"),
        title=say("Điểm theo lĩnh vực của từng đơn vị", "Points of each unit by field"),
        columns=tuple(columns),
        rows=tuple(rows),
        is_annex=True,
    )


def lost_together(material: Material) -> Section:
    """Points that all units lost together, by criterion, the largest loss first."""
    say = material.say
    rows = []
    for code in material.lost_codes:
        losses = [lost[code]["lost"] for lost in material.losses.values() if code in lost]
        status = [material.lines[unit][code]["status"] for unit in material.units]
        duty = material.duty(code)
        cells: dict[str, Value] = {"code": code, "name": material.name(code), "lost": sum(losses, Decimal(0))}
        cells |= {"units": len(losses), "missing": status.count("missing") or None}
        rows.append(Row({**cells, "agency": duty.agency if duty else None}))
    columns = [
        Column("code", say("Mã", "Code"), 7, "code"),
        Column("name", say("Tiêu chí", "Criterion"), 40),
        Column("lost", say("Tổng điểm mất", "Points lost"), 12, "number"),
        Column("units", say("Số đơn vị mất điểm", "Units that lost"), 12, "number"),
        Column("missing", say("Trong đó chưa có số liệu", "Of these missing"), 12, "number"),
    ]
    if any(row.cells["agency"] for row in rows):
        columns.append(Column("agency", say("Cơ quan chủ trì", "Lead agency"), 17))
    return Section(
        sheet=say("Điểm mất", "Lost"),
        title=say("Điểm mất của tất cả các đơn vị, theo tiêu chí", "Points lost by all units, by criterion"),
        columns=tuple(columns),
        rows=tuple(rows),
    )


def every_line(material: Material) -> Section:
    """Every criterion of every unit."""
    say = material.say
    rows = []
    for unit in material.units:
        for code, line in material.lines[unit].items():
            cells: dict[str, Value] = {
                "unit": unit,
                "who": material.names[unit],
                "code": code,
                "name": material.name(code),
            }
            points = material.shown(line, line["points"])
            cells |= {"max": line["max_points"], "points": points, "reason": line["reason"] or None}
            rows.append(Row(cells, material.depth(code), not line["is_leaf"]))
    return Section(
        sheet=say("Chi tiết", "Detail"),
        title=say("Bảng chấm điểm chi tiết của từng đơn vị", "Points of each unit by criterion"),
        columns=(
            Column("unit", say("Mã đơn vị", "Unit id"), 10, "code"),
            Column("who", say("Đơn vị", "Unit"), 24),
            Column("code", say("Mã", "Code"), 7, "code"),
            Column("name", say("Tiêu chí", "Criterion"), 34),
            Column("max", say("Tối đa", "Maximum"), 9, "number"),
            Column("points", material.points_title, 9, "number"),
            Column("reason", say("Kết quả, cách tính", "Result"), 26),
        ),
        rows=tuple(rows),
        is_annex=True,
        is_bulky=len(rows) > MOST_ON_PAPER,
    )


def _ranked(material: Material) -> list[str]:
    """Units in the order of their places."""
    return [place["unit"] for place in material.ranking if place["unit"] in material.cards]
