"""What columns and their words are called for people: technical names stay in data, these stand in what is shown."""

from __future__ import annotations

from collections.abc import Collection

from parindex.layout import Language

_COLUMNS: dict[str, tuple[str, str]] = {
    "rank": ("Hạng", "Rank"),
    "unit": ("Mã đơn vị", "Unit"),
    "name": ("Tên", "Name"),
    "points": ("Điểm", "Points"),
    "max_points": ("Điểm tối đa", "Maximum"),
    "index": ("Chỉ số, %", "Index, %"),
    "band": ("Nhóm", "Band"),
    "missing_points": ("Điểm chưa có bằng chứng", "Points without evidence"),
    "assumed_points": ("Điểm dựa trên giả định", "Points resting on assumptions"),
    "level": ("Cấp", "Level"),
    "parent": ("Đơn vị cấp trên", "Parent"),
    "code": ("Mã", "Code"),
    "is_leaf": ("Được chấm trực tiếp", "Scored directly"),
    "status": ("Tình trạng", "Status"),
    "value": ("Giá trị", "Value"),
    "numerator": ("Tử số", "Numerator"),
    "denominator": ("Mẫu số", "Denominator"),
    "reason": ("Lý do", "Reason"),
    "lost": ("Điểm mất", "Points lost"),
    "agency": ("Cơ quan", "Agency"),
    "remedy": ("Giải pháp", "Remedy"),
    "due": ("Thời hạn", "Due"),
    "codes": ("Tiêu chí", "Criteria"),
    "before": ("Trước", "Before"),
    "after": ("Sau", "After"),
    "change": ("Thay đổi", "Change"),
    "self": ("Tự chấm", "Self-score"),
    "appraised": ("Thẩm định", "Appraised"),
    "explanation": ("Giải trình", "Explanation"),
    "documents": ("Tài liệu kiểm chứng", "Documents"),
    "id": ("Mã", "Id"),
    "title": ("Tên", "Title"),
    "decision": ("Quyết định", "Decision"),
    "rounds": ("Năm áp dụng", "Rounds"),
    "weight": ("Trọng số", "Weight"),
    "method": ("Cách thu thập", "Method"),
    "rule": ("Cách chấm", "Rule"),
    "evidence": ("Bằng chứng", "Evidence"),
    "basis": ("Căn cứ", "Basis"),
    "source": ("Nguồn", "Source"),
    "estimate": ("Ước lượng", "Estimate"),
    "official": ("Số chính thức", "Official figure"),
    "se": ("Sai số chuẩn", "Standard error"),
    "df": ("Bậc tự do", "Degrees of freedom"),
    "ci_low": ("Cận dưới", "Lower limit"),
    "ci_high": ("Cận trên", "Upper limit"),
    "deff": ("Hệ số thiết kế", "Design effect"),
    "n": ("Số phiếu", "Answers"),
    "psus": ("Số đơn vị mẫu", "Sampled units"),
    "note": ("Ghi chú", "Note"),
    "satisfied": ("Hài lòng", "Satisfied"),
    "valid": ("Hợp lệ", "Valid"),
    "outside": ("Không biết", "Don't know"),
    "blank": ("Bỏ trống", "Blank"),
    "rank_low": ("Hạng tốt nhất có thể", "Best possible rank"),
    "rank_high": ("Hạng thấp nhất có thể", "Worst possible rank"),
    "month": ("Tháng", "Month"),
    "quarter": ("Quý", "Quarter"),
    "year": ("Năm", "Year"),
    "received": ("Tiếp nhận", "Received"),
    "on_time": ("Đúng hạn", "On time"),
    "late": ("Trễ hạn", "Late"),
    "pending_in_time": ("Đang xử lý, còn hạn", "Pending, in time"),
    "pending_late": ("Đang xử lý, quá hạn", "Pending, late"),
    "uncounted": ("Không tính", "Not counted"),
    "ratio": ("Tỷ lệ", "Ratio"),
    "score": ("Điểm", "Score"),
    "mean": ("Trung bình", "Mean"),
    "sd": ("Độ lệch chuẩn", "Standard deviation"),
    "q05": ("Điểm, 5 %", "Score, 5 %"),
    "q50": ("Điểm, trung vị", "Score, median"),
    "q95": ("Điểm, 95 %", "Score, 95 %"),
    "rank_q05": ("Hạng, 5 %", "Rank, 5 %"),
    "rank_q50": ("Hạng, trung vị", "Rank, median"),
    "rank_q95": ("Hạng, 95 %", "Rank, 95 %"),
    "so_far": ("Đến nay", "So far"),
    "expected": ("Dự kiến", "Expected"),
    "low": ("Cận dưới", "Low"),
    "high": ("Cận trên", "High"),
    "p_reach": ("Xác suất đạt", "Chance to reach"),
    "rate_needed": ("Tỷ lệ cần đạt", "Rate needed"),
    "late_affordable": ("Số hồ sơ còn được trễ", "Late ones affordable"),
    "to_come": ("Dự kiến phát sinh", "To come"),
    "row": ("Dòng", "Row"),
    "task": ("Nhiệm vụ", "Task"),
    "area": ("Lĩnh vực", "Area"),
    "lead": ("Chủ trì", "Lead"),
    "state": ("Tình hình", "State"),
    "days_left": ("Số ngày còn lại", "Days left"),
    "points_lacking": ("Điểm còn thiếu", "Points lacking"),
    "points_held": ("Điểm đang giữ", "Points held"),
    "points_at_risk": ("Điểm có nguy cơ", "Points at risk"),
    "tasks": ("Số nhiệm vụ", "Tasks"),
    "action": ("Việc", "Action"),
    "actions": ("Các việc", "Actions"),
    "chosen": ("Chọn", "Chosen"),
    "points_after": ("Điểm khi đạt", "Points after"),
    "worth": ("Điểm thêm khi đạt", "Worth"),
    "gain": ("Điểm thêm kỳ vọng", "Expected gain"),
    "adds": ("Đóng góp vào kế hoạch", "Adds to the plan"),
    "cost": ("Chi phí", "Cost"),
    "chance": ("Xác suất đạt", "Chance"),
    "per_cost": ("Điểm thêm trên chi phí", "Gain per cost"),
    "needs": ("Cần kèm", "Needs"),
    "excludes": ("Loại trừ", "Excludes"),
    "p_top": ("Xác suất vào nhóm đầu", "Chance of the top"),
    "proven": ("Đã chứng minh", "Proven"),
    "done": ("Đã hoàn thành", "Done"),
    "overdue": ("Quá hạn", "Overdue"),
    "due_soon": ("Sắp đến hạn", "Due soon"),
    "open": ("Còn hạn", "Open"),
    "standing": ("Thường xuyên", "Standing"),
}

