"""A subscription that its buyer never accepted is held; the others of its batch are renewed."""

import pytest

from charges.models import Acceptance, Attempt, Charge
from core import clock
from operations.factories import AccountFactory, CallerFactory, PaymentOptionFactory, SubscriptionFactory
from operations.verification import find_breaches
from subscriptions.lifecycle.hold_and_retry import release_hold
from subscriptions.models import Subscription
from subscriptions.renewal.renew import renew_due
from tests import by_hand
from tests.money import captures
from tests.subscriptions.stories import START, at, fetch, paid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[False, True], ids=["live", "test"])
def unaccepted(request) -> Subscription:
    """A subscription brought to due by legal changes of its status, past the service."""
    account = AccountFactory()
    card = PaymentOptionFactory(organization=account.organization)
    with clock.travel_to(START):
        subscription = SubscriptionFactory(caller=CallerFactory(account=account), test=request.param)
        by_hand.start(subscription)
    Subscription.objects.filter(pk=subscription.pk).update(payment_option=card)
    return subscription


def test_it_is_held_and_the_others_are_renewed(unaccepted):
    others = [SubscriptionFactory(activated=True, at=START) for _ in range(3)]
    at(START)
    held = fetch(unaccepted)
    assert (held.due_at, held.held_at) == (None, START)
    assert held.held_reason == "Its buyer has not accepted its terms."
    assert paid(unaccepted) == []
    assert [paid(other) for other in others] == [[(0, "success")]] * 3
    assert len(captures()) == 3


def test_releasing_it_changes_nothing_until_the_buyer_accepts(unaccepted):
    at(START)
    with clock.travel_to(START):
        release_hold(unaccepted.pk, actor="finance", reason="Let us see.")
    at(START)
    assert fetch(unaccepted).held_at == START
    with clock.travel_to(START):
        Acceptance.objects.create(
            subscription=unaccepted,
            account_id=unaccepted.buyer_account_id,
            organization_id=unaccepted.buyer_id,
            terms_hash=unaccepted.terms_hash,
        )
        release_hold(unaccepted.pk, actor="finance", reason="The buyer has accepted.")
    at(START)
    assert paid(unaccepted) == [(0, "success")]


def test_should_the_claim_overlook_it_the_database_refuses_its_attempt_and_it_is_held(
    unaccepted, monkeypatch
):
    others = [SubscriptionFactory(activated=True, at=START) for _ in range(3)]
    monkeypatch.setattr("subscriptions.renewal.due_periods.find_obstacle", lambda *args: "")
    with clock.travel_to(START):
        assert renew_due() == 3
    assert fetch(unaccepted).held_reason.startswith("It could not be billed (IntegrityError)")
    assert not Charge.objects.filter(subscription=unaccepted).exists()
    assert Attempt.objects.count() == len(others)


def test_verify_reports_it(unaccepted):
    at(START)
    found = {breach.invariant.id: breach.rows for breach in find_breaches()}
    assert [row["public_id"] for row in found["I-19"]] == [unaccepted.public_id]
    assert "I-19a" not in found
