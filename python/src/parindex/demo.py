"""``parindex demo``: the main job on published data, from evidence to tables."""

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import parindex
from parindex import layout, outputs
from parindex._native import demo_data
from parindex.layout import Language, speaker
from parindex.table import Table

Row = dict[str, str | None]

PROVINCE = "H44"
SHOWN = 5


class _Report:
    """What is printed, and the tables to write."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self.say = speaker(lang)
        self.files: dict[str, str] = {}

    def title(self, vi: str, en: str) -> None:
        text = self.say(vi, en)
        print(f"\n{text}\n{'=' * layout.width(text)}")

    def table(self, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        print("\n".join(layout.aligned(header, rows, self.lang, most=64)))

    def keep(self, name: str, table: Table) -> None:
        self.files[f"{name}.csv"] = outputs.csv_text(table)

    def keep_rows(self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        self.files[f"{name}.csv"] = text.getvalue()


def run(out: Path, lang: Language = "vi") -> None:
    """Scores, prints and writes the tables to `out`, as :func:`parindex.outputs.write_folder` does."""
    report = _Report(lang)
    waiting = report.say(
        "Đang chấm điểm số liệu công bố của Phú Thọ 2026 và PAR INDEX…",
        "Scoring the published figures of Phú Thọ 2026 and PAR INDEX…",
    )
    print(waiting, file=sys.stderr, flush=True)
    evidence = _read("dvc-766-phu-tho-2026/evidence.csv")
    units = _read("dvc-766-phu-tho-2026/units.csv")
    province, children = _phu_tho(evidence, units)
    _card(report, province)
    _rankings(report, children, evidence, units)
    _lost(report, province)
    _par_index(report)
    _published(report, [("year", province, children), ("year-formality", *_one_procedure(units))])
    outputs.write_folder(out, report.files)
    print()
    print(report.say(f"Đã ghi {len(report.files)} bảng vào {out}", f"{len(report.files)} tables written to {out}"))


def _read(path: str) -> list[Row]:
    rows = csv.DictReader(io.StringIO(demo_data(path)))
    return [{name: value or None for name, value in row.items()} for row in rows]


def _phu_tho(evidence: list[Row], units: list[Row]) -> tuple[parindex.Assessment, parindex.Assessment]:
    """The province under the province's rules, its children under theirs."""
    own = [row for row in evidence if row["unit"] == PROVINCE]
    below = [row for row in evidence if row["unit"] != PROVINCE]
    province = parindex.Framework.load("dvc-766/province")
    unit = parindex.Framework.load("dvc-766/unit")
    return parindex.score(province, own, units), parindex.score(unit, below, units)


def _one_procedure(units: list[Row]) -> tuple[parindex.Assessment, parindex.Assessment]:
    return _phu_tho(_read("dvc-766-phu-tho-2026/evidence-one-procedure.csv"), units)


def _card(report: _Report, province: parindex.Assessment) -> None:
    card = province[PROVINCE]
    index = layout.written(card.index, report.lang)
    report.title(f"Phiếu điểm {card.name}: {index} điểm", f"Card of {card.name}: {index} points")
    lines = card.lines(report.lang)
    header = [
        report.say(*words) for words in (("mã", "code"), ("tên", "name"), ("điểm", "points"), ("tối đa", "maximum"))
    ]
    rows = []
    for row in lines:
        indent = "  " * row["code"].count(".")
        name = province.framework[row["code"]].name(report.lang)
        rows.append([row["code"], indent + name, row["points"], row["max_points"]])
    report.table(header, rows)
    report.keep("province-card", lines)

    report.title("Vì sao: từng chỉ tiêu, kiểm lại được bằng tay", "Why: every indicator, to be checked by hand")
    leaves = [row["code"] for row in lines if row["is_leaf"]]
    sentences = [(code, card.explain(code, report.lang)) for code in leaves]
    for _, sentence in sentences:
        print(f"- {sentence}")
    report.keep_rows("province-explained", ["code", "explanation"], sentences)


def _rankings(report: _Report, children: parindex.Assessment, evidence: list[Row], units: list[Row]) -> None:
    on_time = children.ranking(code="2.1", within="level")
    name = children.framework["2.1"].name(report.lang)
    _ranking(report, f"2.1 {name}", on_time)
    _weakest(report, children, on_time)
    report.keep("ranking-2.1", on_time)
    report.keep("units-lines", children.lines(report.lang))
    lines = children.lines().to_dicts()
    for group in children.framework:
        criterion = children.framework[group]
        if criterion.parent is not None or criterion.children == ["2.1"]:
            continue
        leaves = set(_leaves(children.framework, group))
        missing = {row["unit"] for row in lines if row["code"] in leaves and row["status"] == "missing"}
        complete = [row for row in evidence if str(row["unit"]) in children and row["unit"] not in missing]
        if not complete:
            continue
        ranking = parindex.score(children.framework, complete, units).ranking(code=group, within="level")
        _ranking(report, f"{group} {criterion.name(report.lang)}", ranking)
        report.keep(f"ranking-{group}", ranking)


def _weakest(report: _Report, children: parindex.Assessment, ranking: Table) -> None:
    """Why the last of each level came last."""
    report.title("Đơn vị yếu nhất theo 2.1", "The weakest units on 2.1")
    last = {row["level"]: row for row in ranking}
    for row in last.values():
        print(f"- {row['unit']} {row['name']}: {children[row['unit']].explain('2.1', report.lang)}")


def _leaves(framework: parindex.Framework, code: str) -> list[str]:
    children = framework[code].children
    return [leaf for child in children for leaf in _leaves(framework, child)] if children else [code]


