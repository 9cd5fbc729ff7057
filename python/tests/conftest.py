"""Published data and small frameworks that several tests score."""

from collections.abc import Callable
from pathlib import Path

import parindex as pi
import pytest

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
def questionnaire(fixtures: Path) -> pi.Questionnaire:
    """The questionnaire of the invented survey."""
    return pi.Questionnaire.from_file(fixtures / "survey" / "questionnaire.toml")
