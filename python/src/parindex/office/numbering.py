"""How offices number criteria, and the codes that follow: ``1.1.1.``, ``II``, ``5``, ``a)``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from parindex.office import figures

Kind: TypeAlias = Literal["number", "roman", "capital", "letter"]

_NUMBER = re.compile(r"\d{1,3}[a-zđ]?(?:[.,](?:\d{1,3}[a-zđ]?|[a-zđ]))*")
_PREFIX = re.compile(r"^(tiêu chí thành phần|tiêu chí|lĩnh vực|nội dung|chỉ tiêu|tctp|tc|mục)\s*", re.IGNORECASE)
_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

# At the start of a text: several segments, or one with a stop behind it.
_DEEP = re.compile(
    r"(?:(?:tiêu chí thành phần|tiêu chí)\s+)?([1-9]\d{0,2}(?:\.\d{1,3})+[a-zđ]?)[.):]?\s+(?=[^\W\d])", re.IGNORECASE
)
_STOPPED = re.compile(r"([1-9]\d{0,2})[.)]\s+(?=[^\W\d])")
_FIELD = re.compile(r"lĩnh vực\s+(\d{1,2}|[IVX]{1,5})\s*[.:)-]\s*", re.IGNORECASE)
_ROMAN = re.compile(r"([IVX]{1,5})[.)-]\s*(?=[^\W\d])")
_CAPITAL = re.compile(r"([A-HĐ])[.)-]\s+(?=[^\W\d])")
_LETTER = re.compile(r"([a-hđ])[.)]\s+(?=[^\W\d])")


@dataclass(frozen=True)
class Marker:
    """The number that a row carries, as its kind of numbering counts it."""

    kind: Kind
    segments: tuple[str, ...]

    @property
    def code(self) -> str:
        """The segments as a code."""
        return ".".join(self.segments)


def marker(text: str, after: Sequence[Marker] = ()) -> Marker | None:
    """The marker that the text of a cell is, None if it is none; `after` are those above it.

    >>> marker("1.1.2.").code, marker("II", [Marker("roman", ("1",))]).segments, marker("Ghi chú") is None
    ('1.1.2', ('2',), True)
    """
    text = _PREFIX.sub("", figures.clean(text).replace("\n", " ")).strip(" *()[]:-")
    bare = text.rstrip(".")
    if _NUMBER.fullmatch(bare.lower()):
        return _numbers(bare)
    if len(bare) == 1 and bare.islower() and bare.isalpha():
        return Marker("letter", (bare,))
    value = roman(bare)
    if value is not None and (len(bare) > 1 or value == 1 + _last(after, "roman") or value == 1):
        return Marker("roman", (str(value),))
    if len(bare) == 1 and bare.isupper() and bare.isalpha():
        return Marker("capital", (bare.lower(),))
    return None


def _numbers(text: str) -> Marker:
    segments = re.split(r"[.,]", text.lower())
    return Marker("number", tuple(segment.lstrip("0") or "0" for segment in segments))


def _last(markers: Sequence[Marker], kind: Kind) -> int:
    """The latest number of a kind, nothing if a wider division has begun since."""
    for one in reversed(markers):
        if one.kind == kind:
            return int(one.segments[0])
        if one.kind == "capital":
            break
    return 0


def roman(text: str) -> int | None:
    """The number a Roman numeral writes, None if it is none.

    >>> roman("VIII"), roman("XIV"), roman("IIII") is None
    (8, 14, True)
    """
    values = [_ROMANS.get(char, 0) for char in text.lower()]
    if not text.isupper() or not values or 0 in values or len(values) > 8:
        return None
    total = sum(-now if now < after else now for now, after in zip(values, [*values[1:], 0], strict=True))
    return total if _written(total) == text else None


def _written(value: int) -> str:
    text = ""
    for step, word in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        text += word * (value // step)
        value %= step
    return text


def leading(text: str, *, may_be_short: bool) -> tuple[Marker, str] | None:
    """The marker at the start of a text, and the rest of it.

    A short one (``1.``, ``a)``, ``II.``) may as well begin a line of a rule, so
    it counts only where the row says that it is a criterion.

    >>> leading("1.1.1. Ban hành kế hoạch", may_be_short=False)
    (Marker(kind='number', segments=('1', '1', '1')), 'Ban hành kế hoạch')
    >>> leading("0.5 điểm nếu chậm", may_be_short=False) is None
    True
    """
    if found := _DEEP.match(text):
        return _numbers(found[1]), text[found.end() :]
    if found := _FIELD.match(text):
        value = roman(found[1].upper())
        return Marker("number", (found[1] if value is None else str(value),)), text[found.end() :]
    if may_be_short:
        if found := _STOPPED.match(text):
            return _numbers(found[1]), text[found.end() :]
        if (found := _ROMAN.match(text)) and (value := roman(found[1])) is not None:
            return Marker("roman", (str(value),)), text[found.end() :]
        if found := _CAPITAL.match(text):
            return Marker("capital", (found[1].lower(),)), text[found.end() :]
        if found := _LETTER.match(text):
            return Marker("letter", (found[1],)), text[found.end() :]
    return None


def follows(code: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether a code is the next after another: its first child, or the next of a level above.

    >>> follows(("1", "10"), ("1", "9", "3")), follows(("1", "1"), ("1", "9"))
    (True, False)
    """
    if code == (*before, "1"):
        return True
    head, last = code[:-1], code[-1]
    if len(code) > len(before) or before[: len(head)] != head:
        return False
    previous = before[len(head)]
    return last.isdigit() and previous.isdigit() and int(last) == int(previous) + 1


