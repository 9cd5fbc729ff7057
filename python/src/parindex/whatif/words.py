"""The widget's words in both languages."""

import re
from collections.abc import Mapping

from parindex.error import Fault
from parindex.layout import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Thử thay đổi", "What if"),
    "unit": ("Đơn vị", "Unit"),
    "language": ("Ngôn ngữ", "Language"),
    "reset_all": ("Đặt lại tất cả", "Reset all"),
    "reset": ("Đặt lại", "Reset"),
    "download": ("Tải CSV", "Download CSV"),
    "points": ("Điểm", "Points"),
    "index": ("Chỉ số", "Index"),
    "rank": ("Hạng", "Rank"),
    "chance": ("Khả năng vào top {top}", "Chance of the top {top}"),
    "start": ("ban đầu", "at the start"),
    "lost": ("Mất điểm ở đâu", "Where points are lost"),
    "nothing_lost": ("Không mất điểm nào.", "No points are lost."),
    "why": ("Cách tính", "How it is scored"),
    "choose": ("Chọn một tiêu chí để xem cách tính.", "Choose a criterion to see how it is scored."),
    "value": ("giá trị", "value"),
    "go_to": ("đến tiêu chí", "go to criterion"),
    "no_evidence": ("chưa có bằng chứng", "no evidence"),
    "yes": ("có", "yes"),
    "no": ("không", "no"),
    "assumed": ("giả định", "assumed"),
    "assumed_points": (
        "{points} điểm tối đa dựa trên dòng giả định, chưa phải chính thức.",
        "{points} points of the maximum rest on assumed rows and are not official.",
    ),
    "changes": ("{count} thay đổi", "{count} changed"),
    "error": ("chưa nhận", "not taken"),
    "places_up": ("tăng {count} bậc", "up {count}"),
    "places_down": ("giảm {count} bậc", "down {count}"),
    "say": (
        "{points} điểm, chỉ số {index}, hạng {rank} trên {ranked}{change}.",
        "{points} points, index {index}, rank {rank} of {ranked}{change}.",
    ),
    "say_change": (", thay đổi {change} điểm", ", changed by {change} points"),
    "missing": ("chưa có bằng chứng", "no evidence"),
    "not-applicable": ("không áp dụng", "not applicable"),
    "zero-denominator": ("mẫu số bằng 0", "denominator is zero"),
    "given": ("điểm được cho", "points given"),
    "scored": ("", ""),
}

_FAULTS: Mapping[str, str] = {
    "bad-number": "không phải số hợp lệ: viết như 1.234,5 (số đếm phải là số nguyên)",
    "not-exact": "quá nhiều chữ số: nhiều nhất 28 chữ số, 15 chữ số sau dấu phẩy",
    "negative-count": "số đếm không được âm",
    "numerator-exceeds-denominator": "tử số lớn hơn mẫu số",
    "zero-denominator": "mẫu số bằng 0, bộ tiêu chí không cho phép",
    "refused": "bộ tiêu chí không cho phép bỏ trống",
    "incomplete-row": "thiếu tử số hoặc mẫu số",
    "wrong-measure": "không đúng loại giá trị của tiêu chí này",
    "unknown-label": "không phải nhãn của tiêu chí này",
    "bad-date": "không phải ngày: viết 20/12/2026",
}


def words(lang: Language) -> dict[str, str]:
    """Every word by its name."""
    return {name: pair[lang == "en"] for name, pair in _WORDS.items()}


def fault_text(fault: Fault, lang: Language) -> str:
    """What is wrong with a field, in one phrase."""
    if lang == "en":
        return fault["message"]
    if fault["code"] == "out-of-range":
        allowed = re.search(r"allowed is (\S+) to (?:the maximum )?(\S+)$", fault["message"])
        bounds = [bound.translate(str.maketrans(".", ",")) for bound in allowed.groups()] if allowed else []
        return f"ngoài khoảng cho phép: từ {bounds[0]} đến {bounds[1]}" if bounds else "ngoài khoảng cho phép"
    return _FAULTS.get(fault["code"], fault["message"])


def not_a_number(lang: Language) -> str:
    """What to say of a text that is no number as `lang` writes it."""
    return "không phải số hợp lệ: viết như 1.234,5" if lang == "vi" else "not a number: write it as 1,234.5"
