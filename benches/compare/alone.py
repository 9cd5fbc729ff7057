"""Runs a piece of work in a process of its own, so that neither its memory nor its
threads are those of a peer.
"""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any


@dataclass(frozen=True)
class Run:
    """The best of several runs in one process, its peak memory and its answer."""

    seconds: float
    megabytes: int
    answer: Any

    def with_answer(self, answer: Any) -> "Run":
        return replace(self, answer=answer)


def megabytes() -> int:
    """The most memory this process held at once, in MB of 10⁶ bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000


def best(work: Callable[[], Any], times: int) -> Run:
    """Runs `work` several times in this process."""
    least, answer = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        answer = work()
        least = min(least, time.perf_counter() - start)
    return Run(least, megabytes(), answer)


def alone(function: Callable[..., Run], *arguments: Any) -> Run:
    """Calls `function`, which measures itself, in a new process."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(function, *arguments).result()


def in_turns(contenders: dict[str, Callable[..., Run]], rounds: int, *arguments: Any) -> dict[str, Run]:
    """The best run of parindex and of each peer that is asked for, measured in turns."""
    asked = {who: function for who, function in contenders.items() if is_asked(who)}
    runs: dict[str, Run] = {}
    for _ in range(1 if is_quick() else rounds):
        for who, function in asked.items():
            run = alone(function, *arguments)
            if who not in runs or run.seconds < runs[who].seconds:
                runs[who] = run
    return runs


def is_asked(who: str) -> bool:
    """Whether `PEERS`, names parted by commas, has the peer; all are asked where it is not set."""
    return who == "parindex" or who in os.environ.get("PEERS", who).split(",")


def is_quick() -> bool:
    """Whether to look only that all runs (`QUICK`)."""
    return "QUICK" in os.environ


def say(question: str, who: str, run: Run, answer: str) -> None:
    """Prints the line that ``run.py`` gathers: question, who, seconds, MB, answer."""
    print(question, who, f"{run.seconds:.6f}", run.megabytes, answer, sep="\t", flush=True)


def named(package: str, name: str = "") -> str:
    """A package with its version."""
    return f"{name or package} {version(package)}"


def introduce(who: str, run: Run, answer: str = "") -> None:
    """Prints the line by which a peer's script tells of itself: who, seconds, MB, answer."""
    print(who, f"{run.seconds:.6f}", run.megabytes, answer, sep="\t", flush=True)
