"""Files and folders written whole: what may stand in the way, and what is left as it was."""

import os
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from parindex import outputs

FCNTL = pytest.importorskip("fcntl")
LEFT = ".parindex-0123456789abcdef"
TEXTS = {"ranking.csv": "new\n", "lines.csv": "new\n"}


def text(path: Path, what: str) -> None:
    outputs.write_file(path, lambda file: file.write(what.encode()))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def told(code: str, *arguments: object) -> list[str]:
    """What a process of its own prints, line by line; as root it does as nobody, who may not do everything."""
    start = """
        import os, sys
        from pathlib import Path
        from parindex import outputs
        path = Path(sys.argv[1])
        def text(path, what): outputs.write_file(path, lambda file: file.write(what.encode()))
        def as_nobody():
            if os.geteuid() == 0:
                os.setuid(65534)
        def refused(write):
            try:
                write()
            except OSError as error:
                print(type(error).__name__, error.filename)
    """
    script = textwrap.dedent(start) + textwrap.dedent(code)
    asked = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(asked, capture_output=True, encoding="utf-8", check=True).stdout.splitlines()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    target, link = tmp_path / "share" / "r.docx", tmp_path / "r.docx"
    link.symlink_to(target)
    for what in ("one", "two"):
        text(link, what)
        assert link.is_symlink() and not target.is_symlink() and target.read_text() == what
    (tmp_path / "tables").symlink_to(tmp_path / "share")
    outputs.write_folder(tmp_path / "tables", TEXTS)
    assert (tmp_path / "tables").is_symlink() and names(target.parent) == ["lines.csv", "r.docx", "ranking.csv"]


def test_what_is_no_file_stays_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, message in (("pipe", "is no regular file"), ("folder", "is a folder")):
        with pytest.raises(OSError, match=message):
            text(tmp_path / name, "new")
        with pytest.raises(OSError, match=message):
            outputs.write_folder(tmp_path, {"a.csv": "new", name: "new"})
    with pytest.raises(OSError, match="is no regular file"):
        text(Path(os.devnull), "new")
    with pytest.raises(NotADirectoryError, match="is no folder"):
        outputs.write_folder(Path(os.devnull), TEXTS)
    assert names(tmp_path) == ["folder", "pipe"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode) and stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_permissions_are_kept_and_heeded(open_folder: Path) -> None:
    path, tables = open_folder / "r.txt", open_folder / "tables"
    mask = os.umask(0o022)
    try:
        text(path, "old")
        outputs.write_folder(tables, TEXTS)
        modes = [stat.S_IMODE(made.stat().st_mode) for made in (path, tables, tables / "lines.csv")]
        assert modes == [0o644, 0o755, 0o644]
        path.chmod(0o600)
        text(path, "new")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(mask)
    path.chmod(0o444)
    (tables / "lines.csv").chmod(0o444)
    (tables / "ranking.csv").chmod(0o666)
    open_folder.chmod(0o777)
    tables.chmod(0o777)
    code = """
        as_nobody()
        refused(lambda: text(path / "r.txt", "newer"))
        refused(lambda: outputs.write_folder(path / "tables", {"ranking.csv": "newer", "lines.csv": "newer"}))
    """
    assert told(code, open_folder) == [f"PermissionError {path}", f"PermissionError {tables / 'lines.csv'}"]
    assert path.read_text() == "new" and {file.read_text() for file in tables.iterdir()} == {"new\n"}


def test_a_folder_that_may_not_be_written_is_told_by_the_name_of_the_output(open_folder: Path) -> None:
    code = """
        as_nobody()
        refused(lambda: text(path / "r.txt", "new"))
        refused(lambda: outputs.write_folder(path / "tables", {"a.csv": "new"}))
    """
    assert told(code, open_folder) == [f"PermissionError {open_folder / name}" for name in ("r.txt", "tables")]
    assert names(open_folder) == []


