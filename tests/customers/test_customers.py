"""Customers of merchants: created, changed, deleted, and found again."""

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from core.errors import CodeTaken, InvalidField
from customers.customers import change_customer, create_customer, delete_customer, find_customers
from customers.errors import CustomerAlreadyDeleted, CustomerNotFound
from customers.models import SEARCHED, Customer
from operations.factories import CustomerFactory, MerchantFactory
from tests.money import run_at_once

pytestmark = pytest.mark.django_db

JOHN = {
    "first_name": "John",
    "last_name": "Smith",
    "organization_name": "Organization LLC",
    "email": "jsmith@mail.example",
    "phone": "2129856472",
    "street1": "12 Main St",
    "street2": "5th Ave",
    "city": "New York",
    "state": "NY",
    "country_code": "US",
    "zip_code": "31904",
}


def find(*merchants, offset=0, limit=100, **filters):
    ids = [merchant.pk for merchant in merchants]
    return find_customers(merchant_ids=ids, filters=filters, offset=offset, limit=limit)


def test_everything_told_about_a_customer_is_kept():
    customer = create_customer(merchant=MerchantFactory(), code="customer1", **JOHN)
    kept = Customer.objects.get(pk=customer.pk)
    assert {name: getattr(kept, name) for name in JOHN} == JOHN
    assert (kept.code, kept.is_active, kept.full_name) == ("customer1", True, "John Smith")
    assert kept.address == "12 Main St, 5th Ave, New York, NY, 31904, US"


def test_nothing_has_to_be_told():
    customer = create_customer(merchant=MerchantFactory())
    assert (customer.code, customer.full_name, customer.address) == (None, "", "")


def test_a_code_names_one_customer_of_a_merchant():
    merchant = MerchantFactory()
    create_customer(merchant=merchant, code="c1")
    with pytest.raises(CodeTaken):
        create_customer(merchant=merchant, code=" c1 ")
    create_customer(merchant=MerchantFactory(), code="c1")
    assert create_customer(merchant=merchant, code="").code is None
    assert create_customer(merchant=merchant, code=" ").code is None


@pytest.mark.django_db(transaction=True)
def test_of_many_with_one_code_at_once_one_is_kept():
    merchant = MerchantFactory()
    results = run_at_once(*[lambda: create_customer(merchant=merchant, code="c1")] * 6)
    assert [type(result) for result in results].count(CodeTaken) == 5
    assert Customer.objects.get().code == "c1"


