"""Clients that send or read slowly, a polite one beside them, and how a server stops under them."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from statistics import quantiles
from threading import Event, Thread

from bench.load import HOST
from bench.web_servers import WebServer

PATIENCE = 5.0  # Seconds that the polite client waits for an answer.
LONGEST = 45.0  # Seconds that a slow client, or one that waits for a server to end, is watched.
GET = b"GET /v0/bench/%b HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /v0/bench/direct_charge HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
HALF_HEAD = GET % b"nothing" + b"X-A: a"
HALF_BODY = POST + b"Content-Length: 500\r\n\r\n{"


@dataclass(frozen=True, slots=True)
class Attack:
    """Connections that begin with the same bytes, read nothing, and perhaps send another byte at times."""

    name: str
    connections: int
    begun: bytes
    goes_on: bool = False


ATTACKS = (
    Attack("nobody else", 0, b""),
    Attack("20 connections that send a byte now and then", 20, HALF_HEAD, goes_on=True),
    Attack("200 silent connections", 200, b""),
    Attack("200 half heads", 200, HALF_HEAD),
    Attack("200 half bodies", 200, HALF_BODY),
    Attack("40 connections that do not read 16 MB", 40, GET % b"much" + b"\r\n"),
)


def ask_beside(server: WebServer, attack: Attack, *, seconds: float) -> float:
    """Return the 95th percentile of a polite client's answers in ms; no answer counts as the patience."""
    took = []
    with holding(server, attack):
        time.sleep(1)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            began = time.perf_counter()
            is_answered = ask_once(server.port)
            took.append((time.perf_counter() - began if is_answered else PATIENCE) * 1000)
            time.sleep(0.02)
    time.sleep(0.5)  # The server sees that they have gone.
    return max(took) if len(took) < 20 else quantiles(took, n=20)[-1]


def ask_once(port: int) -> bool:
    """Ask for nothing by a connection of its own; say whether the answer came."""
    client = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        client.request("GET", "/v0/bench/nothing")
        return client.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()


@contextmanager
def holding(server: WebServer, attack: Attack) -> Iterator[None]:
    """Hold the connections of an attack open for a block."""
    with ExitStack() as held:
        slow = [held.enter_context(connect(server.port)) for _ in range(attack.connections)]
        for connection in slow:
            with suppress(OSError):
                connection.sendall(attack.begun)
        stop = Event()
        feeder = Thread(target=feed, args=(slow if attack.goes_on else [], stop))
        feeder.start()
        try:
            yield
        finally:
            stop.set()
            feeder.join()


def connect(port: int) -> socket.socket:
    """Connect with a small buffer for answers."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(PATIENCE)
    connection.connect((HOST, port))
    return connection


def feed(connections: list[socket.socket], stop: Event) -> None:
    """Send a byte by each twice a second."""
    while not stop.wait(0.5):
        for connection in connections:
            with suppress(OSError):  # The server has closed it.
                connection.sendall(b"a")


def time_trickle(server: WebServer, begun: bytes) -> float:
    """Send a byte a second and return after how many seconds the server has had enough, or LONGEST."""
    began = time.monotonic()
    with connect(server.port) as connection:
        connection.sendall(begun)
        connection.settimeout(1)
        while time.monotonic() < began + LONGEST:
            try:
                connection.recv(100)  # An answer or the end.
                break
            except TimeoutError:
                with suppress(OSError):
                    connection.sendall(b"a")
            except OSError:
                break
    return time.monotonic() - began


def send_large(server: WebServer, sent: bytes) -> str:
    """Return the first line of the answer to a request that is too large."""
    with connect(server.port) as connection:
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(sent)
            return connection.recv(100).partition(b"\r\n")[0].decode() or "closed"
        except TimeoutError:
            return f"nothing within {PATIENCE:g} s"
        except ConnectionResetError:
            return "reset"


def stop_during_request(server: WebServer, *, half_bodies: int) -> str:
    """Ask for what takes two seconds, have the server stop meanwhile, and tell what came of both."""
    with holding(server, Attack("", half_bodies, HALF_BODY)), connect(server.port) as connection:
        connection.sendall(GET % b"late" + b"Connection: close\r\n\r\n")
        time.sleep(0.7)
        began = time.monotonic()
        os.kill(server.process.pid, signal.SIGTERM)
        connection.settimeout(LONGEST)
        try:
            answer = connection.recv(100).partition(b"\r\n")[0].decode() or "no answer"
        except OSError:
            answer = "no answer"
        has_ended = server.ends_within(LONGEST - (time.monotonic() - began))
        took = time.monotonic() - began
    return f"{answer}, {f'gone after {took:.1f} s' if has_ended else f'still there after {LONGEST:g} s'}"
