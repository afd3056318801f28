"""Every text field of Billy's forms takes odd but ordinary data and tells it again."""

import pytest

from tests.dialects.billy.world import call
from tests.odd_data import ALL

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VALUES = [value for _, value in ALL if len(value) <= 128]


def test_a_customer_is_known_to_the_processor_by_it(company):
    assert [company.customer(external_id=value)["external_id"] for value in VALUES] == VALUES


def test_a_subscription_is_paid_from_it(company):
    customer, plan = company.customer(), company.plan()
    later = {"started_at": "2100-01-01T00:00:00"}
    paid_from = [
        company.subscribe(customer, plan, payment_uri=value, **later).json()["payment_uri"]
        for value in VALUES
    ]
    assert paid_from == VALUES


def test_a_processor_key_may_be_it(db):
    for value in (value for value in VALUES if len(value) <= 64):
        assert call("POST", "/v1/companies", None, {"processor_key": value}).status_code == 200
