"""The code of a former commit runs on the schema of now, under load, while the new code takes over."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from realfaults.base import restore_or_make
from realfaults.brokers import Skipped
from realfaults.judging import find_broken_invariants
from realfaults.load import ALL_DIALECTS, LONG, Load
from realfaults.programs import BEAT, MAIL, WEB, WEBHOOKS, WORKER, Programs
from realfaults.stage import Stage
from runner.postgres import CHECKOUT
from simulator.judging import compare_with_processor

# The commit before issue 18: 35 migrations before it ended, and no failpoint in the code.
BEFORE = "622bc616"
ALL = (WEB, WORKER, WEBHOOKS, MAIL, BEAT)
DATABASE = "upgraded"
A_WHILE = 12.0  # Seconds of load in each phase.
OLD_SETTINGS = {"DJANGO_SETTINGS_MODULE": "billing_site.settings"}


def upgrade(stage: Stage) -> list[str]:
    """Old programs on their schema; `migrate` beside them; new ones beside them; new ones alone."""
    with _checked_out(stage.folder / "before") as root:
        _make_database(stage, root)
        before = Programs(stage.folder, root)
        try:
            return _upgrade(stage, root, before)
        finally:
            before.kill()


def _upgrade(stage: Stage, root: Path, before: Programs) -> list[str]:
    environment = stage.environment | OLD_SETTINGS
    demo = json.loads(_manage(root, environment, "demo", "--json"))
    for name in ALL:
        before.start(name, environment)
    old, new = Load(before.port, demo), Load(stage.programs.port, demo, first=1_000_000)
    old.patience = new.patience = LONG
    old.prepare()
    with old.running(ALL_DIALECTS):
        time.sleep(A_WHILE / 2)
        stage.start(WEB)
        too_early = new.ask_once("/readyz")
        took = _migrate()
        time.sleep(A_WHILE)
        stage.programs.stop()  # What was loaded before the migration would not be started then.
        stage.start(*ALL)
        new.prepare()
        with new.running(ALL_DIALECTS):
            time.sleep(A_WHILE)
    before.stop()
    with new.running(ALL_DIALECTS):
        time.sleep(A_WHILE / 2)
    stage.note(f"migrated in {took:.1f} s under load")
    stage.note(f"slowest answer {old.slowest:.1f} s by the old code, {new.slowest:.1f} s by the new")
    stage.note(f"old code: {dict(old.statuses)}, new code: {dict(new.statuses)}")
    early = [] if too_early == 503 else [f"/readyz of the new code says {too_early} before the migration"]
    stage.wait(lambda: stage.count("status = 'processed'") == 0, "the collection of all")
    wrong = [*early, *_list_troubles(old), *_list_troubles(new)]
    return [*wrong, *compare_with_processor(), *find_broken_invariants()]


def _list_troubles(load: Load) -> list[str]:
    enough = [] if load.statuses["2xx"] >= 100 else [f"only {load.statuses['2xx']} requests were answered"]
    unanswered = [f"never answered: {request.method} {request.path}" for request in load.unanswered]
    return [*enough, *load.server_errors[:5], *load.troubles[:5], *unanswered]


def _migrate() -> float:
    began = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    return time.monotonic() - began


def _make_database(stage: Stage, root: Path) -> None:
    """Make a database with the schema of the former commit."""
    stage.server.ask(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
    stage.server.ask(f'CREATE DATABASE "{DATABASE}"')
    stage.database = DATABASE
    stage.lead_to(stage.server.port)
    environment = stage.environment | OLD_SETTINGS
    restore_or_make(stage.server, DATABASE, root, lambda: _manage(root, environment, "migrate", "-v0"))


def _manage(root: Path, environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=root, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def _checked_out(folder: Path) -> Iterator[Path]:
    """Have the files of the former commit in a folder for a block. Raises Skipped in a shallow clone."""
    if _git("cat-file", "-e", f"{BEFORE}^{{commit}}").returncode:
        raise Skipped(f"this clone has no commit {BEFORE}: `git fetch --unshallow` brings it")
    if (made := _git("worktree", "add", "--detach", str(folder), BEFORE)).returncode:
        raise Skipped(made.stderr.strip())
    try:
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


def _git(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
