"""Refunds by real threads: never more than was collected, and a second person counts once."""

from collections import Counter

import pytest

from approvals.models import Approval
from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge
from charges.refunds.decide import approve_refund
from core import clock
from gateway.hints import DisputeStatus
from operations.factories import UserFactory
from tests.approvals.asking import approver
from tests.charges.refunds.asking import ask, paid
from tests.charges.scripted_gateway import report
from tests.money import fetch, run_at_once, seller_balance

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sound_books"),
    pytest.mark.slow,
]
AT_ONCE = 8


def kinds(results):
    return Counter(type(result).__name__ for result in results)


def in_threads(work, times):
    """Run something many times, by few connections; return results or exceptions."""

    def attempt():
        try:
            return work()
        except Exception as error:
            return error

    rounds = run_at_once(*[lambda: [attempt() for _ in range(times // AT_ONCE)]] * AT_ONCE)
    return [result for each in rounds for result in each]


def refunds():
    return Charge.objects.filter(kind="refund")


@pytest.mark.parametrize("times", [40, pytest.param(200, marks=pytest.mark.night)])
def test_parallel_refunds_of_a_tenth_give_back_the_whole(times):
    charge, person = paid(1003, percent=33), UserFactory(staff=True)
    results = in_threads(lambda: ask(charge, 100, requested_by=person), times)
    assert kinds(results) == {"RefundRequest": 10, "InvalidField": times - 10}
    assert ask(charge, requested_by=person).amount_minor == 3
    assert sum(refund.total_minor for refund in refunds()) == 1003
    assert sum(refund.commission_minor for refund in refunds()) == charge.commission_minor
    for refund in refunds():
        collect_charge(refund.pk)
    assert seller_balance(charge) == 0


def test_parallel_refunds_share_what_one_person_may_give_back():
    charge, person = paid(100_000), UserFactory(staff=True)
    results = in_threads(lambda: ask(charge, 20_000, requested_by=person), 8)
    assert kinds(results) == {"RefundRequest": 3, "AlreadyRequested": 5}
    assert sum(refund.total_minor for refund in refunds()) == 40_000
    assert Approval.objects.count() == 1


def test_a_refund_that_several_people_approve_is_made_once():
    request = ask(paid(60_000))
    people = [approver() for _ in range(4)]
    works = [lambda person=person: approve_refund(request.approval, decided_by=person) for person in people]
    assert kinds(run_at_once(*works)) == {"Approval": 1, "NotOpen": 3}
    assert refunds().count() == 1


def test_of_an_approval_and_what_changes_the_charge_at_once_the_books_stay_sound():
    charge, person = paid(60_000), UserFactory(staff=True)
    request, other = ask(charge, 59_950), approver()
    run_at_once(
        lambda: approve_refund(request.approval, decided_by=other),
        lambda: ask(charge, 60, requested_by=person),
    )
    assert sum(refund.total_minor for refund in refunds()) in (60, 59_950)
    assert Approval.objects.get().status in ("used", "void")


@pytest.mark.parametrize("_", range(3))
def test_of_a_refund_and_a_dispute_of_everything_at_once_one_is_recorded(_):
    charge, person = paid(1000), UserFactory(staff=True)
    said = Asked("sandbox", report(charge, status=DisputeStatus.OPENED), clock.now())
    run_at_once(lambda: ask(charge, requested_by=person), lambda: record_dispute(said))
    assert charge.refunds.count() + charge.disputes.count() == 1


def test_a_refund_that_two_workers_send_is_paid_once():
    charge = paid(1000)
    ask(charge)
    refund = refunds().get()
    run_at_once(*[lambda: collect_charge(refund.pk)] * 4)
    assert fetch(refund).status == "success"
    assert refund.attempts.count() == 1
    assert seller_balance(charge) == 0
