"""The command that writes a report."""

import argparse
from pathlib import Path

import parindex
from parindex.cli import scoring
from parindex.cli.console import Add, FaultsIn, put, tell
from parindex.error import ParIndexError
from parindex.layout import speaker
from parindex.report.composition import KINDS


def add_to(add: Add) -> None:
    """Adds the command to the parser."""
    report = add(
        "report", _report, "viết báo cáo Word, Excel hoặc HTML / write a Word, Excel or HTML report", with_json=False
    )
    scoring.add_evidence_to(report)
    report.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help="tệp .docx, .xlsx hoặc .html / the file to write"
    )
    report.add_argument("--kind", choices=KINDS, default="full", help="loại báo cáo / which sections")
    report.add_argument("--unit", metavar="U", help="đơn vị được báo cáo, mặc định tất cả / the unit, else all")
    report.add_argument(
        "--agencies", metavar="F", help="bảng code, agency[, remedy, due]: cơ quan chủ trì / who answers"
    )
    report.add_argument(
        "--before", metavar="EVIDENCE", help="bằng chứng kỳ trước để so sánh / evidence to compare with"
    )
    report.add_argument("--period", metavar="PERIOD", help="kỳ báo cáo, ví dụ 2026-Q3 / the reporting period")
    report.add_argument("--within", choices=["level", "parent"], help="xếp hạng riêng từng nhóm / rank groups apart")
    report.add_argument("--no-charts", action="store_true", help="không vẽ biểu đồ / leave charts out")
    report.add_argument("--title", metavar="TEXT", help="tên báo cáo / the title")
    report.add_argument("--office", metavar="TEXT", help="cơ quan ban hành / who issues it")
    report.add_argument("--superior", metavar="TEXT", help="cơ quan chủ quản / the authority above")
    report.add_argument("--number", metavar="TEXT", help="số, ký hiệu / its number")
    report.add_argument("--place", metavar="TEXT", help="địa danh / where")
    report.add_argument("--signer", metavar="TEXT", help="chức vụ người ký / the title of who signs")
    report.add_argument(
        "--recipient", metavar="TEXT", action="append", default=[], help="nơi nhận, có thể lặp lại / may be repeated"
    )
    report.add_argument("--today", metavar="DAY", help="ngày báo cáo, ví dụ 2026-11-24 / the day of the report")


def _report(options: argparse.Namespace) -> int:
    if options.kind == "quarterly" and options.period is None:
        put("parindex report: --kind quarterly: --period?", to_errors=True)
        return 2
    assessment = scoring.scored(options, options.named)
    before = None if options.before is None else scoring.scored(options, options.before)
    if options.agencies is not None:
        try:
            assessment.lost_by(options.agencies)
        except ParIndexError as error:
            raise FaultsIn(options.agencies, error) from error
    try:
        parindex.report(
            assessment,
            options.out,
            lang=options.lang,
            kind=options.kind,
            unit=options.unit,
            before=before,
            agencies=options.agencies,
            period=options.period,
            within=options.within,
            charts=not options.no_charts,
            title=options.title,
            office=options.office,
            superior=options.superior,
            number=options.number,
            place=options.place,
            signer=options.signer,
            recipients=options.recipient,
            today=options.today,
        )
    except ParIndexError as error:
        # The data is sound by now: what is wrong is what was asked.
        tell(error.faults, None)
        return 2
    say = speaker(options.lang)
    put(say(f"Đã ghi {options.out}", f"{options.out} written"))
    return 0
