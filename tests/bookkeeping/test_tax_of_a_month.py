"""The file for tax returns: the papers of a month by issuer, country and rate, which tie to the books."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from bookkeeping.exports.tax import COLUMNS, write_tax
from core import clock
from customers.models import Organization
from ledger.models import AccountKind, LedgerEntry
from tests.bookkeeping.months import DECEMBER, NOVEMBER, OCTOBER, sell
from tests.invoicing.papers import credit, issue_for, sell_in_own_name
from tests.invoicing.test_credit_notes import refund

pytestmark = pytest.mark.django_db


def read(start, end):
    head, *rows = write_tax(start, end)
    assert tuple(head) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def read_november():
    return read(NOVEMBER, DECEMBER)


def test_invoices_and_credit_notes_of_a_rate_are_a_line_each_and_credit_notes_are_negative():
    charges = [sell(price_minor=1_000, quantity=1) for _ in range(2)]
    for charge in charges:
        issue_for(charge)
    with clock.travel_to(NOVEMBER + timedelta(days=20)):
        credit(refund(charges[0], 250))
    given_back, sold = read_november()
    assert (given_back["kind"], given_back["papers"], given_back["tax"]) == (
        "credit_note",
        1,
        Decimal("-0.40"),
    )
    assert sold == {
        "issuer": "Example Marketplace",
        "issuer_licence": "",
        "kind": "invoice",
        "tax_category": "S",
        "tax_country": "DE",
        "tax_percent": "19",
        "currency": "USD",
        "papers": 2,
        "net": Decimal("16.80"),
        "net_minor": 1_680,
        "tax": Decimal("3.20"),
        "tax_minor": 320,
        "total": Decimal("20.00"),
        "total_minor": 2_000,
    }
    cleared = LedgerEntry.objects.filter(account__kind=AccountKind.BUYER_CLEARING)
    assert (
        given_back["total_minor"] + sold["total_minor"] == cleared.aggregate(sum=Sum("amount_minor"))["sum"]
    )


def test_each_issuer_has_its_own_lines():
    caller = sell_in_own_name("FR", legal_name="Cerfs-volants SARL")
    issue_for(sell(caller=caller))
    issue_for(sell())
    licence = Organization.objects.get(pk=caller.app.organization_id).license_id
    assert [(row["issuer"], row["issuer_licence"], row["tax_country"]) for row in read_november()] == [
        ("Cerfs-volants SARL", licence, "FR"),
        ("Example Marketplace", "", "DE"),
    ]


def test_the_month_is_that_of_the_payment_whenever_the_paper_was_issued():
    issue_for(sell(at=DECEMBER - timedelta(seconds=1)))
    assert [row["papers"] for row in read_november()] == [1]
    assert read(DECEMBER, DECEMBER + timedelta(days=31)) == read(OCTOBER, NOVEMBER) == []


def test_specimens_are_no_tax():
    issue_for(sell(test=True))
    assert read_november() == []
