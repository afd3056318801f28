"""A private PostgreSQL server that runs while somebody uses it.

Three locks beside the data: `users.lock` (shared, held by each user; see `keeper`), `start.lock` (exclusive,
while somebody looks whether to start), `server.lock` (exclusive, inherited by every process of the server, so
while it is free none is left).
"""

import fcntl
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from runner.postgres import keeper
from runner.postgres.binaries import Binaries
from runner.postgres.data import NAME, prepare
from runner.postgres.errors import EmbeddedDatabaseError
from runner.postgres.folders import make_folders
from runner.postgres.locks import is_free, lock_at_once, locked, open_lock
from runner.postgres.places import Places

PORT = "5432"  # Only a part of the socket's name; nothing listens on TCP.
PATIENCE = 60.0  # Seconds for a start: recovery after a crash is part of it.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_checkpoints": "off",
    # Values of a row that was refused stay out of the server's log: its details, statement and parameters.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # PostgreSQL's own ANALYZE is a transaction under way, which readers of events, sums and trees wait for.
    "autovacuum_analyze_threshold": "2147483647",
}


class Cluster:
    """One cluster and this process's part in it. A throw-away one trades durability for speed."""

    def __init__(self, places: Places, *, throw_away: bool = False) -> None:
        self.places = places
        self.throw_away = throw_away
        self._using: int | None = None
        self._keeper: int | None = None

    def connection(self) -> dict[str, Any]:
        """How to connect to it, as Django's DATABASES says it."""
        return {"NAME": NAME, "USER": NAME, "PASSWORD": "", "HOST": str(self.places.socket), "PORT": PORT}

    def start(self) -> None:
        """Become a user of the server, starting it when none runs. Raises EmbeddedDatabaseError."""
        if self._using is not None:
            return
        try:
            make_folders(self.places)
            self._using = open_lock(self._file("users.lock"))
            fcntl.flock(self._using, fcntl.LOCK_SH)  # Waits while a keeper stops the server.
            with locked(self._file("start.lock"), patience=2 * PATIENCE):
                self._ensure_server()
        except (OSError, subprocess.SubprocessError) as exc:
            self.stop()
            raise EmbeddedDatabaseError(f"The embedded database cannot start: {exc}") from exc
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Cease to use the server; if nobody else does, return when it has ended."""
        if self._using is None:
            return
        os.close(self._using)
        self._using = None
        deadline = time.monotonic() + keeper.PATIENCE
        while not self.has_ended() and not self._others_use_it() and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._keeper is not None and self.has_ended():
            with suppress(ChildProcessError):
                os.waitpid(self._keeper, 0)
            self._keeper = None

    def has_ended(self) -> bool:
        """Whether no process of the server is left."""
        return is_free(self._file("server.lock"))

    def _ensure_server(self) -> None:
        server_lock = open_lock(self._file("server.lock"))
        try:
            deadline = time.monotonic() + PATIENCE
            while not lock_at_once(server_lock):
                if self._answers():
                    return
                self._pause(deadline)
            self._launch(prepare(self.places, throw_away=self.throw_away), server_lock)
        finally:
            os.close(server_lock)
        while not self._answers():
            if self.has_ended():
                raise EmbeddedDatabaseError(f"PostgreSQL ended at its start. Its log:\n{self._log_tail()}")
            self._pause(deadline)

    def _launch(self, chosen: Binaries, server_lock: int) -> None:
        # While we hold server.lock no process of an earlier server is left, so its pid file means nothing.
        (self.places.home / "data" / "postmaster.pid").unlink(missing_ok=True)
        account = self.places.account
        keep = [keeper.__file__, str(self._file("users.lock")), str(account.uid), str(account.gid)]
        os.set_inheritable(server_lock, True)
        with self._file("server.log").open("ab") as log:
            # Not `subprocess`: the keeper may outlive us, which a Popen would complain of.
            self._keeper = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", "-S", *keep, *self._command(chosen)],
                os.environ | {"LC_ALL": "C"},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                ],
            )

    def _command(self, chosen: Binaries) -> list[str]:
        settings = SETTINGS | {"unix_socket_directories": str(self.places.socket)}
        settings |= THROW_AWAY if self.throw_away else {}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(chosen.folder / "postgres"), "-D", str(self.places.home / "data"), "-p", PORT, *options]

    def _answers(self) -> bool:
        socket = str(self.places.socket)
        try:
            psycopg.connect(host=socket, port=PORT, user=NAME, dbname=NAME, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _pause(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"PostgreSQL does not answer. Its log:\n{self._log_tail()}")
        time.sleep(0.02)

    def _others_use_it(self) -> bool:
        """Whether others hold `users.lock` as users do; the keeper holds it exclusively while it stops."""
        users = self._file("users.lock")
        return not is_free(users) and is_free(users, fcntl.LOCK_SH)

    def _file(self, name: str) -> Path:
        return self.places.home / name

    def _log_tail(self) -> str:
        return self._file("server.log").read_text(errors="replace")[-1500:]
