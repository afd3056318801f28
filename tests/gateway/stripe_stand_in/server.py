"""The stand-in as an HTTP server in a thread."""

import json
import socket
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.gateway.stripe_stand_in import pages
from tests.gateway.stripe_stand_in.books import Books
from tests.gateway.stripe_stand_in.failures import Failure
from tests.gateway.stripe_stand_in.faults import Faults
from tests.gateway.stripe_stand_in.service import Reply, Request, Service
from tests.gateway.stripe_stand_in.webhooks import Webhooks

CONTROL = "/stand-in/"
LOOPBACK = "127.0.0.1"


class StripeStandIn:
    """A small Stripe on this machine; `address` is for STRIPE_API_BASE."""

    def __init__(self, port: int = 0) -> None:
        self.books = Books()
        self.faults = Faults()
        self.webhooks = Webhooks()
        self.books.tell = self.webhooks.tell
        self.service = Service(self.books, self.faults)
        self._server = Server((LOOPBACK, port), self)
        self.address = self.books.address = f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> "StripeStandIn":
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()

    def control(self, act: str, form: dict[str, Any]) -> Any:
        """Do what a test in another process asks for."""
        match act:
            case "faults":
                seconds = float(form.get("seconds", 0))
                self.faults.add(
                    form["kind"], form.get("where", ""), times=int(form.get("times", 1)), seconds=seconds
                )
            case "advance":
                self.books.advance(timedelta(seconds=float(form["seconds"])))
            case "webhooks":
                self.webhooks.late_seconds = float(form.get("late_seconds", 0))
                self.webhooks.copies = int(form.get("copies", 1))
            case "books":
                with self.books.lock:
                    return [*self.books.objects.values()]
            case _:
                raise Failure(404, message=f"The stand-in has no {act}.")
        return {}


class Server(ThreadingHTTPServer):
    """Knows whose requests it takes."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], stand_in: StripeStandIn) -> None:
        super().__init__(address, Handler)
        self.stand_in = stand_in

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


class Handler(BaseHTTPRequestHandler):
    """Reads a request, and writes what the service or a page answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle("")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._handle(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _handle(self, body: str) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/v1/"):
            self._answer_api(parts.path, body or parts.query)
        elif parts.path.startswith(CONTROL):
            form = dict(parse_qsl(body or parts.query))
            answer = self.server.stand_in.control(parts.path.removeprefix(CONTROL), form)
            self._write(200, json.dumps(answer), "application/json")
        else:
            self._show_page(parts.path, body)

    def _answer_api(self, path: str, form: str) -> None:
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        request = Request(self.command, path, form, key, self.headers.get("Idempotency-Key", ""))
        reply = self.server.stand_in.service.answer(request)
        if reply.is_dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        kind = "text/html" if reply.body.startswith("<") else "application/json"
        self._write(reply.status, reply.body, kind, **_describe(reply))

    def _show_page(self, path: str, body: str) -> None:
        books = self.server.stand_in.books
        with books.lock:
            try:
                page = pages.press(books, path, dict(parse_qsl(body))) if body else pages.show(books, path)
            except Failure as failure:
                page = pages.Page(str(failure), status=failure.status)
        headers = {"Location": page.location} if page.location else {}
        self._write(303 if page.location else page.status, page.html, "text/html; charset=utf-8", **headers)

    def _write(self, status: int, body: str, kind: str, **headers: str) -> None:
        content = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _describe(reply: Reply) -> dict[str, str]:
    headers = {"Request-Id": "req_made_up"}
    return headers | ({"Idempotent-Replayed": "true"} if reply.is_replayed else {})
