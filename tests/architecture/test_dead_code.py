"""Everything public is used by the program itself, not only by tests."""

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from tests.architecture.sources import FUNCTIONS, PACKAGES, ROOT, Module, read_module, read_modules

DEFINITIONS = (*FUNCTIONS, ast.ClassDef)

# Django, REST framework, Unfold and gunicorn find these by their names.
HOOKS = re.compile(
    r"(validate|clean)_\w+|has_\w+_permission|formfield_for_\w+|password_changed|Command|\w+Config"
    r"|on_exit|on_starting|when_ready|db_for_(read|write)|allow_(relation|migrate)"
)
# A function with such a decorator is found through what it is registered with.
REGISTERING = re.compile(r"register|\.connect$")
# drf-spectacular keeps a list of the subclasses of these.
LISTED = re.compile(r"OpenApi\w+Extension")
UNUSED = {
    "core/failpoints.py interrupting",  # For the simulator and realfaults.
    "access/sessions.py SessionStore",  # Django asks the module of the setting SESSION_ENGINE for it.
}


class Definition(NamedTuple):
    """A public function, class or method, and the class around it."""

    module: Module
    node: ast.ClassDef | ast.FunctionDef
    owner: str | None

    @property
    def label(self) -> str:
        return f"{self.module.name} {self.owner + '.' if self.owner else ''}{self.node.name}"


def list_definitions() -> Iterator[Definition]:
    for module in read_modules():
        for node in module.tree.body:
            if isinstance(node, DEFINITIONS):
                yield Definition(module, node, None)
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, FUNCTIONS):
                        yield Definition(module, method, node.name)


@cache
def count_uses() -> Counter[str]:
    """Count the uses of each name in code, in strings that hold a name or a dotted path, in templates."""
    files = [path for package in PACKAGES for path in (ROOT / package).glob("migrations/*.py")]
    others = [read_module(path) for path in [*files, ROOT / "manage.py"]]
    uses = Counter(name for module in [*read_modules(), *others] for name in find_uses(module.tree))
    templates = [path for path in ROOT.glob("**/templates/**/*.html") if ".venv" not in path.parts]
    for path in templates:
        uses.update(re.findall(r"\w+", path.read_text()))
    return uses


def find_uses(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                yield name
            case ast.Constant(value=str(text)) if re.fullmatch(r"[\w.:]+", text):
                yield re.split("[.:]", text)[-1]


def is_used(definition: Definition) -> bool:
    node = definition.node
    own = Counter(find_uses(node))  # Recursion is no use.
    return count_uses()[node.name] > own[node.name]


def is_found_by_name(definition: Definition) -> bool:
    """Whether a framework finds it: a hook, an override, or something registered."""
    node = definition.node
    if node.name.startswith("_") or HOOKS.fullmatch(node.name):
        return True
    if isinstance(node, ast.ClassDef) and any(LISTED.fullmatch(ast.unparse(base)) for base in node.bases):
        return True
    return any(REGISTERING.search(ast.unparse(each)) for each in node.decorator_list) or overrides(definition)


def overrides(definition: Definition) -> bool:
    if definition.owner is None:
        return False
    module = importlib.import_module(definition.module.name.removesuffix(".py").replace("/", "."))
    bases = getattr(module, definition.owner).__mro__[1:]
    return any(definition.node.name in vars(base) for base in bases)


@pytest.mark.slow
def test_everything_public_has_a_use():
    unused = {
        definition.label
        for definition in list_definitions()
        if not is_used(definition) and not is_found_by_name(definition)
    }
    assert unused == UNUSED
