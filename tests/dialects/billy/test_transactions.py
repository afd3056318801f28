"""Transactions: charges, payouts and refunds as Billy's clients see them."""

import pytest

from charges.models import Charge
from charges.requests.parties import Parties
from core.billy_guids import write_guid
from customers.models import Customer
from operations.factories import ChargeFactory, SubscriptionFactory
from operations.rehearsal import run_billing
from subscriptions.lifecycle.billing_policy import bill_at_once
from subscriptions.lifecycle.create import create_subscription
from subscriptions.models import Plan, Subscription
from tests.dialects.billy.world import UNKNOWN, Company, call, iso, later, ok

pytestmark = [pytest.mark.usefixtures("sound_books"), pytest.mark.slow]


def only(company):
    (transaction,) = company.items("transactions")
    return transaction


def test_a_transaction_that_was_not_tried_yet(frozen, company):
    company.customer(), company.plan()
    create_subscription(
        parties=Parties.of_customer(Customer.objects.get()),
        policy=bill_at_once(retry_limit=10),
        plan=Plan.objects.get(),
        funding_source="/v1/cards/C1",
        price_minor=10,
    )
    (subscription,), transaction = company.items("subscriptions"), only(company)
    assert transaction == {
        "guid": transaction["guid"],
        "subscription_guid": subscription["guid"],
        "transaction_type": "charge",
        "status": "init",
        "amount": 10,
        "payment_uri": "/v1/cards/C1",
        "external_id": None,
        "failure_count": 0,
        "error_message": None,
        "scheduled_at": "2013-08-16T00:00:00",
        "created_at": "2013-08-16T00:00:00",
        "updated_at": "2013-08-16T00:00:00",
    }
    assert transaction["guid"].startswith("TX")
    assert ok(company.get(f"transactions/{transaction['guid']}")) == transaction


def test_charges_payouts_and_refunds_are_told_apart(company):
    company.subscription(plan=company.plan(plan_type="payout"))
    ok(company.cancel(company.subscription(), refund_amount=1))
    kinds = [row["transaction_type"] for row in company.items("transactions")]
    assert kinds == ["refund", "charge", "payout"]
    for row in company.items("transactions"):
        assert ok(company.get(f"transactions/{row['guid']}")) == row


@pytest.mark.django_db(transaction=True)
def test_every_status_is_shown_by_its_name(settings):
    settings.BILLY_MAXIMUM_RETRY = 2
    company = Company()
    with later():
        company.subscription()
        assert only(company)["status"] == "done"
    other = Company()
    seen = []
    with later():
        failing = other.subscription(payment_uri="/v1/cards/decline_hard")
    for minutes in range(4):
        seen.append((only(other)["status"], only(other)["failure_count"]))
        with later(minutes=minutes + 1):
            run_billing()
    assert seen == [("retrying", 1), ("retrying", 2), ("failed", 3), ("failed", 3)]
    assert only(other)["error_message"] == "The card was reported stolen."
    with later(minutes=9):
        ok(other.cancel(failing))
    assert only(other)["status"] == "failed"
    with later(minutes=10):
        ok(other.cancel(other.subscription(payment_uri="/v1/cards/decline_soft")))
    assert [row["status"] for row in other.items("transactions")] == ["canceled", "failed"]


@pytest.mark.django_db(transaction=True)
def test_what_failed_before_it_was_done_is_still_told():
    company = Company()
    with later():
        company.subscription(payment_uri="/v1/cards/decline_soft")
    Charge.objects.update(funding_source="/v1/cards/fine")
    with later(hours=1) as now:
        run_billing()
    done = only(company)
    assert (done["status"], done["failure_count"]) == ("done", 1)
    assert done["error_message"] == "The card has insufficient funds."
    assert done["updated_at"] == iso(now)
    assert done["created_at"] == done["scheduled_at"] == "2013-08-16T00:00:00"


@pytest.mark.django_db(transaction=True)
def test_each_missed_period_is_a_transaction_of_its_own_time():
    company = Company()
    with later():
        subscription = company.subscription(plan=company.plan(frequency="monthly"))
    with later(days=70):
        run_billing()
    scheduled = [row["scheduled_at"] for row in company.transactions(subscription)]
    assert scheduled == ["2013-10-16T00:00:00", "2013-09-16T00:00:00", "2013-08-16T00:00:00"]
    shown = ok(company.get(f"subscriptions/{subscription['guid']}"))
    assert (shown["period"], shown["next_transaction_at"]) == (3, "2013-11-16T00:00:00")
    assert shown["updated_at"] == subscription["updated_at"]


@pytest.mark.django_db(transaction=True)
def test_each_of_two_subscriptions_lists_its_own_newest_first():
    company = Company()
    plan, customer = company.plan(frequency="daily"), company.customer()
    subscriptions = []
    for days in (0, 10):
        with later(days=days) as now:
            subscriptions.append(company.subscription(customer, plan, started_at=iso(now)))
    with later(days=19):
        run_billing()
    rows = [company.transactions(subscription) for subscription in subscriptions]
    assert [len(found) for found in rows] == [20, 10]
    for subscription, found in zip(subscriptions, rows, strict=True):
        assert {row["subscription_guid"] for row in found} == {subscription["guid"]}
        scheduled = [row["scheduled_at"] for row in found]
        assert scheduled == sorted(scheduled, reverse=True)
    assert len(company.items("transactions", limit=100)) == 30


def test_an_unknown_transaction_is_not_found(company):
    response = company.get(f"transactions/{UNKNOWN['TX']}")
    assert response.status_code == 404
    assert f"No such transaction {UNKNOWN['TX']}" in response.content.decode()


def test_a_transaction_of_another_company_is_forbidden(company, other):
    company.subscription()
    guid = only(company)["guid"]
    response = other.get(f"transactions/{guid}")
    assert response.status_code == 403
    assert f"You have no permission to access transaction {guid}" in response.content.decode()


def test_a_bad_key_sees_no_transactions(company):
    company.subscription()
    assert call("GET", "/v1/transactions", "BAD_API_KEY").status_code == 403
    assert call("GET", f"/v1/transactions/{only(company)['guid']}", "BAD_API_KEY").status_code == 403


def test_what_seller_apps_ask_for_is_not_billys(company):
    charge, subscription = ChargeFactory(), SubscriptionFactory()
    assert company.get(f"transactions/{write_guid('TX', charge.public_id)}").status_code == 404
    assert company.get(f"subscriptions/{write_guid('SU', subscription.public_id)}").status_code == 404


def test_the_number_of_retries_is_a_setting(settings, company):
    settings.BILLY_MAXIMUM_RETRY = 7
    company.subscription()
    assert Charge.objects.get().retry_limit == Subscription.objects.get().retry_limit == 7
