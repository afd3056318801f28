"""Bringing the database up to date at the start, in one line with a dot for every few steps."""

import io

from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

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
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return
    out.write(f"Preparing the database, {len(missing)} steps ", ending="")
    out.flush()
    call_command("migrate", verbosity=1, interactive=False, no_color=True, stdout=Dots(out))
    out.write(" done")
