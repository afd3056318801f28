"""`manage.py balance` writes balances as of an instant, and refuses what is none."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ledger.models import LedgerAccount
from operations.factories import OrganizationFactory
from tests.bookkeeping.months import NOVEMBER, post_sale

pytestmark = pytest.mark.django_db
AFTER = (NOVEMBER + timedelta(hours=2)).isoformat()


def run(*arguments):
    out = StringIO()
    call_command("balance", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def seller():
    seller = OrganizationFactory(name="=Kite Apps")
    post_sale(seller, "one", at=NOVEMBER)
    post_sale(seller, "two", at=NOVEMBER + timedelta(hours=3))
    post_sale(seller, "euro", at=NOVEMBER, currency="EUR", cents=300)
    post_sale(seller, "test", at=NOVEMBER, cents=9_999, livemode=False)
    return seller


def test_it_shows_debits_and_credits_and_that_each_currency_is_even(seller):
    lines = [line.split() for line in run("--as-of", AFTER).splitlines()]
    assert ["Owed", "to", "=Kite", "Apps", "1.60", "USD"] in [line[1:] for line in lines]
    assert ["All", "shown", "in", "USD", "0.00", "USD"] in lines
    assert ["All", "shown", "in", "EUR", "0.00", "EUR"] in lines
    assert "not closed yet" in " ".join(lines[0])


def test_json_has_the_same_in_cents(seller):
    said = json.loads(run("--as-of", AFTER, "--json", "--currency", "usd"))
    assert sorted(each["balance_minor"] for each in said["accounts"]) == [-160, -40, 200]
    assert (said["totals"], said["final"]) == ({"USD": 0}, False)
    assert json.loads(run("--as-of", NOVEMBER.isoformat(), "--json"))["totals"] == {"EUR": 0, "USD": 0}


def test_csv_is_safe_for_spreadsheets_and_has_the_instant(seller):
    rows = list(csv.DictReader(StringIO(run("--csv", "--as-of", AFTER, "--seller", str(seller.public_id)))))
    assert [(row["holder"], row["balance"], row["balance_minor"], row["as_of"]) for row in rows] == [
        ("'=Kite Apps", "-1.60", "-160", "2026-11-01T02:00:00Z"),
        ("'=Kite Apps", "-2.60", "-260", "2026-11-01T02:00:00Z"),
    ]


def test_one_seller_one_account_and_test_money_can_be_asked_for(seller):
    account = LedgerAccount.objects.get(organization=seller, currency="EUR", livemode=True)
    assert len(json.loads(run("--json", "--seller", str(seller.license_id)))["accounts"]) == 2
    assert len(json.loads(run("--json", "--account", str(account.pk)))["accounts"]) == 1
    assert len(json.loads(run("--json", "--test"))["accounts"]) == 3


REFUSED = {
    "2026-11-30T10:00:00": "an instant with its zone",
    "2026-11-30": "an instant with its zone",
    "yesterday": "an instant with its zone",
    "2026-13-01T00:00:00Z": "an instant with its zone",
    "9999-12-31T23:59:59-12:00": "an instant with its zone",
    "2226-11-30T10:00:00Z": "must not be in the future",
}


@pytest.mark.parametrize("text", REFUSED)
def test_an_instant_without_a_zone_nonsense_and_the_future_are_refused(text):
    with pytest.raises(CommandError, match=f"--as-of .*{REFUSED[text]}"):
        run("--as-of", text)


@pytest.mark.parametrize(
    "arguments", [("--seller", "kite"), ("--seller", "99999999"), ("--account", "0"), ("--currency", "XXY")]
)
def test_what_is_not_there_is_named(arguments):
    with pytest.raises(CommandError, match=arguments[0]):
        run(*arguments)
