"""Every public name says what it takes and in which units, what it gives, and with which slugs it refuses."""

import re
from pathlib import Path

import pytest
from docstrings import Name, entries, public

NAMES = {name.path: name for name in public()}
# Classes that calls return: nobody calls them.
RETURNED = {
    "parindex.Backtest", "parindex.Imported", "parindex.ParIndexError", "parindex.Table", "parindex.Tasks",
    "parindex.whatif.widget.Explorer",
}  # fmt: skip
CALLED = [name for name in NAMES.values() if name.kind != "property" and name.takes and name.path not in RETURNED]

# A few words, a switch, or what the library itself made: its type says all, and there is little to refuse.
CLOSED = re.compile(
    r"bool|None|\w*Language|\w*Stage|\w*Progress|Literal\[.*\]|Basis|Status|Kind|Layout|Cells|Count|_\w+Rule|"
    r"_Degrees|_Deff|_Method|_Statistic|_Lonely|"
    r"look\.Chart|Framework|Assessment|Scorecard|History|Forecast|Survey|Sipas|Tally|Calendar|Questionnaire|DataFrame"
)
NUMBER = re.compile(r"\b(int|float|Decimal|_?Number|_Points)\b")
IN_UNITS = re.compile(
    r"points?\b|maxim|percent|%|probabilit|chance|\bshare|places?\b|\bdays?\b|\brank|\byears?\b|[Hh]ow many|[Aa]t most|number of|"
    r"weight|count|unit that|degrees of freedom|spread|cost|seconds|seed|0 to 1|coverage|covariance|coefficient|"
    r"draws|samples|[Pp]ixels|population|variance|rows|unit of|units of"
)
# Calls whose open arguments cannot be wrong, each with its reason.
NEVER_REFUSES = {
    "parindex.Bar.chance": "any number has a chance",
    "parindex.History.units_in": "in a year without units there are none",
    "parindex.Tasks.table": "any number of days is one",
    "parindex.Tasks.due_soon": "any number of days is one",
    "parindex.Tasks.by_lead": "any number of days is one",
    "parindex.Table.to_html": "any number of rows is one",
    "parindex.Table.to_great_tables": "any title is one",
}


def with_those_it_names(name: Name) -> list[Name]:
    """The name, and those whose docstrings say the rest: "as :meth:`mean`"."""
    found, todo = [name], [name]
    while todo:
        at = todo.pop()
        for target in re.findall(r"(?:[Aa]s|documented by)(?: for| in)? :(?:func|meth):`([\w.]+)`", " ".join(at.text.split())):
            holder = at.path.rsplit(".", 1)[0]
            paths = (target, f"{holder}.{target}", f"parindex.{target}", f"parindex.dossiers.{target}")
            other = next((NAMES[path] for path in paths if path in NAMES), None)
            assert other, f"{at.path} names {target}, which is not there"
            if other not in found:
                found.append(other)
                todo.append(other)
    return found


def slugs_of(root: Path) -> set[str]:
    """Every slug that an error can carry, from the lines that give it one."""
    rust = [*root.glob("crates/*/src/error.rs"), root / "crates/parindex-dossiers/src/outcome.rs"]
    found = {slug for path in rust for slug in re.findall(r'=> "([a-z-]+)"', path.read_text(encoding="utf-8"))}
    for path in (root / "python/src/parindex").rglob("*.py"):
        found |= set(re.findall(r'\("([a-z]+(?:-[a-z]+)+)", ', path.read_text(encoding="utf-8")))
    return found


def test_everything_says_what_it_is() -> None:
    assert [path for path, name in NAMES.items() if len(name.text.split()) < 2] == []


@pytest.mark.parametrize("name", CALLED, ids=lambda name: name.path)
def test_parameters_are_described_with_their_units(name: Name) -> None:
    said: dict[str, tuple[str, str]] = {}
    for source in reversed(with_those_it_names(name)):
        said |= entries(source.sections.get("Parameters", ""))
    wrong = []
    for parameter, annotation in name.takes.items():
        kind, words = said.get(parameter, ("", ""))
        closed = all(CLOSED.fullmatch(part) for part in annotation.split(" | "))
        if not kind and not words:
            wrong.append(f"{parameter} is not described")
        elif not (words or closed or kind.startswith("{")):
            wrong.append(f"{parameter}: what is it?")
        elif NUMBER.search(annotation) and not closed and not IN_UNITS.search(f"{kind} {words} {name.sections['']}"):
            wrong.append(f"{parameter}: in which unit?")
    assert wrong == []


@pytest.mark.parametrize("name", CALLED, ids=lambda name: name.path)
def test_what_is_refused_is_told_by_slugs_that_exist(name: Name, root: Path) -> None:
    told = [entries(source.sections.get("Raises", "")).get("ParIndexError") for source in with_those_it_names(name)]
    named = {slug for _, words in filter(None, told) for slug in re.findall(r"``([a-z]+(?:-[a-z]+)*)``", words)}
    assert named <= slugs_of(root)
    can_refuse = any(not CLOSED.fullmatch(part) for annotation in name.takes.values() for part in annotation.split(" | "))
    assert named or not can_refuse or name.path in NEVER_REFUSES


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_numbers_that_are_given_have_units(name: Name) -> None:
    if name.kind in ("property", "method", "function") and NUMBER.search(name.gives):
        assert IN_UNITS.search(f"{name.sections['']} {name.sections.get('Returns', '')}")
