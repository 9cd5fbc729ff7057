"""Sections on what comes next: the plan, who answers for it, what changed and what is forecast."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from parindex import _native
from parindex._native import Assessment, Scorecard
from parindex.report.content import Column, Minus, Row, Section, Value
from parindex.report.material import Material

if TYPE_CHECKING:
    from parindex.table import Table


def plan(material: Material) -> Section:
    """What was lost, why, and who mends it by when."""
    say = material.say
    card = material.only
    rows = []
    for code in material.lost_codes:
        duty = material.duty(code)
        cells: dict[str, Value] = {
            "code": code,
            "name": material.name(code),
            "max": material.criteria[code]["max_points"],
        }
        losses = [lost[code] for lost in material.losses.values() if code in lost]
        cells["lost"] = sum((row["lost"] for row in losses), Decimal(0))
        if card is not None:
            line = card.line(code)
            points = material.shown({"status": line.status}, line.points)
            cells |= {"max": line.max_points, "points": points, "reason": losses[0]["reason"]}
        cells["units"] = len(losses)
        if duty is not None:
            cells |= {"agency": duty.agency, "remedy": duty.remedy, "due": duty.due}
        rows.append(Row(cells))
    of_one = (
        Column("points", say("Đạt", "Points"), 8, "number"),
        Column("lost", say("Mất", "Lost"), 8, "number", Minus("max", "points")),
        Column("reason", say("Nguyên nhân", "Cause"), 18),
    )
    of_all = (
        Column("lost", say("Tổng điểm mất", "Points lost"), 9, "number"),
        Column("units", say("Số đơn vị", "Units"), 7, "number"),
    )
    return Section(
        sheet=say("Kế hoạch", "Plan"),
        title=say("Kế hoạch duy trì, nâng cao chỉ số", "Plan to keep and raise the index"),
        columns=(
            Column("code", say("Mã", "Code"), 6, "code"),
            Column("name", say("Tiêu chí", "Criterion"), 26),
            Column("max", say("Tối đa", "Maximum"), 8, "number"),
            *(of_all if card is None else of_one),
            Column("agency", say("Cơ quan chủ trì", "Lead agency"), 14),
            Column("remedy", say("Giải pháp", "Remedy"), 20),
            Column("due", say("Thời hạn", "Deadline"), 10),
        ),
        rows=tuple(rows),
        notes=_unassigned(material, rows),
        is_annex=True,
    )


def _unassigned(material: Material, rows: list[Row]) -> tuple[str, ...]:
    codes = ", ".join(str(row.cells["code"]) for row in rows if not row.cells.get("agency"))
    if not codes:
        return ()
    return (material.say(f"Chưa có cơ quan chủ trì: {codes}.", f"No lead agency yet: {codes}."),)


def by_agency(material: Material) -> Section:
    """Points lost by the agency that answers for them."""
    say = material.say
    losses: dict[str, list[tuple[str, Decimal]]] = {}
    for code in material.lost_codes:
        duty = material.duty(code)
        agency = duty.agency if duty else say("(chưa phân công)", "(not assigned)")
        lost = [row[code]["lost"] for row in material.losses.values() if code in row]
        losses.setdefault(agency, []).append((code, sum(lost, Decimal(0))))
    is_assigned = any(material.duty(code) for code in material.lost_codes)
    rows: list[Row] = []
    for agency, parts in losses.items() if is_assigned else ():
        lost_points = sum((points for _, points in parts), Decimal(0))
        rows.append(Row({"agency": agency, "lost": lost_points, "codes": ", ".join(code for code, _ in parts)}))
    rows.sort(key=lambda row: (-_decimal(row.cells["lost"]), str(row.cells["agency"])))
    total = sum((_decimal(row.cells["lost"]) for row in rows), Decimal(0))
    name = say("Tổng cộng", "Total")
    return Section(
        sheet=say("Theo cơ quan", "By agency"),
        title=say("Điểm mất theo cơ quan chủ trì", "Points lost by lead agency"),
        columns=(
            Column("agency", say("Cơ quan chủ trì", "Lead agency"), 40),
            Column("lost", say("Điểm mất", "Points lost"), 14, "number"),
            Column("codes", say("Tiêu chí", "Criteria"), 46),
        ),
        rows=(*rows, Row({"agency": name, "lost": total}, is_strong=True, parts=tuple(range(len(rows)))))
        if rows
        else (),
    )


def changes(material: Material, before: Assessment) -> Section:
    """What changed since an earlier assessment: by criterion for one unit, else by unit."""
    say = material.say
    card = material.only
    what = say("Tiêu chí", "Criterion") if card else say("Đơn vị", "Unit")
    percent = "" if card else say(", chỉ số (%)", ", index (%)")
    columns = [
        Column("code", say("Mã", "Code"), 9, "code"),
        Column("name", what, 36),
        Column("before", say("Kỳ trước", "Before") + percent, 12, "number"),
        Column("after", say("Kỳ này", "Now") + percent, 12, "number"),
        Column("change", say("Thay đổi", "Change"), 11, "number", Minus("after", "before")),
    ]
    if card is not None:
        columns.append(Column("reason", say("Lý do", "Reason"), 20))
    absent = ", ".join(material.names[unit] for unit in material.units if unit not in before)
    return Section(
        sheet=say("So sánh", "Changes"),
        title=say("So với kỳ trước", "Changes since the earlier assessment"),
        columns=tuple(columns),
        rows=tuple([*(_by_criterion(material, before, card) if card else ()), *_indices(material, before)]),
        notes=(say(f"Không có trong kỳ trước: {absent}.", f"Not assessed before: {absent}."),) if absent else (),
        is_annex=True,
    )


def _by_criterion(material: Material, before: Assessment, card: Scorecard) -> Iterator[Row]:
    compared: Table = _native.compare(before, material.assessment, material.crosswalk, lang=material.lang)
    for row in compared:
        if row["unit"] != card.unit:
            continue
        code = row["code"]
        name = next((of[code].name(material.lang) for of in (material.framework, before.framework) if code in of), None)
        cells: dict[str, Value] = {"code": code, "name": name, "reason": row["reason"]}
        cells |= {
            "before": _known(material, before, row, "before"),
            "after": _known(material, material.assessment, row, "after"),
        }
        is_known = all(isinstance(cells[side], Decimal) for side in ("before", "after"))
        yield Row({**cells, "change": row["change"] if is_known else None})


def _known(material: Material, side: Assessment, row: dict[str, Any], name: str) -> Value:
    """Points of one side; a gap where they rest on no evidence."""
    points: Decimal | None = row[name]
    unit, code = row["unit"], row["code"]
    if points is not None and unit in side and code in side.framework:
        return material.shown({"status": side[unit].line(code).status}, points)
    return material.gap if points is None else points


def _indices(material: Material, before: Assessment) -> Iterator[Row]:
    for unit in material.units:
        if unit not in before:
            continue
        was, now = before[unit].index, material.cards[unit].index
        name = material.say("Chỉ số (%)", "Index (%)") if material.only else material.names[unit]
        cells: dict[str, Value] = {"code": None if material.only else unit, "name": name, "before": was, "after": now}
        change = None if was is None or now is None else now - was
        yield Row({**cells, "change": change}, is_strong=material.only is not None)


def _decimal(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
