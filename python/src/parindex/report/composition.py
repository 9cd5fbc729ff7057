"""Which sections a report has, and what it says at its head."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from parindex import _native
from parindex.report import appraised, improvement, panel, quarter, scored
from parindex.report.content import Document, Figure, Office, Section
from parindex.report.material import Material
from parindex.report.outlook import outlook
from parindex.report.standing import standing, word

if TYPE_CHECKING:
    from parindex._native import Assessment

KINDS = ("full", "self-assessment", "explanation", "plan", "quarterly")


def scored_again(assessment: Assessment, evidence: Any) -> Assessment:
    """Other evidence under the same framework and stage."""
    return _native.score(assessment.framework, evidence, stage=assessment.stage)


def compose(
    material: Material,
    kind: str,
    office: Office,
    today: datetime.date | None,
    title: str | None,
    *,
    has_charts: bool,
    has_bulk: bool,
) -> Document:
    """The report, in the language asked for; without bulk it leaves out what only a workbook holds."""
    say = material.say
    sections = tuple(section for section in _sections(material, kind) if section.rows)
    remarks = list(_remarks(material))
    if not has_bulk and (left_out := [section.title for section in sections if section.is_bulky]):
        named = "; ".join(left_out)
        remarks.append(say(f"Chỉ có trong bản Excel: {named}.", f"In the workbook only: {named}."))
        sections = tuple(section for section in sections if not section.is_bulky)
    sorts = {"plan": say("KẾ HOẠCH", "PLAN"), "explanation": say("BÁO CÁO GIẢI TRÌNH", "EXPLANATORY REPORT")}
    return Document(
        lang=material.lang,
        sort=sorts.get(kind, say("BÁO CÁO", "REPORT")),
        title=title or _title(material, kind),
        office=office,
        today=today,
        facts=tuple(_facts(material)),
        remarks=tuple(remarks),
        sections=sections,
        figures=_drawn(material) if has_charts else (),
    )


def _drawn(material: Material) -> tuple[Figure, ...]:
    from parindex.report.figures import figures

    return figures(material)


def _sections(material: Material, kind: str) -> Iterator[Section]:
    """The sections of a kind; what has no rows is left out later."""
    card = material.only
    is_full = kind == "full"
    if card is None:
        yield panel.ranking(material)
        yield panel.fields_by_unit(material)
    else:
        yield scored.by_field(material, card)
    if is_full or kind == "plan":
        yield scored.lost(material, card) if card else panel.lost_together(material)
        yield improvement.by_agency(material)
    if is_full or kind == "self-assessment":
        yield scored.line_by_line(material, card) if card else panel.every_line(material)
    if is_full or kind in {"self-assessment", "explanation"}:
        yield appraised.explanations(material)
    if is_full or kind == "explanation":
        yield appraised.differences(material)
    if material.before is not None and kind != "explanation":
        yield improvement.changes(material, material.before)
    if is_full or kind == "plan":
        yield improvement.plan(material)
    if material.forecast is not None and kind in {"full", "plan"}:
        yield outlook(material)
    if material.period is not None:
        yield quarter.results(material, *material.period)
    if material.tasks is not None and kind in {"full", "plan", "quarterly"}:
        yield quarter.tasks(material, material.tasks)
        yield quarter.by_lead(material, material.tasks)
    yield standing(material)


def _title(material: Material, kind: str) -> str:
    say = material.say
    framework = material.framework.title(material.lang)
    who = f", {material.names[material.units[0]]}" if material.only else ""
    when = f", {quarter.period_words(material, material.period[0])}" if material.period else ""
    what = {
        "full": say(
            "Kết quả chấm điểm, giải pháp duy trì và nâng cao chỉ số", "Results, and how to keep and raise the index"
        ),
        "self-assessment": say("Kết quả tự đánh giá, chấm điểm", "Self-assessment"),
        "explanation": say("Giải trình kết quả chấm điểm", "Explanations of the score"),
        "plan": say("Duy trì và nâng cao chỉ số", "Keeping and raising the index"),
        "quarterly": say("Kết quả thực hiện các tiêu chí", "Results on the criteria"),
    }[kind]
    return f"{what}: {framework}{who}{when}"


def _facts(material: Material) -> Iterator[tuple[str, str]]:
    """What a reader wants first."""
    say, written = material.say, material.written
    framework = material.framework
    yield say("Bộ tiêu chí", "Framework"), f"{framework.title(material.lang)} ({framework.id})"
    if framework.decision:
        yield say("Quyết định", "Decision"), framework.decision
    yield say("Tính chất bộ tiêu chí", "Standing"), word(material, framework.status)
    card = material.only
    if card is None:
        yield say("Số đơn vị", "Units"), written(len(material.units))
        return
    name = material.names[card.unit]
    yield say("Đơn vị", "Unit"), name if name == card.unit else f"{name} ({card.unit})"
    most = card.max_points
    points = written(material.total(material.assessment, card.unit))
    points = points if most is None else f"{points}/{written(most)}"
    own, final = say("Điểm tự chấm", "Self-score"), say("Điểm sau thẩm định", "Points after appraisal")
    yield final if material.own is not None else own if material.is_own else say("Điểm", "Points"), points
    if material.own is not None:
        yield own, written(material.total(material.own, card.unit))
    if card.index is not None:
        band = say(f", nhóm {card.band}", f", band {card.band}") if card.band else ""
        yield say("Chỉ số", "Index"), f"{written(card.index)} %{band}"
    if len(material.ranking) > 1:
        place = next(row for row in material.ranking if row["unit"] == card.unit)
        group = [
            row for row in material.ranking if material.within is None or row[material.within] == place[material.within]
        ]
        of_all = say(
            f"{place['rank']} trong {len(group)} đơn vị đã chấm", f"{place['rank']} of the {len(group)} units scored"
        )
        yield say("Hạng theo số liệu đã chấm", "Rank on the evidence scored"), of_all
    if card.missing_points:
        yield say("Điểm tối đa chưa có số liệu", "Points missing"), written(card.missing_points)


def _remarks(material: Material) -> Iterator[str]:
    """What must be said of the figures before anyone relies on them."""
    say, written = material.say, material.written
    assumed = max((card.assumed_points for card in material.cards.values()), default=None)
    most = material.only.max_points if material.only else material.framework.max_points
    if assumed:
        share = f"{written(assumed)}/{written(most)}" if most else written(assumed)
        if material.only is None:
            share = say(f"Mỗi đơn vị nhiều nhất {share}", f"Of a unit, at most {share}")
        yield say(
            f"{share} điểm tối đa dựa trên các dòng giả định (điểm tối đa hoặc cách chấm chưa ai đọc trong văn bản).",
            f"{share} points rest on assumed rows (nobody has read their maximum or rule in a text).",
        )
    else:
        yield say("Không có điểm nào dựa trên dòng giả định.", "No points rest on assumed rows.")
    yield say(
        "Tiêu đề, mẫu bảng do phần mềm đặt, không phải biểu mẫu của cơ quan có thẩm quyền.",
        "Titles and tables are laid out by the software; they are no authority's form.",
    )
