"""What can be wrong with data, and where it stands."""

from collections.abc import Sequence
from typing import TypedDict


class Fault(TypedDict):
    """One thing wrong, and its place: a row or line counted from 1."""

    code: str
    message: str
    unit: str | None
    criterion: str | None
    line: int | None
    column: int | None


class ParIndexError(ValueError):
    """The data has faults: all of them, each with its slug and place.

    Attributes
    ----------
    code : str
        The slug of the first fault, such as ``bad-code``.
    unit, criterion : str or None
        What the first fault speaks of.
    location : str or None
        Where it stands: ``line 3`` or ``line 3, column 7``.
    faults : list of dict
        All of them: code, message, unit, criterion, line, column.

    Examples
    --------
    >>> import parindex as pi
    >>> try:
    ...     pi.Framework.load("dvc-766")
    ... except pi.ParIndexError as error:
    ...     error.code
    'unknown-framework'
    """

    __module__ = "parindex"

    code: str
    unit: str | None
    criterion: str | None
    location: str | None
    faults: list[Fault]

    def __init__(self, message: str, faults: Sequence[Fault]) -> None:
        faults = _sound(faults)
        super().__init__(message, faults)
        first = faults[0]
        self.code = first["code"]
        self.unit = first["unit"]
        self.criterion = first["criterion"]
        self.location = _location(first)
        self.faults = faults

    def __str__(self) -> str:
        return str(self.args[0])


def _sound(faults: Sequence[Fault]) -> list[Fault]:
    if not isinstance(faults, (list, tuple)):
        raise TypeError(f"`faults` must be a list of dicts, not {type(faults).__name__}")
    faults = list(faults)
    wanted = Fault.__annotations__.keys()
    if not faults or not all(isinstance(fault, dict) and wanted <= fault.keys() for fault in faults):
        raise ValueError(f"`faults` must be dicts of {', '.join(wanted)}, one or more")
    return faults


def _location(fault: Fault) -> str | None:
    places = [f"{what} {number}" for what in ("line", "column") if (number := fault[what]) is not None]
    return ", ".join(places) or None
