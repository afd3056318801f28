"""What the decision page shows of a direct charge."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charges.models import StatusChange
from operations.factories import AccountFactory, CallerFactory, ChargeFactory
from tests.desk import link, log_in, reload, text_of


def test_the_page_says_who_sells_what_to_whom_for_how_much(desk):
    text = text_of(desk.browser.get(link(desk.charge)))
    assert "Report Builder asks Harbour Lane Dental to pay for 100 extra reports" in text
    assert "Total, one-off US$1.00 \N{MULTIPLICATION SIGN} 2 US$2.00" in text
    assert "Sold by Paper Kites Ltd" in text
    assert "Visa ending in 4242" in text
    assert "Harbour Lane Dental will pay US$2.00 once. You decide as dana@buyer.example." in text


def test_the_page_says_what_happens_next(desk):
    text = text_of(desk.browser.get(link(desk.charge)))
    assert "You go back to seller.example. Nothing has been charged yet." in text
    assert "Paper Kites Ltd activates what you bought." in text
    assert "The card is charged US$2.00, once. It does not renew." in text


def test_two_buttons_are_named_exactly_accept_and_decline(desk):
    page = desk.browser.get(link(desk.charge)).content.decode()
    assert '<button class="button" name="decision" value="accept">Accept</button>' in page
    assert '<button class="button plain" name="decision" value="decline">Decline</button>' in page


def test_the_commission_is_never_shown(desk):
    charge = ChargeFactory(
        caller=CallerFactory(account=desk.buyer, application=desk.app), price_minor=77_700, quantity=1
    )
    page = desk.browser.get(link(charge)).content.decode().lower()
    assert "commission" not in page
    assert "155.40" not in page


def test_a_price_per_account_says_how_many_accounts(desk):
    charge = ChargeFactory(
        caller=CallerFactory(account=desk.buyer, application=desk.app),
        price_minor=1_900,
        quantity=5,
        per_account=True,
    )
    assert "US$19.00 per account \N{MULTIPLICATION SIGN} 5 accounts" in text_of(
        desk.browser.get(link(charge))
    )


def test_a_test_charge_says_that_no_money_will_move(desk):
    charge = ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app), test=True)
    text = text_of(desk.browser.get(link(charge)))
    assert "This is a test: no money will move." in text
    assert "is charged" not in text
    assert "This is a test" not in text_of(desk.browser.get(link(desk.charge)))


def test_a_test_charge_needs_no_card(db):
    buyer = AccountFactory()
    charge = ChargeFactory(caller=CallerFactory(account=buyer), test=True)
    page = log_in(buyer).get(link(charge))
    assert "None needed for a test" in text_of(page)
    assert b'value="accept"' in page.content


@pytest.mark.parametrize(
    ("language", "total"),
    [
        ("en-US", "US$12,345.60"),
        ("de-DE,de;q=0.9", "12.345,60 $"),
        ("hi", "US$12,345.60"),
        ("no-such", "US$12,345.60"),
        (";q=%%,*", "US$12,345.60"),
    ],
)
def test_amounts_are_written_as_the_reader_writes_numbers(desk, language, total):
    charge = ChargeFactory(
        caller=CallerFactory(account=desk.buyer, application=desk.app), price_minor=1_234_560, quantity=1
    )
    page = desk.browser.get(link(charge), headers={"Accept-Language": language})
    assert total in text_of(page)


def test_a_type_in_the_link_is_accepted_and_ignored(desk):
    assert desk.browser.get(f"{link(desk.charge)}&type=direct_charge").status_code == 200


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(desk, method):
    for query in ("", "&decision=accept", "&accept=1", "&token=x"):
        getattr(desk.browser, method)(link(desk.charge) + query)
    assert reload(desk.charge).status == "pending"
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(desk, method):
    assert getattr(desk.browser, method)(link(desk.charge)).status_code == 405


def test_the_page_asks_the_database_five_times(desk):
    desk.browser.get(link(desk.charge))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        desk.browser.get(link(desk.charge))
    tables = [query["sql"].split('FROM "')[1].split('"')[0] for query in queries]
    assert tables == [
        "django_session",
        "auth_user",
        "charges_charge",
        "customers_paymentoption",
        "taxes_taxrate",
    ]
