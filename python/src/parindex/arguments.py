"""What callers pass to functions of Python, looked at before any work is done."""

from __future__ import annotations

import datetime
import inspect
import math
import numbers
import os
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import wraps
from itertools import islice
from typing import ParamSpec, TypeAlias, TypeVar

from parindex import _native
from parindex.error import ParIndexError

P = ParamSpec("P")
R = TypeVar("R")

Kind: TypeAlias = Callable[[str, object], None]
"""Raises ``TypeError`` or ``ValueError``, which names the argument, for what is not of its kind."""

_MOST = 2**63
_MOST_ITEMS = 100_000


def takes(**kinds: Kind) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Looks at the arguments named here whenever the function is called; None where it is the default is not looked at.

    >>> from parindex.arguments import takes, whole
    >>> @takes(days=whole)
    ... def within(days: int = 30) -> int:
    ...     return days
    >>> within("a month")
    Traceback (most recent call last):
        ...
    TypeError: `days` must be a whole number, not str
    """

    def checked(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        optional = {name for name, parameter in signature.parameters.items() if parameter.default is None}

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError:  # Python says better what is missing or too much
                return function(*args, **kwargs)
            for name, kind in kinds.items():
                if name in given and not (given[name] is None and name in optional):
                    kind(name, given[name])
            return function(*args, **kwargs)

        return call

    return checked


def text(name: str, value: object) -> None:
    """A text, every character whole."""
    if not isinstance(value, str):
        raise _unlike(name, "a text", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"`{name}` is no text: it holds half of a character, a lone surrogate") from None


def texts(name: str, value: object) -> None:
    """A list or another sequence of texts."""
    for item in _items(name, "a list of texts", value):
        text(f"{name}[…]", item)


def names(name: str, value: object) -> None:
    """A text, or a list of texts."""
    (text if isinstance(value, str) else texts)(name, value)


def whole(name: str, value: object) -> None:
    """A whole number that a machine can count to."""
    if not isinstance(value, numbers.Integral):
        raise _unlike(name, "a whole number", value)
    if abs(int(value)) >= _MOST:
        raise _refused("out-of-range", f"`{name}` must be less than 2^63 in size")


def count(name: str, value: object) -> None:
    """A whole number from 0 on."""
    whole(name, value)
    if isinstance(value, numbers.Integral) and int(value) < 0:
        raise _refused("out-of-range", f"`{name}` must be 0 or more")


def wholes(name: str, value: object) -> None:
    """A list or another sequence of whole numbers."""
    for item in _items(name, "a list of whole numbers", value):
        whole(f"{name}[…]", item)


def real(name: str, value: object) -> None:
    """A finite number."""
    if isinstance(value, numbers.Integral):
        return whole(name, value)
    if not isinstance(value, (numbers.Real, Decimal)):
        raise _unlike(name, "a number", value)
    is_finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
    if not (is_finite and -_MOST < float(value) < _MOST):
        raise _refused("out-of-range", f"`{name}` must be less than 2^63 in size")


def number(name: str, value: object) -> None:
    """A number, or the text of one."""
    (text if isinstance(value, str) else real)(name, value)


def figure(name: str, value: object) -> None:
    """A number as people state it: a text, a whole number, a Decimal, True or False; no float."""
    if not isinstance(value, (str, int, Decimal)):
        raise _unlike(name, "a text, a whole number or a Decimal", value)
    if isinstance(value, str):
        text(name, value)
    elif isinstance(value, int):
        whole(name, value)
    elif not value.is_finite() or abs(value.adjusted()) > 60:
        raise _refused("bad-number", f"`{name}` is no number that points could be")


def day(name: str, value: object) -> None:
    """A date, or its text."""
    if not isinstance(value, (str, datetime.date)):
        raise _unlike(name, "a date or a text such as '2026-12-20'", value)
    if isinstance(value, str):
        text(name, value)


def flag(name: str, value: object) -> None:
    """True or False."""
    if type(value).__name__ not in {"bool", "bool_"}:  # NumPy has its own
        raise _unlike(name, "True or False", value)


def pair(name: str, value: object) -> None:
    """Two values: a tuple or a list."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise _unlike(name, "a pair of two values", value)


def path(name: str, value: object) -> None:
    """The path of a file, as text or with ``__fspath__``."""
    if not isinstance(value, (str, os.PathLike)):
        raise _unlike(name, "a path", value)
    try:
        found: object = os.fspath(value)
    except TypeError:  # what says that it is a path and is none
        found = None
    if not isinstance(found, str):
        raise _unlike(name, "a path in text", value)
    try:
        is_whole = b"\0" not in os.fsencode(found)
    except UnicodeEncodeError:
        is_whole = False
    if not is_whole:
        raise ValueError(f"`{name}` is no path: it holds a zero byte or half of a character")


def by_text(kind: Kind) -> Kind:
    """A dict, or what is one, of what is of a kind by texts."""

    def all_of(name: str, value: object) -> None:
        if not isinstance(value, Mapping):
            raise _unlike(name, "a dict", value)
        for key, item in value.items():
            text(f"{name}[…]", key)
            kind(f"{name}[…]", item)

    return all_of


def of(name: str) -> Kind:
    """What the library itself makes: an instance of the class of this name in the package."""

    def kind(argument: str, value: object) -> None:
        if not isinstance(value, getattr(_native, name)):
            raise _unlike(argument, f"{'an' if name[0] in 'AEIO' else 'a'} {name}", value)

    return kind


def or_none(kind: Kind) -> Kind:
    """What is of a kind, or None where None is not the default."""

    def either(name: str, value: object) -> None:
        if value is not None:
            kind(name, value)

    return either


def one_of(*words: str) -> Kind:
    """One of some words."""
    allowed = ", ".join(map(repr, words[:-1])) + f" or {words[-1]!r}"

    def kind(name: str, value: object) -> None:
        text(name, value)
        if value not in words:
            raise ValueError(f"`{name}` must be {allowed}")

    return kind


def _items(name: str, what: str, value: object) -> list[object]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise _unlike(name, what, value)
    items = list(islice(value, _MOST_ITEMS + 1))
    if len(items) > _MOST_ITEMS:
        raise _refused("too-large", f"`{name}` must have at most {_MOST_ITEMS} items")
    return items


def _unlike(name: str, what: str, value: object) -> TypeError:
    return TypeError(f"`{name}` must be {what}, not {type(value).__name__}")


def _refused(code: str, message: str) -> ParIndexError:
    return ParIndexError(
        f"{message} [{code}]",
        [{"code": code, "message": message, "unit": None, "criterion": None, "line": None, "column": None}],
    )
