"""What README and COMPARE show runs, and says what it does."""

import contextlib
import io
import re
from pathlib import Path

import parindex as pi
import pytest


# Peers that the tests do without: what COMPARE shows of them was run by hand.
NOT_HERE = re.compile(r"^(?:from|import) (SALib|scipy|statsforecast|svy)\b", re.MULTILINE)


def blocks(root: Path, name: str = "README.md") -> list[str]:
    return re.findall(r"```python\n(.*?)```", (root / name).read_text(encoding="utf-8"), re.DOTALL)


def test_python_examples_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in blocks(root):
            exec(compile(block, "README.md", "exec"), {})
    assert printed.getvalue().splitlines()[0] == "17.68"
    quoted = " ".join((root / "README.md").read_text(encoding="utf-8").split())
    sentence = printed.getvalue().splitlines()[1]
    assert sentence.startswith("2.1 ") and sentence in quoted


def test_examples_of_compare_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    Path("target").mkdir(exist_ok=True)
    of_peers = [block for block in blocks(root, "COMPARE.md") if "import parindex" not in block]
    own = [block for block in blocks(root, "COMPARE.md") if "import parindex" in block]
    assert len(own) == 9 and {NOT_HERE.search(block) is not None for block in of_peers} == {True, False}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in own + [block for block in of_peers if not NOT_HERE.search(block)]:
            exec(compile(block, "COMPARE.md", "exec"), {})
    assert "60 × (65 − 40) / (72 − 40) = 46.875" in printed.getvalue()


def test_every_bundled_framework_is_named(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert all(f"`{id}`" in text for id in pi.frameworks()["id"])


def test_every_bundled_questionnaire_is_named(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert all(f"`{id}`" in text for id in pi.questionnaires()["id"])
