"""Two tenants that have one of everything; no row of one belongs to the other."""

import json
import re
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.test import Client

from access.member_invitations import invite_member, invite_to_billing
from access.models import OpenSession
from access.oauth.bearer_tokens import Caller
from bookkeeping.models import Statement
from charges.collection.confirm import confirm_payment
from charges.collection.single import collect_charge
from charges.models import Charge
from charges.refunds.ask import ask_refund
from core import clock
from customers.models import Account, Application, Organization
from events.models import Event
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    MerchantFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    PayoutAccountFactory,
    ServiceUserFactory,
    SubscriptionFactory,
)
from operations.factories.payouts import earn
from payouts.request import Requester, request_payout
from testmode.buyers import create_test_buyer
from tests.bookkeeping.months import close
from tests.card_entry import begin, entered, find_session
from tests.desk import sign_form
from tests.invoicing.papers import issue_for
from tests.service_users import PASSWORD
from webhooks.endpoints import create_endpoint
from webhooks.repair import send_test_event

REASON = "To see who may"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DOCUMENTED = {"name": "Basic", "amount": "1999"}
CARD = {"accountNumber": "4111111111111111", "accountAccessory": "0432", "csc": "999"}
CONFIRMED_CARD = "tok_test_confirm_always"
Records = dict[str, str]


class Program(NamedTuple):
    """A program of a merchant, which makes what the tenant has in a dialect as its users do."""

    authorization: str

    def ask(self, method: str, path: str, said: dict[str, Any], *, as_json: bool) -> Any:
        body = json.dumps(said) if as_json else urlencode(said)
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        headers = {"Authorization": self.authorization} if self.authorization else {}
        answer = Client().generic(method, path, body, kind, headers=headers)
        assert answer.status_code == 200, (method, path, answer.content)
        return answer.json()


