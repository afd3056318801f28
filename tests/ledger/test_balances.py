"""Balances: exact at any moment, rolled up or not, whoever is posting."""

import threading
import time
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.db.models import Max, Sum

from ledger.balances import read_balance, read_seller_balance, roll_up_balances
from ledger.models import (
    AccountKind,
    BalanceSnapshot,
    LedgerAccount,
    LedgerEntry,
    RollUpMark,
    TransactionKind,
)
from ledger.postings import CLEARING, AccountRef
from operations.factories import OrganizationFactory
from tests.ledger.posting import post
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def sell(seller, number: int, cents: int = 100) -> None:
    moves = {CLEARING: cents, AccountRef(AccountKind.SELLER_PAYABLE, seller.pk): -cents}
    post(TransactionKind.COLLECTION, f"charge:{seller.pk}-{number}", moves)


def owed(seller) -> int:
    return read_seller_balance(organization_id=seller.pk, currency="USD")


def roll_up_everything() -> None:
    """Roll up until all entries are in: another test's transaction, in any database, holds the mark back."""
    newest = LedgerEntry.objects.aggregate(xact=Max("xact"))["xact"]
    deadline = time.monotonic() + 30
    while roll_up_balances() and RollUpMark.objects.get().xact <= newest:
        assert time.monotonic() < deadline, "the mark never got past our entries"
        time.sleep(0.02)


def test_a_seller_that_never_sold_is_owed_nothing():
    assert owed(OrganizationFactory()) == 0


def test_a_balance_is_the_same_before_and_after_a_roll_up():
    seller = OrganizationFactory()
    sell(seller, 1)
    assert owed(seller) == 100
    assert roll_up_balances()
    assert owed(seller) == 100
    sell(seller, 2, 50)
    assert owed(seller) == 150
    roll_up_everything()
    assert BalanceSnapshot.objects.get(account__organization=seller).balance_minor == -150
    assert owed(seller) == 150


def test_a_roll_up_with_nothing_new_changes_nothing():
    sell(OrganizationFactory(), 1)
    roll_up_everything()
    before = list(BalanceSnapshot.objects.order_by("pk").values_list())
    roll_up_balances()
    assert list(BalanceSnapshot.objects.order_by("pk").values_list()) == before


def test_a_transaction_that_commits_late_is_not_skipped_by_the_mark():
    early, late = OrganizationFactory(), OrganizationFactory()
    sell(late, 0)
    posted, finish = threading.Event(), threading.Event()

    def post_slowly():
        with transaction.atomic():
            sell(late, 1)
            posted.set()
            finish.wait(10)
        connections.close_all()

    thread = threading.Thread(target=post_slowly)
    thread.start()
    posted.wait(10)
    sell(early, 1)
    roll_up_balances()
    finish.set()
    thread.join()
    assert (owed(early), owed(late)) == (100, 200)
    roll_up_balances()
    assert (owed(early), owed(late)) == (100, 200)


@pytest.mark.slow
def test_balances_are_exact_while_sixteen_writers_post_and_a_roll_up_runs():
    seller, other = OrganizationFactory(), OrganizationFactory()
    sell(seller, 0)
    wrong: list[tuple[int, int]] = []
    done = threading.Event()
    account = LedgerAccount.objects.get(organization=seller)

    def post_many(writer: int) -> None:
        for number in range(12):
            sell(seller, 1000 * writer + number + 1)
            sell(other, 1000 * writer + number + 1)

    def keep_rolling_up() -> None:
        while not done.is_set():
            roll_up_balances()

    def keep_reading() -> None:
        while not done.is_set():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                balance = read_balance(account.pk)
                total = LedgerEntry.objects.filter(account=account).aggregate(total=Sum("amount_minor"))
            if balance != total["total"]:
                wrong.append((balance, total["total"]))

    def write_then_stop() -> None:
        try:
            results = run_at_once(*[partial(post_many, writer) for writer in range(16)])
            assert results == [None] * 16
        finally:
            done.set()

    assert run_at_once(write_then_stop, keep_rolling_up, keep_rolling_up, keep_reading) == [None] * 4
    assert wrong == []
    roll_up_balances()
    assert owed(seller) == 100 * (16 * 12 + 1)
    assert owed(other) == 100 * 16 * 12
    assert RollUpMark.objects.get().xact > 0


def test_reading_a_balance_takes_two_queries(django_assert_num_queries):
    seller = OrganizationFactory()
    sell(seller, 1)
    account = LedgerAccount.objects.get(organization=seller)
    with django_assert_num_queries(2):
        read_balance(account.pk)
