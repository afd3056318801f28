"""`manage.py reset` deletes the embedded database and nothing else."""

import os
import subprocess
import sys

import pytest

from runner import reset
from tests.runner.checkouts import PROJECT


@pytest.fixture
def data(tmp_path, settings, monkeypatch):
    """A data folder with files of the server, of the tests, and a key."""
    settings.DATA_DIR = tmp_path
    settings.BROKER_DIR = tmp_path / "broker"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.SANDBOX_BOOKS = str(tmp_path / "sandbox.sqlite3")
    settings.CELERY_BEAT_SCHEDULE_FILENAME = str(tmp_path / "beat-schedule")
    for name in ("postgres/data", "broker/queue", "mailbox", "logs", "test-postgres"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("sandbox.sqlite3", "sandbox.sqlite3-wal", "beat-schedule", "secret-key", "postgres/a"):
        (tmp_path / name).touch()
    monkeypatch.setattr(reset.postgres, "home", lambda: tmp_path / "postgres")
    monkeypatch.setattr(reset.postgres, "has_ended", lambda: True)
    return tmp_path


def test_what_the_programs_wrote_goes_and_the_key_and_the_tests_stay(data):
    reset.delete_data()
    assert sorted(path.name for path in data.iterdir()) == ["secret-key", "test-postgres"]


def test_a_second_reset_finds_nothing_and_does_not_mind(data):
    reset.delete_data()
    reset.delete_data()


def test_it_waits_for_nobody_and_deletes_nothing_while_the_database_is_used(data, monkeypatch):
    monkeypatch.setattr(reset.postgres, "has_ended", lambda: False)
    with pytest.raises(reset.InUse):
        reset.delete_data()
    assert (data / "postgres/data").is_dir()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "database", "said"),
    [
        ("y\n", "", "Nothing was deleted."),
        ("yes\n", "postgres://somewhere.example/billing", "reset deletes the embedded one only"),
    ],
)
def test_it_is_refused_without_a_yes_and_beside_another_database(typed, database, said):
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    kept |= {"DATABASE_URL": database, "SECRET_KEY": "made-up-" * 8} if database else {}
    command = [sys.executable, "manage.py", "reset"]
    done = subprocess.run(command, cwd=PROJECT, env=kept, input=typed, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"CommandError: {said}" in done.stderr or said in done.stderr
