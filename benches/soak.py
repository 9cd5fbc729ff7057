"""Whether memory stays flat, and answers the same, over thousands of random assessments in one process.

    python benches/soak.py [ROUNDS] [--threads SECONDS]

A round makes a random table of evidence and does with it what an office does in a year: scores it, saves and reloads
it (pickle, JSON, CSV, Parquet), compares, explains, ranks, simulates, asks the faults of a bad table, and composes the
content of a report. Memory is sampled forty times; its slope after the first fifth is printed. With ``--threads``
eight threads then ask shared objects everything at once, and each answer is held against the one given alone.
"""

import argparse
import gc
import os
import pickle
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import parindex as pi
from parindex import outputs

SAMPLES = 40
THREADS = 8


def resident() -> float:
    """Megabytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def evidence(framework: pi.Framework, chance: random.Random) -> list[dict[str, Any]]:
    """Given points for random leaves of a few units."""
    leaves = [code for code in framework if framework[code].is_leaf]
    rows = []
    for unit in range(chance.randint(1, 6)):
        for code in chance.sample(leaves, chance.randint(1, len(leaves))):
            maximum = framework[code].max_points
            points = round(chance.random() * float(maximum or 1), 2)
            rows.append({"unit": f"H{unit}", "code": code, "points": f"{points:.2f}", "explanation": "vì " * 5})
    return rows


def round_of_work(number: int, folder: Path, frameworks: list[pi.Framework], before: dict[str, pi.Assessment]) -> None:
    """One office's year; what does not come back as it was ends the run."""
    chance = random.Random(number)
    framework = chance.choice(frameworks)
    rows = evidence(framework, chance)
    assessment = pi.score(framework, rows)
    lines = assessment.lines().to_dicts()
    again = pickle.loads(pickle.dumps(assessment))
    assert again.lines().to_dicts() == lines
    assert pi.Assessment.from_json(assessment.to_json()).ranking().to_dicts() == assessment.ranking().to_dicts()
    if number % 5 == 0:
        path = folder / "evidence.csv"
        header = list(rows[0])
        path.write_text("\n".join([",".join(header), *(",".join(row.values()) for row in rows)]), encoding="utf-8")
        assert pi.score(framework, path).lines().to_dicts() == lines
        outputs.write_tables(folder / "out", {"ranking": assessment.ranking()})
    card = assessment[assessment.units[0]]
    for code in framework:
        card.explain(code), card.line(code).points
    card.lost().to_html()
    earlier = before.get(framework.id)
    if earlier is not None:
        pi.compare(earlier, assessment).to_dicts()
    before[framework.id] = assessment
    if number % 10 == 0:
        beliefs = [{name: row[name] for name in ("unit", "code", "points")} for row in rows]
        pi.simulate(framework, beliefs, draws=200).table(top=1, progress=False).to_dicts()
        pi.report(assessment, folder / "report.html", charts=False, lang="en")
    try:
        pi.score(framework, [*rows, {"unit": "H0", "code": "no such", "points": "x"}])
    except pi.ParIndexError as error:
        assert error.faults
    else:
        raise AssertionError("a bad row was taken")


