"""A charge that is cancelled never moves money, wherever its request is."""

import threading
from datetime import timedelta

import pytest

from gateway.base import GatewayError, NotSent
from gateway.movements import CUSTOMER, Verdict
from tests.gateway.gocardless_movements import ask_charge, ask_refund

LONG_AGO = timedelta(hours=2)


def list_payments(stand_in):
    return list(stand_in.books.resources["payments"].values())


def test_what_has_not_gone_to_a_bank_is_cancelled_and_found_void(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    gateway.charge(movement)
    assert gateway.cancel(movement).verdict == Verdict.VOID
    assert [payment["status"] for payment in list_payments(stand_in)] == ["cancelled"]
    for answer in (gateway.lookup(movement), gateway.cancel(movement), gateway.charge(movement)):
        assert answer.verdict == Verdict.VOID


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("submitted", Verdict.PENDING), ("confirmed", Verdict.APPROVED), ("failed", Verdict.DECLINED)],
)
def test_what_has_gone_to_a_bank_is_said_as_it_is(gateway, stand_in, mandate, status, verdict):
    movement = ask_charge(mandate)
    stand_in.books.advance(gateway.charge(movement).reference, status)
    assert gateway.cancel(movement).verdict == verdict


def test_what_goes_to_the_bank_while_it_is_cancelled_is_said_as_it_is(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    reference = gateway.charge(movement).reference
    fault = stand_in.fail(f"PUT /payments/{reference}", "too_late")
    fault.before = lambda: stand_in.books.advance(reference, "submitted")
    assert gateway.cancel(movement).verdict == Verdict.PENDING
    stand_in.books.advance(reference, "confirmed")
    assert gateway.lookup(movement).verdict == Verdict.APPROVED


def test_a_payment_that_somebody_else_cancelled_is_declined(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    stand_in.books.advance(gateway.charge(movement).reference, "cancelled", cause="payment_cancelled")
    answer = gateway.lookup(movement)
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "payment_cancelled", True)


@pytest.mark.usefixtures("impatient")
def test_a_request_that_is_still_on_its_way_finds_its_key_taken(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    fault = stand_in.fail("POST /payments", "held_up")
    with pytest.raises(GatewayError) as unknown:
        gateway.charge(movement)
    assert not isinstance(unknown.value, NotSent)
    assert gateway.lookup(movement).verdict == Verdict.NOT_FOUND
    assert gateway.cancel(movement).verdict == Verdict.VOID
    fault.release.set()
    assert fault.done.wait(5)
    assert [payment["status"] for payment in list_payments(stand_in)] == ["cancelled"]
    assert gateway.lookup(movement).verdict == Verdict.VOID


@pytest.mark.usefixtures("impatient")
def test_a_request_that_arrives_while_its_key_is_taken_is_cancelled_itself(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    first = stand_in.fail("POST /payments", "held_up")
    with pytest.raises(GatewayError):
        gateway.charge(movement)
    stand_in.fail("GET /mandates", "too_late").before = lambda: (first.release.set(), first.done.wait(5))
    assert gateway.cancel(movement).verdict == Verdict.VOID
    [payment] = list_payments(stand_in)
    assert (payment["status"], payment["description"]) == ("cancelled", "Tests")


def test_the_key_is_taken_by_a_payment_that_waits_a_month(gateway, stand_in, mandate):
    stand_in.fail("POST /payments/", "reset_before")
    with pytest.raises(GatewayError):
        gateway.cancel(ask_charge(mandate))
    [payment] = list_payments(stand_in)
    assert payment["status"] == "pending_submission"
    assert payment["charge_date"] > payment["created_at"][:8] + "28"
    assert gateway.cancel(ask_charge(mandate)).verdict == Verdict.VOID


@pytest.mark.parametrize("mandate_is", [{"status": "cancelled"}, {"scheme": "pay_to"}])
def test_where_the_key_cannot_be_taken_an_hour_must_pass(gateway, stand_in, mandate_is):
    token = stand_in.books.open_mandate(**mandate_is)
    assert gateway.cancel(ask_charge(token)).verdict == Verdict.PENDING
    assert gateway.cancel(ask_charge(token, sent_ago=LONG_AGO)).verdict == Verdict.VOID
    assert list_payments(stand_in) == []


def test_a_charge_of_a_customer_without_a_mandate_ends_after_an_hour(gateway):
    assert gateway.cancel(ask_charge(f"{CUSTOMER}CU8")).verdict == Verdict.PENDING
    assert gateway.cancel(ask_charge(f"{CUSTOMER}CU8", sent_ago=LONG_AGO)).verdict == Verdict.VOID


def test_a_refund_cannot_be_stopped_but_one_that_never_arrived_ends_after_an_hour(gateway, stand_in, mandate):
    capture = gateway.charge(ask_charge(mandate)).reference
    stand_in.books.advance(capture, "confirmed")
    assert gateway.cancel(ask_refund(capture)).verdict == Verdict.PENDING
    assert gateway.cancel(ask_refund(capture, sent_ago=LONG_AGO)).verdict == Verdict.VOID
    refund = gateway.refund(ask_refund(capture))
    assert gateway.cancel(ask_refund(capture)) == refund


def test_a_cancellation_that_was_not_sent_proves_nothing(gateway, stand_in, mandate):
    stand_in.stop()
    with pytest.raises(GatewayError) as unknown:
        gateway.cancel(ask_charge(mandate))
    assert not isinstance(unknown.value, NotSent)


def do_at_once(calls, movement):
    answers = []
    threads = [threading.Thread(target=lambda call=call: answers.append(call(movement))) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.slow
def test_of_charging_and_cancelling_at_once_one_wins_everywhere(gateway, stand_in, mandate):
    calls = [gateway.charge, gateway.cancel, gateway.charge, gateway.cancel]
    for number in range(10):
        movement = ask_charge(mandate, f"race-{number}")
        answers = do_at_once(calls, movement)
        assert len(answers) == len(calls)
        assert len({answer.reference for answer in answers}) == 1
        assert gateway.lookup(movement).verdict == Verdict.VOID
    assert {payment["status"] for payment in list_payments(stand_in)} == {"cancelled"}
    assert len(list_payments(stand_in)) == 10
