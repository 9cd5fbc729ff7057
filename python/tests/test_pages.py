"""Every page: its links lead somewhere, the names it speaks of exist, and its examples run."""

import codeop
import contextlib
import importlib
import io
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import office_files
import parindex as pi
import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {"target", ".venv", "node_modules", ".git", ".pytest_cache"}
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not path.is_symlink() and not SKIPPED & set(path.relative_to(ROOT).parts) and "python/fixtures" not in str(path)
)
NAMED = {path.relative_to(ROOT).as_posix(): path for path in PAGES}

# Blocks of Python that a test of their own runs, where more is asserted or a server is started.
RUN_BY = {
    "README.md": "test_readme.py",
    "COMPARE.md": "test_readme.py",
    "docs/how-to/charts.md": "test_charts.py",
    "docs/how-to/databases.md": "test_databases.py",
    "docs/how-to/load-my-decision.md": "test_import.py",
    "docs/how-to/report.md": "test_report.py",
    "docs/how-to/spark.md": "test_spark.py",
    "docs/how-to/what-if.md": "test_explore.py",
}
# Blocks that nothing runs, each with its reason.
NOT_RUN = {
    "fixtures/calendar-vietnam/SOURCE.md": "it asks a package that tests do not have; what it printed lies beside it",
}
FENCE = re.compile(r"^(`{3,})(\S*)[^\n]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    return [block for _, kind, block in FENCE.findall(text_of(path)) if kind == language]


def prose(path: Path) -> str:
    return FENCE.sub("", text_of(path))


def anchors(path: Path) -> set[str]:
    """The anchors that headings give, as GitHub and MyST make them."""
    titles = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()) for title in titles)
    return {title.strip().replace(" ", "-") for title in plain}


