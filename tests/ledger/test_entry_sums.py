"""A balance as of any instant is the plain sum, whatever is summed up, and whoever is posting."""

import random
import threading
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.as_of import read_account_balances_as_of, read_balances_as_of, read_trial_balance
from ledger.entry_sums import sum_up_entries
from ledger.models import AccountKind, EntrySum, LedgerEntry, SumMark, TransactionKind
from ledger.postings import CLEARING, REVENUE, AccountRef, Posting, Source
from ledger.rebuild import rebuild_balances
from ledger.services import record_postings
from operations.factories import OrganizationFactory
from operations.verification import find_breaches
from tests.ledger.posting import made_up
from tests.money import run_at_once
from tests.operations.entry_sum_breakages import ENTRY_SUMS

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
INSTANTS = st.integers(0, 4 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
anywhere = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def sell(seller_id, reference, *, at, cents=100, livemode=True):
    """Post a sale of which the marketplace keeps nothing, as if it had happened at an instant."""
    moves = {CLEARING: cents, AccountRef(AccountKind.SELLER_PAYABLE, seller_id): -cents}
    source = Source(reference, "", livemode, "USD", at)
    with made_up():
        record_postings([Posting(TransactionKind.COLLECTION, source, moves)])


def add_up(at):
    """Return the balance of each account the plain way."""
    rows = LedgerEntry.objects.filter(transaction__created_at__lt=at).values("account")
    return {row["account"]: row["sum"] for row in rows.annotate(sum=Sum("amount_minor"))}


def read(at, accounts):
    """Return the same from the sums, without accounts that nothing has moved on."""
    return {account: cents for account, cents in read_account_balances_as_of(accounts, at).items() if cents}


def find_broken():
    return {breach.invariant.id for breach in find_breaches(side_by_side=False)}


POSTED = st.lists(st.tuples(st.integers(0, 2), INSTANTS, st.integers(1, 10**12)), min_size=1, max_size=12)


@pytest.mark.slow
@anywhere
@given(
    posted=POSTED, then=POSTED, instants=st.lists(INSTANTS, min_size=3, max_size=3), block=st.integers(1, 9)
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
def test_any_postings_in_any_order_are_the_plain_sum_at_any_instant(db, posted, then, instants, block):
    beginning = transaction.savepoint()
    try:
        sellers = [OrganizationFactory().pk for _ in range(3)]
        for turn, moves in enumerate((posted, then)):
            for number, (seller, at, cents) in enumerate(moves):
                sell(sellers[seller], f"{turn}:{number}", at=at, cents=cents)
            sum_up_entries(block=block)
        at_edges = [at + timedelta(microseconds=1) for _, at, _ in posted[:3]] + [at for _, at, _ in then[:3]]
        for at in instants + at_edges:
            expected = add_up(at)
            assert read(at, expected) == expected
            assert read_balances_as_of(at) == expected
            assert sum(line.debit_minor - line.credit_minor for line in read_trial_balance(at)) == 0
    finally:
        transaction.savepoint_rollback(beginning)


@anywhere
def test_sums_stand_for_all_entries_but_those_of_the_block_that_is_not_full():
    seller = OrganizationFactory().pk
    for number in range(5):
        sell(seller, f"sale:{number}", at=START + timedelta(hours=number * 13))
    sum_up_everything(block=4)
    assert EntrySum.objects.count() == 2 * 2 * 2  # Blocks, accounts, and days in each block.
    assert sum(row.entries for row in EntrySum.objects.all()) == 8


@anywhere
def test_test_money_has_balances_as_of_an_instant_too():
    seller = OrganizationFactory().pk
    sell(seller, "live", at=START)
    sell(seller, "test", at=START, cents=7, livemode=False)
    sum_up_entries(block=2)
    after = START + timedelta(microseconds=1)
    assert sorted(read_balances_as_of(after, livemode=False).values()) == [-7, 7]
    assert read_balances_as_of(START, livemode=False) == {}


@anywhere
def test_the_balances_of_a_page_of_accounts_take_one_query(django_assert_num_queries):
    for number in range(3):
        sell(OrganizationFactory().pk, f"sale:{number}", at=START)
    accounts = list(add_up(START + timedelta(days=1)))
    with django_assert_num_queries(1):
        read_account_balances_as_of(accounts, START)


@committed
def test_an_entry_that_commits_late_is_never_left_out_of_the_sums():
    seller = OrganizationFactory().pk
    sell(seller, "first", at=START)
    posted, finish = threading.Event(), threading.Event()

    def post_slowly():
        with transaction.atomic():
            sell(seller, "late", at=START)
            posted.set()
            finish.wait(10)
        connections.close_all()

    thread = threading.Thread(target=post_slowly)
    thread.start()
    posted.wait(10)
    for number in range(3):
        sell(seller, f"early:{number}", at=START)
    before = LedgerEntry.objects.order_by("pk").last().pk
    sum_up_entries(block=2)
    assert SumMark.objects.filter(last_entry__gte=before - 6).count() == 0
    finish.set()
    thread.join()
    sum_up_everything(block=2)
    after = START + timedelta(seconds=1)
    assert read(after, add_up(after)) == add_up(after)
    assert max(add_up(after).values()) == 500


def sum_up_everything(*, block):
    """Sum up until all is in: a transaction of another test, in any database, may hold it up for a moment."""
    newest = LedgerEntry.objects.order_by("-pk").first().pk
    for _ in range(500):
        sum_up_entries(block=block)
        if SumMark.objects.get().last_entry > newest - block:
            return
    raise AssertionError("the sums never came to the newest entry")


@pytest.mark.slow
@committed
def test_reads_are_exact_while_writers_post_into_the_past_and_two_sum_up():
    sellers = [OrganizationFactory().pk for _ in range(2)]
    wrong, done = [], threading.Event()

    def post_many(writer):
        chance = random.Random(writer)
        for number in range(15):
            at = START + timedelta(minutes=chance.randint(0, 3 * 24 * 60))
            sell(chance.choice(sellers), f"{writer}:{number}", at=at, cents=chance.randint(1, 500))

    def keep_summing_up():
        while not done.is_set():
            sum_up_entries(block=5)

    def keep_reading():
        chance = random.Random(0)
        while not done.is_set():
            at = START + timedelta(minutes=chance.randint(0, 3 * 24 * 60))
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                expected = add_up(at)
                if read(at, expected) != expected or read_balances_as_of(at) != expected:
                    wrong.append(at)

    def write_then_stop():
        try:
            assert run_at_once(*[partial(post_many, writer) for writer in range(8)]) == [None] * 8
        finally:
            done.set()

    works = (write_then_stop, keep_summing_up, keep_summing_up, keep_reading)
    assert run_at_once(*works) == [None] * 4
    assert wrong == []
    sum_up_everything(block=5)
    assert sum(row.entries for row in EntrySum.objects.all()) > 2 * 8 * 15 - 5
    assert "I-49" not in find_broken()


@committed
def test_rebuilding_forgets_the_sums_and_they_come_again():
    seller = OrganizationFactory().pk
    for number in range(4):
        sell(seller, f"sale:{number}", at=START)
    sum_up_everything(block=4)
    EntrySum.objects.update(amount_minor=1)
    assert "I-49" in find_broken()
    rebuild_balances()
    after = START + timedelta(seconds=1)
    assert read(after, add_up(after)) == add_up(after)
    sum_up_everything(block=4)
    assert EntrySum.objects.count() == 4
    assert read(after, add_up(after)) == add_up(after)
    assert "I-49" not in find_broken()


@pytest.mark.slow
@anywhere
@pytest.mark.parametrize("broken", ENTRY_SUMS)
def test_sums_that_are_not_those_of_the_entries_are_reported(broken):
    seller = OrganizationFactory().pk
    for number in range(5):
        sell(seller, f"sale:{number}", at=START)
    sum_up_everything(block=4)
    assert "I-49" not in find_broken()
    sql, expected = ENTRY_SUMS[broken]
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert expected <= find_broken()


@anywhere
def test_what_is_kept_by_the_marketplace_is_read_as_well():
    with made_up():
        source = Source("fee", "", True, "USD", START)
        record_postings([Posting(TransactionKind.COLLECTION, source, {CLEARING: 5, REVENUE: -5})])
    assert sorted(read_balances_as_of(START + timedelta(seconds=1)).values()) == [-5, 5]
