"""Seeded bugs of the security checks: the list is made from the code, each check is taken out in turn."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mutants import security_words as words
from mutants.mutant import Mutant
from mutants.security_finder import Finder, Removal
from mutants.security_tests import choose_tests

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Check:
    """A check in the code: its kind, the names around it, whether one is a function, and the bug."""

    kind: str
    place: str
    in_function: bool
    mutant: Mutant


@cache
def list_checks() -> dict[str, Check]:
    """Return all checks of the code by the names of their mutants."""
    found: dict[str, Check] = {}
    for path in sorted(CHECKOUT.glob("*/**/*.py")):
        parts = path.relative_to(CHECKOUT).with_suffix("").parts
        if parts[0] not in words.OUTSIDE and not parts[0].startswith(".") and "migrations" not in parts:
            checks = find_checks(".".join(parts).removesuffix(".__init__"), path.read_text())
            found |= {check.mutant.name: check for check in checks}
    return found


def find_checks(module: str, source: str) -> list[Check]:
    """Return the checks in the source of one module, in its order."""
    finder = Finder(module)
    finder.visit(ast.parse(source))
    checks: dict[str, Check] = {}
    for removal in finder.found:
        name = _write_name(module, source, removal, taken=checks)
        wrong = remove(removal, source)
        mutant = Mutant(name, module, source, wrong, choose_tests(module, removal.kind))
        checks[name] = Check(removal.kind, removal.place, removal.in_function, mutant)
    return list(checks.values())


def remove(removal: Removal, source: str) -> str:
    """Return the source without a check; no line moves, and each name in it is still used."""
    data, node = source.encode(), removal.node
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    begin = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
    text = removal.before.encode() + data[begin:end] + removal.after.encode()
    return (data[:begin] + text + data[end:]).decode()


def _write_name(module: str, source: str, removal: Removal, taken: dict[str, Check]) -> str:
    said = " ".join((ast.get_source_segment(source, removal.node) or "").split())
    name = f"{removal.kind}: {module}.{removal.place}: {said[:90]}"
    number = 2
    while (numbered := name if number == 2 else f"{name} ({number - 1})") in taken:
        number += 1
    return numbered
