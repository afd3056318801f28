"""Filling tables quickly: by one statement, with triggers and foreign keys off during the fill only.

What was filled is checked afterwards by the caller. Everything measured runs with all of them on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
"""


@contextmanager
def filling(*tables: str) -> Iterator[None]:
    """Fill tables in one transaction; their indexes are built afterwards, and they are analysed."""
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            cursor.execute(INDEXES, [list(tables)])
            indexes = cursor.fetchall()
            for name, _ in indexes:
                cursor.execute(f"DROP INDEX {name}")
            yield
            for _, definition in indexes:
                cursor.execute(definition)
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")


def execute(statement: str, parameters: dict[str, Any] | None = None) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def read_all(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run one query and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def fetch_one(statement: str, parameters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """Run one query and return its row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
