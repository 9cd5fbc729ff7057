"""The command that tabulates a survey of satisfaction."""

import argparse
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import parindex
from parindex import layout, outputs
from parindex.cli.console import Add, FaultsIn, print_json, put
from parindex.error import ParIndexError
from parindex.table import Table

METHODS = ["wald", "logit", "beta", "wilson", "asin"]
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
    sipas.add_argument(
        "--method", choices=METHODS, default="wald", help="dạng khoảng tin cậy / the shape of intervals, as sipas()"
    )
    sipas.add_argument(
        "--decimal",
        metavar="MARK",
        choices=[".", ","],
        default=".",
        help="dấu thập phân: . hoặc , / the decimal mark of texts: . or ,",
    )
    sipas.add_argument("--out", metavar="DIR", type=Path, help="thư mục ghi bảng kết quả / a folder for the tables")


def _sipas(options: argparse.Namespace) -> int:
    questionnaire = _questionnaire(options.questionnaire)
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
        tabulated = parindex.sipas(survey, questionnaire, options.unit, method=options.method)
    except ParIndexError as error:
        of_questionnaire = {fault["code"] for fault in error.faults} == {"outline"}
        raise FaultsIn(options.questionnaire if of_questionnaire else options.named, error) from error
    tables = {
        "index": tabulated.index(),
        "factors": tabulated.factors(options.lang),
        "items": tabulated.items(options.lang),
    }
    if len(tabulated.units) > 1:
        tables["ranks"] = tabulated.ranks()
    if options.out:
        outputs.write_tables(options.out, tables)
    if options.json:
        head = {"questionnaire": tabulated.questionnaire.id, "unit": options.unit}
        print_json(head | {name: table.to_dicts() for name, table in tables.items()})
    else:
        _show(tables["index"], tables.get("ranks"), options.lang)
    return 0


def _questionnaire(named: str) -> parindex.Questionnaire:
    """The bundled questionnaire, or that of a file."""
    try:
        if named.endswith(".toml") or Path(named).is_file():
            return parindex.Questionnaire.from_file(named)
        return parindex.Questionnaire.load(named)
    except ParIndexError as error:
        raise FaultsIn(named, error) from error


def _show(index: Table, ranks: Table | None, lang: layout.Language) -> None:
    say = layout.speaker(lang)
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
            interval = " – ".join(layout.written(_two(row[end]), lang) for end in ("ci_low", "ci_high"))
        possible = ""
        if ranks is not None and ranks["rank"][place] is not None:
            possible = f"{ranks['rank_low'][place]} – {ranks['rank_high'][place]}"
        numbers = [_two(row[name]) for name in ("official", "estimate", "se")]
        rows.append([row["unit"], *numbers, interval, row["df"], row["n"], possible, row["note"]])
    put("\n".join(layout.aligned(header, rows, lang)))
    for row in ranks or ():
        if row["rank"] is None:
            put(say(f"Không xếp hạng {row['unit']}: {row['note']}.", f"No rank for {row['unit']}: {row['note']}."))
    left = sum(index["outside"]) + sum(index["blank"])
    put(
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