def test_a_folder_is_written_where_the_one_above_may_not_be(open_folder: Path) -> None:
    (open_folder / "tables").mkdir()
    (open_folder / "tables").chmod(0o777)
    code = "as_nobody(); outputs.write_folder(path / 'tables', {'a.csv': 'new'})"
    assert told(code, open_folder) == []
    assert names(open_folder) == ["tables"] and names(open_folder / "tables") == ["a.csv"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    text(tmp_path / "r.txt", "old")
    outputs.write_folder(tmp_path / "tables", TEXTS)
    code = """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (64_000, 64_000))
        much = "x" * 100_000
        refused(lambda: text(path / "r.txt", much))
        refused(lambda: text(path / "new.txt", much))
        refused(lambda: outputs.write_folder(path / "tables", {"ranking.csv": "newer", "lines.csv": much}))
        refused(lambda: outputs.write_folder(path / "more", {"ranking.csv": "newer", "lines.csv": much}))
    """
    assert told(code, tmp_path) == [f"OSError {tmp_path / name}" for name in ("r.txt", "new.txt", "tables", "more")]
    assert names(tmp_path) == ["r.txt", "tables"] and (tmp_path / "r.txt").read_text() == "old"
    assert names(tmp_path / "tables") == sorted(TEXTS) and (tmp_path / "tables" / "lines.csv").read_text() == "new\n"


def test_a_refused_rename_puts_all_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {f"{number}.csv": "old" for number in range(3)}
    outputs.write_folder(tmp_path, texts | {"other.csv": "old"})
    rename, done = Path.rename, []

    def refuse(source: Path, target: Path) -> Path:
        done.append(source)
        if len(done) == last:
            raise PermissionError(13, "in use", str(source), None, str(target))
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", refuse)
    for last in range(1, 7):
        done.clear()
        with pytest.raises(PermissionError) as caught:
            outputs.write_folder(tmp_path, dict.fromkeys(texts, "new"))
        assert caught.value.filename == str(tmp_path)
        assert {path.name: path.read_text() for path in tmp_path.iterdir()} == texts | {"other.csv": "old"}


def test_the_disk_has_it_before_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    sync, replace, rename = os.fsync, os.replace, os.rename

    def heard(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            order.append(name)
            return act(*arguments)

        return run

    monkeypatch.setattr(os, "fsync", heard("sync", sync))
    monkeypatch.setattr(os, "replace", heard("rename", replace))
    monkeypatch.setattr(os, "rename", heard("rename", rename))
    text(tmp_path / "r.txt", "new")
    assert order == ["sync", "rename", "sync"]
    order.clear()
    outputs.write_folder(tmp_path / "tables", TEXTS)
    assert order == ["sync"] * 3 + ["rename", "sync"]  # two files and the names of both
    order.clear()
    outputs.write_folder(tmp_path / "tables", TEXTS)
    assert order == ["sync"] * 3 + ["rename"] * 4 + ["sync"]


def test_only_what_nobody_holds_is_swept_away(tmp_path: Path) -> None:
    left, held, alike = tmp_path / LEFT, tmp_path / LEFT.replace("0", "f"), tmp_path / ".parindex-notes"
    left.mkdir()
    (left / "new").mkdir()
    (left / "new" / "a.csv").write_text("half")
    held.write_text("in the making")
    alike.write_text("a user's own")
    (tmp_path / LEFT.replace("0", "e")).symlink_to(alike)  # leads elsewhere, so it is none of ours
    with held.open() as file:
        FCNTL.flock(file, FCNTL.LOCK_EX)
        text(tmp_path / "r.txt", "new")
        assert held.name in names(tmp_path) and left.name not in names(tmp_path)
    text(tmp_path / "r.txt", "newer")
    assert names(tmp_path) == [LEFT.replace("0", "e"), alike.name, "r.txt"]
    assert alike.read_text() == "a user's own"


def test_many_writers_at_once_each_write_whole(tmp_path: Path) -> None:
    path, faults = tmp_path / "r.txt", []

    def write(letter: str) -> None:
        try:
            for _ in range(20):
                text(path, letter * 10_000)
                outputs.write_folder(tmp_path / letter, {"a.csv": letter})
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(set(path.read_text())) == 1 and path.stat().st_size == 10_000
    assert names(tmp_path) == [*"abcdefgh", "r.txt"]


def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".txt")
    text(path, "new")
    assert path.read_text() == "new"
