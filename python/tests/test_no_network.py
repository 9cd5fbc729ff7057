"""Nothing asks the network: what the README shows, the demo and a chart run where asking is an error."""

import subprocess
import sys
from pathlib import Path

import pytest
from test_readme import blocks

ASKING = """
import sys

def refuse(event, arguments):
    if event in {"socket.bind", "socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"}:
        raise SystemExit(f"asks the network: {event} {arguments[1:]}")

sys.addaudithook(refuse)
"""

DEMO = """
from parindex.cli import main

raise SystemExit(main(["demo", "--out", sys.argv[1]]))
"""

CHART = """
import parindex as pi

assessment = pi.score(pi.Framework.load("dvc-766/province"), "fixtures/dvc-766-phu-tho-2026/evidence.csv")
for kind in (".png", ".svg", ".html"):
    pi.chart.save(pi.chart.ranking(assessment), sys.argv[1] + kind)
"""


def run(root: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ASKING + program, *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600)


def test_asking_is_noticed(root: Path) -> None:
    asking = run(root, "import socket; socket.create_connection(('localhost', 9))")
    assert asking.returncode == 1 and "asks the network: socket.getaddrinfo" in asking.stderr


def test_what_the_readme_shows(root: Path) -> None:
    answer = run(root, "\n".join(blocks(root)))
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("program", [DEMO, CHART], ids=["demo", "chart"])
def test_demo_and_chart(root: Path, tmp_path: Path, program: str) -> None:
    answer = run(root, program, str(tmp_path / "out"))
    assert answer.returncode == 0, answer.stderr
