"""Two buyers, two sellers and the marketplace, and what it takes to call the API as any of them."""

import json
import re
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.test import Client
from oauth2_provider.models import AccessToken

from access.oauth.callers import find_caller
from charges.collection.single import collect_charge
from charges.consent import Decider, accept_charge, decline_charge
from charges.history import change_status
from charges.models import Charge
from charges.requests.direct import activate_charge
from core import clock
from customers.models import Account, Application
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import accept_subscription, decline_subscription
from subscriptions.models import Subscription
from tests.factories import (
    ALL_SCOPES,
    make_account,
    make_app,
    make_card,
    make_charge,
    make_organization,
    make_subscription,
    make_token,
)
from tests.subscriptions.stories import at, change_card, fetch

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNKNOWN_ID = "00000000-0000-7000-8000-000000000000"


class World:
    """Who there is. Names, licences and client ids are fixed, so that answers can be written down."""

    def __init__(self) -> None:
        self.buyer = make_organization("Buyer", license_id=900008664)
        self.account = make_account(self.buyer, email="name@buyer.example")
        self.seller = make_organization("Seller", license_id=900000017)
        self.app = make_app(self.seller, client_id="1e2cb91de0b15e99a7f4502b900e907e")
        self.other_app = make_app(self.seller)
        self.marketplace = make_app(
            make_organization("Marketplace", is_operator=True),
            client_id="5" * 32,
            first_party=True,
            products=[],
            allowed_scopes=[*ALL_SCOPES.split(), "billing_admin"],
        )
        self.other_buyer = make_organization("Other buyer")
        self.other_account = make_account(self.other_buyer, email="other@buyer.example")
        make_card(self.buyer)

    def token(
        self, account: Account | None = None, app: Application | None = None, scopes: str = ALL_SCOPES
    ) -> str:
        return make_token(account or self.account, app or self.app, scopes)

    def earner_token(self) -> str:
        """The seller's own account, looking at its earnings."""
        account = Account.objects.filter(email="owner@seller.example").first()
        account = account or make_account(self.seller, email="owner@seller.example")
        return self.token(account, scopes="ledger_read")

    def operator_token(self, **fields: Any) -> str:
        account = make_account(self.marketplace.organization)
        return self.token(account, self.marketplace, "billing_admin")

    def tokens(self) -> dict[str, str | None]:
        """The tokens that wire fixtures speak of."""
        return {
            "nobody": None,
            "app": self.token(),
            "marketplace": self.token(app=self.marketplace),
            "admin": self.token(app=self.marketplace, scopes="billing_admin"),
            "earner": self.earner_token(),
            "livechat only": self.token(scopes="billing_manage"),
        }

    def charge(self, status: str = "pending", account: Account | None = None, **fields: Any) -> Charge:
        """A charge of the app, brought to a status the way it gets there."""
        caller = find_caller(self.token(account, fields.pop("app", None)))
        charge = make_charge(caller, **fields)
        decider = Decider.on_page(account or self.account, ip=None, user_agent="")
        if status == "declined":
            return decline_charge(charge.pk, decider=decider)
        if status != "pending":
            charge = accept_charge(charge.pk, decider=decider)
        if status in ("processed", "success", "failed"):
            charge = activate_charge(charge.pk, actor="test")
        if status == "success":
            collect_charge(charge.pk)
        if status == "failed":
            charge.failure_code, charge.failure_message = "declined", "no money"
            charge.finished_at, charge.collect_at = clock.now(), None
            change_status(charge, charge.fail, actor="test")
        return charge

    def subscription(
        self, status: str = "pending", account: Account | None = None, **fields: Any
    ) -> Subscription:
        """A recurrent charge of the app, brought to a status the way it gets there, in 40 days if need be."""
        begun = clock.now() - timedelta(days=40 if status in ("past_due", "frozen") else 0)
        with clock.travel_to(begun):
            made = make_subscription(find_caller(self.token(account, fields.pop("app", None))), **fields)
            decider = Decider.on_page(account or self.account, ip=None, user_agent="")
            if status == "declined":
                return decline_subscription(made.pk, decider=decider)
            if status != "pending":
                made = accept_subscription(made.pk, decider=decider)
            if status not in ("pending", "accepted"):
                made = activate_subscription(made.pk, actor="test")
        if status in ("active", "past_due", "frozen", "cancelled"):
            bring_on(made, status, begun)
        return fetch(made)


def bring_on(subscription: Subscription, status: str, begun: datetime) -> None:
    """Let the first period be paid, and then no more, or cancel."""
    at(begun)
    if status == "cancelled":
        cancel_subscription(subscription.pk, actor="test")
    if status in ("past_due", "frozen"):
        change_card(subscription, "decline_soft" if status == "past_due" else "decline_hard")
        at(fetch(subscription).next_charge_at)
        change_card(subscription, "approve")


def expired_token(account: Account, app: Application) -> str:
    return make_token(account, app, hours=-1)


def revoked_token(account: Account, app: Application) -> str:
    token = make_token(account, app)
    AccessToken.objects.latest("id").delete()
    return token


def garbage_token() -> str:
    return secrets.token_urlsafe(24)


def call(
    method: str,
    path: str,
    token: str | None = None,
    *,
    body: Any = b"",
    content_type: str = "application/json",
    **headers: str,
) -> Any:
    """Send a request as it is: a dict becomes JSON, text and bytes go out untouched."""
    if isinstance(body, dict):
        body = json.dumps(body)
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return _client().generic(method, path, body, content_type=content_type, headers=headers)


@cache
def _client() -> Client:
    # Each new one would build the middleware again, which takes longer than a request.
    return Client()


def mask(text: str) -> str:
    """Replace what differs from run to run: ids and instants."""
    return INSTANT.sub("<instant>", UUID.sub("<uuid>", text))
