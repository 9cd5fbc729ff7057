"""Everything public, called as nobody means well: it answers, or says what is wrong with which argument."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile
import parindex as pi
import pytest
from surface import Door, Everything, names

PATIENCE = 30
"""Seconds of wall time, on a busy machine, after which a call is said to hang."""

OPERATORS = re.compile(r"\.__\w+__$")
OWN_WORDS = re.compile(r"__\w+__\b.*return|returned non-|non-iterator|should return")
"""What Python says of an object that answers as no object may."""


class Hangs(BaseException):
    """Raised in a call that does not come to an end."""


@pytest.fixture(scope="module")
def slugs(root: Path) -> set[str]:
    """The slugs that callers are told of."""
    text = (root / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z0-9-]+)`", text, re.MULTILINE))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    """One of each class, in a working directory of its own."""
    folder = tmp_path_factory.mktemp("sound")
    before = os.getcwd()
    os.chdir(folder)
    yield Everything(folder)
    os.chdir(before)


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[[], Any]]:
    return hostile.arguments(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def doors(everything: Everything) -> dict[str, list[Door]]:
    """The doors by the public name they belong to."""
    found: dict[str, list[Door]] = {}
    for door in everything.doors():
        found.setdefault(door.of, []).append(door)
    return found


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    def hangs(*_: object) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, hangs)
    yield
    signal.signal(signal.SIGALRM, before)


def test_every_public_name_has_doors(doors: dict[str, list[Door]]) -> None:
    assert set(names()) == set(doors)


@pytest.mark.parametrize("name", names())
def test_sound_arguments_are_taken(name: str, doors: dict[str, list[Door]]) -> None:
    for door in doors[name]:
        if door.is_closed:
            with pytest.raises(TypeError):
                door()
        else:
            door()


@pytest.mark.parametrize("name", names())
def test_hostile_arguments(
    name: str, doors: dict[str, list[Door]], arguments: dict[str, Callable[[], Any]], slugs: set[str]
) -> None:
    complaints = []
    for door in doors[name]:
        for place, parameter in enumerate(door.takes):
            every = COMMON.get(parameter, 1) * (4 if name in SLOW else 1)
            start = (place + sum(map(ord, door.name))) % every
            for word in list(arguments)[start::every]:
                complaint = tried(door, parameter, arguments[word](), slugs)
                complaints += [f"{door.name}({parameter}={word}): {complaint}"] if complaint else []
    assert not complaints, "\n".join(complaints)


FOURTH = (
    "decimal degrees deff fay fpc kind lonely lonely_in_domains mse combined nest method replicates seed statistic strata "
    "progress draws title column within"
)
THIRD = "code coverage den num top y by unit year"
COMMON = {**dict.fromkeys(FOURTH.split(), 4), **dict.fromkeys(THIRD.split(), 3), "lang": 8}
"""What many take and one reader reads: each of them is sent every n-th of the arguments, and others than the last."""

SLOW = {"report", "evidence_template", "criteria_template", "import_framework", "chart.png", "chart.save", "chart.html"}
"""What reads or writes whole documents is sent every fourth."""


def tried(door: Door, parameter: str, value: Any, slugs: set[str]) -> str | None:
    """What may not have come of a call with one hostile argument."""
    signal.alarm(PATIENCE)
    try:
        made = door(**{parameter: value})
        if not isinstance(door.call, type):  # what a class keeps is shown as it was given
            repr(made)
    except pi.ParIndexError as error:
        return None if {fault["code"] for fault in error.faults} <= slugs else f"unknown slug in {error.faults}"
    except hostile.Boom:
        return None
    except KeyError:
        return None if door.name.endswith("__getitem__") else "KeyError"
    except OSError as error:
        return None if parameter == "path" else repr(error)
    except (TypeError, ValueError) as error:
        said = f"{error} {' '.join(getattr(error, '__notes__', []))}"
        is_named = re.search(rf"(?<!\w){parameter}(?!\w)", said) is not None
        return None if is_named or OPERATORS.search(door.name) or OWN_WORDS.search(said) else repr(error)
    except BaseException as error:  # a panic is none of Exception
        return f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    return None


@pytest.mark.parametrize("module", ["parindex._native", "parindex.dossiers"])
def test_a_wrong_keyword_is_told(module: str) -> None:
    tally = sys.modules[module].tally
    with pytest.raises(TypeError, match="nonsense"):
        tally([], ["unit"], "2026", nonsense=1)
