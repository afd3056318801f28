"""A real receiver of webhooks: an HTTP server that answers as the test says and keeps what it got."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Received(NamedTuple):
    """A request: its path, headers in lower case, and its body."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver(ThreadingHTTPServer):
    """Answers 204 until `behave` is another one of those below."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave: Behaviour = answer(204)
        self.received: list[Received] = []
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.received]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Senders that hang up are what is tested."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.got = Received(self.path, headers, body)
        self.server.received.append(self.got)
        self.server.behave(self)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def answer(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return behave


def answer_in_turn(*behaviours: Behaviour) -> Behaviour:
    """One after the other; the last one stays."""
    left = list(behaviours)

    def behave(request: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return behave


def hang(request: BaseHTTPRequestHandler) -> None:
    request.server.stopped.wait(60)


def close_early(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"not all of it")
    request.close_connection = True


def close_at_once(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def answer_endlessly(request: BaseHTTPRequestHandler) -> None:
    """500, and ten megabytes if somebody reads them."""
    request.send_response(500)
    request.send_header("Content-Length", str(10_000_000))
    request.end_headers()
    for _ in range(10):
        request.wfile.write(b"x" * 1_000_000)


def trickle(request: BaseHTTPRequestHandler) -> None:
    """A byte of the status line every tenth of a second: no single read ever times out."""
    for byte in b"HTTP/1.1 200 OK" + b" " * 1_000:
        if request.server.stopped.wait(0.1):
            return
        request.wfile.write(bytes([byte]))


@contextmanager
def receiving() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that other threads or processes do."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
