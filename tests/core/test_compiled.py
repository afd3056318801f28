"""A compiled look-up or insert gives the row that Django's own query finds, field by field."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from charges.models import Charge
from charges.new_charge import NewCharge, copy_charge, new_identity, save_charge
from core.bulk import run_query
from core.commission import round_commission
from core.compiled import CompiledLookup, Parameter
from events.models import Event
from invoicing.models import TaxPaper
from operations.factories import ChargeFactory, SubscriptionFactory
from subscriptions.models import Subscription
from tests.invoicing.papers import issue_for

pytestmark = pytest.mark.django_db
INSERTS = "WITH o AS (INSERT INTO charges_charge%"


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


def new_charge(*, price_minor: int = 500, **changes) -> NewCharge:
    commission_minor = round_commission(price_minor, 20)
    prices = {"price_minor": price_minor, "total_minor": price_minor, "commission_minor": commission_minor}
    return copy_charge(ChargeFactory())._replace(**new_identity(), **prices | {"quantity": 1} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": 'Long\u2019s "Ünïcode" 🎻 \\ %s {}', "price_minor": 99_999_999},
        {"retry_days": [1, 3, 5], "retry_limit": 0},
    ],
)
def test_what_was_inserted_is_what_django_reads(changes):
    inserted = save_charge(new_charge(**changes))
    read = Charge.objects.get(pk=inserted.pk)
    assert fields_of(inserted) == fields_of(read)
    assert {name: getattr(read, name) for name in changes} == changes
    assert inserted._state.adding is False


def test_a_charge_and_its_event_are_one_statement():
    new = new_charge()
    with CaptureQueriesContext(connection) as queries:
        inserted = save_charge(new)
    assert len(queries) == 1
    event = Event.objects.get(object_id=inserted.public_id)
    assert (event.type, event.object_type, event.sequence) == ("charge.created", "charge", 1)


def test_integers_of_all_widths_are_one_prepared_statement():
    """The driver prepares a statement for each combination of types that it is given."""
    for price_minor in [1, 300, 70_000, 99_999_999] * 3:
        save_charge(new_charge(price_minor=price_minor))
    prepared = run_query("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [INSERTS])
    assert prepared == [(1,)]


def test_a_charge_that_is_refused_leaves_no_event():
    wrong = new_charge(total_minor=1)
    events = Event.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        save_charge(wrong)
    assert Event.objects.count() == events


@pytest.mark.django_db(transaction=True)
def test_a_charge_whose_event_is_refused_is_not_there_without_any_transaction_of_ours(monkeypatch):
    new = new_charge()
    taken = {"event_id": Event.objects.latest("occurred_at").pk, "type": "charge.created"}
    monkeypatch.setattr(
        "charges.new_charge.describe_creation", lambda kind: taken | {"object_type": "charge"}
    )
    with pytest.raises(IntegrityError):
        save_charge(new)
    assert not Charge.objects.filter(public_id=new.public_id).exists()
