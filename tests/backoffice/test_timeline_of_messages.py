"""A timeline tells what was sent to others: events with and without endpoints, mails."""

from datetime import timedelta

import pytest

from core import clock
from customers.models import Application
from events.models import Event
from events.types import EventType
from mail.kinds import Kind
from operations.factories import ApplicationFactory, CallerFactory, ChargeFactory, SubscriptionFactory
from tests.backoffice.timelines import details
from tests.mail.steps import find
from tests.webhooks.steps import make_endpoint
from webhooks.fan_out import deliver_to
from webhooks.models import Delivery, Endpoint
from webhooks.purge import KEPT_FOR

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [ChargeFactory, SubscriptionFactory])
def test_an_event_that_went_to_no_endpoint_is_told(staff, factory):
    row = factory(accepted=True)
    noun = "charge" if factory is ChargeFactory else "subscription"
    assert details(staff, row)[f"Event: The buyer accepted a {noun}"] == ["sent to no endpoint"]


def test_an_event_that_an_endpoint_has_not_come_to_yet_is_told_as_such(staff):
    app = ApplicationFactory()
    wants_all = make_endpoint(app, "https://seller.example/hooks")
    make_endpoint(app, "https://seller.example/refunds", event_types=[EventType.REFUND_CREATED])
    charge = ChargeFactory(caller=CallerFactory(application=app))
    [event] = Event.objects.filter(object_id=charge.public_id)
    told = "Event: A charge was asked for"
    assert details(staff, charge)[told] == ["not handed out to its endpoint yet"]
    Endpoint.objects.filter(pk=wants_all.pk).update(position_xact=event.xact, position_event=event.pk)
    assert details(staff, charge)[told] == ["sent to no endpoint"]
    Endpoint.objects.filter(pk=wants_all.pk).update(position_xact=0)
    assert details(staff, charge)[told] == ["not handed out to its endpoint yet"]
    Application.objects.filter(pk=app.pk).update(is_active=False)
    assert details(staff, charge)[told] == ["sent to no endpoint"]


def test_an_event_whose_deliveries_are_forgotten_is_not_told(staff):
    with clock.travel_to(clock.now() - KEPT_FOR - timedelta(days=1)):
        charge = ChargeFactory()
    assert "Event: A charge was asked for" not in details(staff, charge)


def test_a_webhook_is_told_to_its_object_its_buyer_and_its_seller(staff):
    charge = ChargeFactory()
    endpoint = make_endpoint(charge.order_application, "https://seller.example/hooks")
    deliver_to(endpoint, Event.objects.all())
    for subject in (charge, charge.buyer, charge.payee):
        assert details(staff, subject)["Webhook waits: A charge was asked for"] == [endpoint.url]
    Delivery.objects.update(delivered_at=clock.now(), due_at=None)
    assert "Webhook delivered: A charge was asked for" in details(staff, charge)


def test_an_organisation_does_not_tell_events_that_went_to_no_endpoint(staff):
    charge = ChargeFactory()
    assert not [line for line in details(staff, charge.payee) if line.startswith("Event: ")]


def test_a_receipt_is_told_to_its_charge_and_to_its_buyer(staff):
    charge = ChargeFactory(collected=True)
    mail = find(Kind.RECEIPT)
    mail.save()
    for subject in (charge, charge.buyer):
        assert details(staff, subject)["Mail waits: Receipt"] == [f"to {mail.address}"]