_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "status": {
        "scored": ("đã chấm", "scored"),
        "given": ("điểm được chấm", "points given"),
        "missing": ("chưa có bằng chứng", "no evidence"),
        "not-applicable": ("không áp dụng", "not applicable"),
        "zero-denominator": ("mẫu số bằng 0", "zero denominator"),
        "official": ("chính thức", "official"),
        "reported": ("theo báo chí, bên thứ ba", "reported"),
        "draft": ("bản nháp", "draft"),
        "outline": ("đề cương", "outline"),
        "done": ("đã hoàn thành", "done"),
        "in-progress": ("đang thực hiện", "in progress"),
        "not-started": ("chưa thực hiện", "not started"),
    },
    "basis": {
        "official": ("chính thức", "official"),
        "reported": ("theo báo chí, bên thứ ba", "reported"),
        "inferred": ("suy ra", "inferred"),
        "assumed": ("giả định", "assumed"),
    },
    "level": {
        "province": ("tỉnh, thành phố", "provinces"),
        "department": ("sở, ban, ngành", "departments"),
        "district": ("huyện", "districts"),
        "commune": ("xã, phường", "communes"),
        "unit": ("đơn vị", "units"),
    },
    "state": {
        "done": ("đã hoàn thành", "done"),
        "overdue": ("quá hạn", "overdue"),
        "due-soon": ("sắp đến hạn", "due soon"),
        "open": ("còn hạn", "open"),
        "standing": ("thường xuyên", "standing"),
    },
}


def meaning(name: str, columns: Collection[str]) -> str:
    """What a column of a table with these columns holds: the `unit` of a list of frameworks is the level they score.

    >>> from parindex.labels import meaning
    >>> meaning("unit", ["id", "unit", "rounds"]), meaning("unit", ["rank", "unit"])
    ('level', 'unit')
    """
    return "level" if name == "unit" and "rounds" in columns else name


def column(name: str, lang: Language = "vi") -> str:
    """What a column is called; its technical name if it is none of ours.

    >>> from parindex.labels import column
    >>> column("max_points"), column("p_top10"), column("ghi_chu")
    ('Điểm tối đa', 'Xác suất vào 10 hạng đầu', 'ghi_chu')
    """
    top = name.removeprefix("p_top")
    if top != name and top.isdecimal():
        return f"Xác suất vào {top} hạng đầu" if lang == "vi" else f"Chance of the top {top}"
    return _COLUMNS.get(name, (name, name))[lang == "en"]


def word(column: str, value: object, lang: Language = "vi") -> object:
    """What a value of a column is called, where it is one of our words; else itself.

    >>> from parindex.labels import word
    >>> word("status", "missing"), word("name", "missing")
    ('chưa có bằng chứng', 'missing')
    """
    known = _WORDS.get(column, {}).get(value) if isinstance(value, str) else None
    return value if known is None else known[lang == "en"]