def soak(rounds: int) -> bool:
    """Runs the rounds; whether memory is flat."""
    frameworks = [pi.Framework.load(id) for id in ("dvc-766/unit", "par-index/province-2017", "pci/2013")]
    before: dict[str, pi.Assessment] = {}
    samples: list[tuple[int, float]] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            round_of_work(number, Path(folder), frameworks, before)
            if number % max(1, rounds // SAMPLES) == 0:
                gc.collect()
                samples.append((number, resident()))
    kept = [sample for sample in samples if sample[0] >= rounds // 5]
    for number, size in samples[:: max(1, len(samples) // 10)]:
        print(f"{number:6} rounds  {size:7.1f} MB")
    slope = 1_000 * fitted(kept)
    print(f"{rounds} rounds in {time.monotonic() - start:.0f} s: {slope:+.3f} MB for each 1,000 rounds")
    return slope < 1


def fitted(samples: list[tuple[int, float]]) -> float:
    """The slope of the line of least squares."""
    across = sum(number for number, _ in samples) / len(samples)
    up = sum(size for _, size in samples) / len(samples)
    moved = sum((number - across) * (size - up) for number, size in samples)
    return moved / sum((number - across) ** 2 for number, _ in samples)


def questions() -> dict[str, Callable[[], Any]]:
    """What is asked of shared objects, each answer in a form that can be compared."""
    framework = pi.Framework.load("dvc-766/unit")
    chance = random.Random(1)
    rows = evidence(framework, chance)
    assessment, other = pi.score(framework, rows), pi.score(framework, evidence(framework, chance))
    history = pi.History(
        [
            {"unit": unit, "year": year, "score": 80.0 + 2 * place + (year * (place + 3)) % 5}
            for year in range(2016, 2025)
            for place, unit in enumerate("ABCDEF")
        ]
    )
    forecast = pi.forecast(history, 2025, draws=2_000, progress=False)
    register = pi.dossiers.generate(2_000, units=3, seed=1, as_of="2026-06-14")
    tally = pi.dossiers.tally(register, period="2026-H1", every="month", as_of="2026-06-14")
    answers = [
        {"p": province, "d": f"{province}{district}", "w": 1.5, "y": (district * person) % 2}
        for province in "PQR"
        for district in range(4)
        for person in range(10)
    ]
    survey = pi.Survey(answers, weights="w", strata="p", clusters="d")
    beliefs = [{name: row[name] for name in ("unit", "code", "points")} for row in rows]
    card = assessment[assessment.units[0]]
    leaf = next(code for code in framework if framework[code].is_leaf)
    actions = [{"action": "x", "code": leaf, "points": framework[leaf].max_points, "cost": 1}]
    return {
        "score": lambda: pi.score(framework, rows).lines().to_dicts(),
        "ranking": lambda: assessment.ranking().to_dicts(),
        "explain": lambda: [card.explain(code) for code in framework],
        "compare": lambda: pi.compare(assessment, other).to_dicts(),
        "pickle": lambda: pickle.dumps(pickle.loads(pickle.dumps(assessment))),
        "tally": lambda: pi.dossiers.tally(register, period="2026-H1", as_of="2026-06-14").to_bytes(),
        "project": lambda: pi.project(tally, "0.90", "2026-12-14", draws=200, seed=3).to_dicts(),
        "survey": lambda: survey.proportion("y", by="p").to_dicts(),
        "replicates": lambda: survey.replicate("bootstrap", replicates=20, seed=2).mean("y").to_dicts(),
        "forecast": lambda: pi.forecast(history, 2025, draws=500, progress=False).table(progress=False).to_dicts(),
        "ranks": lambda: [list(row) for row in memoryview(forecast.ranks(progress=False)[:50]).tolist()],
        "simulate": lambda: pi.simulate(framework, beliefs, draws=200).table(top=1, progress=False).to_dicts(),
        "plan": lambda: pi.plan(card, actions, budget=1, progress=False).actions().to_dicts(),
        "html": lambda: assessment.lines().to_html("en"),
        "csv": lambda: outputs.csv_text(assessment.lines()),
        "arrow": lambda: assessment.lines()._native.__reduce__()[1],
        "faults": lambda: str(refused(framework)),
    }


def refused(framework: pi.Framework) -> pi.ParIndexError:
    """The error of a bad table."""
    try:
        pi.score(framework, [{"unit": "A", "code": "no such", "points": "x"}])
    except pi.ParIndexError as error:
        return error
    raise AssertionError("a bad row was taken")


def at_once(seconds: float) -> dict[str, int]:
    """Asks everything from eight threads; how often each question was answered as it is alone.

    Raises
    ------
    AssertionError
        If an answer differs, or a thread does not come back.
    """
    asked = questions()
    alone = {name: ask() for name, ask in asked.items()}
    counts = dict.fromkeys(asked, 0)
    wrong: list[str] = []
    end = time.monotonic() + seconds
    lock = threading.Lock()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end and not wrong:
            name = chance.choice(list(asked))
            try:
                is_same = asked[name]() == alone[name]
            except BaseException as error:  # a panic is none of Exception
                wrong.append(f"{name}: {error!r}")
                return
            with lock:
                counts[name] += is_same
            if not is_same:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(seed,), daemon=True) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    assert not any(thread.is_alive() for thread in threads), "a thread does not come back"
    assert not wrong, wrong
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("rounds", nargs="?", type=int, default=10_000)
    parser.add_argument("--threads", metavar="SECONDS", type=float, default=0.0)
    options = parser.parse_args()
    is_flat = soak(options.rounds)
    if options.threads:
        counts = at_once(options.threads)
        print(f"{THREADS} threads, {sum(counts.values())} answers, all as alone: {counts}")
    return 0 if is_flat else 1


if __name__ == "__main__":
    sys.exit(main())
