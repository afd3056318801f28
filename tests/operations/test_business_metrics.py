"""What Prometheus is told of work that is due, late, without an outcome or held."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from charges.collection.single import collect_charge
from core import clock
from core.metrics import write_metrics
from operations.business_metrics import BusinessFigures, measure_webhooks
from operations.factories import ApplicationFactory, ChargeFactory, SubscriptionFactory
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.repair import send_test_event

pytestmark = pytest.mark.django_db

QUIET = {
    "attempts_open awaiting_buyer": 0,
    "attempts_open needs_review": 0,
    "attempts_open unknown": 0,
    "charges_due": 0,
    "charges_overdue_seconds": 0,
    "renewals_due": 0,
    "renewals_late": 0,
    "renewals_overdue_seconds": 0,
    "subscriptions_held": 0,
    "webhooks_due": 0,
    "webhooks_overdue_seconds": 0,
}


def read() -> dict[str, float]:
    """The figures that are not zero, with the state of attempts behind the name."""
    found = {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(write_metrics(BusinessFigures()).decode())
        for sample in family.samples
    }
    assert found.keys() == QUIET.keys()
    return {name: value for name, value in found.items() if value}


def test_where_nothing_is_due_all_is_zero():
    assert read() == {}


def test_a_renewal_is_due_and_then_late():
    subscription = SubscriptionFactory(active=True)
    subscription.refresh_from_db()
    with clock.travel_to(subscription.due_at + timedelta(seconds=30)):
        assert read() == {"renewals_due": 1, "renewals_overdue_seconds": 30}
    with clock.travel_to(subscription.due_at + timedelta(seconds=300)):
        assert read() == {"renewals_due": 1, "renewals_late": 1, "renewals_overdue_seconds": 300}


def test_a_charge_waits_for_its_collection():
    charge = ChargeFactory(activated=True)
    with clock.travel_to(charge.collect_at + timedelta(seconds=7)):
        assert read() == {"charges_due": 1, "charges_overdue_seconds": 7}


def test_a_payment_without_an_outcome_is_counted():
    charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(charge.pk)
    assert read() == {"attempts_open unknown": 1}


def test_a_subscription_that_a_person_holds_is_counted():
    SubscriptionFactory(held=True)
    assert read()["subscriptions_held"] == 1


def test_webhooks_count_unless_their_endpoint_fails():
    app = ApplicationFactory()
    send_test_event(create_endpoint(application_id=app.pk, url="https://seller.example/hooks").endpoint.pk)
    Delivery.objects.update(due_at=clock.now() - timedelta(seconds=90))
    figures = read()
    assert (figures["webhooks_due"], round(figures["webhooks_overdue_seconds"])) == (1, 90)
    Endpoint.objects.update(failing_since=clock.now())
    assert read() == {}


def test_the_oldest_webhook_is_found_by_the_index_and_none_are_sorted():
    with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        measure_webhooks(clock.now())
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {queries.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "due_deliveries" in plan
    assert "Sort" not in plan
