"""A debit takes days: it is pending until the bank has paid or refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.money import Money
from gateway.base import GatewayError
from gateway.movements import CUSTOMER, SOURCE, Verdict
from tests.gateway.gocardless_movements import ask_charge, ask_payout


def test_a_charge_is_pending_with_a_reference_and_two_weeks_of_patience(gateway, mandate):
    answer = gateway.charge(ask_charge(mandate))
    assert (answer.verdict, answer.key, answer.money) == (Verdict.PENDING, "a", Money(500, "GBP"))
    assert answer.reference.startswith("PM")
    assert answer.patience == timedelta(days=14)


def test_gocardless_is_told_our_key_and_to_leave_the_retries_to_us(gateway, stand_in, mandate):
    payment = stand_in.books.get("payments", gateway.charge(ask_charge(mandate)).reference)
    assert (payment["amount"], payment["currency"], payment["description"]) == (500, "GBP", "Tests")
    assert (payment["metadata"], payment["retry_if_possible"]) == ({"attempt": "a"}, False)


def test_a_capture_that_came_back_was_a_capture(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    for status in ("confirmed", "charged_back"):
        stand_in.books.advance(gateway.charge(movement).reference, status)
    assert gateway.lookup(movement).verdict == Verdict.APPROVED


def test_it_is_approved_when_the_bank_has_paid(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    reference = gateway.charge(movement).reference
    for status in ("submitted", "confirmed"):
        stand_in.books.advance(reference, status)
    answer = gateway.lookup(movement)
    assert (answer.verdict, answer.reference, answer.fee) == (Verdict.APPROVED, reference, None)


def test_the_same_key_again_is_the_same_payment_and_tells_what_became_of_it(gateway, stand_in, mandate):
    first = gateway.charge(ask_charge(mandate))
    assert gateway.charge(ask_charge(mandate, pence=900)) == first
    stand_in.books.advance(first.reference, "confirmed")
    assert gateway.charge(ask_charge(mandate)).verdict == Verdict.APPROVED
    assert len(stand_in.books.resources["payments"]) == 1


def test_two_keys_are_two_payments(gateway, mandate):
    first, second = gateway.charge(ask_charge(mandate)), gateway.charge(ask_charge(mandate, "b"))
    assert first.reference != second.reference


@pytest.mark.parametrize(
    ("status", "cause", "hard"),
    [
        ("failed", "insufficient_funds", False),
        ("failed", "refer_to_payer", False),
        ("failed", "bank_account_closed", True),
        ("failed", "authorisation_disputed", True),
        ("cancelled", "mandate_cancelled", True),
        ("customer_approval_denied", "customer_approval_denied", True),
    ],
)
def test_a_decline_says_why_and_whether_trying_again_helps(gateway, stand_in, mandate, status, cause, hard):
    movement = ask_charge(mandate)
    stand_in.books.advance(gateway.charge(movement).reference, status, cause=cause)
    answer = gateway.lookup(movement)
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, cause, hard)
    assert answer.message


def test_a_failure_whose_reason_is_not_told_yet_is_a_decline_all_the_same(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    stand_in.books.advance(gateway.charge(movement).reference, "failed", tells=False)
    answer = gateway.lookup(movement)
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "failed", False)


@pytest.mark.parametrize("status", ["cancelled", "failed", "expired"])
def test_a_mandate_that_has_ended_is_a_hard_decline(gateway, stand_in, status):
    answer = gateway.charge(ask_charge(stand_in.books.open_mandate(status=status)))
    assert (answer.verdict, answer.hard) == (Verdict.DECLINED, True)
    assert answer.code == "mandate_is_inactive"


def test_a_mandate_that_ended_after_the_payment_was_sent_to_the_bank_does_not_hide_it(
    gateway, stand_in, mandate
):
    movement = ask_charge(mandate)
    reference = gateway.charge(movement).reference
    stand_in.books.advance(reference, "submitted")
    stand_in.books.end_mandate(mandate)
    stand_in.books.checks_key_last = True
    answer = gateway.charge(movement)
    assert (answer.verdict, answer.reference) == (Verdict.PENDING, reference)


def test_a_status_that_is_new_to_us_is_no_answer(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    stand_in.books.advance(gateway.charge(movement).reference, "brand_new")
    with pytest.raises(GatewayError):
        gateway.lookup(movement)


def test_a_payment_is_found_among_many_of_its_mandate(gateway, mandate):
    movements = [ask_charge(mandate, key) for key in "abcdefgh"]
    references = [gateway.charge(movement).reference for movement in movements]
    assert [gateway.lookup(movement).reference for movement in movements] == references
    assert gateway.lookup(ask_charge(mandate, "unheard of")).verdict == Verdict.NOT_FOUND


def test_a_reference_that_was_kept_is_asked_for_directly_and_believed_only_with_our_key(
    gateway, stand_in, mandate
):
    movements = [ask_charge(mandate, key) for key in "ab"]
    answers = [gateway.charge(movement) for movement in movements]
    stand_in.requests.clear()
    named = replace(movements[0], reference=answers[0].reference)
    assert gateway.lookup(named) == answers[0]
    assert stand_in.requests == [f"GET /payments/{answers[0].reference}"]
    for reference in (answers[1].reference, "PM-unheard-of"):
        assert gateway.lookup(replace(movements[0], reference=reference)) == answers[0]


def test_a_customer_pays_by_the_newest_mandate_that_can_be_debited(gateway, stand_in):
    books = stand_in.books
    names = [books.open_mandate(status=status, customer="CU7") for status in ("active", "active", "failed")]
    movement = ask_charge(f"{CUSTOMER}CU7")
    reference = gateway.charge(movement).reference
    assert books.get("payments", reference)["links"]["mandate"] == names[1]
    books.end_mandate(names[1])
    assert gateway.lookup(movement).reference == reference


def test_a_customer_without_a_mandate_is_declined(gateway):
    answer = gateway.charge(ask_charge(f"{CUSTOMER}CU8"))
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "no_mandate", True)


def test_a_mandate_may_be_named_as_a_source(gateway, mandate):
    movement = ask_charge(f"{SOURCE}{mandate}")
    assert gateway.charge(movement) == gateway.lookup(movement)


def test_fee_and_day_are_known_once_it_is_paid_out(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    reference = gateway.charge(movement).reference
    stand_in.books.pay_out(reference, fees=("-20.4", "-5.2", "0.1"))
    answer = gateway.lookup(movement)
    assert (answer.verdict, answer.fee) == (Verdict.APPROVED, Money(26, "GBP"))
    assert answer.available_on == datetime(2026, 12, 4, tzinfo=UTC)


def test_a_fee_in_another_currency_stays_unknown(gateway, stand_in, mandate):
    movement = ask_charge(mandate)
    stand_in.books.pay_out(gateway.charge(movement).reference, currency="EUR")
    answer = gateway.lookup(movement)
    assert (answer.verdict, answer.fee) == (Verdict.APPROVED, None)


def test_nothing_is_paid_out_to_customers(gateway, stand_in, mandate):
    answer = gateway.payout(ask_payout(mandate))
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "payouts_not_supported", True)
    assert gateway.lookup(ask_payout(mandate)).verdict == Verdict.NOT_FOUND
    assert gateway.cancel(ask_payout(mandate)).verdict == Verdict.VOID
    assert stand_in.requests == []
