"""What one clause of a rule text says: a case with what it earns, or a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from parindex.office import figures
from parindex.office.comparisons import NUMBER


@dataclass(frozen=True)
class Formula:
    """Ratio × maximum / target, or maximum × index / 100."""

    target: Decimal | None
    is_index: bool = False


Outcome: TypeAlias = Decimal | Literal["full"] | Formula

POINT = r"(?:điểm|đ)(?!\w)"
_POINTS = re.compile(rf"(?:được |đạt |tính |chấm |cho )*(?P<points>{NUMBER})(?: ?{POINT})?\.?")
_FULL = re.compile(r"(?:được |đạt |tính |chấm |cho )*(?:(?:100 ?% )?(?:số )?điểm tối đa|điểm chuẩn|đủ điểm)\.?")
_PART = re.compile(rf"(?:được |đạt |tính )*(?P<share>{NUMBER}) ?% (?:của |số )?điểm(?: tối đa| chuẩn)?\.?")
_NONE = re.compile(r"(?:không (?:có |được |được tính |tính |đạt )?điểm|0 ?điểm)\.?")
_SPOKEN = re.compile(
    rf"^(?P<if>.+?),? (?:thì )?(?:được |đạt |tính |chấm |cho )+(?P<then>{NUMBER} ?{POINT}|điểm tối đa)\.?$"
)
_TURNED = re.compile(
    rf"^(?P<then>{NUMBER}) ?{POINT}\s*(?:[:,–-]\s*(?:nếu |khi |đối với )?|nếu |khi |đối với )(?P<if>.+)$"
)

_RATIO = r"(?:tỷ|tỉ) lệ(?P<what>[^×/()\d:;]*?)(?: ?\(?%\)?)?(?: đạt được| thực tế)?"
_WHOLE = rf"(?P<whole>(?:số )?điểm (?:tối đa|chuẩn)|{NUMBER}(?: điểm)?)"
_BY = rf"(?:/ ?(?P<target>{NUMBER}) ?%)"
_FORMULAS = [
    re.compile(rf"[(\[]? ?{_RATIO} ?× ?{_WHOLE} ?[)\]]? ?{_BY}?\.?"),
    re.compile(rf"[(\[]? ?{_WHOLE} ?× ?[(\[]? ?{_RATIO} ?[)\]]? ?[)\]]? ?{_BY}?\.?"),
    re.compile(rf"[(\[]? ?{_RATIO} ?{_BY} ?[)\]]? ?× ?{_WHOLE}\.?"),
]
_COUNTED = re.compile(rf"[(\[]? ?(?:tổng )?số [^×/()\d:;]+/ ?tổng (?:số )?[^×/()\d:;]+?[)\]]? ?× ?{_WHOLE}\.?")
_INDEX = [
    re.compile(rf"{_WHOLE} ?× ?chỉ số(?P<what>[^×/()\d:;]*?)(?: ?/ ?100 ?%?)?\.?"),
    re.compile(rf"chỉ số(?P<what>[^×/()\d:;]*?) ?× ?{_WHOLE}(?: ?/ ?100 ?%?)?\.?"),
]
_TIMES = re.compile(r"(?<=[\s)%\]])[x*](?=\s|\()|\*|\bnhân với\b|\bnhân\b|·")
_DIVIDED = re.compile(rf"\s*(?:[:÷]|\bchia\b(?: cho)?)\s*(?={NUMBER} ?%\.?$)")
_TWO_CASES = re.compile(rf"[:=]\s*{NUMBER}(?![\w%/:])|{NUMBER}\s*{POINT}")


def case_of(clause: str, maximum: Decimal | None) -> tuple[str, Outcome] | None:
    """A case and what it earns: ``trên 90%: 2``, ``kịp thời được 1 điểm``, ``0,5 điểm nếu chậm``."""
    text = figures.clean(clause).rstrip(",")
    lowered = text.lower()
    for at in [found.start() for found in re.finditer(r"[:=→]|->|–| - ", text)]:
        case = text[:at].strip()
        rest = re.sub(r"^(?:[:=→]|->|–| - )\s*", "", lowered[at:])
        is_dash = text[at] not in ":=→" and not text[at:].startswith("->")
        if is_dash and not rest.rstrip(".").endswith("điểm"):
            continue
        if case and not _TWO_CASES.search(case.lower()) and (outcome := _outcome(rest.strip(), maximum)) is not None:
            return case, outcome
    for pattern in (_SPOKEN, _TURNED):
        if found := pattern.match(lowered):
            outcome = _outcome(found["then"], maximum)
            if outcome is not None and not _TWO_CASES.search(found["if"]):
                return text[found.start("if") : found.end("if")].strip(), outcome
    return None


def _outcome(text: str, maximum: Decimal | None) -> Outcome | None:
    if found := _POINTS.fullmatch(text):
        return figures.number(found["points"])
    if _FULL.fullmatch(text):
        return "full"
    if _NONE.fullmatch(text):
        return Decimal(0)
    if (
        (found := _PART.fullmatch(text))
        and maximum is not None
        and (share := figures.number(found["share"])) is not None
    ):
        return figures.plain(maximum * share / 100)
    return formula_of(text, maximum)


def formula_of(text: str, maximum: Decimal | None) -> Formula | None:
    """A formula on one line: ``tỷ lệ × điểm tối đa / 80%``, ``điểm tối đa × chỉ số / 100``."""
    text = _DIVIDED.sub(" / ", _TIMES.sub("×", text))
    text = re.sub(r"\s*([×/])\s*", r" \1 ", text)
    for pattern in _FORMULAS:
        if (found := pattern.fullmatch(text)) and _is_whole(found["whole"], maximum):
            target = figures.number(found["target"]) if found["target"] else None
            return Formula(None if target == 100 else target)
    if (found := _COUNTED.fullmatch(text)) and _is_whole(found["whole"], maximum):
        return Formula(None)
    for pattern in _INDEX:
        if (found := pattern.fullmatch(text)) and _is_whole(found["whole"], maximum):
            return Formula(None, is_index=True)
    return None


def _is_whole(text: str, maximum: Decimal | None) -> bool:
    """Whether the factor of a formula is the maximum, in words or as the number it is."""
    factor = figures.number(text.removesuffix("điểm").strip())
    return factor is None or maximum is None or factor == maximum