class Tenant:
    """A buyer, a seller and its application, a merchant with two log-ins, and the ids of what they have."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.buyer: Organization = OrganizationFactory(name=f"Buyer {name}", country="DE")
        self.seller: Organization = OrganizationFactory(name=f"Seller {name}")
        self.account: Account = AccountFactory(organization=self.buyer, email=f"ann@{name}.example")
        self.owner: Account = AccountFactory(
            organization=self.seller, email=f"owner@{name}.example", owner=True
        )
        self.app: Application = ApplicationFactory(organization=self.seller, name=f"App {name}")
        self.caller: Caller = CallerFactory(account=self.account, application=self.app)
        self.records: Records = {}

    def sell_long_ago(self, at: datetime) -> None:
        """Make the sale of a month that is closed afterwards."""
        with clock.travel_to(at):
            ChargeFactory(caller=self.caller, collected=True, name="Sold before")

    def furnish(self) -> None:
        """Make one of everything. What is charged is paid by a card that works."""
        self.records |= self._buy() | self._subscribe() | self._sell() | self._enter_cards()
        self.records |= self._belong_to_the_buyer() | self._try_out() | self._bill_by_billy()
        self.records |= self._bill_by_unibill()
        self.records["statement"] = str(Statement.objects.get(organization=self.seller).month)

    def _buy(self) -> Records:
        made = {stage: self._charge(stage) for stage in ("pending", "accepted", "collected")}
        form = sign_form(made["pending"], self.account)
        refunded = self._charge("collected", price_minor=500)
        refund = self._refund(refunded)
        paper = issue_for(made["collected"])
        unconfirmed = self._charge("activated", card=CONFIRMED_CARD)
        collect_charge(unconfirmed.pk)
        PaymentOptionFactory(organization=self.buyer)
        ids = {f"{stage} charge": charge.public_id for stage, charge in made.items()}
        ids |= {"refunded charge": refunded.public_id, "refund": refund, "paper": paper.public_id}
        ids |= {"charge to confirm": unconfirmed.public_id}
        page = confirm_payment(charge_id=unconfirmed.pk, return_url="http://testserver/account/")
        told = {"processor's page": find_session(page or ""), "form": form}
        return {name: str(value) for name, value in ids.items()} | told

    def _charge(self, stage: str, **terms: Any) -> Charge:
        return ChargeFactory(caller=self.caller, stage=stage, **terms)

    def _refund(self, charge: Charge) -> Any:
        asked = ask_refund(
            charge_id=charge.pk,
            amount_minor=50,
            reason=REASON,
            actor="test",
            requested_by_account=self.owner,
        )
        return asked.public_id

    def _subscribe(self) -> Records:
        made = {
            stage: SubscriptionFactory(caller=self.caller, stage=stage)
            for stage in ("pending", "accepted", "active")
        }
        refunded = SubscriptionFactory(caller=self.caller, stage="active")
        payment = refunded.charges.get()
        ids = {f"{stage} subscription": each.public_id for stage, each in made.items()}
        ids |= {"refunded subscription": refunded.public_id, "refunded payment": payment.public_id}
        ids |= {"refund of a payment": self._refund(payment)}
        ids |= {"payment": made["active"].charges.get().public_id}
        return {name: str(value) for name, value in ids.items()}

    def _sell(self) -> Records:
        earn(self.seller, 20_000)
        PayoutAccountFactory(organization=self.seller, currency="USD")
        asked_by = Requester(actor="test", account=self.owner)
        payout = request_payout(
            organization_id=self.seller.pk, currency="USD", amount_minor=5_000, requester=asked_by
        )
        url = f"https://{self.name}.example/hooks"
        types = ["charge.succeeded"]
        endpoint = create_endpoint(
            application_id=self.app.pk, url=url, description="", event_types=types
        ).endpoint
        delivery = send_test_event(endpoint.pk)
        return {
            "payout": str(payout.public_id),
            "endpoint": str(endpoint.public_id),
            "delivery": str(delivery.pk),
            "event": delivery.event.public_id,
            "told event": Event.objects.filter(application_id=self.app.pk).earliest("pk").public_id,
            "application": self.app.client_id,
        }

    def _enter_cards(self) -> Records:
        spare = self.buyer.payment_options.filter(is_default=False).latest("pk")
        page = begin(self.account)
        return {
            "card": str(spare.public_id),
            "card entry": str(entered(self.account)),
            "page for a card": find_session(page.url),
        }

    def _belong_to_the_buyer(self) -> Records:
        self.colleague = AccountFactory(organization=self.buyer, has_billing_role=False)
        invited = invite_to_billing(email=f"new@{self.name}.example", by=self.account)
        device = OpenSession.objects.create(user=self.account.user, **_describe_device(self.name))
        return {
            "colleague": str(self.colleague.public_id),
            "invitation": str(invited.public_id),
            "device": str(device.public_id),
        }

    def _try_out(self) -> Records:
        made = create_test_buyer(seller_id=self.seller.pk, name=f"Test {self.name}")
        self.test_account = made.account
        member = AccountFactory(organization=self.seller, developer=True)
        invited = invite_member(email=f"dev@{self.name}.example", roles=["developer"], by=self.owner)
        return {
            "test buyer": str(made.buyer.organization.public_id),
            "member": str(member.public_id),
            "console invitation": str(invited.public_id),
            "buyer": str(self.buyer.public_id),
        }

    def _bill_by_billy(self) -> Records:
        company = Program("").ask(
            "POST", "/v1/companies", {"processor_key": f"made-up-{self.name}"}, as_json=False
        )
        self.billy_key = company["api_key"]
        program = Program(write_basic(self.billy_key))

        def make(noun: str, **said: Any) -> Any:
            return program.ask("POST", f"/v1/{noun}", said, as_json=False)["guid"]

        customer = make("customers")
        plan = make("plans", plan_type="charge", amount=1000, frequency="weekly")
        subscription = make("subscriptions", customer_guid=customer, plan_guid=plan)

        def find(noun: str) -> str:
            shown = program.ask("GET", f"/v1/{noun}", {}, as_json=False)
            return str(shown["items"][0]["guid"])

        return {
            "billy company": company["guid"],
            "billy customer": customer,
            "billy plan": plan,
            "billy subscription": subscription,
            "billy transaction": find("transactions"),
            "billy invoice": find("invoices"),
        }

    def _bill_by_unibill(self) -> Records:
        connection.check_constraints()  # From now on these wait for a commit again, as in a new transaction.
        self.merchant = MerchantFactory(organization=self.seller)
        self.username = f"api-{self.name}"
        ServiceUserFactory(username=self.username, merchants=[self.merchant])
        program = Program(write_basic(self.username, PASSWORD))

        def put(path: str, said: Any, method: str = "PUT") -> str:
            return str(program.ask(method, f"/api/v01/{path}", said, as_json=True)["id"])

        plan = put("plans", DOCUMENTED | {"code": "basic"})
        customer = put("customers", {"firstName": "John", "lastName": "Smith"})
        at = f"customers/{customer}"
        card = put(f"{at}/payment-options", CARD)
        terms = {"type": "P", "planId": plan, "paymentOptionId": card}
        subscription = put(f"{at}/subscriptions", terms)
        debt = put(f"{at}/transactions", {"type": "RI", "amount": 500})
        payment = put(f"{at}/transactions/~process", {"amount": 500, **CARD}, "POST")
        return {
            "unibill account": str(self.merchant.account_number),
            "unibill plan": plan,
            "unibill customer": customer,
            "unibill card": card,
            "unibill subscription": subscription,
            "unibill transaction": payment,
            "unibill debt": debt,
        }


def make_pair() -> dict[str, Tenant]:
    """Make the tenant of most principals, and the one of the others."""
    pair = {"own": Tenant("first"), "foreign": Tenant("second")}
    sold = clock.now().replace(day=10) - timedelta(days=75)
    for tenant in pair.values():
        tenant.sell_long_ago(sold)
    close(at=(sold.replace(day=1) + timedelta(days=32)).replace(day=3))
    for tenant in pair.values():
        tenant.furnish()
    return pair


def make_unknown(records: Records) -> Records:
    """Return ids of the same shapes that nothing has."""
    return {name: invent(value) for name, value in records.items()}


def invent(value: str) -> str:
    """Return an id of the shape of this one that nothing has."""
    if UUID.fullmatch(value):
        return "00000000-0000-7000-8000-000000000000"
    if value.isdigit():
        return "987654321"
    if re.fullmatch(r"\d{4}-\d\d", value):
        return "2001-01"
    head = value[:2] if len(value) == 24 else ""
    head = value.partition("_")[0] + "_" if "_" in value else head
    return head + "0" * len(value.removeprefix(head))


def write_basic(user: str, password: str = "") -> str:
    """Return the header of HTTP Basic."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _describe_device(name: str) -> dict[str, Any]:
    return {"session_key": uuid4().hex, "agent": f"Firefox of {name}"}
