"""The data folder of the embedded database: making it, and choosing binaries that can read it."""

import shutil
import subprocess
from pathlib import Path

from runner.postgres import binaries
from runner.postgres.binaries import Binaries
from runner.postgres.errors import EmbeddedDatabaseError
from runner.postgres.places import Places

NAME = "billing"  # Of the database, and of the role that owns everything.
PATIENCE = 120.0  # Seconds for one step of an initialisation on a slow disk.


def prepare(places: Places, *, throw_away: bool) -> Binaries:
    """Make the data if there are none, and name the binaries to serve them. Raises EmbeddedDatabaseError.

    Throw-away data of another major version than the best binaries are made anew.
    """
    data = places.home / "data"
    if throw_away and data.is_dir() and _major(data) != next(binaries.usable(places)).major:
        shutil.rmtree(data)
    if data.is_dir():
        return next(binaries.usable(places, major=_major(data)))
    failures = []
    for candidate in binaries.usable(places):
        try:
            _initialise(candidate, places, throw_away=throw_away)
        except (OSError, subprocess.SubprocessError, EmbeddedDatabaseError) as exc:
            failures.append(f"  {candidate.folder}: {exc}")
        else:
            return candidate
    raise EmbeddedDatabaseError("\n".join(["No initdb succeeded:", *failures, binaries.ADVICE]))


def _initialise(chosen: Binaries, places: Places, *, throw_away: bool) -> None:
    """Make the data beside their place and move them there, so that half of them are never seen."""
    draft = places.home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    options = [
        "-U",
        NAME,
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        *_locale(chosen.major),
    ]
    options += ["--no-sync"] if throw_away else []
    initdb = [str(chosen.folder / "initdb"), "-D", str(draft), *options]
    binaries.run_as_server(initdb, places, timeout=PATIENCE)
    single_user = [str(chosen.folder / "postgres"), "--single", "-D", str(draft), "postgres"]
    answer = binaries.run_as_server(single_user, places, timeout=PATIENCE, stdin=f"CREATE DATABASE {NAME}\n")
    if "ERROR" in answer:
        raise EmbeddedDatabaseError(answer.strip())
    draft.rename(places.home / "data")


def _locale(major: int) -> list[str]:
    """Unicode rules by code point: PostgreSQL's own from 17 on, else the system's."""
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _major(data: Path) -> int:
    return int((data / "PG_VERSION").read_text())
