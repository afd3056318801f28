"""Customers."""

import pytest

from customers.models import Customer
from tests.dialects.billy.world import UNKNOWN, call, later, ok


def test_a_customer_is_created_with_what_the_processor_calls_it(frozen, company):
    assert company.customer(external_id="MOCK_URI") == {
        "guid": company.items("customers")[0]["guid"],
        "company_guid": company.guid,
        "external_id": "MOCK_URI",
        "deleted": False,
        "created_at": "2013-08-16T00:00:00",
        "updated_at": "2013-08-16T00:00:00",
    }


def test_no_parameters_are_needed_and_the_customer_can_be_read_again(company):
    created = company.customer()
    assert created["external_id"] is None
    assert created["guid"].startswith("CU")
    assert ok(company.get(f"customers/{created['guid']}")) == created


@pytest.mark.parametrize("external_id", ["", "  ", " /v1/customers/CU1 ", "ż≠ó", "x" * 128])
def test_an_external_id_is_kept_as_it_is(company, external_id):
    created = company.customer(external_id=external_id)
    assert created["external_id"] == external_id
    assert ok(company.get(f"customers/{created['guid']}"))["external_id"] == external_id


def test_two_customers_may_have_the_same_external_id(company):
    assert company.customer(external_id="same")["guid"] != company.customer(external_id="same")["guid"]


def test_an_external_id_that_is_too_long_is_refused_by_name(company):
    response = company.post("customers", {"external_id": "x" * 129})
    assert response.status_code == 400
    assert "<li>external_id:" in response.content.decode()
    assert not Customer.objects.exists()


def test_an_unknown_customer_is_not_found(company):
    response = company.get(f"customers/{UNKNOWN['CU']}")
    assert response.status_code == 404
    assert f"No such customer {UNKNOWN['CU']}" in response.content.decode()


def test_a_customer_of_another_company_is_forbidden(company, other):
    guid = company.customer()["guid"]
    response = other.get(f"customers/{guid}")
    assert response.status_code == 403
    assert f"You have no permission to access customer {guid}" in response.content.decode()


def test_customers_are_listed_newest_first(company):
    created = []
    for seconds in range(4):
        with later(seconds=seconds):
            created.append(company.customer()["guid"])
    listed = company.items("customers")
    assert [customer["guid"] for customer in listed] == created[::-1]


def test_a_deleted_customer_says_so_and_stays_in_lists(company):
    created = company.customer()
    with later(days=9000):
        deleted = ok(company.delete(f"customers/{created['guid']}"))
    assert deleted == created | {"deleted": True}
    assert ok(company.get(f"customers/{created['guid']}")) == deleted
    assert company.items("customers") == [deleted]


def test_a_customer_is_deleted_once(company):
    guid = company.customer()["guid"]
    ok(company.delete(f"customers/{guid}"))
    response = company.delete(f"customers/{guid}")
    assert response.status_code == 400
    assert f"Customer {guid} was already deleted" in response.content.decode()


def test_a_customer_of_another_company_cannot_be_deleted(company, other):
    guid = company.customer()["guid"]
    assert other.delete(f"customers/{guid}").status_code == 403
    assert ok(company.get(f"customers/{guid}"))["deleted"] is False


def test_a_bad_key_can_do_nothing_with_customers(company):
    guid = company.customer()["guid"]
    for method, path in (
        ("POST", "/v1/customers"),
        ("GET", "/v1/customers"),
        ("GET", f"/v1/customers/{guid}"),
        ("DELETE", f"/v1/customers/{guid}"),
    ):
        assert call(method, path, "BAD_API_KEY").status_code == 403
    assert len(company.items("customers")) == 1
    assert ok(company.get(f"customers/{guid}"))["deleted"] is False
