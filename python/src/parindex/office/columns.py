"""What the columns of an office's table are: found from the words of their header."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from parindex.office import figures
from parindex.office.grid import Grid

_LAST_HEADER_ROW = 80
_MOST_HEADER_ROWS = 3

# The first that fits counts, so that the narrower stand before the wider.
_ROLES = [
    ("measure", r"^(đơn vị tính|đvt|kiểu dữ liệu)$"),
    (
        "agency",
        r"^(đơn vị|cơ quan|phòng|bộ phận|sở).*(chủ trì|phụ trách|tham mưu|thực hiện|theo dõi|trách nhiệm)|^agency$",
    ),
    ("documents", r"tài liệu|kiểm chứng|minh chứng|^documents$"),
    ("rule", r"(cách|phương pháp|công thức|thang|hướng dẫn).*(tính|chấm|xác định|điểm chi tiết)|^rule$"),
    ("explained", r"điểm.*(giải trình|phúc khảo)|sau giải trình"),
    ("explanation", r"giải trình|^explanation$"),
    ("max", r"tối đa|điểm chuẩn|thang điểm|điểm quy định|^max(imum|_points)?$"),
    ("self", r"tự (đánh giá|chấm|xác định)|^self$"),
    ("appraised-2", r"(thẩm định|đánh giá).*(lần|vòng) ?(2|ii|hai)$|phúc tra|^appraised-2$"),
    ("appraised-1", r"thẩm định|^appraised-1$"),
    ("survey", r"điểm.*(xhh|xã hội học|khảo sát)"),
    ("final", r"điểm (đạt|đạt được|chính thức|cuối cùng|kết luận)$|kết quả chấm|điểm được công nhận|^final$"),
    ("numerator", r"^tử số|^numerator$"),
    ("denominator", r"^mẫu số|^denominator$"),
    ("value", r"^(giá trị|tỷ lệ|tỉ lệ|số liệu)( đạt| đạt được| thực tế)?( \(%\))?$|^value$"),
    ("note", r"ghi chú|^note$|kết quả thực hiện"),
    ("stage", r"^(stage|giai đoạn|vòng)$"),
    ("points", r"^(points|điểm)$"),
    ("source", r"^(source|nguồn)$"),
    ("code", r"^(stt|tt|số tt|số thứ tự|mã|mã số|mã (số )?(tiêu chí|tctp)|code|no\.?|#)$"),
    ("unit", r"^(tên |mã )?(đơn vị|cơ quan|địa phương)( (được )?(chấm|đánh giá))?$|^unit$"),
    ("name", r"tiêu chí|lĩnh vực|nội dung|chỉ tiêu|chỉ số thành phần|criteri|^name$"),
]
_COLUMN_NUMBER = re.compile(r"[(\[]?([a-h]|\d{1,2})[)\]]?(\s*=\s*[\d+()/x:\-\s]+)?")
_COMPILED = [(role, re.compile(pattern)) for role, pattern in _ROLES]


@lru_cache(maxsize=4096)
def role_of(header: str) -> str | None:
    """What a column with this header holds, None if nothing that is known.

    >>> role_of("Điểm tự\\nđánh giá"), role_of("STT"), role_of("Tài liệu kiểm chứng"), role_of("Màu sắc")
    ('self', 'code', 'documents', None)
    """
    text = figures.folded(header).strip(" .:*")
    return next((role for role, pattern in _COMPILED if pattern.search(text)), None)


@dataclass(frozen=True)
class Header:
    """The rows of a header and the columns under it."""

    top: int
    bottom: int
    roles: dict[str, int]
    """The column of each role; the first that fits."""
    texts: dict[int, str]

    def unused(self) -> list[int]:
        """Columns with a header that have no role of their own."""
        used = set(self.roles.values())
        return [column for column in self.texts if column not in used]


def header_of(grid: Grid, is_enough: Callable[[Collection[str]], bool]) -> Header | None:
    """The header of the table in a grid: the rows whose words give the most roles, the fewest rows of them.

    ``is_enough`` says whether the roles found make a table of the kind looked for.
    """
    best: Header | None = None
    numbers = [row for row in grid.numbers() if row <= _LAST_HEADER_ROW]
    width = max((column for row in numbers for column in grid.rows[row]), default=0)
    for height in range(1, _MOST_HEADER_ROWS + 1):
        for row in numbers:
            found = _header(grid, row, row + height - 1, width)
            if is_enough(found.roles) and (best is None or len(found.roles) > len(best.roles)):
                best = found
    return best and _with_merged(grid, best, width)


def _header(grid: Grid, top: int, bottom: int, width: int) -> Header:
    texts: dict[int, str] = {}
    for column in range(1, width + 1):
        parts: list[str] = []
        for row in range(top, bottom + 1):
            cell = grid.under(row, column)
            if cell is not None and cell.text not in parts:
                parts.append(cell.text)
        if parts:
            texts[column] = " ".join(parts)
    roles: dict[str, int] = {}
    for column, text in texts.items():
        origin = grid.merged.get((bottom, column), (bottom, column))
        is_inside = origin[1] != column
        role = role_of(text) or role_of(grid.text(bottom, column))
        if role is not None and not is_inside:
            roles.setdefault(role, column)
    return Header(top, bottom, roles, texts)


def _with_merged(grid: Grid, header: Header, width: int) -> Header:
    """The header with the rows that its merged cells reach up and down to."""
    top, bottom = header.top, header.bottom
    for (row, column), origin in grid.merged.items():
        is_filled = column in header.texts and grid.cell(*origin) is not None
        if is_filled and header.top <= row <= header.bottom:
            top = min(top, origin[0])
        if is_filled and header.top <= origin[0] <= header.bottom:
            bottom = max(bottom, row)
    top, bottom = max(top, header.top - _MOST_HEADER_ROWS), min(bottom, header.bottom + _MOST_HEADER_ROWS)
    return Header(top, bottom, header.roles, _header(grid, top, bottom, width).texts)


def is_header_again(grid: Grid, row: int, header: Header) -> bool:
    """Whether a row repeats the header, or numbers the columns: ``(1) (2) (3)``, ``A B 1 2=3+4``."""
    texts = [figures.folded(cell.text) for _, cell in grid.line(row)]
    is_below = row <= header.bottom + 2
    if is_below and len(texts) > 1 and all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return True
    words = {figures.folded(cell.text) for at in range(header.top, header.bottom + 1) for _, cell in grid.line(at)}
    return len(texts) > 1 and set(texts) <= words
