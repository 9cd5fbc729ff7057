"""Sections on the appraisal: explanations and differences."""

from __future__ import annotations

from decimal import Decimal

from parindex.report.content import Column, Minus, Row, Section, Value
from parindex.report.material import Material


def explanations(material: Material) -> Section:
    """What offices explained (*giải trình*), leaf by leaf, with the documents they name."""
    say = material.say
    told = [place for place, remark in material.remarks.items() if remark.explanation]
    return Section(
        sheet=say("Giải trình", "Explanations"),
        title=say("Danh mục giải trình", "Explanations"),
        columns=(
            *_head(material),
            Column("explanation", say("Nội dung giải trình", "Explanation"), 30),
            Column("documents", say("Tài liệu kiểm chứng", "Documents"), 18),
        ),
        rows=_rows(material, told),
        is_annex=True,
    )


def differences(material: Material) -> Section:
    """Leaves that the appraisal scored otherwise than the unit did."""
    say = material.say
    changed = [row for row in _rows(material, list(material.appraised)) if row.cells["change"] != Decimal(0)]
    open_rows = [row for row in changed if not row.cells["explanation"]]
    notes = []
    if open_rows:
        notes.append(
            say(
                f"Chưa có giải trình cho {len(open_rows)} trong {len(changed)} tiêu chí.",
                f"{len(open_rows)} of {len(changed)} criteria have no explanation yet.",
            )
        )
    return Section(
        sheet=say("Chênh lệch", "Differences"),
        title=say("Chênh lệch giữa tự chấm và thẩm định", "Self-score and appraisal that differ"),
        columns=(
            *_head(material),
            Column("change", say("Chênh lệch", "Change"), 10, "number", Minus("points", "self")),
            Column("explanation", say("Nội dung giải trình", "Explanation"), 32),
        ),
        rows=tuple(changed),
        notes=tuple(notes),
        is_annex=True,
    )


def _head(material: Material) -> list[Column]:
    say = material.say
    columns = [
        Column("code", say("Mã", "Code"), 7, "code"),
        Column("name", say("Tiêu chí", "Criterion"), 28),
        Column("max", say("Tối đa", "Maximum"), 8, "number"),
    ]
    if material.own is not None:
        columns.append(Column("self", say("Tự chấm", "Self"), 9, "number"))
        columns.append(Column("points", say("Thẩm định", "Appraised"), 10, "number"))
    else:
        columns.append(Column("points", material.points_title, 9, "number"))
    return [Column("unit", say("Đơn vị", "Unit"), 16), *columns] if material.only is None else columns


def _rows(material: Material, places: list[tuple[str, str]]) -> tuple[Row, ...]:
    order = {code: at for at, code in enumerate(material.criteria)}
    known = [place for place in places if place[0] in material.cards and place[1] in order]
    rows = []
    for unit, code in sorted(known, key=lambda place: (material.units.index(place[0]), order[place[1]])):
        remark = material.remarks[unit, code]
        cells: dict[str, Value] = {"unit": material.names[unit], "code": code, "name": material.name(code)}
        line = material.cards[unit].line(code)
        points = material.shown({"status": line.status}, line.points)
        own: Value = material.gap
        if material.own is not None and unit in material.own:
            before = material.own[unit].line(code)
            own = material.shown({"status": before.status}, before.points)
        change = points - own if isinstance(points, Decimal) and isinstance(own, Decimal) else None
        cells |= {"max": line.max_points, "self": own, "points": points, "change": change}
        rows.append(Row({**cells, "explanation": remark.explanation, "documents": remark.documents}))
    return tuple(rows)
