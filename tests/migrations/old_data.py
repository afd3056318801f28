"""An installation of the time before the packages were restructured, to be migrated.

`from_6d2e7c7.sql.gz` is its database. Services, dialects and admin of commit 6d2e7c7 made the rows
while a clock went from January 2025 to November 2026, and `manage.py verify` found all 40 invariants to hold.
PostgreSQL 15 wrote it, less the lines that begin with a backslash, which only psql understands:

    pg_dump --no-owner --no-privileges --rows-per-insert=1000

All names and credentials are made up. It is never made anew: it stands for installations of that commit.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.test import override_settings

from core import clock

DUMP = Path(__file__).with_name("from_6d2e7c7.sql.gz")
# Payments were under way then: being sent, without an answer, waiting to be sent or tried again.
DUMPED_AT = datetime(2026, 11, 20, 12, 1, tzinfo=UTC)
A_MONTH_LATER = datetime(2026, 12, 20, 12, 1, tzinfo=UTC)
SECRET_KEY = "made-up-secret-key-of-the-installation-at-6d2e7c7"


@contextmanager
def scratch_database(name: str, *, template: str = "template0") -> Iterator[str]:
    """A database beside that of the tests; it is dropped at the end, whatever happens."""
    own = settings.DATABASES["default"]["NAME"]
    with _connect(own) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        with _connect(own) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def load_dump(database: str) -> None:
    """Fill an empty database."""
    with _connect(database) as loading:
        loading.execute(gzip.decompress(DUMP.read_bytes()))


@contextmanager
def installation(database: str) -> Iterator[None]:
    """Everything here is done on that database, at the time of the dump and under its secret key."""
    own = connection.settings_dict["NAME"]
    _connect_django_to(database)
    try:
        with override_settings(SECRET_KEY=SECRET_KEY), clock.travel_to(DUMPED_AT):
            yield
    finally:
        _connect_django_to(own)


def count_rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        counts = (f"SELECT '{name}', count(*) FROM {connection.ops.quote_name(name)}" for name in names)
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def _connect_django_to(database: str) -> None:
    """Let connections of all threads lead to a database from now on."""
    connections.close_all()
    connection.settings_dict["NAME"] = database
    ContentType.objects.clear_cache()  # Each database has ids of its own for them.


def _connect(database: str) -> psycopg.Connection:
    at = settings.DATABASES["default"]
    address = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"], "password": at["PASSWORD"]}
    return psycopg.connect(**address, dbname=database, autocommit=True)
