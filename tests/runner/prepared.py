"""The database of a copy of the project, as an earlier version would have left it."""

import subprocess
from pathlib import Path

from django.db import connection

from runner.postgres.binaries import candidates
from runner.postgres.cluster import Cluster
from runner.postgres.places import Places

# The one migration that no other needs, nor needs another; a dump leaves no schema to look in.
BEFORE_THE_LAST_STEP = (
    "DROP TABLE public.django_session; DELETE FROM public.django_migrations WHERE app = 'sessions';"
)


def leave_database(project: Path) -> None:
    """Make the project's embedded database out of that of the tests, which is migrated, without one step."""
    programs, source = next(candidates()), connection.settings_dict
    dump = [str(programs / "pg_dump"), *_name(source), "--no-owner", "--no-privileges", source["NAME"]]
    written = subprocess.run(dump, capture_output=True, check=True).stdout
    cluster = Cluster(Places(project, "postgres"))
    cluster.start()
    try:
        target = cluster.connection()
        psql = [str(programs / "psql"), *_name(target), "-q", "-v", "ON_ERROR_STOP=1", target["NAME"]]
        subprocess.run(
            psql, input=written + BEFORE_THE_LAST_STEP.encode(), stdout=subprocess.DEVNULL, check=True
        )
    finally:
        cluster.stop()


def _name(database: dict[str, str]) -> list[str]:
    return ["-h", database["HOST"], "-p", str(database["PORT"]), "-U", database["USER"]]
