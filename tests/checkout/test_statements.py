"""Sellers see their monthly statements on pages of their own, and take them along as files."""

import re
from datetime import timedelta

import pytest

from core import clock
from customers.models import Organization
from ledger.models import TransactionKind
from operations.factories import AccountFactory, OrganizationFactory
from tests.bookkeeping.months import AFTERWARDS, close, post_sale, prepare, sell
from tests.desk import log_in, text_of
from tests.module_rows import rows_of_module

pytestmark = pytest.mark.django_db
MONTH = "/account/statements/2026-11/"
FILES = (f"{MONTH}USD.csv", f"{MONTH}USD.pdf")


@pytest.fixture(scope="module")
def seller(request):
    """Sold something in a month that is closed."""
    with rows_of_module(request, tell_story) as made:
        yield made


def tell_story() -> Organization:
    charge = sell(name="=1+1")
    close()
    return charge.payee


def open_as(organization, path, **role):
    with clock.travel_to(AFTERWARDS):
        return log_in(AccountFactory(organization=organization, **role)).get(path)


@pytest.mark.slow
def test_the_list_leads_to_the_month_and_to_the_running_one(seller):
    page = open_as(seller, "/account/statements/")
    assert "November 2026 USD" in text_of(page)
    assert f'href="{MONTH}"' in page.content.decode()
    assert 'href="/account/statements/2026-12/"' in page.content.decode()


def test_the_month_shows_each_part_and_that_it_stays(seller):
    words = text_of(open_as(seller, MONTH))
    for part in ("Opening balance", "Sales", "Refunds", "Commission", "Payouts", "Closing balance"):
        assert part in words
    assert "2.00" in words
    assert "1.60" in words
    assert "these figures stay as they are" in words
    running = text_of(open_as(seller, "/account/statements/2026-12/"))
    assert "these figures may still change" in running


def test_the_files_are_sent_and_compute_nothing(seller):
    lines = open_as(seller, FILES[0])
    assert lines["Content-Disposition"] == 'attachment; filename="statement-2026-11-USD.csv"'
    assert b",'=1+1,USD,2.00,-0.40,1.60,1.60" in lines.getvalue()
    page = open_as(seller, FILES[1])
    assert page["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF")


@pytest.mark.parametrize("path", [MONTH, *FILES])
def test_nobody_else_sees_them(seller, client, path):
    assert open_as(AccountFactory().organization, path).status_code == 404
    assert open_as(seller, path, has_billing_role=False).status_code == 403
    assert client.get(path).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "2026-13/",
        "november/",
        "2026-11/EUR.csv",
        "2026-11/usd.pdf",
        "2026-11/x%2Fy.csv",
        "2030-01/",
        "?before=x",
    ],
)
def test_what_is_not_there_is_unknown(seller, path):
    assert open_as(seller, f"/account/statements/{path}").status_code == 404


def test_a_buyer_that_sells_nothing_has_an_empty_list_and_no_month():
    page = open_as(AccountFactory().organization, "/account/statements/")
    assert "No statements yet." in text_of(page)
    assert "Current month" not in text_of(page)


def test_each_month_that_is_not_closed_is_there_also_one_with_nothing_in_it(seller):
    prepare(AFTERWARDS + timedelta(days=31))
    with clock.travel_to(AFTERWARDS + timedelta(days=31)):
        browser = log_in(AccountFactory(organization=seller))
        page = browser.get("/account/statements/").content.decode()
        paths = re.findall(r'href="(/account/statements/[0-9-]+/)"', page)
        assert paths == [f"/account/statements/{month}/" for month in ("2026-11", "2027-01", "2026-12")]
        assert [browser.get(path).status_code for path in paths] == [200, 200, 200]
        assert "these figures may still change" in text_of(browser.get(paths[-1]))
    never_paid = OrganizationFactory()
    with clock.travel_to(AFTERWARDS):
        post_sale(never_paid, "sold", at=AFTERWARDS, cents=200)
        post_sale(never_paid, "back", at=AFTERWARDS, cents=-200, commission=-40, kind=TransactionKind.REFUND)
    with clock.travel_to(AFTERWARDS + timedelta(days=31)):
        browser = log_in(AccountFactory(organization=never_paid))
        assert "Nothing was sold" in text_of(browser.get("/account/statements/2027-01/"))
        assert browser.get("/account/statements/2027-02/").status_code == 404
