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
    r"points?\b|maxim|percent|%|probabilit|chance|\bshare|places?\b|\bdays?\b|\brank|\byears?\b|how many|at most|"
    r"number of|weight|count|unit that|degrees of freedom|spread|cost|seconds|seed|0 to 1|coverage|covariance|coefficient|"
    r"draws|samples|pixels|population|variance|rows|unit of|units of|cores",
    re.IGNORECASE,
)
# Calls whose open arguments cannot be wrong, each with its reason.
NEVER_REFUSES = {
    "parindex.Bar.chance": "any number has a chance",
    "parindex.History.units_in": "in a year without units there are none",
    "parindex.Scenario.stated": "a code without evidence states nothing",
    "parindex.Sipas.evidence": "the code is looked up when it is scored",
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
        text = " ".join(at.text.split())
        for target in re.findall(r"(?:[Aa]s(?: for| in)? |; ):(?:func|meth):`([\w.]+)`", text):
            holder = at.path.rsplit(".", 1)[0]
            paths = (target, f"{holder}.{target}", f"parindex.{target}", f"parindex.dossiers.{target}")
            other = next((NAMES[path] for path in paths if path in NAMES), None)
            assert other, f"{at.path} names {target}, which is not there"
            if other not in found:
                found.append(other)
                todo.append(other)
    return found


def slugs_of(root: Path) -> set[str]:
    """Every slug that an error can carry, as the page of errors lists them."""
    page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
    return set(re.findall(r"(?m)^\| `([a-z-]+)` \|", page))


def test_the_page_of_errors_lists_every_slug_once(root: Path) -> None:
    listed = re.findall(r"(?m)^\| `([a-z-]+)` \|", (root / "docs/reference/errors.md").read_text(encoding="utf-8"))
    assert len(listed) == len(set(listed))
    core = "".join(path.read_text(encoding="utf-8") for path in root.glob("crates/*/src/error.rs"))
    reasons = (root / "crates/parindex-dossiers/src/outcome.rs").read_text(encoding="utf-8")
    told = set(re.findall(r'=> "([a-z-]+)"', core)) | set(re.findall(r'=> "([a-z]+(?:-[a-z]+)+)"', reasons))
    package = "".join(path.read_text(encoding="utf-8") for path in (root / "python/src/parindex").rglob("*.py"))
    told |= set(re.findall(r'(?:fault|\.add)\(\s*(?:\w+, )?"([a-z]+(?:-[a-z]+)+)"', package))
    assert told <= set(listed)
    assert all(f'"{slug}"' in package for slug in set(listed) - told)


def test_everything_says_what_it_is() -> None:
    assert [path for path, name in NAMES.items() if len(name.text.split()) < 2] == []


@pytest.mark.parametrize("name", CALLED, ids=lambda name: name.path)
def test_parameters_are_described_with_their_units(name: Name) -> None:
    said: dict[str, tuple[str, str]] = {}
    for source in with_those_it_names(name):
        for parameter, (kind, words) in entries(source.sections.get("Parameters", "")).items():
            known = said.get(parameter, ("", ""))
            said[parameter] = (known[0] or kind, f"{known[1]} {words}".strip())
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
        elif parameter in name.optional and not re.search(
            r"optional|[Uu]nless|None|without|[Aa]ll |needed|must be given", f"{kind} {words}"
        ):
            wrong.append(f"{parameter}: what if it is not given?")
    assert wrong == []


@pytest.mark.parametrize("name", CALLED, ids=lambda name: name.path)
def test_what_is_refused_is_told_by_slugs_that_exist(name: Name, root: Path) -> None:
    told = [entries(source.sections.get("Raises", "")) for source in with_those_it_names(name)]
    words = " ".join(words for raised in told for _, words in [raised.get("ParIndexError", ("", ""))])
    named, slugs = set(re.findall(r"``([a-z]+(?:-[a-z]+)*)``", words)), slugs_of(root)
    assert {slug for slug in named if "-" in slug} <= slugs
    open_to_all = any(not CLOSED.fullmatch(part) for kind in name.takes.values() for part in kind.split(" | "))
    if open_to_all and name.path not in NEVER_REFUSES:
        assert named & slugs or (name.path.startswith("parindex._native.") and told[0])


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_numbers_that_are_given_have_units(name: Name) -> None:
    if name.kind in ("property", "method", "function") and NUMBER.search(name.gives):
        assert IN_UNITS.search(f"{name.sections['']} {name.sections.get('Returns', '')}")
