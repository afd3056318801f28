"""A small GoCardless on this machine: its API over HTTP, its webhooks, and its troubles."""

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.gateway.gocardless_stand_in.books import Books, Refusal, Resource
from tests.gateway.gocardless_stand_in.faults import Fault, Reply, send

TOKEN = "sandbox_made-up-token-of-the-stand-in"
SECRET = "made-up-webhook-secret"
# So many records at most come with one page, however many are asked for.
PAGE = 3


class Server(ThreadingHTTPServer):
    """Listens without asking the DNS for its own name, which takes long."""

    daemon_threads = True

    def server_bind(self) -> None:
        """Take the port."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


class StandIn:
    """A running server; `requests` lists the method and path of each request."""

    def __init__(self) -> None:
        self.books = Books()
        self.requests: list[str] = []
        self._faults: list[tuple[str, Fault]] = []
        stand_in = self

        class Handler(RequestHandler):
            owner = stand_in

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Let nobody wait any longer and close the port."""
        for _, fault in self._faults:
            fault.release.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(self, request: str, fault: str) -> Fault:
        """Let the next request that begins so ("POST /payments") go wrong."""
        self._faults.append((request, Fault(fault)))
        return self._faults[-1][1]

    def take_fault(self, request: str) -> Fault | None:
        """Return what goes wrong with this request, once."""
        for begin, fault in self._faults:
            if request.startswith(begin) and not fault.arrived.is_set():
                return fault
        return None

    def sign(self, *events: Resource, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
        """Return body and headers of the request that tells of these events."""
        body = json.dumps({"events": list(events), "meta": {"webhook_id": "WB1"}}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {"webhook-signature": signature, "content-type": "application/json"}

    def enter_account(self, session: str) -> str:
        """Let a buyer fill in the page of a billing request, and return the mandate."""
        mandate = self.books.open_mandate(status="pending_submission")
        request = self.books.get("billing_requests", session)
        request["mandate_request"]["links"] = {"mandate": mandate}
        request["status"] = "fulfilled"
        return mandate

    def answer(self, method: str, path: str, query: dict[str, str], body: Any, key: str) -> Reply:
        """Carry one request out."""
        kind, _, rest = path.strip("/").partition("/")
        with self.books.lock:
            if method == "POST" and not rest:
                return 201, {kind: self.books.create(kind, body[kind], key)}
            if method == "GET" and not rest:
                return 200, self._list(kind, query)
            resource = self.books.get(kind, rest.partition("/")[0])
            if method == "PUT":
                resource["metadata"] = body[kind]["metadata"]
            elif method == "POST":
                self._cancel(kind, resource)
            return 200, {kind: resource}

    def _cancel(self, kind: str, resource: Resource) -> None:
        allowed = ("pending_submission",) if kind == "payments" else ("pending_submission", "active")
        if resource["status"] not in allowed:
            raise Refusal(422, "invalid_state", "cancellation_failed")
        if kind == "mandates":
            self.books.end_mandate(resource["id"])
        else:
            resource["status"] = "cancelled"
            self.books.tell(kind, resource, "cancelled", cause="payment_cancelled")

    def _list(self, kind: str, query: dict[str, str]) -> object:
        found = [each for each in self.books.resources[kind].values() if matches(each, query)][::-1]
        start = int(query.get("after", "0"))
        end = start + min(int(query["limit"]), PAGE)
        after = str(end) if end < len(found) else None
        return {kind: found[start:end], "meta": {"cursors": {"before": None, "after": after}}}


def matches(resource: Resource, query: dict[str, str]) -> bool:
    """Say whether a list with these filters has a resource."""
    for name, value in query.items():
        if name == "created_at[gte]":
            if resource["created_at"] < value:
                return False
        elif name == "created_at[lt]":
            if resource["created_at"] >= value:
                return False
        elif name not in ("limit", "after") and (resource | resource["links"]).get(name) != value:
            return False
    return True


class RequestHandler(BaseHTTPRequestHandler):
    """Takes one request apart; whatever is not GoCardless' way of asking fails loudly."""

    owner: StandIn

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._take()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._take()

    def do_PUT(self) -> None:
        """Answer a PUT."""
        self._take()

    def _take(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = f"{self.command} {address.path}"
        self.owner.requests.append(request)

        def answer() -> Reply:
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                raise Refusal(401, "invalid_api_usage", "access_token_not_found")
            key = self.headers.get("Idempotency-Key", "")
            return self.owner.answer(self.command, address.path, query, json.loads(sent or "null"), key)

        fault = self.owner.take_fault(request)
        try:
            if fault is not None:
                fault.happen(self, answer)
            else:
                send(self, *answer())
        except Refusal as refusal:
            if fault is None or fault.name == "too_late":
                send(self, refusal.status, refusal.body)
        except OSError:
            self.close_connection = True  # The caller did not wait.
