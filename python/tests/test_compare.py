"""The comparison in one run judges by the bars that it prints."""

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def compare(root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(root / "benches" / "compare"))
    for name in ("questions", "table"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import table

    return table


@pytest.mark.parametrize(("seconds", "verdict"), [(0.50, "**kept**"), (0.51, "**MISSED**")])
def test_a_bar_is_kept_where_it_lies(compare: Any, seconds: float, verdict: str) -> None:
    own = compare.Said("parindex 0.1.0", seconds, 77, "exact")
    numpy = compare.Said("NumPy 2.4.6, f64", 1.0, 300, "3 of 10,595 units are wrong")
    rows = compare.whole({"score-panel": [own, numpy]})
    assert rows[2].endswith(f"at most half of NumPy's time: {verdict} |")
    assert compare.missed({"score-panel": [own, numpy]}) == ([] if seconds == 0.50 else ["score-panel"])
    assert f"| NumPy 2.4.6, f64 | 1 s | 300 MB | {seconds:.2f} |" in rows[3]


def test_a_bar_without_its_peer_is_not_judged(compare: Any) -> None:
    own = compare.Said("parindex 0.1.0", 0.03, 26, "")
    svy = compare.Said("svy 0.35.0", 3.6, 400, "")
    assert "not seen: no R survey" in compare.whole({"survey-items": [own, svy]})[2]


def test_facts_of_a_forecast_become_words(compare: Any) -> None:
    facts = "gain=-1.06 brier=0.1100 walk_brier=0.1096 holds=88.44 walk_crps=7.1000"
    run = compare.Said("AutoARIMA of statsforecast 2.1.1", 20.0, 400, facts)
    assert compare.answer(run).startswith("CRPS of rank 1.1 % above the walk's 7.100, Brier of the top 10 0.1100")


def test_tables_go_between_the_marks(compare: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{compare.BEGIN}\nold\n{compare.END}\nafter\n", encoding="utf-8")
    compare.put(path, ["", "new", ""])
    assert path.read_text(encoding="utf-8") == f"before\n{compare.BEGIN}\n\nnew\n\n{compare.END}\nafter\n"


def test_every_program_exists(compare: Any, root: Path) -> None:
    import questions

    bins = tomllib.loads((root / "benches" / "Cargo.toml").read_text(encoding="utf-8"))["bin"]
    here = {path.name for path in (root / "benches" / "compare").iterdir()} | {target["name"] for target in bins}
    assert {program.name for program in [*questions.PROGRAMS, questions.ENGINES]} <= here
    for page in ("COMPARE.md", "README.md"):
        text = (root / page).read_text(encoding="utf-8")
        assert text.count(compare.BEGIN) == text.count(compare.END) == 1
