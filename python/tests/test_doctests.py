"""Every example in a docstring runs, in Rust classes too."""

import doctest
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator

import parindex
import pytest


def documented() -> Iterator[tuple[str, str]]:
    names = [module.name for module in pkgutil.walk_packages(parindex.__path__, "parindex.")]
    modules = [parindex, *(importlib.import_module(name) for name in names if not name.endswith("__main__"))]
    for module in modules:
        yield module.__name__, module.__doc__ or ""
        for name, thing in vars(module).items():
            if not (inspect.isclass(thing) or callable(thing)) or not str(thing.__module__).startswith("parindex"):
                continue
            yield f"{module.__name__}.{name}", thing.__doc__ or ""
            if inspect.isclass(thing):
                for member in vars(thing):
                    yield f"{module.__name__}.{name}.{member}", getattr(getattr(thing, member), "__doc__", "") or ""


EXAMPLES = {text: name for name, text in documented() if ">>>" in text}


def names_beside(name: str) -> dict[str, object]:
    """What an example sees without importing it: the names of its module."""
    while name not in sys.modules:
        name = name.rpartition(".")[0]
    return dict(vars(sys.modules[name]))


@pytest.mark.parametrize("text", EXAMPLES, ids=EXAMPLES.values())
def test_example(text: str) -> None:
    test = doctest.DocTestParser().get_doctest(inspect.cleandoc(text), names_beside(EXAMPLES[text]), EXAMPLES[text], None, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_the_main_functions_show_an_example() -> None:
    names = {name.rpartition(".")[2] for name in EXAMPLES.values()}
    assert {"score", "compare", "appraisal", "frameworks", "Framework", "Table", "ParIndexError"} <= names
    assert {"Assessment", "Scorecard", "Line", "Criterion", "Scenario", "Calendar", "Tally", "Plan", "Bar"} <= names
    assert {"History", "remap", "Forecast", "forecast", "backtest"} <= names
    assert {"import_framework", "read_evidence"} <= names
    assert {"Survey", "mean", "contrast", "rank_sets", "sipas", "Questionnaire"} <= names
