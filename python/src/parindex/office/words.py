"""Sentences that a report tells in either language."""

from typing import NamedTuple


class Words(NamedTuple):
    """A sentence in Vietnamese and in English."""

    vi: str
    en: str
