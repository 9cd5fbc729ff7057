"""Ctrl-C: long work lets go of its caller at once, leaves no thread at work and no file half written."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import long_work
import parindex as pi
import pytest

WORKS = 0.25
"""Seconds that a call works before it is interrupted."""
NAMES = sorted(long_work.CASES)
DRAWS = {"chart", "report_as_document", "report_as_page"}
"""Work in which vl-convert draws charts; it holds the interpreter until one is drawn."""
ALONE = {"tally_on_dask"}
"""Work on threads that other libraries own: these end with the pieces that they have begun."""


def processor_seconds(process: int) -> float:
    """What a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("names", [NAMES[first::6] for first in range(6)], ids=lambda names: names[0])
def test_ctrl_c_is_heard_at_once(names: list[str]) -> None:
    wrong = []
    command = [sys.executable, long_work.__file__, *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as child:
        assert child.stdout is not None and child.stderr is not None
        for name in names:
            line = child.stdout.readline()
            assert line == "begins\n", f"{name}: {line or child.stderr.read()}"
            time.sleep(WORKS)
            taken, sent = processor_seconds(child.pid), time.monotonic()
            child.send_signal(signal.SIGINT)
            line = child.stdout.readline()
            if not line.startswith("interrupted"):
                wrong.append(f"{name}: {line.strip() or child.stderr.read()}")
                if not line:
                    break
                continue
            _, at, went_on, left = line.split(maxsplit=3)
            # A machine that does other things too is slow for itself, not for its user.
            waited, busy = float(at) - sent, processor_seconds(child.pid) - taken
            most = 5 if name in DRAWS else 0.5
            if waited > most and busy > most:
                wrong.append(f"{name}: heard after {waited:.2f} s")
            if float(went_on) > 1 and busy > 1 and name not in ALONE:
                wrong.append(f"{name}: worked on for {went_on} s")
            if left.strip() != "[]":
                wrong.append(f"{name}: left {left}")
        assert child.wait(timeout=20) == 0 or wrong, child.stderr.read()
    assert not wrong, "\n".join(wrong)


class Interrupted:
    """What a table does that hears Ctrl-C while it is asked for its rows."""

    iloc = columns = ()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise KeyboardInterrupt

    def to_numpy(self) -> object:
        raise KeyboardInterrupt


class InterruptedPath:
    def __fspath__(self) -> str:
        raise KeyboardInterrupt


def test_ctrl_c_within_a_table_is_no_fault_of_the_table() -> None:
    framework = long_work.wide(1)
    for call in (
        lambda: pi.score(framework, Interrupted()),
        lambda: pi.dossiers.tally(Interrupted(), period="2026"),
        lambda: pi.dossiers.tally([InterruptedPath()], period="2026"),
        lambda: pi.rank_sets([1.0, 2.0], cov=Interrupted()),
    ):
        with pytest.raises(KeyboardInterrupt):
            call()
