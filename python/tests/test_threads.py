"""Eight threads ask shared objects everything at once: the answers are those given alone."""

import importlib.util
from pathlib import Path


def test_threads_give_the_answers_given_alone(root: Path) -> None:
    found = importlib.util.spec_from_file_location("soak", root / "benches" / "soak.py")
    assert found is not None and found.loader is not None
    soak = importlib.util.module_from_spec(found)
    found.loader.exec_module(soak)
    counts = soak.at_once(seconds=2)
    assert sum(counts.values()) > soak.THREADS
