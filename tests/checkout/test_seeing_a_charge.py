"""What the decision page shows of a direct charge."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charges.models import StatusChange
from operations.factories import AccountFactory, CallerFactory, ChargeFactory
from tests.desk import link, log_in, reload, text_of


def test_the_page_says_who_sells_what_to_whom_for_how_much(desk):
    text = text_of(desk.browser.get(link(desk.charge)))
    assert "Report Builder by Paper Kites Ltd 100 extra reports Due on activation" in text
    assert "Due on activation 2 \N{MULTIPLICATION SIGN} $1.00 $2.00 One-time payment." in text
    assert "Visa ending in 4242" in text
    assert "Harbour Lane Dental agrees to a one-time payment of $2.00." in text


def test_each_fact_is_said_once_and_the_amount_on_the_button_too(desk):
    words = text_of(desk.browser.get(link(desk.charge))).partition("Log out")[2]
    for fact in ("Report Builder", "100 extra reports", "Harbour Lane Dental", "Visa ending in 4242"):
        assert words.count(fact) == 1, fact
    assert words.count("$2.00") == 3  # In the line, in the words of consent, on the button.


def test_the_page_says_what_happens_next(desk):
    text = text_of(desk.browser.get(link(desk.charge)))
    assert (
        "Paper Kites Ltd activates your purchase, usually right away. Only then is your card charged." in text
    )
    assert "You return to seller.example." in text


def test_two_buttons_say_what_they_do(desk):
    page = desk.browser.get(link(desk.charge)).content.decode()
    assert 'class="button" form="decide" name="decision" value="accept">Pay $2.00</button>' in page
    assert 'class="button plain" form="decide" name="decision" value="decline">Decline</button>' in page


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
    assert "5 accounts \N{MULTIPLICATION SIGN} $19.00 $95.00" in text_of(desk.browser.get(link(charge)))


def test_a_test_charge_says_that_no_money_will_move(desk):
    charge = ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app), test=True)
    text = text_of(desk.browser.get(link(charge)))
    assert "This is a test: no money moves." in text
    assert "Make a test payment" in text
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
        ("en-US", "$12,345.60"),
        ("de-DE,de;q=0.9", "12.345,60 $"),
        ("hi", "$12,345.60"),
        ("no-such", "$12,345.60"),
        (";q=%%,*", "$12,345.60"),
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


def test_the_page_asks_the_database_six_times(desk):
    desk.browser.get(link(desk.charge))
    with CaptureQueriesContext(connection) as queries:
        desk.browser.get(link(desk.charge))
    tables = [query["sql"].split('FROM "')[1].split('"')[0] for query in queries]
    assert tables == [
        "django_session",
        "auth_user",
        "charges_charge",
        "customers_paymentoption",
        "taxes_taxrate",
        "charges_pageshown",
    ]
