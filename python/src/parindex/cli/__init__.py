"""The command ``parindex``.

Exit codes: 0 done, 1 the data has faults (all of them on stderr, one a line),
2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import parindex
from parindex.cli import forecast, importing, plan, report, scoring, sipas, tally
from parindex.cli.console import FaultsIn, put, tell
from parindex.error import ParIndexError


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
    except FaultsIn as faulty:
        tell(faulty.error.faults, faulty.name)
        return 1
    except ParIndexError as error:
        tell(error.faults, None)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ImportError, OSError) as error:
        put(f"parindex: {error}", to_errors=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parindex",
        add_help=False,
        description="Chấm điểm PAR INDEX, Bộ chỉ số 766 và các bộ chỉ số cùng dạng, chính xác từng chữ số. / "
        "Scores PAR INDEX, Decision 766 and indices of the same shape, exact to the last digit.",
        epilog="Mã thoát: 0 xong, 1 dữ liệu có lỗi, 2 sai cách dùng. / "
        "Exit codes: 0 done, 1 the data has faults, 2 wrong usage.",
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"parindex {parindex.__version__}",
        help="in phiên bản / print the version",
    )
    _in_both_languages(parser)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=["vi", "en"], default="vi", help="ngôn ngữ / language")
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument(
        "--json", action="store_true", help="chỉ in một tài liệu JSON / print one JSON document and nothing else"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="lệnh / commands")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *, with_json: bool = True
    ) -> argparse.ArgumentParser:
        parents = [shared, as_json] if with_json else [shared]
        command = commands.add_parser(name, help=text, description=text, parents=parents, add_help=False)
        command.set_defaults(command=run)
        _in_both_languages(command)
        return command

    for group in (scoring, importing, sipas, tally, forecast, plan, report):
        group.add_to(add)
    return parser


def _in_both_languages(parser: argparse.ArgumentParser) -> None:
    """Gives a parser an option ``--help``, and headings, that speak both languages."""
    parser.add_argument("-h", "--help", action="help", help="in hướng dẫn này / print this help")
    parser._positionals.title = "đối số / arguments"
    parser._optionals.title = "tùy chọn / options"
