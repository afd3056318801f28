"""Customers at Stripe and their cards, which buyers enter on a page of Stripe's."""

from gateway.cards import CardEntry, CardRefused, CardToken
from gateway.stripe.api import Api, Json
from gateway.stripe.errors import Refused
from gateway.stripe.sources import CARD, Source, read_token, write_token

SETUP = "setup_intent"
PAYMENT_METHOD = "payment_method"


def create_customer(api: Api, key: str) -> str:
    """Open a record of a customer. Stripe forgets the key after a day; a second record does no harm."""
    params = {"metadata": {"key": key}}
    return str(api.call("customers.create", params=params, key=f"{key}:customer")["id"])


def begin_card(api: Api, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
    """Open a page of Stripe Checkout that keeps a card for charges without the buyer."""
    params = {
        "mode": "setup",
        "currency": currency.lower(),
        "customer": customer,
        "payment_method_types": [CARD],
        "success_url": return_url,
        "cancel_url": cancel_url,
    }
    session = api.call("checkout.sessions.create", params=params)
    return CardEntry(url=session["url"], session=session["id"])


def finish_card(api: Api, session: str) -> CardToken | None:
    """Return the card that was entered on a page, None while there is none."""
    params = {"expand": [f"{SETUP}.{PAYMENT_METHOD}"]}
    try:
        found = api.call("checkout.sessions.retrieve", session, params=params)
    except Refused as refused:
        if refused.status == 404:
            raise CardRefused("session", "is not a page of Stripe's") from None
        raise
    if found["status"] == "expired":
        raise CardRefused("session", "is over; no card was entered in time")
    setup = found[SETUP]
    if found["status"] != "complete" or not setup or setup["status"] != "succeeded":
        return None
    return _describe(setup[PAYMENT_METHOD], found["customer"])


def read_card(api: Api, token: str) -> CardToken | None:
    """Return a card as Stripe knows it now, with the expiry that its bank may have renewed."""
    source = read_token(token)
    if source is None:
        return None
    try:
        found = api.call("payment_methods.retrieve", source.payment_method)
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return _describe(found, source.customer) if found["customer"] == source.customer else None


def forget_card(api: Api, token: str) -> None:
    """Take a card away from its customer at Stripe, after which it cannot be charged."""
    source = read_token(token)
    if source is None:
        return
    try:
        api.call("payment_methods.detach", source.payment_method)
    except Refused:
        if read_card(api, token) is not None:
            raise


def _describe(payment_method: Json, customer: str) -> CardToken:
    """Return what is kept of a payment method; one that is no card has its type as brand and no expiry."""
    kind = payment_method["type"]
    details = payment_method[kind]
    return CardToken(
        token=write_token(Source(customer, payment_method["id"], kind)),
        brand=details["brand"] if kind == CARD else kind,
        last4=details["last4"],
        exp_month=details.get("exp_month", 0),
        exp_year=details.get("exp_year", 0),
    )
