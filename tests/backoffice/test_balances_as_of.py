"""Ledger accounts are shown and exported with their balances as of an instant in the reader's zone."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from core import clock
from ledger.models import LedgerAccount
from operations.factories import OrganizationFactory
from tests.backoffice.test_admin_lists import address
from tests.bookkeeping.months import post_sale

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def seller():
    seller = OrganizationFactory(name="Kite Apps")
    post_sale(seller, "one", at=NOON)
    post_sale(seller, "two", at=NOON + timedelta(minutes=30), cents=1_000, commission=0)
    return seller


def look(staff, as_of, **more):
    response = staff.get(address(LedgerAccount, as_of=as_of, **more))
    return response.content.decode() if not response.streaming else b"".join(response).decode()


def test_the_list_shows_them_and_that_they_add_up_to_zero(staff, seller):
    page = look(staff, "2026-11-02T11:00:01")
    assert "1.60" in page
    assert "0.00 USD" in page
    assert "11.60" in look(staff, "")


def test_the_instant_is_in_the_readers_zone(staff, seller):
    staff.cookies["staff-zone"] = "Europe/Berlin"
    rows = csv.DictReader(StringIO(look(staff, "2026-11-02T12:00:01", export="csv")))
    found = {row["kind"]: (row["balance_minor"], row["as_of_utc"]) for row in rows}
    assert found["seller_payable"] == ("-160", "2026-11-02T11:00:01Z")
    assert sum(int(minor) for minor, _ in found.values()) == 0


def test_a_file_has_all_that_is_posted_without_one(staff, seller):
    rows = csv.DictReader(StringIO(look(staff, "", export="csv")))
    assert {row["kind"]: row["balance_minor"] for row in rows}["seller_payable"] == "-1160"


def test_a_spreadsheet_is_made_as_well(staff, seller):
    page = staff.get(address(LedgerAccount, as_of="2026-11-02T12:00:01", export="xlsx"))
    assert b"".join(page)[:2] == b"PK"


def test_the_page_of_an_account_has_the_field(staff, seller):
    account = LedgerAccount.objects.get(organization=seller)
    page = staff.get(address(LedgerAccount, "change", account.pk) + "?as_of=2026-11-02T11:00:01")
    assert "1.60" in page.content.decode()
    assert 'value="2026-11-02T11:00:01"' in page.content.decode()
    assert "11.60" in staff.get(address(LedgerAccount, "change", account.pk)).content.decode()


@pytest.mark.parametrize("text", ["soon", "2026-02-30T00:00", "9999-12-31T23:59:59", "0001-01-01T00:00"])
def test_what_is_no_instant_of_the_past_is_told_or_shows_nothing_but_zero(staff, seller, text):
    page = look(staff, text)
    assert "11.60" in page or text.startswith("0001")
    if text[0] == "9":
        assert "must not be in the future" in page


def test_the_future_is_refused_on_the_page_too(staff, seller):
    account = LedgerAccount.objects.get(organization=seller)
    later = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    page = staff.get(address(LedgerAccount, "change", account.pk) + f"?as_of={later}").content.decode()
    assert "must not be in the future" in page
    assert "11.60" in page


def test_a_list_takes_as_many_queries_for_more_accounts(staff, seller, django_assert_max_num_queries):
    for number in range(5):
        post_sale(OrganizationFactory(), f"more:{number}", at=NOON)
    with django_assert_max_num_queries(12):
        look(staff, "2026-11-02T11:00:01")
