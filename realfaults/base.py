"""The migrated database that scenarios get copies of; kept as a dump, as all migrations take long."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from realfaults.postgres import PLACES, ROLE, Server, program
from runner.postgres import CHECKOUT
from runner.postgres.binaries import run_as_server
from runner.postgres.folders import make_data_folder

BASE = "migrated"
PATIENCE = 300.0
# More than all migrations take: what a dump has of the transactions of its cluster is then of the past.
GO_ON = "DO 'BEGIN FOR i IN 1..20000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END'"


def make_base(server: Server) -> None:
    """Make a database with the tables of now."""
    server.ask(f'CREATE DATABASE "{BASE}"')
    restore_or_make(server, BASE, CHECKOUT, _migrate)


def restore_or_make(server: Server, database: str, root: Path, migrate: Callable[[], object]) -> None:
    """Restore the dump of the migrations in a folder or, the first time, migrate and keep one."""
    kept = CHECKOUT / ".data" / "migrated" / f"{name_schema(root)}.dump"
    passed_on = server.folder / "migrated.dump"  # Where the account of the server may read and write.
    if kept.exists():
        passed_on.write_bytes(kept.read_bytes())
        passed_on.chmod(0o644)
        run_on(server, "pg_restore", "-d", database, "--single-transaction", str(passed_on))
        passed_on.unlink()
        _go_on_behind(server)
        return
    migrate()
    run_on(server, "pg_dump", "-Fc", "-f", str(passed_on), database)
    make_data_folder(CHECKOUT / ".data")
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(passed_on.read_bytes())


def _go_on_behind(server: Server) -> None:
    """Number transactions behind the dump's, as `after_restore` does, which the code of before has not."""
    with server.connect("postgres") as link:
        link.execute("SET synchronous_commit = off")
        link.execute(GO_ON)


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


def run_on(server: Server, name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL against the server."""
    address = ["-h", server.place.address, "-p", str(server.port), "-U", ROLE]
    run_as_server([program(name), *address, *arguments], PLACES, timeout=PATIENCE)


def name_schema(root: Path) -> str:
    """Return a digest of all migrations, ours and those of the locked packages."""
    digest = hashlib.sha256((root / "requirements.txt").read_bytes())
    for path in sorted(root.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
