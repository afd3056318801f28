"""The key is the user name of HTTP Basic; whatever is wrong with it answers 403 and never 401."""

import base64

import pytest

from access.api_keys import find_merchant_by_api_key, issue_api_key
from core import clock
from customers.models import ApiKey, Merchant
from dialects.billy.authentication import read_user
from tests.dialects.billy.world import Company, basic, call


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "user"),
    [
        (basic("user", "password"), "user"),
        (f"bAsIc {encode('user:')}", "user"),
        (f"Basic  {encode('user:a:b')} ", "user"),
        (basic(""), ""),
        (f"Basic {encode('no colon')}", None),
        ("Basic !bad base64", None),
        ("Basic A", None),
        ("Basic", None),
        ("Basic ", None),
        (f"Basic {base64.b64encode(bytes([255, 254, 58])).decode()}", None),
        (f"Bearer {encode('user:')}", None),
        ("", None),
    ],
)
def test_the_user_name_is_read_from_the_header(header, user):
    assert read_user(header) == user


@pytest.mark.parametrize("password", ["", "anything", "with:colon"])
def test_the_password_does_not_matter(company, password):
    response = call("GET", "/v1/customers", Authorization=basic(company.key, password))
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({}, "None"),
        ({"Authorization": "Bearer abc"}, "None"),
        ({"Authorization": "Basic"}, "None"),
        ({"Authorization": "Basic !!"}, "None"),
        ({"Authorization": f"Basic {encode('nocolon')}"}, "None"),
        ({"Authorization": basic("")}, ""),
        ({"Authorization": basic("BAD_API_KEY")}, "BAD_API_KEY"),
        ({"Authorization": basic("<b>")}, "<b>"),
    ],
)
def test_every_failure_is_403_and_names_the_key(company, headers, named):
    response = call("GET", "/v1/customers", **headers)
    assert response.status_code == 403
    assert "WWW-Authenticate" not in response.headers
    assert response.content.decode() == (
        f"403 Forbidden\n\nAccess was denied to this resource.\n\n\nInvalid API key {named}\n\n\n"
    )


def test_keys_are_case_sensitive(company):
    assert call("GET", "/v1/customers", company.key.swapcase()).status_code == 403


def test_a_key_in_the_query_or_the_body_is_not_looked_at(company):
    assert call("GET", "/v1/customers", None, {"api_key": company.key}).status_code == 403
    assert call("POST", "/v1/customers", None, {"api_key": company.key}).status_code == 403


def test_a_revoked_key_opens_nothing_and_a_new_one_does(company):
    key = issue_api_key(Merchant.objects.get())
    ApiKey.objects.exclude(hint=key[:6]).update(revoked_at=clock.now())
    assert company.get("customers").status_code == 403
    assert call("GET", "/v1/customers", key).status_code == 200
    shown = call("GET", f"/v1/companies/{company.guid}", key).json()
    assert shown["api_key"] == key


def test_the_keys_of_an_inactive_company_open_nothing(company):
    Merchant.objects.update(is_active=False)
    assert company.get("customers").status_code == 403


def test_a_merchant_is_found_by_one_query(company, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert find_merchant_by_api_key(company.key).organization.name.startswith("Company ")


def test_the_key_is_checked_before_the_parameters_and_those_before_the_record(company):
    assert call("POST", "/v1/plans", "BAD_API_KEY").status_code == 403
    assert call("GET", "/v1/plans", "BAD_API_KEY", {"limit": "x"}).status_code == 403
    assert company.post("subscriptions/SUnknown/cancel", {"refund_amount": "-1"}).status_code == 400
    assert company.get("subscriptions/SUnknown/transactions", limit="x").status_code == 400
    assert company.post("subscriptions/SUnknown/cancel").status_code == 404


def test_two_companies_have_their_own_customers(company):
    customer = company.customer()
    assert Company().get(f"customers/{customer['guid']}").status_code == 403
