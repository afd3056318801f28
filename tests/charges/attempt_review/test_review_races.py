"""Deciding about an attempt by real threads: two people, and the resolver; money is booked once."""

from collections import Counter
from functools import partial

import pytest

from charges.attempt_review.asking import ask_processor
from charges.attempt_review.decide import approve_review
from charges.collection.resolve import resolve_attempt
from charges.collection.settle import settle_outcomes
from charges.models import AttemptReview, ReviewOutcome
from ledger.models import LedgerTransaction
from operations.factories import UserFactory
from tests.approvals.asking import approver
from tests.charges.attempt_review.reviewing import MOVED, NEVER_CAME, doubtful, reference_of, review
from tests.money import captures, fetch, run_at_once, seller_balance

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_books")]
CAPTURED, NOT_CAPTURED, ASK_AGAIN = ReviewOutcome


def kinds(results):
    return Counter(type(result).__name__ for result in results)


def test_of_people_who_decide_at_once_one_decides():
    attempt = doubtful(MOVED)
    said, reference = ask_processor(attempt.pk), reference_of(attempt)
    people = [UserFactory(staff=True) for _ in range(4)]
    works = [
        partial(review, attempt, outcome, reference=reference, said=said, person=person)
        for outcome, person in zip([CAPTURED, ASK_AGAIN] * 2, people, strict=True)
    ]
    assert kinds(run_at_once(*works)) == {"AttemptReview": 1, "NothingToReview": 3}
    resolve_attempt(attempt.pk)
    assert fetch(attempt.charge).status == "success"
    assert LedgerTransaction.objects.filter(reference=attempt.charge.key).count() == 1
    assert AttemptReview.objects.count() == len(captures()) == 1


def test_of_a_person_and_a_late_answer_at_once_the_money_is_booked_once():
    attempt = doubtful(MOVED)
    said, person = ask_processor(attempt.pk), UserFactory(staff=True)
    run_at_once(
        partial(review, attempt, CAPTURED, reference=reference_of(attempt), said=said, person=person),
        *[partial(settle_outcomes, {attempt.pk: said.answer})] * 3,
    )
    assert fetch(attempt.charge).status == "success"
    assert LedgerTransaction.objects.filter(reference=attempt.charge.key).count() == 1
    assert seller_balance(attempt.charge) == 160


def test_of_a_person_and_the_resolver_at_once_nothing_is_sent_twice():
    attempt = doubtful(NEVER_CAME)
    said, people = ask_processor(attempt.pk), [UserFactory(staff=True) for _ in range(2)]
    run_at_once(
        *[partial(review, attempt, ASK_AGAIN, said=said, person=person) for person in people],
        *[partial(resolve_attempt, attempt.pk)] * 3,
    )
    resolve_attempt(attempt.pk)
    assert fetch(attempt.charge).status == "success"
    assert attempt.charge.attempts.count() == len(captures()) == 1


def test_a_decision_that_several_people_approve_is_carried_out_once():
    attempt = doubtful(NEVER_CAME)
    approval = review(attempt, CAPTURED, reference="ch_by_hand")
    said = ask_processor(attempt.pk)
    works = [
        partial(approve_review, approval, decided_by=person, said=said)
        for person in [approver() for _ in range(4)]
    ]
    assert kinds(run_at_once(*works)) == {"Approval": 1, "NotOpen": 3}
    assert seller_balance(attempt.charge) == 160
    assert AttemptReview.objects.count() == 1
