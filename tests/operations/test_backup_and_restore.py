"""A backup made under load is restored into another cluster, checked, and takes charges again."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from events.models import Event
from operations.factories import CallerFactory, ChargeFactory
from runner.postgres.binaries import candidates
from runner.postgres.cluster import Cluster
from runner.postgres.places import Places

PROGRAMS = next(candidates())  # Of the version that the embedded server is of.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("restic"), reason="restic is not installed"),
]
FIRST_CHARGE = """
import django; django.setup()
from customers.models import Account, Application
from events.models import Event
from events.reading import Position, read_events
from operations.factories import CallerFactory, ChargeFactory
newest = Event.objects.latest("xact", "pk")
caller = CallerFactory(account=Account.objects.latest("pk"), application=Application.objects.latest("pk"))
charge = ChargeFactory(caller=caller, collected=True)
after = Position(newest.xact, newest.pk)
print(charge.status, len(read_events(caller.app.id, after=after, limit=9)) > 2, Event.objects.count())
"""


def write_address(database):
    host = str(database["HOST"]).replace("/", "%2F")
    return f"postgres://{database['USER']}@{host}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def elsewhere():
    """An empty database in a cluster of its own."""
    folder = Path(tempfile.mkdtemp(prefix="elsewhere-"))
    folder.chmod(0o755)
    cluster = Cluster(Places(folder, "postgres"), throw_away=True)
    cluster.start()
    yield cluster.connection()
    cluster.stop()
    shutil.rmtree(folder)


@pytest.fixture
def run(tmp_path):
    """Run a program in the environment of an operator who makes backups."""
    secret = tmp_path / "password"
    secret.write_text("a-made-up-password-of-backups")
    environment = os.environ | {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "RESTIC_REPOSITORY": str(tmp_path / "backups"),
        "RESTIC_PASSWORD_FILE": str(secret),
        "RESTIC_CACHE_DIR": str(tmp_path / "cache"),
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "billing_site.settings",
    }

    def run_program(*command, database, **variables):
        told = environment | {"DATABASE_URL": write_address(database)} | variables
        return subprocess.run(
            command, cwd=settings.BASE_DIR, env=told, capture_output=True, text=True, timeout=300, check=False
        )

    return run_program


@contextmanager
def selling():
    """Within the block sales go on, one after the other."""
    caller, enough = CallerFactory(), threading.Event()

    def sell():
        while not enough.is_set():
            ChargeFactory(caller=caller, collected=True)
        connections.close_all()

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        yield
    finally:
        enough.set()
        seller.join()


def test_a_backup_made_under_load_is_restored_in_minutes(run, elsewhere):
    with connection.cursor() as cursor:  # This cluster is older than the other one.
        cursor.execute("DO 'BEGIN FOR i IN 1..20000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END'")
    with selling():
        while not Event.objects.exists():
            time.sleep(0.05)
        saved = run("scripts/backup", database=connection.settings_dict)
    assert saved.returncode == 0, saved.stderr
    lost = time.monotonic()
    restored = run("scripts/restore", database=elsewhere)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "numbered 0 higher" not in restored.stdout
    assert "invariants hold" in restored.stdout
    sold = run(sys.executable, "-c", FIRST_CHARGE, database=elsewhere)
    assert sold.stdout.startswith("success True"), sold.stderr
    assert time.monotonic() - lost < 300
    again = run("scripts/restore", database=elsewhere)
    assert again.returncode != 0
    assert "already exists" in again.stderr


def test_a_restore_into_a_new_cluster_makes_the_roles_first(run, elsewhere):
    ChargeFactory(collected=True)
    saved = run("scripts/backup", database=connection.settings_dict)
    assert saved.returncode == 0, saved.stderr
    roles = {
        "DATABASE_ADMIN_URL": write_address(elsewhere),
        "DATABASE_OWNER_URL": write_address(elsewhere | {"USER": "new_owner"}),
    }
    server = elsewhere | {"USER": "new_server"}
    restored = run("scripts/restore", database=server, **roles)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "invariants hold" in restored.stdout
    again = run("scripts/restore", database=server, **roles)
    assert again.returncode != 0
    assert "nothing was changed" in again.stderr


def test_a_dump_that_fails_becomes_no_backup(run):
    nowhere = connection.settings_dict | {"NAME": "no_such_database"}
    failed = run("scripts/backup", database=nowhere)
    assert failed.returncode != 0
    assert "no_such_database" in failed.stderr
    listed = run("restic", "snapshots", "--json", database=nowhere)
    assert listed.stdout.strip() in ("[]", "null")
