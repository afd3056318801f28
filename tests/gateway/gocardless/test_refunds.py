"""Money back to the bank account: once for each key, and never more than was taken."""

import threading
from contextlib import suppress

import pytest

from gateway.base import GatewayError, NotSent
from gateway.movements import Verdict
from tests.gateway.gocardless_movements import ask_charge, ask_refund


@pytest.fixture
def capture(gateway, stand_in, mandate) -> str:
    reference = gateway.charge(ask_charge(mandate)).reference
    stand_in.books.advance(reference, "confirmed")
    return reference


def settle(stand_in, refund: str, status: str) -> None:
    stand_in.books.get("refunds", refund)["status"] = status


def test_a_refund_is_pending_until_it_is_paid(gateway, stand_in, capture):
    movement = ask_refund(capture, pence=300)
    answer = gateway.refund(movement)
    assert (answer.verdict, answer.key, answer.money) == (Verdict.PENDING, "r", movement.money)
    settle(stand_in, answer.reference, "paid")
    assert gateway.lookup(movement).verdict == Verdict.APPROVED
    assert gateway.refund(movement).verdict == Verdict.APPROVED


@pytest.mark.parametrize("status", ["bounced", "cancelled", "funds_returned"])
def test_a_refund_that_comes_back_is_declined(gateway, stand_in, capture, status):
    movement = ask_refund(capture)
    settle(stand_in, gateway.refund(movement).reference, status)
    answer = gateway.lookup(movement)
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, status, True)


def test_refunds_are_idempotent_and_never_exceed_the_capture(gateway, stand_in, capture):
    first = gateway.refund(ask_refund(capture, "r1", 300))
    assert gateway.refund(ask_refund(capture, "r1", 300)) == first
    too_much = gateway.refund(ask_refund(capture, "r2", 201))
    assert (too_much.verdict, too_much.code) == (Verdict.DECLINED, "refund_exceeds_capture")
    rest = gateway.refund(ask_refund(capture, "r3", 200))
    assert gateway.lookup(ask_refund(capture, "r3", 200)) == rest
    assert len(stand_in.books.resources["refunds"]) == 2


@pytest.mark.parametrize("status", ["charged_back", "failed", "pending_submission", "submitted"])
def test_what_was_not_captured_or_has_come_back_cannot_be_refunded(gateway, stand_in, capture, status):
    stand_in.books.advance(capture, status)
    assert gateway.refund(ask_refund(capture)).verdict == Verdict.DECLINED
    assert gateway.refund(ask_refund("PM-nothing")).verdict == Verdict.DECLINED


@pytest.mark.usefixtures("impatient")
def test_a_refund_without_an_answer_is_found(gateway, stand_in, capture):
    stand_in.fail("POST /refunds", "time_out_after")
    with pytest.raises(GatewayError) as unknown:
        gateway.refund(ask_refund(capture))
    assert not isinstance(unknown.value, NotSent)
    assert gateway.lookup(ask_refund(capture)).verdict == Verdict.PENDING
    assert gateway.refund(ask_refund(capture)).verdict == Verdict.PENDING
    assert len(stand_in.books.resources["refunds"]) == 1


def test_a_refund_that_another_one_overtook_was_not_sent_and_is_no_alarm(gateway, stand_in, capture, caplog):
    fault = stand_in.fail("POST /refunds", "too_late")
    fault.before = lambda: gateway.refund(ask_refund(capture, "faster", 100))
    with pytest.raises(NotSent):
        gateway.refund(ask_refund(capture, "slower", 100))
    assert "ERROR" not in {record.levelname for record in caplog.records}
    assert gateway.refund(ask_refund(capture, "slower", 100)).verdict == Verdict.PENDING


def test_a_refund_that_gocardless_does_not_allow_is_an_alarm(gateway, stand_in, capture, caplog):
    stand_in.fail("POST /refunds", "forbidden")
    with pytest.raises(NotSent):
        gateway.refund(ask_refund(capture))
    assert "ERROR" in {record.levelname for record in caplog.records}


def test_many_refunds_at_once_do_not_exceed_the_capture(gateway, stand_in, capture):
    def refund(number: int) -> None:
        with suppress(GatewayError):
            gateway.refund(ask_refund(capture, f"r{number % 4}", 150))

    threads = [threading.Thread(target=refund, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refunds = stand_in.books.resources["refunds"].values()
    assert 150 <= sum(each["amount"] for each in refunds) <= 500
    assert len({each["metadata"]["attempt"] for each in refunds}) == len(refunds)


@pytest.mark.slow
def test_more_refunds_than_gocardless_takes_are_declined(gateway, stand_in, capture):
    answers = [gateway.refund(ask_refund(capture, f"r{number}", 1)) for number in range(26)]
    assert {answer.verdict for answer in answers[:25]} == {Verdict.PENDING}
    assert (answers[25].verdict, answers[25].code) == (Verdict.DECLINED, "number_of_refunds_exceeded")
    assert answers[25].hard


def test_a_capture_that_comes_back_meanwhile_is_not_refunded(gateway, stand_in, capture):
    fault = stand_in.fail("POST /refunds", "too_late")
    fault.before = lambda: stand_in.books.advance(capture, "charged_back")
    answer = gateway.refund(ask_refund(capture))
    assert (answer.verdict, answer.code) == (Verdict.DECLINED, "refund_payment_invalid_state")


def test_a_refund_that_was_made_although_it_is_refused_now_is_found(gateway, stand_in, capture):
    movement = ask_refund(capture)
    fault = stand_in.fail("POST /refunds", "too_late")

    def overtake() -> None:
        gateway.refund(movement)
        stand_in.books.advance(capture, "charged_back")

    fault.before = overtake
    stand_in.books.checks_key_last = True
    assert gateway.refund(movement).verdict == Verdict.PENDING
    assert len(stand_in.books.resources["refunds"]) == 1
