"""How offices write areas of reform, states of work and due dates, in Vietnamese and English."""

import calendar
import datetime
import re
import unicodedata
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["done", "in-progress", "not-started"]

_STATUSES: dict[Status, tuple[str, ...]] = {
    "done": (
        "hoan thanh", "da hoan thanh", "hoan thanh dung han", "hoan thanh truoc han", "hoan thanh tre han",
        "hoan thanh qua han",
        "da thuc hien", "da thuc hien xong", "thuc hien xong", "xong", "da xong", "done", "completed", "complete",
        "finished",
    ),
    "in-progress": (
        "dang thuc hien", "dang trien khai", "dang lam", "dang xu ly", "chua hoan thanh", "da trien khai",
        "cham tien do", "qua han",
        "in progress", "in-progress", "ongoing", "started", "doing", "under way", "underway", "late", "overdue",
    ),
    "not-started": (
        "chua thuc hien", "chua trien khai", "chua bat dau", "chua lam", "chua den han", "not started", "not-started",
        "to do", "todo",
        "planned", "pending",
    ),
}  # fmt: skip

# The eight fields of PAR INDEX by words that their names hold. The six areas of the reform programme are fields 2 to 7;
# field 1 (steering) and field 8 (impact) are areas of no programme, and a register may still name them.
_FIELDS: dict[int, tuple[str, ...]] = {
    1: ("chi dao, dieu hanh", "chi dao dieu hanh", "steering"),
    2: ("the che", "vbqppl", "van ban quy pham phap luat", "institutional", "legal document"),
    3: ("thu tuc hanh chinh", "tthc", "administrative procedure"),
    4: ("bo may", "organisation", "organization", "apparatus"),
    5: ("cong vu", "cong chuc", "cbccvc", "civil serv"),
    6: ("tai chinh cong", "public finance"),
    7: ("chinh quyen dien tu", "chinh quyen so", "chinh phu dien tu", "chinh phu so", "hien dai hoa",
        "digital government", "e-government", "modernisation", "modernization"),
    8: ("tac dong", "impact"),
}  # fmt: skip

_STANDING = (
    "thuong xuyen", "lien tuc", "hang nam", "hang quy", "hang thang", "ongoing", "continuous", "standing", "yearly",
    "monthly", "quarterly",
)  # fmt: skip
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def plain(text: str) -> str:
    """Small letters without diacritics, one blank between words: how typed words are compared.

    >>> from parindex.workplan.words import plain
    >>> plain("  Đã  hoàn THÀNH ")
    'da hoan thanh'
    """
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(char for char in apart if not unicodedata.combining(char)).split())


def status_of(text: str) -> Status | None:
    """The state of work that the words mean, if they are known.

    >>> from parindex.workplan.words import status_of
    >>> status_of("Đang thực hiện"), status_of("Done"), status_of("?")
    ('in-progress', 'done', None)
    """
    word = plain(text).strip(" .;")
    return next((status for status, words in _STATUSES.items() if word in words), None)


def field_of(area: str) -> int | None:
    """The field of PAR INDEX, 1 to 8, that an area of reform or the name of a field means; None unless it is one.

    >>> from parindex.workplan.words import field_of
    >>> field_of("I. Cải cách thể chế"), field_of("Chính quyền số"), field_of("Cải cách TTHC và tài chính công")
    (2, 7, None)
    """
    word = plain(area)
    found = [field for field, words in _FIELDS.items() if any(part in word for part in words)]
    return found[0] if len(found) == 1 else None


def is_standing(text: str) -> bool:
    """Whether the words mean work without an end, such as *thường xuyên*."""
    return any(plain(text).startswith(word) for word in _STANDING)


def due_of(text: str) -> datetime.date | None:
    """The last day that the words leave; None where they are no date.

    A month, a quarter or a year ends on its last day; *trước ngày* D leaves the day before D.

    >>> from parindex.workplan.words import due_of
    >>> for text in ["20/12/2026", "Tháng 6/2026", "Quý IV năm 2026", "trước ngày 20/12/2026", "31/02/2026"]:
    ...     print(due_of(text))
    2026-12-20
    2026-06-30
    2026-12-31
    2026-12-19
    None
    """
    word = plain(text).strip(" .;")
    before = re.fullmatch(r"(?:truoc|before)(?: ngay)? (.+)", word)
    if before:
        day = _day(before[1])
        return None if day is None else day - datetime.timedelta(days=1)
    return _day(word.removeprefix("ngay ")) or _end(word)


def _day(word: str) -> datetime.date | None:
    first_day = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", word)
    first_year = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", word)
    try:
        if first_day:
            return datetime.date(int(first_day[3]), int(first_day[2]), int(first_day[1]))
        if first_year:
            return datetime.date(int(first_year[1]), int(first_year[2]), int(first_year[3]))
    except ValueError:
        pass
    return None


def _end(word: str) -> datetime.date | None:
    """The last day of a month, a quarter or a year."""
    month = re.fullmatch(r"(?:thang )?(\d{1,2})(?:/| nam )(\d{4})", word)
    quarter = re.fullmatch(r"(?:quy |q)(iv|i{1,3}|[1-4])(?:/| nam |/nam |-| )(\d{4})", word)
    year = re.fullmatch(r"(?:nam |trong nam )?(\d{4})", word)
    if month and 1 <= int(month[1]) <= 12:
        return _last(int(month[2]), int(month[1]))
    if quarter:
        return _last(int(quarter[2]), 3 * _QUARTERS[quarter[1]])
    return _last(int(year[1]), 12) if year else None


def _last(year: int, month: int) -> datetime.date | None:
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        return None
    return datetime.date(year, month, calendar.monthrange(year, month)[1])
