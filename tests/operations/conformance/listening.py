"""Stands between a published client and the server and records what passes."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import requests

from operations.conformance.recordings import Request
from operations.conformance.replay import read_answer
from tests.operations.conformance.recorder import Recorder

KEPT = ("Content-Type", "Accept", "Idempotency-Key")


@contextmanager
def listening(recorder: Recorder, *, callers: dict[str, str]) -> Iterator[str]:
    """Record what is asked at this address; `callers` says who has which token."""

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            names = (*KEPT, "Authorization")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            url = recorder.deployment.url + self.path
            response = requests.request(self.command, url, data=body, headers=headers, timeout=30)
            recorder.keep(self.describe(headers, body.decode()), read_answer(response))
            self.send_response(response.status_code)
            self.send_header("Content-Type", response.headers["Content-Type"])
            self.send_header("Content-Length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        do_GET = do_POST = do_PUT = do_DELETE = forward

        def describe(self, headers: dict[str, str], body: str) -> Request:
            path = self.path
            for value, name in recorder.names.items():
                path, body = path.replace(value, as_request(name)), body.replace(value, as_request(name))
            kept = {name: value for name, value in headers.items() if name in KEPT and value != "*/*"}
            return Request(self.command, path, find_caller(headers, callers), kept, body)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def as_request(placeholder: str) -> str:
    """Return the placeholder of a value in a request: its name alone."""
    return "{{" + placeholder.partition(":")[2]


def find_caller(headers: dict[str, str], callers: dict[str, str]) -> str:
    """Return who asked."""
    kind, _, value = headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        return "company" if b64decode(value).decode().partition(":")[0] else "nobody"
    return callers[value] if value else "nobody"
