"""What each outcome of an attempt changes, in every state: the rules alone, without a database."""

from datetime import timedelta

import pytest
from django_fsm import TransitionNotAllowed

from charges.collection.contradictions import contradicts
from charges.collection.outcome_types import NeverSent, NoAnswer, RefusedHere, Stopped
from charges.collection.outcomes import given_up, work_out_change
from charges.models import AttemptState, ChargeStatus
from charges.rows import ReceivableEntry
from core.money import Money
from gateway.movements import Answer, Verdict
from tests.charges.collection.rows import ATTEMPT, CHARGE, SENT, changed, make_row

pytestmark = pytest.mark.rules

AT = SENT + timedelta(seconds=3)
APPROVED = Answer(Verdict.APPROVED, key=ATTEMPT.key, reference="ref", money=ATTEMPT.money)
DECLINED = Answer(Verdict.DECLINED, key=ATTEMPT.key, code="soft", message="Not enough money.")
HARD = Answer(Verdict.DECLINED, key=ATTEMPT.key, code="stolen", hard=True, message="Stolen.")
PENDING = Answer(Verdict.PENDING, key=ATTEMPT.key)
NEEDS_BUYER = Answer(Verdict.NEEDS_BUYER, key=ATTEMPT.key, reference="ref", patience=timedelta(days=7))
VOID = Answer(Verdict.VOID, key=ATTEMPT.key)
ANOTHER_AMOUNT = Answer(Verdict.APPROVED, key=ATTEMPT.key, reference="ref", money=Money(1, "USD"))
ANOTHER_KEY = Answer(Verdict.APPROVED, key="other", reference="ref", money=ATTEMPT.money)

# What an attempt becomes, by its state and the outcome; "" where nothing changes.
STATES = (
    "sending",
    "unknown",
    "awaiting_buyer",
    "needs_review",
    "succeeded",
    "declined",
    "voided",
    "returned",
)
BECOMES = {
    APPROVED: ("succeeded", "succeeded", "succeeded", "succeeded", "", "", "", ""),
    DECLINED: ("declined", "declined", "declined", "declined", "", "", "", ""),
    PENDING: ("unknown", "unknown", "unknown", "", "", "", "", ""),
    NEEDS_BUYER: ("awaiting_buyer", "awaiting_buyer", "awaiting_buyer", "", "", "", "", ""),
    VOID: ("voided", "voided", "voided", "", "", "", "", ""),
    ANOTHER_AMOUNT: ("needs_review", "needs_review", "needs_review", "", "", "", "", ""),
    ANOTHER_KEY: ("needs_review", "needs_review", "needs_review", "", "", "", "", ""),
    NeverSent("refused"): ("voided", "", "", "", "", "", "", ""),
    RefusedHere("expired_card", "The card has expired."): ("declined", "", "", "", "", "", "", ""),
    NoAnswer("silence"): ("unknown", "unknown", "awaiting_buyer", "", "", "", "", ""),
    Stopped("cancelled"): ("voided", "voided", "voided", "", "", "", "", ""),
}
TABLE = [
    (outcome, state, becomes)
    for outcome, row in BECOMES.items()
    for state, becomes in zip(STATES, row, strict=True)
]


def work_out(outcome, row=None, at=AT):
    return work_out_change(row or make_row(), outcome, at)


def charge_changes(outcome, **charge) -> dict:
    row = make_row(**charge)
    return changed(row.charge, work_out(outcome, row).charge.after)


def test_the_table_knows_every_state():
    assert set(STATES) == set(AttemptState.values)


@pytest.mark.parametrize(("outcome", "state", "becomes"), TABLE)
def test_an_outcome_moves_an_attempt_only_from_the_states_that_allow_it(outcome, state, becomes):
    change = work_out(outcome, make_row(state))
    assert (change.attempt.state if change else "") == becomes


@pytest.mark.parametrize("status", sorted({*ChargeStatus.values} - {"processed"}))
def test_money_for_a_charge_that_is_not_being_collected_is_for_a_person(status):
    change = work_out(APPROVED, make_row(status=status))
    assert change.attempt.state == AttemptState.NEEDS_REVIEW
    assert status in change.attempt.message
    assert (change.charge, change.posting, change.payment) == (None, None, None)


