"""A receiver of webhooks that takes 50 ms, which is what somebody's server needs, in a process of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.writers import FORK

DELAY = 0.05


class Receiver(BaseHTTPRequestHandler):
    """Answers every POST with 204, after 50 ms."""

    def do_POST(self) -> None:
        """Read the body, wait as one does for work and a network, and answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(DELAY)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class ReceivingServer(ThreadingHTTPServer):
    """Takes as many connections at once as all workers make."""

    daemon_threads = True
    request_queue_size = 256


@contextmanager
def receiving() -> Iterator[str]:
    """Run the receiver for a block and give its URL, a loopback one."""
    server = ReceivingServer(("127.0.0.1", 0), Receiver)
    process = FORK.Process(target=server.serve_forever, daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks"
    finally:
        process.terminate()
        process.join()
        server.server_close()
