"""Keys stay as processors and the ledger have stored them, byte for byte."""

from uuid import UUID

import pytest
from django.db import connection

from core.ledger_references import (
    attempt_reference,
    charge_reference,
    dispute_fee_reference,
    dispute_reference,
    write_attempt_reference,
    write_charge_reference,
    write_dispute_reference,
)
from core.processor_keys import attempt_key, customer_key, period_key

PUBLIC_ID = UUID("0197a7b0-0000-7000-8000-00000000000A")


def test_keys_of_processors_begin_with_the_deployment(settings):
    settings.DEPLOYMENT = "production"
    assert attempt_key(PUBLIC_ID, 1) == "production-0197a7b0-0000-7000-8000-00000000000a-1"
    assert attempt_key(PUBLIC_ID, 12) == "production-0197a7b0-0000-7000-8000-00000000000a-12"
    assert period_key(PUBLIC_ID, 3, 1) == "production-0197a7b0-0000-7000-8000-00000000000a-period-3-1"
    assert customer_key(PUBLIC_ID) == "production-customer-0197a7b0-0000-7000-8000-00000000000a"


def test_the_ledger_refers_to_a_charge_by_its_public_id():
    assert charge_reference(PUBLIC_ID) == "charge:0197a7b0-0000-7000-8000-00000000000a"


@pytest.mark.django_db
def test_sql_writes_the_same_reference():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {write_charge_reference('%s::uuid')}", [PUBLIC_ID])
        assert cursor.fetchone() == (charge_reference(PUBLIC_ID),)
        cursor.execute(f"SELECT {write_dispute_reference('%s::uuid')}", [PUBLIC_ID])
        assert cursor.fetchone() == (dispute_reference(PUBLIC_ID),)
        cursor.execute(f"SELECT {write_attempt_reference('%s::uuid', '%s::int')}", [PUBLIC_ID, 3])
        assert cursor.fetchone() == (attempt_reference(PUBLIC_ID, 3),)


def test_the_ledger_refers_to_a_dispute_and_each_posting_of_its_fee():
    assert dispute_reference(PUBLIC_ID) == "dispute:0197a7b0-0000-7000-8000-00000000000a"
    assert dispute_fee_reference(PUBLIC_ID, 2) == "dispute:0197a7b0-0000-7000-8000-00000000000a:2"
    assert attempt_reference(PUBLIC_ID, 2) == "attempt:0197a7b0-0000-7000-8000-00000000000a:2"
