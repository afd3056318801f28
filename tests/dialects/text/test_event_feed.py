"""The feed: the application's own events, each once, in order, without gaps."""

from threading import Event as Signal
from urllib.parse import urlencode

import pytest
from django.db import transaction

from events.models import Event
from events.reading import read_horizon
from events.writer import write_events
from tests.dialects.text.webhook_recipes import owner_token
from tests.dialects.text.world import World, call
from tests.money import run_at_once
from tests.webhooks.receiver import wait_until
from tests.webhooks.steps import new_event, tell, tell_many

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db) -> World:
    return World()


def read(world, **query):
    newest = max(Event.objects.values_list("xact", flat=True), default=0)
    wait_until(lambda: read_horizon() > newest)
    return read_now(world, **query)


def read_now(world, **query):
    return call("GET", f"/v3/events?{urlencode(query)}", owner_token(world)).json()


def test_events_are_read_to_the_end_each_once(world):
    tell_many(world.app, 7)
    tell(world.other_app)
    for _ in range(3):
        tell(world.app)
    seen, cursor = [], {}
    for _ in range(4):
        page = read(world, limit=4, **cursor)
        seen += [event["id"] for event in page["result"]]
        cursor = {"after": page["cursor"]}
    assert page["result"] == []
    own = Event.objects.filter(application_id=world.app.pk).order_by("xact", "id")
    assert seen == [event.public_id for event in own]


def test_the_next_page_is_linked_while_there_is_one(world):
    tell_many(world.app, 3)
    read(world)
    token = owner_token(world)
    first = call("GET", "/v3/events?limit=2", token)
    link = first.headers["Link"].partition(">")[0].removeprefix("<http://testserver")
    second = call("GET", link, token)
    assert len(second.json()["result"]) == 1
    assert "Link" not in second.headers


def test_what_is_committed_late_is_told_late_and_not_left_out(world):
    begun, told, object_id = Signal(), Signal(), world.app.organization.public_id

    def late():
        with transaction.atomic():
            write_events([new_event(world.app, object_id, 1, "charge.failed")])
            begun.set()
            told.wait(10)

    def quick():
        begun.wait(10)
        tell(world.app)
        early = read_now(world)
        told.set()
        return early

    early = run_at_once(late, quick)[1]
    assert early["result"] == []
    later = read(world, after=early["cursor"])["result"]
    assert [event["type"] for event in later] == ["charge.failed", "charge.succeeded"]


def test_who_begins_at_the_end_hears_of_what_comes(world):
    tell(world.app)
    cursor = read(world, after="latest")["cursor"]
    tell(world.app, type="charge.failed")
    assert [event["type"] for event in read(world, after=cursor)["result"]] == ["charge.failed"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after=", "after"),
        ("after=1", "after"),
        ("after=-1-" + "0" * 32, "after"),
        ("after=" + "9" * 19 + "-" + "0" * 32, "after"),
        ("after=1-" + "g" * 32, "after"),
        ("after=%20", "after"),
        ("after=a&after=b", "after"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=%D9%A3", "limit"),
    ],
)
def test_a_bad_query_is_refused_by_field(world, query, field):
    answer = call("GET", f"/v3/events?{query}", owner_token(world))
    assert answer.status_code == 400
    assert list(answer.json()["error"]["details"]) == [field]


def test_the_feed_is_for_the_owner(world):
    tell(world.app)
    read(world)
    for token, status in ((world.token(), 403), (None, 401), (world.operator_token(), 403)):
        assert call("GET", "/v3/events", token).status_code in (status, 200), token
        assert "charge.succeeded" not in call("GET", "/v3/events", token).content.decode()


def test_the_largest_cursor_is_read(world):
    assert read_now(world, after=f"{'9' * 18}-{'f' * 32}")["result"] == []
