"""One request to the stand-in's API: the key, faults, idempotency, then the work."""

import hashlib
import json
import time
from typing import Any, NamedTuple

from tests.gateway.stripe_stand_in.books import Books
from tests.gateway.stripe_stand_in.failures import Failure, refuse_empty
from tests.gateway.stripe_stand_in.faults import Faults
from tests.gateway.stripe_stand_in.forms import read_form
from tests.gateway.stripe_stand_in.routes import find_work

GARBAGE = "<html><body>Bad gateway</body></html>"
KEPT_SECONDS = 86_400


class Request(NamedTuple):
    """What came, with the parameters of query or body as text."""

    method: str
    path: str
    form: str
    api_key: str = ""
    idempotency_key: str = ""

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


class Reply(NamedTuple):
    """What goes back; a dropped one does not."""

    status: int
    body: str
    is_replayed: bool = False
    is_dropped: bool = False


class Kept(NamedTuple):
    """The first answer under an idempotency key; none while its request is being worked on."""

    fingerprint: str
    at: int
    reply: Reply | None = None


def _refuse(status: int, message: str, kind: str, **more: Any) -> Reply:
    return Reply(status, json.dumps({"error": {"type": kind, "message": message} | more}))


RATE_LIMIT = _refuse(429, "Too many requests.", "invalid_request_error", code="rate_limit")
# What a fault does instead of the work. With a third member it is kept under the idempotency key.
INSTEAD = {
    "drop_before": Reply(0, "", is_dropped=True),
    "hang_before": Reply(0, "", is_dropped=True),
    "garbage_502": Reply(502, GARBAGE),
    "rate_limit": RATE_LIMIT,
    "lock_timeout": _refuse(429, "This object is locked.", "invalid_request_error", code="lock_timeout"),
    "in_use": _refuse(409, "There is another request.", "idempotency_error", code="idempotency_key_in_use"),
}
FAILED = _refuse(500, "An unknown error occurred.", "api_error")
AFTERWARDS = {
    "drop_after": Reply(0, "", is_dropped=True),
    "hang_after": Reply(0, "", is_dropped=True),
    "garbage_200": Reply(200, GARBAGE),
}


class Service:
    """Answers requests; it records them for tests in `requests`, with the answers."""

    def __init__(self, books: Books, faults: Faults) -> None:
        self.books, self.faults = books, faults
        self.keys: dict[str, Kept] = {}
        self.requests: list[tuple[Request, Reply]] = []

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self._answer(request)
        self.requests.append((request, reply))
        return reply

    def _answer(self, request: Request) -> Reply:
        if not request.api_key.startswith(("sk_test_", "rk_test_")) or request.api_key.endswith("revoked"):
            message = f"Invalid API Key provided: {request.api_key[:8]}****{request.api_key[-4:]}"
            return _refuse(401, message, "invalid_request_error")
        fault = self.faults.take(request.name, in_the_work=False)
        if fault and fault.kind in INSTEAD:
            time.sleep(fault.seconds)
            return INSTEAD[fault.kind]
        reply = self._work_once(request) if request.idempotency_key else self._work(request)
        if fault and fault.kind in AFTERWARDS:
            time.sleep(fault.seconds)
            return AFTERWARDS[fault.kind]
        return reply

    def _work_once(self, request: Request) -> Reply:
        """Repeat the first answer under an idempotency key, whatever it was."""
        fingerprint = hashlib.sha256(f"{request.name} {request.form}".encode()).hexdigest()
        key = f"{request.api_key} {request.idempotency_key}"
        with self.books.lock:
            kept = self.keys.get(key)
            if kept and self.books.now() - kept.at > KEPT_SECONDS:
                kept = None
            if kept is None:
                self.keys[key] = Kept(fingerprint, self.books.now())
        if kept is None:
            reply = self._work(request)
            self._keep(key, fingerprint, reply)
            return reply
        if kept.fingerprint != fingerprint:
            message = "Keys for idempotent requests can only be used with the same parameters."
            return _refuse(400, message, "idempotency_error")
        return kept.reply._replace(is_replayed=True) if kept.reply else INSTEAD["in_use"]

    def _keep(self, key: str, fingerprint: str, reply: Reply) -> None:
        with self.books.lock:
            if reply.status in (200, 402) or reply.status >= 500:
                self.keys[key] = Kept(fingerprint, self.books.now(), reply)
            else:
                del self.keys[key]  # Nothing was carried out.

    def _work(self, request: Request) -> Reply:
        fault = self.faults.take(request.name, in_the_work=True)
        if fault and fault.kind == "500_before":
            return FAILED
        params = read_form(request.form)
        expand = params.pop("expand", [])
        try:
            refuse_empty(params)
            with self.books.lock:
                self.books.settle()
                work, names = find_work(request.name)
                body = self.books.expand(work(self.books, params, *names), expand)
            reply = Reply(200, json.dumps(body))
        except Failure as failure:
            reply = Reply(failure.status, json.dumps(failure.body))
        except KeyError as missing:
            message = f"Missing required param: {missing.args[0]}."
            reply = _refuse(400, message, "invalid_request_error", param=missing.args[0])
        return FAILED if fault and fault.kind == "500_after" else reply
