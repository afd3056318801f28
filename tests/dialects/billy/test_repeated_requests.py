"""Idempotency-Key, which Billy did not have: with it a request that is repeated has one effect."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test.client import encode_multipart
from django.utils.encoding import force_bytes as to_bytes

from charges.models import Charge
from core import clock
from customers.models import Customer, IdempotencyKey
from subscriptions.models import Plan, Subscription
from tests.dialects.billy.world import FORM, call, ok
from tests.money import captures

KEY = {"Idempotency-Key": "key-1"}
PLAN = {"plan_type": "charge", "amount": "1000", "frequency": "weekly"}


@pytest.fixture
def wanted(company):
    return {"customer_guid": company.customer()["guid"], "plan_guid": company.plan()["guid"]}


def test_with_a_key_a_customer_is_subscribed_and_charged_once(company, wanted):
    first, second = [company.post("subscriptions", wanted, **KEY) for _ in range(2)]
    assert ok(first) == ok(second)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Subscription.objects.count() == len(captures()) == 1
    assert company.items("transactions")[0]["status"] == "done"


def test_without_a_key_twice(company, wanted):
    first, second = [ok(company.post("subscriptions", wanted)) for _ in range(2)]
    assert first["guid"] != second["guid"]
    assert Subscription.objects.count() == len(captures()) == 2


def test_the_answer_with_a_key_is_the_one_without(company, wanted):
    with_key = ok(company.post("subscriptions", wanted, **KEY))
    assert list(with_key) == list(ok(company.post("subscriptions", wanted)))


def test_what_became_impossible_meanwhile_is_still_told_again(company, wanted):
    first = company.post("subscriptions", wanted, **KEY)
    company.delete(f"customers/{wanted['customer_guid']}")
    company.delete(f"plans/{wanted['plan_guid']}")
    assert ok(company.post("subscriptions", wanted, **KEY)) == ok(first)


def test_a_cancelation_with_a_refund_happens_once(company):
    subscription = company.subscription()
    path = f"subscriptions/{subscription['guid']}/cancel"
    first, second = [company.post(path, {"refund_amount": 10}, **KEY) for _ in range(2)]
    assert ok(first) == ok(second)
    assert [row["amount"] for row in company.transactions(subscription)] == [10, 1000]
    assert company.transactions(subscription)[0]["status"] == "done"


@pytest.mark.parametrize(
    ("path", "parameters", "model"), [("customers", {}, Customer), ("plans", PLAN, Plan)]
)
def test_customers_and_plans_are_made_once_too(company, path, parameters, model):
    assert ok(company.post(path, parameters, **KEY)) == ok(company.post(path, parameters, **KEY))
    assert model.objects.count() == 1


def test_a_key_does_not_make_one_company_of_two(db):
    answers = [call("POST", "/v1/companies", None, {"processor_key": "made-up"}, **KEY) for _ in range(2)]
    assert ok(answers[0])["guid"] != ok(answers[1])["guid"]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("change", ["body", "query"])
def test_another_request_under_the_key_is_refused(company, change):
    ok(company.post("customers", {"external_id": "a"}, **KEY))
    other = {"body": ("customers", {"external_id": "b"}), "query": ("customers?x=1", {"external_id": "a"})}
    response = company.post(*other[change], **KEY)
    assert response.status_code == 422
    assert "used for a different request" in response.content.decode()
    assert Customer.objects.count() == 1


def test_the_same_request_may_be_written_differently(company, wanted):
    wanted |= {"amount": "500"}
    backwards = dict(reversed(wanted.items()))
    written = [
        ("", FORM, urlencode(wanted)),
        ("", f"{FORM}; charset=utf-8", urlencode(backwards)),
        ("", "multipart/form-data; boundary=a", encode_multipart("a", wanted)),
        ("", "multipart/form-data; boundary=another", encode_multipart("another", backwards)),
        ("?amount=500", FORM, urlencode(wanted)),
        (f"?{urlencode(wanted)}", FORM, ""),
    ]
    answers = [
        company.post(f"subscriptions{query}", body=to_bytes(body), content_type=kind, **KEY)
        for query, kind, body in written
    ]
    assert len({ok(answer)["guid"] for answer in answers}) == 1
    assert Subscription.objects.count() == len(captures()) == 1


def test_companies_and_paths_do_not_share_keys(company, other):
    guids = {ok(one.post("customers", None, **KEY))["guid"] for one in (company, other)}
    assert len(guids) == 2
    ok(company.post("plans", PLAN, **KEY))


def test_a_refused_request_may_be_repaired_under_its_key(company, other, wanted):
    foreign = wanted | {"plan_guid": other.plan()["guid"]}
    for bad, status in ((wanted | {"amount": "x"}, 400), (foreign, 403)):
        assert company.post("subscriptions", bad, **KEY).status_code == status
    ok(company.post("subscriptions", wanted, **KEY))
    assert Charge.objects.count() == 1


def test_a_request_still_under_way_says_when_to_come_back(company):
    ok(company.post("customers", None, **KEY))
    IdempotencyKey.objects.update(status=None, body=None, locked_until=clock.now() + timedelta(seconds=60))
    response = company.post("customers", None, **KEY)
    assert response.status_code == 409
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, '"', "é".encode().decode("latin-1")])
def test_a_key_that_is_none_is_refused_by_name(company, key):
    response = company.post("customers", None, **{"Idempotency-Key": key})
    assert response.status_code == 400
    assert "<li>Idempotency-Key:" in response.content.decode()
    assert not Customer.objects.exists()


def test_the_key_is_looked_at_after_the_api_key(company):
    assert call("POST", "/v1/customers", "BAD_API_KEY", None, **KEY).status_code == 403
    assert not IdempotencyKey.objects.exists()
