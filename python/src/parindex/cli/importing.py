"""The command that makes a framework file of an office's criteria table."""

import argparse
from pathlib import Path

import parindex
from parindex import layout, outputs
from parindex.cli.console import Add, FaultsIn, print_json, put
from parindex.error import ParIndexError

BASES = ["assumed", "reported", "inferred", "official"]
STATUSES = ["draft", "outline", "reported", "official"]


def add_to(add: Add) -> None:
    """Adds the command to the parser."""
    read = add(
        "import",
        _import,
        "đọc bảng tiêu chí Excel, Word thành tệp bộ chỉ số; 0 nếu có bộ chỉ số, chỗ chưa hiểu in ra stderr / "
        "a framework file from a criteria table; 0 if there is one, what was not understood goes to stderr",
    )
    read.add_argument("named", metavar="TABLE", help="bảng tiêu chí .xlsx hoặc .docx / a criteria table")
    read.add_argument("--out", metavar="FILE", type=Path, required=True, help="tệp .toml sẽ ghi / the file to write")
    read.add_argument("--sheet", metavar="SHEET", help="trang tính, hoặc «table 2» của Word / the sheet or table")
    read.add_argument("--id", metavar="ID", help="mã bộ chỉ số / the framework's id")
    read.add_argument("--unit", metavar="LEVEL", default="province", help="cấp đơn vị được chấm / the level of units")
    read.add_argument("--basis", choices=BASES, default="assumed", help="căn cứ của bảng / on what the table rests")
    read.add_argument("--status", choices=STATUSES, help="tình trạng / how finished it is")
    read.add_argument("--hidden", action="store_true", help="đọc cả dòng, trang ẩn / read hidden rows and sheets")


def _import(options: argparse.Namespace) -> int:
    try:
        imported = parindex.import_framework(
            options.named,
            options.sheet,
            id=options.id,
            unit=options.unit,
            basis=options.basis,
            status=options.status,
            hidden=options.hidden,
            lang=options.lang,
        )
    except ParIndexError as error:
        is_named = Path(options.named).name in str(error)
        raise FaultsIn(None if is_named else options.named, error) from error
    framework, report = imported.framework, imported.report
    if framework is not None:
        text = imported.toml.encode("utf-8")
        outputs.write_file(options.out, lambda file: file.write(text))
    if options.json:
        head = {
            "framework": framework and framework.id,
            "file": framework and str(options.out),
            "given": imported.given,
        }
        print_json({**head, "report": report.to_dicts()})
        return 0 if framework is not None else 1
    for row in report:
        if row["problem"] is not None:
            parts = (options.named, row["cell"], row["code"], row["problem"])
            put(": ".join(str(part) for part in parts if part), to_errors=True)
    say = layout.speaker(options.lang)
    if framework is None:
        put(
            say(
                f"{options.named}: không thành bộ chỉ số, không ghi tệp",
                f"{options.named}: no framework, nothing written",
            ),
            to_errors=True,
        )
        return 1
    leaves = sum(framework[code].is_leaf for code in framework)
    read = leaves - len(imported.given)
    put(
        say(
            f"{options.out}: {len(framework)} dòng, {leaves} tiêu chí chấm điểm, hiểu cách chấm của {read}, "
            f"{len(imported.given)} nhập thẳng điểm",
            f"{options.out}: {len(framework)} rows, {leaves} leaves, the rules of {read} understood, "
            f"{len(imported.given)} take given points",
        )
    )
    return 0
