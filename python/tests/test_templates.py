"""Workbooks the package writes are read back to the same evidence, and hold no formulas."""

import io
import stat
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import office_files
import openpyxl
import parindex as pi
import pytest
from conftest import rule_toml

UNITS = ["H44.100", "=cmd|' /C calc'!A0", "Sở Nội vụ/Phòng [A]", "sở nội vụ:phòng (a)"]
EVIDENCE: list[dict[str, Any]] = [
    {"code": "1.1", "numerator": 7, "denominator": 9},
    {"code": "2.1", "value": "88.4"},
    {"code": "4.6", "value": "có"},
    {"code": "5.4", "points": "5.89"},
]


@pytest.mark.parametrize("layout", ["sheets", "rows"])
def test_evidence_written_filled_and_read_scores_the_same(tmp_path: Path, layout: Any) -> None:
    framework = pi.Framework.load("dvc-766/unit")
    path = tmp_path / "mau.xlsx"
    pi.evidence_template(framework, path, UNITS, layout=layout)
    assert len(pi.read_evidence(path, framework)) == 0
    given = [row for row in EVIDENCE if layout == "sheets" or "value" in row]
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        _fill(sheet, given, layout)
    book.save(path)
    direct = [{"unit": unit, **row} for unit in UNITS for row in given]
    read = pi.score(framework, pi.read_evidence(path, framework))
    assert read.lines().to_dicts() == pi.score(framework, direct).lines().to_dicts()


def _fill(sheet: Any, given: list[dict[str, Any]], layout: str) -> None:
    rows = list(sheet.iter_rows())
    if layout == "rows":
        header = next(row for row in rows if row[0].value == "Mã đơn vị")
        columns = {cell.value: cell.column for cell in header}
        for row in rows[header[0].row + 1 :]:
            for said in given:
                sheet.cell(row[0].row, columns[said["code"]]).value = said["value"]
        return
    header = next(row for row in rows if row[0].value == "STT")
    columns = {cell.value: cell.column for cell in header}
    names = {"value": "Giá trị", "numerator": "Tử số", "denominator": "Mẫu số", "points": "Điểm tự đánh giá"}
    for row in rows:
        for said in given:
            if row[0].value == said["code"]:
                for key, name in names.items():
                    if key in said:
                        value = said[key]
                        sheet.cell(row[0].row, columns[name]).value = float(value) if key == "points" else value


