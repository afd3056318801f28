"""Two buyers, two sellers and the marketplace, and what it takes to call the API as any of them."""

import json
import re
import secrets
from functools import cache
from typing import Any

from django.test import Client
from oauth2_provider.models import AccessToken

from access.oauth.bearer_tokens import find_caller
from charges.models import Charge
from customers.models import Account, Application
from operations.factories import (
    ALL_SCOPES,
    AccountFactory,
    ApplicationFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from subscriptions.models import Subscription
from tests.subscriptions.stories import change_card
from tests.tokens import issue_test_token

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
UNKNOWN_ID = "00000000-0000-7000-8000-000000000000"


class World:
    """Who there is. Names, licences and client ids are fixed, so that answers can be written down."""

    def __init__(self) -> None:
        self.buyer = OrganizationFactory(name="Buyer", license_id=900008664)
        self.account = AccountFactory(organization=self.buyer, email="name@buyer.example")
        self.seller = OrganizationFactory(name="Seller", license_id=900000017)
        self.app = ApplicationFactory(organization=self.seller, client_id="1e2cb91de0b15e99a7f4502b900e907e")
        self.other_app = ApplicationFactory(organization=self.seller)
        self.marketplace = ApplicationFactory(
            marketplace=True, client_id="5" * 32, organization__license_id=900000025
        )
        self.other_buyer = OrganizationFactory(name="Other buyer")
        self.other_account = AccountFactory(organization=self.other_buyer, email="other@buyer.example")
        PaymentOptionFactory(organization=self.buyer)

    def token(
        self, account: Account | None = None, app: Application | None = None, scopes: str = ALL_SCOPES
    ) -> str:
        return issue_test_token(account or self.account, app or self.app, scopes)

    def earner_token(self) -> str:
        """The seller's own account, looking at its earnings."""
        account = Account.objects.filter(email="owner@seller.example").first()
        account = account or AccountFactory(organization=self.seller, email="owner@seller.example")
        return self.token(account, scopes="ledger_read")

    def operator_token(self, **fields: Any) -> str:
        account = AccountFactory(organization=self.marketplace.organization, **fields)
        return self.token(account, self.marketplace, "billing_admin")

    def tokens(self) -> dict[str, str | None]:
        """The tokens that wire fixtures speak of."""
        return {
            "nobody": None,
            "app": self.token(),
            "marketplace": self.token(app=self.marketplace),
            "admin": self.operator_token(email="admin@marketplace.example"),
            "earner": self.earner_token(),
            "livechat only": self.token(scopes="billing_manage"),
        }

    def charge(self, status: str = "pending", account: Account | None = None, **fields: Any) -> Charge:
        """A charge of the app that has come to a status; a card that failed is replaced."""
        caller = find_caller(self.token(account, fields.pop("app", None)))
        charge = ChargeFactory(caller=caller, **trait_of(status, success="collected"), **fields)
        if status == "failed":
            PaymentOptionFactory(organization=charge.buyer)
        return charge

    def subscription(
        self, status: str = "pending", account: Account | None = None, **fields: Any
    ) -> Subscription:
        """A recurrent charge of the app that has come to a status, with a card that is good afterwards."""
        caller = find_caller(self.token(account, fields.pop("app", None)))
        made = SubscriptionFactory(caller=caller, **trait_of(status), **fields)
        if status in ("past_due", "frozen"):
            change_card(made, "approve")
        return made


def trait_of(status: str, **traits: str) -> dict[str, bool]:
    """What a factory is told to bring a row to a status."""
    traits |= {"processed": "activated"}
    return {} if status == "pending" else {traits.get(status, status): True}


def expired_token(account: Account, app: Application) -> str:
    return issue_test_token(account, app, hours=-1)


def revoked_token(account: Account, app: Application) -> str:
    token = issue_test_token(account, app)
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
