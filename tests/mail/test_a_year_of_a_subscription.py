"""A year of a subscription gives exactly the mails that people would expect, in order."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail as django_mail

from core import clock
from mail.reminders import remind
from operations.factories import SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from tests.mail.steps import make_caller, read_all, send_all
from tests.subscriptions.stories import START, at, change_card, day, fetch, new_card

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BUYER, SELLER = "bo@buyer.example", "ada@seller.example"
RECEIPT, FAILED = "Receipt: $19.00 for Monthly app", "Payment failed: Monthly app"
EXPECTED = [
    ("2027-02-11", BUYER, "Your trial ends on 14 February 2027: Monthly app"),
    ("2027-02-14", BUYER, RECEIPT),
    ("2027-02-14", SELLER, "Your first sale: Chat Extras"),
    ("2027-03-14", BUYER, RECEIPT),
    ("2027-04-14", BUYER, RECEIPT),
    ("2027-05-14", BUYER, FAILED),
    ("2027-05-15", BUYER, FAILED),
    ("2027-05-16", BUYER, RECEIPT),  # With another card.
    *((f"2027-{month:02}-14", BUYER, RECEIPT) for month in range(6, 12)),
    ("2027-12-01", BUYER, "Cancelled: Monthly app"),
]
# On the others nothing happens.
BUSY = (1, *range(10, 18))


def list_days(since: str, until: str) -> Iterator[datetime]:
    now = day(since)
    while now < day(until):
        if now.day in BUSY:
            yield now
        now += timedelta(days=1)


def live(since: str, until: str) -> list[tuple[str, str, str]]:
    """Let days pass, with all that is due on each; return day, address and subject of each mail."""
    got = []
    for now in list_days(since, until):
        at(now)
        with clock.travel_to(now):
            remind()
            before = len(django_mail.outbox)
            send_all()
        got += [(f"{now:%Y-%m-%d}", *mail.to, mail.subject) for mail in django_mail.outbox[before:]]
    return got


def test_trial_renewals_a_failure_recovery_and_cancellation():
    subscription = SubscriptionFactory(caller=make_caller(), activated=True, trial_days=14, at=START)
    got = live("2027-02-01", "2027-05-01")
    change_card(subscription, "decline_soft")
    got += live("2027-05-01", "2027-05-16")
    with clock.travel_to(day("2027-05-16")):
        new_card(fetch(subscription), "approve")
    got += live("2027-05-16", "2027-12-01")
    with clock.travel_to(day("2027-12-01")):
        cancel_subscription(subscription.pk, actor="test")
    got += live("2027-12-01", "2028-02-01")
    assert got == EXPECTED


def test_a_card_that_never_pays_ends_with_one_mail_that_says_so():
    subscription = SubscriptionFactory(caller=make_caller(), active=True, at=START)
    send_all()
    change_card(subscription, "decline_soft")
    got = []
    for later in (28, 29, 31, 33, 35, 40):
        at(days=later)
        with clock.travel_to(START + timedelta(days=later)):
            got += send_all()
    assert got == [FAILED] * 4 + ["Stopped: Monthly app"]


def test_a_renewal_is_told_only_when_the_money_is_in():
    subscription = SubscriptionFactory(caller=make_caller(), active=True, at=START)
    send_all()
    change_card(subscription, "debit_for_days")
    at(days=28)
    with clock.travel_to(START + timedelta(days=28)):
        assert send_all() == []
    at(days=32)
    with clock.travel_to(START + timedelta(days=32)):
        assert send_all() == [RECEIPT]


def test_what_was_read_is_read_once():
    SubscriptionFactory(caller=make_caller(), active=True)
    assert read_all() > 0
    assert read_all() == 0
