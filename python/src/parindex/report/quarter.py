"""The annex to a quarterly report: results of the period, and the tasks of the office's plan."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from parindex.report.content import MOST_ON_PAPER, Column, Row, Section, Value
from parindex.report.material import Material

if TYPE_CHECKING:
    from parindex.workplan import Tasks

_STATES = {
    "done": ("đã xong", "done"),
    "overdue": ("quá hạn", "overdue"),
    "due-soon": ("sắp đến hạn", "due soon"),
    "open": ("đang làm", "open"),
    "standing": ("thường xuyên", "standing"),
}


def results(material: Material, name: str, first: datetime.date, last: datetime.date) -> Section:
    """Results on every leaf in the period."""
    say = material.say
    rows = []
    for unit in material.units:
        card = material.cards[unit]
        for code, line in material.lines[unit].items():
            if not line["is_leaf"]:
                continue
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
        notes=(
            say(f"Kỳ báo cáo từ ngày {days[0]} đến ngày {days[1]}.", f"The period runs from {days[0]} to {days[1]}."),
        ),
        is_annex=True,
        is_bulky=len(rows) > MOST_ON_PAPER,
    )


def tasks(material: Material, plan: Tasks) -> Section:
    """The tasks of the office's plan, in the order of its register."""
    say = material.say
    gap = say("chưa rõ", "not known")
    rows = []
    for task in plan.table():
        due = task["due"] and day_written(datetime.date.fromisoformat(task["due"]), material)
        cells: dict[str, Value] = {"row": task["row"], "task": task["task"], "area": task["area"], "lead": task["lead"]}
        cells |= {
            "due": due or say("thường xuyên", "standing"),
            "state": say(*_STATES[task["state"]]),
            "codes": task["codes"],
        }
        lacking = task["points_lacking"]
        rows.append(Row({**cells, "lacking": gap if lacking is None else lacking}))
    columns = (
        Column("row", say("Dòng", "Row"), 6, "number"),
        Column("task", say("Nhiệm vụ", "Task"), 34),
        Column("area", say("Lĩnh vực", "Area"), 16),
        Column("lead", say("Chủ trì", "Lead"), 14),
        Column("due", say("Thời hạn", "Due"), 11),
        Column("state", say("Tình trạng", "State"), 12),
        Column("codes", say("Tiêu chí", "Criteria"), 9),
        Column("lacking", say("Điểm còn thiếu", "Points lacking"), 10, "number"),
    )
    day = day_written(plan.today, material)
    lacking = material.written(plan.points_lacking)
    return Section(
        sheet=say("Nhiệm vụ", "Tasks"),
        title=say("Nhiệm vụ cải cách hành chính", "Tasks of the reform plan"),
        columns=tuple(column for column in columns if any(row.cells.get(column.key) for row in rows)),
        rows=tuple(rows),
        notes=(
            say(
                f"Tính đến {day}. Các nhiệm vụ chưa xong liên quan tới {lacking} điểm còn thiếu, mỗi tiêu chí tính một lần.",
                f"As of {day}. Tasks not done bear on {lacking} points lacking, each criterion counted once.",
            ),
        ),
        is_annex=True,
    )


def by_lead(material: Material, plan: Tasks) -> Section:
    """How far each lead agency is with its tasks."""
    say = material.say
    columns = (
        Column("lead", say("Chủ trì", "Lead"), 30),
        Column("tasks", say("Nhiệm vụ", "Tasks"), 9, "number"),
        Column("done", say("Đã xong", "Done"), 9, "number"),
        Column("due_soon", say("Sắp đến hạn", "Due soon"), 9, "number"),
        Column("overdue", say("Quá hạn", "Overdue"), 9, "number"),
        Column("points_lacking", say("Điểm còn thiếu", "Points lacking"), 12, "number"),
    )
    rows = [Row({**row, "lead": row["lead"] or say("(chưa giao)", "(nobody)")}) for row in plan.by_lead()]
    return Section(
        sheet=say("Theo chủ trì", "By lead"),
        title=say("Nhiệm vụ theo cơ quan chủ trì", "Tasks by lead agency"),
        columns=columns,
        rows=tuple(rows),
        is_annex=True,
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
