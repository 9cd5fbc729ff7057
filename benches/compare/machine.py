"""What a run was made on: processor, memory, load, date, and the peers that are here."""

import datetime
import importlib.util
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

# Peer: the package to import and the one to ask for its version.
PYTHON_PEERS = {
    "numpy": ("numpy", "numpy"),
    "pandas": ("pandas", "pandas"),
    "polars": ("polars", "polars"),
    "duckdb": ("duckdb", "duckdb"),
    "svy": ("svy", "svy"),
    "statsforecast": ("statsforecast", "statsforecast"),
    "salib": ("SALib", "SALib"),
    "highs": ("scipy", "scipy"),
    "dask": ("dask", "dask"),
    "spark": ("pyspark", "pyspark"),
}
PEERS = [*PYTHON_PEERS, "r-survey"]


def peer_version(peer: str) -> str | None:
    """The version of a peer, if it is here."""
    if peer == "r-survey":
        asked = ["Rscript", "-e", "cat(as.character(packageVersion('survey')))"]
        found = subprocess.run(asked, capture_output=True, text=True) if shutil.which("Rscript") else None
        return found.stdout if found and found.returncode == 0 else None
    module, package = PYTHON_PEERS[peer]
    return version(package) if importlib.util.find_spec(module) else None


def load() -> float:
    """Processes that ran or waited, on average over the last minute."""
    return os.getloadavg()[0]


def hold_to_two_cores() -> None:
    """Lets this process and all that it starts run on two cores, as many as every bench has threads."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def described(load_at_start: float) -> str:
    """The machine and the day, in a sentence."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.date.today():%Y-%m-%d}, {len(os.sched_getaffinity(0))} cores of {processor()}, {gib:.0f} GiB,"
        f" {platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()};"
        f" load at the start {load_at_start:.2f}"
    )


def processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
