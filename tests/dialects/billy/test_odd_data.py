"""Every text field of Billy's forms takes odd but ordinary data and tells it again."""

import pytest

from tests.dialects.billy.world import call
from tests.odd_data import ALL, share

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VALUES = [value for _, value in ALL if len(value) <= 128]
PARTS = pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.night)])


@PARTS
def test_a_customer_is_known_to_the_processor_by_it(company, every):
    values = share(VALUES, 0, every)
    assert [company.customer(external_id=value)["external_id"] for value in values] == values


@PARTS
def test_a_subscription_is_paid_from_it(company, every):
    values = share(VALUES, 1, every)
    customer, plan = company.customer(), company.plan()
    later = {"started_at": "2100-01-01T00:00:00"}
    paid_from = [
        company.subscribe(customer, plan, payment_uri=value, **later).json()["payment_uri"]
        for value in values
    ]
    assert paid_from == values


@PARTS
def test_a_processor_key_may_be_it(db, every):
    for value in share([value for value in VALUES if len(value) <= 64], 2, every):
        assert call("POST", "/v1/companies", None, {"processor_key": value}).status_code == 200
