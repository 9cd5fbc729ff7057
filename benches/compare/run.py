"""Every speed that parindex promises, measured beside its peers in one run.

    python benches/compare/run.py --panels FOLDER --write

builds the benches, runs each alone, in turns with its peers, and prints a table: who
took how long, with how much memory, what the answers are to one another, the bar of
each question and whether it is kept. The Python that runs this needs parindex (the
wheel of this tree: ``make wheel``) with NumPy and pyarrow; each peer that it lacks is
said to be missing and left out:

    pip install numpy pandas polars duckdb pyarrow scipy svy SALib statsforecast 'dask[dataframe]' 'pyspark[sql]'
    apt-get install r-cran-survey
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import machine
import table
from questions import ENGINES, PROGRAMS, Program, Said

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MOST_LOAD = 0.5


class Failed(Exception):
    """A program did not end well: it could not run, or its answers and a peer's differ."""


def main() -> int:
    asked = arguments()
    machine.hold_to_two_cores()
    load = machine.load()
    is_quiet = load <= MOST_LOAD and not asked.quick
    if not is_quiet and not (asked.quick or asked.loaded):
        print(f"the machine is busy (load {load:.2f}, at most {MOST_LOAD}): wait, or say --loaded", file=sys.stderr)
        return 2
    versions = {peer: machine.peer_version(peer) for peer in asked.peers or machine.PEERS}
    here = [peer for peer, version in versions.items() if version]
    lacking = [peer for peer, version in versions.items() if not version]
    programs = [*PROGRAMS, ENGINES] if asked.engines or asked.only else PROGRAMS
    programs = [program for program in programs if not asked.only or program.name in asked.only]
    print("; ".join(f"{peer} {version or 'is not here'}" for peer, version in versions.items()), file=sys.stderr)
    build()
    start = time.monotonic()
    said, notes, has_failed = gathered(programs, here, asked)
    took = time.monotonic() - start
    if lacking:
        notes.append(f"Not here: {', '.join(lacking)}.")
    if asked.quick:
        notes.append("Small sizes, to see that all runs: the figures mean nothing.")
    elif not is_quiet:
        notes.append("**The machine was busy: the times mean little.**")
    about = ["", f"Measured {machine.described(load)}.", *notes, ""]
    print("\n".join([*about, *table.whole(said)]))
    if asked.write:
        table.put(ROOT / "COMPARE.md", [*about, *table.whole(said), ""])
        table.put(ROOT / "README.md", ["", *table.short(said), ""])
    print(f"\n{took:.0f} s", file=sys.stderr)
    if missed := table.missed(said):
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if has_failed or (missed and is_quiet) else 0


def gathered(
    programs: list[Program], here: list[str], asked: argparse.Namespace
) -> tuple[dict[str, list[Said]], list[str], bool]:
    """What all programs say, what is to be noted of those that did not run, and whether one failed."""
    said: dict[str, list[Said]] = {}
    notes = []
    has_failed = False
    for program in programs:
        if left := reason(program, here, asked.panels):
            notes.append(f"`{program.name}` did not run: {left}.")
            continue
        print(f"{time.strftime('%H:%M:%S')}  {program.name} …", file=sys.stderr, flush=True)
        try:
            for question, line in run(program, here, asked.panels, asked.quick):
                said.setdefault(question, []).append(line)
        except Failed as failure:
            print(failure, file=sys.stderr, flush=True)
            notes.append(f"**`{program.name}` FAILED.**")
            has_failed = True
    return said, notes, has_failed


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def names(text: str) -> list[str]:
        return text.split(",")

    parser.add_argument("--panels", type=Path, help="folder of papi.csv and pci.csv, which are not in the repository")
    parser.add_argument("--peers", type=names, help=f"some of {','.join(machine.PEERS)}; all by default")
    programs = [program.name for program in [*PROGRAMS, ENGINES]]
    parser.add_argument("--only", type=names, help=f"some of {','.join(programs)}")
    parser.add_argument("--engines", action="store_true", help="Dask and Spark on 20 million dossiers too")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that all runs")
    parser.add_argument("--loaded", action="store_true", help=f"measure at a load above {MOST_LOAD} all the same")
    parser.add_argument("--write", action="store_true", help="put the tables into COMPARE.md and README.md")
    asked = parser.parse_args()
    if unknown := set(asked.peers or []) - set(machine.PEERS):
        parser.error(f"no peers: {', '.join(sorted(unknown))}")
    if unknown := set(asked.only or []) - set(programs):
        parser.error(f"no programs: {', '.join(sorted(unknown))}")
    if asked.write and (asked.quick or asked.only):
        parser.error("--write wants the whole run")
    return asked


def build() -> None:
    command = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "parindex-benches"]
    subprocess.run(command, cwd=ROOT, check=True)


def reason(program: Program, here: list[str], panels: Path | None) -> str | None:
    """Why a program cannot run, if so."""
    if program.wants_panels and panels is None:
        return "the panels' folder was not named"
    if lacking := [module for module in program.needs if importlib.util.find_spec(module) is None]:
        return f"{', '.join(lacking)} is not here"
    if program.peer and program.peer not in here:
        return f"{program.peer} is not here or was not asked for"
    return None


def run(program: Program, here: list[str], panels: Path | None, is_quick: bool) -> list[tuple[str, Said]]:
    """Runs a program and gathers what it says, question by question."""
    is_script = program.name.endswith(".py")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    command = [sys.executable, HERE / program.name] if is_script else [target / "release" / program.name]
    if program.wants_panels:
        command.append(panels)
    environment = os.environ | {"PYTHON": sys.executable, "PEERS": ",".join(here)}
    if is_quick:
        environment["QUICK"] = "1"
    told = subprocess.run(command, env=environment, capture_output=True, text=True)
    if told.returncode != 0:
        raise Failed(f"{program.name} failed:\n{told.stdout}{told.stderr}")
    lines = [line.split("\t") for line in told.stdout.splitlines()]
    return [
        (question, Said(who, float(seconds), int(megabytes) if megabytes else None, answer))
        for question, who, seconds, megabytes, answer in (line for line in lines if len(line) == 5)
    ]


if __name__ == "__main__":
    sys.exit(main())
