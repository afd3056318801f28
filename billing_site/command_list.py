"""The list of all commands, as Django shows it, without loading the apps that they belong to."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django import get_version
from django.core.management import find_commands

from billing_site.apps_and_middleware import APPS

HEAD = """
Type 'manage.py help <subcommand>' for help on a specific subcommand.

Available subcommands:
"""
CORE = "django.core"
ASKING: tuple[list[str], ...] = ([], ["help"], ["--help"], ["-h"])
ASKING_VERSION = (["version"], ["--version"])


def answer(arguments: list[str]) -> str | None:
    """Return the list of commands, or the version, where these arguments ask for that; None otherwise."""
    if arguments in ASKING_VERSION:
        return get_version()
    return write_commands() if arguments in ASKING else None


def write_commands() -> str:
    """Return the list, app by app."""
    blocks = [
        "\n".join([f"[{label}]", *(f"    {name}" for name in names)])
        for label, names in sorted(_list_commands())
    ]
    return "\n\n".join([HEAD.rstrip(), *blocks])


def _list_commands() -> Iterator[tuple[str, list[str]]]:
    """Yield the label of each app with its commands. Of two with one name the app listed first has it."""
    taken: set[str] = set()
    for app in [*(_find_package(each) for each in APPS), CORE]:
        spec = find_spec(app)
        folder = Path(spec.origin or "").parent / "management" if spec else None
        names = {*find_commands(str(folder))} - taken
        taken |= names
        if names:
            yield "django" if app == CORE else app.rpartition(".")[2], sorted(names)


def _find_package(app: str) -> str:
    return app.partition(".apps.")[0]