def _ranking(report: _Report, name: str, ranking: Table) -> None:
    """The first and the last of each level; all of a short one."""
    say = report.say
    report.title(f"Xếp hạng theo {name}", f"Ranking on {name}")
    words = {"department": say("sở, ban, ngành", "departments"), "commune": say("xã, phường", "communes")}
    header = [
        say("hạng", "rank"),
        say("đơn vị", "unit"),
        say("tên", "name"),
        say("điểm", "points"),
        say("tối đa", "maximum"),
    ]
    rows = ranking.to_dicts()
    for level in dict.fromkeys(row["level"] for row in rows):
        members = [row for row in rows if row["level"] == level]
        print(f"\n{words.get(level, level)} ({len(members)})")
        whole = len(members) <= 2 * SHOWN
        first = members if whole else members[:SHOWN]
        last = [] if whole else members[-SHOWN:]
        listed = [_place(row) for row in first]
        if last:
            listed.append([None, None, say("… thấp nhất:", "… the weakest:"), None, None])
        report.table(header, listed + [_place(row) for row in last])


def _place(row: dict[str, Any]) -> list[object]:
    return [row["rank"], row["unit"], row["name"], row["points"], row["max_points"]]


def _lost(report: _Report, province: parindex.Assessment) -> None:
    say = report.say
    lost = province[PROVINCE].lost(report.lang)
    report.title("Điểm mất theo chỉ tiêu, toàn tỉnh", "Points lost by indicator, whole province")
    header = [say("mã", "code"), say("tên", "name"), say("mất", "lost"), say("lý do", "reason")]
    report.table(header, ([row["code"], row["name"], row["lost"], row["reason"]] for row in lost))
    report.keep("province-lost", lost)


def _par_index(report: _Report) -> None:
    say = report.say
    framework = parindex.Framework.load("par-index/components")
    names = [framework[code].name(report.lang) for code in framework]
    totals = {row["unit"]: row for row in _read("par-index-published/totals.csv") if row["year"] == "2020"}
    evidence = [row for row in _read("par-index-published/components.csv") if row["year"] == "2020"]
    units = [{"unit": unit, "name": row["name"]} for unit, row in totals.items()]
    assessment = parindex.score(framework, evidence, units)
    ranking = assessment.ranking()
    report.title("PAR INDEX 2020: mười tỉnh đầu, bốn thành phần", "PAR INDEX 2020: the top ten, four components")
    rows = []
    for row in ranking:
        card = assessment[row["unit"]]
        parts = [card.line(code).points for code in framework]
        published = totals[row["unit"]]
        rows.append([row["rank"], row["name"], *parts, row["points"], Decimal(published["score"] or 0)])
    header = [say("hạng", "rank"), say("tỉnh", "province"), *names, say("tổng", "sum"), say("công bố", "published")]
    report.table([layout.clipped(name, 22) for name in header], rows)
    print(
        say(
            "Thành phần được công bố sau khi làm tròn, nên tổng của chúng có thể lệch 0,01 so với tổng công bố.",
            "Components are published rounded, so that their sum may be 0.01 off the published one.",
        )
    )
    report.keep("par-index-2020-ranking", ranking)
    report.keep("par-index-2020-lines", assessment.lines(report.lang))

    fields = parindex.Framework.load("par-index/province-2017")
    points = _read("par-index-published/fields-2017.csv")
    dak_lak = parindex.score(
        fields, [{"unit": row["unit"], "code": row["code"], "points": row["points"]} for row in points]
    )
    card = dak_lak[dak_lak.units[0]]
    index = layout.written(card.index, report.lang)
    report.title(f"Đắk Lắk 2017 theo tám lĩnh vực: {index}", f"Đắk Lắk 2017 by its eight fields: {index}")
    header = [say("mã", "code"), say("lĩnh vực", "field"), say("điểm", "points"), say("tối đa", "maximum")]
    lines = card.lines(report.lang)
    report.table(
        header,
        ([row["code"], fields[row["code"]].name(report.lang), row["points"], row["max_points"]] for row in lines),
    )
    inferred = ", ".join(str(row["code"]) for row in points if row["basis"] == "inferred")
    print(
        say(
            f"Suy ra từ tổng điểm, không phải số công bố: {inferred}",
            f"Inferred from the total, not published: {inferred}",
        )
    )
    report.keep("par-index-2017-dak-lak", lines)


def _published(report: _Report, periods: list[tuple[str, parindex.Assessment, parindex.Assessment]]) -> None:
    """Every published figure beside ours."""
    say = report.say
    ours = {period: (province, children) for period, province, children in periods}
    checked: list[list[object]] = []
    for row in _read("dvc-766-phu-tho-2026/published.csv"):
        unit, period, code, points = (str(row[name]) for name in ("unit", "period", "code", "points"))
        province, children = ours[period]
        card = (province if unit == PROVINCE else children)[unit]
        checked.append([unit, period, code, Decimal(points), card.line(code).points])
    header = ["unit", "period", "code", "published", "computed"]
    report.keep_rows("published-check", header, checked)
    other = [row for row in checked if row[3] != row[4]]
    met = f"{len(checked) - len(other)}/{len(checked)}"
    report.title(f"So với công bố: {met} điểm trùng khớp", f"Against what was published: {met} figures met")
    if other:
        names = [
            say("đơn vị", "unit"),
            say("kỳ", "period"),
            say("mã", "code"),
            say("công bố", "published"),
            say("tính được", "computed"),
        ]
        report.table(names, other)
        print(
            say(
                "Cổng Dịch vụ công quốc gia làm tròn tỷ lệ phần trăm trước, rồi tính bằng số nhị phân.",
                "The national portal rounds a percentage first, and works in binary.",
            )
        )
