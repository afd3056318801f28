"""Whatever comes in, the answer is a 4xx in the dialect's shape, and nothing is made."""

import pytest

from charges.models import Charge
from customers.models import IdempotencyKey
from subscriptions.models import Subscription
from tests.dialects.text import malformed
from tests.dialects.text.world import call

GROUPS = (
    *(malformed.fields, malformed.forms, malformed.bodies, malformed.queries, malformed.paths),
    *(malformed.recurrent_fields, malformed.recurrent_calls),
)
KINDS = {400: "validation", 404: "not_found", 405: "validation", 413: "too_large", 415: "validation"}


def test_there_are_enough_of_them():
    assert sum(len(list(group())) for group in GROUPS) >= 300


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_nonsense_is_refused_in_words_and_makes_nothing(world, group):
    token = world.token(scopes="billing_manage billing--all:rw ledger_read")
    for what, method, path, body, content_type, headers in group():
        response = call(method, path, token, body=body, content_type=content_type, **headers)
        assert response.status_code in KINDS, f"{what}: {response.status_code} {response.content[:200]!r}"
        assert response.headers["Content-Type"] == "application/json", what
        error = response.json()["error"]
        assert set(error) == {"type", "message", "details"}, what
        assert error["type"] == KINDS[response.status_code], what
        assert error["message"], what
    assert not Charge.objects.exists()
    assert not Subscription.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("field", ["name", "price", "quantity", "return_url", "test", "per_account"])
def test_the_refusal_names_the_field(world, field):
    for bad in ([], {}, 1.5):
        response = call("POST", "/v1/direct_charge", world.token(), body=malformed.GOOD | {field: bad})
        assert list(response.json()["error"]["details"]) == [field]


@pytest.mark.parametrize("field", ["name", "price", "return_url", "external_id", "trial_days", "months"])
def test_so_does_that_of_a_recurrent_charge(world, field):
    for bad in ([], {}, 1.5):
        response = call("POST", "/v1/recurrent_charge", world.token(), body=malformed.GOOD | {field: bad})
        assert list(response.json()["error"]["details"]) == [field]


def test_an_ignored_field_may_hold_any_json(world):
    extra = {
        "payload": None,
        "metadata": {"weight": 1.5, "big": 10**40, "list": [1, [2]]},
        "status": "success",
    }
    for path in ("/v1/direct_charge", "/v1/recurrent_charge"):
        assert call("POST", path, world.token(), body=malformed.GOOD | extra).status_code == 201