def test_names_that_begin_like_formulas_are_texts(tmp_path: Path) -> None:
    text = (
        rule_toml('{ kind = "yes-no" }')
        .replace('vi = "Một"', 'vi = "=HYPERLINK(1)"')
        .replace('vi = "Thử"', 'vi = "@SUM(A1)"')
    )
    framework = pi.Framework.from_toml(text)
    pi.evidence_template(framework, tmp_path / "e.xlsx", ["+1", "-2"])
    pi.criteria_template(framework, tmp_path / "c.xlsx")
    for name in ("e.xlsx", "c.xlsx"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            sheets = [archive.read(part) for part in archive.namelist() if part.startswith("xl/worksheets/sheet")]
        assert sheets and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
        cells = [cell for sheet in openpyxl.load_workbook(tmp_path / name) for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
        assert any(cell.value == "=HYPERLINK(1)" and cell.quotePrefix for cell in cells)
    again = pi.import_framework(tmp_path / "c.xlsx").framework
    assert again is not None and again["1"].name() == "=HYPERLINK(1)"


def test_a_template_shows_what_may_be_filled_in(tmp_path: Path) -> None:
    pi.evidence_template(pi.Framework.load("par-index/local-example"), tmp_path / "e.xlsx", ["Sở A"])
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx")["Sở A"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert sheet.freeze_panes == f"C{rows['STT'][0].row + 1}"
    assert [rows["1.2"][at].value for at in (2, 3, 4)] == [
        2,
        "trên 90 %: 2; từ 70 % đến 90 %: 1; dưới 70 %: 0",
        "tỷ lệ %",
    ]
    allowed = {str(made.sqref): made for made in sheet.data_validations.dataValidation}
    by_cell = {cell: made for cells, made in allowed.items() for cell in cells.split()}
    value = by_cell[rows["1.1"][5].coordinate]
    assert (value.type, value.formula1) == ("list", '"kịp thời,không kịp thời,không ban hành"')
    share = by_cell[rows["1.2"][5].coordinate]
    assert (share.type, share.formula1, share.formula2) == ("decimal", "0", "100")


def test_a_template_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    framework = pi.Framework.load("par-index/local-example")
    folder = tmp_path / "folder.xlsx"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        pi.evidence_template(framework, folder)
    folder.rmdir()
    with pytest.raises(pi.ParIndexError) as caught:
        pi.evidence_template(framework, tmp_path / "e.xlsx", [str(unit) for unit in range(201)])
    assert caught.value.code == "too-large" and list(tmp_path.iterdir()) == []
    pi.evidence_template(framework, tmp_path / "e.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["e.xlsx"]
    assert stat.S_IMODE((tmp_path / "e.xlsx").stat().st_mode) & 0o400
    assert io.BytesIO((tmp_path / "e.xlsx").read_bytes()).read(2) == b"PK"


def test_a_template_is_a_workbook_and_is_called_so(tmp_path: Path) -> None:
    framework = pi.Framework.load("par-index/local-example")
    for write in (pi.criteria_template, pi.evidence_template):
        with pytest.raises(pi.ParIndexError, match=r"a template is a `\.xlsx` file") as caught:
            write(framework, tmp_path / "bang-2.docx")
        assert caught.value.code == "bad-value" and list(tmp_path.iterdir()) == []


def test_weights_have_no_place_in_a_table(tmp_path: Path) -> None:
    framework = pi.Framework.load("pci/2009")
    pi.criteria_template(framework, tmp_path / "c.xlsx")
    again = pi.import_framework(tmp_path / "c.xlsx").framework
    assert again is not None and again.codes() == framework.codes()
    # Ten sub-indices of ten points each but one that the edition does not weigh.
    assert again.max_points == sum((framework[code].max_points or Decimal(0) for code in framework), Decimal(0))


def test_a_small_file_that_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    path = office_files.with_part(
        tmp_path / "bomb.xlsx", "xl/worksheets/sheet1.xml", office_files.sheet_xml(b" " * (200 << 20))
    )
    assert path.stat().st_size < 1 << 20
    for read in (pi.import_framework, lambda path: pi.read_evidence(path, pi.Framework.load("dvc-766/unit"))):
        with pytest.raises(pi.ParIndexError) as caught:
            read(path)
        assert caught.value.code == "too-large"


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
MERGED = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'


@pytest.mark.parametrize(
    ("rows", "after", "code"),
    [
        (b"<row>" + b"<c/>" * 400_001 + b"</row>", b"", "too-large"),
        (b"<row/>" * 100_001, b"", "too-large"),
        (b"", MERGED, "too-large"),
        (FAR, b"", "too-large"),
        (b"<row>" * 1_000, b"", "too-large"),
        (b'<row><c t="inlineStr"><is><t>' + b"x" * (1 << 21) + b"</t></is></c></row>", b"", "too-large"),
        (b"<row><c></row>", b"", "unreadable-file"),
        (b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>', b"", "unreadable-file"),
    ],
    ids=["cells", "rows", "merged", "far", "deep", "long", "broken", "no such text"],
)
def test_hostile_sheets_are_refused(tmp_path: Path, rows: bytes, after: bytes, code: str) -> None:
    path = office_files.with_part(tmp_path / "t.xlsx", "xl/worksheets/sheet1.xml", office_files.sheet_xml(rows, after))
    with pytest.raises(pi.ParIndexError) as caught:
        pi.import_framework(path)
    assert caught.value.code == code and "t.xlsx" in str(caught.value)


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + office_files.sheet_xml(b"")
    with pytest.raises(pi.ParIndexError, match="document type") as caught:
        pi.import_framework(office_files.with_part(tmp_path / "t.xlsx", "xl/worksheets/sheet1.xml", bomb))
    assert caught.value.code == "unreadable-file"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("t.xls", OLE, "save it as .xlsx"),
        ("t.doc", OLE, "save it as .xlsx or .docx"),
        ("t.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("t.xlsx", b"STT,Ten\n", "not an Excel workbook"),
        ("t.docx", b"", "not a Word document"),
        ("t.xlsx", b"PK\x03\x04 cut", "broken"),
    ],
)
def test_what_is_no_office_file_says_why(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(pi.ParIndexError, match=why) as caught:
        pi.import_framework(tmp_path / name)
    assert caught.value.code == "unreadable-file"


def test_a_workbook_is_no_document(tmp_path: Path) -> None:
    path = office_files.document(tmp_path / "t.docx")
    path.rename(tmp_path / "t.xlsx")
    with pytest.raises(pi.ParIndexError, match="not an Excel workbook"):
        pi.import_framework(tmp_path / "t.xlsx")
    with pytest.raises(pi.ParIndexError, match="No such file"):
        pi.import_framework(tmp_path / "none.xlsx")
