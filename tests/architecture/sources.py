"""The project's own modules, read as syntax trees."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PACKAGES: list[str] = CONTRACTS["root_packages"]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Module(NamedTuple):
    """A file, named relative to the project, its text and its tree."""

    name: str
    text: str
    tree: ast.Module


@cache
def read_modules(*folders: str) -> list[Module]:
    """Return the modules of these folders, or of all packages, without migrations."""
    files = [path for folder in folders or PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))]
    return [read_module(path) for path in files if "migrations" not in path.parts]


@cache
def read_module(path: Path) -> Module:
    """Parse one file."""
    text = path.read_text()
    return Module(str(path.relative_to(ROOT)), text, ast.parse(text))


@cache
def list_nodes(tree: ast.Module) -> list[ast.AST]:
    """Return every node of a module."""
    return list(ast.walk(tree))


def find_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function and method, nested ones too."""
    return (node for node in list_nodes(tree) if isinstance(node, FUNCTIONS))


def find_strings(tree: ast.Module) -> Iterator[str]:
    """Return every string literal."""
    for node in list_nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def find_calls(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    """Return every call with the last part of the name that is called."""
    calls = [node for node in list_nodes(tree) if isinstance(node, ast.Call)]
    return [(ast.unparse(call.func).rpartition(".")[2], call) for call in calls]
