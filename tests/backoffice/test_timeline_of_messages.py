"""A timeline tells what was sent to others: events with and without endpoints, mails."""

from datetime import timedelta

import pytest

from core import clock
from mail.models import Mail
from operations.factories import ApplicationFactory, CallerFactory, ChargeFactory, SubscriptionFactory
from tests.backoffice.timelines import details, lines
from tests.webhooks.steps import make_endpoint
from webhooks.fan_out import fan_out_events
from webhooks.purge import KEPT_FOR

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [ChargeFactory, SubscriptionFactory])
def test_an_event_that_no_endpoint_wanted_is_told(staff, factory):
    row = factory(accepted=True)
    noun = "charge" if factory is ChargeFactory else "subscription"
    assert details(staff, row)[f"Event: The buyer accepted a {noun}"] == ["no endpoint wanted it"]


def test_an_event_whose_deliveries_are_forgotten_does_not_say_that_nobody_wanted_it(staff):
    with clock.travel_to(clock.now() - KEPT_FOR - timedelta(days=1)):
        charge = ChargeFactory()
    [said] = details(staff, charge)["Event: A charge was asked for"]
    assert said.startswith("no delivery of it is kept")
