"""Tokens of ours for cards and bank accounts at Stripe.

A card is "cus_...|pm_..."; another kind of payment method adds its type: "cus_...|pm_...|sepa_debit".
"""

from typing import NamedTuple

from gateway.movements import CUSTOMER, SOURCE
from gateway.stripe.api import Api
from gateway.stripe.errors import Refused

CARD = "card"


class Source(NamedTuple):
    """A payment method, its type at Stripe, and the customer that it belongs to."""

    customer: str
    payment_method: str
    type: str = CARD


def write_token(source: Source) -> str:
    """Return the token under which we keep a payment method."""
    parts = source[:2] if source.type == CARD else source
    return "|".join(parts)


def read_token(token: str) -> Source | None:
    """Return what a token names; None for one that is not ours."""
    parts = token.split("|")
    if len(parts) not in (2, 3) or not parts[0].startswith("cus_") or not parts[1].startswith("pm_"):
        return None
    return Source(*parts)


def find_source(api: Api, token: str) -> Source | None:
    """Return what a movement's token names, asking Stripe where it is a name of Stripe's; None for nothing.

    Raises GatewayError.
    """
    if token.startswith(SOURCE):
        return _find_payment_method(api, token.removeprefix(SOURCE))
    if token.startswith(CUSTOMER):
        return _find_default(api, token.removeprefix(CUSTOMER))
    return read_token(token)


def _find_payment_method(api: Api, name: str) -> Source | None:
    if not name.startswith("pm_"):
        return None
    try:
        found = api.call("payment_methods.retrieve", name)
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return Source(found["customer"], name, found["type"]) if found["customer"] else None


def _find_default(api: Api, customer: str) -> Source | None:
    """Return the payment method that a customer is charged by default, or the newest card."""
    if not customer.startswith("cus_"):
        return None
    expand = {"expand": ["invoice_settings.default_payment_method"]}
    try:
        found = api.call("customers.retrieve", customer, params=expand)
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    default = (found.get("invoice_settings") or {}).get("default_payment_method")
    if default is None and not found.get("deleted"):
        cards = api.call("payment_methods.list", params={"customer": customer, "type": CARD, "limit": 1})
        default = next(iter(cards["data"]), None)
    return Source(customer, default["id"], default["type"]) if default else None
