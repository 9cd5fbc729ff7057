"""The names promised to notebooks outside the project."""

import difflib
import inspect
import os
from pathlib import Path

import parindex as pi
import pytest
from public_names import listing

FRAMEWORKS = [
    "dvc-766/province",
    "dvc-766/unit",
    "papi/2011",
    "papi/2018",
    "par-index/components",
    "par-index/local-example",
    "par-index/province-2017",
    "par-index/province-2020-draft",
    "par-index/province-2022",
    "pci/2006",
    "pci/2009",
    "pci/2013",
]


def test_public_names_are_there_and_documented() -> None:
    promised = {
        "Calendar", "Forecast", "Framework", "History", "ParIndexError", "Plan", "Survey", "Table", "appraisal",
        "backtest", "chart", "compare", "dossiers", "explore", "forecast", "frameworks", "import_framework", "plan",
        "project", "rank_sets", "read_evidence", "report", "robustness", "score", "sensitivity", "simulate", "sipas",
        "tasks",
    }  # fmt: skip
    assert promised <= set(pi.__all__)
    for name in pi.__all__:
        thing = getattr(pi, name)
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing):
            for attribute, value in vars(thing).items():
                if not attribute.startswith("_") and callable(getattr(thing, attribute)):
                    assert inspect.getdoc(value), f"{name}.{attribute}"


def test_public_names_and_signatures_are_as_listed(root: Path) -> None:
    """``UPDATE_NAMES=1`` lists them anew: a promise made or broken, to be reviewed as such."""
    listed = root / "guards" / "names" / "python.txt"
    names = listing(Path(pi.__file__).parent)
    if "UPDATE_NAMES" in os.environ:
        listed.write_text(names, encoding="utf-8")
    changes = difflib.unified_diff(listed.read_text(encoding="utf-8").splitlines(), names.splitlines(), n=0, lineterm="")
    assert list(changes) == []


def test_bundled_frameworks_are_listed() -> None:
    table = pi.frameworks()
    assert table.columns == [
        "id", "title", "decision", "unit", "rounds", "max_points", "status", "assumed_points",
    ]  # fmt: skip
    assert table["id"] == FRAMEWORKS
    assert set(table["status"]) <= {"official", "reported", "draft", "outline"}


@pytest.mark.parametrize("id", FRAMEWORKS)
def test_a_framework_is_read_listed_and_written(id: str) -> None:
    framework = pi.Framework.load(id)
    assert framework.codes() == framework.table()["code"] == list(framework)
    assert pi.Framework.from_toml(framework.to_toml()) == framework
    assert eval(repr(framework), {"parindex": pi}) == framework
    for code in framework:
        criterion = framework[code]
        assert criterion.basis in {"official", "reported", "inferred", "assumed"}
        assert criterion.name("vi") and criterion.name("en")
        assert all(framework[child].parent == code for child in criterion.children)


def test_an_outline_is_filled() -> None:
    draft = pi.Framework.load("par-index/province-2020-draft")
    open_rows = [fault["criterion"] for fault in draft.check()]
    assert open_rows and draft.max_points is None
    filled = draft.with_max_points({str(code): "0.5" for code in open_rows})
    assert filled.check() == []
    assert filled["7.1.2"].max_points == pi.Framework.load("pci/2013")["1"].weight  # both are one half
    with pytest.raises(pi.ParIndexError) as caught:
        draft.with_max_points({"7.1.2": 0.5, "7.1.8": True})  # type: ignore[dict-item]
    assert [(fault["code"], fault["criterion"]) for fault in caught.value.faults] == [
        ("not-exact", "7.1.2"),
        ("bad-number", "7.1.8"),
    ]
