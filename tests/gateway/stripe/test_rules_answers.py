"""What each state of a payment intent and refund at Stripe means, without asking anybody."""

from datetime import timedelta

import pytest

from core.money import Money
from gateway.movements import Verdict
from gateway.stripe.answers import answer_intent, answer_refund

INTENT = {
    "id": "pi_1",
    "amount": 500,
    "amount_received": 0,
    "currency": "usd",
    "latest_charge": None,
    "last_payment_error": None,
    "metadata": {"attempt": "k"},
    "next_action": None,
    "payment_method_types": ["card"],
}
REFUND = {
    "id": "re_1",
    "amount": 500,
    "currency": "usd",
    "metadata": {"attempt": "k"},
    "balance_transaction": None,
}
DECLINE = {"code": "card_declined", "decline_code": "insufficient_funds", "message": "No funds."}


def make_intent(status: str, **fields) -> dict:
    return INTENT | {"status": status} | fields


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("requires_confirmation", Verdict.NOT_FOUND),
        ("requires_payment_method", Verdict.NOT_FOUND),
        ("requires_action", Verdict.NEEDS_BUYER),
        ("processing", Verdict.PENDING),
        ("requires_capture", Verdict.PENDING),
        ("canceled", Verdict.VOID),
    ],
)
def test_an_intent_that_took_nothing_says_how_it_stands(status, verdict):
    answer = answer_intent(make_intent(status))
    assert (answer.verdict, answer.key, answer.reference) == (verdict, "k", "pi_1")
    assert answer.fee is None


def test_what_was_received_is_the_amount_not_what_was_asked_for():
    paid = make_intent("succeeded", amount_received=499)
    assert answer_intent(paid).money == Money(499, "USD")


def test_a_fee_is_unknown_until_stripe_tells_it_and_may_be_of_another_currency():
    booking = {"fee": 35, "currency": "eur", "available_on": 1_800_000_000}
    for charge in (None, "ch_1", {"balance_transaction": None}, {"balance_transaction": "txn_1"}):
        assert answer_intent(make_intent("succeeded", latest_charge=charge)).fee is None
    told = answer_intent(make_intent("succeeded", latest_charge={"balance_transaction": booking}))
    assert (told.fee, told.available_on.year) == (Money(35, "EUR"), 2027)


@pytest.mark.parametrize(
    ("error", "hard"),
    [
        (DECLINE, False),
        (DECLINE | {"advice_code": "try_again_later"}, False),
        (DECLINE | {"advice_code": "do_not_try_again"}, True),
        ({"code": "card_declined", "decline_code": "lost_card"}, True),
        ({"code": "account_closed"}, True),
        ({"code": "payment_intent_authentication_failure"}, False),
        ({}, False),
    ],
)
def test_a_decline_is_hard_if_the_bank_or_its_reason_says_so(error, hard):
    answer = answer_intent(
        make_intent("requires_payment_method", last_payment_error=error | {"type": "card_error"})
    )
    assert (answer.verdict, answer.hard) == (Verdict.DECLINED, hard)
    assert answer.code


@pytest.mark.parametrize(
    "error", [{"code": "authentication_required"}, {"decline_code": "authentication_required"}]
)
def test_a_bank_that_wants_the_buyer_is_no_decline(error):
    answer = answer_intent(make_intent("requires_payment_method", last_payment_error=error))
    assert (answer.verdict, answer.patience, answer.buyer_url) == (Verdict.NEEDS_BUYER, timedelta(days=7), "")


def test_a_bank_account_takes_longer_than_a_card():
    assert answer_intent(make_intent("processing")).patience == timedelta(days=1)
    debit = make_intent("processing", payment_method_types=["sepa_debit"])
    assert answer_intent(debit).patience == timedelta(days=14)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("succeeded", Verdict.APPROVED),
        ("pending", Verdict.PENDING),
        ("requires_action", Verdict.PENDING),
        ("failed", Verdict.DECLINED),
        ("canceled", Verdict.VOID),
    ],
)
def test_a_refund_says_how_it_stands(status, verdict):
    assert answer_refund(REFUND | {"status": status}).verdict == verdict
