"""What the README shows runs, and says what it does."""

import contextlib
import io
import re
from pathlib import Path

import parindex as pi
import pytest


def blocks(root: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)


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


def test_every_bundled_framework_is_named(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert all(f"`{id}`" in text for id in pi.frameworks()["id"])


def test_every_bundled_questionnaire_is_named(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert all(f"`{id}`" in text for id in pi.questionnaires()["id"])
