"""kill -9 at any moment: an output is whole or not there, and what was left behind goes with the next run.

`PARINDEX_KILLS=100` kills each command a hundred times.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("PARINDEX_KILLS", "4"))
SCRIPT = Path(__file__).with_name("killed.py")
FILES = ["report docx", "report xlsx", "report html", "chart", "template", "import"]


def counts(fixtures: Path, folder: Path, *names: str) -> dict[str, dict[str, int]]:
    """What kills have left of outputs."""
    asked = [sys.executable, SCRIPT, fixtures, folder, str(KILLS), "766", *names]
    done = subprocess.run(asked, stdout=subprocess.PIPE, check=True)
    told: dict[str, dict[str, int]] = json.loads(done.stdout)
    print(*told.items(), sep="\n")
    return told


def outcomes(count: dict[str, int]) -> dict[str, int]:
    return {kind: times for kind, times in count.items() if kind not in {"left", "stays"}}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_commands_killed_at_random(fixtures: Path, tmp_path: Path) -> None:
    allowed = {name: {"old", "new"} for name in FILES}
    allowed |= {name: {"absent", "new"} for name in ("demo", "score")}
    allowed |= {name: {"old", "in part", "new"} for name in ("demo again", "score again")}
    for name, count in counts(fixtures, tmp_path, *allowed).items():
        assert outcomes(count).keys() <= allowed[name], name
        assert sum(outcomes(count).values()) == KILLS and count["stays"] == 0, name


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_a_kill_before_each_step_of_writing(fixtures: Path, tmp_path: Path) -> None:
    file, new, again = counts(
        fixtures, tmp_path, *(f"a {kind} at each step" for kind in ("file", "new folder", "folder"))
    ).values()
    assert outcomes(file).keys() == {"old", "new"}
    assert outcomes(new).keys() == {"absent", "new"}
    # While files change places some are missing: never are there files of two runs.
    assert outcomes(again).keys() == {"old", "in part", "new"} and again["in part"] < 8
    for count in (file, new, again):
        assert count["left"] > 0 and count["stays"] == 0
