"""Charges at Stripe: prepared, confirmed with and without the buyer, found again, cancelled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from core.money import Money
from gateway.base import GatewayError, NotSent
from gateway.movements import CUSTOMER, SOURCE, Verdict
from gateway.stripe.gateway import StripeGateway
from tests.gateway.processors import StandInProcessor, charge, prepare
from tests.movements import make_movement

pytestmark = pytest.mark.django_db
BACK = "https://billing.example/back"


@pytest.fixture
def processor(stand_in) -> StandInProcessor:
    return StandInProcessor(stand_in)


def make_token(stand_in, stripe: StripeGateway, name: str) -> str:
    """Return the token of a test payment method that belongs to a customer."""
    customer = stripe.create_customer(key="c")
    method = stand_in.books.find_method(name)
    method["customer"] = customer
    kind = "" if method["type"] == "card" else f"|{method['type']}"
    return f"{customer}|{method['id']}{kind}"


def send(stripe: StripeGateway, **given):
    movement = make_movement(**given)
    return stripe.charge(replace(movement, reference=stripe.prepare(movement)))


def answer_the_bank(url: str, answer: str) -> str:
    """Press a button on the bank's page, and return where it leads."""
    return requests.post(url, data={"answer": answer}, allow_redirects=False, timeout=5).headers["Location"]


def captures(stand_in) -> list[int]:
    return [
        each["amount"] for each in stand_in.books.every("balance_transaction") if each["type"] == "charge"
    ]


def test_the_fee_is_what_stripe_booked(processor):
    _, answer = charge(processor, "k", cents=10_000)
    assert answer.fee == Money(320, "USD")


def test_a_lost_intent_is_found_by_its_key_and_adopted_or_cancelled(processor):
    prepared = prepare(processor, "k")
    lost = replace(prepared, reference="")
    assert processor.gateway.lookup(lost).verdict == Verdict.NOT_FOUND
    cancelled = processor.gateway.cancel(lost)
    assert (cancelled.verdict, cancelled.reference) == (Verdict.VOID, prepared.reference)
    assert processor.gateway.charge(prepared).verdict == Verdict.VOID


def test_what_was_never_prepared_is_void_at_once(processor):
    assert (
        processor.gateway.cancel(make_movement("k", token=processor.make_token("approve"))).verdict == "void"
    )


def test_a_charge_that_was_not_prepared_is_not_sent(processor, stand_in):
    with pytest.raises(NotSent):
        processor.gateway.charge(make_movement("k", token=processor.make_token("approve")))
    assert captures(stand_in) == []


def test_a_bank_account_is_pending_for_days_and_then_paid(stripe, stand_in):
    token = make_token(stand_in, stripe, "pm_usBankAccount_success")
    movement = make_movement("k", token=token)
    movement = replace(movement, reference=stripe.prepare(movement))
    answer = stripe.charge(movement)
    assert (answer.verdict, answer.patience) == (Verdict.PENDING, timedelta(days=14))
    assert stripe.cancel(movement).verdict == Verdict.PENDING
    stand_in.books.advance(timedelta(days=5))
    assert stripe.lookup(movement).verdict == Verdict.APPROVED


@pytest.mark.parametrize(("press", "verdict"), [("complete", Verdict.APPROVED), ("fail", Verdict.DECLINED)])
def test_a_buyer_confirms_or_refuses_on_the_banks_page_and_comes_back(processor, stand_in, press, verdict):
    movement, _ = charge(processor, "k", "confirm")
    asked = processor.gateway.charge(replace(movement, return_url=BACK))
    assert answer_the_bank(asked.buyer_url, press).startswith(BACK)
    found = processor.gateway.lookup(movement)
    assert (found.verdict, found.reference) == (verdict, movement.reference)
    again = processor.gateway.charge(replace(movement, return_url=BACK))
    assert (again.verdict, len(captures(stand_in))) == (verdict, verdict == Verdict.APPROVED)


def test_a_bank_that_says_never_again_is_a_hard_decline(stripe, stand_in):
    token = make_token(stand_in, stripe, "pm_card_doNotTryAgain")
    answer = send(stripe, token=token)
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "do_not_honor", True)


