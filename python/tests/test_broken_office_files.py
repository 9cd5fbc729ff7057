"""Workbooks and documents that were tampered with: a table, or faults, and nothing taken from outside the file."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import office_files
import openpyxl
import parindex as pi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parindex.office import archive

TOKENS = [
    b"A1:XFD1048576", b"XFD1048576", b"&a;", b"../../../etc/passwd", b"file:///etc/passwd", b"-1", b"99999999999",
    b"NaN", b"\xc2\xb2", b"0", b"", b"s", b"e", b"d", b"true", b"2026-13-45", b"=1+1", b"\xe2\x80\xae", b"A0", b"AAAA1",
]  # fmt: skip
PLACE = re.compile(rb'"[^"<>]*"|>[^<>]+<')
"""A value of an attribute or a text, with what stands around it."""


@pytest.fixture(scope="module")
def framework() -> pi.Framework:
    return pi.Framework.load("par-index/local-example")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, framework: pi.Framework) -> dict[str, list[tuple[str, bytes]]]:
    """The parts of sound files, by the name of the file."""
    folder = tmp_path_factory.mktemp("sound")
    office_files.ministry(folder / "ministry.xlsx")
    office_files.department(folder / "department.xlsx")
    office_files.document(folder / "document.docx")
    pi.evidence_template(framework, folder / "evidence.xlsx", ["A", "B"])
    rows = [["Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn", "Tình trạng"], ["Việc", "Sở X", "20/12/2026", "Đã hoàn thành"]]
    office_files.filled(folder / "tasks.xlsx", "Kế hoạch", rows)
    found = {}
    for path in sorted(folder.iterdir()):
        with zipfile.ZipFile(path) as packed:
            found[path.name] = [(name, packed.read(name)) for name in packed.namelist()]
    return found


@pytest.fixture(scope="module")
def readers(framework: pi.Framework) -> list[Callable[[Path], Any]]:
    assessment = pi.score(framework, [{"unit": "A", "code": "1.2", "value": "85"}])
    return [
        pi.import_framework,
        lambda path: pi.read_evidence(path, framework, unit="A"),
        lambda path: pi.tasks(assessment, path, "2026-06-20"),
    ]


def packed(parts: list[tuple[str, bytes]], path: Path) -> Path:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for name, content in dict(parts).items():
            file.writestr(name, content)
    path.write_bytes(whole.getvalue())
    return path


def read(path: Path, readers: list[Callable[[Path], Any]]) -> None:
    for reader in readers[: 1 if path.suffix == ".docx" else None]:
        try:
            reader(path)
        except pi.ParIndexError as error:
            assert error.faults


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_tampered_parts(
    data: st.DataObject,
    files: dict[str, list[tuple[str, bytes]]],
    readers: list[Callable[[Path], Any]],
    tmp_path: Path,
) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    parts = list(files[name])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(parts) - 1))
        part, content = parts[at]
        places = [found.span() for found in PLACE.finditer(content)] or [(0, len(content))]
        start, end = data.draw(st.sampled_from(places))
        token = data.draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)))
        parts[at] = (part, content[: start + 1] + token + content[max(start + 1, end - 1) :])
    read(packed(parts, tmp_path / name), readers)


def replaced(files: dict[str, list[tuple[str, bytes]]], name: str, part: str, old: bytes, new: bytes) -> Any:
    """The parts of a file, one text of one part replaced."""
    before = dict(files[name])
    assert old in before[part], part
    return list({**before, part: before[part].replace(old, new, 1)}.items())


@pytest.mark.parametrize(
    ("name", "part", "old", "new"),
    [
        ("ministry.xlsx", "xl/worksheets/sheet1.xml", b'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="'),
        ("ministry.xlsx", "xl/worksheets/sheet1.xml", b'<mergeCell ref="A1:F1"', b'<mergeCell ref="A1:XFD1048576"'),
        ("ministry.xlsx", "xl/worksheets/sheet1.xml", b'<mergeCell ref="A1:F1"', b'<mergeCell ref="F1:A1"'),
        ("ministry.xlsx", "xl/worksheets/sheet1.xml", b"<row r=\"1\"", b"<row r=\"1048577\""),
        ("document.docx", "word/document.xml", b'<w:vMerge w:val="restart"/>', b'<w:gridSpan w:val="\xc2\xb2"/>'),
        ("document.docx", "word/document.xml", b'<w:vMerge w:val="restart"/>', b'<w:gridSpan w:val="99999"/>'),
        ("document.docx", "word/document.xml", b"<w:body>", b'<!DOCTYPE x [<!ENTITY a "b">]><w:body>'),
        ("tasks.xlsx", "[Content_Types].xml", b"<Types", b'<!DOCTYPE x [<!ENTITY a "b">]><Types'),
        ("tasks.xlsx", "xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../../etc/passwd"),
        ("tasks.xlsx", "xl/_rels/workbook.xml.rels", b'Target="', b'TargetMode="External" Target="http://127.0.0.1/'),
    ],
)  # fmt: skip
def test_known_attacks(
    name: str,
    part: str,
    old: bytes,
    new: bytes,
    files: dict[str, list[tuple[str, bytes]]],
    readers: list[Callable[[Path], Any]],
    tmp_path: Path,
) -> None:
    """`²` counts as a digit, and is no number: it went through as a ``ValueError``."""
    read(packed(replaced(files, name, part, old, new), tmp_path / name), readers)


def test_an_entity_is_refused(files: dict[str, list[tuple[str, bytes]]], tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    before = dict(files["tasks.xlsx"])
    sheet = re.sub(rb"^<\?xml[^>]*\?>", b"", before["xl/worksheets/sheet1.xml"])
    path = packed(list({**before, "xl/worksheets/sheet1.xml": bomb + sheet}.items()), tmp_path / "bomb.xlsx")
    with pytest.raises(pi.ParIndexError, match="document type"):
        pi.import_framework(path)


def test_a_link_to_another_workbook_is_not_followed(tmp_path: Path, readers: list[Callable[[Path], Any]]) -> None:
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], ["1", "Một", "='[/etc/passwd]Sheet1'!A1"], ["2", "=WEBSERVICE(1)", 2]]
    path = tmp_path / "linked.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.active["B2"].hyperlink = "file:///etc/passwd"
    book.save(path)
    read(path, readers)


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_a_device_is_not_read(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"endless.{ending}"
    path.symlink_to("/dev/zero")
    with pytest.raises(pi.ParIndexError, match="not a file"):
        archive.opened(path, "xlsx" if ending == "xlsx" else "docx")
