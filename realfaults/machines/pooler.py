"""PgBouncer with the file that we ship, which can be led to another server."""

import re
import shutil
import signal
import subprocess
from pathlib import Path

from realfaults.brokers import Skipped
from realfaults.ports import Place, wait_for
from realfaults.postgres import PLACES, ROLE, Server, make_own, spawn_as_server
from runner.postgres import CHECKOUT

PORT = 6432
PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


class Pooler:
    """A pooler in front of one database of a server, in transaction mode."""

    def __init__(self, folder: Path, place: Place, database: str) -> None:
        self._folder, self._place, self._database = folder, place, database
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, server: Server) -> None:
        """Start it in front of a server. Raises Skipped without the program."""
        if not Path(PROGRAM).exists():
            raise Skipped("there is no pgbouncer")
        make_own(self._folder)
        self._write("users", f'"{ROLE}" ""\n')
        self._configure(server)
        with (self._folder / "log").open("ab") as log:
            words = [PROGRAM, "--quiet", str(self._folder / "pgbouncer.ini")]
            self._process = spawn_as_server(words, self._place, log)
        wait_for(PORT, address=self._place.address)

    def lead_to(self, server: Server) -> None:
        """Write down another server and have the file read again, as `RELOAD` on the console does."""
        self._configure(server)
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _configure(self, server: Server) -> None:
        text = (CHECKOUT / "deploy/pgbouncer/pgbouncer.ini").read_text()
        leads = f"{self._database} = host={server.place.address} port={server.port} dbname={self._database}"
        text = re.sub("(?m)^billing = .*$", leads, text)
        ours = {
            "auth_type": "trust",
            "auth_file": str(self._folder / "users"),
            "listen_addr": self._place.address,
            "listen_port": str(PORT),
            "unix_socket_dir": "",
            "logfile": "",
        }
        for name, value in ours.items():
            text = re.sub(f"(?m)^{name} = .*\n", "", text) + f"{name} = {value}\n"
        self._write("pgbouncer.ini", text)

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)
        shutil.chown(self._folder / name, PLACES.account.uid, PLACES.account.gid)
