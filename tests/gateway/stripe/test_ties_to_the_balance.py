"""The ledger ties to the processor: each account adds up to Stripe's own list of balance transactions."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import cycle

import pytest
from django.db import connection, transaction

from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.disputes.ask import ask_about_open_disputes, ask_for_disputes
from charges.fees.sweep import learn_due_fees
from charges.models import Attempt, AttemptState, Charge, ChargeStatus, Dispute
from charges.refunds.make import refund_charge
from charges.requests.customer import charge_customer
from core import clock
from operations.factories import ChargeFactory
from operations.verification import find_breaches
from tests.gateway.stripe.cast import (
    answer_bank,
    at_both,
    decide_dispute,
    make_buyer,
    make_customer_with_bank_account,
)
from tests.gateway.stripe.tied_ledger import assert_ledger_is_as_told, list_balance

pytestmark = pytest.mark.django_db(transaction=True)

CARDS = (
    "pm_card_visa",
    "pm_card_mastercard",
    "pm_card_createDispute",
    "pm_card_authenticationRequired",
    "pm_card_refundFail",
    "pm_card_chargeCustomerFail",
    "pm_card_visa_chargeDeclinedStolenCard",
)
LOST_ON_THE_WAY = (
    ("drop_before", "/confirm"),
    ("drop_after", "/confirm"),
    ("500_before", "POST /v1/payment_intents"),
    ("500_after", "/confirm"),
    ("garbage_200", "/confirm"),
    ("rate_limit", "POST /v1/payment_intents"),
    ("drop_after", "POST /v1/refunds"),
    ("500_before", "POST /v1/refunds"),
    ("drop_before", "POST /v1/refunds"),
    ("garbage_502", "POST /v1/refunds"),
)
KINDS = ("charge", "refund", "refund_failure", "dispute", "dispute_reversal")
CONFIRMATIONS = cycle(("complete", "fail", "", "complete"))
DECISIONS = cycle(("winning_evidence", "losing_evidence", ""))


@pytest.mark.slow
@pytest.mark.parametrize("count", [60, pytest.param(1_000, marks=pytest.mark.night)])
def test_all_that_happens_to_payments_ties_to_the_cent(stand_in, settings, count):
    settings.LIVE_GATEWAY = "stripe"
    started = clock.now()
    ask_for_payments(stand_in, settings, count)
    lose_answers(stand_in, count // 10)
    pass_days(stand_in, started, 0, 1)
    for attempt in Attempt.objects.filter(state=AttemptState.AWAITING_BUYER).order_by("pk"):
        if answer := next(CONFIRMATIONS):
            answer_bank(attempt.charge_id, answer)
    give_back()
    pass_days(stand_in, started, 1, 6)
    decide_disputes(stand_in)
    pass_days(stand_in, started, 6, 12)
    assert_nothing_is_open()
    assert_ledger_is_as_told(stand_in)
    told = {(each["currency"], each["reporting_category"]) for each in list_balance(stand_in)}
    assert {(currency, kind) for currency in ("usd", "eur") for kind in KINDS} <= told
    assert [(breach.invariant.id, breach.rows) for breach in find_breaches()] == []


def ask_for_payments(stand_in, settings, count: int) -> None:
    """So many charges of all cards and a bank account, in two currencies."""
    callers = [make_buyer(stand_in, card) for card in CARDS]
    account = make_customer_with_bank_account()
    for currency in ("USD", "EUR"):
        settings.DEFAULT_CURRENCY = currency
        for number in range(count // 2):
            cents, place = 100 + 37 * number % 20_011, number % (len(CARDS) + 1)
            if place == len(CARDS):
                ask_customer(account, cents)
            else:
                ChargeFactory(
                    caller=callers[place], price_minor=cents, quantity=1 + number % 3, activated=True
                )


def ask_customer(account, cents: int) -> None:
    """A payment that takes the bank some days."""
    charge_customer(
        customer=account.customer, payment_option=account, amount_minor=cents, name="Seat", actor="test"
    )


def lose_answers(stand_in, times: int) -> None:
    for number in range(times):
        stand_in.faults.add(*LOST_ON_THE_WAY[number % len(LOST_ON_THE_WAY)])


def pass_days(stand_in, started: datetime, first: int, last: int) -> None:
    """All sweeps run twice a day, and more often on the first."""
    hours = [*range(24 * first, 24 * last, 12), *([1, 2, 6] if not first else [])]
    for hour in sorted(hours):
        with at_both(stand_in, started + timedelta(hours=hour, minutes=5)):
            while collect_due_charges():
                pass
            while resolve_due_attempts():
                pass
            ask_for_disputes()
            ask_about_open_disputes()
            learn_due_fees()


def give_back() -> None:
    """Of each fourth payment some is given back, of each eighth the rest as well."""
    paid = Charge.objects.filter(status=ChargeStatus.SUCCESS, refund_of=None, disputes=None)
    for number, charge in enumerate(paid.order_by("pk")):
        left = charge.total_minor
        parts = [left // 3, left - left // 3][: (number % 4 == 0) + (number % 8 == 0)]
        for part in parts:
            with transaction.atomic():
                allow_large_refunds()
                refund_charge(charge, amount_minor=part, due_at=None)


def allow_large_refunds() -> None:
    """Let no refund of this transaction need a second person."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL billing.refund_approval_limit = 'USD:1000000,EUR:1000000'")


def decide_disputes(stand_in) -> None:
    """The banks decide some of the disputes."""
    for dispute in Dispute.objects.order_by("pk"):
        if words := next(DECISIONS):
            decide_dispute(stand_in, dispute.reference, words)


def assert_nothing_is_open() -> None:
    states = Counter(Attempt.objects.values_list("state", flat=True))
    assert states.keys() <= {"succeeded", "declined", "voided"}
    statuses = Counter(Charge.objects.values_list("status", flat=True))
    assert statuses.keys() == {"success", "failed"}, statuses
