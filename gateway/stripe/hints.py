"""Events that Stripe sends: signed over the body as it came, and only hints of what to ask about."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import stripe

from core import clock
from gateway.hints import ForgedHint, Hint, Subject
from gateway.stripe.answers import read_instant
from gateway.stripe.api import Json
from gateway.stripe.sources import Source, write_token

SIGNATURE = "stripe-signature"
TOLERANCE = timedelta(seconds=300)
SENT_AT = re.compile(r"(?:^|,)t=([0-9]{1,11})(?:,|$)")


def read_hints(body: bytes, signature: str, *, secret: str, livemode: bool) -> list[Hint]:
    """Return the hint of an event, none for one of no interest. Raises ForgedHint."""
    _verify(body, signature, secret)
    event = json.loads(body)
    if event.get("livemode") is not livemode:
        return []
    for prefix, (subject, name) in SUBJECTS.items():
        if event["type"].startswith(prefix):
            reference = name(event["data"])
            return [Hint(event["id"], subject, reference)] if reference else []
    return []


def _verify(body: bytes, signature: str, secret: str) -> None:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        raise ForgedHint("not signed with our secret") from None
    sent_at = SENT_AT.search(signature)
    if sent_at is None or abs(clock.now() - read_instant(int(sent_at[1]))) > TOLERANCE:
        raise ForgedHint("signed too long ago, or our clock is wrong")


def _name_object(data: Json) -> str:
    return str(data["object"]["id"])


def _name_intent(data: Json) -> str:
    return data["object"].get("payment_intent") or ""


def _name_card(data: Json) -> str:
    """Return the token of a card; one that was taken from its customer tells whose it was."""
    method = data["object"]
    customer = method["customer"] or (data.get("previous_attributes") or {}).get("customer")
    return write_token(Source(customer, method["id"], method["type"])) if customer else ""


# The first prefix that fits says what an event is about. A charge's own events tell of its fee.
SUBJECTS: dict[str, tuple[Subject, Callable[[Json], str]]] = {
    "payment_intent.": (Subject.MOVEMENT, _name_object),
    "charge.dispute.": (Subject.DISPUTE, _name_object),
    "charge.refund.": (Subject.MOVEMENT, _name_object),
    "charge.": (Subject.MOVEMENT, _name_intent),
    "refund.": (Subject.MOVEMENT, _name_object),
    "transfer.": (Subject.MOVEMENT, _name_object),
    "payment_method.": (Subject.CARD, _name_card),
}
