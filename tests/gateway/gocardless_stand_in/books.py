"""The stand-in's own books: what GoCardless knows, by its names, and the rules that we rely on."""

import itertools
import threading
from typing import Any

from core import clock
from tests.gateway.gocardless_stand_in.faults import describe_error

USABLE = ("pending_customer_approval", "pending_submission", "submitted", "active")
Resource = dict[str, Any]


class Refusal(Exception):
    """An error that the API answers with."""

    def __init__(self, status: int, kind: str, reason: str, **links: str) -> None:
        super().__init__(reason)
        self.status = status
        self.body = describe_error(status, kind, reason, links)


class Books:
    """Resources by kind and name; one lock makes every request all or nothing."""

    PREFIXES = {
        "payments": "PM",
        "refunds": "RF",
        "mandates": "MD",
        "customer_bank_accounts": "BA",
        "billing_requests": "BRQ",
        "billing_request_flows": "BRF",
        "events": "EV",
        "payouts": "PO",
        "payout_items": "POI",
    }

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.resources: dict[str, dict[str, Resource]] = {kind: {} for kind in self.PREFIXES}
        self.keys: dict[str, str] = {}
        self.checks_key_last = False
        self._numbers = itertools.count(1)

    def add(self, kind: str, **attributes: Any) -> Resource:
        """Write a resource down under a new name."""
        with self.lock:
            name = f"{self.PREFIXES[kind]}{next(self._numbers):06}"
            resource = {"id": name, "created_at": write_now(), "metadata": {}, "links": {}} | attributes
            self.resources[kind][name] = resource
            return resource

    def get(self, kind: str, name: str) -> Resource:
        """Return a resource. Raises Refusal."""
        resource = self.resources[kind].get(name)
        if resource is None:
            raise Refusal(404, "invalid_api_usage", "resource_not_found")
        return resource

    def open_mandate(self, *, status: str = "active", scheme: str = "bacs", customer: str = "CU1") -> str:
        """Return the name of a mandate over a bank account that ends in 11."""
        account = self.add("customer_bank_accounts", account_number_ending="0011", bank_name="BANK")
        links = {"customer": customer, "customer_bank_account": account["id"]}
        return self.add("mandates", status=status, scheme=scheme, links=links)["id"]

    def create(self, kind: str, wanted: Resource, key: str) -> Resource:
        """Create what a client wants, once for each key. Raises Refusal."""
        with self.lock:
            if not self.checks_key_last:
                self._require_new(key)
            check = getattr(self, f"_check_{kind}", None)
            attributes = check(wanted) if check else wanted
            self._require_new(key)
            resource = self.add(kind, **attributes)
            self.keys[key] = resource["id"]
            if kind in ("payments", "refunds"):
                self.tell(kind, resource, "created")
            return resource

    def advance(self, payment: str, status: str, *, cause: str = "", tells: bool = True) -> Resource:
        """Let the bank or GoCardless move a payment on; returns the event, which may be held back."""
        with self.lock:
            resource = self.get("payments", payment)
            resource["status"] = status
            event = self.tell("payments", resource, status, cause=cause)
            if not tells:
                del self.resources["events"][event["id"]]
            return event

    def pay_out(self, payment: str, *, fees: tuple[str, ...] = ("-20.4",), currency: str = "") -> str:
        """Pay a payment out with others, and return the name of the payout."""
        resource = self.get("payments", payment)
        payout = self.add("payouts", currency=currency or resource["currency"], arrival_date="2026-12-04")
        self.add_item(payout, payment, "payment_paid_out", f"{resource['amount']}.0")
        self.add_item(payout, "PM-of-another", "gocardless_fee", "-99.0")
        for fee in fees:
            self.add_item(payout, payment, "gocardless_fee", fee)
        resource["links"]["payout"] = payout["id"]
        self.advance(payment, "paid_out")
        return payout["id"]

    def add_item(self, payout: Resource, payment: str, kind: str, amount: str) -> None:
        """Write one line of a payout down."""
        self.add("payout_items", payout=payout["id"], type=kind, amount=amount, links={"payment": payment})

    def end_mandate(self, mandate: str, *, status: str = "cancelled") -> None:
        """End a mandate as its holder or bank does, with the payments that have not gone to a bank."""
        with self.lock:
            self.get("mandates", mandate)["status"] = status
            for payment in self.resources["payments"].values():
                if payment["links"]["mandate"] == mandate and payment["status"] == "pending_submission":
                    self.advance(payment["id"], "cancelled", cause="mandate_cancelled")

    def tell(self, kind: str, resource: Resource, action: str, *, cause: str = "") -> Resource:
        """Write down that something happened."""
        details = {"origin": "bank", "cause": cause or f"{kind[:-1]}_{action}", "description": "In words."}
        links = {kind[:-1]: resource["id"]}
        return self.add("events", resource_type=kind, action=action, details=details, links=links)

    def _require_new(self, key: str) -> None:
        if key in self.keys:
            reason = "idempotent_creation_conflict"
            raise Refusal(409, "invalid_state", reason, conflicting_resource_id=self.keys[key])

    def _check_payments(self, wanted: Resource) -> Resource:
        mandate = self.resources["mandates"].get(wanted["links"]["mandate"])
        if mandate is None:
            raise Refusal(404, "invalid_api_usage", "resource_not_found")
        if mandate["status"] not in USABLE:
            raise Refusal(422, "invalid_state", "mandate_is_inactive")
        if type(wanted["amount"]) is not int or wanted["amount"] < 1 or len(wanted["metadata"]) > 3:
            raise Refusal(422, "validation_failed", "invalid")
        today = clock.now().date().isoformat()
        if wanted.get("charge_date", "9999") <= today:
            raise Refusal(422, "validation_failed", "too_early")
        links = {"mandate": mandate["id"], "customer": mandate["links"]["customer"]}
        return wanted | {"status": "pending_submission", "amount_refunded": 0, "links": links}

    def _check_refunds(self, wanted: Resource) -> Resource:
        payment = self.get("payments", wanted["links"]["payment"])
        total = payment["amount_refunded"] + wanted["amount"]
        if wanted["total_amount_confirmation"] != total:
            raise Refusal(422, "validation_failed", "total_amount_confirmation_invalid")
        if sum(each["links"]["payment"] == payment["id"] for each in self.resources["refunds"].values()) > 24:
            raise Refusal(422, "invalid_state", "number_of_refunds_exceeded")
        if total > payment["amount"] or payment["status"] not in ("confirmed", "paid_out"):
            raise Refusal(422, "invalid_state", "refund_payment_invalid_state")
        payment["amount_refunded"] = total
        return wanted | {"status": "created", "currency": payment["currency"]}

    def _check_billing_requests(self, wanted: Resource) -> Resource:
        return wanted | {"status": "pending"}

    def _check_billing_request_flows(self, wanted: Resource) -> Resource:
        self.get("billing_requests", wanted["links"]["billing_request"])
        return wanted | {"authorisation_url": f"https://pay.example/{wanted['links']['billing_request']}"}


def write_now() -> str:
    """Return the time as GoCardless writes it."""
    return clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
