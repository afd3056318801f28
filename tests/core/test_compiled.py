"""A compiled look-up finds the row that Django's own query finds, field by field."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charges.models import Charge
from core.compiled import CompiledLookup, Parameter
from invoicing.models import TaxPaper
from operations.factories import ChargeFactory, SubscriptionFactory
from subscriptions.models import Subscription
from tests.invoicing.papers import issue_for

pytestmark = pytest.mark.django_db


def find_by_key(model) -> CompiledLookup:
    return CompiledLookup(model.objects.filter(pk=Parameter("key")))


def fields_of(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("model", [Charge, Subscription, TaxPaper])
def test_each_field_is_what_django_reads(model):
    issue_for(ChargeFactory(collected=True))
    SubscriptionFactory(active=True)
    expected = model.objects.latest("pk")
    found = find_by_key(model).get(key=expected.pk)
    assert found == expected
    assert fields_of(found) == fields_of(expected)
    assert found._state.adding is False


def test_nothing_found_is_what_django_raises():
    with pytest.raises(Charge.DoesNotExist):
        find_by_key(Charge).get(key=0)


def test_what_is_no_parameter_stays_as_it_was_said():
    charge = ChargeFactory()
    lookup = CompiledLookup(Charge.objects.filter(status="declined", pk=Parameter("key")))
    with pytest.raises(Charge.DoesNotExist):
        lookup.get(key=charge.pk)


def test_a_parameter_that_has_no_value_is_an_error_and_no_wider_look_up():
    with pytest.raises(KeyError):
        find_by_key(Charge).get()


def test_it_is_one_query_however_often():
    charge, lookup = ChargeFactory(), find_by_key(Charge)
    with CaptureQueriesContext(connection) as queries:
        assert [lookup.get(key=charge.pk).pk for _ in range(10)] == [charge.pk] * 10
    assert len(queries) == 10
