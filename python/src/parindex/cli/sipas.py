"""The command that tabulates a survey of satisfaction."""

import argparse
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import parindex
from parindex import demo, layout, outputs
from parindex.cli.console import Add, FaultsIn, print_json
from parindex.error import ParIndexError
from parindex.table import Table


LONELY = ["fail", "remove", "certainty", "adjust", "average"]


def add_to(add: Add) -> None:
    """Adds the command to the parser."""
    sipas = add("sipas", _sipas, "tính chỉ số hài lòng từ phiếu khảo sát / the satisfaction index from a survey")
    sipas.add_argument("named", metavar="RESPONSES", help="bảng phiếu trả lời .csv, .parquet hoặc .xlsx / a table")
    sipas.add_argument(
        "--questionnaire", metavar="ID", default="sipas/2017", help="mã phiếu hỏi hoặc tệp TOML / an id or a TOML file"
    )
    sipas.add_argument("--unit", metavar="COLUMN", default="province", help="cột đơn vị / the column of units")
    sipas.add_argument("--weights", metavar="COLUMN", help="cột quyền số / the column of weights")
    sipas.add_argument("--strata", metavar="COLUMN", help="cột tầng / the column of strata")
    sipas.add_argument(
        "--clusters", metavar="COLUMN", nargs="+", help="các cột đơn vị chọn mẫu, cấp một trước / sampled units"
    )
    sipas.add_argument("--fpc", metavar="COLUMN", nargs="+", help="số đơn vị của tổng thể mỗi cấp / population sizes")
    sipas.add_argument("--lonely", choices=LONELY, default="fail", help="tầng chỉ có một đơn vị / single-unit strata")
    sipas.add_argument("--decimal", choices=[".", ","], default=".", help="dấu thập phân / the decimal mark of texts")
    sipas.add_argument("--out", metavar="DIR", type=Path, help="thư mục ghi bảng kết quả / a folder for the tables")


def _sipas(options: argparse.Namespace) -> int:
    try:
        survey = parindex.Survey(
            options.named,
            weights=options.weights,
            strata=options.strata,
            clusters=options.clusters,
            fpc=options.fpc,
            lonely=options.lonely,
            decimal=options.decimal,
        )
        tabulated = parindex.sipas(survey, options.questionnaire, options.unit)
    except ParIndexError as error:
        is_questionnaire = error.code in {"unknown-questionnaire", "bad-toml", "outline"}
        raise FaultsIn(options.questionnaire if is_questionnaire else options.named, error) from error
    tables = {
        "index": tabulated.index(),
        "factors": tabulated.factors(options.lang),
        "items": tabulated.items(options.lang),
    }
    ranks = _ranks(tabulated)
    if ranks is not None:
        tables["ranks"] = ranks
    if options.out:
        outputs.write_folder(options.out, {f"{name}.csv": outputs.csv_text(table) for name, table in tables.items()})
    if options.json:
        head = {"questionnaire": tabulated.questionnaire.id, "unit": options.unit}
        print_json(head | {name: table.to_dicts() for name, table in tables.items()})
    else:
        _show(tables["index"], ranks, options.lang)
    return 0


def _ranks(tabulated: parindex.Sipas) -> Table | None:
    """Rank sets, where every unit has a standard error and there is something to rank."""
    try:
        return tabulated.ranks() if len(tabulated.units) > 1 else None
    except ParIndexError:
        return None


def _show(index: Table, ranks: Table | None, lang: layout.Language) -> None:
    say = demo.speaker(lang)
    header = [
        say("đơn vị", "unit"),
        say("chính thức", "official"),
        say("ước lượng", "estimate"),
        say("sai số chuẩn", "se"),
        say("khoảng 95 %", "95 % interval"),
        say("bậc tự do", "df"),
        say("số phiếu", "n"),
        say("hạng có thể", "possible ranks"),
        say("ghi chú", "note"),
    ]
    rows: list[list[Any]] = []
    for place, row in enumerate(index):
        interval = ""
        if row["ci_low"] is not None:
            # A symmetric interval may leave what is possible; people need not see that.
            ends = (max(row["ci_low"], 0.0), min(row["ci_high"], 100.0))
            interval = " – ".join(layout.written(_two(end), lang) for end in ends)
        possible = f"{ranks['rank_low'][place]} – {ranks['rank_high'][place]}" if ranks else ""
        numbers = [_two(row[name]) for name in ("official", "estimate", "se")]
        rows.append([row["unit"], *numbers, interval, row["df"], row["n"], possible, row["note"]])
    print("\n".join(layout.aligned(header, rows, lang)))
    left = sum(index["outside"]) + sum(index["blank"])
    print(
        say(
            f"Ra khỏi cơ số: {layout.written(left, lang)} câu trả lời "
            f"({layout.written(sum(index['outside']), lang)} không biết, "
            f"{layout.written(sum(index['blank']), lang)} để trống).",
            f"Left the base: {layout.written(left, lang)} answers "
            f"({layout.written(sum(index['outside']), lang)} don't know, "
            f"{layout.written(sum(index['blank']), lang)} blank).",
        )
    )


def _two(value: float | Decimal | None) -> Decimal | None:
    """A percentage to two decimals, half-up."""
    return None if value is None else Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
