"""Faults found in office files, each with its sheet and cell."""

from collections.abc import Sequence

from parindex.error import Fault, ParIndexError


class Faults:
    """What is wrong with a file, gathered until all of it is known."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __len__(self) -> int:
        return len(self._faults)

    def add(
        self,
        code: str,
        message: str,
        place: str = "",
        *,
        unit: str | None = None,
        criterion: str | None = None,
        line: int | None = None,
    ) -> None:
        """Notes a fault; its message begins with the place."""
        told = f"{place}: {message}" if place else message
        self._faults.append(
            {"code": code, "message": told, "unit": unit, "criterion": criterion, "line": line, "column": None}
        )

    def check(self) -> None:
        """
        Raises
        ------
        ParIndexError
            If there are faults: all of them.
        """
        if self._faults:
            raise error_of(self._faults)


def error_of(faults: Sequence[Fault]) -> ParIndexError:
    """The error that tells all the faults, one a line."""
    lines = [f"{fault['message']} [{fault['code']}]" for fault in faults]
    shown = [*lines[:20], f"… and {len(lines) - 20} more"] if len(lines) > 20 else lines
    message = lines[0] if len(lines) == 1 else "\n  ".join([f"{len(lines)} faults:", *shown])
    return ParIndexError(message, faults)


def fault(code: str, message: str) -> ParIndexError:
    """The error of a single fault without a cell."""
    faults = Faults()
    faults.add(code, message)
    return error_of(faults._faults)
