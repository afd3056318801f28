"""Makes what tests need, by its plain name and with plainly made-up data."""

import itertools
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from oauth2_provider.models import AccessToken, set_token_value

from access.oauth.callers import Caller, find_caller
from charges.models import Charge
from charges.requests.direct import create_charge
from charges.requests.parties import Parties
from core import clock
from customers.models import (
    Account,
    Application,
    Customer,
    Merchant,
    Organization,
    PaymentKind,
    PaymentOption,
    Product,
)
from customers.payment_options import TokenizedInstrument, add_customer_option, add_payment_option
from subscriptions.lifecycle.create import create_subscription
from subscriptions.lifecycle.policies import bill_when_paid
from subscriptions.models import Plan, PlanKind, Subscription
from subscriptions.schedule import Frequency

ALL_SCOPES = "billing_manage billing--all:rw"
OFFER_FIELDS = {"product", "return_url", "order_client_id", "commission_percent"}
_numbers = itertools.count(1)


def make_organization(name: str = "", **fields: Any) -> Organization:
    return Organization.objects.create(name=name or f"Organisation {next(_numbers)}", **fields)


def make_account(organization: Organization | None = None, **fields: Any) -> Account:
    """A person with the billing role, unless told otherwise; the password is not usable."""
    email = fields.pop("email", f"person{next(_numbers)}@buyer.example")
    user = get_user_model().objects.create(username=email, email=email)
    fields.setdefault("has_billing_role", True)
    return Account.objects.create(
        organization=organization or make_organization(), user=user, email=email, **fields
    )


def make_app(organization: Organization | None = None, **fields: Any) -> Application:
    defaults: dict[str, Any] = {
        "name": f"App {next(_numbers)}",
        "author_email": "author@seller.example",
        "products": list(Product.values),
        "allowed_scopes": [*ALL_SCOPES.split(), "ledger_read"],
        "return_origins": ["https://seller.example"],
        "redirect_uris": "https://seller.example/oauth",
        "client_type": Application.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
    }
    return Application.objects.create(
        organization=organization or make_organization("Seller"), **(defaults | fields)
    )


def make_token(account: Account, app: Application, scopes: str = ALL_SCOPES, hours: float = 8) -> str:
    """A bearer token that the account granted to the app."""
    value = secrets.token_urlsafe(24)
    row = AccessToken(
        user=account.user, application=app, scope=scopes, expires=clock.now() + timedelta(hours=hours)
    )
    set_token_value(row, value)
    row.save()
    return value


def make_caller(
    account: Account | None = None, app: Application | None = None, scopes: str = ALL_SCOPES
) -> Caller:
    return find_caller(make_token(account or make_account(), app or make_app(), scopes))


def make_card(organization: Organization, token: str = "tok_test_approve") -> PaymentOption:
    """A sandbox card; the token decides how the sandbox processor behaves."""
    return add_payment_option(
        organization.pk,
        gateway="sandbox",
        token=f"{token}_{secrets.token_hex(4)}",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2030,
    )


def make_charge(caller: Caller | None = None, **fields: Any) -> Charge:
    """A pending charge of 2 x 1.00."""
    defaults: dict[str, Any] = {
        "product": Product.LIVECHAT,
        "name": "Extension",
        "price_minor": 100,
        "quantity": 2,
        "return_url": "https://seller.example/back",
    }
    return create_charge(caller=caller or make_caller(), **(defaults | fields))


def make_subscription(caller: Caller | None = None, *, months: int = 1, **fields: Any) -> Subscription:
    """A pending subscription of 19.00 a month."""
    defaults: dict[str, Any] = {
        "product": Product.LIVECHAT,
        "name": "Monthly app",
        "price_minor": 1900,
        "return_url": "https://seller.example/back",
    }
    terms = defaults | fields
    offer = {name: terms.pop(name) for name in OFFER_FIELDS & terms.keys()}
    return create_subscription(
        parties=Parties.of_offer(caller=caller or make_caller(), **offer),
        policy=bill_when_paid(),
        frequency=Frequency.MONTHLY,
        interval=months,
        **terms,
    )


def make_merchant(**fields: Any) -> Merchant:
    """A merchant that may pay out up to 10,000.00 a day."""
    defaults: dict[str, Any] = {"may_pay_out": True, "daily_payout_limit_minor": 1_000_000}
    return Merchant.objects.create(
        **({"organization": make_organization(f"Merchant {next(_numbers)}")} | defaults | fields)
    )


def make_customer(merchant: Merchant | None = None, **fields: Any) -> Customer:
    return Customer.objects.create(merchant=merchant or make_merchant(), **fields)


def make_option(
    customer: Customer | None = None, token: str = "tok_test_approve", **fields: Any
) -> PaymentOption:
    """A customer's card at the sandbox; the token decides how the processor behaves."""
    account = TokenizedInstrument(
        gateway="sandbox",
        gateway_token=f"{token}_{secrets.token_hex(4)}",
        kind=PaymentKind.CARD,
        brand="visa",
        last4="1111",
        exp_month=12,
        exp_year=2030,
    )
    return add_customer_option(customer=customer or make_customer(), account=account, **fields)


def make_plan(merchant: Merchant | None = None, **fields: Any) -> Plan:
    """10.00 a month, charged."""
    defaults: dict[str, Any] = {
        "kind": PlanKind.CHARGE,
        "frequency": Frequency.MONTHLY,
        "interval": 1,
        "amount_minor": 1000,
        "currency": "USD",
    }
    return Plan.objects.create(merchant=merchant or make_merchant(), **(defaults | fields))


def make_customer_option(customer: Customer, token: str = "tok_test_approve", **fields: Any) -> PaymentOption:
    """A sandbox card of a customer; the token decides how the sandbox processor behaves."""
    defaults: dict[str, Any] = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2035}
    return PaymentOption.objects.create(
        customer=customer,
        gateway="sandbox",
        gateway_token=f"{token}_{secrets.token_hex(4)}",
        **(defaults | fields),
    )
