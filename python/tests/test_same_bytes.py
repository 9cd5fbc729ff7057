"""The same bytes from every export, whatever the process, its clock, its zone, its language and its threads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="another machine is told of by LD_PRELOAD")

HERE = Path(__file__).parent
# Twenty-six hours lie between the two zones, so that it is another day in each, always; the clock is 400 days ahead.
MACHINES = [
    {"PYTHONHASHSEED": "0", "TZ": "Etc/GMT+12", "LC_ALL": "C", "CPUS": "1"},
    {"PYTHONHASHSEED": "4242", "TZ": "Etc/GMT-14", "LC_ALL": "C.UTF-8", "CPUS": "4", "CLOCK_AHEAD": "34560000"},
]


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What makes a process see another clock and other processors."""
    library = tmp_path_factory.mktemp("machine") / "other_machine.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, HERE / "other_machine.c", "-ldl"], check=True)
    return library


def test_the_other_machine_is_another_one(another: Path) -> None:
    code = "import datetime, os; print(datetime.date.today(), len(os.sched_getaffinity(0)))"
    told = [subprocess.check_output([sys.executable, "-c", code], env=_on(machine, another)) for machine in MACHINES]
    (day, one), (later, four) = (line.split() for line in told)
    assert (one, four) == (b"1", b"4") and day[:4] < later[:4]


def test_every_export_has_the_same_bytes(another: Path, fixtures: Path, tmp_path: Path) -> None:
    running = []
    for number, machine in enumerate(MACHINES):
        folder = tmp_path / str(number)
        folder.mkdir()
        asked = [sys.executable, HERE / "every_export.py", fixtures, folder, *["--backwards"][:number]]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(asked, env=_on(machine, another), **pipes))
    told = []
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err.decode()
        told.append(json.loads(out))
    one, other = told
    assert one.keys() == other.keys() and len(one) > 400
    assert {name for name in one if one[name] != other[name]} == set()
    for kind in ("tables", "files"):
        digests = [digest for name, digest in one.items() if name.startswith(f"tally of {kind}, ")]
        assert len(digests) == 4 and len(set(digests)) == 1  # 1, 2, 4 threads and as many as there are processors


def _on(machine: dict[str, str], library: Path) -> dict[str, str]:
    """The environment of a process on that machine."""
    return os.environ | {"LANG": "vi_VN.UTF-8", "LD_PRELOAD": str(library)} | machine
