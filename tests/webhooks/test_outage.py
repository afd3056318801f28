"""A receiver that is away for a day gets everything afterwards, in order."""

from collections import defaultdict
from datetime import timedelta

import pytest

from core import clock
from tests.webhooks.receiver import answer
from tests.webhooks.steps import make_endpoint, send_all, tell
from webhooks.deliver import deliver_due
from webhooks.models import Delivery, Endpoint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
OUTAGE, OBJECTS, EVENTS = timedelta(hours=24), 8, 4


def test_after_a_day_everything_arrives_in_order(app, receiver):
    make_endpoint(app, receiver.url)
    receiver.behave = answer(503)
    start = clock.now()
    objects = [tell(app, *range(1, EVENTS + 1)) for _ in range(OBJECTS)]
    send_all()
    while next_due := find_next():
        with clock.travel_to(next_due):
            if next_due - start > OUTAGE:
                receiver.behave = answer(204)
            deliver_due()
    arrived = defaultdict(list)
    for each in receiver.received[-OBJECTS * EVENTS :]:
        arrived[each.json["data"]["id"]].append(each.json["sequence"])
    assert arrived == {str(each): [*range(1, EVENTS + 1)] for each in objects}
    assert Delivery.objects.filter(delivered_at=None).count() == 0
    assert len(set(receiver.ids)) == OBJECTS * EVENTS
    assert Endpoint.objects.get().failing_since is None


def find_next():
    due = Delivery.objects.filter(due_at__isnull=False).order_by("due_at")
    return due.values_list("due_at", flat=True).first()
