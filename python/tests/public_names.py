"""The public names of the package with their signatures, read from its sources and its stub."""

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

from parindex.cli import _parser

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source:
    """One module's text: what it offers, and where that is defined."""

    def __init__(self, package: Path, module: str) -> None:
        self.package, self.module = package, module
        place = package.parent.joinpath(*module.split("."))
        choices = [place / "__init__.py", place.with_suffix(".py"), place.with_suffix(".pyi")]
        self.body = ast.parse(next(path for path in choices if path.is_file()).read_text(encoding="utf-8")).body

    def offered(self) -> list[str]:
        """The names in ``__all__``."""
        for node in self.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                return list(ast.literal_eval(node.value))
        raise ValueError(f"{self.module} does not say what it offers")

    def definition(self, name: str) -> Function | ast.ClassDef | None:
        """The function or class of a name, wherever it is imported from; nothing for a module."""
        for node in self.body:
            if isinstance(node, Function | ast.ClassDef) and node.name == name:
                return node
            if isinstance(node, ast.ImportFrom) and name in [alias.asname or alias.name for alias in node.names]:
                if node.module == "parindex":
                    return None
                return Source(self.package, str(node.module)).definition(name)
        raise ValueError(f"{name} is not defined in {self.module}")


def listing(package: Path) -> str:
    """A line for each function, class and member, for the words that arguments take, and for each option of a command."""
    return "\n".join([*described(package, "parindex"), *words(package), *options("parindex", _parser())]) + "\n"


def described(package: Path, module: str) -> Iterator[str]:
    source = Source(package, module)
    for name in source.offered():
        node = source.definition(name)
        if node is None:
            yield from described(package, f"{module}.{name}")
        elif isinstance(node, ast.ClassDef):
            yield from members(f"{module}.{name}", node)
        else:
            yield call(f"{module}.{name}", node)


def members(name: str, node: ast.ClassDef) -> Iterator[str]:
    yield f"class {name}({', '.join(map(ast.unparse, node.bases))})"
    for member in node.body:
        if isinstance(member, Function) and is_public(member.name):
            yield call(f"{name}.{member.name}", member)
        elif isinstance(member, ast.AnnAssign) and is_public(ast.unparse(member.target)):
            yield f"{name}.{ast.unparse(member)}"


def is_public(name: str) -> bool:
    return not name.startswith("_") or name.startswith("__")


def call(name: str, node: Function) -> str:
    kinds = [word for word in map(ast.unparse, node.decorator_list) if word in {"property", "staticmethod", "classmethod"}]
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return " ".join([*kinds, f"{name}({ast.unparse(node.args)}){result}"])


def words(package: Path) -> Iterator[str]:
    """What stands behind the stub's own names of types: the words that an argument may be."""
    for node in Source(package, "parindex._native").body:
        if isinstance(node, ast.AnnAssign):
            yield f"{ast.unparse(node.target)} = {ast.unparse(node.value or node.annotation)}"
        elif isinstance(node, ast.ClassDef) and node.name.startswith("_"):
            yield from members(node.name, node)


def options(command: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from options(f"{command} {name}", below)
        else:
            words = f" {{{','.join(map(str, action.choices))}}}" if action.choices else ""
            many = f" ({action.nargs})" if action.nargs else ""
            default = "" if action.default in (None, argparse.SUPPRESS) else f" = {action.default}"
            yield f"$ {command} {', '.join(action.option_strings) or action.dest}{words}{many}{default}"
