"""The database takes no attempt on a buyer's money without an acceptance of its terms, whoever writes it."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from charges.collection.single import claim_charge, collect_charge
from charges.models import Acceptance, Attempt, Charge
from charges.refunds.make import refund_charge
from charges.requests.customer import charge_customer
from core import clock
from core.bulk import insert_rows
from operations.factories import ChargeFactory, CustomerFactory, PaymentOptionFactory, SubscriptionFactory
from subscriptions.models import Subscription
from tests.by_hand import insert_attempts, insert_period, start
from tests.money import captures, fetch
from tests.subscriptions.stories import START

pytestmark = pytest.mark.django_db

ATTEMPT_OF_A_BATCH = {
    "number": 1,
    "key": "key",
    "gateway": "sandbox",
    "token": "tok_test_approve",
    "amount_minor": 200,
    "currency": "USD",
    "livemode": True,
    "state": "sending",
    "checks": 0,
    "code": "",
    "hard": False,
    "message": "",
}


def make_unaccepted_charge(**fields) -> Charge:
    charge = ChargeFactory(**fields)
    start(charge)
    return charge


def make_unaccepted_subscription(**fields) -> Subscription:
    subscription = SubscriptionFactory(**fields)
    start(subscription)
    return Subscription.objects.get(pk=subscription.pk)


def accept_late(offer: Charge | Subscription) -> None:
    Acceptance.objects.create(
        **{type(offer).__name__.lower(): offer},
        account_id=offer.buyer_account_id,
        organization_id=offer.buyer_id,
        terms_hash=offer.terms_hash,
    )


def refused():
    return pytest.raises(IntegrityError, match="has not accepted these terms")


@pytest.mark.parametrize("test", [False, True])
def test_an_attempt_for_a_charge_that_nobody_accepted_is_refused(test):
    charge = make_unaccepted_charge(test=test)
    with refused():
        insert_attempts(charge)
    accept_late(charge)
    insert_attempts(charge)


@pytest.mark.parametrize("test", [False, True])
def test_an_attempt_for_a_period_of_a_subscription_that_nobody_accepted_is_refused(test):
    subscription = make_unaccepted_subscription(test=test)
    period = insert_period(subscription)
    with refused():
        insert_attempts(period)
    accept_late(subscription)
    insert_attempts(period)


def test_one_attempt_without_consent_refuses_all_of_its_statement():
    accepted = [ChargeFactory(activated=True) for _ in range(2)]
    with refused():
        insert_attempts(*accepted, make_unaccepted_charge())
    assert not Attempt.objects.exists()
    insert_attempts(*accepted)


def test_the_statement_of_our_batches_is_refused_as_well():
    now = clock.now()
    row = ATTEMPT_OF_A_BATCH | {"charge_id": make_unaccepted_charge().pk, "check_at": now, "sent_at": now}
    with refused(), transaction.atomic():
        insert_rows(Attempt, [row])


@pytest.mark.parametrize(
    "change", [{"amount": "total_minor + 1"}, {"currency": "'EUR'"}, {"livemode": "test"}], ids=str
)
def test_an_attempt_takes_exactly_the_money_that_was_accepted(change):
    with refused():
        insert_attempts(ChargeFactory(activated=True), **change)


def test_an_attempt_cannot_be_moved_to_a_charge_without_consent():
    accepted, other = ChargeFactory(activated=True), make_unaccepted_charge()
    insert_attempts(accepted)
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Attempt.objects.filter(charge=accepted).update(charge=other)


@pytest.mark.parametrize(
    "change",
    [
        {"price": "price_minor + 1"},
        {"quantity": "2"},
        {"per_account": "true", "quantity": "2"},
        {"name": "'Something else'"},
        {"percent": "100"},
        {"test": "true"},
    ],
    ids=str,
)
def test_an_attempt_for_a_period_on_other_terms_than_its_subscription_is_refused(change):
    period = insert_period(SubscriptionFactory(activated=True, at=START), **change)
    with refused():
        insert_attempts(period)


@pytest.mark.parametrize(
    ("party", "field"), [("buyer", "buyer_id"), ("payee", "payee_id"), ("app", "order_application_id")]
)
def test_an_attempt_for_a_period_between_others_than_its_subscription_is_refused(party, field):
    period = insert_period(
        SubscriptionFactory(activated=True, at=START), **{party: str(getattr(ChargeFactory(), field))}
    )
    with refused():
        insert_attempts(period)


def test_a_period_may_be_for_as_many_seats_as_there_are():
    insert_attempts(
        insert_period(SubscriptionFactory(activated=True, at=START, per_account=True), quantity="7")
    )


def test_a_charge_of_a_merchants_customer_needs_no_acceptance():
    charge = charge_customer(customer=CustomerFactory(), amount_minor=500, name="Lessons", actor="test")
    insert_attempts(charge)


@pytest.mark.django_db(transaction=True)
def test_a_refund_needs_no_acceptance():
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    insert_attempts(refund_charge(fetch(charge), amount_minor=50, due_at=None))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make_offer", [make_unaccepted_charge, make_unaccepted_subscription])
def test_the_sender_leaves_a_charge_without_consent_alone(make_offer):
    offer = make_offer()
    PaymentOptionFactory(organization=offer.buyer)
    charge = offer if isinstance(offer, Charge) else insert_period(offer)
    Charge.objects.filter(pk=charge.pk).update(collect_at=clock.now())
    assert claim_charge(charge.pk) is None
    assert not Attempt.objects.exists()
    assert (fetch(charge).status, fetch(charge).collect_at) == ("processed", None)
    assert captures() == []
