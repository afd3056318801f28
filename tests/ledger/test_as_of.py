"""Reports as of any instant are the sums of what counted before it, whatever months are closed."""

import random
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import Sum

from ledger.as_of import (
    list_payables,
    read_balance_as_of,
    read_balances_as_of,
    read_income,
    read_trial_balance,
)
from ledger.models import LedgerEntry, Month, TransactionKind
from ledger.months import finish_month, store_figures
from operations.factories import OrganizationFactory
from tests.bookkeeping.months import DECEMBER, NOVEMBER, OCTOBER, post_sale
from tests.module_rows import rows_of_module

pytestmark = pytest.mark.django_db

INSTANTS = [OCTOBER + timedelta(days=days) for days in (0, 1, 15, 31, 32, 50, 61, 62, 80, 100)]


@pytest.fixture(params=[0, 1, 2], ids=lambda closed: f"{closed} months closed", scope="module")
def books(request):
    """Forty moves over three months, of which none, one or two are closed."""
    with rows_of_module(request, partial(make_books, closed=request.param)):
        yield


def make_books(closed: int) -> None:
    chance = random.Random(7)
    sellers = [OrganizationFactory() for _ in range(3)]
    for number in range(40):
        sign = chance.choice([1, 1, -1])
        cents = chance.randint(1, 10_000)
        post_sale(
            chance.choice(sellers),
            f"move:{number}",
            cents=sign * cents,
            commission=sign * cents // 5,
            at=OCTOBER + timedelta(minutes=chance.randint(0, 90 * 24 * 60)),
            currency=chance.choice(["USD", "EUR"]),
            kind=TransactionKind.COLLECTION if sign > 0 else TransactionKind.REFUND,
            livemode=number % 10 != 0,
        )
    for start, end in [(OCTOBER, NOVEMBER), (NOVEMBER, DECEMBER)][:closed]:
        month = Month.objects.create(starts_at=start, ends_at=end)
        month.fenced_at, month.closed_by = DECEMBER, "test"
        month.save()
        store_figures(month)
        finish_month(month)


def sums(at, *, livemode=True):
    rows = LedgerEntry.objects.filter(transaction__created_at__lt=at, transaction__livemode=livemode)
    found = rows.values("account").annotate(sum=Sum("amount_minor"))
    return {row["account"]: row["sum"] for row in found if row["sum"]}


@pytest.mark.slow
@pytest.mark.parametrize("at", INSTANTS)
@pytest.mark.parametrize("livemode", [True, False])
def test_balances_are_the_sums_of_what_counted_before(books, at, livemode):
    assert read_balances_as_of(at, livemode=livemode) == sums(at, livemode=livemode)
    if livemode:
        for account, balance in sums(at).items():
            assert read_balance_as_of(account, at) == balance


@pytest.mark.parametrize("at", INSTANTS)
def test_the_trial_balance_is_even_in_each_currency(books, at):
    lines = read_trial_balance(at)
    for currency in ("USD", "EUR"):
        own = [line for line in lines if line.currency == currency]
        assert sum(line.debit_minor - line.credit_minor for line in own) == 0


@pytest.mark.slow
@pytest.mark.parametrize("at", INSTANTS)
def test_payables_come_page_by_page_and_income_is_what_the_revenue_holds(books, at):
    whole = list_payables(at, limit=100)
    pages, after = [], 0
    while page := list_payables(at, after=after, limit=1):
        pages += page
        after = page[-1].account_id
    assert pages == whole
    lines = read_trial_balance(at)
    for currency in ("USD", "EUR"):
        owed = sum(each.owed_minor for each in whole if each.currency == currency)
        earned = sum(each.earned_minor for each in read_income(at) if each.currency == currency)
        held = {
            line.kind: line.credit_minor - line.debit_minor for line in lines if line.currency == currency
        }
        assert (owed, earned) == (held.get("seller_payable", 0), held.get("commission_revenue", 0))


def test_each_report_takes_two_queries(books, django_assert_num_queries):
    for report in (read_trial_balance, read_income, read_balances_as_of):
        with django_assert_num_queries(2):
            report(DECEMBER)
