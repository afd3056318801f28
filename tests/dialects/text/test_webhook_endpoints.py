"""Endpoints through the API: for the application's own people, and theirs alone."""

import pytest
from standardwebhooks import Webhook

from events.types import EventType
from operations.factories import AccountFactory
from tests.dialects.text.webhook_recipes import RANGE, URL, endpoint, owner_token
from tests.dialects.text.world import UNKNOWN_ID, call
from webhooks.endpoints import MOST_OF_ONE, create_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.repair import MOST_TESTS_WAITING, send_test_event

pytestmark = pytest.mark.django_db
BASE = "/v3/webhook_endpoints"


def list_routes(one: object, event: str = f"evt_{'0' * 32}") -> list[tuple[str, str, object]]:
    return [
        ("GET", BASE, b""),
        ("POST", BASE, {"url": URL}),
        ("GET", f"{BASE}/{one}", b""),
        ("PUT", f"{BASE}/{one}", {"description": "x"}),
        *(("PUT", f"{BASE}/{one}/{act}", b"") for act in ("enable", "disable")),
        *(("POST", f"{BASE}/{one}/{act}", RANGE) for act in ("rotate_secret", "test", "replay")),
        ("GET", f"{BASE}/{one}/deliveries", b""),
        ("PUT", f"{BASE}/{one}/deliveries/{event}/replay", b""),
        ("DELETE", f"{BASE}/{one}", b""),
    ]


def test_an_endpoint_is_made_shown_changed_and_deleted(world):
    token = owner_token(world)
    made = call("POST", BASE, token, body={"url": URL, "event_types": ["charge.failed", "charge.failed"]})
    assert made.status_code == 201
    secret = made.json().pop("secret")
    assert Webhook(secret)
    shown = call("GET", f"{BASE}/{made.json()['id']}", token).json()
    assert "secret" not in shown
    assert (shown["event_types"], shown["status"], shown["format"]) == (["charge.failed"], "active", "event")
    path = f"{BASE}/{shown['id']}"
    changed = call("PUT", path, token, body={"format": "text", "event_types": []}).json()
    assert changed == shown | {"format": "text", "event_types": []}
    assert call("GET", BASE, token).json() == {"result": [changed]}
    assert call("DELETE", path, token).status_code == 204
    assert call("GET", path, token).status_code == 404
    assert call("GET", BASE, token).json() == {"result": []}


def test_the_secret_is_sealed_in_the_database(world):
    secret = create_endpoint(application_id=world.app.pk, url=URL).secret
    assert secret.encode() not in bytes(Endpoint.objects.get().sealed_secret)


def test_a_repeated_request_makes_one_endpoint_and_tells_its_secret_again(world):
    token = owner_token(world)
    first, again = (
        call("POST", BASE, token, body={"url": URL}, **{"Idempotency-Key": "one"}) for _ in range(2)
    )
    assert first.json() == again.json()
    assert Endpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": 5}, "url"),
        ({"url": None}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": URL, "format": "xml"}, "format"),
        ({"url": URL, "format": None}, "format"),
        ({"url": URL, "event_types": "charge.failed"}, "event_types"),
        ({"url": URL, "event_types": [1]}, "event_types"),
        ({"url": URL, "event_types": ["charge.exploded"]}, "event_types"),
        ({"url": URL, "event_types": ["endpoint.tested"]}, "event_types"),
        ({"url": URL, "description": "x" * 256}, "description"),
        ({"url": URL, "description": "4242 4242 4242 4242"}, "description"),
    ],
)
def test_a_bad_endpoint_is_refused_by_field(world, body, field):
    token = owner_token(world)
    answer = call("POST", BASE, token, body=body)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["details"]) == [field]
    if body:
        path = f"{BASE}/{endpoint(world).public_id}"
        assert list(call("PUT", path, token, body=body).json()["error"]["details"]) == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "since"),
        (RANGE | {"since": "2026-11-28"}, "since"),
        (RANGE | {"since": "2026-11-28T00:00:00"}, "since"),
        (RANGE | {"since": "2026-99-28T00:00:00Z"}, "since"),
        (RANGE | {"since": "0001-01-01T00:00:00+14:00"}, "since"),
        (RANGE | {"until": RANGE["since"]}, "until"),
        (RANGE | {"until": 5}, "until"),
        (RANGE | {"only_failed": "some"}, "only_failed"),
    ],
)
def test_a_bad_range_is_refused_by_field(world, body, field):
    path = f"{BASE}/{endpoint(world).public_id}/replay"
    answer = call("POST", path, owner_token(world), body=body)
    assert answer.status_code == 400
    assert next(iter(answer.json()["error"]["details"])) == field


