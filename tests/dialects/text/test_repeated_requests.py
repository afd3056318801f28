"""Idempotency-Key on POST, and calls that clients repeat without one."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from charges.models import Charge
from core import clock
from customers.models import IdempotencyKey
from subscriptions.models import Subscription
from tests.dialects.text.world import call

BODY = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}
PATH = "/v2/direct_charge/livechat"


def post(token, key="key-1", path=PATH, **fields):
    return call("POST", path, token, body=BODY | fields, **{"Idempotency-Key": key})


def test_the_same_request_is_done_once_and_answered_alike(world):
    token = world.token()
    first, second = post(token), post(token, path=f"{PATH}/")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["Content-Type"] == second.headers["Content-Type"] == "application/json"
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Charge.objects.count() == 1


def test_the_answer_with_a_key_is_the_one_without(world):
    token = world.token()
    with_key, without = post(token).json(), call("POST", PATH, token, body=BODY).json()
    assert {*with_key} == {*without}
    assert list(with_key) == list(without)


def test_a_new_token_of_the_same_caller_replays_too(world):
    assert post(world.token()).content == post(world.token()).content


def test_another_request_under_the_key_is_refused(world):
    token = world.token()
    post(token)
    response = post(token, price=200)
    assert response.status_code == 422
    assert response.json()["error"]["type"] == "conflict"
    assert Charge.objects.count() == 1


FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary="


def write_multipart(boundary, fields):
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return f"{''.join(parts)}--{boundary}--\r\n"


BACKWARDS = dict(reversed(BODY.items()))
WRITTEN = [
    ("application/json", json.dumps(BODY)),
    ("application/json", json.dumps(BACKWARDS, indent=4)),
    ("application/json; charset=utf-8", json.dumps(BODY, separators=(",", ":"))),
    ("application/json", json.dumps(BODY).replace("E", "\\u0045")),
    (FORM, urlencode(BODY)),
    (f"{FORM}; charset=UTF-8", urlencode(BACKWARDS)),
    ("", "&".join(f"{name}={value}" for name, value in BODY.items())),
    (f"{MULTIPART}a", write_multipart("a", BODY)),
    (f'{MULTIPART}"another"; charset=utf-8', write_multipart("another", BACKWARDS)),
]


@pytest.mark.parametrize("path", [PATH, "/v2/recurrent_charge/livechat"])
def test_the_same_request_may_be_written_differently(world, path):
    token = world.token()
    key = {"Idempotency-Key": "key-1"}
    answers = [call("POST", path, token, body=body, content_type=kind, **key) for kind, body in WRITTEN]
    assert [answer.status_code for answer in answers] == [201] * len(WRITTEN)
    assert len({answer.content for answer in answers}) == 1
    assert Charge.objects.count() + Subscription.objects.count() == 1


@pytest.mark.parametrize("who", ["other buyer", "other app", "other version", "other product"])
def test_keys_are_not_shared(world, who):
    post(world.token())
    token = {"other buyer": world.token(world.other_account), "other app": world.token(app=world.other_app)}
    path = {"other version": "/v3/direct_charge/livechat", "other product": "/v2/direct_charge/helpdesk"}
    response = post(token.get(who, world.token()), path=path.get(who, PATH))
    assert response.status_code == 201
    assert "Idempotent-Replayed" not in response.headers
    assert Charge.objects.count() == 2


def test_a_refused_request_may_be_repaired_under_its_key(world):
    token = world.token()
    assert post(token, price=0).status_code == 400
    assert post(token, return_url="https://elsewhere.example/").status_code == 400
    assert post(token).status_code == 201


def test_a_request_still_under_way_says_when_to_come_back(world):
    token = world.token()
    post(token)
    later = clock.now() + timedelta(seconds=60)
    IdempotencyKey.objects.update(status=None, body=None, locked_until=later)
    response = post(token)
    assert response.status_code == 409
    assert response.json()["error"]["type"] == "conflict"
    assert int(response.headers["Retry-After"]) > 0


def test_a_page_that_activates_on_every_load_does_no_harm(world):
    """The demo app sends PUT activate, without a body, whenever its address has an id."""
    charge = world.charge("declined")
    path = f"/v1/direct_charge/{charge.public_id}/activate"
    answers = [call("PUT", path, world.token(), content_type="") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422] * 3
    charge = world.charge("accepted")
    path = f"/v1/direct_charge/{charge.public_id}/activate"
    answers = [call("PUT", path, world.token(), content_type="") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer.json()["status"] for answer in answers} == {"processed"}
    assert charge.history.filter(to_status="processed").count() == 1


def test_deciding_twice_is_the_same_and_deciding_otherwise_is_refused(world):
    token = world.token(app=world.marketplace)
    path = f"{PATH}/{world.charge().public_id}"
    answers = [call("PUT", f"{path}/{verb}", token) for verb in ("accept", "accept", "decline", "accept")]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 200]
    assert answers[2].json()["error"]["details"] == {"status": "accepted"}
    path = f"{PATH}/{world.charge().public_id}"
    answers = [call("PUT", f"{path}/{verb}", token) for verb in ("decline", "decline", "accept", "activate")]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 422]


def test_a_buyer_without_a_card_or_too_late_is_told_so(world):
    world.buyer.payment_options.all().delete()
    token = world.token(app=world.marketplace)
    path = f"{PATH}/{world.charge().public_id}/accept"
    response = call("PUT", path, token)
    assert response.status_code == 422
    assert "payment option" in response.json()["error"]["message"]
    with clock.travel_to(clock.now() + timedelta(days=31)):
        late = call("PUT", path, world.token(app=world.marketplace))
    assert late.status_code == 422
    assert "in time" in late.json()["error"]["message"]


def test_a_body_of_a_put_is_not_looked_at(world):
    path = f"{PATH}/{world.charge('accepted').public_id}/activate"
    assert call("PUT", path, world.token(), body="{not json").status_code == 200


def test_a_recurrent_charge_is_made_once_under_a_key_too(world):
    token, path = world.token(), "/v2/recurrent_charge/livechat"
    first, second = post(token, path=path), post(token, path=f"{path}/")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Subscription.objects.count() == 1
    assert post(token, path=path, months=12).status_code == 422
    assert post(token, path=PATH).status_code == 201
    assert list(post(token, key="another", path=path).json()) == list(first.json())


def test_starting_and_ending_again_changes_nothing(world):
    token, subscription = world.token(), world.subscription("accepted")
    path = f"/v3/recurrent_charge/livechat/{subscription.public_id}"
    verbs = ("activate", "activate", "cancel", "cancel", "activate")
    answers = [call("PUT", f"{path}/{verb}", token) for verb in verbs]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 422]
    assert answers[0].json() == answers[1].json()
    assert answers[2].json() == answers[3].json()
    moves = list(subscription.history.values_list("to_status", flat=True))
    assert moves == ["accepted", "processed", "cancelled"]
