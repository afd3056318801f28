"""Refunds at Stripe, and payouts as transfers to connected accounts: found in lists, never taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core import clock
from core.money import Money
from gateway.base import GatewayError, NotSent
from gateway.movements import MovementKind, Verdict
from tests.gateway.processors import StandInProcessor, charge
from tests.gateway.stripe_stand_in import refunds
from tests.movements import make_movement, make_refund

pytestmark = pytest.mark.django_db
FAULTS = ["drop_before", "drop_after", "500_before", "500_after", "garbage_200", "in_use"]


@pytest.fixture
def processor(stand_in) -> StandInProcessor:
    return StandInProcessor(stand_in)


def make_payout(key: str, *, cents: int = 500, to: str = "acct_madeUp"):
    return make_movement(key, token=to, cents=cents, kind=MovementKind.PAYOUT)


def test_a_payout_is_a_transfer_to_a_connected_account(processor, stand_in):
    charge(processor, "k", cents=2000)
    payout = make_payout("p")
    answer = processor.gateway.payout(payout)
    assert (answer.verdict, answer.key, answer.money) == (Verdict.APPROVED, "p", Money(500, "USD"))
    assert processor.gateway.lookup(payout) == answer == processor.gateway.payout(payout)
    assert stand_in.books.objects[answer.reference]["destination"] == "acct_madeUp"


def test_what_is_no_connected_account_is_not_paid(processor):
    for token, code in (("cus_1|pm_1", "no_connected_account"), ("acct_unknown", "resource_missing")):
        answer = processor.gateway.payout(make_payout("p", to=token))
        assert (answer.verdict, answer.hard, answer.code) == (Verdict.DECLINED, True, code)


def test_an_empty_balance_is_a_soft_decline(processor):
    answer = processor.gateway.payout(make_payout("p"))
    assert (answer.verdict, answer.hard, answer.code) == (Verdict.DECLINED, False, "balance_insufficient")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["refund", "payout"])
def test_whatever_becomes_of_the_answer_money_moves_once(processor, stand_in, fault, kind):
    _, capture = charge(processor, "k", cents=2000)
    movement = (
        make_payout("m") if kind == "payout" else make_refund("m", capture=capture.reference, cents=500)
    )
    send = getattr(processor.gateway, kind)
    stand_in.faults.add(fault, "POST /v1/" + ("transfers" if kind == "payout" else "refunds"))
    with pytest.raises(GatewayError) as raised:
        send(movement)
    assert not isinstance(raised.value, NotSent)
    is_done = fault in ("drop_after", "500_after", "garbage_200")
    assert processor.gateway.lookup(movement).verdict == (Verdict.APPROVED if is_done else Verdict.NOT_FOUND)
    assert send(movement).verdict == Verdict.APPROVED
    moved = "transfer" if kind == "payout" else "refund"
    assert [each["amount"] for each in stand_in.books.every(moved)] == [500]


def test_a_refund_that_the_bank_sends_back_is_pending_and_then_declined(processor, stand_in):
    customer = processor.make_token("approve").split("|")[0]
    movement = make_movement("k", token=f"{customer}|pm_card_refundFail")
    capture = processor.gateway.charge(replace(movement, reference=processor.gateway.prepare(movement)))
    refund = make_refund("r", capture=capture.reference, cents=500)
    assert processor.gateway.refund(refund).verdict == Verdict.PENDING
    stand_in.books.advance(timedelta(days=5))
    answer = processor.gateway.lookup(refund)
    assert (answer.verdict, answer.hard) == (Verdict.DECLINED, True)


def test_a_refund_of_more_than_is_left_names_the_amount(processor):
    _, capture = charge(processor, "k")
    answer = processor.gateway.refund(make_refund("r", capture=capture.reference, cents=501))
    assert (answer.verdict, answer.hard) == (Verdict.DECLINED, True)
    assert "greater than" in answer.message


def test_one_that_stripe_does_not_list_is_void_only_when_no_sender_can_be_alive(processor):
    _, capture = charge(processor, "k")
    refund = make_refund("r", capture=capture.reference, cents=500)
    assert processor.gateway.cancel(refund).verdict == Verdict.PENDING
    old = replace(refund, sent_at=clock.now() - timedelta(minutes=61))
    assert processor.gateway.cancel(old).verdict == Verdict.VOID
    sent = processor.gateway.refund(refund)
    assert processor.gateway.cancel(old) == sent


def test_long_lists_are_read_to_their_end(processor, stand_in):
    _, capture = charge(processor, "k", cents=20_000)
    first = make_refund("r", capture=capture.reference, cents=50)
    answer = processor.gateway.refund(first)
    for number in range(120):
        intent = {"payment_intent": capture.reference, "amount": "50", "metadata": {"attempt": str(number)}}

        refunds.create(stand_in.books, intent)
    assert processor.gateway.lookup(first) == answer