def test_pages_are_found() -> None:
    assert {"README.md", "docs/index.md", "docs/tutorial/gio-dau-tien.md", "fixtures/survey/SOURCE.md"} <= set(NAMED)
    assert set(RUN_BY) | set(NOT_RUN) <= set(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_links_lead_somewhere(name: str) -> None:
    path = NAMED[name]
    lost = []
    for target in re.findall(r"\]\(([^()\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        other = (path.parent / file).resolve() if file else path
        if not other.exists() or ROOT not in (other, *other.parents):
            lost.append(target)
        elif anchor and other.suffix == ".md" and anchor not in anchors(other):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("name", NAMED)
def test_names_of_the_package_exist(name: str) -> None:
    unknown = []
    for dotted in re.findall(r"\bpi((?:\.[A-Za-z_]\w*)+)", text_of(NAMED[name])):
        thing: object = pi
        for part in dotted.split(".")[1:]:
            thing = getattr(thing, part, None)
        if thing is None:
            unknown.append(f"pi{dotted}")
    assert unknown == []


def commands() -> set[str]:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        importlib.import_module("parindex.cli").main(["--help"])
    return set(re.findall(r"(?m)^    ([a-z]+) ", shown.getvalue()))


@pytest.mark.parametrize("name", NAMED)
def test_commands_that_are_named_exist(name: str) -> None:
    said = set(re.findall(r"`parindex ([a-z]+)\b", prose(NAMED[name])))
    assert said <= commands()


@pytest.mark.parametrize("name", [name for name in NAMED if blocks(NAMED[name], "python")])
def test_python_is_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the test named for the page, or else here, block after block as a reader types them."""
    if name in NOT_RUN:
        return
    if name in RUN_BY:
        test = text_of(Path(__file__).with_name(RUN_BY[name]))
        assert Path(name).name in test and "exec(compile(" in test
        return
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for block in blocks(NAMED[name], "python"):
            exec(compile(block, name, "exec"), names)


@pytest.mark.parametrize("name", [name for name in NAMED if name not in NOT_RUN])
def test_python_can_be_pasted_into_the_prompt(name: str) -> None:
    """There a loop ends with an empty line."""
    for block in blocks(NAMED[name], "python") + blocks(NAMED[name], "{code-cell}"):
        typed: list[str] = []
        for line in [*re.sub(r"(?m)^:tags:.*\n", "", block).splitlines(), ""]:
            typed.append(line)
            if codeop.compile_command("\n".join(typed), name, "single") is not None:
                typed.clear()
        assert not typed, block


def test_cells_stand_on_pages_that_are_run() -> None:
    for name, path in NAMED.items():
        if blocks(path, "{code-cell}"):
            assert name.startswith("docs/") and "file_format: mystnb" in text_of(path), name


def test_rust_is_run() -> None:
    for name, path in NAMED.items():
        if blocks(path, "rust"):
            crate = "crates/parindex" if name == "README.md" else str(Path(name).parent)
            assert '#[doc = include_str!("../README.md")]' in text_of(ROOT / crate / "src" / "lib.rs"), name


UNITS = ["H44", *"ABCDEFGHIJKL"]


def shell() -> list[tuple[str, str]]:
    return [(name, block) for name, path in NAMED.items() for block in blocks(path, "sh")]


def prepared(folder: Path) -> None:
    """The files that pages speak of, as an office would have them."""
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    (folder / "target").mkdir()
    office_files.ministry(folder / "bang-2.xlsx")
    pi.criteria_template(pi.Framework.load("par-index/local-example"), folder / "target" / "bang-2.xlsx")
    scores = [f"{unit},{year},{60 + at + year % 3}" for year in (2023, 2024, 2025) for at, unit in enumerate(UNITS)]
    evidence = "unit,code,numerator,denominator\nH44,2.1,528684,597918\n"
    tables = {
        "bang-chung.csv": evidence,
        "evidence.csv": evidence,
        "actions.csv": "code,value,cost,chance\n2.1,96,300,0.6\n",
        "history.csv": "\n".join(["unit,year,score", *scores]),
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "chu-tri.csv").write_text("code,agency\n2,Văn phòng UBND tỉnh\n", encoding="utf-8")
    command = folder / "bin" / "parindex"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m parindex "$@"\n', encoding="utf-8")
    command.chmod(0o755)


@pytest.mark.parametrize(("name", "block"), shell(), ids=[f"{name}-{at}" for at, (name, _) in enumerate(shell())])
def test_shell_is_run(name: str, block: str, tmp_path: Path) -> None:
    """Commands of the package are run; of what installs and builds it is asked that it can be."""
    lines = [line.partition(" #")[0].strip() for line in block.replace("\\\n", " ").splitlines()]
    if any(line.startswith("parindex ") for line in lines):
        prepared(tmp_path)
        search = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        asked = ["bash", "-euo", "pipefail", "-c", block]
        done = subprocess.run(
            asked, cwd=tmp_path, env={**os.environ, "PATH": search}, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return
    project = tomllib.loads(text_of(ROOT / "python" / "pyproject.toml"))
    extras = project["project"]["optional-dependencies"]
    tested = {re.split(r"[\[=<>]", need)[0] for need in project["dependency-groups"]["test"]}
    for line in filter(None, lines):
        match line.split():
            case ["make", target]:
                assert re.search(rf"(?m)^{target}:", text_of(ROOT / "Makefile")), line
            case ["pip", "install", *packages]:
                for package in (package.strip("'") for package in packages):
                    wanted = re.fullmatch(r"parindex(?:\[([\w,]+)\])?", package)
                    assert set((wanted[1] or "all").split(",")) <= set(extras) if wanted else package in tested, line
            case [".", ".venv/bin/activate"]:
                assert "-m venv .venv" in text_of(ROOT / "Makefile")
            case ["mkdir", "-p", _] | ["export", _]:
                pass
            case ["cargo", "+nightly", "fuzz", "run", "-O", target, corpus, seeds, *_]:  # needs nightly Rust
                assert f'name = "{target}"' in text_of(ROOT / "fuzz" / "Cargo.toml"), line
                assert corpus == f"fuzz/corpus/{target}" and (ROOT / seeds).is_dir(), line
            case ["cargo", *rest]:  # compiles for minutes: continuous integration runs what a change needs
                assert all((ROOT / "crates" / crate).is_dir() for crate in re.findall(r"-p (\S+)", " ".join(rest))), (
                    line
                )
            case ["bash" | "python" | "python3" | "Rscript", script, *_]:
                assert (ROOT / script).is_file(), line
            case _:
                pytest.fail(f"{name}: nothing is known of `{line}`")


def test_every_block_is_of_a_kind_that_is_looked_after() -> None:
    # R is no part of what tests need: what COMPARE shows of it was run by hand.
    known = {"python", "r", "sh", "rust", "text", "{code-cell}", "{toctree}", "{eval-rst}"}
    assert {
        (name, kind) for name, path in NAMED.items() for _, kind, _ in FENCE.findall(text_of(path)) if kind not in known
    } == set()
