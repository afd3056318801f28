"""Subscribing customers to plans."""

import pytest

from charges.models import Charge
from core import clock
from operations.rehearsal import run_billing
from subscriptions.models import Subscription
from tests.dialects.billy.world import START, UNKNOWN, Company, call, iso, later, ok
from tests.money import captures

pytestmark = [pytest.mark.usefixtures("sound_books"), pytest.mark.slow]

CARD = "/v1/marketplaces/MP1/cards/CC1"


def assert_refused(response, *details):
    assert response.status_code == 400
    for detail in details:
        assert detail in response.content.decode()
    assert not Subscription.objects.exists()
    assert not Charge.objects.exists()


def test_a_subscription_is_made_and_its_first_period_paid_before_the_answer(frozen, company):
    customer, plan = company.customer(), company.plan()
    created = company.subscription(customer, plan, amount=5566, payment_uri=CARD)
    assert created == {
        "guid": created["guid"],
        "customer_guid": customer["guid"],
        "plan_guid": plan["guid"],
        "payment_uri": CARD,
        "amount": 5566,
        "period": 1,
        "canceled": False,
        "canceled_at": None,
        "started_at": "2013-08-16T00:00:00",
        "next_transaction_at": "2013-08-23T00:00:00",
        "created_at": "2013-08-16T00:00:00",
        "updated_at": "2013-08-16T00:00:00",
    }
    assert created["guid"].startswith("SU")
    (transaction,) = company.transactions(created)
    assert captures() == [(transaction["external_id"], 5566)]
    assert (transaction["status"], transaction["payment_uri"]) == ("done", CARD)
    assert ok(company.get(f"customers/{customer['guid']}"))["external_id"].startswith("/v1/customers/")


def test_without_a_payment_uri_the_customers_default_is_charged(company):
    created = company.subscription()
    assert created["payment_uri"] is None
    (transaction,) = company.transactions(created)
    assert (transaction["status"], transaction["payment_uri"]) == ("done", None)
    assert captures() == [(transaction["external_id"], 1000)]


def test_a_subscription_reads_back_as_it_was_made(company):
    created = company.subscription(amount=700)
    assert ok(company.get(f"subscriptions/{created['guid']}")) == created


@pytest.mark.parametrize("parameters", [{}, {"amount": ""}, {"amount": "  "}])
def test_without_an_amount_it_is_the_plans(company, parameters):
    created = company.subscription(plan=company.plan(amount=321), **parameters)
    assert created["amount"] is None
    assert company.transactions(created)[0]["amount"] == 321


def test_an_amount_like_the_plans_is_still_its_own(company):
    assert company.subscription(plan=company.plan(amount=321), amount=321)["amount"] == 321


@pytest.mark.parametrize(("sent", "shown"), [("", None), (" ", " "), ("x" * 128, "x" * 128), ("ö", "ö")])
def test_a_payment_uri_is_kept_as_it_is_but_an_empty_one(company, sent, shown):
    assert company.subscription(payment_uri=sent)["payment_uri"] == shown


def test_the_same_customer_may_subscribe_twice_and_pays_twice(company):
    customer, plan = company.customer(), company.plan()
    assert company.subscription(customer, plan)["guid"] != company.subscription(customer, plan)["guid"]
    assert len(captures()) == 2


def test_a_payment_that_fails_does_not_fail_the_request(company):
    created = company.subscription(payment_uri="/v1/cards/decline_soft")
    assert created["period"] == 1
    (transaction,) = company.transactions(created)
    assert transaction["status"] == "retrying"
    assert transaction["failure_count"] == 1
    assert transaction["error_message"] == "The card has insufficient funds."


def test_a_payout_plan_pays_the_customer(company):
    created = company.subscription(plan=company.plan(plan_type="payout"))
    (transaction,) = company.transactions(created)
    assert (transaction["transaction_type"], transaction["status"]) == ("payout", "done")


def test_a_deleted_plan_takes_no_new_subscriptions(company):
    plan = company.plan()
    company.delete(f"plans/{plan['guid']}")
    assert_refused(company.subscribe(plan=plan), "Cannot subscript to a deleted plan")


def test_a_deleted_customer_gets_no_new_subscriptions(company):
    customer = company.customer()
    company.delete(f"customers/{customer['guid']}")
    assert_refused(company.subscribe(customer), "Cannot subscript to a deleted customer")