@pytest.mark.parametrize("cents", [49, 100_000_000])
def test_an_amount_that_stripe_does_not_take_is_a_hard_decline(processor, cents):
    movement = prepare(processor, "k", cents=cents)
    answer = processor.gateway.charge(movement)
    assert (movement.reference, answer.verdict, answer.hard) == ("", Verdict.DECLINED, True)
    assert answer.code.startswith("amount_too_")


def test_an_amount_that_stripe_has_no_unit_for_is_a_hard_decline_in_words(processor):
    movement = replace(make_movement(token=processor.make_token("approve")), money=Money(150, "MGA"))
    assert processor.gateway.prepare(movement) == ""
    answer = processor.gateway.charge(movement)
    assert (answer.verdict, answer.hard, answer.code) == (Verdict.DECLINED, True, "amount_not_supported")
    assert "whole MGA only" in answer.message


@pytest.mark.parametrize(
    "token", ["tok_test_approve", "source:card_1", "source:pm_unheardOf", "customer:x", "cus_1"]
)
def test_a_token_that_stripe_does_not_know_is_a_hard_decline(stripe, token):
    answer = send(stripe, token=token)
    assert (answer.verdict, answer.hard, answer.code) == (Verdict.DECLINED, True, "invalid_source")


def test_a_card_that_was_removed_is_a_hard_decline(stripe, stand_in):
    token = make_token(stand_in, stripe, "pm_card_visa")
    stripe.forget_card(token=token)
    answer = send(stripe, token=token)
    assert (answer.verdict, answer.hard) == (Verdict.DECLINED, True)


def test_a_customer_that_was_deleted_at_stripe_is_a_hard_decline(stripe, stand_in):
    customer, method = make_token(stand_in, stripe, "pm_card_visa").split("|")
    del stand_in.books.objects[customer]
    stand_in.books.deleted.add(customer)
    answer = send(stripe, token=f"{customer}|{method}")
    assert (answer.verdict, answer.hard, answer.code) == (Verdict.DECLINED, True, "resource_missing")


def test_a_customer_of_another_account_is_for_the_operator(stripe, caplog):
    with pytest.raises(NotSent):
        send(stripe, token="cus_ofAnother|pm_ofAnother")
    assert "refused a request" in caplog.text


def test_stripes_own_names_of_cards_and_customers_are_taken(stripe, stand_in):
    customer, name = make_token(stand_in, stripe, "pm_card_visa").split("|")
    assert send(stripe, key="1", token=f"{SOURCE}{name}").verdict == Verdict.APPROVED
    assert send(stripe, key="2", token=f"{CUSTOMER}{customer}").verdict == Verdict.APPROVED
    other = stand_in.books.find_method("pm_card_mastercard")
    other["customer"] = customer
    stand_in.books.objects[customer]["invoice_settings"]["default_payment_method"] = other["id"]
    movement = make_movement("3", token=f"{CUSTOMER}{customer}")
    intent = stand_in.books.objects[stripe.prepare(movement)]
    assert intent["payment_method"] == other["id"]


def test_failures_that_stripe_repeats_are_passed_by_and_capture_once(processor, stand_in):
    movement = prepare(processor, "k")
    for _ in range(2):
        stand_in.faults.add("500_before", "/confirm")
        with pytest.raises(GatewayError):
            processor.gateway.charge(movement)
    assert processor.gateway.charge(movement).verdict == Verdict.APPROVED
    assert processor.gateway.charge(movement).verdict == Verdict.APPROVED
    assert captures(stand_in) == [500]


def test_many_senders_capture_once(processor, stand_in):
    movement = prepare(processor, "k")

    def work(_: int) -> str:
        try:
            return processor.gateway.charge(movement).verdict
        except GatewayError:
            return "unknown"

    with ThreadPoolExecutor(8) as pool:
        verdicts = {*pool.map(work, range(16))}
    assert verdicts <= {Verdict.APPROVED, "unknown"}
    assert captures(stand_in) == [500]


def test_a_sender_and_a_cancel_at_once_agree(processor, stand_in):
    for number in range(8):
        movement = prepare(processor, f"k{number}")
        before = len(captures(stand_in))
        with ThreadPoolExecutor(2) as pool:
            sent = pool.submit(processor.gateway.charge, movement)
            cancelled = pool.submit(processor.gateway.cancel, movement)
        found = processor.gateway.lookup(movement).verdict
        assert found == cancelled.result().verdict == sent.result().verdict
        assert len(captures(stand_in)) - before == (found == Verdict.APPROVED)