def with_lost_zero(segments: tuple[str, ...], before: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The code that a number has lost the zero of: ``1.1`` after ``1.9`` was ``1.10``.

    >>> with_lost_zero(("1", "1"), ("1", "9"))
    ('1', '10')
    """
    if before is None or len(segments) < 2:
        return None
    longer = (*segments[:-1], segments[-1] + "0")
    return longer if follows(longer, before) and not follows(segments, before) else None


def codes(markers: Sequence[Marker | None]) -> list[str | None]:
    """The codes of rows with these markers, in the order of the table.

    Roman numerals number the fields. Where the numbers below begin with the
    field's own, they are whole codes; else the field's number goes before them.
    A capital letter goes before only where codes would repeat without it.

    >>> roman_field, one = Marker("roman", ("2",)), Marker("number", ("5",))
    >>> codes([roman_field, one, Marker("letter", ("a",))])
    ['2', '2.5', '2.5.a']
    >>> codes([roman_field, Marker("number", ("2", "1"))])
    ['2', '2.1']
    """
    whole = _whole_fields(markers)
    plain = _codes(markers, whole, with_capitals=False)
    counted = [code for code, one in zip(plain, markers, strict=True) if code and one and one.kind != "capital"]
    has_capitals = any(one is not None and one.kind == "capital" for one in markers)
    if has_capitals and len(set(counted)) < len(counted):
        return _codes(markers, whole, with_capitals=True)
    return plain


def _whole_fields(markers: Sequence[Marker | None]) -> set[int]:
    """The positions of Roman numerals below which numbers carry the field's number already."""
    whole: set[int] = set()
    field: tuple[int, str] | None = None
    for position, one in enumerate(markers):
        if one is None:
            continue
        if one.kind == "roman":
            field = (position, one.segments[0])
            whole.add(position)
        elif one.kind == "capital":
            field = None
        elif one.kind == "number" and field is not None and (len(one.segments) < 2 or one.segments[0] != field[1]):
            whole.discard(field[0])
    return whole


def _codes(markers: Sequence[Marker | None], whole: set[int], *, with_capitals: bool) -> list[str | None]:
    made: list[str | None] = []
    part: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    is_whole = True
    for position, one in enumerate(markers):
        code: tuple[str, ...] | None = None
        match one:
            case Marker("capital", segments):
                part, field, number, is_whole = (segments if with_capitals else ()), (), (), True
                code = segments if with_capitals else None
            case Marker("roman", segments):
                field, number, is_whole = segments, (), position in whole
                code = (*part, *segments)
            case Marker("number", segments):
                number = (*part, *(() if is_whole else field), *segments)
                code = number
            case Marker("letter", segments):
                above = number or (*part, *field)
                code = (*above, *segments) if above else None
        made.append(None if code is None else ".".join(code))
    return made
