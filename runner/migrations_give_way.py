"""Migrations that give way to those who work: one that waits for a lock is undone and tried again."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import OperationalError
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

# Everybody else waits behind a migration that waits for a table, so it does not wait for long. It is shorter
# than the second after which PostgreSQL looks for deadlocks, so that no request is ended for one.
LONGEST_WAIT = "'400ms'"
TRIES = 150
PAUSE = 1.0  # Seconds between two tries, on average.
LOCKED_OUT = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


class GivingWay(MigrationExecutor):
    """Django's own, but a migration that is a transaction waits for no lock for long.

    One that makes an index concurrently has to wait for all transactions, and holds up nobody meanwhile.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """See MigrationExecutor. Raises OperationalError when there was no lock for some minutes."""
        if not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        for tries_left in reversed(range(TRIES)):
            try:
                with self._short_waits():
                    return super().apply_migration(state.clone(), migration, fake, fake_initial)
            except OperationalError as exc:
                if not isinstance(exc.__cause__, LOCKED_OUT) or not tries_left:
                    raise
            # Not in step with whoever locked it.
            time.sleep(PAUSE * random.uniform(0.5, 1.5))
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _short_waits(self) -> Iterator[None]:
        self._set_longest_wait(LONGEST_WAIT)
        try:
            yield
        finally:
            self._set_longest_wait("DEFAULT")

    def _set_longest_wait(self, value: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout TO {value}")
