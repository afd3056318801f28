"""The names of all failpoints, as the code has them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from runner.postgres import CHECKOUT


def list_failpoints() -> list[str]:
    """Return the names of the failpoints in our packages, each as often as it stands there."""
    packages = {Path(app.path) for app in apps.get_app_configs()}
    ours = [path for path in packages if CHECKOUT in path.parents and ".venv" not in path.parts]
    return sorted(name for package in ours for file in package.rglob("*.py") for name in _find_names(file))


def _find_names(file: Path) -> Iterator[str]:
    text = file.read_text()
    if "failpoint(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint":
            yield ast.literal_eval(node.args[0])
