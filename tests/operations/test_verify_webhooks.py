"""Each invariant of webhooks is broken on purpose, and exactly it is reported."""

import pytest

from events.models import Event
from events.types import EventType
from operations.factories import ApplicationFactory
from tests.operations.breakages import break_data, find_broken
from tests.operations.webhook_breakages import WEBHOOKS
from tests.webhooks.steps import make_endpoint, tell
from webhooks.endpoints import change_endpoint
from webhooks.fan_out import deliver_to
from webhooks.models import Endpoint

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def story():
    """An endpoint with two deliveries of one object, past an event that it does not want."""
    app = ApplicationFactory()
    endpoint = make_endpoint(app, "https://hooks.example/", event_types=[EventType.CHARGE_SUCCEEDED])
    tell(app, 1, 2)
    tell(app, 1, type=EventType.CHARGE_CREATED)
    go_on(endpoint)
    return {"endpoint": endpoint.pk}


def go_on(endpoint: Endpoint) -> None:
    """What a fan-out does; it cannot see the events of the transaction that a test runs in."""
    events = list(Event.objects.filter(application_id=endpoint.application_id).order_by("xact", "pk"))
    deliver_to(endpoint, events)
    endpoint.position_xact, endpoint.position_event = events[-1].xact, events[-1].pk
    endpoint.save()


def test_sound_deliveries_break_nothing(story):
    assert find_broken() == set()


def test_nothing_is_missed_that_an_endpoint_wants_only_since_it_was_changed(story):
    change_endpoint(story["endpoint"], event_types=[])
    assert find_broken() == set()


@pytest.mark.parametrize("name", WEBHOOKS)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = WEBHOOKS[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected
