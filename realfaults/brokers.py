"""The brokers that messages go by: a Redis server of our own, a virtual host of RabbitMQ, or files."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Protocol

import redis

from realfaults.ports import HERE, HOST, Place, find_free_port, wait_for

RABBITMQ_PORT = 5672


class Skipped(Exception):
    """This machine lacks something that a scenario needs; the message says what."""


class Broker(Protocol):
    """What programs are told of a broker, and what can be done to it."""

    environment: dict[str, str]
    url: str  # Empty for files.

    def start(self) -> None:
        """Have it running. Raises Skipped where that is not possible."""

    def stop(self) -> None:
        """End what was started."""

    def forget(self) -> None:
        """Lose every message at once."""


class RedisBroker:
    """A Redis server on a free port that writes nothing to disk."""

    def __init__(self, folder: Path, *, place: Place = HERE) -> None:
        self._folder, self._place, self._port = folder, place, find_free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://{place.address}:{self._port}/0"
        self.environment = {"REDIS_URL": self.url}

    def start(self) -> None:
        """Start the server. Raises Skipped without the program."""
        program = shutil.which("redis-server")
        if program is None:
            raise Skipped("there is no redis-server")
        listening = ["--port", str(self._port), "--bind", self._place.address, "--protected-mode", "no"]
        command = [*self._place.prefix, program, *listening, "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self._port, address=self._place.address)

    def kill(self) -> None:
        """SIGKILL the server; its messages are lost."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    stop = kill

    def forget(self) -> None:
        """FLUSHALL."""
        with redis.Redis(self._place.address, self._port) as client:
            client.flushall()


class RabbitBroker:
    """A virtual host of our own at the RabbitMQ of this machine."""

    def __init__(self, folder: Path) -> None:
        self._host = f"realfaults-{os.getpid()}"
        self.url = f"amqp://guest:guest@{HOST}:{RABBITMQ_PORT}/{self._host}"
        self.environment = {"REAL_FAULTS_BROKER": self.url}

    def start(self) -> None:
        """Make the virtual host. Raises Skipped without a server that we may administer."""
        if shutil.which("rabbitmqctl") is None or not _listens(RABBITMQ_PORT):
            raise Skipped("there is no RabbitMQ at loopback")
        if _administer("add_vhost", self._host):
            raise Skipped("RabbitMQ lets us make no virtual host")
        _administer("set_permissions", "-p", self._host, "guest", ".*", ".*", ".*")

    def stop(self) -> None:
        """Remove the virtual host."""
        _administer("delete_vhost", self._host)

    def forget(self) -> None:
        """Purge the queues."""
        for queue in ("celery", "webhooks", "mail"):
            _administer("purge_queue", "-p", self._host, queue)


class FileBroker:
    """Files in a folder, as `make run` has them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "broker"
        self.url = ""
        self.environment = {"REDIS_URL": ""}

    def start(self) -> None:
        """Make the folders."""
        for name in ("queue", "control"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def stop(self) -> None:
        """Nothing runs."""

    def forget(self) -> None:
        """Delete the messages."""
        for message in (self._folder / "queue").glob("*.msg"):
            message.unlink(missing_ok=True)


BROKERS: dict[str, type[RedisBroker | RabbitBroker | FileBroker]] = {
    "redis": RedisBroker,
    "rabbitmq": RabbitBroker,
    "files": FileBroker,
}


def choose_broker(name: str | None, folder: Path) -> RedisBroker | RabbitBroker | FileBroker:
    """Return the broker of this name; without one Redis where it is installed, else files."""
    return BROKERS[name or ("redis" if shutil.which("redis-server") else "files")](folder)


def _administer(*arguments: str) -> int:
    return subprocess.run(["rabbitmqctl", "--quiet", *arguments], capture_output=True, timeout=60).returncode


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
