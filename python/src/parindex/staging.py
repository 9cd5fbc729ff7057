"""Files and folders on their way: under a name of their own until they are whole.

The name is `.parindex-` and sixteen hex digits, beside what it will become, so that a
rename is all that is left to do. Who made it holds a lock on it. What nobody holds was
left behind by a process that was killed: whoever writes into the same folder next takes
it away. Where the system has no such locks, it stays.
"""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_NAME = re.compile(r"\.parindex-[0-9a-f]{16}")


def new_file(folder: Path) -> contextlib.AbstractContextManager[Path]:
    """An empty file in a folder; in the end, what is still there under its name is removed."""
    return _made(folder, lambda path: path.touch(exist_ok=False))


def new_folder(folder: Path) -> contextlib.AbstractContextManager[Path]:
    """An empty folder in a folder; in the end, what is still there under its name is removed."""
    return _made(folder, Path.mkdir)


def settle(folder: Path) -> None:
    """Waits until the names in a folder have reached the disk, where the system can tell."""
    with contextlib.suppress(OSError), _opened(folder) as handle:
        if handle is not None:
            os.fsync(handle)


@contextlib.contextmanager
def _made(folder: Path, make: Callable[[Path], None]) -> Iterator[Path]:
    _sweep(folder)
    path, handle = _claimed(folder, make)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            _remove(path)
        if handle is not None:
            os.close(handle)


def _claimed(folder: Path, make: Callable[[Path], None]) -> tuple[Path, int | None]:
    """A new name in a folder, and the handle that holds its lock."""
    while True:
        path = folder / f".parindex-{secrets.token_hex(8)}"
        make(path)
        if fcntl is None:
            return path, None
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # swept away before it was locked
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.path.lexists(path):
            return path, handle
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Removes what processes that were killed have left in a folder."""
    left: list[Path] = []
    # Nothing is swept where no lock can tell, nor in a folder that may be written and not be listed.
    with contextlib.suppress(OSError):
        left = [folder / name for name in os.listdir(folder) if fcntl is not None and _NAME.fullmatch(name)]
    for path in left:
        # What cannot be opened, locked or removed is in use, or not ours.
        with contextlib.suppress(OSError), _opened(path) as handle:
            if handle is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    """A handle to lock or to sync; none where folders have none."""
    if fcntl is None:
        yield None
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        yield handle
    finally:
        os.close(handle)
