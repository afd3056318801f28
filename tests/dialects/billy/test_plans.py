"""Plans."""

import pytest

from operations.factories import MerchantFactory
from subscriptions.errors import PlanAlreadyDeleted
from subscriptions.models import Plan, PlanKind
from subscriptions.plans import create_plan, delete_plan
from subscriptions.schedule import Frequency
from tests.dialects.billy.world import UNKNOWN, call, later, ok
from tests.money import run_at_once

GOOD = {"plan_type": "charge", "amount": "5566", "frequency": "weekly", "interval": "123"}
REQUIRED, NO_CHOICE = "This field is required.", "Not a valid choice"
NO_INTEGER, TOO_SMALL = "Not a valid integer value", "Number must be at least 1."


def without(*names, **changed):
    return {name: value for name, value in GOOD.items() if name not in names} | changed


def test_a_plan_is_created_as_asked(frozen, company):
    created = ok(company.post("plans", GOOD))
    assert created == {
        "guid": created["guid"],
        "company_guid": company.guid,
        "plan_type": "charge",
        "frequency": "weekly",
        "amount": 5566,
        "interval": 123,
        "deleted": False,
        "created_at": "2013-08-16T00:00:00",
        "updated_at": "2013-08-16T00:00:00",
    }
    assert created["guid"].startswith("PL")
    assert ok(company.get(f"plans/{created['guid']}")) == created


@pytest.mark.parametrize("plan_type", ["charge", "payout"])
def test_both_types(company, plan_type):
    assert company.plan(plan_type=plan_type)["plan_type"] == plan_type


@pytest.mark.parametrize("frequency", ["daily", "weekly", "monthly", "yearly"])
def test_every_frequency(company, frequency):
    assert company.plan(frequency=frequency)["frequency"] == frequency


@pytest.mark.parametrize("interval", ["", "  ", None])
def test_without_an_interval_it_is_one(company, interval):
    parameters = without("interval") if interval is None else without(interval=interval)
    assert ok(company.post("plans", parameters))["interval"] == 1


@pytest.mark.parametrize(
    ("parameters", "name", "reasons"),
    [
        (without("plan_type"), "plan_type", [NO_CHOICE]),
        (without(plan_type=""), "plan_type", [REQUIRED]),
        (without(plan_type=" "), "plan_type", [REQUIRED]),
        (without(plan_type="super_charge"), "plan_type", [NO_CHOICE]),
        (without(plan_type="Charge"), "plan_type", [NO_CHOICE]),
        (without(plan_type="refund"), "plan_type", [NO_CHOICE]),
        (without("frequency"), "frequency", [NO_CHOICE]),
        (without(frequency=""), "frequency", [REQUIRED]),
        (without(frequency="decade"), "frequency", [NO_CHOICE]),
        (without(frequency="WEEKLY"), "frequency", [NO_CHOICE]),
        (without("amount"), "amount", [REQUIRED]),
        (without(amount=""), "amount", [REQUIRED]),
        (without(amount="0"), "amount", [REQUIRED]),
        (without(amount="-0"), "amount", [REQUIRED]),
        (without(amount="abc"), "amount", [REQUIRED]),
        (without(amount="12.5"), "amount", [REQUIRED]),
        (without(amount="-123"), "amount", [TOO_SMALL]),
        (without(amount="100000000"), "amount", ["Number must be at most 99999999."]),
        (without(amount="9" * 5000), "amount", ["Number must be at most 99999999."]),
        (without(amount="-" + "9" * 5000), "amount", [TOO_SMALL]),
        (without(interval="0"), "interval", [TOO_SMALL]),
        (without(interval="-123"), "interval", [TOO_SMALL]),
        (without(interval="0.5"), "interval", [NO_INTEGER, TOO_SMALL]),
        (without(interval="1_000"), "interval", [NO_INTEGER, TOO_SMALL]),
        (without(interval="1e3"), "interval", [NO_INTEGER, TOO_SMALL]),
        (without(interval="12L"), "interval", [NO_INTEGER, TOO_SMALL]),
        (without(interval="١٢"), "interval", [NO_INTEGER, TOO_SMALL]),
        (without(interval="2147483648"), "interval", ["Number must be at most 2147483647."]),
    ],
)
def test_a_bad_parameter_is_refused_by_name_and_nothing_is_made(company, parameters, name, reasons):
    response = company.post("plans", parameters)
    assert response.status_code == 400
    items = "".join(f"<li>{reason}</li>" for reason in reasons)
    detail = f"There are errors in following parameters: <ul><li>{name}:<ul>{items}</ul></li></ul>"
    assert response.content.decode().endswith(f"\n\n\n{detail}\n\n\n")
    assert not Plan.objects.exists()


