"""Finds the functions with security checks that each test comes to: a mark is put into all of them."""

import ast
import builtins
import importlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from mutants.loaded_functions import change_functions
from mutants.security import Check

MARK = "_a_security_check_is_reached"
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Marker(ast.NodeVisitor):
    """Lets each of these functions say its module and place when it is called."""

    module: str
    places: set[str]
    _names: list[str] = field(default_factory=list)

    def visit(self, node: ast.AST) -> None:
        """Go down into definitions, and mark those that are asked for."""
        if not isinstance(node, DEFINITIONS):
            return self.generic_visit(node)
        self._names.append(node.name)
        self.generic_visit(node)
        place = ".".join(self._names)
        if place in self.places and not isinstance(node, ast.ClassDef):
            [mark] = ast.parse(f"{MARK}({self.module!r}, {place!r})").body
            node.body.insert(0, ast.copy_location(mark, node.body[0]))
            ast.fix_missing_locations(node)
        self._names.pop()


def mark_functions(checks: Iterable[Check]) -> set[tuple[str, str]]:
    """Mark the functions of these checks; return a set to which each that is called adds module and place."""
    reached: set[tuple[str, str]] = set()
    setattr(builtins, MARK, lambda module, place: reached.add((module, place)))
    places: dict[str, set[str]] = defaultdict(set)
    sources = {}
    for check in checks:
        places[check.mutant.module].add(check.place)
        sources[check.mutant.module] = check.mutant.right
    for module, source in sources.items():
        tree = ast.parse(source)
        Marker(module, places[module]).visit(tree)
        change_functions(module, compile(tree, importlib.import_module(module).__file__ or "", "exec"))
    return reached
