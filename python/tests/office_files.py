"""Criteria tables as offices lay them out, made cell by cell.

The shapes are those of real tables: numbering, merged headers, rule texts, the
steps of Cà Mau's Decision 1880/QĐ-UBND of 2013, and 10.05 typed for 10.50. Names,
numbers of criteria and all else are invented.
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
from openpyxl.styles import Font

STEPS = "Kịp thời: 1; không kịp thời: 0,5; không ban hành: 0"


def filled(
    path: Path, title: str, rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), bold: Sequence[str] = ()
) -> Any:
    """A workbook of one sheet, saved; the open book, to change and save again."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    for cell in bold:
        sheet[cell].font = Font(bold=True)
    book.save(path)
    return book


def ministry(path: Path) -> Path:
    """Two header rows, Roman fields, rule texts in rows of their own, 10.05 typed for 10.50, a hidden sheet and row."""
    rows = [
        ["BẢNG 2. BỘ CHỈ SỐ THỬ"],
        ["(Kèm theo Quyết định số 12 /QĐ-UBND ngày 05 tháng 11 năm 2013)"],
        [],
        ["STT", "Lĩnh vực/Tiêu chí/\nTiêu chí thành phần", "Điểm", None, None, "Màu"],
        [None, None, "Tối đa", "Tự đánh giá", "Thẩm định", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)=(3)-(4)", "(6)"],
        ["I", "CHỈ ĐẠO, ĐIỀU HÀNH", 4],
        ["1.1", "Kế hoạch", 3],
        ["1.1.1.", "Ban hành kế hoạch", 1],
        [None, STEPS],
        ["1.1.2.", "Hoàn thành kế hoạch", "2,00"],
        [None, "Trên 90%: 2"],
        [None, "Từ 70% - 90%: 1"],
        [None, "Dưới 70%: 0"],
        ["1.2", "Tuyên truyền", 1],
        [None, "Hội đồng xem xét từng trường hợp"],
        [None, "Dòng cũ, đã bỏ", 7],
        ["II", "THỂ CHẾ", 10.05],
        ["III", "THỦ TỤC", 5],
        ["3.1", "Tỷ lệ hồ sơ đúng hạn", 5],
        [None, "Tính điểm theo công thức: tỷ lệ × điểm tối đa / 80%"],
        [None, "TỔNG CỘNG", 19.5],
        ["Ghi chú: (*) là ví dụ"],
    ]
    book = filled(path, "Bảng 2", rows, ["A1:F1", "A4:A5", "B4:B5", "C4:E4", "F4:F5"], ["B7", "B18", "B19"])
    book.active.row_dimensions[17].hidden = True
    hidden = book.create_sheet("Nháp")
    hidden.append(["STT", "Tiêu chí", "Điểm tối đa"])
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


def department(path: Path) -> Path:
    """Codes at the start of the names, rule texts in a column, bonus and penalty points, errors, odd characters."""
    rows = [
        ["BỘ TIÊU CHÍ CỦA SỞ (ví dụ)"],
        ["Nội dung tiêu chí", "Thang điểm", "Cách tính điểm", "Tài liệu kiểm chứng", "Cơ quan chủ trì"],
        ["1. Cải cách thủ tục", 8],
        ["1.1. Công khai thủ tục", "２\u00a0điểm", "Có: 2 / Không: 0", "Quyết định công bố", "Văn phòng"],
        [
            "1.2. Hồ sơ đúng hạn",
            4,
            "Dưới 50%: 0; từ 50% đến dưới 80%: (tỷ lệ % × điểm tối đa)/80%; từ 80% trở lên: điểm tối đa",
        ],
        ["1.3. Chế độ báo cáo", "#REF!", "Mỗi báo cáo chậm trừ 0,25 điểm"],
        ["2. Tài chính công", 3],
        ["2.1 Tỷ lệ giải ngân", "1.5", "Từ 90%: 1,5; từ 70% đến 90%: 1; dưới 70%: 0"],
        ["2.2 Điều tra xã hội học", "1,5"],
        ["Tổng điểm", 11],
        ["Điểm thưởng", 2],
        ["Sáng kiến được công nhận", 2, "Mỗi sáng kiến được cộng 0,5 điểm, tối đa 2 điểm"],
        ["Điểm trừ", -1],
        ["Vi phạm kỷ luật", -1, "Mỗi trường hợp trừ 0,5 điểm"],
    ]
    book = filled(path, "Sở", rows, bold=["A3", "A7", "A10", "A11", "A13"])
    book.active["B7"] = "=B8+B9"
    book.active["B6"].data_type = "e"
    book.save(path)
    return path


def commune(path: Path) -> Path:
    """Numbers that start anew in each field, letters below, lost zeros, cases with their points in the column."""
    rows: list[list[Any]] = [
        ["TT", "Tiêu chí", "Điểm tối đa"],
        ["A", "CÁC TIÊU CHÍ", 14],
        ["I", "Chỉ đạo", 12],
        ["1", "Kế hoạch", 2],
        ["a)", "Ban hành kế hoạch", 1],
        [None, "- Kịp thời", 1],
        [None, "- Không kịp thời", 0.5],
        [None, "- Không ban hành", 0],
        ["b)", "Nội dung kế hoạch\nCó mục tiêu: 0,5\nCó lộ trình: 0,5", 1],
        ["2", "Nhiệm vụ", 10],
    ]
    rows += [[float(f"2.{at}") if at < 10 else 2.1, f"Nhiệm vụ {at}", 1] for at in range(1, 11)]
    rows += [
        ["II", "Kết quả", 2],
        ["1", "Chỉ số hài lòng", 2, None],
        [None, "Chỉ số × điểm tối đa / 100"],
        ["?", "Dòng lạ", 1],
    ]
    filled(path, "Xã", rows)
    return path


def document(path: Path) -> Path:
    """A Word table with merged headers that goes on in a second table."""
    page = docx.Document()
    page.add_paragraph("BỘ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH CẤP XÃ (ví dụ)")
    page.add_paragraph("Ban hành kèm theo Quyết định số 34/2024/QĐ-UBND ngày 1/2/2024")
    first = page.add_table(5, 3)
    lines = [
        ["STT", "Tiêu chí", "Điểm"],
        ["", "", "Tối đa"],
        ["1", "Chỉ đạo", "3"],
        ["1.1", "Kế hoạch", "1"],
        ["", STEPS, ""],
    ]
    second = page.add_table(3, 3)
    more = [["STT", "Tiêu chí", "Điểm"], ["1.2", "Hồ sơ đúng hạn\nTỷ lệ × điểm tối đa", "2"], ["", "Tổng cộng", "3"]]
    for table, texts in ((first, lines), (second, more)):
        for row, line in zip(table.rows, texts, strict=True):
            for cell, text in zip(row.cells, line, strict=True):
                cell.text = text
    first.cell(0, 0).merge(first.cell(1, 0))
    first.cell(0, 1).merge(first.cell(1, 1))
    page.save(str(path))
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """A workbook one part of which is replaced or added."""
    whole = io.BytesIO()
    book = openpyxl.Workbook()
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return path


def sheet_xml(rows: bytes, after: bytes = b"") -> bytes:
    """The part of a sheet with these rows."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="' + main + b'"><sheetData>' + rows + b"</sheetData>" + after + b"</worksheet>"
