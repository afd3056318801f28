"""The processor opens one record of a buyer organisation, and its name of it is kept."""

from functools import partial

import pytest
from django.db import transaction

from charges.processor.buyer_records import provide_record
from core.processor_keys import buyer_key
from customers.models import ProcessorRecord
from gateway.registry import CalledInsideTransaction, get_gateway
from operations.factories import OrganizationFactory
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_name_is_that_of_the_processor_and_kept():
    buyer = OrganizationFactory()
    reference = provide_record(buyer.pk, gateway="sandbox")
    assert reference == get_gateway("sandbox").create_customer(key=buyer_key(buyer.public_id))
    assert ProcessorRecord.objects.get().reference == reference
    assert provide_record(buyer.pk, gateway="sandbox") == reference


def test_two_at_once_lead_to_one_record():
    for _ in range(4):
        buyer = OrganizationFactory()
        results = run_at_once(*[partial(provide_record, buyer.pk, gateway="sandbox")] * 4)
        assert len(set(results)) == 1
        assert ProcessorRecord.objects.filter(organization=buyer).count() == 1


def test_two_buyers_have_two_records():
    first, second = (provide_record(OrganizationFactory().pk, gateway="sandbox") for _ in range(2))
    assert first != second


def test_the_processor_is_not_asked_inside_a_transaction():
    buyer = OrganizationFactory()
    with transaction.atomic(), pytest.raises(CalledInsideTransaction):
        provide_record(buyer.pk, gateway="sandbox")
