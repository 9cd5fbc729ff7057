"""Sections on the points of one unit: by field, line by line, and what was lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from parindex._native import Scorecard
from parindex.report.content import Column, Minus, PerCent, Row, Section, Value
from parindex.report.material import Material


def by_field(material: Material, card: Scorecard) -> Section:
    """Points by field: maximum, self-score, appraised, lost."""
    say = material.say
    title = say("Chỉ số (%)", "Index (%)")
    columns = (*_points_columns(material), Column("index", title, 9, "number", PerCent("points", "max")))
    rows = []
    for code, cells in zip(material.fields, _cells(material, card, material.fields), strict=True):
        is_known = isinstance(cells["points"], Decimal)
        rows.append(Row({**cells, "index": material.index(code)[card.unit] if is_known else None}))
    total = _total(material, card)
    return Section(
        sheet=say("Tổng hợp", "Summary"),
        title=say("Tổng hợp điểm theo lĩnh vực", "Points by field"),
        columns=columns,
        rows=(*rows, Row({**total, "index": card.index}, is_strong=True, parts=tuple(range(len(rows))))),
        notes=gaps(material, card),
    )


def line_by_line(material: Material, card: Scorecard) -> Section:
    """Every criterion with its points and how they came about."""
    say = material.say
    codes = list(material.criteria)
    place = {code: at for at, code in enumerate(codes)}
    lines = material.lines[card.unit]
    documents = {code: remark.documents for (unit, code), remark in material.remarks.items() if unit == card.unit}
    columns = [*_points_columns(material), Column("reason", say("Kết quả, cách tính", "Result"), 26)]
    if any(documents.values()):
        columns.append(Column("documents", say("Tài liệu kiểm chứng", "Documents"), 16))
    rows = []
    for code, cells in zip(codes, _cells(material, card, codes), strict=True):
        children = material.framework[code].children
        own = {"reason": lines[code]["reason"] or None, "documents": documents.get(code)}
        rows.append(
            Row({**cells, **own}, material.depth(code), bool(children), tuple(place[child] for child in children))
        )
    parts = tuple(place[code] for code in material.fields)
    return Section(
        sheet=say("Chi tiết", "Detail"),
        title=say("Bảng chấm điểm chi tiết", "Points by criterion"),
        columns=tuple(columns),
        rows=(*rows, Row(_total(material, card), is_strong=True, parts=parts)),
        is_annex=True,
    )


def lost(material: Material, card: Scorecard) -> Section:
    """Points lost, the largest loss first."""
    say = material.say
    rows = []
    for code, row in material.losses[card.unit].items():
        cells = {
            "code": code,
            "name": row["name"],
            "max": row["max_points"],
            "lost": row["lost"],
            "reason": row["reason"],
        }
        points = material.shown({"status": card.line(code).status}, row["points"])
        rows.append(Row({**cells, "points": points}))
    columns = (
        Column("code", say("Mã", "Code"), 7, "code"),
        Column("name", say("Tiêu chí", "Criterion"), 33),
        Column("max", say("Tối đa", "Maximum"), 9, "number"),
        Column("points", say("Đạt", "Points"), 9, "number"),
        Column("lost", say("Mất", "Lost"), 9, "number", Minus("max", "points")),
        Column("reason", say("Nguyên nhân", "Reason"), 30),
    )
    return Section(
        sheet=say("Điểm mất", "Lost"),
        title=say("Điểm mất theo tiêu chí", "Points lost by criterion"),
        columns=columns,
        rows=tuple(rows),
    )


def gaps(material: Material, card: Scorecard) -> tuple[str, ...]:
    """What the points of a card leave out, in a sentence each."""
    notes = []
    missing = [code for code, row in material.lines[card.unit].items() if row["is_leaf"] and row["status"] == "missing"]
    if missing:
        open_points = material.written(card.missing_points)
        codes = ", ".join(missing)
        notes.append(
            material.say(
                f"Chưa có số liệu: {codes} ({open_points} điểm tối đa). “Chưa có” không phải là 0 điểm: "
                "có số liệu thì điểm còn đổi.",
                f"Missing: {codes} ({open_points} points at most). Missing is not zero points: "
                "the points will change once there is evidence.",
            )
        )
    return tuple(notes)


def _points_columns(material: Material) -> list[Column]:
    say = material.say
    columns = [
        Column("code", say("Mã", "Code"), 7, "code"),
        Column("name", say("Lĩnh vực, tiêu chí", "Field, criterion"), 34),
        Column("max", say("Tối đa", "Maximum"), 9, "number"),
    ]
    if material.own is not None:
        columns.append(Column("self", say("Tự chấm", "Self"), 9, "number"))
        columns.append(Column("points", say("Thẩm định", "Appraised"), 10, "number"))
        columns.append(Column("change", say("Chênh lệch", "Change"), 10, "number", Minus("points", "self")))
    else:
        columns.append(Column("points", material.points_title, 9, "number"))
    columns.append(Column("lost", say("Mất", "Lost"), 9, "number", Minus("max", "points")))
    return columns


def _cells(material: Material, card: Scorecard, codes: list[str]) -> list[dict[str, Value]]:
    """Code, name and points of some lines, before and after the appraisal."""
    counted = material.lines[card.unit]
    own = _own(material, card.unit)
    rows: list[dict[str, Value]] = []
    for code in codes:
        line = counted[code]
        cells: dict[str, Value] = {"code": code, "name": material.name(code), "max": line["max_points"]}
        cells["points"] = material.shown(line, line["points"])
        cells["lost"] = card.line(code).lost
        before = own.get(code, {"status": "missing", "points": None})
        cells["self"] = material.shown(before, before["points"])
        cells["change"] = _change(cells)
        rows.append(cells)
    return rows


def _total(material: Material, card: Scorecard) -> dict[str, Value]:
    most = card.max_points
    cells: dict[str, Value] = {"name": material.say("Tổng cộng", "Total"), "max": most}
    cells |= {"points": material.total(material.assessment, card.unit), "self": material.total(material.own, card.unit)}
    return {**cells, "change": _change(cells), "lost": None if most is None else most - card.points}


def _own(material: Material, unit: str) -> dict[str, Any]:
    own = material.own
    return {row["code"]: row for row in own[unit].lines()} if own is not None and unit in own else {}


def _change(cells: dict[str, Value]) -> Decimal | None:
    points, own = cells["points"], cells["self"]
    return points - own if isinstance(points, Decimal) and isinstance(own, Decimal) else None
