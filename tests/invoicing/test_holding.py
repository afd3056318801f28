"""Where a rate is missing the payment is made and its invoice waits, until staff have entered the rate."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from charges.collection.single import collect_charge
from charges.refunds.make import refund_charge
from core import clock
from customers.models import Application, Organization
from invoicing.issue import issue_papers
from invoicing.models import HeldInvoice, TaxPaper
from operations.factories import ChargeFactory
from taxes.models import TaxRate
from tests.invoicing.papers import issue_for, sell_in_own_name
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)

COUNTRY = "QA"


@pytest.fixture
def gap():
    """A country whose rate has ended; rates outlive a test, so they are taken away behind the guards."""
    TaxRate.objects.create(
        country=COUNTRY, basis_points=500, valid_from=date(2021, 1, 1), valid_to=date(2021, 12, 31)
    )
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM taxes_taxrate WHERE country = %s", [COUNTRY])


@pytest.fixture
def charge(gap):
    """A collected charge of a seller there, who issues in its own name."""
    return ChargeFactory(caller=sell_in_own_name(COUNTRY, legal_name="Dunes Co"), collected=True)


def enter_rate() -> None:
    TaxRate.objects.create(country=COUNTRY, basis_points=1000, valid_from=date(2022, 1, 1))


def refund(charge, amount: int):
    made = refund_charge(charge, amount_minor=amount, due_at=None)
    collect_charge(made.pk)
    return made


@pytest.mark.slow
def test_it_waits_alone_and_is_issued_with_its_credit_notes_once_the_rate_is_there(charge):
    assert [issue_papers(), issue_papers()] == [0, 0]
    held = HeldInvoice.objects.get()
    assert (held.charge_id, held.country, held.day) == (charge.pk, COUNTRY, clock.now().date())
    given_back = refund(charge, 50)
    other = ChargeFactory(collected=True)
    assert issue_papers() == 1
    assert TaxPaper.objects.get().charge_id == other.pk
    enter_rate()
    assert sum(run_at_once(*[issue_papers] * 4)) == 2
    invoice, note = TaxPaper.objects.exclude(charge=other).order_by("pk")
    assert (invoice.tax_country, invoice.tax_basis_points, invoice.tax_minor) == (COUNTRY, 1000, 18)
    assert (note.refund_id, note.invoice) == (given_back.pk, invoice)
    held.refresh_from_db()
    assert held.released_at is not None
    refund(charge, 10)
    assert [issue_papers(), issue_papers()] == [1, 0]


@pytest.mark.parametrize(
    ("changes", "recipient"),
    [
        ({"legal_name": "New name"}, {"legal_name": "New name", "country": ""}),
        ({"legal_name": "New name", "country": COUNTRY}, {"legal_name": "", "country": ""}),
    ],
)
def test_what_bears_on_tax_stays_as_it_was_when_it_was_held(charge, changes, recipient):
    issue_papers()
    Organization.objects.filter(pk=charge.buyer_id).update(**changes)
    Application.objects.filter(pk=charge.order_application_id).update(seller_of_record="marketplace")
    enter_rate()
    assert issue_papers() == 1
    paper = TaxPaper.objects.get()
    expected = recipient | {"legal_name": recipient["legal_name"] or charge.buyer.name}
    assert {name: paper.recipient[name] for name in expected} == expected
    assert paper.issuer["legal_name"] == "Dunes Co"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoicing_heldinvoice SET country = 'DE'",
        "UPDATE invoicing_heldinvoice SET released_at = now() + interval '1 hour'",
        "DELETE FROM invoicing_heldinvoice",
    ],
)
def test_the_database_keeps_what_is_held_until_its_invoice_is_written(charge, sql):
    issue_papers()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_what_was_released_stays_released(charge):
    issue_papers()
    enter_rate()
    issue_papers()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_heldinvoice SET released_at = NULL")


def test_a_charge_of_another_country_is_not_held(gap):
    assert issue_for(ChargeFactory(collected=True)).tax_country == "DE"
    assert not HeldInvoice.objects.exists()