@pytest.mark.parametrize("outcome", [DECLINED, NeverSent("refused")])
@pytest.mark.parametrize("status", sorted({*ChargeStatus.values} - {"processed"}))
def test_a_failed_attempt_leaves_a_charge_alone_that_is_not_being_collected(status, outcome):
    change = work_out(outcome, make_row(status=status))
    assert change.attempt.resolved_at == AT
    assert (change.charge, change.payment) == (None, None)


def test_a_capture_ends_the_charge_and_keeps_what_failed_before():
    failed_before = {"failure_message": "Not enough money.", "failure_count": 1, "first_declined_at": SENT}
    assert charge_changes(APPROVED, failure_code="soft", collect_at=AT, **failed_before) == {
        "status": "success",
        "collect_at": None,
        "finished_at": AT,
        "failure_code": "",
        "updated_at": AT,
    }


def test_a_capture_is_posted_as_what_the_charge_is():
    kinds = {
        kind: work_out(APPROVED, make_row(kind=kind)).posting.kind
        for kind in ("charge", "refund", "disbursement")
    }
    assert kinds == {"charge": "collection", "refund": "refund", "disbursement": "disbursement"}


def test_a_capture_clears_what_was_noted_while_the_outcome_was_unknown():
    row = make_row("unknown")
    row = row._replace(attempt=row.attempt._replace(message="time-out"))
    attempt = work_out(APPROVED, row).attempt
    assert (attempt.message, attempt.gateway_reference, attempt.check_at) == ("", "ref", None)


def test_an_outcome_is_never_dated_before_the_attempt_was_sent():
    attempt = work_out(APPROVED, at=SENT - timedelta(hours=1)).attempt
    assert attempt.resolved_at == SENT


def test_a_decline_without_retries_is_final():
    assert charge_changes(DECLINED) == {
        "status": "failed",
        "finished_at": AT,
        "failure_code": "soft",
        "failure_message": "Not enough money.",
        "failure_count": 1,
        "first_declined_at": AT,
        "updated_at": AT,
    }


def test_a_decline_with_retries_by_days_waits_for_the_next_day_after_the_first():
    first = SENT - timedelta(days=2)
    changes = charge_changes(DECLINED, retry_days=[1, 3, 5], first_declined_at=first, failure_count=2)
    assert "status" not in changes
    assert (changes["collect_at"], changes["failure_count"]) == (first + timedelta(days=3), 3)
    assert "first_declined_at" not in changes


@pytest.mark.parametrize(("limit", "status"), [(None, "failed"), (1, None)])
def test_a_hard_decline_ends_retries_by_days_and_not_those_that_are_counted(limit, status):
    assert charge_changes(HARD, retry_days=[1], retry_limit=limit).get("status") == status


def test_what_was_never_sent_is_no_failure_where_retries_go_by_days():
    change = work_out(NeverSent("refused"), make_row(retry_days=[1, 3], number=3))
    assert changed(CHARGE._replace(retry_days=[1, 3]), change.charge.after) == {
        "collect_at": AT + timedelta(seconds=120)
    }
    assert (change.payment, change.receivable, change.posting) == (None, None, None)


@pytest.mark.parametrize(("failures", "status"), [(0, "processed"), (2, "failed")])
def test_what_was_never_sent_is_a_failure_where_retries_are_counted(failures, status):
    row = make_row(retry_limit=2, failure_count=failures, subscription_id=5, period=0, due_at=SENT)
    change = work_out(NeverSent("refused"), row)
    after = change.charge.after
    assert (after.status, after.failure_count) == (status, failures + 1)
    assert (after.failure_code, after.failure_message) == ("not_sent", "refused")
    assert after.first_declined_at == AT
    assert (change.payment.is_paid, change.payment.retry_at) == (False, after.collect_at)


