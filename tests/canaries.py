"""Numbers that must turn up nowhere, and every place where they could."""

from pathlib import Path

from django.conf import settings
from django.db import connection

KEPT_AS_TEXT = "('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea')"


def read_database() -> str:
    """Everything in the columns of the database that can hold text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            f" WHERE table_schema = 'public' AND data_type IN {KEPT_AS_TEXT}"
        )
        return "\n".join(_read_column(cursor, *column) for column in cursor.fetchall())


def read_sandbox() -> str:
    """The sandbox processor's file of books, with SQLite's own files beside it."""
    books = Path(settings.SANDBOX_BOOKS)
    return "\n".join(path.read_bytes().decode("latin-1") for path in books.parent.glob(f"{books.name}*"))


def read_locals(error: BaseException) -> str:
    """What an error page or an error tracker would show: messages and variables of our frames, causes too."""
    seen: list[str] = []
    while error is not None:
        seen.append(f"{error!r} {error} {getattr(error, 'details', '')}")
        trace = error.__traceback__
        while trace is not None:
            if "/tests/" not in trace.tb_frame.f_code.co_filename:
                seen.append(repr(trace.tb_frame.f_locals))
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    return "\n".join(seen)


def _read_column(cursor, table: str, column: str, kind: str) -> str:
    value = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
    cursor.execute(f"SELECT string_agg({value}, '\n') FROM \"{table}\"")
    return cursor.fetchone()[0] or ""
