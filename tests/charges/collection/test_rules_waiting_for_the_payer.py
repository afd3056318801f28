"""What follows when the payer must confirm, and when an attempt is cancelled: the rules alone."""

from datetime import timedelta

import pytest

from charges.collection.outcome_types import NoAnswer, Stopped
from charges.collection.outcomes import work_out_change
from charges.collection.resolve import is_to_be_stopped
from gateway.movements import A_DAY, Answer, Verdict
from tests.charges.collection.rows import ATTEMPT, CHARGE, SENT, changed, make_row

pytestmark = pytest.mark.rules

AT = SENT + timedelta(minutes=3)
WEEK = timedelta(days=7)
ASKS = Answer(Verdict.NEEDS_BUYER, key=ATTEMPT.key, reference="pay_1", patience=WEEK)
OF_A_PERIOD = {"subscription_id": 5, "period": 2, "due_at": SENT}


def waiting_row(**charge):
    row = make_row("awaiting_buyer", **charge)
    return row._replace(attempt=row.attempt._replace(gateway_reference="pay_1"))


def stop(row, **kwargs):
    return work_out_change(row, Stopped("Not in time.", row.attempt.gateway_reference or "", **kwargs), AT)


def test_a_charge_that_waits_for_its_payer_is_not_tried_again_and_says_why():
    change = work_out_change(make_row(retry_days=[1, 3]), ASKS, AT)
    assert changed(ATTEMPT, change.attempt) == {
        "state": "awaiting_buyer",
        "gateway_reference": "pay_1",
        "message": "The bank asks the payer to confirm this payment.",
        "check_at": AT + timedelta(seconds=10),
    }
    assert changed(CHARGE._replace(retry_days=[1, 3]), change.charge.after) == {
        "failure_code": "authentication_required",
        "failure_message": "The bank asks the payer to confirm this payment.",
        "updated_at": AT,
    }


def test_its_subscription_is_past_due_until_the_patience_is_over():
    change = work_out_change(make_row(**OF_A_PERIOD), ASKS, AT)
    assert (change.payment.is_paid, change.payment.retry_at) == (False, SENT + WEEK)


def test_being_told_so_again_changes_only_when_to_ask():
    row = waiting_row(failure_code="authentication_required", **OF_A_PERIOD)
    change = work_out_change(row._replace(attempt=row.attempt._replace(checks=1)), ASKS, AT)
    assert change.attempt.check_at == AT + timedelta(seconds=60)
    assert (change.charge, change.payment) == (None, None)


def test_a_processor_that_cannot_be_asked_does_not_change_what_is_waited_for():
    change = work_out_change(waiting_row(), NoAnswer("time-out", timedelta(hours=1)), AT)
    assert change.attempt.state == "awaiting_buyer"
    assert change.attempt.check_at == AT + timedelta(hours=1)


@pytest.mark.parametrize("retry_days", [[], [1, 3]])
def test_a_payer_who_did_not_confirm_in_time_is_not_asked_again_by_the_calendar(retry_days):
    change = stop(waiting_row(retry_days=retry_days, **OF_A_PERIOD))
    after = change.charge.after
    assert (after.status, after.collect_at, after.failure_code) == ("failed", None, "authentication_required")
    assert (change.attempt.state, change.attempt.gateway_reference) == ("voided", "pay_1")
    assert (change.payment.is_paid, change.payment.retry_at) == (False, None)


def test_another_card_pays_at_once():
    change = stop(waiting_row(failure_code="authentication_required"), is_replaced=True)
    assert (change.charge.after.status, change.charge.after.collect_at) == ("processed", AT)
    assert change.charge.after.failure_code == ""


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_cancelled_attempt_of_a_charge_that_is_not_wanted_ends_it(is_replaced):
    change = stop(waiting_row(given_up_at=SENT, **OF_A_PERIOD), is_replaced=is_replaced)
    assert (change.charge.after.status, change.charge.after.failure_code) == ("failed", "cancelled")


def test_an_attempt_that_the_processor_never_answered_is_followed_by_another_one():
    change = stop(make_row("unknown", checks=9))
    assert change.attempt.state == "voided"
    assert (change.charge.after.status, change.charge.after.collect_at) == (
        "processed",
        AT + timedelta(seconds=30),
    )


@pytest.mark.parametrize("status", ["pending", "success", "failed"])
def test_a_cancelled_attempt_leaves_a_charge_alone_that_is_not_being_collected(status):
    change = stop(make_row("unknown", status=status))
    assert (change.attempt.state, change.charge) == ("voided", None)


def test_what_was_void_before_the_attempt_got_its_reference_says_nothing_of_it():
    change = work_out_change(waiting_row(), Stopped("Not found by the key."), AT)
    assert (change.attempt.state, change.charge) == ("unknown", None)


def test_a_payment_that_somebody_cancelled_without_saying_why_is_made_anew():
    void = Answer(Verdict.VOID, key=ATTEMPT.key)
    change = work_out_change(waiting_row(), void, AT)
    assert (change.charge.after.status, change.charge.after.collect_at) == ("processed", AT)


STOPPING = [
    (Verdict.APPROVED, True, timedelta(days=9), False),
    (Verdict.DECLINED, False, timedelta(days=9), False),
    (Verdict.VOID, False, timedelta(days=9), False),
    (Verdict.PENDING, True, A_DAY, False),
    (Verdict.PENDING, True, A_DAY + timedelta(seconds=1), True),
    (Verdict.PENDING, False, timedelta(0), True),
    (Verdict.NEEDS_BUYER, True, timedelta(hours=1), False),
    (Verdict.NEEDS_BUYER, False, timedelta(hours=1), True),
    (Verdict.NOT_FOUND, True, timedelta(days=1), True),
]


@pytest.mark.parametrize(("verdict", "is_wanted", "age", "stops"), STOPPING)
def test_an_attempt_is_cancelled_when_it_is_not_wanted_or_its_patience_is_over(
    verdict, is_wanted, age, stops
):
    answer = Answer(verdict, key=ATTEMPT.key)
    assert is_to_be_stopped(answer, sent_at=SENT, is_wanted=is_wanted, now=SENT + age) == stops