@pytest.mark.parametrize("retries", [{"retry_days": [1]}, {"retry_limit": 3}])
def test_what_was_never_sent_and_is_not_wanted_any_more_fails_and_counts_nothing(retries):
    row = make_row(given_up_at=SENT, subscription_id=5, period=0, due_at=SENT, **retries)
    change = work_out(NeverSent("refused"), row)
    after = change.charge.after
    assert (after.status, after.failure_code, after.failure_count) == ("failed", "cancelled", 0)
    assert change.payment.retry_at is None


def test_after_a_resolver_took_it_over_a_request_that_never_left_proves_nothing():
    change = work_out(NeverSent("refused"), make_row(checks=1))
    assert (change.attempt.state, change.charge) == ("unknown", None)
    assert change.attempt.check_at == AT + timedelta(seconds=60)


def test_after_a_resolver_took_it_over_a_refusal_of_ours_changes_nothing():
    assert work_out(RefusedHere("expired_card", "The card has expired."), make_row(checks=1)) is None


def test_the_reference_of_what_is_pending_is_kept():
    pending = Answer(Verdict.PENDING, key=ATTEMPT.key, reference="PM1")
    assert work_out(pending).attempt.gateway_reference == "PM1"
    row = make_row("unknown")
    row = row._replace(attempt=row.attempt._replace(gateway_reference="PM0"))
    assert work_out(pending, row).attempt.gateway_reference == "PM0"


def test_silence_is_asked_about_after_the_delay():
    change = work_out(NoAnswer("time-out", timedelta(seconds=10)))
    assert changed(ATTEMPT, change.attempt) == {
        "state": "unknown",
        "message": "time-out",
        "check_at": AT + timedelta(seconds=10),
    }


@pytest.mark.parametrize(("outcome", "is_captured"), [(APPROVED, True), (DECLINED, False)])
def test_answers_enter_receivables_where_the_charge_belongs_there(outcome, is_captured):
    assert work_out(outcome).receivable is None
    entry = work_out(outcome, make_row(entered_as="payment")).receivable
    assert entry == ReceivableEntry(CHARGE.id, ATTEMPT.id, is_captured)


@pytest.mark.parametrize("outcome", [APPROVED, DECLINED])
@pytest.mark.parametrize(("kind", "told"), [("charge", True), ("disbursement", True), ("refund", False)])
def test_a_subscription_hears_of_its_payments_and_not_of_refunds(outcome, kind, told):
    row = make_row(kind=kind, subscription_id=5, period=2, due_at=SENT)
    assert (work_out(outcome, row).payment is not None) == told


@pytest.mark.parametrize("status", ChargeStatus.values)
def test_only_what_is_being_collected_can_be_given_up(status):
    charge = CHARGE._replace(status=status, collect_at=SENT)
    if status != "processed":
        with pytest.raises(TransitionNotAllowed):
            given_up(charge, "Not wanted.", AT)
        return
    move = given_up(charge, "Not wanted.", AT)
    assert (move.after.status, move.after.collect_at, move.after.given_up_at) == ("failed", None, AT)
    assert (move.reason, move.after.failure_count) == ("Not wanted.", 0)
    assert (move.after.failure_code, move.after.failure_message) == ("cancelled", "Not wanted.")


@pytest.mark.parametrize(
    ("count", "keeps", "message"),
    [(1, True, "Not enough money."), (1, False, "Not wanted."), (0, True, "Not wanted.")],
)
def test_what_is_given_up_says_why_or_why_it_failed_before(count, keeps, message):
    failed_before = {"failure_message": "Not enough money.", "failure_code": "soft", "failure_count": count}
    move = given_up(CHARGE._replace(**failed_before), "Not wanted.", AT, keeps_failure=keeps)
    assert (move.reason, move.after.failure_code) == ("Not wanted.", "cancelled")
    assert move.after.failure_message == message


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("outcome", [APPROVED, DECLINED, PENDING, VOID, NeverSent("refused")])
def test_only_the_opposite_of_a_recorded_answer_is_a_contradiction(state, outcome):
    opposite = {("succeeded", DECLINED), ("declined", APPROVED), ("voided", APPROVED), ("succeeded", VOID)}
    assert contradicts(make_row(state), outcome) == ((state, outcome) in opposite)
