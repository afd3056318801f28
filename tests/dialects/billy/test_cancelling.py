"""Canceling subscriptions, and what is given back."""

import pytest

from customers.models import Merchant
from operations.rehearsal import run_billing
from tests.dialects.billy.world import START, UNKNOWN, Company, iso, later, ok
from tests.money import captures

pytestmark = [pytest.mark.usefixtures("sound_books"), pytest.mark.slow]


def test_a_canceled_subscription_says_when_and_keeps_its_schedule(company):
    with later():
        created = company.subscription()
    with later(hours=7) as now:
        canceled = ok(company.cancel(created))
    assert canceled == created | {"canceled": True, "canceled_at": iso(now)}
    assert canceled["next_transaction_at"] == "2013-08-23T00:00:00"
    assert ok(company.get(f"subscriptions/{created['guid']}")) == canceled
    assert company.items("subscriptions") == [canceled]
    assert [row["status"] for row in company.transactions(created)] == ["done"]


def test_a_subscription_is_canceled_once(company):
    subscription = company.subscription()
    ok(company.cancel(subscription))
    response = company.cancel(subscription)
    assert response.status_code == 400
    assert "Cannot cancel a canceled subscription" in response.content.decode()


def test_a_subscription_of_another_company_cannot_be_canceled(company, other):
    subscription = company.subscription()
    response = other.cancel(subscription)
    assert response.status_code == 403
    assert "You have no permission to access subscription" in response.content.decode()
    assert ok(company.get(f"subscriptions/{subscription['guid']}"))["canceled"] is False


def test_an_unknown_subscription_cannot_be_canceled(company):
    assert company.cancel({"guid": UNKNOWN["SU"]}).status_code == 404


def test_a_prorated_refund_gives_back_the_time_that_is_left(company):
    with later():
        subscription = company.subscription(plan=company.plan(amount=10_000), payment_uri="/v1/cards/C1")
    with later(days=1) as now:
        ok(company.cancel(subscription, prorated_refund=1))
        refund, charge = company.items("transactions")
    assert (refund["transaction_type"], refund["amount"], refund["status"]) == ("refund", 8571, "done")
    assert refund["subscription_guid"] == subscription["guid"]
    assert refund["scheduled_at"] == subscription["next_transaction_at"]
    assert refund["created_at"] == iso(now)
    assert refund["payment_uri"] is None
    assert refund["external_id"] not in (None, charge["external_id"])
    assert (charge["transaction_type"], charge["amount"]) == ("charge", 10_000)
    assert company.transactions(subscription) == [refund, charge]
    assert captures() == [(charge["external_id"], 10_000)]


@pytest.mark.parametrize("value", ["1", "0", "false", "no", ""])
def test_naming_prorated_refund_means_it_whatever_its_value(company, value):
    with later():
        subscription = company.subscription()
    with later(days=3.5):
        ok(company.cancel(subscription, prorated_refund=value))
    assert company.transactions(subscription)[0]["amount"] == 500


def test_an_amount_is_given_back_exactly(company):
    subscription = company.subscription()
    ok(company.cancel(subscription, refund_amount=234))
    refund, charge = company.items("transactions")
    assert (refund["transaction_type"], refund["amount"], refund["status"]) == ("refund", 234, "done")
    assert (charge["amount"], charge["status"]) == (1000, "done")
    assert company.transactions(subscription) == [refund, charge]


@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_refund_amount_gives_nothing_back(company, nothing):
    subscription = company.subscription()
    ok(company.cancel(subscription, refund_amount=nothing))
    assert len(company.transactions(subscription)) == 1


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        (
            {"prorated_refund": "1", "refund_amount": "10"},
            "You cannot set refund_amount with prorated_refund=True",
        ),
        (
            {"prorated_refund": "", "refund_amount": "10"},
            "You cannot set refund_amount with prorated_refund=True",
        ),
        ({"refund_amount": "10001"}, "refund_amount cannot be greater than subscription amount 10000"),
        ({"refund_amount": "9" * 5000}, "refund_amount cannot be greater than subscription amount 10000"),
        ({"refund_amount": "0"}, "Number must be at least 1."),
        ({"refund_amount": "-1"}, "Number must be at least 1."),
        ({"refund_amount": "x"}, "Number must be at least 1."),
    ],
)
def test_bad_parameters_are_refused_and_nothing_is_canceled(company, parameters, reason):
    subscription = company.subscription(plan=company.plan(amount=10_000))
    response = company.cancel(subscription, **parameters)
    assert response.status_code == 400
    assert "<li>refund_amount:" in response.content.decode()
    assert reason in response.content.decode()
    assert ok(company.get(f"subscriptions/{subscription['guid']}"))["canceled"] is False
    assert len(company.transactions(subscription)) == 1


