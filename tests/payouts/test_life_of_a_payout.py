"""A payout is asked for, approved by a second person, sent, and paid or not, as the books say each time."""

import pytest

from approvals.models import Approval
from events.models import Event
from ledger.reports import list_earnings
from operations.factories import PayoutFactory
from operations.factories.payouts import earn
from payouts.decide import approve_payout, cancel_payout, reject_payout
from payouts.errors import WrongPayoutState
from payouts.sending.by_hand import send_by_hand
from payouts.sending.paid_or_returned import return_payout, settle_payout
from tests.payouts.steps import ask, balances, fetch, history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def payout(seller, desk):
    """60.00 of 100.00 that were earned long ago."""
    earn(seller, 10_000)
    return ask(seller, 6_000, user=desk.clerk, method="by_hand")


def test_what_is_asked_for_is_locked_at_once(payout):
    assert (payout.status, payout.available_minor) == ("requested", 10_000)
    assert balances() == {"buyer_clearing": 10_000, "seller_payable": -4_000, "payouts_in_transit": -6_000}


def test_approved_sent_and_settled_it_leaves_clearing(payout, desk):
    approve_payout(payout.pk, user=desk.approver)
    send_by_hand(payout.pk, reference="bank-1", actor="staff:clerk")
    assert balances()["payouts_in_transit"] == -6_000
    settled = settle_payout(payout.pk, actor="staff:clerk")
    assert (settled.status, settled.reference) == ("settled", "bank-1")
    assert balances() == {"buyer_clearing": 4_000, "seller_payable": -4_000}
    assert history(payout) == ["approved", "sent", "settled"]
    assert Approval.objects.get().status == "used"


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["requested", "approved"])
@pytest.mark.parametrize("end", ["rejected", "cancelled"])
def test_until_it_is_sent_it_can_be_stopped_and_its_sum_is_owed_again(payout, desk, stage, end):
    if stage == "approved":
        approve_payout(payout.pk, user=desk.approver)
    if end == "rejected":
        reject_payout(payout.pk, user=desk.approver, reason="Not this one.")
    else:
        cancel_payout(payout.pk, actor="page/account:1")
    assert fetch(payout).status == end
    assert balances() == {"buyer_clearing": 10_000, "seller_payable": -10_000}
    assert Approval.objects.get().status == (
        "rejected" if (stage, end) == ("requested", "rejected") else "void"
    )


@pytest.mark.parametrize("stage", ["sent", "settled"])
def test_what_comes_back_is_owed_again(seller, stage):
    payout = PayoutFactory(**{stage: True})
    returned = return_payout(payout.pk, actor="system:bank", code="AC04", reason="The account is closed.")
    assert (returned.failure_code, returned.failure_message) == ("AC04", "The account is closed.")
    assert balances() == {"buyer_clearing": 10_000, "seller_payable": -10_000}


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["requested", "approved", "rejected", "cancelled"])
@pytest.mark.parametrize("end", [settle_payout, return_payout])
def test_only_what_was_sent_can_be_paid_or_come_back(seller, stage, end):
    payout = PayoutFactory(stage=stage)
    with pytest.raises(WrongPayoutState):
        end(payout.pk, actor="test", reason="")


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["sent", "settled", "returned", "rejected"])
def test_what_was_sent_or_has_ended_is_not_stopped(seller, desk, stage):
    payout = PayoutFactory(**{stage: True})
    before = balances()
    with pytest.raises(WrongPayoutState):
        cancel_payout(payout.pk, actor="test")
    with pytest.raises(WrongPayoutState):
        reject_payout(payout.pk, user=desk.approver, reason="Too late.")
    assert balances() == before


@pytest.mark.slow
def test_saying_it_twice_changes_nothing(seller):
    settled, returned, cancelled = (
        PayoutFactory(**{stage: True}) for stage in ("settled", "returned", "cancelled")
    )
    before = balances()
    settle_payout(settled.pk, actor="test")
    return_payout(returned.pk, actor="test", reason="")
    cancel_payout(cancelled.pk, actor="test")
    assert balances() == before


def test_each_step_is_told_as_an_event_of_the_seller(seller):
    payout = PayoutFactory(settled=True)
    events = Event.objects.filter(object_id=payout.public_id).order_by("sequence")
    names = ["payout.requested", "payout.approved", "payout.sent", "payout.settled"]
    assert [event.type for event in events] == names
    assert {event.organization_id for event in events} == {payout.organization_id}
    assert (events[0].application_id, events[0].livemode) == (None, True)
    assert (events[0].snapshot["amount"], events[0].snapshot["currency"]) == (5_000, "EUR")


def test_the_seller_reads_a_withdrawal_and_what_came_back_as_an_addition(seller):
    payout = PayoutFactory(returned=True)
    lines = list_earnings(organization_id=payout.organization_id, currency="EUR", limit=10)
    assert [(line.kind, line.value_minor, line.name) for line in lines] == [
        ("collection", 5_000, "Payout returned"),
        ("withdrawal", 5_000, "Payout"),
        ("collection", 10_000, "Extension"),
    ]
