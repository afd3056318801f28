"""Lists and their pages."""

import pytest

from tests.dialects.billy.world import Company, call, later, ok
from tests.module_rows import rows_of_module

BAD_NUMBERS = ["", " ", "-1", "x", "1.5", "1e3", "1_0", "9" * 40, "-" + "9" * 5000, "0x10", "\u0661"]


def guids(rows):
    return [row["guid"] for row in rows]


@pytest.fixture
def paid(company):
    """A company with two customers on two plans: the first pays twice the second's amount."""
    company.customers = [company.customer(), company.customer()]
    company.plans = [company.plan(amount=200), company.plan(amount=100)]
    pairs = zip(company.customers, company.plans, strict=True)
    company.subscriptions = [company.subscription(*pair) for pair in pairs]
    return company


def test_a_list_without_parameters_starts_at_the_newest_and_has_twenty(company):
    for _ in range(21):
        company.customer()
    page = ok(company.get("customers"))
    assert set(page) == {"items", "offset", "limit"}
    assert (len(page["items"]), page["offset"], page["limit"]) == (20, 0, 20)
    assert page["items"] == sorted(page["items"], key=lambda row: row["created_at"], reverse=True)


@pytest.mark.slow
def test_a_page_of_transactions_in_the_middle(company):
    plan, customer = company.plan(), company.customer()
    for amount in range(1, 11):
        company.subscription(customer, plan, amount=amount)
    page = ok(company.get("transactions", offset=5, limit=3))
    assert [row["amount"] for row in page["items"]] == [5, 4, 3]
    assert (page["offset"], page["limit"]) == (5, 3)


@pytest.mark.parametrize(
    ("offset", "limit", "expected"),
    [(0, 0, []), (2, 0, []), (10, 10, []), (4, 1000, [0]), (0, 1, [4]), (2**63 - 1, 10_000, [])],
)
def test_the_edges_of_pages(company, offset, limit, expected):
    made = [company.plan(amount=number + 1)["guid"] for number in range(5)]
    page = ok(company.get("plans", offset=offset, limit=limit))
    assert guids(page["items"]) == [made[number] for number in expected]
    assert (page["offset"], page["limit"]) == (offset, limit)


def test_pages_join_without_gap_or_overlap(company):
    with later():
        made = [company.customer()["guid"] for _ in range(7)]
    seen = [guids(company.items("customers", offset=offset, limit=3)) for offset in range(0, 9, 3)]
    assert [guid for page in seen for guid in page] == made[::-1]


@pytest.mark.parametrize("written", ["+3", " 3", "003"])
def test_numbers_of_pages_are_read_as_python_reads_them(company, written):
    assert ok(company.get("customers", limit=written, offset=written))["limit"] == 3


def test_the_body_of_a_get_counts_too(company):
    page = ok(call("GET", "/v1/customers?limit=3", company.key, body=b"limit=4&offset=1"))
    assert (page["limit"], page["offset"]) == (3, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["offset", "limit"])
@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_bad_numbers_are_refused_by_name(company, name, value):
    for path in ("customers", "plans", "subscriptions", "transactions", "subscriptions/SUx/transactions"):
        response = company.get(path, **{name: value})
        assert response.status_code == 400, path
        assert f"<li>{name}:<ul><li>" in response.content.decode()


def test_a_page_has_at_most_ten_thousand_items(company):
    assert ok(company.get("customers", limit=10_000))["limit"] == 10_000
    response = company.get("customers", limit=10_001)
    assert response.status_code == 400
    assert "<li>limit:<ul><li>Number must be at most 10000.</li>" in response.content.decode()


def test_the_transactions_of_one_subscription(paid):
    ok(paid.cancel(paid.subscriptions[0], refund_amount=7))
    rows = [paid.transactions(subscription) for subscription in paid.subscriptions]
    assert [[row["amount"] for row in found] for found in rows] == [[7, 200], [100]]
    assert sorted(guids(rows[0] + rows[1])) == sorted(guids(paid.items("transactions")))


def test_what_belongs_to_a_customer(paid):
    for number in (0, 1):
        base = f"customers/{paid.customers[number]['guid']}"
        assert paid.items(f"{base}/subscriptions") == [paid.subscriptions[number]]
        assert paid.items(f"{base}/transactions") == paid.transactions(paid.subscriptions[number])


def test_what_belongs_to_a_plan(paid):
    paid.subscription(paid.customers[0], paid.plans[0])
    for number in (0, 1):
        base, customer = f"plans/{paid.plans[number]['guid']}", paid.customers[number]["guid"]
        assert guids(paid.items(f"{base}/customers")) == [customer]
        subscriptions = paid.items(f"{base}/subscriptions")
        assert {row["customer_guid"] for row in subscriptions} == {customer}
        amounts = [row["amount"] for row in paid.items(f"{base}/transactions")]
        assert amounts == ([200, 200] if number == 0 else [100])
        assert len(subscriptions) == len(amounts)


def test_deleted_and_canceled_records_stay_in_sub_lists(paid):
    customer, plan, subscription = paid.customers[0], paid.plans[0], paid.subscriptions[0]
    paid.delete(f"customers/{customer['guid']}")
    paid.delete(f"plans/{plan['guid']}")
    paid.cancel(subscription)
    (shown,) = paid.items(f"customers/{customer['guid']}/subscriptions")
    assert shown["canceled"] is True
    assert paid.items(f"plans/{plan['guid']}/customers")[0]["deleted"] is True


@pytest.fixture(scope="module")
def busy(request):
    """A company with many rows, and the guids of what they belong to."""
    with rows_of_module(request, make_busy) as made:
        yield made


def make_busy():
    company = Company()
    customer, plan = company.customer(), company.plan()
    subscription = company.subscription(customer, plan)
    for _ in range(4):
        company.subscription(company.customer(), plan)
        company.subscription(customer, plan)
        company.plan()
    ok(company.cancel(subscription, refund_amount=1))
    owners = {"customer": customer, "plan": plan, "subscription": subscription}
    return company, {name: row["guid"] for name, row in owners.items()}


SUB_LISTS = [
    "customers/{customer}/subscriptions",
    "customers/{customer}/invoices",
    "plans/{plan}/invoices",
    "customers/{customer}/transactions",
    "plans/{plan}/subscriptions",
    "plans/{plan}/customers",
    "plans/{plan}/transactions",
    "subscriptions/{subscription}/transactions",
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["customers", "plans", "subscriptions", "invoices", "transactions", *SUB_LISTS]
)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(busy, path, django_assert_num_queries):
    company, guids = busy
    place = path.format(**guids)
    with django_assert_num_queries(3 if path in SUB_LISTS else 2):
        assert len(company.items(place)) >= 2


@pytest.mark.django_db
def test_lists_work_for_head():
    company = Company()
    company.customer()
    response = call("HEAD", "/v1/customers", company.key)
    assert (response.status_code, response.content) == (200, b"")
