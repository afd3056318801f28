"""What every test stands on."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck, settings

from billing_site import merchant_settings
from billing_site.celery import app
from gateway.registry import get_gateway
from tests import database, module_rows, selection, template_database
from tests.emptying import disconnect, empty_database

# That a busy machine makes values slowly says nothing about the code.
settings.register_profile(
    "busy", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")


def pytest_configure() -> None:
    """Name the database and the broker, in the process that starts the workers and in each worker."""
    database.choose()
    app.conf.update(broker_url="memory://", broker_transport_options={})


def pytest_unconfigure() -> None:
    """Leave no server behind."""
    database.stop()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import nothing but the rules where they alone are asked for."""
    return selection.has_no_rules(config, collection_path) or None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: all that is made stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark tests before pytest selects by marks, and order them after pytest-django did."""
    selection.mark_by_file(items)
    selection.deselect_on_demand(config, items)
    yield
    selection.begin_with_processes(items)


def pytest_collection_finish() -> None:
    """Let the garbage collector look less often through all modules and tests: it takes a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start the server when the first test needs it; a run with `-m rules` starts none."""
    database.start()
    template_database.use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """TRUNCATE of money rows is refused unless the session says otherwise; tests must flush."""
    with django_db_blocker.unblock():
        template_database.keep()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET billing.allow_truncate = 'on'")
        cursor.execute("SET billing.allow_truncate = 'on'")
    yield
    # The session of a thread or of a killed program may be there still; the database is dropped now.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _empty_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_database)
        # A new server process for each test would read the whole catalogue of tables and triggers again.
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda case: False)
        yield
    disconnect()


@pytest.fixture(scope="session", autouse=True)
def _show_prepared_statements() -> Iterator[None]:
    """Capture the text of statements that the driver prepared, as it forgets it; connections are kept."""
    tell = DatabaseOperations.last_executed_query
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "last_executed_query", lambda *args: tell(*args) or args[2])
        yield


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(own_books: Path) -> Iterator[None]:
    """Count requests of this process alone, log none, hash quickly, do not list static files for a client.

    The settings that are the same for all tests are set once: each change tells thirty listeners.
    """
    caches = merchant_settings.caches(redis_url="")
    hashers = ["tests.hashers.QuickHasher", "access.hashers.MachineSecretHasher"]
    quick = {"PASSWORD_HASHERS": hashers, "WHITENOISE_AUTOREFRESH": True, "REQUEST_LOG_DAYS": 0}
    with override_settings(CACHES=caches, SANDBOX_BOOKS=str(own_books), **quick):
        yield


@pytest.fixture(scope="session")
def sandbox_folder() -> Iterator[Path]:
    """Where sandbox processors keep their books: in memory if possible, as SQLite often waits for a disk."""
    memory = "/dev/shm"
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None, prefix="sandbox-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def own_books(sandbox_folder: Path) -> Path:
    """The books of the sandbox processor of the test that runs."""
    return sandbox_folder / "test.sqlite3"


@pytest.fixture(autouse=True)
def _settings_as_before() -> Iterator[None]:
    """Fail where a test leaves a setting to those after it.

    A fixture that enters `override_settings` does so if its test uses pytest-django's `settings`, too: the
    two do not end in the reverse order.
    """
    before = django_settings._wrapped
    yield
    left, django_settings._wrapped = django_settings._wrapped, before
    assert left is before, "a setting of this test stays: change settings by the fixture `settings` alone"


@pytest.fixture(autouse=True)
def _own_sandbox_books(
    request: pytest.FixtureRequest, own_books: Path, _settings_as_before: None
) -> Iterator[None]:
    """Each test has a sandbox processor of its own, which knows the payments of rows_of_module."""
    if (present := django_settings.SANDBOX_BOOKS) != str(own_books):
        module_rows.copy_books(present, own_books)
        request.getfixturevalue("settings").SANDBOX_BOOKS = str(own_books)
    get_gateway.cache_clear()
    yield
    get_gateway.cache_clear()
    for end in ("", "-wal", "-shm", "-journal"):
        own_books.with_name(own_books.name + end).unlink(missing_ok=True)