def test_every_bad_parameter_is_reported_at_once(company):
    detail = company.post("plans", {"interval": "0"}).content.decode()
    assert [name for name in GOOD if f"<li>{name}:<ul>" in detail] == list(GOOD)


@pytest.mark.parametrize("written", [" 12 ", "+12", "0012", "\t12\n", "0" * 5000 + "12"])
def test_integers_are_read_as_python_reads_them(company, written):
    created = company.plan(amount=written, interval=written)
    assert (created["amount"], created["interval"]) == (12, 12)


def test_the_largest_numbers_are_kept(company):
    created = company.plan(amount="99999999", interval="2147483647")
    assert (created["amount"], created["interval"]) == (99_999_999, 2_147_483_647)


def test_an_unknown_plan_is_not_found(company):
    response = company.get(f"plans/{UNKNOWN['PL']}")
    assert response.status_code == 404
    assert f"No such plan {UNKNOWN['PL']}" in response.content.decode()


def test_a_plan_of_another_company_is_forbidden(company, other):
    guid = company.plan()["guid"]
    for answer in (other.get(f"plans/{guid}"), other.delete(f"plans/{guid}")):
        assert answer.status_code == 403
        assert f"You have no permission to access plan {guid}" in answer.content.decode()
    assert ok(company.get(f"plans/{guid}"))["deleted"] is False


def test_plans_are_listed_newest_first(company):
    created = []
    for seconds in range(4):
        with later(seconds=seconds):
            created.append(company.plan()["guid"])
    assert [plan["guid"] for plan in company.items("plans")] == created[::-1]


def test_a_deleted_plan_says_so_and_stays_in_lists(company):
    created = company.plan()
    deleted = ok(company.delete(f"plans/{created['guid']}"))
    assert deleted == created | {"deleted": True}
    assert ok(company.get(f"plans/{created['guid']}")) == deleted
    assert company.items("plans") == [deleted]


def test_a_plan_is_deleted_once(company):
    guid = company.plan()["guid"]
    ok(company.delete(f"plans/{guid}"))
    response = company.delete(f"plans/{guid}")
    assert response.status_code == 400
    assert f"Plan {guid} was already deleted" in response.content.decode()


def test_a_bad_key_can_do_nothing_with_plans(company):
    guid = company.plan()["guid"]
    for method, path in (
        ("POST", "/v1/plans"),
        ("GET", "/v1/plans"),
        ("GET", f"/v1/plans/{guid}"),
        ("DELETE", f"/v1/plans/{guid}"),
    ):
        assert call(method, path, "BAD_API_KEY", GOOD).status_code == 403
    assert len(company.items("plans")) == 1
    assert ok(company.get(f"plans/{guid}"))["deleted"] is False


@pytest.mark.django_db(transaction=True)
def test_of_many_deletions_at_once_one_happens():
    terms = {"kind": PlanKind.CHARGE, "frequency": Frequency.DAILY, "interval": 1, "amount_minor": 1}
    pk = create_plan(merchant=MerchantFactory(), **terms).pk
    results = run_at_once(*[lambda: delete_plan(pk)] * 4)
    assert sum(isinstance(result, PlanAlreadyDeleted) for result in results) == 3