def test_a_subscription_of_a_deleted_plan_and_customer_stays(company):
    customer, plan = company.customer(), company.plan()
    created = company.subscription(customer, plan)
    company.delete(f"customers/{customer['guid']}")
    company.delete(f"plans/{plan['guid']}")
    assert ok(company.get(f"subscriptions/{created['guid']}")) == created
    assert ok(company.cancel(created))["canceled"] is True


def test_another_companys_customer_or_plan_is_forbidden(company, other):
    customer, plan = other.customer(), other.plan()
    for answer, kind in (
        (company.subscribe(customer=customer), "customer"),
        (company.subscribe(plan=plan), "plan"),
        (company.subscribe(customer, plan), "customer"),
    ):
        assert answer.status_code == 403
        assert f"Can only subscribe to your own {kind}" in answer.content.decode()
    assert not Subscription.objects.exists()


def test_what_is_wrong_with_the_customer_is_said_before_whose_the_plan_is(company, other):
    customer, plan = company.customer(), other.plan()
    company.delete(f"customers/{customer['guid']}")
    other.delete(f"plans/{plan['guid']}")
    assert_refused(company.subscribe(customer, plan), "Cannot subscript to a deleted customer")
    assert company.subscribe(plan=plan).status_code == 403


def test_without_parameters_both_guids_are_missing(company):
    assert_refused(
        company.post("subscriptions"),
        "<li>customer_guid:<ul><li>This field is required.",
        "<li>plan_guid:<ul><li>This field is required.",
    )
    assert_refused(company.post("subscriptions", {"customer_guid": company.customer()["guid"]}), "plan_guid")
    assert_refused(company.post("subscriptions", {"customer_guid": " ", "plan_guid": ""}), "required")


def test_guids_of_nothing_and_of_another_kind_are_refused(company):
    customer, plan = company.customer(), company.plan()
    assert_refused(
        company.subscribe(plan, customer),
        f"No such CustomerModel record {plan['guid']}",
        f"No such PlanModel record {customer['guid']}",
    )
    assert_refused(company.subscribe({"guid": UNKNOWN["CU"]}), UNKNOWN["CU"])
    assert_refused(company.subscribe(plan={"guid": "no guid"}), "No such PlanModel record no guid")


@pytest.mark.parametrize(
    ("amount", "reasons"),
    [
        ("BAD_AMOUNT", ["Not a valid integer value", "Number must be at least 1."]),
        ("-123.45", ["Not a valid integer value", "Number must be at least 1."]),
        ("0", ["Number must be at least 1."]),
        ("-1", ["Number must be at least 1."]),
        ("100000000", ["Number must be at most 99999999."]),
    ],
)
def test_a_bad_amount_is_refused(company, amount, reasons):
    items = "".join(f"<li>{reason}</li>" for reason in reasons)
    assert_refused(company.subscribe(amount=amount), f"<li>amount:<ul>{items}</ul></li>")


def test_a_payment_uri_that_is_too_long_is_refused(company):
    assert_refused(company.subscribe(payment_uri="x" * 129), "<li>payment_uri:")


def test_a_start_to_come_bills_nothing_yet(frozen, company):
    created = company.subscription(started_at="2013-08-17T00:00:00")
    assert (created["period"], created["created_at"]) == (0, "2013-08-16T00:00:00")
    assert created["started_at"] == created["next_transaction_at"] == "2013-08-17T00:00:00"
    assert company.transactions(created) == []
    assert captures() == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2013-08-17T08:00:00+08:00", "2013-08-17T00:00:00"),
        ("2013-08-17T00:00:00Z", "2013-08-17T00:00:00"),
        ("2013-08-17 00:00:00", "2013-08-17T00:00:00"),
        ("2013-08-16T18:30:00-05:30", "2013-08-17T00:00:00"),
        ("2013-08-17T00:00:00.5", "2013-08-17T00:00:00.500000"),
        ("2013-08-17T00:00:00.123456789", "2013-08-17T00:00:00.123456"),
        ("2013-08-17T00:00:00.000000", "2013-08-17T00:00:00"),
        ("2013-08-17T08:00:00+0800", "2013-08-17T08:00:00"),
        ("2013-08-17T08:00:00+08", "2013-08-17T08:00:00"),
        ("2013-08-17T00:00:00 and more", "2013-08-17T00:00:00"),
    ],
)
def test_a_start_is_read_as_billy_read_it_and_shown_in_utc(frozen, company, sent, shown):
    created = company.subscription(started_at=sent)
    assert (created["started_at"], created["period"]) == (shown, 0)


