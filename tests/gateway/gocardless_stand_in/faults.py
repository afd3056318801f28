"""What goes wrong between us and the stand-in, on demand."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

Reply = tuple[int, object]


class Fault:
    """Something that goes wrong with one request; `answer` does its work, which may be left undone."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.arrived = threading.Event()
        self.release = threading.Event()
        self.done = threading.Event()
        self.before: Callable[[], object] = lambda: None

    def happen(self, handler: BaseHTTPRequestHandler, answer: Callable[[], Reply]) -> None:
        """Do what this fault is called."""
        self.arrived.set()
        try:
            getattr(self, f"_{self.name}")(handler, answer)
        finally:
            self.done.set()

    def _too_late(self, handler, answer) -> None:
        """Something else, `before`, comes first."""
        self.before()
        send(handler, *answer())

    def _time_out_before(self, handler, answer) -> None:
        self.release.wait(10)
        drop(handler)

    def _time_out_after(self, handler, answer) -> None:
        answer()
        self.release.wait(10)
        drop(handler)

    def _held_up(self, handler, answer) -> None:
        """The caller waits in vain; the request is carried out much later."""
        self.release.wait(10)
        answer()
        drop(handler)

    def _reset_before(self, handler, answer) -> None:
        drop(handler)

    def _reset_after(self, handler, answer) -> None:
        answer()
        drop(handler)

    def _failure_before(self, handler, answer) -> None:
        send(handler, 500, describe_error(500, "gocardless", "internal_server_error"))

    def _failure_after(self, handler, answer) -> None:
        answer()
        send(handler, 503, describe_error(503, "gocardless", "internal_server_error"))

    def _bad_gateway(self, handler, answer) -> None:
        send_raw(handler, 502, b"<html><h1>502 Bad Gateway</h1></html>")

    def _garbage(self, handler, answer) -> None:
        answer()
        send_raw(handler, 200, b"<html>Welcome</html>")

    def _something_else(self, handler, answer) -> None:
        answer()
        send(handler, 200, {"payments": {"id": "PM1", "status": "confirmed", "amount": "many"}})

    def _list_instead(self, handler, answer) -> None:
        answer()
        send(handler, 200, [1, 2])

    def _null(self, handler, answer) -> None:
        answer()
        send(handler, 200, None)

    def _odd_error(self, handler, answer) -> None:
        send(handler, 422, {"error": {"type": "brand_new", "code": 422, "message": "?"}})

    def _error_without_details(self, handler, answer) -> None:
        send(handler, 422, {"error": {"type": "invalid_state", "code": 422, "message": "?", "errors": None}})

    def _too_many(self, handler, answer) -> None:
        send(handler, 429, describe_error(429, "invalid_api_usage", "rate_limit_exceeded"))

    def _unauthorised(self, handler, answer) -> None:
        send(handler, 401, describe_error(401, "invalid_api_usage", "access_token_not_active"))

    def _forbidden(self, handler, answer) -> None:
        send(handler, 403, describe_error(403, "invalid_api_usage", "insufficient_permissions"))

    def _invalid(self, handler, answer) -> None:
        send(handler, 422, describe_error(422, "validation_failed", "invalid"))

    def _in_conflict(self, handler, answer) -> None:
        send(handler, 409, describe_error(409, "invalid_state", "in_progress"))


def describe_error(status: int, kind: str, reason: str, links: dict[str, str] | None = None) -> object:
    """Return an error in the shape of GoCardless'."""
    message = reason.replace("_", " ").capitalize()
    detail = {"reason": reason, "message": message} | ({"links": links} if links else {})
    error = {"type": kind, "code": status, "message": message, "errors": [detail], "request_id": "made-up"}
    return {"error": error}


def send(handler: BaseHTTPRequestHandler, status: int, body: object) -> None:
    """Answer with JSON."""
    send_raw(handler, status, json.dumps(body).encode(), kind="application/json")


def send_raw(handler: BaseHTTPRequestHandler, status: int, body: bytes, *, kind: str = "text/html") -> None:
    """Answer with anything."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def drop(handler: BaseHTTPRequestHandler) -> None:
    """End the connection without an answer, by a reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()
