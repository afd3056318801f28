"""A seller's server that takes webhooks and remembers which events it has heard of."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from realfaults.ports import HOST


class Receiver(ThreadingHTTPServer):
    """Answers every POST with 204."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Taker)
        self.heard: set[str] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.server_port}/hooks"


class Taker(BaseHTTPRequestHandler):
    """Takes one webhook."""

    server: Receiver

    def do_POST(self) -> None:
        """Note the event and answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.add(self.headers["webhook-id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Take webhooks for a block."""
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
