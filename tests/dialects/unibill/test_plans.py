"""Plans: offered, found, changed for those who come later."""

import pytest

from core import clock
from subscriptions.models import Plan
from tests.dialects.unibill.shop import STANDARD
from tests.subscriptions.stories import day

pytestmark = pytest.mark.django_db


def test_a_plan_is_monthly_and_active_unless_said_otherwise(shop):
    plan = shop.put("plans", name="Basic", amount=500)
    created = plan.pop("createDate")
    assert len(created) == len("yyyy-MM-dd HH:mm:ss")
    assert plan == {
        "id": plan["id"],
        "code": str(plan["id"]),
        "accountId": shop.merchant.account_number,
        "name": "Basic",
        "billingCycleType": "M",
        "amount": 500,
        "isActive": True,
    }
    assert shop.get(f"plans/{plan['id']}") == plan | {"createDate": created}


@pytest.mark.parametrize(
    ("letter", "frequency", "interval"),
    [("W", "weekly", 1), ("M", "monthly", 1), ("Q", "monthly", 3), ("S", "monthly", 6), ("A", "yearly", 1)],
)
def test_each_cycle_is_kept_and_told(shop, letter, frequency, interval):
    plan = shop.put("plans", name="Basic", amount=500, billingCycleType=letter)
    row = Plan.objects.get()
    assert (row.frequency, row.interval, plan["billingCycleType"]) == (frequency, interval, letter)


@pytest.mark.parametrize("reference", ["*standard_monthly", "standard_monthly"])
def test_a_plan_is_found_by_its_code(shop, reference):
    made = shop.put("plans", **STANDARD)
    assert shop.get(f"plans/{reference}") == made


def test_a_code_that_is_the_id_works_as_a_code(shop):
    made = shop.put("plans", name="Basic", amount=500)
    assert shop.get(f"plans/*{made['code']}") == made


def test_a_code_is_taken_once(shop):
    shop.put("plans", **STANDARD)
    assert shop.refuse("PUT", "plans", STANDARD) == (409, "V07", "code")


def test_modifying_changes_what_is_sent_and_no_agreement(shop):
    shop.put("plans", **STANDARD)
    at = shop.add_customer()
    subscription = shop.put(f"{at}/subscriptions", planId="standard_monthly")
    changed = shop.post("plans/*standard_monthly", amount=2999, isActive=False, code="ignored")
    assert (changed["amount"], changed["isActive"], changed["name"], changed["code"]) == (
        2999,
        False,
        "Standard monthly",
        "standard_monthly",
    )
    assert shop.get(f"{at}/subscriptions/{subscription['id']}")["amount"] == 1999
    assert shop.refuse("PUT", f"{at}/subscriptions", {"planId": "standard_monthly"}) == (
        400,
        "F01",
        "planId",
    )
    assert shop.post("plans/*standard_monthly", billingCycleType="A", name="Yearly")["name"] == "Yearly"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": None}, "name"),
        ({"amount": None}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": "19.99"}, "amount"),
        ({"amount": 100_000_000}, "amount"),
        ({"billingCycleType": "D"}, "billingCycleType"),
        ({"isActive": "yes"}, "isActive"),
        ({"taxAmount": 100}, "taxAmount"),
        ({"code": "a b"}, "code"),
        ({"code": "x" * 61}, "code"),
        ({"name": "4111 1111 1111 1111"}, "name"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(shop, fields, field):
    assert shop.refuse("PUT", "plans", STANDARD | fields) == (400, "F01", field)
    assert not Plan.objects.exists()


def test_filters_are_exact_and_ranges_have_both_their_ends(shop):
    for number, (name, letter) in enumerate([("Basic", "M"), ("Gold", "A"), ("basic", "W")], start=1):
        with clock.travel_to(day(f"2027-03-0{number}")):
            shop.put("plans", name=name, billingCycleType=letter, amount=number * 100)

    def find(**filters):
        return [plan["amount"] for plan in shop.get("plans", **filters)]

    assert find() == [100, 200, 300]
    assert find(name="BASIC") == [100, 300]
    assert find(name="Bas") == []
    assert find(billingCycleType="A") == [200]
    assert find(amount=200) == [200]
    assert find(amountFrom=200) == [200, 300]
    assert find(amountTo=200) == [100, 200]
    assert find(createDate="2027-03-02") == [200]
    assert find(createDateFrom="2027-03-02") == [200, 300]
    assert find(createDateTo="2027-03-02") == [100, 200]
    assert find(createDateFrom="2027-03-02", createDateTo="2027-03-02", name="Gold") == [200]
    assert find(offset=1, limit=1) == [200]
    assert find(offset=3) == []


@pytest.mark.parametrize("page", ["limit=1001", "limit=0", "limit=x", "offset=-1"])
def test_a_page_has_limits(shop, page):
    assert shop.refuse("GET", f"plans?{page}") == (400, "F01", page.partition("=")[0])


def test_a_hundred_are_shown_and_up_to_a_thousand(shop, django_assert_num_queries):
    Plan.objects.bulk_create(
        Plan(merchant=shop.merchant, name="P", frequency="monthly", amount_minor=1, currency="USD")
        for _ in range(120)
    )
    assert len(shop.get("plans", limit=1000)) == 120
    with django_assert_num_queries(2):
        assert len(shop.get("plans")) == 100
