"""The installation on several hosts: programs, pooler, database and standby, Redis, processor."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

from realfaults.brokers import RedisBroker
from realfaults.machines.network import LAN, NETWORK, WORLD, Host, make_networks, remove_networks
from realfaults.machines.pooler import PORT as POOLER_PORT
from realfaults.machines.pooler import Pooler
from realfaults.ports import wait_for
from realfaults.postgres import ROLE, Server
from realfaults.processor import ELSEWHERE
from realfaults.programs import BEAT, WEB, WORKER, Programs
from realfaults.stage import Stage, write_url
from runner.postgres import CHECKOUT

WEB_PORT, PROCESSOR_PORT = 8000, 8300
ROLES = {"web1": WEB, "web2": WEB, "worker1": WORKER, "worker2": WORKER, "beat1": BEAT, "beat2": BEAT}
OTHERS = {"db1": (LAN,), "db2": (LAN,), "pooler": (LAN,), "redis": (LAN,), "processor": (WORLD,)}


class Fleet:
    """Programs of the three kinds on two hosts each; to a stage they are one installation."""

    port = WEB_PORT

    def __init__(self, folder: Path, hosts: Mapping[str, Host]) -> None:
        self.web_hosts = tuple(hosts[name].place_in(WORLD).address for name in ROLES if ROLES[name] == WEB)
        self.variables: Mapping[str, Mapping[str, str]] = {}
        places = {name: hosts[name].place_in(WORLD) for name in ROLES}
        self._on = {
            name: Programs(folder, CHECKOUT, place=place, port=WEB_PORT, web_processes=1)
            for name, place in places.items()
        }

    def start(self, name: str, environment: Mapping[str, str]) -> None:
        """Start a program on both of its hosts."""
        with ThreadPoolExecutor() as starting:
            list(starting.map(lambda host: self.start_on(host, environment), _list_hosts(name)))

    def start_on(self, host: str, environment: Mapping[str, str]) -> None:
        """Start the program of one host."""
        self._on[host].start(ROLES[host], {**environment, **self.variables[ROLES[host]]})

    def kill_on(self, *hosts: str) -> None:
        """SIGKILL all programs of some hosts at once."""
        for host in hosts:
            self._on[host].kill()

    def signal_on(self, host: str, number: signal.Signals) -> None:
        """Send a signal to all processes of the program of one host."""
        self._on[host].signal(number)

    def kill(self, *names: str) -> None:
        """SIGKILL programs of these names on all hosts."""
        for programs in self._on.values():
            programs.kill(*names)

    def stop(self, *names: str) -> None:
        """Ask programs of these names on all hosts to end."""
        for programs in self._on.values():
            programs.stop(*names)

    def has(self, name: str) -> bool:
        """Say whether such a program was started somewhere and is not known to have ended."""
        return any(programs.has(name) for programs in self._on.values())

    def find_ended(self) -> list[str]:
        """Return the names of programs that have ended, and forget them."""
        return [name for programs in self._on.values() for name in programs.find_ended()]


class Machines:
    """All hosts and what runs on them besides the programs."""

    def __init__(self, stage: Stage) -> None:
        make_networks()
        kinds = {**dict.fromkeys(ROLES, (LAN, WORLD)), **OTHERS}
        self.hosts = {name: Host(name, 11 + place, kinds[name]) for place, name in enumerate(kinds)}
        folder = stage.folder / "machines"
        folder.mkdir(exist_ok=True)
        self.primary = stage.server.copy_to(folder / "db1", place=self.hosts["db1"].place_in(LAN))
        self.primary.let_in(NETWORK)
        self.redis = RedisBroker(folder, place=self.hosts["redis"].place_in(LAN))
        self.pooler = Pooler(folder / "pooler", self.hosts["pooler"].place_in(LAN), stage.database)
        self.fleet = Fleet(stage.folder, self.hosts)
        self.standby: Server | None = None
        self._folder = folder
        self._processor: subprocess.Popen[bytes] | None = None

    def start(self, stage: Stage, follow: Callable[..., Server]) -> None:
        """Start the servers; the standby has the port of the primary, so that one address names both."""
        self.primary.start()
        self._give_role_its_parameters(stage.database)
        self.standby = follow(self.primary, self._folder / "db2", place=self.hosts["db2"].place_in(LAN))
        self.redis.start()
        self.pooler.start(self.primary)
        self._start_processor(stage.books)
        both = f"{self.primary.place.address},{self.standby.place.address}"
        direct = write_url(self.primary.port, stage.database, host=both) + "?target_session_attrs=read-write"
        pooled = write_url(POOLER_PORT, stage.database, host=self.hosts["pooler"].place_in(LAN).address)
        processor = f"{self.hosts['processor'].place_in(WORLD).address}:{PROCESSOR_PORT}"
        shared = {ELSEWHERE: processor, "SANDBOX_BOOKS": str(self._folder / "unused.sqlite3")}
        shared |= {"ALLOWED_HOSTS": "127.0.0.1," + ",".join(self.fleet.web_hosts)}
        worker = shared | {"DATABASE_URL": direct}
        web = shared | {"DATABASE_URL": pooled, "DATABASE_POOLER": "transaction"}
        self.fleet.variables = {WEB: web, WORKER: worker, BEAT: worker}

    def stop(self) -> None:
        """End everything and remove the hosts."""
        self.fleet.kill()
        self.pooler.stop()
        self.redis.stop()
        if self._processor is not None:
            self._processor.kill()
            self._processor.wait()
        for server in filter(None, [self.primary, self.standby]):
            server.kill()
        remove_networks([*self.hosts.values()])

    def promote_standby(self) -> Server:
        """Make the standby the primary, lead the pooler to it, and return it."""
        assert self.standby is not None
        self.standby.promote()
        self.pooler.lead_to(self.standby)
        return self.standby

    def cut_off(self, *names: str) -> None:
        """Cut hosts off from our own network; they still reach the processor and clients reach them."""
        for name in names:
            self.hosts[name].unplug()

    def reconnect(self, *names: str) -> None:
        """Put their cables back."""
        for name in names:
            self.hosts[name].plug()

    def _start_processor(self, books: Path) -> None:
        place = self.hosts["processor"].place_in(WORLD)
        module = [sys.executable, "-m", "realfaults.machines.processor", place.address, str(PROCESSOR_PORT)]
        with (self._folder / "processor.log").open("ab") as log:
            environment = os.environ | {"SANDBOX_BOOKS": str(books), "PYTHONPATH": str(CHECKOUT)}
            self._processor = subprocess.Popen(
                [*place.prefix, *module], stdout=log, stderr=log, cwd=CHECKOUT, env=environment
            )
        wait_for(PROCESSOR_PORT, address=place.address)

    def _give_role_its_parameters(self, database: str) -> None:
        """Do what `manage.py database_role` does for a pooler, which passes none of them on."""
        with psycopg.connect(
            host=self.primary.place.address,
            port=self.primary.port,
            user=ROLE,
            dbname=database,
            autocommit=True,
        ) as link:
            for name, value in settings.DATABASE_SESSION.items():
                role, parameter = sql.Identifier(ROLE), sql.Identifier(name)
                link.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(role, parameter, sql.Literal(value)))


@contextmanager
def several_machines(stage: Stage, follow: Callable[..., Server]) -> Iterator[Machines]:
    """Let the stage be several machines for a block."""
    former = stage.server, stage.broker, stage.programs
    machines = Machines(stage)
    try:
        machines.start(stage, follow)
        stage.server, stage.broker, stage.programs = machines.primary, machines.redis, machines.fleet
        stage.lead_to(machines.primary.port, host=machines.primary.place.address)
        yield machines
    finally:
        machines.stop()
        stage.server, stage.broker, stage.programs = former
        stage.lead_to(stage.server.port)


def _list_hosts(name: str) -> list[str]:
    return [host for host, role in ROLES.items() if role == name]
