"""The processor as a process of its own: `python -m realfaults.machines.processor ADDRESS PORT`."""

import http.client
import pickle
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import django

from gateway.base import GatewayError, NotSent
from gateway.movements import Answer, Movement

PATIENCE = 15.0  # Seconds for one call.


def ask(address: str, call: str, movement: Movement) -> Answer:
    """Make a call at the processor that listens there ("host:port"). Raises GatewayError."""
    client = http.client.HTTPConnection(address, timeout=PATIENCE)
    try:
        try:
            client.connect()
        except OSError as exc:
            raise NotSent(str(exc)) from exc
        client.request("POST", "/", pickle.dumps((call, movement)))
        answer = pickle.loads(client.getresponse().read())
    except (OSError, http.client.HTTPException) as exc:
        raise GatewayError(str(exc)) from exc
    finally:
        client.close()
    if isinstance(answer, Exception):
        raise answer
    assert isinstance(answer, Answer)
    return answer


class Teller(BaseHTTPRequestHandler):
    """Takes one call and answers what the sandbox says, its exceptions too."""

    def do_POST(self) -> None:
        """Answer with a pickle; both ends are ours."""
        from gateway.registry import get_gateway

        call, movement = pickle.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            answer = getattr(get_gateway("sandbox"), call)(movement)
        except Exception as exc:
            answer = exc
        self.send_response(200)
        self.end_headers()
        self.wfile.write(pickle.dumps(answer))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Counter(ThreadingHTTPServer):
    """Takes many calls at once, as a batch sends them."""

    daemon_threads = True
    request_queue_size = 128


def main(address: str, port: str) -> None:
    """Serve until it is killed."""
    django.setup()
    Counter((address, int(port)), Teller).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