@pytest.mark.parametrize("reference", [None, "", " /v1/customers/CU1 ", "x" * 128])
def test_the_processors_name_is_kept_exactly(reference):
    create_customer(merchant=MerchantFactory(), processor_reference=reference)
    assert Customer.objects.get().processor_reference == reference


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("processor_reference", "x" * 129),
        ("first_name", "x" * 126),
        ("last_name", "x" * 126),
        ("organization_name", "x" * 256),
        ("email", "x" * 89 + "@mail.example"),
        ("email", "no address"),
        ("phone", "1" * 16),
        ("phone", "call me"),
        ("street1", "x" * 129),
        ("street2", "x" * 129),
        ("city", "x" * 51),
        ("state", "NYNY"),
        ("country_code", "USAA"),
        ("country_code", "U1"),
        ("zip_code", "1" * 16),
        ("code", "x" * 61),
        ("first_name", "Jo\x00hn"),
        ("last_name", "4242 4242 4242 4242"),
        ("organization_name", "4242424242424242"),
        ("street1", "Flat 12, 4242-4242-4242-4242"),
        ("phone", "378282246310005"),
        ("code", "4242424242424242"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(field, value):
    with pytest.raises(InvalidField) as refusal:
        create_customer(merchant=MerchantFactory(), **{field: value})
    assert refusal.value.field == field
    assert value not in str(refusal.value)
    assert not Customer.objects.exists()
    if field not in ("code", "processor_reference"):
        customer = CustomerFactory()
        with pytest.raises(InvalidField):
            change_customer(customer.pk, **{field: value})


def test_a_change_leaves_the_rest_alone():
    customer = create_customer(merchant=MerchantFactory(), code="customer1", **JOHN)
    changed = change_customer(customer.pk, city="Albany", is_active=False, street2="")
    kept = Customer.objects.get(pk=customer.pk)
    assert (kept.city, kept.is_active, kept.street2) == ("Albany", False, "")
    assert {"city", "street2"} == {name for name in JOHN if getattr(kept, name) != JOHN[name]}
    assert (changed.city, changed.merchant.pk) == ("Albany", kept.merchant_id)


def test_two_changes_at_once_are_both_kept(django_assert_num_queries):
    customer = create_customer(merchant=MerchantFactory(), **JOHN)
    with django_assert_num_queries(4) as queries:
        change_customer(customer.pk, city="Albany")
    assert "FOR NO KEY UPDATE" in queries[1]["sql"]
    assert "SET \"city\" = 'Albany' WHERE" in queries[2]["sql"]


@pytest.mark.parametrize("name", ["code", "merchant_id", "processor_reference", "public_id"])
def test_what_is_given_once_and_for_all_cannot_be_changed(name):
    with pytest.raises(TypeError):
        change_customer(CustomerFactory().pk, **{name: "other"})


def test_a_customer_that_is_not_there_cannot_be_changed():
    for missing in (0, CustomerFactory(deleted_at=clock.now()).pk):
        with pytest.raises(CustomerNotFound):
            change_customer(missing, city="Albany")


@pytest.mark.django_db(transaction=True)
def test_of_many_deletions_at_once_one_happens():
    pk = create_customer(merchant=MerchantFactory()).pk
    results = run_at_once(*[lambda: delete_customer(pk)] * 4)
    assert sum(isinstance(result, CustomerAlreadyDeleted) for result in results) == 3


def test_a_deletion_looks_under_a_lock(django_assert_num_queries):
    pk = create_customer(merchant=MerchantFactory()).pk
    with django_assert_num_queries(4) as queries:
        delete_customer(pk)
    assert any("FOR NO KEY UPDATE" in query["sql"] for query in queries)


def test_a_customer_that_is_not_there_cannot_be_deleted():
    with pytest.raises(CustomerNotFound):
        delete_customer(0)


@pytest.mark.parametrize("name", SEARCHED)
def test_customers_are_found_by_the_whole_of_a_value_in_capitals_or_not(name):
    merchant = MerchantFactory()
    john = create_customer(merchant=merchant, **JOHN)
    create_customer(merchant=merchant, **{**JOHN, name: "ZZ"} if name not in ("email", "phone") else {})
    CustomerFactory(merchant=merchant)
    assert find(merchant, **{name: JOHN[name]}) == [john]
    assert find(merchant, **{name: JOHN[name].swapcase()}) == [john]
    assert find(merchant, **{name: JOHN[name][:-1]}) == find(merchant, **{name: ""}) == []


def test_all_filters_apply_and_other_merchants_and_deleted_customers_are_not_found():
    mine, other = MerchantFactory(), MerchantFactory()
    first = create_customer(merchant=mine, **JOHN)
    create_customer(merchant=other, **JOHN)
    CustomerFactory(merchant=mine, deleted_at=clock.now(), first_name="John")
    second = create_customer(merchant=mine, **JOHN | {"last_name": "Miller"})
    assert find(mine, first_name="John") == [first, second]
    assert find(mine, first_name="John", last_name="miller") == [second]
    assert len(find(mine, other)) == 3
    assert find() == []


def test_a_list_is_cut_from_the_oldest_on():
    merchant = MerchantFactory()
    customers = [create_customer(merchant=merchant) for _ in range(5)]
    assert find(merchant, offset=1, limit=2) == customers[1:3]
    assert find(merchant, offset=5) == []


def test_an_unknown_filter_is_refused():
    with pytest.raises(TypeError, match="processor_reference"):
        find(MerchantFactory(), processor_reference="x")


def test_a_page_of_customers_is_one_query(django_assert_num_queries):
    merchants = [MerchantFactory(), MerchantFactory()]
    for merchant in merchants * 3:
        create_customer(merchant=merchant, **JOHN)
    with django_assert_num_queries(1):
        assert len({customer.merchant.public_id for customer in find(*merchants, city="New York")}) == 2


@pytest.mark.parametrize("name", SEARCHED)
def test_each_filter_has_its_index(name):
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        customers = Customer.objects.filter(merchant__in=[1], **{f"{name}__iexact": "x"})
        plan = customers.exclude(**{name: ""}).order_by("pk").explain()
    assert f"Index Scan using customer_by_{name}" in plan


@pytest.mark.parametrize("fields", [{"code": ""}, {"code": "taken"}])
def test_the_database_refuses_it_as_well(fields):
    merchant = MerchantFactory()
    CustomerFactory(merchant=merchant, code="taken")
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerFactory(merchant=merchant, **fields)
