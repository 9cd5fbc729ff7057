"""Published data and small frameworks that several tests score."""

import re
from collections.abc import Callable
from pathlib import Path

import parindex as pi
import pytest
from browsers import browser, lab, page, screenshots
from registers import a_million

__all__ = ["browser", "lab", "page", "screenshots"]

ROOT = Path(__file__).resolve().parents[2]

HEAD = """
id = "test/one"
title = { vi = "Thử", en = "Test" }
unit = "province"
rounds = [2026]
status = "draft"
basis = "assumed"
"""


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The published data."""
    return ROOT / "fixtures"


@pytest.fixture(scope="session")
def province() -> pi.Framework:
    """Decision 766, province."""
    return pi.Framework.load("dvc-766/province")


@pytest.fixture(scope="session")
def rule_framework() -> Callable[..., pi.Framework]:
    """A framework of one leaf, ``1``, with the rule given."""

    def build(rule: str, maximum: str = '"10"', more: str = "") -> pi.Framework:
        return pi.Framework.from_toml(rule_toml(rule, maximum, more))

    return build


def rule_toml(rule: str, maximum: str = '"10"', more: str = "") -> str:
    """The text of a framework of one leaf, ``1``."""
    return f"""{HEAD}
max_points = {maximum}

[rounding]
places = 2
mode = "half-up"
at = "leaf"

{more}

[criteria."1"]
name = {{ vi = "Một", en = "One" }}
max_points = {maximum}
rule = {rule}
"""


@pytest.fixture(scope="session")
def how_to() -> Callable[[str], list[str]]:
    """The blocks of Python that a page shows."""

    def blocks(page: str) -> list[str]:
        text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
        return re.findall(r"```python\n(.*?)```", text, re.DOTALL)

    return blocks


@pytest.fixture(scope="session")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of five Parquet files, a million dossiers together."""
    return a_million(tmp_path_factory.mktemp("million"))


@pytest.fixture(scope="session")
def questionnaire(fixtures: Path) -> pi.Questionnaire:
    """The questionnaire of the invented survey."""
    return pi.Questionnaire.from_file(fixtures / "survey" / "questionnaire.toml")