def test_a_buyer_cannot_hear_of_other_buyers_through_the_token_of_the_application(world):
    for method, path, body in list_routes(endpoint(world).public_id):
        assert call(method, path, world.token(), body=body).status_code == 403, path
    assert Endpoint.objects.kept().count() == 1


def test_it_takes_the_billing_role_and_the_scope_of_each_product(world):
    clerk = AccountFactory(organization=world.seller, has_billing_role=False)
    for token in (
        world.token(clerk),
        owner_token(world, scopes="billing_manage"),
        owner_token(world, scopes="ledger_read"),
    ):
        for method, path, body in list_routes(endpoint(world).public_id):
            assert call(method, path, token, body=body).status_code == 403, path


def test_endpoints_of_another_application_are_not_there(world):
    foreign = create_endpoint(application_id=world.other_app.pk, url=URL).endpoint
    event = send_test_event(foreign.pk).event.public_id
    for one in (foreign.public_id, UNKNOWN_ID, "1", "%20"):
        for method, path, body in list_routes(one, event)[2:]:
            assert call(method, path, owner_token(world), body=body).status_code == 404, path
    assert call("GET", BASE, owner_token(world)).json() == {"result": []}


def test_an_application_has_so_many_endpoints_and_no_more(world):
    for _ in range(MOST_OF_ONE):
        endpoint(world)
    answer = call("POST", BASE, owner_token(world), body={"url": URL})
    assert (answer.status_code, answer.json()["error"]["type"]) == (422, "wrong_state")


def test_tests_do_not_pile_up(world):
    path = f"{BASE}/{endpoint(world).public_id}/test"
    answers = [call("POST", path, owner_token(world)).status_code for _ in range(MOST_TESTS_WAITING + 1)]
    assert answers == [202] * MOST_TESTS_WAITING + [429]


def test_deliveries_are_paged_and_filtered(world):
    one = endpoint(world)
    for _ in range(25):
        delivery = send_test_event(one.pk)
        Delivery.objects.filter(pk=delivery.pk).update(due_at=None, dead_at=delivery.created_at)
    send_test_event(one.pk)
    path, token = f"{BASE}/{one.public_id}/deliveries", owner_token(world)
    first = call("GET", path, token)
    assert [each["sequence"] for each in first.json()["result"]] == [*range(26, 6, -1)]
    link = first.headers["Link"].partition(">")[0].removeprefix("<http://testserver")
    assert [each["sequence"] for each in call("GET", link, token).json()["result"]] == [*range(6, 0, -1)]
    waiting = call("GET", f"{path}?status=waiting", token).json()["result"]
    assert [each["sequence"] for each in waiting] == [26]
    assert len(call("GET", f"{path}?status=dead&page=2", token).json()["result"]) == 5
    for query in ("status=lost", "before=x", "before=evt_1", "page=0"):
        assert call("GET", f"{path}?{query}", token).status_code == 400, query


def test_every_type_can_be_asked_for_but_those_of_no_application(world):
    types = sorted(
        each for each in EventType if not each.startswith(("endpoint.", "payout.", "payout_settings."))
    )
    made = call("POST", BASE, owner_token(world), body={"url": URL, "event_types": types})
    assert made.json()["event_types"] == types