@pytest.mark.parametrize("nothing", ["", "   "])
def test_an_empty_start_is_now(frozen, company, nothing):
    created = company.subscription(started_at=nothing)
    assert (created["started_at"], created["period"]) == (iso(START), 1)


def test_a_start_of_now_is_not_in_the_past(frozen, company):
    assert company.subscription(started_at=iso(START))["started_at"] == iso(START)


def test_a_start_in_the_past_is_refused(frozen, company):
    for sent in ("2013-08-15T23:59:59", "2013-08-16T07:59:59+08:00"):
        assert_refused(
            company.subscribe(started_at=sent),
            "<li>started_at:<ul><li>Datetime 2013-08-15 23:59:59 in the past is not allowed</li>",
        )


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ("BAD_DATETIME", "Invalid ISO8601 datetime BAD_DATETIME"),
        ("2026-12-31", "Invalid ISO8601 datetime 2026-12-31"),
        ("2026-12", "Invalid ISO8601 datetime 2026-12"),
        ("2026", "Invalid ISO8601 datetime 2026"),
        ("2026-12-31T05:40", "Invalid ISO8601 datetime 2026-12-31T05:40"),
        ("20261231T054000Z", "Invalid ISO8601 datetime 20261231T054000Z"),
        ("٢٠٢٦-12-31T05:40:00", "Invalid ISO8601 datetime"),
        ("2026-13-01T00:00:00", "month must be in 1..12"),
        ("2026-02-30T00:00:00", "day is out of range for month"),
        ("2026-02-01T24:00:00", "hour must be in 0..23"),
        ("0000-02-01T00:00:00", "year 0 is out of range"),
        ("9999-12-31T23:59:59-08:00", "Invalid ISO8601 datetime"),
        ("0001-01-01T00:00:00+08:00", "Invalid ISO8601 datetime"),
        ("9" * 60_000, "Invalid ISO8601 datetime"),
    ],
)
def test_what_is_no_instant_is_refused(company, sent, reason):
    assert_refused(company.subscribe(started_at=sent), f"<li>started_at:<ul><li>{reason}")


def test_a_plan_that_reaches_beyond_the_calendar_is_refused(company):
    plan = company.plan(frequency="monthly", interval=100_000)
    assert_refused(company.subscribe(plan=plan), "<li>interval:")
    assert_refused(company.subscribe(plan=company.plan(interval=2_147_483_647)), "<li>interval:")
    assert_refused(company.subscribe(plan=company.plan(), started_at="9999-12-30T00:00:00"), "<li>interval:")


@pytest.mark.django_db(transaction=True)
def test_a_schedule_that_runs_into_the_end_of_the_calendar_stops_there():
    company = Company()
    with later():
        created = company.subscription(plan=company.plan(frequency="yearly", interval=7000))
    assert created["next_transaction_at"] == "9013-08-16T00:00:00"
    with clock.travel_to(START.replace(year=9013)):
        run_billing()
    shown = ok(company.get(f"subscriptions/{created['guid']}"))
    assert (shown["period"], shown["next_transaction_at"]) == (1, "9013-08-16T00:00:00")
    assert len(company.transactions(created)) == 1


def test_an_unknown_subscription_is_not_found(company):
    response = company.get(f"subscriptions/{UNKNOWN['SU']}")
    assert response.status_code == 404
    assert f"No such subscription {UNKNOWN['SU']}" in response.content.decode()


def test_a_subscription_of_another_company_is_forbidden(company, other):
    guid = company.subscription()["guid"]
    response = other.get(f"subscriptions/{guid}")
    assert response.status_code == 403
    assert f"You have no permission to access subscription {guid}" in response.content.decode()


def test_subscriptions_are_listed_newest_first(company):
    created = []
    for seconds in range(4):
        with later(seconds=seconds):
            created.append(company.subscription()["guid"])
    assert [row["guid"] for row in company.items("subscriptions")] == created[::-1]


def test_a_bad_key_can_do_nothing_with_subscriptions(company):
    guid = company.subscription()["guid"]
    for method, path in (
        ("POST", "/v1/subscriptions"),
        ("GET", "/v1/subscriptions"),
        ("GET", f"/v1/subscriptions/{guid}"),
        ("POST", f"/v1/subscriptions/{guid}/cancel"),
        ("GET", f"/v1/subscriptions/{guid}/transactions"),
    ):
        assert call(method, path, "BAD_API_KEY").status_code == 403
    assert ok(company.get(f"subscriptions/{guid}"))["canceled"] is False
