"""Each change of a charge or subscription that is declared has an event of its own: the rules alone."""

from datetime import timedelta

import pytest

from charges import events as charge_events
from charges.models import Charge, ChargeKind
from charges.rows import ChargeMove
from events.types import EventType, ObjectType, name_event
from subscriptions import events as subscription_events
from subscriptions.models import Subscription
from subscriptions.rows import SubscriptionMove
from tests.charges.collection.rows import CHARGE, SENT
from tests.subscriptions.renewal.rows import RUNNING

pytestmark = pytest.mark.rules


def transitions_of(model) -> list[tuple[str, str]]:
    moves = model._meta.get_field("status").get_all_transitions(model)
    return sorted({(str(move.source), str(move.target)) for move in moves})


def verb_of(**changes):
    return charge_events.find_verb(ChargeMove(CHARGE, CHARGE._replace(**changes)))


def told(**changes):
    return subscription_events.find_verb(SubscriptionMove(RUNNING, RUNNING._replace(**changes)))


@pytest.mark.parametrize(("source", "target"), transitions_of(Charge))
def test_every_transition_of_a_charge_is_told(source, target):
    move = ChargeMove(CHARGE._replace(status=source), CHARGE._replace(status=target))
    assert name_event(ChargeKind.CHARGE, charge_events.find_verb(move)) in EventType


@pytest.mark.parametrize("kind", [ChargeKind.REFUND, ChargeKind.DISBURSEMENT])
def test_so_is_the_way_of_a_refund_and_of_a_disbursement(kind):
    for verb in ("created", "payment_failed", "succeeded", "failed"):
        assert name_event(kind, verb) in EventType


@pytest.mark.parametrize(("source", "target"), transitions_of(Subscription))
def test_every_transition_of_a_subscription_is_told(source, target):
    move = SubscriptionMove(RUNNING._replace(status=source), RUNNING._replace(status=target))
    assert name_event(ObjectType.SUBSCRIPTION, subscription_events.find_verb(move)) in EventType


def test_what_leaves_a_charge_as_it_is_for_its_payer_is_not_told():
    assert verb_of(collect_at=SENT) is None
    assert verb_of(given_up_at=SENT) is None


def test_a_payment_that_fails_and_is_tried_again_is_told():
    assert verb_of(failure_count=1, failure_code="soft", collect_at=SENT) == "payment_failed"


def test_a_payment_that_the_payer_must_confirm_is_told():
    assert verb_of(failure_code="authentication_required") == "confirmation_required"


def test_a_period_that_is_paid_is_told_although_the_status_stays():
    assert told(current_charge_at=RUNNING.current_charge_at + timedelta(days=31)) == "renewed"


def test_a_hold_is_told_and_so_is_an_act_of_staff():
    assert told(held_at=SENT) == "held"
    act = SubscriptionMove(RUNNING, RUNNING, "Changed")
    assert subscription_events.find_verb(act) == "changed"


def test_types_are_named_by_the_object_and_what_happened():
    assert all(str(kind).partition(".")[0] in ObjectType for kind in EventType)
