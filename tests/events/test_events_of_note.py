"""What is more than routine is read in order, by an index that leaves the routine out."""

import pytest
from django.db import connection
from django.db.models import Q

from events.models import OF_NOTE, Event
from events.reading import START, Position, read_events_of_note, read_horizon
from events.types import PAYMENTS, ROUTINE
from operations.factories import ChargeFactory
from tests.webhooks.receiver import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def read(after: Position = START, limit: int = 100) -> list[Event]:
    newest = max(Event.objects.values_list("xact", flat=True))
    wait_until(lambda: read_horizon() > newest)
    return read_events_of_note(after=after, limit=limit)


def test_routine_is_left_out_and_the_rest_is_read_once():
    ChargeFactory(collected=True)
    ChargeFactory(failed=True)
    first, second = read()
    assert [first.type, second.type] == ["charge.succeeded", "charge.failed"]
    assert Event.objects.filter(type__in=ROUTINE).count() > 2
    assert read(Position(first.xact, first.pk)) == [second]
    assert read(limit=1) == [first]
    assert read(Position(second.xact, second.pk)) == []


@pytest.mark.parametrize("of", [Q(), Q(application_id__isnull=False, type__in=PAYMENTS)])
def test_they_are_found_by_their_index_and_so_are_payments(of):
    found = Event.objects.filter(OF_NOTE, of, xact__gte=5, xact__lt=9).order_by("xact", "id")[:10]
    with connection.cursor() as cursor:
        # Of an empty table a sort costs nothing, as far as the planner knows.
        cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        plan = found.explain()
        cursor.execute("RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort")
    assert "events_of_note" in plan
    assert "Sort" not in plan
