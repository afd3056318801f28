"""Bringing the database up to date at the start, in one line with a dot for every few steps."""

import io
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

from django.apps import AppConfig, apps
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

STEPS_PER_DOT = 4


class Dots(io.TextIOBase):
    """Takes what `migrate` prints, and shows a dot for every few steps instead."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._steps = 0

    def write(self, text: str) -> int:
        """Count the steps that are done."""
        self._steps += text.count("OK")
        if "OK" in text and self._steps % STEPS_PER_DOT == 0:
            self._out.write(".", ending="")
            self._out.flush()
        return len(text)


def migrate_in_one_line(out: OutputWrapper) -> None:
    """Run the migrations that the database lacks. Says nothing when it lacks none."""
    if is_up_to_date():
        return
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return
    out.write(f"Preparing the database, {len(missing)} steps ", ending="")
    out.flush()
    call_command("migrate", verbosity=1, interactive=False, no_color=True, stdout=Dots(out))
    out.write(" done")


def is_up_to_date() -> bool:
    """Say whether each migration was run, by the names of their files: to load them all takes a second.

    One that replaces others was perhaps never run itself; then the migrations are loaded and asked.
    """
    done = MigrationRecorder(connection).applied_migrations()
    return all((app.label, name) in done for app in apps.get_app_configs() for name in _list_names(app))


def _list_names(app: AppConfig) -> Iterator[str]:
    folder = Path(app.path) / "migrations"
    return (module.name for module in iter_modules([str(folder)]) if module.name[0] not in "_~")
