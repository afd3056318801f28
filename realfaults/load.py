"""People at work over HTTP in each dialect, who note what the server has acknowledged.

Who gets no answer or an error asks again under the same `Idempotency-Key` until it is acknowledged.
"""

import base64
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from realfaults.ports import HOST

PAUSE = 0.05
# Seconds until somebody leaves a request for later, while servers are away.
SHORT, LONG = 4.0, 120.0
TIMEOUT = 30.0
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Request(NamedTuple):
    """What is sent, with its key."""

    method: str
    path: str
    body: str | None
    headers: dict[str, str]


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: Any


class NeverAcknowledged(Exception):
    """The server did not take what it was asked for; the message says what."""


class Load:
    """Threads that sell, buy and read. `demo` is what `manage.py demo --json` prints.

    Requests go to the web servers of several hosts in turn, as a balancer has it.
    """

    def __init__(
        self, port: int, demo: dict[str, Any], *, first: int = 1, hosts: Sequence[str] = (HOST,)
    ) -> None:
        self.port = port
        self.hosts = hosts
        self._next_host = itertools.cycle(hosts)  # Who gets no answer from one asks another.
        self.demo = demo
        self.statuses: Counter[str] = Counter()
        self.server_errors: list[str] = []
        # Public ids of what was acknowledged to be collected from then on.
        self.charges: list[str] = []
        self.subscriptions: list[str] = []
        self.troubles: list[str] = []
        self.unanswered: list[Request] = []
        self.patience = SHORT
        self.slowest = 0.0  # Seconds.
        self.numbers = itertools.count(first)  # Of codes, names and keys: no two loads share them.
        self._stop = threading.Event()
        self._billy_key = ""
        self.customer = ""

    def prepare(self) -> None:
        """Make the tenants of Billy and UniBill that the stories are about."""
        self._billy_key = self.send("POST", "/v1/companies", "processor_key=made-up", FORM).body["api_key"]
        made = self.send("PUT", "/api/v01/customers/~create", self.new_customer(), self.unibill | JSON)
        self.customer = f"*{made.body['code']}"
        option = {
            "code": "bank",
            "type": "BC",
            "accountNumber": "4099999992",
            "accountAccessory": "021000021",
        }
        path = f"/api/v01/customers/{self.customer}/payment-options/~create"
        self.send("PUT", path, json.dumps(option), self.unibill | JSON)

    @contextmanager
    def running(self, stories: "Sequence[Callable[[Load], None]]", *, threads: int = 3) -> Iterator["Load"]:
        """Have stories repeated in threads while the block runs; each ends what it has begun."""
        self._stop.clear()
        workers = [threading.Thread(target=self._repeat, args=[stories, place]) for place in range(threads)]
        for worker in workers:
            worker.start()
        try:
            yield self
        finally:
            self._stop.set()
            for worker in workers:
                worker.join()

    def send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """Send until it is acknowledged, under one key of its own. Raises NeverAcknowledged."""
        keyed = headers | ({} if method == "GET" else {"Idempotency-Key": f"load-{next(self.numbers)}"})
        return self._insist(Request(method, path, body, keyed))

    def count_effects(self) -> int:
        """Return how many charges and subscriptions were acknowledged."""
        return len(self.charges) + len(self.subscriptions)

    def ask_again(self) -> list[Answer]:
        """Send again, under the same keys, what was not acknowledged, and return the answers.

        Raises NeverAcknowledged.
        """
        self.patience = LONG
        requests, self.unanswered = self.unanswered, []
        return [self._insist(request) for request in requests]

    def _insist(self, request: Request) -> Answer:
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            answer = self._try(*request)
            if answer is not None and answer.status < 400:
                return answer
            if answer is not None and answer.status < 500 and answer.status not in (409, 429):
                self.troubles.append(f"{request.method} {request.path}: {answer}")
                raise NeverAcknowledged(f"{request.method} {request.path}: {answer}")
            time.sleep(PAUSE * 4)
        self.unanswered.append(request)
        raise NeverAcknowledged(f"{request.method} {request.path}")

    def ask_once(self, path: str, *, host: str = "") -> int:
        """Return the status of one GET, at this host if it is named; 0 when there is no answer."""
        client = http.client.HTTPConnection(host or next(self._next_host), self.port, timeout=TIMEOUT)
        try:
            client.request("GET", path)
            return client.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            client.close()

    def _try(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer | None:
        client = http.client.HTTPConnection(next(self._next_host), self.port, timeout=TIMEOUT)
        began = time.monotonic()
        try:
            client.request(method, path, body, headers)
            response = client.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as exc:
            self.statuses[type(exc).__name__] += 1
            return None
        finally:
            client.close()
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[f"{response.status // 100}xx"] += 1
        if response.status >= 500:
            self.server_errors.append(f"{response.status} {method} {path} {text[:200]!r}")
        return Answer(response.status, json.loads(text or b"null") if text[:1] in b"{[" else text.decode())

    def _repeat(self, stories: "Sequence[Callable[[Load], None]]", place: int) -> None:
        for story in itertools.islice(itertools.cycle(stories), place, None):
            if self._stop.is_set():
                return
            with suppress(NeverAcknowledged):
                story(self)
            time.sleep(PAUSE)

    def new_customer(self) -> str:
        """Return the body that makes another customer in UniBill."""
        number = next(self.numbers)
        account = self.demo["unibill"]["account_id"]
        return json.dumps(
            {"code": f"c{number}", "accountId": account, "firstName": "Ann", "lastName": "Smith"}
        )

    @property
    def unibill(self) -> dict[str, str]:
        """The log-in of UniBill's service user."""
        return log_in(self.demo["unibill"]["username"], self.demo["unibill"]["password"])

    @property
    def billy(self) -> dict[str, str]:
        """The log-in of Billy's company, and the type of its bodies."""
        return log_in(self._billy_key, "") | FORM

    def bearer(self, whose: str, kind: str = "access_token") -> dict[str, str]:
        """Return the headers of somebody's app, for JSON."""
        return JSON | {"Authorization": f"Bearer {self.demo[whose][kind]}"}


def sell_once(load: Load) -> None:
    """Text: ask for a charge, accept and activate it."""
    number = next(load.numbers)
    terms = {
        "name": f"Load {number}",
        "price": 100,
        "quantity": 2,
        "return_url": "https://seller.example/back",
    }
    base, buyer = "/v2/direct_charge/livechat", load.bearer("buyer")
    made = load.send("POST", base, json.dumps(terms), buyer).body["id"]
    load.send("PUT", f"{base}/{made}/accept", None, load.bearer("buyer", "confirm_token"))
    load.send("PUT", f"{base}/{made}/activate", None, buyer)
    load.charges.append(made)


def subscribe(load: Load) -> None:
    """Text: offer a subscription, accept and activate it, and read what it has cost."""
    terms = {
        "name": f"Monthly {next(load.numbers)}",
        "price": 1900,
        "return_url": "https://seller.example/back",
    }
    base, buyer = "/v2/recurrent_charge/livechat", load.bearer("buyer")
    made = load.send("POST", base, json.dumps(terms), buyer).body["id"]
    load.send("PUT", f"{base}/{made}/accept", None, load.bearer("buyer", "confirm_token"))
    load.send("PUT", f"{base}/{made}/activate", None, buyer)
    load.subscriptions.append(made)
    load.send("GET", f"/v2/direct_charge/livechat?recurrent_charge_id={made}", None, buyer)


def read(load: Load) -> None:
    """Text: the lists and the balance."""
    load.send("GET", "/v2/direct_charge/livechat?status=success", None, load.bearer("buyer"))
    load.send("GET", "/v2/ledger/livechat/balance", None, load.bearer("seller"))


def bill_as_billy(load: Load) -> None:
    """Billy: a customer, a plan, a subscription that is charged at once, its transactions, and its end."""
    customer = load.send("POST", "/v1/customers", "", load.billy).body["guid"]
    plan = load.send("POST", "/v1/plans", "plan_type=charge&amount=500&frequency=monthly", load.billy)
    both = f"customer_guid={customer}&plan_guid={plan.body['guid']}"
    made = load.send("POST", "/v1/subscriptions", both, load.billy).body["guid"]
    load.send("GET", "/v1/transactions", None, load.billy)
    load.send("POST", f"/v1/subscriptions/{made}/cancel", "prorated_refund=1", load.billy)


def pay_as_unibill(load: Load) -> None:
    """UniBill: a customer, an invoice, a credit against it, and a payment."""
    load.send("PUT", "/api/v01/customers/~create", load.new_customer(), load.unibill | JSON)
    base = f"/api/v01/customers/{load.customer}/transactions"
    invoice = f"code=i{next(load.numbers)}&type=RI&amount=1999"
    credit = f"code=r{next(load.numbers)}&type=RC&amount=1999"
    load.send("PUT", f"{base}/~create", invoice, load.unibill | FORM)
    load.send("PUT", f"{base}/~create", credit, load.unibill | FORM)
    payment = {"accountNumber": "4242424242424242", "accountAccessory": "1240", "amount": "100"}
    load.send("POST", f"{base}/~process", json.dumps(payment), load.unibill | JSON)


ALL_DIALECTS: list[Callable[[Load], None]] = [sell_once, subscribe, read, bill_as_billy, pay_as_unibill]


def log_in(username: str, password: str) -> dict[str, str]:
    """Return the header of HTTP Basic."""
    return {"Authorization": f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"}
