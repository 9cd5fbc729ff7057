"""Packages that only some of the work needs."""

from importlib import import_module
from typing import Any


def needed(package: str, what: str, install: str | None = None) -> Any:
    """The package, imported; `what` needs it, ``pip install`` of `install` brings it.

    Raises
    ------
    ImportError
        If it is not there: one sentence, with the command that installs it.
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise ImportError(f"{what} needs {package}: pip install {install or package}") from error
