"""The words of a timeline's lines, as finance reads them."""

import json
from collections.abc import Callable

from django.urls import reverse

from approvals.models import ApprovalAct, ApprovalStatus
from backoffice.timeline import money_words
from backoffice.timeline.rows import Line, Row, Words, join, label
from events.types import EventType
from mail.kinds import Kind
from subscriptions.models import SubscriptionStatus

PAGES = {
    "request": "request_log_loggedrequest",
    "sent": "charges_attempt",
    "answered": "charges_attempt",
    "review": "charges_attempt",
    "ledger": "ledger_ledgertransaction",
    "owed": "ledger_ledgertransaction",
    "refund": "charges_charge",
    "approval_asked": "approvals_approval",
    "approval": "approvals_approval",
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
NOT_SENT = {
    "ahead": "not handed out to its endpoint yet",
    "nowhere": "sent to no endpoint",
}
WAITS: dict[str, str] = {
    ApprovalStatus.REQUESTED: "waits for a second person",
    ApprovalStatus.APPROVED: "approved, not done yet",
    ApprovalStatus.REJECTED: "was rejected",
    ApprovalStatus.VOID: "is void",
}
DECIDED: dict[str, str] = {ApprovalStatus.REJECTED: "rejected", ApprovalStatus.VOID: "made void"}


def describe(row: Row) -> Line:
    """Return a line in words."""
    words = TOLD[row.source](row)
    page = PAGES.get(row.source)
    address = reverse(f"admin:{page}_change", args=[row.pk]) if page and row.pk is not None else ""
    return Line(row.at, words.what, words.detail, address)


def tell_staff(row: Row) -> Words:
    """Say what somebody of the staff did, and to which row if not to the one of the timeline."""
    try:
        said = json.loads(row.detail)
        words = ", ".join(str(each) for each in said) if isinstance(said, list) else str(said)
    except ValueError:
        words = row.detail
    about = f" (on the {row.what})" if row.what else ""
    return Words(f"{row.who} of the staff{about}: {words or 'changed it'}")


def tell_request(row: Row) -> Words:
    """Say what a program asked for, with the status of the answer and the X-Request-ID."""
    status, _, application = row.who.partition(" ")
    by = application and f"by {application}"
    return Words(f"API call {row.what}: {status}", join(by, f"X-Request-ID {row.detail}"))


def tell_delivery(row: Row) -> Words:
    """Say what became of an event on its way to an endpoint."""
    if row.who in NOT_SENT:
        return Words(f"Event: {label(EventType, row.what)}", NOT_SENT[row.who])
    return Words(f"Webhook {row.who}: {label(EventType, row.what)}", row.detail)


def tell_refund_request(row: Row) -> Words:
    """Say who asked for a refund and why, and whether it waits for somebody."""
    return Words(f"{row.money} asked back by {row.actor}", join(row.detail, WAITS.get(row.what, "")))


def tell_approval_asked(row: Row) -> Words:
    """Say who asked a second person for what."""
    who = f"{row.who} of the staff" if row.who else "somebody"
    what = f"{label(ApprovalAct, row.what)}, {row.money}"
    return Words(f"{what}: {who} asked a second person", join(row.detail, WAITS.get(row.kind, "")))


def tell_approval(row: Row) -> Words:
    """Say what the second person decided, and why."""
    decided = DECIDED.get(row.kind, "approved")
    return Words(f"{label(ApprovalAct, row.what)}, {row.money}: {decided} by {row.actor}", row.detail)


def tell_subscription(row: Row) -> Words:
    """Say what became of a subscription, and by whom."""
    what = "Something was done to it" if row.what == "note" else label(SubscriptionStatus, row.what)
    return Words(what, join(row.actor, row.detail))


def tell_subscribed(row: Row) -> Words:
    """Say which subscription a buyer has, and how it is now."""
    status = label(SubscriptionStatus, row.what)
    return Words(f"Subscription to {row.detail}, {row.marked_money} a period: {status}")


def _name_thing(row: Row, before: str) -> str:
    """Return what it was about, on the page of a buyer who has many."""
    return f"{before}{row.what}" if row.what else ""


TOLD: dict[str, Callable[[Row], Words]] = {
    "request": tell_request,
    "asked": money_words.tell_asked,
    "offered": lambda row: Words(
        f"{row.money} a period asked for: {row.detail}", row.who and f"by {row.who}"
    ),
    "shown": lambda row: Words(f"Page shown to {row.who}{_name_thing(row, ': ')}"),
    "consent": lambda row: Words(f"{row.who} agreed{_name_thing(row, ' to ')}", row.detail),
    "charge": money_words.tell_step,
    "subscription": tell_subscription,
    "sent": money_words.tell_sent,
    "answered": money_words.tell_answer,
    "review": money_words.tell_review,
    "ledger": money_words.tell_posting,
    "owed": money_words.tell_owed,
    "refund": money_words.tell_refund,
    "refund_request": tell_refund_request,
    "approval_asked": tell_approval_asked,
    "approval": tell_approval,
    "dispute": money_words.tell_dispute,
    "paper": money_words.tell_paper,
    "delivery": tell_delivery,
    "mail": lambda row: Words(f"Mail {row.who}: {label(Kind, row.what)}", f"to {row.detail}"),
    "period": money_words.tell_period,
    "bought": money_words.tell_bought,
    "sold": money_words.tell_sold,
    "subscribed": tell_subscribed,
    "payout": money_words.tell_payout,
    "staff": tell_staff,
}