def test_a_refund_is_limited_by_the_subscriptions_own_amount(company):
    subscription = company.subscription(amount=500)
    response = company.cancel(subscription, refund_amount=501)
    assert "subscription amount 500" in response.content.decode()
    ok(company.cancel(subscription, refund_amount=500))
    assert company.transactions(subscription)[0]["amount"] == 500


def test_a_refund_that_is_too_large_is_said_before_that_it_is_canceled_already(company):
    subscription = company.subscription()
    ok(company.cancel(subscription))
    assert "cannot be greater" in company.cancel(subscription, refund_amount=1001).content.decode()


def test_what_has_not_begun_is_canceled_without_a_refund(company):
    with later():
        subscription = company.subscription(started_at=iso(START.replace(day=20)))
        ok(company.cancel(subscription, refund_amount=10))
    assert company.transactions(subscription) == []


def test_what_was_not_paid_is_not_given_back(company):
    subscription = company.subscription(payment_uri="/v1/cards/decline_soft")
    ok(company.cancel(subscription, prorated_refund=1))
    (transaction,) = company.transactions(subscription)
    assert (transaction["transaction_type"], transaction["status"]) == ("charge", "canceled")
    assert transaction["failure_count"] == 1
    assert transaction["error_message"] == "The card has insufficient funds."


def test_what_was_never_tried_is_canceled_without_an_error(company, monkeypatch):
    monkeypatch.setattr("dialects.billy.subscription_views.collect_now", lambda subscription_id: None)
    subscription = company.subscription()
    (transaction,) = company.transactions(subscription)
    assert transaction["status"] == "init"
    ok(company.cancel(subscription))
    (transaction,) = company.transactions(subscription)
    assert (transaction["status"], transaction["error_message"]) == ("canceled", None)


def test_canceling_moves_the_updated_at_of_what_it_cancels(company):
    with later():
        subscription = company.subscription(payment_uri="/v1/cards/decline_soft")
    with later(hours=1) as now:
        ok(company.cancel(subscription))
    assert company.transactions(subscription)[0]["updated_at"] == iso(now)


def test_a_payout_is_canceled_but_not_refunded(company):
    subscription = company.subscription(plan=company.plan(plan_type="payout"))
    for parameters in ({"prorated_refund": 1}, {"refund_amount": 10}):
        response = company.cancel(subscription, **parameters)
        assert response.status_code == 400
        assert "payout cannot be refunded" in response.content.decode()
    assert ok(company.get(f"subscriptions/{subscription['guid']}"))["canceled"] is False
    assert ok(company.cancel(subscription))["canceled"] is True


def test_a_payout_without_permission_is_told_in_the_transaction(company):
    Merchant.objects.update(may_pay_out=False)
    subscription = company.subscription(plan=company.plan(plan_type="payout"))
    (transaction,) = company.transactions(subscription)
    assert transaction["status"] == "failed"
    assert "Payouts are not permitted for this company" in transaction["error_message"]


@pytest.mark.django_db(transaction=True)
def test_an_overdue_period_gives_nothing_back_and_never_a_negative_amount():
    company = Company()
    with later():
        subscription = company.subscription(plan=company.plan(frequency="monthly"))
    with later(days=40):
        ok(company.cancel(subscription, prorated_refund=1))
        run_billing()
    assert [row["transaction_type"] for row in company.transactions(subscription)] == ["charge"]


def test_a_subscription_from_its_first_day_to_its_last(company):
    customer, plan = company.customer(), company.plan(frequency="daily", amount=1234)
    subscription = company.subscription(customer, plan, payment_uri="/v1/cards/C1")
    (charge,) = company.items("transactions")
    assert (charge["transaction_type"], charge["status"], charge["amount"]) == ("charge", "done", 1234)
    assert captures() == [(charge["external_id"], 1234)]
    assert ok(company.cancel(subscription, refund_amount=1234))["canceled"] is True
    refund, first = company.items("transactions")
    assert (refund["transaction_type"], refund["status"], refund["amount"]) == ("refund", "done", 1234)
    assert first == charge
    for path in (f"plans/{plan['guid']}", f"customers/{customer['guid']}"):
        assert ok(company.delete(path))["deleted"] is True
