"""Answers about one dispute that arrive at once are recorded once, by real threads."""

import pytest

from charges.disputes.record import Asked, record_dispute
from charges.models import Dispute
from charges.refunds.make import count_refundable, refund_charge
from core import clock
from gateway.hints import DisputeStatus as Says
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory
from tests.charges.scripted_gateway import report
from tests.money import fetch, run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_books")]
ROUNDS = 5


def writer(charge, status, **changes):
    said = Asked("sandbox", report(charge, status=status, **changes), clock.now())
    return lambda: record_dispute(said)


def count(kind):
    return LedgerTransaction.objects.filter(kind=kind).count()


def test_parallel_answers_open_and_close_a_dispute_once():
    charge = ChargeFactory(collected=True)
    statuses = [Says.OPENED, Says.LOST, Says.OPENED, Says.LOST, Says.OPENED, Says.LOST]
    results = run_at_once(*(writer(charge, status) for status in statuses))
    assert not [result for result in results if isinstance(result, Exception)]
    assert Dispute.objects.get().status == "lost"
    assert [count(kind) for kind in ("dispute_opened", "dispute_lost", "dispute_won", "fee")] == [1, 0, 0, 1]


def test_of_won_and_lost_at_once_one_counts():
    charge = ChargeFactory(collected=True)
    run_at_once(writer(charge, Says.WON), writer(charge, Says.LOST))
    dispute = Dispute.objects.get()
    assert (count("dispute_won"), count("dispute_lost")) == (int(dispute.status == "won"), 0)
    assert [change.to_status for change in dispute.history.all()] == [dispute.status]


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_a_refund_and_a_dispute_of_everything_at_once_one_is_recorded(_):
    charge = ChargeFactory(collected=True)

    def refund():
        return refund_charge(fetch(charge), amount_minor=charge.total_minor, due_at=None)

    run_at_once(refund, writer(charge, Says.OPENED))
    assert charge.refunds.count() + charge.disputes.count() == 1
    assert count_refundable(charge) == 0
