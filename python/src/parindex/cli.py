"""The command ``parindex``.

Exit codes: 0 done, 1 the data has faults (all of them on stderr, one a line),
2 wrong usage.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import parindex
from parindex import demo, layout, outputs
from parindex.error import Fault, ParIndexError
from parindex.table import Table

STAGES = ["self", "appraised-1", "explained", "appraised-2", "final"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        code = command(options)
        sys.stdout.flush()
        return code
    except _FaultsIn as faulty:
        _tell(faulty.error.faults, faulty.name)
        return 1
    except ParIndexError as error:
        _tell(error.faults, None)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"parindex: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


class _FaultsIn(Exception):
    """The faults of one of the inputs."""

    def __init__(self, name: str, error: ParIndexError) -> None:
        super().__init__(name, error)
        self.name = name
        self.error = error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parindex",
        description="Chấm điểm PAR INDEX, Bộ chỉ số 766 và các bộ chỉ số cùng dạng, chính xác từng chữ số. / "
        "Scores PAR INDEX, Decision 766 and indices of the same shape, exact to the last digit.",
        epilog="Mã thoát: 0 xong, 1 dữ liệu có lỗi, 2 sai cách dùng. / "
        "Exit codes: 0 done, 1 the data has faults, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"parindex {parindex.__version__}")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=["vi", "en"], default="vi", help="ngôn ngữ / language")
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument(
        "--json", action="store_true", help="chỉ in một tài liệu JSON / print one JSON document and nothing else"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *, with_json: bool = True
    ) -> argparse.ArgumentParser:
        parents = [shared, as_json] if with_json else [shared]
        command = commands.add_parser(name, help=text, description=text, parents=parents)
        command.set_defaults(command=run)
        return command

    add("frameworks", _frameworks, "liệt kê các bộ chỉ số có sẵn / list the bundled frameworks")
    show = add("show", _show, "in cây tiêu chí / print the tree of criteria")
    show.add_argument("framework", metavar="ID", help="mã bộ chỉ số hoặc tệp TOML / a bundled id or a TOML file")
    check = add("check", _check, "kiểm tra một tệp bộ chỉ số / check a framework file")
    check.add_argument("named", metavar="FILE", help="tệp TOML / a TOML file")
    score = add("score", _score, "chấm điểm / score evidence")
    score.add_argument("framework", metavar="FRAMEWORK", help="mã bộ chỉ số hoặc tệp TOML / a bundled id or a TOML file")
    score.add_argument("named", metavar="EVIDENCE", help="bảng .csv, .parquet hoặc .xlsx / a table")
    score.add_argument("--units", metavar="F", help="bảng đơn vị / a table of units")
    score.add_argument("--stage", choices=STAGES, default="final", help="giai đoạn cuối được tính / the last stage")
    score.add_argument("--decimal", choices=[".", ","], default=".", help="dấu thập phân / the decimal mark of texts")
    score.add_argument("--within", choices=["level", "parent"], help="xếp hạng riêng từng nhóm / rank groups apart")
    score.add_argument("--out", metavar="DIR", type=Path, help="thư mục ghi bảng kết quả / a folder for the tables")
    shown = add("demo", _demo, "chạy thử trên dữ liệu công bố có sẵn / run on bundled published data", with_json=False)
    shown.add_argument("--out", metavar="DIR", type=Path, default=Path("parindex-demo"), help="thư mục / the folder")
    return parser


def _frameworks(options: argparse.Namespace) -> int:
    table = parindex.frameworks(options.lang)
    if options.json:
        _print_json(table.to_dicts())
    else:
        names = ["id", "title", "decision", "unit", "max_points", "status", "assumed_points"]
        _print_table(table, names, options.lang)
    return 0


def _show(options: argparse.Namespace) -> int:
    framework = _framework(options.framework)
    table = framework.table(options.lang)
    if options.json:
        head = {
            "id": framework.id,
            "title": framework.title(options.lang),
            "decision": framework.decision,
            "date": framework.date,
            "unit": framework.unit,
            "rounds": framework.rounds,
            "status": framework.status,
            "max_points": framework.max_points,
            "assumed_points": framework.assumed_points,
        }
        _print_json({**head, "criteria": table.to_dicts()})
        return 0
    say = demo.speaker(options.lang)
    print(f"{framework.id}: {framework.title(options.lang)}")
    header = [say("mã", "code"), say("tên", "name"), say("tối đa", "maximum"), say("cách chấm", "rule"), "basis"]
    rows = []
    for row in table:
        indent = "  " * row["code"].count(".")
        rows.append([row["code"], indent + row["name"], row["max_points"], row["rule"], row["basis"]])
    print("\n".join(layout.aligned(header, rows, options.lang, most=70)))
    return 0


def _check(options: argparse.Namespace) -> int:
    try:
        framework = parindex.Framework.from_file(options.named)
    except ParIndexError as error:
        if options.json:
            _print_json({"file": options.named, "faults": error.faults, "open": []})
        raise _FaultsIn(options.named, error) from error
    open_rows = [fault["criterion"] for fault in framework.check()]
    if options.json:
        _print_json({"file": options.named, "faults": [], "open": open_rows})
        return 0
    say = demo.speaker(options.lang)
    print(say(f"{options.named}: không có lỗi", f"{options.named}: no faults"))
    if open_rows:
        codes = ", ".join(str(code) for code in open_rows)
        print(say(f"chưa có điểm tối đa: {codes}", f"maximum not known: {codes}"))
    return 0


def _score(options: argparse.Namespace) -> int:
    framework = _framework(options.framework)
    try:
        assessment = parindex.score(
            framework, options.named, units=options.units, stage=options.stage, decimal=options.decimal
        )
    except ParIndexError as error:
        raise _FaultsIn(_faulty_table(framework, options, error), error) from error
    ranking = assessment.ranking(within=options.within)
    lines = assessment.lines(options.lang)
    if options.out:
        outputs.write_folder(
            options.out, {"ranking.csv": outputs.csv_text(ranking), "lines.csv": outputs.csv_text(lines)}
        )
    if options.json:
        _print_json(
            {
                "framework": framework.id,
                "stage": options.stage,
                "ranking": ranking.to_dicts(),
                "lines": lines.to_dicts(),
            }
        )
    else:
        _print_table(ranking, ranking.columns, options.lang)
    return 0


def _faulty_table(framework: parindex.Framework, options: argparse.Namespace, error: ParIndexError) -> str:
    """Whether the faults are those of the evidence or of the units table."""
    evidence: str = options.named
    units: str | None = options.units
    if units is None or {fault["code"] for fault in error.faults} & {"unknown-unit", "ambiguous-unit"}:
        return evidence
    try:
        parindex.score(framework, evidence, stage=options.stage, decimal=options.decimal)
    except ParIndexError:
        return evidence
    return units


def _demo(options: argparse.Namespace) -> int:
    demo.run(options.out, options.lang)
    return 0


def _framework(named: str) -> parindex.Framework:
    if not named.endswith(".toml") and not Path(named).is_file():
        return parindex.Framework.load(named)
    try:
        return parindex.Framework.from_file(named)
    except ParIndexError as error:
        raise _FaultsIn(named, error) from error


def _print_table(table: Table, names: Sequence[str], lang: layout.Language) -> None:
    filled = [name for name in names if any(value is not None for value in table[name])]
    rows = zip(*(table[name] for name in filled), strict=True)
    print("\n".join(layout.aligned(filled, list(rows), lang)))


def _print_json(document: object) -> None:
    """Exact numbers are written as text, so that no reader rounds them."""

    def plain(value: object) -> str:
        if isinstance(value, Decimal):
            return f"{value:f}"
        raise TypeError(f"no JSON for {type(value)}")

    print(json.dumps(document, ensure_ascii=False, indent=1, default=plain))


def _tell(faults: Sequence[Fault], name: str | None) -> None:
    for fault in faults:
        places = [name] if name else []
        places += [str(fault[what]) for what in ("line", "column") if fault[what] is not None]
        spoken = [str(fault[what]) for what in ("unit", "criterion") if fault[what]]
        message = " ".join(fault["message"].split())
        where = ":".join(str(place) for place in places)
        parts = [part for part in (where, " ".join(spoken), f"{message} [{fault['code']}]") if part]
        print(": ".join(parts), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
