"""Many hands on one balance at once: never more is paid than there is, and nothing is paid twice."""

from functools import partial

import pytest

from operations.factories import PayoutAccountFactory, PayoutFactory, UserFactory
from operations.factories.payouts import earn, make_approver
from payouts.accounts import change_account
from payouts.available import read_available
from payouts.decide import approve_payout, cancel_payout
from payouts.errors import BalanceTooLow
from payouts.models import Payout
from payouts.schedule import request_monthly_payouts, set_schedule
from payouts.sending.by_hand import send_by_hand
from payouts.sending.paid_or_returned import return_payout, settle_payout
from tests.money import run_at_once
from tests.payouts.steps import ask, balances
from tests.payouts.test_accounts import DESTINATION
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def seller(settings, transactional_db):
    settings.DEFAULT_CURRENCY = "EUR"
    yield PayoutAccountFactory().organization
    assert_books_are_sound()


def count(results, kind) -> int:
    return sum(isinstance(each, kind) for each in results)


def test_fifty_who_ask_at_once_never_get_more_than_there_is(seller):
    earn(seller, 10_500)
    clerk = UserFactory(staff=True)
    results = run_at_once(*[partial(ask, seller, 1_000, user=clerk)] * 50)
    assert (count(results, Payout), count(results, BalanceTooLow)) == (10, 40)
    assert balances()["payouts_in_transit"] == -10_000
    assert read_available(organization_id=seller.pk, currency="EUR").available_minor == 500


def test_a_payout_that_is_settled_and_returned_by_many_at_once_ends_once(seller):
    payout = PayoutFactory(account=seller.payout_accounts.get(), sent=True)
    settle = partial(settle_payout, payout.pk, actor="test")
    give_back = partial(return_payout, payout.pk, actor="test", reason="Closed.")
    run_at_once(*[settle] * 4, *[give_back] * 4)
    assert Payout.objects.get().status == "returned"
    assert balances()["seller_payable"] == -10_000


def test_a_payout_is_sent_or_taken_back_and_never_both(seller):
    payout = PayoutFactory(account=seller.payout_accounts.get(), approved=True)
    send = partial(send_by_hand, payout.pk, reference="x", actor="test")
    run_at_once(send, partial(cancel_payout, payout.pk, actor="test"), send)
    status = Payout.objects.get().status
    assert status in ("sent", "cancelled")
    assert ("payouts_in_transit" in balances()) == (status == "sent")


def test_an_account_that_changes_while_a_payout_is_sent_gets_it_only_if_it_was_approved_for_it(seller):
    payout = PayoutFactory(account=seller.payout_accounts.get(), approved=True)
    change = partial(
        change_account, organization_id=seller.pk, currency="EUR", destination=DESTINATION, actor="test"
    )
    run_at_once(change, partial(send_by_hand, payout.pk, reference="x", actor="test"))
    payout = Payout.objects.get()
    assert (payout.status, payout.account.replaced_at is None) in (("sent", False), ("requested", True))


def test_two_approvers_at_once_are_one_approval(seller):
    payout = PayoutFactory(account=seller.payout_accounts.get())
    approvers = [make_approver() for _ in range(4)]
    run_at_once(*(partial(approve_payout, payout.pk, user=user) for user in approvers))
    assert list(Payout.objects.get().history.values_list("to_status", flat=True)) == ["approved"]


def test_a_month_is_asked_for_once_by_many_beats(seller):
    earn(seller, 10_000)
    set_schedule(seller.payout_accounts.get().pk, is_active=True, user=UserFactory(staff=True), reason="y")
    run_at_once(*[request_monthly_payouts] * 6)
    assert Payout.objects.count() == 1
