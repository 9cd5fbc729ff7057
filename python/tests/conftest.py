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


SIPAS_ITEMS = {
    factor: [f"{factor}{place}" for place in range(1, count + 1)]
    for factor, count in {"A": 3, "B": 4, "C": 5, "D": 3, "E": 2}.items()
}


@pytest.fixture(scope="session")
def test_questionnaire() -> str:
    """The questionnaire of the invented survey, as TOML."""
    text = """
id = "test/sipas"
title = { vi = "Khảo sát thử", en = "Test" }
status = "draft"
scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
rules = { factor = "pooled", index = "pooled", basis = "assumed" }
"""
    for code, items in SIPAS_ITEMS.items():
        listed = ", ".join(f'{{ code = "{item}", name = {{ vi = "{item}" }}, basis = "assumed" }}' for item in items)
        text += f'[[factors]]\ncode = "{code}"\nname = {{ vi = "Yếu tố {code}" }}\nbasis = "assumed"\n'
        text += f"items = [{listed}]\n"
    return text


@pytest.fixture(scope="session")
def questionnaire(test_questionnaire: str) -> pi.Questionnaire:
    """The questionnaire of the invented survey."""
    return pi.Questionnaire.from_toml(test_questionnaire)
