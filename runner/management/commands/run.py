"""The whole server with one command: database, web, workers and beat."""

import http.client
import io
import os
from functools import partial
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from bookkeeping.closing import prepare_months
from operations.demo import DemoRefused, load_demo
from operations.demo_closing import close_demo
from operations.demo_history.progress import make_history_in_one_line
from runner import log_file, ports, postgres, programs, startup_message
from runner.first_charge import offer_first_charge
from runner.migrating import migrate_in_one_line
from runner.single import AlreadyRunning, only_server
from runner.supervisor import ProgramEnded, Supervisor

REFUSALS = (AlreadyRunning, ports.PortTaken, postgres.EmbeddedDatabaseError, ProgramEnded)


class Command(BaseCommand):
    """Migrate, load the demo, and keep web, workers and beat running until Ctrl-C."""

    # Those that depend on settings. The others are about the code, and would load the pages of the admin.
    requires_system_checks = [Tags.caches, Tags.database, Tags.files, Tags.security, Tags.staticfiles]
    help = "Run the whole server on this machine until Ctrl-C. PORT= and HOST= change the address."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until asked to stop.

        Raises CommandError when it runs already, the port is taken or a program ends.
        """
        host, port = settings.HOST, settings.PORT
        try:
            with only_server(settings.DATA_DIR, address=f"{host}:{port}"):
                ports.require_free(host, port)
                with postgres.running():
                    serve(host, port, prepare(self), self)
        except REFUSALS as exc:
            raise CommandError(str(exc)) from exc


def prepare(command: BaseCommand) -> dict[str, Any] | None:
    """Bring the database up to date; returns the demo's credentials if a demo is allowed here."""
    migrate_in_one_line(command.stdout)
    if postgres.is_used():
        call_command("database_role", stdout=io.StringIO())
    programs.make_folders()
    try:
        make_history_in_one_line(command.stdout)
        while prepare_months():  # Otherwise the demo's months would be there an hour later.
            pass
        demo = load_demo()
        return demo | {"first_charge": offer_first_charge(demo["buyer"]["access_token"])}
    except DemoRefused as exc:
        command.stdout.write(f"No demo: {exc}")
        if closed := close_demo():
            command.stdout.write(f"The public passwords of {', '.join(closed)} open nothing any more.")
        return None
    finally:
        connection.close()


def serve(host: str, port: int, credentials: dict[str, Any] | None, command: BaseCommand) -> None:
    """Keep the programs running until a signal asks to stop. Raises ProgramEnded."""
    cores = max(2, os.cpu_count() or 2)
    command.stdout.write("Starting web and workers.")
    command.stdout.flush()
    # A killed `make` tells nobody, so it is watched; whatever else started us may end, as with nohup.
    with Supervisor(follow_parent="MAKELEVEL" in os.environ) as supervisor:
        quiet = programs.environment(quiet=True)
        supervisor.start("web", programs.web(host, port, workers=cores), programs.environment())
        if supervisor.wait(until=partial(answers, host, port)):
            # Not before: they would only compete for a core.
            supervisor.start("worker", programs.workers(concurrency=cores), quiet)
            command.stdout.write(
                startup_message.text(
                    settings.BASE_URL,
                    credentials,
                    gateway=settings.LIVE_GATEWAY,
                    has_mailbox=settings.HAS_MAILBOX,
                    log=settings.LOG_FILE or str(log_file.path()),
                )
            )
            command.stdout.flush()
            if supervisor.wait(until=postgres.has_ended):
                raise ProgramEnded("the embedded database ended; server.log beside its data says why")
        command.stdout.write("Stopping.")


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
