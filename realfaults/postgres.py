"""A PostgreSQL server on a loopback port that can be killed, started again, copied and promoted."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

import psycopg

from realfaults.ports import HERE, Place, find_free_port
from runner.postgres import CHECKOUT
from runner.postgres.binaries import Binaries, run_as_server, usable
from runner.postgres.places import Places

PLACES = Places(CHECKOUT, "real-faults")  # Names the account that servers run as, and finds programs for it.
ROLE = "billing"
PATIENCE = 60.0
SETTINGS = {
    "unix_socket_directories": "",
    "fsync": "on",
    # After a kill every file of every database would be synced by itself, which takes seconds.
    "recovery_init_sync_method": "syncfs",
    "max_connections": "100",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "log_checkpoints": "off",
}


class ServerDidNotStart(Exception):
    """PostgreSQL does not answer; the message has the end of its log."""


@cache
def programs() -> Binaries:
    """Return the programs of PostgreSQL that work here. Raises EmbeddedDatabaseError."""
    return next(usable(PLACES))


class Server:
    """One cluster, durable (fsync on), and the server on it."""

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, *, place: Place = HERE
    ) -> None:
        self.folder, self.place = folder, place
        self.port = find_free_port()
        self.settings = SETTINGS | dict(settings or {}) | {"listen_addresses": place.address}
        self._process: subprocess.Popen[bytes] | None = None

    def initialise(self, *options: str) -> None:
        """Make an empty cluster."""
        make_own(self.folder)
        initdb = [program("initdb"), "-D", self._data, "-U", ROLE, "--auth=trust", "--encoding=UTF8"]
        run_as_server([*initdb, "--locale=C.UTF-8", "--no-sync", *options], PLACES, timeout=PATIENCE)

    def start(self) -> None:
        """Start the server and wait until it takes work. Raises ServerDidNotStart."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        with self._log.open("ab") as log:
            words = [program("postgres"), "-D", self._data, "-p", str(self.port), *options]
            self._process = spawn_as_server(words, self.place, log)
        self._wait()

    def kill(self) -> None:
        """SIGKILL the server with all its processes, as a machine that goes down does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            _wait_for_end_of(self._data)

    def stop(self) -> None:
        """End the server without waiting for clients."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(PATIENCE)
            self._process = None
        except subprocess.TimeoutExpired:
            self.kill()

    def has_ended(self) -> bool:
        """Say whether the server has ended by itself, as it does on a full disk."""
        return self._process is None or self._process.poll() is not None

    def copy_to(self, folder: Path, *, name: str = "", place: Place = HERE) -> "Server":
        """Return a copy of this server, not started; with a name it is a standby that streams from here."""
        make_own(folder)
        source = f"host={self.place.address} port={self.port} user={ROLE} application_name={name or 'copy'}"
        copy = [program("pg_basebackup"), "-D", str(folder / "data"), "-d", source, "-X", "stream"]
        copy += ["--checkpoint=fast", "--no-sync", *(["-R"] if name else [])]
        run_as_server(copy, PLACES, timeout=PATIENCE)
        return Server(folder, self.settings, place=place)

    def let_in(self, network: str) -> None:
        """Let every role in from a network without a password, whatever rules were copied along."""
        rules = self.folder / "data" / "pg_hba.conf"
        ours = f"host all all {network} trust\nhost replication all {network} trust\n"
        rules.write_text(ours + rules.read_text())

    def promote(self) -> None:
        """Make a standby the primary and wait until it is. Raises psycopg.Error."""
        self.ask("SELECT pg_promote(true, 60)")

    def ask(self, statement: str, parameters: Sequence[Any] = (), *, database: str = "postgres") -> list[Any]:
        """Run a statement and return its rows. Raises psycopg.Error."""
        with self.connect(database) as link:
            answer = link.execute(statement.encode(), parameters or None)
            return answer.fetchall() if answer.description else []

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """Return a connection of a superuser. Raises psycopg.Error."""
        return psycopg.connect(
            host=self.place.address,
            port=self.port,
            user=ROLE,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask("SELECT 1")
                return
            except psycopg.Error:
                if self.has_ended() or time.monotonic() > deadline:
                    raise ServerDidNotStart(self._log.read_text(errors="replace")[-1500:]) from None
                time.sleep(0.05)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL."""
    return str(programs().folder / name)


def spawn_as_server(words: Sequence[str], place: Place, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, as the account of the servers."""
    account, options = PLACES.account, PLACES.account.spawn_options()
    if place.prefix:  # Only root may enter a namespace.
        words = [*place.prefix, "--setuid", str(account.uid), "--setgid", str(account.gid), *words]
        options = {}
    environment = os.environ | {"LC_ALL": "C"}
    return subprocess.Popen(
        words, stdout=log, stderr=log, cwd="/", env=environment, start_new_session=True, **options
    )


def make_own(folder: Path) -> None:
    """Make a folder that belongs to the account of the servers."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, PLACES.account.uid, PLACES.account.gid)


def _wait_for_end_of(data: str) -> None:
    """Wait until no process works in these data: children notice the end of the first one a little later."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(map(data.__eq__, _list_working_folders())):
        time.sleep(0.02)


def _list_working_folders() -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found.append(os.readlink(process))
        except OSError:
            continue
    return found
