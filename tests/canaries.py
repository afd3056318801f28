"""Numbers that must turn up nowhere, and every place where they could."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from kombu import pools

from billing_site.celery import app

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


def dump_database() -> str:
    """What pg_dump writes; empty on a machine without it."""
    program = shutil.which("pg_dump")
    if program is None:
        return ""
    at = connection.settings_dict
    place = {
        "PGHOST": at["HOST"],
        "PGPORT": str(at["PORT"]),
        "PGUSER": at["USER"],
        "PGPASSWORD": at["PASSWORD"],
    }
    command = [program, "--data-only", "--inserts", at["NAME"]]
    done = subprocess.run(command, env=os.environ | place, capture_output=True, text=True, check=False)
    # An older program refuses a newer server.
    return done.stdout if done.returncode == 0 else ""


def read_caches() -> str:
    """Keys and values of the caches of this process."""
    return "\n".join(f"{key} {value!r}" for cache in caches.all() for key, value in cache._cache.items())


def read_folder(folder: Path) -> bytes:
    """Every file below a folder."""
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@contextmanager
def keeping_messages(folder: Path) -> Iterator[Path]:
    """Have messages to the workers written into files, as in an installation without Redis."""
    for name in ("queue", "control", "processed"):
        (folder / name).mkdir(parents=True)
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
    }
    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}
    app.conf.update(broker_url="filesystem://", broker_transport_options=options)
    _reconnect()
    try:
        yield folder
    finally:
        app.conf.update(before)
        _reconnect()


def _reconnect() -> None:
    """Connections that other tests opened know another folder."""
    pools.reset()
    app._after_fork()


def _read_column(cursor, table: str, column: str, kind: str) -> str:
    value = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
    cursor.execute(f"SELECT string_agg({value}, '\n') FROM \"{table}\"")
    return cursor.fetchone()[0] or ""
