"""An object is meant by its id, by its code after a star, or by its code alone."""

import pytest

from customers.models import Customer
from dialects.unibill.errors import AmbiguousCode, ObjectNotFound
from dialects.unibill.references import filter_by_reference, get_by_reference
from operations.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def make(code=None):
    return CustomerFactory(processor_reference=code)


def find(reference):
    return get_by_reference(Customer.objects.all(), reference, code_field="processor_reference")


def test_digits_are_an_id_first():
    one = make()
    other = make(code=str(one.pk))
    assert find(str(one.pk)) == one
    assert find(f"*{one.pk}") == other


def test_digits_that_are_no_id_are_a_code():
    one = make(code="31904000000000")
    assert find("31904000000000") == one
    assert find("*31904000000000") == one


def test_anything_else_is_a_code_with_or_without_a_star():
    one = make(code="account1")
    assert find("account1") == find("*account1") == one


def test_only_one_star_is_taken_away():
    one = make(code="*odd")
    assert find("**odd") == one
    with pytest.raises(ObjectNotFound):
        find("*odd")


@pytest.mark.parametrize(
    "reference", ["0", "-1", "٣", "1.0", "9" * 18, "9" * 19, "9" * 400, "*", "", " ", "é", "nobody"]
)
def test_what_is_nobody_is_not_found(reference):
    make()
    with pytest.raises(ObjectNotFound):
        find(reference)


def test_a_code_in_several_merchant_accounts_is_ambiguous_but_ids_are_not():
    one, other = make(code="customer1"), make(code="customer1")
    with pytest.raises(AmbiguousCode):
        find("customer1")
    assert find(str(other.pk)) == other
    mine = Customer.objects.filter(merchant=one.merchant)
    assert get_by_reference(mine, "customer1", code_field="processor_reference") == one


def test_only_what_the_caller_sees_is_found():
    one, other = make(code="a"), make(code="b")
    mine = Customer.objects.filter(merchant=one.merchant)
    for reference in (str(other.pk), "b", "*b"):
        assert not filter_by_reference(mine, reference, code_field="processor_reference").exists()


@pytest.mark.urls("tests.dialects.unibill.desk")
def test_a_path_takes_them_all(client, customer):
    made = client.put("/api/v01/customers", customer, "application/json").json()
    for reference in (made["id"], "customer1", "*customer1", "%2Acustomer1"):
        assert client.get(f"/api/v01/customers/{reference}").json()["id"] == made["id"]
    response = client.get("/api/v01/customers/*customer2")
    assert (response.status_code, response.json()["failureCode"]) == (404, "V02")
