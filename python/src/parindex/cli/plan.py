"""The command that chooses actions under a budget."""

import argparse
import re
from pathlib import Path
from typing import Any

import parindex
from parindex import layout, outputs
from parindex.cli import scoring
from parindex.cli.console import Add, FaultsIn, print_json, print_table, put, tell, whole
from parindex.error import ParIndexError

_SHOWN = ["action", "code", "name", "agency", "chosen", "gain", "cost", "chance", "note"]


def add_to(add: Add) -> None:
    """Adds the command to the parser."""
    plan = add(
        "plan", _plan, "chọn việc được nhiều điểm nhất trong kinh phí / choose the actions that buy most under a budget"
    )
    scoring.add_evidence_to(plan)
    plan.add_argument(
        "actions",
        metavar="ACTIONS",
        help="bảng việc: code, value (hoặc numerator, denominator; points), cost[, chance, agency, action, needs, "
        "excludes] / a table of actions",
    )
    plan.add_argument(
        "--budget", metavar="N", type=_amount, required=True, help="kinh phí, cùng đơn vị với cost / in the unit of cost"
    )
    plan.add_argument("--unit", metavar="U", help="đơn vị lập kế hoạch, cần nêu khi có nhiều / the unit, if several")
    plan.add_argument(
        "--objective",
        choices=["points", "top"],
        default="points",
        help="nhiều điểm kỳ vọng nhất, hoặc xác suất vào nhóm đầu lớn nhất (cần --history) / most expected points, or "
        "the best chance of the first places (needs --history)",
    )
    plan.add_argument("--top", metavar="N", type=whole, default=10, help="vào N hạng đầu / a place up to N")
    plan.add_argument(
        "--history", metavar="F", help="bảng unit, year, score, rank để dự báo các đơn vị khác / to forecast the others"
    )
    plan.add_argument("--year", metavar="YEAR", type=int, help="năm dự báo / the year to forecast")
    plan.add_argument(
        "--scores",
        choices=["points", "index"],
        help="điểm trong --history là điểm hay chỉ số, khi tối đa khác 100 / what scores of --history are",
    )
    plan.add_argument("--draws", metavar="N", type=whole, default=100_000, help="số lần rút / draws")
    plan.add_argument("--seed", metavar="N", type=int, default=7, help="cùng số, cùng kết quả / same seed, same draws")
    plan.add_argument("--seconds", metavar="N", type=whole, default=30, help="thời gian tìm tối đa / how long to search")
    plan.add_argument("--out", metavar="DIR", type=Path, help="thư mục ghi bảng kết quả / a folder for the tables")
    plan.set_defaults(parser=plan)


def _amount(text: str) -> str:
    if not re.fullmatch(r"\d{1,15}(\.\d{1,10})?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r}: 1500, 1500.5")
    return text


def _plan(options: argparse.Namespace) -> int:
    if (options.history is None) != (options.year is None):
        options.parser.error("--history, --year: phải nêu cả hai / name both")
    if options.objective == "top" and options.history is None:
        options.parser.error("--objective top: --history, --year?")
    assessment = scoring.scored(options, options.named)
    units = assessment.units
    if options.unit is None and len(units) != 1:
        options.parser.error(f"--unit: {', '.join(units[:20])}{', …' if len(units) > 20 else ''}")
    try:
        card = assessment[options.unit or units[0]]
    except ParIndexError as error:
        tell(error.faults, None)
        return 2
    forecast = None if options.history is None else _forecast(options)
    try:
        plan = parindex.plan(
            card,
            options.actions,
            budget=options.budget,
            objective=options.objective,
            top=options.top,
            forecast=forecast,
            scores=options.scores,
            decimal=options.decimal,
            seconds=options.seconds,
        )
    except ParIndexError as error:
        raise FaultsIn(None if options.actions in str(error) else options.actions, error) from error
    tables = {"actions": plan.actions(options.lang), "frontier": plan.frontier()}
    if options.out:
        outputs.write_tables(options.out, tables)
    if options.json:
        head = {name: getattr(plan, name) for name in _HEAD}
        print_json(head | {name: table.to_dicts() for name, table in tables.items()})
        return 0
    _print(plan, tables["actions"], options.lang)
    return 0


_HEAD = [
    "unit",
    "objective",
    "budget",
    "cost",
    "gain",
    "points",
    "expected_points",
    "index",
    "expected_index",
    "top",
    "p_top_before",
    "p_top",
    "proven",
    "frontier_complete",
]


def _forecast(options: argparse.Namespace) -> parindex.Forecast:
    """The other units' year to come.

    Raises
    ------
    FaultsIn
        What is wrong with the history.
    """
    try:
        history = parindex.History(options.history, units=options.units, decimal=options.decimal)
        return parindex.forecast(history, options.year, draws=options.draws, seed=options.seed)
    except ParIndexError as error:
        raise FaultsIn(None if options.history in str(error) else options.history, error) from error


def _print(plan: parindex.Plan, actions: parindex.Table, lang: layout.Language) -> None:
    say = layout.speaker(lang)

    def written(value: Any) -> str:
        return layout.written(value, lang)

    chosen, count = sum(actions["chosen"]), len(actions)
    cost, budget = written(plan.cost), written(plan.budget)
    points, after, gain = written(plan.points), written(plan.expected_points), written(plan.gain)
    put(
        say(
            f"Kế hoạch của {plan.unit}: chọn {chosen} trong {count} việc, chi {cost} trong kinh phí {budget}",
            f"Plan of {plan.unit}: {chosen} of {count} actions, {cost} of the budget {budget}",
        )
    )
    put(
        say(
            f"Điểm kỳ vọng: {points} + {gain} = {after}",
            f"Expected points: {points} + {gain} = {after}",
        )
    )
    if plan.p_top is not None and plan.p_top_before is not None:
        before, then = (written(round(100 * chance, 1)) for chance in (plan.p_top_before, plan.p_top))
        put(
            say(
                f"Xác suất vào {plan.top} hạng đầu: từ {before} % lên {then} %",
                f"Chance of the first {plan.top}: from {before} % to {then} %",
            )
        )
    if not plan.proven:
        put(say("Lưu ý: chưa chứng minh là tốt nhất.", "Note: not proven to be the best."))
    print_table(actions, _SHOWN, lang)
