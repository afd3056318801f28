"""What every test stands on."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase, override_settings

from gateway.registry import get_gateway
from tests import database
from tests.emptying import empty_database


def pytest_configure(config: pytest.Config) -> None:
    """Have a database, in the process that starts the workers and then in each of them.

    `-m rules` runs the tests of the rules alone, which need none.
    """
    if config.option.markexpr != "rules":
        database.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no server behind."""
    if config.option.markexpr != "rules":
        database.stop()


@pytest.fixture(scope="session", autouse=True)
def _let_tests_empty_their_database(request: pytest.FixtureRequest, django_db_blocker) -> None:
    """TRUNCATE of money rows is refused unless the session says otherwise; tests must flush."""
    if request.config.option.markexpr == "rules":
        return
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET billing.allow_truncate = 'on'")
        cursor.execute("SET billing.allow_truncate = 'on'")


@pytest.fixture(scope="session", autouse=True)
def _empty_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_database)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cache_in_memory() -> Iterator[None]:
    """Tests count requests of their own process."""
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        yield


@pytest.fixture(autouse=True)
def _own_sandbox_books(settings, tmp_path) -> Iterator[None]:
    """Each test has a sandbox processor of its own."""
    settings.SANDBOX_BOOKS = str(tmp_path / "sandbox.sqlite3")
    get_gateway.cache_clear()
    yield
    get_gateway.cache_clear()
