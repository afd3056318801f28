"""A person finds out what became of an attempt: alone with the processor, otherwise by two."""

import pytest
from django.db import DatabaseError, transaction

from approvals.errors import AlreadyRequested, ApprovedByRequester
from approvals.models import Approval
from charges.attempt_review.asking import NO_ANSWER, Said, ask_processor
from charges.attempt_review.decide import approve_review
from charges.collection.ask_again import ask_about_settled
from charges.collection.resolve import resolve_attempt
from charges.errors import NothingToReview, ProcessorHasTheMoney
from charges.models import Attempt, AttemptReview, ReviewOutcome, StatusChange
from core import clock
from core.errors import InvalidField
from gateway.movements import Verdict
from ledger.models import LedgerTransaction
from operations.factories import SubscriptionFactory, UserFactory
from tests.approvals.asking import approver
from tests.charges.attempt_review.reviewing import (
    MOVED,
    NEVER_CAME,
    OTHER_AMOUNT,
    doubtful,
    reference_of,
    review,
)
from tests.money import captures, fetch, seller_balance
from tests.subscriptions.stories import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
CAPTURED, NOT_CAPTURED, ASK_AGAIN = ReviewOutcome


def approve(approval, by=None):
    attempt = Attempt.objects.get(key=approval.details["attempt"])
    return approve_review(approval, decided_by=by or approver(), said=ask_processor(attempt.pk))


@pytest.mark.slow
def test_what_the_processor_has_is_booked_by_one_person():
    attempt = doubtful(MOVED)
    done = review(attempt, CAPTURED, reference=reference_of(attempt))
    charge = fetch(attempt.charge)
    assert (charge.status, seller_balance(charge)) == ("success", 160)
    assert isinstance(done, AttemptReview)
    assert "has moved 2.00 USD" in done.said
    assert StatusChange.objects.get(charge=charge, to_status="success").actor == done.actor
    attempt.refresh_from_db()
    assert attempt.gateway_reference == done.reference
    assert len(captures()) == 1


@pytest.mark.parametrize("reference", ["", "ch_other"])
def test_moved_money_has_the_name_that_the_processor_gives_it(reference):
    attempt = doubtful(MOVED)
    with pytest.raises(InvalidField) as refusal:
        review(attempt, CAPTURED, reference=reference)
    assert refusal.value.field == "reference"
    assert not LedgerTransaction.objects.exists()


def test_the_name_of_another_payment_is_refused():
    first = doubtful(MOVED)
    review(first, CAPTURED, reference=reference_of(first))
    with pytest.raises(InvalidField, match="another attempt"):
        review(doubtful(NEVER_CAME), CAPTURED, reference=first.charge.attempts.get().gateway_reference)


def test_what_the_processor_has_is_never_called_not_captured():
    attempt = doubtful(MOVED)
    with pytest.raises(ProcessorHasTheMoney):
        review(attempt, NOT_CAPTURED)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("verdict", [Verdict.DECLINED, Verdict.VOID, Verdict.PENDING, Verdict.NOT_FOUND])
@pytest.mark.parametrize("card", [OTHER_AMOUNT, MOVED])
def test_no_later_answer_decides_what_is_left_to_a_person(processor, card, verdict):
    attempt = doubtful(card)
    processor.says = verdict
    ask_about_settled(attempt)
    attempt.refresh_from_db()
    charge = fetch(attempt.charge)
    assert (attempt.state, charge.status, charge.collect_at) == ("needs_review", "processed", None)


def test_a_later_answer_about_another_amount_leaves_it_to_the_person():
    attempt = doubtful(OTHER_AMOUNT)
    ask_about_settled(attempt)
    attempt.refresh_from_db()
    assert attempt.state == "needs_review"


def test_exactly_the_money_that_was_wanted_needs_nobody_to_decide():
    attempt = doubtful(MOVED)
    ask_about_settled(attempt)
    assert fetch(attempt.charge).status == "success"
    assert LedgerTransaction.objects.filter(reference=attempt.charge.key).count() == 1


