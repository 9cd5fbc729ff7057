"""Office files opened with care: what they unpack to is known before it is read.

``.xlsx`` and ``.docx`` are zip archives of XML. A small file may declare
gigabytes, a single merged cell may span a sheet, and a library that reads such a
file whole takes the machine with it. So every part is walked once, by a parser
that keeps nothing, before a library sees the file.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import IO, Literal, TypeAlias
from xml.parsers import expat

from parindex.office.faults import fault

Kind: TypeAlias = Literal["xlsx", "docx"]

MAX_FILE = 64 << 20
"""Most bytes a file may have."""
MAX_UNPACKED = 96 << 20
"""Most bytes its parts may have together, unpacked."""
MAX_PARTS = 4_000
"""Most parts it may have."""
MAX_CELLS = 400_000
"""Most cells its sheets or tables may have together; a merged range counts all of its cells."""
MAX_ELEMENTS = 2_000_000
"""Most XML elements it may have."""
MAX_STYLE_ELEMENTS = 200_000
"""Most XML elements its styles may have."""
MAX_ROWS = 100_000
"""Most rows its sheets or tables may have together, empty ones among them."""
MAX_DEPTH = 200
"""Most levels of XML elements."""
MAX_TEXT = 1 << 20
"""Most characters of one text."""

_MAIN: Mapping[Kind, str] = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
_CALLED: Mapping[Kind, str] = {"xlsx": "an Excel workbook (.xlsx)", "docx": "a Word document (.docx)"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")


@dataclass(frozen=True)
class Opened:
    """An office file that is safe to hand to a library."""

    content: io.BytesIO
    has_formulas: bool


def opened(path: str | PathLike[str], kind: Kind) -> Opened:
    """The bytes of an office file that is safe to hand to a library.

    Raises
    ------
    ParIndexError
        ``unreadable-file`` if it is no such file, locked by a password, of the
        format before 2007 or broken; ``too-large`` if it is or unpacks to more
        than is allowed.
    """
    name = str(Path(path))
    content = read_bytes(name, path)
    if content.startswith(_OLE):
        is_locked = _ENCRYPTED in content
        why = (
            "it is locked with a password: save a copy without"
            if is_locked
            else ("it is of the format before 2007 (.xls, .doc): save it as .xlsx or .docx")
        )
        raise unreadable(name, why)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            has_formulas = _walk(archive, name, kind)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError) as error:
        why = "it is no zip archive" if not content.startswith(b"PK") else f"it is broken ({error})"
        raise unreadable(name, f"{why}, so not {_CALLED[kind]}") from error
    return Opened(io.BytesIO(content), has_formulas)


def check_is_file(path: Path) -> None:
    """A pipe would be waited for without an end, a device read without one.

    Raises
    ------
    ParIndexError
        ``unreadable-file``.
    OSError
        If there is nothing at this path.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise unreadable(str(path), "it is not a file")


def unreadable(name: str, why: str) -> Exception:
    """The error of a file that cannot be read."""
    return fault("unreadable-file", f"cannot read {name}: {why}")


def read_bytes(name: str, path: str | PathLike[str]) -> bytes:
    """The bytes of a file of at most ``MAX_FILE``."""
    try:
        check_is_file(Path(path))
        with open(path, "rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise unreadable(name, error.strerror or str(error)) from error
    if len(content) > MAX_FILE:
        raise too_large(name, f"{MAX_FILE >> 20} MiB")
    return content


def too_large(what: str, limit: str) -> Exception:
    """The error of a file that holds more than is read."""
    return fault("too-large", f"{what} is too large: at most {limit}")


def _walk(archive: zipfile.ZipFile, name: str, kind: Kind) -> bool:
    """Walks all parts; whether a sheet has formulas."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise too_large(name, f"{MAX_PARTS} parts")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise too_large(f"{name}, unpacked,", f"{MAX_UNPACKED >> 20} MiB")
    if _MAIN[kind] not in archive.namelist():
        raise unreadable(name, f"it is not {_CALLED[kind]}")
    watch = _Watch(name)
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            with archive.open(part) as stream:
                watch.part(stream, part.filename)
    return watch.has_formulas


class _Watch:
    """Counts what the XML of a file holds, and keeps nothing of it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.has_formulas = False
        self._cells = 0
        self._rows = 0
        self._text = 0
        self._elements = 0
        self._depth = 0
        self._in_part = 0
        self._is_styles = False

    def part(self, stream: IO[bytes], filename: str) -> None:
        self._depth = self._in_part = 0
        self._is_styles = "styles" in filename
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.buffer_text = True
        while chunk := stream.read(1 << 18):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _doctype(self, *_: object) -> None:
        raise unreadable(self._name, "a part of it declares a document type, which no office file does")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._text = 0
        self._in_part += 1
        self._depth += 1
        local = tag.rpartition(" ")[2]
        if local in {"c", "tc"}:
            self._cells += 1
        elif local in {"row", "tr"}:
            self._rows += 1
        elif local == "f":
            self.has_formulas = True
        elif local == "mergeCell":
            self._cells += _area(attributes.get("ref", ""))
        elif local in {"gridSpan", "gridBefore", "gridAfter"}:
            self._cells += _span(attributes)
        if self._cells > MAX_CELLS:
            raise too_large(self._name, f"{MAX_CELLS} cells, those of merged ranges among them")
        if self._rows > MAX_ROWS:
            raise too_large(self._name, f"{MAX_ROWS} rows")
        if self._elements > MAX_ELEMENTS or (self._is_styles and self._in_part > MAX_STYLE_ELEMENTS):
            raise too_large(self._name, f"{MAX_ELEMENTS} elements, {MAX_STYLE_ELEMENTS} of them styles")
        if self._depth > MAX_DEPTH:
            raise too_large(self._name, f"{MAX_DEPTH} levels of elements")

    def _characters(self, text: str) -> None:
        self._text += len(text)
        if self._text > MAX_TEXT:
            raise too_large(self._name, f"{MAX_TEXT} characters in one text")

    def _end(self, _: str) -> None:
        self._text = 0
        self._depth -= 1


def _area(reference: str) -> int:
    """How many cells a range such as ``A1:C3`` has; none is more than are allowed."""
    found = _RANGE.fullmatch(reference)
    if found is None:
        return MAX_CELLS + 1
    left, top, right, bottom = found[1], int(found[2]), found[3] or found[1], int(found[4] or found[2])
    return (abs(_column(right) - _column(left)) + 1) * (abs(bottom - top) + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _span(attributes: dict[str, str]) -> int:
    values = [value for key, value in attributes.items() if key.endswith(" val") or key == "val"]
    return int(values[0]) if values and values[0].isdecimal() and len(values[0]) < 6 else MAX_CELLS + 1
