"""How offices write texts and numbers: Vietnamese marks, odd spaces, binary noise."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, TypeAlias

Mark: TypeAlias = Literal[",", "."]
"""The decimal mark of a column of texts."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x200A, 0x202F, 0x205F, 0x3000, 0x0009, 0x000B, 0x000C), " ")
_NOTHING = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_WRITTEN = {**_FULL_WIDTH, **_SPACES, **_NOTHING, 0x2212: "-", 0x000D: "\n", 0x2028: "\n", 0x2029: "\n"}

_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")

_GROUPED = {mark: re.compile(rf"[1-9]\d{{0,2}}(?:\{mark}\d{{3}})+") for mark in (".", ",")}
_PLAIN = re.compile(r"\d+")
_SPACED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")

MOST_DIGITS = 15
"""Excel keeps so many significant digits of a number."""

_NOISE_DIGITS = 12
_MOST_CHARACTERS = 28  # so that arithmetic on decimals is exact


def clean(text: str) -> str:
    """The text in composed Unicode: plain spaces, no invisible characters, lines trimmed.

    >>> clean("１０　điểm\\u00a0 tối đa ")
    '10 điểm tối đa'
    """
    text = unicodedata.normalize("NFC", text.translate(_WRITTEN))
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def folded(text: str) -> str:
    """The text for comparing: on one line, small letters.

    >>> folded("Điểm\\nTỐI ĐA")
    'điểm tối đa'
    """
    return " ".join(clean(text).lower().split())


def raised(text: str) -> str:
    """The text as superscript: a footnote's mark set behind a number must not become a digit of it.

    >>> "2" + raised("(1)")
    '2⁽¹⁾'
    """
    return text.translate(_RAISED)


def number(text: str, mark: Mark | None = None) -> Decimal | None:
    """The number a text writes, None if it is none.

    A comma is the decimal mark. A point is one too, unless three digits follow
    it as in ``1.000`` and nothing says that the column marks decimals by points.

    >>> number("0,5"), number("10.50"), number("1.000"), number("1.000", "."), number("1.234,5")
    (Decimal('0.5'), Decimal('10.50'), Decimal('1000'), Decimal('1.000'), Decimal('1234.5'))
    >>> number("0.500"), number("1.2.3"), number("ba") is None
    (Decimal('0.500'), None, True)
    """
    text = _SPACED.sub("", clean(text))
    sign, digits = (text[0], text[1:].strip()) if text[:1] in {"+", "-"} else ("", text)
    plain = _plain(digits, mark)
    return None if plain is None or len(plain) > _MOST_CHARACTERS else Decimal(sign + plain)


def _plain(digits: str, mark: Mark | None) -> str | None:
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits if _is_plain(digits) else None
    found: Mark = "," if digits[last] == "," else "."
    other: Mark = "." if found == "," else ","
    if digits.count(found) > 1 or _is_thousands(digits, found, mark):
        return digits.replace(found, "") if _GROUPED[found].fullmatch(digits) else None
    whole, fraction = digits[:last], digits[last + 1 :]
    if other in whole:
        whole = whole.replace(other, "") if _GROUPED[other].fullmatch(whole) else "?"
    return f"{whole}.{fraction}" if _is_plain(whole) and _is_plain(fraction) else None


def _is_plain(digits: str) -> bool:
    return digits.isascii() and _PLAIN.fullmatch(digits) is not None


def _is_thousands(digits: str, found: Mark, mark: Mark | None) -> bool:
    """Whether a single mark with three digits after it groups thousands."""
    if not _GROUPED[found].fullmatch(digits):
        return False
    return mark != "." if found == "." else mark == "."


def decimal_mark(texts: Iterable[str]) -> Mark | None:
    """The mark that texts of one column use for decimals, if they agree on one.

    >>> decimal_mark(["10.50", "1.000"]), decimal_mark(["0,5", "1.000"]), decimal_mark(["1.000"])
    ('.', ',', None)
    """
    marks: set[Mark] = set()
    for text in texts:
        digits = clean(text).lstrip("+-")
        if number(digits) is None:
            continue
        if "," in digits:
            marks.add(",")
        elif "." in digits and not _GROUPED["."].fullmatch(digits):
            marks.add(".")
    return marks.pop() if len(marks) == 1 else None


def exact(value: int | float) -> Decimal | None:
    """The decimal number a spreadsheet's number stands for, None if it has more digits than count.

    A float counts by its shortest form; what binary arithmetic left in the last
    digits is taken off, a third is no exact number.

    >>> exact(10.05), exact(0.1 + 0.2), exact(1 / 3), exact(7.0)
    (Decimal('10.05'), Decimal('0.3'), None, Decimal('7'))
    """
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**MOST_DIGITS else None
    if value != value or abs(value) >= 10**MOST_DIGITS:
        return None
    shortest = Decimal(repr(value))
    if _digits(shortest) > MOST_DIGITS:
        shortest = Decimal(f"{value:.{MOST_DIGITS}g}")
        if _digits(shortest) > _NOISE_DIGITS:
            return None
    return plain(shortest)


def _digits(value: Decimal) -> int:
    return len(str(abs(int(value.scaleb(-int(value.as_tuple().exponent))))).rstrip("0"))


def plain(value: Decimal) -> Decimal:
    """The number without zeros at the end of its decimals.

    >>> plain(Decimal("2.50")), plain(Decimal("100"))
    (Decimal('2.5'), Decimal('100'))
    """
    return Decimal(f"{value.normalize():f}")
