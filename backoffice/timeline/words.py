"""The words of a timeline's lines, as finance reads them."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from charges.models import AttemptState, ChargeKind, ChargeStatus, DisputeStatus
from core.money import Money
from events.types import EventType
from invoicing.models import PaperKind
from ledger.models import TransactionKind
from mail.kinds import Kind
from payouts.models import PayoutStatus
from subscriptions.models import SubscriptionStatus

PAGES = {
    "sent": "charges_attempt",
    "answered": "charges_attempt",
    "ledger": "ledger_ledgertransaction",
    "refund": "charges_charge",
    "dispute": "charges_dispute",
    "paper": "invoicing_taxpaper",
    "delivery": "webhooks_delivery",
    "mail": "mail_mail",
    "period": "charges_charge",
    "bought": "charges_charge",
    "sold": "charges_charge",
    "subscribed": "subscriptions_subscription",
    "payout": "payouts_payout",
}


class Row(NamedTuple):
    """A line as the database gives it."""

    at: datetime
    source: str
    what: str
    detail: str
    who: str
    pk: int | None
    minor: int | None
    currency: str

    @property
    def money(self) -> str:
        """The amount in words; nothing for none."""
        return "" if self.minor is None else str(Money(int(self.minor), self.currency))


class Line(NamedTuple):
    """A line as it is shown: when, what happened, a detail, and the page that says more."""

    at: datetime
    what: str
    detail: str
    address: str


def describe(row: Row) -> Line:
    """Return a line in words."""
    what, detail = WORDS[row.source](row)
    page = PAGES.get(row.source)
    address = reverse(f"admin:{page}_change", args=[row.pk]) if page and row.pk is not None else ""
    return Line(row.at, what, detail, address)


def name_actor(actor: str) -> str:
    """Return who did something, from the name that histories have: staff:anna, system:collection."""
    kind, _, name = actor.partition(":")
    return {"staff": f"{name} of the staff", "system": "the server", "": ""}.get(kind, actor)


def _by(row: Row) -> str:
    return " · ".join(part for part in (name_actor(row.who), row.detail) if part)


def _label(choices: Any, value: str) -> str:
    return str(dict(choices.choices).get(value, value))


def _describe_staff(row: Row) -> tuple[str, str]:
    try:
        said = json.loads(row.detail)
        words = ", ".join(str(each) for each in said) if isinstance(said, list) else str(said)
    except ValueError:
        words = row.detail
    return f"{row.who} of the staff: {words or 'changed it'}", ""


def _describe_delivery(row: Row) -> tuple[str, str]:
    return f"Webhook {row.who}: {_label(EventType, row.what)}", row.detail


def _describe_asked(row: Row) -> tuple[str, str]:
    verb = "to be given back" if row.what == ChargeKind.REFUND else "asked for"
    return f"{row.money} {verb}: {row.detail}", row.who and f"by {row.who}"


def _describe_period(row: Row) -> tuple[str, str]:
    verb = "refund" if row.who == ChargeKind.REFUND else "payment"
    return f"{row.money}: {verb} {_label(ChargeStatus, row.what).lower()}", row.detail


WORDS: dict[str, Callable[[Row], tuple[str, str]]] = {
    "asked": _describe_asked,
    "offered": lambda row: (f"{row.money} a period asked for: {row.detail}", row.who and f"by {row.who}"),
    "consent": lambda row: (f"{row.who} agreed", row.detail),
    "charge": lambda row: (_label(ChargeStatus, row.what), _by(row)),
    "subscription": lambda row: (
        "Something was done to it" if row.what == "note" else _label(SubscriptionStatus, row.what),
        _by(row),
    ),
    "sent": lambda row: (f"{row.money} asked of {row.detail}", ""),
    "answered": lambda row: (f"{row.who} answered: {_label(AttemptState, row.what)}", row.detail),
    "ledger": lambda row: (f"{row.money} booked: {_label(TransactionKind, row.what)}", row.detail),
    "refund": lambda row: (f"{row.money} to be given back: {_label(ChargeStatus, row.what)}", row.detail),
    "dispute": lambda row: (f"{row.money} disputed: {_label(DisputeStatus, row.what)}", row.detail),
    "paper": lambda row: (f"{_label(PaperKind, row.what)} {row.detail} over {row.money}", ""),
    "delivery": _describe_delivery,
    "mail": lambda row: (f"Mail {row.who}: {_label(Kind, row.what)}", f"to {row.detail}"),
    "period": _describe_period,
    "bought": lambda row: (f"Bought {row.detail} for {row.money}: {_label(ChargeStatus, row.what)}", ""),
    "sold": lambda row: (f"Sold {row.detail} for {row.money}: {_label(ChargeStatus, row.what)}", ""),
    "subscribed": lambda row: (
        f"Subscription to {row.detail}, {row.money} a period: {_label(SubscriptionStatus, row.what)}",
        "",
    ),
    "payout": lambda row: (f"Payout of {row.money}: {_label(PayoutStatus, row.what)}", _by(row)),
    "staff": _describe_staff,
}
