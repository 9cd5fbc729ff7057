"""A line that says how far work is, where someone can see it."""

import sys
import time
from typing import TextIO


class Line:
    """A line of text that is written over, and cleared at the end."""

    _PATIENCE = 1.0
    _ROOM = 30

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._since = time.monotonic()
        self._shown = ""

    def __call__(self, done: int, total: int) -> None:
        """Shows the share done; of short work nothing is shown."""
        if time.monotonic() - self._since < self._PATIENCE:
            return
        filled = self._ROOM * done // total
        text = f"parindex [{'#' * filled}{'.' * (self._ROOM - filled)}] {100 * done // total:3} %"
        if text != self._shown:
            self._write("\r" + text)
            self._shown = text

    def close(self) -> None:
        """Clears the line."""
        if self._shown:
            self._write("\r" + " " * len(self._shown) + "\r")
            self._shown = ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def line() -> Line | None:
    """A line on stderr, if that is a terminal or a notebook."""
    stream = sys.stderr
    if stream is None:
        return None
    is_notebook = type(stream).__module__.partition(".")[0] == "ipykernel"
    return Line(stream) if is_notebook or stream.isatty() else None
