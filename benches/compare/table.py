"""What was said, as tables in Markdown."""

import re
from pathlib import Path

from questions import QUESTIONS, Lines, Question, Said, Unseen

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def whole(said: dict[str, list[Said]]) -> list[str]:
    """A row for each run, parindex first, with the bar of each question."""
    rows = [
        "| question | who | time | memory | parindex takes | answer | bar |",
        "|---|---|---|---|---|---|---|",
    ]
    for question in asked(said):
        lines = Lines(said[question.slug])
        text, verdict = question.text, judged(question, lines)
        own = None
        for run in lines.all:
            own = run if run.is_own else own
            share = "" if run.is_own or own is None else ratio(own, run)
            cells = [text, run.who, time(run.seconds), memory(run.megabytes), share, answer(run), verdict]
            rows.append(f"| {' | '.join(cells)} |")
            text = verdict = ""
    return rows


def short(said: dict[str, list[Said]]) -> list[str]:
    """A row for each question that has one peer to be named."""
    rows = ["| question | parindex | peer | parindex takes |", "|---|---|---|---|"]
    for question in asked(said):
        lines = Lines(said[question.slug])
        peers = [run for run in lines.all if not run.is_own and question.short and question.short in run.who]
        for own, peer in zip(lines.own, peers, strict=False):
            ours = ", ".join(filter(None, [time(own.seconds), memory(own.megabytes)]))
            theirs = ", ".join(filter(None, [peer.who, time(peer.seconds), memory(peer.megabytes)]))
            rows.append(f"| {question.text} | {ours} | {theirs} | {ratio(own, peer)} |")
    return rows


def asked(said: dict[str, list[Said]]) -> list[Question]:
    return [question for question in QUESTIONS if said.get(question.slug)]


def judged(question: Question, lines: Lines) -> str:
    if question.kept is None:
        return question.bar
    try:
        verdict = "**kept**" if question.kept(lines) else "**MISSED**"
    except Unseen as peer:
        verdict = f"not seen: no {peer}"
    return f"{question.bar}: {verdict}"


def missed(said: dict[str, list[Said]]) -> list[str]:
    """The questions whose bar was not kept."""
    verdicts = {question.slug: judged(question, Lines(said[question.slug])) for question in asked(said)}
    return [slug for slug, verdict in verdicts.items() if "MISSED" in verdict]


def answer(run: Said) -> str:
    facts = run.facts
    if "gain" not in facts:
        return re.sub(r"(?<![\d.,])\d{4,}(?![\d.])", lambda found: f"{int(found[0]):,}", run.answer)
    error = f" (± {facts['se']:.1f})" if "se" in facts else ""
    whole = f"; all models in {facts['all_models']:.1f} s" if "all_models" in facts else ""
    side = "below" if facts["gain"] >= 0 else "above"
    return (
        f"CRPS of rank {abs(facts['gain']):.1f} %{error} {side} the walk's {facts['walk_crps']:.3f}, Brier of the top"
        f" 10 {facts['brier']:.4f} (walk {facts['walk_brier']:.4f}), 90 % intervals hold {facts['holds']:.1f} %{whole}"
    )


def ratio(own: Said, peer: Said) -> str:
    """The time of parindex over a peer's."""
    number = own.seconds / peer.seconds
    return f"{number:.2f}" if number >= 0.1 else f"{number:.2g}"


def time(seconds: float) -> str:
    return f"{shortened(seconds)} s" if seconds >= 1 else f"{shortened(seconds * 1000)} ms"


def memory(megabytes: int | None) -> str:
    return "" if megabytes is None else f"{megabytes:,} MB"


def shortened(number: float) -> str:
    """Three digits, and all of those before the point."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def put(path: Path, lines: list[str]) -> None:
    """Replaces what stands between the marks of a file."""
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{path} has no place between `{BEGIN}` and `{END}`")
    unfinished = path.with_suffix(".part")
    unfinished.write_text("\n".join([before + begin, *lines, end + after]), encoding="utf-8")
    unfinished.replace(path)
