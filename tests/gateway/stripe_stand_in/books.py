"""What the stand-in keeps: objects by id, the list of balance transactions, and events."""

import copy
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from core import clock
from tests.gateway.stripe_stand_in.failures import Failure, Json, missing
from tests.gateway.stripe_stand_in.methods import METHODS, Method

VERSION = "2026-08-26.dahlia"
PERCENT_TENTHS, FIXED_FEE, DISPUTE_FEE = 29, 30, 1500
PAID_OUT_AFTER = timedelta(days=2)


class Books:
    """All objects, behind one lock. Amounts are in the smallest unit that Stripe uses."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.objects: dict[str, Json] = {}
        self.events: list[Json] = []
        self.methods: dict[str, Method] = {}
        self.detached: set[str] = set()
        self.deleted: set[str] = set()
        self.address = ""
        self.ahead = timedelta()
        self.settles_after = timedelta(days=4)
        self.tell: Callable[[Json], None] = lambda event: None
        self._due: list[tuple[datetime, Callable[[], None]]] = []

    def now(self) -> int:
        """The time here, in Unix seconds."""
        return int(self._instant().timestamp())

    def advance(self, by: timedelta) -> None:
        """Move the clock ahead, and do what is due."""
        with self.lock:
            self.ahead += by
            self.settle()

    def settle(self) -> None:
        """Do what banks have decided by now."""
        due = [act for at, act in self._due if at <= self._instant()]
        self._due = [(at, act) for at, act in self._due if at > self._instant()]
        for act in due:
            act()

    def later(self, act: Callable[[], None]) -> None:
        """Do something when a bank has had its time."""
        self._due.append((self._instant() + self.settles_after, act))

    def add(self, prefix: str, kind: str, **fields: Any) -> Json:
        """Keep a new object under an id of its own."""
        body = {"id": f"{prefix}_{secrets.token_hex(12)}", "object": kind, "created": self.now()}
        self.objects[body["id"]] = body | fields
        return self.objects[body["id"]]

    def get(self, name: str, kind: str, param: str = "id") -> Json:
        """Return an object of a kind by its id, for a parameter or for the "id" in the path."""
        found = self.objects.get(name)
        if found is None or found["object"] != kind:
            raise missing(name, param, kind)
        return found

    def every(self, kind: str) -> Iterator[Json]:
        """All objects of a kind, newest first."""
        return (each for each in reversed(self.objects.values()) if each["object"] == kind)

    def find_method(self, name: str, param: str = "payment_method") -> Json:
        """Return a payment method; a test name makes a new one, as at Stripe."""
        if name not in METHODS:
            return self.get(name, "payment_method", param)
        method = METHODS[name]
        details: Json = {"last4": method.last4}
        if method.type == "card":
            details |= {
                "brand": method.brand,
                "funding": "credit",
                "exp_month": 12,
                "exp_year": clock.now().year + 2,
            }
            details |= {
                "country": "US",
                "checks": None,
                "wallet": None,
                "networks": None,
                "three_d_secure_usage": None,
            }
        else:
            details |= {
                "account_type": "checking",
                "account_holder_type": "individual",
                "bank_name": "TEST BANK",
            }
            details |= {"routing_number": "110000000", "networks": None, "status_details": None}
        made = self.add(
            "pm",
            "payment_method",
            livemode=False,
            type=method.type,
            customer=None,
            metadata={},
            billing_details={"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
            **{method.type: details},
        )
        self.methods[made["id"]] = method
        return made

    def book(self, kind: str, amount: int, source: Json, *, fee: int = 0, category: str = "") -> Json:
        """Write a balance transaction: what it does to the balance is amount less fee."""
        details = [{"amount": fee, "application": None, "currency": source["currency"], "type": "stripe_fee"}]
        return self.add(
            "txn",
            "balance_transaction",
            amount=amount,
            available_on=self.now() + int(PAID_OUT_AFTER.total_seconds()),
            balance_type="payments",
            currency=source["currency"],
            description=None,
            exchange_rate=None,
            fee=fee,
            fee_details=[each | {"description": "Processing fees"} for each in details if fee],
            net=amount - fee,
            reporting_category=category or kind,
            source=source["id"],
            status="pending",
            type=kind,
        )

    def balance(self, currency: str) -> int:
        """What there is on the balance."""
        return sum(each["net"] for each in self.every("balance_transaction") if each["currency"] == currency)

    def emit(self, kind: str, subject: Json, previous: Json | None = None) -> None:
        """Tell of something that happened."""
        data = {"object": copy.deepcopy(subject)} | ({"previous_attributes": previous} if previous else {})
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.events.append(event)
        self.tell(event)

    def expand(self, body: Json, paths: list[str]) -> Json:
        """Return a copy with objects in place of the ids at these paths."""
        body = copy.deepcopy(body)
        for path in paths:
            self._expand(body, path.split("."))
        return body

    def _expand(self, node: Json, path: list[str]) -> None:
        if path[0] not in node:
            raise Failure(
                400, message=f"This property cannot be expanded ({'.'.join(path)}).", param="expand"
            )
        value = node[path[0]]
        if isinstance(value, str):
            value = node[path[0]] = copy.deepcopy(self.objects[value])
        for each in value if isinstance(value, list) else [value]:
            if each is not None and path[1:]:
                self._expand(each, path[1:])

    def _instant(self) -> datetime:
        return clock.now() + self.ahead


def find_fee(amount: int) -> int:
    """What Stripe keeps of a capture: 2.9 % and 30."""
    return (amount * PERCENT_TENTHS + 500) // 1000 + FIXED_FEE


def show_list(found: Iterator[Json], params: Json, url: str) -> Json:
    """Return a page of a list."""
    listed = [*found]
    if after := params.get("starting_after"):
        listed = listed[[each["id"] for each in listed].index(after) + 1 :]
    limit = int(params.get("limit", 10))
    return {"object": "list", "data": listed[:limit], "has_more": len(listed) > limit, "url": url}
