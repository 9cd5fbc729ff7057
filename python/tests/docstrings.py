"""Public names and their docstrings, read as a user of NumPy's layout reads them."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parindex import _native

MODULES = (
    "parindex",
    "parindex.dossiers",
    "parindex.spark",
    "parindex.dask",
    "parindex.chart",
    "parindex.whatif.widget",
    "parindex._native",
)
SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Examples", "Attributes")
DOORS = {"parindex.whatif.widget": ("Explorer",)}


@dataclass(frozen=True)
class Name:
    """A public name: what it is, what it takes and gives by its annotations."""

    path: str
    thing: Any
    kind: str
    takes: dict[str, str] = field(default_factory=dict)
    gives: str = ""

    @property
    def optional(self) -> set[str]:
        """Parameters that need not be given and then are None."""
        return {one.name for one in inspect.signature(self.thing).parameters.values() if one.default is None}

    @property
    def text(self) -> str:
        return inspect.getdoc(self.thing) or ""

    @property
    def sections(self) -> dict[str, str]:
        """The docstring by section; what stands before the first is called ``""``."""
        parts = re.split(rf"(?m)^({'|'.join(SECTIONS)})\n-+\n", self.text)
        return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def entries(section: str) -> dict[str, tuple[str, str]]:
    """The names of a section, each with its type and what is said of it."""
    found: dict[str, tuple[str, str]] = {}
    for block in re.split(r"(?m)^(?=\S)", section):
        head, _, rest = block.partition("\n")
        names, _, kind = head.partition(" : ")
        for name in names.split(","):
            if name.strip():
                found[name.strip().lstrip("*")] = (kind.strip(), " ".join(rest.split()))
    return found


def public() -> Iterator[Name]:
    """Every public name of the package, once, by the shortest path that leads to it."""
    stub = _stub()
    seen: set[int] = set()
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        if module_name != "parindex.whatif.widget":
            yield Name(module_name, module, "module")
        for name in DOORS.get(module_name) or module.__all__:
            thing = getattr(module, name)
            if inspect.ismodule(thing) or id(thing) in seen:
                continue
            seen.add(id(thing))
            path = f"{module_name}.{name}"
            native = stub.get(name) if getattr(_native, name, None) is thing else None
            if not inspect.isclass(thing):
                yield Name(path, thing, "function", *_signature(thing, native))
                continue
            made = _signature(thing, _member(native, "__new__")) if native or "__init__" in vars(thing) else ({}, "")
            yield Name(path, thing, "class", made[0])
            for member, value in sorted(vars(thing).items()):
                if member.startswith("_") or not (callable(getattr(thing, member)) or inspect.isdatadescriptor(value)):
                    continue
                if isinstance(value, property):
                    gives = str(inspect.signature(value.fget).return_annotation) if value.fget else ""
                    yield Name(f"{path}.{member}", value, "property", {}, gives)
                elif inspect.isgetsetdescriptor(value):
                    yield Name(f"{path}.{member}", value, "property", {}, _signature(value, _member(native, member))[1])
                elif isinstance(value, (classmethod, staticmethod)) or callable(value):
                    bound = getattr(thing, member)
                    yield Name(f"{path}.{member}", bound, "method", *_signature(bound, _member(native, member)))


def _stub() -> dict[str, ast.AST]:
    """The definitions of ``_native.pyi``: annotations of what is compiled."""
    text = (Path(str(_native.__file__)).parent / "_native.pyi").read_text(encoding="utf-8")
    return {node.name: node for node in ast.parse(text).body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}


def _member(node: ast.AST | None, name: str) -> ast.AST | None:
    body = node.body if isinstance(node, ast.ClassDef) else []
    return next((item for item in body if isinstance(item, ast.FunctionDef) and item.name == name), None)


def _signature(thing: Any, node: ast.AST | None) -> tuple[dict[str, str], str]:
    """Annotations of the parameters, and of what is returned."""
    if isinstance(node, ast.FunctionDef):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        takes = {one.arg: ast.unparse(one.annotation) for one in arguments if one.annotation}
        return takes, ast.unparse(node.returns) if node.returns else ""
    if not isinstance(thing, type) and not inspect.isroutine(thing) and not hasattr(thing, "__wrapped__"):
        return {}, ""
    signature = inspect.signature(thing)
    takes = {
        one.name: str(one.annotation) for one in signature.parameters.values() if one.name not in ("self", "native")
    }
    return takes, str(signature.return_annotation)