def test_what_the_processor_refused_counts_as_declined(processor):
    attempt = doubtful(NEVER_CAME)
    processor.says = Verdict.DECLINED
    review(attempt, NOT_CAPTURED)
    attempt.refresh_from_db()
    charge = fetch(attempt.charge)
    assert (attempt.state, charge.status) == ("declined", "failed")
    assert not LedgerTransaction.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("card", "outcome", "reference", "status"),
    [
        (NEVER_CAME, NOT_CAPTURED, "", "failed"),
        (NEVER_CAME, CAPTURED, "ch_by_hand", "success"),
        (OTHER_AMOUNT, NOT_CAPTURED, "", "failed"),
    ],
)
def test_against_the_processor_two_people_decide(card, outcome, reference, status):
    attempt = doubtful(card)
    person = UserFactory(staff=True)
    approval = review(attempt, outcome, reference=reference, person=person)
    attempt.refresh_from_db()
    assert (attempt.state, fetch(attempt.charge).status) == ("needs_review", "processed")
    with pytest.raises(AlreadyRequested):
        review(attempt, outcome, reference=reference)
    person.user_permissions.set(approver().user_permissions.all())
    with pytest.raises(ApprovedByRequester):
        approve(approval, by=person)
    assert approve(approval).status == "used"
    assert fetch(attempt.charge).status == status
    assert attempt.reviews.get().approval == approval
    assert LedgerTransaction.objects.filter(kind="collection").exists() is (status == "success")


def test_another_answer_of_the_processor_voids_the_request(processor):
    attempt = doubtful(NEVER_CAME)
    processor.is_down = True
    approval = review(attempt, NOT_CAPTURED)
    assert approval.details["said"] == NO_ANSWER
    processor.is_down = False
    assert approve(approval).status == "void"
    attempt.refresh_from_db()
    assert attempt.state == "needs_review"


def test_the_processor_is_asked_again_and_books_what_it_has():
    attempt = doubtful(MOVED)
    review(attempt, ASK_AGAIN)
    with clock.travel_to(clock.now()):
        resolve_attempt(attempt.pk)
    assert fetch(attempt.charge).status == "success"
    assert len(captures()) == 1
    with pytest.raises(NothingToReview):
        review(attempt, ASK_AGAIN)


def test_what_never_came_is_sent_again_under_the_same_key():
    attempt = doubtful(NEVER_CAME)
    review(attempt, ASK_AGAIN)
    resolve_attempt(attempt.pk)
    assert fetch(attempt.charge).status == "success"
    assert attempt.charge.attempts.count() == len(captures()) == 1


def test_the_subscription_follows():
    subscription = SubscriptionFactory(activated=True, card=MOVED)
    at(clock.now())
    attempt = doubtful(MOVED, charge=subscription.charges.get())
    review(attempt, CAPTURED, reference=reference_of(attempt))
    subscription.refresh_from_db()
    assert subscription.status == "active"
    assert subscription.current_charge_at == subscription.activated_at


@pytest.mark.parametrize("reason", ["", "  ", "4111 1111 1111 1111"])
def test_without_a_reason_nothing_is_decided(reason):
    with pytest.raises(InvalidField) as refusal:
        review(doubtful(NEVER_CAME), ASK_AGAIN, reason=reason)
    assert refusal.value.field == "reason"
    assert not AttemptReview.objects.exists()


def test_a_deaf_processor_is_told_in_words(processor):
    attempt = doubtful(MOVED)
    processor.is_down = True
    assert ask_processor(attempt.pk) == Said(None, "It did not answer (GatewayError).")


@pytest.mark.parametrize(
    "changes",
    [
        {"agrees": False},
        {"outcome": CAPTURED},
        {"attempt": "declined"},
    ],
    ids=["without approval", "without reference", "of what was decided"],
)
def test_the_database_refuses_a_decision_that_nobody_may_make(changes):
    attempt = doubtful(NEVER_CAME)
    if changes.pop("attempt", None):
        review(attempt, ASK_AGAIN)
    fields = {"subject": "review:x", "outcome": NOT_CAPTURED, "agrees": True, "said": "x", "reason": "x"}
    with pytest.raises(DatabaseError), transaction.atomic():
        AttemptReview.objects.create(attempt=attempt, actor="staff:x", **fields | changes)
