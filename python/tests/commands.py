"""The command ``parindex`` run as a user runs it."""

import subprocess
import sys
from pathlib import Path


def run(*arguments: str | Path, cwd: Path | None = None) -> tuple[int, str, str]:
    """Its exit code, what it printed, and what it said on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "parindex", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
