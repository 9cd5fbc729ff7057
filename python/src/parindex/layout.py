"""How numbers and tables are written for people."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["vi", "en"]
Say: TypeAlias = Callable[[str, str], str]

_YEARS = ("year", "năm")
_SWAPPED = str.maketrans(",.", ".,")
# Control characters, which move a terminal's cursor; marks that turn the direction of what follows, digits too;
# ends of lines that Vega's expressions do not know; what no XML can hold.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def shown(text: str) -> str:
    r"""A text as it may be shown: what is no character to be read becomes U+FFFD, "�".

    >>> shown("Sở \x1b[31mNội vụ"), shown("17\u202e,68"), shown("một\r\nhai")
    ('Sở �[31mNội vụ', '17�,68', 'một\nhai')
    """
    return _UNSHOWN.sub("\ufffd", text.replace("\r\n", "\n"))


def escaped(text: str) -> str:
    """JSON in which what may not be shown is written as an escape: the same text to who reads it."""
    return _UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def speaker(lang: Language) -> Say:
    """Chooses between Vietnamese and English.

    Raises
    ------
    ValueError
        For any other language.
    """
    if lang not in ("vi", "en"):
        raise ValueError(f"lang is {lang[:40]!r}: must be 'vi' or 'en'")
    return lambda vi, en: vi if lang == "vi" else en


def written(value: object, lang: Language = "vi") -> str:
    """A value as `lang` writes it: ``1.234,5`` in Vietnamese, a gap as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        words = ("có", "không") if lang == "vi" else ("yes", "no")
        return words[0] if value else words[1]
    if isinstance(value, float):
        return _written_float(value, _float_places([value]), lang)
    if isinstance(value, (int, Decimal)):
        text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
        return text.translate(_SWAPPED) if lang == "vi" else text
    if isinstance(value, list):
        return shown(", ".join(str(item) for item in value))
    return shown(str(value))


def is_number(value: object) -> bool:
    """Whether the value is written at the right edge of its column."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def width(text: str) -> int:
    """How many columns a text takes: combining marks take none."""
    return sum(not unicodedata.combining(char) for char in text)


def clipped(text: str, most: int) -> str:
    """The text on one line, at most `most` characters of it."""
    line = " ".join(shown(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def aligned(
    header: Sequence[str], rows: Iterable[Sequence[object]], lang: Language = "vi", most: int = 60
) -> list[str]:
    """Lines of a table in plain text: numbers to the right, texts to the left."""
    rows = [_with_years(header, row) for row in rows]
    columns = range(len(header))
    places = [decimals([row[at] for row in rows]) for at in columns]
    texts = [[_cell(row[at], places[at], lang, most) for at in columns] for row in rows]
    right = [any(is_number(row[at]) for row in rows) for at in columns]
    widths = [max(width(line[at]) for line in [list(header), *texts]) for at in columns]

    def line(cells: Sequence[str]) -> str:
        padded = []
        for text, room, is_right in zip(cells, widths, right, strict=True):
            space = " " * (room - width(text))
            padded.append(space + text if is_right else text + space)
        return "  ".join(padded).rstrip()

    rule = "  ".join("─" * room for room in widths)
    return [line(list(header)), rule, *(line(cells) for cells in texts)]


def written_column(values: Sequence[object], lang: Language = "vi") -> list[str]:
    """Values as a column writes them: its numbers with the same decimals, none rounded."""
    places = decimals(values)
    return [_cell(value, places, lang, most=10_000) for value in values]


def decimals(values: Sequence[object]) -> int:
    """Decimals that the longest number of a column needs; of floats, six digits of the largest."""
    exponents = (value.as_tuple().exponent for value in values if isinstance(value, Decimal))
    exact = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    return max(exact, _float_places([value for value in values if isinstance(value, float)]))


def _float_places(values: Sequence[float]) -> int:
    """Decimals that show six digits of the largest of some floats, no trailing zeros."""
    finite = [value for value in values if math.isfinite(value)]
    largest = max((abs(value) for value in finite), default=0.0)
    most = 5 - math.floor(math.log10(largest)) if largest > 0 else 0
    places = min(max(most, 0), 12)
    while places and all(round(value, places) == round(value, places - 1) for value in finite):
        places -= 1
    return places


def _written_float(value: float, places: int, lang: Language) -> str:
    text = f"{value:,.{places}f}" if abs(value) < 1e15 else f"{value:.6g}"
    return text.translate(_SWAPPED) if lang == "vi" else text


def _with_years(header: Sequence[str], row: Sequence[object]) -> list[object]:
    """A row in which years are names, not counts: 2025 and not 2.025."""
    return [
        str(value) if name in _YEARS and value is not None else value for name, value in zip(header, row, strict=True)
    ]


def _cell(value: object, places: int, lang: Language, most: int) -> str:
    """A value on one line, with the decimals of its column and the spaces it begins with."""
    if isinstance(value, float):
        return _written_float(value, places, lang)
    if isinstance(value, Decimal):
        return written(value.quantize(Decimal(1).scaleb(-places)), lang)
    text = written(value, lang)
    indent = text[: len(text) - len(text.lstrip(" "))]
    return indent + clipped(text, most)
