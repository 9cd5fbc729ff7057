"""The command that counts dossiers."""

import argparse
from pathlib import Path
from typing import Any

import parindex
from parindex import layout, outputs
from parindex.cli.console import Add, FaultsIn, print_json, print_table, put, tell
from parindex.dossiers import Tally
from parindex.error import ParIndexError


def add_to(add: Add) -> None:
    """Adds the command to the parser."""
    tally = add("tally", _tally, "đếm hồ sơ đúng hạn, quá hạn / count dossiers on time and late")
    tally.add_argument(
        "named", metavar="DOSSIERS", nargs="+", help="tệp .parquet, .csv hoặc .xlsx / files; several must be .parquet"
    )
    tally.add_argument(
        "--by",
        metavar="COLUMN,…",
        action="append",
        help="các cột tách riêng, cách nhau bằng dấu phẩy / columns kept apart, with commas between them; unit unless given",
    )
    tally.add_argument(
        "--period",
        metavar="PERIOD",
        required=True,
        help="kỳ báo cáo: 2026-Q1, 2026-H1, 2026-Q3, 2026-Y, 2026-04, 2026, 2026-01-01/2026-06-30 / the period",
    )
    tally.add_argument("--every", choices=["month", "quarter", "year"], help="tách theo / steps kept apart")
    tally.add_argument(
        "--population",
        choices=["received", "resolved", "handled"],
        default="received",
        help="hồ sơ tiếp nhận, kết thúc, hoặc đang mở trong kỳ / received, ended, or open in the period",
    )
    tally.add_argument("--as-of", metavar="DAY", help="tính đến ngày / up to when a running period is known")
    tally.add_argument(
        "--columns",
        metavar="PART=COLUMN",
        type=_pair,
        action="append",
        default=[],
        help="tên một cột, có thể lặp lại / what a column is called; may be repeated",
    )
    tally.add_argument("--threshold", metavar="SHARE", help="cảnh báo đơn vị dưới ngưỡng, ví dụ 0.90 / alert below")
    tally.add_argument("--strict", action="store_true", help="từ chối dòng hỏng / refuse bad rows")
    tally.add_argument("--out", metavar="DIR", type=Path, help="thư mục ghi bảng kết quả / a folder for the tables")


def _pair(text: str) -> tuple[str, str]:
    part, equals, column = text.partition("=")
    if not (part and equals and column):
        raise argparse.ArgumentTypeError(f"{text!r}: PART=COLUMN, received=ngay_nhan")
    return part, column


def _tally(options: argparse.Namespace) -> int:
    named: list[str] = options.named

    def counted(register: Any) -> Tally:
        return parindex.dossiers.tally(
            register,
            [column for columns in options.by or ["unit"] for column in columns.split(",")],
            options.period,
            options.every,
            columns=dict(options.columns),
            population=options.population,
            as_of=options.as_of,
            strict=options.strict,
        )

    try:
        # What is wrong with a tally of nothing is wrong with what was asked.
        nothing = counted([])
        if options.threshold is not None:
            nothing.alerts(options.threshold)
    except ParIndexError as error:
        tell(error.faults, None)
        return 2
    try:
        tally = counted(named[0] if len(named) == 1 else named)
        tables = {"tally": tally.table(), "uncounted": tally.uncounted(), "bad_rows": tally.bad_rows()}
        if options.threshold is not None:
            tables["alerts"] = tally.alerts(options.threshold)
    except ParIndexError as error:
        is_named = len(named) > 1 or named[0] in str(error)
        raise FaultsIn(None if is_named else named[0], error) from error
    if options.out:
        outputs.write_tables(options.out, tables)
    if options.json:
        head = {"period": tally.period, "outside_period": tally.outside_period}
        print_json(head | {name: table.to_dicts() for name, table in tables.items()})
        return 0
    say = layout.speaker(options.lang)
    shown = tables.get("alerts", tables["tally"])
    if len(shown) or options.threshold is None:
        print_table(shown, shown.columns, options.lang)
    else:
        put(say(f"Không đơn vị nào dưới {options.threshold}.", f"No unit is below {options.threshold}."))
    for row in tables["uncounted"]:
        put(
            say(
                f"Không tính: {row['dossiers']} hồ sơ, {row['reason']}",
                f"Not counted: {row['dossiers']}, {row['reason']}",
            )
        )
    return 0
