"""One installation that is disturbed: database, broker, programs, and the processor's books beside them."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from celery import Celery
from django.conf import settings
from django.db import connections
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from billing_site.celery import app
from core import clock
from gateway.registry import get_gateway
from operations.demo import load_demo
from realfaults.arming import CLOCK_SHIFT
from realfaults.base import BASE
from realfaults.brokers import FileBroker, RabbitBroker, RedisBroker
from realfaults.judging import judge
from realfaults.load import Load
from realfaults.ports import HOST
from realfaults.postgres import ROLE, Server
from realfaults.processor import switch
from realfaults.programs import WEBHOOKS, Programs, Running
from realfaults.sweeps import count_done

# Longer than every lease and every wait for an answer that a scenario leaves behind.
LATER = timedelta(minutes=40)
MOST_OFTEN = 60.0  # Seconds between sweeps that belong to "a sweep"; others are housekeeping.
RARE = ("charges.tasks.find_disputes",)
PATIENCE = 120.0
SENT_AGAIN = 20.0  # Seconds.


class DidNotHappen(Exception):
    """Something that a scenario waits for did not come about; the message says what."""


class Stage:
    """What a scenario works on; `database` is a copy of a migrated one, thrown away behind it."""

    def __init__(
        self, folder: Path, server: Server, broker: RedisBroker | RabbitBroker | FileBroker, root: Path
    ) -> None:
        self.folder, self.server, self.broker = folder, server, broker
        self.programs: Running = Programs(folder, root)
        self.database = BASE
        self.port, self.host = server.port, server.place.address
        self.shift = timedelta()
        self.due: list[int] = []
        self.figures: list[str] = []
        self.books = folder / "books.sqlite3"
        self.cycles: int | None = None
        self.is_quick = False

    @property
    def environment(self) -> dict[str, str]:
        """What the programs are told."""
        return self.broker.environment | {
            "DATABASE_URL": write_url(self.port, self.database, host=self.host),
            "SANDBOX_BOOKS": str(self.books),
            CLOCK_SHIFT: str(self.shift.total_seconds()),
        }

    def start(self, *names: str, faults: Mapping[str, str] | None = None) -> None:
        """Start programs; `faults` are variables that say what happens in them."""
        for name in names:
            self.programs.start(name, self.environment | dict(faults or {}))

    def lead_to(self, port: int, *, host: str = HOST) -> None:
        """Have programs that start from now on, and this one, connect to another server."""
        self.port, self.host = port, host
        connect_to(port, self.database, host=host)

    def count(self, condition: str) -> int:
        """Return how many charges there are of which a condition of SQL holds, past any proxy."""
        query = f"SELECT count(*) FROM charges_charge WHERE {condition}"
        [[found]] = self.server.ask(query, database=self.database)
        return int(found)

    def count_attempts(self, condition: str = "true") -> int:
        """Return how many attempts there are of which a condition of SQL holds."""
        query = f"SELECT count(*) FROM charges_attempt WHERE {condition}"
        [[found]] = self.server.ask(query, database=self.database)
        return int(found)

    def count_collected(self) -> int:
        """Return how many of the charges and periods are collected."""
        return self.count("status = 'success' AND kind = 'charge'")

    def wait(self, until: Callable[[], bool], what: str, *, within: float = PATIENCE) -> float:
        """Wait for something and return the seconds that took. Raises DidNotHappen."""
        began = time.monotonic()
        while not until():
            if time.monotonic() - began > within:
                raise DidNotHappen(f"{what} did not happen within {within:.0f} s")
            time.sleep(0.1)
        return time.monotonic() - began

    def note(self, figure: str) -> None:
        """Keep something that was measured for the report."""
        self.figures.append(figure)

    def pass_time(self) -> None:
        """End all programs without a word, and let those that start from now on live after all leases."""
        self.programs.kill()
        connections.close_all()  # The server may be another one by now.
        self.shift += LATER

    def sweep(self, *, faults: Mapping[str, str] | None = None) -> None:
        """Have each sweep done once by the workers, by a message as beat sends it. Raises DidNotHappen.

        Like beat, send what is not done after a while again: a message is a hint, and may die with who held
        it. With `faults` programs that die are started again with them, and the messages are sent anew.
        """
        before, names = self._count_done(), list_sweeps(with_webhooks=self.programs.has(WEBHOOKS))
        ends = time.monotonic() + PATIENCE
        while missing := self._find_missing(names, before):
            if time.monotonic() > ends:
                raise DidNotHappen(f"within {PATIENCE:.0f} s nobody did {', '.join(missing)}")
            self._send(missing)
            self._wait_for_sweep(names, before, faults)

    def judge(self) -> list[str]:
        """Return what is wrong, as of the time of the programs."""
        with clock.travel_to(clock.now() + self.shift):
            return judge(due=self.due)

    def count_workers(self) -> int:
        """Return how many workers answer within a second.

        An app of its own asks: whatever connection it is given, ours publishes at the broker it began with.
        """
        with Celery("asking", broker=self.broker.url, set_as_current=False, fixups=[]) as asking:
            return len(asking.control.ping(timeout=1.0))

    def _wait_for_sweep(
        self, names: list[str], before: Mapping[str, int], faults: Mapping[str, str] | None
    ) -> None:
        """Wait until all are done, programs have ended, or it is time to send again."""
        again = time.monotonic() + SENT_AGAIN
        while missing := self._find_missing(names, before):
            if faults is not None and (ended := self.programs.find_ended()):
                return self.start(*ended, faults=faults)
            if time.monotonic() > again:
                return self.note(f"sent again after {SENT_AGAIN:.0f} s: {', '.join(missing)}")
            time.sleep(0.1)
        return None

    def _find_missing(self, names: list[str], before: Mapping[str, int]) -> list[str]:
        done = self._count_done()
        return [name for name in names if done[name] <= before.get(name, 0)]

    def _send(self, names: Iterable[str]) -> None:
        with app.connection_for_write(self.broker.url or None) as link:
            for name in names:
                app.send_task(name, connection=link)

    def _count_done(self) -> Counter[str]:
        return count_done(self.folder / "sweeps")


def list_sweeps(*, with_webhooks: bool) -> list[str]:
    """Return the tasks of beat that find work in the tables; mails move no money."""
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    often = [entry["task"] for entry in entries if entry["schedule"] <= MOST_OFTEN]
    left_out = ("mail.",) if with_webhooks else ("mail.", "webhooks.")
    return [name for name in [*often, *RARE] if not name.startswith(left_out)]


@contextmanager
def own_database(stage: Stage, name: str, *, template: str = BASE) -> Iterator[None]:
    """Work in a copy of a database and with new books of the processor for a block."""
    connections.close_all()
    stage.server.ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    stage.server.ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    stage.database, stage.shift, stage.due, stage.figures = name, timedelta(), [], []
    stage.books = stage.folder / f"{name}.sqlite3"
    settings.SANDBOX_BOOKS = stage.books
    get_gateway.cache_clear()
    switch("")
    (stage.folder / "sweeps").unlink(missing_ok=True)
    stage.lead_to(stage.server.port)
    try:
        yield
    finally:
        stage.programs.kill()
        connections.close_all()
        with suppress(OperationalError, RedisError):  # A broker that has ended has forgotten everything.
            app.control.purge()


def make_load(stage: Stage) -> Load:
    """Return people who work at the web servers of the stage, once they run, as demo tenants."""
    return Load(stage.programs.port, load_demo(), hosts=stage.programs.web_hosts)


def write_url(port: int, database: str, *, host: str = HOST) -> str:
    """Return the DATABASE_URL of a database."""
    return f"postgres://{ROLE}:none@{host}:{port}/{database}"


def connect_to(port: int, database: str, *, host: str = HOST) -> None:
    """Have this process, and commands that it starts, work in another database."""
    connections.close_all()
    entry = connections["default"].settings_dict
    entry["HOST"], entry["PORT"], entry["NAME"] = host, str(port), database
    os.environ["DATABASE_URL"] = write_url(port, database, host=host)
