"""Stretches of values in words: ``trên 90%``, ``từ 70% đến dưới 90%``, ``>= 5``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.office import figures

NUMBER = r"\d+(?:[.,]\d+)*"
"""Digits with marks, to stand in a pattern."""

_WORDS = {
    ">": ["từ trên", "trên", "lớn hơn", "cao hơn", "vượt", ">"],
    ">=": [
        "không dưới",
        "không thấp hơn",
        "không ít hơn",
        "tối thiểu",
        "ít nhất",
        "đạt từ",
        "từ",
        "lớn hơn hoặc bằng",
        ">=",
        "≥",
    ],
    "<": ["dưới", "nhỏ hơn", "ít hơn", "thấp hơn", "chưa đạt", "cận", "<"],
    "<=": ["không quá", "không vượt quá", "tối đa", "nhỏ hơn hoặc bằng", "<=", "≤"],
    "=": ["đạt", "bằng", "="],
}
_SIGNS = {word: sign for sign, words in _WORDS.items() for word in words}
_ANY = "|".join(re.escape(word) for word in sorted(_SIGNS, key=len, reverse=True))
_STRETCH = re.compile(
    rf"(?:(?:trong )?khoảng )?(?:(?<!\w)(?P<sign>{_ANY})\s*)?(?:đạt )?(?P<one>{NUMBER})\s*(?P<percent>%)?"
    r"(?:\s*(?P<on>trở lên|trở xuống)(?!\w))?"
    rf"(?:\s*(?:đến|tới|-|–|—|và|,|~)\s*(?:tỷ lệ\s*)?(?P<sign2>{_ANY})?\s*(?P<two>{NUMBER})\s*(?P<percent2>%)?)?"
    r"(?![\w/.,]*\d)"
)
_BETWEEN = re.compile(
    rf"(?P<one>{NUMBER})\s*(?P<percent>%)?\s*(?P<sign>≤|<=|<)\s*(?:x|t|k|tỷ lệ)?\s*"
    rf"(?P<sign2>≤|<=|<)\s*(?P<two>{NUMBER})\s*(?P<percent2>%)?"
)
_CHANGES = re.compile(
    r"\d|%|[<>≤≥=]|(?<!\w)(?:và|hoặc|nhưng|trừ|mỗi|không|chưa|trước|sau|tăng|giảm|so với|ngày|tháng|quý)(?!\w)"
)


@dataclass(frozen=True)
class Stretch:
    """The values between two edges, each inside or not."""

    low: Decimal | None
    is_low_inside: bool
    high: Decimal | None
    is_high_inside: bool
    is_percent: bool

    def edges(self) -> dict[str, str]:
        """The edges as the keys of a step."""
        made = {}
        if self.low is not None:
            made["from" if self.is_low_inside else "above"] = _text(self.low)
        if self.high is not None:
            made["to" if self.is_high_inside else "below"] = _text(self.high)
        return made

    def is_whole(self) -> bool:
        """Whether the edges are whole numbers."""
        return all(edge is None or edge == edge.to_integral_value() for edge in (self.low, self.high))


def stretch(case: str) -> Stretch | None:
    """The stretch of values that the words of a case tell, None if they tell more or less than that.

    >>> stretch("Từ 70% đến dưới 90% hồ sơ").edges(), stretch("Từ 70 - 90%").edges(), stretch("trên 5 văn bản").edges()
    ({'from': '70', 'below': '90'}, {'from': '70', 'to': '90'}, {'above': '5'})
    >>> stretch("Dưới 70% hoặc không báo cáo") is None, stretch("trước ngày 31/12") is None
    (True, True)
    """
    text = figures.folded(case)
    found = _BETWEEN.search(text)
    if found:
        signs = (">=" if found["sign"] in {"≤", "<="} else ">", "<=" if found["sign2"] in {"≤", "<="} else "<")
    else:
        found = _STRETCH.search(text)
        if found is None:
            return None
        signs = _signs(found)
    if _CHANGES.search(text[: found.start()] + " " + text[found.end() :]):
        return None
    one, two = figures.number(found["one"]), figures.number(found["two"] or "")
    if one is None or (found["two"] and two is None):
        return None
    is_percent = bool(found["percent"] or found["percent2"])
    return _stretch(signs, one, two, is_percent)


def _signs(found: re.Match[str]) -> tuple[str, str]:
    sign = _SIGNS.get(found["sign"] or "", "")
    if found["two"]:
        return sign if sign in {">", ">="} else ("" if sign in {"<", "<="} else ">="), _SIGNS.get(
            found["sign2"] or "", "<="
        )
    if found["on"] == "trở lên":
        return (sign if sign in {">", ">="} else ">="), ""
    if found["on"] == "trở xuống":
        return "<=", ""
    return sign or "=", ""


def _stretch(signs: tuple[str, str], one: Decimal, two: Decimal | None, is_percent: bool) -> Stretch | None:
    first, second = signs
    if two is not None:
        if first not in {">", ">="} or second not in {"<", "<="}:
            return None
        return Stretch(one, first == ">=", two, second == "<=", is_percent)
    match first:
        case ">" | ">=":
            return Stretch(one, first == ">=", None, False, is_percent)
        case "<" | "<=":
            return Stretch(None, False, one, first == "<=", is_percent)
        case _:
            return Stretch(one, True, one, True, is_percent)


def below_all(known: Sequence[Stretch]) -> Stretch | None:
    """What lies below all the stretches: the remaining cases."""
    lows = [one.low for one in known]
    if not lows or any(low is None for low in lows):
        return None
    lowest = min(known, key=lambda one: (one.low or Decimal(0), not one.is_low_inside))
    return Stretch(None, False, lowest.low, not lowest.is_low_inside, lowest.is_percent)


def speaks_of_share(case: str) -> bool:
    """Whether a case compares a share or a number, in words that were not understood."""
    text = figures.folded(case)
    return re.search(rf"(?<!\w)(?:{_ANY})\s*\d", text) is not None and not re.search(r"\d/\d|ngày|tháng|quý|năm", text)


def _text(number: Decimal) -> str:
    return f"{figures.plain(number):f}"
