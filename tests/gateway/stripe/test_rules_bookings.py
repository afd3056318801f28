"""Every line of Stripe's balance is a booking, under the name of what it is of; nothing is left out."""

from datetime import UTC, datetime

import pytest

from core.money import Money
from gateway.stripe.bookings import list_bookings

INTENT = {"object": "charge", "id": "ch_1", "payment_intent": "pi_1", "amount": 1000, "currency": "usd"}
DISPUTE = {"object": "dispute", "id": "du_1", "amount": 1000, "currency": "usd"}
TRANSFER = {"object": "transfer", "id": "tr_1", "amount": 700, "currency": "usd"}
REVERSAL = TRANSFER | {"object": "transfer_reversal", "id": "trr_1", "transfer": "tr_1"}
PAYOUT = {"object": "payout", "id": "po_1", "amount": 5000, "currency": "usd"}


class Listed:
    """Stripe's list, as it was written down."""

    def __init__(self, *lines):
        self.lines = lines

    def list_all(self, name, *, params):
        assert name == "balance_transactions.list"
        return iter(self.lines)


def line(kind, source, amount, *, fee=0, currency="usd"):
    return {
        "id": f"txn_{kind}",
        "type": kind,
        "source": source,
        "amount": amount,
        "fee": fee,
        "currency": currency,
        "created": 1_795_000_000,
    }


def read(*lines):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return [(each.reference, each.money, each.fee) for each in list_bookings(Listed(*lines), at, at)]


def usd(cents):
    return Money(cents, "USD")


@pytest.mark.parametrize(
    ("kind", "source", "amount", "fee", "reference"),
    [
        ("charge", INTENT, 1000, 59, "pi_1"),
        ("adjustment", DISPUTE, -1000, 1500, "du_1"),
        ("adjustment", DISPUTE, 1000, 0, "du_1"),
        ("adjustment", None, -321, 0, "txn_adjustment"),
        ("transfer", TRANSFER, -700, 0, "tr_1"),
        ("transfer_refund", REVERSAL, 700, 0, "tr_1"),
        ("payout_failure", PAYOUT, 5000, 0, "po_1"),
        ("stripe_fee", None, -250, 0, "txn_stripe_fee"),
        ("a_kind_of_tomorrow", {"object": "novelty", "id": "nov_1"}, -5, 0, "nov_1"),
    ],
)
def test_what_moved_is_told_whatever_it_is_of(kind, source, amount, fee, reference):
    assert read(line(kind, source, amount, fee=fee)) == [(reference, usd(amount), usd(fee))]


def test_what_the_marketplace_is_paid_out_is_left_out():
    assert read(line("payout", PAYOUT, -5000)) == []


def test_in_another_currency_the_amount_of_the_dispute_is_told_and_no_fee():
    assert read(line("adjustment", DISPUTE, -920, fee=1400, currency="eur")) == [("du_1", usd(-1000), None)]


def test_a_transfer_that_was_reversed_comes_to_nothing():
    lines = read(line("transfer", TRANSFER, -700), line("transfer_refund", REVERSAL, 700))
    assert [(reference, money.amount_minor) for reference, money, _ in lines] == [
        ("tr_1", -700),
        ("tr_1", 700),
    ]
