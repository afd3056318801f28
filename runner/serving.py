"""The whole server until Ctrl-C: the database is prepared while the web server is loaded.

This process lives as long as the server; it reads the settings and loads none of Django's apps.
"""

import http.client
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from runner import log_file, ports, postgres, programs, startup_message
from runner.postgres.locks import locked
from runner.single import AlreadyRunning, only_server, tell_address
from runner.supervisor import ProgramEnded, Supervisor

CORES = max(2, os.cpu_count() or 2)
PATIENCE = 5.0  # Seconds for the web server of a killed run to let go of the lock.
REFUSALS = (AlreadyRunning, ports.PortTaken, postgres.EmbeddedDatabaseError, ProgramEnded, TimeoutError)


def run_or_refuse() -> str | None:
    """Run until asked to stop, or return why not."""
    try:
        run_server()
    except REFUSALS as exc:
        return f"CommandError: {exc}"
    return None


def run_server() -> None:
    """Run until asked to stop. Raises REFUSALS: it runs already, the port is taken, a program ended."""
    host, port = settings.HOST, settings.PORT
    with only_server(settings.DATA_DIR, address=f"{host}:{port}"):
        ports.require_free(host, port)
        programs.make_folders()
        address = tell_address(settings.RUNNING_AT, settings.BASE_URL)
        with address, postgres.running(), ExitStack() as preparing:
            lock = Path(settings.DATA_DIR) / "preparing.lock"
            preparing.enter_context(locked(lock, patience=PATIENCE))
            lock.write_text("")
            # A killed `make` tells nobody, so it is watched; whatever else started us may end, as with nohup.
            with Supervisor(follow_parent="MAKELEVEL" in os.environ) as supervisor:
                _start_web(supervisor, host, port, waits_for=lock)
                with tempfile.NamedTemporaryFile() as answer_file:
                    prepared = supervisor.finish("the preparation", programs.preparation(answer_file.name))
                    credentials = json.loads(answer_file.read()) if prepared else None
                if prepared:
                    lock.write_text(programs.PREPARED)
                    preparing.close()
                    _serve(supervisor, host, port, credentials)
                _say("Stopping.\n")


def _start_web(supervisor: Supervisor, host: str, port: int, *, waits_for: Path) -> None:
    command = programs.web(host, port, workers=CORES)
    supervisor.start("web", command, programs.environment() | {programs.WAITS_FOR: str(waits_for)})


def _serve(supervisor: Supervisor, host: str, port: int, credentials: dict[str, Any] | None) -> None:
    """Start the workers once the web server answers, and wait for a signal to stop. Raises ProgramEnded."""
    _say("Starting web and workers.\n")
    if not supervisor.wait(until=partial(answers, host, port)):
        return
    # Not before: they would only compete for a core.
    supervisor.start("worker", programs.workers(concurrency=CORES), programs.environment(quiet=True))
    message = startup_message.text(
        settings.BASE_URL,
        credentials,
        gateway=settings.LIVE_GATEWAY,
        has_mailbox=settings.HAS_MAILBOX,
        log=settings.LOG_FILE or str(log_file.path()),
    )
    _say(message)
    if supervisor.wait(until=postgres.has_ended):
        raise ProgramEnded("the embedded database ended; server.log beside its data says why")


def answers(host: str, port: int) -> bool:
    """Whether the web server answers at all, be it with a refusal."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    client = http.client.HTTPConnection(local, port, timeout=5)
    try:
        client.request("GET", "/healthz")
        client.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        client.close()


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
