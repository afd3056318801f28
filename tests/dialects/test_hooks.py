"""The door for events of processors: what is signed is kept once, and nothing is asked while it waits."""

import json

import pytest
from django.test import Client, RequestFactory

from charges.models import ProcessorEvent
from dialects.hooks import MAX_BODY, receive_hints
from tests.charges.scripted_gateway import SIGNATURE, ScriptedGateway

pytestmark = pytest.mark.django_db

PATH = "/hooks/stand-in/"
EVENTS = [["evt_1", "movement", "pi_1"], ["evt_2", "dispute", "dp_1"]]


@pytest.fixture(autouse=True)
def _stand_in(settings, monkeypatch):
    settings.GATEWAYS = settings.GATEWAYS | {"stand-in": "tests.charges.scripted_gateway.ScriptedGateway"}
    monkeypatch.setattr(ScriptedGateway, "asked", [])


def tell(events=EVENTS, *, signature=SIGNATURE, path=PATH, address="203.0.113.9", body=None):
    return Client(REMOTE_ADDR=address).post(
        path,
        json.dumps(events) if body is None else body,
        "application/json",
        headers={"Signature": signature},
    )


def read_events():
    return list(
        ProcessorEvent.objects.order_by("pk").values_list("gateway", "event_id", "subject", "reference")
    )


def test_signed_events_are_kept_and_answered_at_once():
    answer = tell()
    assert (answer.status_code, answer.json()) == (200, {})
    assert read_events() == [
        ("stand-in", "evt_1", "movement", "pi_1"),
        ("stand-in", "evt_2", "dispute", "dp_1"),
    ]
    assert ScriptedGateway.asked == []


def test_an_event_that_comes_again_is_kept_once():
    tell()
    assert tell([*EVENTS, ["evt_3", "card", "pm_1"]]).status_code == 200
    assert [event for _, event, _, _ in read_events()] == ["evt_1", "evt_2", "evt_3"]


def test_what_is_not_signed_is_refused_and_leaves_nothing():
    answer = tell(signature="forged")
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "validation"
    assert answer["Cache-Control"] == "no-store"
    assert read_events() == []


@pytest.mark.parametrize("reference", ["4242424242424242", "x" * 256, ""])
def test_what_cannot_be_kept_is_refused(reference):
    assert tell([["evt_1", "movement", reference]]).status_code == 400
    assert read_events() == []


def test_the_sandbox_has_nothing_to_tell():
    assert tell(path="/hooks/sandbox/").status_code == 400


def test_a_processor_that_is_not_configured_has_no_door():
    answer = tell(path="/hooks/nobody/")
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_processor_posts(method):
    assert Client().generic(method, PATH).status_code == 405


def test_a_body_may_be_larger_than_elsewhere_but_not_without_end():
    many = [[f"evt_{number}", "movement", "pi_" + "x" * 200] for number in range(500)]
    assert tell(many).status_code == 200
    answer = tell(body="x" * (MAX_BODY + 1))
    assert (answer.status_code, answer.json()["error"]["type"]) == (413, "too_large")


def test_the_door_itself_takes_no_larger_body_either():
    request = RequestFactory().post(PATH, b"x" * (MAX_BODY + 1), "application/json")
    assert receive_hints(request, name="stand-in").status_code == 413


def test_refusals_are_counted_by_address_and_signed_requests_are_not(settings):
    forger = "198.51.100.7"
    settings.HOOKS_RATE = "2/hour"
    assert [tell(address=forger).status_code for _ in range(5)] == [200] * 5
    forged = [tell(signature="forged", address=forger).status_code for _ in range(4)]
    assert forged == [400, 400, 429, 429]
    assert int(tell(address=forger)["Retry-After"]) > 3000
    assert tell(address="198.51.100.8").status_code == 200
