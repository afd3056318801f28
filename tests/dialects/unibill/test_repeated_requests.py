"""Under an Idempotency-Key something is made once, whatever the network does."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from access.idempotency import PURPOSE
from core.sealing import unseal
from customers.models import Customer, IdempotencyKey
from operations.factories import ServiceUserFactory
from tests.dialects.unibill.desk import PaymentDesk
from tests.service_users import basic

pytestmark = [
    pytest.mark.urls("tests.dialects.unibill.desk"),
    pytest.mark.django_db,
]
PATH = "/api/v01/customers"


def put(client, said, path=PATH, key="key-1", **headers):
    return client.put(path, said, "application/json", headers={"Idempotency-Key": key, **headers})


def test_a_repetition_is_told_what_was_answered(client, customer):
    first, again = put(client, customer), put(client, customer)
    assert Customer.objects.count() == 1
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Content-Type"] == first["Content-Type"] == "application/json"
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert again["Cache-Control"] == first["Cache-Control"] == "no-store"


def test_without_a_key_it_is_made_again(client, customer):
    ids = {client.put(PATH, customer, "application/json").json()["id"] for _ in range(2)}
    assert len(ids) == 2


def test_naming_the_action_or_the_format_makes_no_difference(client, customer):
    first = put(client, customer)
    headers = {"Idempotency-Key": "key-1"}
    form = client.generic("PUT", f"{PATH}/~create/", urlencode(customer), "", headers=headers)
    assert form.content == first.content
    assert put(client, customer, Accept="application/xml").content == first.content
    assert Customer.objects.count() == 1


def test_other_contents_under_the_same_key_are_refused(client, customer):
    put(client, customer)
    response = put(client, customer | {"note": "other"})
    assert (response.status_code, response.json()["failureCode"]) == (409, "V06")
    assert Customer.objects.count() == 1


def test_another_program_has_keys_of_its_own(client, customer, merchant):
    put(client, customer)
    ServiceUserFactory(merchants=[merchant], username="api-other")
    other = Client(headers={"Authorization": basic("api-other")})
    assert "Idempotent-Replayed" not in put(other, customer)
    assert Customer.objects.count() == 2


def test_a_refusal_may_be_mended_under_the_same_key(client, customer):
    refused = put(client, customer | {"accountId": 1})
    assert (refused.status_code, refused.json()["failureCode"]) == (400, "V03")
    assert put(client, customer).status_code == 200


@pytest.mark.parametrize("key", ["", "a b", "a, b", "x" * 256])
def test_a_key_has_a_form(client, customer, key):
    response = put(client, customer, key=key)
    assert (response.status_code, response.json()["field"]) == (400, "Idempotency-Key")
    assert not Customer.objects.exists()


def test_a_secret_leaves_no_trace_in_what_is_remembered(client, customer):
    put(client, customer | {"csc": "987"})
    row = IdempotencyKey.objects.get()
    assert put(client, customer | {"csc": "123"})["Idempotent-Replayed"] == "true"
    answer = unseal(bytes(row.body), purpose=PURPOSE).decode()
    assert '"customer1"' in answer
    assert '"987"' not in f"{answer} {row.headers} {row.key} {row.principal}"


def process(client, said, of=1):
    path = f"{PATH}/{of}/transactions/~process"
    return client.post(path, said, "application/json", headers={"Idempotency-Key": "key-2"})


@pytest.mark.django_db(transaction=True)
def test_a_payment_is_begun_once_and_finished_outside_of_the_transaction(client, customer):
    PaymentDesk.finished.clear()
    answers = [process(client, customer) for _ in range(2)]
    (begun,) = Customer.objects.all()
    assert [each.json() for each in answers] == [{"id": begun.pk, "type": "AP"}] * 2
    assert [each.headers.get("Idempotent-Replayed") for each in answers] == [None, "true"]
    assert PaymentDesk.finished == [(begun.pk, "outside"), (begun.pk, "outside")]


def test_the_same_key_for_another_customer_is_refused(client, customer):
    answers = [process(client, customer, of=number) for number in (1, 2)]
    assert [each.status_code for each in answers] == [200, 409]
    assert Customer.objects.count() == 1
