"""Runs a program behind PgBouncer: python -m tests.deploy.pooler (pytest|simulator) ARGUMENTS.

An embedded PostgreSQL serves it. Each transaction goes to the connection that was idle for longest, of four
at least, so that what relies on a session fails at once.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from runner import postgres
from simulator.database import CLUSTER as CLUSTER_OF_SIMULATOR
from tests.deploy.dockerfile import ROOT

CLUSTER = "99"
DATABASE = "billing_pooler"
ACCOUNT = "nobody"
SESSION = {"jit": "off", "billing.refund_approval_limit": "USD:50000", "billing.allow_truncate": "on"}
OURS = {"auth_type": "trust", "unix_socket_dir": "", "logfile": ""}
OURS |= {"server_round_robin": "1", "min_pool_size": "4"}


def main(arguments: list[str]) -> int:
    """Return the exit status of the program, which runs as ever but for the address of its database."""
    run = {"pytest": run_tests, "simulator": run_simulator}[arguments[0]]
    return run(arguments[1:])


def run_tests(arguments: list[str]) -> int:
    """Run pytest. Its database stays for the next run, as PgBouncer keeps connections to it."""
    os.environ["BILLING_TEST"] = CLUSTER
    postgres.start()
    try:
        at = postgres.database()
        set_up_role(at)
        with pgbouncer(at) as port:
            own = {
                "DATABASE_URL": f"postgres://{at['USER']}@127.0.0.1:{port}/{DATABASE}",
                "DATABASE_POOLER": "transaction",
                "SECRET_KEY": secrets.token_hex(32),
            }
            return run_program("pytest", ["--reuse-db", *arguments], own)
    finally:
        postgres.stop()


def run_simulator(arguments: list[str]) -> int:
    """Run the simulator, which starts its own server and gives the role its parameters."""
    with pgbouncer(CLUSTER_OF_SIMULATOR.connection()) as port:
        return run_program("simulator", arguments, {"SIMULATOR_POOLER_PORT": str(port)})


def run_program(module: str, arguments: list[str], own: dict[str, str]) -> int:
    """Run a module with variables of its own and return its exit status."""
    words = [sys.executable, "-m", module, *arguments]
    return subprocess.run(words, env=os.environ | own, check=False, cwd=ROOT).returncode


def set_up_role(at: dict[str, Any]) -> None:
    """Give the role what a direct connection would bring along, as `manage.py database_role` does."""
    connected = psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"], autocommit=True
    )
    with connected as connection:
        for name, value in SESSION.items():
            connection.execute(f"ALTER ROLE {at['USER']} SET {name} = '{value}'")


@contextmanager
def pgbouncer(at: dict[str, Any]) -> Iterator[int]:
    """Run PgBouncer with the file that we ship, but for addresses; yields its port."""
    with tempfile.TemporaryDirectory(prefix="billing-pooler-") as name:
        folder, port = Path(name), find_port()
        (folder / "users").write_text(f'"{at["USER"]}" ""\n')
        (folder / "pgbouncer.ini").write_text(write_configuration(at, folder / "users", port))
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, ACCOUNT)
        become = ["--user", ACCOUNT] if os.geteuid() == 0 else []
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        process = subprocess.Popen([program, *become, "--quiet", str(folder / "pgbouncer.ini")])
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(10)


def write_configuration(at: dict[str, Any], users: Path, port: int) -> str:
    """Return our file for another PostgreSQL, any database of it, and without passwords."""
    text = (ROOT / "deploy/pgbouncer/pgbouncer.ini").read_text()
    text = re.sub("(?m)^billing = .*$", f"* = host={at['HOST']} port={at['PORT']}", text)
    for name, value in (OURS | {"auth_file": str(users), "listen_port": str(port)}).items():
        text = re.sub(f"(?m)^{name} = .*\n", "", text) + f"{name} = {value}\n"
    return text


def find_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until something listens. Raises TimeoutError."""
    for _ in range(100):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise TimeoutError("PgBouncer does not listen")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
