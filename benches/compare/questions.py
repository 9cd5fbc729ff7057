"""The questions asked, the bar that each has to meet, and what the runs said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


class Unseen(Exception):
    """A peer that a bar needs did not run."""


@dataclass(frozen=True)
class Said:
    """One line of a bench: who took how long, with how much memory, and what came out."""

    who: str
    seconds: float
    megabytes: int | None
    answer: str

    @property
    def is_own(self) -> bool:
        return self.who.startswith("parindex")

    @property
    def facts(self) -> dict[str, float]:
        """What an answer of the form `name=number name=number …` says, nothing of any other."""
        words = [word.partition("=") for word in self.answer.split()]
        if not all(name and number for name, _, number in words):
            return {}
        return {name: float(number) for name, _, number in words}


class Lines:
    """All that was said of one question."""

    def __init__(self, said: Sequence[Said]) -> None:
        self.all = list(said)

    @property
    def own(self) -> list[Said]:
        return [said for said in self.all if said.is_own]

    def peer(self, name: str) -> Said:
        for said in self.all:
            if not said.is_own and name in said.who:
                return said
        raise Unseen(name)

    def times(self, name: str) -> float:
        """How many times as long as parindex the peer takes."""
        return self.peer(name).seconds / self.own[0].seconds


@dataclass(frozen=True)
class Question:
    """A question, the bar in words and whether it is kept; `short` names the peer of the short table."""

    slug: str
    text: str
    bar: str = ""
    kept: Callable[[Lines], bool] | None = None
    short: str = ""


@dataclass(frozen=True)
class Program:
    """What to run for some questions: a release binary of the benches or a script beside this one."""

    name: str
    # Modules that it cannot do without.
    needs: tuple[str, ...] = ()
    # The peer that a script is nothing but.
    peer: str = ""
    wants_panels: bool = False


PROGRAMS = [
    Program("score-panel"),
    Program("from_arrow.py", needs=("parindex", "numpy", "pyarrow")),
    Program("survey-items"),
    Program("rank-sets"),
    Program("dossiers"),
    Program("forecast", wants_panels=True),
    Program("forecast_statsforecast.py", needs=("pandas", "scipy"), peer="statsforecast", wants_panels=True),
    Program("simulate"),
    Program("composite.py", needs=("parindex", "numpy", "pyarrow")),
    Program("sensitivity.py", needs=("parindex", "numpy")),
    Program("plan.py", needs=("parindex",)),
]
ENGINES = Program("engines.py", needs=("parindex", "pyarrow"))


def _survey(lines: Lines) -> bool:
    return lines.times("R survey") >= 20 and lines.times("svy") >= 3


def _dossiers(lines: Lines) -> bool:
    return lines.times("DuckDB") >= 1 and (lines.own[0].megabytes or 0) <= 150


def _procedures(lines: Lines) -> bool:
    return lines.own[0].seconds <= 1.5 * min(lines.peer("DuckDB").seconds, lines.peer("Polars").seconds)


def _flat(lines: Lines) -> bool:
    tenth, whole = (said.megabytes or 0 for said in lines.own)
    return whole <= 1.1 * tenth


def _forecast(lines: Lines) -> bool:
    own = lines.own[0].facts
    peers = [lines.peer(name).facts for name in ("AutoETS", "AutoARIMA")]
    is_alike = all(abs(peer["walk_crps"] / own["walk_crps"] - 1) < 0.01 for peer in peers)
    is_best = own["gain"] >= 4 and all(own["gain"] > peer["gain"] for peer in peers)
    is_sharp = is_best and own["brier"] <= own["walk_brier"]
    return is_alike and is_sharp and 86 <= own["holds"] <= 94 and own["all_models"] < 10


def _simulate(lines: Lines) -> bool:
    return lines.times("NumPy") >= 10 and (lines.own[0].megabytes or 0) < 50


def _rank_sets(lines: Lines) -> bool:
    return all(said.seconds < 2 and (said.megabytes or 0) <= 200 for said in lines.own)


def _same_bytes(lines: Lines) -> bool:
    return all(said.answer == "the same bytes" for said in lines.all)


FORECAST_BAR = (
    "CRPS at least 4 % below the walk's, Brier of the top 10 no worse, 90 % intervals hold 86–94 %, better than both"
    " peers against the same walk (to 1 %), all models in 10 s"
)
QUESTIONS = [
    Question(
        "score-panel",
        "10,595 units × 90 leaves scored exactly, all 49 nodes ranked",
        "at most half of NumPy's time",
        lambda lines: lines.times("NumPy") >= 2,
        short="NumPy",
    ),
    Question(
        "from-arrow",
        "from a long Arrow table of the same size to the ranking",
        "at most half of pandas' and NumPy's time",
        lambda lines: lines.times("pandas") >= 2,
        short="pandas",
    ),
    Question(
        "survey-items",
        "36,525 answers × 51 items × 63 provinces, estimates with standard errors",
        "a twentieth of `svyby`'s time, a third of svy's",
        _survey,
        short="svy",
    ),
    Question("rank-sets/705", "rank confidence sets of 705 units, 10,000 draws", "2 s and 200 MB", _rank_sets),
    Question("rank-sets/10595", "rank confidence sets of 10,595 units, 10,000 draws"),
    Question("rank-sets/all-pairs", "the same of 705 units, 1,000 draws, beside trying all pairs"),
    Question(
        "dossiers/unit",
        "10 million dossiers of a Parquet file, on time by unit and month",
        "no slower than DuckDB, 150 MB",
        _dossiers,
        short="DuckDB",
    ),
    Question(
        "dossiers/unit-procedure",
        "the same by unit, procedure and month",
        "1.5 times the better of DuckDB and Polars",
        _procedures,
        short="Polars",
    ),
    Question("dossiers/stream", "a tenth, then ten times as many dossiers as a stream", "as much memory", _flat),
    Question("engines", "20 million dossiers in 20 files, one tally", "the same bytes from all", _same_bytes),
    Question("forecast/papi.csv", "ranks of PAPI 2014–2020, a year ahead", FORECAST_BAR, _forecast),
    Question("forecast/pci.csv", "ranks of PCI 2009–2013, a year ahead", FORECAST_BAR, _forecast),
    Question(
        "simulate",
        "100,000 draws of 63 units × 90 uncertain leaves, noise of weights, all ranks",
        "a tenth of NumPy's time on two threads, 50 MB",
        _simulate,
        short="NumPy",
    ),
    Question(
        "composite",
        "51 units × 49 indicators normalised, added, ranked; 100,000 draws of weights",
        short="NumPy",
    ),
    Question("sensitivity", "Sobol' indices of 90 uncertain leaves, 4,096 base samples", short="SALib"),
    Question("plan", "60 actions under a budget, with needs and exclusions; the frontier", short="plan by plan"),
]
