"""The journal as CSV and as Beancount text: all of it, in order, and with the balances of the ledger."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data, realization
from django.core.management import CommandError, call_command

from bookkeeping.exports import beancount, journal_csv
from bookkeeping.exports.cells import guard_text
from core.money import Money
from ledger.as_of import read_balances_as_of
from ledger.models import LedgerAccount, TransactionKind
from operations.factories import OrganizationFactory
from tests.bookkeeping.months import DECEMBER, NOVEMBER, OCTOBER, close, post_sale

pytestmark = pytest.mark.django_db(transaction=True)

JANUARY = datetime(2027, 1, 1, tzinfo=UTC)
ODD = 'Straße "7" \\ 🧾 Ελλάδα'


@pytest.fixture
def books(made_up_books):
    """Sales in three currencies, refunds and a late one, over two months of which the first is closed."""
    sellers = [OrganizationFactory(name=name) for name in (ODD, "=1+1")]
    for number, seller in enumerate(sellers):
        for currency, cents in (("USD", 1250), ("JPY", 1250), ("KWD", 1251)):
            at = NOVEMBER + timedelta(days=number, hours=5)
            post_sale(
                seller, f"sale:{number}{currency}", at=at, cents=cents, commission=250, currency=currency
            )
    close()
    post_sale(
        sellers[0],
        "late",
        at=NOVEMBER + timedelta(days=3),
        cents=-100,
        commission=-20,
        kind=TransactionKind.REFUND,
    )
    post_sale(sellers[0], "next", at=DECEMBER + timedelta(days=3), cents=777, commission=77)
    post_sale(sellers[0], "test", at=DECEMBER, livemode=False)
    return sellers


def load(text):
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    return entries


def balances_in(entries):
    found = Counter()
    for account in realization.iter_children(realization.realize(entries)):
        for position in account.balance:
            found[account.account, position.units.currency] += position.units.number
    return {key: amount for key, amount in found.items() if amount}


def balances_of_ledger(at, *, livemode=True):
    found = Counter()
    by_account = read_balances_as_of(at, livemode=livemode)
    for account in LedgerAccount.objects.filter(pk__in=by_account):
        holder = account.organization.public_id if account.organization else None
        amount = Money(by_account[account.pk], account.currency).units
        found[beancount.name_account(account.kind, holder), account.currency] += amount
    return {key: amount for key, amount in found.items() if amount}


@pytest.mark.slow
@pytest.mark.parametrize(("start", "end"), [(OCTOBER, JANUARY), (NOVEMBER, DECEMBER), (DECEMBER, JANUARY)])
def test_beancount_accepts_it_and_has_the_balances_of_the_ledger(books, start, end):
    entries = load("".join(beancount.write_journal(start, end)))
    assert balances_in(entries) == balances_of_ledger(end)
    assert any(isinstance(entry, data.Balance) for entry in entries)


def test_beancount_would_tell_if_a_line_were_missing(books):
    lines = "".join(beancount.write_journal(OCTOBER, JANUARY)).split("\n\n")[0].splitlines()
    place = next(n for n, line in enumerate(lines) if "Assets:Clearing" in line and line.startswith("  "))
    _, errors, _ = loader.load_string("\n".join(lines[:place] + lines[place + 1 :]))
    assert errors


def test_beancount_keeps_names_references_and_when_it_happened(books):
    entries = load("".join(beancount.write_journal(DECEMBER, JANUARY)))
    late = next(e for e in entries if isinstance(e, data.Transaction) and e.meta.get("reference") == "late")
    assert late.date == DECEMBER.date()
    assert late.meta["occurred"] == "2026-11-04T00:00:00Z"


def test_test_money_is_a_journal_of_its_own(books):
    entries = load("".join(beancount.write_journal(OCTOBER, JANUARY, livemode=False)))
    assert balances_in(entries) == balances_of_ledger(JANUARY, livemode=False)


def test_the_csv_file_has_every_entry_with_all_its_decimals(books):
    rows = list(csv.DictReader(io.StringIO("".join(journal_csv.write_journal(NOVEMBER, JANUARY)))))
    assert tuple(rows[0]) == journal_csv.COLUMNS
    assert len(rows) == 3 * 8
    totals = Counter()
    for row in rows:
        exact = Money(int(row["amount_minor"]), row["currency"]).units
        assert Decimal(row["amount"]) == exact
        totals[row["transaction_id"]] += exact
    assert set(totals.values()) == {0}
    assert {row["amount"] for row in rows if row["currency"] == "JPY"} == {"1250", "-1000", "-250"}
    assert {row["amount"] for row in rows if row["currency"] == "KWD"} == {"1.251", "-1.001", "-0.250"}
    assert {row["organization"] for row in rows} == {"", ODD, "'=1+1"}
    late = next(row for row in rows if row["reference"] == "late")
    assert (late["booked_at"], late["occurred_at"]) == ("2026-12-01T00:00:00Z", "2026-11-04T00:00:00Z")
    assert {row["mode"] for row in rows} == {"live"}


def test_a_journal_is_read_page_by_page(books, monkeypatch, django_assert_num_queries):
    whole = "".join(journal_csv.write_journal(NOVEMBER, JANUARY))
    monkeypatch.setattr("ledger.journal.PAGE", 3)
    with django_assert_num_queries(5):
        assert "".join(journal_csv.write_journal(NOVEMBER, JANUARY)) == whole


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\N{FULLWIDTH EQUALS SIGN}"])
def test_text_never_becomes_a_formula(begin):
    assert guard_text(f"{begin}1+1") == f"'{begin}1+1"


@pytest.mark.parametrize("text", ["", "Extension", "1+1", "a=b", "'=1", "ünï"])
def test_other_text_stays_as_it_is(text):
    assert guard_text(text) == text


@pytest.mark.parametrize(
    "text", ["", "a\nb", 'a"b', "a\\b", "\x00\x1f", 'x" \n 2026-01-01 open Assets:Hacked']
)
def test_no_description_breaks_out_of_its_string(text):
    line = f"2026-01-01 * {beancount.quote(text)} {beancount.quote(text)}\n"
    [entry] = load(line)
    assert isinstance(entry, data.Transaction)


def test_an_account_that_is_not_named_yet_stands_under_equity():
    assert beancount.name_account("on_its_way", None) == "Equity:OnItsWay"


def test_the_command_writes_either(books, capsys):
    call_command("export_journal", "--from", "2026-11-01", "--to", "2026-12-01", "--format", "beancount")
    load(capsys.readouterr().out)
    call_command("export_journal", "--from", "2026-11-01", "--to", "2026-12-01")
    assert capsys.readouterr().out.startswith("transaction_id,")
    for wrong in (("2026-11-31", "2026-12-01"), ("2026-12-01", "2026-12-01"), ("x", "2026-12-01")):
        with pytest.raises(CommandError):
            call_command("export_journal", "--from", wrong[0], "--to", wrong[1])
