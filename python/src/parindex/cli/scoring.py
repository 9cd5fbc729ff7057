"""Commands that list, check and score frameworks."""

import argparse
from pathlib import Path

import parindex
from parindex import demo, labels, layout, outputs
from parindex.cli.console import Add, FaultsIn, print_json, print_table, put
from parindex.error import ParIndexError
from parindex.stages import STAGES


def add_to(add: Add) -> None:
    """Adds the commands to the parser."""
    add("frameworks", _frameworks, "liệt kê các bộ chỉ số có sẵn / list the bundled frameworks")
    show = add("show", _show, "in cây tiêu chí / print the tree of criteria")
    show.add_argument("framework", metavar="ID", help="mã bộ chỉ số hoặc tệp TOML / a bundled id or a TOML file")
    check = add("check", _check, "kiểm tra một tệp bộ chỉ số / check a framework file")
    check.add_argument("named", metavar="FILE", help="tệp TOML / a TOML file")
    score = add("score", _score, "chấm điểm / score evidence")
    add_evidence_to(score)
    score.add_argument("--within", choices=["level", "parent"], help="xếp hạng riêng từng nhóm / rank groups apart")
    score.add_argument("--out", metavar="DIR", type=Path, help="thư mục ghi bảng kết quả / a folder for the tables")
    shown = add("demo", _demo, "chạy thử trên dữ liệu công bố có sẵn / run on bundled published data", with_json=False)
    shown.add_argument("--out", metavar="DIR", type=Path, default=Path("parindex-demo"), help="thư mục / the folder")


def add_evidence_to(command: argparse.ArgumentParser) -> None:
    """Adds what says which evidence is scored under which framework."""
    command.add_argument(
        "framework", metavar="FRAMEWORK", help="mã bộ chỉ số hoặc tệp TOML / a bundled id or a TOML file"
    )
    command.add_argument(
        "named",
        metavar="EVIDENCE",
        help="bảng .csv, .parquet hoặc .xlsx, kể cả mẫu chấm điểm đã điền / a table, or a "
        "filled-in workbook of the office",
    )
    command.add_argument(
        "--cells",
        choices=["value", "points"],
        help="đọc gì khi một dòng của mẫu có cả hai / what to read of a row that has both",
    )
    command.add_argument("--units", metavar="F", help="bảng đơn vị / a table of units")
    command.add_argument("--stage", choices=STAGES, default="final", help="giai đoạn cuối được tính / the last stage")
    command.add_argument(
        "--decimal",
        metavar="MARK",
        choices=[".", ","],
        default=".",
        help="dấu thập phân: . hoặc , / the decimal mark of texts: . or ,",
    )


def _frameworks(options: argparse.Namespace) -> int:
    table = parindex.frameworks(options.lang)
    if options.json:
        print_json(table.to_dicts())
    else:
        names = ["id", "title", "decision", "unit", "max_points", "status", "assumed_points"]
        print_table(table, names, options.lang)
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
        print_json({**head, "criteria": table.to_dicts()})
        return 0
    say = layout.speaker(options.lang)
    put(f"{framework.id}: {framework.title(options.lang)}")
    header = [
        say("mã", "code"),
        say("tên", "name"),
        say("tối đa", "maximum"),
        say("cách chấm", "rule"),
        say("căn cứ", "basis"),
    ]
    rows = []
    for row in table:
        indent = "  " * row["code"].count(".")
        rows.append(
            [
                row["code"],
                indent + row["name"],
                row["max_points"],
                row["rule"],
                labels.word("basis", row["basis"], options.lang),
            ]
        )
    put("\n".join(layout.aligned(header, rows, options.lang, most=70)))
    return 0


def _check(options: argparse.Namespace) -> int:
    try:
        framework = parindex.Framework.from_file(options.named)
    except ParIndexError as error:
        if options.json:
            print_json({"file": options.named, "faults": error.faults, "open": []})
        raise FaultsIn(options.named, error) from error
    open_rows = [fault["criterion"] for fault in framework.check()]
    if options.json:
        print_json({"file": options.named, "faults": [], "open": open_rows})
        return 0
    say = layout.speaker(options.lang)
    put(say(f"{options.named}: không có lỗi", f"{options.named}: no faults"))
    if open_rows:
        codes = ", ".join(str(code) for code in open_rows)
        put(say(f"chưa có điểm tối đa: {codes}", f"maximum not known: {codes}"))
    return 0


def scored(options: argparse.Namespace, evidence: str) -> parindex.Assessment:
    """The evidence of a file, scored as the options say.

    Raises
    ------
    FaultsIn
        What is wrong, and in which of the files.
    """
    framework = _framework(options.framework)
    try:
        return _assessment(framework, evidence, options)
    except ParIndexError as error:
        raise FaultsIn(_faulty_table(framework, evidence, options, error), error) from error


def _assessment(framework: parindex.Framework, evidence: str, options: argparse.Namespace) -> parindex.Assessment:
    """A long table scored as it is, a workbook as offices fill it in read first."""

    def score(table: str | parindex.Table) -> parindex.Assessment:
        return parindex.score(framework, table, units=options.units, stage=options.stage, decimal=options.decimal)

    try:
        return score(evidence)
    except ParIndexError as error:
        if error.code != "missing-column" or Path(evidence).suffix.lower() != ".xlsx":
            raise
    return score(parindex.read_evidence(evidence, framework, cells=options.cells))


def _score(options: argparse.Namespace) -> int:
    assessment = scored(options, options.named)
    ranking = assessment.ranking(within=options.within)
    lines = assessment.lines(options.lang)
    if options.out:
        outputs.write_tables(options.out, {"ranking": ranking, "lines": lines})
    if options.json:
        print_json(
            {
                "framework": assessment.framework.id,
                "stage": options.stage,
                "ranking": ranking.to_dicts(),
                "lines": lines.to_dicts(),
            }
        )
    else:
        print_table(ranking, ranking.columns, options.lang)
    return 0


def _faulty_table(
    framework: parindex.Framework, evidence: str, options: argparse.Namespace, error: ParIndexError
) -> str:
    """Whether the faults are those of the evidence or of the units table."""
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
        raise FaultsIn(named, error) from error
