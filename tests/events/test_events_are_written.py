"""What happens to a charge or subscription is told by an event, in the transaction in which it happens."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from charges.collection.single import collect_charge
from charges.history import give_up_charge
from charges.refunds.make import refund_charge
from core import clock
from events.models import Event
from operations.factories import ChargeFactory, SubscriptionFactory
from subscriptions.history import write_moves
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.renewal.renew import renew_due
from subscriptions.rows import SubscriptionMove, read_subscription

pytestmark = pytest.mark.django_db


def told_of(row) -> list[str]:
    """The types of the events of a row, which are numbered from 1."""
    events = list(Event.objects.filter(object_id=row.public_id).order_by("sequence"))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    row.refresh_from_db()
    assert row.event_count == len(events)
    return [event.type for event in events]


def test_the_life_of_a_charge_is_told_in_order():
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    assert told_of(charge) == ["charge.created", "charge.accepted", "charge.activated", "charge.succeeded"]


def test_an_event_says_where_the_object_stood_and_whose_it_is():
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    event = Event.objects.get(object_id=charge.public_id, type="charge.succeeded")
    charge.refresh_from_db()
    assert event.snapshot == {
        "status": "success",
        "amount": 200,
        "currency": "USD",
        "failure_code": "",
        "next_attempt_at": None,
    }
    assert (event.application_id, event.organization_id, event.buyer_id) == (
        charge.order_application_id,
        charge.payee_id,
        charge.buyer_id,
    )
    assert (event.livemode, event.occurred_at) == (True, charge.finished_at)
    assert event.public_id == f"evt_{event.id.hex}"


@pytest.mark.parametrize(
    ("card", "last"),
    [
        ("decline_soft", "charge.failed"),
        ("confirm_always", "charge.confirmation_required"),
    ],
)
def test_what_keeps_a_charge_from_being_paid_is_told(card, last):
    charge = ChargeFactory(activated=True, card=f"tok_test_{card}")
    collect_charge(charge.pk)
    assert told_of(charge)[-1] == last


def test_a_decline_that_is_tried_again_is_told_as_one():
    subscription = SubscriptionFactory(activated=True, card="tok_test_decline_soft")
    renew_due()
    payment = subscription.charges.get()
    assert told_of(payment) == ["charge.payment_failed"]
    event = Event.objects.get(object_id=payment.public_id)
    assert datetime.fromisoformat(event.snapshot["next_attempt_at"]) == payment.collect_at


def test_the_life_of_a_subscription_is_told_in_order():
    subscription = SubscriptionFactory(activated=True)
    renew_due()
    with clock.travel_to(clock.now() + timedelta(days=32)):
        renew_due()
        cancel_subscription(subscription.pk, actor="test", reason="Enough.")
    assert told_of(subscription) == [
        "subscription.created",
        "subscription.accepted",
        "subscription.activated",
        "subscription.renewed",
        "subscription.renewed",
        "subscription.cancelled",
    ]
    assert [told_of(charge) for charge in subscription.charges.all()] == [["charge.succeeded"]] * 2


def test_several_changes_of_one_subscription_are_told_one_after_the_other():
    others = [SubscriptionFactory(active=True) for _ in range(2)]
    before = [told_of(each) for each in others]
    rows = [read_subscription(each) for each in others]
    late, frozen = (
        [row._replace(status=status, due_at=None) for row in rows] for status in ("past_due", "frozen")
    )
    moves = [*map(SubscriptionMove, rows, late), *map(SubscriptionMove, late, frozen)]
    with transaction.atomic():
        write_moves(moves, actor="test")
    assert [told_of(each) for each in others] == [
        [*told, "subscription.past_due", "subscription.frozen"] for told in before
    ]
    newest = Event.objects.filter(object_id=others[0].public_id).order_by("sequence")
    assert [event.snapshot["status"] for event in newest][-2:] == ["past_due", "frozen"]


def test_a_refund_is_told_as_a_refund():
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    charge.refresh_from_db()
    refund = refund_charge(charge, amount_minor=50, due_at=None)
    collect_charge(refund.pk)
    assert told_of(refund) == ["refund.created", "refund.succeeded"]


def test_a_change_that_is_undone_is_not_told():
    charge = ChargeFactory(activated=True)
    before = Event.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        give_up_and_fail(charge)
    assert Event.objects.count() == before


def give_up_and_fail(charge):
    give_up_charge(charge, actor="test", reason="Not wanted.")
    raise ZeroDivisionError


@pytest.mark.parametrize("factory", [ChargeFactory, SubscriptionFactory])
def test_the_database_refuses_a_change_without_an_event(factory):
    row = factory()
    with pytest.raises(IntegrityError, match="without an event"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET status = 'declined' WHERE id = %s", [row.pk])


@pytest.mark.parametrize("statement", ["UPDATE events_event SET sequence = 9", "DELETE FROM events_event"])
def test_events_are_never_changed_or_removed(statement):
    ChargeFactory()
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)
