"""Writers killed: a script that forks from a process that has all it needs.

    python killed.py FIXTURES FOLDER KILLS SEED [NAME…]

It prints a JSON object: for each output how often it was absent, old, new or in part after a kill, how often
something was left behind, and how much of that was still there after the next whole run. Of `KILLS` every other one
falls anywhere between start and end, the rest once something is being written. A name that ends in `at each step` is
killed before each single step of its writing instead: before it opens, makes, renames, locks or removes anything.
"""

import contextlib
import io
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import parindex as pi
from csv_files import read
from parindex import outputs
from parindex.cli import main

Write = Callable[[Path], Any]
State = dict[str, bytes] | bytes | None

OLD = b"old"
EACH = "at each step"
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "fcntl.flock"}


def writers(fixtures: Path, folder: Path) -> dict[str, tuple[str, Write, bool]]:
    """Of each output its name, what writes it, and whether an older one is there before."""
    source = fixtures / "dvc-766-phu-tho-2026"
    rows = [row for row in read(source / "evidence.csv") if row["unit"] == "H44"]
    province = pi.score(pi.Framework.load("dvc-766/province"), rows, source / "units.csv")
    local = pi.Framework.load("par-index/local-example")
    pi.criteria_template(local, folder / "criteria.xlsx")
    chart = pi.chart.waterfall(province["H44"])
    evidence = folder / "evidence.csv"
    evidence.write_text("unit,code,points\n01,1,58.5\n01,4,8.25\n22,1,60\n", encoding="utf-8")
    score = ["score", "par-index/components", str(evidence), "--out"]
    texts = {f"{number}.csv": f"new {number}\n" for number in range(4)}
    made: dict[str, tuple[str, Write, bool]] = {
        f"report {ending}": (f"r.{ending}", partial(pi.report, province, charts=False), True)
        for ending in ("docx", "xlsx", "html")
    }
    return made | {
        "chart": ("r.json", partial(pi.chart.save, chart), True),
        "template": ("r.xlsx", partial(pi.criteria_template, local), True),
        "import": ("r.toml", lambda path: main(["import", str(folder / "criteria.xlsx"), "--out", str(path)]), True),
        "demo": ("tables", lambda path: main(["demo", "--out", str(path)]), False),
        "demo again": ("tables", lambda path: main(["demo", "--out", str(path)]), True),
        "score": ("tables", lambda path: main([*score, str(path)]), False),
        "score again": ("tables", lambda path: main([*score, str(path)]), True),
        f"a file {EACH}": ("r.txt", lambda path: outputs.write_file(path, lambda file: file.write(b"new")), True),
        f"a new folder {EACH}": ("tables", lambda path: outputs.write_folder(path, texts), False),
        f"a folder {EACH}": ("tables", lambda path: outputs.write_folder(path, texts), True),
    }


def started(write: Write, path: Path, when: Callable[[], None]) -> int:
    """A process that writes; `when` is called in it before each step once it writes under a name for the moment."""
    child = os.fork()
    if child:
        return child
    writes = False

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal writes
        if event in STEPS:
            writes = writes or any(".parindex-" in str(argument) for argument in arguments)
            if writes:
                when()

    sys.addaudithook(hear)
    code = 1
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        with contextlib.suppress(BaseException):
            write(path)
            code = 0
        os._exit(code)


def left_behind(folder: Path) -> set[str]:
    """What waits under a name of its own, beside an output or in it."""
    names = set()
    for place in (folder, folder / "tables"):
        with contextlib.suppress(FileNotFoundError):
            names |= {name for name in os.listdir(place) if name.startswith(".parindex-")}
    return names


def state(path: Path) -> State:
    if path.is_dir():
        return {file.name: file.read_bytes() for file in sorted(path.iterdir()) if file.is_file()}
    return path.read_bytes() if path.exists() else None


