"""A report as a Word document, laid out as offices hand theirs in.

Paper, margins, face, sizes, the national head, the place of number and date and
the recipients follow Decree 30/2020/NĐ-CP, annex I; titles and tables are ours.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

from parindex.optional import needed
from parindex.outputs import NO_DAY, undated
from parindex.report import figures, word_table
from parindex.report.content import Document, Figure, Section

FACE = "Times New Roman"
_MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 20}
_SHORT, _LONG = 210, 297
_OPEN = "……………"


def word(document: Document) -> bytes:
    """The document. The same content gives the same bytes."""
    needed("docx", "a Word report", "'parindex[report]'")
    return _Writer(document).written()


class _Writer:
    """A document in the making, top to bottom."""

    def __init__(self, document: Document) -> None:
        import docx

        self.document = document
        self.file: Any = docx.Document()
        self.say = document.say

    def written(self) -> bytes:
        self._set_styles()
        self._set_page(self.file.sections[0], is_wide=False)
        self._number_pages()
        self._head()
        self._body()
        self._signature()
        self._annexes()
        self._set_properties()
        data = io.BytesIO()
        self.file.save(data)
        return undated(data.getvalue())

    def _set_styles(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        for name, size in (("Normal", 13), ("Heading 1", 13), ("Heading 2", 13)):
            style = self.file.styles[name]
            style.font.size = Pt(size)
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in list(fonts.attrib):
                del fonts.attrib[attribute]
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{script}"), FACE)
            style.paragraph_format.space_before = Pt(12 if name != "Normal" else 0)
            style.paragraph_format.space_after = Pt(6)
        self.file.styles["Normal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        for tag in self.file.styles.element.iter(qn("w:lang")):
            tag.set(qn("w:val"), self.say("vi-VN", "en-GB"))

    def _set_page(self, section: Any, *, is_wide: bool) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(_LONG), Mm(_SHORT)) if is_wide else (Mm(_SHORT), Mm(_LONG))
        for margin, size in _MARGINS.items():
            setattr(section, margin, Mm(size))
        section.header_distance = Mm(10)

    def _number_pages(self) -> None:
        """Arabic numbers in the middle of the head, none on the first page."""
        section = self.file.sections[0]
        section.different_first_page_header_footer = True
        paragraph = section.header.paragraphs[0]
        self._centre(paragraph)
        paragraph._p.append(word_table.xml('<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))

    def _head(self) -> None:
        office = self.document.office
        number = office.number or self.say(f"{_OPEN}/…-…", _OPEN)
        day = self.document.day() or self.say("ngày … tháng … năm …", "… … …")
        left = [
            word_table.line(office.superior.upper() if office.superior else _OPEN, 13),
            word_table.line(office.name.upper() if office.name else _OPEN, 13, bold=True),
            word_table.rule(side=18),
            word_table.line(self.say(f"Số: {number}", f"No. {number}"), 13),
        ]
        right = [
            word_table.line(
                self.say("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIETNAM"), 13, bold=True
            ),
            word_table.line(
                self.say("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"), 14, bold=True
            ),
            word_table.rule(side=16),
            word_table.line(f"{office.place or _OPEN}, {day}", 14, italic=True),
        ]
        self._append(word_table.beside([(60, left), (100, right)]))
        self._paragraph(self.document.sort, 14, is_bold=True, before=18, after=0)
        self._paragraph(self.document.title, 14, is_bold=True, after=0)
        self._append(word_table.rule(side=55))

    def _body(self) -> None:
        self._heading(self.say("Kết quả chung", "Overview"), 1)
        for name, value in self.document.facts:
            paragraph = self.file.add_paragraph()
            self._indent(paragraph)
            self._align(paragraph, "LEFT")
            paragraph.add_run(word_table.clean(f"{name}: "))
            paragraph.add_run(word_table.clean(value)).bold = True
        for remark in self.document.remarks:
            self._indent(self.file.add_paragraph(word_table.clean(remark)))
        sections = self._shown(is_annex=False)
        for at, section in enumerate(sections[:1], 2):
            self._section(section, at, width=_SHORT)
        for figure in self.document.figures:
            self._figure(figure)
        for at, section in enumerate(sections[1:], 3):
            self._section(section, at, width=_SHORT)
        if self._shown(is_annex=True):
            last = self.file.add_paragraph(
                self.say("Các bảng chi tiết ở phụ lục kèm theo.", "Details follow in the annexes.")
            )
            last.paragraph_format.keep_with_next = True  # no signature alone on its page
            self._indent(last)

    def _signature(self) -> None:
        office = self.document.office
        recipients = list(office.recipients) or [_OPEN, self.say("Lưu: VT, …", "Archives")]
        listed = [f"- {name};" for name in recipients[:-1]] + [f"- {recipients[-1]}."]
        left = [word_table.line(self.say("Nơi nhận:", "Recipients:"), 12, bold=True, italic=True, centred=False)]
        left += [word_table.line(text, 11, centred=False) for text in listed]
        signer = (office.signer or self.say("Quyền hạn, chức vụ của người ký", "Title of who signs")).upper()
        right = [word_table.line(signer, 14, bold=True), *(word_table.line("", 14) for _ in range(4))]
        right.append(word_table.line(_OPEN, 14, bold=True))
        self._paragraph("", 13, before=6, after=0).paragraph_format.keep_with_next = True
        self._append(word_table.beside([(80, left), (80, right)]))

    def _annexes(self) -> None:
        from docx.enum.section import WD_SECTION

        annexes = self._shown(is_annex=True)
        for at, section in enumerate(annexes, 1):
            if at == 1:
                page = self.file.add_section(WD_SECTION.NEW_PAGE)
                page.different_first_page_header_footer = False
                self._set_page(page, is_wide=True)
            self._section(section, at, width=_LONG)

    def _shown(self, *, is_annex: bool) -> list[Section]:
        return [section for section in self.document.sections if section.is_annex == is_annex]

    def _section(self, section: Section, at: int, width: int) -> None:
        if section.is_annex:
            self._heading(
                self.say(f"Phụ lục {at}. {section.title}", f"Annex {at}. {section.title}"), None, is_new_page=at > 1
            )
        else:
            self._heading(section.title, at)
        for note in section.notes:
            paragraph = self.file.add_paragraph()
            paragraph.add_run(word_table.clean(note)).italic = True
            paragraph.paragraph_format.keep_with_next = True
        room = width - _MARGINS["left_margin"] - _MARGINS["right_margin"]
        self._append(word_table.table(section, self.document.lang, room))
        self._paragraph("", 6, after=0)

    def _heading(self, text: str, number: int | None, *, is_new_page: bool = False) -> None:
        paragraph = self.file.add_heading(word_table.clean(text if number is None else f"{number}. {text}"), 1)
        paragraph.paragraph_format.page_break_before = is_new_page
        if number is None:
            self._centre(paragraph)

    def _figure(self, figure: Figure) -> None:
        from docx.shared import Mm

        paragraph = self.file.add_paragraph()
        self._centre(paragraph)
        picture = paragraph.add_run().add_picture(io.BytesIO(figures.png(figure)))
        scale = min(Mm(155) / picture.width, Mm(200) / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        properties = picture._inline.docPr
        properties.set("descr", word_table.clean(figure.words))
        properties.set("title", word_table.clean(figure.title))

    def _paragraph(self, text: str, size: int, *, is_bold: bool = False, before: int = 0, after: int = 6) -> Any:
        from docx.shared import Pt

        paragraph = self.file.add_paragraph()
        self._centre(paragraph)
        run = paragraph.add_run(word_table.clean(text))
        run.font.size, run.bold = Pt(size), is_bold
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
        return paragraph

    def _centre(self, paragraph: Any) -> None:
        self._align(paragraph, "CENTER")

    def _align(self, paragraph: Any, where: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, where)

    def _indent(self, paragraph: Any) -> None:
        from docx.shared import Mm

        paragraph.paragraph_format.first_line_indent = Mm(10)

    def _append(self, text: str) -> None:
        """Puts a block in front of the properties of the last section."""
        self.file.element.body.sectPr.addprevious(word_table.xml(text))

    def _set_properties(self) -> None:
        properties = self.file.core_properties
        day = self.document.today
        when = NO_DAY if day is None else datetime.datetime.combine(day, datetime.time())
        properties.created = properties.modified = when
        properties.author = word_table.clean(self.document.office.name or "")[:255]
        properties.title = word_table.clean(self.document.title)[:255]
        properties.comments, properties.last_modified_by = "", ""
        properties.language = self.say("vi-VN", "en-GB")
