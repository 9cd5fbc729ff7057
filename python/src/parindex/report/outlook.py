"""The section on the forecast: ranks with their intervals, never alone."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from parindex.report.content import Column, Row, Section, Value
from parindex.report.material import Material

_TOP = [10]


def outlook(material: Material) -> Section:
    """Forecast scores and ranks of the units, the likely best first."""
    say = material.say
    table = material.forecast.table(top=_TOP)
    wanted = set(material.units) & set(table["unit"]) or set(table["unit"])
    chances = [name for name in table.columns if re.fullmatch(r"p_top\d+", name)]
    listed = [row for row in table if row["unit"] in wanted]
    rows = [
        Row(_cells(material, row, chances)) for row in sorted(listed, key=lambda row: (row["rank_q50"], row["unit"]))
    ]
    columns = [
        Column("unit", say("Mã", "Id"), 8, "code"),
        Column("name", say("Đơn vị", "Unit"), 26),
        Column("rank", say("Hạng dự báo (khoảng 90 %)", "Rank (90 % interval)"), 22),
    ]
    if material.forecast.in_points:
        columns.insert(2, Column("score", say("Điểm dự báo (khoảng 90 %)", "Score (90 % interval)"), 24))
    columns += [
        Column(name, say(f"Xác suất trong tốp {name[5:]}", f"Chance of the top {name[5:]}"), 14) for name in chances
    ]
    return Section(
        sheet=say("Dự báo", "Forecast"),
        title=say("Dự báo thứ hạng", "Forecast of ranks"),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(
            say(
                f"Năm {material.forecast.year}, hạng trong {len(table)} đơn vị của dự báo.",
                f"Year {material.forecast.year}; ranks are among the {len(table)} units of the forecast.",
            ),
            say(
                "Dự báo là một phân phối: thứ hạng chỉ có nghĩa cùng với khoảng của nó.",
                "A forecast is a distribution: a rank means something only together with its interval.",
            ),
        ),
        is_annex=True,
    )


def _cells(material: Material, row: dict[str, Any], chances: list[str]) -> dict[str, Value]:
    def interval(names: tuple[str, str, str]) -> str:
        low, middle, high = (_rounded(row[name]) for name in names)
        if middle is None:
            return material.say("chưa biết", "unknown")
        return f"{material.written(middle)} ({material.written(low)} – {material.written(high)})"

    cells: dict[str, Value] = {"unit": row["unit"], "name": material.names.get(row["unit"], row["unit"])}
    cells |= {"score": interval(("q05", "q50", "q95")), "rank": interval(("rank_q05", "rank_q50", "rank_q95"))}
    return {**cells, **{name: _chance(material, row[name]) for name in chances}}


def _chance(material: Material, chance: float) -> str:
    """A chance in whole percents; what is not certain is never printed as if it were."""
    percent = int(Decimal(chance * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if percent == 0 and chance > 0:
        return material.say("dưới 1 %", "under 1 %")
    if percent == 100 and chance < 1:
        return material.say("trên 99 %", "over 99 %")
    return f"{percent} %"


def _rounded(value: float | int | None) -> Decimal | int | None:
    """Scores to two decimals; ranks are whole."""
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP) if isinstance(value, float) else value
