"""The command that forecasts ranks."""

import argparse
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import parindex
from parindex import layout
from parindex.cli.console import Add, FaultsIn, print_json, put, tell, whole
from parindex.error import Fault, ParIndexError
from parindex.table import Table

MODELS = ["auto", "stack", "random-walk", "ar1", "state-space", "parts"]


def add_to(add: Add) -> None:
    """Adds the command to the parser."""
    forecast = add("forecast", _forecast, "dự báo thứ hạng / forecast ranks")
    forecast.add_argument(
        "named", metavar="HISTORY", help="bảng unit, year, score, rank: .csv, .parquet hoặc .xlsx / a table"
    )
    forecast.add_argument("--year", metavar="YEAR", type=int, required=True, help="năm dự báo / the year to forecast")
    forecast.add_argument(
        "--top",
        metavar="N",
        type=whole,
        action="append",
        help="xác suất vào nhóm N đơn vị đầu, có thể lặp lại / probability to be among the first N; may be repeated",
    )
    forecast.add_argument(
        "--units", metavar="F", help="bảng đơn vị: unit, name, valid_from, valid_to / a table of units"
    )
    forecast.add_argument("--national", metavar="F", help="bảng cả nước: year, mean, max, min / national figures")
    forecast.add_argument(
        "--breaks", metavar="YEAR,…", type=_years, default=[], help="năm đầu của mỗi bộ tiêu chí mới / new editions"
    )
    forecast.add_argument(
        "--parts",
        metavar="COLUMN,…",
        type=_names,
        help="các cột chỉ số thành phần, '' nếu không có; mặc định mọi cột số còn lại / sub-indices; other columns of numbers unless given",
    )
    forecast.add_argument("--merger", metavar="F", help="bảng sáp nhập: old, new, new_name / a table of merged units")
    forecast.add_argument(
        "--weights",
        metavar="equal|F",
        help="trọng số của đơn vị cũ khi sáp nhập, phải nêu rõ / weights of old units, to be named with --merger",
    )
    forecast.add_argument("--draws", metavar="N", type=whole, default=100_000, help="số lần rút / draws")
    forecast.add_argument(
        "--seed", metavar="N", type=int, default=7, help="cùng số, cùng kết quả / same seed, same draws"
    )
    forecast.add_argument("--model", choices=MODELS, default="auto", help="mô hình / the model")
    forecast.add_argument(
        "--decimal",
        metavar="MARK",
        choices=[".", ","],
        default=".",
        help="dấu thập phân: . hoặc , / the decimal mark of texts: . or ,",
    )
    forecast.set_defaults(parser=forecast)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _years(text: str) -> list[int]:
    years = text.split(",")
    if not all(year.strip().isdecimal() for year in years):
        raise argparse.ArgumentTypeError(f"{text!r}: 2016,2020,2022")
    return [int(year) for year in years]


def _forecast(options: argparse.Namespace) -> int:
    if (options.merger is None) != (options.weights is None):
        options.parser.error("--merger, --weights: phải nêu cả hai / name both")
    try:
        history = _history(options)
    except ParIndexError as error:
        _tell(options, error.faults)
        return 1
    tops: list[int] = options.top or [10]
    forecast = parindex.forecast(history, options.year, draws=options.draws, seed=options.seed, model=options.model)
    table = forecast.table(tops)
    if options.json:
        rows = [{"unit": unit, "name": name} for unit, name in zip(forecast.units, forecast.names, strict=True)]
        document = {
            "year": forecast.year,
            "draws": forecast.draws,
            "seed": options.seed,
            "model": forecast.model,
            "weights": forecast.weights,
            "reason": forecast.explain(options.lang),
            "notes": forecast.notes(options.lang),
            "in_points": forecast.in_points,
            "table": [named | row for named, row in zip(rows, table, strict=True)],
        }
        print_json(document)
        return 0
    _print(forecast, table, options.lang)
    return 0


def _history(options: argparse.Namespace) -> parindex.History:
    history = parindex.History(
        options.named,
        units=options.units,
        national=options.national,
        breaks=options.breaks,
        parts=options.parts,
        decimal=options.decimal,
    )
    if options.merger is None:
        return history
    try:
        return history.remap(options.merger, options.weights)
    except ParIndexError as error:
        raise FaultsIn(_faulty_table(history, options), error) from error


def _faulty_table(history: parindex.History, options: argparse.Namespace) -> str:
    """Whether the faults are those of the merger or of the weights."""
    merger: str = options.merger
    weights: str = options.weights
    try:
        history.remap(merger, "equal")
    except ParIndexError:
        return merger
    return weights


def _tell(options: argparse.Namespace, faults: Sequence[Fault]) -> None:
    """Says each fault with the file it stands in."""
    beside = {name: _alone(options, name) for name in ("units", "national") if getattr(options, name) is not None}
    for fault in faults:
        name = next((getattr(options, table) for table, own in beside.items() if fault in own), options.named)
        tell([fault], None if name in fault["message"] else name)


def _alone(options: argparse.Namespace, table: str) -> list[Fault]:
    """The faults of a table beside a history of one gap."""
    gap = [{"unit": "-", "year": 1, "rank": None}]
    try:
        parindex.History(gap, **{table: getattr(options, table)}, decimal=options.decimal)
    except ParIndexError as error:
        return [fault for fault in error.faults if fault["unit"] != "-"]
    return []


def _print(forecast: parindex.Forecast, table: Table, lang: layout.Language) -> None:
    say = layout.speaker(lang)
    weights = ", ".join(
        f"{model} {layout.written(_rounded(weight, 2), lang)}" for model, weight in forecast.weights.items()
    )
    put(
        say(
            f"Dự báo {forecast.year}: {len(table)} đơn vị, mô hình {forecast.model} ({weights})",
            f"Forecast of {forecast.year}: {len(table)} units, model {forecast.model} ({weights})",
        )
    )
    put(f"{say('Vì sao', 'Why')}: {forecast.explain(lang)}")
    for note in forecast.notes(lang):
        put(f"{say('Lưu ý', 'Note')}: {note}")
    if not forecast.in_points:
        put(
            say(
                "Không có điểm số: điểm đếm bằng độ lệch so với trung bình.",
                "No scores are known: they are counted in spreads from the mean.",
            )
        )
    tops = [name for name in table.columns if name.startswith("p_top")]
    header = [
        say("mã", "unit"),
        say("tên", "name"),
        say("hạng giữa", "median rank"),
        say("hạng, khoảng 90 %", "ranks, 90 %"),
        *(say(f"vào {name[5:]} hạng đầu, %", f"among the first {name[5:]}, %") for name in tops),
        say("điểm", "score"),
        say("điểm, khoảng 90 %", "scores, 90 %"),
    ]
    named = list(zip(table.to_dicts(), forecast.names, strict=True))
    rows: list[list[object]] = []
    for row, name in sorted(named, key=lambda pair: (pair[0]["rank_q50"], -pair[0]["mean"])):
        scores = [layout.written(_rounded(row[end], 1), lang) for end in ("q05", "q95")]
        rows.append(
            [
                row["unit"],
                name,
                row["rank_q50"],
                f"{row['rank_q05']} – {row['rank_q95']}",
                *(_rounded(100 * row[top], 0) for top in tops),
                _rounded(row["mean"], 1),
                " – ".join(scores),
            ]
        )
    put("\n".join(layout.aligned(header, rows, lang)))


def _rounded(value: float, places: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
