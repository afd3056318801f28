"""The second person's list says how much, to whom, what for, and who asked, before anything is opened."""

import csv
import io

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Approval
from backoffice.search.hits import show_approval
from backoffice.search.rows import find_approvals
from core import clock
from ledger.models import Correction
from ledger.write_offs import write_off_debt
from operations.factories import CustomerFactory, PayoutFactory, UserFactory
from tests.backoffice.list_cells import read_cells
from tests.backoffice.test_admin_lists import address, listed
from tests.charges.refunds.asking import ask, paid
from tests.ledger.accounts import record
from tests.ledger.corrections.test_corrections import ask as ask_correction

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(db, settings):
    """What waits, by its act: a refund, a payout, a correction and a write-off."""
    settings.DEFAULT_CURRENCY = "EUR"
    PayoutFactory(amount_minor=5_000)
    settings.DEFAULT_CURRENCY = "USD"
    ask(paid(60_000, name="Heatmap export"), requested_by=UserFactory(username="anna", staff=True))
    ask_correction()
    debt = record(CustomerFactory(), "invoice", 70_000)
    write_off_debt(transaction_id=debt.pk, reason="They are gone.", requested_by=UserFactory(staff=True))
    return {approval.act: approval for approval in Approval.objects.all()}


def test_a_row_leads_with_the_money_and_says_who_is_paid_for_what(staff, asked):
    page = staff.get(address(Approval))
    rows = {row["what"]: row for row in read_cells(page)}
    refund = rows["Refund of Heatmap export"]
    assert [*refund][:7] == ["amount", "status_badge", "in_mode", "what", "who", "requester", "requested_at"]
    assert [*refund][-1] == "short_subject"
    assert refund["amount"] == "600.00 USD"
    assert refund["who"].startswith("to Organisation")
    assert refund["requester"] == "staff: anna"
    assert refund["short_subject"] == asked["refund"].subject[: len("refund:") + 13]
    payout = rows["Payout: By hand"]
    assert (payout["amount"], payout["who"]) == ("50.00 EUR", "to Paper Kites Ltd")
    correction = rows["Correction of the books"]
    assert correction["amount"] == "5.00 USD"
    assert "Commission earned" in correction["who"]
    write_off = rows["Write-off of a customer's debt"]
    assert write_off["amount"] == "700.00 USD"
    assert write_off["who"].startswith("from CU")


def test_requests_are_found_by_day_and_amount_and_added_up(staff, asked):
    today = f"{clock.now():%Y-%m-%d}"
    assert len(listed(staff, Approval, requested_at_from=today, requested_at_to=today)) == 4
    assert listed(staff, Approval, requested_at_to="2026-01-01") == set()
    query = {"amount_from": "500", "status__exact": "requested"}
    assert listed(staff, Approval, **query) == {asked["refund"].pk, asked["write_off"].pk}
    totals = staff.get(address(Approval, **query)).context["cl"].totals
    assert (totals.said, totals.sums) == ("2 rows", ["Refunds 600.00 USD", "Write offs 700.00 USD"])
    file = staff.get(address(Approval, export="csv", **query)).getvalue().decode()
    rows = [*csv.DictReader(io.StringIO(file))]
    assert {(row["act"], row["amount"]) for row in rows} == {("refund", "600.00"), ("write_off", "700.00")}


def test_books_of_tests_are_marked_and_added_up_by_themselves(staff, asked):
    ask_correction(livemode=False)
    for model, of in ((Approval, {"act__exact": "correction"}), (Correction, {"amount_from": "1"})):
        page = staff.get(address(model, **of))
        assert [row["in_mode"] for row in read_cells(page)] == ["Test", "Live"]
        words = "Corrections " if model is Approval else ""
        assert page.context["cl"].totals.sums == [f"{words}5.00 USD", f"{words}5.00 USD (test)"]


def test_what_hits_are_about_is_read_at_once(staff, asked, monkeypatch):
    every = type("Term", (), {"ids": True})
    monkeypatch.setattr("backoffice.search.rows.begin", lambda field, term: Q())
    for name in ("Old kites", "New kites"):
        ask(paid(60_000, name=name), requested_by=UserFactory(staff=True))
    with CaptureQueriesContext(connection) as queries:
        hits = [show_approval(row) for row in find_approvals(every, 10)]
    assert {"600.00 USD, Refund of Old kites", "600.00 USD, Refund of New kites"} <= {
        hit.title for hit in hits
    }
    assert len(queries) == 2


def test_the_search_shows_the_same(staff, asked):
    page = staff.get(reverse("admin:search"), {"q": str(asked["refund"].public_id)})
    [hit] = [hit for group in page.context["groups"] if group.title == "Approvals" for hit in group.hits]
    assert hit.title == "600.00 USD, Refund of Heatmap export"
    assert hit.who.startswith("to Organisation")
    assert hit.who.endswith("asked for by staff: anna")