def put_back(path: Path, old: State) -> None:
    """The folder as it was before; what killed writers have left stays."""
    if path.is_dir():
        for file in path.iterdir():
            if file.is_file():
                file.unlink()
        if old is None:
            shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if isinstance(old, dict):
        path.mkdir(exist_ok=True)
        for name, data in old.items():
            (path / name).write_bytes(data)
    elif old is not None:
        path.write_bytes(old)


def kind_of(found: State, old: State, new: State) -> str:
    """What a user finds; anything else than these is a defect."""
    if found == new:
        return "new"
    if found == old:
        return "absent" if old is None else "old"
    if isinstance(found, dict) and isinstance(old, dict) and isinstance(new, dict):
        for run in (old, new):
            if found.items() <= run.items():
                return "in part"
        return "mixed"
    return "broken"


class Kills:
    """What kills leave of one output, counted."""

    def __init__(self, path: Path, write: Write, has_old: bool) -> None:
        self.path, self.write = path, write
        self._whole_run()
        self.new = state(path)
        self.old: State = None
        if has_old:
            self.old = dict.fromkeys(self.new, OLD) if isinstance(self.new, dict) else OLD
        put_back(path, self.old)
        self.steps, self.before, self.during = self._whole_run()
        self.found: Counter[str] = Counter(left=0, stays=0)

    def _whole_run(self) -> tuple[int, float, float]:
        """How many steps a run takes, and how many seconds before and after the first of them."""
        hears, tells = os.pipe()
        start = time.perf_counter()
        child = started(self.write, self.path, lambda: os.write(tells, b".") and None)
        os.close(tells)
        steps, first = 0, start
        while heard := os.read(hears, 1):
            first = first if steps else time.perf_counter()
            steps += len(heard)
        os.close(hears)
        end = time.perf_counter()
        assert os.waitpid(child, 0)[1] == 0 and steps, f"{self.path.name} was not written"
        return steps, first - start, end - first

    def at_random(self, kills: int, chance: random.Random) -> None:
        for number in range(kills):
            hears, tells = os.pipe()
            known = self._ready()
            child = started(self.write, self.path, lambda tells=tells: os.write(tells, b".") and None)
            os.close(tells)
            if number % 2:
                os.read(hears, 1)
                time.sleep(chance.uniform(0, 1.2 * self.during))
            else:
                time.sleep(chance.uniform(0, 1.2 * (self.before + self.during)))
            os.kill(child, signal.SIGKILL)
            os.close(hears)
            self._count(child, known)

    def at_each_step(self) -> None:
        for last in range(self.steps):
            # In a new place, so that what the kill before has left is not swept away first.
            self.path = self.path.parent.with_name(f"{self.path.parent.name} {last}") / self.path.name
            self.path.parent.mkdir()
            known, left = self._ready(), iter(range(last))

            def when(left: Any = left) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            self._count(started(self.write, self.path, when), known)

    def _ready(self) -> set[str]:
        put_back(self.path, self.old)
        return left_behind(self.path.parent)

    def _count(self, child: int, known: set[str]) -> None:
        os.waitpid(child, 0)
        self.found[kind_of(state(self.path), self.old, self.new)] += 1
        self.found["left"] += bool(left_behind(self.path.parent) - known)

    def told(self) -> dict[str, int]:
        """The counts, after a run that nobody kills."""
        put_back(self.path, self.old)
        self._whole_run()
        assert state(self.path) == self.new, f"{self.path.name} was not written after the kills"
        self.found["stays"] = len(left_behind(self.path.parent))
        return dict(self.found)


if __name__ == "__main__":
    fixtures, folder = (Path(argument).resolve() for argument in sys.argv[1:3])
    kills, chance = int(sys.argv[3]), random.Random(int(sys.argv[4]))
    known = writers(fixtures, folder)
    told = {}
    for name in sys.argv[5:] or known:
        file, write, has_old = known[name]
        place = folder / name
        place.mkdir()
        run = Kills(place / file, write, has_old)
        if name.endswith(EACH):
            run.at_each_step()
        else:
            run.at_random(kills, chance)
        told[name] = run.told()
    json.dump(told, sys.stdout)
