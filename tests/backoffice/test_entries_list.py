"""Ledger entries are found by the days of their postings, live money by itself, and add up by side."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest

from core import clock
from ledger.models import LedgerEntry
from operations.factories import ChargeFactory
from tests.backoffice.test_admin_lists import address, listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(db):
    """Entries of a charge of 2.00 of three days ago, of one of now, and of a test, each by its sale."""
    found = {}
    for name, days, is_test in (("old", 3, False), ("new", 0, False), ("test", 0, True)):
        with clock.travel_to(clock.now() - timedelta(days=days)):
            charge = ChargeFactory(collected=True, test=is_test)
        entries = LedgerEntry.objects.filter(transaction__reference=charge.key)
        found[name] = set(entries.values_list("pk", flat=True))
    return found


def test_entries_are_found_by_day_and_mode(staff, booked):
    today = f"{clock.now():%Y-%m-%d}"
    assert listed(staff, LedgerEntry) == booked["old"] | booked["new"]
    assert listed(staff, LedgerEntry, posted_from=today) == booked["new"]
    assert listed(staff, LedgerEntry, posted_to=today, mode="both") == set().union(*booked.values())
    assert listed(staff, LedgerEntry, posted_from="2199-01-01") == set()
    assert listed(staff, LedgerEntry, mode="test") == booked["test"]


def test_each_side_adds_up_to_the_same(staff, booked):
    totals = staff.get(address(LedgerEntry, posted_from="2020-01-01")).context["cl"].totals
    assert totals.sums == ["Credits 4.00 USD", "Debits 4.00 USD"]


def test_debits_and_credits_are_numbers_in_the_file_and_add_up_to_nothing(staff, booked):
    file = staff.get(address(LedgerEntry, export="csv")).getvalue().decode()
    amounts = [Decimal(row["amount"]) for row in csv.DictReader(StringIO(file))]
    assert (len(amounts), sum(amounts), min(amounts)) == (6, 0, Decimal("-1.60"))


def test_entries_of_tests_have_sums_of_their_own(staff, booked):
    totals = staff.get(address(LedgerEntry, posted_from="2020-01-01", mode="both")).context["cl"].totals
    of_tests = ["Credits 2.00 USD (test)", "Debits 2.00 USD (test)"]
    assert totals.sums == ["Credits 4.00 USD", "Debits 4.00 USD", *of_tests]
