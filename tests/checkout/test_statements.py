"""Sellers see their monthly statements on pages of their own, and take them along as files."""

import pytest

from core import clock
from customers.models import Organization
from operations.factories import AccountFactory
from tests.bookkeeping.months import AFTERWARDS, close, sell
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


def test_a_buyer_that_sells_nothing_has_an_empty_list():
    assert "No statements yet." in text_of(open_as(AccountFactory().organization, "/account/statements/"))
