"""Test buyers: made in one step with an account and a card, found by their seller, given tokens."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from access.oauth.access_tokens import issue_token
from access.oauth.scopes import PRODUCT_SCOPES, list_permitted
from core import clock
from core.errors import InvalidField
from core.texts import check_display_name
from customers.models import Account, Application, Organization, TestBuyer
from testmode.cards import add_test_card
from testmode.errors import TooManyTestBuyers, UnknownTestBuyer

MOST_A_DAY = 100
MAX_NAME = 255
# RFC 2606: no mail server has an address of this domain. Nothing is mailed to test buyers anyway.
DOMAIN = "test-buyer.invalid"
TOKEN_LIVES = timedelta(hours=1)


class NewTestBuyer(NamedTuple):
    """A test buyer that was just made, and the password of its account, which is kept only as a hash."""

    buyer: TestBuyer
    account: Account
    password: str


class IssuedToken(NamedTuple):
    """An access token that was just issued, which is kept only as a hash, and its scopes."""

    value: str
    scopes: Sequence[str]
    lifetime: timedelta


@transaction.atomic
def create_test_buyer(*, seller_id: int, name: str = "", test_card: str = "approve") -> NewTestBuyer:
    """Make an organisation that buys from this seller alone, with one account and a card of the sandbox.

    Its clock stands at the present instant; `test_card` says what its card does. Raises InvalidField,
    TooManyTestBuyers.
    """
    _refuse_too_many(seller_id)
    checked = check_display_name("name", name, MAX_NAME)
    number = secrets.token_hex(8)
    organization = Organization.objects.create(name=checked or f"Test buyer {number[:4]}")
    email, password = f"buyer-{number}@{DOMAIN}", secrets.token_urlsafe(18)
    user = User.objects.create_user(username=email, password=password)
    account = Account.objects.create(organization=organization, user=user, email=email, has_billing_role=True)
    buyer = TestBuyer.objects.create(organization=organization, seller_id=seller_id)
    add_test_card(organization, test_card)
    return NewTestBuyer(buyer, account, password)


def list_test_buyers(seller_id: int) -> "QuerySet[TestBuyer]":
    """Return the test buyers of a seller, the newest first."""
    mine = TestBuyer.objects.filter(seller_id=seller_id)
    return mine.select_related("organization").order_by("-organization")


def find_test_buyer(*, seller_id: int, public_id: UUID | None) -> TestBuyer:
    """Return one of a seller by the id of its organisation. Raises UnknownTestBuyer, also for others'."""
    mine = TestBuyer.objects.filter(seller_id=seller_id).select_related("organization")
    found = mine.filter(organization__public_id=public_id).first() if public_id else None
    if found is None:
        raise UnknownTestBuyer
    return found


def find_account_of(buyer: TestBuyer) -> Account:
    """Return the account that was made with a test buyer; colleagues may have been invited since."""
    return Account.objects.select_related("user").filter(organization=buyer.pk).earliest("pk")


def issue_test_token(
    buyer: TestBuyer, *, application_id: int, scopes: Sequence[str] | None = None
) -> IssuedToken:
    """Let an application of its seller act for a test buyer for an hour, and return the bearer token.

    Without scopes it has those of the products that the application is sold for. Raises InvalidField.
    """
    application = Application.objects.filter(pk=application_id, organization=buyer.seller_id).first()
    if application is None:
        raise InvalidField("application_id", "must be an application of the seller of the test buyer")
    account = find_account_of(buyer)
    if scopes is None:
        wanted = {PRODUCT_SCOPES[product] for product in application.products}
        scopes = [scope for scope in list_permitted(application, account.user) if scope in wanted]
    scopes = list(dict.fromkeys(scopes))
    if not scopes:
        raise InvalidField("scopes", "must name at least one scope that the application has")
    value = issue_token(account, application, scopes, lifetime=TOKEN_LIVES)
    return IssuedToken(value, scopes, TOKEN_LIVES)


def _refuse_too_many(seller_id: int) -> None:
    """Raise TooManyTestBuyers after a hundred within a day, counted one request after the other."""
    Organization.objects.select_for_update(no_key=True).get(pk=seller_id)
    lately = TestBuyer.objects.filter(seller_id=seller_id, created_at__gt=clock.now() - timedelta(days=1))
    if len(lately.values_list("pk")[:MOST_A_DAY]) >= MOST_A_DAY:
        raise TooManyTestBuyers
