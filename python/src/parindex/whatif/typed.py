"""What a person types into a field, as a statement of evidence."""

import re
from decimal import Decimal

from parindex.layout import Language, written
from parindex.whatif.statements import Statement

SHARES = frozenset({"percent", "fraction"})
NUMBERS = frozenset({"percent", "fraction", "count", "amount", "points", "index"})

_PATTERNS = {
    "vi": re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?", re.ASCII),
    "en": re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII),
}


def read(text: str, unit: str, lang: Language = "vi") -> Statement:
    """A statement in the unit of a rule, from text with the numbers of `lang`.

    A share may be typed as counts, ``528.684/597.918``. An empty text is a gap.

    Raises
    ------
    ValueError
        If a number is not written as `lang` writes it: nothing is guessed.

    Examples
    --------
    >>> from parindex.whatif import typed
    >>> typed.read("92,5 %", "percent")
    {'value': '92.5'}
    >>> typed.read("7.368/8.253", "percent")
    {'numerator': '7368', 'denominator': '8253'}
    >>> typed.read("92.5", "percent")
    Traceback (most recent call last):
        ...
    ValueError: 92.5
    """
    text = text.strip()
    if not text:
        return {}
    if unit not in NUMBERS or text.lower() in {"n/a", "không áp dụng"}:
        return {"value": text}
    numerator, slash, denominator = text.partition("/")
    if slash and unit in SHARES:
        return {"numerator": plain(numerator, lang), "denominator": plain(denominator, lang)}
    number = plain(text.removesuffix("%") if unit == "percent" else text, lang)
    return {"points": number} if unit == "points" else {"value": number}


def plain(text: str, lang: Language) -> str:
    """The digits of a number, with a decimal point.

    Raises
    ------
    ValueError
        If it is not a number as `lang` writes it.
    """
    text = text.strip()
    if not _PATTERNS[lang].fullmatch(text):
        raise ValueError(text)
    group, mark = (".", ",") if lang == "vi" else (",", ".")
    return text.replace(group, "").replace(mark, ".")


def shown(stated: Statement, unit: str, lang: Language = "vi") -> str:
    """A statement as a person would type it.

    >>> from parindex.whatif import typed
    >>> typed.shown({"numerator": "7368", "denominator": "8253"}, "percent")
    '7.368/8.253'
    """
    if "numerator" in stated:
        return f"{_number(stated['numerator'], lang)}/{_number(stated['denominator'], lang)}"
    text = stated.get("points", stated.get("value", ""))
    if unit == "date" and lang == "vi" and (day := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)):
        return "{2}/{1}/{0}".format(*day.groups())
    return _number(text, lang) if "points" in stated or unit in NUMBERS else text


def position(stated: Statement, unit: str) -> str | None:
    """Where a slider stands, as plain digits; None without a number."""
    if "numerator" in stated:
        whole, denominator = (100 if unit == "percent" else 1), Decimal(stated["denominator"])
        return f"{Decimal(stated['numerator']) * whole / denominator:.4f}" if denominator else None
    text = stated.get("points", stated.get("value", ""))
    return text.rstrip("% ") if _is_plain(text.rstrip("% ")) else None


def _number(text: str, lang: Language) -> str:
    return written(Decimal(text), lang) if _is_plain(text) else text


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(?:\.\d+)?", text, re.ASCII) is not None
