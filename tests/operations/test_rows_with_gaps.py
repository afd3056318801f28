"""The database refuses rows that leave out a number that the others of their kind have."""

import pytest
from django.db import IntegrityError, connection

from operations.factories import SubscriptionFactory
from subscriptions.models import Subscription
from tests.by_hand import insert_period

pytestmark = pytest.mark.django_db

COPY = """
INSERT INTO charges_charge
SELECT (jsonb_populate_record(charge, jsonb_build_object(
    'id', id + 1, 'public_id', gen_random_uuid(), 'period', NULL))).*
FROM charges_charge charge WHERE subscription_id = %s
"""
ADJUSTMENT = """
INSERT INTO subscriptions_subscriptionadjustment
    (subscription_id, kind, effective_on, end_on, first_period, length, note, created_at)
VALUES (%s, 'skip', '2027-02-28', '2027-03-31', %s, %s, '', now())
"""
KEY = """
INSERT INTO customers_idempotencykey
    (principal, route, key, fingerprint, owner, locked_until, status, body, headers, created_at)
VALUES ('app', 'charge', 'key', '', gen_random_uuid(), now(), NULL, 'body', '{}', now())
"""


@pytest.fixture
def running() -> Subscription:
    return SubscriptionFactory(activated=True)


def insert(sql: str, *values: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused_by(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_a_charge_of_a_subscription_without_a_period_and_an_invoice(running):
    insert_period(running)
    with refused_by("a_period_belongs_to_a_subscription"):
        insert(COPY, running.pk)


@pytest.mark.parametrize(("first_period", "length"), [(None, 1), (1, None), (None, None)])
def test_a_skip_without_its_periods(running, first_period, length):
    with refused_by("a_skip_has_its_periods"):
        insert(ADJUSTMENT, running.pk, first_period, length)


def test_an_answer_without_its_status(db):
    with refused_by("a_completed_key_has_its_answer"):
        insert(KEY)
