"""Reports that offices hand in: Word, Excel and one page of HTML from the same content."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from parindex import outputs
from parindex.arguments import day, flag, of, path, takes, text, texts
from parindex.office.faults import fault
from parindex.report import composition
from parindex.report.agencies import duties
from parindex.report.content import Document, Office
from parindex.report.material import Material, period_named
from parindex.workplan import Tasks
from parindex.workplan import tasks as tasks_of

if TYPE_CHECKING:
    from parindex._native import Assessment
    from parindex.layout import Language

Kind: TypeAlias = Literal["full", "self-assessment", "explanation", "plan", "quarterly"]

__all__ = ["report"]

MAX_LINES = 1_000_000
"""Most units × criteria of a report: a sheet of Excel has 1,048,576 rows."""


@takes(
    a=of("Assessment"),
    path=path,
    lang=text,
    kind=text,
    unit=text,
    before=of("Assessment"),
    forecast=of("Forecast"),
    period=text,
    within=text,
    charts=flag,
    title=text,
    office=text,
    superior=text,
    number=text,
    place=text,
    signer=text,
    recipients=texts,
    today=day,
)
def report(
    a: Assessment,
    path: str | PathLike[str],
    *,
    lang: Language = "vi",
    kind: Kind = "full",
    unit: str | None = None,
    evidence: Any = None,
    before: Assessment | None = None,
    crosswalk: Any = None,
    agencies: Any = None,
    tasks: Any = None,
    forecast: Any = None,
    period: str | None = None,
    within: Literal["level", "parent"] | None = None,
    charts: bool = True,
    title: str | None = None,
    office: str | None = None,
    superior: str | None = None,
    number: str | None = None,
    place: str | None = None,
    signer: str | None = None,
    recipients: Sequence[str] = (),
    today: str | datetime.date | None = None,
) -> None:
    """Writes a report as a Word document, an Excel workbook or an HTML page.

    All three have the same content. The Word document is laid out as Vietnam's
    offices lay out theirs (paper, face, margins, head and recipients as Decree
    30/2020/NĐ-CP asks); titles of the report and of its tables are this
    library's, no ministry's form. The workbook has a sheet for each table, with
    formulas where points add up. The page is one file that needs no network.
    The same inputs give the same bytes.

    Parameters
    ----------
    a : Assessment
        What is reported. Self-scores, explanations (*giải trình*) and documents
        are read from the evidence that it was scored from. Units are called as its
        `units` table says, else as in `before` or `forecast`; a unit that is named
        nowhere stands under its id.
    path : str or os.PathLike
        The file: its ending, ``.docx``, ``.xlsx`` or ``.html``, chooses the format.
        It is written whole or not at all.
    lang : {"vi", "en"}
        The language.
    kind : {"full", "self-assessment", "explanation", "plan", "quarterly"}
        Which sections: everything there is something to say on; the self-scored
        table; explanations and differences; the plan to raise the index; the
        quarterly annex (needs `period`).
    unit : str, optional
        The unit reported on; all units beside one another unless given or alone.
    evidence : table, optional
        Other evidence to read self-scores, explanations and documents from.
    before, crosswalk : Assessment and table, optional
        An earlier assessment to compare with, and as for :func:`parindex.compare`.
    agencies : table, optional
        Columns code, agency[, remedy, due]: who answers for a code and all below
        it, what will be done, and by when.
    tasks : Tasks or table, optional
        The office's plan, as for ``parindex.tasks``.
    forecast : Forecast, optional
        A forecast of the units; its ranks are shown with their intervals.
    period : str, optional
        A reporting period, such as ``2026-Q3``.
    within : {"level", "parent"}, optional
        Ranks each group apart, as :meth:`Assessment.ranking`.
    charts : bool
        Whether Word documents and pages have charts; a workbook has none.
    title, office, superior, number, place, signer : str, optional
        The report's title; who issues it, under whom, its number, where, and the
        title of who signs. What is not told is left open to be written in.
    recipients : sequence of str
        Who receives it (*nơi nhận*).
    today : date or str, optional
        The day of the report; left open unless given. A table of `tasks` needs one:
        what is overdue must not change with the day on which the file is written.

    Raises
    ------
    ParIndexError
        ``bad-value`` for a file ending, `kind` or `unit` that is none; ``bad-date``;
        ``too-large`` beyond a million units × criteria;
        whatever is wrong with `agencies`, `evidence`, `tasks` or `crosswalk`.
    TypeError
        For ``kind="quarterly"`` without a period, for a table of `tasks` without `today`.
    ImportError
        If a package of ``parindex[report]`` is missing: one sentence with the command.
    OSError
        If the file cannot be written; an older one of that name is unchanged then.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import parindex as pi
    >>> rows = [{"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918}]
    >>> a = pi.score(pi.Framework.load("dvc-766/province"), rows)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "bao-cao.html")
    ...     pi.report(a, path, charts=False)
    ...     "17,68" in path.read_text(encoding="utf-8")
    True
    """
    write = _writer(fspath(path))
    if kind not in composition.KINDS:
        raise fault("bad-value", f"kind `{kind}` is not known: it may be {', '.join(composition.KINDS)}")
    if kind == "quarterly" and period is None:
        raise TypeError("a quarterly report needs a period, such as period='2026-Q3'")
    if unit is not None and unit not in a:
        raise fault("unknown-unit", f"`{unit}` is not among the units scored")
    units, criteria = len(a) if unit is None else 1, len(a.framework)
    if units * criteria > MAX_LINES:
        what = f"the report of {units} units × {criteria} criteria"
        raise fault("too-large", f"{what} is too large: at most {MAX_LINES} lines")
    material = Material(
        assessment=a,
        lang=lang,
        units=tuple(a.units) if unit is None else (unit,),
        is_self_assessment=kind == "self-assessment",
        evidence=None if evidence is None else composition.scored_again(a, evidence),
        before=before,
        crosswalk=crosswalk,
        duties={} if agencies is None else duties(a, agencies),
        forecast=forecast,
        tasks=None if tasks is None else _register(a, tasks, unit, today),
        period=None if period is None else period_named(period),
        within=within,
    )
    head = Office(office, superior, number, place, signer, tuple(recipients))
    is_workbook = Path(path).suffix.lower() == ".xlsx"
    document = composition.compose(
        material, kind, head, _day(today), title, has_charts=charts and not is_workbook, has_bulk=is_workbook
    )
    data = write(document)
    outputs.write_file(Path(path), lambda file: file.write(data))


def _register(a: Assessment, register: Any, unit: str | None, today: str | datetime.date | None) -> Tasks:
    """The office's plan beside the assessment."""
    if isinstance(register, Tasks):
        return register
    if today is None:
        raise TypeError("a report with a table of tasks needs the day it counts from, such as today='2026-12-20'")
    return tasks_of(a, register, today, unit=unit)


def _writer(path: str) -> Callable[[Document], bytes]:
    """The writer that the file's ending names."""
    match Path(path).suffix.lower():
        case ".docx":
            from parindex.report.word import word

            return word
        case ".xlsx":
            from parindex.report.workbook import workbook

            return workbook
        case ".html" | ".htm":
            from parindex.report.page import page

            return page
    raise fault("bad-value", f"`{path}`: a report is a `.docx`, `.xlsx` or `.html` file")


def _day(today: str | datetime.date | None) -> datetime.date | None:
    if today is None or isinstance(today, datetime.date):
        return today
    try:
        return datetime.date.fromisoformat(today)
    except ValueError:
        raise fault("bad-date", f"today is `{today}`: write `2026-12-20`") from None
