"""The console tells what was owed as of an instant in the reader's time zone."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from tests.bookkeeping.months import post_sale
from tests.console.sellers import Seller
from tests.desk import log_in, text_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def seller():
    seller = Seller()
    post_sale(seller.organization, "one", at=NOON)
    post_sale(seller.organization, "two", at=NOON + timedelta(hours=1), cents=1_000, commission=0)
    post_sale(Seller("Another").organization, "three", at=NOON, cents=55_500)
    return seller


def ask(seller, as_of):
    browser = log_in(seller.member(has_billing_role=True))
    return text_of(browser.get("/console/money/", {"as_of": as_of}))


def test_only_the_own_sales_before_it_count(seller):
    page = ask(seller, "2026-11-02T12:30")
    assert "Owed to you $1.60" in page


@pytest.mark.parametrize(
    ("as_of", "words"),
    [("soon", "Enter a valid date/time."), (f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}", "future")],
)
def test_nonsense_and_the_future_are_told(seller, as_of, words):
    page = ask(seller, as_of)
    assert words in page
    assert "$1.60" not in page
