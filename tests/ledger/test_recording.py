"""Moves of money are recorded by the same two statements, one at a time or many at once."""

from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind
from ledger.postings import CLEARING, FEES, REVENUE, AccountRef, Posting, Source, sale
from ledger.services import record_postings
from operations.factories import OrganizationFactory
from tests.ledger.posting import made_up
from tests.money import run_at_once

PLANS = """
SELECT SUM(custom_plans), SUM(generic_plans) FROM pg_prepared_statements
WHERE statement LIKE '%%ledger_ledgeraccount (kind%%' OR statement LIKE '%%ledger_ledgertransaction%%'
"""


def name(reference: str, *, currency: str = "USD", livemode: bool = True) -> Source:
    return Source(reference, 'A "quoted", {braced} \\ name', livemode, currency)


def sell(reference: str, seller: int, cents: int = 100) -> Posting:
    return sale(name(reference), seller_id=seller, total_minor=cents, commission_minor=20)


def read_books() -> list[tuple]:
    entries = LedgerEntry.objects.order_by("transaction__id", "id")
    return list(entries.values_list("transaction__reference", "account__kind", "amount_minor"))


@pytest.mark.django_db
def test_each_entry_is_of_its_posting_and_on_its_account():
    one, other = OrganizationFactory().pk, OrganizationFactory().pk
    fee = Posting(TransactionKind.FEE, name("c", currency="EUR", livemode=False), {FEES: 7, CLEARING: -7})
    with made_up():
        record_postings([sell("a", one), sell("b", other, 50), fee])

    assert read_books() == [
        ("a", "buyer_clearing", 100),
        ("a", "seller_payable", -80),
        ("a", "commission_revenue", -20),
        ("b", "buyer_clearing", 50),
        ("b", "seller_payable", -30),
        ("b", "commission_revenue", -20),
        ("c", "processor_fees", 7),
        ("c", "buyer_clearing", -7),
    ]
    owed = LedgerAccount.objects.filter(kind=AccountKind.SELLER_PAYABLE).order_by("id")
    assert list(owed.values_list("organization_id", "currency", "livemode")) == [
        (one, "USD", True),
        (other, "USD", True),
    ]
    assert LedgerAccount.objects.filter(currency="EUR", livemode=False).count() == 2
    assert set(LedgerTransaction.objects.values_list("description", flat=True)) == {name("a").description}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 20])
def test_one_posting_and_twenty_take_two_statements(count):
    seller = OrganizationFactory().pk
    with made_up():
        record_postings([sell("first", seller)])
        with CaptureQueriesContext(connection) as queries:
            record_postings([sell(f"sale {number}", seller) for number in range(count)])
    assert len(queries) == 2
    assert LedgerTransaction.objects.count() == 1 + count


@pytest.mark.django_db
def test_no_posting_takes_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        record_postings([])


@pytest.mark.django_db
def test_the_same_source_is_posted_once():
    seller = OrganizationFactory().pk
    with pytest.raises(IntegrityError, match="one_transaction_per_source"), made_up():
        record_postings([sell("a", seller), sell("a", seller)])


@pytest.mark.django_db
def test_a_posting_of_nothing_opens_no_account():
    with made_up():
        record_postings([Posting(TransactionKind.COLLECTION, name("a"), {CLEARING: 0, REVENUE: 0})])
    assert LedgerTransaction.objects.get().entries.count() == LedgerAccount.objects.count() == 0


@pytest.mark.django_db
def test_statements_are_planned_once_for_every_length():
    seller = OrganizationFactory().pk
    with made_up():
        connection.connection.prepare_threshold = 1
        for number in range(12):
            record_postings([sell(f"{number}:{line}", seller) for line in range(1 + number % 3 * 20)])
        with connection.cursor() as cursor:
            cursor.execute(PLANS)
            planned_anew, planned_once = cursor.fetchone()
    assert planned_anew <= 10
    assert planned_once >= 10


@pytest.mark.django_db(transaction=True)
def test_those_who_open_the_same_accounts_at_once_all_post():
    seller = OrganizationFactory().pk

    def post(reference: str, kinds: list[AccountRef]) -> None:
        moves = dict(zip(kinds, (80, -30, -50), strict=True))
        with made_up():
            record_postings([Posting(TransactionKind.COLLECTION, name(reference, currency="PLN"), moves)])

    refs = [CLEARING, REVENUE, AccountRef(AccountKind.SELLER_PAYABLE, seller)]
    results = run_at_once(*(partial(post, f"sale {n}", refs[n % 3 :] + refs[: n % 3]) for n in range(6)))

    assert results == [None] * 6
    assert LedgerAccount.objects.filter(currency="PLN").count() == 3
    assert LedgerEntry.objects.count() == 18
